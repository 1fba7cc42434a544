//! The JSON API, end to end.

use std::time::Duration;

use sandbox::api::Trigger;
use sandbox::api::world::{FOLLOWERS, REGULARS, SHIPPED, UNFOLLOWED};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::accounts::ROOT;
use crate::machine::{Machine, body_of};

tests![
    menus_are_created_listed_and_deleted,
    templates_are_listed_sent_and_deleted,
    users_are_read_and_remarked,
    tags_are_created_assigned_and_removed,
    a_message_is_only_sent_inside_the_reply_window,
    qr_codes_and_page_signatures_are_created,
    the_self_test_passes_and_names_what_to_fix,
    bad_parameters_never_reach_wechat,
    a_slow_oversized_request_still_gets_its_error_response,
    requests_that_are_not_calls_are_rejected,
];

const USER: &str = FOLLOWERS[1];

async fn menus_are_created_listed_and_deleted() {
    let machine = Machine::start().await;
    let button = json!([{ "name": "帮助", "sub_button": [
        { "type": "click", "name": "营业时间", "key": "KEY_HOURS" },
        { "type": "view", "name": "官网", "url": "https://example.com/" }] }]);
    assert_eq!(machine.ok("menu/create", json!({ "button": button })).await, json!({}));
    let rule = json!({ "button": button, "matchrule": { "client_platform_type": "2" } });
    let menu_id = machine.ok("menu/create", rule).await["menuid"].clone();
    assert!(menu_id.is_string(), "{menu_id}");

    let list = machine.ok("menu/list", json!({})).await;
    assert_eq!(list["menu"]["button"][0]["sub_button"][1]["url"], "https://example.com/");
    assert_eq!(list["conditionalmenu"][0]["menuid"], menu_id);
    let one = machine.ok("menu/list", json!({ "menu_id": menu_id })).await;
    assert_eq!((one["menu"].is_null(), one["conditionalmenu"].as_array().unwrap().len()), (true, 1));
    assert_eq!(machine.ok("menu/try_match", json!({ "user_id": USER })).await["button"][0]["name"], "帮助");
    assert_eq!(machine.ok("menu/current", json!({})).await["is_menu_open"], 1);

    let default = &list["menu"]["menuid"];
    let number: u64 = default.as_str().unwrap().parse().unwrap();
    for id in [default.clone(), json!(number)] {
        let one = machine.ok("menu/list", json!({ "menu_id": id })).await;
        assert_eq!((&one["menu"], &one["conditionalmenu"]), (&list["menu"], &json!([])));
    }
    for path in ["menu/list", "menu/delete"] {
        let (status, refused) = machine.refused(path, json!({ "menu_id": 1 })).await;
        assert_eq!((status, &refused["code"]), (404, &json!("not_found")), "{path}: {refused}");
    }

    assert_eq!(machine.ok("menu/delete", json!({ "menu_id": menu_id })).await, json!({}));
    machine.ok("menu/create", list["conditionalmenu"][0].clone()).await;
    assert_eq!(machine.ok("menu/delete", json!({ "menu_id": number })).await, json!({}));
    assert_eq!(machine.ok("menu/list", json!({})).await, json!({ "menu": null, "conditionalmenu": [] }));
    machine.ok("menu/create", list["menu"].clone()).await;
    assert_eq!(machine.ok("menu/delete", json!({})).await, json!({}));
    assert_eq!(machine.ok("menu/list", json!({})).await, json!({ "menu": null, "conditionalmenu": [] }));
}

async fn templates_are_listed_sent_and_deleted() {
    let machine = Machine::start().await;
    let templates = machine.ok("template/list", json!({})).await;
    assert!(templates["template_list"].as_array().unwrap().iter().any(|one| one["template_id"] == SHIPPED));
    let message = json!({ "touser": USER, "template_id": SHIPPED, "url": "https://example.com/1", "data": {
        "character_string1": { "value": "A1" }, "thing2": { "value": "茶" },
        "amount3": { "value": "￥12" }, "time4": { "value": "2026年11月22日 10:00" } }, "client_msg_id": "edge-1" });
    let sent = machine.ok("template/send", message.clone()).await;
    assert!(sent["msgid"].is_string(), "{sent}");
    assert_eq!(machine.ok("template/send", message.clone()).await, sent, "the same client_msg_id sends once");
    assert_eq!(machine.wechat.inbox(USER).len(), 1);

    let mut to_nobody = message;
    to_nobody["touser"] = UNFOLLOWED.into();
    let (status, refused) = machine.refused("template/send", to_nobody).await;
    assert_eq!((status, &refused["code"], &refused["errcode"]), (409, &json!("wechat_error"), &json!(43004)));
    let (_, refused) = machine.refused("template/delete", json!({ "template_id": "none" })).await;
    assert_eq!(refused["errcode"], 40037);
}

async fn users_are_read_and_remarked() {
    let machine = Machine::start().await;
    let user = machine.ok("user/info", json!({ "openid": USER, "lang": "en" })).await;
    assert_eq!((&user["subscribe"], &user["openid"]), (&json!(1), &json!(USER)));
    assert!(user["subscribe_time"].is_number(), "other fields of WeChat's response are passed on: {user}");
    assert_eq!(machine.ok("user/info", json!({ "openid": UNFOLLOWED })).await["subscribe"], 0);
    let batch = machine.ok("user/batch_info", json!({ "openid_list": [USER, UNFOLLOWED] })).await;
    let batch = batch["user_info_list"].as_array().unwrap();
    assert_eq!(
        batch.iter().map(|user| (&user["openid"], &user["subscribe"])).collect::<Vec<_>>(),
        [(&json!(USER), &json!(1)), (&json!(UNFOLLOWED), &json!(0))]
    );
    assert_eq!(machine.ok("user/list", json!({})).await["total"], 5);
    machine.ok("user/remark", json!({ "openid": USER, "remark": "老顾客" })).await;
    assert_eq!(machine.ok("user/info", json!({ "openid": USER })).await["remark"], "老顾客");
    let (_, refused) = machine.refused("user/info", json!({ "openid": "oNOBODY" })).await;
    assert_eq!(refused["errcode"], 40003);
}

async fn tags_are_created_assigned_and_removed() {
    let machine = Machine::start().await;
    let tag = machine.ok("tag/create", json!({ "name": "会员" })).await["tag"]["id"].clone();
    machine.ok("tag/update", json!({ "id": tag, "name": "金卡会员" })).await;
    machine.ok("tag/add", json!({ "id": tag, "openid_list": [USER] })).await;
    assert!(
        machine.ok("tag/of_user", json!({ "openid": USER })).await["tagid_list"]
            .as_array()
            .unwrap()
            .contains(&tag)
    );
    assert_eq!(machine.ok("tag/users", json!({ "id": tag })).await["data"]["openid"], json!([USER]));
    let tags = machine.ok("tag/list", json!({})).await;
    assert!(
        tags["tags"].as_array().unwrap().contains(&json!({ "id": tag, "name": "金卡会员", "count": 1 })),
        "{tags}"
    );
    assert!(tags["tags"].as_array().unwrap().iter().any(|tag| tag["id"] == REGULARS));
    machine.ok("tag/remove", json!({ "id": tag, "openid_list": [USER] })).await;
    machine.ok("tag/delete", json!({ "id": tag })).await;
}

async fn a_message_is_only_sent_inside_the_reply_window() {
    let machine = Machine::start().await;
    let message = json!({ "touser": USER, "msgtype": "text", "text": { "content": "您好" } });
    let (status, refused) = machine.refused("message/reply", message.clone()).await;
    assert_eq!((status, &refused["errcode"]), (409, &json!(45015)));
    assert!(refused["message"].as_str().unwrap().contains("window is closed"), "{refused}");

    machine.wechat.user_acted(USER, Trigger::Message);
    let sent = machine.ok("message/reply", message).await;
    assert!(sent["id"].is_string() && sent.get("window").is_none(), "what opened it is not stored: {sent}");
    machine.ok("message/typing", json!({ "touser": USER })).await;
    assert_eq!(machine.wechat.inbox(USER).last().unwrap()["text"]["content"], "您好");

    let too_long = json!({ "touser": USER, "msgtype": "text", "text": { "content": "好".repeat(683) } });
    let (status, refused) = machine.refused("message/reply", too_long).await;
    assert_eq!(
        (status, &refused["code"], &refused["field"]),
        (422, &json!("invalid_reply"), &json!("text.content"))
    );
}

async fn qr_codes_and_page_signatures_are_created() {
    let machine = Machine::start().await;
    let code = machine.ok("qrcode/create", json!({ "scene_str": "海报", "expire_seconds": 600 })).await;
    assert_eq!(code["expire_seconds"], 600);
    assert!(
        code["image_url"]
            .as_str()
            .unwrap()
            .starts_with("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=")
    );
    assert!(machine.ok("qrcode/create", json!({ "scene_id": 100_000 })).await["expire_seconds"].is_null());
    machine
        .ok("qrcode/create", json!({ "scene_str": "海报", "expire_seconds": 600, "name": "秋季海报" }))
        .await;
    machine.ok("qrcode/update", json!({ "scene": "100000", "name": "西湖店" })).await;
    let scan = machine.event("oSCANS0000000000000000000user", "scan").with("EventKey", "海报");
    assert_eq!(machine.post(&scan).await.map(|(status, _)| status), Ok(200));
    let listed = machine.ok("qrcode/list", json!({})).await;
    let codes: Vec<_> =
        listed["codes"].as_array().unwrap().iter().map(|code| (&code["name"], &code["scans"])).collect();
    assert!(
        codes.contains(&(&json!("秋季海报"), &json!(1))) && codes.contains(&(&json!("西湖店"), &json!(0))),
        "{listed}"
    );
    machine.ok("qrcode/update", json!({ "scene": "100000" })).await;
    assert_eq!(machine.ok("qrcode/list", json!({})).await["codes"].as_array().unwrap().len(), 1);

    let page = machine.ok("jssdk/config", json!({ "url": "https://example.com/p?a=1#top" })).await;
    assert_eq!(page["signature"].as_str().unwrap().len(), 40);
    assert_eq!(page["appId"], "wx0123456789abcdef");
    assert_eq!(machine.wechat.count("/cgi-bin/ticket/getticket"), 1);
    machine.ok("jssdk/config", json!({ "url": "https://example.com/q" })).await;
    assert_eq!(machine.wechat.count("/cgi-bin/ticket/getticket"), 1, "the ticket is cached");
}

async fn the_self_test_passes_and_names_what_to_fix() {
    let machine = Machine::with_accounts().await;
    let report = machine.ok("account/check", json!({})).await;
    let names: Vec<_> =
        report["checks"].as_array().unwrap().iter().map(|check| check["name"].as_str().unwrap()).collect();
    let expected = [
        "configuration",
        "encryption",
        "storage",
        "spool",
        "replies",
        "access_token",
        "callback",
        "quota",
        "database_size",
        "database_rows",
    ];
    assert_eq!(names, expected);
    assert_eq!((&report["ok"], &report["first_problem"]), (&json!(true), &Value::Null), "{report}");

    let report = machine.ok("account/check?account=plain", json!({})).await;
    assert_eq!(report["ok"], false);
    let first = report["first_problem"].as_str().unwrap();
    assert!(first.contains("ACCOUNTS[0].app_secret is missing"), "{report}");
}

async fn bad_parameters_never_reach_wechat() {
    let machine = Machine::start().await;
    let check = async |path: &str, body: &str, status: u16, code: &str, field: Value| {
        let request = machine.client.post(machine.url(&format!("/api/{path}"))).bearer_auth(ROOT);
        let response = request.body(body.to_owned()).send().await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{body}");
        let answer = body_of(response).await;
        let error = &answer["error"];
        assert_eq!((&error["code"], &error["field"]), (&json!(code), &field), "{body}: {answer}");
        // Not even a token is requested.
        assert_eq!(machine.wechat.calls().len(), 0, "{body} reached WeChat");
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
    machine.ok("user/remark", json!({ "openid": USER, "remark": "" })).await;
    assert_eq!(machine.wechat.count("/cgi-bin/user/info/updateremark"), 1, "a valid request reaches WeChat");
}

async fn a_slow_oversized_request_still_gets_its_error_response() {
    let machine = Machine::start().await;
    let chunk = vec![b' '; 32 * 1024];
    let address = machine.address();
    for chunks in [9, 100] {
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        let length = chunks * chunk.len();
        let head = format!(
            "POST /api/user/remark HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {ROOT}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.expect("it is sent");
        for _ in 0..chunks {
            connection.write_all(&chunk).await.expect("it is sent");
            sleep(Duration::from_millis(1)).await;
        }
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 413"), "{length}: {answer}");
        assert!(answer.contains("the request body is larger than 256 KiB"), "{length}: {answer}");
    }
}

async fn requests_that_are_not_calls_are_rejected() {
    let machine = Machine::with_accounts().await;
    let response = machine.client.get(machine.url("/api/menu/list")).bearer_auth(ROOT).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["allow"].to_str().unwrap()), (405, "POST"));
    for path in ["menu", "menu/", "menu/lists", "menu/list/", "menu/list/x", ""] {
        assert_eq!(machine.api(path, &json!({})).await.0, 404, "{path}");
    }
    let (status, refused) = machine.refused("user/list?account=nobody", json!({})).await;
    assert_eq!((status, &refused["code"]), (404, &json!("not_found")));
    let (status, refused) = machine.refused("user/list?account=plain", json!({})).await;
    assert_eq!((status, &refused["code"]), (503, &json!("not_configured")));
    assert!(refused["message"].as_str().unwrap().contains("ACCOUNTS[0].app_secret is missing"), "{refused}");
}
