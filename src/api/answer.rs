//! What callers get: WeChat's answers, typed, without its envelope; and our own.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::json::from_value;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::wechat::{Action, Error, action, qrcode};

use super::{KeyRecord, Scope};

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
    /// The caller's answer, from WeChat's.
    pub fn apply(&self, answer: Result<Value, Error>) -> Result<Value, Error> {
        match self {
            Self::Nothing => match answer {
                Err(Error::Refused(refusal)) if action(refusal.errcode) == Action::Nothing => {
                    write(&Nothing {})
                }
                answer => typed::<Nothing>(answer?),
            },
            Self::TemplateSent => typed::<TemplateSent>(answer?),
            Self::TemplateList => typed::<TemplateList>(answer?),
            Self::User => typed::<User>(answer?),
            Self::Users => typed::<Users>(answer?),
            Self::TagCreated => typed::<TagCreated>(answer?),
            Self::TagList => typed::<TagList>(answer?),
            Self::TagIds => typed::<TagIds>(answer?),
            Self::MenuCreated => typed::<MenuCreated>(answer?),
            Self::Buttons => typed::<Buttons>(answer?),
            Self::CurrentMenu => typed::<CurrentMenu>(answer?),
            Self::MenuList { menu_id } => {
                let list = match answer {
                    Err(Error::Refused(refusal)) if refusal.errcode == NO_MENU => MenuList::default(),
                    answer => read::<MenuList>(answer?)?,
                };
                write(&list.only(menu_id.as_deref()))
            }
            Self::QrCode => write(&QrCodeCreated::from(read::<qrcode::Created>(answer?)?)),
        }
    }
}

fn typed<T: DeserializeOwned + Serialize>(answer: Value) -> Result<Value, Error> {
    write(&read::<T>(answer)?)
}

/// An answer that lacks what it is for is not WeChat's.
fn read<T: DeserializeOwned>(mut answer: Value) -> Result<T, Error> {
    if let Some(envelope) = answer.as_object_mut() {
        envelope.remove("errcode");
        envelope.remove("errmsg");
    }
    from_value(&answer).map_err(|_| Error::Unreadable { status: 200 })
}

fn write(answer: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(answer).map_err(|_| Error::Unreadable { status: 200 })
}

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }
    )*};
}

answers! {
    /// Done; there is nothing to say.
    Nothing {}
    /// `template/send`
    TemplateSent {
        /// Comes back in the event TEMPLATESENDJOBFINISH.
        msgid: Id,
    }
    /// `template/list`
    TemplateList {
        /// The account's templates.
        template_list: Vec<Template>,
    }
    /// A template of the account.
    Template {
        /// Names it in `template/send`.
        template_id: String,
        /// Its title.
        title: String,
        /// Its text, with `{{thing1.DATA}}` for each field.
        content: String,
        /// The text with values.
        #[serde(default)]
        example: String,
        /// Its industry.
        #[serde(default)]
        primary_industry: String,
        /// Its second industry.
        #[serde(default)]
        deputy_industry: String,
    }
    /// `user/info`
    User {
        /// 0 = does not follow, and WeChat says nothing else of this user.
        subscribe: u8,
        /// The user's OpenID.
        openid: String,
        /// Whatever else WeChat says, under its own names: `subscribe_time`, `remark`, `tagid_list`, ...
        #[serde(flatten)]
        more: Map<String, Value>,
    }
    /// `user/list`, `tag/users`
    Users {
        /// All there are; only `user/list` says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<u64>,
        /// On this page.
        #[serde(default)]
        count: u64,
        /// The page.
        #[serde(default)]
        data: OpenIds,
        /// Where the next page begins; empty at the end.
        #[serde(default)]
        next_openid: String,
    }
    /// `tag/create`
    TagCreated {
        /// The new tag.
        tag: Tag,
    }
    /// A tag.
    Tag {
        /// Names it in the other calls.
        id: u32,
        /// What it says.
        name: String,
    }
    /// `tag/list`
    TagList {
        /// The account's tags.
        tags: Vec<CountedTag>,
    }
    /// A tag, and how many users have it.
    CountedTag {
        /// Names it in the other calls.
        id: u32,
        /// What it says.
        name: String,
        /// How many users have it.
        #[serde(default)]
        count: u64,
    }
    /// `tag/of_user`
    TagIds {
        /// The tags of the user.
        tagid_list: Vec<u32>,
    }
    /// `menu/create`
    MenuCreated {
        /// Of a conditional menu.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        menuid: Option<Id>,
    }
    /// `menu/try_match`
    Buttons {
        /// As WeChat shows them.
        button: Vec<Value>,
    }
    /// `menu/current`
    CurrentMenu {
        /// 1 = a menu is shown.
        is_menu_open: u8,
        /// In a shape of its own: `sub_button` is an object with `list`.
        #[serde(default)]
        selfmenu_info: Value,
    }
    /// `qrcode/create`
    QrCodeCreated {
        /// Names the picture.
        ticket: String,
        /// Of a temporary code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expire_seconds: Option<u32>,
        /// What the code says.
        url: String,
        /// Where WeChat shows the picture; needs no token.
        image_url: String,
    }
    /// `jssdk/config`, for `wx.config`
    JssdkConfig {
        /// AppID
        #[serde(rename = "appId")]
        app_id: String,
        /// Unix seconds.
        timestamp: i64,
        /// Random.
        #[serde(rename = "nonceStr")]
        nonce: String,
        /// Over the ticket, the nonce, the timestamp and the page.
        signature: String,
    }
    /// `key/list`
    KeyList {
        /// The oldest first.
        keys: Vec<KeySummary>,
    }
    /// A key, without what makes it one.
    KeySummary {
        /// Names it in `key/revoke`.
        id: String,
        /// What the operator calls it.
        name: String,
        /// What it may do.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<String>"))]
        scopes: Vec<Scope>,
        /// The account it belongs to.
        account: String,
        /// Unix seconds.
        created_at: i64,
        /// Unix seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<i64>,
        /// Unix seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revoked_at: Option<i64>,
    }
}

/// `token/get`
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct AccessToken {
    /// Good for WeChat's API; do not renew it elsewhere.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "String"))]
    pub access_token: Secret,
    /// Seconds.
    pub expires_in: i64,
}

/// `key/create`
#[derive(Debug, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct KeyCreated {
    /// The API key: shown this once, and stored nowhere.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "String"))]
    pub key: Secret,
    /// The rest of it.
    #[serde(flatten)]
    pub summary: KeySummary,
}

/// `menu/list`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct MenuList {
    /// The default menu; `null` = there is none.
    #[serde(default)]
    pub menu: Option<ListedMenu>,
    /// The conditional menus.
    #[serde(default)]
    pub conditionalmenu: Vec<ListedMenu>,
}

/// A menu as WeChat lists it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct ListedMenu {
    /// As WeChat shows them.
    pub button: Vec<Value>,
    /// Names it in `menu/delete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub menuid: Option<Id>,
    /// Who sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matchrule: Option<Value>,
}

/// A page of OpenIDs.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
pub struct OpenIds {
    /// Up to 10,000.
    #[serde(default)]
    pub openid: Vec<String>,
}

/// A 64-bit id: WeChat writes it as a number or as text, we as text, which loses no digit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Id;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number or a text")
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Id, E> {
                Ok(Id(number.to_string()))
            }

            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Id, E> {
                u64::try_from(number).map(|number| Id(number.to_string())).map_err(E::custom)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Id, E> {
                Ok(Id(text.to_owned()))
            }
        }

        deserializer.deserialize_any(NumberOrText).map_err(D::Error::custom)
    }
}

impl MenuList {
    /// Only the conditional menu with this id, if one is named.
    fn only(mut self, menu_id: Option<&str>) -> Self {
        if let Some(menu_id) = menu_id {
            self.menu = None;
            self.conditionalmenu.retain(|menu| menu.menuid.as_ref().is_some_and(|id| id.0 == menu_id));
        }
        self
    }
}

impl From<qrcode::Created> for QrCodeCreated {
    fn from(created: qrcode::Created) -> Self {
        Self {
            image_url: qrcode::image_url(&created.ticket),
            ticket: created.ticket,
            expire_seconds: created.expire_seconds,
            url: created.url,
        }
    }
}

impl From<KeyRecord> for KeySummary {
    fn from(record: KeyRecord) -> Self {
        Self {
            id: record.id,
            name: record.name,
            scopes: record.scopes,
            account: record.account,
            created_at: record.created_at.seconds(),
            expires_at: record.expires_at.map(Timestamp::seconds),
            revoked_at: record.revoked_at.map(Timestamp::seconds),
        }
    }
}
