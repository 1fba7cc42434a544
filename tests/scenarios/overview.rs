//! The overview: which problems an account has, and what each key sees of it.

use mp_worker::api::assistant::{LastCall, ProviderState};
use mp_worker::api::overview::{Findings, OverviewRow, select, store_quota};
use mp_worker::api::{Identity, KeyRecord, Scope};
use mp_worker::backends::{SpoolStatus, Unfinished, UnfinishedRow, unfinished};
use mp_worker::inbox::{
    Closed, CountRow, Fullness, Live, Today, closed_up_to, first_second_of_day, live, since_yesterday,
};
use mp_worker::time::Timestamp;
use mp_worker::wechat::base::Quota;
use mp_worker::wechat::{Error, KeeperStatus, Learned, Refusal, refused_since};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, rows, run};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// 2025-11-22 18:30:00 in Beijing.
const NOW: Timestamp = Timestamp::from_seconds(1_763_807_400);
const MB: u64 = 1_000_000;

/// An account in which all is well.
fn fine() -> Findings<'static> {
    let row: OverviewRow = (
        Some(NOW.seconds() - 60),
        Some(1),
        None,
        None,
        None,
        Some(NOW.seconds() - 10 * DAY),
        None,
        None,
        None,
        None,
        None,
    );
    Findings {
        now: NOW,
        configuration: Vec::new(),
        keeps_messages: true,
        retention_days: 90,
        database: Some((row, Fullness::new(10 * MB, None))),
        unwritable_since: None,
        rows: None,
        today: None,
        unfinished: Some(Unfinished::default()),
        webhook: None,
        token: Some(KeeperStatus { expires_at: Some(NOW.plus(7000)), failed: None, failed_since: None }),
        spool: Ok(SpoolStatus::default()),
        models: Vec::new(),
    }
}

fn shown(findings: Findings<'_>) -> Value {
    serde_json::to_value(findings.overview(&Identity::Root)).unwrap()
}

fn problems(findings: Findings<'_>) -> Value {
    shown(findings).get("problems").cloned().unwrap_or_default()
}

fn refused(errcode: i64, errmsg: &str) -> Error {
    Error::Refused(Refusal { errcode, errmsg: errmsg.to_owned(), rid: None })
}

/// The row of the database with some of its columns set.
fn row<'f>(findings: &'f mut Findings<'_>) -> &'f mut OverviewRow {
    &mut findings.database.as_mut().unwrap().0
}

#[test]
fn an_account_in_which_all_is_well_has_no_problem() {
    let overview = shown(fine());
    let names = ["menu", "customer_service", "template", "user", "tag", "qrcode", "media"];
    let capabilities: Value =
        names.into_iter().map(|name| (name.to_owned(), json!({ "state": "unknown" }))).collect();
    let expected = json!({
        "as_of": NOW.seconds(),
        "unanswered": { "count": 0, "users": 0, "failed": 0, "failed_users": 0 },
        "paused": 0,
        "deliveries": { "pending": 0, "dead": 0 },
        "token": { "ok": true, "expires_at": NOW.seconds() + 7000 },
        "quota": [],
        "storage": { "bytes": 10_000_000, "limit": 500_000_000, "writable": true },
        "spool": { "waiting": 0, "set_aside": 0 },
        "last_message_at": NOW.seconds() - 60,
        "capabilities": capabilities,
        "problems": [],
    });
    assert_eq!(overview, expected);
}

#[test]
fn writes_that_fail_come_first_and_the_worst_is_that_the_spool_fails_too() {
    let since = NOW.minus(600);
    let unwritable = || Findings { unwritable_since: Some(since), ..fine() };
    let first = json!({ "id": "unwritable", "severity": "failed", "since": since.seconds(), "params": {} });
    assert_eq!(problems(unwritable()), json!([first]));
    assert_eq!(shown(unwritable())["storage"]["writable"], false);
    let ids = |problems: Value| -> Vec<String> {
        problems.as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let unheld = Findings { spool: Err("no answer".to_owned()), ..unwritable() };
    assert_eq!(ids(problems(unheld)), ["unwritable", "unheld", "spool"]);

    let silent = Findings { database: None, unfinished: None, ..unwritable() };
    let overview = shown(silent);
    assert_eq!(overview["problems"], json!([first]), "D1 does not answer at all");
    assert!(
        ["storage", "unanswered", "deliveries", "today"].iter().all(|part| overview.get(part).is_none()),
        "{overview}"
    );

    let waiting = Findings { spool: Ok(SpoolStatus { waiting: 3, set_aside: 1 }), ..fine() };
    assert_eq!(
        problems(waiting),
        json!([{ "id": "spool", "severity": "warning", "params": { "waiting": 3, "set_aside": 1 } }])
    );
}

#[test]
fn a_token_that_is_refused_is_a_problem_at_once_and_one_that_does_not_come_when_the_last_has_expired() {
    let with = |expires_at: Option<Timestamp>, failed: Option<Error>| Findings {
        token: Some(KeeperStatus { expires_at, failed_since: failed.as_ref().map(|_| NOW.minus(9)), failed }),
        ..fine()
    };
    let (valid, expired) = (Some(NOW.plus(60)), Some(NOW.minus(1)));
    let id = |findings| problems(findings)[0]["id"].clone();
    let address = || Some(refused(40164, "invalid ip 203.0.113.7, not in whitelist"));
    assert_eq!(problems(with(valid, address()))[0]["params"]["ip"], "203.0.113.7");
    assert_eq!(id(with(valid, address())), "ip");
    assert_eq!(problems(with(valid, address()))[0]["since"], NOW.seconds() - 9);
    assert_eq!(id(with(None, Some(refused(40125, "invalid appsecret")))), "secret");
    assert_eq!(id(with(expired, Some(refused(40013, "invalid appid")))), "token");
    assert_eq!(id(with(expired, Some(Error::TimedOut))), "token");
    assert_eq!(problems(with(valid, Some(Error::TimedOut))), json!([]), "it is tried again");
    assert_eq!(shown(with(expired, Some(Error::TimedOut)))["token"], json!({ "ok": false }));
    assert_eq!(shown(with(None, None)).get("token"), None, "it has not been asked for yet");
}

#[test]
fn what_is_unfinished_is_a_problem_if_it_was_given_up() {
    let unfinished = Unfinished {
        messages: 9,
        users: 5,
        failed: 2,
        failed_users: 1,
        oldest: Some(NOW.minus(HOUR)),
        pending: 1,
        dead: 37,
        dead_since: Some(NOW.minus(DAY)),
        dead_backend: Some("w_1".to_owned()),
        paused: 4,
    };
    let overview = shown(Findings { unfinished: Some(unfinished), webhook: Some("订单系统"), ..fine() });
    let unanswered = json!({
        "count": 9, "users": 5, "oldest_at": NOW.seconds() - HOUR, "failed": 2, "failed_users": 1
    });
    assert_eq!(overview["unanswered"], unanswered);
    assert_eq!(overview["paused"], 4);
    assert_eq!(overview["deliveries"], json!({ "pending": 1, "dead": 37 }));
    let dead = json!({ "n": 37, "webhook": "w_1", "name": "订单系统" });
    let expected = json!([
        { "id": "dead", "severity": "failed", "since": NOW.seconds() - DAY, "params": dead },
        { "id": "unsent", "severity": "failed", "params": { "n": 2 } },
    ]);
    assert_eq!(overview["problems"], expected);
}

#[test]
fn what_is_nearly_used_up_is_a_warning() {
    let mut full = fine();
    full.database.as_mut().unwrap().1 = Fullness::new(400 * MB, None);
    let size = json!({ "bytes": 400_000_000, "limit": 500_000_000, "days": 2 });
    assert_eq!(problems(full), json!([{ "id": "size", "severity": "warning", "params": size }]));
    let rows = Findings { rows: Some((81_000, 100_000)), ..fine() };
    assert_eq!(problems(rows)[0]["params"], json!({ "used": 81_000, "limit": 100_000 }));

    let quota = |used: i64, at: Timestamp| {
        let mut findings = fine();
        (row(&mut findings).7, row(&mut findings).8, row(&mut findings).9) =
            (Some(at.seconds()), Some(used), Some(100));
        shown(findings)
    };
    let today = first_second_of_day(NOW);
    assert_eq!(quota(79, today)["problems"], json!([]));
    assert_eq!(quota(80, today)["problems"][0]["severity"], "warning");
    assert_eq!(quota(100, today)["problems"][0]["severity"], "failed");
    assert_eq!(quota(100, today)["quota"][0]["as_of"], today.seconds());
    assert_eq!(quota(100, today.minus(1))["quota"], json!([]), "it was reset since");
}

#[test]
fn the_database_is_full_when_it_goes_on_growing() {
    let days = |megabytes: u64, age: i64, retention| {
        Fullness::new(megabytes * MB, Some(500)).days_left(NOW.minus(age * DAY), NOW, retention)
    };
    assert_eq!(days(100, 10, 90), Some(40));
    assert_eq!(days(100, 10, 49), None, "what is older than 49 days is removed by then");
    assert_eq!(days(600, 10, 90), Some(0));
    assert_eq!(days(100, 2, 90), None, "too early to say");
    assert_eq!(days(0, 10, 90), None);
}

#[test]
fn a_delivery_of_wechats_that_is_refused_is_a_problem_until_one_is_received() {
    let refused = |step: &str, last_at: Option<i64>| {
        let mut findings = fine();
        let row = row(&mut findings);
        (row.0, row.2, row.3, row.4) = (last_at, Some(NOW.seconds() - 50), Some(step.to_owned()), Some(920));
        problems(findings)
    };
    let earlier = Some(NOW.seconds() - 60);
    let callback = json!({ "id": "callback", "severity": "failed", "since": NOW.seconds() - 50,
        "params": { "step": "time", "skew": 920 } });
    assert_eq!(refused("time", earlier), json!([callback]));
    assert_eq!(refused("time", Some(NOW.seconds() - 40)), json!([]));
    assert_eq!(refused("signature", earlier), json!([]), "anyone can send that");

    let mut new = fine();
    (row(&mut new).0, row(&mut new).1) = (None, None);
    assert_eq!(problems(new)[0]["id"], "not_connected");
    let mut keeps_nothing = Findings { keeps_messages: false, ..fine() };
    (row(&mut keeps_nothing).0, row(&mut keeps_nothing).1) = (None, None);
    assert_eq!(problems(keeps_nothing), json!([]));
    let configuration = Findings { configuration: vec!["WECHAT_TOKEN is missing".to_owned()], ..fine() };
    assert_eq!(problems(configuration)[0]["params"]["message"], "WECHAT_TOKEN is missing");
}

#[test]
fn a_key_sees_the_parts_that_it_may_read() {
    let key = |scopes: &[&str]| {
        let scopes = scopes.iter().map(|scope| Scope::parse(scope).unwrap()).collect();
        let record = KeyRecord {
            id: "k".to_owned(),
            name: "k".to_owned(),
            hash: String::new(),
            scopes,
            account: "default".to_owned(),
            made_by: None,
            created_at: NOW,
            expires_at: None,
            revoked_at: None,
        };
        let unfinished = Unfinished { failed: 1, dead: 1, ..Unfinished::default() };
        let findings = Findings {
            unfinished: Some(unfinished),
            unwritable_since: Some(NOW),
            configuration: vec!["x".to_owned()],
            ..fine()
        };
        let overview = serde_json::to_value(findings.overview(&Identity::Key(Box::new(record)))).unwrap();
        let parts: Vec<String> = overview.as_object().unwrap().keys().cloned().collect();
        let problems = overview["problems"].as_array().unwrap().iter();
        (parts.join(" "), problems.map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>().join(" "))
    };
    let seen = |parts: &str, problems: &str| (parts.to_owned(), problems.to_owned());
    assert_eq!(key(&["menu:read"]), seen("as_of capabilities problems quota", ""));
    assert_eq!(
        key(&["message:write"]),
        seen("as_of capabilities last_message_at paused problems quota unanswered", "unsent")
    );
    assert_eq!(key(&["webhook:read"]), seen("as_of capabilities deliveries problems quota", "dead"));
    assert_eq!(
        key(&["account:read"]),
        seen("as_of capabilities problems quota spool storage token", "unwritable configuration")
    );
}

#[test]
fn a_provider_of_models_that_is_not_configured_or_rejects_calls_is_a_problem() {
    let state = |problem: Option<&str>, last: Option<(i64, Option<&str>)>| {
        let last =
            last.map(|(at, error)| LastCall { ok: error.is_none(), at, error: error.map(str::to_owned) });
        let (name, secret) = ("qwen".to_owned(), "AI_QWEN".to_owned());
        ProviderState { name, secret, host: None, problem: problem.map(str::to_owned), last }.complaint(NOW)
    };
    let (now, error) = (NOW.seconds(), Some("its key is not valid"));
    assert_eq!(state(None, None), None);
    assert_eq!(state(None, Some((now, None))), None);
    assert_eq!(state(Some("is missing"), Some((now, error))).as_deref(), Some("AI_QWEN is missing"));
    let complaint = "qwen: its key is not valid";
    assert_eq!(state(None, Some((now - DAY + 1, error))).as_deref(), Some(complaint));
    assert_eq!(state(None, Some((now - DAY, error))), None, "nothing has asked it for a day");
    let found = problems(Findings { models: vec![complaint.to_owned()], ..fine() });
    let params = json!({ "message": complaint });
    assert_eq!(found, json!([{ "id": "model", "severity": "failed", "params": params }]));
}

#[test]
fn what_an_account_may_do_is_learned_from_wechats_answers_and_written_when_it_changes() {
    let database = database();
    let state = |name: &str| {
        let mut findings = fine();
        *row(&mut findings) = selected(&database, NOW);
        shown(findings)["capabilities"][name].clone()
    };
    let learn = |path: &str, errcode, at: Timestamp| {
        run(&database, &Learned::of(path, errcode).unwrap().store("default", at));
        database.changes()
    };
    assert_eq!(state("menu"), json!({ "state": "unknown" }));
    learn("/cgi-bin/menu/create", 48001, NOW);
    let no = json!({ "state": "no", "errcode": 48001, "seen_at": NOW.seconds() });
    assert_eq!(state("menu"), no);
    assert_eq!(learn("/cgi-bin/menu/get", 48001, NOW.plus(5)), 0, "nothing is written");
    assert_eq!(state("menu"), no);
    let refused = || rows::<(i64,)>(&database, &refused_since("default")).unwrap();
    assert_eq!(refused(), []);
    for (later, changes) in [(1, 1), (2, 0), (DAY, 0), (DAY + 1, 1)] {
        assert_eq!(learn("/cgi-bin/message/custom/send", 48001, NOW.plus(later)), changes, "{later}");
    }
    assert_eq!(refused(), [(NOW.plus(DAY + 1).seconds(),)], "once a day");
    learn("/cgi-bin/message/custom/send", 0, NOW.plus(6));
    assert_eq!(refused(), []);
    assert_eq!(state("customer_service"), json!({ "state": "yes", "seen_at": NOW.seconds() + 6 }));
    assert_eq!(learn("/cgi-bin/menu/create", 0, NOW.plus(7)), 1, "it was verified");
    assert_eq!(state("menu"), json!({ "state": "yes", "seen_at": NOW.seconds() + 7 }));
    for (path, errcode) in [
        ("/cgi-bin/menu/create", 40018),
        ("/cgi-bin/message/custom/send", 45015),
        // These are open to every account.
        ("/cgi-bin/get_current_selfmenu_info", 0),
        ("/cgi-bin/stable_token", 0),
        ("/sns/userinfo", 48001),
    ] {
        assert_eq!(Learned::of(path, errcode), None, "{path}");
    }
    for (path, name) in [
        ("/cgi-bin/message/template/send", "template"),
        ("/cgi-bin/user/info", "user"),
        ("/cgi-bin/tags/get", "tag"),
        ("/cgi-bin/qrcode/create", "qrcode"),
        ("/cgi-bin/material/add_material", "media"),
    ] {
        assert_eq!(Learned::of(path, 0).unwrap().capability, name);
    }
}

fn entry(database: &Connection, at: i64, event: Option<&str>, outcome: &str) {
    let sql = "INSERT INTO inbox (account, openid, create_time, id, type, event, received_at, message, outcome) \
               VALUES ('default', 'o', ?1, ?2, 'text', ?3, ?1, '{}', ?4)";
    let id = database.query_row("SELECT COUNT(*) FROM inbox", [], |row| row.get::<_, i64>(0)).unwrap();
    database.execute(sql, (at, id.to_string(), event, outcome)).unwrap();
}

fn hour_of_figures(database: &Connection, hour: i64, key: &str, outcome: &str, n: i64) {
    let sql = "INSERT INTO hourly (account, kind, hour, key, outcome, n, last_at) VALUES ('default', 'total', ?1, ?2, ?3, ?4, 1)";
    database.execute(sql, (hour, key, outcome, n)).unwrap();
}

#[test]
fn today_is_compared_with_yesterday_by_the_same_time() {
    let (database, now) = (database(), NOW.seconds());
    let hour = now / HOUR;
    // Beijing's midnight is at 16:00 UTC.
    let midnight = first_second_of_day(NOW).seconds() / HOUR;
    database
        .execute(
            "INSERT INTO figures (account, hours_up_to, days_up_to, kept_from) VALUES ('default', ?1, 0, 0)",
            [hour - 2],
        )
        .unwrap();
    for (hour, key, outcome, n) in [
        (midnight, "", "replied", 5),
        (hour - 2, "click", "silent", 2),
        (midnight - 1, "", "replied", 100),
        (midnight - 24, "", "replied", 7),
        (midnight - 24, "subscribe", "silent", 3),
        (hour - 24, "", "replied", 1000),
        (midnight - 25, "", "replied", 1000),
    ] {
        hour_of_figures(&database, hour, key, outcome, n);
    }
    // Of the present hour of yesterday, what came until now is counted: it is half past.
    let begins = (hour - 24) * HOUR;
    for (at, event, outcome) in [
        (begins, None, "unanswered"),
        (begins + 1800, None, "replied"),
        (begins + 1801, None, "replied"),
        (begins + 5, Some("unsubscribe"), "silent"),
        (now - 1, None, "failed"),
        (now - 2, Some("subscribe"), "silent"),
    ] {
        entry(&database, at, event, outcome);
    }
    let closed =
        Closed::from_row(rows(&database, &closed_up_to("default", NOW)).unwrap().into_iter().next(), NOW);
    let live =
        Live { counted_at: NOW, closed, rows: rows(&database, &live("default", closed, NOW)).unwrap() };
    let counted: Vec<CountRow> = rows(&database, &since_yesterday("default", &live)).unwrap();
    let Today { today, yesterday_by_now } = Today::new(&counted, &live);
    assert_eq!((today.date.as_str(), today.messages, today.events, today.followed), ("2025-11-22", 6, 3, 1));
    assert_eq!((today.outcomes.replied, today.outcomes.failed), (5, 1));
    let yesterday = yesterday_by_now.expect("no hour is missing");
    assert_eq!(yesterday.date, "2025-11-21");
    assert_eq!(
        (yesterday.messages, yesterday.events, yesterday.followed, yesterday.unfollowed),
        (9, 4, 3, 1)
    );
    assert_eq!((yesterday.outcomes.replied, yesterday.outcomes.unanswered), (8, 1));

    let empty = Today::new(&[], &Live { rows: Vec::new(), ..live });
    assert_eq!((empty.today.date.as_str(), empty.today.messages), ("2025-11-22", 0), "nothing came");
}

fn selected(database: &Connection, now: Timestamp) -> OverviewRow {
    rows(database, &select("default", ["default", "other"].into_iter(), now)).unwrap().pop().unwrap()
}

#[test]
fn the_database_is_asked_for_the_latest_and_the_oldest_in_one_statement() {
    let database = database();
    assert_eq!(selected(&database, NOW), (None, None, None, None, None, None, None, None, None, None, None));
    entry(&database, NOW.seconds() - 5, None, "replied");
    entry(&database, NOW.seconds() - 900, None, "replied");
    database.execute("UPDATE inbox SET account = 'other' WHERE id = 1", []).unwrap();
    entry(&database, NOW.seconds() + 5000, None, "replied");
    run(&database, &store_quota("default", &Quota { daily_limit: 10, used: 3, remain: 7 }, NOW));
    run(&database, &store_quota("default", &Quota { daily_limit: 10, used: 4, remain: 6 }, NOW.plus(1)));
    let found = selected(&database, NOW);
    assert_eq!(
        (found.0, found.5),
        (Some(NOW.seconds() - 5), Some(NOW.seconds() - 900)),
        "not what is from the future"
    );
    assert_eq!((found.7, found.8, found.9), (Some(NOW.seconds() + 1), Some(4), Some(10)));
}

#[test]
fn it_is_quiet_if_nothing_comes_in_hours_in_which_something_has_always_come() {
    let database = database();
    let last = NOW.seconds() - 3 * HOUR;
    entry(&database, last, None, "replied");
    let quiet = |database: &Connection, now: Timestamp| {
        let mut findings = Findings { now, ..fine() };
        *row(&mut findings) = selected(database, now);
        problems(findings)
    };
    for day in 1..=13 {
        hour_of_figures(&database, last / HOUR + 2 - 24 * day, "", "replied", 1);
    }
    assert_eq!(quiet(&database, NOW), json!([]), "thirteen days");
    // The hour before that of the last message does not count, nor does the present one.
    for hour in [0, 3] {
        hour_of_figures(&database, last / HOUR + hour - 24 * 14, "", "replied", 1);
    }
    assert_eq!(quiet(&database, NOW), json!([]));
    hour_of_figures(&database, last / HOUR + 1 - 24 * 14, "click", "silent", 1);
    let found = json!([{ "id": "quiet", "severity": "warning", "since": last, "params": {} }]);
    assert_eq!(quiet(&database, NOW), found);
    assert_eq!(quiet(&database, NOW.plus(10 * DAY)), found, "as long as it lasts");
    assert_eq!(
        quiet(&database, Timestamp::from_seconds(last + 2 * HOUR - 1)),
        json!([]),
        "less than two hours"
    );
}

#[test]
fn what_is_unfinished_is_counted_in_one_statement() {
    let database = database();
    let counted = |database: &Connection| {
        let found: Vec<UnfinishedRow> = rows(database, &unfinished("default", NOW)).unwrap();
        Unfinished::from_row(found.into_iter().next().unwrap())
    };
    assert_eq!(counted(&database), Unfinished::default());
    for (ago, outcome) in
        [(10, "unanswered"), (20, "failed"), (30, "refused"), (5, "replied"), (49 * HOUR, "failed")]
    {
        entry(&database, NOW.seconds() - ago, None, outcome);
    }
    let delivery = "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, \
        under_way, due_at, made_at) VALUES ('default', ?1, 'o', 1, 'a', 0, ?2, ?3, ?4, 0, 0, ?5, 1)";
    for (id, backend, mode, state, due_at) in [
        ("1", "w_1", "respond", "dead", 7),
        ("2", "w_1", "notify", "dead", 9),
        ("3", "w_2", "notify", "pending", 1),
    ] {
        database.execute(delivery, (id, backend, mode, state, due_at)).unwrap();
    }
    database
        .execute(
            "INSERT INTO paused (account, openid, until, by) VALUES ('default', 'o', ?1, 'root'), ('default', 'p', ?2, 'root')",
            (NOW.seconds() + 1, NOW.seconds()),
        )
        .unwrap();
    let expected = Unfinished {
        messages: 3,
        users: 1,
        failed: 2,
        failed_users: 1,
        oldest: Some(NOW.minus(30)),
        paused: 1,
        pending: 1,
        dead: 2,
        dead_since: Some(Timestamp::from_seconds(7)),
        dead_backend: Some("w_1".to_owned()),
    };
    assert_eq!(counted(&database), expected);
    assert_eq!(counted(&database).rows(), 7);
    database.execute(delivery, ("4", "w_2", "notify", "dead", 3)).unwrap();
    let mixed = counted(&database);
    assert_eq!(
        (mixed.dead, mixed.dead_since, mixed.dead_backend),
        (3, Some(Timestamp::from_seconds(3)), None)
    );
    let other = "INSERT INTO inbox (account, openid, create_time, id, type, received_at, message, outcome) \
                 VALUES ('default', 'p', ?1, '9', 'text', ?1, '{}', 'failed')";
    database.execute(other, [NOW.seconds()]).unwrap();
    let of_two = counted(&database);
    assert_eq!((of_two.messages, of_two.users, of_two.failed, of_two.failed_users), (4, 2, 3, 2));
}
