//! Deletes what an account no longer keeps.

use crate::edge::bindings::{Env, d1, runtime};
use crate::error::Error;
use crate::gateway::expire_answers;
use crate::inbox::{STEP, expire};

/// Deletes in steps until nothing old is left, or the run's budget ends.
pub(super) async fn forget(account: &str, env: &Env) -> Result<(), Error> {
    // Until the operator has corrected RETENTION_DAYS, nothing is deleted.
    let Ok(days) = runtime::config(env).retention_days() else { return Ok(()) };
    let now = runtime::now();
    d1::rows::<()>(env, &expire_answers(account, now)).await?;
    loop {
        // An outbox needs its entry for the day during which deliveries are retried.
        let done = d1::transaction(d1::TIMEOUT, env, &expire(account, now, days.max(1))).await?;
        if done.counts.iter().all(|rows| *rows < STEP) {
            return Ok(());
        }
    }
}
