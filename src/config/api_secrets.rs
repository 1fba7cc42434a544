//! The secrets of the worker's own APIs: the root API key, and the key that signs.

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::mac::SigningKeys;
use crate::secret::Secret;

use super::Problem;

/// A root key that can be guessed is worse than none. In characters.
const MIN_ROOT_KEY_LENGTH: usize = 32;

/// `ROOT_API_KEY`, `SIGNING_KEY` and `PREVIOUS_SIGNING_KEY`.
#[derive(Debug)]
pub(super) struct ApiSecrets {
    pub(super) root: Result<Secret, Problem>,
    pub(super) signing: Result<SigningKeys, Problem>,
    /// The current key signs also if the previous one cannot be read.
    previous: Option<Problem>,
}

impl ApiSecrets {
    pub(super) fn parse(variable: impl Fn(&str) -> Option<String>) -> Self {
        let text =
            |name: &str| variable(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        let (previous, unreadable) = match text("PREVIOUS_SIGNING_KEY").map(|text| signing_key(&text)) {
            None => (None, None),
            Some(Some(key)) => (Some(key), None),
            Some(None) => (None, Some(Problem::new("PREVIOUS_SIGNING_KEY", "must be 32 bytes in Base64"))),
        };
        Self {
            root: root_api_key(text("ROOT_API_KEY")),
            signing: signing_keys(text("SIGNING_KEY").as_deref(), previous.as_ref()),
            previous: unreadable,
        }
    }

    pub(super) fn problems(&self) -> impl Iterator<Item = &Problem> {
        [self.root.as_ref().err(), self.signing.as_ref().err(), self.previous.as_ref()].into_iter().flatten()
    }
}

fn root_api_key(text: Option<String>) -> Result<Secret, Problem> {
    match text {
        None => Err(Problem::new(
            "ROOT_API_KEY",
            "is missing: the JSON API and the gateway are closed without it",
        )),
        Some(key) if key.chars().count() < MIN_ROOT_KEY_LENGTH => Err(Problem::new(
            "ROOT_API_KEY",
            "must have at least 32 characters, such as the output of `openssl rand -hex 32`",
        )),
        Some(key) => Ok(Secret::new(key)),
    }
}

fn signing_keys(text: Option<&str>, previous: Option<&[u8; 32]>) -> Result<SigningKeys, Problem> {
    let text = text.ok_or_else(|| {
        Problem::new(
            "SIGNING_KEY",
            "is missing: without it API keys, the gateway and webhooks do not work; run `npx wrangler secret put \
             SIGNING_KEY` and enter the output of `openssl rand -base64 32`, or of `node -p \
             \"crypto.randomBytes(32).toString('base64')\"`",
        )
    })?;
    let key = signing_key(text).ok_or_else(|| {
        Problem::new(
            "SIGNING_KEY",
            "must be 32 random bytes in Base64: the output of `openssl rand -base64 32`, or of `node -p \
             \"crypto.randomBytes(32).toString('base64')\"`",
        )
    })?;
    Ok(SigningKeys::new(&key, previous))
}

/// 32 bytes in Base64, in either alphabet and with or without padding.
fn signing_key(text: &str) -> Option<[u8; 32]> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    [&STANDARD, &URL_SAFE]
        .into_iter()
        .find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(text).ok()?.try_into().ok())
}
