//! The current menu (自定义菜单), made in the console or through the API.
//!
//! In the console a button can have a reply, which the API does not support: it becomes a `click` button with a key,
//! and a rule that replies to the key. Keys are positions in the console's menu (`console_1_2`: column 1, entry 2), so
//! that a second import gives the same keys, even if an earlier button is not imported.

use serde_json::{Map, Value, json};

use crate::callback::Trigger;
use crate::invalid::Invalid;
use crate::json::exactly_from_value;
use crate::wechat::menu::Menu;

use super::{ConsoleImport, is_empty, is_off, place, text};

/// Wraps a button in a menu of its own, to check it at the level where it will be.
type Within = fn(&Value) -> Value;

impl ConsoleImport {
    pub(super) fn read_menu(&mut self, answer: &Value) -> Option<Menu> {
        let is_off = is_off(answer, "is_menu_open");
        let what = self.say(["menu", "自定义菜单"], &[]);
        let is_menu = |info: &&Value| info.get("button").is_some() || is_empty(info);
        let Some(info) = answer.get("selfmenu_info").filter(is_menu) else {
            if !is_off {
                let why = self.say(["has an unknown format", "的格式未知"], &[]);
                self.note(what, why);
            }
            return None;
        };
        let listed = self.list(info, "button", &what);
        if is_off {
            if !listed.is_empty() {
                let why = self.say(["is switched off in the console", "在公众平台已关闭"], &[]);
                self.note(what, why);
            }
            return None;
        }
        let mut buttons = Vec::new();
        for (index, button) in listed.iter().enumerate() {
            buttons.extend(self.column(button, place(index)));
        }
        if buttons.is_empty() {
            return None;
        }
        match menu_of(&buttons.into()) {
            Ok(menu) => Some(menu),
            Err(invalid) => {
                let why = self.refused(&invalid);
                self.note(what, why);
                None
            }
        }
    }

    fn column(&mut self, button: &Value, column: usize) -> Option<Value> {
        let name = text(button, "name").unwrap_or_default();
        let what = self.say(["menu button \"{}\"", "菜单按钮「{}」"], &[name]);
        let listed = self.list(button, "sub_button", &what);
        if listed.is_empty() {
            return self.button(button, &what, &format!("console_{column}"), top);
        }
        let mut entries = Vec::new();
        for (index, entry) in listed.iter().enumerate() {
            let entry_name = text(entry, "name").unwrap_or_default();
            let what = self.say(["{}, \"{}\"", "{}，「{}」"], &[&what, entry_name]);
            entries.extend(self.button(entry, &what, &format!("console_{column}_{}", place(index)), below));
        }
        if entries.is_empty() {
            let why = self.say(["has no entry that could be imported", "没有可以导入的子菜单"], &[]);
            self.note(what, why);
            return None;
        }
        self.checked(json!({ "name": name, "sub_button": entries }), &what, top)
    }

    /// A button with an action.
    fn button(&mut self, button: &Value, what: &str, key: &str, within: Within) -> Option<Value> {
        let kind = text(button, "type").unwrap_or_default();
        if matches!(kind, "text" | "img" | "image" | "photo" | "voice" | "video" | "news") {
            return self.button_with_answer(button, what, key, within);
        }
        let Some(fields) = fields(kind) else {
            let why = self.say(
                ["is of type \"{}\", which the menu API does not support", "的类型是「{}」，菜单接口不支持"],
                &[kind],
            );
            self.note(what, why);
            return None;
        };
        let mut own = Map::new();
        for field in ["type", "name"].iter().chain(fields) {
            own.extend(text(button, field).map(|text| ((*field).to_owned(), text.into())));
        }
        self.checked(Value::Object(own), what, within)
    }

    fn button_with_answer(&mut self, button: &Value, what: &str, key: &str, within: Within) -> Option<Value> {
        let name = text(button, "name").unwrap_or_default();
        let click = self.checked(json!({ "type": "click", "name": name, "key": key }), what, within)?;
        let reply = self.reply(button, Trigger::Event, what)?;
        self.rules.push(json!({ "name": name, "when": { "click": { "key": key } }, "reply": reply }));
        Some(click)
    }

    /// Only the field's own name: the path leads through the menu that was made for the check.
    fn refused(&self, invalid: &Invalid) -> String {
        let field = invalid.field.rsplit('.').next().unwrap_or_default();
        let complaint = &invalid.complaint;
        self.say(["cannot be created through the API: {} {}", "不能用接口创建：{} {}"], &[field, complaint])
    }

    /// The button, if WeChat would accept it.
    fn checked(&mut self, button: Value, what: &str, within: Within) -> Option<Value> {
        match menu_of(&within(&button)) {
            Ok(_) => Some(button),
            Err(invalid) => {
                let why = self.refused(&invalid);
                self.note(what, why);
                None
            }
        }
    }
}

/// The fields of a button of this type in addition to its name; `view_limited` is retired.
fn fields(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "view" => &["url"],
        "miniprogram" => &["url", "appid", "pagepath"],
        "media_id" => &["media_id"],
        "article_id" | "article_view_limited" => &["article_id"],
        "click" | "scancode_push" | "scancode_waitmsg" | "pic_sysphoto" | "pic_photo_or_album"
        | "pic_weixin" | "location_select" => &["key"],
        _ => return None,
    })
}

fn top(button: &Value) -> Value {
    json!([button])
}

fn below(button: &Value) -> Value {
    json!([{ "name": "-", "sub_button": [button] }])
}

fn menu_of(buttons: &Value) -> Result<Menu, Invalid> {
    let menu: Menu = exactly_from_value(&json!({ "button": buttons }))?;
    menu.check().map(|()| menu)
}
