//! A reply as JSON, in the shape of WeChat's customer-service messages, and the limits it has to keep.

use serde::Deserialize;

use crate::callback::xml::is_allowed;
use crate::invalid::Invalid;

use super::{Article, MAX_ARTICLES, MAX_TEXT_BYTES, Music, Reply, Video};

/// A reply as an operator or a backend writes it: `msgtype`, and an object of that name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplyDraft {
    msgtype: MsgType,
    text: Option<TextDraft>,
    image: Option<MediaDraft>,
    voice: Option<MediaDraft>,
    video: Option<VideoDraft>,
    music: Option<MusicDraft>,
    news: Option<NewsDraft>,
    transfer_customer_service: Option<TransferDraft>,
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
struct TextDraft {
    content: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MediaDraft {
    media_id: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct VideoDraft {
    media_id: String,
    title: Option<String>,
    description: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct MusicDraft {
    title: Option<String>,
    description: Option<String>,
    musicurl: Option<String>,
    hqmusicurl: Option<String>,
    thumb_media_id: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewsDraft {
    articles: Vec<ArticleDraft>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleDraft {
    title: String,
    description: String,
    url: String,
    picurl: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferDraft {
    kf_account: Option<String>,
}

impl ReplyDraft {
    /// The reply, once it keeps WeChat's limits; `None` is silence.
    pub fn check(self) -> Result<Option<Reply>, Invalid> {
        Ok(Some(match self.msgtype {
            MsgType::Text => text(present(self.text, "text")?)?,
            MsgType::Image => Reply::Image(media(present(self.image, "image")?, "image")?),
            MsgType::Voice => Reply::Voice(media(present(self.voice, "voice")?, "voice")?),
            MsgType::Video => video(present(self.video, "video")?)?,
            MsgType::Music => music(present(self.music, "music")?)?,
            MsgType::News => news(present(self.news, "news")?)?,
            MsgType::TransferCustomerService => transfer(self.transfer_customer_service.unwrap_or_default())?,
            MsgType::TransferBizAiIvr => Reply::TransferBizAiIvr,
            MsgType::Silence => return Ok(None),
        }))
    }
}

fn text(draft: TextDraft) -> Result<Reply, Invalid> {
    let content = filled(draft.content, "text.content")?;
    if content.len() > MAX_TEXT_BYTES {
        return Err(Invalid::new(
            "text.content",
            format!("has {} bytes; WeChat takes {MAX_TEXT_BYTES}", content.len()),
        ));
    }
    Ok(Reply::Text(content))
}

fn media(draft: MediaDraft, msg_type: &str) -> Result<String, Invalid> {
    filled(draft.media_id, format!("{msg_type}.media_id"))
}

fn video(draft: VideoDraft) -> Result<Reply, Invalid> {
    Ok(Reply::Video(Video {
        media_id: filled(draft.media_id, "video.media_id")?,
        title: draft.title,
        description: draft.description,
    }))
}

fn music(draft: MusicDraft) -> Result<Reply, Invalid> {
    Ok(Reply::Music(Music {
        title: draft.title,
        description: draft.description,
        url: optional_url(draft.musicurl, "music.musicurl")?,
        hq_url: optional_url(draft.hqmusicurl, "music.hqmusicurl")?,
        thumb_media_id: filled(draft.thumb_media_id, "music.thumb_media_id")?,
    }))
}

fn news(draft: NewsDraft) -> Result<Reply, Invalid> {
    if !(1..=MAX_ARTICLES).contains(&draft.articles.len()) {
        return Err(Invalid::new("news.articles", format!("must hold 1 to {MAX_ARTICLES} articles")));
    }
    draft
        .articles
        .into_iter()
        .enumerate()
        .map(|(index, article)| article.check(&format!("news.articles[{index}]")))
        .collect::<Result<_, _>>()
        .map(Reply::News)
}

impl ArticleDraft {
    fn check(self, path: &str) -> Result<Article, Invalid> {
        Ok(Article {
            title: filled(self.title, format!("{path}.title"))?,
            description: filled(self.description, format!("{path}.description"))?,
            pic_url: url(self.picurl, format!("{path}.picurl"))?,
            url: url(self.url, format!("{path}.url"))?,
        })
    }
}

fn transfer(draft: TransferDraft) -> Result<Reply, Invalid> {
    let account = draft
        .kf_account
        .map(|account| filled(account, "transfer_customer_service.kf_account"))
        .transpose()?;
    Ok(Reply::TransferCustomerService(account))
}

fn present<T>(part: Option<T>, msg_type: &str) -> Result<T, Invalid> {
    part.ok_or_else(|| Invalid::new(msg_type, "is missing"))
}

/// Text that still says something once what XML forbids is left out.
fn filled(text: String, field: impl Into<String>) -> Result<String, Invalid> {
    if text.chars().any(|character| is_allowed(character) && !character.is_whitespace()) {
        Ok(text)
    } else {
        Err(Invalid::new(field, "is empty"))
    }
}

fn optional_url(text: Option<String>, field: &str) -> Result<Option<String>, Invalid> {
    text.map(|text| url(text, field)).transpose()
}

fn url(text: String, field: impl Into<String>) -> Result<String, Invalid> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text)
    } else {
        Err(Invalid::new(field, "must begin with http:// or https://"))
    }
}
