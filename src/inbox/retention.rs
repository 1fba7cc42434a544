//! Forgetting: what is older than the operator keeps, and one user on request.

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

/// How many rows of a table one step removes; a few more where many came in one second.
const STEP: i64 = 1000;
const SECONDS_A_DAY: i64 = 86_400;

/// One step of removing what is older than so many days; for one transaction.
///
/// Days' totals and the menu's counts name nobody, and stay.
#[must_use]
pub fn expire(account: &str, now: Timestamp, days: i64) -> Vec<Statement> {
    let before = now.plus(days.saturating_mul(SECONDS_A_DAY).saturating_neg()).seconds();
    let parameters: [Parameter; 3] = [account.into(), before.into(), STEP.into()];
    let from_the_future = Statement::new(
        "DELETE FROM inbox WHERE account = ?1 AND create_time > ?3 AND received_at < ?2",
        [account.into(), before.into(), now.plus(SECONDS_A_DAY).seconds().into()],
    );
    let forsaken = [
        "DELETE FROM delivery INDEXED BY delivery_by_time WHERE account = ?1 AND made_at < ?2",
        "DELETE FROM kept INDEXED BY kept_by_time WHERE account = ?1 AND made_at < ?2",
    ];
    let forsaken = forsaken.map(|sql| Statement::new(sql, [account.into(), before.into()]));
    [
        // What came late or with a wrong time is kept as long as everything else.
        "DELETE FROM inbox WHERE account = ?1 AND received_at < ?2 AND create_time <= ( \
           SELECT MAX(create_time) FROM ( \
             SELECT create_time FROM inbox WHERE account = ?1 AND create_time < ?2 AND received_at < ?2 \
             ORDER BY create_time LIMIT ?3))",
        "DELETE FROM sent INDEXED BY sent_by_time WHERE account = ?1 AND sent_at <= ( \
           SELECT MAX(sent_at) FROM ( \
             SELECT sent_at FROM sent WHERE account = ?1 AND sent_at < ?2 ORDER BY sent_at LIMIT ?3))",
        "DELETE FROM follower INDEXED BY follower_gone \
         WHERE account = ?1 AND unfollowed_at > COALESCE(followed_at, 0) \
           AND unfollowed_at >= COALESCE(last_message_at, 0) AND unfollowed_at <= ( \
           SELECT MAX(unfollowed_at) FROM ( \
             SELECT unfollowed_at FROM follower WHERE account = ?1 AND unfollowed_at < ?2 \
               AND unfollowed_at > COALESCE(followed_at, 0) AND unfollowed_at >= COALESCE(last_message_at, 0) \
             ORDER BY unfollowed_at LIMIT ?3))",
    ]
    .into_iter()
    .map(|sql| Statement::new(sql, parameters.clone()))
    .chain([from_the_future])
    .chain(forsaken)
    .collect()
}

/// Removes everything of one user, for one transaction; [`erased`] reads how many rows came back.
///
/// What is on its way meanwhile, a delivery that WeChat repeats or one in the queue, is stored again.
#[must_use]
pub fn erase(account: &str, openid: &str) -> Vec<Statement> {
    let parameters: [Parameter; 2] = [account.into(), openid.into()];
    [
        "DELETE FROM inbox INDEXED BY inbox_by_user WHERE account = ?1 AND openid = ?2 AND filed = 1 RETURNING 1",
        // What is not filed yet is as young as the last sweep.
        "DELETE FROM inbox WHERE account = ?1 AND openid = ?2 AND filed = 0 \
           AND create_time >= COALESCE((SELECT up_to FROM filing WHERE account = ?1), 0) RETURNING 1",
        "DELETE FROM sent WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM follower WHERE account = ?1 AND openid = ?2 RETURNING 1",
        "DELETE FROM delivery INDEXED BY delivery_by_user WHERE account = ?1 AND openid = ?2",
        "DELETE FROM kept WHERE account = ?1 AND openid = ?2",
    ]
    .map(|sql| Statement::new(sql, parameters.clone()))
    .into()
}

/// How many messages and events, and how many that were sent, [`erase`] removed; `None` if nothing was known.
#[must_use]
pub fn erased(counts: &[usize]) -> Option<(usize, usize)> {
    let [filed, unfiled, sent, known, ..] = *counts else { return None };
    let received = filed.saturating_add(unfiled);
    (received > 0 || sent > 0 || known > 0).then_some((received, sent))
}
