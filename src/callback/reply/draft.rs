//! A reply as JSON, in the shape of WeChat's customer-service messages.

use schemars::JsonSchema;
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use crate::invalid::Invalid;
use crate::json::exactly_from_json;

use super::{Article, Content, Music, Reply, Video};

/// A reply as an operator or a backend writes it: `msgtype`, and an object of that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Reply", extend("oneOf" = each_type_needs_its_object()))]
#[serde(deny_unknown_fields)]
pub struct ReplyDraft {
    /// Which of the objects is the reply.
    msgtype: MsgType,
    /// May hold line breaks and `<a href>` links; over 2,048 bytes it becomes several messages.
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
    /// To which agent; absent = any.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfer_customer_service: Option<Transfer>,
}

/// What the struct cannot say: `msgtype` text needs `text`, and so on.
fn each_type_needs_its_object() -> Vec<serde_json::Value> {
    let needs = |name: &str| {
        json!({
            "properties": { "msgtype": { "const": name }, name: { "type": "object" } },
            "required": ["msgtype", name],
        })
    };
    let mut types: Vec<_> = ["text", "image", "voice", "video", "music", "news"].map(needs).into();
    types.push(json!({
        "properties": { "msgtype": { "enum": ["transfer_customer_service", "transfer_biz_ai_ivr", "silence"] } }
    }));
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
    /// Ours: no reply at all.
    Silence,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyText")]
#[serde(deny_unknown_fields)]
struct Text {
    /// What is said.
    #[schemars(length(min = 1))]
    content: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyMedia")]
#[serde(deny_unknown_fields)]
struct Media {
    /// Material of the account.
    #[schemars(length(min = 1))]
    media_id: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyNews")]
#[serde(deny_unknown_fields)]
struct News {
    /// The first is the large one.
    #[schemars(length(min = 1, max = super::MAX_ARTICLES))]
    articles: Vec<Article>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyTransfer")]
#[serde(deny_unknown_fields)]
struct Transfer {
    /// `name@account`
    #[serde(skip_serializing_if = "Option::is_none")]
    kf_account: Option<String>,
}

impl ReplyDraft {
    /// What a text reply says.
    #[must_use]
    pub fn text_content(&self) -> Option<&str> {
        let text = self.text.as_ref().filter(|_| self.msgtype == MsgType::Text);
        text.map(|text| text.content.as_str())
    }

    /// The replies it takes to say it: several for a text longer than WeChat takes, none for silence.
    pub fn parts(self) -> Result<Vec<Reply>, Invalid> {
        match self.text_content() {
            Some(text) if text.len() > super::MAX_TEXT_BYTES => Ok(Reply::texts(text)),
            _ => self.check().map(|reply| reply.into_iter().collect()),
        }
    }

    /// The reply, once it keeps WeChat's limits; `None` is silence.
    pub fn check(self) -> Result<Option<Reply>, Invalid> {
        match self.msgtype {
            MsgType::Text => made("text", self.text, |text| Reply::text(text.content)),
            MsgType::Image => made("image", self.image, |image| Reply::image(image.media_id)),
            MsgType::Voice => made("voice", self.voice, |voice| Reply::voice(voice.media_id)),
            MsgType::Video => made("video", self.video, Reply::video),
            MsgType::Music => made("music", self.music, Reply::music),
            MsgType::News => made("news", self.news, |news| Reply::news(news.articles)),
            MsgType::TransferCustomerService => {
                let transfer = self.transfer_customer_service.unwrap_or_default();
                made("transfer_customer_service", Some(transfer), |transfer| {
                    Reply::transfer_customer_service(transfer.kf_account)
                })
            }
            MsgType::TransferBizAiIvr => Ok(Some(Reply::transfer_biz_ai_ivr())),
            MsgType::Silence => Ok(None),
        }
    }
}

impl Reply {
    /// Reads what [`Reply`] serialises to, and what an operator writes; `None` is silence.
    pub fn from_json(json: &str) -> Result<Option<Self>, Invalid> {
        exactly_from_json::<ReplyDraft>(json)?.check()
    }
}

/// The shape of a [`ReplyDraft`].
impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("msgtype", self.msg_type())?;
        let name = self.msg_type();
        match &self.0 {
            Content::Text(content) => object.serialize_entry(name, &Single("content", content)),
            Content::Image(media_id) | Content::Voice(media_id) => {
                object.serialize_entry(name, &Single("media_id", media_id))
            }
            Content::Video(video) => object.serialize_entry(name, video),
            Content::Music(music) => object.serialize_entry(name, music),
            Content::News(articles) => object.serialize_entry(name, &Single("articles", articles)),
            Content::TransferCustomerService(Some(account)) => {
                object.serialize_entry(name, &Single("kf_account", account))
            }
            Content::TransferCustomerService(None) | Content::TransferBizAiIvr => Ok(()),
        }?;
        object.end()
    }
}

/// An object with one field.
struct Single<'t, T>(&'static str, &'t T);

impl<T: Serialize> Serialize for Single<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(self.0, self.1)])
    }
}

/// Makes the reply out of the object that `msgtype` names.
fn made<T>(
    msg_type: &str,
    object: Option<T>,
    make: impl FnOnce(T) -> Result<Reply, Invalid>,
) -> Result<Option<Reply>, Invalid> {
    let object = object.ok_or_else(|| Invalid::new(msg_type, "is missing"))?;
    make(object).map(Some).map_err(|invalid| invalid.under(msg_type))
}
