//! Replies as JSON, in the format of WeChat's customer-service messages.

use schemars::JsonSchema;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use crate::invalid::Invalid;
use crate::json::exactly_from_json;

use super::object::{MAX_TEXT_BYTES, Media, Music, News, Object, Text, Video, named, not_blank, only_own};
use super::{Content, Reply};

/// A reply as an operator or a backend writes it: `msgtype`, and an object of that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Reply", extend("oneOf" = each_type_needs_its_object()))]
#[serde(deny_unknown_fields)]
pub struct ReplyDraft {
    /// The type, which is the name of the object to reply with.
    msgtype: MsgType,
    /// A text; one of more than 2,048 bytes becomes several messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
    /// A picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<Media>,
    /// A voice message.
    #[serde(skip_serializing_if = "Option::is_none")]
    voice: Option<Media>,
    /// A video.
    #[serde(skip_serializing_if = "Option::is_none")]
    video: Option<Video>,
    /// A piece of music.
    #[serde(skip_serializing_if = "Option::is_none")]
    music: Option<Music>,
    /// Articles: one in answer to a user's message, up to eight in answer to an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    news: Option<News>,
    /// The agent; absent = any.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_customer_service: Option<Transfer>,
}

/// What the struct cannot say: `msgtype` text needs `text`, and so on.
fn each_type_needs_its_object() -> Vec<serde_json::Value> {
    let needs =
        |name: &str| json!({ "properties": { "msgtype": { "const": name } }, "required": ["msgtype", name] });
    let is = |name: &str| json!({ "properties": { "msgtype": { "const": name } }, "required": ["msgtype"] });
    let mut types: Vec<_> = ["text", "image", "voice", "video", "music"].map(needs).into();
    let articles = json!({ "items": { "required": ["description", "picurl"] } });
    types.push(json!({
        "properties": { "msgtype": { "const": "news" }, "news": { "properties": { "articles": articles } } },
        "required": ["msgtype", "news"],
    }));
    types.push(json!({
        "properties": { "msgtype": { "const": "transfer_customer_service" }, "transfer_customer_service": {} },
        "required": ["msgtype"],
    }));
    types.extend(["transfer_biz_ai_ivr", "silence"].map(is));
    types
}

/// `msgtype`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyType")]
#[serde(rename_all = "snake_case")]
enum MsgType {
    Text,
    Image,
    Voice,
    Video,
    Music,
    News,
    /// Hand the message to human customer service.
    TransferCustomerService,
    /// Hand the message to the account's AI replies (公众号智能回复).
    TransferBizAiIvr,
    /// No reply; not a type of WeChat's.
    Silence,
}

/// `transfer_customer_service`
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyTransfer")]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    /// `name@account`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kf_account: Option<String>,
}

impl ReplyDraft {
    /// The text of a text reply.
    #[must_use]
    pub fn text_content(&self) -> Option<&str> {
        let text = self.text.as_ref().filter(|_| self.msgtype == MsgType::Text);
        text.map(|text| text.content.as_str())
    }

    /// The replies that it becomes: several for a text longer than WeChat accepts, none for silence.
    pub fn parts(&self) -> Result<Vec<Reply>, Invalid> {
        match self.text_content() {
            Some(text) if text.len() > MAX_TEXT_BYTES => Ok(Reply::texts(text)),
            _ => self.check().map(|reply| reply.into_iter().collect()),
        }
    }

    /// The reply, if it is within WeChat's limits; `None` is silence.
    pub fn check(&self) -> Result<Option<Reply>, Invalid> {
        let content = match self.msgtype {
            MsgType::Text => Content::Text(named("text", self.text.as_ref())?.clone()),
            MsgType::Image => Content::Image(named("image", self.image.as_ref())?.clone()),
            MsgType::Voice => Content::Voice(named("voice", self.voice.as_ref())?.clone()),
            MsgType::Video => Content::Video(named("video", self.video.as_ref())?.clone()),
            MsgType::Music => Content::Music(named("music", self.music.as_ref())?.clone()),
            MsgType::News => Content::News(named("news", self.news.as_ref())?.clone()),
            MsgType::TransferCustomerService => {
                let transfer = self.transfer_customer_service.clone().unwrap_or_default();
                named("transfer_customer_service", Some(&transfer))?;
                Content::TransferCustomerService(transfer)
            }
            MsgType::TransferBizAiIvr => Content::TransferBizAiIvr,
            MsgType::Silence => {
                self.check_objects("silence")?;
                return Ok(None);
            }
        };
        let reply = Reply(content);
        self.check_objects(reply.msg_type())?;
        Ok(Some(reply))
    }

    fn check_objects(&self, msg_type: &str) -> Result<(), Invalid> {
        let objects = [
            ("text", self.text.is_some()),
            ("image", self.image.is_some()),
            ("voice", self.voice.is_some()),
            ("video", self.video.is_some()),
            ("music", self.music.is_some()),
            ("news", self.news.is_some()),
            ("transfer_customer_service", self.transfer_customer_service.is_some()),
        ];
        only_own("reply", msg_type, objects)
    }
}

impl Object for Transfer {
    fn check(&self) -> Result<(), Invalid> {
        self.kf_account.as_deref().map_or(Ok(()), |account| not_blank("kf_account", account))
    }
}

impl Reply {
    /// Reads a serialized [`Reply`], or one that an operator wrote; `None` is silence.
    pub fn from_json(json: &str) -> Result<Option<Self>, Invalid> {
        exactly_from_json::<ReplyDraft>(json)?.check()
    }
}

/// Serializes as a [`ReplyDraft`].
impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("msgtype", self.msg_type())?;
        let name = self.msg_type();
        match &self.0 {
            Content::Text(text) => object.serialize_entry(name, text),
            Content::Image(media) | Content::Voice(media) => object.serialize_entry(name, media),
            Content::Video(video) => object.serialize_entry(name, video),
            Content::Music(music) => object.serialize_entry(name, music),
            Content::News(news) => object.serialize_entry(name, news),
            Content::TransferCustomerService(transfer) if transfer.kf_account.is_some() => {
                object.serialize_entry(name, transfer)
            }
            Content::TransferCustomerService(_) | Content::TransferBizAiIvr => Ok(()),
        }?;
        object.end()
    }
}
