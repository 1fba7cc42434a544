//! The credentials that SDKs get in the place of an access token: short-lived, signed, valid only for the gateway.

use crate::api::{Identity, Presented};
use crate::mac::{Purpose, SigningKeys};
use crate::secret::Secret;
use crate::time::Timestamp;

use super::{Query, Refused};

/// Lifetime of a credential in seconds, the same as of WeChat's tokens.
pub const CREDENTIAL_TERM: i64 = 7200;

/// Recognizable for secret scanners and people.
const PREFIX: &str = "mpg";

/// What credentials are signed with.
#[derive(Debug, Clone, Copy)]
pub struct Secrets<'a> {
    /// The keys that sign.
    pub keys: &'a SigningKeys,
    /// The root key, which is part of what is signed for it: its credentials end with it.
    pub root: &'a Secret,
}

/// The signed content of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The API key that it was issued for; `None` is the root key.
    pub key_id: Option<String>,
    /// The account.
    pub account: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// What a request has in the place of an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A valid credential of ours; whether its key is still valid has yet to be checked.
    Credential(Claims),
    /// A credential of ours that has expired, or was signed with an earlier key: a new one can be requested.
    Stale,
    /// Something else: an API key, or anything unknown.
    Other(Secret),
}

impl Claims {
    /// A new credential of a key for an account; it does not outlive the key.
    #[must_use]
    pub fn new(identity: &Identity, account: &str, now: Timestamp) -> Self {
        let term = now.plus(CREDENTIAL_TERM);
        let expires_at = match identity {
            Identity::Root => term,
            Identity::Key(record) => record.expires_at.map_or(term, |end| end.min(term)),
        };
        Self { key_id: identity.key_id().map(ToOwned::to_owned), account: account.to_owned(), expires_at }
    }

    /// The credential: `mpg.{expiry}.{key}.{account}.{signature}`, in characters that need no escaping in URLs and JSON.
    #[must_use]
    pub fn seal(&self, secrets: Secrets<'_>) -> Secret {
        let key_id = self.key_id.as_deref().unwrap_or_default();
        let claims = format!("{}.{key_id}.{}", self.expires_at, self.account);
        let signature = secrets.keys.sign(Purpose::GatewayCredential, &self.signed(&claims, secrets.root));
        Secret::new(format!("{PREFIX}.{claims}.{signature}"))
    }

    fn signed<'a>(&self, claims: &'a str, root: &'a Secret) -> Vec<&'a str> {
        match self.key_id {
            Some(_) => vec![claims],
            None => vec![claims, root.expose()],
        }
    }
}

impl Shown {
    /// Reads the parameter `access_token`, or else the bearer token of the `Authorization` header.
    pub fn of(
        query: &Query<'_>,
        authorization: impl FnOnce() -> Option<String>,
        secrets: Secrets<'_>,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        if let Some(shown) = query.value("access_token").filter(|shown| !shown.is_empty()) {
            return Ok(Self::parse(shown, secrets, now));
        }
        let header = authorization().unwrap_or_default();
        match header.split_once(' ').map(|(scheme, shown)| (scheme, shown.trim())) {
            Some((scheme, shown)) if scheme.eq_ignore_ascii_case("bearer") && !shown.is_empty() => {
                Ok(Self::parse(shown, secrets, now))
            }
            _ => Err(Refused::NoCredential),
        }
    }

    /// Whether a text is a credential, an API key or the root key, none of which may be forwarded.
    #[must_use]
    pub fn is_ours(text: &str, root: &Secret) -> bool {
        parts(text).is_some() || Presented::new(text).has_form_of_key() || root.matches(text)
    }

    /// Whether a request has a credential of ours, or a key in the place of one: it comes from an SDK, also if its path does not exist.
    #[must_use]
    pub fn is_in(query: &Query<'_>, authorization: Option<&str>) -> bool {
        let is_bearer = authorization
            .and_then(|header| header.split_once(' '))
            .is_some_and(|(_, shown)| parts(shown.trim()).is_some());
        is_bearer
            || ["access_token", "secret"]
                .into_iter()
                .filter_map(|name| query.value(name))
                .any(|shown| parts(shown).is_some() || Presented::new(shown).has_form_of_key())
    }

    /// Reads an access token or a bearer token.
    #[must_use]
    pub fn parse(text: &str, secrets: Secrets<'_>, now: Timestamp) -> Self {
        let Some((claims, signature)) = parts(text) else { return Self::Other(Secret::new(text)) };
        let Some(claimed) = read(claims) else { return Self::Stale };
        let signed = claimed.signed(claims, secrets.root);
        let is_genuine = secrets.keys.verify(Purpose::GatewayCredential, &signed, signature);
        if is_genuine && claimed.expires_at > now { Self::Credential(claimed) } else { Self::Stale }
    }
}

/// The claims and the signature of what looks like a credential of ours.
fn parts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(PREFIX)?.strip_prefix('.')?.rsplit_once('.')
}

fn read(claims: &str) -> Option<Claims> {
    let mut parts = claims.splitn(3, '.');
    let expires_at = Timestamp::parse(parts.next()?)?;
    let key_id = parts.next().map(ToOwned::to_owned).filter(|id| !id.is_empty());
    Some(Claims { key_id, account: parts.next()?.to_owned(), expires_at })
}
