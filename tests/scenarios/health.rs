//! `GET /healthz`.

use mp_worker::health::Health;
use serde_json::{Value, json};

use crate::world::config;

#[test]
fn a_configured_worker_is_healthy() {
    let health = Health::of(&config(&[("WECHAT_TOKEN", "t")]));
    let body: Value = serde_json::from_str(&health.body()).unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(body["status"], "ok");
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(body["problems"], json!([]));
}

#[test]
fn an_unconfigured_worker_lists_what_to_fix() {
    let health = Health::of(&config(&[]));
    let body: Value = serde_json::from_str(&health.body()).unwrap();
    assert_eq!(health.status(), 503);
    assert_eq!(body["status"], "not_configured");
    assert_eq!(body["problems"], json!(["WECHAT_TOKEN is missing"]));
}
