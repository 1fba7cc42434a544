//! The AES scheme of compatible and secure mode.
//!
//! AES-256-CBC over `random(16) ‖ length(4, big-endian) ‖ message ‖ app id`, padded to 32 bytes, in Base64.
//! Manual: 消息加解密说明.

use std::fmt;

use aes_cbc::PartOfABlock;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::config::{AppId, EncodingAesKey};

const RANDOM_SIZE: usize = 16;
const LENGTH_SIZE: usize = 4;
const HEADER_SIZE: usize = RANDOM_SIZE + LENGTH_SIZE;
/// Messages are padded to 32 bytes, although AES blocks have 16.
const PADDING_BLOCK: usize = 32;

/// Why a ciphertext cannot be decrypted. Only for the operator's log; the sender is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undecryptable {
    /// `Encrypt` is not Base64.
    NotBase64,
    /// It is empty or not a whole number of AES blocks.
    WrongSize,
    /// The padding is invalid, mostly because of another EncodingAESKey.
    WrongPadding,
    /// The encrypted length exceeds the plaintext.
    WrongLength,
    /// It was encrypted for another AppID.
    AnotherAppId,
    /// What was encrypted is not XML.
    NotXml,
}

impl fmt::Display for Undecryptable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotBase64 => "Encrypt is not Base64",
            Self::WrongSize => "Encrypt is not a whole number of AES blocks",
            Self::WrongPadding | Self::WrongLength => {
                "it was encrypted with another key; compare the EncodingAESKey here with the one in WeChat's console"
            }
            Self::NotXml => "what was encrypted is not well-formed XML",
            Self::AnotherAppId => {
                "it was encrypted for another AppID; compare the AppID here with the one in WeChat's console"
            }
        })
    }
}

impl std::error::Error for Undecryptable {}

/// Decrypts the text of an `Encrypt` element.
pub fn open(key: &EncodingAesKey, app_id: &AppId, encrypt: &str) -> Result<String, Undecryptable> {
    let mut buffer = STANDARD.decode(encrypt).map_err(|_| Undecryptable::NotBase64)?;
    if buffer.is_empty() {
        return Err(Undecryptable::WrongSize);
    }
    key.cipher().decrypt(key.iv(), &mut buffer).map_err(|PartOfABlock| Undecryptable::WrongSize)?;
    let size = unpadded_size(&buffer)?;
    buffer.truncate(size);

    let (header, rest) = buffer.split_at_checked(HEADER_SIZE).ok_or(Undecryptable::WrongLength)?;
    let length = header
        .last_chunk::<LENGTH_SIZE>()
        .and_then(|bytes| usize::try_from(u32::from_be_bytes(*bytes)).ok())
        .ok_or(Undecryptable::WrongLength)?;
    let (_, sealed_for) = rest.split_at_checked(length).ok_or(Undecryptable::WrongLength)?;
    if sealed_for != app_id.as_str().as_bytes() {
        return Err(Undecryptable::AnotherAppId);
    }
    buffer.truncate(HEADER_SIZE.saturating_add(length));
    buffer.drain(..HEADER_SIZE);
    // WeChat sometimes cuts a text in the middle of a character.
    Ok(String::from_utf8(buffer)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Encrypts a message into the text of an `Encrypt` element; `random` must be fresh for each.
#[must_use]
pub fn seal(key: &EncodingAesKey, app_id: &AppId, random: [u8; RANDOM_SIZE], message: &str) -> String {
    let app_id = app_id.as_str().as_bytes();
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let size = HEADER_SIZE.saturating_add(message.len()).saturating_add(app_id.len());
    let mut buffer = Vec::with_capacity(size.saturating_add(PADDING_BLOCK));
    buffer.extend_from_slice(&random);
    buffer.extend_from_slice(&length.to_be_bytes());
    buffer.extend_from_slice(message.as_bytes());
    buffer.extend_from_slice(app_id);
    pad(&mut buffer);

    // The plaintext was padded to whole blocks above.
    let _ = key.cipher().encrypt(key.iv(), &mut buffer);
    STANDARD.encode(buffer)
}

/// The length without the padding, each byte of which is the length of the padding.
fn unpadded_size(buffer: &[u8]) -> Result<usize, Undecryptable> {
    let pad = *buffer.last().ok_or(Undecryptable::WrongPadding)?;
    let size = buffer
        .len()
        .checked_sub(usize::from(pad))
        .filter(|_| (1..=PADDING_BLOCK).contains(&usize::from(pad)))
        .ok_or(Undecryptable::WrongPadding)?;
    let padding = buffer.get(size..).unwrap_or_default();
    if padding.iter().all(|byte| *byte == pad) { Ok(size) } else { Err(Undecryptable::WrongPadding) }
}

fn pad(buffer: &mut Vec<u8>) {
    let padded = buffer.len().saturating_add(1).next_multiple_of(PADDING_BLOCK);
    let pad = padded.saturating_sub(buffer.len());
    buffer.resize(padded, u8::try_from(pad).unwrap_or_default());
}
