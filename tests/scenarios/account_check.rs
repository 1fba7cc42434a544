//! The operator's self-test: its report, and which problem it lists first.

use mp_worker::api::account::{Check, CheckReport};
use mp_worker::backends::SpoolStatus;
use mp_worker::config::Config;
use mp_worker::inbox::Fullness;
use mp_worker::settings::Settings;
use mp_worker::wechat::base::{CallbackCheck, Quota};
use mp_worker::wechat::{Error, Refusal};
use serde_json::json;

use crate::world::{TOKEN, account, config, every_mode_and};

fn refused(errcode: i64, errmsg: &str) -> Error {
    Error::Refused(Refusal { errcode, errmsg: errmsg.to_owned(), rid: None })
}

fn report(checks: Vec<Check>) -> String {
    serde_json::to_string(&CheckReport::from(checks)).unwrap()
}

#[test]
fn a_correct_setup_is_ok() {
    let found: CallbackCheck =
        serde_json::from_value(json!({ "dns": [{ "ip": "203.0.113.7", "real_operator": "UNICOM" }],
        "ping": [{ "ip": "203.0.113.7", "from_operator": "UNICOM", "package_loss": "0%", "time": "23ms" }] }))
        .unwrap();
    let quota = Quota { daily_limit: 500_000, used: 1, remain: 499_999 };
    let checks = vec![
        Check::configuration(&[]),
        Check::encryption(
            account(&every_mode_and(&[("WECHAT_REQUIRE_ENCRYPTION", "true")])).callback().unwrap(),
        ),
        Check::storage(None),
        Check::spool(Ok(SpoolStatus { waiting: 2, set_aside: 0 })),
        Check::replies(&Settings::default()),
        Check::access_token(Ok(7100)),
        Check::callback(Ok(&found)),
        Check::quota(Ok(&quota)),
    ];
    assert_eq!(
        report(checks),
        concat!(
            r#"{"ok":true,"checks":["#,
            r#"{"name":"configuration","ok":true,"message":"all variables and secrets are set and valid"},"#,
            r#"{"name":"encryption","ok":true,"message":"messages must be encrypted; plaintext is rejected"},"#,
            r#"{"name":"storage","ok":true,"message":"KV answers, and D1 accepts writes"},"#,
            r#"{"name":"spool","ok":true,"message":"2 entries wait for D1","params":{"set_aside":0,"waiting":2}},"#,
            r#"{"name":"replies","ok":true,"message":"neither rules nor webhooks are published: users get no replies"},"#,
            r#"{"name":"access_token","ok":true,"message":"valid for 7100 seconds"},"#,
            r#"{"name":"callback","ok":true,"message":"WeChat can reach the server, at 1 address(es)"},"#,
            r#"{"name":"quota","ok":true,"message":"499999 of 500000 customer-service messages are left today","#,
            r#""params":{"api":"customer_service","limit":500000,"used":1}}]}"#
        )
    );
}

#[test]
fn the_first_failed_check_is_the_first_problem() {
    let checks = vec![
        Check::configuration(&[]),
        Check::access_token(Err(&refused(40013, "invalid appid"))),
        Check::callback(Err(&Error::TimedOut)),
    ];
    assert_eq!(
        report(checks),
        concat!(
            r#"{"ok":false,"first_problem":"access_token: WeChat refused (40013: invalid appid). Check WECHAT_APP_ID.","checks":["#,
            r#"{"name":"configuration","ok":true,"message":"all variables and secrets are set and valid"},"#,
            r#"{"name":"access_token","ok":false,"message":"WeChat refused (40013: invalid appid). Check WECHAT_APP_ID.","id":"token"},"#,
            r#"{"name":"callback","ok":false,"#,
            r#""message":"WeChat did not answer in time","id":"callback"}]}"#
        )
    );
}

#[test]
fn a_rejected_ip_address_is_named() {
    let refusal = refused(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist");
    let first = CheckReport::from(vec![Check::access_token(Err(&refusal))]).first_problem.unwrap();
    assert!(first.contains("Add 203.0.113.7 to API IP 白名单"), "{first}");
}

/// A program makes a text of its own from them, in its own language.
#[test]
fn a_failed_check_has_the_id_and_the_parameters_of_its_problem() {
    let check = |check: Check| (check.id, serde_json::to_value(check.params).unwrap());
    let address = refused(40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist");
    assert_eq!(check(Check::access_token(Err(&address))), (Some("ip"), json!({ "ip": "203.0.113.7" })));
    for errcode in [40125, 40001] {
        let found = check(Check::access_token(Err(&refused(errcode, "invalid appsecret"))));
        assert_eq!(found, (Some("secret"), json!({})));
    }
    assert_eq!(check(Check::access_token(Err(&Error::TimedOut))), (Some("token"), json!({})));
    assert_eq!(check(Check::storage(Some("D1".to_owned()))), (Some("unwritable"), json!({})));
    let used_up = Quota { daily_limit: 10, used: 10, remain: 0 };
    let used_up = check(Check::quota(Ok(&used_up)));
    assert_eq!(used_up, (Some("quota"), json!({ "api": "customer_service", "used": 10, "limit": 10 })));
    assert_eq!(
        check(Check::quota(Err(&refused(48001, "api unauthorized")))),
        (None, json!({})),
        "not used up"
    );
    let size = check(Check::database_size(Fullness::new(450_000_000, None)));
    assert_eq!(size, (Some("size"), json!({ "bytes": 450_000_000, "limit": 500_000_000 })));
    assert_eq!(check(Check::database_rows(80, 100, true)), (None, json!({ "used": 80, "limit": 100 })));
}

/// The token of an hour ago may still be known when the secret is wrong.
#[test]
fn a_refused_renewal_is_about_the_token_and_not_about_the_call() {
    for errcode in [40001, 40013, 40125, 40164, 40243, 42001, 45035, 50002, 61004, 89503] {
        assert!(CheckReport::is_about_the_token(&refused(errcode, "")), "{errcode}");
    }
    for errcode in [-1, 45009, 48001, 48004] {
        assert!(!CheckReport::is_about_the_token(&refused(errcode, "")), "{errcode}");
    }
    assert!(!CheckReport::is_about_the_token(&Error::TimedOut));
}

#[test]
fn every_configuration_problem_is_listed() {
    let problems = ["WECHAT_TOKEN is missing".to_owned(), "ROOT_API_KEY is missing".to_owned()];
    let first = CheckReport::from(vec![Check::configuration(&problems)]).first_problem;
    let expected = "configuration: WECHAT_TOKEN is missing; ROOT_API_KEY is missing";
    assert_eq!(first.as_deref(), Some(expected));
}

#[test]
fn a_successful_wechat_response_can_reveal_a_problem() {
    let check = |found: serde_json::Value, ok: bool| {
        let found: CallbackCheck = serde_json::from_value(found).unwrap();
        assert_eq!(Check::callback(Ok(&found)).ok, ok, "{found:?}");
    };
    let ping = |loss: &str| json!({ "ip": "203.0.113.7", "package_loss": loss });
    check(json!({ "dns": [], "ping": [] }), false);
    check(json!({ "dns": [{ "ip": "203.0.113.7" }] }), true);
    check(json!({ "dns": [{ "ip": "203.0.113.7" }], "ping": [ping("100%"), ping("100%")] }), false);
    check(json!({ "dns": [{ "ip": "203.0.113.7" }], "ping": [ping("100%"), ping("20%")] }), true);
    assert!(!Check::quota(Ok(&Quota { daily_limit: 10, used: 10, remain: 0 })).ok);
    assert!(!Check::storage(Some("KV does not answer".to_owned())).ok);
    assert!(!Check::spool(Err("no answer".to_owned())).ok);
    assert!(!Check::spool(Ok(SpoolStatus { waiting: 0, set_aside: 1 })).ok);
}

#[test]
fn used_up_rows_are_a_problem() {
    let fine = Check::database_rows(80, 100, true);
    assert_eq!((fine.ok, fine.message.as_str()), (true, "D1 has written 80 of the 100 rows of today"));
    let first = CheckReport::from(vec![Check::database_rows(80, 100, false)]).first_problem.unwrap();
    assert!(first.starts_with("database_rows: D1 has written 80 of the 100 rows of today: what"), "{first}");
}

#[test]
fn the_state_of_encryption_is_named() {
    let message = |config: &Config| Check::encryption(account(config).callback().unwrap()).message;
    assert!(message(&every_mode_and(&[])).contains("because require_encryption is false"));
    assert!(message(&config(&[("WECHAT_TOKEN", TOKEN)])).contains("there is no EncodingAESKey"));
}

#[test]
fn a_nearly_full_database_is_a_problem() {
    let check = |size, limit| Check::database_size(Fullness::new(size, limit));
    let fine = check(399_999_999, None);
    assert_eq!((fine.ok, fine.message.as_str()), (true, "the database has 400 of 500 MB"));
    let first = CheckReport::from(vec![check(8_100_000_000, Some(10_000))]).first_problem.unwrap();
    assert!(first.starts_with("database_size: the database has 8100 of 10000 MB: shorten"), "{first}");
}
