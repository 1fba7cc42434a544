//! `GET /healthz`.

use mp_worker::backends::SpoolStatus;
use mp_worker::health::{Health, LastFailure, SCHEMA_VERSION, Stores, probe_writing, schema_version};
use serde_json::{Value, json};

use crate::database::{database, rows, run};
use crate::world::config;

fn well() -> Stores {
    Stores { schema: Ok(Some(SCHEMA_VERSION)), spool: Ok(SpoolStatus::default()) }
}

fn body(health: &Health) -> Value {
    serde_json::from_str(&health.body()).unwrap()
}

#[test]
fn a_configured_worker_is_healthy() {
    let health = Health::of(&config(&[("WECHAT_TOKEN", "t")]), well(), None);
    let body = body(&health);
    assert_eq!(health.status(), 200);
    assert_eq!(body["status"], "ok");
    assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(body["problems"], json!([]));
}

#[test]
fn an_unconfigured_worker_lists_what_to_fix() {
    let health = Health::of(&config(&[]), well(), None);
    let body = body(&health);
    assert_eq!(health.status(), 503);
    assert_eq!(body["status"], "not_configured");
    assert_eq!(body["problems"], json!(["WECHAT_TOKEN is missing"]));
}

#[test]
fn a_worker_without_its_stores_is_not_healthy() {
    let of = |stores: Stores| Health::of(&config(&[("WECHAT_TOKEN", "t")]), stores, None);
    for (stores, problem) in [
        (Stores { schema: Ok(None), ..well() }, "DB has no tables yet: `make deploy` creates them"),
        (
            Stores { schema: Ok(Some(0)), ..well() },
            "DB has version 0 of the schema, and this worker needs 1: `make deploy` migrates it",
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
    let health = Health::of(&config(&[("WECHAT_TOKEN", "t")]), stores, Some(last));
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
