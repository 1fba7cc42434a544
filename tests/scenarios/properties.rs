//! Properties that hold for any input.

use mp_worker::callback::cipher::{open, seal};
use mp_worker::callback::{Message, parse_xml, verify_server_address};
use mp_worker::route::Route;
use mp_worker::url::path_and_query;
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::{prop_assert, prop_assert_eq};

use serde_json::Value;

use crate::world::{
    AES_KEY, APP_ID, NOW, PREVIOUS_AES_KEY, TOKEN, account, app_id, config, decode, envelope, every_mode_and,
    key, parse_rules, plain_query, receive, reply, sample, sealed_query,
};

/// Text that resembles XML enough to be parsed beyond the first byte.
const XMLISH: &str = r"(<xml>|</xml>|<A>|</A>|<A/>|<!\[CDATA\[|\]\]>|&amp;|&#[0-9]{1,7};|<!--|-->|<\?x \?>|[a-z你 ]{0,4}){0,24}";

/// Fragments of rules, in any order.
const RULEISH: &str = r#"("name": ("[a-z]{0,3}"|1|null)|, |"when": (\{"default": \{\}\}|\{"keyword": \{"exact": ("x"|\[\]|1)\}\}|"follow"|\{\})|"reply": (\{"msgtype": "(text|image|silence|x)"\}|\{"msgtype": "text", "text": \{"content": "x?"\}\}|null)){1,5}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_encrypted_message_is_decrypted(message in any::<String>(), random in any::<[u8; 16]>()) {
        let sealed = seal(&key(AES_KEY), &app_id(APP_ID), random, &message);
        prop_assert_eq!(open(&key(AES_KEY), &app_id(APP_ID), &sealed), Ok(message));
    }

    #[test]
    fn a_message_for_another_key_or_account_is_not_decrypted(message in any::<String>(), random in any::<[u8; 16]>()) {
        let by_another_key = seal(&key(PREVIOUS_AES_KEY), &app_id(APP_ID), random, &message);
        let for_another_account = seal(&key(AES_KEY), &app_id("wxffffffffffffffff"), random, &message);
        prop_assert!(open(&key(AES_KEY), &app_id(APP_ID), &by_another_key).is_err());
        prop_assert!(open(&key(AES_KEY), &app_id(APP_ID), &for_another_account).is_err());
    }

    #[test]
    fn no_text_makes_the_xml_reader_panic(text in any::<String>()) {
        let _ = parse_xml(&text);
    }

    #[test]
    fn no_xml_makes_the_xml_reader_panic(text in XMLISH) {
        if let Ok(element) = parse_xml(&text) {
            let _ = element.to_json();
        }
    }

    #[test]
    fn no_ciphertext_makes_the_envelope_panic(encrypt in "[A-Za-z0-9+/]{0,128}={0,2}", other in any::<String>()) {
        let _ = open(&key(AES_KEY), &app_id(APP_ID), &encrypt);
        let _ = open(&key(AES_KEY), &app_id(APP_ID), &other);
    }

    #[test]
    fn no_query_makes_the_query_parser_panic(query in any::<String>()) {
        let config = config(&[("WECHAT_TOKEN", TOKEN)]);
        let account = account(&config);
        prop_assert!(verify_server_address(account.tokens().unwrap(), &query).is_err());
        prop_assert!(receive(account, &query, "").is_err());
    }

    #[test]
    fn no_body_makes_a_signed_callback_panic(body in any::<Vec<u8>>(), xml in XMLISH) {
        let config = config(&[("WECHAT_TOKEN", TOKEN)]);
        let query = plain_query(TOKEN, &NOW.to_string());
        let callback = account(&config).callback().unwrap();
        let admitted = mp_worker::callback::admit(callback, &query, NOW).unwrap();
        let _ = admitted.open(&body);
        let _ = receive(account(&config), &query, &xml);
    }

    #[test]
    fn no_plaintext_makes_a_sealed_callback_panic(plaintext in XMLISH) {
        let config = every_mode_and(&[]);
        let encrypt = seal(&key(AES_KEY), &app_id(APP_ID), [7; 16], &plaintext);
        let _ = receive(account(&config), &sealed_query(TOKEN, &encrypt), &envelope(&encrypt));
    }

    #[test]
    fn the_stored_fields_decode_to_the_same_message(extra in XMLISH, msg_type in "text|image|event|location|new") {
        let body = sample("events/pic_weixin")
            .replace("[event]", &format!("[{msg_type}]"))
            .replace("</xml>", &format!("<Extra>{extra}</Extra></xml>"));
        let config = config(&[("WECHAT_TOKEN", TOKEN)]);
        let query = plain_query(TOKEN, &NOW.to_string());
        if let Ok(delivery) = receive(account(&config), &query, &body) {
            let stored: Value = serde_json::from_str(&delivery.fields().to_string()).unwrap();
            prop_assert_eq!(&stored, delivery.fields());
            prop_assert_eq!(&Message::from_fields(&stored).unwrap(), delivery.message());
        }
    }

    #[test]
    fn no_url_makes_the_router_panic(url in any::<String>(), method in any::<String>()) {
        let (path, _) = path_and_query(&url);
        let _ = Route::parse(&method, path);
    }

    #[test]
    fn no_document_makes_the_rules_panic(rule in RULEISH, version in any::<i64>()) {
        let document = format!(r#"{{"version": {version}, "rules": [{{{rule}}}]}}"#);
        if let Ok(rules) = parse_rules(&document) {
            let _ = rules.decide(&decode(&sample("messages/text")), || &Value::Null);
        }
    }

    #[test]
    fn any_content_survives_except_characters_that_xml_forbids(content in prop::collection::vec(any::<char>(), 1..200)) {
        let content: String = content.into_iter().collect();
        let json = serde_json::json!({ "msgtype": "text", "text": { "content": format!("x{content}") } });
        let config = config(&[("WECHAT_TOKEN", TOKEN)]);
        let query = plain_query(TOKEN, &NOW.to_string());
        let body = sample("messages/text");
        let delivery = receive(account(&config), &query, &body).unwrap();
        let answer = delivery.answer(Some(&reply(&json.to_string())), NOW, [0; 16]).unwrap();
        let xml = parse_xml(&answer.body).unwrap();

        let forbidden = |c: char| matches!(c as u32, 0..=8 | 0xb | 0xc | 0xe..=0x1f | 0xfffe | 0xffff);
        let allowed: String = format!("x{content}").chars().filter(|c| !forbidden(*c)).collect();
        let expected = allowed.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(xml.child("Content").unwrap().text(), expected);
    }
}
