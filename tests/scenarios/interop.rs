//! wechatpy and this worker decrypt each other's messages (see `tests/fixtures/wechatpy/generate.py`).

use std::fs;
use std::path::PathBuf;

use mp_worker::time::Timestamp;
use serde::Deserialize;

use crate::world::{
    AES_KEY, NOW, TOKEN, account, decode, every_mode_and, plain_query, receive, reply, sample, sealed,
};

#[derive(Deserialize)]
struct SealedByWechatpy {
    name: String,
    plaintext: String,
    body: String,
    msg_signature: String,
}

#[derive(Deserialize)]
struct OpenedByWechatpy {
    envelope: String,
    plaintext: String,
}

#[test]
fn messages_encrypted_by_wechatpy_are_decrypted() {
    let config = every_mode_and(&[]);
    let fixtures: Vec<SealedByWechatpy> = serde_json::from_str(&read("sealed-by-wechatpy.json")).unwrap();
    assert_eq!(fixtures.len(), 92);
    for fixture in fixtures {
        let query = format!(
            "{}&encrypt_type=aes&msg_signature={}",
            plain_query(TOKEN, &NOW.to_string()),
            fixture.msg_signature
        );
        let delivery = receive(account(&config), &query, &fixture.body).unwrap();
        assert_eq!(delivery.message(), &decode(&fixture.plaintext), "{}", fixture.name);
    }
}

#[test]
fn replies_encrypted_by_the_worker_are_decrypted_by_wechatpy() {
    let ours = seal_replies();
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        let envelopes: Vec<_> = ours.iter().map(|(envelope, _)| envelope).collect();
        fs::write(path("sealed-by-us.json"), serde_json::to_string_pretty(&envelopes).unwrap()).unwrap();
    }
    let opened: Vec<OpenedByWechatpy> = serde_json::from_str(&read("opened-by-wechatpy.json")).unwrap();
    let opened: Vec<_> = opened.into_iter().map(|fixture| (fixture.envelope, fixture.plaintext)).collect();
    assert_eq!(ours, opened);
}

/// An encrypted reply of each kind, and its plaintext.
fn seal_replies() -> Vec<(String, String)> {
    let replies = [
        r#"{"msgtype": "voice", "voice": {"media_id": "M"}}"#,
        r#"{"msgtype": "music", "music": {"thumb_media_id": "M", "musicurl": "https://example.com/a.mp3"}}"#,
        r#"{"msgtype": "news", "news": {"articles": [{"title": "标题", "description": "摘要",
            "url": "https://example.com/", "picurl": "https://example.com/a.jpg"}]}}"#,
        r#"{"msgtype": "transfer_biz_ai_ivr"}"#,
        r#"{"msgtype": "text", "text": {"content": "你好 😀\n]]> & <b>"}}"#,
        r#"{"msgtype": "image", "image": {"media_id": "M"}}"#,
        r#"{"msgtype": "video", "video": {"media_id": "M", "title": "标题"}}"#,
        r#"{"msgtype": "transfer_customer_service"}"#,
    ];
    let config = every_mode_and(&[]);
    let (secure_query, secure_body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    let signed = plain_query(TOKEN, &NOW.to_string());
    let plain_body = sample("messages/text");
    let at = Timestamp::from_seconds(1_700_000_001);
    replies
        .into_iter()
        .map(|json| {
            let reply = reply(json);
            let answer = |query: &str, body: &str| {
                let delivery = receive(account(&config), query, body).unwrap();
                delivery.answer(Some(&reply), at, *b"mp-worker-random").unwrap().body
            };
            (answer(&secure_query, &secure_body), answer(&signed, &plain_body))
        })
        .collect()
}

fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wechatpy").join(name)
}
