//! Every documented type of user message.

use mp_worker::callback::{
    Body, Content, Decimal, File, Image, Link, Location, Message, MiniProgramPage, Text, UserMessage, Video,
    Voice,
};
use serde_json::{Value, json};

use crate::world::{decode, decode_whole, sample};

const OPENID: &str = "oABCD1234567890abcdefghijklm";

fn user_message(xml: &str) -> UserMessage {
    let message = decode(xml);
    assert_eq!(message.to_user_name, "gh_0a1b2c3d4e5f");
    assert_eq!(message.from_user_name, OPENID);
    assert_eq!(message.create_time.seconds(), 1_700_000_000);
    match message.body {
        Body::User(user) => user,
        Body::Event(event) => panic!("{event:?}"),
    }
}

fn check(name: &str, expected: &Content) {
    assert_eq!(&user_message(&sample(&format!("messages/{name}"))).content, expected, "{name}");
}

fn text(text: &str) -> String {
    text.to_owned()
}

#[test]
fn every_sample_has_its_type() {
    check("text", &Content::Text(Text { content: text("hello"), menu_item_id: None }));
    check(
        "text-from-a-tapped-msgmenu-item",
        &Content::Text(Text { content: text("Satisfied"), menu_item_id: Some(text("101")) }),
    );
    check(
        "image",
        &Content::Image(Image {
            pic_url: text("http://mmbiz.qpic.cn/mmbiz_jpg/example/0"),
            media_id: text("MEDIA_ID_IMAGE"),
        }),
    );
    check(
        "voice",
        &Content::Voice(Voice {
            media_id: text("MEDIA_ID_VOICE"),
            format: text("amr"),
            media_id_16k: Some(text("MEDIA_ID_VOICE_16K")),
            recognition: None,
        }),
    );
    check(
        "voice-with-recognition",
        &Content::Voice(Voice {
            media_id: text("MEDIA_ID_VOICE"),
            format: text("amr"),
            media_id_16k: None,
            recognition: Some(text("hello there")),
        }),
    );
    check(
        "video",
        &Content::Video(Video { media_id: text("MEDIA_ID_VIDEO"), thumb_media_id: text("THUMB_MEDIA_ID") }),
    );
    check(
        "shortvideo",
        &Content::ShortVideo(Video {
            media_id: text("MEDIA_ID_SHORT"),
            thumb_media_id: text("THUMB_MEDIA_ID"),
        }),
    );
    check(
        "location",
        &Content::Location(Location {
            latitude: Decimal::parse("31.230416"),
            longitude: Decimal::parse("121.473701"),
            scale: Some(16),
            label: text("People Square"),
        }),
    );
    check(
        "link",
        &Content::Link(Link {
            title: text("A title"),
            description: text("A description"),
            url: text("https://example.com/a?b=1&c=2"),
        }),
    );
    check(
        "file",
        &Content::File(File {
            title: text("report.pdf"),
            description: text(""),
            file_key: text("FILE_KEY"),
            file_md5: text("0cc175b9c0f1b6a831c399e269772661"),
            file_total_len: Some(1024),
        }),
    );
    check(
        "miniprogrampage",
        &Content::MiniProgramPage(MiniProgramPage {
            title: text("A page"),
            app_id: text("wx0123456789abcdef"),
            page_path: text("pages/index"),
            thumb_url: text("http://mmbiz.qpic.cn/example"),
            thumb_media_id: text("THUMB_MEDIA_ID"),
        }),
    );
}

#[test]
fn a_message_from_an_article_names_the_article() {
    let message = user_message(&sample("messages/text-from-an-article"));
    assert_eq!(message.msg_id, "24300000000000002");
    assert_eq!(message.msg_data_id.as_deref(), Some("2651200001"));
    assert_eq!(message.idx, Some(1));
}

#[test]
fn an_unknown_type_is_kept_whole() {
    let xml = sample("messages/text").replace("<![CDATA[text]]>", "<![CDATA[hologram]]>");
    match user_message(&xml).content {
        Content::Unknown(unknown) => {
            assert_eq!(unknown.name, "hologram");
            assert_eq!(
                unknown.fields,
                json!({
                    "ToUserName": "gh_0a1b2c3d4e5f",
                    "FromUserName": OPENID,
                    "CreateTime": "1700000000",
                    "MsgType": "hologram",
                    "Content": "hello",
                    "MsgId": "24300000000000001",
                })
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn content_keeps_its_whitespace_and_identifiers_are_trimmed() {
    let xml = sample("messages/text")
        .replace("<![CDATA[hello]]>", " \n<![CDATA[  hi \n]]> ")
        .replace("<![CDATA[text]]>", " <![CDATA[ text ]]> ");
    match user_message(&xml).content {
        Content::Text(text) => assert_eq!(text.content, "  hi \n"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn ids_over_64_bits_keep_every_digit() {
    let xml = sample("messages/text").replace("24300000000000001", "99999999999999999999999");
    assert_eq!(user_message(&xml).msg_id, "99999999999999999999999");
}

#[test]
fn a_message_without_the_fields_of_its_type_is_accepted() {
    let xml = sample("messages/location").replace("<Location_X>31.230416</Location_X>", "<Location_X/>");
    match user_message(&xml).content {
        Content::Location(location) => {
            assert_eq!(location.latitude, None);
            assert_eq!(location.longitude, Decimal::parse("121.473701"));
        }
        other => panic!("{other:?}"),
    }
}

/// A backend that is asked later gets the message that is made from the stored fields.
#[test]
fn the_stored_fields_of_every_sample_decode_to_the_same_message() {
    let mut count = 0;
    for kind in ["messages", "events"] {
        let folder = format!("{}/tests/fixtures/{kind}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let (message, fields) = decode_whole(&std::fs::read_to_string(&path).unwrap());
            let stored: Value = serde_json::from_str(&fields.to_string()).unwrap();
            assert_eq!(Message::from_fields(&stored), Ok(message), "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 80);
}
