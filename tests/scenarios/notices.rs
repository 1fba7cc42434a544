//! The log: one JSON object per line, with the event and its level first.

use std::collections::BTreeSet;

use mp_worker::api;
use mp_worker::backends::AttemptOutcome;
use mp_worker::error::Error;
use mp_worker::json::exactly_from_json;
use mp_worker::notice::{Level, Notice, RequestLine};
use mp_worker::route::NoRoute;
use mp_worker::wechat::{self, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tag {
    #[expect(dead_code, reason = "only its name matters")]
    name: String,
}

fn request(error: Option<&Error>) -> (Level, String) {
    let line = RequestLine {
        request_id: "9f86d081884c7d65",
        route: "api",
        account: "shop",
        method: "POST",
        status: 200,
        outcome: "ok",
        ms: 41,
        call: Some("menu/create"),
        key: Some("root"),
        errcode: None,
        rid: None,
        field: None,
        error: None,
    };
    match error {
        None => line.line(None),
        Some(error) => {
            let failure = error.failure();
            line.failed(&failure, &error.logged()).line(Some(failure.fault))
        }
    }
}

#[test]
fn a_request_is_logged_as_one_line() {
    let (level, line) = request(None);
    assert_eq!(level, Level::Info);
    assert_eq!(
        line,
        r#"{"event":"request","level":"info","request_id":"9f86d081884c7d65","route":"api","account":"shop","method":"POST","status":200,"outcome":"ok","ms":41,"call":"menu/create","key":"root"}"#
    );
}

#[test]
fn a_failed_request_is_logged_at_the_level_of_its_fault() {
    let of = |error: Error| {
        let (level, line) = request(Some(&error));
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["level"], level.name());
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        (level, line["status"].as_u64().unwrap(), text("outcome"), text("error"), line)
    };
    let (level, status, outcome, ..) = of(Error::Route(NoRoute::NotFound));
    assert_eq!((level, status, outcome.as_str()), (Level::Info, 404, "not_found"));

    let (level, status, outcome, error, line) = of(Error::Runtime("D1 did not answer".to_owned()));
    assert_eq!((level, status, outcome.as_str()), (Level::Error, 500, "internal"));
    assert!(error.ends_with("(D1 did not answer)"), "{error}");
    assert_eq!((&line["errcode"], &line["field"]), (&Value::Null, &Value::Null));

    let refusal = Refusal { errcode: 40164, errmsg: "invalid ip".to_owned(), rid: Some("r-1".to_owned()) };
    let (level, status, outcome, _, line) = of(Error::Wechat(wechat::Error::Refused(refusal)));
    assert_eq!((level, status, outcome.as_str()), (Level::Warn, 409, "wechat_error"));
    assert_eq!((&line["errcode"], &line["rid"]), (&40164.into(), &"r-1".into()));
}

/// What a caller or WeChat may have written an OpenID or a text into is shown to the caller, and not logged.
#[test]
fn a_failed_request_is_logged_without_what_the_caller_and_wechat_wrote() {
    const USER: &str = "oSECRET";
    let check = |error: Error, field: Option<&str>, logged: &str| {
        let failure = error.failure();
        let told = failure.body("r");
        assert!(told.contains(USER), "{told}");
        let (_, line) = request(Some(&error));
        assert!(!line.contains(USER), "{line}");
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!((line["field"].as_str(), line["error"].as_str()), (field, Some(logged)));
    };
    let unknown = exactly_from_json::<Tag>(&json!({ "name": "a", USER: 1 }).to_string()).unwrap_err();
    let complaint = "? does not exist; the known fields are name";
    check(Error::Api(api::Error::InvalidParameter(unknown.clone())), Some("?"), complaint);
    let under = unknown.clone().under("tag");
    check(Error::Api(api::Error::InvalidReply(under)), Some("tag.?"), &format!("tag.{complaint}"));
    check(Error::InvalidReply(unknown), Some("?"), complaint);
    let refused = |errcode, errmsg: String| {
        wechat::answer(200, json!({ "errcode": errcode, "errmsg": errmsg }).to_string().as_bytes())
            .unwrap_err()
    };
    check(
        refused(40003, format!("invalid openid: {USER} rid: 60000000-00000000-00000000")).into(),
        None,
        "WeChat refused (40003). Check the OpenID: it is invalid, or belongs to another account.",
    );
    check(
        refused(40164, format!("invalid ip {USER}, not in whitelist rid: {USER}")).into(),
        None,
        "WeChat refused (40164). Add the worker's address to API IP 白名单 in WeChat's console.",
    );
}

#[test]
fn the_log_of_a_backends_answer_has_no_name_of_the_answer() {
    let answers = [
        json!({ "reply": { "msgtype": "text", "text": { "content": "x", "oSECRET": "x" } } }),
        json!({ "oSECRET": {} }),
        json!({ "replies": [{ "msgtype": "oSECRET" }] }),
    ];
    for answer in answers {
        let outcome = AttemptOutcome::of_question(200, None, answer.to_string().as_bytes());
        let error = outcome.error().expect("invalid");
        assert!(!error.contains("oSECRET"), "{error}");
    }
}

#[test]
fn a_notice_has_its_level_and_its_fields() {
    let notice = Notice::BackendFailed {
        account: "shop",
        backend: "w_7fc9",
        delivery: "msg_1",
        attempt: 3,
        error: "it answered 500",
    };
    assert_eq!((notice.name(), notice.level()), ("backend_failed", Level::Warn));
    assert_eq!(
        notice.line(),
        r#"{"event":"backend_failed","level":"warn","account":"shop","backend":"w_7fc9","delivery":"msg_1","attempt":3,"error":"it answered 500"}"#
    );
    let notice = Notice::JobRan { job: "forget", served: 2, failed: 0, left: 18, ms: 7 };
    assert_eq!(
        notice.line(),
        r#"{"event":"job_ran","level":"info","job":"forget","served":2,"failed":0,"left":18,"ms":7}"#
    );
    assert_eq!(
        Notice::DeliveriesUnreadable { account: "shop", error: "a \"quoted\"\nline" }.line(),
        r#"{"event":"deliveries_unreadable","level":"warn","account":"shop","error":"a \"quoted\"\nline"}"#
    );
}

#[test]
fn every_event_has_a_unique_name() {
    let names: BTreeSet<&str> = Notice::ALL.iter().map(|(name, _)| *name).chain(["request"]).collect();
    assert_eq!(names.len(), Notice::ALL.len() + 1);
}
