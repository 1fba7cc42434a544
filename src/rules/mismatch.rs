//! Why a message does not fulfil the condition of a rule.

use schemars::JsonSchema;
use serde::Serialize;

use crate::callback::event::Event;
use crate::callback::{Body, Content, Message};

use super::condition::{Condition, Place};

/// Why a message does not fulfil a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// What is different.
    pub id: MismatchId,
    /// What the message has instead: a name, and its value.
    pub has: Option<(&'static str, String)>,
}

/// What is different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "MismatchId")]
#[serde(rename_all = "snake_case")]
pub enum MismatchId {
    /// It is not the event of the condition; `event` is the one that it is, absent for a message.
    NotThisEvent,
    /// It is an event, and the condition is about messages; `event` is its name.
    NotAMessage,
    /// It is not a text; `type` is the message's.
    NotAText,
    /// The text is not one of the keywords.
    TextDiffers,
    /// The text contains none of the keywords.
    NotContained,
    /// The text begins with none of the keywords.
    NotAPrefix,
    /// The text contains no match of the regular expression.
    Regex,
    /// The menu button has another key: `key`.
    OtherKey,
    /// The QR code has another scene: `scene`, absent if the user followed without one.
    OtherScene,
    /// The message is of another type: `type`.
    OtherType,
    /// It is another event: `event`.
    OtherEvent,
}

impl Mismatch {
    /// Why a message does not fulfil a condition, of which it is known that it does not.
    pub(super) fn between(condition: &Condition, message: &Message) -> Self {
        match &message.body {
            Body::User(user) => Self::of_message(condition, &user.content),
            Body::Event(event) => Self::of_event(condition, event),
        }
    }

    fn of_message(condition: &Condition, content: &Content) -> Self {
        let has_type = |id| Self { id, has: Some(("type", content.msg_type().to_owned())) };
        match condition {
            Condition::Follow { .. }
            | Condition::Click { .. }
            | Condition::Scan { .. }
            | Condition::Event(_) => Self { id: MismatchId::NotThisEvent, has: None },
            Condition::Message(_) | Condition::Default => has_type(MismatchId::OtherType),
            Condition::Keyword(_) if !matches!(content, Content::Text(_)) => has_type(MismatchId::NotAText),
            Condition::Keyword(keyword) => {
                let id = match keyword.place {
                    _ if keyword.expression.is_some() => MismatchId::Regex,
                    Place::Whole => MismatchId::TextDiffers,
                    Place::Anywhere => MismatchId::NotContained,
                    Place::Beginning => MismatchId::NotAPrefix,
                };
                Self { id, has: None }
            }
        }
    }

    fn of_event(condition: &Condition, event: &Event) -> Self {
        let is = |id| Self { id, has: Some(("event", event.name())) };
        let other =
            |id, name, value: Option<&String>| Self { id, has: value.map(|value| (name, value.clone())) };
        match (condition, event) {
            (Condition::Keyword(_) | Condition::Message(_) | Condition::Default, _) => {
                is(MismatchId::NotAMessage)
            }
            (Condition::Event(_), _) => is(MismatchId::OtherEvent),
            (Condition::Click { .. }, Event::Click(click)) => {
                other(MismatchId::OtherKey, "key", Some(&click.key))
            }
            (Condition::Scan { .. }, Event::Scan(scan)) => {
                other(MismatchId::OtherScene, "scene", Some(&scan.scene))
            }
            (Condition::Follow { .. }, Event::Subscribe(subscribe)) => {
                other(MismatchId::OtherScene, "scene", subscribe.scene())
            }
            (Condition::Click { .. } | Condition::Scan { .. } | Condition::Follow { .. }, _) => {
                is(MismatchId::NotThisEvent)
            }
        }
    }
}
