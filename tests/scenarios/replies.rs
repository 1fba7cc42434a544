//! Every type of passive reply: its XML and its limits.

use mp_worker::callback::{Reply, Trigger, parse_xml};
use mp_worker::invalid::Invalid;

use crate::world::{answer, draft, reply, sample};

fn check(name: &str, json: &str) {
    let answer = answer(&reply(json));
    assert_eq!(answer.body, sample(&format!("replies/{name}")).trim_end(), "{name}");
    assert_eq!(answer.kind.content_type(), "application/xml; charset=utf-8");
    assert_eq!(answer.to_bytes().strip_prefix(&[2]), Some(answer.body.as_bytes()));
}

#[test]
fn every_reply_is_written_as_the_manual_writes_it() {
    check("text", r#"{"msgtype": "text", "text": {"content": "hi there"}}"#);
    check("text-whose-content-contains-cdata-end", r#"{"msgtype": "text", "text": {"content": "a]]>b"}}"#);
    check("image", r#"{"msgtype": "image", "image": {"media_id": "MEDIA_ID"}}"#);
    check("voice", r#"{"msgtype": "voice", "voice": {"media_id": "MEDIA_ID"}}"#);
    check(
        "video",
        r#"{"msgtype": "video", "video":
            {"media_id": "MEDIA_ID", "title": "A title", "description": "A description"}}"#,
    );
    check(
        "music",
        r#"{"msgtype": "music", "music": {
            "title": "A song", "description": "By someone",
            "musicurl": "https://example.com/a.mp3", "hqmusicurl": "https://example.com/a-hq.mp3",
            "thumb_media_id": "THUMB_MEDIA_ID"}}"#,
    );
    check("news", &news(1));
    check("transfer_customer_service", r#"{"msgtype": "transfer_customer_service"}"#);
    check(
        "transfer_customer_service-to-one-agent",
        r#"{"msgtype": "transfer_customer_service",
            "transfer_customer_service": {"kf_account": "agent1@myaccount"}}"#,
    );
    check("transfer_biz_ai_ivr", r#"{"msgtype": "transfer_biz_ai_ivr"}"#);
}

#[test]
fn silence_is_parsed_as_no_reply() {
    assert_eq!(draft(r#"{"msgtype": "silence"}"#).check(), Ok(None));
}

#[test]
fn characters_that_xml_forbids_are_removed() {
    let reply = Reply::text("a\u{0}b\u{8}c\u{b}d\u{1f}e\u{fffe}f\tg\nh\u{1f600}").unwrap();
    let body = answer(&reply).body;
    let xml = parse_xml(&body).unwrap();
    assert_eq!(xml.child("Content").unwrap().text(), "abcdef\tg\nh\u{1f600}");
}

#[test]
fn removing_a_character_does_not_end_the_cdata() {
    let body = answer(&Reply::text("a]]\u{0}>b<c]\u{1}]>").unwrap()).body;
    assert_eq!(parse_xml(&body).unwrap().child("Content").unwrap().text(), "a]]>b<c]]>");
}

#[test]
fn the_error_names_the_field_that_wechat_would_reject() {
    let check = |json: &str, field: &str, complaint: &str| {
        assert_eq!(draft(json).check(), Err(Invalid::new(field, complaint)), "{json}");
    };
    let text = |content: &str| format!(r#"{{"msgtype": "text", "text": {{"content": "{content}"}}}}"#);
    check(&text(""), "text.content", "is empty");
    check(&text(r" \n\t"), "text.content", "is empty");
    check(&text(r"\u0001\u0002"), "text.content", "is empty");
    check(&text(&"好".repeat(683)), "text.content", "has 2049 bytes; WeChat accepts 2048");
    check(r#"{"msgtype": "text"}"#, "text", "is missing");
    check(r#"{"msgtype": "image", "image": {"media_id": ""}}"#, "image.media_id", "is empty");
    check(r#"{"msgtype": "voice", "voice": {"media_id": " "}}"#, "voice.media_id", "is empty");
    check(r#"{"msgtype": "video", "video": {"media_id": ""}}"#, "video.media_id", "is empty");
    check(r#"{"msgtype": "music", "music": {"thumb_media_id": ""}}"#, "music.thumb_media_id", "is empty");
    check(
        r#"{"msgtype": "music", "music": {"thumb_media_id": "T", "musicurl": "a.mp3"}}"#,
        "music.musicurl",
        "must begin with http:// or https://",
    );
    check(&news(0), "news.articles", "must contain 1 to 8 articles");
    check(&news(9), "news.articles", "must contain 1 to 8 articles");
    check(
        &news(2).replace(
            r#""title":"A title","description":"A summary"}]"#,
            r#""title":"","description":"A summary"}]"#,
        ),
        "news.articles[1].title",
        "is empty",
    );
    check(
        r#"{"msgtype": "transfer_customer_service", "transfer_customer_service": {"kf_account": ""}}"#,
        "transfer_customer_service.kf_account",
        "is empty",
    );
}

#[test]
fn the_longest_text_is_accepted() {
    let longest = "好".repeat(682) + "ab";
    assert_eq!(longest.len(), 2048);
    let json = format!(r#"{{"msgtype": "text", "text": {{"content": "{longest}"}}}}"#);
    assert_eq!(draft(&json).check(), Ok(Some(Reply::text(longest).unwrap())));
}

#[test]
fn a_message_allows_one_article_and_an_event_up_to_eight() {
    assert_eq!(reply(&news(1)).check(Trigger::Message), Ok(()));
    assert_eq!(reply(&news(8)).check(Trigger::Event), Ok(()));
    assert_eq!(reply(&news(2)).check(Trigger::Message).unwrap_err().field, "news.articles");
}

#[test]
fn an_event_cannot_be_transferred() {
    for msgtype in ["transfer_customer_service", "transfer_biz_ai_ivr"] {
        let reply = reply(&format!(r#"{{"msgtype": "{msgtype}"}}"#));
        assert_eq!(reply.check(Trigger::Message), Ok(()));
        assert_eq!(reply.check(Trigger::Event).unwrap_err().field, "msgtype");
    }
}

fn news(articles: usize) -> String {
    let article = concat!(
        r#"{"picurl":"https://example.com/a.jpg","url":"https://example.com/a","#,
        r#""title":"A title","description":"A summary"}"#
    );
    let articles = vec![article; articles].join(",");
    format!(r#"{{"msgtype":"news","news":{{"articles":[{articles}]}}}}"#)
}
