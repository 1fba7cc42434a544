//! An API key: created, shown once, and read from a request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::api::Error;
use crate::mac::{Purpose, SigningKeys};
use crate::secret::{Secret, equal_in_constant_time};

/// Lets people and secret scanners recognize a key.
const PREFIX: &str = "mpk_";
/// Of the digits of an id, the first half is random, and the second half proves that the worker made the first.
const ID_DIGITS: usize = 32;
const RANDOM_DIGITS: usize = 16;
/// 32 bytes in Base64.
const SECRET_CHARACTERS: usize = 43;

/// A new key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeKey {
    /// The whole key, shown only once.
    pub key: Secret,
    /// Its id, which is public: 32 hex digits.
    pub id: String,
    /// What is stored of its secret.
    pub hash: String,
}

/// Creates a key from fresh random bytes.
#[must_use]
pub fn new_key(random: [u8; 40], keys: &SigningKeys) -> MadeKey {
    let (id, secret) = random.split_at(random.len().min(8));
    let (id, secret) = (hex(id), URL_SAFE_NO_PAD.encode(secret));
    let proof = proofs(&id, keys).next().unwrap_or_default();
    let id = id + &proof;
    let key = Secret::new(format!("{PREFIX}{id}_{secret}"));
    MadeKey { key, id, hash: hash(&secret) }
}

/// Whether an id was proved with `PREVIOUS_SIGNING_KEY`: its key ends when that is removed.
#[must_use]
pub fn needs_previous_signing_key(id: &str, keys: &SigningKeys) -> bool {
    proved_by(id, keys).is_some_and(|position| position > 0)
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

    /// Whether it has the form of an API key, which must not be sent to anybody else.
    #[must_use]
    pub fn has_form_of_key(&self) -> bool {
        self.parts().is_some()
    }

    /// The key's id, if the worker made it. Its record may be looked up: a guess ends here.
    #[must_use]
    pub fn id(&self, keys: &SigningKeys) -> Option<&str> {
        let (id, _) = self.parts()?;
        proved_by(id, keys).map(|_| id)
    }

    /// Id and secret.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        let (id, secret) = self.text.expose().strip_prefix(PREFIX)?.split_once('_')?;
        let is_ours = id.len() == ID_DIGITS
            && id.bytes().all(|byte| byte.is_ascii_hexdigit())
            && secret.len() == SECRET_CHARACTERS;
        is_ours.then_some((id, secret))
    }
}

/// The position of the signing key that proves an id: 0 is the current one.
fn proved_by(id: &str, keys: &SigningKeys) -> Option<usize> {
    let (random, proof) = id.split_at_checked(RANDOM_DIGITS)?;
    proofs(random, keys).position(|expected| equal_in_constant_time(&expected, proof))
}

/// 64 bits suffice: what passes costs one query of a primary key, and the secret is still to be guessed.
fn proofs(random: &str, keys: &SigningKeys) -> impl Iterator<Item = String> + use<> {
    let codes = keys.codes(Purpose::KeyId, &[random]);
    codes.map(|code| hex(code.first_chunk::<8>().unwrap_or(&[0; 8])))
}

/// The secret has 256 random bits, so a plain hash is safe against guessing.
pub(super) fn hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
