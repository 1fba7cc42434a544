//! The JS-SDK signature, checked against the manual and other SDKs.

use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;
use mp_worker::wechat::jssdk::sign;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    jssdk: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    id: String,
    jsapi_ticket: String,
    noncestr: String,
    timestamp: String,
    url: String,
    signature: String,
}

#[test]
fn signatures_match_the_manual_and_other_sdks() {
    let vectors: Vectors = serde_json::from_str(include_str!("../fixtures/vectors.json")).unwrap();
    assert_eq!(vectors.jssdk.len(), 5);
    for vector in vectors.jssdk {
        let timestamp = Timestamp::parse(&vector.timestamp).unwrap();
        let signature = sign(&Secret::new(&vector.jsapi_ticket), &vector.noncestr, timestamp, &vector.url);
        assert_eq!(signature, vector.signature, "{}", vector.id);
    }
}

#[test]
fn only_the_url_before_the_first_hash_is_signed() {
    let sign = |url: &str| sign(&Secret::new("ticket"), "nonce", Timestamp::from_seconds(1), url);
    assert_eq!(sign("https://example.com/a?b#c"), sign("https://example.com/a?b"));
    assert_eq!(sign("https://example.com/a?b#"), sign("https://example.com/a?b"));
    assert_eq!(sign("https://example.com/a?b#/route#x"), sign("https://example.com/a?b"));
    assert_ne!(sign("https://example.com/a?b"), sign("https://example.com/a"));
}
