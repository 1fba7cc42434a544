//! `GET /cgi-bin/token` and `POST /cgi-bin/stable_token`, as SDKs send them.
//!
//! Manual: 获取接口调用凭据, 获取稳定版接口调用凭据.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::from_json;
use crate::secret::Secret;

use super::{Query, Refused};

/// A request for a token: an AppID, and an API key in the place of the AppSecret.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct TokenRequest {
    /// `appid`
    #[serde(default)]
    pub appid: String,
    /// `secret`
    #[serde(default = "no_secret")]
    pub secret: Secret,
}

/// The answer to a [`TokenRequest`].
#[derive(Serialize)]
pub struct IssuedToken {
    /// A credential of ours.
    pub access_token: Secret,
    /// Lifetime in seconds.
    pub expires_in: i64,
}

fn no_secret() -> Secret {
    Secret::new("")
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TokenRequest({})", self.appid)
    }
}

impl TokenRequest {
    /// Reads the query, or the body if the query has neither `appid` nor `secret`; the content type does not matter.
    pub fn parse(query: &Query<'_>, body: &[u8]) -> Result<Self, Refused> {
        match (query.value("appid"), query.value("secret")) {
            (None, None) => {
                let body = std::str::from_utf8(body).map_err(|_| Refused::UnreadableTokenRequest)?;
                from_json(body).map_err(|_| Refused::UnreadableTokenRequest)
            }
            (appid, secret) => Ok(Self {
                appid: appid.unwrap_or_default().to_owned(),
                secret: Secret::new(secret.unwrap_or_default()),
            }),
        }
    }
}
