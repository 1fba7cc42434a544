//! Customer-service messages sent with `message/reply`.

use serde_json::Value;

use crate::sql::Statement;
use crate::time::Timestamp;

use super::record::read_json;

/// A row of a sent message.
pub type SentRow = (i64, String, String);

/// A customer-service message that WeChat accepted.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// When it was sent, by the worker's clock.
    pub sent_at: Timestamp,
    /// Distinguishes messages sent in one second.
    pub id: String,
    /// The message as JSON, as it was sent to WeChat.
    pub message: Value,
}

/// Stores a message that WeChat accepted; `id` is random.
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
