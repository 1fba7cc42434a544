//! What callers get: WeChat's answers, typed, without its envelope.

use mp_worker::api::answer::{AccessToken, JssdkConfig, KeyCreated, KeyList, KeySummary};
use mp_worker::api::{KeyRecord, Scope, Shape};
use mp_worker::secret::Secret;
use mp_worker::wechat::{Error, answer};
use proptest::prelude::{ProptestConfig, proptest};
use serde_json::Value;

use crate::world::NOW;

/// The answer, with its fields in the order of their names.
fn shaped(shape: &Shape, body: &str) -> Result<String, Error> {
    let json = shape.apply(answer(200, body.as_bytes()))?;
    Ok(serde_json::from_str::<Value>(&json).expect("JSON").to_string())
}

fn check(shape: &Shape, body: &str, expected: &str) {
    assert_eq!(shaped(shape, body).as_deref(), Ok(expected), "{body}");
}

const EVERY_SHAPE: [Shape; 13] = [
    Shape::Nothing,
    Shape::TemplateSent,
    Shape::TemplateList,
    Shape::User,
    Shape::Users,
    Shape::TagCreated,
    Shape::TagList,
    Shape::TagIds,
    Shape::MenuCreated,
    Shape::MenuList { menu_id: None },
    Shape::Buttons,
    Shape::CurrentMenu,
    Shape::QrCode,
];

#[test]
fn a_call_that_only_succeeds_answers_an_empty_object() {
    check(&Shape::Nothing, r#"{"errcode":0,"errmsg":"ok"}"#, "{}");
    check(&Shape::Nothing, r#"{"errcode":0,"errmsg":"ok","more":1}"#, "{}");
}

#[test]
fn what_is_already_so_is_a_success() {
    check(&Shape::Nothing, r#"{"errcode":45081,"errmsg":"you are already typing"}"#, "{}");
}

#[test]
fn templates_are_answered() {
    check(
        &Shape::TemplateSent,
        r#"{"errcode":0,"errmsg":"ok","msgid":9007199254740993}"#,
        r#"{"msgid":"9007199254740993"}"#,
    );
    check(&Shape::TemplateSent, r#"{"errcode":0,"msgid":"200228332"}"#, r#"{"msgid":"200228332"}"#);
    check(
        &Shape::TemplateList,
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
    check(&Shape::TemplateList, r#"{"template_list":[]}"#, r#"{"template_list":[]}"#);
}

#[test]
fn a_user_is_answered_with_whatever_wechat_says() {
    check(&Shape::User, r#"{"subscribe":0,"openid":"o1"}"#, r#"{"openid":"o1","subscribe":0}"#);
    check(
        &Shape::User,
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
        &Shape::User,
        r#"{"errcode":0,"errmsg":"ok","subscribe":1,"openid":"o1"}"#,
        r#"{"openid":"o1","subscribe":1}"#,
    );
}

#[test]
fn a_page_of_users_is_answered() {
    check(
        &Shape::Users,
        r#"{"total":2,"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2"}"#,
        r#"{"count":2,"data":{"openid":["o1","o2"]},"next_openid":"o2","total":2}"#,
    );
    // Behind the last page WeChat leaves the data out.
    check(
        &Shape::Users,
        r#"{"total":2,"count":0,"next_openid":""}"#,
        r#"{"count":0,"data":{"openid":[]},"next_openid":"","total":2}"#,
    );
    check(
        &Shape::Users,
        r#"{"count":1,"data":{"openid":["o1"]},"next_openid":"o1"}"#,
        r#"{"count":1,"data":{"openid":["o1"]},"next_openid":"o1"}"#,
    );
    check(&Shape::Users, r#"{"count":0}"#, r#"{"count":0,"data":{"openid":[]},"next_openid":""}"#);
}

#[test]
fn tags_are_answered() {
    check(&Shape::TagCreated, r#"{"tag":{"id":134,"name":"广东"}}"#, r#"{"tag":{"id":134,"name":"广东"}}"#);
    check(
        &Shape::TagList,
        r#"{"tags":[{"id":1,"name":"黑名单","count":0},{"id":2,"name":"星标组"}]}"#,
        r#"{"tags":[{"count":0,"id":1,"name":"黑名单"},{"count":0,"id":2,"name":"星标组"}]}"#,
    );
    check(&Shape::TagIds, r#"{"tagid_list":[134,2]}"#, r#"{"tagid_list":[134,2]}"#);
    check(&Shape::TagIds, r#"{"tagid_list":[]}"#, r#"{"tagid_list":[]}"#);
}

#[test]
fn a_new_menu_has_an_id_if_it_is_conditional() {
    check(&Shape::MenuCreated, r#"{"errcode":0,"errmsg":"ok"}"#, "{}");
    check(&Shape::MenuCreated, r#"{"menuid":"208379533"}"#, r#"{"menuid":"208379533"}"#);
    check(&Shape::MenuCreated, r#"{"menuid":208379533}"#, r#"{"menuid":"208379533"}"#);
}

/// As the manual shows it, the ids as numbers.
const MENUS: &str = r#"{
    "menu": {"button": [{"type":"click","name":"今日歌曲","key":"V1001","sub_button":[]}], "menuid": 208396938},
    "conditionalmenu": [
        {"button": [{"type":"view","name":"a","url":"u"}], "matchrule": {"tag_id":"2"}, "menuid": 208396993},
        {"button": [], "matchrule": {"client_platform_type":"1"}, "menuid": "208396994"}
    ]
}"#;

#[test]
fn menus_are_listed_all_or_one() {
    let of = |menu_id: Option<&str>| Shape::MenuList { menu_id: menu_id.map(ToOwned::to_owned) };
    let default = concat!(
        r#"{"button":[{"key":"V1001","name":"今日歌曲","sub_button":[],"type":"click"}],"#,
        r#""menuid":"208396938"}"#
    );
    let first = concat!(
        r#"{"button":[{"name":"a","type":"view","url":"u"}],"#,
        r#""matchrule":{"tag_id":"2"},"menuid":"208396993"}"#
    );
    let second = r#"{"button":[],"matchrule":{"client_platform_type":"1"},"menuid":"208396994"}"#;
    check(&of(None), MENUS, &format!(r#"{{"conditionalmenu":[{first},{second}],"menu":{default}}}"#));
    check(&of(Some("208396993")), MENUS, &format!(r#"{{"conditionalmenu":[{first}],"menu":null}}"#));
    check(&of(Some("208396994")), MENUS, &format!(r#"{{"conditionalmenu":[{second}],"menu":null}}"#));
    check(&of(Some("1")), MENUS, r#"{"conditionalmenu":[],"menu":null}"#);
    let only_default = r#"{"menu":{"button":[]}}"#;
    check(&of(None), only_default, r#"{"conditionalmenu":[],"menu":{"button":[]}}"#);
}

#[test]
fn no_menu_is_an_answer_and_not_a_failure() {
    let no_menu = r#"{"errcode":46003,"errmsg":"menu no exist rid: 60000000-00000000-00000000"}"#;
    check(&Shape::MenuList { menu_id: None }, no_menu, r#"{"conditionalmenu":[],"menu":null}"#);
    let one = Shape::MenuList { menu_id: Some("1".to_owned()) };
    check(&one, no_menu, r#"{"conditionalmenu":[],"menu":null}"#);
    for shape in EVERY_SHAPE.iter().filter(|shape| !matches!(shape, Shape::MenuList { .. })) {
        assert!(shaped(shape, no_menu).is_err(), "{shape:?}");
    }
}

#[test]
fn the_menu_of_a_user_and_the_one_in_force_are_answered() {
    check(
        &Shape::Buttons,
        r#"{"button":[{"type":"view","name":"tx","url":"http://www.qq.com/","sub_button":[]}]}"#,
        r#"{"button":[{"name":"tx","sub_button":[],"type":"view","url":"http://www.qq.com/"}]}"#,
    );
    check(
        &Shape::CurrentMenu,
        r#"{"is_menu_open":1,"selfmenu_info":{"button":[{"name":"a","sub_button":{"list":[{"type":"view"}]}}]}}"#,
        r#"{"is_menu_open":1,"selfmenu_info":{"button":[{"name":"a","sub_button":{"list":[{"type":"view"}]}}]}}"#,
    );
    check(&Shape::CurrentMenu, r#"{"is_menu_open":0}"#, r#"{"is_menu_open":0,"selfmenu_info":null}"#);
}

#[test]
fn a_code_is_answered_with_its_picture() {
    check(
        &Shape::QrCode,
        r#"{"ticket":"gQH47joAAAAA/w==+","expire_seconds":60,"url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#,
        concat!(
            r#"{"expire_seconds":60,"#,
            r#""image_url":"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH47joAAAAA%2Fw%3D%3D%2B","#,
            r#""ticket":"gQH47joAAAAA/w==+","url":"http://weixin.qq.com/q/kZgfwMTm72WWPkovabbI"}"#
        ),
    );
    check(
        &Shape::QrCode,
        r#"{"ticket":"T","url":"u"}"#,
        r#"{"image_url":"https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=T","ticket":"T","url":"u"}"#,
    );
}

#[test]
fn an_answer_that_lacks_what_it_is_for_cannot_be_read() {
    let check = |shape: &Shape, body: &str| {
        assert_eq!(shaped(shape, body), Err(Error::Unreadable { status: 200 }), "{shape:?} {body}");
    };
    let needs_nothing = [Shape::Nothing, Shape::Users, Shape::MenuCreated, Shape::MenuList { menu_id: None }];
    for shape in EVERY_SHAPE.iter().filter(|shape| !needs_nothing.contains(shape)) {
        check(shape, r#"{"errcode":0,"errmsg":"ok"}"#);
    }
    check(&Shape::TemplateSent, r#"{"msgid":-1}"#);
    check(&Shape::TemplateSent, r#"{"msgid":1.5}"#);
    check(&Shape::TagIds, r#"{"tagid_list":["a"]}"#);
    check(&Shape::MenuList { menu_id: None }, r#"{"menu":{}}"#);
}

#[test]
fn a_failure_stays_the_failure_it_is() {
    for shape in &EVERY_SHAPE {
        for error in [Error::Unreachable, Error::TimedOut, Error::Unreadable { status: 502 }] {
            assert_eq!(shape.apply(Err(error.clone())), Err(error), "{shape:?}");
        }
        let refused = answer(200, br#"{"errcode":48001,"errmsg":"api unauthorized"}"#);
        assert_eq!(shape.apply(refused.clone()), Err(refused.unwrap_err()), "{shape:?}");
    }
}

/// What WeChat does not answer but we do.
#[test]
fn our_own_answers_are_written_as_documented() {
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
        created_at: NOW,
        expires_at: Some(NOW.plus(60)),
        revoked_at: Some(NOW.plus(30)),
    };
    let lasting = KeyRecord { expires_at: None, revoked_at: None, ..record.clone() };
    let list = KeyList { keys: vec![KeySummary::from(record)] };
    check(
        serde_json::to_string(&list),
        concat!(
            r#"{"keys":[{"id":"00ff","name":"后台","scopes":["*"],"account":"shop","#,
            r#""created_at":1700000000,"expires_at":1700000060,"revoked_at":1700000030}]}"#
        ),
    );
    let created = KeyCreated { key: Secret::new("mpk_00ff_x"), summary: lasting.into() };
    check(
        serde_json::to_string(&created),
        concat!(
            r#"{"key":"mpk_00ff_x","id":"00ff","name":"后台","scopes":["*"],"account":"shop","#,
            r#""created_at":1700000000}"#
        ),
    );
}

/// Parts of answers, in any order.
const ANSWERISH: &str = r#"\{("(msgid|template_list|subscribe|openid|tag|tags|tagid_list|menu|menuid|conditionalmenu|button|is_menu_open|ticket|url|data|errcode)": ("x?"|-?[0-9]{1,20}|0|null|\[("o"|\{\}|1)?\]|\{("button": \[\])?\}),? ?){0,4}\}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_answer_makes_a_shape_panic(body in ANSWERISH) {
        for shape in &EVERY_SHAPE {
            let _ = shaped(shape, &body);
        }
    }
}
