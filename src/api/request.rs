//! The bodies that callers send, where they are not WeChat's own.

use serde::Deserialize;

use crate::time::Timestamp;
use crate::wechat::user::Language;

use super::Scope;

macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        pub(super) struct $name {
            $($(#[$field_doc])* pub(super) $field: $type,)*
        }
    )*};
}

requests! {
    /// Nothing to say.
    Nothing {}
    /// `message/typing`
    Typing {
        /// The user's OpenID.
        touser: String,
        /// `false` takes it back; shown for 15 seconds at most.
        #[serde(default = "yes")]
        typing: bool,
    }
    /// `template/delete`
    TemplateId {
        /// As `template/list` shows it.
        template_id: String,
    }
    /// `user/info`
    UserInfo {
        /// The user's OpenID.
        openid: String,
        /// The language of region names.
        #[serde(default)]
        lang: Language,
    }
    /// `user/list`
    UserList {
        /// Where the page before ended; absent = from the beginning.
        #[serde(default)]
        next_openid: String,
    }
    /// `user/remark`
    UserRemark {
        /// The user's OpenID.
        openid: String,
        /// Fewer than 30 bytes; empty removes it.
        remark: String,
    }
    /// `tag/create`
    TagName {
        /// Up to 30 bytes.
        name: String,
    }
    /// `tag/update`
    TagRename {
        /// As `tag/list` shows it.
        id: u32,
        /// Up to 30 bytes.
        name: String,
    }
    /// `tag/delete`
    TagId {
        /// As `tag/list` shows it.
        id: u32,
    }
    /// `tag/users`
    TagPage {
        /// As `tag/list` shows it.
        id: u32,
        /// Where the page before ended; absent = from the beginning.
        #[serde(default)]
        next_openid: String,
    }
    /// `tag/add`, `tag/remove`
    TagUsers {
        /// As `tag/list` shows it.
        id: u32,
        /// 1 to 50 OpenIDs.
        openid_list: Vec<String>,
    }
    /// `tag/of_user`
    User {
        /// The user's OpenID.
        openid: String,
    }
    /// `menu/delete`, `menu/list`
    MenuId {
        /// One conditional menu; absent = all.
        #[serde(default)]
        menu_id: Option<String>,
    }
    /// `menu/try_match`
    TryMatch {
        /// OpenID or WeChat id.
        user_id: String,
    }
    /// `jssdk/config`
    PageUrl {
        /// As the browser shows it; the part after `#` does not count.
        url: String,
    }
    /// `key/revoke`
    KeyId {
        /// As `key/list` shows it.
        id: String,
    }
}

/// `key/create`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What to call it: 1 to 64 characters.
    pub name: String,
    /// Such as `menu:write`, `user:read` or `*`.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<String>"))]
    pub scopes: Vec<Scope>,
    /// Unix seconds; absent = never.
    #[serde(default)]
    #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<i64>"))]
    pub expires_at: Option<Timestamp>,
}

const fn yes() -> bool {
    true
}
