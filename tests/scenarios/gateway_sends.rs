//! Sends with an `Idempotency-Key`, on SQLite.

use mp_worker::gateway::{
    AnswerRow, IdempotencyKey, Refused, Reserved, answered, expire_answers, first_call, release, reserve,
};
use rusqlite::Connection;

use crate::database::{database, dump, rows, run};
use crate::world::NOW;

const SEND: &str = "/cgi-bin/message/custom/send";

fn key(text: &str, api_key: &str, path: &str) -> IdempotencyKey {
    IdempotencyKey::parse(Some(text), "default", Some(api_key), path).unwrap().unwrap()
}

fn is_new(database: &Connection, key: &IdempotencyKey, after: i64) -> bool {
    !rows::<Reserved>(database, &reserve(key, NOW.plus(after))).unwrap().is_empty()
}

fn first(database: &Connection, key: &IdempotencyKey) -> Result<String, Refused> {
    key.first_answer(rows::<AnswerRow>(database, &first_call(key)).unwrap().pop())
}

#[test]
fn the_same_key_gets_the_first_answer() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    assert!(!is_new(&database, &once, 1));
    assert_eq!(first(&database, &once), Err(Refused::StillUnderWay), "the first has not ended");
    run(&database, &answered(&once, r#"{"errcode":0}"#));
    assert!(!is_new(&database, &once, 86_399));
    assert_eq!(first(&database, &once).as_deref(), Ok(r#"{"errcode":0}"#));
    run(&database, &release(&once));
    assert!(!is_new(&database, &once, 2), "what was answered is not given back");

    let elsewhere = key("order-1", "k1", "/cgi-bin/message/template/send");
    assert_eq!(first(&database, &elsewhere), Err(Refused::StillUnderWay), "it is another call's answer");
    assert!(is_new(&database, &key("order-1", "k2", SEND), 0), "another API key's keys are its own");
}

#[test]
fn a_call_without_effect_gives_its_key_back() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    run(&database, &release(&once));
    assert!(is_new(&database, &once, 1));
}

#[test]
fn a_key_is_good_again_after_a_day() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    run(&database, &answered(&once, "{}"));
    assert!(is_new(&database, &once, 86_400));
    assert_eq!(first(&database, &once), Err(Refused::StillUnderWay));
    run(&database, &expire_answers("default", NOW.plus(86_400 + 86_399)));
    assert_eq!(dump(&database, "sent_once").len(), 1);
    run(&database, &expire_answers("default", NOW.plus(86_400 + 86_400)));
    assert_eq!(dump(&database, "sent_once").len(), 0);
}

#[test]
fn only_sends_take_a_key_and_only_a_plain_one() {
    let parse = |header: Option<&str>, path: &str| IdempotencyKey::parse(header, "default", None, path);
    assert_eq!(parse(None, SEND), Ok(None));
    assert_eq!(parse(Some("k"), "/cgi-bin/menu/create"), Ok(None));
    assert!(parse(Some(&"k".repeat(64)), SEND).unwrap().is_some());
    for bad in ["", " ", "a b", "ключ", &"k".repeat(65)] {
        assert_eq!(parse(Some(bad), SEND), Err(Refused::BadIdempotencyKey), "{bad}");
    }
}
