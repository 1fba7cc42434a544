//! Checks that the simulated api.weixin.qq.com responds as the manual says and fails as injected.

#![expect(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used, reason = "tests may panic")]

mod actions;
mod admission;
mod autoreplies;
mod custom_messages;
mod faults;
mod media;
mod menus;
mod qrcodes;
mod tags;
mod templates;
mod tokens;
mod users;

use std::time::Duration;

use mp_worker::config::AppId;
use mp_worker::secret::Secret;
use reqwest::Client;
use sandbox::account::Account;
use sandbox::api::{self, Platform};
use serde_json::{Value, json};

const APP_ID: &str = "wx0123456789abcdef";

/// A separate platform and a client for each test.
struct Wechat {
    platform: Platform,
    base: String,
    client: Client,
    token: String,
}

impl Wechat {
    async fn start() -> Self {
        let listener = api::listen(0).await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let platform = Platform::new(Account {
            app_id: AppId::parse(APP_ID).unwrap(),
            original_id: "gh_0a1b2c3d4e5f".to_owned(),
            token: Secret::new("token"),
            app_secret: Secret::new("secret"),
            encoding_aes_key: None,
            root_api_key: None,
        });
        tokio::spawn(api::serve(listener, platform.clone()));
        let client = sandbox::http::client(Duration::from_secs(5)).unwrap();
        let mut wechat = Self { platform, base, client, token: String::new() };
        wechat.renew_token().await;
        wechat.platform.forget_calls();
        wechat
    }

    async fn renew_token(&mut self) {
        self.token = token_of(&self.stable_token(false).await);
    }

    fn url(&self, path: &str) -> String {
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{}{path}{separator}access_token={}", self.base, self.token)
    }

    async fn get(&self, path: &str) -> Value {
        json_of(self.client.get(self.url(path))).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        json_of(self.client.post(self.url(path)).body(body.to_string())).await
    }

    async fn stable_token(&self, force: bool) -> Value {
        let body = json!({
            "grant_type": "client_credential", "appid": APP_ID, "secret": "secret", "force_refresh": force
        });
        let url = format!("{}/cgi-bin/stable_token", self.base);
        json_of(self.client.post(url).body(body.to_string())).await
    }

    /// Makes a call without side effects with this token and returns its errcode.
    async fn errcode_with(&self, token: &str) -> i64 {
        let url = format!("{}/cgi-bin/getcallbackip?access_token={token}", self.base);
        errcode(&json_of(self.client.get(url)).await)
    }
}

async fn json_of(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json; encoding=utf-8");
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

fn token_of(answer: &Value) -> String {
    answer["access_token"].as_str().expect("a token").to_owned()
}

/// Returns the errcode. A missing errcode means 0, as clients must interpret it.
fn errcode(answer: &Value) -> i64 {
    answer.get("errcode").map_or(0, |errcode| errcode.as_i64().expect("errcode is a number"))
}
