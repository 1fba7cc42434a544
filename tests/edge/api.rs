//! The JSON API, end to end.

use std::sync::Arc;
use std::time::Duration;

use sandbox::api::Trigger;
use sandbox::api::world::{FOLLOWERS, REGULARS, SHIPPED, UNFOLLOWED};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::world::{ROOT, World};

/// The first follower of the sandbox; each test has another, so that they do not meet.
const READER: &str = FOLLOWERS[1];
const TAGGED: &str = FOLLOWERS[2];
const WRITER: &str = FOLLOWERS[3];
const NOTIFIED: &str = FOLLOWERS[4];

async fn ok(world: &World, path: &str, body: Value) -> Value {
    let (status, answer) = world.api(path, &body).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

async fn error(world: &World, path: &str, body: Value) -> (u16, Value) {
    let (status, answer) = world.api(path, &body).await;
    assert!(status >= 400, "{path}: {answer}");
    (status, answer["error"].clone())
}

pub(crate) async fn menus_are_made_listed_and_deleted(world: Arc<World>) {
    let button = json!([{ "name": "帮助", "sub_button": [
        { "type": "click", "name": "营业时间", "key": "KEY_HOURS" },
        { "type": "view", "name": "官网", "url": "https://example.com/" }] }]);
    assert_eq!(ok(&world, "menu/create", json!({ "button": button })).await, json!({}));
    let rule = json!({ "button": button, "matchrule": { "client_platform_type": "2" } });
    let menu_id = ok(&world, "menu/create", rule).await["menuid"].clone();
    assert!(menu_id.is_string(), "{menu_id}");

    let list = ok(&world, "menu/list", json!({})).await;
    assert_eq!(list["menu"]["button"][0]["sub_button"][1]["url"], "https://example.com/");
    assert_eq!(list["conditionalmenu"][0]["menuid"], menu_id);
    let one = ok(&world, "menu/list", json!({ "menu_id": menu_id })).await;
    assert_eq!((one["menu"].is_null(), one["conditionalmenu"].as_array().unwrap().len()), (true, 1));
    assert_eq!(ok(&world, "menu/try_match", json!({ "user_id": READER })).await["button"][0]["name"], "帮助");
    assert_eq!(ok(&world, "menu/current", json!({})).await["is_menu_open"], 1);

    assert_eq!(ok(&world, "menu/delete", json!({ "menu_id": menu_id })).await, json!({}));
    assert_eq!(ok(&world, "menu/delete", json!({})).await, json!({}));
    assert_eq!(ok(&world, "menu/list", json!({})).await, json!({ "menu": null, "conditionalmenu": [] }));
}

pub(crate) async fn templates_are_listed_sent_and_deleted(world: Arc<World>) {
    let templates = ok(&world, "template/list", json!({})).await;
    assert!(templates["template_list"].as_array().unwrap().iter().any(|one| one["template_id"] == SHIPPED));
    let message = json!({ "touser": NOTIFIED, "template_id": SHIPPED, "url": "https://example.com/1", "data": {
        "character_string1": { "value": "A1" }, "thing2": { "value": "茶" },
        "amount3": { "value": "￥12" }, "time4": { "value": "2026年11月22日 10:00" } }, "client_msg_id": "edge-1" });
    let sent = ok(&world, "template/send", message.clone()).await;
    assert!(sent["msgid"].is_string(), "{sent}");
    assert_eq!(ok(&world, "template/send", message.clone()).await, sent, "the same client_msg_id sends once");
    assert_eq!(world.wechat.inbox(NOTIFIED).len(), 1);

    let mut to_nobody = message;
    to_nobody["touser"] = UNFOLLOWED.into();
    let (status, refused) = error(&world, "template/send", to_nobody).await;
    assert_eq!((status, &refused["code"], &refused["errcode"]), (502, &json!("wechat_error"), &json!(43004)));
    let (_, refused) = error(&world, "template/delete", json!({ "template_id": "none" })).await;
    assert_eq!(refused["errcode"], 40037);
}

pub(crate) async fn users_are_read_and_remarked(world: Arc<World>) {
    let user = ok(&world, "user/info", json!({ "openid": READER, "lang": "en" })).await;
    assert_eq!((&user["subscribe"], &user["openid"]), (&json!(1), &json!(READER)));
    assert!(user["subscribe_time"].is_number(), "what else WeChat says is kept: {user}");
    assert_eq!(ok(&world, "user/info", json!({ "openid": UNFOLLOWED })).await["subscribe"], 0);
    assert_eq!(ok(&world, "user/list", json!({})).await["total"], 5);
    ok(&world, "user/remark", json!({ "openid": READER, "remark": "老顾客" })).await;
    assert_eq!(ok(&world, "user/info", json!({ "openid": READER })).await["remark"], "老顾客");
    let (_, refused) = error(&world, "user/info", json!({ "openid": "oNOBODY" })).await;
    assert_eq!(refused["errcode"], 40003);
}

pub(crate) async fn tags_are_made_given_and_taken(world: Arc<World>) {
    let tag = ok(&world, "tag/create", json!({ "name": "会员" })).await["tag"]["id"].clone();
    ok(&world, "tag/update", json!({ "id": tag, "name": "金卡会员" })).await;
    ok(&world, "tag/add", json!({ "id": tag, "openid_list": [TAGGED] })).await;
    assert!(
        ok(&world, "tag/of_user", json!({ "openid": TAGGED })).await["tagid_list"]
            .as_array()
            .unwrap()
            .contains(&tag)
    );
    assert_eq!(ok(&world, "tag/users", json!({ "id": tag })).await["data"]["openid"], json!([TAGGED]));
    let tags = ok(&world, "tag/list", json!({})).await;
    assert!(
        tags["tags"].as_array().unwrap().contains(&json!({ "id": tag, "name": "金卡会员", "count": 1 })),
        "{tags}"
    );
    assert!(tags["tags"].as_array().unwrap().iter().any(|tag| tag["id"] == REGULARS));
    ok(&world, "tag/remove", json!({ "id": tag, "openid_list": [TAGGED] })).await;
    ok(&world, "tag/delete", json!({ "id": tag })).await;
}

pub(crate) async fn a_message_is_sent_inside_the_window_only(world: Arc<World>) {
    let message = json!({ "touser": WRITER, "msgtype": "text", "text": { "content": "您好" } });
    let (status, refused) = error(&world, "message/reply", message.clone()).await;
    assert_eq!((status, &refused["errcode"]), (502, &json!(45015)));
    assert!(refused["message"].as_str().unwrap().contains("window is closed"), "{refused}");

    world.wechat.user_acted(WRITER, Trigger::Message);
    assert_eq!(ok(&world, "message/reply", message).await, json!({}));
    ok(&world, "message/typing", json!({ "touser": WRITER })).await;
    assert_eq!(world.wechat.inbox(WRITER).last().unwrap()["text"]["content"], "您好");

    let too_long = json!({ "touser": WRITER, "msgtype": "text", "text": { "content": "好".repeat(683) } });
    let (status, refused) = error(&world, "message/reply", too_long).await;
    assert_eq!(
        (status, &refused["code"], &refused["field"]),
        (422, &json!("invalid_reply"), &json!("text.content"))
    );
}

pub(crate) async fn a_qr_code_and_a_page_signature_are_made(world: Arc<World>) {
    let code = ok(&world, "qrcode/create", json!({ "scene_str": "海报", "expire_seconds": 600 })).await;
    assert_eq!(code["expire_seconds"], 600);
    assert!(
        code["image_url"]
            .as_str()
            .unwrap()
            .starts_with("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    );
    assert!(ok(&world, "qrcode/create", json!({ "scene_id": 100_000 })).await["expire_seconds"].is_null());

    let page = ok(&world, "jssdk/config", json!({ "url": "https://example.com/p?a=1#top" })).await;
    assert_eq!(page["signature"].as_str().unwrap().len(), 40);
    assert_eq!(page["appId"], "wx0123456789abcdef");
    assert_eq!(world.wechat.count("/cgi-bin/ticket/getticket"), 1);
    ok(&world, "jssdk/config", json!({ "url": "https://example.com/q" })).await;
    assert_eq!(world.wechat.count("/cgi-bin/ticket/getticket"), 1, "the ticket is kept");
}

pub(crate) async fn the_self_test_passes_and_names_what_to_mend(world: Arc<World>) {
    let report = ok(&world, "account/check", json!({})).await;
    let names: Vec<_> =
        report["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["configuration", "storage", "access_token", "callback", "quota"]);
    assert_eq!((&report["ok"], &report["first_to_mend"]), (&json!(true), &Value::Null), "{report}");

    let report = ok(&world, "account/check?account=plain", json!({})).await;
    assert_eq!(report["ok"], false);
    let first = report["first_to_mend"].as_str().unwrap();
    assert!(first.contains("ACCOUNTS[0].app_secret is missing"), "{report}");
}

pub(crate) async fn bad_parameters_never_reach_wechat(world: Arc<World>) {
    let check = async |path: &str, body: &str, status: u16, code: &str, field: Value| {
        let request =
            world.client.post(world.url(&format!("/api/{path}"))).bearer_auth(ROOT).body(body.to_owned());
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{body}");
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(
            (&answer["error"]["code"], &answer["error"]["field"]),
            (&json!(code), &field),
            "{body}: {answer}"
        );
    };
    let invalid = "invalid_parameter";
    check("user/remark", "{", 400, invalid, json!(".")).await;
    check("user/remark", "[]", 400, invalid, json!(".")).await;
    check("user/remark", r#"{"openid": 1, "remark": ""}"#, 400, invalid, json!("openid")).await;
    check("user/remark", r#"{"openid": "o"}"#, 400, invalid, json!("remark")).await;
    check("user/remark", r#"{"openid": "o", "remark": "", "more": 1}"#, 400, invalid, json!("more")).await;
    let deep = r#"{"button": [{"type": "click", "name": "a", "key": "k"}, {"name": "b", "sub_button": [{"type": "click", "name": "", "key": "k"}]}]}"#;
    check("menu/create", deep, 400, invalid, json!("button[1].sub_button[0].name")).await;
    check("user/remark", &" ".repeat(256 * 1024 + 1), 413, invalid, Value::Null).await;
    assert_eq!(world.wechat.calls().iter().filter(|call| call.text().contains("\"more\"")).count(), 0);
}

pub(crate) async fn who_sends_too_much_and_slowly_still_sees_why_it_is_refused(world: Arc<World>) {
    const CHUNK: usize = 32 * 1024;
    let address = world.url("").replace("http://", "");
    for chunks in [9, 100] {
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        let length = chunks * CHUNK;
        let head = format!(
            "POST /api/user/remark HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {ROOT}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.expect("it is sent");
        for _ in 0..chunks {
            connection.write_all(&[b' '; CHUNK]).await.expect("it is sent");
            sleep(Duration::from_millis(1)).await;
        }
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 413"), "{length}: {answer}");
        assert!(answer.contains("the body has more than 256 KiB"), "{length}: {answer}");
    }
}

pub(crate) async fn what_is_no_call_is_refused(world: Arc<World>) {
    let response = world.client.get(world.url("/api/menu/list")).bearer_auth(ROOT).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["allow"].to_str().unwrap()), (405, "POST"));
    for path in ["menu", "menu/", "menu/lists", "menu/list/", "menu/list/x", ""] {
        assert_eq!(world.api(path, &json!({})).await.0, 404, "{path}");
    }
    let (status, refused) = error(&world, "user/list?account=nobody", json!({})).await;
    assert_eq!((status, &refused["code"]), (404, &json!("not_found")));
    let (status, refused) = error(&world, "user/list?account=plain", json!({})).await;
    assert_eq!((status, &refused["code"]), (503, &json!("not_configured")));
    assert!(refused["message"].as_str().unwrap().contains("ACCOUNTS[0].app_secret is missing"), "{refused}");
}

pub(crate) async fn the_api_describes_itself(world: Arc<World>) {
    let response = world.client.get(world.url("/openapi.json")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let served: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(served["paths"].as_object().unwrap().len(), 55);
}
