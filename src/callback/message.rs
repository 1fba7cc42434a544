//! The content of a delivery: a user's message or an event.
//!
//! Manual: 接收普通消息, 接收事件推送.

use serde_json::Value;
use wechat_xml::{Element, ForeignText};

use crate::invalid::Invalid;
use crate::time::Timestamp;

use super::Error;
use super::decimal::Decimal;
use super::event::Event;
use super::field::{Field, Item, child, record, text};
use super::reply::Trigger;
use super::unknown::Unknown;

/// A decoded message or event.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// `ToUserName`: the account's original ID, `gh_...`.
    pub to_user_name: String,
    /// `FromUserName`: the sender's OpenID; for platform events an identifier of WeChat's own.
    pub from_user_name: String,
    /// `CreateTime`
    pub create_time: Timestamp,
    /// The message or the event itself.
    pub body: Body,
}

/// The kinds of deliveries, by `MsgType`.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// A user's message.
    User(UserMessage),
    /// An event.
    Event(Event),
}

/// A user's message.
#[derive(Debug, Clone, PartialEq)]
pub struct UserMessage {
    /// `MsgId`, as text, since JSON and JavaScript numbers would lose the last digits of its 64 bits.
    pub msg_id: String,
    /// `MsgDataId`: the article that the user sent the message from.
    pub msg_data_id: Option<String>,
    /// `Idx`: the index, from 1, of that article among those published together.
    pub idx: Option<u64>,
    /// The content.
    pub content: Content,
}

/// The content of a message, by `MsgType`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Content {
    /// `text`
    Text(Text),
    /// `image`
    Image(Image),
    /// `voice`
    Voice(Voice),
    /// `video`
    Video(Video),
    /// `shortvideo`: the six-second clip of old clients.
    ShortVideo(Video),
    /// `location`
    Location(Location),
    /// `link`: an article shared from the favorites; a pasted URL is `text`.
    Link(Link),
    /// `file`: undocumented, but seen in real traffic; it cannot be downloaded.
    File(File),
    /// `miniprogrampage`: documented for mini-programs only.
    MiniProgramPage(MiniProgramPage),
    /// An unknown type, with all its fields.
    Unknown(Unknown),
}

/// `MsgType` of the messages that the manual describes.
const MESSAGE_TYPES: [&str; 9] =
    ["text", "image", "voice", "video", "shortvideo", "location", "link", "file", "miniprogrampage"];

/// Rejects an unknown type in a list of types.
pub fn check_message_types(field: &str, types: &[String]) -> Result<(), Invalid> {
    match types.iter().position(|name| !MESSAGE_TYPES.contains(&name.as_str())) {
        Some(index) => {
            let complaint = format!("must be one of {}", MESSAGE_TYPES.join(", "));
            Err(Invalid::new(format!("{field}[{index}]"), complaint))
        }
        None => Ok(()),
    }
}

impl Content {
    /// `MsgType`
    #[must_use]
    pub fn msg_type(&self) -> &str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Voice(_) => "voice",
            Self::Video(_) => "video",
            Self::ShortVideo(_) => "shortvideo",
            Self::Location(_) => "location",
            Self::Link(_) => "link",
            Self::File(_) => "file",
            Self::MiniProgramPage(_) => "miniprogrampage",
            Self::Unknown(unknown) => &unknown.name,
        }
    }
}

/// `text`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// `Content`, exactly as the user typed it.
    pub content: String,
    /// `bizmsgmenuid`: the item of a menu message (msgmenu) the user tapped.
    pub menu_item_id: Option<String>,
}

impl Item for Text {
    const PATHS: &'static [&'static str] = &["Content", "bizmsgmenuid"];

    fn from_fields(fields: &Value) -> Self {
        Self {
            content: child(fields, "Content").map(text).unwrap_or_default().to_owned(),
            menu_item_id: Field::read(fields, "bizmsgmenuid"),
        }
    }
}

record! {
    /// `image`
    Image {
        pic_url: String = "PicUrl",
        /// Temporary: WeChat keeps it for three days.
        media_id: String = "MediaId",
    }
}

record! {
    /// `voice`
    Voice {
        /// Temporary: WeChat keeps it for three days. 8 kHz if the format is `amr`.
        media_id: String = "MediaId",
        format: String = "Format",
        /// The same at 16 kHz.
        media_id_16k: Option<String> = "MediaId16K",
        /// The recognized text; WeChat no longer sends it.
        recognition: Option<String> = "Recognition",
    }
}

record! {
    /// `video`, `shortvideo`
    Video {
        /// Temporary: WeChat keeps it for three days.
        media_id: String = "MediaId",
        thumb_media_id: String = "ThumbMediaId",
    }
}

record! {
    /// `location`
    Location {
        /// Degrees; X is the latitude.
        latitude: Option<Decimal> = "Location_X",
        /// Degrees.
        longitude: Option<Decimal> = "Location_Y",
        scale: Option<u64> = "Scale",
        label: String = "Label",
    }
}

record! {
    /// `link`
    Link {
        title: String = "Title",
        description: String = "Description",
        url: String = "Url",
    }
}

record! {
    /// `file`
    File {
        title: String = "Title",
        description: String = "Description",
        file_key: String = "FileKey",
        file_md5: String = "FileMd5",
        /// Bytes.
        file_total_len: Option<u64> = "FileTotalLen",
    }
}

record! {
    /// `miniprogrampage`
    MiniProgramPage {
        title: String = "Title",
        app_id: String = "AppId",
        page_path: String = "PagePath",
        thumb_url: String = "ThumbUrl",
        thumb_media_id: String = "ThumbMediaId",
    }
}

impl Message {
    /// Reads the fields of a delivery, from [`Delivery::fields`](super::Delivery::fields) or as they were stored: WeChat's
    /// names, and as values texts, objects, or arrays of elements that repeat.
    pub fn from_fields(fields: &Value) -> Result<Self, Error> {
        let create_time = Timestamp::parse(required(fields, "CreateTime")?)
            .filter(|time| time.is_sensible())
            .ok_or(Error::MalformedField("CreateTime"))?;
        Ok(Self {
            to_user_name: required(fields, "ToUserName")?.to_owned(),
            from_user_name: required(fields, "FromUserName")?.to_owned(),
            create_time,
            body: Body::from_fields(required(fields, "MsgType")?, fields),
        })
    }

    /// The OpenID of the user that the message is from, or the event about.
    #[must_use]
    pub fn open_id(&self) -> &str {
        match &self.body {
            Body::Event(event) => event.open_id().filter(|open_id| !open_id.is_empty()),
            Body::User(_) => None,
        }
        .unwrap_or(&self.from_user_name)
    }

    /// What a reply would answer; `None` if WeChat shows no reply.
    #[must_use]
    pub const fn trigger(&self) -> Option<Trigger> {
        match &self.body {
            // The protocol requires unknown types to be acknowledged, nothing more.
            Body::User(UserMessage { content: Content::Unknown(_), .. }) => None,
            Body::User(_) => Some(Trigger::Message),
            Body::Event(event) if event.accepts_reply() => Some(Trigger::Event),
            Body::Event(_) => None,
        }
    }
}

/// The fields that all messages or all events have, and some have with particular types.
const COMMON_FIELDS: &[&str] = &[
    "ToUserName",
    "FromUserName",
    "CreateTime",
    "MsgType",
    "Event",
    "EventKey",
    "MsgId",
    "MsgDataId",
    "Idx",
];

/// Whether the manual describes a field at this path of a message or an event, such as `ScanCodeInfo.ScanResult`.
#[must_use]
pub fn is_documented_field(path: &str) -> bool {
    let of_messages = [
        COMMON_FIELDS,
        Text::PATHS,
        Image::PATHS,
        Voice::PATHS,
        Video::PATHS,
        Location::PATHS,
        Link::PATHS,
        File::PATHS,
        MiniProgramPage::PATHS,
    ];
    let is_known = |known: &&str| {
        let mut names = path.split('.');
        // Below a list, any field.
        known.split('/').all(|name| names.next() == Some(name))
            && (names.next().is_none() || known.contains('/'))
    };
    of_messages.into_iter().chain(Event::paths()).any(|paths| paths.iter().any(is_known))
}

/// The fields of a delivery that a user can write, by the fields before them. WeChat writes the type before any of these.
pub(super) fn foreign_text(before: &Element<'_>) -> ForeignText {
    let Some(msg_type) = before.child("MsgType") else { return ForeignText::NONE };
    match msg_type.text().trim().to_ascii_lowercase().as_str() {
        "event" => {
            before.child("Event").map_or(ForeignText::NONE, |event| Event::foreign_text(event.text().trim()))
        }
        "text" | "device_text" | "device_event" => ForeignText::At("Content"),
        "voice" => ForeignText::At("Recognition"),
        "location" => ForeignText::At("Label"),
        "link" => ForeignText::At("Title Description Url"),
        "file" => ForeignText::At("Title Description"),
        "miniprogrampage" => ForeignText::At("Title AppId PagePath ThumbUrl"),
        "image" | "video" | "shortvideo" => ForeignText::NONE,
        _ => ForeignText::Unknown,
    }
}

impl Body {
    fn from_fields(msg_type: &str, fields: &Value) -> Self {
        let content = match msg_type.to_ascii_lowercase().as_str() {
            "event" | "device_event" | "device_text" => {
                return Self::Event(Event::from_fields(msg_type, fields));
            }
            "text" => Content::Text(Item::from_fields(fields)),
            "image" => Content::Image(Item::from_fields(fields)),
            "voice" => Content::Voice(Item::from_fields(fields)),
            "video" => Content::Video(Item::from_fields(fields)),
            "shortvideo" => Content::ShortVideo(Item::from_fields(fields)),
            "location" => Content::Location(Item::from_fields(fields)),
            "link" => Content::Link(Item::from_fields(fields)),
            "file" => Content::File(Item::from_fields(fields)),
            "miniprogrampage" => Content::MiniProgramPage(Item::from_fields(fields)),
            _ => Content::Unknown(Unknown::keep(msg_type, fields)),
        };
        Self::User(UserMessage {
            msg_id: Field::read(fields, "MsgId"),
            msg_data_id: Field::read(fields, "MsgDataId"),
            idx: Field::read(fields, "Idx"),
            content,
        })
    }
}

fn required<'v>(fields: &'v Value, name: &'static str) -> Result<&'v str, Error> {
    child(fields, name)
        .map(|value| text(value).trim())
        .filter(|text| !text.is_empty())
        .ok_or(Error::MissingField(name))
}
