//! WeChat's answers, typed, without its envelope.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wechat::qrcode;

use super::Id;

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
}

pub(super) use answers;

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

impl MenuList {
    /// Only the conditional menu with this id, if one is named.
    pub(super) fn only(mut self, menu_id: Option<&str>) -> Self {
        if let Some(menu_id) = menu_id {
            self.menu = None;
            self.conditionalmenu.retain(|menu| menu.menuid.as_ref().is_some_and(|id| id.as_str() == menu_id));
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
