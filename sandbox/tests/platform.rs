//! Checks that the sandbox behaves like WeChat where other tests rely on it.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};
use mp_worker::config::AppId;
use mp_worker::secret::Secret;
use sandbox::account::{Account, Mode};
use sandbox::sample;
use sandbox::sender::{Outcome, Sender};
use sandbox::verdict::Verdict;
use tokio::net::TcpListener;

fn account() -> Account {
    Account {
        app_id: AppId::parse("wx0123456789abcdef").unwrap(),
        original_id: "gh_0a1b2c3d4e5f".to_owned(),
        token: Secret::new("token"),
        app_secret: Secret::new("secret"),
        encoding_aes_key: None,
        root_api_key: None,
    }
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// Delivers a text message to a backend that returns these responses in order and then never responds.
async fn deliver(answers: Vec<(StatusCode, &'static str)>) -> Outcome {
    let count = Arc::new(AtomicUsize::new(0));
    let backend = move || {
        let answer = answers.get(count.fetch_add(1, Ordering::SeqCst)).copied();
        async move {
            match answer {
                Some(answer) => answer,
                None => std::future::pending().await,
            }
        }
    };
    let url = serve(Router::new().route("/", post(backend))).await;
    let sender = Sender::new(account(), Mode::Plain, url).unwrap();
    let sender = sender.with_patience(Duration::from_millis(300)).unwrap();
    sender.deliver(&sender.address(sample::message("text").unwrap(), "oUSER")).await
}

fn notice(outcome: &Outcome) -> &str {
    match &outcome.verdict {
        Verdict::FailureNotice(reason) => reason,
        Verdict::Nothing | Verdict::Reply(_) => "",
    }
}

#[tokio::test]
async fn failed_messages_are_delivered_up_to_three_times() {
    let error = (StatusCode::INTERNAL_SERVER_ERROR, "broken");
    let outcome = deliver(vec![error, error, (StatusCode::OK, "success")]).await;
    assert_eq!(outcome.deliveries.len(), 3);
    assert_eq!(outcome.verdict, Verdict::Nothing);

    let outcome = deliver(vec![error, error, error]).await;
    assert_eq!(outcome.deliveries.len(), 3);
    assert_eq!(notice(&outcome), "status 500: broken");
}

#[tokio::test]
async fn messages_are_delivered_again_after_a_timeout() {
    let outcome = deliver(vec![]).await;
    assert_eq!(outcome.deliveries.len(), 3);
    assert_eq!(notice(&outcome), "no answer in time");
}

#[tokio::test]
async fn invalid_responses_show_the_failure_notice() {
    let check = async |body: &'static str, reason: &str| {
        let outcome = deliver(vec![(StatusCode::OK, body)]).await;
        assert_eq!(notice(&outcome), reason, "{body}");
    };
    check("", "").await;
    check("success", "").await;
    check("{}", "the body does not start with XML").await;
    check("<xml><Content>x</Content></xml>", "ToUserName is missing").await;
    check(
        "<xml><ToUserName>gh_0a1b2c3d4e5f</ToUserName><FromUserName>oUSER</FromUserName></xml>",
        "ToUserName is not the FromUserName of the message",
    )
    .await;
    check(
        "<xml><ToUserName>oUSER</ToUserName><FromUserName>gh_0a1b2c3d4e5f</FromUserName>\
         <CreateTime>1</CreateTime><MsgType>text</MsgType><Content></Content></xml>",
        "Content is empty",
    )
    .await;
    check("<xml><Encrypt>x</Encrypt></xml>", "plain mode does not allow encrypted replies").await;
}

#[tokio::test]
async fn verification_requires_exactly_the_echostr() {
    let verify = async |answer: &'static str| {
        let url = serve(Router::new().route("/", get(move || async move { answer }))).await;
        Sender::new(account(), Mode::Plain, url).unwrap().verify().await
    };
    assert!(verify("success").await.unwrap_err().starts_with("token 验证失败: status 200"));
}
