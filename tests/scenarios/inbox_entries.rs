//! The row that is stored for a message or an event, exactly once.

use mp_worker::inbox::{Entry, Outcome, TooLarge};
use serde_json::{Value, json};

use crate::database::{database, dump, store, store_with};
use crate::world::{NOW, entry, entry_by, event_from, message_xml, sample, text_from};

#[test]
fn a_message_is_kept_whole_under_wechats_names() {
    let entry = entry(&message_xml(
        "o1",
        NOW,
        "<MsgType> text </MsgType><Content><![CDATA[ 你好 😀 ]]></Content><MsgId>18446744073709551616</MsgId><New>x</New>",
    ));
    assert_eq!(
        (entry.record.msg_type.as_str(), entry.record.event, entry.record.event_key),
        ("text", None, None)
    );
    assert_eq!(entry.record.msg_id.as_deref(), Some("18446744073709551616"), "does not fit into 64 bits");
    let message: Value = serde_json::from_str(&entry.record.message).unwrap();
    assert_eq!((&message["Content"], &message["New"]), (&json!(" 你好 😀 "), &json!("x")));
}

#[test]
fn a_menu_event_keeps_its_key_and_its_menu() {
    let entry = entry(&message_xml(
        "o1",
        NOW,
        "<MsgType>event</MsgType><Event>VIEW</Event><EventKey>https://example.com/</EventKey><MenuId>42</MenuId>",
    ));
    assert_eq!((entry.record.msg_type.as_str(), entry.record.event.as_deref()), ("event", Some("view")));
    assert_eq!(entry.record.event_key.as_deref(), Some("https://example.com/"));
    assert_eq!((entry.menu_id.as_deref(), entry.record.msg_id), (Some("42"), None));
}

#[test]
fn every_delivery_of_a_message_has_the_same_id() {
    let id = |fields: &str| entry(&message_xml("o1", NOW, fields)).record.id;
    let message =
        |msg_id: &str| id(&format!("<MsgType>text</MsgType><Content>a</Content><MsgId>{msg_id}</MsgId>"));
    assert_eq!(message("7"), "7");
    let event = |fields: &str| id(&format!("<MsgType>event</MsgType>{fields}"));
    assert_eq!(event("<Event>CLICK</Event><EventKey>K</EventKey>"), "click:K");
    assert_eq!(event("<Event>click</Event><EventKey> K </EventKey>"), "click:K");
    assert_eq!(event("<Event>TEMPLATESENDJOBFINISH</Event><MsgID>9</MsgID>"), "templatesendjobfinish:9");

    let card = |code: &str| {
        event(&format!("<Event>user_get_card</Event><CardId>c</CardId><UserCardCode>{code}</UserCardCode>"))
    };
    assert_eq!(card("1"), card("1"));
    assert_ne!(card("1"), card("2"), "two cards given in one second are two events");
    assert_eq!(event("<Event>subscribe</Event>"), event("<Event>subscribe</Event><EventKey></EventKey>"));
    let untitled = |content: &str| id(&format!("<MsgType>text</MsgType><Content>{content}</Content>"));
    assert_eq!(untitled("a"), untitled("a"));
    assert_ne!(untitled("a"), untitled("b"), "a message without MsgId");
}

#[test]
fn the_openid_is_that_of_the_user_concerned() {
    let revoked = "<MsgType>event</MsgType><Event>user_authorization_revoke</Event><OpenID>o9</OpenID>";
    assert_eq!(entry(&message_xml("gh_platform", NOW, revoked)).record.openid, "o9");
    assert_eq!(event_from("o1", NOW, "subscribe", "").record.openid, "o1");
}

#[test]
fn entries_open_the_reply_window_for_their_time() {
    let opens = |fields: &str| entry(&message_xml("o1", NOW, fields)).opens;
    assert_eq!(opens("<MsgType>text</MsgType><Content>a</Content><MsgId>1</MsgId>"), Some(172_800));
    assert_eq!(opens("<MsgType>image</MsgType><MsgId>1</MsgId>"), Some(172_800));
    let tap = "<MsgType>text</MsgType><Content>a</Content><bizmsgmenuid>1</bizmsgmenuid><MsgId>1</MsgId>";
    assert_eq!(opens(tap), Some(60), "a tap on a menu message counts as a click on the menu");
    for event in ["subscribe", "SCAN", "CLICK", "scancode_push", "scancode_waitmsg"] {
        assert_eq!(event_from("o1", NOW, event, "k").opens, Some(60), "{event}");
    }
    for event in
        ["unsubscribe", "VIEW", "view_miniprogram", "LOCATION", "pic_weixin", "location_select", "news"]
    {
        assert_eq!(event_from("o1", NOW, event, "k").opens, None, "{event}");
    }
}

#[test]
fn the_reply_and_the_matching_rule_are_stored() {
    let rules = r#"{"version": 3, "rules": [
        {"when": {"keyword": {"exact": "a"}}, "reply": {"msgtype": "text", "text": {"content": "A"}}},
        {"name": "quiet", "when": {"default": {}}, "reply": {"msgtype": "silence"}}]}"#;
    let said = |text: &str| {
        let fields = format!("<MsgType>text</MsgType><Content>{text}</Content><MsgId>1</MsgId>");
        let entry = entry_by(rules, &message_xml("o1", NOW, &fields)).unwrap();
        (entry.outcome, entry.record.reply, entry.record.rule)
    };
    let reply = r#"{"msgtype":"text","text":{"content":"A"}}"#.to_owned();
    assert_eq!(said("a"), (Outcome::Replied, Some(reply), Some("rules[0]".to_owned())));
    assert_eq!(said("b"), (Outcome::Silent, None, Some("quiet".to_owned())));
    assert_eq!(event_from("o1", NOW, "CLICK", "k").outcome, Outcome::Unanswered);
}

#[test]
fn an_entry_too_large_for_a_row_is_rejected() {
    let content = |character: char, count: usize| {
        let content: String = std::iter::repeat_n(character, count).collect();
        message_xml(
            "o1",
            NOW,
            &format!("<MsgType>text</MsgType><Content><![CDATA[{content}]]></Content><MsgId>1</MsgId>"),
        )
    };
    let none = r#"{"version": 1, "rules": []}"#;
    assert!(entry_by(none, &content('a', 1_048_000)).is_ok());
    assert_eq!(
        entry_by(none, &content('"', 1_048_000)),
        Err(TooLarge),
        "each character takes two bytes in JSON"
    );
}

#[test]
fn an_entry_is_stored_once_and_a_duplicate_gets_the_first_reply() {
    let rules = |content: &str| {
        format!(
            r#"{{"version": 1, "rules": [{{"when": {{"default": {{}}}}, "reply": {{"msgtype": "text", "text": {{"content": "{content}"}}}}}}]}}"#
        )
    };
    let mut database = database();
    let body = message_xml("o1", NOW, "<MsgType>text</MsgType><Content>a</Content><MsgId>1</MsgId>");
    let first = entry_by(&rules("first"), &body).unwrap();
    let second = entry_by(&rules("second"), &body).unwrap();
    assert!(store(&mut database, &first));
    assert!(!store(&mut database, &second));
    let (is_new, stored) = store_with(&mut database, &second, &[]);
    assert!(!is_new);
    assert_eq!(stored.reply.as_deref(), Some(r#"{"msgtype":"text","text":{"content":"first"}}"#));
    assert_eq!(dump(&database, "inbox").len(), 1);
}

#[test]
fn a_difference_in_any_key_field_makes_another_entry() {
    let mut database = database();
    let mut others = vec![
        text_from("o1", NOW, 1),
        text_from("o2", NOW, 1),
        text_from("o1", NOW.plus(1), 1),
        text_from("o1", NOW, 2),
        event_from("o1", NOW, "CLICK", "a"),
        event_from("o1", NOW, "CLICK", "b"),
        event_from("o1", NOW, "VIEW", "a"),
    ];
    others.push(Entry { account: "shop".to_owned(), ..text_from("o1", NOW, 1) });
    assert!(others.iter().all(|entry| store(&mut database, entry)));
    assert!(!others.iter().any(|entry| store(&mut database, entry)));
}

#[test]
fn every_sample_can_be_stored() {
    let mut database = database();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/");
    let mut count = 0;
    for kind in ["messages", "events"] {
        for file in std::fs::read_dir(format!("{folder}{kind}")).unwrap() {
            let name = file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
            // Each sample gets its own account, because some share a MsgId.
            let entry = Entry { account: name.clone(), ..entry(&sample(&format!("{kind}/{name}"))) };
            assert!(store(&mut database, &entry), "{name}");
            let message: Value = serde_json::from_str(&entry.record.message).unwrap();
            assert!(message["MsgType"].is_string(), "{name}");
            count += 1;
        }
    }
    assert_eq!(dump(&database, "inbox").len(), count);
}

/// Deployed workers have this table: columns may only be added at the end.
#[test]
fn the_row_format_is_unchanged() {
    let mut database = database();
    assert!(store(&mut database, &text_from("o1", NOW, 7)));
    assert_eq!(
        dump(&database, "inbox"),
        [
            r#"default|o1|1700000000|7|7|text||||172800|1700000000|{"Content":"第 7 条","CreateTime":"1700000000","FromUserName":"o1","MsgId":"7","MsgType":"text","ToUserName":"gh_0a1b2c3d4e5f"}|||||unanswered||0|7"#
        ]
    );
}
