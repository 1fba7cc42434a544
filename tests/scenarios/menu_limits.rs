//! Every limit of the custom menu, and the field that the error names.

use mp_worker::api::{Error, Plan};
use mp_worker::wechat::answer;
use serde_json::{Value, json};

use crate::world::planned;

fn accept(menu: &str) {
    assert!(matches!(planned("menu/create", menu), Ok(Plan::Call(..))), "{menu}");
}

fn refuse(menu: &str, field: &str, complaint: &str) {
    let Err(Error::InvalidParameter(invalid)) = planned("menu/create", menu) else { panic!("{menu}") };
    assert_eq!((invalid.field.as_str(), invalid.complaint.as_str()), (field, complaint), "{menu}");
}

/// A menu with this second button.
fn with(button: &str) -> String {
    format!(r#"{{"button": [{}, {button}]}}"#, click("a"))
}

/// A menu whose second button has a submenu with this second button.
fn with_sub(button: &str) -> String {
    with(&format!(r#"{{"name": "菜单", "sub_button": [{}, {button}]}}"#, click("a")))
}

fn click(name: &str) -> String {
    format!(r#"{{"name": "{name}", "type": "click", "key": "k"}}"#)
}

#[test]
fn a_menu_has_one_to_three_buttons() {
    let menu = |buttons: usize| format!(r#"{{"button": [{}]}}"#, vec![click("a"); buttons].join(","));
    refuse(&menu(0), "button", "must contain 1 to 3 buttons");
    accept(&menu(1));
    accept(&menu(3));
    refuse(&menu(4), "button", "must contain 1 to 3 buttons");
}

#[test]
fn a_submenu_has_up_to_five_buttons_and_no_submenus() {
    let menu = |buttons: usize| {
        let sub = vec![click("a"); buttons].join(",");
        with(&format!(r#"{{"name": "a", "sub_button": [{sub}]}}"#))
    };
    accept(&menu(1));
    accept(&menu(5));
    refuse(&menu(6), "button[1].sub_button", "must contain at most 5 buttons");
    // WeChat itself writes an empty list for a button without a submenu.
    accept(&with(r#"{"name": "a", "type": "click", "key": "k", "sub_button": []}"#));
    refuse(&menu(0), "button[1].type", "is missing, and there is no sub_button");
    let nested = format!(r#"{{"name": "a", "sub_button": [{}]}}"#, click("a"));
    refuse(&with_sub(&nested), "button[1].sub_button[1].sub_button", "is not allowed in a submenu");
}

#[test]
fn a_name_has_up_to_16_bytes_and_60_in_a_submenu() {
    accept(&with(&click("五个汉字长x")));
    accept(&with_sub(&click(&"字".repeat(20))));
    refuse(&with(&click("五个汉字长xx")), "button[1].name", "has 17 bytes; WeChat accepts 16");
    let long = "字".repeat(20) + "x";
    refuse(&with_sub(&click(&long)), "button[1].sub_button[1].name", "has 61 bytes; WeChat accepts 60");
    refuse(&with(&click("")), "button[1].name", "is empty");
    refuse(&with_sub(&click("")), "button[1].sub_button[1].name", "is empty");
    refuse(&with(r#"{"type": "click", "key": "k"}"#), "button[1].name", "is missing");
}

/// A value of this length; a URL has at least a scheme.
fn value(name: &str, length: usize) -> String {
    match (name, length) {
        ("url", 1..) => format!("{:x<length$}", "http://"),
        _ => "x".repeat(length),
    }
}

#[test]
fn every_button_type_needs_its_fields() {
    let check = |button_type: &str, fields: &[(&str, usize)]| {
        let button = |left_out: Option<&str>, filled: &dyn Fn(&str, usize) -> usize| {
            let fields = fields.iter().filter(|(name, _)| Some(*name) != left_out);
            let fields: Vec<_> = fields
                .map(|(name, limit)| format!(r#", "{name}": "{}""#, value(name, filled(name, *limit))))
                .collect();
            let fields = fields.concat();
            with(&format!(r#"{{"name": "a", "type": "{button_type}"{fields}}}"#))
        };
        accept(&button(None, &|_, limit| limit));
        for (name, limit) in fields {
            let field = format!("button[1].{name}");
            refuse(&button(Some(name), &|_, _| 1), &field, "is missing");
            refuse(&button(None, &|other, _| usize::from(other != *name)), &field, "is empty");
            let too_long = button(None, &|other, _| if other == *name { limit + 1 } else { 1 });
            refuse(&too_long, &field, &format!("has {} bytes; WeChat accepts {limit}", limit + 1));
        }
    };
    for button_type in [
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    ] {
        check(button_type, &[("key", 128)]);
    }
    check("view", &[("url", 1024)]);
    check("miniprogram", &[("url", 1024), ("appid", 128), ("pagepath", 1024)]);
    check("media_id", &[("media_id", 128)]);
    check("article_id", &[("article_id", 128)]);
    check("article_view_limited", &[("article_id", 128)]);
}

#[test]
fn a_submenu_button_needs_its_fields_too() {
    refuse(&with_sub(r#"{"name": "a", "type": "view"}"#), "button[1].sub_button[1].url", "is missing");
    refuse(
        &with_sub(r#"{"name": "a", "key": "k"}"#),
        "button[1].sub_button[1].type",
        "is missing, and there is no sub_button",
    );
}

#[test]
fn an_unknown_type_or_field_is_named() {
    let Err(Error::InvalidParameter(invalid)) =
        planned("menu/create", &with(r#"{"name": "a", "type": "tap", "key": "k"}"#))
    else {
        panic!("an unknown type must be rejected");
    };
    assert_eq!(invalid.field, "button[1].type");
    assert!(invalid.complaint.starts_with("must be one of click, view, miniprogram"), "{invalid}");

    let Err(Error::InvalidParameter(invalid)) =
        planned("menu/create", &with_sub(r#"{"name": "a", "value": "x"}"#))
    else {
        panic!("an unknown field must be rejected");
    };
    assert_eq!(invalid.field, "button[1].sub_button[1].value");
}

#[test]
fn a_match_rule_needs_a_nonempty_field() {
    let menu = |rule: &str| format!(r#"{{"button": [{}], "matchrule": {rule}}}"#, click("a"));
    accept(&menu(r#"{"tag_id": "2"}"#));
    accept(&menu(r#"{"client_platform_type": "1"}"#));
    accept(&menu(r#"{"tag_id": "2", "client_platform_type": "3"}"#));
    for rule in [
        "{}",
        r#"{"tag_id": null}"#,
        r#"{"tag_id": ""}"#,
        r#"{"client_platform_type": ""}"#,
        r#"{"tag_id": "", "client_platform_type": ""}"#,
    ] {
        refuse(&menu(rule), "matchrule", "must have tag_id or client_platform_type");
    }
    refuse(
        &menu(r#"{"age": "1"}"#),
        "matchrule.age",
        "does not exist; the known fields are tag_id, group_id, client_platform_type, sex, country, province, city, language",
    );
    accept(&menu(r#"{"tag_id": 2}"#));
    refuse(&menu(r#"{"tag_id": true}"#), "matchrule.tag_id", "must be a string or a whole number");
}

#[test]
fn a_url_needs_a_scheme() {
    let complaint = "must begin with http:// or https://";
    let view = |url: &str| format!(r#"{{"name": "a", "type": "view", "url": "{url}"}}"#);
    accept(&with(&view("https://shop.example.com/a?b#c")));
    accept(&with(&view("http://例子.cn")));
    for url in ["shop.example.com", "//shop.example.com", "javascript:alert(1)", " https://a.b"] {
        refuse(&with(&view(url)), "button[1].url", complaint);
        refuse(&with_sub(&view(url)), "button[1].sub_button[1].url", complaint);
    }
    let page = r#"{"name": "a", "type": "miniprogram", "url": "a.b", "appid": "w", "pagepath": "p"}"#;
    refuse(&with(page), "button[1].url", complaint);
}

#[test]
fn a_blank_name_and_a_retired_type_are_rejected() {
    refuse(&with(&click(" ")), "button[1].name", "is empty");
    refuse(&with_sub(&click("　")), "button[1].sub_button[1].name", "is empty");
    let retired = r#"{"name": "a", "type": "view_limited", "media_id": "m"}"#;
    let complaint = "view_limited was retired by WeChat; use article_view_limited";
    refuse(&with(retired), "button[1].type", complaint);
}

/// Sample of 自定义菜单查询接口, with what accounts list in addition.
const LISTED: &str = r#"{
    "menu": {"menuid": 208396938, "button": [
        {"type": "click", "name": "今日歌曲", "key": "V1001", "sub_button": []},
        {"name": "菜单", "sub_button": [
            {"type": "view", "name": "搜索", "url": "http://www.soso.com/", "sub_button": null}
        ]}
    ]},
    "conditionalmenu": [
        {"menuid": 208396993, "button": [{"type": "click", "name": "a", "key": "k", "sub_button": null}],
         "matchrule": {"group_id": 2, "sex": 0, "country": "", "province": "", "city": "", "language": "",
                       "client_platform_type": 2}},
        {"menuid": "208396994", "button": [{"type": "click", "name": "a", "key": "k"}],
         "matchrule": {"tag_id": "101", "sex": null}}
    ]
}"#;

#[test]
fn what_a_list_shows_can_be_created() {
    let Ok(Plan::Call(_, reader)) = planned("menu/list", "{}") else { panic!("a call") };
    let listed: Value = serde_json::from_str(&reader.read(answer(200, LISTED.as_bytes())).unwrap()).unwrap();
    let sent = |menu: &Value| match planned("menu/create", &menu.to_string()) {
        Ok(Plan::Call(call, _)) => {
            (call.path(), serde_json::from_str::<Value>(call.body().unwrap()).unwrap())
        }
        other => panic!("{menu}: {other:?}"),
    };
    let (path, body) = sent(&listed["menu"]);
    assert_eq!((path, body.as_object().unwrap().len()), ("/cgi-bin/menu/create", 1), "{body}");
    let rules = listed["conditionalmenu"].as_array().unwrap().iter().map(|menu| {
        let (path, body) = sent(menu);
        assert_eq!(path, "/cgi-bin/menu/addconditional");
        assert!(body.get("menuid").is_none(), "{body}");
        body["matchrule"].clone()
    });
    let expected = [json!({ "tag_id": "2", "client_platform_type": "2" }), json!({ "tag_id": "101" })];
    assert_eq!(rules.collect::<Vec<_>>(), expected);
}

#[test]
fn a_withdrawn_condition_is_named() {
    let complaint =
        "was withdrawn by WeChat (65320): a menu can only depend on tag_id and client_platform_type";
    for (field, value) in [
        ("sex", "1"),
        ("country", r#""中国""#),
        ("province", r#""广东""#),
        ("city", r#""广州""#),
        ("language", r#""zh_CN""#),
    ] {
        let rule = format!(r#"{{"tag_id": 2, "{field}": {value}}}"#);
        let menu = format!(r#"{{"button": [{}], "matchrule": {rule}}}"#, click("a"));
        refuse(&menu, &format!("matchrule.{field}"), complaint);
    }
}
