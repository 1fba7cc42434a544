//! Tests that need wrangler: the bindings of `wrangler.toml` are those that the worker needs.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use sandbox::account::Mode;
use sandbox::sample;
use sandbox::sender::Sender;
use sandbox::verdict::Verdict;
use sandbox::worker::Worker;
use serde_json::{Value, json};

use crate::accounts::{APP_ID, ROOT, account, text_of};
use crate::machine::{body_of, error_of};
use crate::until::until;
use crate::world::World;

tests![under wrangler:
    static_files_are_served_alongside_the_worker,
    rules_in_kv_decide_the_reply_and_d1_stores_the_message,
    the_cron_trigger_renews_the_token_and_the_keeper_stores_it,
    calls_over_the_rate_limit_of_a_key_are_rejected,
    invalid_keys_of_one_address_are_limited_and_valid_ones_are_not,
    sign_ins_of_one_address_are_limited,
    a_callback_names_the_missing_variable,
    the_api_is_closed_without_a_root_key,
    a_variable_that_is_not_text_is_read,
    the_spool_accepts_what_a_database_without_tables_refuses,
    a_database_without_tables_is_reported_with_the_fix,
];

const SIGNED: &str = "signature=e9f2ba9e84ed5f4a3a0f4f0e3a9a2d7d8c8a7f6b&timestamp=1&nonce=2&echostr=3";
/// `simple.limit` of `GATEWAY_LIMITER`, per minute.
const LIMIT: usize = 600;

fn sender(worker: &Worker, path: &str) -> Sender {
    Sender::new(account(), Mode::Plain, format!("{}{path}", worker.url())).expect("a sender")
}

async fn static_files_are_served_alongside_the_worker(world: Arc<World>) {
    let worker = world.shipped().await;
    let response = world.get(&format!("{}/openapi.json", worker.url())).await;
    assert_eq!(response.status(), 200);
    let served = body_of(response).await;
    let document = include_str!("../../public/openapi.json");
    assert_eq!(served, serde_json::from_str::<Value>(document).expect("JSON"));
    for path in ["/", "/openapi", "/index.html"] {
        let (status, code, _) = error_of(world.get(&format!("{}{path}", worker.url())).await).await;
        assert_eq!(
            (status, code.as_str()),
            (404, "not_found"),
            "the worker answers paths that are not files: {path}"
        );
    }
}

async fn rules_in_kv_decide_the_reply_and_d1_stores_the_message(world: Arc<World>) {
    let (worker, openid) = (world.shipped().await, "oWRANGLER-stored");
    let sender = sender(worker, "/callback");
    assert_eq!(sender.verify().await, Ok(()));
    let message = sender.address(sample::message("text").expect("a sample").with("Content", "你好"), openid);
    // The second delivery finds the reply in D1.
    for _ in 0..2 {
        assert_eq!(text_of(&sender.deliver(&message).await.verdict), "收到");
    }
    let stored = until(async || {
        let (_, list) = world.api(worker, "message/list", &json!({ "openid": openid })).await;
        let messages = list["messages"].as_array().filter(|messages| !messages.is_empty());
        messages.cloned().ok_or_else(|| list.to_string())
    });
    let contents: Vec<Value> = stored.await.iter().map(|entry| entry["message"]["Content"].clone()).collect();
    assert_eq!(contents, ["你好"]);
}

async fn the_cron_trigger_renews_the_token_and_the_keeper_stores_it(world: Arc<World>) {
    let worker = world.shipped().await;
    let made = || world.wechat.count("/cgi-bin/stable_token");
    assert_eq!(made(), 0);
    let run = world.get(&format!("{}/cdn-cgi/handler/scheduled?format=json", worker.url())).await;
    assert_eq!(body_of(run).await["outcome"], "ok");
    assert_eq!(made(), 1);
    let (status, token) = world.api(worker, "token/get", &json!({})).await;
    assert!(status == 200 && token["access_token"].is_string(), "{token}");
    assert_eq!(made(), 1, "the token is not requested again");
}

async fn calls_over_the_rate_limit_of_a_key_are_rejected(world: Arc<World>) {
    let worker = world.shipped().await;
    let make_key = async || {
        let body = json!({ "name": "limited", "scopes": ["account:read"] });
        let (status, made) = world.api(worker, "key/create", &body).await;
        assert_eq!(status, 200, "{made}");
        made["key"].as_str().expect("a key").to_owned()
    };
    // The worker answers this call without WeChat.
    let call = async |key: &str| {
        let url = format!("{}/cgi-bin/token?appid={APP_ID}&secret={key}", worker.url());
        body_of(world.get(&url).await).await["errcode"].as_i64()
    };
    let (key, other) = (make_key().await, make_key().await);
    // More calls than the limiter allows in two minutes, whenever these begin.
    let calls = stream::iter(0..2 * LIMIT + 100).map(async |_| call(&key).await).buffer_unordered(50);
    let before: Vec<Option<i64>> =
        calls.take_while(|errcode| std::future::ready(*errcode != Some(45011))).collect().await;
    assert!(before.iter().all(Option::is_none), "{before:?}");
    assert!((LIMIT - 50..=2 * LIMIT).contains(&before.len()), "{} came before the limit", before.len());
    assert_eq!(call(&other).await, None, "each key has its own limit");
}

/// `simple.limit` of `AUTH_LIMITER` and `SESSION_LIMITER`, per minute.
const ADDRESS_LIMIT: usize = 30;

/// The answers to as many requests as pass two limits, whenever the minute of the limiter begins, until one is 429.
async fn until_limited(request: impl AsyncFn() -> u16) -> Vec<u16> {
    let mut statuses = Vec::new();
    while statuses.last() != Some(&429) {
        assert!(statuses.len() <= 2 * ADDRESS_LIMIT, "nothing is limited: {statuses:?}");
        statuses.push(request().await);
    }
    statuses.pop();
    assert!(statuses.len() >= ADDRESS_LIMIT - 5, "{statuses:?}");
    statuses
}

async fn invalid_keys_of_one_address_are_limited_and_valid_ones_are_not(world: Arc<World>) {
    let worker = world.shipped().await;
    let url = format!("{}/api/rule/list", worker.url());
    let status = async |key: &str, address: &str| {
        let request = world.client.post(&url).bearer_auth(key).header("cf-connecting-ip", address);
        request.send().await.expect("an answer").status().as_u16()
    };
    let before = until_limited(async || status("mpk_wrong", "192.0.2.1").await).await;
    assert!(before.iter().all(|status| *status == 401), "{before:?}");
    assert_eq!(status(ROOT, "192.0.2.1").await, 200, "a valid key is not affected");
    assert_eq!(status("mpk_wrong", "192.0.2.2").await, 401, "another address has its own limit");
}

async fn sign_ins_of_one_address_are_limited(world: Arc<World>) {
    let worker = world.shipped().await;
    let url = format!("{}/api/session/create", worker.url());
    let sign_in = async |key: &str, address: &str| {
        let request = world.client.post(&url).header("sec-fetch-site", "same-origin");
        let request = request.header("cf-connecting-ip", address).header("content-type", "application/json");
        request.body(json!({ "key": key }).to_string()).send().await.expect("an answer")
    };
    let before = until_limited(async || sign_in("wrong", "192.0.2.3").await.status().as_u16()).await;
    assert!(before.iter().all(|status| *status == 401), "{before:?}");
    let refused = sign_in(ROOT, "192.0.2.3").await;
    assert_eq!(refused.headers()["retry-after"], "60");
    assert_eq!(error_of(refused).await.1, "rate_limited", "the right key does not help either");
    assert_eq!(sign_in(ROOT, "192.0.2.4").await.status(), 200, "another address has its own limit");
}

async fn a_callback_names_the_missing_variable(world: Arc<World>) {
    let url = format!("{}/callback?{SIGNED}", world.unconfigured().await.url());
    let (status, code, message) = error_of(world.get(&url).await).await;
    assert_eq!((status, code.as_str()), (503, "not_configured"));
    assert_eq!(message, "not configured: WECHAT_TOKEN is missing");
}

async fn the_api_is_closed_without_a_root_key(world: Arc<World>) {
    let url = format!("{}/api/menu/list", world.unconfigured().await.url());
    let request = world.client.post(url).bearer_auth(ROOT);
    let (status, code, message) = error_of(request.send().await.expect("an answer")).await;
    assert_eq!((status, code.as_str()), (503, "not_configured"));
    assert_eq!(
        message,
        "not configured: ROOT_API_KEY is missing: the JSON API and the gateway are closed without it"
    );
}

async fn a_variable_that_is_not_text_is_read(world: Arc<World>) {
    // The configuration says `WECHAT_REQUIRE_ENCRYPTION = true`, a TOML boolean.
    let health = world.get(&format!("{}/healthz", world.unconfigured().await.url())).await;
    assert_eq!(health.status(), 503);
    let body = health.text().await.expect("a body");
    assert!(body.contains(r#""problems":["WECHAT_TOKEN is missing""#), "{body}");
    assert!(body.contains("WECHAT_ENCODING_AES_KEY is missing, but encryption needs it"), "{body}");
}

async fn the_spool_accepts_what_a_database_without_tables_refuses(world: Arc<World>) {
    // This account is a TOML table in the configuration.
    let sender = sender(world.unmigrated().await, "/callback/toml");
    let message = sender.address(sample::message("text").expect("a sample"), "oWRANGLER-spooled");
    let outcome = sender.deliver(&message).await;
    assert_eq!((outcome.deliveries.len(), outcome.verdict), (1, Verdict::Nothing));
    // The alarm finds no tables either.
    world.until_unmigrated_says("spool_not_emptied").await;
}

async fn a_database_without_tables_is_reported_with_the_fix(world: Arc<World>) {
    let body = json!({ "name": "first", "scopes": ["menu:read"] });
    let (status, answer) = world.api(world.unmigrated().await, "key/create?account=toml", &body).await;
    assert_eq!((status, &answer["error"]["code"]), (503, &json!("not_configured")), "{answer}");
    assert!(answer["error"]["message"].as_str().expect("a text").contains("has no tables yet"), "{answer}");
}
