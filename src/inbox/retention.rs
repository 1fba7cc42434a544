//! Retention: deletes what is older than the operator keeps, and everything about one user on request.

use crate::sql::{Parameter, Statement};
use crate::time::{SECONDS_A_DAY, Timestamp};

/// Maximum number of rows of a table that one step deletes; a few more if many have the same second.
pub const STEP: usize = 1000;
/// Maximum number of dead deliveries that an account keeps; the oldest go.
const MAX_DEAD_DELIVERIES: i64 = 10_000;

/// Deletes up to [`STEP`] rows of each table that are older than so many days, in one transaction; the first statement
/// returns a row for each entry.
///
/// Counts name no user, and stay; the last statement notes which hours can no longer be counted.
#[must_use]
pub fn expire(account: &str, now: Timestamp, days: i64) -> Vec<Statement> {
    expire_before(account, now.minus(days.saturating_mul(SECONDS_A_DAY)), now)
}

/// The same for what is older than a point in time.
#[must_use]
pub fn expire_before(account: &str, before: Timestamp, now: Timestamp) -> Vec<Statement> {
    let before = before.seconds();
    let step = i64::try_from(STEP).unwrap_or(i64::MAX);
    let parameters: [Parameter; 3] = [account.into(), before.into(), step.into()];
    let stepwise = [
        // Users who unfollowed are forgotten together with the event that says so.
        "DELETE FROM user WHERE account = ?1 AND unfollowed_at > COALESCE(followed_at, 0) AND openid IN ( \
           SELECT openid FROM ( \
             SELECT openid, event FROM inbox INDEXED BY inbox_by_time \
             WHERE account = ?1 AND create_time < ?2 AND received_at < ?2 ORDER BY create_time LIMIT ?3) \
           WHERE event = 'unsubscribe') \
         AND unfollowed_at < ?2",
        // An entry that arrived late or with a wrong time is kept as long as all others.
        "DELETE FROM inbox WHERE account = ?1 AND (openid, create_time, id) IN ( \
           SELECT openid, create_time, id FROM inbox INDEXED BY inbox_by_time \
           WHERE account = ?1 AND create_time < ?2 AND received_at < ?2 ORDER BY create_time LIMIT ?3) RETURNING 1",
        "DELETE FROM sent WHERE account = ?1 AND (openid, sent_at, id) IN ( \
           SELECT openid, sent_at, id FROM sent INDEXED BY sent_by_time \
           WHERE account = ?1 AND sent_at < ?2 ORDER BY sent_at LIMIT ?3)",
        "DELETE FROM kept WHERE account = ?1 AND (openid, made_at, id) IN ( \
           SELECT openid, made_at, id FROM kept INDEXED BY kept_by_time \
           WHERE account = ?1 AND made_at < ?2 ORDER BY made_at LIMIT ?3)",
    ];
    let whole = [
        Statement::new(
            "DELETE FROM inbox WHERE account = ?1 AND received_at < ?2 AND (openid, create_time, id) IN ( \
               SELECT openid, create_time, id FROM inbox INDEXED BY inbox_by_time \
               WHERE account = ?1 AND create_time > ?3 LIMIT ?4)",
            [account.into(), before.into(), now.plus(SECONDS_A_DAY).seconds().into(), step.into()],
        ),
        Statement::new(
            "DELETE FROM delivery WHERE account = ?1 AND (made_at < ?2 OR state = 'dead' AND id IN ( \
               SELECT id FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = 'dead' \
               ORDER BY due_at DESC, id LIMIT -1 OFFSET ?3))",
            [account.into(), before.into(), MAX_DEAD_DELIVERIES.into()],
        ),
        Statement::new(
            "DELETE FROM paused WHERE account = ?1 AND until < ?2",
            [account.into(), now.seconds().into()],
        ),
        Statement::new(
            "UPDATE figures SET kept_from = ?2 WHERE account = ?1 AND kept_from < ?2",
            [account.into(), before.saturating_add(3599).div_euclid(3600).into()],
        ),
    ];
    stepwise.into_iter().map(|sql| Statement::new(sql, parameters.clone())).chain(whole).collect()
}

/// Deletes everything about one user, in one transaction; [`ErasedRows`] reads how many rows each statement returned.
///
/// A delivery that WeChat repeats meanwhile is stored again.
#[must_use]
pub fn erase(account: &str, openid: &str) -> Vec<Statement> {
    let parameters: [Parameter; 2] = [account.into(), openid.into()];
    [
        "DELETE FROM inbox WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM sent WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM user WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM delivery INDEXED BY delivery_by_user WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM kept WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM paused WHERE account = ?1 AND openid = ?2 RETURNING 1",
    ]
    .map(|sql| Statement::new(sql, parameters.clone()))
    .into()
}

/// What [`erase`] deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ErasedRows {
    /// Messages and events that were received.
    pub received: usize,
    /// Messages that were sent.
    pub sent: usize,
    /// Replies that were kept for the user's next message.
    pub kept: usize,
}

impl ErasedRows {
    /// Reads how many rows each statement returned; `None` if nothing was stored of the user.
    #[must_use]
    pub fn of(counts: &[usize]) -> Option<Self> {
        let [received, sent, _, _, kept, _] = *counts else { return None };
        counts.iter().any(|count| *count > 0).then_some(Self { received, sent, kept })
    }
}
