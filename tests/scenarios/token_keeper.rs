//! The keeper of the access token, with explicit times.

use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;
use mp_worker::wechat::token::{Credential, CredentialKind, Issued};
use mp_worker::wechat::{Error, KeeperRequest, Kept, Refusal, Step};
use serde_json::json;

use crate::world::{APP_ID, NOW, app_id};

const A_DAY: i64 = 24 * 60 * 60;

fn issued(value: &str, expires_in: i64) -> Issued {
    serde_json::from_value(json!({ "access_token": value, "expires_in": expires_in })).unwrap()
}

fn token(value: &str, at: Timestamp) -> Credential {
    issued(value, 7200).credential(at)
}

/// A keeper that got the token `value` at `NOW`.
fn keeper_of(value: &str) -> Kept {
    keeper(token(value, NOW))
}

fn keeper(credential: Credential) -> Kept {
    let mut kept = Kept::default();
    kept.credential = Some(credential);
    kept
}

/// A keeper that forced a renewal at each of these times.
fn keeper_that_forced(value: &str, at: impl IntoIterator<Item = Timestamp>) -> Kept {
    let mut kept = keeper_of(value);
    at.into_iter().for_each(|at| kept.forcing(at));
    kept
}

const RENEW: Step = Step::Renew { force: false };
const FORCE: Step = Step::Renew { force: true };

#[test]
fn a_credential_is_due_300_seconds_and_unusable_10_before_expiry() {
    let check = |expires_in: i64, due_after: i64, usable_until: i64| {
        let credential = issued("t", expires_in).credential(NOW);
        let after = |seconds: i64| NOW.plus(seconds);
        assert_eq!(credential.seconds_left(after(100)), expires_in - 100, "{expires_in}");
        assert!(!credential.is_due(after(due_after - 1)), "{expires_in}");
        assert!(credential.is_due(after(due_after)), "{expires_in}");
        assert!(credential.is_usable(after(usable_until)), "{expires_in}");
        assert!(!credential.is_usable(after(usable_until + 1)), "{expires_in}");
    };
    check(7200, 6900, 7189);
    check(400, 100, 389);
    // Shortly before expiry WeChat still returns the old token, so it is not requested again at every call.
    check(360, 60, 349);
    check(300, 60, 289);
    check(100, 60, 89);
    check(0, 60, -11);
}

#[test]
fn a_ticket_is_issued_like_a_token() {
    let answer = json!({ "errcode": 0, "errmsg": "ok", "ticket": "T", "expires_in": 7200 });
    let ticket: Issued = serde_json::from_value(answer).unwrap();
    assert_eq!(ticket.credential(NOW), token("T", NOW));
}

#[test]
fn a_response_without_value_or_lifetime_is_not_a_credential() {
    for answer in [
        json!({ "expires_in": 7200 }),
        json!({ "access_token": "t" }),
        json!({ "access_token": "t", "expires_in": -1 }),
    ] {
        assert!(serde_json::from_value::<Issued>(answer.clone()).is_err(), "{answer}");
    }
}

#[test]
fn an_older_token_never_replaces_a_newer_one() {
    let check = |this: Credential, that: Credential, may: bool| {
        assert_eq!(this.replaces(&that), may);
    };
    check(token("b", NOW.plus(1)), token("a", NOW), true);
    // A forced renewal within the same second.
    check(token("b", NOW), token("a", NOW), true);
    // If WeChat returns the same token again, the later time counts.
    check(token("a", NOW.plus(1)), token("a", NOW), true);
    check(token("a", NOW), token("b", NOW.plus(1)), false);
}

#[test]
fn a_fresh_token_is_returned_and_a_due_one_is_renewed() {
    let kept = keeper_of("a");
    let check = |after: i64, expected: Step| {
        assert_eq!(kept.wanted(None, NOW.plus(after)), expected, "{after}");
    };
    check(0, Step::Use(token("a", NOW)));
    check(6899, Step::Use(token("a", NOW)));
    check(6900, RENEW);
    check(7200, RENEW);
    check(A_DAY, RENEW);
    assert_eq!(Kept::default().wanted(None, NOW), RENEW);
    assert_eq!(Kept::default().wanted(Some(&Secret::new("a")), NOW), RENEW);
}

#[test]
fn a_rejected_token_is_renewed_unless_it_was_already_replaced() {
    let kept = keeper_of("b");
    let check = |stale: &str, after: i64, expected: Step| {
        assert_eq!(kept.wanted(Some(&Secret::new(stale)), NOW.plus(after)), expected, "{stale} {after}");
    };
    check("b", 0, RENEW);
    check("a", 0, Step::Use(token("b", NOW)));
    // Even if it is due, it is not the token that was rejected.
    check("a", 6900, Step::Use(token("b", NOW)));
    check("a", 7190, RENEW);
}

#[test]
fn a_token_that_is_unusable_before_it_is_due_is_renewed() {
    let kept = keeper(issued("a", 20).credential(NOW));
    assert_eq!(kept.wanted(None, NOW.plus(9)), Step::Use(issued("a", 20).credential(NOW)));
    assert_eq!(kept.wanted(None, NOW.plus(10)), RENEW);
}

#[test]
fn a_renewal_is_forced_once_if_wechat_returns_the_rejected_token() {
    let stale = Secret::new("a");
    let mut kept = keeper_of("a");
    assert_eq!(
        kept.renewed(token("b", NOW), false, Some(&stale), NOW),
        Step::Use(token("b", NOW)),
        "WeChat returned another token"
    );

    let mut kept = keeper_of("a");
    assert_eq!(
        kept.renewed(token("a", NOW), false, None, NOW),
        Step::Use(token("a", NOW)),
        "nothing refused"
    );

    let mut kept = keeper_of("a");
    assert_eq!(
        kept.renewed(token("a", NOW), false, Some(&stale), NOW),
        FORCE,
        "WeChat returned the rejected token"
    );
    assert_eq!(kept.renewed(token("b", NOW), true, Some(&stale), NOW), Step::Use(token("b", NOW)));
    assert_eq!(kept.credential, Some(token("b", NOW)));

    let mut kept = keeper_of("a");
    assert_eq!(
        kept.renewed(token("a", NOW), false, Some(&stale), NOW),
        FORCE,
        "WeChat returned the rejected token"
    );
    let step = kept.renewed(token("a", NOW), true, Some(&stale), NOW);
    assert_eq!(step, Step::Use(token("a", NOW)), "after a forced renewal, the rejection reaches the caller");
}

#[test]
fn forced_renewals_are_thirty_seconds_apart() {
    let stale = Secret::new("a");
    let check = |after: i64, expected: Step| {
        let mut kept = keeper_that_forced("a", [NOW]);
        let now = NOW.plus(after);
        assert_eq!(kept.renewed(token("a", NOW), false, Some(&stale), now), expected, "{after}");
    };
    check(0, Step::Use(token("a", NOW)));
    check(30, Step::Use(token("a", NOW)));
    check(31, FORCE);
}

#[test]
fn at_most_fifteen_renewals_are_forced_per_day() {
    let stale = Secret::new("a");
    let check = |forced: i64, now: Timestamp, expected: Step| {
        let mut kept = keeper_that_forced("a", (0..forced).map(|index| NOW.plus(index * 60)));
        assert_eq!(kept.renewed(token("a", NOW), false, Some(&stale), now), expected, "{forced} {now}");
    };
    check(14, NOW.plus(3600), FORCE);
    check(15, NOW.plus(3600), Step::Use(token("a", NOW)));
    check(15, NOW.plus(A_DAY - 1), Step::Use(token("a", NOW)));
    // The first forced renewal is now a day old.
    check(15, NOW.plus(A_DAY), FORCE);
}

#[test]
fn a_token_that_is_always_rejected_is_forced_fifteen_times_a_day() {
    let mut kept = keeper_of("a");
    let mut forced = 0;
    for second in (0..A_DAY).step_by(10) {
        let now = NOW.plus(second);
        let stale = kept.credential.as_ref().unwrap().value().clone();
        assert_eq!(kept.wanted(Some(&stale), now), RENEW);
        let insisted = kept.credential.clone().unwrap();
        if kept.renewed(insisted, false, Some(&stale), now) == FORCE {
            forced += 1;
            kept.forcing(now);
            kept.renewed(token(&format!("forced {forced}"), now), true, Some(&stale), now);
        }
    }
    assert_eq!(forced, 15);
}

#[test]
fn the_current_token_is_used_while_wechat_fails_unless_rejected() {
    let check = |stale: Option<&str>, after: i64, expected: Step| {
        let mut kept = keeper_of("a");
        let stale = stale.map(Secret::new);
        assert_eq!(
            kept.failed(Error::TimedOut, stale.as_ref(), NOW.plus(after)),
            expected,
            "{stale:?} {after}"
        );
    };
    check(None, 6900, Step::Use(token("a", NOW)));
    check(None, 7189, Step::Use(token("a", NOW)));
    check(None, 7190, Step::Fail(Error::TimedOut));
    check(Some("older"), 6900, Step::Use(token("a", NOW)));
    check(Some("a"), 0, Step::Fail(Error::TimedOut));
    assert_eq!(Kept::default().failed(Error::TimedOut, None, NOW), Step::Fail(Error::TimedOut));
}

#[test]
fn after_a_failure_callers_get_the_error_without_a_new_request() {
    let check = |error: Error, term: i64| {
        let mut kept = Kept::default();
        kept.failed(error.clone(), None, NOW);
        assert_eq!(kept.wanted(None, NOW.plus(term - 1)), Step::Fail(error.clone()), "{error}");
        assert_eq!(
            kept.wanted(Some(&Secret::new("a")), NOW.plus(term - 1)),
            Step::Fail(error.clone()),
            "{error}"
        );
        assert_eq!(kept.wanted(None, NOW.plus(term)), RENEW, "{error}");
    };
    let refused = |errcode| Error::Refused(Refusal { errcode, errmsg: String::new(), rid: None });
    check(Error::TimedOut, 5);
    check(Error::Unreachable, 5);
    check(refused(-1), 5);
    for errcode in [40001, 40013, 40125, 40164, 40243, 45009, 45011, 48001, 50004, 89503] {
        check(refused(errcode), 20);
    }
}

#[test]
fn a_successful_renewal_clears_a_remembered_failure() {
    let mut kept = keeper_of("a");
    kept.failed(Error::TimedOut, None, NOW.plus(6900));
    kept.renewed(token("b", NOW.plus(6900)), false, None, NOW.plus(6900));
    assert_eq!(kept.wanted(Some(&Secret::new("b")), NOW.plus(6901)), RENEW);
}

#[test]
fn two_hundred_callers_with_the_same_stale_token_cause_one_renewal() {
    let stale = Secret::new("a");
    let mut kept = keeper_of("a");
    let mut renewals = 0;
    for caller in 0..200 {
        // The runtime runs the calls of a durable object one after the other.
        let now = NOW.plus(caller / 50);
        let handed_out = match kept.wanted(Some(&stale), now) {
            Step::Use(token) => token,
            Step::Fail(error) => panic!("{error}"),
            Step::Renew { force } => {
                assert!(!force);
                renewals += 1;
                let Step::Use(token) = kept.renewed(token("b", now), false, Some(&stale), now) else {
                    panic!("a renewal was forced although WeChat returned another token");
                };
                token
            }
        };
        assert_eq!(handed_out.value(), &Secret::new("b"));
    }
    assert_eq!(renewals, 1);
}

#[test]
fn no_debug_output_contains_a_token() {
    let request = KeeperRequest {
        account: "shop".to_owned(),
        kind: CredentialKind::AccessToken,
        stale: Some(Secret::new("hunter2")),
        status_only: false,
    };
    let kept = keeper(token("hunter2", NOW));
    let step = kept.wanted(None, NOW);
    let printed = format!("{:?} {kept:?} {step:?} {request:?}", issued("hunter2", 1));
    assert!(printed.contains("[redacted]"));
    assert!(!printed.contains("hunter2"), "{printed}");
}

/// The credential is stored in KV, where isolates of other versions read it.
#[test]
fn the_credential_format_is_unchanged() {
    let json = r#"{"value":"TOKEN","expires_at":1700007200,"renew_at":1700006900}"#;
    assert_eq!(serde_json::to_string(&token("TOKEN", NOW)).unwrap(), json);
    assert_eq!(serde_json::from_str::<Credential>(json).unwrap(), token("TOKEN", NOW));
}

/// The keeper stores its state in this format.
#[test]
fn the_kept_format_is_unchanged() {
    let json = concat!(
        r#"{"credential":{"value":"TOKEN","expires_at":1700007200,"renew_at":1700006900},"#,
        r#""forced_at":[1700000000]}"#
    );
    let mut kept = keeper(token("TOKEN", NOW));
    kept.forcing(NOW);
    assert_eq!(serde_json::to_string(&kept).unwrap(), json);
    assert_eq!(serde_json::from_str::<Kept>(json).unwrap(), kept);
    let empty = r#"{"credential":null,"forced_at":[]}"#;
    assert_eq!(serde_json::to_string(&Kept::default()).unwrap(), empty);
}

/// During a deployment, two versions of the worker call the same keeper.
#[test]
fn the_keeper_request_format_is_unchanged() {
    let check = |kind: CredentialKind, stale: Option<&str>, json: &str| {
        let stale = stale.map(Secret::new);
        let request = KeeperRequest { account: "shop".to_owned(), kind, stale, status_only: false };
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
        assert_eq!(serde_json::from_str::<KeeperRequest>(json).unwrap(), request);
    };
    check(
        CredentialKind::AccessToken,
        Some("TOKEN"),
        r#"{"account":"shop","kind":"AccessToken","stale":"TOKEN"}"#,
    );
    check(CredentialKind::JsapiTicket, None, r#"{"account":"shop","kind":"JsapiTicket","stale":null}"#);
}

#[test]
fn the_kv_key_format_is_unchanged() {
    let app_id = app_id(APP_ID);
    assert_eq!(CredentialKind::AccessToken.key(&app_id), "access_token:wx0123456789abcdef");
    assert_eq!(CredentialKind::JsapiTicket.key(&app_id), "jsapi_ticket:wx0123456789abcdef");
}

#[test]
fn a_failure_is_dated_from_the_first_one_since_the_last_success() {
    let mut kept = keeper_of("t");
    assert_eq!(kept.status().failed_since, None);
    for seconds in [0, 60, 120] {
        kept.failed(Error::TimedOut, None, NOW.plus(seconds));
        assert_eq!(kept.status().failed_since, Some(NOW), "{seconds}");
    }
    kept.renewed(token("u", NOW.plus(180)), false, None, NOW.plus(180));
    assert_eq!(kept.status().failed_since, None);
    kept.failed(Error::Unreachable, None, NOW.plus(240));
    assert_eq!(kept.status().failed_since, Some(NOW.plus(240)));
}
