//! Responses of the JSON API: WeChat's responses, typed and without its envelope.

use std::sync::LazyLock;

use mp_worker::api::jssdk::JssdkConfig;
use mp_worker::api::key::{KeyCreated, KeyList, KeySummary};
use mp_worker::api::menu::{MenuList, is_not_conditional};
use mp_worker::api::token::AccessToken;
use mp_worker::api::webhook::WebhookTested;
use mp_worker::api::{self, KeyRecord, Plan, Reader, Scope, endpoints, openapi};
use mp_worker::backends::AttemptOutcome;
use mp_worker::secret::Secret;
use mp_worker::wechat::{Error, answer};
use proptest::prelude::{ProptestConfig, proptest};
use serde_json::Value;

use crate::world::{NOW, planned, reply, signing_keys};

/// The response, with its fields sorted by name.
fn answered(reader: Reader, body: &str) -> Result<String, Error> {
    let json = reader.read(answer(200, body.as_bytes()))?;
    Ok(serde_json::from_str::<Value>(&json).expect("JSON").to_string())
}

fn reader(path: &str, request: &str) -> Reader {
    let Ok(Plan::Call(_, reader)) = planned(path, request) else { panic!("{path} {request}") };
    reader
}

fn check(path: &str, body: &str, expected: &str) {
    assert_eq!(answered(wechats(path), body).as_deref(), Ok(expected), "{path} {body}");
}

/// Every call that WeChat performs, with the request of its example.
fn wechats_calls() -> impl Iterator<Item = (&'static str, Reader)> {
    static EXAMPLES: LazyLock<Value> = LazyLock::new(openapi::document);
    endpoints().filter_map(|endpoint| {
        let path = endpoint.path.replace('/', "~1");
        let example = format!("/paths/~1api~1{path}/post/requestBody/content/application~1json/example");
        match endpoint.plan(EXAMPLES.pointer(&example)?.to_string().as_bytes()) {
            Ok(Plan::Call(_, reader)) => Some((endpoint.path, reader)),
            _ => None,
        }
    })
}

/// The call with this path.
fn wechats(path: &str) -> Reader {
    wechats_calls().find(|(found, _)| *found == path).expect("WeChat performs it").1
}

const ONLY_SUCCEED: [&str; 8] = [
    "message/typing",
    "template/delete",
    "user/remark",
    "tag/update",
    "tag/delete",
    "tag/add",
    "tag/remove",
    "menu/delete",
];

#[test]
fn a_call_without_a_result_returns_an_empty_object() {
    for path in ONLY_SUCCEED {
        check(path, r#"{"errcode":0,"errmsg":"ok"}"#, "{}");
        check(path, r#"{"errcode":0,"errmsg":"ok","more":1}"#, "{}");
    }
}

#[test]
fn a_change_that_is_already_in_effect_succeeds() {
    for path in ONLY_SUCCEED {
        check(path, r#"{"errcode":45081,"errmsg":"you are already typing"}"#, "{}");
    }
}

#[test]
fn templates_are_returned() {
    check(
        "template/send",
        r#"{"errcode":0,"errmsg":"ok","msgid":9007199254740993}"#,
        r#"{"msgid":"9007199254740993"}"#,
    );
    check("template/send", r#"{"errcode":0,"msgid":"200228332"}"#, r#"{"msgid":"200228332"}"#);
    check(
        "template/list",
        r#"{"template_list":[{"template_id":"iPk5sOIt5X_flOVKn5GrTFpncEYTojx6ddbt8WYoV5s","title":"领取奖金提醒",
            "primary_industry":"IT科技","deputy_industry":"互联网|电子商务",
            "content":"{{result.DATA}}\n","example":"中奖"},
            {"template_id":"t2","title":"","content":"","new":1}]}"#,
        concat!(
            r#"{"template_list":[{"content":"{{result.DATA}}\n","deputy_industry":"互联网|电子商务","#,
            r#""example":"中奖","primary_industry":"IT科技","#,
            r#""template_id":"iPk5sOIt5X_flOVKn5GrTFpncEYTojx6ddbt8WYoV5s","title":"领取奖金提醒"},"#,
            r#"{"content":"","deputy_industry":"","example":"","primary_industry":"","template_id":"t2","title":""}]}"#
        ),
    );
    check("template/list", r#"{"template_list":[]}"#, r#"{"template_list":[]}"#);
}

#[test]
fn a_user_includes_every_field_that_wechat_returns() {
    check("user/info", r#"{"subscribe":0,"openid":"o1"}"#, r#"{"openid":"o1","subscribe":0}"#);
    check(
        "user/info",
        r#"{"subscribe":1,"openid":"o1","language":"zh_CN","subscribe_time":1382694957,"unionid":"u",
            "remark":"","groupid":0,"tagid_list":[128,2],"subscribe_scene":"ADD_SCENE_QR_CODE",
            "qr_scene":98765,"qr_scene_str":""}"#,
        concat!(
            r#"{"groupid":0,"language":"zh_CN","openid":"o1","qr_scene":98765,"qr_scene_str":"","remark":"","#,
            r#""subscribe":1,"subscribe_scene":"ADD_SCENE_QR_CODE","subscribe_time":1382694957,"#,
            r#""tagid_list":[128,2],"unionid":"u"}"#
        ),
    );
    check(
        "user/info",
        r#"{"errcode":0,"errmsg":"ok","subscribe":1,"openid":"o1"}"#,
        r#"{"openid":"o1","subscribe":1}"#,
    );
}

#[test]
fn several_users_are_returned_in_one_response() {
    check(
        "user/batch_info",
        r#"{"user_info_list":[{"subscribe":1,"openid":"o1","remark":"","tagid_list":[128,2]},
            {"subscribe":0,"openid":"o2"}]}"#,
        concat!(
            r#"{"user_info_list":[{"openid":"o1","remark":"","subscribe":1,"tagid_list":[128,2]},"#,
            r#"{"openid":"o2","subscribe":0}]}"#
        ),
    );
    check("user/batch_info", r#"{"user_info_list":[]}"#, r#"{"user_info_list":[]}"#);
}

#[test]
fn a_page_of_users_is_returned() {
    let check = |body: &str, expected: &str| {
        for path in ["user/list", "tag/users"] {
            check(path, body, expected);
        }
    };
    check(
        r#"{"total":2,"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2"}"#,
        r#"{"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2","total":2}"#,
    );
    // After the last page WeChat omits `data`.
    check(
        r#"{"total":2,"count":0,"next_openid":""}"#,
        r#"{"count":0,"data":{"openid":[]},"next_openid":"","total":2}"#,
    );
    check(
        r#"{"count":1,"data":{"openid":["o1"]},"next_openid":"o1"}"#,
        r#"{"count":1,"data":{"openid":["o1"]},"next_openid":"o1"}"#,
    );
    check(r#"{"count":0}"#, r#"{"count":0,"data":{"openid":[]},"next_openid":""}"#);
}

#[test]
fn tags_are_returned() {
    check("tag/create", r#"{"tag":{"id":134,"name":"广东"}}"#, r#"{"tag":{"id":134,"name":"广东"}}"#);
    check(
        "tag/list",
        r#"{"tags":[{"id":1,"name":"黑名单","count":0},{"id":2,"name":"星标组"}]}"#,
        r#"{"tags":[{"count":0,"id":1,"name":"黑名单"},{"count":0,"id":2,"name":"星标组"}]}"#,
    );
    check("tag/of_user", r#"{"tagid_list":[134,2]}"#, r#"{"tagid_list":[134,2]}"#);
    check("tag/of_user", r#"{"tagid_list":[]}"#, r#"{"tagid_list":[]}"#);
}

#[test]
fn only_a_new_conditional_menu_has_an_id() {
    check("menu/create", r#"{"errcode":0,"errmsg":"ok"}"#, "{}");
    check("menu/create", r#"{"menuid":"208379533"}"#, r#"{"menuid":"208379533"}"#);
    check("menu/create", r#"{"menuid":208379533}"#, r#"{"menuid":"208379533"}"#);
}

/// As the manual shows it, with numeric ids.
const MENUS: &str = r#"{
    "menu": {"button": [{"type":"click","name":"今日歌曲","key":"V1001","sub_button":[]}], "menuid": 208396938},
    "conditionalmenu": [
        {"button": [{"type":"view","name":"a","url":"u"}], "matchrule": {"tag_id":"2"}, "menuid": 208396993},
        {"button": [], "matchrule": {"client_platform_type":"1"}, "menuid": "208396994"}
    ]
}"#;

#[test]
fn all_menus_or_only_one_are_listed() {
    let check = |request: &str, body: &str, expected: &str| {
        let answer = answered(reader("menu/list", request), body);
        assert_eq!(answer.as_deref(), Ok(expected), "{request} {body}");
    };
    let default = concat!(
        r#"{"button":[{"key":"V1001","name":"今日歌曲","sub_button":[],"type":"click"}],"#,
        r#""menuid":"208396938"}"#
    );
    let first = concat!(
        r#"{"button":[{"name":"a","type":"view","url":"u"}],"#,
        r#""matchrule":{"tag_id":"2"},"menuid":"208396993"}"#
    );
    let second = r#"{"button":[],"matchrule":{"client_platform_type":"1"},"menuid":"208396994"}"#;
    check("{}", MENUS, &format!(r#"{{"conditionalmenu":[{first},{second}],"menu":{default}}}"#));
    let only = |menu_id: &str| {
        let menus = MenuList::from_wechat(answer(200, MENUS.as_bytes())).unwrap().only(menu_id);
        menus.map(|menus| serde_json::to_value(menus).unwrap().to_string())
    };
    let check_only = |menu_id: &str, expected: String| assert_eq!(only(menu_id), Ok(expected), "{menu_id}");
    check_only("208396993", format!(r#"{{"conditionalmenu":[{first}],"menu":null}}"#));
    check_only("208396994", format!(r#"{{"conditionalmenu":[{second}],"menu":null}}"#));
    check_only("208396938", format!(r#"{{"conditionalmenu":[],"menu":{default}}}"#));
    assert_eq!(only("1"), Err(api::Error::NotFound("menu")));
    let only_default = r#"{"menu":{"button":[]}}"#;
    check("{}", only_default, r#"{"conditionalmenu":[],"menu":{"button":[]}}"#);
}

#[test]
fn all_menus_are_deleted_only_with_the_id_of_the_default_menu() {
    let is_default = |menu_id: &str| {
        let menus = MenuList::from_wechat(answer(200, MENUS.as_bytes())).unwrap();
        menus.require_default(menu_id) == Ok(())
    };
    assert!(is_default("208396938"));
    assert!(!is_default("208396993"), "a conditional menu");
    assert!(!is_default("1") && !is_default(""));
    let refused = |body: &str| answer(200, body.as_bytes()).unwrap_err();
    assert!(is_not_conditional(&refused(r#"{"errcode":65301,"errmsg":"this menu is not conditionalmenu"}"#)));
    assert!(!is_not_conditional(&refused(r#"{"errcode":-1}"#)) && !is_not_conditional(&Error::TimedOut));
}

#[test]
fn a_missing_menu_is_null_and_not_an_error() {
    let no_menu = r#"{"errcode":46003,"errmsg":"menu no exist rid: 60000000-00000000-00000000"}"#;
    let answer = answered(reader("menu/list", "{}"), no_menu);
    assert_eq!(answer.as_deref(), Ok(r#"{"conditionalmenu":[],"menu":null}"#));
    for (path, reader) in wechats_calls().filter(|(path, _)| *path != "menu/list") {
        assert!(answered(reader, no_menu).is_err(), "{path}");
    }
}

#[test]
fn the_menu_of_a_user_and_the_current_menu_are_returned() {
    check(
        "menu/try_match",
        r#"{"button":[{"type":"view","name":"tx","url":"http://www.qq.com/","sub_button":[]}]}"#,
        r#"{"button":[{"name":"tx","sub_button":[],"type":"view","url":"http://www.qq.com/"}]}"#,
    );
    check(
        "menu/try_match",
        r#"{"menu":{"button":[{"type":"view","name":"a","url":"u"}]}}"#,
        r#"{"button":[{"name":"a","type":"view","url":"u"}]}"#,
    );
    check(
        "menu/current",
        r#"{"is_menu_open":1,"selfmenu_info":{"button":[{"name":"a","sub_button":{"list":[{"type":"view"}]}}]}}"#,
        r#"{"is_menu_open":1,"selfmenu_info":{"button":[{"name":"a","sub_button":{"list":[{"type":"view"}]}}]}}"#,
    );
    check("menu/current", r#"{"is_menu_open":0}"#, r#"{"is_menu_open":0,"selfmenu_info":null}"#);
}

#[test]
fn a_qr_code_is_returned_with_its_picture() {
    check(
        "qrcode/create",
        r#"{"ticket":"gQH47joAAAAA/w==+","expire_seconds":60,"url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#,
        concat!(
            r#"{"expire_seconds":60,"#,
            r#""image_url":"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH47joAAAAA%2Fw%3D%3D%2B","#,
            r#""ticket":"gQH47joAAAAA/w==+","url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#
        ),
    );
    check(
        "qrcode/create",
        r#"{"ticket":"T","url":"u"}"#,
        r#"{"image_url":"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=T","ticket":"T","url":"u"}"#,
    );
}

#[test]
fn a_response_without_its_main_field_is_unreadable() {
    let unreadable = Err(Error::Unreadable { status: 200 });
    let needs_nothing = ["user/list", "tag/users", "menu/create", "menu/list"];
    for (path, reader) in wechats_calls() {
        let answer = answered(reader, r#"{"errcode":0,"errmsg":"ok"}"#);
        if ONLY_SUCCEED.contains(&path) || needs_nothing.contains(&path) {
            assert!(answer.is_ok(), "{path}");
        } else {
            assert_eq!(answer, unreadable, "{path}");
        }
    }
    for (path, body) in [
        ("template/send", r#"{"msgid":-1}"#),
        ("template/send", r#"{"msgid":1.5}"#),
        ("user/batch_info", r#"{"user_info_list":[{"subscribe":1}]}"#),
        ("tag/of_user", r#"{"tagid_list":["a"]}"#),
        ("menu/list", r#"{"menu":{}}"#),
    ] {
        assert_eq!(answered(wechats(path), body), unreadable, "{path} {body}");
    }
}

#[test]
fn an_error_from_wechat_is_passed_on_unchanged() {
    let refused = answer(200, br#"{"errcode":48001,"errmsg":"api unauthorized"}"#).unwrap_err();
    for error in [Error::Unreachable, Error::TimedOut, Error::Unreadable { status: 502 }, refused] {
        for (path, reader) in wechats_calls() {
            assert_eq!(reader.read(Err(error.clone())), Err(error.clone()), "{path}");
        }
    }
}

/// Responses that the worker makes itself, without WeChat.
#[test]
fn responses_made_by_the_worker_are_serialized_as_documented() {
    let check = |answer: serde_json::Result<String>, expected: &str| assert_eq!(answer.unwrap(), expected);
    let token = AccessToken { access_token: Secret::new("TOKEN"), expires_in: 7100 };
    check(serde_json::to_string(&token), r#"{"access_token":"TOKEN","expires_in":7100}"#);
    let signed = JssdkConfig {
        app_id: "wx1".to_owned(),
        timestamp: 1,
        nonce: "n".to_owned(),
        signature: "s".to_owned(),
    };
    check(serde_json::to_string(&signed), r#"{"appId":"wx1","timestamp":1,"nonceStr":"n","signature":"s"}"#);

    let record = KeyRecord {
        id: "00ff".to_owned(),
        name: "后台".to_owned(),
        hash: "HASH".to_owned(),
        scopes: vec![Scope::Everything],
        account: "shop".to_owned(),
        made_by: Some("aa00".to_owned()),
        created_at: NOW,
        expires_at: Some(NOW.plus(60)),
        revoked_at: Some(NOW.plus(30)),
    };
    let lasting = KeyRecord { made_by: None, expires_at: None, revoked_at: None, ..record.clone() };
    let list = KeyList { keys: vec![KeySummary::new(record, Some(NOW.plus(7)), &signing_keys())] };
    check(
        serde_json::to_string(&list),
        concat!(
            r#"{"keys":[{"id":"00ff","name":"后台","scopes":["*"],"account":"shop","#,
            r#""made_by":"aa00","created_at":1700000000,"expires_at":1700000060,"revoked_at":1700000030,"#,
            r#""last_used_at":1700000007}]}"#
        ),
    );
    let created = KeyCreated {
        key: Secret::new("mpk_00ff_x"),
        summary: KeySummary::new(lasting, None, &signing_keys()),
    };
    check(
        serde_json::to_string(&created),
        concat!(
            r#"{"key":"mpk_00ff_x","id":"00ff","name":"后台","scopes":["*"],"account":"shop","#,
            r#""created_at":1700000000}"#
        ),
    );
}

#[test]
fn a_webhook_test_reports_whether_the_webhook_works() {
    let check = |outcome: AttemptOutcome, expected: &str| {
        assert_eq!(serde_json::to_string(&WebhookTested::new(outcome, 7)).unwrap(), expected);
    };
    check(AttemptOutcome::Told, r#"{"ok":true,"took_ms":7,"replies":[]}"#);
    check(AttemptOutcome::Answered(Vec::new()), r#"{"ok":true,"took_ms":7,"replies":[]}"#);
    let text = r#"{"msgtype":"text","text":{"content":"您好"}}"#;
    let answered = AttemptOutcome::Answered(vec![reply(text)]);
    check(answered, &format!(r#"{{"ok":true,"took_ms":7,"replies":[{text}]}}"#));
    let gone = "it answered 410, which disables a webhook";
    check(
        AttemptOutcome::Gone { trace: None },
        &format!(r#"{{"ok":false,"error":"{gone}","took_ms":7,"replies":[]}}"#),
    );
    let failed =
        AttemptOutcome::Failed { error: "it answered 500".to_owned(), retry_after: Some(5), trace: None };
    check(failed, r#"{"ok":false,"error":"it answered 500","took_ms":7,"replies":[]}"#);
}

/// Fragments of responses, in any order.
const ANSWERISH: &str = r#"\{("(msgid|template_list|subscribe|openid|tag|tags|tagid_list|menu|menuid|conditionalmenu|button|is_menu_open|ticket|url|data|errcode)": ("x?"|-?[0-9]{1,20}|0|null|\[("o"|\{\}|1)?\]|\{("button": \[\])?\}),? ?){0,4}\}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_response_makes_a_reader_panic(body in ANSWERISH) {
        for (_, reader) in wechats_calls() {
            let _ = answered(reader, &body);
        }
    }
}
