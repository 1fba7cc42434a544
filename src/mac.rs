//! What the worker signs and later verifies: ids of API keys, cursors, gateway credentials, sessions, and the secrets of
//! webhooks.
//!
//! Each purpose has a key of its own, derived from `SIGNING_KEY` (HKDF-SHA256, RFC 5869), so that a code made for one
//! purpose says nothing about another.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::secret::equal_in_constant_time;

/// Signatures are truncated to 128 bits.
const BYTES: usize = 16;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Proves that the worker made the id of an API key.
    KeyId,
    /// A page's cursor.
    Cursor,
    /// What an SDK shows in the place of an access token.
    GatewayCredential,
    /// The key that signs the requests to a webhook.
    WebhookSecret,
    /// What the console's cookie and a login ticket state.
    Session,
    /// What the providers of models call a user.
    AssistantUser,
}

/// The info of HKDF, in the order of [`Purpose`]. Changing one ends everything that was signed for that purpose.
const INFOS: [&str; 6] = [
    "mp-worker key id",
    "mp-worker cursor",
    "mp-worker gateway credential",
    "mp-worker webhook secret",
    "mp-worker session",
    "mp-worker assistant user",
];

/// The keys of all purposes, derived from one `SIGNING_KEY`.
#[derive(Clone, PartialEq, Eq)]
struct PurposeKeys([[u8; 32]; 6]);

/// `SIGNING_KEY`, and `PREVIOUS_SIGNING_KEY` while it is being replaced.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKeys {
    current: PurposeKeys,
    previous: Option<PurposeKeys>,
}

impl SigningKeys {
    /// Signs with `current`, and verifies with both.
    #[must_use]
    pub fn new(current: &[u8; 32], previous: Option<&[u8; 32]>) -> Self {
        Self { current: PurposeKeys::derive(current), previous: previous.map(PurposeKeys::derive) }
    }

    /// The signature of a list of texts: 22 characters of URL-safe Base64.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, parts: &[&str]) -> String {
        signature(&self.current.code(purpose, parts))
    }

    /// Whether `signature` is what [`Self::sign`] makes of these texts, or made of them with the previous key.
    #[must_use]
    pub fn verify(&self, purpose: Purpose, parts: &[&str], signed: &str) -> bool {
        self.codes(purpose, parts).any(|code| equal_in_constant_time(&signature(&code), signed))
    }

    /// The code of a list of texts with the current key, and with the previous one if there is one.
    pub fn codes(&self, purpose: Purpose, parts: &[&str]) -> impl Iterator<Item = [u8; 32]> + use<> {
        let code = |keys: &PurposeKeys| keys.code(purpose, parts);
        std::iter::once(code(&self.current)).chain(self.previous.as_ref().map(code))
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl PurposeKeys {
    fn derive(signing_key: &[u8; 32]) -> Self {
        // Without a salt, HKDF extracts with as many zeros as the hash has bytes.
        let extracted = hmac_sha256(&[0; 32], signing_key);
        // An output of one block needs one round of the expansion.
        Self(INFOS.map(|info| hmac_sha256(&extracted, &[info.as_bytes(), &[1]].concat())))
    }

    fn code(&self, purpose: Purpose, parts: &[&str]) -> [u8; 32] {
        let [key_id, cursor, gateway_credential, webhook_secret, session, assistant_user] = &self.0;
        let mut code = keyed(match purpose {
            Purpose::KeyId => key_id,
            Purpose::Cursor => cursor,
            Purpose::GatewayCredential => gateway_credential,
            Purpose::WebhookSecret => webhook_secret,
            Purpose::Session => session,
            Purpose::AssistantUser => assistant_user,
        });
        for part in parts {
            // Length-prefixed, so that different lists of texts never have the same code.
            code.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            code.update(part.as_bytes());
        }
        code.finalize().into_bytes().into()
    }
}

/// HMAC-SHA256 of bytes, for formats that others specify.
#[must_use]
pub fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut code = keyed(key);
    code.update(message);
    code.finalize().into_bytes().into()
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // A key shorter than a block is padded with zeros.
    let mut block = Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    Hmac::<Sha256>::new(&block)
}

fn signature(code: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(code.get(..BYTES).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Purpose, SigningKeys};

    const KEY: [u8; 32] = *b"0123456789abcdef0123456789abcdef";
    const OTHER: [u8; 32] = *b"0123456789abcdef0123456789abcdeg";
    const PURPOSES: [Purpose; 5] = [
        Purpose::KeyId,
        Purpose::Cursor,
        Purpose::GatewayCredential,
        Purpose::WebhookSecret,
        Purpose::Session,
    ];

    /// What was signed stays valid; the expected values were made with Python's hmac.
    #[test]
    fn the_codes_are_unchanged() {
        let keys = SigningKeys::new(&KEY, None);
        let signatures = PURPOSES.map(|purpose| keys.sign(purpose, &["a", "bc"]));
        assert_eq!(
            signatures,
            [
                "TToVl9MMZA-GiyMDTKrpmA",
                "YcUETikQvBblDlKX3lr8fw",
                "c2HUc5X9RBwUBTkGEHmtlw",
                "Xm0cED4Ic1AecAOfZ4uMAQ",
                "3AD7D_Mk1iMpEtV339Ebdw"
            ]
        );
    }

    #[test]
    fn a_signature_holds_for_its_key_its_purpose_and_its_texts_alone() {
        let (keys, other) = (SigningKeys::new(&KEY, None), SigningKeys::new(&OTHER, None));
        for purpose in PURPOSES {
            let signature = keys.sign(purpose, &["a", "bc"]);
            assert_eq!(signature.len(), 22);
            for verified in PURPOSES {
                assert_eq!(keys.verify(verified, &["a", "bc"], &signature), verified == purpose);
            }
            assert!(!other.verify(purpose, &["a", "bc"], &signature));
            for parts in [["ab", "c"].as_slice(), &["abc"], &["a", "bc", ""], &["a"]] {
                assert!(!keys.verify(purpose, parts, &signature), "{parts:?}");
            }
            for wrong in ["", "A", &signature.to_lowercase(), &format!("{signature}A")] {
                assert!(!keys.verify(purpose, &["a", "bc"], wrong), "{wrong}");
            }
        }
    }

    #[test]
    fn the_previous_key_verifies_and_does_not_sign() {
        let (before, after) = (SigningKeys::new(&OTHER, None), SigningKeys::new(&KEY, None));
        let rotating = SigningKeys::new(&KEY, Some(&OTHER));
        for purpose in PURPOSES {
            let (old, new) = (before.sign(purpose, &["a"]), after.sign(purpose, &["a"]));
            assert!(rotating.verify(purpose, &["a"], &old) && rotating.verify(purpose, &["a"], &new));
            assert_eq!(rotating.sign(purpose, &["a"]), new);
            assert!(!after.verify(purpose, &["a"], &old));
            let codes: Vec<_> = rotating.codes(purpose, &["a"]).collect();
            let expected = [&after, &before].map(|keys| keys.codes(purpose, &["a"]).next());
            assert_eq!(codes, expected.map(Option::unwrap_or_default));
        }
    }

    #[test]
    fn signing_keys_do_not_print() {
        assert_eq!(format!("{:?}", SigningKeys::new(&KEY, Some(&OTHER))), "[redacted]");
    }
}
