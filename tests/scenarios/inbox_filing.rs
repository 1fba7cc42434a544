//! Filing of entries: exactly once, in any order, and also after an interruption.

use mp_worker::inbox::{
    DayRow, Entry, Follower, FollowerRow, MenuEventRow, Outcome, ReplyWindow, Scan, ScanRow, daily_totals,
    file_entry, file_range, first_second_of_day, follower, insert, menu_events, moved_to, scan,
};
use mp_worker::time::Timestamp;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, proptest};
use rusqlite::Connection;

use crate::database::{database, dump, rows, run, transaction};
use crate::world::{NOW, event_from, text_from};

fn store(database: &Connection, entry: &Entry) {
    rows::<(i64,)>(database, &insert(entry)).unwrap();
}

fn store_and_file(database: &mut Connection, entry: &Entry) {
    store(database, entry);
    transaction(database, &file_entry(entry, Some(7)));
}

fn store_and_file_all<'e>(database: &mut Connection, entries: impl IntoIterator<Item = &'e Entry>) {
    for entry in entries {
        store_and_file(database, entry);
    }
}

fn known(database: &Connection, openid: &str) -> Option<Follower> {
    rows::<FollowerRow>(database, &follower("default", openid)).unwrap().pop().map(Follower::from_row)
}

fn look(database: &Connection, now: Timestamp) -> Scan {
    look_from(database, None, now)
}

fn look_from(database: &Connection, from: Option<i64>, now: Timestamp) -> Scan {
    let row = rows::<ScanRow>(database, &scan("default", from, now)).unwrap().pop().unwrap();
    Scan::from_row(row, now)
}

/// The tables that filing changes, without the entries themselves.
fn consequences(database: &Connection) -> Vec<Vec<String>> {
    ["follower", "menu_event", "daily_total"].map(|table| dump(database, table)).into()
}

#[test]
fn a_user_is_known_from_received_entries() {
    let mut database = database();
    assert_eq!(known(&database, "o1"), None);
    store_and_file(&mut database, &event_from("o1", NOW, "subscribe", "qrscene_42"));
    store_and_file(&mut database, &text_from("o1", NOW.plus(5), 1));
    store_and_file(&mut database, &event_from("o1", NOW.plus(9), "VIEW", "https://example.com/"));
    let user = known(&database, "o1").unwrap();
    assert_eq!((user.followed_at, user.unfollowed_at), (Some(NOW), None));
    assert_eq!((user.scene(), user.last_message_at), (Some("42"), Some(NOW.plus(5))));

    store_and_file(&mut database, &event_from("o1", NOW.plus(20), "unsubscribe", ""));
    assert_eq!(known(&database, "o1").unwrap().gone_since(), Some(NOW.plus(20)));
    store_and_file(&mut database, &event_from("o1", NOW.plus(30), "subscribe", ""));
    let user = known(&database, "o1").unwrap();
    assert_eq!((user.followed_at, user.gone_since(), user.scene()), (Some(NOW.plus(30)), None, None));
}

#[test]
fn events_not_caused_by_a_user_create_no_follower() {
    let mut database = database();
    for event in ["MASSSENDJOBFINISH", "VIEW", "LOCATION", "user_get_card"] {
        store_and_file(&mut database, &event_from("mphelper", NOW, event, "k"));
    }
    assert_eq!(known(&database, "mphelper"), None);
}

#[test]
fn the_reply_window_is_open_as_long_as_wechat_documents() {
    let window = |entries: &[Entry], after: i64| {
        let mut database = database();
        store_and_file_all(&mut database, entries);
        known(&database, "o1").unwrap().window(NOW.plus(after))
    };
    let (follow, text) = (event_from("o1", NOW, "subscribe", ""), text_from("o1", NOW, 1));
    let click = event_from("o1", NOW, "CLICK", "k");
    assert_eq!(window(std::slice::from_ref(&text), 172_799), ReplyWindow::Open);
    assert_eq!(window(std::slice::from_ref(&text), 172_800), ReplyWindow::ClosedSince(NOW.plus(172_800)));
    assert_eq!(window(std::slice::from_ref(&follow), 59), ReplyWindow::Open);
    assert_eq!(window(std::slice::from_ref(&follow), 60), ReplyWindow::ClosedSince(NOW.plus(60)));
    assert_eq!(window(&[follow, click.clone(), text.clone()], 172_799), ReplyWindow::Open);
    assert_eq!(window(std::slice::from_ref(&click), 59), ReplyWindow::Open);
    assert_eq!(
        window(&[click], 60),
        ReplyWindow::Unknown,
        "a message that was not received may keep the window open"
    );

    let tap = Entry { opens: Some(60), ..text_from("o1", NOW, 1) };
    assert_eq!(
        window(&[tap], 60),
        ReplyWindow::Unknown,
        "another message may have opened the window for longer"
    );
    let gone = event_from("o1", NOW.plus(10), "unsubscribe", "");
    let unseen_return = text_from("o1", NOW.plus(30), 9);
    assert_eq!(
        window(&[gone.clone(), unseen_return], 40),
        ReplyWindow::Open,
        "a user who writes must have followed again"
    );
    assert_eq!(window(&[text.clone(), gone.clone()], 20), ReplyWindow::UnfollowedSince(NOW.plus(10)));
    let back = event_from("o1", NOW.plus(15), "subscribe", "");
    assert_eq!(window(&[text, gone, back], 20), ReplyWindow::Open);
}

#[test]
fn events_of_a_button_are_counted_by_outcome() {
    let mut database = database();
    let click = |second: i64, outcome: Outcome| Entry {
        outcome,
        ..event_from("o1", NOW.plus(second), "CLICK", "HELP")
    };
    for entry in [
        click(0, Outcome::Replied),
        click(1, Outcome::Replied),
        click(3, Outcome::Failed),
        click(2, Outcome::Silent),
        click(86_400, Outcome::Relayed),
        event_from("o1", NOW.plus(1), "VIEW", "https://example.com/"),
        event_from("o1", NOW.plus(1), "SCAN", "42"),
        text_from("o1", NOW, 1),
    ] {
        store_and_file(&mut database, &entry);
    }
    let counted = |menu_id: Option<&str>, key: Option<&str>, since: Option<Timestamp>| {
        rows::<MenuEventRow>(&database, &menu_events("default", menu_id, key, since)).unwrap()
    };
    let help = |received, last, outcome: &str| {
        let (replied, silent, failed) = if received == 5 { (2, 1, 1) } else { (0, 0, 0) };
        let last = NOW.plus(last).seconds();
        (
            "HELP".to_owned(),
            "click".to_owned(),
            received,
            replied,
            silent,
            1,
            failed,
            last,
            outcome.to_owned(),
        )
    };
    let url = "https://example.com/".to_owned();
    let view = (url, "view".to_owned(), 1, 0, 1, 0, 0, NOW.plus(1).seconds(), "silent".to_owned());
    assert_eq!(counted(None, None, None), [help(5, 86_400, "relayed"), view]);
    assert_eq!(counted(None, Some("HELP"), Some(NOW.plus(86_400))), [help(1, 86_400, "relayed")]);
    assert_eq!(counted(Some("1"), None, None), []);
    assert_eq!(counted(None, Some("none"), None), []);
}

#[test]
fn events_of_a_conditional_menu_are_counted_under_its_id() {
    let mut database = database();
    let view = |menu_id: &str, second: i64| Entry {
        menu_id: Some(menu_id.to_owned()),
        ..event_from("o1", NOW.plus(second), "VIEW", "u")
    };
    store_and_file_all(&mut database, &[view("1", 0), view("2", 1), view("2", 2)]);
    let received = |menu_id: Option<&str>| {
        rows::<MenuEventRow>(&database, &menu_events("default", menu_id, None, None)).unwrap()[0].2
    };
    assert_eq!([None, Some("1"), Some("2")].map(received), [3, 1, 2]);
}

#[test]
fn days_are_counted_in_beijing_time() {
    let mut database = database();
    // Midnight at the start of 2023-11-15 in Beijing.
    let midnight = Timestamp::from_seconds(1_699_977_600);
    assert_eq!(first_second_of_day(midnight), midnight);
    assert_eq!(first_second_of_day(midnight.plus(86_399)), midnight);
    assert_eq!(first_second_of_day(midnight.plus(-1)), midnight.plus(-86_400));
    for entry in [
        text_from("o1", midnight.plus(-1), 1),
        text_from("o1", midnight, 2),
        event_from("o1", midnight, "subscribe", ""),
        event_from("o2", midnight.plus(86_399), "unsubscribe", ""),
        event_from("o2", midnight.plus(5), "CLICK", "k"),
    ] {
        store_and_file(&mut database, &entry);
    }
    let days = |since: Option<Timestamp>, until: Option<Timestamp>, now: Timestamp| {
        rows::<DayRow>(&database, &daily_totals("default", since, until, now)).unwrap()
    };
    let (before, after) = (("2023-11-14".to_owned(), 1, 0, 0, 0), ("2023-11-15".to_owned(), 1, 3, 1, 1));
    assert_eq!(days(None, None, midnight.plus(9)), [after.clone(), before.clone()]);
    assert_eq!(days(Some(midnight), None, midnight.plus(9)), std::slice::from_ref(&after));
    assert_eq!(days(None, Some(midnight.plus(-5)), midnight.plus(9)), std::slice::from_ref(&before));
    assert_eq!(days(None, None, midnight.plus(29 * 86_400)), [after], "the default is 30 days");
    assert_eq!(days(None, None, midnight.plus(30 * 86_400)), []);
}

#[test]
fn an_entry_is_filed_with_its_response_time() {
    let mut database = database();
    let entry = text_from("o1", NOW, 1);
    store_and_file(&mut database, &entry);
    transaction(&mut database, &file_entry(&entry, Some(9)));
    assert!(dump(&database, "inbox")[0].ends_with("|silent|7|1|"));
}

#[test]
fn an_interrupted_entry_is_found_and_filed() {
    let mut database = database();
    let now = NOW.plus(30);
    assert_eq!(look(&database, now), Scan { unfiled: None, up_to: None, more_from: None });
    store_and_file(&mut database, &text_from("o1", NOW, 1));
    assert_eq!(look(&database, now).unfiled, None);
    store(&database, &text_from("o1", NOW.plus(3), 2));
    store(&database, &event_from("o2", NOW.plus(5), "subscribe", ""));
    store_and_file(&mut database, &text_from("o1", NOW.plus(6), 3));
    let found = look(&database, now);
    assert_eq!(found.unfiled, Some((NOW.plus(3).seconds(), NOW.plus(6).seconds())));
    transaction(&mut database, &file_range("default", found.unfiled.unwrap()));
    assert_eq!(look(&database, now).unfiled, None);
    assert_eq!(known(&database, "o2").unwrap().followed_at, Some(NOW.plus(5)));
    assert_eq!(dump(&database, "daily_total"), ["default|19676|3|1|1|0"]);
}

#[test]
fn a_scan_continues_where_the_last_one_ended() {
    let mut database = database();
    for second in 0..2500 {
        store(&database, &text_from("o1", NOW.plus(second), 1));
    }
    let now = NOW.plus(10_000);
    let first = look(&database, now);
    let end = NOW.plus(1999).seconds();
    assert_eq!(first, Scan { unfiled: Some((NOW.seconds(), end)), up_to: Some(end), more_from: Some(end) });
    transaction(&mut database, &file_range("default", first.unfiled.unwrap()));
    run(&database, &moved_to("default", end));
    let second = look(&database, now);
    assert_eq!(second.unfiled, Some((NOW.plus(2000).seconds(), NOW.plus(2499).seconds())));
    assert_eq!((second.up_to, second.more_from), (Some(now.plus(-180).seconds()), None));
    run(&database, &moved_to("default", now.plus(-180).seconds()));
    run(&database, &moved_to("default", end));
    assert_eq!(dump(&database, "filing"), ["default|1700009820"], "the position never moves back");
}

#[test]
fn a_burst_of_recent_entries_is_scanned_completely() {
    let mut database = database();
    for second in 0..50 {
        for msg_id in 0..100 {
            store(&database, &text_from("o1", NOW.plus(second), msg_id));
        }
    }
    let now = NOW.plus(50);
    let mut from = None;
    for _ in 0..3 {
        let found = look_from(&database, from, now);
        assert_eq!(found.up_to, Some(now.plus(-180).seconds()), "entries with these times may still arrive");
        transaction(&mut database, &file_range("default", found.unfiled.unwrap()));
        from = found.more_from;
    }
    assert_eq!(from, None);
    assert_eq!(dump(&database, "daily_total"), ["default|19676|5000|0|0|0"]);
}

#[test]
fn a_second_with_more_entries_than_a_scan_does_not_block() {
    let mut database = database();
    for msg_id in 0..2300 {
        store(&database, &text_from("o1", NOW, msg_id));
    }
    store(&database, &text_from("o1", NOW.plus(1), 1));
    let mut now = NOW.plus(1000);
    for _ in 0..3 {
        let found = look(&database, now);
        found.unfiled.into_iter().for_each(|range| {
            transaction(&mut database, &file_range("default", range));
        });
        found.up_to.into_iter().for_each(|up_to| run(&database, &moved_to("default", up_to)));
        now = now.plus(120);
    }
    assert_eq!(dump(&database, "daily_total"), ["default|19676|2301|0|0|0"]);
}

#[test]
fn the_scan_does_not_advance_past_entries_that_may_still_arrive() {
    let database = database();
    for second in 0..300 {
        store(&database, &text_from("o1", NOW.plus(second), 1));
    }
    let now = NOW.plus(300);
    assert_eq!(look(&database, now).up_to, Some(now.plus(-180).seconds()));
    let earliest_timely = text_from("o1", NOW.plus(-120), 1);
    assert!(
        earliest_timely.is_timely(),
        "an entry may arrive 120 seconds after its CreateTime, and clocks may differ by 60"
    );
}

#[test]
fn accounts_do_not_mix() {
    let mut database = database();
    let elsewhere = Entry { account: "shop".to_owned(), ..text_from("o1", NOW, 1) };
    store_and_file(&mut database, &elsewhere);
    store(&database, &text_from("o1", NOW, 1));
    assert_eq!(known(&database, "o1"), None);
    transaction(&mut database, &file_range("default", (NOW.seconds(), NOW.seconds())));
    assert_eq!(dump(&database, "daily_total"), ["default|19676|1|0|0|0", "shop|19676|1|0|0|0"]);
}

/// Messages and events of a few users, at distinct times.
fn happenings() -> impl Strategy<Value = Vec<Entry>> {
    let one = (0..3_u8, 0..8_u8, 0..200_i64, any::<bool>()).prop_map(|(user, kind, second, failed)| {
        let (openid, time) = (format!("o{user}"), NOW.plus(second * 1000));
        let entry = match kind {
            0 => event_from(&openid, time, "subscribe", ""),
            1 => event_from(&openid, time, "subscribe", "qrscene_7"),
            2 => event_from(&openid, time, "unsubscribe", ""),
            3 => event_from(&openid, time, "CLICK", "K"),
            4 => event_from(&openid, time, "VIEW", "https://example.com/"),
            5 => event_from(&openid, time, "LOCATION", ""),
            _ => text_from(&openid, time, u64::from(kind)),
        };
        Entry { outcome: if failed { Outcome::Failed } else { Outcome::Replied }, ..entry }
    });
    proptest::collection::vec(one, 1..25).prop_map(|mut entries| {
        // The order of two entries in the same second is undefined.
        entries.sort_by_key(|entry| entry.record.create_time);
        entries.dedup_by_key(|entry| entry.record.create_time);
        entries
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn filing_in_any_order_and_repeatedly_has_the_same_result(
        (entries, order) in happenings().prop_flat_map(|entries| {
            let shuffled = Just(entries.clone()).prop_shuffle();
            (Just(entries), shuffled)
        }),
        cut_off in any::<u32>(),
    ) {
        let mut expected = database();
        store_and_file_all(&mut expected, &entries);

        let mut swept = database();
        for (index, entry) in order.iter().enumerate() {
            store(&swept, entry);
            if cut_off >> (index % 32) & 1 == 0 {
                transaction(&mut swept, &file_entry(entry, None));
            }
        }
        for _ in 0..2 {
            transaction(&mut swept, &file_range("default", (0, i64::MAX)));
        }
        for entry in &order {
            transaction(&mut swept, &file_entry(entry, None));
        }
        assert_eq!(consequences(&swept), consequences(&expected));
    }
}
