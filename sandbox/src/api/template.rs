//! Template messages: 发送模板消息, 获取模板列表, 删除模板, 从模板库添加模板.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::chance::random_digits;

use super::ask::Ask;
use super::industry::{Industries, name};
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, get, post};
use super::state::State;
use super::template_value::is_acceptable;
use super::world::{LIBRARY, LibraryTemplate, MINI_PROGRAM, Template, templates};

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/message/template/send", 100_000, send),
    get("/cgi-bin/template/get_all_private_template", 100_000, list),
    post("/cgi-bin/template/del_private_template", 100_000, delete),
    post("/cgi-bin/template/api_add_template", 100_000, add),
];

const MOST: usize = 25;
const LONGEST_URL: usize = 1024;
/// How long a repeated `client_msg_id` is ignored.
const ONCE: Duration = Duration::from_mins(10);

/// The account's templates, its industries, and the messages it sent with a `client_msg_id`.
#[derive(Debug)]
pub(super) struct Templates {
    pub list: Vec<Template>,
    pub industries: Industries,
    last_msgid: u64,
    /// The time and the msgid of each message, by user and `client_msg_id`.
    sent: BTreeMap<(String, String), (Duration, u64)>,
}

#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    touser: String,
    #[serde(default)]
    template_id: String,
    #[serde(default)]
    url: String,
    miniprogram: Option<MiniProgram>,
    #[serde(default)]
    data: Map<String, Value>,
    #[serde(default)]
    client_msg_id: String,
}

#[derive(Debug, Deserialize)]
struct MiniProgram {
    #[serde(default)]
    appid: String,
    #[serde(default)]
    pagepath: String,
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    template_id: String,
}

#[derive(Debug, Deserialize)]
struct Addition {
    #[serde(default)]
    template_id_short: String,
    #[serde(default)]
    keyword_name_list: Vec<String>,
}

fn send(state: &mut State, ask: &Ask<'_>) -> Answer {
    let message: Message = ask.read()?;
    if state.world.follower(&message.touser)?.is_blocked {
        return Err(Refusal::IN_BLACKLIST);
    }
    message.check(state.templates.find(&message.template_id)?)?;
    let (msgid, is_new) = state.templates.number(&message, ask.now);
    if is_new {
        state.show(&message.touser, &ask.body);
    }
    Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": msgid }))
}

fn list(state: &mut State, _: &Ask<'_>) -> Answer {
    let list: Vec<_> = state.templates.list.iter().map(describe).collect();
    Ok(json!({ "template_list": list }))
}

fn describe(template: &Template) -> Value {
    let (primary, deputy) = name(template.industry).unwrap_or_default();
    json!({
        "template_id": template.id,
        "title": template.title,
        "primary_industry": primary,
        "deputy_industry": deputy,
        "content": template.content,
        "example": template.content.replace("{{", "").replace(".DATA}}", ""),
    })
}

fn delete(state: &mut State, ask: &Ask<'_>) -> Answer {
    let which: Which = ask.read()?;
    state.templates.find(&which.template_id)?;
    state.templates.list.retain(|template| template.id != which.template_id);
    Ok(ok())
}

fn add(state: &mut State, ask: &Ask<'_>) -> Answer {
    let addition: Addition = ask.read()?;
    let wanted = |offer: &&LibraryTemplate| offer.short_id == addition.template_id_short;
    let offer = LIBRARY.iter().find(wanted).ok_or(Refusal::INVALID_LIBRARY_ID)?;
    let mut chosen: Vec<_> = offer.keywords.iter().collect();
    if !addition.keyword_name_list.is_empty() {
        let keyword = |name: &String| offer.keywords.iter().find(|(known, _)| known == name);
        chosen = addition
            .keyword_name_list
            .iter()
            .map(keyword)
            .collect::<Option<_>>()
            .ok_or(Refusal::INVALID_KEYWORDS)?;
    }
    if state.templates.list.len() >= MOST {
        return Err(Refusal::TOO_MANY_TEMPLATES);
    }
    let lines: Vec<_> = chosen.iter().map(|(name, field)| format!("{name}：{{{{{field}.DATA}}}}")).collect();
    let id = format!("SANDBOX_{}_", random_digits::<17>());
    let (title, industry) = (offer.title, offer.industry);
    state.templates.list.push(Template { id: id.clone(), title, industry, content: lines.join("\n") });
    Ok(json!({ "errcode": 0, "errmsg": "ok", "template_id": id }))
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            list: templates(),
            industries: Industries::default(),
            last_msgid: 200_000_000,
            sent: BTreeMap::new(),
        }
    }
}

impl Templates {
    fn find(&self, id: &str) -> Result<&Template, Refusal> {
        self.list.iter().find(|template| template.id == id).ok_or(Refusal::INVALID_TEMPLATE_ID)
    }

    /// Returns the msgid of a message, and whether the message is new.
    fn number(&mut self, message: &Message, now: Duration) -> (u64, bool) {
        let key = (message.touser.clone(), message.client_msg_id.clone());
        let is_named = !message.client_msg_id.is_empty();
        if is_named
            && let Some((sent, msgid)) = self.sent.get(&key)
            && now.saturating_sub(*sent) < ONCE
        {
            return (*msgid, false);
        }
        self.last_msgid = self.last_msgid.saturating_add(1);
        if is_named {
            self.sent.insert(key, (now, self.last_msgid));
        }
        (self.last_msgid, true)
    }
}

impl Message {
    fn check(&self, template: &Template) -> Result<(), Refusal> {
        if self.url.len() > LONGEST_URL {
            return Err(Refusal::INVALID_LINK_SIZE);
        }
        match &self.miniprogram {
            Some(target) if target.appid != MINI_PROGRAM => return Err(Refusal::INVALID_MINI_PROGRAM),
            Some(target) if target.pagepath.is_empty() => return Err(Refusal::INVALID_PAGEPATH),
            _ => {}
        }
        template.fields().try_for_each(|field| self.check_field(field))
    }

    fn check_field(&self, field: &str) -> Result<(), Refusal> {
        let value = match self.data.get(field).and_then(|entry| entry.get("value")) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        if is_acceptable(field, &value) { Ok(()) } else { Err(Refusal::invalid_argument(field)) }
    }
}

impl Template {
    /// Returns the field names, which are between `{{` and `.DATA}}`. Other keys of the data are not shown.
    fn fields(&self) -> impl Iterator<Item = &str> {
        self.content.split("{{").skip(1).filter_map(|rest| Some(rest.split_once(".DATA}}")?.0))
    }
}
