//! What the gateway decides from a request's head: the destination, the credential and the headers to forward.

use std::collections::BTreeSet;

use mp_worker::api::{Identity, KeyRecord, Scope};
use mp_worker::gateway::{
    Claims, GatewayPath, Handling, Query, Refused, Secrets, SendOutcome, Shown, TokenRequest, WechatOutcome,
    is_text, may_be_refusal, permission,
};
use mp_worker::route::{NoRoute, Route};
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;
use mp_worker::wechat::SentMessage;
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use crate::world::{NOW, ROOT, other_signing_keys, signing_keys};

fn key(scopes: &[&str], expires_at: Option<Timestamp>) -> Identity {
    Identity::Key(Box::new(KeyRecord {
        id: "0123456789abcdef".to_owned(),
        name: "shop".to_owned(),
        hash: "h".to_owned(),
        scopes: scopes.iter().map(|scope| Scope::parse(scope).unwrap()).collect(),
        account: "default".to_owned(),
        made_by: None,
        created_at: NOW,
        expires_at,
        revoked_at: None,
    }))
}

#[test]
fn wechats_paths_are_routed_to_the_gateway() {
    let check = |path: &str, account: Option<&str>, to: &str, door: Handling| {
        let found = GatewayPath::parse(path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!((found.account, found.path, found.handling()), (account, to, door), "{path}");
        assert_eq!(Route::parse("PATCH", path), Ok(Route::Gateway(found)), "any method");
    };
    check("/cgi-bin/token", None, "/cgi-bin/token", Handling::Token);
    check("/cgi-bin/stable_token", None, "/cgi-bin/stable_token", Handling::Token);
    check("/cgi-bin/ticket/getticket", None, "/cgi-bin/ticket/getticket", Handling::Ticket);
    check("/cgi-bin/showqrcode", None, "/cgi-bin/showqrcode", Handling::QrImage);
    check("/sns/oauth2/access_token", None, "/sns/oauth2/access_token", Handling::Sns);
    check("/cgi-bin/menu/create", None, "/cgi-bin/menu/create", Handling::Call);
    check("/datacube/getusersummary", None, "/datacube/getusersummary", Handling::Call);
    check("/cgi-bin/clear_quota/v2", None, "/cgi-bin/clear_quota/v2", Handling::TakesSecret);
    check("/sns/userinfo", None, "/sns/userinfo", Handling::Sns);
    check("/sns/anything/else", None, "/sns/anything/else", Handling::Call);
    check("/gw/card/cgi-bin/menu/create", Some("card"), "/cgi-bin/menu/create", Handling::Call);
    check("/gw/card/user/getcardlist", None, "/card/user/getcardlist", Handling::Call);
    check("/gw/cgi-bin/menu/create", None, "/cgi-bin/menu/create", Handling::Call);
    check("/gw/shop/cgi-bin/menu/create", Some("shop"), "/cgi-bin/menu/create", Handling::Call);
    check(
        "/gw/shop/customservice/kfaccount/add",
        Some("shop"),
        "/customservice/kfaccount/add",
        Handling::Call,
    );
}

#[test]
fn other_paths_are_not_routed_to_the_gateway() {
    for path in [
        "",
        "/",
        "/cgi-bin",
        "/cgi-bin/",
        "//cgi-bin/token",
        "/cgi-bin//token",
        "/cgi-bin/../api/key/list",
        "/cgi-bin/./token",
        "/cgi-bin/%2e%2e/x",
        "/cgi-bin/a%2fb",
        "/cgi-bin/a\\b",
        "/cgi-bin/a;b",
        "/cgi-bin/token/",
        "/cgi-bin/@example.com",
        "/cgi-bin/a b",
        "/cgi-bin/菜单",
        "/cgi-binx/token",
        "/gw",
        "/gw/",
        "/gw/shop",
        "/gw/shop/",
        "/gw/shop/api/key/list",
        "/gw//cgi-bin/token",
        "/gw/a/b/cgi-bin/token",
        "/gw/cgi-bin",
        "/gw/gw/cgi-bin/../token",
        "/sns",
        "/example.com/cgi-bin/token",
        "/gw/shop/../cgi-bin/token",
    ] {
        assert_eq!(GatewayPath::parse(path), None, "{path}");
        assert!(!matches!(Route::parse("GET", path), Ok(Route::Gateway(_))), "{path}");
    }
    assert_eq!(Route::parse("GET", "/cgi-bin/"), Err(NoRoute::NotFound));
}

#[test]
fn a_path_that_does_not_look_like_one_of_wechats_is_not_logged() {
    let logged = |path: &str| GatewayPath::parse(path).unwrap().logged().into_owned();
    for path in [
        "/cgi-bin/menu/get",
        "/cgi-bin/get_current_autoreply_info",
        "/cgi-bin/clear_quota/v2",
        "/cgi-bin/media/voice/queryrecoresultfortext",
        "/sns/jscode2session",
        "/sns/oauth2/access_token",
        "/wxa/business/getuserphonenumber",
    ] {
        assert_eq!(logged(path), path);
        assert_eq!(logged(&format!("/gw/shop{path}")), path);
    }
    let check = |path: &str, expected: &str| assert_eq!(logged(path), expected);
    check("/cgi-bin/mpk_0f69686546d53827_gijg0wCweyhhDe7XDZSH-bWt45GkG-qanJBwvFcj9hQ/x", "/cgi-bin/?");
    check("/cgi-bin/user/oSANDBOX0000000000000000user", "/cgi-bin/?");
    check("/gw/shop/card/code/110201201245", "/card/?");
    check("/cgi-bin/user/o-6tpwqhnvnlxbfmjdwfkrcz", "/cgi-bin/?");
    check(&format!("/cgi-bin/{}", "a".repeat(41)), "/cgi-bin/?");
}

#[test]
fn replacing_the_token_leaves_every_other_byte_unchanged() {
    let with = |query: &str| Query::new(query).with("access_token", "T-1.2_3");
    assert_eq!(with("access_token=old"), "access_token=T-1.2_3");
    assert_eq!(with("a=1&access_token=old&b=%e4%bd%a0+%2B"), "a=1&access_token=T-1.2_3&b=%e4%bd%a0+%2B");
    assert_eq!(with("next_openid=&access_token="), "next_openid=&access_token=T-1.2_3");
    assert_eq!(with("access_token"), "access_token=T-1.2_3");
    assert_eq!(with("%61ccess_token=old&access_token=other"), "access_token=T-1.2_3&access_token=T-1.2_3");
    assert_eq!(
        with("xaccess_token=1&access_token_=2"),
        "xaccess_token=1&access_token_=2&access_token=T-1.2_3"
    );
    assert_eq!(with(""), "access_token=T-1.2_3");
    assert_eq!(with("&&"), "&&&access_token=T-1.2_3");
    assert_eq!(Query::new("a=%26").with("secret", "a&b=c"), "a=%26&secret=a%26b%3Dc");
    assert_eq!(Query::new("a=1&access_token=x%2By").value("access_token"), Some("x+y"));
    assert_eq!(Query::new("a=1").value("access_token"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn parameters_other_than_the_token_are_unchanged(before in "([a-z%+=&;~!]|%[0-9a-f]{2}){0,20}", after in "([a-z%+=&;~!]|%[0-9a-f]{2}){0,20}") {
        let named = |part: &str| part.split('&').any(|one| Query::new(one).value("access_token").is_some());
        if !named(&before) && !named(&after) {
            let query = format!("{before}&access_token=ours&{after}");
            let expected = format!("{before}&access_token=real&{after}");
            prop_assert_eq!(Query::new(&query).with("access_token", "real"), expected);
        }
    }
}

#[test]
fn a_credential_identifies_its_key_until_it_expires() {
    let (keys, root) = (signing_keys(), Secret::new(ROOT));
    let secrets = Secrets { keys: &keys, root: &root };
    for identity in [Identity::Root, key(&["*"], None)] {
        let claims = Claims::new(&identity, "default", NOW);
        assert_eq!(claims.expires_at, NOW.plus(7200));
        let credential = claims.seal(secrets);
        assert!(
            credential.expose().len() <= 512 && credential.expose().is_ascii(),
            "{}",
            credential.expose()
        );
        let escaped: String = form_urlencoded::byte_serialize(credential.expose().as_bytes()).collect();
        assert_eq!(escaped, credential.expose(), "the credential needs no escaping");
        let shown = |now| Shown::parse(credential.expose(), secrets, now);
        assert_eq!(shown(NOW.plus(7199)), Shown::Credential(claims.clone()));
        assert_eq!(shown(NOW.plus(7200)), Shown::Stale);
    }
    let short = Claims::new(&key(&["*"], Some(NOW.plus(100))), "default", NOW);
    assert_eq!(short.expires_at, NOW.plus(100), "a credential expires with its key");
}

#[test]
fn the_credential_of_the_root_key_ends_with_it_and_that_of_an_api_key_does_not() {
    let (keys, root, other) = (signing_keys(), Secret::new(ROOT), Secret::new("another root key"));
    let (secrets, changed) = (Secrets { keys: &keys, root: &root }, Secrets { keys: &keys, root: &other });
    for (identity, outlives) in [(Identity::Root, false), (key(&["*"], None), true)] {
        let credential = Claims::new(&identity, "default", NOW).seal(secrets);
        let shown = Shown::parse(credential.expose(), changed, NOW);
        assert_eq!(matches!(shown, Shown::Credential(_)), outlives, "{identity:?}");
    }
}

#[test]
fn a_tampered_credential_is_stale_and_a_foreign_one_is_unknown() {
    let (keys, root) = (signing_keys(), Secret::new(ROOT));
    let secrets = Secrets { keys: &keys, root: &root };
    let credential = Claims::new(&key(&["*"], None), "default", NOW).seal(secrets);
    let text = credential.expose();
    for (index, _) in text.char_indices() {
        let mut changed = text.as_bytes().to_vec();
        changed[index] = if changed[index] == b'0' { b'1' } else { b'0' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(!matches!(Shown::parse(&changed, secrets, NOW), Shown::Credential(_)), "{changed}");
    }
    let other_keys = other_signing_keys();
    assert_eq!(Shown::parse(text, Secrets { keys: &other_keys, ..secrets }, NOW), Shown::Stale);
    assert_eq!(Shown::parse("mpg.1700009999.", secrets, NOW), Shown::Stale);
    for foreign in ["61_real-token-of-wechat", "", "mpk_0123456789abcdef_x", "mpgx.1.2.3"] {
        assert_eq!(Shown::parse(foreign, secrets, NOW), Shown::Other(Secret::new(foreign)), "{foreign}");
    }
}

#[test]
fn a_token_request_is_read_as_sdks_send_it() {
    let read = |query: &str, body: &str| {
        TokenRequest::parse(&Query::new(query), body.as_bytes()).map(|wanted| (wanted.appid, wanted.secret))
    };
    let expected = Ok(("wx1".to_owned(), Secret::new("k&1")));
    assert_eq!(read("grant_type=client_credential&appid=wx1&secret=k%261", ""), expected);
    assert_eq!(read("secret=k%261&appid=wx1", "anything"), expected);
    let body =
        r#"{"grant_type": "client_credential", "appid": "wx1", "secret": "k&1", "force_refresh": false}"#;
    assert_eq!(read("", body), expected);
    assert_eq!(read("", r#"{"appid": "wx1"}"#), Ok(("wx1".to_owned(), Secret::new(""))));
    for body in ["", "appid=wx1&secret=k", "[]", "{\"appid\": 1}"] {
        assert_eq!(read("", body), Err(Refused::UnreadableTokenRequest), "{body}");
    }
}

#[test]
fn every_documented_path_belongs_to_a_group() {
    let mut scope = "";
    let mut paths = BTreeSet::new();
    for line in include_str!("../fixtures/gateway-paths.txt").lines() {
        match line.chars().next() {
            None | Some('#') => {}
            Some('/') => {
                for path in line.split(' ') {
                    assert_eq!(permission(path).to_string(), scope, "{path}");
                    assert!(GatewayPath::parse(path).is_some(), "{path}");
                    assert!(paths.insert(path), "{path} is listed twice");
                }
            }
            Some(_) => scope = line,
        }
    }
    assert!(paths.len() > 400, "{}", paths.len());
}

#[test]
fn paths_are_compared_without_case_and_forwarded_as_they_are() {
    let check = |path: &str, canonical: &str, handling: Handling| {
        let found = GatewayPath::parse(path).unwrap();
        assert_eq!((found.canonical().as_str(), found.handling()), (canonical, handling), "{path}");
        assert!(path.ends_with(found.path), "{path}");
    };
    check("/cgi-bin/clear_quota/V2", "/cgi-bin/clear_quota/v2", Handling::TakesSecret);
    check("/CGI-BIN/Token", "/cgi-bin/token", Handling::Token);
    check("/gw/Shop/Sns/UserInfo", "/sns/userinfo", Handling::Sns);
    check("/cgi-bin/User/Info/UpdateRemark", "/cgi-bin/user/info/updateremark", Handling::Call);
    assert_eq!(GatewayPath::parse("/gw/Shop/cgi-bin/x").unwrap().account, Some("Shop"));
}

#[test]
fn a_path_with_slashes_too_many_is_recognized() {
    for path in ["//cgi-bin/token", "/cgi-bin/token/", "/cgi-bin//tags/get", "//gw/shop//cgi-bin/token/"] {
        assert!(GatewayPath::is_misspelt(path), "{path}");
        assert_eq!(GatewayPath::parse(path), None, "{path}");
    }
    for path in
        ["/", "//", "/api/menu/list", "/callback/", "/cgi-bin/", "//cgi-bin/../api/key/list", "/console/"]
    {
        assert!(!GatewayPath::is_misspelt(path), "{path}");
    }
}

#[test]
fn a_request_of_an_sdk_is_recognized_by_its_credential() {
    let is_in = |query: &str, header: Option<&str>| Shown::is_in(&Query::new(query), header);
    let key = format!("mpk_{}_{}", "0".repeat(32), "A".repeat(43));
    assert!(is_in("access_token=mpg.1.2.3.4", None) && is_in("a=1&secret=mpg.1.2.3.4", None));
    assert!(is_in(&format!("access_token={key}"), None) && is_in(&format!("appid=wx1&secret={key}"), None));
    assert!(is_in("", Some("Bearer mpg.1.2.3.4")));
    for (query, header) in
        [("", None), ("access_token=x&secret=y", None), ("x=mpg.1.2.3.4", None), ("", Some("Bearer x"))]
    {
        assert!(!is_in(query, header), "{query} {header:?}");
    }
    assert!(!is_in("", Some(&format!("Bearer {key}"))), "the JSON API takes keys there as well");
}

#[test]
fn a_credential_beside_an_api_key_is_dropped() {
    let without =
        |query: &str| Query::new(query).without_values_beside("secret", |value| value.starts_with("ours"));
    assert_eq!(without("js_code=a%20b&secret=ours1&access_token=ours2"), "js_code=a%20b&secret=ours1");
    assert_eq!(without("access_token=%6furs2&appid=wx1&secret=ours1&"), "appid=wx1&secret=ours1&");
    assert_eq!(without("a=1&&b=%e4"), "a=1&&b=%e4");
    assert_eq!(without("access_token=ours"), "");
}

#[test]
fn the_real_secret_is_replaced_in_every_text() {
    let concealed = |text: &str, secret: &str| {
        let mut body = text.as_bytes().to_vec();
        Secret::new(secret).conceal_in(&mut body);
        String::from_utf8(body).unwrap()
    };
    assert_eq!(concealed("a T0K-EN b T0K-ENT0K-EN", "T0K-EN"), "a ****** b ************");
    assert_eq!(concealed("x=a%2Bb%2F&y=a+b/", "a+b/"), "x=********&y=****");
    assert_eq!(concealed("T0K-E", "T0K-EN"), "T0K-E");
    assert_eq!(concealed("", "x") + &concealed("x", ""), "x");
    for (kind, expected) in [
        (Some("application/json; charset=utf-8"), true),
        (Some("text/html"), true),
        (Some("application/XML"), true),
        (None, true),
        (Some("image/jpeg"), false),
        (Some("audio/amr"), false),
        (Some("application/octet-stream"), false),
    ] {
        assert_eq!(is_text(kind), expected, "{kind:?}");
    }
}

#[test]
fn a_path_needs_the_scope_of_its_group() {
    let check = |path: &str, scope: &str| assert_eq!(permission(path).to_string(), scope, "{path}");
    check("/cgi-bin/menu/create", "menu:write");
    check("/cgi-bin/menu/get", "menu:read");
    check("/cgi-bin/menu/delete", "menu:write");
    check("/cgi-bin/get_current_selfmenu_info", "menu:read");
    check("/cgi-bin/message/custom/send", "message:write");
    check("/cgi-bin/message/template/send", "template:write");
    check("/cgi-bin/template/get_all_private_template", "template:read");
    check("/cgi-bin/template/del_private_template", "template:write");
    check("/cgi-bin/user/info", "user:read");
    check("/cgi-bin/user/info/batchget", "user:read");
    check("/cgi-bin/user/info/updateremark", "user:write");
    check("/cgi-bin/user/something/new", "user:write");
    check("/cgi-bin/customservice/getkflist", "customservice:read");
    check("/cgi-bin/tags/get", "tag:read");
    check("/cgi-bin/tags/delete", "tag:write");
    check("/cgi-bin/tags/members/batchblacklist", "user:write");
    check("/cgi-bin/media/upload", "media:write");
    check("/cgi-bin/media/get/jssdk", "media:read");
    check("/cgi-bin/material/add_material", "media:write");
    check("/cgi-bin/material/get_material", "media:read");
    check("/cgi-bin/material/del_material", "media_delete:write");
    check("/cgi-bin/message/mass/sendall", "mass:write");
    check("/cgi-bin/message/mass/get", "mass:read");
    check("/cgi-bin/clear_quota", "quota:write");
    check("/cgi-bin/openapi/quota/clear", "quota:write");
    check("/cgi-bin/openapi/quota/get", "account:read");
    check("/cgi-bin/draft/add", "article:write");
    check("/cgi-bin/freepublish/submit", "article:write");
    check("/cgi-bin/ticket/getticket", "jssdk:read");
    check("/datacube/getusersummary", "stats:read");
    check("/customservice/kfaccount/add", "customservice:write");
    check("/card/create", "card:write");
    check("/cgi-bin/menu/get_something", "menu:write");
    check("/cgi-bin/user/infoupdate", "user:write");
    check("/card/getanything", "card:write");
    for unknown in [
        "/cgi-bin/something/new",
        "/wxa/business/getuserphonenumber",
        "/cgi-bin/clear_quota2",
        "/datacubes/x",
        "/cardinal/x",
        "/cgi-bin/menus/create",
    ] {
        check(unknown, "*");
    }
}

/// 40001, 40014 and 42001 make SDKs renew their token and retry, some of them without a limit.
#[test]
fn only_a_stale_credential_makes_an_sdk_renew() {
    let all = [
        Refused::WrongAppId,
        Refused::WrongSecret,
        Refused::UnreadableTokenRequest,
        Refused::NoCredential,
        Refused::UnknownCredential,
        Refused::StaleCredential,
        Refused::DeadKey,
        Refused::LacksScope(Scope::parse("menu:write").unwrap()),
        Refused::UnknownPath,
        Refused::AnotherAccount,
        Refused::TooManyCalls,
        Refused::NotConfigured("x".to_owned()),
        Refused::NotSent,
        Refused::NoAnswer,
        Refused::IdempotencyKeyOfAnother,
        Refused::NeedsSecret,
        Refused::WrongMethod,
        Refused::SendAgain,
        Refused::NoToken(40001, "x".to_owned()),
        Refused::NoToken(42001, "x".to_owned()),
        Refused::NoToken(40164, "x".to_owned()),
        Refused::StillUnderWay,
        Refused::InvalidIdempotencyKey,
        Refused::Internal("THE-CAUSE".to_owned()),
    ];
    for refused in all {
        let renews = [40001, 40014, 42001].contains(&refused.errcode());
        assert_eq!(renews, refused == Refused::StaleCredential, "{refused}");
        let body: serde_json::Value = serde_json::from_str(&refused.body("9f86d081")).unwrap();
        assert_eq!(body["errcode"], refused.errcode());
        assert!(body["errmsg"].as_str().unwrap().starts_with("mp-worker: "), "{body}");
    }
    let internal = Refused::Internal("THE-CAUSE".to_owned()).body("9f86d081");
    assert!(internal.contains("in the log under 9f86d081") && !internal.contains("THE-CAUSE"), "{internal}");
    // WxJava retries on -1, so -1 is used only if nothing was sent or a retry has no second effect.
    assert_eq!(Refused::NoAnswer.errcode(), -2);
    assert_eq!(Refused::WrongAppId.errcode(), 40013);
    assert_eq!(Refused::WrongSecret.errcode(), 40125);
    assert_eq!(
        Refused::NoToken(40164, String::new()).errcode(),
        40164,
        "an error that the operator has to fix is passed on"
    );
}

#[test]
fn a_response_is_only_inspected_if_it_may_be_an_error() {
    assert!(may_be_refusal(Some("application/json; encoding=utf-8"), Some(40)));
    assert!(may_be_refusal(Some("text/plain"), None));
    assert!(may_be_refusal(None, Some(0)));
    assert!(!may_be_refusal(Some("image/jpeg"), Some(40)));
    assert!(!may_be_refusal(Some("application/json"), Some(4097)));
}

#[test]
fn a_short_response_reveals_the_outcome_of_the_call() {
    let of = |status, body: &'static str| WechatOutcome::of(status, body.into());
    let done = r#"{"errcode":0,"errmsg":"ok","msgid":1}"#;
    assert_eq!(of(200, done), WechatOutcome::Done(done.into()));
    assert_eq!(of(200, "{}"), WechatOutcome::Done(b"{}".into()));
    assert_eq!(of(200, r#"{"errcode":40001}"#), WechatOutcome::Refused(40001));
    assert_eq!(of(502, r#"{"errcode":-1}"#), WechatOutcome::Refused(-1));
    for (status, body) in [(200, "<html>"), (200, ""), (200, "[]"), (502, "{}"), (200, r#"{"errcode":"0"}"#)]
    {
        assert_eq!(of(status, body), WechatOutcome::Unclear, "{status} {body}");
    }
    assert!(
        [40001, 40014, 42001].into_iter().all(|errcode| WechatOutcome::Refused(errcode).is_stale_token())
    );
    assert!(
        ![WechatOutcome::Refused(48001), WechatOutcome::Unclear, of(200, done)]
            .iter()
            .any(WechatOutcome::is_stale_token)
    );
}

#[test]
fn a_credential_is_in_the_query_or_the_authorization_header() {
    let (keys, root) = (signing_keys(), Secret::new(ROOT));
    let secrets = Secrets { keys: &keys, root: &root };
    let shown = |query, header: Option<&str>| {
        Shown::of(&Query::new(query), || header.map(ToOwned::to_owned), secrets, NOW)
    };
    let other = |text: &str| Ok(Shown::Other(Secret::new(text)));
    assert_eq!(shown("access_token=a", Some("Bearer b")), other("a"));
    assert_eq!(shown("access_token=&x=1", Some("bearer b ")), other("b"));
    assert_eq!(shown("", Some("Bearer b")), other("b"));
    for (query, header) in
        [("", None), ("access_token=", None), ("", Some("Basic b")), ("", Some("Bearer ")), ("", Some("b"))]
    {
        assert_eq!(shown(query, header), Err(Refused::NoCredential), "{query} {header:?}");
    }
    let credential = Claims::new(&Identity::Root, "default", NOW).seal(secrets);
    let key = format!("mpk_0123456789abcdef0123456789abcdef_{}", "A".repeat(43));
    assert!([credential.expose(), &key, ROOT].into_iter().all(|text| Shown::is_ours(text, &root)));
    assert!(
        !["SNS_C1", "wx0123456789abcdef", "mpk_", ""].into_iter().any(|text| Shown::is_ours(text, &root))
    );
    let query = Query::new("a=1&secret=ours&b=ours");
    assert!(query.has_value_beside("secret", |value| value == "ours"));
    assert!(!query.has_value_beside("b", |value| value == "1x"));
}

#[test]
fn a_send_to_one_user_is_recognized_by_its_path_and_body() {
    let of = |path: &str, body: &str| {
        SentMessage::of(path, body.as_bytes()).map(|message| (message.kind, message.openid))
    };
    let (custom, template) = ("/cgi-bin/message/custom/send", "/cgi-bin/message/template/send");
    let body = r#"{"touser": "o1", "msgtype": "text", "text": {"content": "好"}}"#;
    assert_eq!(of(custom, body), Some(("custom", "o1".to_owned())));
    assert_eq!(of(template, body), Some(("template", "o1".to_owned())));
    for path in ["/cgi-bin/message/custom/typing", "/cgi-bin/message/mass/send", "/cgi-bin/user/info"] {
        assert_eq!(of(path, body), None, "{path}");
    }
    for body in ["", "[]", r#"{"touser": ""}"#, r#"{"touser": ["o1"]}"#, r#"{"touser": "o1""#] {
        assert_eq!(of(custom, body), None, "{body}");
    }
    let long = format!(r#"{{"touser": "o1", "text": "{}"}}"#, "x".repeat(64 * 1024));
    assert_eq!(of(custom, &long), None);
    assert_eq!(SentMessage::of(custom, b"{\"touser\": \"\xff\"}"), None);
}

#[test]
fn a_send_is_remembered_unless_wechat_was_not_asked() {
    let errcode =
        |outcome: Result<&WechatOutcome, &Refused>| SendOutcome::of(outcome).map(|sent| sent.errcode);
    assert_eq!(errcode(Ok(&WechatOutcome::Done(Vec::new()))), Some(Some(0)));
    assert_eq!(errcode(Ok(&WechatOutcome::Refused(45015))), Some(Some(45015)));
    assert_eq!(errcode(Ok(&WechatOutcome::Unclear)), Some(None), "it may have been sent");
    assert_eq!(errcode(Err(&Refused::NoAnswer)), Some(None));
    for refused in [Refused::NotSent, Refused::NoToken(40125, String::new()), Refused::StillUnderWay] {
        assert_eq!(errcode(Err(&refused)), None, "{refused:?}");
    }
}
