//! Sends with an `Idempotency-Key`, on SQLite.

use mp_worker::gateway::{
    AnswerRow, IdempotencyKey, Refused, Reserved, WechatOutcome, expire_answers, first_call, release, reserve,
};
use rusqlite::Connection;

use crate::database::{database, dump, rows, run};
use crate::world::NOW;

const SEND: &str = "/cgi-bin/message/custom/send";
const ANSWER: &str = r#"{"errcode":0,"msgid":7}"#;

fn done() -> WechatOutcome {
    WechatOutcome::Done(ANSWER.into())
}

fn key(text: &str, api_key: &str, path: &str) -> IdempotencyKey {
    IdempotencyKey::parse(Some(text), "default", Some(api_key), path).unwrap().unwrap()
}

fn is_new(database: &Connection, key: &IdempotencyKey, after: i64) -> bool {
    is_reserved(database, key, &after.to_string(), after)
}

fn is_reserved(database: &Connection, key: &IdempotencyKey, owner: &str, after: i64) -> bool {
    let reserve = reserve(key, &key.digest(b"{}"), owner, NOW.plus(after));
    !rows::<Reserved>(database, &reserve).unwrap().is_empty()
}

fn first(database: &Connection, key: &IdempotencyKey, body: &[u8]) -> Result<String, Refused> {
    first_after(database, key, body, 1)
}

fn first_after(
    database: &Connection,
    key: &IdempotencyKey,
    body: &[u8],
    after: i64,
) -> Result<String, Refused> {
    let row = rows::<AnswerRow>(database, &first_call(key)).unwrap().pop();
    IdempotencyKey::first_answer(row, &key.digest(body), NOW.plus(after))
}

/// The call that reserved the key at `NOW` has ended.
fn settle(database: &Connection, key: &IdempotencyKey, outcome: &Result<WechatOutcome, Refused>) {
    run(database, &key.settle("0", outcome.as_ref()));
}

#[test]
fn a_repeated_key_gets_the_first_response() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    assert!(!is_new(&database, &once, 1));
    assert_eq!(
        first(&database, &once, b"{}"),
        Err(Refused::StillUnderWay),
        "the first request is still running"
    );
    settle(&database, &once, &Ok(done()));
    assert!(!is_new(&database, &once, 86_399));
    assert_eq!(first(&database, &once, b"{}").as_deref(), Ok(ANSWER));
    assert!(
        is_new(&database, &key("order-1", "k2", SEND), 0),
        "idempotency keys are separate for each API key"
    );
}

#[test]
fn a_reservation_whose_answer_was_lost_belongs_to_its_call() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_reserved(&database, &once, "first", 0));
    assert!(is_reserved(&database, &once, "first", 0), "the call asks again");
    assert!(!is_reserved(&database, &once, "second", 0));
    run(&database, &release(&once, "second"));
    assert!(!is_reserved(&database, &once, "second", 0), "only its own call releases a key");
    run(&database, &release(&once, "first"));
    assert!(is_reserved(&database, &once, "second", 0));
    run(&database, &once.settle("first", Ok(&done())));
    assert_eq!(first(&database, &once, b"{}"), Err(Refused::StillUnderWay), "another call has the key");
    run(&database, &once.settle("second", Ok(&done())));
    assert_eq!(first(&database, &once, b"{}").as_deref(), Ok(ANSWER));
}

/// -1 makes SDKs repeat the call by themselves, which is of use only while the first call runs.
#[test]
fn an_unknown_outcome_is_not_to_be_repeated() {
    for (path, outcome) in [
        (SEND, Err(Refused::NoAnswer)),
        (SEND, Ok(WechatOutcome::Unclear)),
        ("/cgi-bin/message/mass/sendall", Ok(WechatOutcome::Refused(-1))),
    ] {
        let database = database();
        let once = key("order-1", "k1", path);
        assert!(is_new(&database, &once, 0));
        let running = first(&database, &once, b"{}").unwrap_err();
        assert_eq!((running.errcode(), &running), (-1, &Refused::StillUnderWay));
        settle(&database, &once, &outcome);
        for after in [1, 86_399] {
            let unknown = first_after(&database, &once, b"{}", after).unwrap_err();
            assert_eq!((unknown.errcode(), &unknown), (-2, &Refused::OutcomeUnknown), "{outcome:?}");
        }
        let another = first(&database, &once, b"{ }");
        assert_eq!(another, Err(Refused::IdempotencyKeyOfAnother));
        assert!(!is_new(&database, &once, 1), "it is not sent again");
    }
}

#[test]
fn the_outcome_of_a_call_that_was_cut_off_is_unknown() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    assert_eq!(first_after(&database, &once, b"{}", 300), Err(Refused::StillUnderWay));
    assert_eq!(first_after(&database, &once, b"{}", 301), Err(Refused::OutcomeUnknown));
}

#[test]
fn a_key_belongs_to_one_request() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    settle(&database, &once, &Ok(done()));
    assert_eq!(first(&database, &once, b"{ }"), Err(Refused::IdempotencyKeyOfAnother), "another body");
    let elsewhere = key("order-1", "k1", "/cgi-bin/message/template/send");
    assert_eq!(first(&database, &elsewhere, b"{}"), Err(Refused::IdempotencyKeyOfAnother), "another path");
}

#[test]
fn a_key_can_be_reused_only_if_nothing_was_sent() {
    let is_free_after = |path: &str, outcome: &Result<WechatOutcome, Refused>| {
        let database = database();
        let once = key("order-1", "k1", path);
        assert!(is_new(&database, &once, 0));
        settle(&database, &once, outcome);
        is_new(&database, &once, 1)
    };
    let mass = "/cgi-bin/message/mass/sendall";
    for refused in [Refused::NotSent, Refused::SendAgain, Refused::NoToken(40164, String::new())] {
        assert!(is_free_after(SEND, &Err(refused)));
    }
    assert!(is_free_after(SEND, &Ok(WechatOutcome::Refused(45015))));
    assert!(is_free_after(SEND, &Ok(WechatOutcome::Refused(-1))));
    assert!(is_free_after(mass, &Ok(WechatOutcome::Refused(45028))));
    assert!(!is_free_after(mass, &Ok(WechatOutcome::Refused(-1))), "a duplicate mass send cannot be undone");
    assert!(
        !is_free_after(SEND, &Ok(WechatOutcome::Unclear)),
        "an error page of a proxy does not reveal the outcome"
    );
    assert!(!is_free_after(SEND, &Err(Refused::NoAnswer)));
    assert!(!is_free_after(SEND, &Ok(done())));
}

#[test]
fn a_key_expires_after_a_day() {
    let database = database();
    let once = key("order-1", "k1", SEND);
    assert!(is_new(&database, &once, 0));
    settle(&database, &once, &Ok(done()));
    assert!(is_new(&database, &once, 86_400));
    assert_eq!(first(&database, &once, b"{}"), Err(Refused::StillUnderWay));
    run(&database, &expire_answers("default", NOW.plus(86_400 + 86_399)));
    assert_eq!(dump(&database, "sent_once").len(), 1);
    run(&database, &expire_answers("default", NOW.plus(86_400 + 86_400)));
    assert_eq!(dump(&database, "sent_once").len(), 0);
}

#[test]
fn only_sends_accept_a_key_and_only_a_valid_one() {
    let parse = |header: Option<&str>, path: &str| IdempotencyKey::parse(header, "default", None, path);
    assert_eq!(parse(None, SEND), Ok(None));
    assert_eq!(parse(Some("k"), "/cgi-bin/menu/create"), Ok(None));
    assert!(parse(Some(&"k".repeat(64)), SEND).unwrap().is_some());
    for bad in ["", " ", "a b", "ключ", &"k".repeat(65)] {
        assert_eq!(parse(Some(bad), SEND), Err(Refused::InvalidIdempotencyKey), "{bad}");
    }
}
