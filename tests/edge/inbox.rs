//! The inbox: queries of operators and their programs about received messages and users.

use std::time::Duration;

use sandbox::account::Mode;
use sandbox::api::world::{FOLLOWERS, UNFOLLOWED};
use sandbox::api::{Fault, Trigger};
use sandbox::document::Document;
use sandbox::sample;
use sandbox::sender::{Signed, now_in_seconds};
use serde_json::{Value, json};

use crate::accounts::{ROOT, text_of};
use crate::faults::{INSERT, order};
use crate::machine::{Machine, Setup};

tests![
    a_message_is_found_with_its_outcome_and_reply,
    the_inbox_is_listed_in_pages,
    the_timeline_contains_both_directions,
    the_follow_time_comes_from_wechat_or_from_the_event,
    events_are_counted_by_button_and_messages_by_day,
    a_closed_reply_window_is_reported_without_calling_wechat,
    wechat_decides_if_what_opened_the_window_may_not_be_stored,
    all_followers_are_synchronised_in_the_background,
    those_who_left_unnoticed_are_no_longer_listed_after_a_synchronisation,
    a_user_can_be_erased,
    extreme_values_are_stored_unchanged_or_rejected,
];

async fn refused(machine: &Machine, path: &str, body: Value) -> (u16, String) {
    let (status, error) = machine.refused(path, body).await;
    (status, error["code"].as_str().unwrap_or_default().to_owned())
}

/// The response to a call, of which `holds` is true at once: what is stored is visible to every query.
async fn once(machine: &Machine, path: &str, body: Value, holds: impl Fn(&Value) -> bool) -> Value {
    let answer = machine.ok(path, body.clone()).await;
    assert!(holds(&answer), "{path} {body}: {answer}");
    answer
}

fn now() -> i64 {
    now_in_seconds().parse().expect("a number")
}

/// A text of `openid`, sent `seconds` ago.
fn said(machine: &Machine, openid: &str, content: &str, seconds: i64) -> Document {
    let platform = machine.platform(Mode::Secure, "/callback");
    let text = sample::message("text").expect("a sample").with("Content", content);
    platform.address(text, openid).with_number("CreateTime", &(now() - seconds).to_string())
}

fn happened(machine: &Machine, openid: &str, event: &str, key: &str, seconds: i64) -> Document {
    let platform = machine.platform(Mode::Secure, "/callback");
    let event = sample::event(event).expect("a sample").with("EventKey", key);
    platform.address(event, openid).with_number("CreateTime", &(now() - seconds).to_string())
}

async fn deliver(machine: &Machine, message: &Document) -> sandbox::verdict::Verdict {
    machine.platform(Mode::Secure, "/callback").deliver(message).await.verdict
}

async fn a_message_is_found_with_its_outcome_and_reply() {
    let machine = Machine::with_accounts().await;
    let openid = "oINBOX-found";
    let message = said(&machine, openid, "text", 0);
    let msg_id = message.text("MsgId").expect("an id").to_owned();
    assert!(text_of(&deliver(&machine, &message).await).contains("第一行"));

    let found = once(&machine, "message/get", json!({ "msg_id": msg_id }), |it| it["msg_id"] == msg_id).await;
    assert_eq!((&found["openid"], &found["type"]), (&json!(openid), &json!("text")));
    assert_eq!(found["create_time"].to_string(), message.text("CreateTime").expect("a time"));
    assert_eq!((&found["message"]["Content"], &found["message"]["MsgId"]), (&json!("text"), &json!(msg_id)));
    assert_eq!((&found["outcome"], &found["rule"]), (&json!("replied"), &json!("rules[0]")));
    assert_eq!(found["reply"]["text"]["content"], "第一行\n]]> & <b> 😀");
    assert!(found["decided_ms"].as_i64().is_some_and(|took| (0..5000).contains(&took)), "{found}");

    assert!(
        text_of(&deliver(&machine, &message).await).contains("第一行"),
        "a duplicate delivery gets the same reply"
    );
    let list = machine.ok("message/list", json!({ "openid": openid })).await;
    assert_eq!((list["messages"].as_array().map(Vec::len), &list["next_cursor"]), (Some(1), &Value::Null));
    assert_eq!(list["messages"][0], found);
    for unknown in [json!("1"), json!("18446744073709551616"), json!(7)] {
        let body = json!({ "msg_id": unknown });
        assert_eq!(refused(&machine, "message/get", body).await, (404, "not_found".to_owned()));
    }
}

async fn the_inbox_is_listed_in_pages() {
    let machine = Machine::with_accounts().await;
    let openid = "oINBOX-pages";
    for index in 0..5 {
        deliver(&machine, &said(&machine, openid, &index.to_string(), 100 - index)).await;
    }
    deliver(&machine, &happened(&machine, openid, "CLICK", "KEY_OTHER", 50)).await;
    once(&machine, "message/list", json!({ "openid": openid }), |it| {
        it["messages"].as_array().is_some_and(|all| all.len() == 6)
    })
    .await;

    let mut cursor = Value::Null;
    let mut seen = Vec::new();
    for page in 0.. {
        let mut body = json!({ "openid": openid, "limit": 2 });
        if !cursor.is_null() {
            body["cursor"] = cursor;
        }
        let answer = machine.ok("message/list", body).await;
        for message in answer["messages"].as_array().expect("a list") {
            seen.push(message["message"]["Content"].as_str().unwrap_or("event").to_owned());
        }
        if page == 0 {
            deliver(&machine, &said(&machine, openid, "an arrival", 0)).await;
        }
        cursor = answer["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
        let tampered = cursor.as_str().expect("a text").replacen('.', "A.", 1);
        let body = json!({ "openid": openid, "cursor": tampered });
        assert_eq!(refused(&machine, "message/list", body).await, (400, "invalid_parameter".to_owned()));
        let elsewhere = json!({ "openid": openid, "cursor": cursor });
        assert_eq!(
            refused(&machine, "user/timeline", elsewhere).await.0,
            400,
            "the cursor belongs to another call"
        );
    }
    assert_eq!(seen, ["event", "4", "3", "2", "1", "0"]);
    let clicks = machine.ok("message/list", json!({ "openid": openid, "event": "CLICK" })).await;
    assert_eq!(clicks["messages"][0]["event_key"], "KEY_OTHER");
    let of_others = machine.api_as(ROOT, "message/list?account=silent", &json!({ "openid": openid })).await;
    assert_eq!(of_others.1["messages"], json!([]), "another account's inbox");
}

async fn the_timeline_contains_both_directions() {
    let machine = Machine::with_accounts().await;
    let openid = FOLLOWERS[0];
    let started = now();
    deliver(&machine, &said(&machine, openid, "text", 5)).await;
    machine.wechat.user_acted(openid, Trigger::Message);
    once(&machine, "user/timeline", json!({ "openid": openid }), |it| it["entries"].is_array()).await;
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } });
    machine.ok("message/reply", message.clone()).await;
    let timeline = once(&machine, "user/timeline", json!({ "openid": openid }), |it| {
        it["entries"][0]["direction"] == "sent"
    })
    .await;
    let entries = timeline["entries"].as_array().expect("a list");
    let directions: Vec<_> =
        entries.iter().map(|entry| entry["direction"].as_str().unwrap_or_default()).collect();
    assert_eq!(directions, ["sent", "passive_reply", "received"]);
    assert_eq!((&entries[0]["message"], &entries[2]["message"]["Content"]), (&message, &json!("text")));
    let times: Vec<_> = entries.iter().map(|entry| entry["time"].as_i64().unwrap_or_default()).collect();
    assert!(times.is_sorted_by(|later, earlier| later >= earlier) && times[2] >= started - 5, "{times:?}");

    let last = machine.ok("user/last_message_time", json!({ "openid": openid })).await["create_time"].clone();
    assert_eq!(last, entries[2]["time"]);
    let msg_id = &entries[2]["message"]["MsgId"];
    assert_eq!(machine.ok("user/last_message_time", json!({ "msg_id": msg_id })).await["create_time"], last);
}

async fn the_follow_time_comes_from_wechat_or_from_the_event() {
    let machine = Machine::with_accounts().await;
    let told = machine.ok("user/follow_time", json!({ "openid": FOLLOWERS[1] })).await;
    assert_eq!((&told["source"], &told["following"]), (&json!("wechat"), &json!(true)));
    assert!(told["follow_time"].as_i64().is_some_and(|time| time > 1_500_000_000), "{told}");

    let (openid, path) = ("oINBOX-follows", "user/follow_time");
    let body = json!({ "openid": openid });
    assert_eq!(refused(&machine, path, body.clone()).await, (404, "not_found".to_owned()));
    assert_eq!(
        refused(&machine, path, json!({ "openid": UNFOLLOWED })).await.0,
        404,
        "WeChat returns no time either"
    );
    let follow = happened(&machine, openid, "subscribe", "qrscene_42", 9);
    deliver(&machine, &follow).await;
    let seen = once(&machine, path, body.clone(), |it| it["source"] == "event").await;
    assert_eq!((&seen["following"], &seen["scene"]), (&json!(true), &json!("42")));
    assert_eq!(seen["follow_time"].to_string(), follow.text("CreateTime").expect("a time"));
    let unfollow = happened(&machine, openid, "unsubscribe", "", 1);
    deliver(&machine, &unfollow).await;
    let gone = once(&machine, path, body, |it| it["following"] == false).await;
    assert_eq!(gone["unfollow_time"].to_string(), unfollow.text("CreateTime").expect("a time"));

    for path in ["user/last_message_time", "user/timeline", "user/erase"] {
        let nobody = json!({ "openid": "oINBOX-nobody" });
        assert_eq!(refused(&machine, path, nobody).await, (404, "not_found".to_owned()), "{path}");
    }
    let silent = json!({ "openid": openid });
    assert_eq!(
        refused(&machine, "user/last_message_time", silent).await.0,
        404,
        "events do not count as messages"
    );
}

async fn events_are_counted_by_button_and_messages_by_day() {
    let machine = Machine::with_accounts().await;
    for index in 0..3 {
        deliver(&machine, &happened(&machine, &format!("oINBOX-taps-{index}"), "CLICK", "KEY_COUNTED", 0))
            .await;
    }
    let status = machine.ok("menu/event_status", json!({ "key": "KEY_COUNTED" })).await;
    let counted = &status["event_response_status"][0];
    assert_eq!((&counted["event"], &counted["received"]), (&json!("click"), &json!(3)));
    assert_eq!((&counted["outcomes"]["unanswered"], &counted["outcomes"]["replied"]), (&json!(3), &json!(0)));
    assert_eq!((&counted["last_outcome"], &status["since"]), (&json!("unanswered"), &Value::Null));

    let since = json!({ "key": "KEY_COUNTED", "since": now() });
    let today = machine.ok("menu/event_status", since).await;
    assert_eq!(today["event_response_status"][0]["received"], 3);
    assert_eq!((today["since"].as_i64().unwrap() + 28_800) % 86_400, 0, "since midnight in Beijing");
    let tomorrow = json!({ "key": "KEY_COUNTED", "since": now() + 86_400 });
    assert_eq!(machine.ok("menu/event_status", tomorrow).await["event_response_status"], json!([]));

    let day = machine.ok("stats/summary", json!({ "since": now() })).await["days"][0].clone();
    assert_eq!(day["date"].as_str().map(str::len), Some("2026-11-22".len()));
    assert_eq!((&day["messages"], &day["events"]), (&json!(0), &json!(3)), "{day}");
}

async fn a_closed_reply_window_is_reported_without_calling_wechat() {
    let machine = Machine::with_accounts().await;
    let openid = FOLLOWERS[2];
    let follow = happened(&machine, openid, "subscribe", "", 100);
    let then: i64 = follow.text("CreateTime").expect("a time").parse().expect("a number");
    deliver(&machine, &follow).await;
    let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } });
    let (status, error) = machine.refused("message/reply", message.clone()).await;
    assert_eq!((status, &error["code"]), (409, &json!("window_closed")));
    assert_eq!(error["since"], then + 60, "a follow event opens the window for a minute");
    assert_eq!(machine.wechat.calls().len(), 0, "WeChat was not called");

    let mut anyway = message;
    anyway["try_anyway"] = json!(true);
    let (status, error) = machine.refused("message/reply", anyway.clone()).await;
    assert_eq!((status, &error["errcode"]), (409, &json!(45015)), "WeChat reports the same");
    machine.wechat.user_acted(openid, Trigger::Message);
    assert!(machine.ok("message/reply", anyway).await["id"].is_string());
    assert_eq!(machine.wechat.inbox(openid).len(), 1);
    assert_eq!(machine.wechat.inbox(openid)[0].get("try_anyway"), None);
}

/// Stores a message that was sent more than 48 hours ago, which is too old to be delivered.
async fn received_long_ago(machine: &Machine, openid: &str) {
    deliver(machine, &said(machine, openid, "old", 0)).await;
    machine
        .sql("UPDATE inbox SET create_time = create_time - 180000 WHERE openid = ?1", &[json!(openid)])
        .await;
}

async fn wechat_decides_if_what_opened_the_window_may_not_be_stored() {
    let to = |openid: &str| json!({ "touser": openid, "msgtype": "text", "text": { "content": "您好" } });
    let machine = Machine::with_accounts().await;
    for openid in [FOLLOWERS[0], FOLLOWERS[1]] {
        received_long_ago(&machine, openid).await;
        assert_eq!(refused(&machine, "message/reply", to(openid)).await, (409, "window_closed".to_owned()));
    }
    machine.d1_faults(order(INSERT, 0, 1_000_000, "refuse")).await;
    deliver(&machine, &said(&machine, FOLLOWERS[0], "new", 0)).await;
    machine.wechat.user_acted(FOLLOWERS[0], Trigger::Message);
    let sent = machine.ok("message/reply", to(FOLLOWERS[0])).await;
    assert!(sent["id"].is_string(), "it waits in the spool: {sent}");
    // Another user's message may be the one that waits.
    assert_eq!(refused(&machine, "message/reply", to(FOLLOWERS[1])).await, (409, "wechat_error".to_owned()));

    let machine = Machine::with(Setup::new().encrypted().variable("IGNORED_EVENTS", "location,click")).await;
    let openid = FOLLOWERS[0];
    received_long_ago(&machine, openid).await;
    deliver(&machine, &happened(&machine, openid, "CLICK", "KEY", 0)).await;
    machine.wechat.user_acted(openid, Trigger::Menu);
    let sent = machine.ok("message/reply", to(openid)).await;
    assert!(sent["id"].is_string(), "taps are not stored: {sent}");
    let machine = Machine::with(Setup::new().encrypted().variable("IGNORED_EVENTS", "location")).await;
    received_long_ago(&machine, openid).await;
    assert_eq!(refused(&machine, "message/reply", to(openid)).await, (409, "window_closed".to_owned()));
}

async fn all_followers_are_synchronised_in_the_background() {
    let mut machine = Machine::start().await;
    let tag = machine.ok("tag/create", json!({ "name": "会员" })).await["tag"]["id"].clone();
    machine.ok("tag/add", json!({ "id": tag, "openid_list": [FOLLOWERS[0]] })).await;
    machine.wechat.set_page_size(2);
    assert_eq!(machine.ok("user/search", json!({})).await["sync"]["state"], "never");
    let started = machine.ok("user/sync", json!({})).await;
    assert_eq!(started, json!({ "state": "running", "done": 0, "of": 0 }));

    machine.wechat.fail_next(
        Fault::Errcode(48001, "api unauthorized".to_owned()),
        1,
        Some("/cgi-bin/user/info/batchget"),
    );
    machine.cron(1).await;
    let failed = machine.ok("user/search", json!({})).await["sync"].clone();
    assert_eq!(failed["state"], "failed", "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("48001"), "{failed}");
    machine.ok("user/sync", json!({})).await;
    for fault in [Fault::Html, Fault::Half, Fault::Drop] {
        machine.wechat.fail_next(fault.clone(), 2, Some("/cgi-bin/user/"));
        machine.advance(Duration::from_mins(4)).await;
        machine.cron(1).await;
        let repeated = machine.ok("user/search", json!({})).await["sync"].clone();
        assert_eq!((&repeated["state"], &repeated["done"]), (&json!("running"), &json!(0)), "{fault:?}");
        assert!(repeated["error"].as_str().unwrap().contains("WeChat"), "{fault:?}: {repeated}");
        machine.wechat.heal();
    }
    while machine.ok("user/search", json!({})).await["sync"]["state"] == "running" {
        machine.advance(Duration::from_mins(4)).await;
        machine.cron(1).await;
    }
    let found = machine.ok("user/search", json!({})).await;
    assert_eq!(
        (&found["sync"]["state"], &found["sync"]["done"]),
        (&json!("done"), &json!(FOLLOWERS.len())),
        "{found}"
    );
    let openids: Vec<_> =
        found["users"].as_array().unwrap().iter().map(|user| user["openid"].as_str().unwrap()).collect();
    assert_eq!(openids.len(), FOLLOWERS.len());
    assert!(FOLLOWERS.iter().all(|openid| openids.contains(openid)), "{openids:?}");
    let tagged = machine.ok("user/search", json!({ "tag": tag })).await;
    assert_eq!(
        (&tagged["users"][0]["openid"], tagged["users"].as_array().unwrap().len()),
        (&json!(FOLLOWERS[0]), 1)
    );
    let written = "SELECT COUNT(*) FROM user";
    assert_eq!(machine.number(written).await, i64::try_from(FOLLOWERS.len()).unwrap());
    machine.ok("user/erase", json!({ "openid": FOLLOWERS[0] })).await;
    assert_eq!(machine.ok("user/search", json!({ "tag": tag })).await["users"], json!([]));
}

async fn those_who_left_unnoticed_are_no_longer_listed_after_a_synchronisation() {
    let mut machine = Machine::with(Setup::new().encrypted()).await;
    deliver(&machine, &happened(&machine, UNFOLLOWED, "subscribe", "", 60)).await;
    let listed = async |machine: &Machine| {
        let found = machine.ok("user/search", json!({})).await;
        let users = found["users"].as_array().unwrap().iter().map(|user| user["openid"].clone());
        (found["sync"]["state"].clone(), users.collect::<Vec<_>>())
    };
    assert_eq!(listed(&machine).await, (json!("never"), vec![json!(UNFOLLOWED)]));
    // Nothing that WeChat could be asked about, but stored as it was received.
    machine
        .sql("INSERT INTO user (account, openid, unfollowed_at) VALUES ('default', 'o odd', NULL)", &[])
        .await;
    machine.ok("user/sync", json!({})).await;
    machine.cron(1).await;
    assert_eq!(listed(&machine).await.0, "running", "one more follows than WeChat says");
    machine.advance(Duration::from_mins(2)).await;
    machine.cron(1).await;
    let (state, users) = listed(&machine).await;
    assert_eq!((state, users.len()), (json!("done"), FOLLOWERS.len() + 1), "{users:?}");
    assert!(!users.contains(&json!(UNFOLLOWED)) && users.contains(&json!("o odd")), "{users:?}");

    // WeChat does not know one of them, and does not say which: none is marked, and it ends.
    deliver(&machine, &happened(&machine, "oINBOX-unknown", "subscribe", "", 60)).await;
    machine.ok("user/sync", json!({})).await;
    for _ in 0..2 {
        machine.advance(Duration::from_mins(2)).await;
        machine.cron(1).await;
    }
    let (state, users) = listed(&machine).await;
    assert_eq!((state, users.len()), (json!("done"), FOLLOWERS.len() + 2), "{users:?}");
}

async fn a_user_can_be_erased() {
    let machine = Machine::with_accounts().await;
    let openid = "oINBOX-erased";
    let message = said(&machine, openid, "text", 0);
    let msg_id = message.text("MsgId").expect("an id").to_owned();
    deliver(&machine, &message).await;
    deliver(&machine, &happened(&machine, openid, "CLICK", "KEY_OTHER", 0)).await;
    once(&machine, "message/list", json!({ "openid": openid }), |it| {
        it["messages"].as_array().is_some_and(|all| all.len() == 2)
    })
    .await;
    assert_eq!(
        machine.ok("user/erase", json!({ "openid": openid })).await,
        json!({ "received": 2, "sent": 0, "kept": 0, "spooled": 0 })
    );
    assert_eq!(refused(&machine, "message/get", json!({ "msg_id": msg_id })).await.0, 404);
    assert_eq!(refused(&machine, "user/timeline", json!({ "openid": openid })).await.0, 404);
    assert_eq!(refused(&machine, "user/erase", json!({ "openid": openid })).await.0, 404);
}

async fn extreme_values_are_stored_unchanged_or_rejected() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Plain, "/callback/silent");
    let post = async |openid: &str, time: &str, fields: &[u8]| {
        let head = format!(
            "<xml><ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName><CreateTime>{time}</CreateTime>"
        );
        let body = [head.as_bytes(), fields, b"</xml>"].concat();
        let Signed { query, .. } = platform.sign_text("", &now_in_seconds(), "");
        let request = machine.client.post(machine.url("/callback/silent")).query(&query).body(body);
        request.send().await.expect("an answer").status().as_u16()
    };
    let text = |content: &[u8], msg_id: &str| {
        [
            b"<MsgType>text</MsgType><Content><![CDATA[",
            content,
            b"]]></Content><MsgId>",
            msg_id.as_bytes(),
            b"</MsgId>",
        ]
        .concat()
    };
    let stored = async |openid: &str| {
        let path = "message/list?account=silent";
        let (_, answer) = machine.api(path, &json!({ "openid": openid })).await;
        answer["messages"].clone()
    };
    let then = "1500000000";
    let beyond = "340282366920938463463374607431768211456";
    let emoji = "👨‍👩‍👧‍👦 \u{1F1E8}\u{1F1F3} \\ \" \t é\u{301} \u{202E}";
    assert_eq!(post("oABSURD-1", then, &text(emoji.as_bytes(), beyond)).await, 200);
    let kept = stored("oABSURD-1").await;
    assert_eq!((&kept[0]["message"]["Content"], &kept[0]["msg_id"]), (&json!(emoji), &json!(beyond)));
    let (status, found) = machine.api("message/get?account=silent", &json!({ "msg_id": beyond })).await;
    assert_eq!((status, &found["openid"]), (200, &json!("oABSURD-1")));

    let long = "长".repeat(349_000);
    assert_eq!(post("oABSURD-2", then, &text(long.as_bytes(), "1")).await, 200);
    assert_eq!(stored("oABSURD-2").await[0]["message"]["Content"], long);
    assert_eq!(
        post("oABSURD-3", then, &text("长".repeat(350_000).as_bytes(), "1")).await,
        413,
        "the body is larger than 1 MiB"
    );
    assert_eq!(
        post("oABSURD-3", then, &text("\"".repeat(1_040_000).as_bytes(), "1")).await,
        413,
        "the message does not fit into a row"
    );

    for (openid, content, kept) in [
        ("oABSURD-7", b"a\xed\xa0\xbd".as_slice(), "a\u{fffd}\u{fffd}\u{fffd}"),
        ("oABSURD-8", b"]]>&#xD83D;<![CDATA[", "]]>&#xD83D;<![CDATA["),
        ("oABSURD-9", b"a\xff", "a\u{fffd}"),
    ] {
        assert_eq!(post(openid, then, &text(content, "1")).await, 200);
        assert_eq!(stored(openid).await[0]["message"]["Content"], kept);
    }
    for time in ["-1", "999999999999", "253402300800", "1e9", "", "9223372036854775808"] {
        assert_eq!(post("oABSURD-4", time, &text(b"a", "1")).await, 400, "{time}");
    }
    assert_eq!(stored("oABSURD-4").await, json!([]));
    for time in ["0", "253402300799"] {
        assert_eq!(post("oABSURD-5", time, &text(b"a", "1")).await, 200, "{time}");
    }
    let kept = stored("oABSURD-5").await;
    assert_eq!((&kept[0]["create_time"], &kept[1]["create_time"]), (&json!(253_402_300_799_i64), &json!(0)));
    assert_eq!(post("oABSURD-6", then, &text(b"a\0b", "1\0")).await, 200);
    assert_eq!(stored("oABSURD-6").await[0]["message"]["Content"], "a\0b");
}
