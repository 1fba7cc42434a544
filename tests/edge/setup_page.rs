//! The set-up page: what `setup/get` says while WeChat's requests arrive, and what strangers' requests cost.

use std::time::Duration;

use mp_worker::config::EncodingAesKey;
use mp_worker::secret::Secret;
use sandbox::account::{Account, Mode};
use sandbox::sample;
use sandbox::sender::{Sender, Signed, now_in_seconds};
use serde_json::{Value, json};

use crate::accounts::{OLD_AES_KEY, OPENID, ROOT, TOKEN, account};
use crate::machine::{Machine, Setup};
use crate::until::until;

tests![
    every_step_that_fails_is_named,
    a_thousand_requests_of_a_stranger_write_one_row_in_ten_seconds,
    what_is_refused_is_stored_twenty_times_an_hour_unless_somebody_watches,
    a_callback_is_answered_although_nothing_can_be_recorded,
];

const RECORDED: &str = "INSERT INTO callback_attempt";

/// Waits until `setup/get` answers something.
async fn until_setup(machine: &Machine, holds: impl Fn(&Value) -> bool) -> Value {
    until(async || {
        let setup = machine.ok("setup/get", json!({})).await;
        if holds(&setup) { Ok(setup) } else { Err(setup.to_string()) }
    })
    .await
}

fn with_token(token: &str) -> Account {
    Account { token: Secret::new(token), ..account() }
}

async fn send(platform: &Sender, seconds_ago: i64) -> u16 {
    let message = platform.address(sample::message("text").unwrap(), OPENID);
    let now: i64 = now_in_seconds().parse().unwrap();
    let plaintext = message.with_number("CreateTime", &now.to_string()).to_xml();
    let signed = platform.sign_text(&plaintext, &(now - seconds_ago).to_string(), "");
    platform.post(&signed).await.unwrap().0
}

async fn every_step_that_fails_is_named() {
    let mut machine = Machine::with(Setup::new().encrypted()).await;
    let setup = machine.ok("setup/get", json!({})).await;
    assert_eq!(setup["callback_url"], json!(machine.url("/callback")));
    let states: Vec<_> = setup["variables"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["set"; 6], "{setup}");
    assert_eq!(
        (&setup["handshakes"], &setup["refused"], &setup["rules"]),
        (&json!([]), &json!([]), &json!(0))
    );
    assert_eq!((&setup["mode"], &setup["root_key_used"]), (&json!("secure"), &json!(true)));

    // The console of WeChat has another Token, then the right one.
    assert!(machine.platform_of(with_token("wrong"), Mode::Plain, "/callback").verify().await.is_err());
    let failed = until_setup(&machine, |setup| setup["handshakes"][0]["step"] == "signature").await;
    assert_eq!(failed["handshakes"][0]["ok"], false, "{failed}");
    assert!(failed["handshakes"][0]["skew"].as_i64().unwrap() < 60, "{failed}");
    machine.advance(Duration::from_secs(2)).await;
    assert_eq!(machine.platform(Mode::Plain, "/callback").verify().await, Ok(()));
    let verified = until_setup(&machine, |setup| setup["handshakes"][0]["ok"] == true).await;
    assert_eq!(verified["handshakes"].as_array().unwrap().len(), 2, "{verified}");

    let secure = machine.platform(Mode::Secure, "/callback");
    let other_key = Account { encoding_aes_key: EncodingAesKey::parse(OLD_AES_KEY), ..account() };
    let other_key = machine.platform_of(other_key, Mode::Secure, "/callback");
    let other_token = machine.platform_of(with_token("wrong"), Mode::Secure, "/callback");
    for (platform, seconds_ago, step) in
        [(&other_token, 0, "signature"), (&secure, 920, "time"), (&other_key, 0, "decrypt")]
    {
        machine.advance(Duration::from_secs(11)).await;
        assert_ne!(send(platform, seconds_ago).await, 200, "{step}");
        let setup = until_setup(&machine, |setup| setup["refused"][0]["step"] == step).await;
        if step == "time" {
            let skew = setup["refused"][0]["skew"].as_i64().unwrap();
            assert!((920..1000).contains(&skew), "{setup}");
        }
        let text = setup.to_string();
        assert!([TOKEN, OLD_AES_KEY, ROOT, OPENID].iter().all(|secret| !text.contains(secret)), "{text}");
    }
    assert_eq!(machine.ok("setup/get", json!({})).await.get("first_message_at"), None);
    assert_eq!(send(&secure, 0).await, 200);
    until_setup(&machine, |setup| setup["first_message_at"].is_i64()).await;

    let key = machine.ok("key/create", json!({ "name": "x", "scopes": ["account:read"] })).await;
    let (_, setup) = machine.api_as(key["key"].as_str().unwrap(), "setup/get", &json!({})).await;
    assert_eq!(setup["root_key_used"], false, "{setup}");
}

/// Sends deliveries that anyone can send.
async fn send_bad(machine: &Machine, count: usize) {
    let platform = machine.platform(Mode::Plain, "/callback");
    let query = vec![("signature", "x".to_owned()), ("timestamp", "1".to_owned()), ("nonce", "2".to_owned())];
    for _ in 0..count {
        let bad = Signed { query: query.clone(), body: "<xml/>".to_owned() };
        assert_eq!(platform.post(&bad).await.unwrap().0, 403);
    }
}

/// The rows that recording has read and written since the last question.
async fn recorded(machine: &Machine) -> (u64, u64) {
    let costs = machine.costs_in_the_end().await;
    let recording = costs.iter().filter(|cost| cost.sql.contains(RECORDED));
    recording.fold((0, 0), |(read, written), cost| (read + cost.read, written + cost.written))
}

async fn a_thousand_requests_of_a_stranger_write_one_row_in_ten_seconds() {
    let machine = Machine::start().await;
    send_bad(&machine, 1000).await;
    for _ in 0..20 {
        let response = machine.get("/callback?signature=x&timestamp=1&nonce=2&echostr=3").await;
        assert_eq!(response.status(), 403);
    }
    let (_, written) = recorded(&machine).await;
    // One of each kind, and one more if the requests took longer than ten seconds.
    assert!((2..=4).contains(&written), "{written}");
    assert_eq!(machine.number("SELECT COUNT(*) FROM callback_attempt").await, 2);
}

async fn what_is_refused_is_stored_twenty_times_an_hour_unless_somebody_watches() {
    let mut machine = Machine::start().await;
    let (mut read, mut written) = (0, 0);
    for _ in 0..50 {
        send_bad(&machine, 2).await;
        let cost = recorded(&machine).await;
        (read, written) = (read + cost.0, written + cost.1);
        machine.advance(Duration::from_secs(11)).await;
    }
    assert_eq!(written, 20, "of 50 that could have been stored");
    assert!(read <= 100, "{read}");

    machine.ok("setup/get", json!({})).await;
    recorded(&machine).await;
    send_bad(&machine, 1).await;
    assert_eq!(recorded(&machine).await.1, 1, "somebody watches");
    machine.advance(Duration::from_secs(200)).await;
    send_bad(&machine, 1).await;
    assert_eq!(recorded(&machine).await.1, 0, "no longer");
}

async fn a_callback_is_answered_although_nothing_can_be_recorded() {
    let machine = Machine::start().await;
    machine.d1_faults(json!([{ "on": RECORDED, "skip": 0, "times": 2, "how": "refuse" }])).await;
    assert_eq!(machine.platform(Mode::Plain, "/callback").verify().await, Ok(()));
    send_bad(&machine, 1).await;
    machine.until_logged("request_not_recorded", |line| line["level"] == "warn").await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM callback_attempt").await, 0);
}
