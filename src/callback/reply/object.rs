//! The objects that a reply and a customer-service message are made of: `text`, `image` and so on.
//!
//! Manual: 被动回复用户消息, 发送客服消息.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use wechat_xml::is_allowed;

use crate::invalid::Invalid;
use crate::limits;
use crate::url::http_url;

/// WeChat cuts or refuses a text beyond this many bytes of UTF-8.
pub(crate) const MAX_TEXT_BYTES: usize = 2048;
/// Articles in an answer to an event; an answer to a user's message may have one.
pub(super) const MAX_ARTICLES: usize = 8;

/// An object with limits that WeChat sets wherever it is used.
pub(crate) trait Object {
    /// Checks the limits; an error names a field of the object.
    fn check(&self) -> Result<(), Invalid>;
}

/// The object that `msgtype` names, if it is there and keeps its limits.
pub(crate) fn named<'o, T: Object>(name: &str, object: Option<&'o T>) -> Result<&'o T, Invalid> {
    let object = object.ok_or_else(|| Invalid::new(name, "is missing"))?;
    object.check().map(|()| object).map_err(|invalid| invalid.under(name))
}

/// `text`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// May contain line breaks and `<a href>` links.
    #[schemars(length(min = 1))]
    pub content: String,
}

/// `image`, `voice`, `mpnews`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Media {
    /// Temporary or permanent material of the account.
    #[schemars(length(min = 1))]
    pub media_id: String,
}

/// `video`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Video {
    /// Temporary or permanent material of the account.
    #[schemars(length(min = 1))]
    pub media_id: String,
    /// The cover: material of the account. A customer-service message needs it; a passive reply has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumb_media_id: Option<String>,
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `music`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Music {
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The URL of the music. A customer-service message needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub musicurl: Option<String>,
    /// The URL in better quality, which is used on Wi-Fi. A customer-service message needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hqmusicurl: Option<String>,
    /// The cover: material of the account.
    #[schemars(length(min = 1))]
    pub thumb_media_id: String,
}

/// `news`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct News {
    /// One; in answer to an event up to eight, of which the first is shown large.
    #[schemars(length(min = 1, max = MAX_ARTICLES))]
    pub articles: Vec<Article>,
}

/// An article of a `news`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Article {
    /// The title.
    pub title: String,
    /// The description. A passive reply needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The page that a tap opens.
    pub url: String,
    /// The picture, JPG or PNG: 360×200 for the first article, 200×200 for the others. A passive reply needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picurl: Option<String>,
}

impl Text {
    /// The text, within the limits.
    pub(super) fn new(content: String) -> Result<Self, Invalid> {
        let text = Self { content };
        text.check().map(|()| text)
    }
}

impl Object for Text {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("content", &self.content)?;
        limits::at_most("content", &self.content, MAX_TEXT_BYTES).map(drop)
    }
}

impl Object for Media {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("media_id", &self.media_id)
    }
}

impl Object for Video {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("media_id", &self.media_id)?;
        self.thumb_media_id.as_deref().map_or(Ok(()), |id| not_blank("thumb_media_id", id))
    }
}

impl Object for Music {
    fn check(&self) -> Result<(), Invalid> {
        for (field, url) in [("musicurl", &self.musicurl), ("hqmusicurl", &self.hqmusicurl)] {
            url.as_deref().map_or(Ok(()), |url| http_url(field, url).map(drop))?;
        }
        not_blank("thumb_media_id", &self.thumb_media_id)
    }
}

/// The limits of a reply: WeChat asks more of its articles than of a customer-service message's.
impl Object for News {
    fn check(&self) -> Result<(), Invalid> {
        if !(1..=MAX_ARTICLES).contains(&self.articles.len()) {
            return Err(Invalid::new("articles", format!("must contain 1 to {MAX_ARTICLES} articles")));
        }
        let mut articles = self.articles.iter().enumerate();
        articles.try_for_each(|(index, article)| {
            article.check().map_err(|invalid| invalid.under(&format!("articles[{index}]")))
        })
    }
}

impl Object for Article {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("title", &self.title)?;
        not_blank("description", present("description", self.description.as_ref())?)?;
        http_url("picurl", present("picurl", self.picurl.as_ref())?)?;
        http_url("url", &self.url).map(drop)
    }
}

pub(crate) fn present<'o, T>(field: &str, value: Option<&'o T>) -> Result<&'o T, Invalid> {
    value.ok_or_else(|| Invalid::new(field, "is missing"))
}

/// Rejects an object beside the one that `msgtype` names: it would be ignored. `objects` are the names of those there.
pub(crate) fn only_own<'n>(
    kind: &str,
    msg_type: &str,
    objects: impl IntoIterator<Item = (&'n str, bool)>,
) -> Result<(), Invalid> {
    match objects.into_iter().find(|(name, is_there)| *is_there && *name != msg_type) {
        Some((name, _)) => Err(Invalid::new(name, format!("does not belong to a {kind} of type {msg_type}"))),
        None => Ok(()),
    }
}

/// Whether a text still says something without the characters that XML forbids.
pub(crate) fn not_blank(field: &str, text: &str) -> Result<(), Invalid> {
    if text.chars().any(|character| is_allowed(character) && !character.is_whitespace()) {
        Ok(())
    } else {
        Err(Invalid::new(field, "is empty"))
    }
}
