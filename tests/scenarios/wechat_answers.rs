//! WeChat's responses as bytes: a value, an errcode, or neither.

use mp_worker::wechat::base::{Addresses, CallbackCheck, Quota, QuotaAnswer};
use mp_worker::wechat::qrcode::Created;
use mp_worker::wechat::token::Issued;
use mp_worker::wechat::{self, Done, Error, Refusal, read};
use proptest::prelude::{ProptestConfig, any, proptest};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::world::NOW;

const RID: &str = "60000000-00000000-00000000";

fn refused(errcode: i64, errmsg: &str, rid: Option<&str>) -> Error {
    Error::Refused(Refusal { errcode, errmsg: errmsg.to_owned(), rid: rid.map(ToOwned::to_owned) })
}

fn answer<T: DeserializeOwned>(status: u16, body: &[u8]) -> Result<T, Error> {
    wechat::answer(status, body).and_then(|answer| read(&answer))
}

#[test]
fn a_zero_or_missing_errcode_is_success() {
    for body in [
        r#"{"errcode":0,"errmsg":"ok"}"#,
        r#"{"errcode":"0","errmsg":"ok"}"#,
        r#"{"errcode":null}"#,
        r#"{"msgid":1}"#,
        "{}",
        " {\r\n} ",
    ] {
        assert_eq!(answer::<Done>(200, body.as_bytes()), Ok(Done {}), "{body}");
    }
}

#[test]
fn a_value_is_read_with_and_without_an_errcode() {
    let token: Issued = answer(200, br#"{"access_token":"ACCESS_TOKEN","expires_in":7200}"#).unwrap();
    assert_eq!(token.credential(NOW).value().expose(), "ACCESS_TOKEN");
    let ticket =
        br#"{"errcode":0,"errmsg":"ok","ticket":"bxLdikRXVbTPdHSM05e5u5sUoXNKd8","expires_in":7200}"#;
    let ticket: Issued = answer(200, ticket).unwrap();
    assert_eq!(ticket.credential(NOW).value().expose(), "bxLdikRXVbTPdHSM05e5u5sUoXNKd8");

    let addresses: Addresses = answer(200, br#"{"ip_list":["127.0.0.1","101.226.103.0/25"]}"#).unwrap();
    assert_eq!(addresses.ip_list, ["127.0.0.1", "101.226.103.0/25"]);

    let quota = br#"{"errcode":0,"errmsg":"ok","quota":{"daily_limit":500000,"used":1,"remain":499999},
        "rate_limit":{"call_count":1,"refresh_second":60}}"#;
    let expected = QuotaAnswer { quota: Quota { daily_limit: 500_000, used: 1, remain: 499_999 } };
    assert_eq!(answer(200, quota), Ok(expected));

    let found: CallbackCheck = answer(
        200,
        br#"{"dns":[{"ip":"111.161.64.40","real_operator":"UNICOM"}],
            "ping":[{"ip":"111.161.64.40","from_operator":"UNICOM","package_loss":"0%","time":"23.079ms"}]}"#,
    )
    .unwrap();
    assert_eq!((found.dns.len(), found.ping.len()), (1, 1));

    let code: Created =
        answer(200, br#"{"ticket":"gQH47joAAA==","expire_seconds":60,"url":"http://weixin.qq.com/q/kZ"}"#)
            .unwrap();
    assert_eq!((code.ticket.as_str(), code.expire_seconds), ("gQH47joAAA==", Some(60)));
}

#[test]
fn a_refusal_has_an_errcode_an_errmsg_and_a_rid() {
    let check = |body: &str, expected: Error| {
        assert_eq!(answer::<Done>(200, body.as_bytes()), Err(expected), "{body}");
    };
    for (errcode, errmsg) in [
        (40013, "invalid appid"),
        (40001, "invalid credential, access_token is invalid or not latest"),
        (42001, "access_token expired"),
        (40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist"),
        (45009, "reach max api daily quota limit"),
        (45015, "response out of time limit or subscription is canceled"),
        (45047, "out of response count limit"),
        (48001, "api unauthorized"),
    ] {
        let body = format!(r#"{{"errcode":{errcode},"errmsg":"{errmsg} rid: {RID}"}}"#);
        check(&body, refused(errcode, errmsg, Some(RID)));
        let body = format!(r#"{{"errcode":"{errcode}","errmsg":"{errmsg} rid: {RID}"}}"#);
        check(&body, refused(errcode, errmsg, Some(RID)));
    }
    check(r#"{"errcode":-1,"errmsg":"system error"}"#, refused(-1, "system error", None));
    check(r#"{"errcode":"-1","errmsg":"system error"}"#, refused(-1, "system error", None));
    check(r#"{"errcode":40003}"#, refused(40003, "", None));
    check(r#"{"errcode":40003,"errmsg":null}"#, refused(40003, "", None));
    check(r#"{"errcode":48001,"errmsg":"rid: 6-0-0"}"#, refused(48001, "", Some("6-0-0")));
    // The older suffix is not removed.
    check(
        r#"{"errcode":40001,"errmsg":"invalid credential hint: [abc123]"}"#,
        refused(40001, "invalid credential hint: [abc123]", None),
    );
}

#[test]
fn an_errcode_takes_precedence_over_a_value() {
    let body =
        format!(r#"{{"errcode":45171,"errmsg":"partly failed","fail_openid_list":["o1"],"rid":"{RID}"}}"#);
    assert_eq!(answer::<Value>(200, body.as_bytes()), Err(refused(45171, "partly failed", None)));
}

#[test]
fn an_errcode_that_is_not_a_number_is_an_error() {
    for errcode in [r#""""#, r#""x""#, "1.5", "1e400", "99999999999999999999"] {
        let body = format!(r#"{{"errcode":{errcode},"errmsg":"?"}}"#);
        assert!(answer::<Done>(200, body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn a_response_that_is_not_from_wechat_is_unreadable() {
    for body in [
        "",
        " ",
        "<html><body>502 Bad Gateway</body></html>",
        r#"{"errcode":0,"errm"#,
        r#"{"errcode":0}{"errcode":0}"#,
        "success",
        "null",
        "0",
        r#""ok""#,
        "[]",
    ] {
        let expected = Err(Error::Unreadable { status: 200 });
        assert_eq!(answer::<Done>(200, body.as_bytes()), expected, "{body}");
        assert_eq!(answer::<Value>(200, body.as_bytes()), Err(Error::Unreadable { status: 200 }), "{body}");
    }
}

#[test]
fn a_response_without_its_main_field_is_unreadable() {
    let unreadable = Err(Error::Unreadable { status: 200 });
    assert_eq!(answer::<Addresses>(200, br#"{"errcode":0}"#), unreadable);
    assert_eq!(answer::<Addresses>(200, br#"{"ip_list":"127.0.0.1"}"#), unreadable);
    let token = answer::<Issued>(200, br#"{"access_token":"t"}"#);
    assert_eq!(token.map(|_| ()), Err(Error::Unreadable { status: 200 }));
}

#[test]
fn a_status_other_than_200_is_an_error_for_any_body() {
    for status in [201, 204, 301, 302, 401, 404, 500, 502, 503] {
        for body in [r#"{"errcode":0,"errmsg":"ok"}"#, r#"{"errcode":40001}"#, "", "<html>"] {
            let expected = Err(Error::Unreadable { status });
            assert_eq!(answer::<Done>(status, body.as_bytes()), expected, "{status} {body}");
        }
    }
}

#[test]
fn control_characters_and_invalid_utf8_in_a_remark_are_tolerated() {
    let remark = |body: &[u8]| answer::<Value>(200, body).unwrap().get("remark").cloned();
    assert_eq!(remark(b"{\"remark\":\"a\x01b\nc\td\x1fe\"}"), Some(json!("a b c d e")));
    assert_eq!(
        remark(b"{\"remark\":\"a\\nb\\u0001\"}"),
        Some(json!("a\nb\u{1}")),
        "escaped control characters are kept"
    );
    assert_eq!(remark(b"{\"remark\":\"a\xffb\"}"), Some(json!("a\u{fffd}b")));
    assert_eq!(remark(br#"{"remark":"a\ud83d"}"#), Some(json!("a\u{fffd}")));
    assert_eq!(remark(b"\xef\xbb\xbf{\"remark\":\"x\"}"), Some(json!("x")));
    assert_eq!(remark("{\"remark\":\"老客户 😀\"}".as_bytes()), Some(json!("老客户 😀")));
    assert_eq!(remark(b"{\r\n\t\"remark\":\t\"x\"\r\n}\n"), Some(json!("x")));
}

#[test]
fn every_error_says_what_happened() {
    let check = |error: Error, expected: &str| assert_eq!(error.to_string(), expected);
    check(refused(40013, "invalid appid", Some(RID)), "WeChat refused (40013). Check WECHAT_APP_ID.");
    check(Error::Unreadable { status: 502 }, "WeChat's answer cannot be read (HTTP status 502)");
    check(Error::Unreachable, "WeChat could not be reached, or the connection broke");
    check(Error::TimedOut, "WeChat did not answer in time");
}

/// Fragments of responses, in any order.
const ANSWERISH: &str = r#"(\{|\}|\[|\]|,|:|"errcode"|"errmsg"|-?[0-9]{1,20}|"rid: [a-z]{0,3}( rid: )?"|null|[\x00-\x20]|"你?){0,16}"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_response_makes_its_reader_panic(status in any::<u16>(), bytes in any::<Vec<u8>>(), text in ANSWERISH) {
        for body in [bytes.as_slice(), text.as_bytes()] {
            let _ = answer::<Value>(status, body);
            let _ = answer::<Value>(200, body);
            let _ = answer::<Done>(200, body);
            let _ = answer::<Issued>(200, body);
        }
    }

    #[test]
    fn any_nonzero_errcode_is_a_refusal(errcode in any::<i64>(), errmsg in any::<String>()) {
        let body = json!({ "errcode": errcode, "errmsg": errmsg }).to_string();
        match answer::<Done>(200, body.as_bytes()) {
            Ok(_) => assert_eq!(errcode, 0),
            Err(Error::Refused(refusal)) => assert_eq!(refusal.errcode, errcode),
            Err(error) => panic!("{error:?}"),
        }
    }
}
