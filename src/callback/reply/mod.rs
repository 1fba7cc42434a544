//! What we answer: checked when it is made, so that WeChat never refuses it.
//!
//! Manual: 被动回复用户消息.

mod draft;
mod passive;

pub use draft::ReplyDraft;
pub(super) use passive::passive_xml;

use crate::invalid::Invalid;

/// WeChat cuts or refuses a text beyond this many bytes of UTF-8.
const MAX_TEXT_BYTES: usize = 2048;
/// Articles in an answer to an event; an answer to a user's message may have one.
const MAX_ARTICLES: usize = 8;

/// A reply that WeChat will accept, given the right trigger (see [`Reply::check`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `text`: 1 to 2,048 bytes, with line breaks and `<a href>` links.
    Text(String),
    /// `image`: a media id; not a GIF.
    Image(String),
    /// `voice`: a media id.
    Voice(String),
    /// `video`
    Video(Video),
    /// `music`
    Music(Music),
    /// `news`: 1 to 8 articles.
    News(Vec<Article>),
    /// `transfer_customer_service`: hand the message to human customer service, or to one agent (`name@account`).
    TransferCustomerService(Option<String>),
    /// `transfer_biz_ai_ivr`: hand the message to the account's AI replies (公众号智能回复).
    TransferBizAiIvr,
}

/// A video and its caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Video {
    media_id: String,
    title: Option<String>,
    description: Option<String>,
}

/// A piece of music and its caption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Music {
    title: Option<String>,
    description: Option<String>,
    url: Option<String>,
    hq_url: Option<String>,
    thumb_media_id: String,
}

/// One article of a news reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    title: String,
    description: String,
    pic_url: String,
    url: String,
}

/// What a reply answers. WeChat allows more in answer to some things than to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A user's message.
    Message,
    /// An event that accepts a reply.
    Event,
}

impl Reply {
    /// `msgtype`
    #[must_use]
    pub const fn msg_type(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::Music(_) => "music",
            Self::News(_) => "news",
            Self::TransferCustomerService(_) => "transfer_customer_service",
            Self::TransferBizAiIvr => "transfer_biz_ai_ivr",
        }
    }

    /// Whether WeChat would show this reply in answer to `trigger`.
    pub fn check(&self, trigger: Trigger) -> Result<(), Invalid> {
        match (self, trigger) {
            (Self::News(articles), Trigger::Message) if articles.len() > 1 => {
                Err(Invalid::new("news.articles", "may hold one article only in answer to a user's message"))
            }
            (Self::TransferCustomerService(_) | Self::TransferBizAiIvr, Trigger::Event) => {
                Err(Invalid::new("msgtype", "hands over a user's message, and an event is none"))
            }
            _ => Ok(()),
        }
    }
}
