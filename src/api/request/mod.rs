//! The bodies that callers send, where they are not WeChat's own.

pub(in crate::api) mod settings;
pub(in crate::api) mod webhooks;

use serde::Deserialize;

use crate::time::Timestamp;
use crate::wechat::user::Language;

use super::Scope;
use super::answer::Id;

macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        #[derive(Debug, Clone, Deserialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        // They may be schemars' own, which have to follow its derive.
        $(#[$doc])*
        #[serde(deny_unknown_fields)]
        pub(in crate::api) struct $name {
            $($(#[$field_doc])* pub(in crate::api) $field: $type,)*
        }
    )*};
}

use requests;

requests! {
    /// Nothing to say.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "NoParameters"))]
    Nothing {}
    /// `message/get`
    MessageId {
        /// `MsgId`, as text if it is kept in a language that loses digits.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "NumberOrText"))]
        msg_id: Id,
    }
    /// `message/list`
    MessageQuery {
        /// Of this user alone.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        openid: Option<String>,
        /// Of this `MsgType` alone, such as `text` or `event`.
        #[serde(default, rename = "type")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        msg_type: Option<String>,
        /// This event alone, such as `subscribe`; upper and lower case are the same.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        event: Option<String>,
        /// Unix seconds: `CreateTime` from then on.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds())))]
        since: Option<Timestamp>,
        /// Unix seconds: `CreateTime` up to then.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds())))]
        until: Option<Timestamp>,
        /// `next_cursor` of the page before; absent = the newest.
        #[serde(default)]
        cursor: Option<String>,
        /// 1 to 100 a page.
        #[serde(default = "page_limit")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = MAX_PAGE)))]
        limit: u32,
    }
    /// `user/timeline`
    UserPage {
        /// The user's OpenID.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        openid: String,
        /// `next_cursor` of the page before; absent = the newest.
        #[serde(default)]
        cursor: Option<String>,
        /// 1 to 100 a page; a message and its passive reply count as one.
        #[serde(default = "page_limit")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = MAX_PAGE)))]
        limit: u32,
    }
    /// `user/last_message_time`
    #[cfg_attr(not(target_arch = "wasm32"), schemars(extend("oneOf" = [{ "required": ["openid"] }, { "required": ["msg_id"] }])))]
    UserOrMessage {
        /// The user's OpenID.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        openid: Option<String>,
        /// The `MsgId` of one of the user's messages.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<NumberOrText>"))]
        msg_id: Option<Id>,
    }
    /// `menu/event_status`
    MenuEventQuery {
        /// Of this conditional menu alone; WeChat names it in the events `VIEW` and `view_miniprogram`.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        menu_id: Option<String>,
        /// Of this `EventKey` alone: a button's key, URL or page.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        key: Option<String>,
        /// Unix seconds: since the beginning of that day in Beijing; absent = since ever.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds())))]
        since: Option<Timestamp>,
    }
    /// `stats/summary`
    Period {
        /// Unix seconds on the first day, which is Beijing's; absent = 29 days before the last.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds())))]
        since: Option<Timestamp>,
        /// Unix seconds on the last day; absent = today.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds())))]
        until: Option<Timestamp>,
    }
    /// `message/typing`
    Typing {
        /// The user's OpenID.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        touser: String,
        /// `false` takes it back; shown for 15 seconds at most.
        #[serde(default = "yes")]
        typing: bool,
    }
    /// `template/delete`
    TemplateId {
        /// As `template/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        template_id: String,
    }
    /// `user/info`
    UserInfo {
        /// The user's OpenID.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
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
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        openid: String,
        /// Fewer than 30 bytes; empty removes it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(max = crate::wechat::user::MAX_REMARK_BYTES)))]
        remark: String,
    }
    /// `tag/create`
    TagName {
        /// Up to 30 bytes.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1, max = crate::wechat::tag::MAX_NAME_BYTES)))]
        name: String,
    }
    /// `tag/update`
    TagRename {
        /// As `tag/list` shows it.
        id: u32,
        /// Up to 30 bytes.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1, max = crate::wechat::tag::MAX_NAME_BYTES)))]
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
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1, max = crate::wechat::tag::MAX_USERS)))]
        openid_list: Vec<String>,
    }
    /// `tag/of_user`, `user/follow_time`, `user/erase`
    #[cfg_attr(not(target_arch = "wasm32"), schemars(rename = "UserId"))]
    User {
        /// The user's OpenID.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        openid: String,
    }
    /// `menu/delete`, `menu/list`
    MenuId {
        /// One conditional menu; absent = all.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        menu_id: Option<String>,
    }
    /// `menu/try_match`
    TryMatch {
        /// OpenID or WeChat id.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        user_id: String,
    }
    /// `jssdk/config`
    PageUrl {
        /// As the browser shows it; the part after `#` does not count.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(regex(pattern = "^https?://")))]
        url: String,
    }
    /// `key/revoke`
    KeyId {
        /// As `key/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: String,
    }
}

/// How many entries a page may have.
pub(super) const MAX_PAGE: u32 = 100;

/// A 64-bit id as callers may write it.
#[cfg(not(target_arch = "wasm32"))]
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it describes what Id reads")]
enum NumberOrText {
    Number(u64),
    Text(#[schemars(length(min = 1))] String),
}

/// `key/create`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What to call it: 1 to 64 characters.
    #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
    pub name: String,
    /// Such as `menu:write`, `user:read` or `*`.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        schemars(
            with = "Vec<String>",
            length(min = 1),
            inner(regex(pattern = Scope::pattern()))
        )
    )]
    pub scopes: Vec<Scope>,
    /// Unix seconds; absent = never.
    #[serde(default)]
    #[cfg_attr(
        not(target_arch = "wasm32"),
        schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))
    )]
    pub expires_at: Option<Timestamp>,
}

const fn page_limit() -> u32 {
    20
}

const fn yes() -> bool {
    true
}
