//! API keys: authentication, scopes, expiry and revocation.

use std::time::Duration;

use serde_json::{Value, json};

use crate::accounts::{ROOT, SIGNING_KEY};
use crate::machine::{Machine, Setup, error_of};

tests![
    every_invalid_key_gets_the_same_401,
    a_key_may_do_what_its_scopes_allow_for_its_account,
    a_revoked_or_expired_key_is_rejected,
    a_key_manages_the_keys_of_its_account_within_its_scopes,
    a_made_up_id_costs_no_query_and_a_good_key_one_a_minute,
    a_revocation_is_effective_everywhere_within_a_minute,
    a_revocation_is_effective_everywhere_within_ten_minutes_while_d1_fails,
    keys_work_for_ten_minutes_while_d1_fails,
    a_key_that_cannot_be_revoked_in_d1_is_refused_until_d1_answers,
    a_copy_that_kv_refused_is_written_later,
    a_key_ends_with_the_key_that_created_it,
    the_signing_key_rotates_without_an_interruption,
    a_webhook_takes_the_scopes_of_what_it_reads_and_writes,
    the_last_use_of_a_key_is_stored_once_an_hour,
    without_a_signing_key_only_the_root_key_works,
];

/// The statement that looks up one key.
const LOOKUP: &str = "FROM api_key WHERE id = ?1";

async fn lookups(machine: &Machine) -> usize {
    let costs = machine.costs_in_the_end().await;
    costs.iter().filter(|cost| cost.sql.contains(LOOKUP)).count()
}

/// D1 answers no lookup of a key.
async fn let_lookups_fail(machine: &Machine) {
    machine.d1_faults(json!([{ "on": LOOKUP, "skip": 0, "times": 1_000_000, "how": "refuse" }])).await;
}

/// KV takes no copy of a key.
async fn let_copies_fail(machine: &Machine) {
    machine
        .faults("kv/orders", &json!([{ "on": "PUT", "skip": 0, "times": 1_000_000, "how": "refuse" }]))
        .await;
}

async fn create(machine: &Machine, path: &str, body: Value) -> (String, String) {
    let created = machine.ok(path, body).await;
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

async fn every_invalid_key_gets_the_same_401() {
    let machine = Machine::with_accounts().await;
    let (key, _) =
        create(&machine, "key/create", json!({ "name": "genuine", "scopes": ["menu:read"] })).await;
    let mut answers = Vec::new();
    let wrong_secret = format!("{}{}", &key[..key.len() - 1], if key.ends_with('A') { 'B' } else { 'A' });
    let unknown = "mpk_00000000000000000000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for header in [None, Some(""), Some("Bearer "), Some("Bearer x"), Some("Basic eDp5")] {
        let mut request = machine.client.post(machine.url("/api/menu/list"));
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        answers.push(error_of(request.send().await.unwrap()).await);
    }
    for key in [wrong_secret.as_str(), unknown, "mpk_", &key[..20], &ROOT.replace('9', "8")] {
        let request = machine.client.post(machine.url("/api/menu/list")).bearer_auth(key);
        answers.push(error_of(request.send().await.unwrap()).await);
    }
    answers.dedup();
    let message = "send a valid API key as `Authorization: Bearer <api key>`";
    assert_eq!(answers, [(401, "unauthorized".to_owned(), message.to_owned())]);
}

async fn a_key_may_do_what_its_scopes_allow_for_its_account() {
    let machine = Machine::with_accounts().await;
    let scopes = json!({ "name": "后台", "scopes": ["menu:read", "user:write"] });
    let (key, id) = create(&machine, "key/create", scopes).await;
    let as_key = async |path: &str| {
        let (status, answer) = machine.api_as(&key, path, &json!({})).await;
        (status, answer["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(as_key("menu/current").await.0, 200);
    assert_eq!(as_key("user/list").await.0, 200, "write implies read");
    assert_eq!(as_key("menu/create").await, (403, "this API key lacks the scope menu:write".to_owned()));
    assert_eq!(as_key("token/get").await, (403, "this API key lacks the scope token:read".to_owned()));
    assert_eq!(as_key("key/list").await, (403, "this API key lacks the scope key:read".to_owned()));
    let elsewhere = "this API key does not belong to this account";
    assert_eq!(as_key("menu/list?account=second").await, (403, elsewhere.to_owned()));

    let (of_second, _) =
        create(&machine, "key/create?account=second", json!({ "name": "x", "scopes": ["*"] })).await;
    let (status, answer) = machine.api_as(&of_second, "menu/list", &json!({})).await;
    assert_eq!(status, 503, "the key acts for its own account, which has no AppSecret: {answer}");

    let (_, list) = machine.api("key/list", &json!({})).await;
    let listed =
        list["keys"].as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap().clone();
    assert_eq!(listed["name"], "后台");
    assert_eq!(listed["scopes"], json!(["menu:read", "user:write"]));
    let secret = key.rsplit_once('_').unwrap().1;
    assert!(!list.to_string().contains(secret) && listed.get("hash").is_none(), "the list shows no secret");
}

async fn a_revoked_or_expired_key_is_rejected() {
    let machine = Machine::with_accounts().await;
    let (key, id) = create(&machine, "key/create", json!({ "name": "short", "scopes": ["menu:read"] })).await;
    assert_eq!(machine.api_as(&key, "menu/current", &json!({})).await.0, 200);
    assert_eq!(machine.api("key/revoke", &json!({ "id": id })).await, (200, json!({})));
    assert_eq!(machine.api_as(&key, "menu/current", &json!({})).await.0, 401);
    assert_eq!(machine.api("key/revoke", &json!({ "id": id })).await.0, 200, "revoking a key again succeeds");
    let unknown = json!({ "id": "0000000000000000" });
    assert_eq!(machine.api("key/revoke", &unknown).await.0, 404, "the key never existed");

    let expired = json!({ "name": "expired", "scopes": ["menu:read"], "expires_at": 1_700_000_000 });
    let (key, _) = create(&machine, "key/create", expired).await;
    assert_eq!(machine.api_as(&key, "menu/current", &json!({})).await.0, 401);
}

async fn a_key_manages_the_keys_of_its_account_within_its_scopes() {
    let machine = Machine::with_accounts().await;
    let manager = json!({ "name": "manager", "scopes": ["key:write", "menu:read"] });
    let (manager, manager_id) = create(&machine, "key/create", manager).await;
    let of_second = json!({ "name": "elsewhere", "scopes": ["menu:read"] });
    let (other, other_id) = create(&machine, "key/create?account=second", of_second).await;

    let granted = json!({ "name": "granted", "scopes": ["menu:read"] });
    assert_eq!(machine.api_as(&manager, "key/create", &granted).await.0, 200);
    let more = json!({ "name": "more", "scopes": ["menu:read", "menu:write"] });
    let (status, refused) = machine.api_as(&manager, "key/create", &more).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("forbidden")), "{refused}");
    assert_eq!(refused["error"]["message"], "this API key lacks the scope menu:write");

    let (_, list) = machine.api_as(&manager, "key/list", &json!({})).await;
    let ids: Vec<_> = list["keys"].as_array().unwrap().iter().map(|key| key["id"].clone()).collect();
    assert!(ids.contains(&json!(manager_id)) && !ids.contains(&json!(other_id)), "{list}");
    assert_eq!(machine.api_as(&manager, "key/revoke", &json!({ "id": other_id })).await.0, 404);
    let (status, answer) = machine.api_as(&other, "menu/list", &json!({})).await;
    assert_eq!(
        status, 503,
        "the other account's key is still valid; its account lacks an AppSecret: {answer}"
    );
}

async fn a_made_up_id_costs_no_query_and_a_good_key_one_a_minute() {
    let mut machine = Machine::start().await;
    let (key, id) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["account:read"] })).await;
    machine.costs_in_the_end().await;
    for number in 0..50 {
        let made_up = key.replace(&id[..16], &format!("{number:016x}"));
        assert_eq!(machine.api_as(&made_up, "menu/list", &json!({})).await.0, 401);
        let answer = machine.get(&format!("/cgi-bin/tags/get?access_token={made_up}")).await;
        assert!(answer.text().await.unwrap().contains("48001"));
    }
    assert_eq!(machine.costs_in_the_end().await, [], "a made-up id ends in the CPU");

    for (seconds, expected) in [(0, 1), (30, 0), (30, 1), (40, 0), (20, 1)] {
        machine.advance(Duration::from_secs(seconds)).await;
        for _ in 0..5 {
            assert_eq!(machine.api_as(&key, "menu/list", &json!({})).await.0, 403);
        }
        assert_eq!(lookups(&machine).await, expected, "after another {seconds} s");
    }
}

async fn a_revocation_is_effective_everywhere_within_a_minute() {
    for kv_refuses in [false, true] {
        let mut machine = Machine::with(Setup::new().with_other_worker()).await;
        let (key, id) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["key:read"] })).await;
        assert_eq!(machine.api_as(&key, "key/list", &json!({})).await.0, 200);
        assert_eq!(machine.status_elsewhere(&key, "key/list").await, 200);
        if kv_refuses {
            let_copies_fail(&machine).await;
        }
        machine.ok("key/revoke", json!({ "id": id })).await;
        assert_eq!(machine.api_as(&key, "key/list", &json!({})).await.0, 401, "at once where it was revoked");
        machine.advance(Duration::from_mins(1)).await;
        assert_eq!(machine.status_elsewhere(&key, "key/list").await, 401, "KV refuses: {kv_refuses}");
    }
}

async fn a_revocation_is_effective_everywhere_within_ten_minutes_while_d1_fails() {
    let mut machine = Machine::with(Setup::new().with_other_worker()).await;
    let (key, id) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["message:read"] })).await;
    let (other, other_id) =
        create(&machine, "key/create", json!({ "name": "y", "scopes": ["message:read"] })).await;
    let elsewhere = async |key: &str| machine.status_elsewhere(key, "rule/list").await;
    assert_eq!((elsewhere(&key).await, elsewhere(&other).await), (403, 403), "the keys are valid");

    // One revocation reaches KV, the other does not. Then D1 fails.
    machine.ok("key/revoke", json!({ "id": id })).await;
    let_copies_fail(&machine).await;
    machine.ok("key/revoke", json!({ "id": other_id })).await;
    let_lookups_fail(&machine).await;
    machine.advance(Duration::from_mins(1)).await;
    let elsewhere = async |key: &str| machine.status_elsewhere(key, "rule/list").await;
    assert_eq!(elsewhere(&key).await, 401, "its copy in KV says so");
    assert_eq!(elsewhere(&other).await, 403, "nothing says so yet");
    let here = machine.api_as(&other, "rule/list", &json!({})).await.0;
    assert_eq!(here, 401, "where it was revoked, its old copy does not make it valid again");
    // The test itself takes some of the time.
    machine.advance(Duration::from_mins(8)).await;
    let elsewhere = async |key: &str| machine.status_elsewhere(key, "rule/list").await;
    assert_eq!(elsewhere(&other).await, 403);
    machine.advance(Duration::from_mins(1)).await;
    let elsewhere = async |key: &str| machine.status_elsewhere(key, "rule/list").await;
    assert_eq!(elsewhere(&other).await, 500, "D1 has not confirmed it for ten minutes");
    machine.d1_faults(json!([])).await;
    assert_eq!(elsewhere(&other).await, 401);
}

async fn keys_work_for_ten_minutes_while_d1_fails() {
    let mut machine = Machine::with(Setup::new().with_other_worker()).await;
    let (key, _) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["message:read"] })).await;
    let_lookups_fail(&machine).await;
    // The other worker has never asked D1 about it.
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 403, "the copy in KV is believed");
    machine.until_logged("key_unconfirmed", |line| line["level"] == "warn").await;
    machine.advance(Duration::from_mins(9)).await;
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 403);
    machine.advance(Duration::from_mins(1)).await;
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 500);
    machine.d1_faults(json!([])).await;
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 403, "D1 answers again");

    machine.advance(Duration::from_mins(1)).await;
    machine.d1_faults(json!([{ "on": LOOKUP, "skip": 0, "times": 1, "how": "hang" }])).await;
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 403, "D1 has one second");
}

async fn a_copy_that_kv_refused_is_written_later() {
    let machine = Machine::start().await;
    let_copies_fail(&machine).await;
    let (key, id) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["message:read"] })).await;
    machine.until_logged("key_not_copied", |line| line["key"] == json!(id)).await;
    assert_eq!(machine.api_as(&key, "rule/list", &json!({})).await.0, 403, "it works at once");
    machine.faults("kv/orders", &json!([])).await;
    let copied = "SELECT COUNT(*) FROM api_key WHERE copied = 1";
    machine.cron(1).await;
    assert_eq!(machine.number(copied).await, 1);
    let copy = machine.kv(&format!("key:{id}")).await;
    assert!(
        copy.contains("\"revoked_at\":null") && !copy.contains(key.rsplit_once('_').unwrap().1),
        "{copy}"
    );

    let_copies_fail(&machine).await;
    machine.ok("key/revoke", json!({ "id": id })).await;
    assert_eq!(machine.number(copied).await, 0);
    machine.faults("kv/orders", &json!([])).await;
    machine.cron(1).await;
    let copy = machine.kv(&format!("key:{id}")).await;
    assert!(!copy.contains("\"revoked_at\":null"), "{copy}");
    assert_eq!(machine.number(copied).await, 1);
}

async fn a_key_ends_with_the_key_that_created_it() {
    let machine = Machine::start().await;
    let maker = json!({ "name": "maker", "scopes": ["key:write", "message:read"] });
    let (maker, maker_id) = create(&machine, "key/create", maker).await;
    let wanted = json!({ "name": "made", "scopes": ["message:read", "key:write"] });
    let (status, made) = machine.api_as(&maker, "key/create", &wanted).await;
    assert_eq!((status, &made["made_by"]), (200, &json!(maker_id)), "{made}");
    let made = made["key"].as_str().unwrap();
    let (_, of_made) =
        machine.api_as(made, "key/create", &json!({ "name": "z", "scopes": ["message:read"] })).await;
    let of_made = of_made["key"].as_str().unwrap();
    let more = json!({ "name": "more", "scopes": ["message:read", "rule:read"] });
    let (_, more_id) = create(&machine, "key/create", more).await;
    assert_eq!(
        machine.api_as(&maker, "key/revoke", &json!({ "id": more_id })).await.0,
        403,
        "it has more scopes"
    );

    // The maker's end is in D1, and not yet in this isolate's memory.
    machine.sql("UPDATE api_key SET revoked_at = 1 WHERE id = ?1", &[json!(maker_id)]).await;
    assert_eq!(machine.api_as(&maker, "key/create", &wanted).await.0, 401, "D1 decides whether it may");
    machine.sql("UPDATE api_key SET revoked_at = NULL WHERE id = ?1", &[json!(maker_id)]).await;

    machine.ok("key/revoke", json!({ "id": maker_id })).await;
    for key in [&maker, made, of_made] {
        assert_eq!(machine.api_as(key, "message/list", &json!({})).await.0, 401);
    }
}

async fn the_signing_key_rotates_without_an_interruption() {
    const NEW: &str = "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcy4=";
    // The second worker has the new key, and the first key as the previous one.
    let setup = Setup::new().with_other_worker().elsewhere("SIGNING_KEY", NEW);
    let machine = Machine::with(setup.elsewhere("PREVIOUS_SIGNING_KEY", SIGNING_KEY)).await;
    let (old, old_id) =
        create(&machine, "key/create", json!({ "name": "old", "scopes": ["key:write"] })).await;
    assert_eq!(machine.status_elsewhere(&old, "key/list").await, 200, "the previous key proves it");
    let (_, list) = machine.api_elsewhere(&old, "key/list", &json!({})).await;
    assert_eq!(list["keys"][0]["needs_previous_signing_key"], true, "{list}");
    let wanted = json!({ "name": "new", "scopes": ["key:write"] });
    let (_, new) = machine.api_elsewhere(&old, "key/create", &wanted).await;
    let new = new["key"].as_str().unwrap();
    assert_eq!(machine.status_elsewhere(new, "key/list").await, 200);
    assert_eq!(machine.api_as(new, "key/list", &json!({})).await.0, 401, "another worker did not make it");
    assert_eq!(machine.number(&format!("SELECT COUNT(*) FROM api_key WHERE id = '{old_id}'")).await, 1);
}

async fn a_webhook_takes_the_scopes_of_what_it_reads_and_writes() {
    let machine = Machine::start().await;
    let webhook = |mode: &str| json!({ "webhook": { "url": "https://shop.example.com/hook", "mode": mode } });
    for (scopes, notify, respond) in [
        (json!(["webhook:write"]), 403, 403),
        (json!(["webhook:write", "message:read"]), 200, 403),
        (json!(["webhook:write", "message:write"]), 200, 200),
    ] {
        let (key, _) = create(&machine, "key/create", json!({ "name": "x", "scopes": scopes })).await;
        assert_eq!(machine.api_as(&key, "webhook/create", &webhook("notify")).await.0, notify, "{scopes}");
        assert_eq!(machine.api_as(&key, "webhook/create", &webhook("respond")).await.0, respond, "{scopes}");
    }
}

async fn the_last_use_of_a_key_is_stored_once_an_hour() {
    let mut machine = Machine::with(Setup::new().with_other_worker()).await;
    let (key, _) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["key:read"] })).await;
    let (_, list) = machine.api("key/list", &json!({})).await;
    assert_eq!(list["keys"][0].get("last_used_at"), None, "{list}");
    let mut times = Vec::new();
    for seconds in [0, 60, 3540, 60] {
        machine.advance(Duration::from_secs(seconds)).await;
        for _ in 0..3 {
            assert_eq!(machine.api_as(&key, "key/list", &json!({})).await.0, 200);
            assert_eq!(machine.status_elsewhere(&key, "key/list").await, 200);
        }
        machine.costs_in_the_end().await;
        let rows = machine.sql("SELECT used_at FROM api_key_use", &[]).await;
        times.push(rows[0]["used_at"].as_i64().unwrap());
    }
    assert_eq!((times[0], times[2]), (times[1], times[3]), "{times:?}");
    assert!(times[2] - times[0] >= 3600, "{times:?}");
    let (_, list) = machine.api("key/list", &json!({})).await;
    assert_eq!(list["keys"][0]["last_used_at"], times[3]);
}

async fn without_a_signing_key_only_the_root_key_works() {
    let machine = Machine::with(Setup::new().variable("SIGNING_KEY", "short")).await;
    let health = machine.get("/healthz").await;
    assert_eq!(health.status().as_u16(), 503);
    let health = health.text().await.unwrap();
    assert!(
        health.contains("SIGNING_KEY must be 32 random bytes in Base64") && health.contains("openssl rand"),
        "{health}"
    );
    let report = machine.ok("account/check", json!({})).await;
    assert!(report.to_string().contains("SIGNING_KEY must be"), "{report}");
    let (status, error) = machine.refused("key/create", json!({ "name": "x", "scopes": ["*"] })).await;
    assert_eq!((status, &error["code"]), (503, &json!("not_configured")), "{error}");
}

async fn a_key_that_cannot_be_revoked_in_d1_is_refused_until_d1_answers() {
    let mut machine = Machine::with(Setup::new().with_other_worker()).await;
    let (key, id) = create(&machine, "key/create", json!({ "name": "x", "scopes": ["rule:read"] })).await;
    let (limited, _) = create(&machine, "key/create", json!({ "name": "y", "scopes": ["key:write"] })).await;
    machine.until("SELECT COUNT(*) FROM api_key WHERE copied = 1", 2).await;
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 200);
    assert_eq!(machine.api_as(&limited, "key/revoke", &json!({ "id": id })).await.0, 403);
    machine.d1_faults(json!([{ "on": "api_key", "skip": 0, "times": 1_000_000, "how": "refuse" }])).await;
    // A key must not revoke what it could not create.
    assert_eq!(machine.api_as(&limited, "key/revoke", &json!({ "id": id })).await.0, 503);
    assert!(machine.kv(&format!("key:{id}")).await.contains("\"revoked_at\":null"));
    let (status, error) = machine.refused("key/revoke", json!({ "id": id })).await;
    assert_eq!((status, &error["code"]), (503, &json!("internal")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("still works"), "{error}");
    machine.advance(Duration::from_mins(2)).await;
    assert_eq!(machine.api_as(&key, "rule/list", &json!({})).await.0, 401);
    assert_eq!(machine.status_elsewhere(&key, "rule/list").await, 401, "the copy says that it is revoked");
    machine.d1_faults(json!([])).await;
    machine.ok("key/revoke", json!({ "id": id })).await;
    machine.advance(Duration::from_mins(2)).await;
    assert_eq!(machine.api_as(&key, "rule/list", &json!({})).await.0, 401);
}
