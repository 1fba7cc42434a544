//! Receives arbitrary queries and bodies, unsigned, signed, or signed and encrypted. Each delivery must be rejected or
//! get a valid reply.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mp_worker::callback::cipher::seal;
use mp_worker::callback::{admit, parse_xml, sign};
use mp_worker::config::{AppId, Callback, Config, EncodingAesKey};
use mp_worker::settings::Settings;
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;

const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const APP_ID: &str = "wx0123456789abcdef";

static CONFIG: LazyLock<Config> = LazyLock::new(|| {
    Config::parse(|name| match name {
        "WECHAT_TOKEN" => Some("token".to_owned()),
        "WECHAT_APP_ID" => Some(APP_ID.to_owned()),
        "WECHAT_ENCODING_AES_KEY" => Some(KEY.to_owned()),
        "WECHAT_REQUIRE_ENCRYPTION" => Some("false".to_owned()),
        _ => None,
    })
});
static RULES: LazyLock<Settings> = LazyLock::new(|| {
    Settings::parse(include_str!("../../rules.example.json")).expect("the example is valid")
});

fuzz_target!(|input: (u8, &str, &str)| {
    let (mode, query, body) = input;
    let callback = CONFIG.account(None).expect("an account").callback().expect("callbacks are configured");
    match mode % 3 {
        0 => receive(callback, query, body),
        1 => receive(callback, &signed(query), body),
        _ => {
            let key = EncodingAesKey::parse(KEY).expect("a key");
            let encrypt = seal(&key, &AppId::parse(APP_ID).expect("an AppID"), [7; 16], body);
            let msg_signature = sign(&Secret::new("token"), ["1700000000", "1", &encrypt]);
            let query = format!("{}&encrypt_type=aes&msg_signature={msg_signature}", signed(query));
            receive(callback, &query, &format!("<xml><Encrypt>{encrypt}</Encrypt></xml>"));
        }
    }
});

fn signed(more: &str) -> String {
    let signature = sign(&Secret::new("token"), ["1700000000", "1"]);
    format!("signature={signature}&timestamp=1700000000&nonce=1&{more}")
}

fn receive(callback: &Callback, query: &str, body: &str) {
    let Ok(delivery) = admit(callback, query, NOW).and_then(|admitted| admitted.open(body.as_bytes())) else {
        return;
    };
    let decision = RULES.rules.decide(delivery.message(), || delivery.fields());
    let answer = delivery.answer(decision.reply(), NOW, [9; 16]).expect("the reply fits its trigger");
    assert!(answer.body == "success" || parse_xml(&answer.body).is_ok());
}
