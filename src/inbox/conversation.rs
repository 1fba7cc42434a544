//! A conversation with a user, and pausing automatic answers to them while a person answers.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::page::Place;

/// A row of [`Section::page`](super::Section::page): create_time, openid, id, msg_id, type, text, outcome, errcode, settled, rule, backend,
/// until when the reply window is open, until when the user is paused, remark, whether the user has unfollowed.
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
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<i64>,
);

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
    /// Until when customer-service messages may be sent; `None` if the user has unfollowed.
    pub window_until: Option<Timestamp>,
    /// Until when the user is paused; [`Timestamp::LAST`] is until they are resumed.
    pub paused_until: Option<Timestamp>,
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

/// Pauses automatic answers to a user until a point in time, whether or not they are paused.
#[must_use]
pub fn pause(account: &str, openid: &str, until: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO paused (account, openid, until) VALUES (?1, ?2, ?3) \
         ON CONFLICT (account, openid) DO UPDATE SET until = excluded.until",
        [account.into(), openid.into(), until.seconds().into()],
    )
}

/// The same, but does not shorten a pause; returns until when the user is paused.
#[must_use]
pub fn extend_pause(account: &str, openid: &str, until: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO paused (account, openid, until) VALUES (?1, ?2, ?3) \
         ON CONFLICT (account, openid) DO UPDATE SET until = MAX(until, excluded.until) RETURNING until",
        [account.into(), openid.into(), until.seconds().into()],
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
    pub fn from_rows(rows: Vec<ConversationRow>) -> Vec<Self> {
        let mut conversations: Vec<Self> = Vec::with_capacity(rows.len());
        for row in rows {
            let conversation = Self::from_row(row);
            let position = conversations.partition_point(|other| other.place >= conversation.place);
            conversations.insert(position, conversation);
        }
        conversations
    }

    fn from_row(row: ConversationRow) -> Self {
        let (create_time, openid, id, msg_id, msg_type, text, outcome, ..) = row;
        let (.., errcode, settled, rule, backend, window_until, paused_until, remark, gone) = row;
        let has_unfollowed = gone == Some(1);
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
            window_until: window_until.filter(|_| !has_unfollowed).map(Timestamp::from_seconds),
            paused_until: paused_until.map(Timestamp::from_seconds),
            remark,
            has_unfollowed,
        }
    }
}
