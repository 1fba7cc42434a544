//! Deletes what an account no longer keeps.

use crate::api::audit::expire_changes;
use crate::api::expire_keys;
use crate::d1_error::is_full;
use crate::edge::bindings::{Env, d1, log, row_counter, runtime};
use crate::edge::state::settings;
use crate::error::Error;
use crate::gateway::expire_answers;
use crate::health::probe_writing;
use crate::inbox::{Fullness, STEP, expire, expire_before, oldest};
use crate::notice::Notice;
use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::table::Turn;

/// Deletes in steps until nothing old is left, or the run's budget ends. Where the database is too full, the oldest day
/// goes before its time.
pub(super) async fn forget(account: &str, env: &Env) -> Result<Turn, Error> {
    let config = runtime::config(env);
    let settings = settings::at_hand(account, env).await?;
    // Until the operator has corrected RETENTION_DAYS, nothing is deleted.
    let Ok(days) = settings.retention_days(&config) else { return Ok(Turn::Complete) };
    if !row_counter::has_room(env).await {
        return Ok(Turn::Complete);
    }
    let now = runtime::now();
    d1::rows::<()>(env, &expire_answers(account, now)).await?;
    d1::rows::<()>(env, &expire_keys(account, now)).await?;
    d1::rows::<()>(env, &expire_changes(account, now)).await?;
    // An outbox needs its entry for the day during which deliveries are retried.
    let Some(size) = delete(&expire(account, now, days.max(1)), env).await? else {
        return Ok(Turn::Unfinished);
    };
    let fullness = Fullness::new(size, config.database_limit_mb());
    if fullness.is_too_full() || fullness.is_nearly_full() && refuses_as_full(env).await? {
        forget_early(account, now, env).await
    } else {
        Ok(Turn::Complete)
    }
}

/// Whether D1 refuses to write because it is full; its limit need not be known.
async fn refuses_as_full(env: &Env) -> Result<bool, Error> {
    match d1::rows::<()>(env, &probe_writing()).await {
        Ok(_) => Ok(false),
        Err(error) if is_full(&error.to_string()) => Ok(true),
        Err(error) => Err(error),
    }
}

async fn forget_early(account: &str, now: Timestamp, env: &Env) -> Result<Turn, Error> {
    let rows: Vec<(i64,)> = d1::rows(env, &oldest(account)).await?;
    let oldest = rows.first().map(|(seconds,)| Timestamp::from_seconds(*seconds));
    let Some(before) = oldest.and_then(|oldest| Fullness::forget_before(oldest, now)) else {
        return Ok(Turn::Complete);
    };
    let days = now.seconds().saturating_sub(before.seconds()).div_euclid(SECONDS_A_DAY);
    log::notice(&Notice::ForgottenEarly { account, days });
    let size = delete(&expire_before(account, before, now), env).await?;
    Ok(if size.is_some() { Turn::Complete } else { Turn::Unfinished })
}

/// Repeats a step until it deletes less than it may; returns the size of the database after it, or `None` if the run's
/// budget ends before.
async fn delete(step: &[Statement], env: &Env) -> Result<Option<u64>, Error> {
    while env.has_queries(step.len()) {
        let done = d1::transaction(d1::TIMEOUT, env, step).await?;
        if done.counts.iter().all(|rows| *rows < STEP) {
            return Ok(Some(done.size));
        }
    }
    Ok(None)
}
