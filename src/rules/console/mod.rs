//! What an account answers by its console (公众平台官网), as rules of ours.
//!
//! The server configuration switches the console's answers off, so an account that moves here takes them along.
//! What cannot come along, or comes changed, is said: nothing vanishes.
//!
//! Manual: 获取自动回复规则, 查询自定义菜单信息.

mod keyword;
mod menu;
mod reply;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::callback::Trigger;
use crate::json::exactly_from_value;
use crate::wechat::menu::Menu;

use super::RuleDraft;

/// An account's auto-replies and menu, carried over as far as they can be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsoleImport {
    /// Rules of our document, in the order in which they must stand.
    pub rules: Vec<Value>,
    /// The menu in force, with keys where the console had answers; `None` if there is none.
    pub menu: Option<Menu>,
    /// What was not carried over, or not as it was.
    pub left_out: Vec<LeftOut>,
}

/// Something that an operator has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// By the name it has in the console: `keyword rule "prices", reply 2`.
    pub what: String,
    /// What became of it, as the end of a sentence: "is switched off in the console".
    pub why: String,
}

/// An answer of which there is one, with a switch of its own.
struct Single {
    field: &'static str,
    switch: &'static str,
    what: &'static str,
    condition: &'static str,
    trigger: Trigger,
}

const FOLLOW: Single = Single {
    field: "add_friend_autoreply_info",
    switch: "is_add_friend_reply_open",
    what: "follow reply",
    condition: "follow",
    trigger: Trigger::Event,
};

const DEFAULT: Single = Single {
    field: "message_default_autoreply_info",
    switch: "is_autoreply_open",
    what: "default reply",
    condition: "default",
    trigger: Trigger::Message,
};

const KEYWORDS: &str = "keyword_autoreply_info";

/// Reads WeChat's answers to `get_current_autoreply_info` and `get_current_selfmenu_info`.
///
/// - One message is answered by one rule here, so the order decides; `keyword.rs` says how it is found.
/// - What is switched off stays off: it is left out. Keyword rules have no switch in the answer.
/// - Media are carried over by their temporary ids, and noted; `reply.rs` says why.
#[must_use]
pub fn import_console(autoreplies: &Value, menu: &Value) -> ConsoleImport {
    let mut platform = ConsoleImport::default();
    platform.single(autoreplies, &FOLLOW);
    platform.menu = platform.read_menu(menu);
    platform.keywords(autoreplies);
    if platform.single(autoreplies, &DEFAULT) {
        let why = "answers every message that nothing else does; the console's may be sent once an hour";
        platform.note(DEFAULT.what, why);
    }
    platform.unknown(autoreplies);
    platform
}

impl ConsoleImport {
    /// The rules that keep our limits; the others are noted.
    pub fn take_rules(&mut self) -> Vec<RuleDraft> {
        let read = |rule: &Value| {
            let draft: RuleDraft = exactly_from_value(rule)?;
            draft.validate().map(|()| draft)
        };
        let mut drafts = Vec::new();
        for rule in std::mem::take(&mut self.rules) {
            match read(&rule) {
                Ok(draft) => drafts.push(draft),
                Err(invalid) => {
                    let name = rule.get("name").and_then(Value::as_str).unwrap_or("a rule");
                    self.note(name, format!("cannot be a rule here: {invalid}"));
                }
            }
        }
        drafts
    }

    fn note(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { what: what.into(), why: why.into() });
    }

    /// Whether there is a rule of it now.
    fn single(&mut self, autoreplies: &Value, single: &Single) -> bool {
        let Some(answer) = autoreplies.get(single.field).filter(|answer| !is_empty(answer)) else {
            return false;
        };
        if is_off(autoreplies, single.switch) {
            self.note(single.what, "is switched off in the console");
            return false;
        }
        let Some(reply) = self.reply(answer, single.trigger, single.what) else { return false };
        self.rules.push(json!({ "name": single.what, "when": { single.condition: {} }, "reply": reply }));
        true
    }

    /// WeChat may add another kind of auto-reply one day.
    fn unknown(&mut self, autoreplies: &Value) {
        const KNOWN: [&str; 7] =
            [FOLLOW.field, FOLLOW.switch, DEFAULT.field, DEFAULT.switch, KEYWORDS, "errcode", "errmsg"];
        let Some(fields) = autoreplies.as_object() else {
            return self.note("auto-replies", "have a shape that is unknown here");
        };
        for field in fields.keys().filter(|field| !KNOWN.contains(&field.as_str())) {
            self.note(field, "is unknown here");
        }
    }

    /// WeChat has lists as they are, and in an object as its `list`.
    fn list<'v>(&mut self, holder: &'v Value, field: &str, what: &str) -> &'v [Value] {
        let list = holder.get(field).filter(|list| !is_empty(list));
        match list.map(|list| list.get("list").unwrap_or(list)) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                self.note(format!("{what}, {field}"), "has a shape that is unknown here");
                &[]
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// A switch that is not in the answer is none.
fn is_off(holder: &Value, switch: &str) -> bool {
    holder.get(switch).is_some_and(|switch| *switch == 0 || *switch == false)
}

/// A text that says something.
fn text<'v>(holder: &'v Value, field: &str) -> Option<&'v str> {
    let says_something = |text: &&str| text.chars().any(|sign| !sign.is_whitespace() && !sign.is_control());
    holder.get(field).and_then(Value::as_str).filter(says_something)
}

/// A place as people count.
const fn place(index: usize) -> usize {
    index.saturating_add(1)
}
