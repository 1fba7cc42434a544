//! The keeper of the access token, with the clock moved by hand.

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

/// A keeper that was given `value` at `NOW`.
fn keeper_of(value: &str) -> Kept {
    keeper(Some(token(value, NOW)), None)
}

fn keeper(token: Option<Credential>, ticket: Option<Credential>) -> Kept {
    let mut kept = Kept::default();
    (kept.token, kept.ticket) = (token, ticket);
    kept
}

/// A keeper that forced a renewal at these points.
fn keeper_that_forced(value: &str, at: impl IntoIterator<Item = Timestamp>) -> Kept {
    let mut kept = keeper_of(value);
    at.into_iter().for_each(|at| kept.forcing(at));
    kept
}

const RENEW: Step = Step::Renew { force: false };
const FORCE: Step = Step::Renew { force: true };

#[test]
fn a_credential_is_due_five_minutes_before_it_ends_and_usable_until_ten_seconds_before() {
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
    // Near its end WeChat still answers the old one: asking at every call would bring it again.
    check(360, 60, 349);
    check(300, 60, 289);
    check(100, 60, 89);
    check(0, 60, -11);
}

#[test]
fn a_ticket_is_issued_as_a_token_is() {
    let answer = json!({ "errcode": 0, "errmsg": "ok", "ticket": "T", "expires_in": 7200 });
    let ticket: Issued = serde_json::from_value(answer).unwrap();
    assert_eq!(ticket.credential(NOW), token("T", NOW));
}

#[test]
fn an_answer_without_its_value_or_its_term_is_no_credential() {
    for answer in [
        json!({ "expires_in": 7200 }),
        json!({ "access_token": "t" }),
        json!({ "access_token": "t", "expires_in": -1 }),
    ] {
        assert!(serde_json::from_value::<Issued>(answer.clone()).is_err(), "{answer}");
    }
}

#[test]
fn an_older_token_never_takes_the_place_of_a_newer_one() {
    let check = |this: Credential, that: Credential, may: bool| {
        assert_eq!(this.replaces(&that), may);
    };
    check(token("b", NOW.plus(1)), token("a", NOW), true);
    // A forced renewal within the same second.
    check(token("b", NOW), token("a", NOW), true);
    // The same token, brought again, is to be renewed later.
    check(token("a", NOW.plus(1)), token("a", NOW), true);
    check(token("a", NOW), token("b", NOW.plus(1)), false);
}

#[test]
fn a_fresh_token_is_handed_out_and_a_due_one_renewed() {
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
fn a_token_that_wechat_refused_is_renewed_unless_somebody_was_faster() {
    let kept = keeper_of("b");
    let check = |stale: &str, after: i64, expected: Step| {
        assert_eq!(kept.wanted(Some(&Secret::new(stale)), NOW.plus(after)), expected, "{stale} {after}");
    };
    check("b", 0, RENEW);
    check("a", 0, Step::Use(token("b", NOW)));
    // Due or not, it is another one than the refused.
    check("a", 6900, Step::Use(token("b", NOW)));
    check("a", 7190, RENEW);
}

#[test]
fn a_token_so_short_that_it_is_unusable_before_it_is_due_is_renewed() {
    let kept = keeper(Some(issued("a", 20).credential(NOW)), None);
    assert_eq!(kept.wanted(None, NOW.plus(9)), Step::Use(issued("a", 20).credential(NOW)));
    assert_eq!(kept.wanted(None, NOW.plus(10)), RENEW);
}

#[test]
fn a_renewal_is_forced_once_and_only_if_wechat_insists_on_the_refused_token() {
    let stale = Secret::new("a");
    let mut kept = keeper_of("a");
    assert_eq!(
        kept.renewed(token("b", NOW), false, Some(&stale), NOW),
        Step::Use(token("b", NOW)),
        "WeChat had another"
    );

    let mut kept = keeper_of("a");
    assert_eq!(
        kept.renewed(token("a", NOW), false, None, NOW),
        Step::Use(token("a", NOW)),
        "nothing refused"
    );

    let mut kept = keeper_of("a");
    assert_eq!(kept.renewed(token("a", NOW), false, Some(&stale), NOW), FORCE, "WeChat insists");
    assert_eq!(kept.renewed(token("b", NOW), true, Some(&stale), NOW), Step::Use(token("b", NOW)));
    assert_eq!(kept.token, Some(token("b", NOW)));

    let mut kept = keeper_of("a");
    assert_eq!(kept.renewed(token("a", NOW), false, Some(&stale), NOW), FORCE, "WeChat insists");
    let step = kept.renewed(token("a", NOW), true, Some(&stale), NOW);
    assert_eq!(step, Step::Use(token("a", NOW)), "and again: then the caller gets its refusal");
}

#[test]
fn forcing_again_waits_thirty_seconds() {
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
fn no_more_than_fifteen_renewals_are_forced_a_day() {
    let stale = Secret::new("a");
    let check = |forced: i64, now: Timestamp, expected: Step| {
        let mut kept = keeper_that_forced("a", (0..forced).map(|index| NOW.plus(index * 60)));
        assert_eq!(kept.renewed(token("a", NOW), false, Some(&stale), now), expected, "{forced} {now}");
    };
    check(14, NOW.plus(3600), FORCE);
    check(15, NOW.plus(3600), Step::Use(token("a", NOW)));
    check(15, NOW.plus(A_DAY - 1), Step::Use(token("a", NOW)));
    // The first of them is a day old.
    check(15, NOW.plus(A_DAY), FORCE);
}

#[test]
fn an_account_whose_token_is_always_refused_forces_fifteen_times_a_day() {
    let mut kept = keeper_of("a");
    let mut forced = 0;
    for second in (0..A_DAY).step_by(10) {
        let now = NOW.plus(second);
        let stale = kept.token.as_ref().unwrap().value().clone();
        assert_eq!(kept.wanted(Some(&stale), now), RENEW);
        let insisted = kept.token.clone().unwrap();
        if kept.renewed(insisted, false, Some(&stale), now) == FORCE {
            forced += 1;
            kept.forcing(now);
            kept.renewed(token(&format!("forced {forced}"), now), true, Some(&stale), now);
        }
    }
    assert_eq!(forced, 15);
}

#[test]
fn the_present_token_does_while_wechat_is_silent_unless_it_was_refused() {
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
fn callers_behind_a_failure_are_told_and_do_not_try_again_for_a_while() {
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
    for errcode in [40001, 40013, 40125, 40164, 40243, 45009, 45011, 50004, 89503] {
        check(refused(errcode), 20);
    }
}

#[test]
fn a_renewal_ends_the_memory_of_a_failure() {
    let mut kept = keeper_of("a");
    kept.failed(Error::TimedOut, None, NOW.plus(6900));
    kept.renewed(token("b", NOW.plus(6900)), false, None, NOW.plus(6900));
    assert_eq!(kept.wanted(Some(&Secret::new("b")), NOW.plus(6901)), RENEW);
}

#[test]
fn a_ticket_is_handed_out_until_it_is_due_and_does_while_it_lasts() {
    let kept = keeper(None, Some(token("ticket", NOW)));
    assert_eq!(kept.ticket_wanted(NOW), Step::Use(token("ticket", NOW)));
    assert_eq!(kept.ticket_wanted(NOW.plus(6899)), Step::Use(token("ticket", NOW)));
    assert_eq!(kept.ticket_wanted(NOW.plus(6900)), RENEW);
    assert_eq!(Kept::default().ticket_wanted(NOW), RENEW);
    assert_eq!(keeper_of("a").ticket_wanted(NOW), RENEW);
    assert_eq!(kept.ticket_instead(NOW.plus(7189)), Some(token("ticket", NOW)));
    assert_eq!(kept.ticket_instead(NOW.plus(7190)), None);
}

#[test]
fn two_hundred_callers_with_the_same_stale_token_cause_one_renewal() {
    let stale = Secret::new("a");
    let mut kept = keeper_of("a");
    let mut renewals = 0;
    for caller in 0..200 {
        // One after the other, as the runtime lets them in.
        let now = NOW.plus(caller / 50);
        let handed_out = match kept.wanted(Some(&stale), now) {
            Step::Use(token) => token,
            Step::Fail(error) => panic!("{error}"),
            Step::Renew { force } => {
                assert!(!force);
                renewals += 1;
                let Step::Use(token) = kept.renewed(token("b", now), false, Some(&stale), now) else {
                    panic!("WeChat had another token, and yet one is forced");
                };
                token
            }
        };
        assert_eq!(handed_out.value(), &Secret::new("b"));
    }
    assert_eq!(renewals, 1);
}

#[test]
fn nothing_the_keeper_knows_prints_a_token() {
    let request = KeeperRequest {
        account: "shop".to_owned(),
        kind: CredentialKind::AccessToken,
        stale: Some(Secret::new("hunter2")),
    };
    let kept = keeper(Some(token("hunter2", NOW)), Some(token("hunter2", NOW)));
    let step = kept.wanted(None, NOW);
    let printed = format!("{:?} {kept:?} {step:?} {request:?}", issued("hunter2", 1));
    assert!(printed.contains("[redacted]"));
    assert!(!printed.contains("hunter2"), "{printed}");
}

/// KV holds it, and an isolate of another version reads it.
#[test]
fn the_credential_format_is_unchanged() {
    let json = r#"{"value":"TOKEN","expires_at":1700007200,"renew_at":1700006900}"#;
    assert_eq!(serde_json::to_string(&token("TOKEN", NOW)).unwrap(), json);
    assert_eq!(serde_json::from_str::<Credential>(json).unwrap(), token("TOKEN", NOW));
}

/// The keeper's own storage holds it.
#[test]
fn the_kept_format_is_unchanged() {
    let json = concat!(
        r#"{"token":{"value":"TOKEN","expires_at":1700007200,"renew_at":1700006900},"#,
        r#""ticket":{"value":"TICKET","expires_at":1700007200,"renew_at":1700006900},"#,
        r#""forced_at":[1700000000]}"#
    );
    let mut kept = keeper(Some(token("TOKEN", NOW)), Some(token("TICKET", NOW)));
    kept.forcing(NOW);
    assert_eq!(serde_json::to_string(&kept).unwrap(), json);
    assert_eq!(serde_json::from_str::<Kept>(json).unwrap(), kept);
    let empty = r#"{"token":null,"ticket":null,"forced_at":[]}"#;
    assert_eq!(serde_json::to_string(&Kept::default()).unwrap(), empty);
}

/// Two versions of the worker talk to one keeper during a deployment.
#[test]
fn the_keeper_request_format_is_unchanged() {
    let check = |kind: CredentialKind, stale: Option<&str>, json: &str| {
        let request = KeeperRequest { account: "shop".to_owned(), kind, stale: stale.map(Secret::new) };
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
