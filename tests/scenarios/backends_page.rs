//! `docs/backends.md` in both languages: the example is the file that `make interop` runs, and the request is the one
//! that the worker makes.

use std::fs;
use std::slice;

use mp_worker::backends::{About, Ask, Caller, Mode, WebhookDraft};
use mp_worker::mac::SigningKeys;
use mp_worker::outgoing::Outgoing;
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;
use serde_json::{Value, json};

const PAGES: [&str; 2] = ["docs/backends.md", "docs/backends.zh-CN.md"];
/// The values behind the request that the pages show.
const SIGNING_KEY: &[u8; 32] = b"the signing key of docs/backends";
const ACCOUNT: &str = "default";
const WEBHOOK: &str = "w_811ae4dbe3f98ef3";
const DELIVERY: &str = "msg_4a4e085f4dacc3aea05be523ae8819b4814b01e7";
const NOW: Timestamp = Timestamp::from_seconds(1_795_362_817);

fn pages() -> [String; 2] {
    PAGES.map(|page| fs::read_to_string(page).unwrap())
}

fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let opening = format!("\n```{language}\n");
    let behind = page.split(&opening).skip(1);
    behind.map(|rest| rest.split_once("```").unwrap().0).collect()
}

fn about() -> About {
    About {
        openid: "oSANDBOX0000000000000000user".to_owned(),
        received_at: NOW,
        message: json!({
            "ToUserName": "gh_0a1b2c3d4e5f", "FromUserName": "oSANDBOX0000000000000000user",
            "CreateTime": "1795362817", "MsgType": "text", "Content": "你好", "MsgId": "6946596177018093856",
        }),
        outcome: "replied".to_owned(),
        rule: Some("anything else".to_owned()),
        reply: Some(json!({
            "msgtype": "text", "text": { "content": "您好！您的消息已收到。\n回复“帮助”，看看我能做什么。" },
        })),
        handover: None,
    }
}

/// The request as the worker makes it, and the secret that signs it.
fn made() -> (Outgoing, Secret) {
    let draft = json!({ "id": WEBHOOK, "url": "http://127.0.0.1:13999/ok", "mode": "notify" });
    let draft: WebhookDraft = serde_json::from_value(draft).unwrap();
    let webhook = draft.check().unwrap();
    let keys = SigningKeys::new(SIGNING_KEY, None);
    let caller = Caller { account: ACCOUNT, keys: &keys, allow_private: true };
    let ask = Ask { id: DELIVERY, mode: Mode::Tell, redelivery: false, about: &about() };
    let made = webhook.request(&ask, &caller, NOW).unwrap();
    (made, webhook.signer(&caller).secret())
}

#[test]
fn the_example_on_a_page_is_the_one_that_make_interop_runs() {
    let example = fs::read_to_string("docs/backends/node.mjs").unwrap();
    for page in pages() {
        assert_eq!(blocks(&page, "js"), [example.as_str()]);
    }
}

#[test]
fn the_request_on_a_page_is_the_one_the_worker_makes() {
    let (Outgoing { body, headers, .. }, secret) = made();
    let body_length = ("Content-Length", body.len().to_string());
    let body: Value = serde_json::from_str(&body).unwrap();
    for page in pages() {
        assert!(page.contains(&format!("`{}`", secret.expose())), "the secret");
        let head = blocks(&page, "http").concat();
        for (name, value) in headers.iter().chain([&body_length]) {
            assert!(head.contains(&format!("{name}: {value}\n")), "{name}: {value}");
        }
        let shown: Vec<Value> = blocks(&page, "json")
            .into_iter()
            .map(|block| serde_json::from_str(block).unwrap())
            .filter(|shown: &Value| shown["type"] == "message.received")
            .collect();
        assert_eq!(shown, slice::from_ref(&body));
    }
}
