//! Sessions of the console: what the cookie may do, and how it ends.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::accounts::{AES_KEY, APP_SECRET, ROOT, SIGNING_KEY, TOKEN};
use crate::machine::{Machine, Setup, body_of, error_of};

tests![
    a_key_signs_in_and_its_cookie_makes_calls,
    the_root_key_sees_all_accounts_and_another_key_its_own,
    a_wrong_key_or_an_altered_cookie_is_rejected,
    the_cookie_counts_for_the_api_alone,
    the_access_token_is_not_for_the_console,
    no_call_shows_a_secret_of_wechats,
    requests_of_other_sites_are_rejected,
    a_copied_cookie_ends_within_a_minute_of_the_sign_out,
    a_session_ends_within_a_minute_of_its_key,
    a_session_is_renewed_by_use_and_ends_without,
    a_session_costs_one_query_a_minute,
    a_ticket_signs_in_once_within_ten_minutes,
    the_signing_key_rotates_without_a_sign_in,
    without_a_limiter_the_console_is_closed_in_production,
    the_console_is_open_while_d1_fails,
];

/// A browser at the worker, or at the second one: one cookie, for all of its tabs.
struct Browser {
    origin: String,
    cookie: Option<String>,
}

impl Browser {
    fn new(machine: &Machine) -> Self {
        Self { origin: machine.url(""), cookie: None }
    }

    /// A browser with this one's cookie that reaches the second worker, as in another location.
    fn elsewhere(&self, machine: &Machine) -> Self {
        Self { origin: machine.url_elsewhere(""), cookie: self.cookie.clone() }
    }

    async fn signed_in(machine: &Machine, key: &str) -> Self {
        let mut browser = Self::new(machine);
        let (status, answer) = browser.call(machine, "session/create", json!({ "key": key })).await;
        assert_eq!(status, 200, "{answer}");
        browser
    }

    fn request(&self, machine: &Machine, path: &str) -> RequestBuilder {
        let mut request = machine.client.post(format!("{}/api/{path}", self.origin));
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("theme=dark; {cookie}"));
        }
        request
    }

    /// A call as a page of the worker makes it.
    async fn send(&mut self, machine: &Machine, path: &str, body: &Value) -> Response {
        let request = self.request(machine, path).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/json").header("origin", &self.origin);
        let response = request.body(body.to_string()).send().await.unwrap();
        if let Some(cookie) = response.headers().get("set-cookie") {
            let (cookie, attributes) = cookie.to_str().unwrap().split_once(';').unwrap();
            let is_removed = attributes.ends_with("Max-Age=0");
            self.cookie = Some(cookie.to_owned()).filter(|_| !is_removed);
        }
        response
    }

    async fn call(&mut self, machine: &Machine, path: &str, body: Value) -> (u16, Value) {
        let response = self.send(machine, path, &body).await;
        (response.status().as_u16(), body_of(response).await)
    }

    async fn status(&mut self, machine: &Machine, path: &str) -> u16 {
        self.call(machine, path, json!({})).await.0
    }
}

async fn create(machine: &Machine, path: &str, scopes: Value) -> (String, String) {
    let created = machine.ok(path, json!({ "name": "张三", "scopes": scopes })).await;
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

async fn a_key_signs_in_and_its_cookie_makes_calls() {
    let machine = Machine::start().await;
    let (key, id) = create(&machine, "key/create", json!(["rule:read"])).await;
    let mut browser = Browser::new(&machine);
    assert_eq!(browser.status(&machine, "session/get").await, 401);
    let answer = browser.send(&machine, "session/create", &json!({ "key": format!(" {key}\n") })).await;
    let set = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.starts_with("mp_session=mps."), "{set}");
    assert!(set.ends_with("; Path=/api; HttpOnly; SameSite=Strict; Max-Age=43200"), "{set}");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let session = body_of(answer).await;
    assert_eq!(session["key"], json!({ "id": id, "name": "张三", "scopes": ["rule:read"], "root": false }));
    assert_eq!(session["accounts"][0]["name"], "default");
    let (_, secret) = key.rsplit_once('_').unwrap();
    assert!(!set.contains(secret) && !session.to_string().contains(secret), "the key itself goes nowhere");

    assert_eq!(browser.call(&machine, "session/get", json!({})).await, (200, session));
    assert_eq!(browser.status(&machine, "rule/list").await, 200);
    assert_eq!(browser.status(&machine, "rule/list?account=default").await, 200);
    assert_eq!(browser.status(&machine, "rule/delete").await, 403, "the key lacks the scope");
    assert_eq!(browser.status(&machine, "nothing/here").await, 404);
    assert_eq!(machine.api_as(&key, "session/get", &json!({})).await.0, 401, "a key is no session");
    assert_eq!(machine.api_as("wrong", "rule/list", &json!({})).await.0, 401);
}

async fn the_root_key_sees_all_accounts_and_another_key_its_own() {
    let machine = Machine::with_accounts().await;
    let mut root = Browser::signed_in(&machine, ROOT).await;
    let (_, session) = root.call(&machine, "session/get", json!({})).await;
    assert_eq!(session["key"], json!({ "name": "root", "scopes": ["*"], "root": true }));
    let names: Vec<_> =
        session["accounts"].as_array().unwrap().iter().map(|account| account["name"].clone()).collect();
    assert!(names.len() > 3 && names.contains(&json!("default")) && names.contains(&json!("second")));
    let second = session["accounts"].as_array().unwrap().iter().find(|one| one["name"] == "second").unwrap();
    assert_eq!(second["state"], "attention", "it has no AppSecret");
    assert_eq!(root.status(&machine, "rule/list?account=second").await, 200);

    let (key, _) = create(&machine, "key/create?account=second", json!(["*"])).await;
    let mut browser = Browser::signed_in(&machine, &key).await;
    let (_, session) = browser.call(&machine, "session/get", json!({})).await;
    assert_eq!(session["accounts"].as_array().unwrap().len(), 1, "{session}");
    assert_eq!(session["accounts"][0]["name"], "second");
    assert_eq!(browser.status(&machine, "rule/list").await, 200);
    assert_eq!(browser.status(&machine, "rule/list?account=default").await, 403, "another account's");
    assert_eq!(root.status(&machine, "rule/list?account=none").await, 404);
}

async fn a_wrong_key_or_an_altered_cookie_is_rejected() {
    let machine = Machine::start().await;
    let (key, _) = create(&machine, "key/create", json!(["rule:read"])).await;
    for wrong in [&key[..key.len() - 1], "", "mpk_", &ROOT.replace('9', "8")] {
        let mut browser = Browser::new(&machine);
        let response = browser.send(&machine, "session/create", &json!({ "key": wrong })).await;
        assert!(response.headers().get("set-cookie").is_none());
        assert_eq!(error_of(response).await.1, "unauthorized", "{wrong}");
    }
    for (body, field) in [
        (json!({}), "key"),
        (json!({ "key": key, "ticket": "x" }), "ticket"),
        (json!({ "key": 1 }), "key"),
        (json!({ "password": "x" }), "password"),
    ] {
        let (status, answer) = Browser::new(&machine).call(&machine, "session/create", body).await;
        assert_eq!((status, &answer["error"]["field"]), (400, &json!(field)), "{answer}");
    }
    let genuine = Browser::signed_in(&machine, &key).await.cookie.unwrap();
    let (other, other_id) = create(&machine, "key/create", json!(["*"])).await;
    let cookies = [
        genuine.replace(key.split('_').nth(1).unwrap(), &other_id),
        genuine.replacen('1', "2", 1),
        genuine[..genuine.len() - 1].to_owned(),
        "mp_session=".to_owned(),
        format!("mp_session={other}"),
        format!("mp_session={ROOT}"),
        genuine.replace("mp_session", "__Host-mp_session"),
    ];
    for cookie in cookies {
        let mut browser = Browser { cookie: Some(cookie.clone()), ..Browser::new(&machine) };
        assert_eq!(browser.status(&machine, "rule/list").await, 401, "{cookie}");
        assert_eq!(browser.status(&machine, "session/get").await, 401, "{cookie}");
    }
}

async fn the_cookie_counts_for_the_api_alone() {
    let machine = Machine::start().await;
    let browser = Browser::signed_in(&machine, ROOT).await;
    let cookie = browser.cookie.clone().unwrap();
    let value = cookie.split_once('=').unwrap().1.to_owned();
    let calls = machine.wechat.calls().len();
    for path in [
        "/cgi-bin/menu/get".to_owned(),
        format!("/cgi-bin/menu/get?access_token={value}"),
        "/cgi-bin/token?grant_type=client_credential".to_owned(),
        format!("/cgi-bin/token?appid=wx0123456789abcdef&secret={value}"),
        "/cgi-bin/media/get?media_id=x".to_owned(),
    ] {
        let request = machine.client.get(machine.url(&path)).header("sec-fetch-site", "same-origin");
        let answer = body_of(request.header("cookie", &cookie).send().await.unwrap()).await;
        assert!(answer["errcode"].as_i64().is_some_and(|errcode| errcode != 0), "{path}: {answer}");
    }
    assert_eq!(machine.wechat.calls().len(), calls, "nothing reached WeChat");
    let bearer = machine.client.post(machine.url("/api/rule/list")).bearer_auth(&value);
    assert_eq!(bearer.send().await.unwrap().status(), 401, "it is no key");
    for path in ["/callback", "/callback?signature=x&timestamp=1&nonce=2"] {
        let request = machine.client.post(machine.url(path)).header("cookie", &cookie).body("<xml></xml>");
        assert_eq!(request.send().await.unwrap().status(), 403, "{path}");
    }
}

async fn the_access_token_is_not_for_the_console() {
    let machine = Machine::start().await;
    let mut browser = Browser::signed_in(&machine, ROOT).await;
    let (status, answer) = browser.call(&machine, "token/get", json!({})).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("forbidden")), "{answer}");
    let get = machine.client.get(machine.url("/api/token/get")).header("sec-fetch-site", "same-origin");
    let get = get.header("cookie", browser.cookie.as_deref().unwrap()).send().await.unwrap();
    assert_eq!(get.status(), 403);
    assert_eq!(machine.api("token/get", &json!({})).await.0, 200);
}

/// Every call with its example, as far as it gets.
async fn no_call_shows_a_secret_of_wechats() {
    let machine = Machine::with(Setup::new().encrypted()).await;
    let document: Value = serde_json::from_str(include_str!("../../public/openapi.json")).unwrap();
    let token = machine.ok("token/get", json!({})).await;
    let token = token["access_token"].as_str().unwrap();
    let mut done = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let path = path.strip_prefix("/api/").unwrap();
        let example = &methods["post"]["requestBody"]["content"]["application/json"]["example"];
        // These two end or begin a session.
        if !example.is_object() || ["session/delete", "session/create"].contains(&path) {
            continue;
        }
        let mut browser = Browser::signed_in(&machine, ROOT).await;
        let (status, answer) = browser.call(&machine, path, example.clone()).await;
        done += usize::from(status == 200);
        let answer = answer.to_string();
        for secret in [TOKEN, AES_KEY, APP_SECRET, ROOT, SIGNING_KEY, token] {
            assert!(!answer.contains(secret), "{path}: {answer}");
        }
    }
    assert!(done > 25, "only {done} calls succeeded");
}

async fn requests_of_other_sites_are_rejected() {
    let machine = Machine::start().await;
    let mut browser = Browser::signed_in(&machine, ROOT).await;
    let own = machine.url("");
    let json = ("content-type", "application/json");
    let refused: [&[(&str, &str)]; 9] = [
        &[json],
        &[json, ("sec-fetch-site", "cross-site")],
        &[json, ("sec-fetch-site", "same-site"), ("origin", &own)],
        &[json, ("sec-fetch-site", "none")],
        &[json, ("origin", "https://evil.example.com")],
        &[json, ("origin", "null")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")],
        &[("sec-fetch-site", "same-origin"), ("content-type", "text/plain")],
    ];
    for headers in refused {
        let with = |request: RequestBuilder| {
            headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
        };
        let call = with(browser.request(&machine, "rule/list")).body("{}").send().await.unwrap();
        assert_eq!(error_of(call).await.1, "forbidden", "{headers:?}");
        let sign_in = with(Browser::new(&machine).request(&machine, "session/create"));
        let sign_in = sign_in.body(json!({ "key": ROOT }).to_string()).send().await.unwrap();
        assert!(sign_in.headers().get("set-cookie").is_none());
        assert_eq!(error_of(sign_in).await.1, "forbidden", "{headers:?}");
    }
    let older = browser.request(&machine, "rule/list").header("origin", &own).header(json.0, json.1);
    assert_eq!(older.body("{}").send().await.unwrap().status(), 200, "browsers before Sec-Fetch-Site");
    // A program sends none of this, and a key that is sent counts before the cookie.
    assert_eq!(machine.api("rule/list", &json!({})).await.0, 200);
    let both = browser.request(&machine, "rule/list").bearer_auth("wrong").send().await.unwrap();
    assert_eq!(both.status(), 401);
    assert_eq!(browser.status(&machine, "session/get").await, 200);
}

async fn a_copied_cookie_ends_within_a_minute_of_the_sign_out() {
    let mut machine = Machine::with(Setup::new().with_other_worker()).await;
    let (key, _) = create(&machine, "key/create", json!(["rule:read"])).await;
    for secret in [key.as_str(), ROOT] {
        let mut browser = Browser::signed_in(&machine, secret).await;
        let mut phone = Browser::signed_in(&machine, secret).await;
        let mut copied = Browser { cookie: browser.cookie.clone(), ..Browser::new(&machine) };
        let mut elsewhere = browser.elsewhere(&machine);
        assert_eq!(elsewhere.status(&machine, "rule/list").await, 200);
        assert_eq!(browser.call(&machine, "session/delete", json!({})).await, (200, json!({})));
        assert_eq!(browser.cookie, None, "the browser removes it");
        assert_eq!(copied.status(&machine, "rule/list").await, 401, "at once where it was signed out");
        assert_eq!(copied.status(&machine, "session/delete").await, 401);
        machine.advance(Duration::from_mins(1)).await;
        assert_eq!(elsewhere.status(&machine, "rule/list").await, 401);
        assert_eq!(copied.status(&machine, "rule/list").await, 401, "also after D1 was asked again");
        assert_eq!(phone.status(&machine, "rule/list").await, 200, "another session of the key goes on");
    }
}

async fn a_session_ends_within_a_minute_of_its_key() {
    let mut machine = Machine::with(Setup::new().with_other_worker()).await;
    let (key, id) = create(&machine, "key/create", json!(["rule:read"])).await;
    let mut browser = Browser::signed_in(&machine, &key).await;
    let mut elsewhere = browser.elsewhere(&machine);
    assert_eq!(elsewhere.status(&machine, "rule/list").await, 200);
    machine.ok("key/revoke", json!({ "id": id })).await;
    assert_eq!(browser.status(&machine, "rule/list").await, 401, "at once where it was revoked");
    machine.advance(Duration::from_mins(1)).await;
    assert_eq!(elsewhere.status(&machine, "rule/list").await, 401);
    let (status, _) = Browser::new(&machine).call(&machine, "session/create", json!({ "key": key })).await;
    assert_eq!(status, 401);
}

async fn a_session_is_renewed_by_use_and_ends_without() {
    let mut machine = Machine::start().await;
    let (key, _) = create(&machine, "key/create", json!(["rule:read"])).await;
    let mut browser = Browser::signed_in(&machine, &key).await;
    let mut unused = Browser { cookie: browser.cookie.clone(), ..Browser::new(&machine) };
    let mut root = Browser::signed_in(&machine, ROOT).await;
    let first = browser.cookie.clone();
    assert_eq!(browser.status(&machine, "rule/list").await, 200);
    assert_eq!(browser.cookie, first, "not with every call");
    machine.advance(Duration::from_hours(11)).await;
    assert_eq!(root.status(&machine, "rule/list").await, 401, "the root key's end after an hour");
    assert_eq!(browser.status(&machine, "rule/list").await, 200);
    assert_ne!(browser.cookie, first, "it is renewed");
    machine.advance(Duration::from_hours(11)).await;
    assert_eq!(browser.status(&machine, "rule/list").await, 200);
    assert_eq!(unused.status(&machine, "rule/list").await, 401);
    // The cookie that was not used has the id of the one that was: signing out ends both.
    browser.call(&machine, "session/delete", json!({})).await;
    machine.advance(Duration::from_hours(13)).await;
    assert_eq!(browser.status(&machine, "rule/list").await, 401);
}

async fn a_session_costs_one_query_a_minute() {
    let mut machine = Machine::start().await;
    let (key, _) = create(&machine, "key/create", json!(["webhook:read"])).await;
    for secret in [key.as_str(), ROOT] {
        let mut browser = Browser::signed_in(&machine, secret).await;
        browser.status(&machine, "session/get").await;
        machine.costs_in_the_end().await;
        for (seconds, expected) in [(0, 0), (61, 1), (0, 0)] {
            machine.advance(Duration::from_secs(seconds)).await;
            for _ in 0..5 {
                assert_eq!(browser.status(&machine, "session/get").await, 200);
            }
            let costs = machine.costs_in_the_end().await;
            assert_eq!(costs.len(), expected, "{costs:?}");
            assert!(costs.iter().all(|cost| cost.read <= 2 && cost.written == 0), "{costs:?}");
        }
        let mut forged =
            Browser { cookie: Some("mp_session=mps.a.1.2.b.c".to_owned()), ..Browser::new(&machine) };
        machine.advance(Duration::from_secs(61)).await;
        assert_eq!(forged.status(&machine, "session/get").await, 401);
        assert_eq!(machine.costs_in_the_end().await, [], "a cookie that we did not make costs no query");
        browser.status(&machine, "session/delete").await;
        let costs = machine.costs_in_the_end().await;
        assert_eq!(costs.iter().map(|cost| cost.written).sum::<u64>(), 1, "{costs:?}");
    }
}

async fn a_ticket_signs_in_once_within_ten_minutes() {
    let mut machine = Machine::start().await;
    let (key, id) = create(&machine, "key/create", json!(["rule:read"])).await;
    let ticket_of = async |answer: (u16, Value)| {
        assert_eq!(answer.0, 200, "{}", answer.1);
        answer.1["ticket"].as_str().unwrap().to_owned()
    };
    let use_ticket = async |machine: &Machine, ticket: &str| {
        let mut browser = Browser::new(machine);
        let (status, session) = browser.call(machine, "session/create", json!({ "ticket": ticket })).await;
        (status, session["key"]["id"].clone(), browser)
    };
    let ticket = ticket_of(machine.api_as(&key, "session/ticket", &json!({})).await).await;
    assert!(ticket.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)), "{ticket}");
    let (status, whose, mut browser) = use_ticket(&machine, &ticket).await;
    assert_eq!((status, whose), (200, json!(id)));
    assert_eq!(browser.status(&machine, "rule/list").await, 200);
    assert_eq!(use_ticket(&machine, &ticket).await.0, 401, "once");

    let (status, _) = browser.call(&machine, "session/ticket", json!({})).await;
    assert_eq!(status, 403, "a session would outlive its end");
    let early = ticket_of(machine.api_as(&key, "session/ticket", &json!({})).await).await;
    let late = ticket_of(machine.api_as(&key, "session/ticket", &json!({})).await).await;
    assert_eq!(use_ticket(&machine, &early).await.0, 401, "a newer one replaces it");
    for not_a_ticket in [&late[..late.len() - 1], &key, browser.cookie.as_deref().unwrap(), ""] {
        assert_eq!(use_ticket(&machine, not_a_ticket).await.0, 401, "{not_a_ticket}");
    }
    let as_cookie = format!("mp_session={late}");
    let mut wrong = Browser { cookie: Some(as_cookie), ..Browser::new(&machine) };
    assert_eq!(wrong.status(&machine, "rule/list").await, 401, "a ticket is no cookie");
    machine.advance(Duration::from_secs(601)).await;
    assert_eq!(use_ticket(&machine, &late).await.0, 401, "after ten minutes");

    let of_root = ticket_of(machine.api("session/ticket", &json!({})).await).await;
    let revoked = ticket_of(machine.api_as(&key, "session/ticket", &json!({})).await).await;
    machine.ok("key/revoke", json!({ "id": id })).await;
    assert_eq!(use_ticket(&machine, &revoked).await.0, 401, "it ends with its key");
    assert_eq!(use_ticket(&machine, &of_root).await.0, 200);
}

async fn the_signing_key_rotates_without_a_sign_in() {
    const NEW: &str = "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcy4=";
    let setup = Setup::new().with_other_worker().elsewhere("SIGNING_KEY", NEW);
    let mut machine = Machine::with(setup.elsewhere("PREVIOUS_SIGNING_KEY", SIGNING_KEY)).await;
    let (key, _) = create(&machine, "key/create", json!(["rule:read"])).await;
    let mut browser = Browser::signed_in(&machine, &key).await;
    let mut elsewhere = browser.elsewhere(&machine);
    assert_eq!(elsewhere.status(&machine, "rule/list").await, 200, "the previous key verifies it");
    machine.advance(Duration::from_hours(2)).await;
    assert_eq!(elsewhere.status(&machine, "rule/list").await, 200);
    let mut renewed = Browser { cookie: elsewhere.cookie.clone(), ..Browser::new(&machine) };
    assert_ne!(renewed.cookie, browser.cookie);
    assert_eq!(renewed.status(&machine, "rule/list").await, 401, "the new key signs");
    assert_eq!(browser.status(&machine, "rule/list").await, 200);

    let machine = Machine::with(
        Setup::new()
            .with_other_worker()
            .elsewhere("ROOT_API_KEY", "another root key of more than 32 characters"),
    )
    .await;
    let mut root = Browser::signed_in(&machine, ROOT).await;
    assert_eq!(root.status(&machine, "rule/list").await, 200);
    assert_eq!(
        root.elsewhere(&machine).status(&machine, "rule/list").await,
        401,
        "it ends with its root key"
    );
}

async fn without_a_limiter_the_console_is_closed_in_production() {
    let machine = Machine::start().await;
    // Bare workerd has no rate limiter; the host says that it is not this machine.
    let request = machine.client.post(machine.url("/api/session/create")).header("host", "wx.example.com");
    let request = request.header("sec-fetch-site", "same-origin").header("content-type", "application/json");
    let response = request.body(json!({ "key": ROOT }).to_string()).send().await.unwrap();
    let (status, code, message) = error_of(response).await;
    assert_eq!((status, code.as_str()), (503, "not_configured"));
    assert!(message.contains("SESSION_LIMITER is missing"), "{message}");
}

async fn the_console_is_open_while_d1_fails() {
    let mut machine = Machine::start().await;
    let (key, _) = create(&machine, "key/create", json!(["account:read"])).await;
    let mut browser = Browser::signed_in(&machine, &key).await;
    let fails = json!([{ "on": "FROM", "skip": 0, "times": 1_000_000, "how": "refuse" }]);
    machine.d1_faults(fails).await;
    machine.advance(Duration::from_mins(2)).await;
    assert_eq!(browser.status(&machine, "session/get").await, 200, "its key is believed");
    let mut root = Browser::signed_in(&machine, ROOT).await;
    assert_eq!(root.status(&machine, "session/get").await, 200);
    let copy = Browser { cookie: root.cookie.clone(), ..Browser::new(&machine) };
    let answer = root.send(&machine, "session/delete", &json!({})).await;
    let (status, code, message) = error_of(answer).await;
    assert_eq!((status, code.as_str()), (503, "internal"), "that it ended has to be stored");
    assert!(message.contains("a copy of the cookie works"), "{message}");
    assert_eq!(root.cookie, None, "this browser is signed out all the same");
    assert_eq!(root.status(&machine, "session/get").await, 401);
    let mut copy = copy;
    assert_eq!(copy.status(&machine, "session/get").await, 200);
}
