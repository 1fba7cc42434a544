//! Injected faults and recorded calls, in the library and over HTTP.

use std::time::{Duration, Instant};

use sandbox::api::Fault;
use sandbox::api::world::FOLLOWERS;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{Wechat, errcode, json_of};

const PATH: &str = "/cgi-bin/getcallbackip";

async fn raw(wechat: &Wechat, path: &str) -> Result<(u16, String), reqwest::Error> {
    let answer = wechat.client.get(wechat.url(path)).send().await?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await?))
}

#[tokio::test]
async fn faults_apply_to_the_given_number_of_calls_and_paths() {
    let wechat = Wechat::start().await;
    wechat.platform.fail_next(Fault::Errcode(-1, "system error".to_owned()), 2, Some("/cgi-bin/menu"));
    assert_eq!(errcode(&wechat.get(PATH).await), 0);
    let failure = wechat.get("/cgi-bin/menu/get").await;
    assert_eq!(errcode(&failure), -1);
    assert!(failure["errmsg"].as_str().unwrap().starts_with("system error rid: "));
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/delete").await), -1);
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/get").await), 46003);
}

#[tokio::test]
async fn faults_for_the_same_path_apply_in_order_and_can_be_cancelled() {
    let wechat = Wechat::start().await;
    wechat.platform.fail_next(Fault::Errcode(-1, String::new()), 1, None);
    wechat.platform.fail_next(Fault::Errcode(45011, String::new()), 5, None);
    assert_eq!(errcode(&wechat.get(PATH).await), -1);
    assert_eq!(errcode(&wechat.get(PATH).await), 45011);
    wechat.platform.heal();
    assert_eq!(errcode(&wechat.get(PATH).await), 0);
}

#[tokio::test]
async fn a_response_can_have_another_status_or_be_an_html_page() {
    let wechat = Wechat::start().await;
    wechat.platform.fail_next(Fault::Status(503, "busy".to_owned()), 1, None);
    assert_eq!(raw(&wechat, PATH).await.unwrap(), (503, "busy".to_owned()));
    wechat.platform.fail_next(Fault::Html, 1, None);
    let (status, page) = raw(&wechat, PATH).await.unwrap();
    assert_eq!(status, 502);
    assert!(page.starts_with("<html>"));
}

#[tokio::test]
async fn a_dropped_call_is_performed_without_a_response() {
    let wechat = Wechat::start().await;
    wechat.platform.fail_next(Fault::Drop, 1, None);
    let body = json!({ "tag": { "name": "新客" } }).to_string();
    let request = wechat.client.post(wechat.url("/cgi-bin/tags/create")).body(body);
    let error = request.send().await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout() && !error.is_connect(), "{error:?}");
    assert_eq!(wechat.platform.count("/cgi-bin/tags/create"), 1, "the client must not retry");
    assert_eq!(wechat.get("/cgi-bin/tags/get").await["tags"][2]["name"], "新客");
}

#[tokio::test]
async fn a_truncated_response_announces_the_full_length_and_sends_half() {
    let wechat = Wechat::start().await;
    let (_, whole) = raw(&wechat, PATH).await.unwrap();
    wechat.platform.fail_next(Fault::Half, 1, None);
    let mut answer = wechat.client.get(wechat.url(PATH)).send().await.unwrap();
    assert_eq!(answer.content_length(), Some(whole.len() as u64));
    let half = answer.chunk().await.unwrap().unwrap();
    assert_eq!(half, whole.as_bytes()[..whole.len() / 2]);
    assert!(answer.chunk().await.is_err());
    assert_eq!(raw(&wechat, PATH).await.unwrap().1, whole);
}

#[tokio::test]
async fn a_delayed_response_is_complete() {
    let wechat = Wechat::start().await;
    let delay = Duration::from_millis(200);
    wechat.platform.fail_next(Fault::Delay(delay), 1, None);
    let started = Instant::now();
    assert_eq!(wechat.get(PATH).await["ip_list"][0], "127.0.0.1");
    assert!(started.elapsed() >= delay);
}

#[tokio::test]
async fn a_held_call_is_performed_at_once_and_its_response_sent_after_release() {
    let wechat = Wechat::start().await;
    wechat.platform.fail_next(Fault::Held, 1, Some("/cgi-bin/tags/create"));
    let body = json!({ "tag": { "name": "新客" } }).to_string();
    let request = wechat.client.post(wechat.url("/cgi-bin/tags/create")).body(body);
    let held = tokio::spawn(json_of(request));
    while wechat.get("/cgi-bin/tags/get").await["tags"][2]["name"] != "新客" {}
    assert!(!held.is_finished());
    wechat.platform.release();
    assert_eq!(held.await.unwrap()["tag"]["name"], "新客");
}

#[tokio::test]
async fn calls_are_recorded_as_received() {
    let wechat = Wechat::start().await;
    let url = format!("{}/cgi-bin/menu/create?a=%E4%BD%A0&access_token={}&a=+", wechat.base, wechat.token);
    wechat.client.post(url).header("x-test", "1").body("{\"a\":\u{1}}").send().await.unwrap();
    wechat.get(PATH).await;
    let calls = wechat.platform.calls();
    let [create, _] = calls.as_slice() else { panic!("expected two calls, got {calls:?}") };
    assert_eq!((create.method.as_str(), create.path.as_str()), ("POST", "/cgi-bin/menu/create"));
    assert_eq!(create.query_string, format!("a=%E4%BD%A0&access_token={}&a=+", wechat.token));
    assert_eq!(create.query[0], ("a".to_owned(), "你".to_owned()));
    assert_eq!(create.query[2], ("a".to_owned(), " ".to_owned()));
    assert_eq!(create.header("x-test"), Some("1"));
    assert_eq!(create.body, b"{\"a\":\x01}");
    assert_eq!(wechat.platform.count(PATH), 1);
}

#[tokio::test]
async fn the_sandbox_is_controlled_over_http() {
    let wechat = Wechat::start().await;
    let tell = async |path: &str, body: Value| -> Value {
        let url = format!("{}/sandbox/{path}", wechat.base);
        json_of(wechat.client.post(url).body(body.to_string())).await
    };
    tell("fail", json!({ "errcode": 45009, "path": "/cgi-bin/get" })).await;
    assert_eq!(errcode(&wechat.get(PATH).await), 45009);
    assert_eq!(errcode(&wechat.get(PATH).await), 0);
    for fault in [json!({}), json!({ "html": true, "drop": true }), json!({ "errcode": "x" })] {
        assert!(tell("fail", fault).await["error"].is_string());
    }
    tell("user-spoke", json!({ "openid": FOLLOWERS[0] })).await;
    let body = json!({ "touser": FOLLOWERS[0], "msgtype": "text", "text": { "content": "你好" } });
    assert_eq!(errcode(&wechat.post("/cgi-bin/message/custom/send", body).await), 0);
    tell("expire-tokens", json!({})).await;
    assert_eq!(errcode(&wechat.get(PATH).await), 42001);

    let calls = json_of(wechat.client.get(format!("{}/sandbox/calls", wechat.base))).await;
    assert_eq!(calls.as_array().unwrap().len(), 4);
    assert_eq!(calls[0]["path"], PATH);
    assert_eq!(calls[2]["body"].as_str().unwrap().chars().filter(|letter| *letter == '好').count(), 1);
}

#[tokio::test]
async fn the_command_line_injects_the_same_faults() {
    let wechat = Wechat::start().await;
    let port = wechat.base.rsplit(':').next().unwrap();
    let run = async |arguments: &[&str]| {
        let command = env!("CARGO_BIN_EXE_sandbox");
        let mut command = tokio::process::Command::new(command);
        command.args(["fail", "--sandbox-port", port]).args(arguments).output().await.unwrap()
    };
    let ordered = run(&["--errcode", "-1", "--calls", "2", "--path", "/cgi-bin/menu"]).await;
    assert!(ordered.status.success(), "{}", String::from_utf8_lossy(&ordered.stderr));
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/get").await), -1);
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/get").await), -1);
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/get").await), 46003);
    assert!(run(&["--drop"]).await.status.success());
    assert!(raw(&wechat, PATH).await.is_err());
    assert!(!run(&[]).await.status.success());
    assert!(!run(&["--drop", "--half"]).await.status.success());
}

#[tokio::test]
async fn concurrent_calls_and_faults_are_counted_exactly() {
    let wechat = Wechat::start().await;
    wechat.platform.fail_next(Fault::Errcode(-1, String::new()), 50, None);
    let mut callers = JoinSet::new();
    for _ in 0..200 {
        callers.spawn(json_of(wechat.client.get(wechat.url(PATH))));
    }
    let answers = callers.join_all().await;
    assert_eq!(answers.iter().filter(|answer| errcode(answer) == -1).count(), 50);
    assert_eq!(wechat.platform.count(PATH), 200);
}
