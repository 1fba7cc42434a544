//! Closes hours and sums days.

use crate::edge::bindings::{Env, d1, row_counter, runtime};
use crate::error::Error;
use crate::inbox::{DueRow, Step, due};

/// Maximum number of statements of a turn: two hours are closed, or one is closed again, after one look and before
/// another. With nothing to do, a turn is one statement.
pub(super) const STATEMENTS: u32 = 10;

/// Makes the steps that are due, until no further one fits; the next run continues.
pub(super) async fn close_hours(account: &str, env: &Env) -> Result<(), Error> {
    if !row_counter::has_room(env).await {
        return Ok(());
    }
    let now = runtime::now();
    let mut left = STATEMENTS;
    while let Some(after_looking) = left.checked_sub(1) {
        let row = d1::rows::<DueRow>(env, &due(account, now)).await?.into_iter().next();
        let Some(step) = Step::next(row, now) else { return Ok(()) };
        let statements = step.statements(account, now);
        let count = u32::try_from(statements.len()).unwrap_or(u32::MAX);
        let Some(after_step) = after_looking.checked_sub(count) else { return Ok(()) };
        d1::transaction(d1::TIMEOUT, env, &statements).await?;
        left = after_step;
    }
    Ok(())
}
