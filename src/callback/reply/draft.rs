//! A reply as JSON, in the shape of WeChat's customer-service messages.

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use crate::invalid::Invalid;
use crate::json::from_json;

use super::{Article, Content, Music, Reply, Video};

/// A reply as an operator or a backend writes it: `msgtype`, and an object of that name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyDraft {
    msgtype: MsgType,
    text: Option<Text>,
    image: Option<Media>,
    voice: Option<Media>,
    video: Option<Video>,
    music: Option<Music>,
    news: Option<News>,
    transfer_customer_service: Option<Transfer>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MsgType {
    Text,
    Image,
    Voice,
    Video,
    Music,
    News,
    TransferCustomerService,
    TransferBizAiIvr,
    /// Ours: no reply at all.
    Silence,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    content: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Media {
    media_id: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct News {
    articles: Vec<Article>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transfer {
    kf_account: Option<String>,
}

impl ReplyDraft {
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
        from_json::<ReplyDraft>(json)?.check()
    }
}

/// The shape of a [`ReplyDraft`].
impl Serialize for Reply {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("msgtype", self.msg_type())?;
        let name = self.msg_type();
        match &self.0 {
            Content::Text(content) => object.serialize_entry(name, &json!({ "content": content })),
            Content::Image(media_id) | Content::Voice(media_id) => {
                object.serialize_entry(name, &json!({ "media_id": media_id }))
            }
            Content::Video(video) => object.serialize_entry(name, video),
            Content::Music(music) => object.serialize_entry(name, music),
            Content::News(articles) => object.serialize_entry(name, &json!({ "articles": articles })),
            Content::TransferCustomerService(Some(account)) => {
                object.serialize_entry(name, &json!({ "kf_account": account }))
            }
            Content::TransferCustomerService(None) | Content::TransferBizAiIvr => Ok(()),
        }?;
        object.end()
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
