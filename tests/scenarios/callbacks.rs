//! Messages and events that WeChat posts to the callback URL: verification, decryption and replies.

use mp_worker::callback::cipher::{open, seal};
use mp_worker::callback::{Body, Content, Error, Message, parse_xml, sign};
use mp_worker::config::Config;
use mp_worker::inbox::Outcome;
use mp_worker::rules::{Decided, Decision};
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;

use crate::world::{
    AES_KEY, APP_ID, NONCE, NOW, PREVIOUS_AES_KEY, TOKEN, account, app_id, config, envelope, every_mode,
    every_mode_and, key, plain_query, receive, reply, sample, sealed, sealed_query,
};

fn text_of(message: &Message) -> &str {
    match &message.body {
        Body::User(user) => match &user.content {
            Content::Text(text) => &text.content,
            other => panic!("{other:?}"),
        },
        Body::Event(event) => panic!("{event:?}"),
    }
}

fn receive_error(config: &Config, query: &str, body: &str) -> Error {
    receive(account(config), query, body).expect_err("it is refused")
}

#[test]
fn plain_mode_needs_only_the_token() {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = plain_query(TOKEN, "1700000000");
    let body = sample("messages/text");
    let delivery = receive(account(&config), &query, &body).unwrap();
    assert_eq!(text_of(delivery.message()), "hello");
    assert_eq!(delivery.message().from_user_name, "oABCD1234567890abcdefghijklm");
}

#[test]
fn encrypt_type_raw_is_plain_mode() {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = format!("{}&encrypt_type=raw", plain_query(TOKEN, "1700000000"));
    assert!(receive(account(&config), &query, &sample("messages/text")).is_ok());
}

#[test]
fn secure_mode_is_decrypted() {
    let config = every_mode_and(&[]);
    let (query, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    let delivery = receive(account(&config), &query, &body).unwrap();
    assert_eq!(text_of(delivery.message()), "hello");
}

#[test]
fn secure_mode_does_not_read_an_unsigned_body() {
    let config = every_mode_and(&[]);
    let callback = account(&config).callback().unwrap();
    let (query, _) = sealed("guess", AES_KEY, &sample("messages/text"));
    assert_eq!(mp_worker::callback::admit(callback, &query, NOW).map(drop), Err(Error::WrongSignature));
    let (_, without) = query.split_once('&').unwrap();
    let missing = Error::MissingParameter("signature");
    assert_eq!(mp_worker::callback::admit(callback, without, NOW).map(drop), Err(missing));
}

#[test]
fn compatible_mode_trusts_only_the_encrypted_half() {
    let config = every_mode_and(&[]);
    let (query, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    let forged = sample("messages/text").replace("hello", "forged");
    let siblings = forged.trim().trim_start_matches("<xml>").trim_end_matches("</xml>");
    let body = body.replace("<xml>", &format!("<xml>{siblings}"));
    let delivery = receive(account(&config), &query, &body).unwrap();
    assert_eq!(text_of(delivery.message()), "hello");
}

#[test]
fn the_reply_uses_the_token_and_key_that_opened_the_request() {
    let more =
        [("WECHAT_PREVIOUS_TOKEN", "oldtoken"), ("WECHAT_PREVIOUS_ENCODING_AES_KEY", PREVIOUS_AES_KEY)];
    let config = every_mode_and(&more);
    for token in [TOKEN, "oldtoken"] {
        for aes_key in [AES_KEY, PREVIOUS_AES_KEY] {
            let (query, body) = sealed(token, aes_key, &sample("messages/text"));
            let delivery = receive(account(&config), &query, &body).unwrap();
            let reply = reply(r#"{"msgtype": "text", "text": {"content": "hi"}}"#);
            let answer = delivery.answer(Some(&reply), NOW, *b"fedcba9876543210").unwrap();

            let xml = parse_xml(&answer.body).unwrap();
            let text = |name: &str| xml.child(name).unwrap().text();
            let signature = sign(&Secret::new(token), [text("TimeStamp"), text("Nonce"), text("Encrypt")]);
            assert_eq!(text("MsgSignature"), signature);
            assert_eq!(text("TimeStamp"), "1700000000");
            assert_eq!(text("Nonce"), NONCE);
            let opened = open(&key(aes_key), &app_id(APP_ID), text("Encrypt")).unwrap();
            assert!(opened.contains("<Content><![CDATA[hi]]></Content>"), "{opened}");
        }
    }
}

#[test]
fn silence_is_the_plain_text_success_in_every_mode() {
    let config = every_mode_and(&[]);
    let (query, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    let secure = receive(account(&config), &query, &body).unwrap();
    let query = plain_query(TOKEN, "1700000000");
    let plain = receive(account(&config), &query, &sample("messages/text")).unwrap();
    for delivery in [secure, plain] {
        assert_eq!(delivery.answer(None, NOW, [0; 16]).unwrap().body, "success");
    }
}

#[test]
fn an_event_that_shows_no_reply_is_answered_with_silence() {
    let config = every_mode_and(&[]);
    let query = plain_query(TOKEN, "1700000000");
    for event in ["view", "unsubscribe", "location", "templatesendjobfinish", "some_future_event"] {
        let delivery_body = sample(&format!("events/{event}"));
        let delivery = receive(account(&config), &query, &delivery_body).unwrap();
        let reply = reply(r#"{"msgtype": "text", "text": {"content": "hi"}}"#);
        assert_eq!(delivery.answer(Some(&reply), NOW, [0; 16]).unwrap().body, "success", "{event}");
    }
}

#[test]
fn what_the_user_will_see_is_known_before_encryption() {
    let config = every_mode_and(&[]);
    let text = reply(r#"{"msgtype": "text", "text": {"content": "hi"}}"#);
    let agent = reply(r#"{"msgtype": "transfer_customer_service"}"#);
    for (name, reply, outcome) in [
        ("messages/text", &text, Outcome::Replied),
        ("messages/text", &agent, Outcome::Replied),
        ("events/click", &text, Outcome::Replied),
        ("events/click", &agent, Outcome::Failed),
        ("events/view", &text, Outcome::Silent),
        ("events/view", &agent, Outcome::Silent),
    ] {
        let (query, body) = sealed(TOKEN, AES_KEY, &sample(name));
        let delivery = receive(account(&config), &query, &body).unwrap();
        let shown = delivery.shown(Some(reply));
        let rule = Decided { position: 0, id: None, name: None };
        let decision = Decision { rules: vec![rule], ..Decision::default() };
        assert_eq!(Outcome::of(&shown, &decision), outcome, "{name}");
        match delivery.answer(Some(reply), NOW, [0; 16]) {
            Ok(answer) => assert_eq!(answer.body != "success", shown == Ok(Some(reply)), "{name}"),
            Err(invalid) => assert_eq!(shown, Err(invalid), "{name}"),
        }
        assert_eq!(delivery.shown(None), Ok(None));
    }
}

#[test]
fn an_account_with_a_key_rejects_plaintext_unless_the_operator_says_otherwise() {
    let with_key = [("WECHAT_TOKEN", TOKEN), ("WECHAT_APP_ID", APP_ID), ("WECHAT_ENCODING_AES_KEY", AES_KEY)];
    for config in [config(&with_key), every_mode_and(&[("WECHAT_REQUIRE_ENCRYPTION", "true")])] {
        let query = plain_query(TOKEN, "1700000000");
        for query in [query.clone(), format!("{query}&encrypt_type=raw"), format!("{query}&encrypt_type=")] {
            assert_eq!(receive_error(&config, &query, &sample("messages/text")), Error::EncryptionRequired);
        }
        let (query, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
        assert!(receive(account(&config), &query, &body).is_ok());
        let siblings = sample("messages/text").replace("<xml>", "").replace("</xml>", "");
        let compatible = body.replace("</xml>", &format!("{siblings}</xml>"));
        assert!(receive(account(&config), &query, &compatible).is_ok());
    }
    let query = plain_query(TOKEN, "1700000000");
    assert!(receive(account(&every_mode_and(&[])), &query, &sample("messages/text")).is_ok());
}

#[test]
fn an_old_encrypted_message_stays_old_if_its_timestamp_and_nonce_change_places() {
    let config = every_mode_and(&[]);
    let at = |create_time: &str, query: &str| {
        let xml = sample("messages/text").replace("1700000000", create_time);
        let encrypt = seal(&key(AES_KEY), &app_id(APP_ID), [7; 16], &xml);
        let (token, [old, new]) = (Secret::new(TOKEN), ["1600000000", "1700000000"]);
        let (signature, msg_signature) = (sign(&token, [old, new]), sign(&token, [old, new, &encrypt]));
        let query = format!("{query}&signature={signature}&encrypt_type=aes&msg_signature={msg_signature}");
        receive(account(&config), &query, &envelope(&encrypt)).map(drop)
    };
    assert_eq!(at("1600000000", "timestamp=1600000000&nonce=1700000000"), Err(Error::Stale(100_000_000)));
    assert_eq!(
        at("1600000000", "timestamp=1700000000&nonce=1600000000"),
        Err(Error::OldMessage(100_000_000))
    );
    assert_eq!(at("1699999325", "timestamp=1700000000&nonce=1600000000"), Ok(()));
    assert_eq!(at("1699999324", "timestamp=1700000000&nonce=1600000000"), Err(Error::OldMessage(676)));
}

#[test]
fn an_unsigned_request_is_not_told_that_encryption_is_required() {
    let config = every_mode_and(&[("WECHAT_REQUIRE_ENCRYPTION", "true")]);
    let query = plain_query("guess", "1700000000");
    assert_eq!(receive_error(&config, &query, ""), Error::WrongSignature);
}

#[test]
fn an_expired_signature_is_rejected() {
    let check = |max_age: &'static str, timestamp: &str, expected: Result<(), Error>| {
        let config = every_mode_and(&[("WECHAT_SIGNATURE_MAX_AGE", max_age)]);
        let query = plain_query(TOKEN, timestamp);
        let received = receive(account(&config), &query, &sample("messages/text")).map(drop);
        assert_eq!(received, expected, "{max_age} {timestamp}");
    };
    check("600", "1700000600", Ok(()));
    check("600", "1699999400", Ok(()));
    check("600", "1699999399", Err(Error::Stale(601)));
    check("600", "1700000601", Err(Error::Stale(601)));
    check("60", "1699999939", Err(Error::Stale(61)));
    check("0", "1", Ok(()));
    check("600", "soon", Err(Error::MalformedTimestamp));
    check("600", "-9223372036854775808", Err(Error::Stale(9_223_372_038_554_775_808)));
}

#[test]
fn the_default_window_is_ten_minutes_and_covers_encrypted_requests_too() {
    let config = every_mode_and(&[]);
    let (query, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    let account = account(&config);
    let at = |seconds| {
        let callback = account.callback().unwrap();
        mp_worker::callback::admit(callback, &query, Timestamp::from_seconds(seconds))
            .and_then(|admitted| admitted.open(body.as_bytes()))
            .map(drop)
    };
    assert_eq!(at(1_700_000_600), Ok(()));
    assert_eq!(at(1_700_000_601), Err(Error::Stale(601)));
}

#[test]
fn an_invalid_query_is_rejected_before_the_body_is_read() {
    let config = every_mode_and(&[]);
    let callback = account(&config).callback().unwrap();
    let check = |query: &str, error: Error| {
        assert_eq!(mp_worker::callback::admit(callback, query, NOW).map(drop), Err(error), "{query}");
    };
    let signed = plain_query(TOKEN, "1700000000");
    check("", Error::MissingParameter("timestamp"));
    check("timestamp=1700000000&nonce=1", Error::MissingParameter("signature"));
    check(&plain_query("guess", "1700000000"), Error::WrongSignature);
    check(&format!("{signed}&signature=1"), Error::RepeatedParameter("signature"));
    check(&format!("{signed}&encrypt_type=aes"), Error::MissingParameter("msg_signature"));
    check(&format!("{signed}&encrypt_type=des"), Error::UnknownEncryptType);
    check(&format!("{signed}&encrypt_type=raw&encrypt_type=aes"), Error::RepeatedParameter("encrypt_type"));
}

#[test]
fn an_encrypted_body_needs_its_own_signature() {
    let config = every_mode_and(&[]);
    let (_, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    let query = sealed_query(TOKEN, "another ciphertext");
    assert_eq!(receive_error(&config, &query, &body), Error::WrongSignature);
}

#[test]
fn an_encrypted_message_without_a_key_names_the_variable() {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let (query, body) = sealed(TOKEN, AES_KEY, &sample("messages/text"));
    match receive_error(&config, &query, &body) {
        Error::NoKey(problem) => assert_eq!(problem.variable(), "WECHAT_ENCODING_AES_KEY"),
        other => panic!("{other:?}"),
    }
    // A request that is not signed with the token is not told.
    let (query, body) = sealed("guess", AES_KEY, &sample("messages/text"));
    assert_eq!(receive_error(&config, &query, &body), Error::WrongSignature);
}

#[test]
fn the_recipient_must_be_the_configured_account() {
    let config = every_mode_and(&[("WECHAT_ORIGINAL_ID", "gh_ffffffffffff")]);
    let query = plain_query(TOKEN, "1700000000");
    assert_eq!(receive_error(&config, &query, &sample("messages/text")), Error::AnotherAccount);
}

#[test]
fn an_invalid_body_is_rejected_with_a_reason() {
    let config = config(&every_mode());
    let query = plain_query(TOKEN, "1700000000");
    let check = |body: &[u8], reason: &str| {
        let callback = account(&config).callback().unwrap();
        let admitted = mp_worker::callback::admit(callback, &query, NOW).unwrap();
        let error = admitted.open(body).expect_err(reason);
        let failure = mp_worker::error::Error::from(error).failure();
        assert!((400..500).contains(&failure.status), "{reason}");
        assert_eq!(failure.message, reason);
    };
    check(b"", "the body is not one <xml> element");
    check(b"hello", "the body is not well-formed XML");
    check(b"{\"MsgType\": \"text\"}", "the body is not well-formed XML");
    check(b"\xff", "the body is not well-formed XML");
    check(b"<!DOCTYPE xml [<!ENTITY a \"b\">]><xml>&a;</xml>", "the body declares a document type");
    check("<a>".repeat(17).as_bytes(), "the body nests elements deeper than 16 levels");
    check(&vec![b' '; 1024 * 1024 + 1], "the body has more than 1 MiB");
    check(b"<xml><MsgType>text</MsgType></xml>", "the element CreateTime is missing");
    check(
        b"<xml><ToUserName>a</ToUserName><FromUserName>b</FromUserName><CreateTime>now</CreateTime></xml>",
        "the element CreateTime cannot be read",
    );
    check(
        b"<xml><CreateTime>1</CreateTime><FromUserName>b</FromUserName></xml>",
        "the element ToUserName is missing",
    );
}

#[test]
fn an_encrypted_body_without_ciphertext_is_rejected() {
    let config = every_mode_and(&[]);
    let query = sealed_query(TOKEN, "");
    assert_eq!(receive_error(&config, &query, "<xml></xml>"), Error::MissingField("Encrypt"));
    assert!(matches!(receive_error(&config, &query, &envelope("")), Error::Undecryptable(_)));
}

#[test]
fn an_openid_in_the_query_is_ignored() {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = format!("{}&openid=oSOMEBODYELSE", plain_query(TOKEN, "1700000000"));
    let body = sample("messages/text");
    let delivery = receive(account(&config), &query, &body).unwrap();
    assert_eq!(delivery.message().from_user_name, "oABCD1234567890abcdefghijklm");
}
