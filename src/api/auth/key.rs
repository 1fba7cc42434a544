//! An API key: created, shown once, and read from a request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::api::Error;
use crate::secret::Secret;

/// Lets people and secret scanners recognize a key.
const PREFIX: &str = "mpk_";

/// A new key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeKey {
    /// The whole key, shown only once.
    pub key: Secret,
    /// Its id, which is public.
    pub id: String,
    /// What is stored of its secret.
    pub hash: String,
}

/// Creates a key from fresh random bytes.
#[must_use]
pub fn new_key(random: [u8; 40]) -> MadeKey {
    let (id, secret) = random.split_at(random.len().min(8));
    let (id, secret) = (hex(id), URL_SAFE_NO_PAD.encode(secret));
    let key = Secret::new(format!("{PREFIX}{id}_{secret}"));
    MadeKey { key, id, hash: hash(&secret) }
}

/// A key as a caller sent it.
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

    /// A key from elsewhere in the request.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self { text: Secret::new(text) }
    }

    /// Whether it is the root key.
    #[must_use]
    pub fn is_root(&self, root: &Secret) -> bool {
        root.matches(self.text.expose())
    }

    /// The key's id, to look up its record.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.parts().map(|(id, _)| id)
    }

    /// Id and secret; text in another format is not looked up.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        let (id, secret) = self.text.expose().strip_prefix(PREFIX)?.split_once('_')?;
        let is_ours = id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && secret.len() == 43;
        is_ours.then_some((id, secret))
    }
}

/// The secret has 256 random bits, so a plain hash is safe against guessing.
pub(super) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
