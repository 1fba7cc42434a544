//! Customer-service messages (客服消息), which may be sent while the user's reply window is open.
//!
//! Manual: 发送客服消息, 客服输入状态.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::callback::reply::{
    Content, Media, Music, News, Object, Text, Video, named, not_blank, only_own, present,
};
use crate::callback::{Body, Message, Reply};
use crate::invalid::Invalid;
use crate::limits;

use super::Call;
use super::scalar::{NumberOrText, number_or_text};

/// How many customer-service messages WeChat accepts after a user's message.
pub const MAX_AFTER_MESSAGE: usize = 5;
/// How many customer-service messages WeChat accepts after an event that lets the account send any.
///
/// Manual: 客服消息, 下发条数限制.
pub const MAX_AFTER_EVENT: usize = 3;

/// How many customer-service messages WeChat accepts after this message or event.
#[must_use]
pub const fn max_after(message: &Message) -> usize {
    match &message.body {
        Body::User(_) => MAX_AFTER_MESSAGE,
        Body::Event(event) if event.opens().is_some() => MAX_AFTER_EVENT,
        Body::Event(_) => 0,
    }
}

/// A customer-service message: `msgtype`, and the object of that name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("oneOf" = each_type_needs_its_object()))]
#[serde(deny_unknown_fields)]
pub struct CustomMessage {
    /// The user's OpenID.
    #[schemars(length(min = 1))]
    pub touser: String,
    /// The type, which is the name of the object to send.
    pub msgtype: CustomMessageType,
    /// At most 2,048 bytes of UTF-8.
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
    /// Articles as material of the account; superseded by `mpnewsarticle`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mpnews: Option<Media>,
    /// A published article.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mpnewsarticle: Option<PublishedArticle>,
    /// A menu; a tap sends a text with `bizmsgmenuid`.
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
    /// The customer-service agent that the message comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customservice: Option<Agent>,
    /// Not sent to WeChat: send the message even if the user's reply window seems to be closed.
    #[serde(default, skip_serializing)]
    pub try_anyway: bool,
    /// Not sent to WeChat: pause automatic answers to the user for 1 to 525,600 minutes once the message is sent.
    #[serde(default, skip_serializing)]
    #[schemars(range(min = 1, max = 525_600))]
    pub pause_minutes: Option<u32>,
}

/// What the struct cannot say: `msgtype` text needs `text` and so on, and some objects need more than in a reply.
fn each_type_needs_its_object() -> Vec<serde_json::Value> {
    let needs = |name: &str, object: serde_json::Value| {
        json!({
            "properties": { "msgtype": { "const": name }, name: object },
            "required": ["msgtype", name],
        })
    };
    let others =
        ["text", "image", "voice", "mpnews", "mpnewsarticle", "msgmenu", "wxcard", "miniprogrampage", "link"];
    let mut types: Vec<_> = others.into_iter().map(|name| needs(name, json!({}))).collect();
    types.push(needs("video", json!({ "required": ["thumb_media_id"] })));
    types.push(needs("music", json!({ "required": ["musicurl", "hqmusicurl"] })));
    types.push(needs("news", json!({ "properties": { "articles": { "maxItems": 1 } } })));
    types
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

/// `mpnewsarticle`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishedArticle {
    /// The id that publishing returned.
    #[schemars(length(min = 1))]
    pub article_id: String,
}

/// `msgmenu`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageMenu {
    /// The text above the items.
    pub head_content: String,
    /// The items to tap.
    #[schemars(length(min = 1))]
    pub list: Vec<MessageMenuItem>,
    /// The text below the items.
    pub tail_content: String,
}

/// An item of a `msgmenu`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageMenuItem {
    /// A tap sends it as `bizmsgmenuid`; a number is sent as text.
    #[serde(deserialize_with = "number_or_text")]
    #[schemars(with = "NumberOrText")]
    pub id: String,
    /// The text to tap.
    pub content: String,
}

/// `wxcard`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The card's id.
    #[schemars(length(min = 1))]
    pub card_id: String,
}

/// `miniprogrampage`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MiniProgramPage {
    /// The title.
    pub title: String,
    /// The mini-program's AppID.
    #[schemars(length(min = 1))]
    pub appid: String,
    /// The page, with its query.
    pub pagepath: String,
    /// The picture: material of the account.
    pub thumb_media_id: String,
}

/// `link`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The page that a tap opens.
    #[schemars(length(min = 1))]
    pub url: String,
    /// The picture's URL.
    pub thumb_url: String,
}

/// `customservice`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// `name@account`
    pub kf_account: String,
}

impl CustomMessageType {
    const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::Music => "music",
            Self::News => "news",
            Self::MpNews => "mpnews",
            Self::MpNewsArticle => "mpnewsarticle",
            Self::MsgMenu => "msgmenu",
            Self::WxCard => "wxcard",
            Self::MiniProgramPage => "miniprogrampage",
            Self::Link => "link",
        }
    }
}

impl CustomMessage {
    /// A reply as a customer-service message; some need more than a passive reply does, and some cannot be sent.
    pub fn of(touser: &str, reply: &Reply) -> Result<Self, Invalid> {
        let mut message = Self::to(touser);
        message.msgtype = match reply.content().clone() {
            Content::Text(text) => {
                message.text = Some(text);
                CustomMessageType::Text
            }
            Content::Image(image) => {
                message.image = Some(image);
                CustomMessageType::Image
            }
            Content::Voice(voice) => {
                message.voice = Some(voice);
                CustomMessageType::Voice
            }
            Content::Video(video) => {
                message.video = Some(video);
                CustomMessageType::Video
            }
            Content::Music(music) => {
                message.music = Some(music);
                CustomMessageType::Music
            }
            Content::News(news) => {
                message.news = Some(news);
                CustomMessageType::News
            }
            Content::TransferCustomerService(_) | Content::TransferBizAiIvr => {
                return Err(Invalid::new("msgtype", "hands over a user's message, so it must come first"));
            }
        };
        message.check().map(|()| message)
    }

    /// A message without content.
    fn to(touser: &str) -> Self {
        Self {
            touser: touser.to_owned(),
            msgtype: CustomMessageType::Text,
            text: None,
            image: None,
            voice: None,
            video: None,
            music: None,
            news: None,
            mpnews: None,
            mpnewsarticle: None,
            msgmenu: None,
            wxcard: None,
            miniprogrampage: None,
            link: None,
            customservice: None,
            try_anyway: false,
            pause_minutes: None,
        }
    }

    /// Checks WeChat's limits.
    pub fn check(&self) -> Result<(), Invalid> {
        limits::openid("touser", &self.touser)?;
        self.check_own()?;
        let objects = [
            ("text", self.text.is_some()),
            ("image", self.image.is_some()),
            ("voice", self.voice.is_some()),
            ("video", self.video.is_some()),
            ("music", self.music.is_some()),
            ("news", self.news.is_some()),
            ("mpnews", self.mpnews.is_some()),
            ("mpnewsarticle", self.mpnewsarticle.is_some()),
            ("msgmenu", self.msgmenu.is_some()),
            ("wxcard", self.wxcard.is_some()),
            ("miniprogrampage", self.miniprogrampage.is_some()),
            ("link", self.link.is_some()),
        ];
        only_own("message", self.msgtype.name(), objects)
    }

    /// Checks the object that `msgtype` names.
    fn check_own(&self) -> Result<(), Invalid> {
        match self.msgtype {
            CustomMessageType::Text => named("text", self.text.as_ref()).map(drop),
            CustomMessageType::Image => named("image", self.image.as_ref()).map(drop),
            CustomMessageType::Voice => named("voice", self.voice.as_ref()).map(drop),
            CustomMessageType::Video => {
                let video = named("video", self.video.as_ref())?;
                present("video.thumb_media_id", video.thumb_media_id.as_ref()).map(drop)
            }
            CustomMessageType::Music => {
                let music = named("music", self.music.as_ref())?;
                present("music.musicurl", music.musicurl.as_ref())?;
                present("music.hqmusicurl", music.hqmusicurl.as_ref()).map(drop)
            }
            CustomMessageType::News => match present("news", self.news.as_ref())?.articles.len() {
                1 => Ok(()),
                _ => Err(Invalid::new("news.articles", "must contain exactly one article")),
            },
            CustomMessageType::MpNews => named("mpnews", self.mpnews.as_ref()).map(drop),
            CustomMessageType::MpNewsArticle => named("mpnewsarticle", self.mpnewsarticle.as_ref()).map(drop),
            CustomMessageType::MsgMenu => named("msgmenu", self.msgmenu.as_ref()).map(drop),
            CustomMessageType::WxCard => named("wxcard", self.wxcard.as_ref()).map(drop),
            CustomMessageType::MiniProgramPage => {
                named("miniprogrampage", self.miniprogrampage.as_ref()).map(drop)
            }
            CustomMessageType::Link => named("link", self.link.as_ref()).map(drop),
        }
    }
}

impl Object for PublishedArticle {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("article_id", &self.article_id)
    }
}

impl Object for MessageMenu {
    fn check(&self) -> Result<(), Invalid> {
        if self.list.is_empty() { Err(Invalid::new("list", "is empty")) } else { Ok(()) }
    }
}

impl Object for Card {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("card_id", &self.card_id)
    }
}

impl Object for MiniProgramPage {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("appid", &self.appid)
    }
}

impl Object for Link {
    fn check(&self) -> Result<(), Invalid> {
        not_blank("url", &self.url)
    }
}

/// The path whose quota is used up first.
pub const SEND_PATH: &str = "/cgi-bin/message/custom/send";

/// `POST /cgi-bin/message/custom/send`
#[must_use]
pub fn send(message: &CustomMessage) -> Call {
    Call::post(SEND_PATH, message)
}

/// `POST /cgi-bin/message/custom/typing`: show that someone is typing, for at most 15 seconds, or stop.
#[must_use]
pub fn typing(touser: &str, is_typing: bool) -> Call {
    let command = if is_typing { "Typing" } else { "CancelTyping" };
    Call::post("/cgi-bin/message/custom/typing", &json!({ "touser": touser, "command": command }))
}
