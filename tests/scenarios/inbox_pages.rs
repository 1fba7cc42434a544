//! Reading the inbox: single messages, stable pages, and cursors that cannot be forged.

use mp_worker::api::Cursors;
use mp_worker::inbox::{
    Filter, Line, Outcome, Place, PlaceRow, Received, ReceivedRow, SendRecord, SentRow, by_msg_id, lines,
    next_page, page, page_end, timeline,
};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use proptest::prelude::{ProptestConfig, any, proptest};
use rusqlite::Connection;
use serde_json::json;

use crate::database::{database, rows, store, transaction};
use crate::world::{NOW, entry_by, event_from, message_xml, other_signing_keys, signing_keys, text_from};

fn received(database: &Connection, statement: &Statement) -> Vec<Received> {
    rows::<ReceivedRow>(database, statement).unwrap().into_iter().map(Received::from_row).collect()
}

/// Reads every page and returns the ids. `arrive` runs between any two statements.
fn pages(
    database: &mut Connection,
    filter: &Filter,
    limit: u32,
    mut arrive: impl FnMut(&mut Connection),
) -> Vec<String> {
    let (mut ids, mut below) = (Vec::new(), None);
    loop {
        let end = page_end("default", filter, below.as_ref());
        let end = end.and_then(|end| rows::<PlaceRow>(&*database, &end).unwrap().pop()).map(Place::from_row);
        arrive(database);
        let found = received(database, &page("default", filter, below.as_ref(), end.as_ref(), limit));
        below = next_page(&found, limit, end);
        ids.extend(found.into_iter().map(|entry| entry.record.id));
        arrive(database);
        if below.is_none() {
            return ids;
        }
    }
}

#[test]
fn a_message_is_found_by_its_id() {
    let mut database = database();
    let rules = r#"{"version": 1, "rules": [
        {"name": "hello", "when": {"default": {}}, "reply": {"msgtype": "text", "text": {"content": "A"}}}]}"#;
    let xml = message_xml("o1", NOW, "<MsgType>text</MsgType><Content>a</Content><MsgId>7</MsgId>");
    store(&mut database, &entry_by(rules, &xml).unwrap());
    let found = received(&database, &by_msg_id("default", "7")).pop().unwrap();
    assert_eq!(
        (found.record.openid.as_str(), found.record.create_time, found.record.received_at),
        ("o1", NOW, NOW)
    );
    assert_eq!((found.record.msg_type.as_str(), found.outcome.as_str()), ("text", "replied"));
    assert_eq!(found.record.message()["Content"], "a");
    assert_eq!(found.record.reply(), Some(json!({ "msgtype": "text", "text": { "content": "A" } })));
    assert_eq!((found.record.rule.as_deref(), found.record.decided_ms), (Some("hello"), Some(7)));
    for (account, msg_id) in [("default", "8"), ("shop", "7"), ("default", ""), ("default", "' OR 1=1 --")] {
        assert_eq!(received(&database, &by_msg_id(account, msg_id)), [], "{msg_id}");
    }
}

#[test]
fn a_page_lists_the_newest_first() {
    let mut database = database();
    for (second, msg_id) in [(1, 11), (3, 13), (2, 12)] {
        store(&mut database, &text_from("o1", NOW.plus(second), msg_id));
    }
    store(&mut database, &text_from("o0", NOW.plus(3), 10));
    assert_eq!(pages(&mut database, &Filter::default(), 10, |_| ()), ["13", "10", "12", "11"]);
    let between = Filter { since: Some(NOW.plus(2)), until: Some(NOW.plus(2)), ..Filter::default() };
    assert_eq!(pages(&mut database, &between, 10, |_| ()), ["12"]);
}

#[test]
fn new_entries_do_not_shift_pages() {
    let mut database = database();
    for index in 0..25 {
        store(&mut database, &text_from("o1", NOW.plus(i64::try_from(index).unwrap()), index));
    }
    let expected: Vec<String> = (0..25).rev().map(|index: u64| index.to_string()).collect();
    for openid in [None, Some("o1".to_owned())] {
        let mut arrived = 100;
        let filter = Filter { openid, ..Filter::default() };
        let ids = pages(&mut database, &filter, 7, |database| {
            arrived += 1;
            store(database, &text_from("o1", NOW.plus(1000 + i64::try_from(arrived).unwrap()), arrived));
        });
        assert!(ids.ends_with(&expected[1..]), "{ids:?}");
        assert_eq!(ids.iter().filter(|id| expected.contains(id)).count(), 25, "no duplicates and no gaps");
    }
}

#[test]
fn a_filter_finds_rare_old_entries() {
    let mut database = database();
    store(&mut database, &event_from("o1", NOW, "subscribe", ""));
    for second in 1..=2300 {
        store(&mut database, &text_from("o1", NOW.plus(second), 1));
    }
    store(&mut database, &event_from("o2", NOW.plus(2301), "CLICK", "k"));
    let events = Filter { msg_type: Some("event".to_owned()), ..Filter::default() };
    assert_eq!(
        pages(&mut database, &events, 5, |_| ()),
        ["click:k".to_owned(), event_from("o1", NOW, "subscribe", "").record.id]
    );
    let clicks = Filter { event: Some("click".to_owned()), ..Filter::default() };
    assert_eq!(pages(&mut database, &clicks, 5, |_| ()), ["click:k"]);
    let of_user = Filter { openid: Some("o1".to_owned()), ..events };
    assert_eq!(pages(&mut database, &of_user, 5, |_| ()).len(), 1);
}

#[test]
fn a_filter_selects_by_outcome_rule_backend_and_text() {
    let mut database = database();
    let rules = r#"{"version": 1, "rules": [
        {"name": "hello", "when": {"keyword": {"exact": "a"}}, "reply": {"msgtype": "text", "text": {"content": "A"}}}]}"#;
    for (second, content) in [(1, "a"), (2, "退款\"，谢谢"), (3, "other")] {
        let fields = format!("<MsgType>text</MsgType><Content>{content}</Content><MsgId>{second}</MsgId>");
        store(&mut database, &entry_by(rules, &message_xml("o1", NOW.plus(second), &fields)).unwrap());
    }
    let mut found = |filter: &Filter| pages(&mut database, filter, 10, |_| ());
    let of_outcome = Filter { outcome: Some(Outcome::Unanswered), ..Filter::default() };
    assert_eq!(found(&of_outcome), ["3", "2"]);
    assert_eq!(found(&Filter { rule: Some("hello".to_owned()), ..Filter::default() }), ["1"]);
    assert_eq!(found(&Filter { backend: Some("w".to_owned()), ..Filter::default() }), [""; 0]);
    assert_eq!(found(&Filter { text: Some("款\"，".to_owned()), ..Filter::default() }), ["2"]);
    let of_user =
        Filter { openid: Some("o1".to_owned()), text: Some("other".to_owned()), ..Filter::default() };
    assert_eq!(found(&of_user), ["3"]);
}

/// Entries that arrive or are deleted while a filtered page is read cause no gaps and no duplicates.
#[test]
fn filtered_pages_are_stable_while_other_entries_change() {
    let mut database = database();
    for second in 0..3000 {
        store(&mut database, &text_from("o1", NOW.plus(second), 1));
        if second % 500 == 0 {
            store(&mut database, &event_from("o2", NOW.plus(second), "CLICK", &second.to_string()));
        }
    }
    let clicks = Filter { event: Some("click".to_owned()), ..Filter::default() };
    let expected: Vec<String> = (0..6).rev().map(|index| format!("click:{}", index * 500)).collect();
    let mut arrived = 5000;
    let ids = pages(&mut database, &clicks, 3, |database| {
        for _ in 0..50 {
            arrived += 1;
            store(database, &text_from("o3", NOW.plus(arrived), 1));
        }
    });
    assert_eq!(ids, expected);
    let mut last = 2999;
    let ids = pages(&mut database, &clicks, 3, |database| {
        for _ in 0..90 {
            let gone = "DELETE FROM inbox WHERE create_time = ?1 AND event IS NULL";
            database.execute(gone, [NOW.plus(last).seconds()]).unwrap();
            last -= 1;
        }
    });
    assert_eq!(ids, expected);
}

#[test]
fn a_cursor_does_not_widen_the_period() {
    let mut database = database();
    for second in 0..9 {
        store(&mut database, &text_from("o1", NOW.plus(second), 1));
    }
    let above = Place::from_row((NOW.plus(8).seconds(), "o1".to_owned(), "1".to_owned()));
    let until = Filter { until: Some(NOW.plus(3)), ..Filter::default() };
    let found = received(&database, &page("default", &until, Some(&above), None, 1));
    assert_eq!(found[0].record.create_time, NOW.plus(3));
}

#[test]
fn received_and_sent_messages_are_in_one_order() {
    let mut database = database();
    for (second, id) in [(2, "a"), (2, "b"), (9, "c")] {
        let message = r#"{"msgtype": "text"}"#;
        let (account, openid, kind, sender) = ("default", "o1", "custom", "root");
        let record = SendRecord { account, openid, kind, message, sender, errcode: Some(0) };
        transaction(&mut database, &record.statements(NOW.plus(second), id));
    }
    for (openid, second, msg_id) in [("o1", 1, 11), ("o1", 2, 12), ("o1", 3, 13), ("o2", 3, 99)] {
        store(&mut database, &text_from(openid, NOW.plus(second), msg_id));
    }
    for limit in 1..8 {
        let (mut all, mut below) = (Vec::new(), None);
        loop {
            let (received, sent) = timeline("default", "o1", below.as_ref(), None, limit);
            let (received, sent) =
                (rows::<ReceivedRow>(&database, &received), rows::<SentRow>(&database, &sent));
            let (page, next) = lines(received.unwrap(), sent.unwrap(), limit);
            assert!(page.len() <= usize::try_from(limit).unwrap());
            all.extend(page.into_iter().map(|line| match line {
                Line::Received(entry) => entry.record.id,
                Line::Sent(sent) => sent.id,
            }));
            let Some(next) = next else { break };
            below = Some(next);
        }
        assert_eq!(all, ["c", "13", "b", "a", "12", "11"], "{limit} a page");
    }
}

fn some_place() -> Place {
    Place::from_row((NOW.seconds(), "o1".to_owned(), "click:键 😀".to_owned()))
}

#[test]
fn a_cursor_is_valid_only_for_its_call_and_account() {
    let (keys, other) = (signing_keys(), other_signing_keys());
    let cursors = Cursors::new(&keys, "message/list", "default");
    let cursor = cursors.seal(&some_place());
    assert_eq!(cursors.open(&cursor), Ok(some_place()));
    for stranger in [
        Cursors::new(&keys, "user/timeline", "default"),
        Cursors::new(&keys, "message/list", "shop"),
        Cursors::new(&other, "message/list", "default"),
    ] {
        assert_eq!(stranger.open::<Place>(&cursor).unwrap_err().field, "cursor");
    }
}

#[test]
fn an_invalid_cursor_is_rejected() {
    let keys = signing_keys();
    let cursors = Cursors::new(&keys, "message/list", "default");
    let cursor = cursors.seal(&some_place());
    let (place, mac) = cursor.split_once('.').unwrap();
    for bad in [
        "",
        ".",
        "x",
        place,
        mac,
        &format!("{place}."),
        &format!(".{mac}"),
        &format!("{mac}.{place}"),
        &format!("{cursor}A"),
        &format!("{place}.{}", &mac[..11]),
    ] {
        let refused = cursors.open::<Place>(bad).unwrap_err();
        assert_eq!(
            (refused.field.as_str(), refused.complaint.contains("omit it")),
            ("cursor", true),
            "{bad}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_cursor_with_one_changed_character_is_rejected(at in any::<usize>(), by in any::<char>()) {
        let keys = signing_keys();
        let cursors = Cursors::new(&keys, "message/list", "default");
        let cursor = cursors.seal(&some_place());
        let mut characters: Vec<char> = cursor.chars().collect();
        let at = at % characters.len();
        if characters[at] != by {
            characters[at] = by;
            let tampered: String = characters.into_iter().collect();
            assert!(cursors.open::<Place>(&tampered).is_err(), "{tampered}");
        }
    }
}

#[test]
fn the_first_page_includes_entries_from_the_far_future() {
    let mut database = database();
    store(&mut database, &text_from("o1", Timestamp::LAST, 1));
    store(&mut database, &text_from("o1", Timestamp::from_seconds(0), 2));
    assert_eq!(pages(&mut database, &Filter::default(), 1, |_| ()), ["1", "2"]);
}
