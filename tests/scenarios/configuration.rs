//! Variables and secrets: which values are accepted, and the errors for all others.

use mp_worker::callback::event::Event;
use mp_worker::config::{Config, NoAccount};
use mp_worker::mac::Purpose;
use mp_worker::settings::Settings;

use crate::world::{AES_KEY, APP_ID, ROOT, SIGNING_KEY, account, config, signing_keys};

/// The problems of a worker that has a root key and a signing key.
fn problems(variables: &[(&str, &str)]) -> Vec<String> {
    let secrets = [("ROOT_API_KEY", ROOT), ("SIGNING_KEY", SIGNING_KEY)];
    config(&[variables, &secrets].concat()).problems().map(ToString::to_string).collect()
}

#[test]
fn an_empty_configuration_reports_the_missing_token() {
    assert_eq!(problems(&[]), ["WECHAT_TOKEN is missing"]);
}

#[test]
fn plain_mode_needs_only_the_token_beside_the_keys_of_the_worker() {
    assert!(problems(&[("WECHAT_TOKEN", "t")]).is_empty());
}

#[test]
fn all_problems_are_listed_without_their_values() {
    let complaints = problems(&[
        ("WECHAT_TOKEN", "  "),
        ("WECHAT_APP_ID", "SECRET-1"),
        ("WECHAT_ENCODING_AES_KEY", "SECRET-2"),
        ("WECHAT_PREVIOUS_ENCODING_AES_KEY", "SECRET-3"),
        ("WECHAT_ORIGINAL_ID", "SECRET-4"),
        ("WECHAT_REQUIRE_ENCRYPTION", "SECRET-5"),
        ("WECHAT_SIGNATURE_MAX_AGE", "SECRET-6"),
    ]);
    assert_eq!(
        complaints,
        [
            "WECHAT_TOKEN is missing",
            "WECHAT_APP_ID must be \"wx\" and 16 letters or digits",
            "WECHAT_ENCODING_AES_KEY must be 43 letters and digits",
            "WECHAT_PREVIOUS_ENCODING_AES_KEY must be 43 letters and digits",
            "WECHAT_ORIGINAL_ID must be \"gh_\" and letters or digits",
            "WECHAT_REQUIRE_ENCRYPTION must be true or false",
            "WECHAT_SIGNATURE_MAX_AGE must be a number of seconds",
        ]
    );
}

#[test]
fn encryption_requires_its_variables() {
    let token = ("WECHAT_TOKEN", "t");
    assert_eq!(
        problems(&[token, ("WECHAT_ENCODING_AES_KEY", AES_KEY)]),
        ["WECHAT_APP_ID is missing, but encryption needs it"]
    );
    assert_eq!(
        problems(&[token, ("WECHAT_REQUIRE_ENCRYPTION", "true")]),
        ["WECHAT_ENCODING_AES_KEY is missing, but encryption needs it"]
    );
    assert_eq!(
        problems(&[token, ("WECHAT_APP_ID", APP_ID), ("WECHAT_PREVIOUS_ENCODING_AES_KEY", AES_KEY)]),
        ["WECHAT_ENCODING_AES_KEY is missing, but encryption needs it"]
    );
}

#[test]
fn whitespace_around_a_pasted_secret_is_trimmed() {
    let config = config(&[("WECHAT_TOKEN", " AAAAA\n")]);
    let tokens = config.account(None).unwrap().tokens().unwrap();
    assert!(tokens.iter().next().unwrap().matches("AAAAA"));
}

const FURTHER: &str = r#"[
    {"name": "shop", "token": "t", "app_id": "wx0123456789abcdef", "app_secret": "s",
     "encoding_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
     "previous_token": "p", "previous_encoding_aes_key": "mNnY5GekpChwqhy2c4NBH90g3hND6GeI4gii2YCvKLY",
     "original_id": "gh_1", "require_encryption": true, "signature_max_age": 60},
    {"name": "news", "token": "t", "require_encryption": "false", "signature_max_age": "0"}]"#;

#[test]
fn one_worker_serves_several_accounts() {
    let config = config(&[("WECHAT_TOKEN", "t"), ("ACCOUNTS", FURTHER)]);
    assert_eq!(config.problems().count(), 2, "the keys of the worker are missing");
    assert_eq!(config.account(None).unwrap().name(), "default");
    assert_eq!(config.account(Some("default")).unwrap().name(), "default");
    let shop = config.account(Some("shop")).unwrap().callback().unwrap();
    assert!(shop.require_encryption);
    assert_eq!(shop.signature_max_age, Some(60));
    assert_eq!(shop.tokens.iter().count(), 2);
    assert_eq!(shop.encryption.as_ref().unwrap().keys().count(), 2);
    let news = config.account(Some("news")).unwrap().callback().unwrap();
    assert!(!news.require_encryption);
    assert_eq!(news.signature_max_age, None);
    assert!(matches!(config.account(Some("other")), Err(NoAccount::Unknown)));
}

#[test]
fn without_plain_variables_there_is_no_default_account() {
    let config = config(&[("ACCOUNTS", FURTHER)]);
    assert_eq!(config.problems().count(), 2, "the keys of the worker are missing");
    assert!(matches!(config.account(None), Err(NoAccount::Unknown)));
    assert!(config.account(Some("shop")).is_ok());
}

#[test]
fn a_problem_in_accounts_names_its_place() {
    let check = |accounts: &str, expected: &str| {
        assert_eq!(problems(&[("WECHAT_TOKEN", "t"), ("ACCOUNTS", accounts)]), [expected], "{accounts}");
    };
    check("SECRET", "ACCOUNTS must be a JSON array of accounts");
    check(r#"{"name": "a"}"#, "ACCOUNTS must be a JSON array of accounts");
    check(r#"["SECRET"]"#, "ACCOUNTS[0] must be a JSON object");
    check(r#"[{"token": "t"}]"#, "ACCOUNTS[0].name is missing");
    check(
        r#"[{"name": "a/b", "token": "t"}]"#,
        r#"ACCOUNTS[0].name must be letters, digits, "-" or "_": it is part of a path"#,
    );
    check(
        r#"[{"name": "a", "token": "t", "tokn": "SECRET"}]"#,
        "ACCOUNTS[0] has a field that does not exist; docs/deploy.md lists them",
    );
    check(r#"[{"name": "a"}]"#, "ACCOUNTS[0].token is missing");
    check(r#"[{"name": "a", "token": ["SECRET"]}]"#, "ACCOUNTS[0].token must be text");
    check(r#"[{"name": "a", "token": "t"}, {"name": "a", "token": "t"}]"#, "ACCOUNTS[1].name is duplicated");
    check(r#"[{"name": "default", "token": "t"}]"#, "ACCOUNTS[0].name is duplicated");
    check(
        r#"[{"name": "a", "token": "t", "original_id": "gh-1"}]"#,
        "ACCOUNTS[0].original_id must be \"gh_\" and letters or digits",
    );
}

#[test]
fn an_invalid_account_does_not_disable_the_others() {
    let config =
        config(&[("WECHAT_TOKEN", "t"), ("ACCOUNTS", r#"[{"name": "a"}, {"name": "b", "token": "t"}]"#)]);
    assert!(config.account(None).unwrap().callback().is_ok());
    assert!(config.account(Some("b")).unwrap().callback().is_ok());
    assert!(config.account(Some("a")).unwrap().callback().is_err());
}

#[test]
fn an_invalid_account_does_not_make_other_names_known() {
    for accounts in [r#"[{"name": "a", "tokn": "x"}]"#, r#"[{"name": "default", "token": "t"}]"#] {
        let config = config(&[("WECHAT_TOKEN", "t"), ("ACCOUNTS", accounts)]);
        assert!(matches!(config.account(Some("b")), Err(NoAccount::Unknown)), "{accounts}");
    }
}

#[test]
fn the_base_url_of_wechats_api_can_be_configured() {
    let base = |url: &str| {
        config(&[("WECHAT_TOKEN", "t"), ("WECHAT_API_BASE", url)]).wechat_api().cloned().map_err(Clone::clone)
    };
    assert_eq!(config(&[]).wechat_api().unwrap().base.as_str(), "https://api.weixin.qq.com");
    assert_eq!(base("https://relay.example.com/wx/").unwrap().base.as_str(), "https://relay.example.com/wx");
    for url in [
        "relay.example.com",
        "https://",
        "https:///x",
        "https://a?b",
        "https://user@a",
        "ftp://a",
        "http://relay.example.com",
    ] {
        assert_eq!(base(url).unwrap_err().variable(), "WECHAT_API_BASE", "{url}");
    }
}

#[test]
fn a_relay_secret_needs_a_relay_and_is_visible_ascii() {
    let problem = |variables: &[(&str, &str)]| config(variables).wechat_api().unwrap_err().to_string();
    let secret = ("WECHAT_API_RELAY_SECRET", "s3cret");
    assert_eq!(problem(&[secret]), "WECHAT_API_BASE is missing, although WECHAT_API_RELAY_SECRET is set");
    let base = ("WECHAT_API_BASE", "https://relay.example.com");
    assert!(config(&[secret, base]).wechat_api().unwrap().relay_secret.is_some());
    let spaced = problem(&[("WECHAT_API_RELAY_SECRET", "two words"), base]);
    assert_eq!(spaced, "WECHAT_API_RELAY_SECRET must be visible ASCII characters without spaces");
    assert!(config(&[("WECHAT_API_BASE", "http://127.0.0.1:8788")]).wechat_api().is_ok());
}

#[test]
fn the_root_key_has_at_least_32_characters() {
    let root = |key: &str| config(&[("ROOT_API_KEY", key)]).root_api_key().cloned().map_err(Clone::clone);
    let missing = "ROOT_API_KEY is missing: the JSON API and the gateway are closed without it";
    assert_eq!(root(" ").unwrap_err().to_string(), missing);
    let short = "ROOT_API_KEY must have at least 32 characters, such as the output of `openssl rand -hex 32`";
    for key in ["short", "0123456789abcdef0123456789abcde"] {
        assert_eq!(root(key).unwrap_err().to_string(), short, "{key}");
    }
    assert!(root(&format!(" {ROOT}\n")).unwrap().matches(ROOT));
}

#[test]
fn the_signing_key_is_32_bytes_in_base64() {
    let keys = |key: &str| config(&[("SIGNING_KEY", key)]).signing_keys().cloned().map_err(Clone::clone);
    for key in [SIGNING_KEY, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY", &format!(" {SIGNING_KEY}\n")] {
        assert_eq!(keys(key), Ok(signing_keys()), "{key}");
    }
    let url_safe = "-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_-_8";
    assert_eq!(keys(url_safe).unwrap(), keys(&url_safe.replace('-', "+").replace('_', "/")).unwrap());
    let missing = keys("").unwrap_err().to_string();
    assert!(
        missing.starts_with("SIGNING_KEY is missing: ") && missing.contains("`openssl rand -base64 32`"),
        "{missing}"
    );
    for key in ["short", &SIGNING_KEY[4..], &format!("AAAA{SIGNING_KEY}"), &"0".repeat(64), "密钥"] {
        let problem = keys(key).unwrap_err().to_string();
        assert!(problem.starts_with("SIGNING_KEY must be 32 random bytes in Base64: "), "{problem}");
        assert!(problem.contains("`openssl rand -base64 32`") && problem.contains("`node -p "), "{problem}");
    }
}

#[test]
fn the_previous_signing_key_verifies_as_long_as_it_is_set() {
    let other = "YW5vdGhlciBrZXkgb2YgdGhpcnR5LXR3byBieXRlcy4=";
    let old = config(&[("SIGNING_KEY", other)]).signing_keys().unwrap().sign(Purpose::Cursor, &["a"]);
    let rotating = config(&[("SIGNING_KEY", SIGNING_KEY), ("PREVIOUS_SIGNING_KEY", other)]);
    assert!(rotating.signing_keys().unwrap().verify(Purpose::Cursor, &["a"], &old));
    assert!(!signing_keys().verify(Purpose::Cursor, &["a"], &old));
    let wrong =
        config(&[("SIGNING_KEY", SIGNING_KEY), ("PREVIOUS_SIGNING_KEY", "x"), ("ROOT_API_KEY", ROOT)]);
    assert_eq!(wrong.signing_keys(), Ok(&signing_keys()), "the current one works");
    let problems: Vec<_> = wrong.problems().map(ToString::to_string).collect();
    assert!(problems.contains(&"PREVIOUS_SIGNING_KEY must be 32 bytes in Base64".to_owned()), "{problems:?}");
}

#[test]
fn calling_wechat_needs_the_app_id_and_the_app_secret() {
    let config = config(&[("WECHAT_TOKEN", "t")]);
    let missing: Vec<_> = account(&config).app().unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        missing,
        [
            "WECHAT_APP_ID is missing, but WeChat's API needs it",
            "WECHAT_APP_SECRET is missing, but WeChat's API needs it"
        ]
    );
}

#[test]
fn an_invalid_account_is_not_reported_as_unknown() {
    let config = config(&[("WECHAT_TOKEN", "t"), ("ACCOUNTS", "[")]);
    assert!(matches!(config.account(Some("a")), Err(NoAccount::Unreadable(_))));
}

#[test]
fn debug_output_contains_no_configured_secret() {
    let config: Config = config(&[
        ("WECHAT_TOKEN", "SECRET-TOKEN"),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_ENCODING_AES_KEY", AES_KEY),
        ("WECHAT_APP_SECRET", "SECRET-APP"),
    ]);
    let printed = format!("{config:?}");
    assert!(printed.contains("[redacted]"));
    assert!(!printed.contains("SECRET-") && !printed.contains(AES_KEY), "{printed}");
}

#[test]
fn the_limit_of_the_database_is_a_number_of_megabytes() {
    let limit = |text| config(&[("WECHAT_TOKEN", "t"), ("DATABASE_LIMIT_MB", text)]).database_limit_mb();
    assert_eq!((limit(""), limit(" 500 "), limit("10000")), (None, Some(500), Some(10_000)));
    for text in ["0", "-1", "0.5", "500MB", "1000001"] {
        assert_eq!(limit(text), None);
        assert_eq!(
            problems(&[("WECHAT_TOKEN", "t"), ("DATABASE_LIMIT_MB", text)]),
            ["DATABASE_LIMIT_MB must be a number of megabytes, such as 500"],
            "{text}"
        );
    }
}

#[test]
fn the_rows_of_a_day_are_those_of_the_plan_unless_they_are_set() {
    let limit =
        |text, plan| config(&[("WECHAT_TOKEN", "t"), ("ROWS_PER_DAY", text), ("PLAN", plan)]).rows_per_day();
    assert_eq!((limit("", "free"), limit("", "paid")), (Some(100_000), None));
    assert_eq!((limit(" 50000 ", "free"), limit("2000000", "paid")), (Some(50_000), Some(2_000_000)));
    for text in ["0", "-1", "100k"] {
        assert_eq!(limit(text, "free"), Some(100_000));
        assert_eq!(
            problems(&[("WECHAT_TOKEN", "t"), ("ROWS_PER_DAY", text)]),
            ["ROWS_PER_DAY must be a number of rows, such as 100000"],
            "{text}"
        );
    }
}

#[test]
fn ignored_events_are_not_stored() {
    let with =
        |text, days| config(&[("WECHAT_TOKEN", "t"), ("IGNORED_EVENTS", text), ("RETENTION_DAYS", days)]);
    let stores = |text, days, event| Settings::default().stores(event, &with(text, days));
    let found = [None, Some("location"), Some("view"), Some("click")]
        .map(|event| stores(" location, view,", "90", event));
    assert_eq!(found, [true, false, false, true]);
    assert!(!stores("", "0", None), "messages are not kept");
    assert!(stores("", "90", Some("location")));
    // WeChat's other name for an event.
    let name = Event::name_of("FREEPUBLISHJOBFINISH");
    assert!(!stores("freepublishjobfinish", "90", Some(&name)) && !stores(&name, "90", Some(&name)));
    for text in ["LOCATION", "location view", "location;view", "subscribe", "location,unsubscribe"] {
        assert!(stores(text, "90", Some("location")), "{text}");
        assert_eq!(problems(&[("WECHAT_TOKEN", "t"), ("IGNORED_EVENTS", text)]).len(), 1, "{text}");
    }
}

#[test]
fn an_operator_decides_what_is_stored_unless_nothing_is() {
    let config =
        |days| config(&[("WECHAT_TOKEN", "t"), ("IGNORED_EVENTS", "location"), ("RETENTION_DAYS", days)]);
    let settings = |storage: &str| {
        Settings::parse(&format!(r#"{{"version": 1, "rules": [], "storage": {storage}}}"#)).unwrap()
    };
    let decided = settings(r#"{"retention_days": 30, "unstored_events": ["view", "click"]}"#);
    assert_eq!(
        (decided.retention_days(&config("90")), settings("{}").retention_days(&config("90"))),
        (Ok(30), Ok(90))
    );
    assert_eq!(decided.retention_days(&config("0")), Ok(0), "messages are not kept");
    assert!(decided.retention_days(&config("x")).is_err());
    let stored = |settings: &Settings| {
        [None, Some("location"), Some("view")].map(|event| settings.stores(event, &config("90")))
    };
    assert_eq!(stored(&decided), [true, true, false]);
    assert_eq!(stored(&settings(r#"{"unstored_events": []}"#)), [true; 3]);
    assert_eq!(stored(&settings(r#"{"retention_days": 30}"#)), [true, false, true]);
    assert!(!decided.stores(None, &config("0")));
}
