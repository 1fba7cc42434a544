//! API keys.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::world::{ROOT, World, error_of};

async fn create(world: &World, path: &str, body: Value) -> (String, String) {
    let (status, created) = world.api(path, &body).await;
    assert_eq!(status, 200, "{created}");
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

pub(crate) async fn a_worker_without_a_root_key_refuses_the_api_and_says_why(world: Arc<World>) {
    let request = world.client.post(world.unconfigured_url("/api/menu/list")).bearer_auth(ROOT);
    let (status, code, message) = error_of(request.send().await.unwrap()).await;
    assert_eq!((status, code.as_str()), (503, "not_configured"));
    assert_eq!(message, "not configured: ROOT_API_KEY is missing: the API is closed without it");
}

pub(crate) async fn no_good_key_is_401_and_tells_nothing(world: Arc<World>) {
    let (key, _) = create(&world, "key/create", json!({ "name": "genuine", "scopes": ["menu:read"] })).await;
    let mut answers = Vec::new();
    let wrong_secret = format!("{}{}", &key[..key.len() - 1], if key.ends_with('A') { 'B' } else { 'A' });
    let unknown = "mpk_0000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for header in [None, Some(""), Some("Bearer "), Some("Bearer x"), Some("Basic eDp5")] {
        let mut request = world.client.post(world.url("/api/menu/list"));
        if let Some(header) = header {
            request = request.header("authorization", header);
        }
        answers.push(error_of(request.send().await.unwrap()).await);
    }
    for key in [wrong_secret.as_str(), unknown, "mpk_", &key[..20], "edge-root-api-key-0123456788"] {
        let request = world.client.post(world.url("/api/menu/list")).bearer_auth(key);
        answers.push(error_of(request.send().await.unwrap()).await);
    }
    answers.dedup();
    let message = "send a valid API key as `Authorization: Bearer <api key>`";
    assert_eq!(answers, [(401, "unauthorized".to_owned(), message.to_owned())]);
}

pub(crate) async fn a_key_does_what_its_scopes_say_for_its_account(world: Arc<World>) {
    let scopes = json!({ "name": "后台", "scopes": ["menu:read", "user:write"] });
    let (key, id) = create(&world, "key/create", scopes).await;
    let as_key = async |path: &str| {
        let (status, answer) = world.api_as(&key, path, &json!({})).await;
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
        create(&world, "key/create?account=second", json!({ "name": "x", "scopes": ["*"] })).await;
    let (status, answer) = world.api_as(&of_second, "menu/list", &json!({})).await;
    assert_eq!(status, 503, "it acts for its own account, which has no AppSecret: {answer}");

    let (_, list) = world.api("key/list", &json!({})).await;
    let listed =
        list["keys"].as_array().unwrap().iter().find(|key| key["id"] == id.as_str()).unwrap().clone();
    assert_eq!(listed["name"], "后台");
    assert_eq!(listed["scopes"], json!(["menu:read", "user:write"]));
    let secret = key.rsplit_once('_').unwrap().1;
    assert!(!list.to_string().contains(secret) && listed.get("hash").is_none(), "the list shows no secret");
}

pub(crate) async fn a_revoked_or_expired_key_is_dead(world: Arc<World>) {
    let (key, id) = create(&world, "key/create", json!({ "name": "short", "scopes": ["menu:read"] })).await;
    assert_eq!(world.api_as(&key, "menu/current", &json!({})).await.0, 200);
    assert_eq!(world.api("key/revoke", &json!({ "id": id })).await, (200, json!({})));
    assert_eq!(world.api_as(&key, "menu/current", &json!({})).await.0, 401);
    assert_eq!(world.api("key/revoke", &json!({ "id": id })).await.0, 200, "to end it again is no failure");
    let unknown = json!({ "id": "0000000000000000" });
    assert_eq!(world.api("key/revoke", &unknown).await.0, 404, "there never was such a key");

    let expired = json!({ "name": "expired", "scopes": ["menu:read"], "expires_at": 1_700_000_000 });
    let (key, _) = create(&world, "key/create", expired).await;
    assert_eq!(world.api_as(&key, "menu/current", &json!({})).await.0, 401);
}

pub(crate) async fn a_key_manages_the_keys_of_its_account_within_its_scopes(world: Arc<World>) {
    let manager = json!({ "name": "manager", "scopes": ["key:write", "menu:read"] });
    let (manager, manager_id) = create(&world, "key/create", manager).await;
    let of_second = json!({ "name": "elsewhere", "scopes": ["menu:read"] });
    let (other, other_id) = create(&world, "key/create?account=second", of_second).await;

    let granted = json!({ "name": "granted", "scopes": ["menu:read"] });
    assert_eq!(world.api_as(&manager, "key/create", &granted).await.0, 200);
    let more = json!({ "name": "more", "scopes": ["menu:read", "menu:write"] });
    let (status, refused) = world.api_as(&manager, "key/create", &more).await;
    assert_eq!((status, &refused["error"]["code"]), (403, &json!("forbidden")), "{refused}");
    assert_eq!(refused["error"]["message"], "this API key lacks the scope menu:write");

    let (_, list) = world.api_as(&manager, "key/list", &json!({})).await;
    let ids: Vec<_> = list["keys"].as_array().unwrap().iter().map(|key| key["id"].clone()).collect();
    assert!(ids.contains(&json!(manager_id)) && !ids.contains(&json!(other_id)), "{list}");
    assert_eq!(world.api_as(&manager, "key/revoke", &json!({ "id": other_id })).await.0, 404);
    let (status, answer) = world.api_as(&other, "menu/list", &json!({})).await;
    assert_eq!(status, 503, "the other account's key still lives, and lacks an AppSecret: {answer}");
}
