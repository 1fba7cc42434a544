//! What SDKs get for an access token: short-lived, signed, and good for nothing but our gateway.

use crate::api::{Identity, Presented};
use crate::mac;
use crate::secret::Secret;
use crate::time::Timestamp;

use super::{Query, Refused};

/// So long a credential is good, in seconds, as WeChat's own.
pub const CREDENTIAL_TERM: i64 = 7200;

/// Ours, so that secret scanners and people know one when they see it.
const PREFIX: &str = "mpg";
/// Keeps it apart from whatever else is signed.
const PURPOSE: &str = "gateway";

/// What a credential says, under our signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The API key it was given for; `None` is the root key.
    pub key_id: Option<String>,
    /// The account it acts for.
    pub account: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a request shows for an access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A credential of ours that holds; whether its key is still in force is to be seen.
    Credential(Claims),
    /// One of ours that has ended, or that an earlier root key signed: asking again brings a good one.
    Stale,
    /// Something else: an API key, or a guess.
    Other(Secret),
}

impl Claims {
    /// What a key is given for an account now; nothing outlives its key.
    #[must_use]
    pub fn new(identity: &Identity, account: &str, now: Timestamp) -> Self {
        let term = now.plus(CREDENTIAL_TERM);
        let expires_at = match identity {
            Identity::Root => term,
            Identity::Key(record) => record.expires_at.map_or(term, |end| end.min(term)),
        };
        Self { key_id: identity.key_id().map(ToOwned::to_owned), account: account.to_owned(), expires_at }
    }

    /// The credential: `mpg.{expiry}.{key}.{account}.{signature}`, of characters that need no escaping anywhere.
    #[must_use]
    pub fn seal(&self, root: &Secret) -> Secret {
        let key_id = self.key_id.as_deref().unwrap_or_default();
        let claims = format!("{}.{key_id}.{}", self.expires_at, self.account);
        let signature = mac::sign(root, &[PURPOSE, &claims]);
        Secret::new(format!("{PREFIX}.{claims}.{signature}"))
    }
}

impl Shown {
    /// What stands in `access_token`, else behind `Bearer` in an `Authorization` header, which is asked for then.
    pub fn of(
        query: &Query<'_>,
        authorization: impl FnOnce() -> Option<String>,
        root: &Secret,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        if let Some(shown) = query.value("access_token").filter(|shown| !shown.is_empty()) {
            return Ok(Self::parse(shown, root, now));
        }
        let header = authorization().unwrap_or_default();
        match header.split_once(' ').map(|(scheme, shown)| (scheme, shown.trim())) {
            Some((scheme, shown)) if scheme.eq_ignore_ascii_case("bearer") && !shown.is_empty() => {
                Ok(Self::parse(shown, root, now))
            }
            _ => Err(Refused::NoCredential),
        }
    }

    /// Whether a text is a credential, an API key or the root key: what must not leave for anywhere.
    #[must_use]
    pub fn is_ours(text: &str, root: &Secret) -> bool {
        parts(text).is_some() || Presented::new(text).id().is_some() || root.matches(text)
    }

    /// Tells what came in `access_token` or behind `Bearer`.
    #[must_use]
    pub fn parse(text: &str, root: &Secret, now: Timestamp) -> Self {
        let Some((claims, signature)) = parts(text) else { return Self::Other(Secret::new(text)) };
        match read(claims) {
            Some(claimed) if mac::verify(root, &[PURPOSE, claims], signature) && claimed.expires_at > now => {
                Self::Credential(claimed)
            }
            _ => Self::Stale,
        }
    }
}

/// The claims and their signature, of what looks like ours.
fn parts(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(PREFIX)?.strip_prefix('.')?.rsplit_once('.')
}

fn read(claims: &str) -> Option<Claims> {
    let mut parts = claims.splitn(3, '.');
    let expires_at = Timestamp::parse(parts.next()?)?;
    let key_id = parts.next().map(ToOwned::to_owned).filter(|id| !id.is_empty());
    Some(Claims { key_id, account: parts.next()?.to_owned(), expires_at })
}
