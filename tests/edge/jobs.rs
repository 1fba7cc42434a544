//! The cron trigger: its jobs take turns within the platform's limits, and a job that hangs does not delay the others.

use std::time::Duration;

use sandbox::api::world::FOLLOWERS;
use serde_json::{Value, json};

use crate::accounts::{APP_ID, APP_SECRET, TOKEN};
use crate::machine::{Machine, Setup};

tests![
    followers_are_synchronised_although_every_account_has_work,
    twenty_accounts_are_served_within_a_few_runs_of_forty_calls,
    a_busy_day_is_forgotten_within_a_few_runs,
    a_database_that_refuses_because_it_is_full_forgets_its_oldest_day,
    a_job_that_hangs_does_not_delay_the_others,
    a_run_without_d1_logs_the_failure_and_still_renews_tokens,
];

/// The default account and those of `ACCOUNTS`.
const ACCOUNTS: usize = 20;
/// The limit of Cloudflare's free plan, less a margin: the 41st call of either kind is refused.
const ALLOWED: usize = 40;
/// Every account has work for each job, which needs more than 500 statements in total.
const FEW: usize = 20;

async fn machine_with_many_accounts() -> Machine {
    let others: Vec<Value> = (1..ACCOUNTS)
        .map(|number| {
            json!({ "name": format!("shop{number}"), "token": TOKEN, "app_id": APP_ID, "app_secret": APP_SECRET })
        })
        .collect();
    Machine::with(Setup::new().accounts(&Value::Array(others)).that_counts_requests()).await
}

/// Gives every account an entry past its retention, an entry of an hour to close, and a delivery that is due.
async fn give_every_account_work(machine: &Machine) {
    for account in
        (0..ACCOUNTS).map(|number| if number == 0 { "default".to_owned() } else { format!("shop{number}") })
    {
        let old = "INSERT INTO inbox (account, create_time, openid, id, type, received_at, message, outcome, decided_ms) \
                     VALUES (?1, 1000000000, 'o1', 'b', 'text', 1000000000, '{}', 'silent', 1)";
        let due = "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, \
                     under_way, due_at, made_at) \
                     VALUES (?1, 'msg_1', 'o1', 1, 'a', 0, 'w_gone', 'notify', 'pending', 0, 0, 1, UNIXEPOCH())";
        let open = "INSERT INTO inbox (account, create_time, openid, id, type, received_at, message, outcome, decided_ms) \
                      VALUES (?1, UNIXEPOCH() - 7200, 'o1', 'c', 'text', UNIXEPOCH() - 7200, '{}', 'silent', 1)";
        for sql in [old, open, due] {
            machine.sql(sql, &[json!(account)]).await;
        }
    }
}

/// The number of rows that still need work, and of hours to close.
async fn work(machine: &Machine) -> i64 {
    machine
        .number(
            "SELECT (SELECT COUNT(*) FROM inbox WHERE create_time < 1500000000 OR account NOT IN (SELECT account FROM hourly)) \
               + (SELECT COUNT(*) FROM delivery WHERE state = 'pending')",
        )
        .await
}

async fn followers_are_synchronised_although_every_account_has_work() {
    let mut machine = machine_with_many_accounts().await;
    give_every_account_work(&machine).await;
    machine.ok("user/sync", json!({})).await;
    let sync = async |machine: &Machine| machine.ok("user/search", json!({})).await["sync"].take();
    for _ in 0..FEW {
        machine.advance(Duration::from_mins(2)).await;
        machine.cron(1).await;
        if sync(&machine).await["state"] == "done" {
            break;
        }
    }
    let sync = sync(&machine).await;
    assert_eq!((&sync["state"], &sync["done"]), (&json!("done"), &json!(FOLLOWERS.len())), "{sync}");
}

async fn twenty_accounts_are_served_within_a_few_runs_of_forty_calls() {
    let machine = machine_with_many_accounts().await;
    give_every_account_work(&machine).await;
    let mut left = vec![work(&machine).await];
    assert_eq!(left, [3 * i64::try_from(ACCOUNTS).expect("a few")]);
    let budget = json!({ "queries": ALLOWED, "subrequests": ALLOWED });
    for _ in 0..FEW {
        machine.faults("budget", &budget).await;
        machine.cron(1).await;
        let asked =
            machine.faults("budget", &json!({ "queries": 1_000_000, "subrequests": 1_000_000 })).await;
        for kind in ["queries", "subrequests"] {
            let count = asked[kind].as_u64().expect("a number");
            assert!(count <= ALLOWED as u64, "{count} {kind}; {left:?}");
        }
        left.push(work(&machine).await);
        if left.last() == Some(&0) {
            break;
        }
    }
    assert_eq!(left.last(), Some(&0), "{left:?}");
    assert!(left.windows(2).all(|runs| runs[1] < runs[0]), "every run makes progress: {left:?}");
    // Each job has had its turn with each account, and no call was refused.
    for job in ["publish_settings", "warm_tokens", "redeliver", "close_hours", "forget"] {
        let lines = machine
            .log_lines()
            .await
            .into_iter()
            .filter(|line| line["event"] == "job_ran" && line["job"] == job);
        let served: u64 = lines.map(|line| line["served"].as_u64().expect("a number")).sum();
        assert!(served >= ACCOUNTS as u64, "{job}: {served}");
    }
    let failed: Vec<Value> =
        machine.log_lines().await.into_iter().filter(|line| line["event"] == "job_failed").collect();
    assert_eq!(failed, Vec::<Value>::new());
}

/// Stores so many entries, the first so many days ago.
async fn old_entries(machine: &Machine, days: i64, count: i64) {
    let sql = "INSERT INTO inbox (account, openid, create_time, id, type, received_at, message, outcome, decided_ms) \
                 SELECT 'default', 'o1', UNIXEPOCH() - ?1 * 86400 + n, n, 'text', UNIXEPOCH() - ?1 * 86400 + n, '{}', 'silent', 1 \
                 FROM (WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2) \
                   SELECT n FROM numbers)";
    machine.sql(sql, &[json!(days), json!(count)]).await;
}

async fn a_busy_day_is_forgotten_within_a_few_runs() {
    const RUNS: usize = 6;
    let mut machine = Machine::start().await;
    old_entries(&machine, 100, 5000).await;
    let mut left = Vec::new();
    for _ in 0..RUNS {
        machine.cron(1).await;
        left.push(machine.number("SELECT COUNT(*) FROM inbox").await);
        if left.last() == Some(&0) {
            break;
        }
        machine.advance(Duration::from_mins(2)).await;
    }
    assert_eq!(left.last(), Some(&0), "{left:?}");
    let failed: Vec<Value> =
        machine.log_lines().await.into_iter().filter(|line| line["event"] == "job_failed").collect();
    assert_eq!(failed, Vec::<Value>::new());
}

async fn a_database_that_refuses_because_it_is_full_forgets_its_oldest_day() {
    let mut machine = Machine::start().await;
    for days in [30, 29, 6] {
        old_entries(&machine, days, 10).await;
    }
    let count = "SELECT COUNT(*) FROM inbox";
    let nearly_full =
        json!({ "on": "", "skip": 0, "times": 1_000_000, "how": { "size_after": 499_000_000 } });
    machine.d1_faults(json!([nearly_full])).await;
    machine.cron(1).await;
    assert_eq!(machine.number(count).await, 30, "the limit is not known");

    let full = json!({ "error": "D1_ERROR: Exceeded maximum DB size" });
    let refused = json!({ "on": "INSERT INTO probe", "skip": 0, "times": 1_000_000, "how": full });
    machine.d1_faults(json!([refused, nearly_full])).await;
    for expected in [20, 10, 10] {
        machine.advance(Duration::from_hours(1)).await;
        machine.cron(1).await;
        assert_eq!(machine.number(count).await, expected);
    }
    machine.until_logged("forgotten_early", |line| line["days"] == 29).await;
}

async fn a_job_that_hangs_does_not_delay_the_others() {
    let machine = Machine::start().await;
    machine
        .d1_faults(
            json!([{ "on": "SELECT EXISTS (SELECT 1 FROM delivery", "skip": 0, "times": 2, "how": 60_000 }]),
        )
        .await;
    machine.cron(1).await;
    let ended: Vec<String> = machine
        .log_lines()
        .await
        .into_iter()
        .filter(|line| line["event"] == "job_ran")
        .map(|line| line["job"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(ended.len(), 7, "{ended:?}");
    assert_eq!(ended.last().map(String::as_str), Some("redeliver"), "{ended:?}");
    let failed = machine.until_logged("job_failed", |line| line["job"] == "redeliver").await;
    assert_eq!((&failed["account"], &failed["level"]), (&json!("default"), &json!("error")));
    assert_eq!(machine.wechat.count("/cgi-bin/stable_token"), 1);
}

async fn a_run_without_d1_logs_the_failure_and_still_renews_tokens() {
    let machine = Machine::start().await;
    machine.d1_faults(json!([{ "on": "", "skip": 0, "times": 1000, "how": "refuse" }])).await;
    machine.cron(1).await;
    machine.until_logged("job_progress_unavailable", |line| line["level"] == "warn").await;
    machine.until_logged("job_failed", |line| line["job"] == "redeliver").await;
    assert_eq!(machine.wechat.count("/cgi-bin/stable_token"), 1, "the token needs no database");
}
