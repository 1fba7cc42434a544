//! What was sent to users through `message/reply`.

use serde_json::Value;

use crate::sql::Statement;
use crate::time::Timestamp;

use super::record::read_json;

/// A row of a sent message.
pub type SentRow = (i64, String, String);

/// A customer-service message that WeChat took.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// By our clock.
    pub sent_at: Timestamp,
    /// Tells apart what was sent in one second.
    pub id: String,
    /// As it went to WeChat.
    pub message: Value,
}

/// Remembers a message that WeChat took; `id` is random.
#[must_use]
pub fn insert_sent(account: &str, openid: &str, now: Timestamp, id: &str, message: &str) -> Statement {
    Statement::new(
        "INSERT INTO sent (account, openid, sent_at, id, message) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        [account.into(), openid.into(), now.seconds().into(), id.into(), message.into()],
    )
}

impl Sent {
    /// Reads a row.
    #[must_use]
    pub fn from_row((sent_at, id, message): SentRow) -> Self {
        Self { sent_at: Timestamp::from_seconds(sent_at), id, message: read_json(&message) }
    }
}
