//! The outcome of a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::Reply;
use crate::invalid::Invalid;
use crate::rules::Decision;

/// What the user saw in answer to a message or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A passive reply.
    Replied,
    /// Nothing, because no rule matched and no backend is asked.
    Unanswered,
    /// Nothing, because a rule or a backend says so.
    Silent,
    /// Nothing, because the user is paused: a person answers.
    Held,
    /// Nothing yet: a backend is being asked, or its answer is being sent.
    Asked,
    /// Nothing yet: the answer waits for the user's next message.
    Kept,
    /// A customer-service message, or an answer that was kept.
    AnsweredLate,
    /// Not everything: WeChat refused a message to the user, or a reply was left out because WeChat would refuse it.
    Refused,
    /// Possibly not everything: WeChat did not say whether it sent a message to the user.
    Unknown,
    /// Nothing: WeChat would reject the reply, or no backend has answered.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 10] = [
        Self::Replied,
        Self::Unanswered,
        Self::Silent,
        Self::Held,
        Self::Asked,
        Self::Kept,
        Self::AnsweredLate,
        Self::Refused,
        Self::Unknown,
        Self::Failed,
    ];

    /// The outcome of a decision of the rules, by the reply that the user sees.
    #[must_use]
    pub const fn of(shown: &Result<Option<&Reply>, Invalid>, decision: &Decision<'_>) -> Self {
        match shown {
            Ok(None) if decision.rules.is_empty() => Self::Unanswered,
            Ok(None) => Self::Silent,
            Ok(Some(_)) if decision.left_out.is_empty() => Self::Replied,
            Ok(Some(_)) => Self::Refused,
            Err(_) => Self::Failed,
        }
    }

    /// The name in the database and in the JSON API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replied => "replied",
            Self::Unanswered => "unanswered",
            Self::Silent => "silent",
            Self::Held => "held",
            Self::Asked => "asked",
            Self::Kept => "kept",
            Self::AnsweredLate => "answered_late",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    /// Reads a name; `None` if this version does not know it.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }
}

/// The SQL condition of a message that waits for an answer, as the index `inbox_open` states it.
macro_rules! is_open_message {
    () => {
        "event IS NULL AND settled = 0 \
         AND outcome IN ('unanswered', 'held', 'asked', 'failed', 'refused', 'unknown')"
    };
}

pub(crate) use is_open_message;
