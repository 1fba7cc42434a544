//! AES-256-CBC on whole blocks, without padding.
//!
//! This is a separate crate because the worker is optimised for size, and generic code is compiled with the settings of
//! the crate that instantiates it. Here, the RustCrypto ciphers are instantiated once and optimised for speed.

use std::fmt;

use aes::Aes256;
use cbc::cipher::{Block, BlockModeDecrypt as _, BlockModeEncrypt as _, InnerIvInit as _, KeyInit as _};

/// An expanded key, which can be used for any number of messages.
#[derive(Clone)]
pub struct Cipher(Aes256);

/// The length of the input is not a multiple of the block size, 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartOfABlock;

impl Cipher {
    /// Expands a key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        Self(Aes256::new(key.into()))
    }

    /// Encrypts in place.
    pub fn encrypt(&self, iv: &[u8; 16], bytes: &mut [u8]) -> Result<(), PartOfABlock> {
        let mut cipher = cbc::Encryptor::inner_iv_init(&self.0, iv.into());
        let (blocks, rest) = Block::<cbc::Encryptor<&Aes256>>::slice_as_chunks_mut(bytes);
        cipher.encrypt_blocks(blocks);
        if rest.is_empty() { Ok(()) } else { Err(PartOfABlock) }
    }

    /// Decrypts in place.
    pub fn decrypt(&self, iv: &[u8; 16], bytes: &mut [u8]) -> Result<(), PartOfABlock> {
        let mut cipher = cbc::Decryptor::inner_iv_init(&self.0, iv.into());
        let (blocks, rest) = Block::<cbc::Decryptor<&Aes256>>::slice_as_chunks_mut(bytes);
        cipher.decrypt_blocks(blocks);
        if rest.is_empty() { Ok(()) } else { Err(PartOfABlock) }
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cipher([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::{Cipher, PartOfABlock};

    /// The first two blocks of the test vectors in NIST SP 800-38A, F.2.5 and F.2.6.
    #[test]
    fn nist_test_vectors_are_encrypted_and_decrypted() {
        let key: [u8; 32] = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let iv: [u8; 16] = bytes("000102030405060708090a0b0c0d0e0f");
        let plain: [u8; 32] = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        let sealed: [u8; 32] = bytes("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");
        let cipher = Cipher::new(&key);
        let mut buffer = plain;
        assert_eq!(cipher.encrypt(&iv, &mut buffer), Ok(()));
        assert_eq!(buffer, sealed);
        assert_eq!(cipher.decrypt(&iv, &mut buffer), Ok(()));
        assert_eq!(buffer, plain);
        assert_eq!(cipher.decrypt(&iv, &mut [0; 17]), Err(PartOfABlock));
    }

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        std::array::from_fn(|at| {
            let digits = hex.get(at.saturating_mul(2)..).and_then(|rest| rest.get(..2)).unwrap_or_default();
            u8::from_str_radix(digits, 16).unwrap_or_default()
        })
    }
}
