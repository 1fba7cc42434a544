//! The signature of every callback, which covers sorted values.
//!
//! Manual: 消息与事件推送, 消息加解密说明.

use sha1_smol::Sha1;

use crate::config::CallbackTokens;
use crate::secret::{Secret, equal_in_constant_time};

/// Signs values: the lowercase hexadecimal SHA-1 digest of the values, sorted by their bytes and joined.
#[must_use]
pub fn sign<const N: usize>(token: &Secret, values: [&str; N]) -> String {
    let mut digits = [0; 40];
    for (two, byte) in digits.as_chunks_mut().0.iter_mut().zip(digest(token, values)) {
        *two = hex(byte);
    }
    String::from_utf8(digits.to_vec()).unwrap_or_default()
}

fn digest<const N: usize>(token: &Secret, values: [&str; N]) -> [u8; 20] {
    let mut sorted = Vec::with_capacity(N.saturating_add(1));
    sorted.push(token.expose());
    // As fast as `sort_unstable` for so few values, which would add 3 KiB to the module for each type.
    for value in values {
        sorted.insert(sorted.partition_point(|other| *other < value), value);
    }

    let mut hash = Sha1::new();
    for value in sorted {
        hash.update(value.as_bytes());
    }
    hash.digest().bytes()
}

/// The two digits of a byte; `format!` would take longer than the digest itself.
fn hex(byte: u8) -> [u8; 2] {
    [byte.wrapping_shr(4), byte & 15]
        .map(|digit| digit.wrapping_add(if digit < 10 { b'0' } else { b'a' - 10 }))
}

/// The one of the account's tokens that `signature` was made with.
pub(super) fn signer<'t, const N: usize>(
    tokens: &'t CallbackTokens,
    values: [&str; N],
    signature: &str,
) -> Option<&'t Secret> {
    tokens.iter().find(|token| equal_in_constant_time(&sign(token, values), signature))
}
