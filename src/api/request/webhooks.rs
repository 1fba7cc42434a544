//! The bodies of `webhook/*` and `delivery/*`.

use serde::Deserialize;

use crate::backends::WebhookDraft;

#[cfg(not(target_arch = "wasm32"))]
use super::MAX_PAGE;
use super::{page_limit, requests};

requests! {
    /// `webhook/create`
    WebhookCreate {
        /// What to add; its id is made by us.
        webhook: WebhookDraft,
        /// Before which one, from 0; absent = after the last.
        #[serde(default)]
        position: Option<u32>,
        /// Only if the settings are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `webhook/update`
    WebhookUpdate {
        /// As `webhook/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: String,
        /// What it becomes, as a whole, in its place.
        webhook: WebhookDraft,
        /// Give it a new secret; for a day the old one signs as well.
        #[serde(default)]
        rotate_secret: bool,
        /// Its new place among the webhooks, from 0; absent = where it is.
        #[serde(default)]
        position: Option<u32>,
        /// Only if the settings are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `webhook/delete`
    WebhookDelete {
        /// As `webhook/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: String,
        /// Only if the settings are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `webhook/test`, `webhook/secret`
    WebhookId {
        /// As `webhook/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: String,
    }
    /// `delivery/list`
    DeliveryPage {
        /// `pending` or `dead`; absent = both.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(regex(pattern = "^(pending|dead)$")))]
        state: Option<String>,
        /// Of this webhook; empty = messages to users, absent = all.
        #[serde(default)]
        webhook: Option<String>,
        /// How many to pass over.
        #[serde(default)]
        offset: u32,
        /// 1 to 100 a page.
        #[serde(default = "page_limit")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = MAX_PAGE)))]
        limit: u32,
    }
    /// `delivery/replay`
    #[cfg_attr(not(target_arch = "wasm32"), schemars(extend("oneOf" = [{ "required": ["id"] }, { "required": ["webhook"] }])))]
    DeliveryReplay {
        /// This one.
        #[serde(default)]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: Option<String>,
        /// Every dead one of this webhook; empty = messages to users.
        #[serde(default)]
        webhook: Option<String>,
    }
}
