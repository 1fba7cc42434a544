//! Every error as the caller sees it.

use mp_worker::api::{self, Access, Format, Plan, Requirement, Scope, endpoints, openapi};
use mp_worker::callback::cipher::Undecryptable;
use mp_worker::callback::{self};
use mp_worker::error::{Error, Fault};
use mp_worker::invalid::Invalid;
use mp_worker::route::{NoRoute, Route};
use mp_worker::time::Timestamp;
use mp_worker::wechat::{self, Refusal};

use crate::world::{TOKEN, account, config, planned};

fn refused(errcode: i64, errmsg: &str) -> Error {
    let rid = Some("60000000-00000000-00000000".to_owned());
    wechat::Error::Refused(Refusal { errcode, errmsg: errmsg.to_owned(), rid }).into()
}

/// Asserts the fault, status, code and message of an error.
fn check(error: impl Into<Error>, fault: Fault, status: u16, code: &str, message: &str) {
    let failure = error.into().failure();
    assert_eq!((failure.fault, failure.status, failure.code), (fault, status, code), "{message}");
    assert_eq!(failure.message, message);
}

#[test]
fn unknown_paths() {
    check(NoRoute::NotFound, Fault::Caller, 404, "not_found", "not found");
    let get = Route::parse("GET", "/api/menu/list").unwrap_err();
    assert_eq!(Error::from(get).failure().allow, Some("POST"));
    check(get, Fault::Caller, 405, "method_not_allowed", "this path accepts only POST");
    check(Error::UnknownAccount, Fault::Caller, 404, "not_found", "there is no account with this name");
}

#[test]
fn missing_configuration() {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let root = config.root_api_key().unwrap_err();
    let failure = Error::from(root).failure();
    assert_eq!((failure.fault, failure.status, failure.code), (Fault::Operator, 503, "not_configured"));
    assert!(failure.message.contains("ROOT_API_KEY"), "{}", failure.message);

    let failure = Error::from(account(&config).app().unwrap_err()).failure();
    assert_eq!((failure.fault, failure.status, failure.code), (Fault::Operator, 503, "not_configured"));
    for name in ["not configured: WECHAT_APP_ID", "; WECHAT_APP_SECRET"] {
        assert!(failure.message.contains(name), "{}", failure.message);
    }
    assert!(!failure.message.contains(TOKEN));
}

#[test]
fn callbacks_that_are_not_from_wechat() {
    let check = |error: callback::Error, status: u16, code: &str| {
        let failure = Error::from(error.clone()).failure();
        assert_eq!((failure.fault, failure.status, failure.code), (Fault::Caller, status, code), "{error:?}");
        assert_eq!((failure.field, failure.retry_after), (None, None), "{error:?}");
    };
    check(callback::Error::MissingParameter("signature"), 403, "forbidden");
    check(callback::Error::WrongSignature, 403, "forbidden");
    check(callback::Error::AnotherAccount, 403, "forbidden");
    check(callback::Error::EncryptionRequired, 403, "forbidden");
    check(callback::Error::BodyTooLarge, 413, "invalid_parameter");
    check(callback::Error::BodyBroken, 400, "invalid_parameter");
}

#[test]
fn the_reason_for_a_failed_decryption_is_only_in_the_log() {
    let error = Error::from(callback::Error::Undecryptable(Undecryptable::WrongPadding));
    assert_eq!(error.detail(), Some(Undecryptable::WrongPadding.to_string()));
    check(error, Fault::Caller, 400, "invalid_parameter", "the message cannot be decrypted");
}

#[test]
fn calls_that_the_worker_rejects() {
    let check = |error: api::Error, status: u16, code: &str, message: &str| {
        check(error, Fault::Caller, status, code, message);
    };
    check(
        api::Error::Unauthorized,
        401,
        "unauthorized",
        "send a valid API key as `Authorization: Bearer <api key>`",
    );
    let scope = Scope::parse("menu:write").unwrap();
    check(api::Error::LacksScope(scope), 403, "forbidden", "this API key lacks the scope menu:write");
    check(api::Error::AnotherAccount, 403, "forbidden", "this API key does not belong to this account");
    check(api::Error::NotFound("key in force"), 404, "not_found", "there is no such key in force");
    for (max_bytes, message) in [
        (256 * 1024, "the request body is larger than 256 KiB"),
        (2 * 1024 * 1024, "the request body is larger than 2048 KiB"),
    ] {
        check(api::Error::BodyTooLarge { max_bytes }, 413, "invalid_parameter", message);
    }
    check(
        api::Error::Conflict { version: 7, by: None },
        409,
        "conflict",
        "it has been changed meanwhile and is at version 7; read it again and repeat the change",
    );
    check(
        api::Error::Publishing {
            by: "shop".to_owned(),
            since: Timestamp::from_seconds(1_763_776_800),
            ends_in: 9,
        },
        409,
        "publishing",
        "shop has been publishing the menus since 2025-11-22 10:00:00 +08:00; look at what is published when that has ended",
    );
    check(api::Error::NotUtf8, 400, "invalid_parameter", "the request body is not UTF-8");
    check(api::Error::BodyIncomplete, 400, "invalid_parameter", "the request body is incomplete");
    let invalid = Invalid::new("button[0].name", "is empty");
    check(api::Error::InvalidParameter(invalid.clone()), 400, "invalid_parameter", "button[0].name is empty");
    check(api::Error::InvalidReply(invalid), 422, "invalid_reply", "button[0].name is empty");
}

#[test]
fn an_invalid_field_is_named() {
    let invalid = Invalid::new("button[0].name", "is empty");
    for error in [
        Error::InvalidReply(invalid.clone()),
        api::Error::InvalidParameter(invalid.clone()).into(),
        api::Error::InvalidReply(invalid.clone()).into(),
    ] {
        assert_eq!(error.failure().field.as_deref(), Some("button[0].name"), "{error}");
    }
    check(Error::InvalidReply(invalid), Fault::Operator, 422, "invalid_reply", "button[0].name is empty");
}

#[test]
fn calls_that_wechat_rejects() {
    check(
        refused(43004, "require subscribe"),
        Fault::Caller,
        409,
        "wechat_error",
        "WeChat refused (43004: require subscribe). This user does not follow the account.",
    );
    let failure = refused(43004, "require subscribe").failure();
    let refusal = failure.refusal.unwrap();
    assert_eq!((refusal.errcode, refusal.errmsg.as_str()), (43004, "require subscribe"));
    check(
        refused(40013, "invalid appid"),
        Fault::Operator,
        409,
        "wechat_error",
        "WeChat refused (40013: invalid appid). Check WECHAT_APP_ID.",
    );
}

#[test]
fn calls_over_a_rate_limit() {
    let minute = refused(45011, "api minute-quota reach limit");
    let since = Timestamp::from_seconds(1_763_776_800);
    let publishing =
        Error::from(api::Error::Publishing { by: "shop".to_owned(), since, ends_in: 9 }).failure();
    assert_eq!(
        (publishing.retry_after, publishing.since, publishing.by.as_deref()),
        (Some(9), Some(1_763_776_800), Some("shop"))
    );
    assert_eq!(minute.failure().retry_after, Some(60));
    let message =
        "WeChat refused (45011: api minute-quota reach limit). Too many calls; try again in a minute.";
    check(minute, Fault::Caller, 429, "rate_limited", message);
    assert_eq!(
        refused(45009, "").failure().retry_after,
        None,
        "WeChat does not say when its daily quota is reset"
    );
    assert_eq!(refused(45009, "").failure().status, 429);
    assert_eq!(Error::from(wechat::Error::TimedOut).failure().retry_after, None);
}

#[test]
fn calls_that_wechat_does_not_answer() {
    let check = |error: wechat::Error, status: u16| {
        let failure = Error::from(error.clone()).failure();
        assert_eq!((failure.fault, failure.status, failure.code), (Fault::Ours, status, "request_failed"));
        assert_eq!((failure.message, failure.refusal), (error.to_string(), None));
    };
    check(wechat::Error::Unreachable, 502);
    check(wechat::Error::Unreadable { status: 200 }, 502);
    check(wechat::Error::TimedOut, 504);
}

#[test]
fn only_a_call_that_changes_something_may_have_taken_effect() {
    let document = openapi::document();
    for endpoint in endpoints().filter(|endpoint| matches!(endpoint.format, Format::Json | Format::JsonOrGet))
    {
        let media = &document["paths"][format!("/api/{}", endpoint.path)]["post"]["requestBody"]["content"];
        let example = media["application/json"]["example"].to_string();
        let Plan::Call(call, _) = endpoint.plan(example.as_bytes()).unwrap() else { continue };
        let may_have = matches!(endpoint.requires, Requirement::Scope(Scope::One(_, Access::Write)));
        for error in
            [wechat::Error::TimedOut, wechat::Error::Unreachable, wechat::Error::Unreadable { status: 200 }]
        {
            let expected =
                format!("{error}{}", if may_have { "; the call may have taken effect" } else { "" });
            assert_eq!(Error::of_call(&call, error).failure().message, expected, "{}", endpoint.path);
        }
    }
}

#[test]
fn a_refused_call_has_not_taken_effect() {
    let Plan::Call(call, _) = planned("tag/create", r#"{"name": "a"}"#).unwrap() else { panic!("a call") };
    let refusal = Refusal { errcode: 45157, errmsg: String::new(), rid: None };
    let failure = Error::of_call(&call, wechat::Error::Refused(refusal)).failure();
    assert_eq!((failure.status, failure.code), (422, "wechat_error"));
    assert!(!failure.message.contains("effect"), "{}", failure.message);
}

#[test]
fn the_cause_of_an_internal_error_is_only_in_the_log() {
    let error = Error::Runtime("D1_ERROR: no such table: api_key".to_owned());
    assert_eq!(error.detail().as_deref(), Some("D1_ERROR: no such table: api_key"));
    check(error, Fault::Ours, 500, "internal", "internal error; the log has the details");
}

#[test]
fn only_what_the_response_omits_is_a_detail() {
    for error in [
        Error::UnknownAccount,
        NoRoute::NotFound.into(),
        api::Error::Unauthorized.into(),
        refused(43004, "require subscribe"),
        callback::Error::WrongSignature.into(),
    ] {
        assert_eq!(error.detail(), None, "{error}");
    }
}

/// Callers parse this format: it is part of the API.
#[test]
fn the_format_of_an_error_is_unchanged() {
    let check = |error: Error, expected: &str| {
        assert_eq!(error.failure().body("9f86d081"), expected, "{error}");
    };
    check(
        Error::UnknownAccount,
        r#"{"error":{"code":"not_found","message":"there is no account with this name","request_id":"9f86d081"}}"#,
    );
    check(
        api::Error::InvalidParameter(Invalid::new("name", "is empty")).into(),
        concat!(
            r#"{"error":{"code":"invalid_parameter","field":"name","message":"name is empty","#,
            r#""request_id":"9f86d081"}}"#
        ),
    );
    check(
        refused(43004, "require subscribe"),
        concat!(
            r#"{"error":{"code":"wechat_error","errcode":43004,"errmsg":"require subscribe","#,
            r#""message":"WeChat refused (43004: require subscribe). This user does not follow the account.","#,
            r#""request_id":"9f86d081","rid":"60000000-00000000-00000000"}}"#
        ),
    );
    check(
        wechat::Error::Refused(Refusal { errcode: -1, errmsg: String::new(), rid: None }).into(),
        concat!(
            r#"{"error":{"code":"wechat_error","errcode":-1,"errmsg":"","#,
            r#""message":"WeChat refused (-1). WeChat is busy; try again in a moment.","#,
            r#""request_id":"9f86d081","rid":null}}"#
        ),
    );
}

#[test]
fn no_error_contains_a_secret() {
    const HUNTER: &str = "hunter2hunter2";
    let config = config(&[
        ("WECHAT_TOKEN", HUNTER),
        ("WECHAT_APP_ID", HUNTER),
        ("WECHAT_APP_SECRET", HUNTER),
        ("WECHAT_ENCODING_AES_KEY", HUNTER),
        ("WECHAT_API_BASE", HUNTER),
        ("WECHAT_API_RELAY_SECRET", HUNTER),
        ("ROOT_API_KEY", "hunter2"),
    ]);
    let presented = api::Presented::parse(Some(&format!("Basic {HUNTER}"))).unwrap_err();
    let body = format!(r#"{{"touser": "{HUNTER}", "msgtype": "{HUNTER}", "text": "{HUNTER}"}}"#);
    let plan = planned("message/reply", &body).unwrap_err();
    let mut errors: Vec<Error> = vec![presented.into(), plan.into()];
    errors.extend(config.problems().map(Error::from));
    errors.extend(config.root_api_key().map(|_| ()).map_err(Error::from).err());
    errors.extend(config.wechat_api().map(|_| ()).map_err(Error::from).err());
    for account in config.accounts() {
        errors.extend(account.app().map(|_| ()).map_err(Error::from).err());
        errors.extend(account.callback().map(|_| ()).map_err(Error::from).err());
    }
    assert!(errors.len() > 5, "{errors:?}");
    for error in errors {
        let printed = format!("{error} {error:?} {:?} {}", error.detail(), error.failure().body("x"));
        assert!(!printed.contains("hunter2"), "{printed}");
    }
    let printed = format!("{config:?}");
    assert!(!printed.contains("hunter2"), "{printed}");
}
