//! API keys: made, shown once, stored hashed, and told apart from guesses.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest as _, Sha256};

use crate::secret::{Secret, equal_in_constant_time};
use crate::time::Timestamp;

use super::{Error, Scope};

/// Ours, so that secret scanners and people know a key when they see one.
const PREFIX: &str = "mpk_";

/// A key as it is stored: everything but the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyRecord {
    /// Public, part of the key.
    pub id: String,
    /// What the operator calls it.
    pub name: String,
    /// SHA-256 of the secret, in Base64.
    pub hash: String,
    /// What it may do; scopes that another version wrote and this one does not know are left out.
    #[serde(deserialize_with = "read_known_scopes")]
    pub scopes: Vec<Scope>,
    /// The account it belongs to.
    pub account: String,
    /// Unix seconds.
    pub created_at: Timestamp,
    /// Unix seconds; absent = never.
    pub expires_at: Option<Timestamp>,
    /// Unix seconds; absent = in force.
    pub revoked_at: Option<Timestamp>,
}

fn read_known_scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Scope>, D::Error> {
    Ok(known_scopes(&Vec::<String>::deserialize(deserializer)?))
}

/// A key goes on with the scopes this version knows, whatever another one wrote beside them.
pub(super) fn known_scopes(scopes: &[String]) -> Vec<Scope> {
    scopes.iter().filter_map(|scope| Scope::parse(scope)).collect()
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The holder of `ROOT_API_KEY`: every scope, every account.
    Root,
    /// The holder of a key.
    Key(Box<KeyRecord>),
}

/// A key as somebody sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presented {
    text: Secret,
}

impl Presented {
    /// Reads an `Authorization` header.
    pub fn parse(authorization: Option<&str>) -> Result<Self, Error> {
        let (scheme, text) =
            authorization.and_then(|header| header.split_once(' ')).ok_or(Error::Unauthorized)?;
        let text = text.trim();
        if !scheme.eq_ignore_ascii_case("bearer") || text.is_empty() {
            return Err(Error::Unauthorized);
        }
        Ok(Self::new(text))
    }

    /// A key that came elsewhere.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: Secret::new(text) }
    }

    /// Whether it is the root key.
    #[must_use]
    pub fn is_root(&self, root: &Secret) -> bool {
        root.matches(self.text.expose())
    }

    /// The public part, to look the record up by.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.parts().map(|(id, _)| id)
    }

    /// What is no key of ours leads to no look-up.
    fn parts(&self) -> Option<(&str, &str)> {
        let (id, secret) = self.text.expose().strip_prefix(PREFIX)?.split_once('_')?;
        let is_ours = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && secret.len() == 43;
        is_ours.then_some((id, secret))
    }
}

/// Whose key was sent, given the record its id leads to.
pub fn identify(presented: &Presented, record: Option<KeyRecord>, now: Timestamp) -> Result<Identity, Error> {
    let (_, secret) = presented.parts().ok_or(Error::Unauthorized)?;
    let record = record.ok_or(Error::Unauthorized)?;
    let is_genuine = equal_in_constant_time(&hash(secret), &record.hash);
    if is_genuine && record.is_in_force(now) {
        Ok(Identity::Key(Box::new(record)))
    } else {
        Err(Error::Unauthorized)
    }
}

impl KeyRecord {
    /// Whether it may be used.
    #[must_use]
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| end > now)
    }
}

impl Identity {
    /// What the log calls the caller.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Root => "ROOT_API_KEY",
            Self::Key(record) => &record.name,
        }
    }

    /// The key's public part; the root key has none.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        match self {
            Self::Root => None,
            Self::Key(record) => Some(&record.id),
        }
    }

    /// The account the caller acts for: the wanted one, else the key's own, else the default one.
    pub fn account<'a>(&'a self, wanted: Option<&'a str>) -> Result<Option<&'a str>, Error> {
        match (self, wanted) {
            (Self::Root, wanted) => Ok(wanted),
            (Self::Key(record), Some(wanted)) if wanted != record.account => Err(Error::AnotherAccount),
            (Self::Key(record), _) => Ok(Some(&record.account)),
        }
    }

    /// Whether the caller may make a key with these scopes: nobody gives away more than they have.
    pub fn may_grant(&self, scopes: &[Scope]) -> Result<(), Error> {
        scopes.iter().try_for_each(|scope| self.require(*scope))
    }

    /// Whether the caller may do this.
    pub fn require(&self, scope: Scope) -> Result<(), Error> {
        match self {
            Self::Root => Ok(()),
            Self::Key(record) if record.scopes.iter().any(|mine| mine.allows(scope)) => Ok(()),
            Self::Key(_) => Err(Error::LacksScope(scope)),
        }
    }
}

/// A key just made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeKey {
    /// The whole key, shown this once.
    pub key: Secret,
    /// Its public part.
    pub id: String,
    /// What is stored of its secret.
    pub hash: String,
}

/// Makes a key; `random` must be fresh.
#[must_use]
pub fn new_key(random: [u8; 40]) -> MadeKey {
    let (id, secret) = random.split_at(random.len().min(8));
    let (id, secret) = (hex(id), URL_SAFE_NO_PAD.encode(secret));
    let key = Secret::new(format!("{PREFIX}{id}_{secret}"));
    MadeKey { key, id, hash: hash(&secret) }
}

/// The secret has 256 random bits, so a plain hash cannot be searched for it.
fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
