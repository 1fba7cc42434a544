//! One message or event as it is stored.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha1_smol::Sha1;

use crate::callback::{Body, Delivery, Reply};
use crate::invalid::Invalid;
use crate::json::{self, from_value, to_value};
use crate::time::Timestamp;

use super::reply_window::opens;
use super::{Outcome, Record};

/// D1 accepts rows of up to 2,000,000 bytes; the rest is for the columns other than the texts.
const MAX_BYTES: usize = 1_900_000;
/// A queue accepts messages of up to 128,000 bytes, about 100 of which are its own metadata.
const MAX_QUEUE_BYTES: usize = 127_000;

/// A delivery is filed behind its answer if its CreateTime lies at most so many seconds before our clock.
pub(super) const TIMELY_BEFORE: i64 = 120;
/// The same, after our clock.
pub(super) const TIMELY_AFTER: i64 = 60;

/// A message or an event as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The account's name in the configuration.
    pub account: String,
    /// The fields that are read back.
    pub record: Record,
    /// `MenuId`
    pub menu_id: Option<String>,
    /// The number of seconds for which it opens the reply window.
    pub opens: Option<i64>,
    /// What the user saw in response.
    pub outcome: Outcome,
    /// Its outbox as JSON; opaque to the inbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox: Option<String>,
}

/// A delivery is larger than a row of the database can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the message is larger than what can be stored")
    }
}

impl std::error::Error for TooLarge {}

impl Entry {
    /// The entry of a delivery; `reply` is the reply that the user sees, and `rule` the rules that chose it.
    pub fn new(
        account: &str,
        delivery: &Delivery<'_>,
        (reply, rule): (Option<&Reply>, Option<String>),
        outcome: Outcome,
        received_at: Timestamp,
    ) -> Result<Self, TooLarge> {
        let message = delivery.message();
        let field = |name: &str| filled(delivery.fields(), name).map(ToOwned::to_owned);
        let event = match &message.body {
            Body::User(_) => None,
            Body::Event(event) => Some(event.name()),
        };
        let record = Record {
            create_time: message.create_time,
            openid: field("OpenID").unwrap_or_else(|| message.from_user_name.clone()),
            id: id(event.as_deref(), delivery.fields()),
            msg_id: field("MsgId").filter(|_| event.is_none()),
            msg_type: field("MsgType").unwrap_or_default(),
            event,
            event_key: field("EventKey"),
            received_at,
            message: delivery.fields().to_string(),
            reply: reply.map(to_json),
            rule,
        };
        let (menu_id, opens) = (field("MenuId"), opens(message));
        let entry = Self { account: account.to_owned(), record, menu_id, opens, outcome, outbox: None };
        if entry.bytes() > MAX_BYTES { Err(TooLarge) } else { Ok(entry) }
    }

    /// Whether the sweep of [`super::scan`] would find it; what it would not is filed as it is stored.
    #[must_use]
    pub const fn is_timely(&self) -> bool {
        let late = self.record.received_at.seconds().saturating_sub(self.record.create_time.seconds());
        -TIMELY_AFTER <= late && late <= TIMELY_BEFORE
    }

    /// The entry as a queue message: one flat object, with the fields of the record. `None` if it is too large.
    #[must_use]
    pub fn to_queue_message(&self) -> Option<String> {
        let Value::Object(mut entry) = to_value(self) else { return None };
        if let Some(Value::Object(record)) = entry.remove("record") {
            entry.extend(record);
        }
        Some(Value::Object(entry).to_string()).filter(|json| json.len() <= MAX_QUEUE_BYTES)
    }

    /// Reads a message of the queue.
    pub fn from_queue_message(json: &str) -> Result<Self, Invalid> {
        let mut entry = json::parse(json)?;
        let record = entry.clone();
        if let Some(entry) = entry.as_object_mut() {
            entry.insert("record".to_owned(), record);
        }
        from_value(&entry)
    }

    fn bytes(&self) -> usize {
        let Record { openid, id, msg_id, msg_type, event, event_key, message, reply, rule, .. } =
            &self.record;
        let texts = [event_key, msg_id, &self.menu_id, event, reply, rule].into_iter().flatten();
        let texts = texts.chain([openid, id, message, msg_type]);
        texts.fold(0, |sum, text| sum.saturating_add(text.len()))
    }
}

/// MsgId and EventKey where there is one. Other events of one second, such as two cards given at once,
/// differ in what they say.
fn id(event: Option<&str>, fields: &Value) -> String {
    let msg_id = filled(fields, "MsgId").or_else(|| filled(fields, "MsgID"));
    let own = match (event, msg_id) {
        (None, msg_id) => msg_id,
        (Some(_), msg_id) => msg_id.or_else(|| filled(fields, "EventKey")),
    };
    let own = own.map_or_else(|| digest(fields), ToOwned::to_owned);
    event.map_or_else(|| own.clone(), |event| format!("{event}:{own}"))
}

/// WeChat leaves an empty field out as it pleases.
fn digest(fields: &Value) -> String {
    let mut digest = Sha1::new();
    for (name, value) in fields.as_object().into_iter().flatten() {
        if value.as_str() != Some("") {
            digest.update(name.as_bytes());
            digest.update(value.to_string().as_bytes());
        }
    }
    digest.digest().to_string()
}

fn filled<'f>(fields: &'f Value, name: &str) -> Option<&'f str> {
    fields.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

fn to_json(reply: &Reply) -> String {
    serde_json::to_string(reply).unwrap_or_default()
}
