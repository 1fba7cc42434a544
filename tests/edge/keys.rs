//! API keys: authentication, scopes, expiry and revocation.

use serde_json::{Value, json};

use crate::accounts::ROOT;
use crate::machine::{Machine, error_of};

tests![
    every_invalid_key_gets_the_same_401,
    a_key_may_do_what_its_scopes_allow_for_its_account,
    a_revoked_or_expired_key_is_rejected,
    a_key_manages_the_keys_of_its_account_within_its_scopes,
];

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
