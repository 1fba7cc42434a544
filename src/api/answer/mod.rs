//! What callers get.

mod id;
mod inbox;
mod ours;
mod settings;
mod webhooks;
mod wechat;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use id::Id;
pub use inbox::{
    DailyTotal, DailyTotals, Erased, FollowTime, FollowTimeSource, LastMessageTime, MenuEventStatus,
    MenuEvents, MessageList, ReceivedMessage, Timeline, TimelineEntry,
};
pub use ours::{AccessToken, JssdkConfig, KeyCreated, KeyList, KeySummary};
pub use settings::{
    Changed, LookedAt, PlatformImported, RuleExport, RuleList, RuleTested, VersionMade, Versions,
};
pub use webhooks::{
    DeliveryList, DeliverySummary, Replayed, WebhookChanged, WebhookList, WebhookSecret, WebhookTested,
};
pub use wechat::{
    Buttons, CountedTag, CurrentMenu, ListedMenu, MenuCreated, MenuList, Nothing, OpenIds, QrCodeCreated,
    Tag, TagCreated, TagIds, TagList, Template, TemplateList, TemplateSent, User, Users,
};

use crate::wechat::{Action, Error, action, qrcode, read};

/// The shape of one call's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// [`Nothing`]
    Nothing,
    /// [`TemplateSent`]
    TemplateSent,
    /// [`TemplateList`]
    TemplateList,
    /// [`User`]
    User,
    /// [`Users`]
    Users,
    /// [`TagCreated`]
    TagCreated,
    /// [`TagList`]
    TagList,
    /// [`TagIds`]
    TagIds,
    /// [`MenuCreated`]
    MenuCreated,
    /// [`MenuList`]
    MenuList {
        /// Only this conditional menu.
        menu_id: Option<String>,
    },
    /// [`Buttons`]
    Buttons,
    /// [`CurrentMenu`]
    CurrentMenu,
    /// [`QrCodeCreated`]
    QrCode,
}

/// "There is no menu", which is an answer and not a failure.
const NO_MENU: i64 = 46003;

impl Shape {
    /// The caller's answer as JSON, from WeChat's.
    pub fn apply(&self, answer: Result<Value, Error>) -> Result<String, Error> {
        match self {
            Self::Nothing => match answer {
                Err(Error::Refused(refusal)) if action(refusal.errcode) == Action::Nothing => {
                    write(&Nothing {})
                }
                answer => typed::<Nothing>(&answer?),
            },
            Self::TemplateSent => typed::<TemplateSent>(&answer?),
            Self::TemplateList => typed::<TemplateList>(&answer?),
            Self::User => typed::<User>(&answer?),
            Self::Users => typed::<Users>(&answer?),
            Self::TagCreated => typed::<TagCreated>(&answer?),
            Self::TagList => typed::<TagList>(&answer?),
            Self::TagIds => typed::<TagIds>(&answer?),
            Self::MenuCreated => typed::<MenuCreated>(&answer?),
            Self::Buttons => typed::<Buttons>(&answer?),
            Self::CurrentMenu => typed::<CurrentMenu>(&answer?),
            Self::MenuList { menu_id } => {
                let list = match answer {
                    Err(Error::Refused(refusal)) if refusal.errcode == NO_MENU => MenuList::default(),
                    answer => read::<MenuList>(&answer?)?,
                };
                write(&list.only(menu_id.as_deref()))
            }
            Self::QrCode => write(&QrCodeCreated::from(read::<qrcode::Created>(&answer?)?)),
        }
    }
}

fn typed<T: DeserializeOwned + Serialize>(answer: &Value) -> Result<String, Error> {
    write(&read::<T>(answer)?)
}

fn write(answer: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(answer).map_err(|_| Error::Unreadable { status: 200 })
}
