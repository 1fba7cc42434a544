//! How much is unfinished: unanswered messages, and deliveries that are not done.

use crate::inbox::{AFTER_A_MESSAGE, is_open_message};
use crate::sql::Statement;
use crate::time::Timestamp;

/// Each number is counted up to here.
const COUNTED: i64 = 100;

/// A row of [`unfinished`]: open messages of the last 48 hours, pending and dead deliveries.
pub type UnfinishedRow = (i64, i64, i64);

/// Counts what is unfinished, each up to 100: one [`UnfinishedRow`]. Reads at most 300 rows.
#[must_use]
pub fn unfinished(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "SELECT (SELECT COUNT(*) FROM ( \
             SELECT 1 FROM inbox INDEXED BY inbox_open WHERE account = ?1 AND create_time > ?2 AND ",
            is_open_message!(),
            " LIMIT ?3)), \
           (SELECT COUNT(*) FROM ( \
             SELECT 1 FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = 'pending' LIMIT ?3)), \
           (SELECT COUNT(*) FROM ( \
             SELECT 1 FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = 'dead' LIMIT ?3))"
        ),
        [account.into(), now.minus(AFTER_A_MESSAGE).seconds().into(), COUNTED.into()],
    )
}
