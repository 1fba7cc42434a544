//! The set-up page: what is set, and what became of the latest requests to the callback URL.

use mp_worker::api::setup::Setup;
use mp_worker::callback::Error;
use mp_worker::setup::{Admission, Attempt, AttemptKind, AttemptRow, Recorder, latest, store, watch};
use mp_worker::sql::Statement;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, rows, run};
use crate::world::{
    AES_KEY, APP_ID, NONCE, NOW, PREVIOUS_AES_KEY, ROOT, SIGNING_KEY, TOKEN, account, config, plain_query,
    receive, sealed,
};

const REFUSED: AttemptKind = AttemptKind::Refused;

/// The step at which a delivery is refused.
fn step(variables: &[(&str, &str)], query: &str, body: &str) -> &'static str {
    let config = config(variables);
    let error = receive(account(&config), query, body).expect_err("it is refused");
    Attempt::step_of(&error).expect("it says something about the set-up")
}

#[test]
fn a_refused_delivery_names_the_step_that_failed() {
    let encrypted =
        [("WECHAT_TOKEN", TOKEN), ("WECHAT_APP_ID", APP_ID), ("WECHAT_ENCODING_AES_KEY", AES_KEY)];
    let plain = [("WECHAT_TOKEN", TOKEN), ("WECHAT_ORIGINAL_ID", "gh_1")];
    let now = NOW.to_string();
    let body = format!(
        "<xml><ToUserName>gh_2</ToUserName><FromUserName>o</FromUserName><CreateTime>{now}</CreateTime>\
         <MsgType>text</MsgType><Content>hi</Content><MsgId>1</MsgId></xml>"
    );
    assert_eq!(step(&plain, "timestamp=1&nonce=2", ""), "parameters");
    assert_eq!(step(&plain, &plain_query("another token", &now), &body), "signature");
    assert_eq!(step(&plain, &plain_query(TOKEN, &NOW.minus(920).to_string()), &body), "time");
    assert_eq!(step(&plain, &plain_query(TOKEN, &now), &body), "recipient");
    assert_eq!(step(&encrypted, &plain_query(TOKEN, &now), &body), "mode");
    let (query, sealed) = sealed(TOKEN, PREVIOUS_AES_KEY, &body);
    assert_eq!(step(&encrypted, &query, &sealed), "decrypt");
    assert_eq!(Attempt::step_of(&Error::BodyBroken), None, "a connection that broke");

    let refused = Attempt::refused("time", Some(&Error::Stale(920)), NOW);
    assert_eq!((refused.kind, refused.skew), (REFUSED, Some(920)));
}

#[test]
fn a_handshake_says_how_far_the_clocks_differ() {
    let query = format!("signature=x&timestamp={}&nonce={NONCE}&echostr=1", NOW.minus(7));
    let failed = Attempt::verification(&query, Some("signature"), NOW, 0);
    assert_eq!((failed.kind, failed.step, failed.skew), (AttemptKind::NotVerified, "signature", Some(7)));
    assert_eq!(failed.took_ms, None, "the clock stands still in production");
    let verified = Attempt::verification("timestamp=1", None, NOW, 3);
    assert_eq!((verified.kind, verified.step, verified.skew), (AttemptKind::Verified, "answer", None));
    assert_eq!(verified.took_ms, Some(3));
}

#[test]
fn an_isolate_stores_a_kind_once_in_ten_seconds_and_twenty_times_an_hour() {
    let mut recorder = Recorder::new();
    let mut stored = 0;
    for second in 0..3600 {
        let now = NOW.plus(second);
        match recorder.admit("default", REFUSED, now) {
            Some(Admission::Store) => stored += 1,
            Some(Admission::StoreIfWatched) => assert!(stored == 20 && second % 10 == 0, "{second}"),
            None => assert_ne!(second % 10, 0, "{second}"),
        }
    }
    assert_eq!(stored, 20);
    assert_eq!(
        recorder.admit("other", REFUSED, NOW.plus(3599)),
        Some(Admission::StoreIfWatched),
        "of all accounts"
    );
    let verified = recorder.admit("default", AttemptKind::Verified, NOW.plus(3599));
    assert_eq!(verified, Some(Admission::Store), "another kind");
    assert_eq!(recorder.admit("default", REFUSED, NOW.plus(3600)), Some(Admission::Store));
    assert_eq!(
        [0, 59, 60].map(|second| recorder.admit_watch("default", NOW.plus(second))),
        [true, false, true]
    );
}

fn attempts(database: &Connection) -> Vec<AttemptRow> {
    rows(database, &latest("default")).unwrap()
}

#[test]
fn the_latest_of_each_kind_is_kept_and_more_only_while_somebody_watches() {
    let database = database();
    let at = |second: i64| NOW.plus(second);
    let refused = |second| Attempt::refused("signature", None, at(second));
    let statements: [Statement; 4] = [
        store("default", &refused(0), false),
        store("default", &refused(20), false),
        store("default", &refused(10), false),
        store("default", &refused(30), true),
    ];
    for statement in &statements {
        run(&database, statement);
    }
    assert_eq!(
        attempts(&database),
        [("refused".to_owned(), at(20).seconds(), "signature".to_owned(), None, None)]
    );

    run(&database, &watch("other", at(40)));
    run(&database, &store("default", &refused(41), true));
    assert_eq!(attempts(&database)[0].1, at(20).seconds(), "another account's page is open");
    run(&database, &watch("default", at(40)));
    run(&database, &store("default", &refused(42), true));
    assert_eq!(attempts(&database)[0].1, at(42).seconds());
    run(&database, &store("default", &refused(300), true));
    assert_eq!(attempts(&database).len(), 1);
    assert_eq!(attempts(&database)[0].1, at(42).seconds(), "the page is no longer open");
}

fn setup(variables: &[(&str, &str)]) -> Value {
    let config = config(variables);
    serde_json::to_value(Setup::new(&config, account(&config), "https://wx.example.com")).unwrap()
}

fn states(setup: &Value) -> Vec<(&str, &str)> {
    let variables = setup["variables"].as_array().unwrap();
    variables.iter().map(|one| (one["name"].as_str().unwrap(), one["state"].as_str().unwrap())).collect()
}

#[test]
fn every_variable_is_set_missing_or_malformed() {
    let names = [
        "WECHAT_TOKEN",
        "WECHAT_ENCODING_AES_KEY",
        "WECHAT_APP_ID",
        "WECHAT_APP_SECRET",
        "ROOT_API_KEY",
        "SIGNING_KEY",
    ];
    let nothing = setup(&[]);
    assert_eq!(states(&nothing), names.map(|name| (name, "missing")));
    assert_eq!(nothing["callback_url"], "https://wx.example.com/callback");

    let complete = [
        ("WECHAT_TOKEN", TOKEN),
        ("WECHAT_ENCODING_AES_KEY", AES_KEY),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_APP_SECRET", "a secret"),
        ("ROOT_API_KEY", ROOT),
        ("SIGNING_KEY", SIGNING_KEY),
    ];
    let whole = setup(&complete);
    assert_eq!(states(&whole), names.map(|name| (name, "set")));
    assert_eq!((&whole["mode"], &whole["require_encryption"]), (&json!("secure"), &json!(true)));
    let text = whole.to_string();
    assert!(complete.iter().all(|(_, value)| !text.contains(value)), "no value is shown: {text}");

    let broken = setup(&[
        ("WECHAT_ENCODING_AES_KEY", "short"),
        ("WECHAT_APP_ID", "x"),
        ("ROOT_API_KEY", "short"),
        ("RETENTION_DAYS", "x"),
    ]);
    let expected = [
        ("WECHAT_TOKEN", "missing"),
        ("WECHAT_ENCODING_AES_KEY", "malformed"),
        ("WECHAT_APP_ID", "malformed"),
        ("WECHAT_APP_SECRET", "missing"),
        ("ROOT_API_KEY", "malformed"),
        ("SIGNING_KEY", "missing"),
        ("RETENTION_DAYS", "malformed"),
    ];
    assert_eq!(states(&broken), expected);
    assert_eq!(setup(&[("WECHAT_TOKEN", TOKEN)])["mode"], "plain");
}

#[test]
fn an_account_of_several_names_its_own_variables_and_url() {
    let accounts = json!([{ "name": "shop", "token": TOKEN, "app_id": "x" }]).to_string();
    let config = config(&[("ACCOUNTS", &accounts)]);
    let setup = Setup::new(&config, config.account(Some("shop")).unwrap(), "https://wx.example.com");
    let setup = serde_json::to_value(setup).unwrap();
    assert_eq!(setup["callback_url"], "https://wx.example.com/callback/shop");
    assert_eq!(
        states(&setup)[..3],
        [
            ("ACCOUNTS[0].token", "set"),
            ("ACCOUNTS[0].encoding_aes_key", "missing"),
            ("ACCOUNTS[0].app_id", "malformed")
        ]
    );
}

#[test]
fn the_newest_handshake_is_the_first() {
    let (config, database) = (config(&[("WECHAT_TOKEN", TOKEN)]), database());
    let sql = "INSERT INTO inbox (account, openid, create_time, id, type, received_at, message, outcome) \
               VALUES ('default', 'o', 3, 'a', 'text', 3, '{}', 'replied')";
    database.execute(sql, []).unwrap();
    for (query, step, at) in [("", None, 5), ("", Some("signature"), 7)] {
        run(&database, &store("default", &Attempt::verification(query, step, NOW.plus(at), 0), false));
    }
    run(&database, &store("default", &Attempt::refused("decrypt", None, NOW), false));
    let setup = Setup::new(&config, account(&config), "https://h").with_attempts(attempts(&database));
    let steps: Vec<_> = setup.handshakes.iter().map(|one| (one.ok, one.step.as_str())).collect();
    assert_eq!(steps, [(false, "signature"), (true, "answer")]);
    assert_eq!((setup.refused[0].step.as_str(), setup.first_message_at), ("decrypt", Some(3)));
}
