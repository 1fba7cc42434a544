//! Customer-service messages: 发送客服消息, 客服输入状态.

use serde::Deserialize;
use serde_json::Value;

use super::ask::Ask;
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, post};
use super::state::State;
use super::world::{AGENT, MINI_PROGRAM};

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/message/custom/send", 500_000, send),
    post("/cgi-bin/message/custom/typing", 500_000, typing),
];

const LONGEST_TEXT: usize = 2048;
/// The manual gives no limits for a `msgmenu`; the sandbox sets its own.
const MOST_CHOICES: usize = 10;
const LONGEST_CHOICE: usize = 128;

#[derive(Debug, Deserialize)]
struct Header {
    #[serde(default)]
    touser: String,
    #[serde(default)]
    msgtype: String,
    customservice: Option<Agent>,
}

#[derive(Debug, Deserialize)]
struct Agent {
    #[serde(default)]
    kf_account: String,
}

#[derive(Debug, Deserialize)]
struct Typing {
    #[serde(default)]
    touser: String,
    #[serde(default)]
    command: String,
}

fn send(state: &mut State, ask: &Ask<'_>) -> Answer {
    let header: Header = ask.read()?;
    let user = state.world.user(&header.touser)?;
    check_content(&header.msgtype, &ask.body)?;
    if header.customservice.is_some_and(|agent| agent.kf_account != AGENT) {
        return Err(Refusal::INVALID_AGENT);
    }
    if !user.is_following {
        return Err(Refusal::OUT_OF_TIME);
    }
    if user.is_blocked {
        return Err(Refusal::IN_BLACKLIST);
    }
    state.windows.take(&header.touser, ask.now)?;
    state.show(&header.touser, &ask.body);
    Ok(ok())
}

fn typing(state: &mut State, ask: &Ask<'_>) -> Answer {
    let typing: Typing = ask.read()?;
    state.world.user(&typing.touser)?;
    match typing.command.as_str() {
        "Typing" => state.windows.start_typing(&typing.touser, ask.now)?,
        "CancelTyping" => state.windows.stop_typing(&typing.touser),
        _ => return Err(Refusal::INVALID_COMMAND),
    }
    Ok(ok())
}

/// Checks the content, which is in the field named after the message type.
fn check_content(msgtype: &str, body: &Value) -> Result<(), Refusal> {
    let content = body.get(msgtype).unwrap_or(&Value::Null);
    match msgtype {
        "text" => check_text(content),
        "image" | "voice" | "mpnews" => require(content, &["media_id"], &Refusal::MEDIA_ID_MISSING),
        "video" => require(content, &["media_id", "thumb_media_id"], &Refusal::MEDIA_ID_MISSING),
        "music" => {
            require(content, &["thumb_media_id"], &Refusal::MEDIA_ID_MISSING)?;
            require(content, &["musicurl", "hqmusicurl"], &Refusal::MISSING_FIELDS)
        }
        "news" => check_news(content),
        "mpnewsarticle" => require(content, &["article_id"], &Refusal::INVALID_ARTICLE_ID),
        "msgmenu" => check_choices(content),
        "wxcard" => require(content, &["card_id"], &Refusal::MISSING_FIELDS),
        "miniprogrampage" => {
            if text(content, "appid") != MINI_PROGRAM {
                return Err(Refusal::INVALID_MINI_PROGRAM);
            }
            require(content, &["pagepath"], &Refusal::INVALID_PAGEPATH)?;
            require(content, &["thumb_media_id"], &Refusal::MEDIA_ID_MISSING)
        }
        "link" => require(content, &["title", "url"], &Refusal::MISSING_FIELDS),
        _ => Err(Refusal::INVALID_MESSAGE_TYPE),
    }
}

fn check_text(content: &Value) -> Result<(), Refusal> {
    match text(content, "content").len() {
        0 => Err(Refusal::EMPTY_CONTENT),
        1..=LONGEST_TEXT => Ok(()),
        _ => Err(Refusal::CONTENT_SIZE),
    }
}

fn check_news(content: &Value) -> Result<(), Refusal> {
    match content.get("articles").and_then(Value::as_array).map(Vec::as_slice) {
        None | Some([]) => Err(Refusal::EMPTY_NEWS),
        Some([article]) => require(article, &["title"], &Refusal::MISSING_FIELDS),
        Some(_) => Err(Refusal::ARTICLE_SIZE),
    }
}

fn check_choices(content: &Value) -> Result<(), Refusal> {
    let choices = content.get("list").and_then(Value::as_array).ok_or(Refusal::MISSING_FIELDS)?;
    if !(1..=MOST_CHOICES).contains(&choices.len()) {
        return Err(Refusal::MENU_LIST_SIZE);
    }
    let is_bad = |choice: &Value| !(1..=LONGEST_CHOICE).contains(&text(choice, "content").len());
    if choices.iter().any(is_bad) { Err(Refusal::MENU_ITEM_SIZE) } else { Ok(()) }
}

fn require(content: &Value, fields: &[&str], refusal: &Refusal) -> Result<(), Refusal> {
    let is_there = |field: &&str| !text(content, field).is_empty();
    if fields.iter().all(is_there) { Ok(()) } else { Err(refusal.clone()) }
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}
