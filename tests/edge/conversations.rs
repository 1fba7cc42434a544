//! Conversations: a person takes over from the rules and backends, and sees who waits for an answer.

use std::time::Duration;

use futures_util::future::join_all;
use mp_worker::inbox::{ConversationFilter, Section, section};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use sandbox::api::world::{FOLLOWERS, SHIPPED};
use sandbox::api::{Fault, Trigger};
use sandbox::document::Document;
use sandbox::sender::now_in_seconds;
use sandbox::verdict::Verdict;
use serde_json::{Value, json};

use crate::accounts::{always, text_of};
use crate::machine::{Machine, Setup, body_of};
use crate::receiver::{Receiver, Said};
use crate::until::until;

tests![
    a_paused_user_gets_no_automatic_answer_until_resumed,
    a_left_reply_answers_the_next_message_once,
    a_reply_pauses_automatic_answers_for_some_minutes,
    a_pause_stops_the_answer_of_a_backend_that_is_being_asked,
    every_send_is_in_the_timeline_with_its_sender_and_its_status,
    messages_sent_in_one_second_are_in_their_order_in_the_timeline,
    users_are_listed_by_their_latest_message_and_polled_for_new_ones,
    what_needs_stored_messages_is_rejected_where_none_are_kept,
    an_ignored_event_is_stored_only_for_a_backend,
    a_nearly_full_database_is_reported_and_forgets_its_oldest_days,
    a_page_of_conversations_reads_few_rows,
    who_has_paused_a_user_is_shown_by_name,
    a_user_with_any_openid_that_was_delivered_can_be_opened_and_erased,
];

const OPENID: &str = FOLLOWERS[0];

fn text(content: &str) -> Value {
    json!({ "msgtype": "text", "text": { "content": content } })
}

fn to(openid: &str, content: &str) -> Value {
    let mut message = text(content);
    message["touser"] = openid.into();
    message
}

/// Delivers a message and returns the text that the user finally sees.
async fn say(machine: &Machine, message: &Document) -> String {
    match machine.deliver(message).await.verdict {
        Verdict::Nothing => String::new(),
        shown => text_of(&shown),
    }
}

async fn outcome(machine: &Machine, message: &Document) -> Value {
    let msg_id = message.text("MsgId").unwrap();
    machine.ok("message/get", json!({ "msg_id": msg_id })).await["outcome"].clone()
}

/// Calls until the answer is as expected, since what is remembered is stored after the response.
async fn once(machine: &Machine, path: &str, body: Value, holds: impl Fn(&Value) -> bool) -> Value {
    until(async || {
        let (_, answer) = machine.api(path, &body).await;
        if holds(&answer) { Ok(answer) } else { Err(format!("{path} {body}: {answer}")) }
    })
    .await
}

async fn a_paused_user_gets_no_automatic_answer_until_resumed() {
    let machine = Machine::start().await;
    let receiver = Receiver::start(|_, _| Said::reply("from the backend")).await;
    machine.webhook(&receiver.url, "respond", json!({})).await;
    let rule = json!({ "when": { "keyword": { "exact": "rule" } }, "reply": text("from the rule") });
    machine.ok("rule/create", json!({ "rule": rule })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "rule")).await, "from the rule");
    assert_eq!(say(&machine, &machine.text(OPENID, "question")).await, "from the backend");
    assert_eq!(receiver.until(1).await[0].json()["mode"], "respond");

    let user = json!({ "openid": OPENID });
    let paused = machine.ok("conversation/pause", user.clone()).await;
    assert_eq!(paused, json!({ "paused": { "by": "root" } }), "until the user is resumed");
    let earlier = now_in_seconds().parse::<i64>().unwrap() - 1;
    let rule = machine.text(OPENID, "rule").with_number("CreateTime", &earlier.to_string());
    let question = machine.text(OPENID, "question 2");
    assert_eq!((say(&machine, &rule).await, say(&machine, &question).await), (String::new(), String::new()));
    assert_eq!(
        (outcome(&machine, &rule).await, outcome(&machine, &question).await),
        (json!("held"), json!("held"))
    );
    let told = &receiver.until(2).await[1];
    assert_eq!((told.content().as_str(), &told.json()["mode"]), ("question 2", &json!("notify")));
    assert_eq!(say(&machine, &machine.text(FOLLOWERS[1], "rule")).await, "from the rule", "another user");
    let list = machine.ok("conversation/list", json!({ "filter": "paused" })).await;
    assert_eq!(list["conversations"].as_array().map(Vec::len), Some(1), "{list}");
    assert_eq!(
        (&list["conversations"][0]["openid"], &list["conversations"][0]["paused"]),
        (&json!(OPENID), &json!({ "by": "root" }))
    );

    let waiting = machine.ok("conversation/list", json!({ "filter": "unanswered" })).await;
    assert_eq!(waiting["conversations"][0]["last"]["text"], "question 2");
    assert_eq!(machine.ok("conversation/settle", user.clone()).await, json!({ "settled": 2 }));
    assert_eq!(machine.ok("conversation/settle", user.clone()).await, json!({ "settled": 0 }));
    let waiting = machine.ok("conversation/list", json!({ "filter": "unanswered" })).await;
    assert_eq!(waiting["conversations"], json!([]));

    assert_eq!(machine.ok("conversation/resume", user.clone()).await, json!({}));
    assert_eq!(machine.ok("conversation/resume", user).await, json!({}), "again");
    assert_eq!(say(&machine, &machine.text(OPENID, "question 3")).await, "from the backend");
}

async fn a_left_reply_answers_the_next_message_once() {
    let machine = Machine::start().await;
    machine.publish("default", &always("from the rule")).await;
    let left = machine.ok("message/leave", json!({ "openid": OPENID, "reply": text("left") })).await;
    assert!(left["expires_at"].is_i64(), "{left}");
    assert_eq!(say(&machine, &machine.text(FOLLOWERS[1], "hello")).await, "from the rule", "another user");
    let messages: Vec<_> = (0..4).map(|index| machine.text(OPENID, &format!("{index}"))).collect();
    let mut seen = join_all(messages.iter().map(|message| say(&machine, message))).await;
    let first = seen.iter().position(|seen| seen == "left").expect("one of them fetches it");
    // WeChat delivers it once more, since it did not get the answer.
    let again = machine.post(&messages[first]).await.unwrap();
    assert!(again.1.contains("left"), "{again:?}");
    seen.sort_unstable();
    assert_eq!(seen, ["from the rule", "from the rule", "from the rule", "left"]);
    assert_eq!(say(&machine, &machine.text(OPENID, "later")).await, "from the rule");

    for content in ["one", "two"] {
        machine.ok("message/leave", json!({ "openid": OPENID, "reply": text(content) })).await;
    }
    for expected in ["one", "two", "from the rule"] {
        assert_eq!(say(&machine, &machine.text(OPENID, "next")).await, expected);
    }
    let (status, error) =
        machine.refused("message/leave", json!({ "openid": OPENID, "reply": text(" ") })).await;
    assert_eq!(
        (status, &error["code"], &error["field"]),
        (422, &json!("invalid_reply"), &json!("reply.text.content"))
    );
}

async fn a_reply_pauses_automatic_answers_for_some_minutes() {
    let mut machine = Machine::start().await;
    machine.publish("default", &always("from the rule")).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "from the rule");
    let mut message = to(OPENID, "from a person");
    message["pause_minutes"] = 3.into();
    // WeChat refuses it: the user has not written to the sandbox.
    message["try_anyway"] = true.into();
    let (_, error) = machine.refused("message/reply", message.clone()).await;
    assert_eq!(error["errcode"], 45015);
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "from the rule", "nothing was sent");
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let sent = machine.ok("message/reply", message.clone()).await;
    assert!(sent["paused"]["until"].is_i64(), "{sent}");
    assert_eq!(machine.wechat.inbox(OPENID), [to(OPENID, "from a person")]);
    message["pause_minutes"] = 1.into();
    let again = machine.ok("message/reply", message).await;
    assert_eq!(again["paused"], sent["paused"], "a pause is not shortened");
    assert_ne!(again["id"], sent["id"]);
    assert_eq!((&sent["window"]["left"], &again["window"]["until"]), (&json!(4), &sent["window"]["until"]));
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "");
    machine.advance(Duration::from_mins(4)).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "from the rule");
}

async fn every_send_is_in_the_timeline_with_its_sender_and_its_status() {
    let machine = Machine::start().await;
    let scopes = json!({ "name": "shop", "scopes": ["message:write", "template:write"] });
    let made = machine.ok("key/create", scopes).await;
    let (key, sender) = (made["key"].as_str().unwrap(), format!("key:{}", made["id"].as_str().unwrap()));
    let gateway = async |path: &str, body: String| {
        let url = machine.url(&format!("/cgi-bin/message/{path}?access_token={key}"));
        body_of(machine.client.post(url).body(body).send().await.unwrap()).await
    };
    let timeline = async |count: usize| {
        let of_user = json!({ "openid": OPENID });
        let timeline = once(&machine, "user/timeline", of_user, |it| {
            it["entries"].as_array().is_some_and(|entries| entries.len() == count)
        });
        let entries = timeline.await["entries"].as_array().unwrap().clone();
        let brief = |entry: &Value| {
            ["kind", "sender", "status", "errcode"]
                .map(|name| entry[name].to_string().replace('"', ""))
                .join(" ")
        };
        let mut brief: Vec<String> = entries.iter().map(brief).collect();
        brief.sort_unstable();
        brief
    };
    let template = json!({ "touser": OPENID, "template_id": SHIPPED, "data": {
        "character_string1": { "value": "A1" }, "thing2": { "value": "茶" },
        "amount3": { "value": "￥12" }, "time4": { "value": "2026年11月22日 10:00" } } });

    assert_eq!(gateway("custom/send", to(OPENID, "a").to_string()).await["errcode"], 45015);
    let mut expected = vec![format!("custom {sender} refused 45015")];
    assert_eq!(timeline(1).await, expected);
    machine.wechat.user_acted(OPENID, Trigger::Message);
    assert_eq!(gateway("custom/send", to(OPENID, "b").to_string()).await["errcode"], 0);
    assert_eq!(gateway("template/send", template.to_string()).await["errcode"], 0);
    machine.ok("template/send", template).await;
    let reply = machine.ok("message/reply", to(OPENID, "c")).await;
    assert!(reply["id"].is_string() && reply["window"].is_null(), "the user has sent nothing: {reply}");
    machine.wechat.fail_next(Fault::Drop, 1, Some("/cgi-bin/message/custom/"));
    assert_eq!(machine.refused("message/reply", to(OPENID, "d")).await.1["code"], "request_failed");
    machine.wechat.fail_next(Fault::Errcode(45047, "out of count".to_owned()), 1, Some("/cgi-bin/message/"));
    assert_eq!(machine.refused("message/reply", to(OPENID, "e")).await.1["errcode"], 45047);
    expected.extend([
        format!("custom {sender} accepted null"),
        format!("template {sender} accepted null"),
        "custom root accepted null".to_owned(),
        "custom root refused 45047".to_owned(),
        "custom root unknown null".to_owned(),
        "template root accepted null".to_owned(),
    ]);
    expected.sort_unstable();
    assert_eq!(timeline(7).await, expected);
    // What does not send a message to one user is not remembered.
    gateway("custom/typing", json!({ "touser": OPENID, "command": "Typing" }).to_string()).await;
    gateway("custom/send", "not JSON".to_owned()).await;

    // A rule's second reply, and the user's message with its passive reply.
    let rule = json!({ "name": "two", "when": { "default": {} }, "replies": [text("1"), text("2")] });
    machine.ok("rule/create", json!({ "rule": rule })).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "hello")).await, "1");
    let entries = timeline(10).await;
    assert!(entries.contains(&"custom rule:two accepted null".to_owned()), "{entries:?}");
    let page = machine.ok("user/timeline", json!({ "openid": OPENID })).await;
    let received =
        page["entries"].as_array().unwrap().iter().find(|entry| entry["direction"] == "received").unwrap();
    assert_eq!((&received["outcome"], &received["rule"]), (&json!("replied"), &json!("two")));
    assert!(received["msg_id"].is_string() && received["status"].is_null(), "{received}");
    assert!(received["decided_ms"].is_i64() && received["expires_at"].is_null(), "{received}");
    assert_eq!(received["rule_id"], machine.ok("rule/list", json!({})).await["rules"][0]["id"]);
    let entries = page["entries"].as_array().unwrap();
    assert!(entries.iter().any(|entry| entry["id"] == reply["id"]), "{page}");
    let named = entries.iter().filter(|entry| entry["sender_name"] == "shop");
    assert!(named.clone().all(|entry| entry["sender"] == sender) && named.count() == 3, "{page}");

    let poll = json!({ "openid": OPENID, "after": page["after"] });
    let newer = machine.ok("user/timeline", poll.clone()).await;
    assert!(newer["after"].is_string() && newer["next_cursor"].is_null(), "{newer}");
    let first = machine.ok("user/timeline", json!({ "openid": OPENID, "limit": 1 })).await;
    let forged = json!({ "openid": OPENID, "after": first["next_cursor"] });
    assert_eq!(machine.refused("user/timeline", forged).await.1["field"], "after");

    // What cannot be remembered is sent all the same.
    machine.d1_faults(json!([{ "on": "INSERT INTO sent", "skip": 0, "times": 9, "how": "refuse" }])).await;
    assert_eq!(gateway("custom/send", to(OPENID, "f").to_string()).await["errcode"], 0);
    machine.until_logged("sent_message_not_stored", |line| line["account"] == "default").await;
}

async fn messages_sent_in_one_second_are_in_their_order_in_the_timeline() {
    let machine = Machine::start().await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let texts: Vec<String> = (0..5).map(|index| index.to_string()).collect();
    for text in &texts {
        machine.ok("message/reply", to(OPENID, text)).await;
    }
    let whole = |it: &Value| it["entries"].as_array().is_some_and(|entries| entries.len() == texts.len());
    let timeline = once(&machine, "user/timeline", json!({ "openid": OPENID }), whole).await;
    let entries = timeline["entries"].as_array().unwrap().iter();
    let listed: Vec<&str> =
        entries.rev().map(|entry| entry["message"]["text"]["content"].as_str().unwrap()).collect();
    assert_eq!(listed, texts);
}

async fn users_are_listed_by_their_latest_message_and_polled_for_new_ones() {
    let mut machine = Machine::start().await;
    let (first, second) = (FOLLOWERS[1], FOLLOWERS[2]);
    machine.ok("user/remark", json!({ "openid": first, "remark": "王女士" })).await;
    machine.until("SELECT COUNT(*) FROM user WHERE remark = '王女士'", 1).await;
    let now: i64 = now_in_seconds().parse().unwrap();
    for (openid, content, time) in [(first, "a", now - 9), (second, "b", now - 8), (first, "c", now - 7)] {
        let message = machine.text(openid, content).with_number("CreateTime", &time.to_string());
        say(&machine, &message).await;
    }
    let list = machine.ok("conversation/list", json!({ "limit": 1 })).await;
    let users = |list: &Value| {
        let conversations = list["conversations"].as_array().unwrap();
        conversations.iter().map(|it| it["openid"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let next = machine.ok("conversation/list", json!({ "limit": 1, "cursor": list["next_cursor"] })).await;
    assert_eq!((users(&list), users(&next)), (vec![first.to_owned()], vec![second.to_owned()]));
    assert!(list["after"].is_string() && next["after"].is_null(), "{list} {next}");
    let newest = &list["conversations"][0];
    assert_eq!((&newest["remark"], &newest["following"]), (&json!("王女士"), &json!(true)));
    assert_eq!((&newest["last"]["text"], &newest["last"]["outcome"]), (&json!("c"), &json!("unanswered")));
    assert_eq!(newest["last"]["time"], now - 7);
    let window = json!({ "until": now - 7 + 48 * 3600, "left": 5, "kind": "message" });
    assert_eq!(newest["window"], window);
    for (query, expected) in
        [("王女", vec![first]), (second, vec![second]), ("C", vec![first]), ("a", vec![])]
    {
        let found = machine.ok("conversation/list", json!({ "query": query })).await;
        assert_eq!(users(&found), expected, "{query}: {found}");
    }
    assert_eq!(machine.refused("conversation/list", json!({ "query": " " })).await.1["field"], "query");

    machine.advance(Duration::from_mins(2)).await;
    let later = machine.ok("conversation/list", json!({})).await;
    assert_eq!(users(&machine.ok("conversation/list", json!({ "after": later["after"] })).await), [""; 0]);
    let newer = machine.ok("conversation/list", json!({ "after": list["after"] })).await;
    assert_eq!(users(&newer).len(), 2, "they are less than 30 seconds older: {newer}");
    let forged = json!({ "after": list["next_cursor"] });
    assert_eq!(machine.refused("conversation/list", forged).await.1["field"], "after");
}

async fn what_needs_stored_messages_is_rejected_where_none_are_kept() {
    let machine = Machine::with(Setup::new().that_keeps_nothing()).await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let mut pausing = to(OPENID, "a");
    pausing["pause_minutes"] = 5.into();
    for (path, body) in [
        ("conversation/pause", json!({ "openid": OPENID })),
        ("message/leave", json!({ "openid": OPENID, "reply": text("left") })),
        ("message/reply", pausing),
    ] {
        let (status, error) = machine.refused(path, body).await;
        assert_eq!((status, &error["code"]), (503, &json!("not_configured")), "{path}");
        assert!(error["message"].as_str().unwrap().contains("RETENTION_DAYS is 0"), "{error}");
    }
    assert_eq!(machine.wechat.inbox(OPENID).len(), 0);
    machine.ok("message/reply", to(OPENID, "b")).await;
    let url = machine.url(&format!("/cgi-bin/message/custom/send?access_token={}", crate::accounts::ROOT));
    let sent = machine.client.post(url).body(to(OPENID, "c").to_string()).send().await.unwrap();
    assert_eq!(body_of(sent).await["errcode"], 0);
    assert_eq!(machine.wechat.inbox(OPENID).len(), 2);
    assert_eq!(machine.number("SELECT COUNT(*) FROM sent").await, 0);

    // What was stored before the operator set it to 0 is not looked up.
    machine.sql("INSERT INTO paused VALUES ('default', ?1, 253402300799, 'root')", &[OPENID.into()]).await;
    machine
        .sql(
            "INSERT INTO kept (account, openid, made_at, id, reply) VALUES ('default', ?1, 1, 'a', ?2)",
            &[OPENID.into(), text("left").to_string().into()],
        )
        .await;
    let receiver = Receiver::start(|_, _| Said::reply("from the backend")).await;
    machine.webhook(&receiver.url, "respond", json!({})).await;
    assert_eq!(say(&machine, &machine.text(OPENID, "question")).await, "from the backend");
}

async fn a_pause_stops_the_answer_of_a_backend_that_is_being_asked() {
    let mut machine = Machine::start().await;
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let receiver = Receiver::start(|number, _| match number {
        0 => Said::status(500),
        _ => Said::reply("from the backend"),
    })
    .await;
    machine.webhook(&receiver.url, "respond", json!({ "slow": "customer_service" })).await;
    say(&machine, &machine.text(OPENID, "question")).await;
    machine.until("SELECT COUNT(*) FROM delivery WHERE error IS NOT NULL", 1).await;
    machine.ok("conversation/pause", json!({ "openid": OPENID })).await;
    machine.advance(Duration::from_mins(3)).await;
    machine.cron(1).await;
    assert_eq!(receiver.until(2).await[1].json()["mode"], "notify");
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(machine.wechat.inbox(OPENID), Vec::<Value>::new());
    let list = machine.ok("message/list", json!({})).await;
    assert_eq!(list["messages"][0]["outcome"], "held", "{list}");
}

async fn an_ignored_event_is_stored_only_for_a_backend() {
    let machine = Machine::with(Setup::new().variable("IGNORED_EVENTS", "location, view")).await;
    let count = "SELECT COUNT(*) FROM inbox";
    assert_eq!(say(&machine, &machine.event(OPENID, "LOCATION")).await, "");
    assert_eq!(machine.number(count).await, 0);
    say(&machine, &machine.event(OPENID, "CLICK")).await;
    say(&machine, &machine.text(OPENID, "hello")).await;
    assert_eq!(machine.number(count).await, 2);
    let receiver = Receiver::start(|_, _| Said::status(204)).await;
    machine.webhook(&receiver.url, "notify", json!({ "events": ["LOCATION"], "messages": [] })).await;
    say(&machine, &machine.event(OPENID, "LOCATION")).await;
    assert_eq!(receiver.until(1).await.len(), 1);
    assert_eq!(machine.number(count).await, 3);
}

async fn a_nearly_full_database_is_reported_and_forgets_its_oldest_days() {
    let machine = Machine::with(Setup::new().variable("DATABASE_LIMIT_MB", "1")).await;
    let check = async || {
        let report = machine.ok("account/check", json!({})).await;
        let checks = report["checks"].as_array().unwrap().clone();
        checks.into_iter().find(|check| check["name"] == "database_size").unwrap()
    };
    let before = check().await;
    assert_eq!(before["ok"], true, "{before}");
    let count = "SELECT COUNT(*) FROM inbox";
    for days in [30, 29, 6] {
        machine
            .sql(
                "INSERT INTO inbox (account, openid, create_time, id, type, received_at, message, outcome) \
                 SELECT 'default', 'o' || n, UNIXEPOCH() - ?1 * 86400 - n, n, 'text', UNIXEPOCH() - ?1 * 86400 - n, \
                   '{\"Content\":\"' || HEX(ZEROBLOB(5000)) || '\"}', 'silent' \
                 FROM (WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 40) \
                   SELECT n FROM numbers)",
                &[days.into()],
            )
            .await;
    }
    assert_eq!(machine.number(count).await, 120);
    let full = check().await;
    assert_eq!(full["ok"], false, "{full}");
    machine.cron(1).await;
    machine.until(count, 80).await;
    let early = machine.until_logged("forgotten_early", |line| line["account"] == "default").await;
    assert_eq!((&early["level"], &early["days"]), (&json!("warn"), &json!(29)));
    machine.until_logged("database_nearly_full", |line| line["limit"] == 1).await;
}

async fn who_has_paused_a_user_is_shown_by_name() {
    let machine = Machine::start().await;
    let made = machine.ok("key/create", json!({ "name": "王五", "scopes": ["message:write"] })).await;
    let (key, by) = (made["key"].as_str().unwrap(), format!("key:{}", made["id"].as_str().unwrap()));
    say(&machine, &machine.text(OPENID, "hello")).await;
    let counts = async || {
        let overview = machine.ok("account/overview", json!({})).await;
        (overview["unanswered"]["failed"].clone(), overview["paused"].clone())
    };
    assert_eq!(counts().await, (json!(0), json!(0)));
    let (status, paused) =
        machine.api_as(key, "conversation/pause", &json!({ "openid": OPENID, "minutes": 30 })).await;
    assert_eq!(status, 200, "{paused}");
    assert_eq!((&paused["paused"]["by"], &paused["paused"]["by_name"]), (&json!(by), &json!("王五")));
    assert_eq!(counts().await, (json!(0), json!(1)), "as soon as the user is paused");
    let list = machine.ok("conversation/list", json!({ "filter": "paused" })).await;
    assert_eq!(list["conversations"][0]["paused"], paused["paused"], "{list}");
    // The root key's message does not shorten the pause, which stays that of the key.
    machine.wechat.user_acted(OPENID, Trigger::Message);
    let mut message = to(OPENID, "from another person");
    message["pause_minutes"] = 1.into();
    assert_eq!(machine.ok("message/reply", message).await["paused"], paused["paused"]);
    machine.ok("conversation/resume", json!({ "openid": OPENID })).await;
    assert_eq!(counts().await, (json!(0), json!(0)));
}

async fn a_user_with_any_openid_that_was_delivered_can_be_opened_and_erased() {
    let machine = Machine::start().await;
    for openid in ["不是 OpenID", &"x".repeat(200)] {
        say(&machine, &machine.text(openid, "hello")).await;
        let list = machine.ok("conversation/list", json!({})).await;
        assert_eq!(list["conversations"][0]["openid"], openid, "{list}");
        let user = json!({ "openid": openid });
        let timeline = machine.ok("user/timeline", user.clone()).await;
        assert_eq!(timeline["entries"].as_array().map(Vec::len), Some(1), "{timeline}");
        machine.ok("user/last_message_time", user.clone()).await;
        assert_eq!(
            machine.ok("message/list", user.clone()).await["messages"].as_array().map(Vec::len),
            Some(1)
        );
        machine.ok("conversation/pause", user.clone()).await;
        machine.ok("conversation/resume", user.clone()).await;
        assert_eq!(machine.ok("conversation/settle", user.clone()).await["settled"], 1);
        machine.ok("message/leave", json!({ "openid": openid, "reply": text("later") })).await;
        // WeChat is not asked about such a user.
        let (_, error) = machine.refused("message/reply", to(openid, "hi")).await;
        assert_eq!(error["field"], "touser", "{error}");
        assert_eq!(machine.ok("user/erase", user).await["received"], 1);
    }
}

/// The first page of each filter, with 25,000 messages spread over a day. Every tenth entry is an event, and every fifth
/// message waits for an answer.
async fn a_page_of_conversations_reads_few_rows() {
    let machine = Machine::start().await;
    machine
        .sql(
            "INSERT INTO inbox (account, openid, create_time, id, msg_id, type, event, opens, received_at, message, \
               outcome, decided_ms) \
             SELECT 'default', 'o' || (n * 7919 % 3000), ?1 + CAST(n * 3.456 AS INTEGER), n, IIF(n % 10, n, NULL), \
               IIF(n % 10, 'text', 'event'), IIF(n % 10, NULL, 'view'), IIF(n % 10, 172800, NULL), \
               ?1 + CAST(n * 3.456 AS INTEGER), '{\"Content\":\"hello\"}', IIF(n % 5, 'replied', 'unanswered'), 5 \
             FROM (WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 25000) \
               SELECT n FROM numbers)",
            &[NOON.into()],
        )
        .await;
    let now = Timestamp::from_seconds(NOON + 86_400);
    for (filter, query) in [
        (ConversationFilter::All, None),
        (ConversationFilter::Unanswered, None),
        (ConversationFilter::Failed, None),
        (ConversationFilter::Paused, None),
        (ConversationFilter::All, Some("nothing contains this")),
    ] {
        let first = section("default", filter, None, None, now);
        let mut read = machine.cost(&first).await.read;
        let mut rows = Vec::new();
        for row in machine.sql(first.sql, &values(&first)).await {
            let field = |name: &str| row[name].as_str().unwrap().to_owned();
            rows.push((row["create_time"].as_i64().unwrap(), field("openid"), field("id")));
        }
        if let Some(section) = Section::from_rows(rows, filter, None, None, now) {
            read += machine.cost(&section.page("default", (filter, query), 20, now)).await.read;
        }
        println!("a page of {filter:?} {query:?}: {read} rows");
        assert!(read <= 2500, "{filter:?} {query:?}: {read}");
    }
}

const NOON: i64 = 1_700_000_000;

fn values(statement: &Statement) -> Vec<Value> {
    statement.parameters.iter().map(|parameter| serde_json::to_value(parameter).unwrap()).collect()
}
