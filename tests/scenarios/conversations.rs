//! The list of conversations: every user once, for any page size and while messages arrive.

use std::collections::BTreeMap;

use mp_worker::inbox::{
    Continuation, Conversation, ConversationFilter, ConversationRow, Entry, Opening, OpeningRow, Outcome,
    Pause, PauseRow, Place, PlaceRow, Record, Section, SendRecord, extend_pause, opening, pause, poll_from,
    resume, section, settle,
};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use proptest::prelude::{ProptestConfig, prop, proptest};
use rusqlite::Connection;

use crate::database::{database, rows, store, transaction};
use crate::world::{NOW, event_from, text_from};

use ConversationFilter::{All, Failed, Paused, Unanswered};

struct List<'a> {
    filter: ConversationFilter,
    limit: u32,
    now: Timestamp,
    after: Option<&'a Place>,
    query: Option<&'a str>,
}

impl List<'_> {
    fn of(filter: ConversationFilter) -> Self {
        Self { filter, limit: 3, now: NOW, after: None, query: None }
    }

    /// One page, with what arrives between its statements.
    fn page(
        &self,
        database: &mut Connection,
        from: Option<Continuation>,
        arrive: &mut dyn FnMut(&mut Connection),
    ) -> (Vec<Conversation>, Option<Continuation>, Option<Timestamp>) {
        let Self { filter, limit, now, after, query } = *self;
        let found = rows::<PlaceRow>(database, &section("default", filter, from.as_ref(), after, now));
        let section = Section::from_rows(found.unwrap(), filter, from, after, now);
        arrive(database);
        let Some(section) = section else { return (Vec::new(), None, None) };
        let found = rows::<ConversationRow>(database, &section.page("default", (filter, query), limit, now));
        let found = Conversation::from_rows(found.unwrap(), now);
        let searched_until = section.searched_until();
        let next = section.next(&found, limit);
        (found, next, searched_until)
    }

    /// Every page; `arrive` runs between any two statements.
    fn all(&self, database: &mut Connection, mut arrive: impl FnMut(&mut Connection)) -> Vec<Conversation> {
        let (mut all, mut from) = (Vec::new(), None);
        loop {
            let (found, next, _) = self.page(database, from, &mut arrive);
            all.extend(found);
            arrive(database);
            if next.is_none() {
                return all;
            }
            from = next;
        }
    }
}

fn users(conversations: &[Conversation]) -> Vec<&str> {
    conversations.iter().map(|conversation| conversation.openid.as_str()).collect()
}

fn with(entry: Entry, outcome: Outcome) -> Entry {
    Entry { outcome, ..entry }
}

#[test]
fn each_user_is_listed_by_the_latest_message() {
    let mut database = database();
    for (openid, second, msg_id) in [("o1", 1, 1), ("o2", 2, 2), ("o1", 3, 3), ("o3", 3, 4), ("o3", 3, 5)] {
        store(&mut database, &text_from(openid, NOW.plus(second), msg_id));
    }
    store(&mut database, &event_from("o2", NOW.plus(9), "CLICK", "k"));
    store(&mut database, &event_from("o4", NOW.plus(9), "subscribe", ""));
    let all = List::of(All).all(&mut database, |_| ());
    assert_eq!(users(&all), ["o3", "o1", "o2"], "an event is no message");
    let ids: Vec<_> = all.iter().map(|conversation| conversation.msg_id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["5", "3", "2"]);
    let first = &all[0];
    assert_eq!((first.msg_type.as_str(), first.text.as_deref()), ("text", Some("第 5 条")));
    assert_eq!(
        (first.outcome.as_str(), first.is_settled, first.create_time),
        ("unanswered", false, NOW.plus(3))
    );
    let opening = Opening { until: NOW.plus(3 + 48 * 3600), left: 5, is_of_message: true };
    assert_eq!(first.window, Some(opening));
    assert_eq!((&first.paused, first.remark.as_deref(), first.has_unfollowed), (&None, None, false));
    let other = rows::<PlaceRow>(&database, &section("shop", All, None, None, NOW)).unwrap();
    assert_eq!(other, [], "another account");
}

#[test]
fn nobody_is_missing_or_listed_twice_while_messages_arrive() {
    let mut database = database();
    for (second, user) in (0..60).zip((0..20).cycle()) {
        store(&mut database, &text_from(&format!("o{user:02}"), NOW.plus(second), 1));
    }
    let expected: Vec<String> = (0..20).rev().map(|user| format!("o{user:02}")).collect();
    for limit in [1, 2, 7, 100] {
        let mut time = 100 + i64::from(limit) * 1000;
        let mut arrived = 0;
        let all = List { limit, now: NOW.plus(time), ..List::of(All) }.all(&mut database, |database| {
            // From users who are listed, who are yet to be listed, and who are new.
            for user in ["o19".to_owned(), "o00".to_owned(), format!("new{limit}{arrived}")] {
                time += 1;
                store(database, &text_from(&user, NOW.plus(time), 1));
            }
            arrived += 1;
        });
        let listed = users(&all);
        let count = |user: &str| listed.iter().filter(|listed| **listed == user).count();
        assert!(expected.iter().all(|user| count(user) == 1), "{limit}: {listed:?}");
        assert!(listed.iter().all(|user| count(user) == 1), "{limit}: {listed:?}");
    }
}

#[test]
fn a_page_is_limited_and_says_how_far_it_searched() {
    let mut database = database();
    store(&mut database, &text_from("quiet", NOW.plus(-5), 1));
    for second in 0..1200 {
        store(&mut database, &text_from("loud", NOW.plus(second), 1));
    }
    let list = List { now: NOW.plus(1200), ..List::of(All) };
    let (found, next, searched_until) = list.page(&mut database, None, &mut |_| ());
    assert_eq!((users(&found), searched_until), (vec!["loud"], Some(NOW.plus(700))));
    let (found, next, searched_until) = list.page(&mut database, next, &mut |_| ());
    assert_eq!((users(&found), searched_until), (vec![], Some(NOW.plus(200))));
    let (found, next, searched_until) = list.page(&mut database, next, &mut |_| ());
    assert_eq!((users(&found), next, searched_until), (vec!["quiet"], None, None));
}

#[test]
fn a_poll_lists_what_is_newer_and_a_few_seconds_of_the_rest() {
    let mut database = database();
    store(&mut database, &text_from("o1", NOW.plus(-100), 1));
    store(&mut database, &text_from("o2", NOW.plus(-10), 2));
    let after = poll_from(NOW);
    // It was sent before the list was made, and arrives after it.
    store(&mut database, &text_from("o3", NOW.plus(-20), 3));
    store(&mut database, &text_from("o1", NOW.plus(5), 4));
    let later = NOW.plus(15);
    let all = List { now: later, after: Some(&after), limit: 1, ..List::of(All) }.all(&mut database, |_| ());
    assert_eq!(users(&all), ["o1", "o2", "o3"]);
    let after = poll_from(NOW.plus(60));
    let none = List { now: later, after: Some(&after), ..List::of(All) }.all(&mut database, |_| ());
    assert_eq!(users(&none), [""; 0]);
}

#[test]
fn unanswered_and_failed_messages_of_the_last_48_hours_are_found_below_answered_ones() {
    let mut database = database();
    let say = |database: &mut Connection, openid: &str, second: i64, outcome: Outcome| {
        store(database, &with(text_from(openid, NOW.plus(second), second.unsigned_abs()), outcome));
    };
    say(&mut database, "o1", 1, Outcome::Unanswered);
    say(&mut database, "o1", 2, Outcome::Unanswered);
    say(&mut database, "o1", 3, Outcome::Replied);
    say(&mut database, "o2", 4, Outcome::Failed);
    say(&mut database, "o2", 5, Outcome::Unanswered);
    say(&mut database, "o3", 6, Outcome::Silent);
    say(&mut database, "o4", -49 * 3600, Outcome::Failed);
    let of = |database: &mut Connection, filter| {
        let found = List::of(filter).all(database, |_| ());
        let found = found.into_iter().map(|found| (found.openid, found.msg_id.unwrap()));
        found.collect::<Vec<_>>()
    };
    let one = |openid: &str, msg_id: &str| (openid.to_owned(), msg_id.to_owned());
    assert_eq!(of(&mut database, Unanswered), [one("o2", "5"), one("o1", "2")]);
    assert_eq!(of(&mut database, Failed), [one("o2", "4")]);
    assert_eq!(rows::<(i64,)>(&database, &settle("default", "o2", NOW)).unwrap().len(), 2);
    assert_eq!(of(&mut database, Unanswered), [one("o1", "2")]);
    assert_eq!(of(&mut database, Failed), []);
    let (account, openid, message) = ("default", "o1", "{}");
    for (kind, sender, errcode, left) in [
        ("custom", "rule:", Some(0), 1),
        ("custom", "key:k", Some(45015), 1),
        ("custom", "key:k", None, 1),
        // A notification, which answers no question.
        ("template", "key:k", Some(0), 1),
        ("custom", "key:k", Some(0), 0),
    ] {
        let record = SendRecord { account, openid, kind, message, sender, errcode };
        transaction(&mut database, &record.statements(NOW, &format!("{kind}{sender}{errcode:?}")));
        assert_eq!(of(&mut database, Unanswered).len(), left, "{kind} {sender} {errcode:?}");
    }
}

#[test]
fn a_pause_is_set_or_extended() {
    let database = database();
    let stored = |statement: Statement| {
        let row = rows::<PauseRow>(&database, &statement).unwrap().swap_remove(0);
        let Pause { until, by, by_name } = Pause::from_row(row);
        assert_eq!(by_name.as_deref(), (by == "key:a").then_some("王五"), "{by}");
        (until, by)
    };
    database
        .execute(
            "INSERT INTO api_key (id, name, hash, scopes, account, created_at) VALUES ('a', '王五', '', '[]', 'default', 1)",
            [],
        )
        .unwrap();
    let extend = |until, by| stored(extend_pause("default", "o1", until, by));
    let of = |until, by: &str| (until, by.to_owned());
    assert_eq!(extend(NOW.plus(60), "key:a"), of(NOW.plus(60), "key:a"));
    assert_eq!(extend(NOW.plus(30), "root"), of(NOW.plus(60), "key:a"), "a message does not shorten a pause");
    assert_eq!(extend(NOW.plus(90), "root"), of(NOW.plus(90), "root"));
    let paused = stored(pause("default", "o1", NOW.plus(10), "rule:人工"));
    assert_eq!(paused, of(NOW.plus(10), "rule:人工"), "a person does");
    assert_eq!(stored(pause("default", "o1", Timestamp::LAST, "root")).0, Timestamp::LAST);
    assert_eq!(extend(NOW.plus(90), "key:a"), of(Timestamp::LAST, "root"));
}

#[test]
fn paused_users_are_listed_until_they_are_resumed_or_the_pause_ends() {
    let mut database = database();
    for (openid, second) in [("o1", 1), ("o2", 2), ("o3", 3)] {
        store(&mut database, &text_from(openid, NOW.plus(second), 1));
    }
    for (openid, until) in [("o1", Timestamp::LAST), ("o2", NOW.plus(60))] {
        assert_eq!(rows::<PauseRow>(&database, &pause("default", openid, until, "root")).unwrap().len(), 1);
    }
    let at = |database: &mut Connection, second| {
        let list = List { now: NOW.plus(second), ..List::of(Paused) };
        let found = list.all(database, |_| ());
        found.into_iter().map(|found| (found.openid, found.paused.unwrap().until)).collect::<Vec<_>>()
    };
    let (o1, o2) = (("o1".to_owned(), Timestamp::LAST), ("o2".to_owned(), NOW.plus(60)));
    assert_eq!(at(&mut database, 59), [o2, o1.clone()]);
    assert_eq!(at(&mut database, 60), [o1]);
    assert_eq!(rows::<(i64,)>(&database, &resume("default", "o1")).unwrap().len(), 1);
    assert_eq!(at(&mut database, 60), []);
}

#[test]
fn the_window_follows_the_latest_entries_and_ends_when_the_user_unfollows() {
    let mut database = database();
    let window = |database: &mut Connection, now| {
        let found = List { now, ..List::of(All) }.all(database, |_| ());
        let window = found[0].window;
        // What has closed takes no message.
        assert!(window.is_none_or(|window| (window.left > 0) == (window.until > now)), "{window:?}");
        (window.map(|window| window.until), found[0].has_unfollowed)
    };
    store(&mut database, &text_from("o1", NOW, 1));
    let end = NOW.plus(48 * 3600);
    assert_eq!(window(&mut database, NOW), (Some(end), false));
    assert_eq!(window(&mut database, end.plus(5)), (Some(end), false), "when it closed");
    store(&mut database, &received(event_from("o1", end, "CLICK", "k")));
    assert_eq!(window(&mut database, end.plus(5)), (Some(end.plus(60)), false));
    store(&mut database, &received(event_from("o1", end.plus(1), "unsubscribe", "")));
    assert_eq!(window(&mut database, end.plus(5)), (None, true));
    store(&mut database, &received(text_from("o1", end.plus(2), 2)));
    assert_eq!(
        window(&mut database, end.plus(5)),
        (Some(end.plus(2 + 48 * 3600)), false),
        "the user is back"
    );
}

#[test]
fn a_list_says_how_many_messages_may_be_sent_and_why() {
    let mut database = database();
    let of_list = |database: &mut Connection, filter, now| {
        let found = List { now, ..List::of(filter) }.all(database, |_| ());
        let Opening { until, left, is_of_message } = found[0].window.unwrap();
        (until, left, is_of_message)
    };
    let send = |database: &mut Connection, at: Timestamp, kind, errcode| {
        let record = SendRecord {
            account: "default",
            openid: "o1",
            kind,
            message: "{}",
            sender: "rule:",
            errcode: Some(errcode),
        };
        transaction(database, &record.statements(at, &format!("{kind}{errcode}{at}")));
    };
    store(&mut database, &text_from("o1", NOW, 1));
    let end = NOW.plus(48 * 3600);
    send(&mut database, NOW.minus(1), "custom", 0);
    send(&mut database, NOW, "template", 0);
    send(&mut database, NOW, "custom", 45047);
    assert_eq!(of_list(&mut database, All, NOW), (end, 5, true));
    for sent in 1..=6 {
        send(&mut database, NOW.plus(sent), "custom", 0);
        let left = usize::try_from(5 - sent).unwrap_or_default();
        assert_eq!(of_list(&mut database, All, NOW.plus(9)), (end, left, true), "{sent}");
    }
    // A tap does not shorten what a message opened, and a newer message that was answered opens it again.
    store(&mut database, &received(event_from("o1", NOW.plus(10), "CLICK", "k")));
    assert_eq!(of_list(&mut database, Unanswered, NOW.plus(11)), (end, 0, true));
    store(&mut database, &with(text_from("o1", NOW.plus(20), 2), Outcome::Replied));
    assert_eq!(of_list(&mut database, Unanswered, NOW.plus(21)), (end.plus(20), 5, true));
    store(&mut database, &received(event_from("o1", end.plus(100), "CLICK", "k")));
    assert_eq!(of_list(&mut database, All, end.plus(101)), (end.plus(160), 3, false), "a tap alone");
    send(&mut database, end.plus(101), "custom", 0);
    assert_eq!(of_list(&mut database, All, end.plus(102)), (end.plus(160), 2, false));
    assert_eq!(of_list(&mut database, All, end.plus(160)), (end.plus(160), 0, false), "it has closed");
    let row = rows::<OpeningRow>(&database, &opening("default", "o1", end.plus(102), "")).unwrap();
    let same = Opening { until: end.plus(160), left: 1, is_of_message: false };
    assert_eq!(Opening::from_row(row[0], 1), same, "message/reply says the same");
}

#[test]
fn a_search_finds_remarks_openids_and_latest_texts_and_goes_on_page_by_page() {
    let mut database = database();
    let say = |database: &mut Connection, openid: &str, second, text: &str| {
        let entry = text_from(openid, NOW.plus(second), second.unsigned_abs());
        let message = format!(r#"{{"MsgType":"text","Content":"{text}"}}"#);
        store(database, &Entry { record: Record { message, ..entry.record }, ..entry });
    };
    say(&mut database, "oAbcXk3f", 1, "多少钱");
    say(&mut database, "oWang", 2, "价格 100% OFF");
    say(&mut database, "oLi", 3, "earlier: abc");
    say(&mut database, "oLi", 4, "hello");
    store(&mut database, &event_from("oAbcEvent", NOW.plus(5), "subscribe", ""));
    database
        .execute("INSERT INTO user (account, openid, remark) VALUES ('default', 'oWang', '王女士 VIP')", [])
        .unwrap();
    let find = |database: &mut Connection, query: &'static str, filter| {
        let list = List { query: Some(query), limit: 1, now: NOW.plus(9), ..List::of(filter) };
        users(&list.all(database, |_| ())).join(" ")
    };
    for (query, expected) in [
        ("oabc", "oAbcXk3f"),
        ("Xk3F", "oAbcXk3f"),
        ("bcXk", ""),
        ("王女", "oWang"),
        ("vip", "oWang"),
        ("多少", "oAbcXk3f"),
        ("0% off", "oWang"),
        ("%", "oWang"),
        ("_", ""),
        ("earlier", ""),
        ("o", "oLi oWang oAbcXk3f"),
    ] {
        assert_eq!(find(&mut database, query, All), expected, "{query}");
    }
    assert_eq!(find(&mut database, "hello", Unanswered), "oLi");
    assert_eq!(find(&mut database, "hello", Failed), "");

    for second in 10..1210 {
        store(&mut database, &text_from("loud", NOW.plus(second), 1));
    }
    let list = List { query: Some("vip"), now: NOW.plus(1210), ..List::of(All) };
    let (found, next, searched_until) = list.page(&mut database, None, &mut |_| ());
    assert_eq!((users(&found), searched_until), (vec![], Some(NOW.plus(710))));
    let (_, next, _) = list.page(&mut database, next, &mut |_| ());
    let (found, next, searched_until) = list.page(&mut database, next, &mut |_| ());
    assert_eq!((users(&found), next, searched_until), (vec!["oWang"], None, None));
}

/// The entry, received at its CreateTime.
fn received(entry: Entry) -> Entry {
    let record = Record { received_at: entry.record.create_time, ..entry.record };
    Entry { record, ..entry }
}

#[test]
fn an_entry_from_the_far_future_does_not_stay_at_the_top() {
    let mut database = database();
    store(&mut database, &text_from("o1", Timestamp::LAST, 1));
    store(&mut database, &text_from("o2", NOW, 2));
    assert_eq!(users(&List::of(All).all(&mut database, |_| ())), ["o2"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_list_is_that_of_a_model(
        sent in prop::collection::vec((0..6_u8, 0..40_i64, 0..4_u8), 1..80),
        limit in 1..5_u32,
    ) {
        let mut database = database();
        let (mut latest, mut open) = (BTreeMap::new(), BTreeMap::new());
        for (index, (user, second, kind)) in (1_u64..).zip(sent) {
            let (openid, time) = (format!("o{user}"), NOW.plus(second));
            let entry = match kind {
                0 => event_from(&openid, time, "CLICK", &index.to_string()),
                1 => with(text_from(&openid, time, index), Outcome::Replied),
                2 => with(text_from(&openid, time, index), Outcome::Unanswered),
                _ => with(text_from(&openid, time, index), Outcome::Failed),
            };
            let place = (time, entry.record.id.clone());
            let raise = |map: &mut BTreeMap<String, _>| {
                let place = place.clone();
                map.entry(openid.clone()).and_modify(|known| if *known < place { *known = place.clone() }).or_insert(place);
            };
            if kind > 0 { raise(&mut latest); }
            if kind > 1 { raise(&mut open); }
            store(&mut database, &entry);
        }
        for (filter, expected) in [(All, latest), (Unanswered, open)] {
            let mut expected: Vec<_> = expected.into_iter().map(|(openid, (time, _))| (time, openid)).collect();
            expected.sort_by(|one, other| other.cmp(one));
            let list = List { limit, now: NOW.plus(50), ..List::of(filter) };
            let found = list.all(&mut database, |_| ());
            let found: Vec<_> = found.into_iter().map(|found| (found.create_time, found.openid)).collect();
            assert_eq!(found, expected, "{filter:?}");
        }
    }
}
