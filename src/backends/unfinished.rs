//! How much is unfinished: unanswered messages, deliveries that are not done, and users who are paused.

use crate::inbox::{AFTER_A_MESSAGE, is_open_message};
use crate::sql::Statement;
use crate::time::Timestamp;

/// Each number is counted up to here.
const COUNTED: i64 = 100;

/// A row of [`unfinished`], in the order of the fields of [`Unfinished`]; instead of the last, the first and the last id
/// of the backends.
pub type UnfinishedRow =
    (i64, i64, i64, i64, Option<i64>, i64, i64, i64, Option<i64>, Option<String>, Option<String>);

/// What is unfinished. Each number is counted up to 100, which stands for more as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unfinished {
    /// Number of unanswered messages of the last 48 hours.
    pub messages: i64,
    /// Number of users who sent them.
    pub users: i64,
    /// Number of the messages whose answer failed, was refused by WeChat, or may not have arrived.
    pub failed: i64,
    /// Number of users who sent those.
    pub failed_users: i64,
    /// CreateTime of the oldest.
    pub oldest: Option<Timestamp>,
    /// Number of users who are paused.
    pub paused: i64,
    /// Number of deliveries that are retried, or have not been tried yet.
    pub pending: i64,
    /// Number of deliveries that were given up.
    pub dead: i64,
    /// When the first of them was last tried.
    pub dead_since: Option<Timestamp>,
    /// The id of their backend, if they have the same.
    pub dead_backend: Option<String>,
}

/// Counts what is unfinished: one [`UnfinishedRow`]. Reads at most 400 rows.
#[must_use]
pub fn unfinished(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "SELECT messages, users, failed, failed_users, oldest, paused, pending, dead, dead_since, first_backend, last_backend FROM ( \
             SELECT COUNT(*) AS messages, COUNT(DISTINCT openid) AS users, \
               COALESCE(SUM(outcome IN ('failed', 'refused', 'unknown')), 0) AS failed, \
               COUNT(DISTINCT IIF(outcome IN ('failed', 'refused', 'unknown'), openid, NULL)) AS failed_users, \
               MIN(create_time) AS oldest FROM ( \
               SELECT openid, outcome, create_time FROM inbox INDEXED BY inbox_open \
               WHERE account = ?1 AND create_time > ?2 AND ",
            is_open_message!(),
            " LIMIT ?3)), ( \
             SELECT COUNT(*) AS paused FROM ( \
               SELECT 1 FROM paused WHERE account = ?1 AND until > ?4 LIMIT ?3)), ( \
             SELECT COUNT(*) AS pending FROM ( \
               SELECT 1 FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = 'pending' LIMIT ?3)), ( \
             SELECT COUNT(*) AS dead, MIN(due_at) AS dead_since, MIN(backend) AS first_backend, \
               MAX(backend) AS last_backend FROM ( \
               SELECT due_at, backend FROM delivery INDEXED BY delivery_due \
               WHERE account = ?1 AND state = 'dead' LIMIT ?3))"
        ),
        [account.into(), now.minus(AFTER_A_MESSAGE).seconds().into(), COUNTED.into(), now.seconds().into()],
    )
}

/// A row of [`unfinished_by_webhook`]: the webhook's id, its pending and its dead deliveries, the last error, and when the
/// delivery that had it is or was due.
pub type WebhookRow = (String, i64, i64, Option<String>, i64);

/// Counts the deliveries to each webhook that have failed: [`WebhookRow`]s. Looks at 1,000 pending and 1,000 dead ones, and
/// reads two rows for each.
#[must_use]
pub fn unfinished_by_webhook(account: &str) -> Statement {
    Statement::new(
        "SELECT backend, SUM(state = 'pending') AS pending, SUM(state = 'dead') AS dead, error, MAX(due_at) AS last_at FROM ( \
           SELECT * FROM (SELECT backend, state, error, due_at, mode FROM delivery INDEXED BY delivery_due \
             WHERE account = ?1 AND state = 'dead' LIMIT 1000) \
           UNION ALL SELECT * FROM (SELECT backend, state, error, due_at, mode FROM delivery INDEXED BY delivery_due \
             WHERE account = ?1 AND state = 'pending' LIMIT 1000)) \
         WHERE mode <> 'send' AND error IS NOT NULL GROUP BY backend",
        [account.into()],
    )
}

impl Unfinished {
    /// Reads the row.
    #[must_use]
    pub fn from_row(row: UnfinishedRow) -> Self {
        let (
            messages,
            users,
            failed,
            failed_users,
            oldest,
            paused,
            pending,
            dead,
            dead_since,
            first_backend,
            last_backend,
        ) = row;
        Self {
            messages,
            users,
            failed,
            failed_users,
            oldest: oldest.map(Timestamp::from_seconds),
            paused,
            pending,
            dead,
            dead_since: dead_since.map(Timestamp::from_seconds),
            dead_backend: first_backend.filter(|first| Some(first) == last_backend.as_ref()),
        }
    }

    /// The number of rows that were counted.
    #[must_use]
    pub fn rows(&self) -> u64 {
        [self.messages, self.paused, self.pending, self.dead].into_iter().fold(0, u64::saturating_add_signed)
    }
}
