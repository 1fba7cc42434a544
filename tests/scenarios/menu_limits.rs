//! Every limit of the custom menu, and the field that the error names.

use mp_worker::api::{Error, Plan};

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

#[test]
fn every_button_type_needs_its_fields() {
    let check = |button_type: &str, fields: &[(&str, usize)]| {
        let button = |left_out: Option<&str>, filled: &dyn Fn(&str, usize) -> usize| {
            let fields = fields.iter().filter(|(name, _)| Some(*name) != left_out);
            let fields: Vec<_> = fields
                .map(|(name, limit)| format!(r#", "{name}": "{}""#, "x".repeat(filled(name, *limit))))
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
    check("view_limited", &[("media_id", 128)]);
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
    // WeChat has withdrawn this field.
    refuse(
        &menu(r#"{"sex": "1"}"#),
        "matchrule.sex",
        "does not exist; the known fields are tag_id, client_platform_type",
    );
    refuse(&menu(r#"{"tag_id": 2}"#), "matchrule.tag_id", "must be a string");
}
