//! Files entries after the response, and those that were cut off.

use crate::edge::bindings::{Env, d1, log, runtime};
use crate::error::Error;
use crate::gateway::expire_answers;
use crate::inbox::{Entry, Scan, ScanRow, expire, file_entry, file_range, moved_to, scan};
use crate::notice::Notice;

/// How many scans one run makes for an account.
const SCANS: usize = 10;

/// Does what follows from an entry; what is cut off here, the cron trigger does.
pub(in crate::edge) async fn file(entry: &Entry, took: Option<i64>, env: &Env) {
    if !entry.is_timely() {
        return; // It was filed as it was stored.
    }
    if let Err(error) = d1::transaction(d1::TIMEOUT, env, &file_entry(entry, took)).await {
        log::notice(&Notice::EntryNotFiled { account: &entry.account, error: &error.to_string() });
    }
}

/// Forgets what an account no longer keeps.
pub(in crate::edge) async fn forget_what_is_old(account: &str, env: &Env) -> Result<(), Error> {
    // Until the operator has corrected RETENTION_DAYS, nothing is forgotten.
    let Ok(days) = runtime::config(env).retention_days() else { return Ok(()) };
    // What a backend still has to get is kept for the day during which it is tried.
    let mut expired = expire(account, runtime::now(), days.max(1));
    expired.push(expire_answers(account, runtime::now()));
    d1::transaction(d1::TIMEOUT, env, &expired).await.map(drop)
}

/// Files the entries of an account that were cut off.
pub(in crate::edge) async fn file_what_was_cut_off(account: &str, env: &Env) -> Result<(), Error> {
    let mut from = None;
    for _ in 0..SCANS {
        let now = runtime::now();
        let rows: Vec<ScanRow> = d1::rows(env, &scan(account, from, now)).await?;
        let Some(found) = rows.into_iter().next().map(|row| Scan::from_row(row, now)) else { break };
        let mut statements = found.unfiled.map_or_else(Vec::new, |range| file_range(account, range));
        statements.extend(found.up_to.map(|up_to| moved_to(account, up_to)));
        if !statements.is_empty() {
            d1::transaction(d1::TIMEOUT, env, &statements).await?;
        }
        from = found.more_from;
        if from.is_none() {
            break;
        }
    }
    Ok(())
}
