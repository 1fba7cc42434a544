//! Plain, compatible and secure mode, rotation, and several accounts.

use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use sandbox::account::{Account, Mode};
use sandbox::verdict::Verdict;

use crate::accounts::{AES_KEY, OLD_AES_KEY, OLD_TOKEN, account, say, text_of};
use crate::machine::Machine;

tests![
    every_mode_is_answered_in_the_same_mode,
    requests_with_the_previous_token_or_key_are_answered_with_it,
    two_accounts_have_their_own_keys_and_rules,
    an_account_with_a_key_requires_encryption,
    an_expired_signature_is_rejected,
    with_invalid_rules_the_reply_is_silence_and_the_error_is_logged,
];

async fn every_mode_is_answered_in_the_same_mode() {
    let machine = Machine::with_accounts().await;
    for (mode, is_encrypted) in [(Mode::Plain, false), (Mode::Compatible, true), (Mode::Secure, true)] {
        let outcome = say(&machine.platform(mode, "/callback"), "hello").await;
        assert_eq!(outcome.deliveries.len(), 1);
        match outcome.verdict {
            Verdict::Reply(shown) => assert_eq!(shown.is_encrypted, is_encrypted, "{mode:?}"),
            other => panic!("{mode:?}: {other}"),
        }
    }
}

async fn requests_with_the_previous_token_or_key_are_answered_with_it() {
    let machine = Machine::with_accounts().await;
    for token in ["newtoken", OLD_TOKEN] {
        for aes_key in [AES_KEY, OLD_AES_KEY] {
            // The sandbox decrypts the reply with the same token and key, and fails if the worker used others.
            let account = Account {
                token: Secret::new(token),
                encoding_aes_key: EncodingAesKey::parse(aes_key),
                ..account()
            };
            let platform = machine.platform_of(account, Mode::Secure, "/callback/rotating");
            assert_eq!(text_of(&say(&platform, "hello").await.verdict), "轮换");
        }
    }
}

async fn two_accounts_have_their_own_keys_and_rules() {
    let machine = Machine::with_accounts().await;
    let second = Account {
        app_id: AppId::parse("wxffffffffffffffff").unwrap(),
        original_id: "gh_ffffffffffff".to_owned(),
        token: Secret::new("secondtoken"),
        encoding_aes_key: EncodingAesKey::parse(OLD_AES_KEY),
        ..account()
    };
    let to_second = machine.platform_of(second.clone(), Mode::Secure, "/callback/second");
    assert_eq!(text_of(&say(&to_second, "hello").await.verdict), "第二个");
    assert_eq!(text_of(&say(&machine.platform(Mode::Secure, "/callback"), "hello").await.verdict), "收到");

    // A message to one account is rejected on the callback URL of the other.
    let astray = machine.platform_of(second, Mode::Secure, "/callback");
    assert_eq!(say(&astray, "hello").await.deliveries.first().unwrap().answer, Ok(403));
}

async fn an_account_with_a_key_requires_encryption() {
    let machine = Machine::with_accounts().await;
    let plain = machine.platform(Mode::Plain, "/callback/strict");
    assert_eq!(say(&plain, "hello").await.deliveries.first().unwrap().answer, Ok(403));
    let secure = machine.platform(Mode::Secure, "/callback/strict");
    assert_eq!(text_of(&say(&secure, "hello").await.verdict), "安全");
}

async fn an_expired_signature_is_rejected() {
    let machine = Machine::with_accounts().await;
    for mode in [Mode::Plain, Mode::Secure] {
        let platform = machine.platform(mode, "/callback");
        let signed = platform.sign_text("<xml></xml>", "1700000000", "");
        let (status, body) = platform.post(&signed).await.unwrap();
        assert_eq!(status, 403, "{mode:?}");
        assert!(body.contains("differs from the worker's clock by"), "{body}");
    }
}

async fn with_invalid_rules_the_reply_is_silence_and_the_error_is_logged() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Plain, "/callback/refused");
    assert_eq!(say(&platform, "hello").await.verdict, Verdict::Nothing);
    let line = machine.until_logged("settings_invalid", |line| line["account"] == "refused").await;
    assert_eq!(line["error"], "rules[0].reply.text.content is empty");
}
