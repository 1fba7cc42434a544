//! Calls whose statement D1 runs, but whose answer is lost: what a caller is told is true.

use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use serde_json::{Value, json};

use crate::accounts::ROOT;
use crate::faults::order;
use crate::machine::{Machine, body_of};

tests![
    a_change_is_made_once_although_its_answer_is_lost,
    a_user_is_erased_although_the_answer_is_lost,
    a_send_with_a_key_is_made_once_although_the_reservation_is_lost,
    a_key_that_d1_reserved_for_no_call_is_free_again,
    a_key_is_created_once_although_the_answer_is_lost,
];

/// A machine on which D1 loses the answer to the next statement with these words.
async fn losing(machine: &Machine, on: &str) {
    machine.d1_faults(order(on, 0, 1, "lose")).await;
}

async fn a_change_is_made_once_although_its_answer_is_lost() {
    let machine = Machine::start().await;
    let user = json!({ "openid": "o1" });
    machine.deliver(&machine.text("o1", "hello")).await;

    machine.ok("conversation/pause", user.clone()).await;
    losing(&machine, "DELETE FROM paused").await;
    assert_eq!(machine.ok("conversation/resume", user.clone()).await, json!({}));
    assert_eq!(machine.number("SELECT COUNT(*) FROM paused").await, 0);

    losing(&machine, "UPDATE inbox SET settled").await;
    machine.ok("conversation/settle", user.clone()).await;
    assert_eq!(machine.number("SELECT settled FROM inbox").await, 1);

    losing(&machine, "INSERT INTO kept").await;
    let reply = json!({ "msgtype": "text", "text": { "content": "later" } });
    machine.ok("message/leave", json!({ "openid": "o1", "reply": reply })).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM kept").await, 1);

    machine
        .sql(
            "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, under_way, due_at, made_at) \
             VALUES ('default', 'msg_1', 'o1', 1, 'e', 0, 'w_gone', 'notify', 'dead', 9, 0, 1, 1)",
            &[],
        )
        .await;
    losing(&machine, "UPDATE delivery SET state = 'pending'").await;
    assert_eq!(machine.ok("delivery/replay", json!({ "id": "msg_1" })).await, json!({ "replayed": 1 }));
}

async fn a_user_is_erased_although_the_answer_is_lost() {
    let machine = Machine::start().await;
    let user = json!({ "openid": "o1" });
    machine.deliver(&machine.text("o1", "hello")).await;
    losing(&machine, "DELETE FROM inbox").await;
    machine.ok("user/erase", user.clone()).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM inbox").await, 0);
    assert_eq!(machine.refused("user/erase", user.clone()).await.0, 404);
    // A user who was only paused is not unknown.
    machine.ok("conversation/pause", user.clone()).await;
    let erased = machine.ok("user/erase", user).await;
    assert_eq!(erased, json!({ "received": 0, "sent": 0, "kept": 0, "spooled": 0 }));
}

async fn send(machine: &Machine) -> Value {
    let message = json!({ "touser": FOLLOWERS[4], "msgtype": "text", "text": { "content": "hi" } });
    let url = machine.url(&format!("/cgi-bin/message/custom/send?access_token={ROOT}"));
    let request = machine.client.post(url).header("idempotency-key", "once").body(message.to_string());
    body_of(request.send().await.expect("an answer")).await
}

async fn a_send_with_a_key_is_made_once_although_the_reservation_is_lost() {
    let machine = Machine::start().await;
    machine.wechat.user_acted(FOLLOWERS[4], Trigger::Message);
    let lost = ["INSERT INTO sent_once", "UPDATE sent_once"]
        .map(|on| json!({ "on": on, "skip": 0, "times": 1, "how": "lose" }));
    machine.d1_faults(json!(lost)).await;
    for _ in 0..2 {
        assert_eq!(send(&machine).await["errcode"], 0);
    }
    assert_eq!(machine.wechat.inbox(FOLLOWERS[4]).len(), 1, "sent once");
}

async fn a_key_that_d1_reserved_for_no_call_is_free_again() {
    let machine = Machine::start().await;
    machine.wechat.user_acted(FOLLOWERS[4], Trigger::Message);
    machine.d1_faults(order("INSERT INTO sent_once", 0, 2, "lose")).await;
    assert_eq!(send(&machine).await["errcode"], -1);
    machine.until("SELECT COUNT(*) FROM sent_once", 0).await;
    assert_eq!(machine.wechat.inbox(FOLLOWERS[4]).len(), 0);
    assert_eq!(send(&machine).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(FOLLOWERS[4]).len(), 1);
}

async fn a_key_is_created_once_although_the_answer_is_lost() {
    let machine = Machine::start().await;
    let (keys, request) = ("SELECT COUNT(*) FROM api_key", json!({ "name": "x", "scopes": ["rule:read"] }));
    losing(&machine, "INSERT INTO api_key").await;
    let created = machine.ok("key/create", request.clone()).await;
    assert_eq!(machine.number(keys).await, 1);
    assert_eq!(machine.api_as(created["key"].as_str().unwrap(), "rule/list", &json!({})).await.0, 200);
    // The last key that an account may have is no reason to refuse itself.
    machine
        .sql(
            "INSERT INTO api_key (id, name, hash, scopes, account, created_at) \
             SELECT 'k' || value, 'x', '', '[]', 'default', 1 FROM JSON_EACH(?1)",
            &[json!(json!((0..98).collect::<Vec<_>>()).to_string())],
        )
        .await;
    losing(&machine, "INSERT INTO api_key").await;
    let last = machine.ok("key/create", request.clone()).await;
    assert_eq!(
        (machine.number(keys).await, machine.refused("key/create", request.clone()).await.0),
        (100, 403)
    );

    // A key that nobody got is deleted.
    machine.ok("key/revoke", json!({ "id": last["id"] })).await;
    machine.d1_faults(order("INSERT INTO api_key", 0, 2, "lose")).await;
    assert_eq!(machine.refused("key/create", request).await.0, 500);
    machine.until(keys, 100).await;
}
