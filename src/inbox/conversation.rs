//! A conversation with a user, and pausing automatic answers to them while a person answers.

use crate::json::from_json;
use crate::sql::Statement;
use crate::time::Timestamp;

use super::opening::{Opening, OpeningRow};
use super::page::Place;

/// A row of [`Section::page`](super::Section::page): create_time, openid, id, msg_id, type, text, outcome, errcode, settled, rule, backend,
/// an [`OpeningRow`] as JSON, a [`PauseRow`] as JSON if the user is paused, remark, whether the user has unfollowed.
pub type ConversationRow = (
    i64,
    String,
    String,
    Option<String>,
    String,
    Option<String>,
    String,
    Option<i64>,
    i64,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
);

/// A pause as it is stored: until when, who paused, and the name of the API key that did.
pub type PauseRow = (i64, String, Option<String>);

/// A pause of automatic answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// When it ends; [`Timestamp::LAST`] is when the user is resumed.
    pub until: Timestamp,
    /// Who paused, as [`Sent::sender`](super::Sent::sender).
    pub by: String,
    /// The name of the API key that paused.
    pub by_name: Option<String>,
}

/// A user by a message of theirs: the latest, or the latest that was not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    pub(super) place: Place,
    /// The user.
    pub openid: String,
    /// `MsgId`
    pub msg_id: Option<String>,
    /// `MsgType`
    pub msg_type: String,
    /// The beginning of a text message.
    pub text: Option<String>,
    /// `CreateTime`
    pub create_time: Timestamp,
    /// The name of its [`Outcome`](super::Outcome).
    pub outcome: String,
    /// WeChat's errcode, if it refused a message to the user.
    pub errcode: Option<i64>,
    /// Whether it had no answer, and a person or a program has dealt with it since.
    pub is_settled: bool,
    /// The rules that decided.
    pub rule: Option<String>,
    /// The backend that is asked, or that answered.
    pub backend: Option<String>,
    /// What is left of the reply window, also if it has closed; `None` if the user has unfollowed.
    pub window: Option<Opening>,
    /// The pause of automatic answers to the user, if there is one.
    pub paused: Option<Pause>,
    /// The remark that was set through this worker.
    pub remark: Option<String>,
    /// Whether the user has unfollowed since.
    pub has_unfollowed: bool,
}

/// Holds a user's entries about which a backend is being asked, in one transaction: the backend is told of them instead,
/// and an answer that arrives later does not reach the user.
#[must_use]
pub fn hold(account: &str, openid: &str) -> [Statement; 2] {
    [
        "UPDATE inbox SET outcome = 'held', decided_ms = 0 FROM ( \
           SELECT create_time, entry FROM delivery INDEXED BY delivery_by_user \
           WHERE account = ?1 AND openid = ?2 AND mode = 'respond' AND state = 'pending') AS asked \
         WHERE inbox.account = ?1 AND inbox.openid = ?2 AND inbox.create_time = asked.create_time \
           AND inbox.id = asked.entry AND inbox.decided_ms IS NULL",
        "UPDATE delivery INDEXED BY delivery_by_user SET mode = 'notify' \
         WHERE account = ?1 AND openid = ?2 AND mode = 'respond' AND state = 'pending'",
    ]
    .map(|sql| Statement::new(sql, [account.into(), openid.into()]))
}

/// Stores a pause, and returns it as a [`PauseRow`].
macro_rules! store_pause {
    ($until:literal, $by:literal) => {
        concat!(
            "INSERT INTO paused (account, openid, until, by) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (account, openid) DO UPDATE SET until = ",
            $until,
            ", by = ",
            $by,
            " \
             RETURNING until, by, (",
            name_of_key!("by"),
            ") AS name"
        )
    };
}

/// Selects the name of the API key that a sender is, if it is one.
macro_rules! name_of_key {
    ($sender:literal) => {
        concat!(
            "SELECT name FROM api_key WHERE api_key.id = SUBSTR(",
            $sender,
            ", 5) AND ",
            $sender,
            " LIKE 'key:%'"
        )
    };
}

pub(super) use name_of_key;

/// Pauses automatic answers to a user until a point in time, whether or not they are paused; returns a [`PauseRow`]. `by`
/// is who pauses, as [`Sent::sender`](super::Sent::sender).
#[must_use]
pub fn pause(account: &str, openid: &str, until: Timestamp, by: &str) -> Statement {
    Statement::new(
        store_pause!("excluded.until", "excluded.by"),
        [account.into(), openid.into(), until.seconds().into(), by.into()],
    )
}

/// The same, but does not shorten a pause, which then remains that of who made it.
#[must_use]
pub fn extend_pause(account: &str, openid: &str, until: Timestamp, by: &str) -> Statement {
    Statement::new(
        store_pause!("MAX(until, excluded.until)", "IIF(excluded.until < until, by, excluded.by)"),
        [account.into(), openid.into(), until.seconds().into(), by.into()],
    )
}

/// Resumes automatic answers to a user; returns a row if they were paused.
#[must_use]
pub fn resume(account: &str, openid: &str) -> Statement {
    Statement::new(
        "DELETE FROM paused WHERE account = ?1 AND openid = ?2 RETURNING 1",
        [account.into(), openid.into()],
    )
}

impl Conversation {
    /// Reads the rows of a page, and sorts them: the newest first.
    #[must_use]
    pub fn from_rows(rows: Vec<ConversationRow>, now: Timestamp) -> Vec<Self> {
        let mut conversations: Vec<Self> = Vec::with_capacity(rows.len());
        for row in rows {
            let conversation = Self::from_row(row, now);
            let position = conversations.partition_point(|other| other.place >= conversation.place);
            conversations.insert(position, conversation);
        }
        conversations
    }

    fn from_row(row: ConversationRow, now: Timestamp) -> Self {
        let (create_time, openid, id, msg_id, msg_type, text, outcome, ..) = row;
        let (.., errcode, settled, rule, backend, window, paused, remark, gone) = row;
        let has_unfollowed = gone == Some(1);
        let window = from_json::<OpeningRow>(&window).ok().filter(|_| !has_unfollowed);
        Self {
            place: Place::from_row((create_time, openid.clone(), id)),
            openid,
            msg_id,
            msg_type,
            text,
            create_time: Timestamp::from_seconds(create_time),
            outcome,
            errcode,
            is_settled: settled != 0,
            rule,
            backend,
            window: window.map(|row| Opening::at(now, row)),
            paused: paused.and_then(|row| from_json(&row).ok()).map(Pause::from_row),
            remark,
            has_unfollowed,
        }
    }
}

impl Pause {
    /// Reads a row.
    #[must_use]
    pub fn from_row((until, by, by_name): PauseRow) -> Self {
        Self { until: Timestamp::from_seconds(until), by, by_name }
    }
}
