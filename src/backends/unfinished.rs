//! How much is unfinished: messages that nobody answered, and deliveries that are not done.

use crate::sql::Statement;
use crate::time::Timestamp;

/// Each number is counted up to here.
const COUNTED: i64 = 100;
/// Seconds for which a user may be answered.
const REPLY_WINDOW: i64 = 48 * 3600;

/// A row of [`unfinished`]: open messages of the last 48 hours, pending and dead deliveries.
pub type UnfinishedRow = (i64, i64, i64);

/// Counts what is unfinished, each up to 100: one [`UnfinishedRow`]. Reads at most 300 rows.
#[must_use]
pub fn unfinished(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT (SELECT COUNT(*) FROM ( \
             SELECT 1 FROM inbox INDEXED BY inbox_open WHERE account = ?1 AND create_time > ?2 AND event IS NULL \
               AND settled = 0 AND outcome IN ('unanswered', 'held', 'asked', 'failed', 'refused', 'unknown') LIMIT ?3)), \
           (SELECT COUNT(*) FROM ( \
             SELECT 1 FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = 'pending' LIMIT ?3)), \
           (SELECT COUNT(*) FROM ( \
             SELECT 1 FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = 'dead' LIMIT ?3))",
        [account.into(), now.plus(REPLY_WINDOW.saturating_neg()).seconds().into(), COUNTED.into()],
    )
}
