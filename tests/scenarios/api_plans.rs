//! What every call of the JSON API does with a good body.

use mp_worker::api::{ENDPOINTS, Endpoint, MAX_BODY_BYTES, NewKey, Page, Plan, Question, Scope, Shape, plan};
use mp_worker::inbox::Filter;
use mp_worker::time::Timestamp;
use mp_worker::wechat::custom_message;
use proptest::prelude::{ProptestConfig, any, proptest};

use crate::world::{planned, url};

/// The call asks WeChat this, and the answer gets that shape.
fn check(path: &str, body: &str, shape: &Shape, request: &str, sent: &str) {
    let Ok(Plan::Call(call, planned_shape)) = planned(path, body) else { panic!("{path} {body}") };
    assert_eq!(format!("{:?} {}", call.method(), url(&call)), request, "{path} {body}");
    assert_eq!(call.body().unwrap_or_default(), sent, "{path} {body}");
    assert_eq!(&planned_shape, shape, "{path} {body}");
}

#[test]
fn messages_are_sent() {
    let sent = r#"{"touser":"o1","msgtype":"text","text":{"content":"你好 <a href=\"https://example.com\">这里</a>"}}"#;
    let anyway = sent.replace('}', "") + r#"}, "try_anyway": true}"#;
    for (body, tries_anyway) in [(sent, false), (&anyway, true)] {
        let Ok(Plan::Send(message)) = planned("message/reply", body) else { panic!("{body}") };
        assert_eq!(message.try_anyway, tries_anyway);
        let call = custom_message::send(&message);
        assert_eq!(url(&call), "/cgi-bin/message/custom/send?access_token=T");
        assert_eq!(call.body(), Some(sent), "WeChat sees nothing of ours");
    }
    let typing = |body: &str, sent: &str| {
        let request = "Post /cgi-bin/message/custom/typing?access_token=T";
        check("message/typing", body, &Shape::Nothing, request, sent);
    };
    typing(r#"{"touser": "o1"}"#, r#"{"command":"Typing","touser":"o1"}"#);
    typing(r#"{"touser": "o1", "typing": true}"#, r#"{"command":"Typing","touser":"o1"}"#);
    typing(r#"{"touser": "o1", "typing": false}"#, r#"{"command":"CancelTyping","touser":"o1"}"#);
}

#[test]
fn the_inbox_is_asked() {
    let check = |path: &str, body: &str, question: Question| {
        assert_eq!(planned(path, body), Ok(Plan::Ask(question)), "{path} {body}");
    };
    let time = |seconds| Some(Timestamp::from_seconds(seconds));
    let page = |limit| Page { cursor: None, limit };
    let msg_id = "7567284390142541924".to_owned();
    check(
        "message/get",
        r#"{"msg_id": "7567284390142541924"}"#,
        Question::Message { msg_id: msg_id.clone() },
    );
    check("message/get", r#"{"msg_id": 7567284390142541924}"#, Question::Message { msg_id: msg_id.clone() });
    check("message/list", "{}", Question::Messages { filter: Filter::default(), page: page(20) });
    check(
        "message/list",
        r#"{"openid": "o1", "type": "event", "event": "CLICK", "since": 0, "until": 9, "cursor": "c", "limit": 100}"#,
        Question::Messages {
            filter: Filter {
                openid: Some("o1".to_owned()),
                msg_type: Some("event".to_owned()),
                event: Some("click".to_owned()),
                since: time(0),
                until: time(9),
            },
            page: Page { cursor: Some("c".to_owned()), limit: 100 },
        },
    );
    let openid = || "o1".to_owned();
    check(
        "user/timeline",
        r#"{"openid": "o1", "limit": 1}"#,
        Question::Timeline { openid: openid(), page: page(1) },
    );
    check("user/follow_time", r#"{"openid": "o1"}"#, Question::FollowTime { openid: openid() });
    check("user/last_message_time", r#"{"openid": "o1"}"#, Question::LastMessageTime { openid: openid() });
    check(
        "user/last_message_time",
        r#"{"msg_id": 7567284390142541924}"#,
        Question::LastMessageTimeOfSender { msg_id },
    );
    check("menu/event_status", "{}", Question::MenuEvents { menu_id: None, key: None, since: None });
    check(
        "menu/event_status",
        r#"{"menu_id": "1", "key": "K", "since": 5}"#,
        Question::MenuEvents { menu_id: Some("1".to_owned()), key: Some("K".to_owned()), since: time(5) },
    );
    check("stats/summary", r#"{"since": 5}"#, Question::Totals { since: time(5), until: None });
    assert_eq!(planned("user/erase", r#"{"openid": "o1"}"#), Ok(Plan::Erase { openid: openid() }));
}

#[test]
fn templates_are_sent_listed_and_deleted() {
    check(
        "template/send",
        r#"{"touser": "o1", "template_id": "t1", "data": {"thing1": {"value": "好"}}}"#,
        &Shape::TemplateSent,
        "Post /cgi-bin/message/template/send?access_token=T",
        r#"{"touser":"o1","template_id":"t1","data":{"thing1":{"value":"好"}}}"#,
    );
    let request = "Get /cgi-bin/template/get_all_private_template?access_token=T";
    check("template/list", "{}", &Shape::TemplateList, request, "");
    check(
        "template/delete",
        r#"{"template_id": "t1"}"#,
        &Shape::Nothing,
        "Post /cgi-bin/template/del_private_template?access_token=T",
        r#"{"template_id":"t1"}"#,
    );
}

#[test]
fn users_are_read_listed_and_remarked() {
    let info = |body: &str, query: &str| {
        let request = format!("Get /cgi-bin/user/info?access_token=T&{query}");
        check("user/info", body, &Shape::User, &request, "");
    };
    info(r#"{"openid": "o1"}"#, "openid=o1&lang=zh_CN");
    info(r#"{"openid": "o1", "lang": "zh_TW"}"#, "openid=o1&lang=zh_TW");
    info(r#"{"openid": "o1&a=b", "lang": "en"}"#, "openid=o1%26a%3Db&lang=en");
    let list = |body: &str, query: &str| {
        let request = format!("Get /cgi-bin/user/get?access_token=T&{query}");
        check("user/list", body, &Shape::Users, &request, "");
    };
    list("{}", "next_openid=");
    list(r#"{"next_openid": "o9"}"#, "next_openid=o9");
    let remark = |body: &str, sent: &str| {
        let request = "Post /cgi-bin/user/info/updateremark?access_token=T";
        check("user/remark", body, &Shape::Nothing, request, sent);
    };
    remark(r#"{"openid": "o1", "remark": "老客户"}"#, r#"{"openid":"o1","remark":"老客户"}"#);
    remark(r#"{"openid": "o1", "remark": ""}"#, r#"{"openid":"o1","remark":""}"#);
    remark(
        &format!(r#"{{"openid": "o1", "remark": "{}ab"}}"#, "好".repeat(9)),
        &format!(r#"{{"openid":"o1","remark":"{}ab"}}"#, "好".repeat(9)),
    );
}

#[test]
fn tags_are_kept() {
    let tag = |path: &str, body: &str, shape: &Shape, wechat: &str, sent: &str| {
        check(path, body, shape, &format!("Post /cgi-bin/{wechat}?access_token=T"), sent);
    };
    let longest = "标".repeat(10);
    tag(
        "tag/create",
        &format!(r#"{{"name": "{longest}"}}"#),
        &Shape::TagCreated,
        "tags/create",
        &format!(r#"{{"tag":{{"name":"{longest}"}}}}"#),
    );
    check("tag/list", "{}", &Shape::TagList, "Get /cgi-bin/tags/get?access_token=T", "");
    let renamed = r#"{"tag":{"id":134,"name":"广东"}}"#;
    tag("tag/update", r#"{"id": 134, "name": "广东"}"#, &Shape::Nothing, "tags/update", renamed);
    tag("tag/delete", r#"{"id": 134}"#, &Shape::Nothing, "tags/delete", r#"{"tag":{"id":134}}"#);
    let page = |body: &str, sent: &str| tag("tag/users", body, &Shape::Users, "user/tag/get", sent);
    page(r#"{"id": 134}"#, r#"{"next_openid":"","tagid":134}"#);
    page(r#"{"id": 134, "next_openid": "o9"}"#, r#"{"next_openid":"o9","tagid":134}"#);
    for (path, wechat) in
        [("tag/add", "tags/members/batchtagging"), ("tag/remove", "tags/members/batchuntagging")]
    {
        for count in [1, 50] {
            let openids = vec![r#""o1""#; count].join(",");
            let sent = format!(r#"{{"openid_list":[{openids}],"tagid":134}}"#);
            let body = format!(r#"{{"id": 134, "openid_list": [{openids}]}}"#);
            tag(path, &body, &Shape::Nothing, wechat, &sent);
        }
    }
    tag("tag/of_user", r#"{"openid": "o1"}"#, &Shape::TagIds, "tags/getidlist", r#"{"openid":"o1"}"#);
}

#[test]
fn menus_are_made_read_and_deleted() {
    let create = |menu: &str, wechat: &str| {
        let request = format!("Post /cgi-bin/menu/{wechat}?access_token=T");
        check("menu/create", menu, &Shape::MenuCreated, &request, menu);
    };
    create(r#"{"button":[{"name":"今日歌曲","type":"click","key":"V1001"}]}"#, "create");
    create(
        r#"{"button":[{"name":"a","type":"click","key":"k"}],"matchrule":{"tag_id":"2"}}"#,
        "addconditional",
    );
    let get = |path: &str, body: &str, shape: &Shape, wechat: &str| {
        check(path, body, shape, &format!("Get /cgi-bin/{wechat}?access_token=T"), "");
    };
    get("menu/delete", "{}", &Shape::Nothing, "menu/delete");
    get("menu/delete", r#"{"menu_id": null}"#, &Shape::Nothing, "menu/delete");
    get("menu/list", "{}", &Shape::MenuList { menu_id: None }, "menu/get");
    let one = Shape::MenuList { menu_id: Some("208396993".to_owned()) };
    get("menu/list", r#"{"menu_id": "208396993"}"#, &one, "menu/get");
    get("menu/current", "{}", &Shape::CurrentMenu, "get_current_selfmenu_info");
    check(
        "menu/delete",
        r#"{"menu_id": "208396993"}"#,
        &Shape::Nothing,
        "Post /cgi-bin/menu/delconditional?access_token=T",
        r#"{"menuid":"208396993"}"#,
    );
    check(
        "menu/try_match",
        r#"{"user_id": "weixin"}"#,
        &Shape::Buttons,
        "Post /cgi-bin/menu/trymatch?access_token=T",
        r#"{"user_id":"weixin"}"#,
    );
}

#[test]
fn codes_are_temporary_or_permanent() {
    let check = |body: &str, sent: &str| {
        check("qrcode/create", body, &Shape::QrCode, "Post /cgi-bin/qrcode/create?access_token=T", sent);
    };
    check(
        r#"{"scene_id": 4294967295, "expire_seconds": 2592000}"#,
        r#"{"action_info":{"scene":{"scene_id":4294967295}},"action_name":"QR_SCENE","expire_seconds":2592000}"#,
    );
    check(
        r#"{"scene_id": 100000}"#,
        r#"{"action_info":{"scene":{"scene_id":100000}},"action_name":"QR_LIMIT_SCENE"}"#,
    );
    check(
        r#"{"scene_str": "海报", "expire_seconds": 1}"#,
        r#"{"action_info":{"scene":{"scene_str":"海报"}},"action_name":"QR_STR_SCENE","expire_seconds":1}"#,
    );
    let longest = "x".repeat(64);
    check(
        &format!(r#"{{"scene_str": "{longest}"}}"#),
        &format!(
            r#"{{"action_info":{{"scene":{{"scene_str":"{longest}"}}}},"action_name":"QR_LIMIT_STR_SCENE"}}"#
        ),
    );
}

#[test]
fn what_needs_more_than_one_call_is_left_to_the_edge() {
    let check = |path: &str, body: &str, expected: Plan| {
        assert_eq!(planned(path, body).unwrap(), expected, "{path} {body}");
    };
    check("token/get", "{}", Plan::Token);
    check("account/check", "{}", Plan::CheckAccount);
    check("key/list", "{}", Plan::ListKeys);
    check("key/revoke", r#"{"id": "00ff"}"#, Plan::RevokeKey { id: "00ff".to_owned() });
    for url in ["https://example.com/a?b=你#c", "http://localhost"] {
        let body = format!(r#"{{"url": "{url}"}}"#);
        check("jssdk/config", &body, Plan::SignPage { url: url.to_owned() });
    }
    let key = |scopes: &[&str], expires_at: Option<i64>| {
        Plan::CreateKey(NewKey {
            name: "后台".to_owned(),
            scopes: scopes.iter().map(|scope| Scope::parse(scope).unwrap()).collect(),
            expires_at: expires_at.map(Timestamp::from_seconds),
        })
    };
    check("key/create", r#"{"name": "后台", "scopes": ["*"]}"#, key(&["*"], None));
    check(
        "key/create",
        r#"{"name": "后台", "scopes": ["menu:write", "user:read"], "expires_at": 1700000000}"#,
        key(&["menu:write", "user:read"], Some(1_700_000_000)),
    );
}

#[test]
fn a_call_with_nothing_to_say_may_have_an_empty_body() {
    let takes_nothing: Vec<_> = ENDPOINTS
        .iter()
        .filter(|endpoint| [b"".as_slice(), b" \r\n\t "].iter().all(|body| plan(endpoint, body).is_ok()))
        .map(|endpoint| endpoint.path)
        .collect();
    assert_eq!(
        takes_nothing,
        [
            "message/list",
            "template/list",
            "user/list",
            "tag/list",
            "menu/delete",
            "menu/list",
            "menu/current",
            "menu/event_status",
            "token/get",
            "stats/summary",
            "rule/list",
            "rule/export",
            "rule/import_platform",
            "rule/versions",
            "webhook/list",
            "delivery/list",
            "account/check",
            "key/list"
        ]
    );
}

#[test]
fn a_body_of_256_kib_is_read() {
    let padding = " ".repeat(MAX_BODY_BYTES - 2);
    assert_eq!(planned("token/get", &format!("{{{padding}}}")), Ok(Plan::Token));
}

#[test]
fn every_call_is_named_after_its_scope() {
    for endpoint in &ENDPOINTS {
        let (group, _) = endpoint.path.split_once('/').unwrap();
        let scope = endpoint.scope.to_string();
        let expected = match endpoint.path {
            // What users said is more than who they are, and removing it more than either.
            "user/timeline" => "message",
            "user/erase" => "privacy",
            "delivery/list" | "delivery/replay" => "webhook",
            _ => group,
        };
        assert_eq!(scope.split_once(':').unwrap().0, expected, "{}", endpoint.path);
        assert_eq!(Endpoint::find(endpoint.path), Some(endpoint), "a path is named once");
    }
    assert_eq!(ENDPOINTS.len(), 55);
    for path in ["", "menu", "menu/", "/menu/create", "menu/create/", "Menu/create", "menu/create?x"] {
        assert_eq!(Endpoint::find(path), None, "{path}");
    }
}

#[test]
fn reading_and_writing_need_their_scopes() {
    let reading: Vec<_> = ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.scope.to_string().ends_with(":read"))
        .map(|endpoint| endpoint.path)
        .collect();
    assert_eq!(
        reading,
        [
            "message/get",
            "message/list",
            "template/list",
            "user/info",
            "user/list",
            "user/timeline",
            "user/follow_time",
            "user/last_message_time",
            "tag/list",
            "tag/users",
            "tag/of_user",
            "menu/list",
            "menu/try_match",
            "menu/current",
            "menu/event_status",
            "jssdk/config",
            "token/get",
            "stats/summary",
            "rule/list",
            "rule/test",
            "rule/export",
            "rule/versions",
            "webhook/list",
            "delivery/list",
            "account/check",
            "key/list"
        ]
    );
}

/// Parts of bodies, in any order.
const BODYISH: &str = r#"\{("(touser|msgtype|text|openid|id|name|button|scene_id|url|scopes|data|menu_id|expire_seconds)": ("x?"|-?[0-9]{1,12}|null|true|\[("o"|\{\})?\]|\{("content|name|type": "click")?\}),? ?){0,4}\}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_body_makes_a_plan_panic(bytes in any::<Vec<u8>>(), body in BODYISH) {
        for endpoint in &ENDPOINTS {
            let _ = plan(endpoint, &bytes);
            let _ = plan(endpoint, body.as_bytes());
        }
    }
}
