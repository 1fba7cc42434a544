//! Deletes what an account no longer keeps.

use crate::edge::bindings::{Env, d1, log, runtime};
use crate::error::Error;
use crate::gateway::expire_answers;
use crate::inbox::{Fullness, STEP, expire, expire_before, oldest};
use crate::notice::Notice;
use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

/// Deletes in steps until nothing old is left, or the run's budget ends. Where the database is too full, the oldest day
/// goes before its time.
pub(super) async fn forget(account: &str, env: &Env) -> Result<(), Error> {
    let config = runtime::config(env);
    // Until the operator has corrected RETENTION_DAYS, nothing is deleted.
    let Ok(days) = config.retention_days() else { return Ok(()) };
    let now = runtime::now();
    d1::rows::<()>(env, &expire_answers(account, now)).await?;
    // An outbox needs its entry for the day during which deliveries are retried.
    let size = delete(&expire(account, now, days.max(1)), env).await?;
    let fullness = Fullness::new(size, config.database_limit_mb());
    if fullness.is_too_full() { forget_early(account, fullness, now, env).await } else { Ok(()) }
}

async fn forget_early(account: &str, fullness: Fullness, now: Timestamp, env: &Env) -> Result<(), Error> {
    let rows: Vec<(i64,)> = d1::rows(env, &oldest(account)).await?;
    let oldest = rows.first().map(|(seconds,)| Timestamp::from_seconds(*seconds));
    let Some(before) = oldest.and_then(|oldest| fullness.forget_before(oldest, now)) else { return Ok(()) };
    let days = now.seconds().saturating_sub(before.seconds()).div_euclid(SECONDS_A_DAY);
    log::notice(&Notice::ForgottenEarly { account, days });
    delete(&expire_before(account, before, now), env).await.map(drop)
}

/// Repeats a step until it deletes less than it may; returns the size of the database after it.
async fn delete(step: &[Statement], env: &Env) -> Result<u64, Error> {
    loop {
        let done = d1::transaction(d1::TIMEOUT, env, step).await?;
        if done.counts.iter().all(|rows| *rows < STEP) {
            return Ok(done.size);
        }
    }
}
