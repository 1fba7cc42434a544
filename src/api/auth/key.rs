//! An API key: made, shown once, and read as a caller sends it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::api::Error;
use crate::secret::Secret;

/// Ours, so that secret scanners and people know a key when they see one.
const PREFIX: &str = "mpk_";

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
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        let (id, secret) = self.text.expose().strip_prefix(PREFIX)?.split_once('_')?;
        let is_ours = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && secret.len() == 43;
        is_ours.then_some((id, secret))
    }
}

/// The secret has 256 random bits, so a plain hash cannot be searched for it.
pub(super) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
