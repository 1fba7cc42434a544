//! Files entries after the response, and those that were cut off.

use worker::Env;

use crate::edge::bindings::{d1, runtime};
use crate::error::Error;
use crate::gateway::expire_answers;
use crate::inbox::{Entry, Scan, ScanRow, expire, file_entry, file_range, moved_to, scan};

/// How many scans one run makes for an account.
const SCANS: usize = 10;

/// Does what follows from an entry; what is cut off here, the cron trigger does.
pub(in crate::edge) async fn file(entry: &Entry, took: Option<i64>, env: &Env) {
    if !entry.is_timely() {
        return; // It was filed as it was stored.
    }
    if let Err(error) = d1::transaction(d1::DEADLINE, env, &file_entry(entry, took)).await {
        complain(&entry.account, "an entry is left to the cron trigger", &error.to_string());
    }
}

/// Files what was cut off, and forgets what is old.
pub(in crate::edge) async fn sweep(env: &Env) {
    let config = runtime::config(env);
    for account in config.accounts() {
        if let Err(error) = file_what_was_left(account.name(), env).await {
            complain(account.name(), "the sweep", &error.to_string());
        }
        let Ok(days) = config.retention_days() else { continue };
        // What a backend still has to get is kept for the day it is tried.
        let mut expired = expire(account.name(), runtime::now(), days.max(1));
        expired.push(expire_answers(account.name(), runtime::now()));
        if let Err(error) = d1::transaction(d1::DEADLINE, env, &expired).await {
            complain(account.name(), "forgetting what is old", &error.to_string());
        }
    }
}

/// The sweep of one account.
pub(in crate::edge) async fn file_what_was_left(account: &str, env: &Env) -> Result<(), Error> {
    let mut from = None;
    for _ in 0..SCANS {
        let now = runtime::now();
        let rows: Vec<ScanRow> = d1::rows(env, &scan(account, from, now)).await?;
        let Some(found) = rows.into_iter().next().map(|row| Scan::from_row(row, now)) else { break };
        let mut statements = found.unfiled.map_or_else(Vec::new, |range| file_range(account, range));
        statements.extend(found.up_to.map(|up_to| moved_to(account, up_to)));
        if !statements.is_empty() {
            d1::transaction(d1::DEADLINE, env, &statements).await?;
        }
        from = found.more_from;
        if from.is_none() {
            break;
        }
    }
    Ok(())
}

fn complain(account: &str, what: &str, cause: &str) {
    runtime::log_notice("inbox", account, &format!("{what}: {cause}"));
}
