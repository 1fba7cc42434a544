//! Access token and JS-SDK ticket: how to request them, and how long they are valid.
//!
//! Manual: 获取稳定版接口调用凭据, 获取 jsapi_ticket.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::config::AppId;
use crate::secret::Secret;
use crate::time::Timestamp;

use super::Call;

/// `POST /cgi-bin/stable_token`
///
/// Without `force` WeChat returns the same token until five minutes before its end.
/// With it the old token is invalid at once; WeChat allows that 20 times a day.
#[must_use]
pub fn stable_token(app_id: &AppId, secret: &Secret, force: bool) -> Call {
    let body = json!({
        "grant_type": "client_credential",
        "appid": app_id.as_str(),
        "secret": secret.expose(),
        "force_refresh": force,
    });
    Call::post("/cgi-bin/stable_token", &body).without_token()
}

/// `GET /cgi-bin/ticket/getticket`, for the JS-SDK.
#[must_use]
pub fn jsapi_ticket() -> Call {
    Call::get("/cgi-bin/ticket/getticket").with("type", "jsapi")
}

/// The answer to either call.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "IssuedFields")]
pub struct Issued {
    value: Secret,
    expires_in: u32,
}

#[derive(Deserialize)]
struct IssuedFields {
    access_token: Option<Secret>,
    ticket: Option<Secret>,
    expires_in: u32,
}

impl TryFrom<IssuedFields> for Issued {
    type Error = &'static str;

    fn try_from(fields: IssuedFields) -> Result<Self, Self::Error> {
        let value = fields.access_token.or(fields.ticket).ok_or("has neither access_token nor ticket")?;
        Ok(Self { value, expires_in: fields.expires_in })
    }
}

/// An access token or a ticket, as KV and the keeper store it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    value: Secret,
    expires_at: Timestamp,
    renew_at: Timestamp,
}

/// Access token or ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CredentialKind {
    /// The access token of the account.
    AccessToken,
    /// The ticket that signs pages for the JS-SDK.
    JsapiTicket,
}

/// Seconds before the end at which WeChat issues the next one; both are valid until then.
const RENEW_BEFORE_END: i64 = 300;
/// Minimum seconds until a renewal: sooner, WeChat would return the same one.
const LEAST_TERM: i64 = 60;
/// Seconds before its end from which a credential is not used, since a request must reach WeChat before that.
const EXPIRY_MARGIN: i64 = 10;

impl Issued {
    /// The credential, received now.
    #[must_use]
    pub fn credential(self, now: Timestamp) -> Credential {
        let lifetime = i64::from(self.expires_in);
        let term = lifetime.saturating_sub(RENEW_BEFORE_END).max(LEAST_TERM);
        Credential { value: self.value, expires_at: now.plus(lifetime), renew_at: now.plus(term) }
    }
}

impl Credential {
    /// The token or ticket itself.
    #[must_use]
    pub const fn value(&self) -> &Secret {
        &self.value
    }

    /// When it expires.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Whether a call may still use it.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.seconds_left(now) > EXPIRY_MARGIN
    }

    /// Whether it should be renewed, although it may still be usable.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.renew_at
    }

    /// Seconds until it expires; negative afterwards.
    #[must_use]
    pub const fn seconds_left(&self, now: Timestamp) -> i64 {
        self.expires_at.seconds().saturating_sub(now.seconds())
    }

    /// Whether it may replace `known`: an older one never replaces a newer one.
    ///
    /// The same token may, since a renewal that returned it again changed the time of the next one.
    #[must_use]
    pub fn replaces(&self, known: &Self) -> bool {
        self.value == known.value || self.expires_at >= known.expires_at
    }
}

impl CredentialKind {
    /// The key in KV, and the name of the keeper; one per AppID.
    #[must_use]
    pub fn key(self, app_id: &AppId) -> String {
        let kind = match self {
            Self::AccessToken => "access_token",
            Self::JsapiTicket => "jsapi_ticket",
        };
        format!("{kind}:{}", app_id.as_str())
    }
}
