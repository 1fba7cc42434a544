//! The gateway: calls of an SDK to WeChat's own paths, which the worker forwards.

pub(crate) mod credentials;
pub(crate) mod idempotency;
pub(crate) mod passage;

use reqwest::Response;
use serde_json::{Value, json};

use crate::accounts::APP_ID;
use crate::machine::{Machine, body_of};

async fn make_key(machine: &Machine, scopes: &[&str]) -> (String, String) {
    let made = machine.ok("key/create", json!({ "name": "gateway", "scopes": scopes })).await;
    (made["key"].as_str().expect("a key").to_owned(), made["id"].as_str().expect("an id").to_owned())
}

async fn get(machine: &Machine, path_and_query: &str) -> Value {
    json_of(machine.get(path_and_query).await).await
}

async fn post(machine: &Machine, path_and_query: &str, body: impl Into<reqwest::Body>) -> Value {
    json_of(machine.client.post(machine.url(path_and_query)).body(body).send().await.expect("an answer"))
        .await
}

async fn json_of(response: Response) -> Value {
    assert_eq!(response.status(), 200, "like WeChat, the gateway always answers with status 200");
    body_of(response).await
}

/// Exchanges an API key for a gateway credential, which is the first call of an SDK.
async fn credential(machine: &Machine, key: &str) -> String {
    let answer =
        get(machine, &format!("/cgi-bin/token?grant_type=client_credential&appid={APP_ID}&secret={key}"))
            .await;
    answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}
