//! The replies that users see.

use sandbox::account::Mode;
use sandbox::sample;
use sandbox::verdict::Verdict;

use crate::accounts::{OPENID, say, text_of};
use crate::machine::Machine;

tests![
    every_message_type_is_answered,
    every_event_is_accepted,
    every_reply_type_reaches_the_user,
    without_a_matching_rule_the_reply_is_silence,
    a_duplicate_message_gets_the_same_reply,
];

async fn every_message_type_is_answered() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Secure, "/callback");
    for name in sample::message_names() {
        let message = sample::message(name).expect("a sample");
        let outcome = platform.deliver(&platform.address(message, OPENID)).await;
        assert_eq!(text_of(&outcome.verdict), "收到", "{name}");
    }
}

async fn every_event_is_accepted() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Secure, "/callback");
    let names = sample::event_names();
    assert_eq!(names.len(), 80);
    for name in names {
        let event = sample::event(name).expect("a sample");
        let outcome = platform.deliver(&platform.address(event, OPENID)).await;
        assert_eq!(outcome.deliveries.len(), 1, "{name}");
        let expected = match name.split('-').next() {
            Some("subscribe") => "← text, encrypted\n  欢迎".to_owned(),
            Some("scan") => "← text, encrypted\n  扫码".to_owned(),
            Some("click") => {
                format!("← news, encrypted{}", "\n  [article] 标题 https://example.com/a".repeat(2))
            }
            _ => Verdict::Nothing.to_string(),
        };
        assert_eq!(outcome.verdict.to_string(), expected, "{name}");
    }
}

async fn every_reply_type_reaches_the_user() {
    let machine = Machine::with_accounts().await;
    let check = async |keyword: &str, expected: &str| {
        for mode in [Mode::Plain, Mode::Secure] {
            let sealed = if mode == Mode::Secure { ", encrypted" } else { "" };
            let outcome = say(&machine.platform(mode, "/callback"), keyword).await;
            assert_eq!(outcome.verdict.to_string(), expected.replace(" |", sealed), "{keyword}");
        }
    };
    check("text", "← text |\n  第一行\n  ]]> & <b> 😀").await;
    check("image", "← image |\n  [image M]").await;
    check("voice", "← voice |\n  [voice M]").await;
    check("video", "← video |\n  [video M]").await;
    check("music", "← music |\n  [music M]").await;
    check("news", "← news |\n  [article] 标题 https://example.com/a").await;
    check("agent", "← transfer_customer_service |\n  [handed to customer service]").await;
    check("ai", "← transfer_biz_ai_ivr |\n  [handed to the AI replies]").await;
    check("silence", &Verdict::Nothing.to_string()).await;
}

async fn without_a_matching_rule_the_reply_is_silence() {
    let machine = Machine::with_accounts().await;
    let outcome = say(&machine.platform(Mode::Plain, "/callback/silent"), "hello").await;
    assert_eq!(outcome.verdict, Verdict::Nothing);
}

async fn a_duplicate_message_gets_the_same_reply() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Secure, "/callback");
    let message = platform.address(sample::message("text").expect("a sample"), OPENID);
    for _ in 0..2 {
        let outcome = platform.deliver(&message).await;
        assert_eq!((outcome.deliveries.len(), text_of(&outcome.verdict)), (1, "收到".to_owned()));
    }
}
