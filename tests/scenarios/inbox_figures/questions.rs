//! What is answered about days, backends and buttons.

use mp_worker::api::stats::scene_reports;
use mp_worker::inbox::{
    ButtonFilter, CountRow, Days, Entry, Live, Outcome, OutcomeCounts, Record, RuleHits, SceneFigures,
    WordRow, buttons, closed_buttons, closed_rules, first_second_of_day, last_28_days, rule_hits,
    unanswered_words,
};
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::json;

use super::{DAY, HOUR, asked, count_live, summary, work};
use crate::database::{database, rows, store};
use crate::world::{NOW, event_from, text_from};

#[test]
fn a_summary_adds_days_hours_and_the_live_count() {
    let mut database = database();
    let rule = |second: i64, rule: &str| {
        let entry = text_from("o9", NOW.plus(second), 1);
        let record = Record { rule: Some(rule.to_owned()), ..entry.record };
        Entry { record, outcome: Outcome::Replied, ..entry }
    };
    let entries = [
        rule(-5 * DAY, "营业时间"),
        rule(-7 * HOUR, "营业时间"),
        rule(0, "营业时间"),
        rule(1, "问候, 兜底"),
        asked(-4 * DAY, "w_1", Outcome::Replied, 300),
        asked(-8 * HOUR, "w_1", Outcome::Failed, 5000),
        asked(-10, "w_1", Outcome::AnsweredLate, 12_000),
        event_from("o1", NOW.plus(-4 * DAY), "subscribe", "qrscene_门店"),
        event_from("o1", NOW.plus(-60), "unsubscribe", ""),
        event_from("o2", NOW.plus(-30), "subscribe", "qrscene_门店"),
        event_from("o3", NOW.plus(-20), "subscribe", ""),
        event_from("o2", NOW.plus(-10), "SCAN", "7"),
    ];
    for entry in &entries {
        store(&mut database, entry);
    }
    let check = |database: &Connection, now: Timestamp| {
        let found = summary(database, Days::between(Some(NOW.plus(-9 * DAY)), Some(NOW), now), now);
        let days: Vec<_> = found
            .days
            .iter()
            .map(|day| (day.date.as_str(), day.messages, day.events, day.followed, day.unfollowed))
            .collect();
        let expected = [
            ("2023-11-15", 3, 4, 2, 1),
            ("2023-11-14", 2, 0, 0, 0),
            ("2023-11-11", 1, 1, 1, 0),
            ("2023-11-10", 1, 0, 0, 0),
        ];
        assert_eq!(days, expected);
        let outcomes = found.days[0].outcomes;
        assert_eq!((outcomes.replied, outcomes.answered_late, outcomes.unanswered), (2, 1, 0));
        let rules: Vec<_> =
            found.rules.iter().map(|it| (it.rule.as_str(), it.hits, it.outcomes.replied)).collect();
        assert_eq!(rules, [("营业时间", 3, 3), ("问候, 兜底", 1, 1)]);
        let labels = ["营业时间", "兜底", "问候", "没有"].map(ToOwned::to_owned);
        let hits: Vec<_> = hits(database, &labels, now)
            .into_iter()
            .map(|it| (it.today, it.days28, it.last_at.map(|at| at - NOW.seconds())))
            .collect();
        assert_eq!(hits, [(1, 3, Some(0)), (1, 1, Some(1)), (1, 1, Some(1)), (0, 0, None)]);
        let backend = &found.backends[0];
        assert_eq!((found.backends.len(), backend.backend.as_str(), backend.asked), (1, "w_1", 3));
        assert_eq!((backend.outcomes.failed, backend.median_ms), (1, Some(7250)), "4.5 to 10 seconds");
        assert_eq!(backend.p95_ms, Some(27_000), "10 to 30 seconds");
        let scenes: Vec<_> = found
            .scenes
            .iter()
            .map(|it| (it.event.as_str(), it.scene.as_str(), it.received, it.outcomes.unanswered))
            .collect();
        assert_eq!(scenes, [("subscribe", "门店", 2, 2), ("scan", "7", 1, 1)]);
    };
    work(&mut database, NOW);
    check(&database, NOW);
    // The present hour becomes a closed one, and the day of NOW a summed one.
    for hours in [1, 2, 3, 24, 49, 80] {
        let now = NOW.plus(hours * HOUR);
        if hours == 1 {
            check(&database, now);
        }
        work(&mut database, now);
        check(&database, now);
    }
}

/// What the rules of these labels decided in the 28 days up to that of `NOW`.
fn hits(database: &Connection, labels: &[String], now: Timestamp) -> Vec<RuleHits> {
    let (days, live) = (last_28_days(NOW), count_live(database, now));
    let closed: Vec<CountRow> = rows(database, &closed_rules("default", days, live.closed)).unwrap();
    rule_hits(&closed, &live, days, labels)
}

#[test]
fn hits_are_of_28_days_and_of_rules_with_commas_in_their_names() {
    let mut database = database();
    let decided = |second: i64, rule: &str| {
        let entry = text_from("o9", NOW.plus(second), 1);
        Entry { record: Record { rule: Some(rule.to_owned()), ..entry.record }, ..entry }
    };
    for (second, rule) in [(-28 * DAY, "a"), (-27 * DAY, "a"), (-DAY, "a, b"), (0, "c"), (5, "a, c")] {
        store(&mut database, &decided(second, rule));
    }
    work(&mut database, NOW.plus(10));
    let labels = ["a", "a, b", "b", "c", "a"].map(ToOwned::to_owned);
    let found = hits(&database, &labels, NOW.plus(10)).into_iter().map(|it| (it.today, it.days28));
    let expected = [(1, 2), (0, 1), (0, 0), (2, 2), (1, 2)];
    assert_eq!(found.collect::<Vec<_>>(), expected, "rules of one name have the same");
}

#[test]
fn a_summary_is_of_beijing_days_and_of_at_most_a_thousand() {
    let mut database = database();
    // Midnight in Beijing is at 16:00 UTC.
    let midnight = first_second_of_day(NOW);
    assert_eq!(midnight.seconds(), 1_699_977_600);
    for second in [-1, 0] {
        store(&mut database, &text_from("o1", midnight.plus(second), 1));
    }
    work(&mut database, NOW);
    let days = |since: i64, until: i64| -> Vec<(String, i64)> {
        let days = Days::between(Some(midnight.plus(since)), Some(midnight.plus(until)), NOW);
        summary(&database, days, NOW).days.into_iter().map(|day| (day.date, day.messages)).collect()
    };
    let day = |date: &str| (date.to_owned(), 1);
    assert_eq!(days(-1, 0), [day("2023-11-15"), day("2023-11-14")]);
    assert_eq!(days(0, 5 * DAY), [day("2023-11-15")]);
    assert_eq!(days(-DAY, -1), [day("2023-11-14")]);
    assert_eq!(days(-5000 * DAY, 998 * DAY), [day("2023-11-15"), day("2023-11-14")]);
    assert_eq!(days(-5000 * DAY, 999 * DAY), [day("2023-11-15")]);
}

#[test]
fn hours_that_are_neither_closed_nor_counted_are_named() {
    let mut database = database();
    let first = text_from("o1", NOW, 1);
    store(&mut database, &first);
    assert_eq!(count_live(&database, NOW).missing_since(), None, "before the cron trigger ran");
    // So long ago that it is not counted.
    store(&mut database, &text_from("o1", NOW.plus(-34 * DAY), 2));
    assert_eq!(count_live(&database, NOW).missing_since(), None);
    let hour = |time: Timestamp| time.seconds() / HOUR;
    for hours in [-2, -50] {
        store(&mut database, &text_from("o1", NOW.plus(hours * HOUR), 3));
        let live = count_live(&database, NOW);
        assert_eq!(live.missing_since().map(hour), Some(hour(NOW) + hours), "hours that nothing has closed");
        assert_eq!(live.rows.len(), 1);
    }
    work(&mut database, NOW);
    for (hours, counted, missing) in [(0, 1, false), (1, 1, true), (2, 0, true)] {
        let now = NOW.plus(hours * HOUR);
        let live = count_live(&database, now);
        assert_eq!((live.rows.len(), live.missing_since().is_some()), (counted, missing), "{hours}");
    }
    work(&mut database, NOW.plus(3 * HOUR));
    assert_eq!(count_live(&database, NOW.plus(3 * HOUR)).missing_since(), None);
}

#[test]
fn a_live_count_is_used_the_longer_the_more_it_counted() {
    let live = |entries: i64| {
        let row = |kind: &str| (0, kind.to_owned(), String::new(), "replied".to_owned(), entries, 0);
        Live { rows: vec![row("total"), row("rule")], ..count_live(&database(), NOW) }
    };
    for (entries, seconds) in [(0, 300), (300, 300), (301, 301), (900, 900), (100_000, 900)] {
        let live = live(entries);
        assert!(live.is_fresh(NOW.plus(seconds - 1)), "{entries}");
        assert!(!live.is_fresh(NOW.plus(seconds)), "{entries}");
    }
}

#[test]
fn buttons_are_counted_by_menu_and_outcome() {
    let mut database = database();
    let tap = |second: i64, key: &str, menu_id: Option<&str>, outcome: Outcome| {
        let entry = event_from("o1", NOW.plus(second), "VIEW", key);
        Entry { menu_id: menu_id.map(str::to_owned), outcome, ..entry }
    };
    for entry in [
        tap(-4 * DAY, "https://a.example/?q=1 2", Some("7"), Outcome::Silent),
        tap(-5 * HOUR, "https://a.example/?q=1 2", None, Outcome::Failed),
        tap(-1, "https://a.example/?q=1 2", Some("7"), Outcome::Replied),
        tap(-2, "b", Some("8"), Outcome::Silent),
        event_from("o1", NOW.plus(-3), "CLICK", "b"),
        event_from("o1", NOW.plus(-3), "SCAN", "b"),
    ] {
        store(&mut database, &entry);
    }
    let find = |database: &Connection, menu_id: Option<&str>, key: Option<&str>, since: Option<i64>| {
        let filter = ButtonFilter { menu_id: menu_id.map(str::to_owned), key: key.map(str::to_owned) };
        let days = Days::since(since.map(|since| NOW.plus(since)), NOW);
        let live = count_live(database, NOW);
        let closed: Vec<CountRow> =
            rows(database, &closed_buttons("default", &filter, days, live.closed)).unwrap();
        let found = buttons(&closed, &live, &filter, days).into_iter();
        found.map(|it| (it.event, it.key, it.received, it.last_at, it.last_outcome)).collect::<Vec<_>>()
    };
    let found = |event: &str, key: &str, received, second, outcome: &str| {
        (event.to_owned(), key.to_owned(), received, NOW.plus(second).seconds(), outcome.to_owned())
    };
    let long = "https://a.example/?q=1 2";
    for _ in 0..2 {
        work(&mut database, NOW);
        assert_eq!(
            find(&database, None, None, None),
            [
                found("view", long, 3, -1, "replied"),
                found("view", "b", 1, -2, "silent"),
                found("click", "b", 1, -3, "unanswered")
            ]
        );
        assert_eq!(find(&database, Some("7"), None, None), [found("view", long, 2, -1, "replied")]);
        assert_eq!(find(&database, None, Some(long), Some(-DAY)), [found("view", long, 2, -1, "replied")]);
        assert_eq!(find(&database, Some("8"), Some(long), None), []);
        assert_eq!(find(&database, None, Some("b"), None).len(), 2);
    }
}

#[test]
fn texts_that_nobody_answered_are_counted_by_what_they_say() {
    let mut database = database();
    let say = |second: i64, id: u64, text: &str, outcome: Outcome| {
        let entry = text_from(&format!("o{id}"), NOW.plus(second), id);
        let message = json!({ "MsgType": "text", "Content": text }).to_string();
        Entry { record: Record { message, ..entry.record }, outcome, ..entry }
    };
    let long = "很".repeat(101);
    let entries = [
        say(-9, 1, "多少钱", Outcome::Unanswered),
        say(-8, 2, " 多少钱 ", Outcome::Unanswered),
        say(-7, 3, "在吗", Outcome::Unanswered),
        say(-6, 4, &long, Outcome::Unanswered),
        say(-5, 5, " ", Outcome::Unanswered),
        say(-4, 6, "多少钱", Outcome::Replied),
        say(-3, 7, "多少钱", Outcome::Failed),
        say(-3 * DAY, 8, "很久以前", Outcome::Unanswered),
        event_from("o9", NOW, "CLICK", "K"),
    ];
    for entry in &entries {
        store(&mut database, entry);
    }
    database.execute("UPDATE inbox SET settled = 1 WHERE openid = 'o3'", []).unwrap();
    let found: Vec<WordRow> = rows(&database, &unanswered_words("default", NOW)).unwrap();
    let at = |second| NOW.plus(second).seconds();
    assert_eq!(found, [("多少钱".to_owned(), 2, at(-8)), ("很".repeat(100), 1, at(-6))]);
}

#[test]
fn a_scene_has_its_scans_and_its_follows() {
    let figures = |event: &str, scene: &str, received| SceneFigures {
        event: event.to_owned(),
        scene: scene.to_owned(),
        received,
        outcomes: OutcomeCounts::default(),
    };
    let figures = vec![
        figures("scan", "门店", 9),
        figures("subscribe", "海报", 5),
        figures("subscribe", "门店", 2),
        figures("other", "", 3),
    ];
    let named = ("海报".to_owned(), "秋季海报".to_owned(), None, None, "root".to_owned(), 1);
    let found = scene_reports(figures, &[named]);
    let found: Vec<_> =
        found.iter().map(|it| (it.scene.as_str(), it.name.as_deref(), it.scans, it.followed)).collect();
    assert_eq!(found, [("门店", None, 11, 2), ("海报", Some("秋季海报"), 5, 5)]);
}
