//! Which hours are closed when, and what their rows are.

use std::collections::BTreeMap;

use mp_worker::inbox::{ButtonFilter, CountRow, Days, Outcome, Step, closed_buttons, expire, note_late};
use rusqlite::Connection;

use super::{DAY, HOUR, asked, count_live, figures, hourly, next, number, received, summary, work};
use crate::database::{database, dump, rows, store, transaction};
use crate::world::{NOW, event_from, text_from};

#[test]
fn hours_are_closed_in_their_order_and_days_summed_when_they_are_over() {
    let mut database = database();
    // In Beijing it is 06:13.
    for second in [-7 * HOUR, -3 * HOUR, -3 * HOUR + 1, -HOUR, 0] {
        store(&mut database, &text_from("o1", NOW.plus(second), second.unsigned_abs()));
    }
    let hour = NOW.seconds() / HOUR;
    assert_eq!(
        work(&mut database, NOW),
        [Step::Begin, Step::Close(hour - 7), Step::Close(hour - 3), Step::Pass]
    );
    assert_eq!(hourly(&database).values().map(|(n, _)| *n).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(work(&mut database, NOW), [], "nothing is due twice");
    assert_eq!(work(&mut database, NOW.plus(HOUR)), [Step::Close(hour - 1)]);

    let day = (hour + 8) / 24;
    let steps = work(&mut database, NOW.plus(2 * DAY));
    assert_eq!(steps.last(), Some(&Step::Sum(day)), "{steps:?}");
    let sums = figures(&database, "daily", "day");
    assert_eq!(sums.values().map(|(n, _)| *n).sum::<i64>(), 5);
    assert_eq!(sums.keys().map(|(day, ..)| *day).collect::<Vec<_>>(), [day - 1, day]);
}

#[test]
fn a_late_entry_or_a_changed_outcome_closes_its_hour_again_once_an_hour() {
    let mut database = database();
    store(&mut database, &asked(-3 * DAY, "w_1", Outcome::Asked, 1));
    work(&mut database, NOW);
    let late = NOW.plus(-3 * DAY).seconds() / HOUR;
    let recounted = [Step::CloseAgain(late)];

    let entry = received(text_from("o2", NOW.plus(-3 * DAY), 9), NOW);
    assert!(store(&mut database, &entry));
    assert!(!store(&mut database, &entry));
    assert_eq!(dump(&database, "late_hour"), [format!("default|{late}")]);
    assert_eq!(work(&mut database, NOW), recounted);
    assert_eq!(dump(&database, "late_hour"), [""; 0]);
    let of_messages = |database: &Connection, table: &str| -> Vec<(String, i64)> {
        let unit = if table == "daily" { "day" } else { "hour" };
        let counts = figures(database, table, unit).into_iter();
        counts
            .filter(|((_, kind, ..), _)| kind == "total")
            .map(|((.., outcome), (n, _))| (outcome, n))
            .collect()
    };
    let both = [("asked".to_owned(), 1), ("unanswered".to_owned(), 1)];
    assert_eq!(of_messages(&database, "hourly"), both);
    assert_eq!(of_messages(&database, "daily"), both, "the day was summed, and is summed again");

    database.execute("UPDATE inbox SET outcome = 'answered_late' WHERE outcome = 'asked'", []).unwrap();
    assert_eq!(work(&mut database, NOW.plus(60)), [], "the hour was closed again in this hour already");
    let next_hour = NOW.plus(HOUR);
    assert_eq!(work(&mut database, next_hour), [Step::Pass, recounted[0]]);
    let both = [("answered_late".to_owned(), 1), ("unanswered".to_owned(), 1)];
    assert_eq!(
        (of_messages(&database, "hourly"), of_messages(&database, "daily")),
        (both.to_vec(), both.to_vec())
    );
    assert_eq!(number(&database, "SELECT COUNT(*) FROM hourly WHERE n = 0"), 0);

    // Nor does an entry of an hour that is not closed yet.
    store(&mut database, &text_from("o3", NOW, 1));
    database.execute("UPDATE inbox SET settled = 1", []).unwrap();
    assert_eq!(dump(&database, "late_hour"), [""; 0]);
}

#[test]
fn an_entry_is_late_from_five_minutes_before_its_hour_may_be_closed() {
    // The previous hour may be closed a quarter of an hour after its end.
    let end = NOW.minus(NOW.seconds() % HOUR);
    let entry = text_from("o1", end.minus(1), 1);
    for (after_the_end, is_late) in [(0, false), (599, false), (600, true), (900, true)] {
        assert_eq!(note_late(&entry, end.plus(after_the_end)).is_some(), is_late, "{after_the_end}");
    }
    let mut database = database();
    let late = note_late(&entry, end.plus(900)).unwrap();
    transaction(&mut database, std::slice::from_ref(&late));
    assert_eq!(dump(&database, "late_hour"), [""; 0], "no hour was closed before");
    store(&mut database, &entry);
    work(&mut database, end.plus(899));
    transaction(&mut database, std::slice::from_ref(&late));
    assert_eq!(dump(&database, "late_hour"), [""; 0], "its hour is still open");
    work(&mut database, end.plus(900));
    transaction(&mut database, &[late.clone(), late]);
    assert_eq!(dump(&database, "late_hour"), [format!("default|{}", end.seconds() / HOUR - 1)]);
}

#[test]
fn an_hour_whose_entries_are_no_longer_stored_is_never_closed_again() {
    let mut database = database();
    let old = NOW.plus(-3 * DAY);
    store(&mut database, &received(text_from("o1", old, 1), old));
    work(&mut database, NOW);
    store(&mut database, &received(text_from("o2", old, 2), NOW));
    let step = next(&database, NOW).expect("a late hour");
    transaction(&mut database, &expire("default", NOW, 2));
    assert_eq!(number(&database, "SELECT COUNT(*) FROM inbox"), 1);
    let before = (hourly(&database), figures(&database, "daily", "day"));
    transaction(&mut database, &step.statements("default", NOW));
    store(&mut database, &received(text_from("o3", old, 3), NOW));
    assert_eq!(work(&mut database, NOW.plus(HOUR)), [Step::Pass]);
    assert_eq!((hourly(&database), figures(&database, "daily", "day")), before);
}

#[test]
fn old_hours_and_days_are_forgotten() {
    let mut database = database();
    store(&mut database, &text_from("o1", NOW.plus(-30 * DAY), 1));
    work(&mut database, NOW);
    assert_eq!(["hourly", "daily"].map(|table| dump(&database, table).len()), [1, 1]);
    for day in 1..=6 {
        work(&mut database, NOW.plus(day * DAY));
    }
    assert_eq!(["hourly", "daily"].map(|table| dump(&database, table).len()), [0, 1]);
    let late = received(text_from("o1", NOW.plus(-30 * DAY), 2), NOW.plus(6 * DAY));
    store(&mut database, &late);
    assert_eq!(dump(&database, "late_hour"), [""; 0], "its day could not be summed again");
    for month in 1..=36 {
        work(&mut database, NOW.plus(30 * month * DAY));
    }
    assert_eq!(dump(&database, "daily").len(), 0);
}

#[test]
fn two_hundred_keys_are_kept_and_the_rest_is_one() {
    let mut database = database();
    for number in 0..250 {
        for again in 0..=i64::from(number < 3) {
            let event = event_from("o1", NOW.plus(-3 * HOUR + again), "CLICK", &format!("K{number:03}"));
            store(&mut database, &event);
        }
    }
    for number in 0..250 {
        store(&mut database, &event_from("o1", NOW.plus(-3 * HOUR), &format!("event{number:03}"), "k"));
    }
    store(&mut database, &text_from("o1", NOW.plus(-3 * HOUR), 1));
    work(&mut database, NOW);
    let of = |kind: &str| -> BTreeMap<String, i64> {
        let counts = hourly(&database).into_iter().filter(|((_, of, ..), _)| of == kind);
        counts.map(|((_, _, key, _), (n, _))| (key, n)).collect()
    };
    let menu = of("menu");
    assert_eq!((menu.len(), menu.values().sum::<i64>(), menu["other"]), (201, 253, 50));
    assert_eq!((menu["click  K000"], menu["click  K199"]), (2, 1));
    let total = of("total");
    assert_eq!((total.len(), total[""], total["click"], total["other"]), (201, 1, 253, 52));

    let days = Days::between(None, None, NOW);
    let found = summary(&database, days, NOW);
    assert_eq!((found.days[0].messages, found.days[0].events), (1, 503));
    let of_closed: Vec<CountRow> = {
        let live = count_live(&database, NOW);
        rows(&database, &closed_buttons("default", &ButtonFilter::default(), days, live.closed)).unwrap()
    };
    assert_eq!(of_closed.len(), 201);
}
