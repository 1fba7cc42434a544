//! Test vectors of other implementations: signatures, encryption and decryption.

use std::sync::LazyLock;

use mp_worker::callback::cipher::{Undecryptable, open, seal};
use mp_worker::callback::{Error, sign};
use mp_worker::config::EncodingAesKey;
use mp_worker::secret::Secret;
use serde::Deserialize;

use crate::world::{account, app_id, config, envelope, key, receive};

#[derive(Deserialize)]
struct Vectors {
    signature: Vec<SignatureVector>,
    aes: Vec<Aes>,
    edge: Vec<Aes>,
    negative: Vec<Negative>,
    negative_simple: Vec<NegativeSimple>,
    msg_signature_only: Vec<MsgSignatureVector>,
}

#[derive(Deserialize)]
struct SignatureVector {
    id: String,
    token: String,
    timestamp: String,
    nonce: String,
    signature: String,
}

#[derive(Deserialize)]
struct Aes {
    id: String,
    encoding_aes_key: String,
    appid: String,
    random: String,
    msg: String,
    encrypt: String,
    token: Option<String>,
    timestamp: Option<String>,
    nonce: Option<String>,
    signature: Option<String>,
    msg_signature: Option<String>,
}

#[derive(Deserialize)]
struct Negative {
    id: String,
    expect: String,
    encoding_aes_key: String,
    appid: String,
    token: String,
    timestamp: String,
    nonce: String,
    encrypt: String,
    msg_signature: String,
}

#[derive(Deserialize)]
struct NegativeSimple {
    id: String,
    encrypt: Option<String>,
    encoding_aes_key: Option<String>,
    msg_signature: Option<String>,
}

#[derive(Deserialize)]
struct MsgSignatureVector {
    token: String,
    timestamp: String,
    nonce: String,
    encrypt: String,
    msg_signature: String,
}

static VECTORS: LazyLock<Vectors> =
    LazyLock::new(|| serde_json::from_str(include_str!("../fixtures/vectors.json")).unwrap());

#[test]
fn signatures_match_the_manual_and_other_sdks() {
    assert_eq!(VECTORS.signature.len(), 6);
    for vector in &VECTORS.signature {
        let signature = sign(&Secret::new(&vector.token), [&vector.timestamp, &vector.nonce]);
        assert_eq!(signature, vector.signature, "{}", vector.id);
    }
}

#[test]
fn msg_signatures_match_the_manual_and_other_sdks() {
    for vector in &VECTORS.msg_signature_only {
        let signature =
            sign(&Secret::new(&vector.token), [&vector.timestamp, &vector.nonce, &vector.encrypt]);
        assert_eq!(signature, vector.msg_signature);
    }
    let mut checked = 0;
    for vector in VECTORS.aes.iter().chain(&VECTORS.edge) {
        let (Some(token), Some(timestamp), Some(nonce)) = (&vector.token, &vector.timestamp, &vector.nonce)
        else {
            continue;
        };
        let token = Secret::new(token);
        if let Some(expected) = &vector.msg_signature {
            assert_eq!(&sign(&token, [timestamp, nonce, &vector.encrypt]), expected, "{}", vector.id);
            checked += 1;
        }
        if let Some(expected) = &vector.signature {
            assert_eq!(&sign(&token, [timestamp, nonce]), expected, "{}", vector.id);
        }
    }
    assert_eq!(checked, 11);
}

#[test]
fn ciphertexts_of_the_manual_and_other_sdks_are_decrypted() {
    for vector in VECTORS.aes.iter().chain(&VECTORS.edge) {
        let opened = open(&key(&vector.encoding_aes_key), &app_id(&vector.appid), &vector.encrypt);
        assert_eq!(opened.as_deref(), Ok(vector.msg.as_str()), "{}", vector.id);
    }
}

#[test]
fn encryption_matches_the_manual_and_other_sdks() {
    for vector in VECTORS.aes.iter().chain(&VECTORS.edge) {
        let random = vector.random.as_bytes().try_into().unwrap();
        let sealed = seal(&key(&vector.encoding_aes_key), &app_id(&vector.appid), random, &vector.msg);
        assert_eq!(sealed, vector.encrypt, "{}", vector.id);
    }
}

#[test]
fn the_reason_for_a_failed_decryption_is_only_internal() {
    for vector in &VECTORS.negative {
        let expected = match vector.expect.as_str() {
            "bad padding" => Undecryptable::WrongPadding,
            "appid mismatch" => Undecryptable::AnotherAppId,
            "bad length" | "buffer too short" => Undecryptable::WrongLength,
            // It is read, with U+FFFD for what is not UTF-8.
            "not UTF-8" => {
                let opened = open(&key(&vector.encoding_aes_key), &app_id(&vector.appid), &vector.encrypt);
                assert!(opened.is_ok_and(|opened| opened.contains('\u{fffd}')), "{}", vector.id);
                continue;
            }
            other => panic!("{}: {other}", vector.id),
        };
        let opened = open(&key(&vector.encoding_aes_key), &app_id(&vector.appid), &vector.encrypt);
        assert_eq!(opened, Err(expected), "{}", vector.id);
    }
    for (id, expected) in [
        ("N11", Undecryptable::NotBase64),
        ("N12", Undecryptable::WrongSize),
        ("N13", Undecryptable::WrongSize),
    ] {
        let encrypt = simple(id).encrypt.as_deref().unwrap();
        let vector = &VECTORS.negative[0];
        let opened = open(&key(&vector.encoding_aes_key), &app_id(&vector.appid), encrypt);
        assert_eq!(opened, Err(expected), "{id}");
    }
}

#[test]
fn every_undecryptable_request_gets_the_same_error() {
    let mut messages = Vec::new();
    for vector in VECTORS.negative.iter().filter(|vector| vector.expect != "not UTF-8") {
        let config = config(&[
            ("WECHAT_TOKEN", &vector.token),
            ("WECHAT_APP_ID", &vector.appid),
            ("WECHAT_ENCODING_AES_KEY", &vector.encoding_aes_key),
        ]);
        let signature = sign(&Secret::new(&vector.token), [&vector.timestamp, &vector.nonce]);
        let query = format!(
            "signature={signature}&timestamp={}&nonce={}&encrypt_type=aes&msg_signature={}",
            vector.timestamp, vector.nonce, vector.msg_signature
        );
        let error = receive(account(&config), &query, &envelope(&vector.encrypt)).unwrap_err();
        assert!(matches!(error, Error::Undecryptable(_)), "{}: {error:?}", vector.id);
        let failure = mp_worker::error::Error::from(error).failure();
        messages.push((failure.status, failure.code, failure.message));
    }
    messages.dedup();
    assert_eq!(messages, [(400, "invalid_parameter", "the message cannot be decrypted".to_owned())]);
}

#[test]
fn an_invalid_msg_signature_is_rejected_before_decryption() {
    let genuine = VECTORS.aes.iter().find(|vector| vector.id == "V3").unwrap();
    for id in ["N9", "N10"] {
        let config = config(&[
            ("WECHAT_TOKEN", "AAAAA"),
            ("WECHAT_APP_ID", &genuine.appid),
            ("WECHAT_ENCODING_AES_KEY", &genuine.encoding_aes_key),
            ("WECHAT_SIGNATURE_MAX_AGE", "0"),
        ]);
        let query = format!(
            "signature={}&timestamp=1714112445&nonce=415670741&encrypt_type=aes&msg_signature={}",
            genuine.signature.as_deref().unwrap(),
            simple(id).msg_signature.as_deref().unwrap(),
        );
        let received = receive(account(&config), &query, &envelope(&genuine.encrypt));
        assert_eq!(received.unwrap_err(), Error::WrongSignature, "{id}");
    }
}

#[test]
fn an_invalid_encoding_aes_key_is_rejected() {
    for id in ["N14", "N15"] {
        assert!(EncodingAesKey::parse(simple(id).encoding_aes_key.as_deref().unwrap()).is_none(), "{id}");
    }
}

fn simple(id: &str) -> &'static NegativeSimple {
    VECTORS.negative_simple.iter().find(|vector| vector.id == id).unwrap()
}
