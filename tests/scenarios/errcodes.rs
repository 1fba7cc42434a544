//! The action for every errcode that WeChat documents.

use std::collections::BTreeMap;

use mp_worker::error::{Error, Fault};
use mp_worker::wechat::{self, Action, Refusal, action, advice};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    code: i64,
    class: String,
}

fn refusal(errcode: i64, errmsg: &str) -> Refusal {
    Refusal { errcode, errmsg: errmsg.to_owned(), rid: None }
}

#[test]
fn every_documented_errcode_has_the_action_of_its_class() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../fixtures/errcodes.json")).unwrap();
    let mut wrong = BTreeMap::new();
    for row in &rows {
        let expected = match row.class.as_str() {
            "OK" => Action::Nothing,
            "RETRY" => Action::Retry,
            "TOKEN" => Action::RenewToken,
            "WAIT" => Action::Wait(None),
            "WAIT 60" => Action::Wait(Some(60)),
            "INPUT" => Action::FixRequest,
            "USER" => Action::Recipient,
            "CONFIG" => Action::TellOperator,
            "ADMIN" => Action::AskAdministrator,
            "RELOGIN" => Action::AuthorizeAgain,
            class => panic!("{}: {class}", row.code),
        };
        if action(row.code) != expected {
            wrong.insert(row.code, (action(row.code), expected));
        }
    }
    assert!(wrong.is_empty(), "actual and expected action: {wrong:#?}");
    assert_eq!(rows.len(), 311);
}

#[test]
fn a_call_with_an_undocumented_errcode_is_not_retried() {
    for errcode in [1, -2, 99_999, 400_001, i64::MAX, i64::MIN] {
        assert_eq!(action(errcode), Action::FixRequest, "{errcode}");
    }
}

#[test]
fn only_errcodes_about_the_token_make_it_stale() {
    let is_stale = |errcode: i64| wechat::Error::Refused(refusal(errcode, "")).is_stale_token();
    for errcode in [40001, 40014, 42001, 48012] {
        assert!(is_stale(errcode), "{errcode}");
    }
    for errcode in [-1, 40013, 40125, 41001, 42007, 45009, 48001] {
        assert!(!is_stale(errcode), "{errcode}");
    }
    assert!(!wechat::Error::Unreachable.is_stale_token());
    assert!(!wechat::Error::TimedOut.is_stale_token());
    assert!(!wechat::Error::Unreadable { status: 401 }.is_stale_token());
}

#[test]
fn every_action_has_its_status_and_its_fault() {
    let check = |errcode: i64, fault: Fault, status: u16, code: &str, retry_after: Option<u32>| {
        let failure = Error::from(wechat::Error::Refused(refusal(errcode, ""))).failure();
        let found = (failure.fault, failure.status, failure.code, failure.retry_after);
        assert_eq!(found, (fault, status, code, retry_after), "{errcode}");
    };
    check(45081, Fault::Caller, 409, "wechat_error", None);
    check(-1, Fault::Ours, 502, "wechat_error", None);
    check(40001, Fault::Operator, 409, "wechat_error", None);
    check(45011, Fault::Caller, 429, "rate_limited", Some(60));
    check(45009, Fault::Caller, 429, "rate_limited", None);
    check(40036, Fault::Caller, 422, "wechat_error", None);
    check(43004, Fault::Caller, 409, "wechat_error", None);
    check(40164, Fault::Operator, 409, "wechat_error", None);
    check(48004, Fault::Operator, 409, "wechat_error", None);
    check(40029, Fault::Caller, 409, "wechat_error", None);
    check(1, Fault::Caller, 422, "wechat_error", None);
}

#[test]
fn a_rejected_ip_address_is_taken_from_the_errmsg() {
    let check = |errmsg: &str, expected: &str| {
        let advice = advice(&refusal(40164, errmsg));
        assert!(advice.starts_with(expected), "{errmsg}: {advice}");
    };
    check(
        "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist",
        "Add 203.0.113.7 to API IP 白名单",
    );
    check("invalid ip 203.0.113.7, not in whitelist", "Add 203.0.113.7 to API IP 白名单");
    check("invalid ip 2001:db8::7 ipv6 2001:db8::7, not in whitelist", "Add 2001:db8::7 to API IP 白名单");
    for errmsg in ["", "not in whitelist", "invalid ip ", "invalid ip , not in whitelist"] {
        check(errmsg, "Add the worker's address to API IP 白名单");
    }
}

#[test]
fn errors_say_what_the_operator_can_do() {
    let check = |errcode: i64, expected: &str| {
        let advice = advice(&refusal(errcode, "x"));
        assert!(advice.starts_with(expected), "{errcode}: {advice}");
    };
    check(40001, "The token is refused even after a renewal: check WECHAT_APP_SECRET");
    check(40125, "Check WECHAT_APP_SECRET");
    check(40013, "Check WECHAT_APP_ID");
    check(40243, "The AppSecret is frozen");
    check(48001, "This account may not use this API");
    check(45015, "The reply window is closed");
    check(45047, "The user was sent as many messages as the reply window allows");
    check(40003, "Check the OpenID");
    check(43004, "This user does not follow the account");
    check(65303, "Create a default menu first");
    check(45081, "Nothing to do: it is already so.");
    check(-1, "WeChat is busy; try again in a moment.");
    check(42001, "The access token is stale even after a renewal");
    check(45011, "Too many calls; try again in a minute.");
    check(45009, "The quota is used up; it is reset at midnight in Beijing.");
    check(40036, "Fix the request");
    check(43101, "This user cannot be reached that way now.");
    check(40037, "Check the template_id; template/list shows them.");
    check(40165, "Check the appid and the path of the mini program");
    check(45035, "Add the worker's address to API IP 白名单");
    check(45026, "The account has as many templates as WeChat allows, 25");
    check(45029, "The account's permanent QR codes are used up");
    check(45056, "The account has as many tags as WeChat allows, 100");
    check(45109, "WeChat has withdrawn this API.");
    check(48003, "Something has to be set up in WeChat's console.");
    check(89503, "The account is restricted or waits for its administrator");
    check(40029, "The user has to authorize the web page again.");
}

#[test]
fn every_documented_errcode_has_one_line_of_advice() {
    let rows: Vec<Row> = serde_json::from_str(include_str!("../fixtures/errcodes.json")).unwrap();
    for row in rows {
        let advice = advice(&refusal(row.code, "x"));
        assert!(advice.ends_with(['.', '?']) && !advice.contains('\n') && !advice.contains("  "), "{advice}");
    }
}
