//! The accounts of the worker under test, with their secrets and rules.

use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use sandbox::account::Account;
use sandbox::sample;
use sandbox::sender::{Outcome, Sender};
use sandbox::verdict::Verdict;
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "edgetoken";
pub(crate) const OLD_TOKEN: &str = "oldtoken";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const OLD_AES_KEY: &str = "mNnY5GekpChwqhy2c4NBH90g3hND6GeI4gii2YCvKLY";
pub(crate) const OPENID: &str = "oEDGE00000000000000000000user";
pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const ORIGINAL_ID: &str = "gh_0a1b2c3d4e5f";

pub(crate) const ROOT: &str = "edge-root-api-key-0123456789abcdef";
/// 32 bytes in Base64.
pub(crate) const SIGNING_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
pub(crate) const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const RELAY_SECRET: &str = "edge-relay-secret";

/// The default account, as configured in WeChat.
pub(crate) fn account() -> Account {
    Account {
        app_id: AppId::parse(APP_ID).expect("an AppID"),
        original_id: ORIGINAL_ID.to_owned(),
        token: Secret::new(TOKEN),
        app_secret: Secret::new(APP_SECRET),
        encoding_aes_key: EncodingAesKey::parse(AES_KEY),
        root_api_key: None,
    }
}

/// The value of `ACCOUNTS`.
pub(crate) fn others() -> Value {
    json!([
        { "name": "plain", "token": TOKEN },
        { "name": "strict", "token": TOKEN, "app_id": APP_ID, "encoding_aes_key": AES_KEY },
        { "name": "rotating", "token": "newtoken", "previous_token": OLD_TOKEN, "app_id": APP_ID,
          "encoding_aes_key": AES_KEY, "previous_encoding_aes_key": OLD_AES_KEY },
        { "name": "second", "token": "secondtoken", "app_id": "wxffffffffffffffff",
          "encoding_aes_key": OLD_AES_KEY, "original_id": "gh_ffffffffffff" },
        { "name": "silent", "token": TOKEN },
        { "name": "refused", "token": TOKEN },
        { "name": "broken", "token": TOKEN, "encoding_aes_key": "SECRET-VALUE" },
    ])
}

/// The rules of the accounts. The default account has a rule for each reply type, whose keyword is the
/// name of the type, and a default rule.
pub(crate) fn rules() -> [(&'static str, Value); 6] {
    let keyword =
        |name: &str, reply: Value| json!({ "when": { "keyword": { "exact": name } }, "reply": reply });
    let article = json!({
        "title": "标题", "description": "摘要", "url": "https://example.com/a", "picurl": "https://example.com/a.jpg"
    });
    let rules = json!({ "version": 1, "rules": [
        keyword("text", text("第一行\n]]> & <b> 😀")),
        keyword("image", json!({ "msgtype": "image", "image": { "media_id": "M" } })),
        keyword("voice", json!({ "msgtype": "voice", "voice": { "media_id": "M" } })),
        keyword("video", json!({ "msgtype": "video", "video": { "media_id": "M", "title": "T" } })),
        keyword("music", json!({ "msgtype": "music", "music": { "thumb_media_id": "M" } })),
        keyword("news", json!({ "msgtype": "news", "news": { "articles": [article] } })),
        keyword("agent", json!({ "msgtype": "transfer_customer_service" })),
        keyword("ai", json!({ "msgtype": "transfer_biz_ai_ivr" })),
        keyword("silence", json!({ "msgtype": "silence" })),
        { "when": { "follow": {} }, "reply": text("欢迎") },
        { "when": { "click": { "key": "KEY_HELP" } }, "reply": { "msgtype": "news", "news": { "articles": [article, article] } } },
        { "when": { "scan": {} }, "reply": text("扫码") },
        default_rule("收到"),
    ] });
    [
        ("default", rules),
        ("plain", always("明文")),
        ("strict", always("安全")),
        ("rotating", always("轮换")),
        ("refused", always("")),
        ("second", always("第二个")),
    ]
}

/// Rules that answer every message with this text.
pub(crate) fn always(content: &str) -> Value {
    json!({ "version": 1, "rules": [default_rule(content)] })
}

fn default_rule(content: &str) -> Value {
    json!({ "when": { "default": {} }, "reply": text(content) })
}

fn text(content: &str) -> Value {
    json!({ "msgtype": "text", "text": { "content": content } })
}

/// Delivers a text message as WeChat does, up to three times.
pub(crate) async fn say(platform: &Sender, text: &str) -> Outcome {
    let message = sample::message("text").expect("a sample").with("Content", text);
    platform.deliver(&platform.address(message, OPENID)).await
}

/// The lines of a text reply.
pub(crate) fn text_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Reply(shown) => {
            assert_eq!(shown.msg_type, "text");
            shown.lines.join("\n")
        }
        other => panic!("{other}"),
    }
}
