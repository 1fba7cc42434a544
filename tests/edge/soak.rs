//! Many messages while faults come and go: every user gets the reply, and each message is stored exactly once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use futures_util::{StreamExt as _, stream};
use sandbox::document::Document;
use serde_json::json;

use crate::faults::{STORED, greeting};
use crate::machine::Machine;
use crate::until::until;

tests![ten_thousand_messages_are_each_answered_and_stored_once_despite_faults,];

const MESSAGES: usize = 10_000;
const ROUNDS: usize = 10;
const SENDERS: usize = 24;

/// What is delivered, and how often.
#[derive(Default)]
struct Count {
    deliveries: AtomicUsize,
    broken: AtomicUsize,
}

/// Delivers a message until it was answered so many times; every answer must be the reply.
async fn deliver(machine: &Machine, message: &Document, times: usize, count: &Count) {
    let mut answered = 0;
    while answered < times {
        count.deliveries.fetch_add(1, Ordering::Relaxed);
        match machine.post(message).await {
            Ok((200, body)) if body.contains("hello") => answered += 1,
            Ok(other) => panic!("{other:?}"),
            Err(_) => {
                count.broken.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// D1 refuses, loses answers and is slow in every second round, and the spool in one of them; a tenth of the messages are
/// delivered again; the worker is killed after every round.
async fn ten_thousand_messages_are_each_answered_and_stored_once_despite_faults() {
    let mut machine = greeting().await;
    let messages: Vec<Document> =
        (0..MESSAGES).map(|index| machine.text(&format!("o{}", index % 500), &index.to_string())).collect();
    let (count, started) = (Count::default(), Instant::now());
    let mut most = 0;
    for (round, part) in messages.chunks(MESSAGES / ROUNDS).enumerate() {
        let chance = if round % 2 == 0 { 0.1 } else { 0.0 };
        let chaos = json!({ "refuse": chance, "lose": chance, "slow": chance / 20.0, "wait": 1500 });
        machine.faults("d1/chaos", &chaos).await;
        // Only answers are lost: what neither store has is not stored, and `faults.rs` tests that.
        machine.spool_chaos(json!({ "refuse": 0, "lose": chance, "slow": chance / 20.0, "wait": 200 })).await;
        let deliver = async |(index, message): (usize, &Document)| {
            deliver(&machine, message, if index % 10 == 0 { 2 } else { 1 }, &count).await;
        };
        stream::iter(part.iter().enumerate()).for_each_concurrent(SENDERS, deliver).await;
        // The test's own question must not fail.
        machine.spool_faults(json!([])).await;
        most = most.max(machine.spooled().await.0);
        machine.kill_and_restart().await;
    }
    let delivered = started.elapsed();
    machine.d1_faults(json!([])).await;
    machine.spool_faults(json!([])).await;
    until(async || match machine.spooled().await {
        (0, 0) => Ok(()),
        spooled => Err(format!("{spooled:?}")),
    })
    .await;
    let all = i64::try_from(MESSAGES).unwrap();
    let distinct = "SELECT COUNT(DISTINCT message) FROM inbox WHERE outcome = 'replied'";
    assert_eq!((machine.number(STORED).await, machine.number(distinct).await), (all, all));
    println!(
        "{} deliveries of {MESSAGES} messages in {} s, {} without an answer; at most {most} waited in the spool; all stored \
         {} s later",
        count.deliveries.load(Ordering::Relaxed),
        delivered.as_secs(),
        count.broken.load(Ordering::Relaxed),
        started.elapsed().saturating_sub(delivered).as_secs(),
    );
}
