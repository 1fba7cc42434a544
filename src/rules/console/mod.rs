//! Imports the auto-replies and the menu that were made in WeChat's console (公众平台官网) as rules.
//!
//! Enabling the server configuration disables the console's auto-replies. What cannot be imported, or only with
//! changes, is listed in the result.
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
use crate::wechat;
use crate::wechat::menu::Menu;

use super::RuleDraft;

/// An account's auto-replies and menu, as far as they can be imported.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConsoleImport {
    /// Rules as JSON, in the order in which they must be tried.
    pub rules: Vec<Value>,
    /// The current menu, with keys where the console's buttons had replies; `None` if there is none.
    pub menu: Option<Menu>,
    /// What was not imported, or was changed.
    pub left_out: Vec<LeftOut>,
    language: ImportLanguage,
}

/// The language of names and of what is left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ImportLanguage {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl ImportLanguage {
    /// The language that an `Accept-Language` header names first.
    #[must_use]
    pub fn accepted(header: &str) -> Self {
        let first = header.trim_start().get(..2).unwrap_or_default();
        if first.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }
}

/// Something that the operator has to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    /// Its name in the console, such as `keyword rule "prices", reply 2`.
    pub what: String,
    /// What happened to it, as the end of a sentence: "is switched off in the console".
    pub why: String,
}

/// An auto-reply that exists once per account, with its own switch.
struct Single {
    field: &'static str,
    switch: &'static str,
    /// In English, and in Chinese.
    what: [&'static str; 2],
    condition: &'static str,
    trigger: Trigger,
}

const FOLLOW: Single = Single {
    field: "add_friend_autoreply_info",
    switch: "is_add_friend_reply_open",
    what: ["follow reply", "关注回复"],
    condition: "follow",
    trigger: Trigger::Event,
};

const DEFAULT: Single = Single {
    field: "message_default_autoreply_info",
    switch: "is_autoreply_open",
    what: ["default reply", "默认回复"],
    condition: "default",
    trigger: Trigger::Message,
};

impl Single {
    const fn what(&self, language: ImportLanguage) -> &'static str {
        let [english, chinese] = self.what;
        match language {
            ImportLanguage::English => english,
            ImportLanguage::Chinese => chinese,
        }
    }
}

const KEYWORDS: &str = "keyword_autoreply_info";

/// The errcode for "there is no menu", which leaves nothing out.
const NO_MENU: i64 = 46003;

/// Reads what WeChat answered to the two questions of [`import_console`]. If it refused one of them, the other is imported
/// and the refusal is listed.
pub fn import_answers(
    autoreplies: Result<Value, wechat::Error>,
    menu: Result<Value, wechat::Error>,
    language: ImportLanguage,
) -> Result<ConsoleImport, wechat::Error> {
    match (autoreplies, menu) {
        (Ok(autoreplies), Ok(menu)) => Ok(import_console(&autoreplies, &menu, language)),
        (Ok(autoreplies), Err(wechat::Error::Refused(refusal))) => {
            // As WeChat answers where the menu is switched off.
            let mut import = import_console(&autoreplies, &json!({ "is_menu_open": 0 }), language);
            if refusal.errcode != NO_MENU {
                let what = import.say(["menu", "自定义菜单"], &[]);
                import.note(what, wechat::Error::Refused(refusal).explanation());
            }
            Ok(import)
        }
        (Err(refused @ wechat::Error::Refused(_)), Ok(menu)) => {
            let mut import = import_console(&json!({}), &menu, language);
            let what = import.say(["auto-replies", "自动回复"], &[]);
            import.note(what, refused.explanation());
            Ok(import)
        }
        (Err(error), _) | (_, Err(error)) => Err(error),
    }
}

/// Reads WeChat's answers to `get_current_autoreply_info` and `get_current_selfmenu_info`.
///
/// - Only one rule answers a message, so the order matters; see `keyword.rs`.
/// - What is switched off is not imported. Keyword rules have no switch in WeChat's answer.
/// - Media are imported by their temporary ids, with a note; see `reply.rs`.
#[must_use]
pub fn import_console(autoreplies: &Value, menu: &Value, language: ImportLanguage) -> ConsoleImport {
    let mut import = ConsoleImport { language, ..ConsoleImport::default() };
    import.single(autoreplies, &FOLLOW);
    import.menu = import.read_menu(menu);
    import.keywords(autoreplies);
    if import.single(autoreplies, &DEFAULT) {
        let why = import.say(
            [
                "answers every message that no other rule answers; the console's default reply may be sent only once \
                 an hour",
                "会回复其他规则没有回复的每一条消息；公众平台的默认回复可能一小时只发送一次",
            ],
            &[],
        );
        import.note(DEFAULT.what(language), why);
    }
    import.unknown(autoreplies);
    import
}

impl ConsoleImport {
    /// Takes the rules that are within our limits; the others are noted.
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
                    let name = rule.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
                    let name = name.unwrap_or_else(|| self.say(["a rule", "一条规则"], &[]));
                    let why =
                        self.say(["is not a valid rule: {}", "不是有效的规则：{}"], &[&invalid.to_string()]);
                    self.note(name, why);
                }
            }
        }
        drafts
    }

    /// A text in the language of the import, English or Chinese; each `{}` stands for the next value. One function is
    /// smaller than a [`format!`] for each text.
    fn say(&self, [english, chinese]: [&str; 2], values: &[&str]) -> String {
        let text = match self.language {
            ImportLanguage::English => english,
            ImportLanguage::Chinese => chinese,
        };
        let mut parts = text.split("{}");
        let mut said = parts.next().unwrap_or_default().to_owned();
        for (part, value) in parts.zip(values) {
            said.push_str(value);
            said.push_str(part);
        }
        said
    }

    fn note(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { what: what.into(), why: why.into() });
    }

    /// Imports the auto-reply; whether there is a rule for it now.
    fn single(&mut self, autoreplies: &Value, single: &Single) -> bool {
        let Some(answer) = autoreplies.get(single.field).filter(|answer| !is_empty(answer)) else {
            return false;
        };
        let what = single.what(self.language);
        if is_off(autoreplies, single.switch) {
            let why = self.say(["is switched off in the console", "在公众平台已关闭"], &[]);
            self.note(what, why);
            return false;
        }
        let Some(reply) = self.reply(answer, single.trigger, what) else { return false };
        self.rules.push(json!({ "name": what, "when": { single.condition: {} }, "reply": reply }));
        true
    }

    /// Notes kinds of auto-replies that WeChat may add one day.
    fn unknown(&mut self, autoreplies: &Value) {
        const KNOWN: [&str; 7] =
            [FOLLOW.field, FOLLOW.switch, DEFAULT.field, DEFAULT.switch, KEYWORDS, "errcode", "errmsg"];
        let Some(fields) = autoreplies.as_object() else {
            let what = self.say(["auto-replies", "自动回复"], &[]);
            let why = self.say(["have an unknown format", "的格式未知"], &[]);
            return self.note(what, why);
        };
        for field in fields.keys().filter(|field| !KNOWN.contains(&field.as_str())) {
            let why = self.say(["is not supported", "不支持"], &[]);
            self.note(field, why);
        }
    }

    /// A list, which WeChat writes as an array, or as an object with a field `list`.
    fn list<'v>(&mut self, holder: &'v Value, field: &str, what: &str) -> &'v [Value] {
        let list = holder.get(field).filter(|list| !is_empty(list));
        match list.map(|list| list.get("list").unwrap_or(list)) {
            None | Some(Value::Null) => &[],
            Some(Value::Array(list)) => list,
            Some(_) => {
                let what = self.say(["{}, {}", "{}，{}"], &[what, field]);
                let why = self.say(["has an unknown format", "的格式未知"], &[]);
                self.note(what, why);
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

/// Whether a switch is off; a missing one is on.
fn is_off(holder: &Value, switch: &str) -> bool {
    holder.get(switch).is_some_and(|switch| *switch == 0 || *switch == false)
}

/// A field that is a text with at least one visible character.
fn text<'v>(holder: &'v Value, field: &str) -> Option<&'v str> {
    let is_visible = |text: &&str| text.chars().any(|sign| !sign.is_whitespace() && !sign.is_control());
    holder.get(field).and_then(Value::as_str).filter(is_visible)
}

/// A 1-based position.
const fn place(index: usize) -> usize {
    index.saturating_add(1)
}
