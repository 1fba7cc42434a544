//! What we answer: checked when it is made, so that WeChat never refuses it.
//!
//! Manual: 被动回复用户消息.

mod draft;
mod passive;
mod split;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wechat_xml::is_allowed;

pub use draft::ReplyDraft;
pub(super) use passive::passive_xml;

use crate::invalid::Invalid;
use crate::limits;
use crate::url;

/// WeChat cuts or refuses a text beyond this many bytes of UTF-8.
const MAX_TEXT_BYTES: usize = 2048;
/// Articles in an answer to an event; an answer to a user's message may have one.
const MAX_ARTICLES: usize = 8;

/// A reply within WeChat's limits; [`Reply::check`] says whether it fits what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(Content);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Text(String),
    Image(String),
    Voice(String),
    Video(Video),
    Music(Music),
    News(Vec<Article>),
    TransferCustomerService(Option<String>),
    TransferBizAiIvr,
}

/// A video and its caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyVideo")]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// Material of the account.
    pub media_id: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A piece of music and its caption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyMusic")]
#[serde(deny_unknown_fields)]
pub struct Music {
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where it is.
    #[serde(rename = "musicurl", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Where it is in better quality, for Wi-Fi.
    #[serde(rename = "hqmusicurl", skip_serializing_if = "Option::is_none")]
    pub hq_url: Option<String>,
    /// Its cover: material of the account.
    pub thumb_media_id: String,
}

/// One article of a news reply; WeChat wants all four.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ReplyArticle")]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// Its title.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// JPG or PNG: 360×200 for the first, 200×200 for the others.
    #[serde(rename = "picurl")]
    pub pic_url: String,
    /// The page it opens.
    pub url: String,
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
    /// `text`: 1 to 2,048 bytes, with line breaks and `<a href>` links.
    pub fn text(content: impl Into<String>) -> Result<Self, Invalid> {
        let content = filled(content.into(), "content")?;
        limits::at_most("content", &content, MAX_TEXT_BYTES)?;
        Ok(Self(Content::Text(content)))
    }

    /// A text of any length, as often as it takes; none if there is nothing to say.
    #[must_use]
    pub fn texts(content: &str) -> Vec<Self> {
        let parts = split::split(content, MAX_TEXT_BYTES);
        parts.into_iter().filter_map(|part| Self::text(part).ok()).collect()
    }

    /// `image`: material of the account, not a GIF.
    pub fn image(media_id: impl Into<String>) -> Result<Self, Invalid> {
        filled(media_id.into(), "media_id").map(Content::Image).map(Self)
    }

    /// `voice`: material of the account.
    pub fn voice(media_id: impl Into<String>) -> Result<Self, Invalid> {
        filled(media_id.into(), "media_id").map(Content::Voice).map(Self)
    }

    /// `video`
    pub fn video(video: Video) -> Result<Self, Invalid> {
        let media_id = filled(video.media_id, "media_id")?;
        Ok(Self(Content::Video(Video { media_id, ..video })))
    }

    /// `music`
    pub fn music(music: Music) -> Result<Self, Invalid> {
        let url = music.url.map(|url| http_url(url, "musicurl")).transpose()?;
        let hq_url = music.hq_url.map(|url| http_url(url, "hqmusicurl")).transpose()?;
        let thumb_media_id = filled(music.thumb_media_id, "thumb_media_id")?;
        Ok(Self(Content::Music(Music { url, hq_url, thumb_media_id, ..music })))
    }

    /// `news`: 1 to 8 articles.
    pub fn news(articles: Vec<Article>) -> Result<Self, Invalid> {
        if !(1..=MAX_ARTICLES).contains(&articles.len()) {
            return Err(Invalid::new("articles", format!("must hold 1 to {MAX_ARTICLES} articles")));
        }
        let check = |(index, article): (usize, Article)| {
            article.check().map_err(|invalid| invalid.under(&format!("articles[{index}]")))
        };
        articles.into_iter().enumerate().map(check).collect::<Result<_, _>>().map(Content::News).map(Self)
    }

    /// `transfer_customer_service`: hand the message to human customer service, or to one agent (`name@account`).
    pub fn transfer_customer_service(kf_account: Option<String>) -> Result<Self, Invalid> {
        let kf_account = kf_account.map(|account| filled(account, "kf_account")).transpose()?;
        Ok(Self(Content::TransferCustomerService(kf_account)))
    }

    /// `transfer_biz_ai_ivr`: hand the message to the account's AI replies (公众号智能回复).
    #[must_use]
    pub const fn transfer_biz_ai_ivr() -> Self {
        Self(Content::TransferBizAiIvr)
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

    /// Whether it hands the message to somebody else, which only a passive reply can.
    #[must_use]
    pub const fn hands_over(&self) -> bool {
        matches!(self.0, Content::TransferCustomerService(_) | Content::TransferBizAiIvr)
    }

    /// Whether WeChat would show this reply in answer to `trigger`.
    pub fn check(&self, trigger: Trigger) -> Result<(), Invalid> {
        match (&self.0, trigger) {
            (Content::News(articles), Trigger::Message) if articles.len() > 1 => {
                Err(Invalid::new("news.articles", "may hold one article only in answer to a user's message"))
            }
            (Content::TransferCustomerService(_) | Content::TransferBizAiIvr, Trigger::Event) => {
                Err(Invalid::new("msgtype", "hands over a user's message, and an event is none"))
            }
            _ => Ok(()),
        }
    }
}

impl Article {
    fn check(self) -> Result<Self, Invalid> {
        Ok(Self {
            title: filled(self.title, "title")?,
            description: filled(self.description, "description")?,
            pic_url: http_url(self.pic_url, "picurl")?,
            url: http_url(self.url, "url")?,
        })
    }
}

/// Text that still says something once what XML forbids is left out.
fn filled(text: String, field: &str) -> Result<String, Invalid> {
    if text.chars().any(|character| is_allowed(character) && !character.is_whitespace()) {
        Ok(text)
    } else {
        Err(Invalid::new(field, "is empty"))
    }
}

fn http_url(text: String, field: &str) -> Result<String, Invalid> {
    url::http_url(field, &text)?;
    Ok(text)
}
