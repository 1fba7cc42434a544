//! Menu buttons and their limits: 创建自定义菜单 (参数说明, 菜单返回码).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use super::world::MINI_PROGRAM;

const MOST: usize = 3;
const MOST_BELOW: usize = 5;
const KEY_BYTES: usize = 128;
const URL_BYTES: usize = 1024;

/// The limits of one menu level. The two levels differ in their error codes and in the length of names.
struct Level {
    name_bytes: usize,
    name: Refusal,
    kind: Refusal,
    key: Refusal,
    url: Refusal,
    domain: Refusal,
    media: Refusal,
    retired: Refusal,
}

const TOP: Level = Level {
    name_bytes: 16,
    name: Refusal::BUTTON_NAME,
    kind: Refusal::BUTTON_TYPE,
    key: Refusal::BUTTON_KEY,
    url: Refusal::BUTTON_URL,
    domain: Refusal::BUTTON_DOMAIN,
    media: Refusal::BUTTON_MEDIA,
    retired: Refusal::BUTTON_RETIRED,
};

const BELOW: Level = Level {
    name_bytes: 60,
    name: Refusal::SUB_BUTTON_NAME,
    kind: Refusal::SUB_BUTTON_TYPE,
    key: Refusal::SUB_BUTTON_KEY,
    url: Refusal::SUB_BUTTON_URL,
    domain: Refusal::SUB_BUTTON_DOMAIN,
    media: Refusal::SUB_BUTTON_MEDIA,
    retired: Refusal::SUB_BUTTON_RETIRED,
};

/// Checks the `button` field of a menu and returns it as `menu/get` does: every button has a `sub_button`.
pub(super) fn check(body: &Value) -> Result<Vec<Value>, Refusal> {
    let buttons = body.get("button").and_then(Value::as_array).ok_or(Refusal::BUTTON_SIZE)?;
    if !(1..=MOST).contains(&buttons.len()) {
        return Err(Refusal::BUTTON_SIZE);
    }
    buttons.iter().map(check_top).collect()
}

fn check_top(button: &Value) -> Result<Value, Refusal> {
    let children = children(button);
    if children.is_empty() {
        return check_one(button, &TOP);
    }
    check_length(text(button, "name"), TOP.name_bytes, &TOP.name)?;
    if children.len() > MOST_BELOW {
        return Err(Refusal::SUB_BUTTON_SIZE);
    }
    let children: Vec<_> = children.iter().map(check_below).collect::<Result<_, _>>()?;
    Ok(json!({ "name": text(button, "name"), "sub_button": children }))
}

fn check_below(button: &Value) -> Result<Value, Refusal> {
    if children(button).is_empty() { check_one(button, &BELOW) } else { Err(Refusal::SUB_MENU_LEVEL) }
}

/// Checks a button without sub-buttons.
fn check_one(button: &Value, level: &Level) -> Result<Value, Refusal> {
    check_length(text(button, "name"), level.name_bytes, &level.name)?;
    match text(button, "type") {
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album"
        | "pic_weixin" | "location_select" => {
            check_length(text(button, "key"), KEY_BYTES, &level.key)?;
        }
        "view" => check_url(text(button, "url"), level)?,
        "miniprogram" => {
            check_url(text(button, "url"), level)?;
            if text(button, "appid") != MINI_PROGRAM {
                return Err(Refusal::NO_WEAPP_PERMISSION);
            }
            check_length(text(button, "pagepath"), URL_BYTES, &Refusal::INVALID_PAGEPATH)?;
        }
        "media_id" => check_length(text(button, "media_id"), KEY_BYTES, &level.media)?,
        "article_id" | "article_view_limited" => {
            check_length(text(button, "article_id"), KEY_BYTES, &Refusal::INVALID_ARTICLE_ID)?;
        }
        "view_limited" => return Err(level.retired.clone()),
        _ => return Err(level.kind.clone()),
    }
    let mut shown = button.as_object().cloned().unwrap_or_default();
    shown.insert("sub_button".to_owned(), json!([]));
    Ok(Value::Object(shown))
}

fn check_url(url: &str, level: &Level) -> Result<(), Refusal> {
    check_length(url, URL_BYTES, &level.url)?;
    if domain(url).is_some() { Ok(()) } else { Err(level.domain.clone()) }
}

fn check_length(text: &str, most: usize, refusal: &Refusal) -> Result<(), Refusal> {
    if (1..=most).contains(&text.len()) { Ok(()) } else { Err(refusal.clone()) }
}

/// Returns the domains that these buttons link to.
pub(super) fn domains(buttons: &[Value]) -> BTreeSet<String> {
    let all = buttons.iter().flat_map(|button| children(button).iter().chain([button]));
    all.filter_map(|button| domain(text(button, "url"))).map(ToOwned::to_owned).collect()
}

fn domain(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    rest.split(['/', '?', '#', ':']).next().filter(|domain| domain.contains('.'))
}

/// Converts the buttons to the format of 查询自定义菜单信息, in which `sub_button` is an object with a list.
pub(super) fn as_selfmenu(buttons: &[Value]) -> Vec<Value> {
    let shown = |button: &Value| {
        let mut shown = button.as_object().cloned().unwrap_or_default();
        shown.remove("sub_button");
        shown
    };
    let top = |button: &Value| {
        let mut top = shown(button);
        let list: Vec<Map<_, _>> = children(button).iter().map(shown).collect();
        if !list.is_empty() {
            top.insert("sub_button".to_owned(), json!({ "list": list }));
        }
        Value::Object(top)
    };
    buttons.iter().map(top).collect()
}

fn children(button: &Value) -> &[Value] {
    button.get("sub_button").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'v>(button: &'v Value, field: &str) -> &'v str {
    button.get(field).and_then(Value::as_str).unwrap_or_default()
}
