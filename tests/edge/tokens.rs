//! The access token under load and faults, and the errors that callers get if WeChat fails.

use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use sandbox::api::Fault;
use serde_json::{Value, json};

use crate::accounts::{RELAY_SECRET, ROOT};
use crate::machine::{Machine, Setup};
use crate::until::until;

tests![
    a_failed_call_is_request_failed_and_is_not_retried,
    two_hundred_callers_on_a_cold_worker_cause_one_renewal,
    a_token_that_expires_during_calls_is_renewed_once_transparently,
    a_token_replaced_elsewhere_is_renewed_transparently,
    a_token_that_is_always_rejected_is_given_up_after_one_retry,
    a_wrong_secret_names_the_variable,
    after_a_failed_renewal_the_next_one_comes_after_a_pause,
    a_ticket_that_does_not_arrive_holds_up_no_token,
    a_refused_ticket_is_requested_again_after_a_pause,
    errors_of_wechat_are_passed_on_with_advice,
    every_call_to_a_relay_contains_its_secret,
    the_cron_trigger_keeps_the_token_warm,
    the_token_is_read_with_get_too,
];

const TOKEN: &str = "/cgi-bin/stable_token";
const TICKET: &str = "/cgi-bin/ticket/getticket";
const MENU: &str = "/cgi-bin/menu/get";

/// A machine that already has a token.
async fn warm(setup: Setup) -> Machine {
    let machine = Machine::with(setup).await;
    machine.ok("menu/list", json!({})).await;
    machine.wechat.forget_calls();
    machine
}

async fn statuses_of(machine: &Machine, callers: usize, path: &str) -> Vec<u16> {
    let body = json!({});
    let calls = (0..callers).map(|_| machine.api(path, &body));
    join_all(calls).await.into_iter().map(|(status, _)| status).collect()
}

async fn two_hundred_callers_on_a_cold_worker_cause_one_renewal() {
    let machine = Machine::start().await;
    assert_eq!(statuses_of(&machine, 200, "token/get").await, [200; 200]);
    assert_eq!(machine.wechat.count(TOKEN), 1);
}

async fn a_token_that_expires_during_calls_is_renewed_once_transparently() {
    let machine = warm(Setup::new()).await;
    machine.wechat.expire_tokens();
    assert_eq!(statuses_of(&machine, 100, "menu/list").await, [200; 100]);
    assert_eq!(machine.wechat.count(TOKEN), 1);
}

async fn a_token_replaced_elsewhere_is_renewed_transparently() {
    let machine = warm(Setup::new()).await;
    machine.wechat.replace_tokens();
    machine.ok("menu/list", json!({})).await;
    assert_eq!((machine.wechat.count(TOKEN), machine.wechat.count(MENU)), (1, 2));
}

async fn a_token_that_is_always_rejected_is_given_up_after_one_retry() {
    let machine = warm(Setup::new()).await;
    let refused =
        Fault::Errcode(40001, "invalid credential, access_token is invalid or not latest".to_owned());
    machine.wechat.fail_next(refused, 100, Some(MENU));
    let (status, error) = machine.refused("menu/list", json!({})).await;
    assert_eq!((status, &error["errcode"]), (409, &json!(40001)), "{error}");
    assert_eq!(machine.wechat.count(MENU), 2);
    assert_eq!(machine.wechat.count(TOKEN), 2, "one renewal, and one forced renewal");
}

async fn a_wrong_secret_names_the_variable() {
    let mut machine = warm(Setup::new()).await;
    machine.wechat.expire_tokens();
    machine.wechat.fail_next(Fault::Errcode(40125, "invalid appsecret".to_owned()), 1, Some(TOKEN));
    let (status, error) = machine.refused("menu/list", json!({})).await;
    assert_eq!((status, &error["code"]), (409, &json!("wechat_error")));
    assert!(error["message"].as_str().unwrap().contains("Check WECHAT_APP_SECRET"), "{error}");

    let report = machine.ok("account/check", json!({})).await;
    let first = report["first_problem"].as_str().unwrap();
    assert!(first.starts_with("access_token: ") && first.contains("Check WECHAT_APP_SECRET"), "{report}");

    // An error that only the operator can fix is not retried at once.
    let (status, error) = machine.refused("menu/list", json!({})).await;
    assert_eq!((status, &error["errcode"]), (409, &json!(40125)), "{error}");
    assert_eq!(machine.wechat.count(TOKEN), 1);
    machine.advance(Duration::from_secs(21)).await;
    machine.ok("menu/list", json!({})).await;
    assert_eq!(machine.wechat.count(TOKEN), 2);
}

async fn after_a_failed_renewal_the_next_one_comes_after_a_pause() {
    let mut machine = warm(Setup::new()).await;
    for fault in [Fault::Drop, Fault::Half, Fault::Html] {
        let name = format!("{fault:?}");
        machine.wechat.expire_tokens();
        machine.wechat.forget_calls();
        machine.wechat.fail_next(fault, 1, Some(TOKEN));
        for _ in 0..2 {
            let (status, error) = machine.refused("menu/list", json!({})).await;
            assert_eq!((status, &error["code"]), (502, &json!("request_failed")), "{name}: {error}");
            assert_eq!(
                machine.wechat.count(TOKEN),
                1,
                "{name}: the next callers do not request the token again at once"
            );
        }
        machine.advance(Duration::from_secs(6)).await;
        machine.ok("menu/list", json!({})).await;
        assert_eq!(machine.wechat.count(TOKEN), 2, "{name}");
    }
}

async fn a_ticket_that_does_not_arrive_holds_up_no_token() {
    let machine = Machine::start().await;
    machine.wechat.fail_next(Fault::Held, 100, Some(TICKET));
    let (page, started) = (json!({ "url": "https://example.com/" }), Instant::now());
    let tokens = async {
        until(async || match machine.wechat.count(TICKET) {
            0 => Err("no ticket was requested".to_owned()),
            _ => Ok(()),
        })
        .await;
        let asked = Instant::now();
        machine.ok("token/get", json!({})).await;
        machine.wechat.expire_tokens();
        machine.ok("menu/list", json!({})).await;
        asked.elapsed()
    };
    let ((status, _), tokens) = join(machine.refused("jssdk/config", page.clone()), tokens).await;
    assert_eq!(status, 504);
    assert!(tokens < Duration::from_secs(2), "the token, and its renewal, took {tokens:?}");
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
    let again = Instant::now();
    assert_eq!(machine.refused("jssdk/config", page).await.0, 504);
    assert!(again.elapsed() < Duration::from_secs(2), "the failure is remembered");
    assert_eq!(machine.wechat.count(TICKET), 1);
}

async fn a_refused_ticket_is_requested_again_after_a_pause() {
    let mut machine = warm(Setup::new()).await;
    machine.wechat.fail_next(Fault::Errcode(48001, "api unauthorized".to_owned()), 1, Some(TICKET));
    let page = json!({ "url": "https://example.com/" });
    for _ in 0..3 {
        let (_, error) = machine.refused("jssdk/config", page.clone()).await;
        assert_eq!(error["errcode"], 48001, "{error}");
    }
    assert_eq!((machine.wechat.count(TICKET), machine.wechat.count(TOKEN)), (1, 0));
    machine.advance(Duration::from_secs(21)).await;
    machine.ok("jssdk/config", page).await;
    assert_eq!(machine.wechat.count(TICKET), 2);
}

async fn a_failed_call_is_request_failed_and_is_not_retried() {
    let machine = warm(Setup::new()).await;
    let failures = [
        (Fault::Status(500, "oops".to_owned()), 502),
        (Fault::Status(302, String::new()), 502),
        (Fault::Html, 502),
        (Fault::Drop, 502),
        (Fault::Half, 502),
        (Fault::Held, 504),
    ];
    for (fault, expected) in failures {
        machine.wechat.forget_calls();
        let name = format!("{fault:?}");
        machine.wechat.fail_next(fault, 1, Some("/cgi-bin/tags"));
        let (status, error) = machine.refused("tag/create", json!({ "name": name.len().to_string() })).await;
        assert_eq!((status, &error["code"]), (expected, &json!("request_failed")), "{name}: {error}");
        let message = error["message"].as_str().unwrap();
        assert!(message.ends_with("; the call may have taken effect"), "{name}: {message}");
        assert_eq!(machine.wechat.count("/cgi-bin/tags/create"), 1, "{name}: the call may have taken effect");
    }
}

async fn errors_of_wechat_are_passed_on_with_advice() {
    let machine = Machine::start().await;
    let check = async |errcode: i64, errmsg: &str, status: u16, code: &str, advice: &str| {
        machine.wechat.fail_next(Fault::Errcode(errcode, errmsg.to_owned()), 1, Some(MENU));
        let (actual, error) = machine.refused("menu/list", json!({})).await;
        assert_eq!(
            (actual, &error["code"], &error["errcode"]),
            (status, &json!(code), &json!(errcode)),
            "{error}"
        );
        assert!(error["message"].as_str().unwrap().contains(advice), "{error}");
        assert!(error["rid"].is_string() && error["request_id"].is_string(), "{error}");
    };
    check(45009, "reach max api daily quota limit", 429, "rate_limited", "midnight in Beijing").await;
    check(45011, "api minute-quota reach limit", 429, "rate_limited", "in a minute").await;
    check(48001, "api unauthorized", 409, "wechat_error", "接口权限").await;
    check(-1, "system error", 502, "wechat_error", "try again in a moment").await;
    let whitelist = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist";
    check(40164, whitelist, 409, "wechat_error", "Add 203.0.113.7 to API IP 白名单").await;
}

async fn the_token_is_read_with_get_too() {
    let machine = Machine::start().await;
    let posted = machine.ok("token/get", json!({})).await;
    let url = machine.url("/api/token/get?account=default");
    let answer = machine.client.get(&url).bearer_auth(ROOT).send().await.expect("an answer");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let answer: Value = serde_json::from_str(&answer.text().await.expect("a body")).expect("JSON");
    assert_eq!(answer["access_token"], posted["access_token"], "{answer}");
    assert_eq!(machine.client.get(&url).send().await.expect("an answer").status(), 401);
    let other = machine.client.get(machine.url("/api/menu/list")).bearer_auth(ROOT).send().await;
    assert_eq!(other.expect("an answer").status(), 405);
}

async fn the_cron_trigger_keeps_the_token_warm() {
    let mut machine = warm(Setup::new()).await;
    machine.cron(1).await;
    assert_eq!(machine.wechat.count(TOKEN), 0, "a fresh token is not renewed");
    let token = machine.ok("token/get", json!({})).await["access_token"].clone();
    // WeChat issues the next token five minutes before this one expires.
    machine.advance(Duration::from_secs(7200 - 299)).await;
    machine.cron(1).await;
    assert_eq!(machine.wechat.count(TOKEN), 1, "a token that is about to expire is renewed");
    machine.advance(Duration::from_secs(299)).await;
    let renewed = machine.ok("token/get", json!({})).await["access_token"].clone();
    assert!(renewed != Value::Null && renewed != token, "the renewed token is available without waiting");
    assert_eq!(machine.wechat.count(TOKEN), 1);
}

async fn every_call_to_a_relay_contains_its_secret() {
    let machine = warm(Setup::new().variable("WECHAT_API_RELAY_SECRET", RELAY_SECRET)).await;
    machine.wechat.expire_tokens();
    machine.ok("menu/list", json!({})).await;
    let calls = machine.wechat.calls();
    assert_eq!(calls.len(), 3, "the menu, the token, and the menu again");
    assert!(calls.iter().all(|call| call.header("x-relay-secret") == Some(RELAY_SECRET)));
}
