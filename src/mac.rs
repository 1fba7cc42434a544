//! HMAC-SHA256 with the root API key, for what the worker gives out and gets back: cursors, credentials, secrets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::secret::Secret;

/// Codes are truncated to 128 bits.
const BYTES: usize = 16;

/// The code of a list of texts: 22 characters of URL-safe Base64.
#[must_use]
pub fn sign(key: &Secret, parts: &[&str]) -> String {
    let code = code(key, parts).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(code.get(..BYTES).unwrap_or_default())
}

/// Whether `signature` is the code that [`sign`] makes of these texts, in constant time.
#[must_use]
pub fn verify(key: &Secret, parts: &[&str], signature: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(signature)
        .ok()
        .filter(|signature| signature.len() == BYTES)
        .is_some_and(|signature| code(key, parts).verify_truncated_left(&signature).is_ok())
}

/// Derives a key for one purpose; it reveals nothing about `key`.
#[must_use]
pub fn derive(key: &Secret, purpose: &[&str]) -> [u8; 32] {
    code(key, purpose).finalize().into_bytes().into()
}

/// Plain HMAC-SHA256, for formats that others specify.
#[must_use]
pub fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let mut block = Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(key).for_each(|(place, byte)| *place = *byte);
    let mut code = Hmac::<Sha256>::new(&block);
    code.update(message);
    code.finalize().into_bytes().into()
}

fn code(key: &Secret, parts: &[&str]) -> Hmac<Sha256> {
    // The digest has a fixed length, so that setting the key cannot fail.
    let mut block = Key::<Hmac<Sha256>>::default();
    block.iter_mut().zip(Sha256::digest(key.expose())).for_each(|(place, byte)| *place = byte);
    let mut code = Hmac::<Sha256>::new(&block);
    for part in parts {
        // Length-prefixed, so that different lists of texts never have the same code.
        code.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        code.update(part.as_bytes());
    }
    code
}

#[cfg(test)]
mod tests {
    use super::{sign, verify};
    use crate::secret::Secret;

    /// Cursors and credentials are in use; the expected value was made with Python's hmac.
    #[test]
    fn the_code_is_unchanged() {
        assert_eq!(sign(&Secret::new("key"), &["a", "bc"]), "RcqBv2GSfKHxvOgC-gsXLQ");
    }

    #[test]
    fn a_code_holds_for_its_key_and_its_texts_alone() {
        let (key, other) = (Secret::new("key"), Secret::new("other"));
        let code = sign(&key, &["a", "bc"]);
        assert_eq!(code.len(), 22);
        assert!(verify(&key, &["a", "bc"], &code));
        assert!(!verify(&other, &["a", "bc"], &code));
        for parts in [["ab", "c"].as_slice(), &["abc"], &["a", "bc", ""], &["a"]] {
            assert!(!verify(&key, parts, &code), "{parts:?}");
        }
        for wrong in ["", "A", code.trim_end_matches(char::is_alphanumeric), &format!("{code}A")] {
            assert!(!verify(&key, &["a", "bc"], wrong), "{wrong}");
        }
    }
}
