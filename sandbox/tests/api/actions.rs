//! Checks that the platform and the worker are one world: what the command line sends, the platform has seen.

use std::process::{Command, Output};

use axum::Router;
use axum::routing::post;
use sandbox::api::{ActionKind, UserAction, announce};
use sandbox::document::Document;
use sandbox::sample;
use serde_json::{Value, json};

use crate::{Wechat, errcode};

const NEWCOMER: &str = "oSANDBOX00000000000000newcomer";

impl Wechat {
    async fn send_text(&self, openid: &str) -> i64 {
        let message = json!({ "touser": openid, "msgtype": "text", "text": { "content": "hello" } });
        errcode(&self.post("/cgi-bin/message/custom/send", message).await)
    }

    async fn user(&self, openid: &str) -> Value {
        self.get(&format!("/cgi-bin/user/info?openid={openid}")).await
    }

    async fn announce(&self, kind: ActionKind, time: u64) {
        let port = self.base.rsplit_once(':').unwrap().1.parse().unwrap();
        announce(port, &UserAction { openid: NEWCOMER.to_owned(), kind, time }).await.unwrap();
    }
}

#[test]
fn a_callback_says_what_the_user_did() {
    let kind = |message: Document| {
        let message = message.with("FromUserName", NEWCOMER).with_number("CreateTime", "5");
        let action = UserAction::of(&message).unwrap();
        assert_eq!((action.openid.as_str(), action.time), (NEWCOMER, 5));
        action.kind
    };
    assert_eq!(kind(sample::message("text").unwrap()), ActionKind::Spoke);
    assert_eq!(kind(sample::message("location").unwrap()), ActionKind::Spoke);
    assert_eq!(kind(sample::message("text-from-a-tapped-msgmenu-item").unwrap()), ActionKind::Tapped);
    for (event, expected) in [
        ("subscribe", ActionKind::Followed),
        ("unsubscribe", ActionKind::Unfollowed),
        ("CLICK", ActionKind::Tapped),
        ("SCAN", ActionKind::Scanned),
        ("VIEW", ActionKind::Other),
        ("LOCATION", ActionKind::Other),
    ] {
        assert_eq!(kind(sample::event(event).unwrap()), expected, "{event}");
    }
}

#[tokio::test]
async fn a_user_who_speaks_or_follows_exists_and_may_be_sent_messages() {
    let wechat = Wechat::start().await;
    assert_ne!(errcode(&wechat.user(NEWCOMER).await), 0);
    wechat.announce(ActionKind::Other, 10).await;
    assert_eq!(wechat.user(NEWCOMER).await["subscribe_time"], 10);
    assert_eq!(wechat.send_text(NEWCOMER).await, 45015);
    wechat.announce(ActionKind::Spoke, 20).await;
    assert_eq!(wechat.send_text(NEWCOMER).await, 0);
    assert_eq!(wechat.user(NEWCOMER).await["subscribe_time"], 10, "the user followed before");
    wechat.announce(ActionKind::Unfollowed, 30).await;
    assert_eq!(wechat.user(NEWCOMER).await["subscribe"], 0);
    assert_ne!(wechat.send_text(NEWCOMER).await, 0);
    wechat.announce(ActionKind::Followed, 40).await;
    assert_eq!(wechat.user(NEWCOMER).await["subscribe_time"], 40);
    assert_eq!(wechat.send_text(NEWCOMER).await, 0);
}

#[test]
fn an_event_is_found_by_its_name_in_any_case() {
    for name in ["subscribe", "CLICK", "click", "MASSSENDJOBFINISH", "TemplateSendJobFinish"] {
        assert!(sample::has_event(name), "{name}");
        assert!(sample::event(name).unwrap().text("Event").unwrap().eq_ignore_ascii_case(name), "{name}");
    }
    assert!(!sample::has_event("NOSUCH"));
    assert_eq!(sample::event("NOSUCH").unwrap().text("Event"), Some("NOSUCH"));
}

/// Runs the command line as a user of `make dev` does.
fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sandbox"))
        .args(arguments)
        .env("WECHAT_TOKEN", "token")
        .env("WECHAT_APP_ID", crate::APP_ID)
        .output()
        .unwrap()
}

/// Runs the command line, which succeeds and has nothing to complain about.
fn command_line(arguments: &[&str]) {
    let run = run(arguments);
    assert!(run.status.success(), "{arguments:?}: {run:?}");
    assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{arguments:?}");
}

#[test]
fn the_command_line_says_what_is_unusual_or_missing() {
    let complaint = |arguments: &[&str]| String::from_utf8(run(arguments).stderr).unwrap();
    let nowhere = ["--to", "http://127.0.0.1:1/", "--sandbox-port", "1", "--mode", "plain"];
    let event = |name| complaint(&[&nowhere[..], &["event", name]].concat());
    assert!(event("NOSUCH").contains("WeChat documents no event NOSUCH"), "{}", event("NOSUCH"));
    assert!(!event("CLICK").contains("WeChat documents no event"), "{}", event("CLICK"));
    let missing = complaint(&["fail"]);
    assert!(missing.contains("--errcode <ERRCODE>|--status <STATUS>|--html"), "{missing}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_and_the_platform_are_one_world() {
    let wechat = Wechat::start().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let worker = format!("http://{}/callback", listener.local_addr().unwrap());
    let router = Router::new().route("/callback", post(async || "success"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let port = wechat.base.rsplit_once(':').unwrap().1.to_owned();
    let run = async |arguments: &[&'static str]| {
        let common = ["--to", &worker, "--sandbox-port", &port, "--openid", NEWCOMER, "--mode", "plain"];
        let arguments: Vec<String> =
            common.into_iter().chain(arguments.iter().copied()).map(ToOwned::to_owned).collect();
        tokio::task::spawn_blocking(move || {
            command_line(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        })
        .await
        .unwrap();
    };
    run(&["event", "subscribe"]).await;
    run(&["say", "你好"]).await;
    let user = wechat.user(NEWCOMER).await;
    assert!(user["subscribe_time"].as_u64().unwrap() > 1_700_000_000, "{user}");
    for _ in 0..5 {
        assert_eq!(wechat.send_text(NEWCOMER).await, 0);
    }
    run(&["event", "unsubscribe"]).await;
    assert_eq!(wechat.user(NEWCOMER).await["subscribe"], 0);
}
