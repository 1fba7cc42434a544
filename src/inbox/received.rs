//! A stored message or event, as it is read from the database.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::record::Record;

/// A row of a message or an event, in the order of `received_columns!`.
pub type ReceivedRow = (
    i64,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    i64,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    Option<i64>,
    i64,
    Option<i64>,
);

/// The columns of a [`ReceivedRow`].
macro_rules! received_columns {
    () => {
        "create_time, openid, id, msg_id, type, event, event_key, received_at, message, reply, rule, backend, outcome, \
         errcode, settled, decided_ms"
    };
}

pub(super) use received_columns;

/// A stored message or event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message itself.
    pub record: Record,
    /// The name of its [`Outcome`](super::Outcome), possibly one of another version of the worker.
    pub outcome: String,
    /// WeChat's errcode, if it refused a message to the user.
    pub errcode: Option<i64>,
    /// Whether it had no answer, and a person or a program has dealt with it since.
    pub is_settled: bool,
}

/// The message with this MsgId: no row, or a [`ReceivedRow`].
#[must_use]
pub fn by_msg_id(account: &str, msg_id: &str) -> Statement {
    Statement::new(
        concat!(
            "SELECT ",
            received_columns!(),
            " FROM inbox INDEXED BY inbox_by_msg_id WHERE account = ?1 AND msg_id = ?2 LIMIT 1"
        ),
        [account.into(), msg_id.into()],
    )
}

impl Received {
    /// Reads a row.
    #[must_use]
    pub fn from_row(row: ReceivedRow) -> Self {
        let (create_time, openid, id, msg_id, msg_type, event, event_key, received_at, ..) = row;
        let (.., message, reply, rule, backend, outcome, errcode, settled, decided_ms) = row;
        let record = Record {
            create_time: Timestamp::from_seconds(create_time),
            openid,
            id,
            msg_id,
            msg_type,
            event,
            event_key,
            received_at: Timestamp::from_seconds(received_at),
            message,
            reply,
            rule,
            backend,
            decided_ms,
        };
        Self { record, outcome, errcode, is_settled: settled != 0 }
    }
}
