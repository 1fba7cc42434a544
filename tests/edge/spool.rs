//! The spool: what D1 refuses for longer, what it refuses always, what a killed worker leaves, and what is erased.

use std::time::{Duration, Instant};

use futures_util::{StreamExt as _, stream};
use sandbox::document::Document;
use serde_json::{Value, json};

use crate::faults::{INSERT, STORED, always_failing, greeted, greeting, order};
use crate::machine::Machine;
use crate::until::until;

tests![
    d1_refuses_everything_under_load_and_every_message_comes_home,
    a_worker_killed_while_the_spool_comes_home_loses_nothing,
    a_worker_killed_between_storing_and_answering_stores_once,
    an_entry_that_d1_always_refuses_is_set_aside_and_the_others_come_home,
    a_full_database_is_not_the_fault_of_an_entry,
    a_user_is_erased_from_the_spool,
    a_user_is_erased_while_the_spool_comes_home,
    healthz_and_account_check_say_what_d1_and_the_spool_do,
];

const SENDERS: usize = 16;

fn texts(machine: &Machine, count: usize) -> Vec<Document> {
    (0..count).map(|index| machine.text(&format!("o{}", index % 50), &index.to_string())).collect()
}

async fn deliver(machine: &Machine, messages: &[Document]) {
    stream::iter(messages).for_each_concurrent(SENDERS, |message| greeted(machine, message)).await;
}

fn number(count: usize) -> i64 {
    i64::try_from(count).expect("a small number")
}

async fn d1_refuses_everything_under_load_and_every_message_comes_home() {
    const MESSAGES: usize = 1000;
    let machine = greeting().await;
    let messages = texts(&machine, MESSAGES);
    machine.d1_faults(always_failing("refuse")).await;
    let started = Instant::now();
    deliver(&machine, &messages).await;
    let answered = started.elapsed();
    assert_eq!((machine.spooled().await, machine.number(STORED).await), ((number(MESSAGES), 0), 0));
    // While D1 refuses, nothing is lost, whenever the alarm runs.
    machine.spool_alarm().await;
    machine.until_logged("spool_not_emptied", |line| line["waiting"] == MESSAGES).await;
    deliver(&machine, &messages[..50]).await;
    assert_eq!(machine.spooled().await, (number(MESSAGES), 0));

    machine.d1_faults(json!([])).await;
    let started = Instant::now();
    // Two runs at once take turns.
    tokio::join!(machine.spool_alarm(), machine.spool_alarm());
    machine.until(STORED, number(MESSAGES)).await;
    println!(
        "{MESSAGES} messages answered without D1 in {answered:?}; stored within {:?} after it was well",
        started.elapsed()
    );
    assert_eq!(machine.spooled().await, (0, 0));
    assert_eq!(
        machine.number("SELECT COUNT(*) FROM inbox WHERE outcome = 'replied'").await,
        number(MESSAGES)
    );
}

async fn a_worker_killed_while_the_spool_comes_home_loses_nothing() {
    const MESSAGES: usize = 100;
    let mut machine = greeting().await;
    machine.d1_faults(always_failing("refuse")).await;
    deliver(&machine, &texts(&machine, MESSAGES)).await;
    // The second batch commits, and D1 never says so.
    machine.d1_faults(order(INSERT, 1, 1_000_000, "mute")).await;
    machine.until(STORED, 28).await;
    assert_eq!(machine.spooled().await, (number(MESSAGES - 19), 0));
    machine.kill_and_restart().await;
    machine.until(STORED, number(MESSAGES)).await;
    until(async || match machine.spooled().await {
        (0, 0) => Ok(()),
        waiting => Err(format!("{waiting:?}")),
    })
    .await;
    assert_eq!(machine.number(STORED).await, number(MESSAGES));
}

async fn a_worker_killed_between_storing_and_answering_stores_once() {
    let mut machine = greeting().await;
    for (is_faulty, text) in [(false, "D1 has it"), (true, "the spool has it")] {
        let message = machine.text("o1", text);
        if is_faulty {
            machine.d1_faults(always_failing("refuse")).await;
            machine.spool_faults(order("store", 0, 1, "mute")).await;
        } else {
            machine.d1_faults(order(INSERT, 0, 1, "mute")).await;
            machine.spool_faults(always_failing("hang")).await;
        }
        tokio::select! {
            answer = machine.post(&message) => panic!("{answer:?} came before the worker was killed"),
            () = until(async || {
                let held = if is_faulty { machine.spooled().await.0 } else { machine.number(STORED).await };
                if held > 0 { Ok(()) } else { Err(text.to_owned()) }
            }) => {}
        }
        machine.kill_and_restart().await;
        greeted(&machine, &message).await;
    }
    machine.until(STORED, 2).await;
    until(async || match machine.spooled().await {
        (0, 0) => Ok(()),
        waiting => Err(format!("{waiting:?}")),
    })
    .await;
    assert_eq!(machine.number(STORED).await, 2);
}

async fn an_entry_that_d1_always_refuses_is_set_aside_and_the_others_come_home() {
    const MESSAGES: usize = 60;
    let mut machine = greeting().await;
    let bad = machine.text("oBAD", "POISON");
    machine.d1_faults(always_failing("refuse")).await;
    greeted(&machine, &bad).await;
    deliver(&machine, &texts(&machine, MESSAGES)).await;
    assert_eq!(machine.spooled().await, (number(MESSAGES + 1), 0));
    machine.d1_faults(order("POISON", 0, 1_000_000, "refuse")).await;
    let aside = async |machine: &Machine| {
        until(async || {
            machine.spool_alarm().await;
            match machine.spooled().await {
                (0, 1) => Ok(()),
                spooled => Err(format!("{spooled:?}")),
            }
        })
        .await;
    };
    aside(&machine).await;
    assert_eq!(machine.number(STORED).await, number(MESSAGES));
    machine.until_logged("spooled_entry_set_aside", |line| line["level"] == "error").await;
    let report = machine.ok("account/check", json!({})).await;
    let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "spool").unwrap();
    assert_eq!((&report["ok"], &check["ok"]), (&json!(false), &json!(false)), "{report}");
    greeted(&machine, &bad).await;
    assert_eq!(machine.spooled().await, (0, 1), "a repeat finds it");

    machine.d1_faults(json!([])).await;
    machine.advance(Duration::from_hours(25)).await;
    machine.spool_alarm().await;
    machine.until(STORED, number(MESSAGES + 1)).await;
    assert_eq!(machine.spooled().await, (0, 0), "it is offered again after a day");
}

async fn a_full_database_is_not_the_fault_of_an_entry() {
    let machine = greeting().await;
    let full = json!({ "error": "D1_ERROR: database or disk is full: SQLITE_FULL" });
    // A full database may still accept what needs no new page.
    machine.d1_faults(order(INSERT, 0, 1_000_000, full)).await;
    deliver(&machine, &texts(&machine, 5)).await;
    for _ in 0..8 {
        machine.spool_alarm().await;
    }
    assert_eq!(machine.spooled().await, (5, 0));
    machine.d1_faults(json!([])).await;
    machine.spool_alarm().await;
    assert_eq!((machine.spooled().await, machine.number(STORED).await), ((0, 0), 5));
}

async fn a_user_is_erased_from_the_spool() {
    let machine = greeting().await;
    greeted(&machine, &machine.text("oGONE", "in D1")).await;
    machine.d1_faults(always_failing("refuse")).await;
    for (openid, text) in [("oGONE", "one"), ("oSTAYS", "two"), ("oGONE", "three")] {
        greeted(&machine, &machine.text(openid, text)).await;
    }
    machine.d1_faults(json!([])).await;
    machine.spool_faults(order("erase", 0, 1, "refuse")).await;
    let (status, error) = machine.refused("user/erase", json!({ "openid": "oGONE" })).await;
    assert_eq!((status, &error["code"]), (503, &json!("internal")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("nothing is deleted"), "{error}");
    let of = "SELECT COUNT(*) FROM inbox WHERE openid = 'oGONE'";
    assert_eq!(machine.number(of).await, 1);

    let erased = machine.ok("user/erase", json!({ "openid": "oGONE" })).await;
    assert_eq!(erased, json!({ "received": 1, "sent": 0, "kept": 0, "spooled": 2 }));
    assert_eq!(machine.spooled().await, (1, 0));
    machine.spool_alarm().await;
    assert_eq!((machine.number(of).await, machine.number(STORED).await), (0, 1));
    assert_eq!(machine.refused("user/erase", json!({ "openid": "oGONE" })).await.0, 404);
}

async fn a_user_is_erased_while_the_spool_comes_home() {
    let machine = greeting().await;
    machine.d1_faults(always_failing("refuse")).await;
    deliver(&machine, &texts(&machine, 100)).await;
    machine.d1_faults(order(INSERT, 0, 1_000_000, 500)).await;
    let ((), erased) = tokio::join!(machine.spool_alarm(), async {
        // The first batch, with two of the user's messages, is on its way.
        until(async || match machine.faults("d1/meter", &Value::Null).await["under_way"].as_u64() {
            Some(1..) => Ok(()),
            under_way => Err(format!("{under_way:?}")),
        })
        .await;
        machine.ok("user/erase", json!({ "openid": "o7" })).await
    });
    let sum: u64 = ["received", "spooled"].iter().map(|name| erased[name].as_u64().unwrap()).sum();
    assert_eq!(sum, 2, "{erased}");
    machine.d1_faults(json!([])).await;
    machine.until(STORED, 98).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM inbox WHERE openid = 'o7'").await, 0);
}

async fn healthz_and_account_check_say_what_d1_and_the_spool_do() {
    let mut machine = greeting().await;
    let health = async |machine: &mut Machine| {
        // What an isolate was told is repeated for half a minute.
        machine.advance(Duration::from_secs(31)).await;
        let response = machine.get("/healthz").await;
        (response.status().as_u16(), crate::machine::body_of(response).await)
    };
    let (status, body) = health(&mut machine).await;
    assert_eq!((status, &body["status"]), (200, &json!("ok")), "{body}");
    assert_eq!(body["database"], json!({ "schema": 1, "expected_schema": 1, "last_failure": null }));
    assert_eq!(body["spool"], json!({ "waiting": 0, "set_aside": 0 }));

    machine.d1_faults(order("INSERT", 0, 1_000_000, "refuse")).await;
    greeted(&machine, &machine.text("o1", "hello")).await;
    let (status, body) = health(&mut machine).await;
    assert_eq!((status, &body["spool"]["waiting"]), (200, &json!(1)), "{body}");
    let failure = &body["database"]["last_failure"];
    assert!(failure["error"].as_str().unwrap().contains("injected"), "{body}");
    assert!(failure["seconds_ago"].is_u64(), "{body}");
    let report = machine.ok("account/check", json!({})).await;
    assert!(report["first_problem"].as_str().unwrap().contains("D1 accepts no writes"), "{report}");

    machine.d1_faults(always_failing("refuse")).await;
    let (status, body) = health(&mut machine).await;
    assert_eq!((status, &body["status"]), (503, &json!("storage_failed")), "{body}");
    let missing = json!({ "error": "D1_ERROR: no such table: schema_version: SQLITE_ERROR" });
    machine.d1_faults(order("schema_version", 0, 1_000_000, missing)).await;
    let again = machine.get("/healthz").await;
    assert_eq!(again.status(), 503);
    assert_eq!(
        crate::machine::body_of(again).await["problems"],
        body["problems"],
        "repeated for half a minute"
    );
    let (_, body) = health(&mut machine).await;
    assert_eq!(body["problems"], json!(["DB has no tables yet: deploy again to create them"]));
}
