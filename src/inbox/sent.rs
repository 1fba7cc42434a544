//! Messages sent to users through WeChat's API.

use serde_json::Value;

use crate::sql::Statement;
use crate::time::Timestamp;

use super::outcome::is_open_message;
use super::record::read_json;
use super::reply_window::AFTER_A_MESSAGE;

/// The kind of customer-service messages.
const CUSTOMER_SERVICE: &str = "custom";

/// A row of a sent message: when, id, kind, message, sender, errcode, the name of the API key that sent it.
pub type SentRow = (i64, String, String, String, String, Option<i64>, Option<String>);

/// A message that was sent to a user.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// When it was sent, by the worker's clock.
    pub sent_at: Timestamp,
    /// Orders messages sent in one second.
    pub id: String,
    /// `custom` for a customer-service message, `template` for a template message.
    pub kind: String,
    /// The request to WeChat as JSON.
    pub message: Value,
    /// Who sent it: `key:` and the id of an API key, or `root`; `rule:` or `backend:` and a name.
    pub sender: String,
    /// The name of the API key that sent it.
    pub sender_name: Option<String>,
    /// 0 if WeChat accepted it, else WeChat's errcode; `None` if WeChat did not answer.
    pub errcode: Option<i64>,
}

/// A message to store as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendRecord<'a> {
    /// The account's name.
    pub account: &'a str,
    /// The user.
    pub openid: &'a str,
    /// As [`Sent::kind`].
    pub kind: &'a str,
    /// The request to WeChat as JSON.
    pub message: &'a str,
    /// As [`Sent::sender`].
    pub sender: &'a str,
    /// As [`Sent::errcode`].
    pub errcode: Option<i64>,
}

impl SendRecord<'_> {
    /// The statements that store a sent message, for one transaction; `id` is random, and sorts after those of earlier
    /// messages.
    ///
    /// A customer-service message of a person or a program that WeChat accepted settles the user's open messages, which then
    /// no longer wait for an answer. A template message is a notification, and answers nothing.
    #[must_use]
    pub fn statements(self, now: Timestamp, id: &str) -> Vec<Statement> {
        let insert = Statement::new(
            "INSERT INTO sent (account, openid, sent_at, id, kind, message, sender, errcode) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            [
                self.account.into(),
                self.openid.into(),
                now.seconds().into(),
                id.into(),
                self.kind.into(),
                self.message.into(),
                self.sender.into(),
                self.errcode.into(),
            ],
        );
        let is_automatic = self.sender.starts_with("rule:") || self.sender.starts_with("backend:");
        let settles = self.errcode == Some(0) && self.kind == CUSTOMER_SERVICE && !is_automatic;
        let mut statements = vec![insert];
        if settles {
            statements.push(settle(self.account, self.openid, now));
        }
        statements
    }
}

/// Settles the open messages of a user: they no longer wait for an answer. Returns a row for each.
#[must_use]
pub fn settle(account: &str, openid: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "UPDATE inbox SET settled = 1 WHERE account = ?1 AND openid = ?2 AND create_time > ?3 AND ",
            is_open_message!(),
            " RETURNING 1"
        ),
        [account.into(), openid.into(), now.minus(AFTER_A_MESSAGE).seconds().into()],
    )
}

impl Sent {
    /// Reads a row.
    #[must_use]
    pub fn from_row((sent_at, id, kind, message, sender, errcode, sender_name): SentRow) -> Self {
        let (sent_at, message) = (Timestamp::from_seconds(sent_at), read_json(&message));
        Self { sent_at, id, kind, message, sender, sender_name, errcode }
    }
}
