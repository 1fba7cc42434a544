//! The deliveries that are not done, for the operator: listing them, and trying them again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::invalid::Invalid;
use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::claim::is_next_of_its_entry;
use super::delivery::{Delivery, delivery_columns};

/// Maximum number of dead deliveries that a replay makes pending.
const REPLAYED: i64 = 1000;
/// How many deliveries a replay looks at to find those of a filter.
const SEARCHED: i64 = 10_000;
/// How many deliveries a page looks at to find those of a filter.
const LOOKED_AT: u32 = 1000;

/// Selects deliveries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// `pending` or `dead`.
    pub state: Option<String>,
    /// Deliveries to the backend with this id; empty = messages to users, of the rules and of backends.
    pub backend: Option<String>,
    /// Those that were created, or replayed, at or after this time.
    pub since: Option<Timestamp>,
    /// Those that were created, or replayed, at or before this time.
    pub until: Option<Timestamp>,
    /// Those whose last error contains this text.
    pub error: Option<String>,
}

impl DeliveryFilter {
    /// Whether it says more than the state, which the index has.
    const fn is_narrow(&self) -> bool {
        self.backend.is_some() || self.since.is_some() || self.until.is_some() || self.error.is_some()
    }

    /// The parameters of `is_selected!`.
    fn parameters(&self) -> [Parameter; 4] {
        [
            self.backend.as_deref().into(),
            self.since.map(Timestamp::seconds).into(),
            self.until.map(Timestamp::seconds).into(),
            self.error.as_deref().into(),
        ]
    }
}

/// Whether a filter selects a delivery; its parameters are ?2 to ?5.
macro_rules! is_selected {
    () => {
        "(?2 IS NULL OR IIF(?2 = '', mode = 'send', backend = ?2 AND mode <> 'send')) \
         AND (?3 IS NULL OR made_at >= ?3) AND (?4 IS NULL OR made_at <= ?4) \
         AND (?5 IS NULL OR INSTR(error, ?5) > 0)"
    };
}

/// A place in the list of deliveries, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryPlace(String, String, i64, i64, String);

impl DeliveryPlace {
    /// Fails if the filter wants another state: the list would begin with deliveries that it does not select.
    pub fn within(self, filter: &DeliveryFilter) -> Result<Self, Invalid> {
        match &filter.state {
            Some(state) if *state != self.0 => Err(Invalid::new("cursor", "is of a list with another state")),
            _ => Ok(self),
        }
    }
}

/// A row of [`list`]: its place, backend, openid, create_time, msg_id, attempts, made_at, error, whether the filter selects
/// it, whether the page ends here.
pub type ListedRow = (
    String,
    String,
    i64,
    i64,
    String,
    String,
    String,
    i64,
    Option<String>,
    i64,
    i64,
    Option<String>,
    i64,
    i64,
);

/// A delivery that is pending or dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// `webhook-id`
    pub id: String,
    /// The id of the backend to call, or whose answer it is; empty for a message of the rules to the user.
    pub backend: String,
    /// `notify`, `respond` or `send`.
    pub mode: String,
    /// With the next field, the entry that caused it: its user.
    pub openid: String,
    /// `CreateTime`
    pub create_time: Timestamp,
    /// `MsgId`; `None` for an event, and for an entry that is no longer stored.
    pub msg_id: Option<String>,
    /// `pending` or `dead`.
    pub state: String,
    /// The number of attempts begun.
    pub attempts: i64,
    /// When the next attempt is due; of a dead one, when the last was.
    pub due_at: Timestamp,
    /// When it was created, or replayed.
    pub made_at: Timestamp,
    /// The error of the last attempt.
    pub error: Option<String>,
}

/// A row of [`find`]: a `DeliveryRow`, the state, when it is due, the last error, the failures as JSON, and `MsgId`.
pub type FoundRow = (
    String,
    String,
    String,
    Option<String>,
    i64,
    i64,
    String,
    i64,
    String,
    Option<String>,
    String,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// A delivery that is pending or dead, with what is requested and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As it is listed.
    pub listed: Listed,
    /// As it is performed; `None` if this version cannot read it.
    pub delivery: Option<Delivery>,
    /// The last failed attempts, the earliest first: a JSON array.
    pub failures: Value,
}

/// Selects a delivery: at most one [`FoundRow`].
#[must_use]
pub fn find(account: &str, id: &str) -> Statement {
    Statement::new(
        concat!(
            "SELECT ",
            delivery_columns!(),
            " AS about, state, due_at, error, failures, ( \
               SELECT msg_id FROM inbox WHERE inbox.account = delivery.account AND inbox.openid = delivery.openid \
                 AND inbox.create_time = delivery.create_time AND inbox.id = delivery.entry) AS msg_id \
             FROM delivery WHERE account = ?1 AND id = ?2"
        ),
        [account.into(), id.into()],
    )
}

impl Found {
    /// Reads a row.
    #[must_use]
    pub fn from_row(row: FoundRow) -> Self {
        let (
            id,
            backend,
            mode,
            message,
            attempts,
            made_at,
            openid,
            create_time,
            entry,
            about,
            state,
            due_at,
            error,
            failures,
            msg_id,
        ) = row;
        let failures = failures.and_then(|failures| serde_json::from_str(&failures).ok());
        let listed = Listed {
            id: id.clone(),
            backend: backend.clone(),
            mode: mode.clone(),
            openid: openid.clone(),
            create_time: Timestamp::from_seconds(create_time),
            msg_id,
            state,
            attempts,
            due_at: Timestamp::from_seconds(due_at),
            made_at: Timestamp::from_seconds(made_at),
            error,
        };
        let delivery = Delivery::from_row((
            id,
            backend,
            mode,
            message,
            attempts,
            made_at,
            openid,
            create_time,
            entry,
            about,
        ));
        Self { listed, delivery, failures: failures.unwrap_or_default() }
    }
}

/// Why a delivery cannot be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRetried {
    /// It was given up: it can be replayed.
    Dead,
    /// An attempt is running, or was interrupted and may have reached the user.
    UnderWay,
    /// An earlier message of the same entry has to be sent first.
    Waits,
}

/// Lists the deliveries that are not done: the dead, then the pending; of each, those that tell, ask and send, by the time
/// at which they are or were due. Returns up to `limit` [`ListedRow`]s, and perhaps a row that marks how far it looked.
#[must_use]
pub fn list(account: &str, filter: &DeliveryFilter, after: Option<&DeliveryPlace>, limit: u32) -> Statement {
    let first = filter.state.as_deref().unwrap_or_default();
    let (state, mode, under_way, due_at, id) = after.map_or((first, "", 0, 0, ""), |place| {
        let DeliveryPlace(state, mode, under_way, due_at, id) = place;
        (state.as_str(), mode.as_str(), *under_way, *due_at, id.as_str())
    });
    let [backend, since, until, error] = filter.parameters();
    Statement::new(
        concat!(
            "SELECT state, mode, under_way, due_at, id, backend, openid, create_time, ( \
               SELECT msg_id FROM inbox WHERE inbox.account = looked_at.account AND inbox.openid = looked_at.openid \
                 AND inbox.create_time = looked_at.create_time AND inbox.id = looked_at.entry), \
             attempts, made_at, error, is_selected, number = ?12 \
             FROM ( \
               SELECT *, COALESCE(",
            is_selected!(),
            ", 0) AS is_selected, ROW_NUMBER() OVER () AS number FROM ( \
                 SELECT * FROM delivery INDEXED BY delivery_due \
                 WHERE account = ?1 AND (state, mode, under_way, due_at, id) > (?6, ?7, ?8, ?9, ?10) AND state <= ?11 \
                 ORDER BY state, mode, under_way, due_at, id LIMIT ?12)) AS looked_at \
             WHERE is_selected OR number = ?12 ORDER BY number LIMIT ?13"
        ),
        [account.into(), backend, since, until, error, state.into(), mode.into(), under_way.into()],
    )
    .with(due_at)
    .with(id)
    .with(filter.state.as_deref().unwrap_or("pending"))
    .with(i64::from(if filter.is_narrow() { LOOKED_AT.max(limit) } else { limit }))
    .with(i64::from(limit))
}

/// Reads the rows of a page, and the place after which the next one begins; `None` if there is none.
#[must_use]
pub fn listed(rows: Vec<ListedRow>, limit: u32) -> (Vec<Listed>, Option<DeliveryPlace>) {
    let is_full = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows.last().filter(|row| is_full || row.13 != 0);
    let next = next.map(|row| DeliveryPlace(row.0.clone(), row.1.clone(), row.2, row.3, row.4.clone()));
    (rows.into_iter().filter(|row| row.12 != 0).map(Listed::from_row).collect(), next)
}

impl Listed {
    fn from_row(row: ListedRow) -> Self {
        let (state, mode, _, due_at, id, backend, openid, create_time, msg_id, attempts, made_at, error, ..) =
            row;
        Self {
            id,
            backend,
            mode,
            openid,
            create_time: Timestamp::from_seconds(create_time),
            msg_id,
            state,
            attempts,
            due_at: Timestamp::from_seconds(due_at),
            made_at: Timestamp::from_seconds(made_at),
            error,
        }
    }
}

/// Makes dead deliveries pending again, one or all of a backend (empty = messages to users); returns a row for each.
///
/// Run again in the same second, it returns the row of one delivery again, since the first answer may have been lost.
#[must_use]
pub fn replay(account: &str, id: Option<&str>, backend: Option<&str>, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE delivery SET state = 'pending', attempts = 0, under_way = 0, due_at = ?4, made_at = ?4 \
         WHERE account = ?1 AND id IN ( \
           SELECT * FROM ( \
             SELECT id FROM delivery INDEXED BY delivery_due \
             WHERE account = ?1 AND state = 'dead' AND ?2 IS NULL \
               AND IIF(?3 = '', mode = 'send', backend = ?3 AND mode <> 'send') \
             ORDER BY mode, under_way, due_at LIMIT ?5) \
           UNION ALL SELECT id FROM delivery WHERE account = ?1 AND id = ?2 \
             AND (state = 'dead' OR attempts = 0 AND made_at = ?4 AND due_at = ?4)) RETURNING 1",
        [account.into(), id.into(), backend.into(), now.seconds().into(), REPLAYED.into()],
    )
}

/// The ids, and when each was created, of deliveries that a filter selects and that can be tried now; ?6 is the state and ?7
/// the present time.
macro_rules! to_replay {
    () => {
        concat!(
            "SELECT id, made_at FROM ( \
               SELECT * FROM delivery INDEXED BY delivery_due WHERE account = ?1 AND state = ?6 \
               ORDER BY mode, under_way, due_at LIMIT ?8) AS delivery \
             WHERE ",
            is_selected!(),
            " AND (state = 'dead' OR IIF(under_way, mode <> 'send' AND due_at <= ?7, attempts > 0 OR due_at <= ?7) \
               AND (mode <> 'send' OR ",
            is_next_of_its_entry!(),
            ")) LIMIT ?9"
        )
    };
}

/// Counts what [`replay_all`] would try: one row, with the number, 1,000 at most, and when the first was created.
#[must_use]
pub fn count_to_replay(account: &str, filter: &DeliveryFilter, now: Timestamp) -> Statement {
    Statement::new(
        concat!("SELECT COUNT(*) AS matching, MIN(made_at) AS oldest FROM (", to_replay!(), ")"),
        replay_parameters(account, filter, now),
    )
}

/// Makes up to 1,000 deliveries that a filter selects due now, and dead ones pending again; returns a row for each.
///
/// Looks at the first 10,000 of the state, of which there are no more dead ones.
#[must_use]
pub fn replay_all(account: &str, filter: &DeliveryFilter, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "UPDATE delivery SET attempts = IIF(state = 'dead', 0, attempts), made_at = IIF(state = 'dead', ?7, made_at), \
               state = 'pending', under_way = 0, due_at = ?7 \
             WHERE account = ?1 AND id IN (SELECT id FROM (",
            to_replay!(),
            ")) RETURNING 1"
        ),
        replay_parameters(account, filter, now),
    )
}

fn replay_parameters(account: &str, filter: &DeliveryFilter, now: Timestamp) -> Vec<Parameter> {
    let state = filter.state.as_deref().unwrap_or("dead");
    let mut parameters = vec![account.into()];
    parameters.extend(filter.parameters());
    parameters.extend([state.into(), now.seconds().into(), SEARCHED.into(), REPLAYED.into()]);
    parameters
}

/// Makes a pending delivery due now; returns a row unless [`NotRetried`] says why not.
///
/// A first attempt that is made right after the response counts as under way for a minute.
#[must_use]
pub fn retry(account: &str, id: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "UPDATE delivery SET due_at = ?3, under_way = 0 WHERE account = ?1 AND id = ?2 AND state = 'pending' \
               AND IIF(under_way, mode <> 'send' AND due_at <= ?3, attempts > 0 OR due_at <= ?3) \
               AND (mode <> 'send' OR ",
            is_next_of_its_entry!(),
            ") RETURNING 1"
        ),
        [account.into(), id.into(), now.seconds().into()],
    )
}

/// Selects why [`retry`] changed nothing: at most one row, which [`NotRetried::from_row`] reads.
#[must_use]
pub fn why_not_retried(account: &str, id: &str) -> Statement {
    Statement::new(
        concat!(
            "SELECT state = 'dead', mode = 'send' AND NOT ",
            is_next_of_its_entry!(),
            " FROM delivery WHERE account = ?1 AND id = ?2"
        ),
        [account.into(), id.into()],
    )
}

impl NotRetried {
    /// Reads a row.
    #[must_use]
    pub const fn from_row((is_dead, waits): (i64, i64)) -> Self {
        match (is_dead, waits) {
            (1, _) => Self::Dead,
            (_, 1) => Self::Waits,
            _ => Self::UnderWay,
        }
    }

    /// What the caller is told about the delivery.
    #[must_use]
    pub const fn complaint(self) -> &'static str {
        match self {
            Self::Dead => "is dead; delivery/replay tries it again",
            Self::UnderWay => "is being tried at the moment",
            Self::Waits => "waits for an earlier message to the same user",
        }
    }
}
