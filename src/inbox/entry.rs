//! One message or event as it is stored.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha1_smol::Sha1;

use crate::callback::{Body, Delivery, Reply};
use crate::time::Timestamp;

use super::reply_window::opens;
use super::{Outcome, Record, Stored};

/// D1 accepts rows of up to 2,000,000 bytes; the rest is for the columns other than the texts.
const MAX_BYTES: usize = 1_900_000;

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
}

/// What was decided about a delivery before it is stored.
#[derive(Debug)]
pub struct EntryDecision<'a> {
    /// The reply that the user sees.
    pub reply: Option<&'a Reply>,
    /// The names of the rules that chose it.
    pub rule: Option<String>,
    /// The id of the backend that is asked first.
    pub backend: Option<String>,
    /// What the user sees.
    pub outcome: Outcome,
    /// Milliseconds until it was decided; `None` while a backend is being asked.
    pub ms: Option<i64>,
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
    /// The entry of a delivery.
    pub fn new(
        account: &str,
        delivery: &Delivery<'_>,
        decided: EntryDecision<'_>,
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
            openid: message.open_id().to_owned(),
            id: id(event.as_deref(), delivery.fields()),
            msg_id: field("MsgId"),
            msg_type: field("MsgType").unwrap_or_default().to_ascii_lowercase(),
            event,
            event_key: field("EventKey"),
            received_at,
            message: delivery.fields().to_string(),
            reply: decided.reply.map(to_json),
            rule: decided.rule,
            backend: decided.backend,
            decided_ms: decided.ms,
        };
        let (menu_id, opens) = (field("MenuId"), opens(message));
        let entry = Self { account: account.to_owned(), record, menu_id, opens, outcome: decided.outcome };
        if entry.bytes() > MAX_BYTES { Err(TooLarge) } else { Ok(entry) }
    }

    /// The entry as it was stored, if a paused user or a kept answer overrode the decision.
    #[must_use]
    pub fn as_stored(mut self, stored: &Stored) -> Self {
        if stored.overrides_decision() {
            self.outcome = stored.outcome.unwrap_or(self.outcome);
            self.record.reply.clone_from(&stored.reply);
            self.record.rule.clone_from(&stored.rule);
            self.record.backend.clone_from(&stored.backend);
            self.record.decided_ms.get_or_insert(0);
        }
        self
    }

    fn bytes(&self) -> usize {
        let Record { openid, id, msg_id, msg_type, event, event_key, message, reply, rule, backend, .. } =
            &self.record;
        let texts = [event_key, msg_id, &self.menu_id, event, reply, rule, backend].into_iter().flatten();
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
