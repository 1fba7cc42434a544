//! Decrypts arbitrary ciphertexts, which must not panic, and checks that encrypted texts decrypt to the original.

#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use mp_worker::callback::cipher::{open, seal};
use mp_worker::config::{AppId, EncodingAesKey};

static KEY: LazyLock<EncodingAesKey> =
    LazyLock::new(|| EncodingAesKey::parse("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key"));
static APP_ID: LazyLock<AppId> = LazyLock::new(|| AppId::parse("wx0123456789abcdef").expect("an AppID"));

fuzz_target!(|data: &[u8]| {
    let _ = open(&KEY, &APP_ID, &STANDARD.encode(data));
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = open(&KEY, &APP_ID, text);
        let sealed = seal(&KEY, &APP_ID, [7; 16], text);
        assert_eq!(open(&KEY, &APP_ID, &sealed).as_deref(), Ok(text));
    }
});
