//! Sends with an `Idempotency-Key`.

use sandbox::api::world::FOLLOWERS;
use sandbox::api::world::SHIPPED;
use sandbox::api::{Fault, Trigger};
use serde_json::{Value, json};

use crate::accounts::ROOT;
use crate::machine::Machine;
use crate::until::until;

use super::json_of;

tests![
    a_send_with_an_idempotency_key_happens_once,
    a_send_with_an_unknown_outcome_is_not_sent_again,
    a_call_is_finished_if_the_caller_hangs_up,
];

async fn a_send_with_an_idempotency_key_happens_once() {
    let machine = Machine::start().await;
    let openid = FOLLOWERS[3];
    let template = json!({ "touser": openid, "template_id": SHIPPED, "data": {
        "character_string1": { "value": "A1" }, "thing2": { "value": "茶" },
        "amount3": { "value": "￥12" }, "time4": { "value": "2026年11月22日 10:00" } } });
    let send = async |key: &str, body: &Value| {
        let url = machine.url(&format!("/cgi-bin/message/template/send?access_token={ROOT}"));
        let request = machine.client.post(url).header("idempotency-key", key).body(body.to_string());
        json_of(request.send().await.expect("an answer")).await
    };
    let before = machine.wechat.inbox(openid).len();
    let first = send("order-1", &template).await;
    assert_eq!(first["errcode"], 0, "{first}");
    assert_eq!(send("order-1", &template).await, first, "the first response");
    assert_eq!(machine.wechat.inbox(openid).len(), before + 1, "sent once");
    assert_eq!(send("order-2", &template).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(openid).len(), before + 2);
    assert_eq!(send("not a key", &template).await["errcode"], 40035);
    let mut another = template.clone();
    another["touser"] = json!(FOLLOWERS[2]);
    let refused = send("order-1", &another).await;
    assert!(refused["errmsg"].as_str().unwrap().contains("another send"), "{refused}");

    // A send that WeChat rejected may be retried.
    let mut wrong = template.clone();
    wrong["template_id"] = json!("none");
    assert_eq!(send("order-3", &wrong).await["errcode"], 40037);
    assert_eq!(send("order-3", &template).await["errcode"], 0);
}

async fn a_send_with_an_unknown_outcome_is_not_sent_again() {
    let machine = Machine::start().await;
    let openid = FOLLOWERS[4];
    machine.wechat.user_acted(openid, Trigger::Message);
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } }).to_string();
    let send = async |key: &str| {
        let url = machine.url(&format!("/cgi-bin/message/custom/send?access_token={ROOT}"));
        let request = machine.client.post(url).header("idempotency-key", key).body(message.clone());
        request.send().await.expect("an answer")
    };
    // WeChat performs the call, but the response is lost.
    machine.wechat.fail_next(Fault::Drop, 1, Some("/cgi-bin/message/"));
    assert_eq!(json_of(send("lost").await).await["errcode"], -2, "no SDK retries this errcode by itself");
    assert_eq!(json_of(send("lost").await).await["errcode"], -2);
    assert_eq!(machine.wechat.inbox(openid).len(), 1, "sent once");
    // The error page of a proxy does not reveal the outcome, so it is not stored as the response.
    machine.wechat.fail_next(Fault::Html, 1, Some("/cgi-bin/message/"));
    assert_eq!(send("page").await.status(), 502);
    assert_eq!(json_of(send("page").await).await["errcode"], -2);
    // A send that certainly did not reach WeChat may be retried.
    machine.wechat.fail_next(Fault::Errcode(45009, "quota".to_owned()), 1, Some("/cgi-bin/message/"));
    assert_eq!(json_of(send("again").await).await["errcode"], 45009);
    assert_eq!(json_of(send("again").await).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(openid).len(), 2);
}

async fn a_call_is_finished_if_the_caller_hangs_up() {
    let machine = Machine::start().await;
    let (openid, path) = (FOLLOWERS[4], "/cgi-bin/message/custom/send");
    machine.wechat.user_acted(openid, Trigger::Message);
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } }).to_string();
    let send = || {
        let request = machine.client.post(machine.url(&format!("{path}?access_token={ROOT}")));
        request.header("idempotency-key", "hung-up").body(message.clone()).send()
    };
    machine.wechat.fail_next(Fault::Held, 1, Some(path));
    let reaches_wechat = until(async || match machine.wechat.count(path) {
        1 => Ok(()),
        count => Err(format!("{count} calls")),
    });
    tokio::select! {
        answer = send() => panic!("WeChat has not answered: {answer:?}"),
        () = reaches_wechat => {}
    }
    machine.wechat.release();
    machine.until("SELECT COUNT(*) FROM sent_once WHERE answer IS NOT NULL", 1).await;
    assert_eq!(json_of(send().await.expect("an answer")).await["errcode"], 0, "the first response");
    assert_eq!(machine.wechat.inbox(openid).len(), 1, "sent once");
}
