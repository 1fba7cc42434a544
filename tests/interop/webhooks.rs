//! The examples of docs/backends.md answer the worker, and reject requests that it has not signed.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use mp_worker::backends::Signer;
use mp_worker::mac::SigningKeys;
use mp_worker::time::Timestamp;
use reqwest::Client;
use sandbox::api::world::FOLLOWERS;
use sandbox::sample;
use sandbox::verdict::Verdict;
use serde_json::{Value, json};

use crate::backend::{Backend, Example};
use crate::world::{World, free_port};

/// An age in seconds, just outside the tolerance of the specification.
const TOO_FAR: i64 = 310;

/// A webhook of an account whose backend is an example.
struct Hook<'a> {
    world: &'a World,
    account: &'static str,
    id: String,
}

pub(crate) async fn python(world: Arc<World>) {
    let example = Example::python(&world.folder("python"));
    accepts_only_requests_of_the_worker(&world, "python", &example).await;
}

pub(crate) async fn node(world: Arc<World>) {
    let example = Example::node(&world.folder("node"));
    accepts_only_requests_of_the_worker(&world, "node", &example).await;
}

pub(crate) async fn go(world: Arc<World>) {
    let example = Example::go(&world.folder("go")).await;
    accepts_only_requests_of_the_worker(&world, "go", &example).await;
}

async fn accepts_only_requests_of_the_worker(world: &World, account: &'static str, example: &Example) {
    let port = free_port();
    let (hook, secret) = Hook::create(world, account, port).await;
    let keys = SigningKeys::new(b"0123456789abcdef0123456789abcdef", None);
    let first = hook.signer(&keys, 0);
    assert_eq!(secret, first.secret().expose());
    let backend = example.start(&secret, port).await;
    hook.is_answered(example).await;
    takes_a_request_once(&world.client, &backend, &first).await;
    rejects_requests_not_signed_by_the_worker(&world.client, &backend, &first).await;

    let rotated = hook.rotate().await;
    let second = hook.signer(&keys, 1);
    assert_eq!(rotated, second.secret().expose());
    hook.is_answered(example).await;
    assert_eq!(
        post(&world.client, &backend, &second, "msg_new", 0).await,
        401,
        "the backend still has the old secret"
    );
    backend.stop().await;
    let backend = example.start(&rotated, port).await;
    hook.is_answered(example).await;
    assert_eq!(
        post(&world.client, &backend, &first, "msg_old", 0).await,
        401,
        "the backend has the new secret"
    );
    backend.stop().await;
}

impl<'a> Hook<'a> {
    /// Creates the webhook, and returns it with its secret.
    async fn create(world: &'a World, account: &'static str, port: u16) -> (Self, String) {
        // On a busy machine the answer may come with the next delivery.
        let webhook = json!({
            "url": format!("http://127.0.0.1:{port}/"), "mode": "respond", "slow": "next_delivery",
            "messages": ["text"], "events": [],
        });
        let made = world.api(account, "webhook/create", &json!({ "webhook": webhook })).await;
        let id = made["id"].as_str().expect("an id").to_owned();
        (Self { world, account, id }, secret_of(&made))
    }

    async fn rotate(&self) -> String {
        let body = json!({ "id": self.id });
        secret_of(&self.world.api(self.account, "webhook/rotate_secret", &body).await)
    }

    fn signer(&'a self, keys: &'a SigningKeys, generation: u32) -> Signer<'a> {
        Signer { keys, account: self.account, webhook: &self.id, generation, rotated_at: None }
    }

    /// Asserts that the example answers a user's message and the worker's own test.
    async fn is_answered(&self, example: &Example) {
        let tested = self.world.api(self.account, "webhook/test", &json!({ "id": self.id })).await;
        let expected = json!([{ "msgtype": "text", "text": { "content": "收到：test" } }]);
        assert_eq!(
            (&tested["ok"], &tested["replies"]),
            (&json!(true), &expected),
            "{tested}: {}",
            example.log()
        );
        let platform = self.world.platform(self.account);
        let message = sample::message("text").expect("a sample").with("Content", "你好 <b> 😀");
        let outcome = platform.deliver(&platform.address(message, FOLLOWERS[0])).await;
        let Verdict::Reply(shown) = &outcome.verdict else { panic!("{outcome:?}: {}", example.log()) };
        assert_eq!(shown.lines, ["收到：你好 <b> 😀"]);
    }
}

fn secret_of(answer: &Value) -> String {
    answer["secret"].as_str().expect("a secret").to_owned()
}

fn text(content: &str) -> String {
    json!({ "type": "message.received", "message": { "MsgType": "text", "Content": content } }).to_string()
}

fn image() -> String {
    json!({ "type": "message.received", "message": { "MsgType": "image", "MediaId": "M" } }).to_string()
}

/// The headers of a request, signed as if it were sent `seconds` from now.
fn signed(signer: &Signer<'_>, id: &str, seconds: i64, body: &str) -> [(&'static str, String); 3] {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let at = Timestamp::from_seconds(i64::try_from(now).expect("a time")).plus(seconds);
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", at.to_string()),
        ("webhook-signature", signer.sign(id, at, body)),
    ]
}

/// Posts a text that is signed as if it were sent `seconds` from now, and returns the status.
async fn post(client: &Client, backend: &Backend, signer: &Signer<'_>, id: &str, seconds: i64) -> u16 {
    let body = text("hello");
    backend.post(client, &signed(signer, id, seconds, &body), &body).await.0
}

async fn takes_a_request_once(client: &Client, backend: &Backend, signer: &Signer<'_>) {
    for (id, body, content) in [
        ("msg_1", text("one"), json!({ "reply": { "msgtype": "text", "text": { "content": "收到：one" } } })),
        ("msg_1", text("two"), json!({ "reply": { "msgtype": "text", "text": { "content": "收到：one" } } })),
        ("msg_2", image(), json!({})),
    ] {
        let (status, answer) = backend.post(client, &signed(signer, id, 0, &body), &body).await;
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!((status, answer), (200, content), "{id} {body}");
    }
}

async fn rejects_requests_not_signed_by_the_worker(client: &Client, backend: &Backend, signer: &Signer<'_>) {
    assert_eq!(post(client, backend, signer, "msg_3", -TOO_FAR).await, 401, "too old");
    assert_eq!(post(client, backend, signer, "msg_3", TOO_FAR).await, 401, "too new");
    let body = text("hello");
    let headers = signed(signer, "msg_3", 0, &body);
    assert_eq!(backend.post(client, &headers, &text("hullo")).await.0, 401, "tampered with");
    assert_eq!(backend.post(client, &headers[..2], &body).await.0, 401, "not signed");
    let [id, timestamp, (name, signature)] = &headers;
    let other_id = ("webhook-id", "msg_4".to_owned());
    let other_keys = SigningKeys::new(b"another key of thirty-two bytes.", None);
    let [.., stranger] = signed(&Signer { keys: &other_keys, ..*signer }, "msg_3", 0, &body);
    let with = |signature: &str| [id.clone(), timestamp.clone(), (*name, signature.to_owned())];
    assert_eq!(backend.post(client, &[other_id, headers[1].clone(), headers[2].clone()], &body).await.0, 401);
    for forged in [&stranger.1, "v1,", "v1,nonsense", "nonsense", "", &signature.replace("v1,", "v2,")] {
        assert_eq!(backend.post(client, &with(forged), &body).await.0, 401, "{forged:?}");
    }
    let among_others = format!("{} {signature}", stranger.1);
    assert_eq!(
        backend.post(client, &with(&among_others), &body).await.0,
        200,
        "one matching signature is sufficient"
    );
}
