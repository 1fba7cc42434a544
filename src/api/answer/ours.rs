//! Answers that WeChat has no part in, or that we make of its credentials.

use serde::{Deserialize, Serialize};

use crate::api::{KeyRecord, Scope};
use crate::secret::Secret;
use crate::time::Timestamp;

use super::wechat::answers;

answers! {
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
