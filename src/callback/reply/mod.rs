//! Replies, whose limits are checked when they are made, so that WeChat does not reject them.
//!
//! Manual: 被动回复用户消息.

mod draft;
mod object;
mod passive;
mod split;

pub use draft::ReplyDraft;
pub use object::{Article, Media, Music, News, Text, Video};
pub(crate) use object::{MAX_TEXT_BYTES, Object, named, not_blank, only_own, present};
pub(super) use passive::passive_xml;
pub(crate) use split::split;

use crate::invalid::Invalid;

use draft::Transfer;

/// A reply within WeChat's limits; [`Reply::check`] says whether it may answer a message or an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Content);

/// What a reply consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Text(Text),
    Image(Media),
    Voice(Media),
    Video(Video),
    Music(Music),
    News(News),
    TransferCustomerService(Transfer),
    TransferBizAiIvr,
}

/// What a reply answers; WeChat has different limits for messages and for events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A user's message.
    Message,
    /// An event that accepts a reply.
    Event,
}

impl Reply {
    /// `text`: 1 to 2,048 bytes, with line breaks and `<a href>` links.
    pub fn text(content: impl Into<String>) -> Result<Self, Invalid> {
        Text::new(content.into()).map(Content::Text).map(Self)
    }

    /// A text of any length as replies of at most 2,048 bytes; none for a blank text.
    #[must_use]
    pub fn texts(content: &str) -> Vec<Self> {
        let parts = split(content, MAX_TEXT_BYTES);
        parts.into_iter().filter_map(|part| Self::text(part).ok()).collect()
    }

    /// `msgtype`
    #[must_use]
    pub const fn msg_type(&self) -> &'static str {
        match self.0 {
            Content::Text(_) => "text",
            Content::Image(_) => "image",
            Content::Voice(_) => "voice",
            Content::Video(_) => "video",
            Content::Music(_) => "music",
            Content::News(_) => "news",
            Content::TransferCustomerService(_) => "transfer_customer_service",
            Content::TransferBizAiIvr => "transfer_biz_ai_ivr",
        }
    }

    pub(crate) const fn content(&self) -> &Content {
        &self.0
    }

    /// Whether it hands the message over to another service, which only a passive reply can.
    #[must_use]
    pub const fn hands_over(&self) -> bool {
        matches!(self.0, Content::TransferCustomerService(_) | Content::TransferBizAiIvr)
    }

    /// Whether WeChat would show this reply in answer to `trigger`.
    pub fn check(&self, trigger: Trigger) -> Result<(), Invalid> {
        match (&self.0, trigger) {
            (Content::News(news), Trigger::Message) if news.articles.len() > 1 => Err(Invalid::new(
                "news.articles",
                "must contain only one article in a reply to a user's message",
            )),
            (Content::TransferCustomerService(_) | Content::TransferBizAiIvr, Trigger::Event) => {
                Err(Invalid::new("msgtype", "hands over a user's message, so it cannot answer an event"))
            }
            _ => Ok(()),
        }
    }
}
