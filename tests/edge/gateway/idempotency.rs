//! Sends that happen once.

use sandbox::api::world::FOLLOWERS;
use sandbox::api::world::SHIPPED;
use sandbox::api::{Fault, Trigger};
use serde_json::{Value, json};

use crate::accounts::ROOT;
use crate::machine::Machine;
use crate::until::until;

use super::json_of;

tests![
    a_send_with_a_key_of_its_own_happens_once,
    a_send_whose_fate_is_unknown_is_not_sent_again,
    a_caller_that_hangs_up_ends_nothing_half_way,
];

async fn a_send_with_a_key_of_its_own_happens_once() {
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
    assert_eq!(send("order-1", &template).await, first, "the first answer");
    assert_eq!(machine.wechat.inbox(openid).len(), before + 1, "sent once");
    assert_eq!(send("order-2", &template).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(openid).len(), before + 2);
    assert_eq!(send("not a key", &template).await["errcode"], 40035);
    let mut another = template.clone();
    another["touser"] = json!(FOLLOWERS[2]);
    let refused = send("order-1", &another).await;
    assert!(refused["errmsg"].as_str().unwrap().contains("another send"), "{refused}");

    // What WeChat refused was not sent, and may be tried again.
    let mut wrong = template.clone();
    wrong["template_id"] = json!("none");
    assert_eq!(send("order-3", &wrong).await["errcode"], 40037);
    assert_eq!(send("order-3", &template).await["errcode"], 0);
}

async fn a_send_whose_fate_is_unknown_is_not_sent_again() {
    let machine = Machine::start().await;
    let openid = FOLLOWERS[4];
    machine.wechat.user_acted(openid, Trigger::Message);
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } }).to_string();
    let send = async |key: &str| {
        let url = machine.url(&format!("/cgi-bin/message/custom/send?access_token={ROOT}"));
        let request = machine.client.post(url).header("idempotency-key", key).body(message.clone());
        request.send().await.expect("an answer")
    };
    // It is done, and the answer is lost.
    machine.wechat.fail_next(Fault::Drop, 1, Some("/cgi-bin/message/"));
    assert_eq!(json_of(send("lost").await).await["errcode"], -2, "no SDK repeats it by itself");
    assert_eq!(json_of(send("lost").await).await["errcode"], -1);
    assert_eq!(machine.wechat.inbox(openid).len(), 1, "sent once");
    // A broken proxy's page says nothing, and is no answer to keep.
    machine.wechat.fail_next(Fault::Html, 1, Some("/cgi-bin/message/"));
    assert_eq!(send("page").await.status(), 502);
    assert_eq!(json_of(send("page").await).await["errcode"], -1);
    // What was certainly not sent may be sent again.
    machine.wechat.fail_next(Fault::Errcode(45009, "quota".to_owned()), 1, Some("/cgi-bin/message/"));
    assert_eq!(json_of(send("again").await).await["errcode"], 45009);
    assert_eq!(json_of(send("again").await).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(openid).len(), 2);
}

async fn a_caller_that_hangs_up_ends_nothing_half_way() {
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
    assert_eq!(json_of(send().await.expect("an answer")).await["errcode"], 0, "the first answer");
    assert_eq!(machine.wechat.inbox(openid).len(), 1, "sent once");
}
