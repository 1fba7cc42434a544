//! From the method and the path of a call to what performs it.

use serde_json::{Value, json};

use super::Account;
use super::answer::Answer;
use super::call::Call;
use super::zones;

/// The API token that is refused. Every other one is accepted.
const WRONG_TOKEN: &str = "wrong";
/// The API token that may not do anything but read.
const READER_TOKEN: &str = "reader";

pub(super) fn perform(account: &mut Account, call: &Call) -> Answer {
    if call.token.as_deref().is_none_or(|token| token == WRONG_TOKEN) {
        return Answer::error(401, 10000, "Authentication error");
    }
    if call.token.as_deref() == Some(READER_TOKEN) && call.method != "GET" {
        return Answer::error(403, 10000, "Authentication error");
    }
    let segments = call.segments();
    match (call.method.as_str(), segments.as_slice()) {
        ("GET", ["user"]) => Answer::ok(json!({ "id": "user", "email": "operator@example.com" })),
        ("GET", ["user" | "tokens", .., "verify"]) => {
            Answer::ok(json!({ "id": "token", "status": "active" }))
        }
        ("GET", ["memberships"]) => {
            Answer::page(vec![json!({ "id": "membership", "account": this_account() })], call)
        }
        ("GET", ["accounts"]) => Answer::page(vec![this_account()], call),
        ("GET", ["zones"]) => Answer::page(zones::list(call), call),
        ("GET", ["storage", "kv", "namespaces"]) => Answer::page(account.namespaces.list(), call),
        ("POST", ["storage", "kv", "namespaces"]) => account.namespaces.create(call),
        ("GET", ["d1", "database"]) => Answer::page(account.databases.list(), call),
        ("POST", ["d1", "database"]) => account.databases.create(call),
        ("GET", ["d1", "database", database]) => account.databases.show(database),
        ("POST", ["d1", "database", database, "query"]) => account.databases.query(database, call),
        ("GET", ["workers", "services", name]) => account.workers.service(name),
        ("GET", ["workers", "domains"]) => account.workers.owners(call),
        ("GET", ["workers", "subdomain"]) => Answer::ok(json!({ "subdomain": "sandbox" })),
        ("GET", ["workers", "workers", name]) => Answer::ok(worker(name)),
        (_, ["workers", "scripts", name, rest @ ..]) => account.workers.script(name, rest, call),
        _ => Answer::unknown_route(),
    }
}

fn this_account() -> Value {
    json!({ "id": "acc", "name": "Sandbox" })
}

fn worker(name: &str) -> Value {
    json!({
        "id": "worker", "name": name, "subdomain": { "enabled": false, "previews_enabled": false },
        "observability": { "enabled": true },
    })
}
