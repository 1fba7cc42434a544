//! What every call of the JSON API does with a valid body.

use mp_worker::api::account::{AccountPlan, count_messages};
use mp_worker::api::conversation::ConversationPlan;
use mp_worker::api::jssdk::JssdkPlan;
use mp_worker::api::key::{KeyPlan, NewKey};
use mp_worker::api::menu::MenuPlan;
use mp_worker::api::message::MessagePlan;
use mp_worker::api::stats::{ReportPart, StatsPlan};
use mp_worker::api::token::TokenPlan;
use mp_worker::api::user::UserPlan;
use mp_worker::api::{self, Endpoint, MAX_BODY_BYTES, Page, Plan, Requirement, Scope, endpoints};
use mp_worker::inbox::{ButtonFilter, ConversationFilter, DayFigures, Filter};
use mp_worker::settings::StorageSettings;
use mp_worker::time::Timestamp;
use mp_worker::wechat::custom_message;
use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::json;

use crate::world::{planned, reply, url};

/// Asserts that the call sends this request to WeChat.
fn check(path: &str, body: &str, request: &str, sent: &str) {
    let Ok(Plan::Call(call, _)) = planned(path, body) else { panic!("{path} {body}") };
    assert_eq!(format!("{:?} {}", call.method(), url(&call)), request, "{path} {body}");
    assert_eq!(call.body().unwrap_or_default(), sent, "{path} {body}");
}

#[test]
fn messages_are_sent() {
    let sent = r#"{"touser":"o1","msgtype":"text","text":{"content":"你好 <a href=\"https://example.com\">这里</a>"}}"#;
    let anyway = sent.replace('}', "") + r#"}, "try_anyway": true}"#;
    for (body, tries_anyway) in [(sent, false), (&anyway, true)] {
        let Ok(Plan::Message(MessagePlan::Reply(message))) = planned("message/reply", body) else {
            panic!("{body}")
        };
        assert_eq!(message.try_anyway, tries_anyway);
        let call = custom_message::send(&message);
        assert_eq!(url(&call), "/cgi-bin/message/custom/send?access_token=T");
        assert_eq!(call.body(), Some(sent), "WeChat does not get our own fields");
    }
    let typing = |body: &str, sent: &str| {
        let request = "Post /cgi-bin/message/custom/typing?access_token=T";
        check("message/typing", body, request, sent);
    };
    typing(r#"{"touser": "o1"}"#, r#"{"command":"Typing","touser":"o1"}"#);
    typing(r#"{"touser": "o1", "typing": true}"#, r#"{"command":"Typing","touser":"o1"}"#);
    typing(r#"{"touser": "o1", "typing": false}"#, r#"{"command":"CancelTyping","touser":"o1"}"#);
}

#[test]
fn the_inbox_is_queried() {
    let message = |path: &str, body: &str, expected: MessagePlan| {
        let Ok(Plan::Message(plan)) = planned(path, body) else { panic!("{path} {body}") };
        assert_eq!(plan, expected, "{path} {body}");
    };
    let user = |path: &str, body: &str, expected: UserPlan| {
        let Ok(Plan::User(plan)) = planned(path, body) else { panic!("{path} {body}") };
        assert_eq!(plan, expected, "{path} {body}");
    };
    let menu_events = |body: &str, expected: MenuPlan| {
        let Ok(Plan::Menu(plan)) = planned("menu/event_status", body) else { panic!("{body}") };
        assert_eq!(plan, expected, "{body}");
    };
    let time = |seconds| Some(Timestamp::from_seconds(seconds));
    let page = |limit| Page { cursor: None, limit };
    let msg_id = || "7567284390142541924".to_owned();
    message("message/get", r#"{"msg_id": "7567284390142541924"}"#, MessagePlan::Get { msg_id: msg_id() });
    message("message/get", r#"{"msg_id": 7567284390142541924}"#, MessagePlan::Get { msg_id: msg_id() });
    message("message/list", "{}", MessagePlan::List { filter: Filter::default(), page: page(20) });
    message(
        "message/list",
        r#"{"openid": "o1", "type": "event", "event": "CLICK", "since": 0, "until": 9, "cursor": "c", "limit": 100}"#,
        MessagePlan::List {
            filter: Filter {
                openid: Some("o1".to_owned()),
                msg_type: Some("event".to_owned()),
                event: Some("click".to_owned()),
                since: time(0),
                until: time(9),
                ..Filter::default()
            },
            page: Page { cursor: Some("c".to_owned()), limit: 100 },
        },
    );
    let openid = || "o1".to_owned();
    user(
        "user/timeline",
        r#"{"openid": "o1", "limit": 1}"#,
        UserPlan::Timeline { openid: openid(), page: page(1), after: None },
    );
    user("user/follow_time", r#"{"openid": "o1"}"#, UserPlan::FollowTime { openid: openid() });
    user("user/last_message_time", r#"{"openid": "o1"}"#, UserPlan::LastMessageTime { openid: openid() });
    user(
        "user/last_message_time",
        r#"{"msg_id": 7567284390142541924}"#,
        UserPlan::LastMessageTimeOfSender { msg_id: msg_id() },
    );
    user("user/erase", r#"{"openid": "o1"}"#, UserPlan::Erase { openid: openid() });
    menu_events("{}", MenuPlan::EventStatus { filter: ButtonFilter::default(), since: None });
    menu_events(
        r#"{"menu_id": "1", "key": "K", "since": 5}"#,
        MenuPlan::EventStatus {
            filter: ButtonFilter { menu_id: Some("1".to_owned()), key: Some("K".to_owned()) },
            since: time(5),
        },
    );
    let Ok(Plan::Stats(totals)) = planned("stats/summary", r#"{"since": 5}"#) else { panic!() };
    assert_eq!(totals, StatsPlan::Summary { since: time(5), until: None });
    let Ok(Plan::Stats(report)) = planned("stats/report", r#"{"until": 5, "by": ["word", "backend"]}"#)
    else {
        panic!()
    };
    let by = vec![ReportPart::Word, ReportPart::Backend];
    assert_eq!(report, StatsPlan::Report { since: None, until: time(5), by });
    assert!(
        planned("stats/report", r#"{"by": []}"#).is_err()
            && planned("stats/report", r#"{"by": ["hour"]}"#).is_err()
    );
}

#[test]
fn a_conversation_is_listed_paused_resumed_and_settled() {
    let check = |path: &str, body: &str, expected: ConversationPlan| {
        let Ok(Plan::Conversation(plan)) = planned(path, body) else { panic!("{path} {body}") };
        assert_eq!(plan, expected, "{body}");
    };
    let openid = || "o1".to_owned();
    let list = |filter, after: Option<&str>, cursor: Option<&str>, limit| ConversationPlan::List {
        filter,
        query: None,
        page: Page { cursor: cursor.map(ToOwned::to_owned), limit },
        after: after.map(ToOwned::to_owned),
    };
    let found = ConversationPlan::List {
        filter: ConversationFilter::All,
        query: Some("王 女士".to_owned()),
        page: Page { cursor: None, limit: 20 },
        after: None,
    };
    check("conversation/list", r#"{"query": " 王 女士 "}"#, found);
    check("conversation/list", "{}", list(ConversationFilter::All, None, None, 20));
    check(
        "conversation/list",
        r#"{"filter": "unanswered", "after": "a", "cursor": "c", "limit": 100}"#,
        list(ConversationFilter::Unanswered, Some("a"), Some("c"), 100),
    );
    for (name, filter) in [("failed", ConversationFilter::Failed), ("paused", ConversationFilter::Paused)] {
        check("conversation/list", &format!(r#"{{"filter": "{name}"}}"#), list(filter, None, None, 20));
    }
    let pause = |minutes| ConversationPlan::Pause { openid: openid(), minutes };
    check("conversation/pause", r#"{"openid": "o1"}"#, pause(None));
    check("conversation/pause", r#"{"openid": "o1", "minutes": 525600}"#, pause(Some(525_600)));
    check("conversation/resume", r#"{"openid": "o1"}"#, ConversationPlan::Resume { openid: openid() });
    check("conversation/settle", r#"{"openid": "o1"}"#, ConversationPlan::Settle { openid: openid() });
}

#[test]
fn a_reply_is_left_for_the_next_message_if_it_can_answer_one() {
    let leave = |reply: &str| planned("message/leave", &format!(r#"{{"openid": "o1", "reply": {reply}}}"#));
    let text = r#"{"msgtype": "text", "text": {"content": "好"}}"#;
    let Ok(Plan::Message(MessagePlan::Leave { openid, reply: left })) = leave(text) else { panic!() };
    assert_eq!((openid.as_str(), left), ("o1", reply(text)));
    let field = |reply: &str| match leave(reply) {
        Err(api::Error::InvalidReply(invalid) | api::Error::InvalidParameter(invalid)) => invalid.field,
        other => panic!("{other:?}"),
    };
    assert_eq!(field(r#"{"msgtype": "text", "text": {"content": " "}}"#), "reply.text.content");
    assert_eq!(field(r#"{"msgtype": "silence"}"#), "reply.msgtype");
    let article = r#"{"title": "t", "description": "d", "url": "https://a.cn", "picurl": "https://a.cn"}"#;
    let news = format!(r#"{{"msgtype": "news", "news": {{"articles": [{article}, {article}]}}}}"#);
    assert_eq!(field(&news), "reply.news.articles");
}

#[test]
fn templates_are_sent_listed_and_deleted() {
    check(
        "template/send",
        r#"{"touser": "o1", "template_id": "t1", "data": {"thing1": {"value": "好"}}}"#,
        "Post /cgi-bin/message/template/send?access_token=T",
        r#"{"touser":"o1","template_id":"t1","data":{"thing1":{"value":"好"}}}"#,
    );
    // Numbers, colours and `topcolor` as old manuals and SDKs write them.
    check(
        "template/send",
        r##"{"touser": "o1", "template_id": "t1", "topcolor": "#FF0000", "data": {
            "a": {"value": 30, "color": "#173177"}, "b": {"value": -0.5, "color": "173177"},
            "c": {"value": 39.80, "color": 173177}, "d": {"value": true, "color": null},
            "e": {"value": 9007199254740993}, "f": {"value": 1.0}}}"##,
        "Post /cgi-bin/message/template/send?access_token=T",
        concat!(
            r##"{"touser":"o1","template_id":"t1","data":{"a":{"value":"30","color":"#173177"},"##,
            r#""b":{"value":"-0.5","color":"173177"},"c":{"value":"39.8","color":"173177"},"d":{"value":"true"},"#,
            r#""e":{"value":"9007199254740993"},"f":{"value":"1"}}}"#
        ),
    );
    let request = "Get /cgi-bin/template/get_all_private_template?access_token=T";
    check("template/list", "{}", request, "");
    check(
        "template/delete",
        r#"{"template_id": "t1"}"#,
        "Post /cgi-bin/template/del_private_template?access_token=T",
        r#"{"template_id":"t1"}"#,
    );
}

#[test]
fn users_are_read_listed_and_remarked() {
    let info = |body: &str, query: &str| {
        let request = format!("Get /cgi-bin/user/info?access_token=T&{query}");
        check("user/info", body, &request, "");
    };
    info(r#"{"openid": "o1"}"#, "openid=o1&lang=zh_CN");
    info(r#"{"openid": "o1", "lang": "zh_TW"}"#, "openid=o1&lang=zh_TW");
    info(r#"{"openid": "o1&a=b", "lang": "en"}"#, "openid=o1%26a%3Db&lang=en");
    let batch = |body: &str, sent: &str| {
        check("user/batch_info", body, "Post /cgi-bin/user/info/batchget?access_token=T", sent);
    };
    batch(
        r#"{"openid_list": ["o1", "o2"], "lang": "en"}"#,
        r#"{"user_list":[{"lang":"en","openid":"o1"},{"lang":"en","openid":"o2"}]}"#,
    );
    let (openids, users) = (vec![r#""o1""#; 100], vec![r#"{"lang":"zh_CN","openid":"o1"}"#; 100]);
    batch(
        &format!(r#"{{"openid_list": [{}]}}"#, openids.join(",")),
        &format!(r#"{{"user_list":[{}]}}"#, users.join(",")),
    );
    let list = |body: &str, query: &str| {
        let request = format!("Get /cgi-bin/user/get?access_token=T&{query}");
        check("user/list", body, &request, "");
    };
    list("{}", "next_openid=");
    list(r#"{"next_openid": "o9"}"#, "next_openid=o9");
    let remark = |body: &str, sent: &str| {
        let request = "Post /cgi-bin/user/info/updateremark?access_token=T";
        check("user/remark", body, request, sent);
    };
    remark(r#"{"openid": "o1", "remark": "老客户"}"#, r#"{"openid":"o1","remark":"老客户"}"#);
    remark(r#"{"openid": "o1", "remark": ""}"#, r#"{"openid":"o1","remark":""}"#);
    remark(
        &format!(r#"{{"openid": "o1", "remark": "{}ab"}}"#, "好".repeat(9)),
        &format!(r#"{{"openid":"o1","remark":"{}ab"}}"#, "好".repeat(9)),
    );
}

#[test]
fn tags_are_managed() {
    let tag = |path: &str, body: &str, wechat: &str, sent: &str| {
        check(path, body, &format!("Post /cgi-bin/{wechat}?access_token=T"), sent);
    };
    let longest = "标".repeat(10);
    tag(
        "tag/create",
        &format!(r#"{{"name": "{longest}"}}"#),
        "tags/create",
        &format!(r#"{{"tag":{{"name":"{longest}"}}}}"#),
    );
    check("tag/list", "{}", "Get /cgi-bin/tags/get?access_token=T", "");
    let renamed = r#"{"tag":{"id":134,"name":"广东"}}"#;
    tag("tag/update", r#"{"id": 134, "name": "广东"}"#, "tags/update", renamed);
    tag("tag/delete", r#"{"id": 134}"#, "tags/delete", r#"{"tag":{"id":134}}"#);
    let page = |body: &str, sent: &str| tag("tag/users", body, "user/tag/get", sent);
    page(r#"{"id": 134}"#, r#"{"next_openid":"","tagid":134}"#);
    page(r#"{"id": 134, "next_openid": "o9"}"#, r#"{"next_openid":"o9","tagid":134}"#);
    for (path, wechat) in
        [("tag/add", "tags/members/batchtagging"), ("tag/remove", "tags/members/batchuntagging")]
    {
        for count in [1, 50] {
            let openids = vec![r#""o1""#; count].join(",");
            let sent = format!(r#"{{"openid_list":[{openids}],"tagid":134}}"#);
            let body = format!(r#"{{"id": 134, "openid_list": [{openids}]}}"#);
            tag(path, &body, wechat, &sent);
        }
    }
    tag("tag/of_user", r#"{"openid": "o1"}"#, "tags/getidlist", r#"{"openid":"o1"}"#);
}

#[test]
fn menus_are_created_read_and_deleted() {
    let create = |menu: &str, wechat: &str| {
        let request = format!("Post /cgi-bin/menu/{wechat}?access_token=T");
        check("menu/create", menu, &request, menu);
    };
    create(r#"{"button":[{"name":"今日歌曲","type":"click","key":"V1001"}]}"#, "create");
    create(
        r#"{"button":[{"name":"a","type":"click","key":"k"}],"matchrule":{"tag_id":"2"}}"#,
        "addconditional",
    );
    let get = |path: &str, body: &str, wechat: &str| {
        check(path, body, &format!("Get /cgi-bin/{wechat}?access_token=T"), "");
    };
    get("menu/delete", "{}", "menu/delete");
    get("menu/delete", r#"{"menu_id": null}"#, "menu/delete");
    get("menu/list", "{}", "menu/get");
    get("menu/current", "{}", "get_current_selfmenu_info");
    for menu_id in ["208396993", "\"208396993\""] {
        let plan = |path: &str| match planned(path, &format!(r#"{{"menu_id": {menu_id}}}"#)) {
            Ok(Plan::Menu(plan)) => plan,
            other => panic!("{path}: {other:?}"),
        };
        let menu_id = || "208396993".to_owned();
        assert_eq!(plan("menu/list"), MenuPlan::List { menu_id: menu_id() });
        assert_eq!(plan("menu/delete"), MenuPlan::Delete { menu_id: menu_id() });
        let filter = ButtonFilter { menu_id: Some(menu_id()), key: None };
        assert_eq!(plan("menu/event_status"), MenuPlan::EventStatus { filter, since: None });
    }
    let plan = |path: &str, body: &str| match planned(path, body) {
        Ok(Plan::Menu(plan)) => plan,
        other => panic!("{path}: {other:?}"),
    };
    assert_eq!(plan("menu/draft", "{}"), MenuPlan::Draft);
    assert_eq!(plan("menu/check", "{}"), MenuPlan::Check);
    assert_eq!(plan("menu/publish", "{}"), MenuPlan::Publish { if_version: None });
    assert_eq!(plan("menu/publish", r#"{"if_version": 3}"#), MenuPlan::Publish { if_version: Some(3) });
    assert_eq!(plan("menu/versions", "{}"), MenuPlan::Versions);
    assert_eq!(plan("menu/version", r#"{"version": 3}"#), MenuPlan::Version { version: 3 });
    check(
        "menu/try_match",
        r#"{"user_id": "weixin"}"#,
        "Post /cgi-bin/menu/trymatch?access_token=T",
        r#"{"user_id":"weixin"}"#,
    );
}

#[test]
fn qr_codes_are_temporary_or_permanent() {
    let check = |body: &str, sent: &str| {
        check("qrcode/create", body, "Post /cgi-bin/qrcode/create?access_token=T", sent);
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
fn a_plan_of_several_requests_is_left_to_the_edge() {
    assert!(matches!(planned("token/get", "{}"), Ok(Plan::Token(TokenPlan::Get))));
    assert!(matches!(planned("account/check", "{}"), Ok(Plan::Account(AccountPlan::Check))));
    assert!(matches!(planned("account/settings", "{}"), Ok(Plan::Account(AccountPlan::Settings))));
    for url in ["https://example.com/a?b=你#c", "http://localhost"] {
        let body = format!(r#"{{"url": "{url}"}}"#);
        let Ok(Plan::Jssdk(plan)) = planned("jssdk/config", &body) else { panic!("{url}") };
        assert_eq!(plan, JssdkPlan::Config { url: url.to_owned() });
    }
    let check = |path: &str, body: &str, expected: KeyPlan| {
        let Ok(Plan::Key(plan)) = planned(path, body) else { panic!("{path} {body}") };
        assert_eq!(plan, expected, "{path} {body}");
    };
    check("key/list", "{}", KeyPlan::List);
    check("key/revoke", r#"{"id": "00ff"}"#, KeyPlan::Revoke { id: "00ff".to_owned() });
    let key = |scopes: &[&str], expires_at: Option<i64>| {
        KeyPlan::Create(NewKey {
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
fn a_call_without_required_fields_accepts_an_empty_body() {
    let takes_nothing: Vec<_> = endpoints()
        .filter(|endpoint| [b"".as_slice(), b" \r\n\t "].iter().all(|body| endpoint.plan(body).is_ok()))
        .map(|endpoint| endpoint.path)
        .collect();
    assert_eq!(
        takes_nothing,
        [
            "message/list",
            "conversation/list",
            "template/list",
            "user/list",
            "user/search",
            "user/sync",
            "tag/list",
            "menu/delete",
            "menu/list",
            "menu/current",
            "menu/event_status",
            "menu/draft",
            "menu/check",
            "menu/publish",
            "menu/versions",
            "qrcode/list",
            "token/get",
            "stats/summary",
            "rule/list",
            "rule/lint",
            "rule/export",
            "rule/import_platform",
            "rule/versions",
            "webhook/list",
            "delivery/list",
            "assistant/list",
            "assistant/providers",
            "assistant/usage",
            "account/overview",
            "account/check",
            "account/settings",
            "account/update",
            "setup/get",
            "key/list",
            "audit/list",
            "session/get",
            "session/delete",
            "session/ticket"
        ]
    );
}

#[test]
fn a_body_of_256_kib_is_accepted() {
    let padding = " ".repeat(MAX_BODY_BYTES - 2);
    assert!(matches!(planned("token/get", &format!("{{{padding}}}")), Ok(Plan::Token(TokenPlan::Get))));
}

#[test]
fn every_call_is_named_after_its_scope() {
    for endpoint in endpoints() {
        let (group, _) = endpoint.path.split_once('/').unwrap();
        let Requirement::Scope(scope) = endpoint.requires else { continue };
        let scope = scope.to_string();
        let expected = match endpoint.path {
            // Messages are more sensitive than profiles, and erasing them is a privacy operation.
            "user/timeline"
            | "conversation/list"
            | "conversation/pause"
            | "conversation/resume"
            | "conversation/settle"
            | "media/get" => "message",
            "user/erase" => "privacy",
            "delivery/list" | "delivery/get" | "delivery/replay" | "delivery/retry" => "webhook",
            "conversation/get" | "conversation/reset" => "assistant",
            "setup/get" => "account",
            "account/overview" => "any",
            "audit/list" => "key",
            _ => group,
        };
        assert_eq!(scope.split(':').next(), Some(expected), "{}", endpoint.path);
        let found = Endpoint::find(endpoint.path).unwrap();
        assert!(std::ptr::eq(found, endpoint), "duplicate path: {}", endpoint.path);
    }
    assert_eq!(endpoints().count(), 97);
    for path in ["", "menu", "menu/", "/menu/create", "menu/create/", "Menu/create", "menu/create?x"] {
        assert!(Endpoint::find(path).is_none(), "{path}");
    }
}

#[test]
fn reading_and_writing_need_different_scopes() {
    let reading: Vec<_> = endpoints()
        .filter(|endpoint| endpoint.requires.to_string().ends_with(":read"))
        .map(|endpoint| endpoint.path)
        .collect();
    assert_eq!(
        reading,
        [
            "message/get",
            "message/list",
            "conversation/list",
            "template/list",
            "user/info",
            "user/batch_info",
            "user/list",
            "user/timeline",
            "user/follow_time",
            "user/last_message_time",
            "user/search",
            "tag/list",
            "tag/users",
            "tag/of_user",
            "media/get",
            "menu/list",
            "menu/try_match",
            "menu/current",
            "menu/event_status",
            "menu/draft",
            "menu/check",
            "menu/versions",
            "menu/version",
            "qrcode/list",
            "jssdk/config",
            "token/get",
            "stats/summary",
            "stats/report",
            "rule/list",
            "rule/test",
            "rule/lint",
            "rule/export",
            "rule/versions",
            "rule/version",
            "webhook/list",
            "delivery/list",
            "delivery/get",
            "assistant/list",
            "assistant/providers",
            "assistant/usage",
            "conversation/get",
            "account/check",
            "account/settings",
            "setup/get",
            "key/list",
            "audit/list"
        ]
    );
}

/// Fragments of bodies, in any order.
const BODYISH: &str = r#"\{("(touser|msgtype|text|openid|id|name|button|scene_id|url|scopes|data|menu_id|expire_seconds)": ("x?"|-?[0-9]{1,12}|null|true|\[("o"|\{\})?\]|\{("content|name|type": "click")?\}),? ?){0,4}\}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_body_makes_a_plan_panic(bytes in any::<Vec<u8>>(), body in BODYISH) {
        for endpoint in endpoints() {
            let _ = endpoint.plan(&bytes);
            let _ = endpoint.plan(body.as_bytes());
        }
    }
}

#[test]
fn what_is_stored_is_checked_before_it_is_changed() {
    let update = |body: &str| match planned("account/update", body) {
        Ok(Plan::Account(AccountPlan::Update { storage, dry_run })) => Ok((storage, dry_run)),
        Err(api::Error::InvalidParameter(invalid)) => Err(invalid.to_string()),
        other => panic!("{body}: {other:?}"),
    };
    let storage = |retention_days, unstored_events| StorageSettings { retention_days, unstored_events };
    assert_eq!(update("{}"), Ok((storage(None, None), false)));
    let events = Some(vec!["location".to_owned(), "publishjobfinish".to_owned()]);
    let body = r#"{"retention_days": 36500, "unstored_events": ["location", "freepublishjobfinish"], "dry_run": true}"#;
    assert_eq!(update(body), Ok((storage(Some(36_500), events), true)));
    for days in ["0", "36501"] {
        let refused = update(&format!(r#"{{"retention_days": {days}}}"#));
        assert_eq!(refused, Err("retention_days must be 1 to 36500".to_owned()));
    }
    for event in ["LOCATION", "subscribe", "a b"] {
        let refused = update(&format!(r#"{{"unstored_events": ["{event}"]}}"#)).unwrap_err();
        assert!(refused.starts_with("unstored_events must"), "{refused}");
    }
    let many = vec!["a"; 101];
    assert!(update(&json!({ "unstored_events": many }).to_string()).is_err());
}

#[test]
fn days_that_are_too_old_are_counted() {
    let day = |date: &str, messages, events| DayFigures {
        date: date.to_owned(),
        messages,
        events,
        ..DayFigures::default()
    };
    let days = [day("2023-11-15", 1, 2), day("2023-11-10", 10, 0), day("2023-11-09", 100, 200)];
    let now = Timestamp::from_seconds(1_700_000_000); // 2023-11-15 in Beijing
    assert_eq!([90, 5, 0].map(|kept| count_messages(&days, kept, now)), [(313, 0), (313, 300), (313, 310)]);
}
