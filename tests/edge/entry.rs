//! The entry point: a message enters the module in one call, and the module restarts after a panic.

use sandbox::verdict::Verdict;
use serde_json::json;

use crate::accounts::text_of;
use crate::machine::{Machine, Setup};
use crate::receiver::{Receiver, Said};

tests![
    d1_is_not_queried_if_messages_are_not_stored,
    a_message_for_a_backend_is_stored_even_if_others_are_not,
    a_panic_does_not_affect_the_next_request,
];

const OPENID: &str = "oENTRY00000000000000000000user";
const STORED: &str = "SELECT COUNT(*) FROM inbox";

async fn answers(machine: &Machine, text: &str) {
    let rule =
        json!({ "when": { "default": {} }, "reply": { "msgtype": "text", "text": { "content": text } } });
    machine.ok("rule/create", json!({ "rule": rule })).await;
}

async fn shown(machine: &Machine, text: &str) -> String {
    match machine.deliver(&machine.text(OPENID, text)).await.verdict {
        Verdict::Nothing => String::new(),
        shown => text_of(&shown),
    }
}

async fn d1_is_not_queried_if_messages_are_not_stored() {
    let machine = Machine::with(Setup::new().that_keeps_nothing()).await;
    assert_eq!(shown(&machine, "before any rule").await, "");
    answers(&machine, "你好，世界！").await;
    machine.costs().await;
    assert_eq!(shown(&machine, "hello").await, "你好，世界！");
    assert_eq!(machine.deliver(&machine.event(OPENID, "view")).await.verdict, Verdict::Nothing);
    assert_eq!(shown(&machine, &"long".repeat(20_000)).await, "你好，世界！");
    assert_eq!(machine.costs().await, [], "a body that is read in chunks does not query D1 either");
    let (status, refused) = machine.api("user/last_message_time", &json!({ "openid": OPENID })).await;
    assert_eq!((status, &refused["error"]["code"]), (404, &json!("not_found")));
    let (status, page) = machine.api("message/list", &json!({})).await;
    assert_eq!((status, &page["messages"]), (200, &json!([])));
}

async fn a_message_for_a_backend_is_stored_even_if_others_are_not() {
    let machine = Machine::with(Setup::new().that_keeps_nothing()).await;
    let receiver = Receiver::start(|number, _| Said::status(if number == 0 { 503 } else { 204 })).await;
    machine
        .ok(
            "webhook/create",
            json!({ "webhook": { "url": receiver.url, "mode": "notify", "messages": ["text"] } }),
        )
        .await;
    let message = machine.text(OPENID, "hello");
    machine.deliver(&message).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error IS NOT NULL", 1).await;
    machine.deliver(&message).await;
    machine.until(STORED, 1).await;
    // The message is less than a day old, so the sweep does not delete it.
    machine.sql("UPDATE delivery SET due_at = 0", &[]).await;
    machine.cron(1).await;
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(receiver.seen().len(), 2);
    machine.deliver(&machine.event(OPENID, "view")).await;
    machine.until(STORED, 1).await;
}

async fn a_panic_does_not_affect_the_next_request() {
    let machine = Machine::with(Setup::new().that_keeps_nothing()).await;
    answers(&machine, "still here").await;
    machine.panic_after(20).await;
    let mut failed = Vec::new();
    for number in 0..30 {
        let (status, body) =
            machine.post(&machine.text(OPENID, &number.to_string())).await.expect("an answer");
        if status == 500 {
            failed.push(number);
        } else {
            assert!(status == 200 && body.contains("still here"), "{number}: {status} {body}");
        }
    }
    assert_eq!(failed.len(), 1, "only one request fails because of the panic: {failed:?}");
}
