//! The credentials and ids that WeChat's console shows, each with its own type.

use std::fmt;

use aes_cbc::Cipher;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The AppID (开发者ID): `wx` and 16 letters or digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppId(String);

impl AppId {
    pub(super) const RULE: &'static str = "must be \"wx\" and 16 letters or digits";

    /// Reads an AppID; `None` if it has another format.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("wx")?;
        (rest.len() == 16 && is_alphanumeric(rest)).then(|| Self(text.to_owned()))
    }

    /// The AppID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The original ID (原始ID) of the account, `gh_...`: what WeChat writes into `ToUserName`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OriginalId(String);

impl OriginalId {
    pub(super) const RULE: &'static str = "must be \"gh_\" and letters or digits";

    /// Reads an original ID; `None` if it has another format.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("gh_")?;
        (!rest.is_empty() && is_alphanumeric(rest)).then(|| Self(text.to_owned()))
    }

    /// The original ID as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The AES key of an EncodingAESKey (消息加解密密钥).
#[derive(Clone)]
pub struct EncodingAesKey {
    cipher: Cipher,
    iv: [u8; 16],
}

impl EncodingAesKey {
    pub(super) const RULE: &'static str = "must be 43 letters and digits";

    /// Reads the 43 characters that the console shows; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 43 || !is_alphanumeric(text) {
            return None;
        }
        let key: [u8; 32] = FORTY_THREE_CHARACTERS.decode(text).ok()?.try_into().ok()?;
        let iv = *key.first_chunk()?;
        Some(Self { cipher: Cipher::new(&key), iv })
    }

    /// AES-256 with this key.
    #[must_use]
    pub const fn cipher(&self) -> &Cipher {
        &self.cipher
    }

    /// The CBC initialization vector, which is always the first half of the key.
    #[must_use]
    pub const fn iv(&self) -> &[u8; 16] {
        &self.iv
    }
}

impl fmt::Debug for EncodingAesKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

/// 43 characters encode 258 bits. WeChat sets the two surplus bits at random, so a strict decoder would reject three
/// keys of four.
const FORTY_THREE_CHARACTERS: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

fn is_alphanumeric(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
