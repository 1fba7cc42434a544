//! The checks that apply to every call, and the quotas.

use serde_json::json;

use crate::{APP_ID, Wechat, errcode, json_of};

#[tokio::test]
async fn calls_without_a_valid_token_are_rejected() {
    let wechat = Wechat::start().await;
    let without = json_of(wechat.client.get(format!("{}/cgi-bin/menu/get", wechat.base))).await;
    assert_eq!(errcode(&without), 41001);
    assert!(without["errmsg"].as_str().unwrap().starts_with("access_token missing rid: "));
    assert_eq!(wechat.errcode_with("").await, 41001);
    assert_eq!(wechat.errcode_with("short").await, 40014);
    assert_eq!(wechat.errcode_with(&"x".repeat(128)).await, 40001);
}

#[tokio::test]
async fn path_method_and_body_are_checked() {
    let wechat = Wechat::start().await;
    assert_eq!(errcode(&wechat.get("/cgi-bin/nothing").await), 40066);
    assert_eq!(errcode(&wechat.post("/cgi-bin/menu/get", json!({})).await), 43001);
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/create").await), 43002);
    let post = async |body: &'static str| {
        errcode(&json_of(wechat.client.post(wechat.url("/cgi-bin/tags/create")).body(body)).await)
    };
    assert_eq!(post("").await, 44002);
    assert_eq!(post("tag=x").await, 47001);
    assert_eq!(post("[]").await, 47001);
    assert_eq!(post("\u{feff}{}").await, 47001);
    assert_eq!(post(r#"{"tag":{"name":"新标签"}}"#).await, 0, "the Content-Type is ignored");
}

#[tokio::test]
async fn daily_quotas_are_counted_shown_and_cleared() {
    let wechat = Wechat::start().await;
    let path = "/cgi-bin/getcallbackip";
    wechat.platform.set_quota(path, 2);
    assert_eq!(errcode(&wechat.get(path).await), 0);
    assert_eq!(errcode(&wechat.get(path).await), 0);
    assert_eq!(errcode(&wechat.get(path).await), 45009);
    let quota = wechat.post("/cgi-bin/openapi/quota/get", json!({ "cgi_path": path })).await;
    assert_eq!(quota["quota"], json!({ "daily_limit": 2, "used": 2, "remain": 0 }));
    let unknown = wechat.post("/cgi-bin/openapi/quota/get", json!({ "cgi_path": "/x" })).await;
    assert_eq!(errcode(&unknown), 76021);

    assert_eq!(errcode(&wechat.post("/cgi-bin/clear_quota", json!({ "appid": "wx" })).await), 40013);
    assert_eq!(errcode(&wechat.post("/cgi-bin/clear_quota", json!({ "appid": APP_ID })).await), 0);
    assert_eq!(errcode(&wechat.get(path).await), 0);
}

#[tokio::test]
async fn counters_can_be_cleared_ten_times() {
    let wechat = Wechat::start().await;
    for _ in 0..9 {
        assert_eq!(errcode(&wechat.post("/cgi-bin/clear_quota", json!({ "appid": APP_ID })).await), 0);
    }
    let by_secret = json!({ "appid": APP_ID, "appsecret": "secret" }).to_string();
    let url = format!("{}/cgi-bin/clear_quota/v2", wechat.base);
    assert_eq!(errcode(&json_of(wechat.client.post(url).body(by_secret)).await), 0);
    assert_eq!(errcode(&wechat.post("/cgi-bin/clear_quota", json!({ "appid": APP_ID })).await), 48006);
}

#[tokio::test]
async fn the_network_can_be_checked() {
    let wechat = Wechat::start().await;
    assert_eq!(wechat.get("/cgi-bin/get_api_domain_ip").await["ip_list"], json!(["127.0.0.1"]));
    let check = async |action: &str, operator: &str| {
        let body = json!({ "action": action, "check_operator": operator });
        wechat.post("/cgi-bin/callback/check", body).await
    };
    assert_eq!(check("all", "DEFAULT").await["dns"][0]["ip"], "127.0.0.1");
    assert!(check("dns", "UNICOM").await.get("ping").is_none());
    assert_eq!(errcode(&check("x", "DEFAULT").await), 40202);
    assert_eq!(errcode(&check("all", "x").await), 40203);
}
