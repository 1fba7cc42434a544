//! `GET /healthz`.

use mp_worker::backends::SpoolStatus;
use mp_worker::config::Config;
use mp_worker::health::{Health, LastFailure, SCHEMA_VERSION, Stores, probe_writing, schema_version};
use serde_json::{Value, json};

use crate::database::{database, rows, run};
use crate::world::{ROOT, SIGNING_KEY, config};

fn well() -> Stores {
    Stores { schema: Ok(Some(SCHEMA_VERSION)), spool: Ok(SpoolStatus::default()) }
}

/// A worker with everything that it needs.
fn ready() -> Config {
    config(&[
        ("WECHAT_TOKEN", "t"),
        ("WECHAT_APP_ID", "wx0123456789abcdef"),
        ("WECHAT_APP_SECRET", "s"),
        ("ROOT_API_KEY", ROOT),
        ("SIGNING_KEY", SIGNING_KEY),
    ])
}

fn body(health: &Health) -> Value {
    serde_json::from_str(&health.body()).unwrap()
}

#[test]
fn a_configured_worker_is_healthy() {
    let health = Health::of(&ready(), well(), None);
    let body = body(&health);
    assert_eq!(health.status(), 200);
    assert_eq!((&body["status"], &body["notes"]), (&json!("ok"), &json!([])));
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(body["problems"], json!([]));
}

#[test]
fn what_is_not_set_up_is_noted_and_is_no_failure() {
    let of = |variables: &[(&str, &str)]| {
        let health = Health::of(&config(variables), well(), None);
        (health.status(), body(&health)["notes"].clone())
    };
    let app_id = "WECHAT_APP_ID is missing, but WeChat's API needs it";
    let secret = "WECHAT_APP_SECRET is missing, but WeChat's API needs it";
    let with = |app_id| {
        let keys = [("ROOT_API_KEY", ROOT), ("SIGNING_KEY", SIGNING_KEY), ("WECHAT_TOKEN", "t")];
        of(&keys.into_iter().chain(app_id).collect::<Vec<_>>())
    };
    assert_eq!(with(None), (200, json!([app_id, secret])));
    assert_eq!(with(Some(("WECHAT_APP_ID", "wx0123456789abcdef"))), (200, json!([secret])));
    let malformed = with(Some(("WECHAT_APP_ID", "x")));
    assert_eq!(malformed, (503, json!([secret])), "what is a problem is no note as well");
}

#[test]
fn an_unconfigured_worker_lists_what_to_fix() {
    let health = Health::of(&config(&[]), well(), None);
    let body = body(&health);
    assert_eq!(health.status(), 503);
    assert_eq!(body["status"], "not_configured");
    let problems: Vec<_> =
        body["problems"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let beginnings = ["WECHAT_TOKEN is missing", "ROOT_API_KEY is missing", "SIGNING_KEY is missing"];
    assert!(
        problems.iter().zip(beginnings).all(|(problem, beginning)| problem.starts_with(beginning)),
        "{problems:?}"
    );
    assert_eq!(problems.len(), 3);
}

#[test]
fn a_worker_without_its_stores_is_not_healthy() {
    let of = |stores: Stores| Health::of(&ready(), stores, None);
    for (stores, problem) in [
        (Stores { schema: Ok(None), ..well() }, "DB has no tables yet: deploy again to create them"),
        (
            Stores { schema: Ok(Some(0)), ..well() },
            "DB has version 0 of the schema, and this worker needs 1: deploy again to migrate it",
        ),
        (Stores { schema: Err("refused".to_owned()), ..well() }, "DB does not answer: refused"),
        (Stores { spool: Err("refused".to_owned()), ..well() }, "SPOOL does not answer: refused"),
    ] {
        let health = of(stores);
        assert_eq!(health.status(), 503);
        assert_eq!(
            (&body(&health)["status"], &body(&health)["problems"]),
            (&json!("storage_failed"), &json!([problem]))
        );
    }
    let newer = of(Stores { schema: Ok(Some(SCHEMA_VERSION + 1)), ..well() });
    assert_eq!(newer.status(), 200, "an older worker, after a rollback");
}

#[test]
fn it_says_what_waits_and_which_call_failed() {
    let stores = Stores { spool: Ok(SpoolStatus { waiting: 3, set_aside: 1 }), ..well() };
    let last = LastFailure { error: "D1 did not answer within 900 ms".to_owned(), seconds_ago: 40 };
    let health = Health::of(&ready(), stores, Some(last));
    assert_eq!(health.status(), 200);
    assert_eq!(body(&health)["spool"], json!({ "waiting": 3, "set_aside": 1 }));
    assert_eq!(
        body(&health)["database"],
        json!({
            "schema": SCHEMA_VERSION,
            "expected_schema": SCHEMA_VERSION,
            "last_failure": { "error": "D1 did not answer within 900 ms", "seconds_ago": 40 },
        })
    );
}

#[test]
fn the_migrations_lead_to_the_expected_schema() {
    let database = database();
    assert_eq!(rows::<(i64,)>(&database, &schema_version()).unwrap(), [(SCHEMA_VERSION,)]);
    for _ in 0..2 {
        run(&database, &probe_writing());
    }
}
