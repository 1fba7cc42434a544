//! Plain, compatible and secure mode, rotation, and several accounts.

use std::sync::Arc;

use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use sandbox::account::{Account, Mode};
use sandbox::sender::Sender;
use sandbox::verdict::Verdict;

use crate::world::{AES_KEY, OLD_AES_KEY, OLD_TOKEN, World, account, say, text_of};

pub(crate) async fn every_mode_is_answered_in_kind(world: Arc<World>) {
    for (mode, is_encrypted) in [(Mode::Plain, false), (Mode::Compatible, true), (Mode::Secure, true)] {
        let outcome = say(&world.platform(mode, "/callback"), "hello").await;
        assert_eq!(outcome.deliveries.len(), 1);
        match outcome.verdict {
            Verdict::Reply(shown) => assert_eq!(shown.is_encrypted, is_encrypted, "{mode:?}"),
            other => panic!("{mode:?}: {other}"),
        }
    }
}

pub(crate) async fn a_previous_token_and_key_are_answered_with_themselves(world: Arc<World>) {
    for token in ["newtoken", OLD_TOKEN] {
        for aes_key in [AES_KEY, OLD_AES_KEY] {
            // The sandbox opens the reply with the same pair, so another one would be the failure notice.
            let account = Account {
                token: Secret::new(token),
                encoding_aes_key: EncodingAesKey::parse(aes_key),
                ..account()
            };
            let platform = Sender::new(account, Mode::Secure, world.url("/callback/rotating")).unwrap();
            assert_eq!(text_of(&say(&platform, "hello").await.verdict), "轮换");
        }
    }
}

pub(crate) async fn two_accounts_have_their_own_keys_and_rules(world: Arc<World>) {
    let second = Account {
        app_id: AppId::parse("wxffffffffffffffff").unwrap(),
        original_id: "gh_ffffffffffff".to_owned(),
        token: Secret::new("secondtoken"),
        encoding_aes_key: EncodingAesKey::parse(OLD_AES_KEY),
        ..account()
    };
    let to_second = Sender::new(second.clone(), Mode::Secure, world.url("/callback/second")).unwrap();
    assert_eq!(text_of(&say(&to_second, "hello").await.verdict), "第二个");
    assert_eq!(text_of(&world.say("hello").await), "收到");

    // A message of one account at the door of the other is refused.
    let astray = Sender::new(second, Mode::Secure, world.url("/callback")).unwrap();
    assert_eq!(say(&astray, "hello").await.deliveries.first().unwrap().answer, Ok(403));
}

pub(crate) async fn an_account_can_demand_encryption(world: Arc<World>) {
    let plain = world.platform(Mode::Plain, "/callback/strict");
    assert_eq!(say(&plain, "hello").await.deliveries.first().unwrap().answer, Ok(403));
    let secure = world.platform(Mode::Secure, "/callback/strict");
    assert_eq!(text_of(&say(&secure, "hello").await.verdict), "安全");
}

pub(crate) async fn an_old_signature_is_refused(world: Arc<World>) {
    for mode in [Mode::Plain, Mode::Secure] {
        let platform = world.platform(mode, "/callback");
        let signed = platform.sign_text("<xml></xml>", "1700000000", "");
        let (status, body) = platform.post(&signed).await.unwrap();
        assert_eq!(status, 403, "{mode:?}");
        assert!(body.contains("seconds off our clock"), "{body}");
    }
}

pub(crate) async fn a_variable_that_is_no_text_still_counts(world: Arc<World>) {
    // The other worker's configuration says `WECHAT_REQUIRE_ENCRYPTION = true`, a TOML boolean.
    let response = world.client.get(world.unconfigured_url("/healthz")).send().await.unwrap();
    let body = response.text().await.unwrap();
    assert!(body.contains("WECHAT_ENCODING_AES_KEY is missing, and encryption needs it"), "{body}");
}

pub(crate) async fn a_refused_rules_document_is_silence_and_a_line_in_the_log(world: Arc<World>) {
    let platform = world.platform(Mode::Plain, "/callback/refused");
    assert_eq!(say(&platform, "hello").await.verdict, Verdict::Nothing);
    let log = world.log_that_says("the settings are refused: rules[0].reply.text.content is empty").await;
    assert!(log.contains(r#""account":"refused""#), "{log}");
}
