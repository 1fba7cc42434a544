//! Claiming deliveries: a run claims only what it begins next, so that a run that is cut off loses nothing else.
//!
//! A claim ends with its lease, which is longer than the longest attempt. What was cut off is told or asked again; a
//! message to a user may have been sent, and is given up.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::backoff::{ASK_FOR, TELL_FOR};
use super::delivery::delivery_columns;
use super::list::Backends;
use super::webhook::Mode;

/// Maximum number of backends that a run calls side by side: an invocation may have six open connections.
pub const CALLS_AT_ONCE: usize = 5;

/// What a lease adds to the longest attempt, in seconds: the time to store what came of it.
const MARGIN: i64 = 30;
/// The lease of a message to a user: two calls of WeChat, a renewed access token, and the margin.
const SEND_LEASE: i64 = 120;

/// How long claims last, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leases {
    tell: i64,
    ask: i64,
}

impl Leases {
    /// By the timeouts of the account's backends, all of which may be asked one after another.
    #[must_use]
    pub fn of(backends: &Backends) -> Self {
        let lease = |mode| backends.longest_attempt(mode).saturating_add(MARGIN);
        Self { tell: lease(Mode::Tell), ask: lease(Mode::Ask) }
    }
}

/// The first due deliveries of a kind, from an index that has them in order.
macro_rules! first_due {
    ($mode:literal, $under_way:literal) => {
        concat!(
            "SELECT * FROM (SELECT id, due_at FROM delivery INDEXED BY delivery_due \
             WHERE account = ?1 AND state = 'pending' AND mode = '",
            $mode,
            "' AND under_way = ",
            $under_way,
            " AND due_at <= ?2 ORDER BY due_at LIMIT ?3)"
        )
    };
}

/// No earlier message of the same entry waits; `delivery` is the message.
macro_rules! is_next_of_its_entry {
    () => {
        "NOT EXISTS (SELECT 1 FROM delivery AS earlier INDEXED BY delivery_by_user \
           WHERE earlier.account = delivery.account AND earlier.openid = delivery.openid \
             AND earlier.create_time = delivery.create_time AND earlier.entry = delivery.entry \
             AND earlier.position < delivery.position AND earlier.mode = 'send' AND earlier.state = 'pending')"
    };
}
pub(super) use is_next_of_its_entry;

/// Claims up to `limit` deliveries that are due and tell or ask a backend, the longest due first: [`DeliveryRow`]s.
///
/// [`DeliveryRow`]: super::DeliveryRow
#[must_use]
pub fn claim_calls(account: &str, now: Timestamp, leases: Leases, limit: usize) -> Statement {
    Statement::new(
        concat!(
            "UPDATE delivery SET attempts = attempts + 1, under_way = 1, \
               due_at = ?2 + IIF(mode = 'notify', ?4, ?5) \
             WHERE account = ?1 AND id IN (SELECT id FROM (",
            first_due!("notify", 0),
            " UNION ALL ",
            first_due!("notify", 1),
            " UNION ALL ",
            first_due!("respond", 0),
            " UNION ALL ",
            first_due!("respond", 1),
            ") ORDER BY due_at LIMIT ?3) RETURNING ",
            delivery_columns!()
        ),
        [
            account.into(),
            now.seconds().into(),
            i64::try_from(limit).unwrap_or(i64::MAX).into(),
            leases.tell.into(),
            leases.ask.into(),
        ],
    )
}

/// Claims the message to a user that is due longest, unless an earlier one of its entry waits: at most one
/// [`DeliveryRow`](super::DeliveryRow).
///
/// `id` is random and belongs to this claim: running the statement again, because its answer was lost, returns what it
/// has claimed.
#[must_use]
pub fn claim_send(account: &str, id: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "UPDATE delivery SET attempts = attempts + (claim IS NOT ?4), under_way = 1, due_at = ?2 + ?3, claim = ?4 \
             WHERE account = ?1 AND id = COALESCE( \
               (SELECT id FROM delivery INDEXED BY delivery_due \
                WHERE account = ?1 AND state = 'pending' AND mode = 'send' AND under_way = 1 AND due_at = ?2 + ?3 \
                  AND claim = ?4), \
               (SELECT id FROM delivery INDEXED BY delivery_due \
                WHERE account = ?1 AND state = 'pending' AND mode = 'send' AND under_way = 0 AND due_at <= ?2 AND ",
            is_next_of_its_entry!(),
            " ORDER BY due_at LIMIT 1)) RETURNING ",
            delivery_columns!()
        ),
        [account.into(), now.seconds().into(), SEND_LEASE.into(), id.into()],
    )
}

/// Claims one delivery, due or not, unless another run has, or an earlier message of its entry waits: at most one
/// [`DeliveryRow`](super::DeliveryRow). `claim` is as in [`claim_send`].
#[must_use]
pub fn claim(account: &str, id: &str, claim: &str, now: Timestamp, leases: Leases) -> Statement {
    Statement::new(
        concat!(
            "UPDATE delivery SET attempts = attempts + (claim IS NOT ?7), under_way = 1, claim = ?7, \
               due_at = ?3 + CASE mode WHEN 'send' THEN ?4 WHEN 'notify' THEN ?5 ELSE ?6 END \
             WHERE account = ?1 AND id = ?2 AND state = 'pending' AND (under_way = 0 OR claim = ?7) \
               AND (mode <> 'send' OR ",
            is_next_of_its_entry!(),
            ") RETURNING ",
            delivery_columns!()
        ),
        [
            account.into(),
            id.into(),
            now.seconds().into(),
            SEND_LEASE.into(),
            leases.tell.into(),
            leases.ask.into(),
            claim.into(),
        ],
    )
}

/// What was cut off and is not begun again: messages to users, and requests after the last time at which they are retried.
macro_rules! cut_off {
    ($columns:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM delivery INDEXED BY delivery_due \
             WHERE account = ?1 AND state = 'pending' AND mode IN ('notify', 'respond', 'send') \
               AND under_way = 1 AND due_at <= ?2 \
               AND (mode = 'send' OR made_at <= ?2 - IIF(mode = 'notify', ?3, ?4))"
        )
    };
}

/// A row of [`due`]: whether deliveries to backends are due, whether messages to users are, and whether some were cut off
/// and have to be given up.
pub type DueRow = (i64, i64, i64);

/// Selects what a run has to do: one [`DueRow`].
#[must_use]
pub fn due(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "SELECT EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_due \
               WHERE account = ?1 AND state = 'pending' AND mode IN ('notify', 'respond') \
                 AND under_way IN (0, 1) AND due_at <= ?2), \
             EXISTS (SELECT 1 FROM delivery INDEXED BY delivery_due \
               WHERE account = ?1 AND state = 'pending' AND mode = 'send' AND under_way = 0 AND due_at <= ?2), \
             EXISTS (",
            cut_off!("1"),
            ")"
        ),
        [account.into(), now.seconds().into(), TELL_FOR.into(), ASK_FOR.into()],
    )
}

/// Gives up what was cut off and is not begun again, in one transaction.
///
/// A message to a user may have been sent, so that its outcome is unknown; what is known to be worse stays.
#[must_use]
pub fn give_up_cut_off(account: &str, now: Timestamp) -> [Statement; 2] {
    let parameters = [account.into(), now.seconds().into(), TELL_FOR.into(), ASK_FOR.into()];
    [
        Statement::new(
            concat!(
                "UPDATE inbox SET outcome = IIF(cut.mode = 'send', 'unknown', 'failed') FROM (",
                cut_off!("account, openid, create_time, entry, mode"),
                ") AS cut \
                 WHERE inbox.account = cut.account AND inbox.openid = cut.openid \
                   AND inbox.create_time = cut.create_time AND inbox.id = cut.entry \
                   AND CASE cut.mode WHEN 'send' THEN inbox.outcome NOT IN ('refused', 'failed') \
                     WHEN 'respond' THEN inbox.decided_ms IS NULL END"
            ),
            parameters.clone(),
        ),
        Statement::new(
            concat!(
                "UPDATE delivery SET state = 'dead', under_way = 0, \
                   error = IIF(mode = 'send', 'it was cut off, and may have been sent', 'it was cut off') \
                 WHERE account = ?1 AND id IN (",
                cut_off!("id"),
                ")"
            ),
            parameters,
        ),
    ]
}
