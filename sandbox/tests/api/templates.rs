//! Template messages, the account's templates, and its industries.

use std::time::Duration;

use sandbox::api::world::{BOOKED, FOLLOWERS, MINI_PROGRAM, SHIPPED, UNFOLLOWED};
use serde_json::{Value, json};

use crate::{Wechat, errcode};

fn shipped() -> Value {
    json!({
        "touser": FOLLOWERS[0],
        "template_id": SHIPPED,
        "url": "https://example.com/orders/1",
        "data": {
            "character_string1": { "value": "A20240101-1" },
            "thing2": { "value": "高山绿茶" },
            "amount3": { "value": "¥1280.50" },
            "time4": { "value": "2024年1月1日 15:01" },
        },
    })
}

fn with(mut message: Value, field: &str, value: Value) -> Value {
    message[field] = value;
    message
}

async fn send(wechat: &Wechat, message: Value) -> Value {
    wechat.post("/cgi-bin/message/template/send", message).await
}

#[tokio::test]
async fn a_message_reaches_a_follower_and_has_a_msgid() {
    let wechat = Wechat::start().await;
    let answer = send(&wechat, shipped()).await;
    assert_eq!((&answer["errcode"], answer["msgid"].is_u64()), (&json!(0), true));
    assert_ne!(send(&wechat, shipped()).await["msgid"], answer["msgid"]);
    assert_eq!(wechat.platform.inbox(FOLLOWERS[0]), [shipped(), shipped()]);
}

#[tokio::test]
async fn invalid_recipients_templates_and_targets_are_rejected() {
    let wechat = Wechat::start().await;
    let bad = async |field: &str, value: Value| errcode(&send(&wechat, with(shipped(), field, value)).await);
    assert_eq!(bad("touser", json!("oNOBODY")).await, 40003);
    assert_eq!(bad("touser", json!(UNFOLLOWED)).await, 43004);
    assert_eq!(bad("template_id", json!("nothing")).await, 40037);
    assert_eq!(bad("url", json!("x".repeat(1025))).await, 40039);
    assert_eq!(bad("miniprogram", json!({ "appid": "wx0", "pagepath": "p" })).await, 40166);
    assert_eq!(bad("miniprogram", json!({ "appid": MINI_PROGRAM })).await, 40165);
    assert_eq!(bad("data", json!("text")).await, 47001);
    assert!(wechat.platform.inbox(FOLLOWERS[0]).is_empty());
}

#[tokio::test]
async fn the_error_names_the_field_with_the_invalid_value() {
    let wechat = Wechat::start().await;
    for (field, value) in [
        ("character_string1", "订单一"),
        ("thing2", "一二三四五六七八九十一二三四五六七八九十多"),
        ("thing2", ""),
        ("amount3", "一百元"),
        ("amount3", "12345678901"),
        ("time4", "明天"),
    ] {
        let mut message = shipped();
        message["data"][field]["value"] = json!(value);
        let answer = send(&wechat, message).await;
        assert_eq!(errcode(&answer), 47003, "{field} {value}");
        let named = format!("argument invalid! data.{field}.value invalid rid: ");
        assert!(answer["errmsg"].as_str().unwrap().starts_with(&named));
    }
    let booked = |phone: &str, phrase: &str| {
        let data = json!({
            "thing1": { "value": "理发" }, "time2": { "value": "15:01" },
            "phone_number3": { "value": phone }, "phrase4": { "value": phrase },
        });
        json!({ "touser": FOLLOWERS[1], "template_id": BOOKED, "data": data })
    };
    assert_eq!(errcode(&send(&wechat, booked("+86-0766-66888866", "已确认")).await), 0);
    assert_eq!(errcode(&send(&wechat, booked("无", "已确认")).await), 47003);
    assert_eq!(errcode(&send(&wechat, booked("110", "OK")).await), 47003);
}

#[tokio::test]
async fn a_repeated_client_msg_id_is_ignored_for_ten_minutes() {
    let wechat = Wechat::start().await;
    let message = with(shipped(), "client_msg_id", json!("order-1"));
    let first = send(&wechat, message.clone()).await;
    assert_eq!(send(&wechat, message.clone()).await["msgid"], first["msgid"]);
    assert_eq!(wechat.platform.inbox(FOLLOWERS[0]).len(), 1);
    let to_alice = with(message.clone(), "touser", json!(FOLLOWERS[1]));
    assert_ne!(send(&wechat, to_alice).await["msgid"], first["msgid"]);
    wechat.platform.advance(Duration::from_mins(10));
    assert_ne!(send(&wechat, message).await["msgid"], first["msgid"]);
}

#[tokio::test]
async fn templates_are_listed_added_and_deleted() {
    let wechat = Wechat::start().await;
    let add = async |short: &str, keywords: Value| {
        let body = json!({ "template_id_short": short, "keyword_name_list": keywords });
        wechat.post("/cgi-bin/template/api_add_template", body).await
    };
    let added = add("43216", json!(["退款商品", "退款状态"])).await;
    let list = wechat.get("/cgi-bin/template/get_all_private_template").await;
    let newest = &list["template_list"][2];
    assert_eq!(newest["template_id"], added["template_id"]);
    assert_eq!(newest["template_id"].as_str().unwrap().len(), SHIPPED.len());
    assert_eq!(newest["content"], "退款商品：{{thing1.DATA}}\n退款状态：{{phrase3.DATA}}");
    assert_eq!(newest["deputy_industry"], "互联网|电子商务");
    assert_eq!(errcode(&add("x", json!([])).await), 40246);
    assert_eq!(errcode(&add("43216", json!(["没有"])).await), 40247);

    let delete = async |id: &str| {
        let body = json!({ "template_id": id });
        errcode(&wechat.post("/cgi-bin/template/del_private_template", body).await)
    };
    assert_eq!(delete(SHIPPED).await, 0);
    assert_eq!(delete(SHIPPED).await, 40037);
    assert_eq!(errcode(&send(&wechat, shipped()).await), 40037);
    for _ in 2..25 {
        assert_eq!(errcode(&add("TM00015", json!([])).await), 0);
    }
    assert_eq!(errcode(&add("TM00015", json!([])).await), 45026);
}

#[tokio::test]
async fn industries_change_once_a_month_and_their_templates_are_deleted() {
    let wechat = Wechat::start().await;
    let set = async |first: Value, second: Value| {
        let body = json!({ "industry_id1": first, "industry_id2": second });
        errcode(&wechat.post("/cgi-bin/template/api_set_industry", body).await)
    };
    assert_eq!(set(json!("0"), json!("1")).await, 40102);
    assert_eq!(set(json!("1"), json!(41)).await, 0);
    assert_eq!(set(json!("1"), json!("2")).await, 43100);
    let industry = wechat.get("/cgi-bin/template/get_industry").await;
    assert_eq!(industry["secondary_industry"]["first_class"], "其它");
    let list = wechat.get("/cgi-bin/template/get_all_private_template").await;
    assert_eq!(list["template_list"].as_array().unwrap().len(), 1, "the restaurant's template was deleted");
}
