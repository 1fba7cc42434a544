//! Customer-service messages, their time windows, and the typing state.

use std::time::Duration;

use sandbox::api::Trigger;
use sandbox::api::world::{AGENT, FOLLOWERS, MINI_PROGRAM, UNFOLLOWED};
use serde_json::{Value, json};

use crate::{Wechat, errcode};

const USER: &str = FOLLOWERS[0];

fn message(msgtype: &str, content: &Value) -> Value {
    json!({ "touser": USER, "msgtype": msgtype, msgtype: content })
}

async fn send(wechat: &Wechat, message: Value) -> i64 {
    errcode(&wechat.post("/cgi-bin/message/custom/send", message).await)
}

async fn say(wechat: &Wechat, text: &str) -> i64 {
    send(wechat, message("text", &json!({ "content": text }))).await
}

async fn typing(wechat: &Wechat, command: &str) -> i64 {
    let body = json!({ "touser": USER, "command": command });
    errcode(&wechat.post("/cgi-bin/message/custom/typing", body).await)
}

#[tokio::test]
async fn every_message_type_reaches_a_user_who_sent_a_message() {
    let wechat = Wechat::start().await;
    for (msgtype, content) in [
        ("text", json!({ "content": "你好" })),
        ("image", json!({ "media_id": "M" })),
        ("voice", json!({ "media_id": "M" })),
        ("video", json!({ "media_id": "M", "thumb_media_id": "T" })),
        ("music", json!({ "musicurl": "http://a", "hqmusicurl": "http://b", "thumb_media_id": "T" })),
        ("news", json!({ "articles": [{ "title": "标题", "url": "http://a" }] })),
        ("mpnews", json!({ "media_id": "M" })),
        ("mpnewsarticle", json!({ "article_id": "A" })),
        ("msgmenu", json!({ "head_content": "满意吗？", "list": [{ "id": "1", "content": "满意" }] })),
        ("wxcard", json!({ "card_id": "C" })),
        ("miniprogrampage", json!({ "appid": MINI_PROGRAM, "pagepath": "p", "thumb_media_id": "T" })),
        ("link", json!({ "title": "标题", "url": "http://a" })),
    ] {
        wechat.platform.user_spoke(USER);
        assert_eq!(send(&wechat, message(msgtype, &content)).await, 0, "{msgtype}");
    }
    assert_eq!(wechat.platform.inbox(USER).len(), 12);
}

#[tokio::test]
async fn missing_or_oversized_content_is_rejected() {
    let wechat = Wechat::start().await;
    wechat.platform.user_spoke(USER);
    assert_eq!(say(&wechat, "").await, 44004);
    assert_eq!(say(&wechat, &"x".repeat(2049)).await, 45002);
    let bad = async |msgtype: &str, content: Value| send(&wechat, message(msgtype, &content)).await;
    assert_eq!(bad("telegram", json!({})).await, 40008);
    assert_eq!(bad("image", json!({})).await, 41006);
    assert_eq!(bad("news", json!({ "articles": [] })).await, 44003);
    assert_eq!(bad("news", json!({ "articles": [{ "title": "一" }, { "title": "二" }] })).await, 45008);
    assert_eq!(bad("msgmenu", json!({ "list": [] })).await, 45098);
    assert_eq!(bad("msgmenu", json!({ "list": [{ "id": "1", "content": "" }] })).await, 45099);
    assert_eq!(bad("miniprogrampage", json!({ "appid": "wx0" })).await, 40166);
    assert_eq!(wechat.platform.inbox(USER), Vec::<Value>::new());
}

#[tokio::test]
async fn messages_only_reach_followers() {
    let wechat = Wechat::start().await;
    let to = async |openid: &str| {
        wechat.platform.user_spoke(openid);
        let body = json!({ "touser": openid, "msgtype": "text", "text": { "content": "你好" } });
        send(&wechat, body).await
    };
    assert_eq!(to("oNOBODY").await, 40003);
    assert_eq!(to(UNFOLLOWED).await, 45015);
    wechat.post("/cgi-bin/tags/members/batchblacklist", json!({ "openid_list": [USER] })).await;
    assert_eq!(to(USER).await, 43019);
}

#[tokio::test]
async fn a_message_allows_five_messages_in_48_hours() {
    let mut wechat = Wechat::start().await;
    assert_eq!(say(&wechat, "太早").await, 45015);
    wechat.platform.user_spoke(USER);
    for _ in 0..5 {
        assert_eq!(say(&wechat, "你好").await, 0);
    }
    assert_eq!(say(&wechat, "太多").await, 45047);
    wechat.platform.user_spoke(USER);
    assert_eq!(say(&wechat, "又来了").await, 0);
    wechat.platform.advance(Duration::from_hours(48));
    wechat.renew_token().await;
    assert_eq!(say(&wechat, "太晚").await, 45015);
}

#[tokio::test]
async fn a_tap_a_scan_or_a_follow_allows_three_messages_in_a_minute() {
    for trigger in [Trigger::Menu, Trigger::Follow, Trigger::Scan] {
        let wechat = Wechat::start().await;
        wechat.platform.user_acted(USER, trigger);
        for _ in 0..3 {
            assert_eq!(say(&wechat, "你好").await, 0);
        }
        assert_eq!(say(&wechat, "太多").await, 45047);
        wechat.platform.advance(Duration::from_mins(1));
        assert_eq!(say(&wechat, "太晚").await, 45015);
    }
}

#[tokio::test]
async fn unknown_agents_are_rejected() {
    let wechat = Wechat::start().await;
    wechat.platform.user_spoke(USER);
    let speak = async |agent: &str| {
        let mut body = message("text", &json!({ "content": "你好" }));
        body["customservice"] = json!({ "kf_account": agent });
        send(&wechat, body).await
    };
    assert_eq!(speak(AGENT).await, 0);
    assert_eq!(speak("nobody@x").await, 65401);
}

#[tokio::test]
async fn typing_is_allowed_shortly_after_a_message() {
    let wechat = Wechat::start().await;
    assert_eq!(typing(&wechat, "Typing").await, 45080);
    wechat.platform.user_spoke(USER);
    assert_eq!(typing(&wechat, "Dancing").await, 45072);
    assert_eq!(typing(&wechat, "Typing").await, 0);
    assert_eq!(typing(&wechat, "Typing").await, 45081);
    assert_eq!(typing(&wechat, "CancelTyping").await, 0);
    assert_eq!(typing(&wechat, "Typing").await, 0);
    wechat.platform.advance(Duration::from_secs(31));
    assert_eq!(typing(&wechat, "Typing").await, 45080);
}
