//! Customer-service messages (客服消息): what may be sent to a user whose window is open.
//!
//! Manual: 发送客服消息, 客服输入状态.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::callback::Reply;
use crate::invalid::Invalid;
use crate::json::{exactly_from_value, to_value};
use crate::limits;

use super::Call;

const MAX_TEXT_BYTES: usize = 2048;

/// A customer-service message: `msgtype`, and the object of that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = each_type_needs_its_object()))]
#[serde(deny_unknown_fields)]
pub struct CustomMessage {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    pub touser: String,
    /// Which of the objects is sent.
    pub msgtype: CustomMessageType,
    /// 2,048 bytes; may hold `<a href>` links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text>,
    /// A picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<Media>,
    /// A voice message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Media>,
    /// A video.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub video: Option<Video>,
    /// A piece of music.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub music: Option<Music>,
    /// One article that opens a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// Material of the account; superseded by `mpnewsarticle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mpnews: Option<Media>,
    /// A published article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mpnewsarticle: Option<PublishedArticle>,
    /// A menu to tap; the answer is a text with `bizmsgmenuid`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub msgmenu: Option<MessageMenu>,
    /// A card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wxcard: Option<Card>,
    /// A page of a linked mini-program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub miniprogrampage: Option<MiniProgramPage>,
    /// A link with a picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<Link>,
    /// Which agent it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customservice: Option<Agent>,
    /// Ours, and not sent: have WeChat decide, even if the user's window seems to be closed.
    #[serde(default, skip_serializing)]
    pub try_anyway: bool,
}

/// What the struct cannot say: `msgtype` text needs `text`, and so on.
fn each_type_needs_its_object() -> Vec<serde_json::Value> {
    const TYPES: [&str; 12] = [
        "text",
        "image",
        "voice",
        "video",
        "music",
        "news",
        "mpnews",
        "mpnewsarticle",
        "msgmenu",
        "wxcard",
        "miniprogrampage",
        "link",
    ];
    let needs = |name: &str| {
        json!({
            "properties": { "msgtype": { "const": name }, name: { "type": "object" } },
            "required": ["msgtype", name],
        })
    };
    TYPES.into_iter().map(needs).collect()
}

/// `msgtype`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "each is the name of a field of CustomMessage, which says it")]
pub enum CustomMessageType {
    Text,
    Image,
    Voice,
    Video,
    Music,
    News,
    MpNews,
    MpNewsArticle,
    MsgMenu,
    WxCard,
    MiniProgramPage,
    Link,
}

macro_rules! objects {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }
    )*};
}

objects! {
    /// `text`
    Text {
        /// What is said: 1 to 2,048 bytes.
        #[schemars(length(min = 1, max = MAX_TEXT_BYTES))]
        content: String,
    }
    /// `image`, `voice`, `mpnews`
    Media {
        /// Temporary or permanent material of this account.
        #[schemars(length(min = 1))]
        media_id: String,
    }
    /// `video`
    Video {
        /// The video.
        #[schemars(length(min = 1))]
        media_id: String,
        /// Its cover.
        thumb_media_id: String,
        /// Its title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
    }
    /// `music`
    Music {
        /// Its title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Where it is.
        musicurl: String,
        /// Where it is in better quality, for Wi-Fi.
        hqmusicurl: String,
        /// Its cover.
        #[schemars(length(min = 1))]
        thumb_media_id: String,
    }
    /// `news`
    News {
        /// Exactly one.
        #[schemars(length(equal = 1))]
        articles: Vec<Article>,
    }
    /// The article of a `news`.
    Article {
        /// Its title.
        title: String,
        /// What it is about.
        description: String,
        /// The page it opens.
        url: String,
        /// Its picture.
        picurl: String,
    }
    /// `mpnewsarticle`
    PublishedArticle {
        /// As publishing it answered.
        #[schemars(length(min = 1))]
        article_id: String,
    }
    /// `msgmenu`
    MessageMenu {
        /// Above the items.
        head_content: String,
        /// What can be tapped.
        #[schemars(length(min = 1))]
        list: Vec<MessageMenuItem>,
        /// Below the items.
        tail_content: String,
    }
    /// An item of a `msgmenu`.
    MessageMenuItem {
        /// Comes back as `bizmsgmenuid`.
        id: String,
        /// What it says.
        content: String,
    }
    /// `wxcard`
    Card {
        /// The card.
        #[schemars(length(min = 1))]
        card_id: String,
    }
    /// `miniprogrampage`
    MiniProgramPage {
        /// Its title.
        title: String,
        /// The mini-program's AppID.
        #[schemars(length(min = 1))]
        appid: String,
        /// The page, with its query.
        pagepath: String,
        /// Its picture.
        thumb_media_id: String,
    }
    /// `link`
    Link {
        /// Its title.
        title: String,
        /// What it is about.
        description: String,
        /// The page it opens.
        #[schemars(length(min = 1))]
        url: String,
        /// Its picture.
        thumb_url: String,
    }
    /// `customservice`
    Agent {
        /// `name@account`
        kf_account: String,
    }
}

impl CustomMessage {
    /// A reply as a message of its own; some replies need more than a passive one does, and some cannot be sent.
    pub fn of(touser: &str, reply: &Reply) -> Result<Self, Invalid> {
        if reply.hands_over() {
            return Err(Invalid::new("msgtype", "hands over a user's message, so it must come first"));
        }
        let mut message = to_value(reply);
        if let Some(fields) = message.as_object_mut() {
            fields.insert("touser".to_owned(), touser.into());
        }
        let message: Self = exactly_from_value(&message)?;
        message.check().map(|()| message)
    }

    /// What WeChat would refuse, before it is asked.
    pub fn check(&self) -> Result<(), Invalid> {
        filled("touser", &self.touser)?;
        match self.msgtype {
            CustomMessageType::Text => check_text(present(self.text.as_ref(), "text")?),
            CustomMessageType::Image => {
                filled("image.media_id", &present(self.image.as_ref(), "image")?.media_id)
            }
            CustomMessageType::Voice => {
                filled("voice.media_id", &present(self.voice.as_ref(), "voice")?.media_id)
            }
            CustomMessageType::Video => present(self.video.as_ref(), "video")?.check(),
            CustomMessageType::Music => present(self.music.as_ref(), "music")?.check(),
            CustomMessageType::News => match present(self.news.as_ref(), "news")?.articles.len() {
                1 => Ok(()),
                _ => Err(Invalid::new("news.articles", "must hold exactly one article")),
            },
            CustomMessageType::MpNews => {
                filled("mpnews.media_id", &present(self.mpnews.as_ref(), "mpnews")?.media_id)
            }
            CustomMessageType::MpNewsArticle => filled(
                "mpnewsarticle.article_id",
                &present(self.mpnewsarticle.as_ref(), "mpnewsarticle")?.article_id,
            ),
            CustomMessageType::MsgMenu => match present(self.msgmenu.as_ref(), "msgmenu")?.list.as_slice() {
                [] => Err(Invalid::new("msgmenu.list", "is empty")),
                _ => Ok(()),
            },
            CustomMessageType::WxCard => {
                filled("wxcard.card_id", &present(self.wxcard.as_ref(), "wxcard")?.card_id)
            }
            CustomMessageType::MiniProgramPage => filled(
                "miniprogrampage.appid",
                &present(self.miniprogrampage.as_ref(), "miniprogrampage")?.appid,
            ),
            CustomMessageType::Link => filled("link.url", &present(self.link.as_ref(), "link")?.url),
        }
    }
}

impl Video {
    fn check(&self) -> Result<(), Invalid> {
        filled("video.media_id", &self.media_id)?;
        filled("video.thumb_media_id", &self.thumb_media_id)
    }
}

impl Music {
    fn check(&self) -> Result<(), Invalid> {
        filled("music.musicurl", &self.musicurl)?;
        filled("music.hqmusicurl", &self.hqmusicurl)?;
        filled("music.thumb_media_id", &self.thumb_media_id)
    }
}

fn check_text(text: &Text) -> Result<(), Invalid> {
    filled("text.content", &text.content)?;
    limits::at_most("text.content", &text.content, MAX_TEXT_BYTES).map(drop)
}

fn present<'o, T>(object: Option<&'o T>, name: &str) -> Result<&'o T, Invalid> {
    object.ok_or_else(|| Invalid::new(name, "is missing"))
}

fn filled(field: &str, text: &str) -> Result<(), Invalid> {
    limits::filled(field, text).map(drop)
}

/// Its quota is the one an operator runs out of first.
pub const SEND_PATH: &str = "/cgi-bin/message/custom/send";

/// `POST /cgi-bin/message/custom/send`
#[must_use]
pub fn send(message: &CustomMessage) -> Call {
    Call::post(SEND_PATH, message)
}

/// `POST /cgi-bin/message/custom/typing`: show that somebody is typing, for 15 seconds at most, or stop.
#[must_use]
pub fn typing(touser: &str, is_typing: bool) -> Call {
    let command = if is_typing { "Typing" } else { "CancelTyping" };
    Call::post("/cgi-bin/message/custom/typing", &json!({ "touser": touser, "command": command }))
}
