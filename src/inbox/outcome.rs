//! What became of a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::Answer;
use crate::invalid::Invalid;

/// What became of a message or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The user got a passive reply.
    Replied,
    /// The answer was silence, decided by a rule or for want of one.
    Silent,
    /// A backend answers it.
    Relayed,
    /// A rule's reply was one that WeChat would refuse, so that the user got none.
    Failed,
}

impl Outcome {
    /// By what the rules answered.
    #[must_use]
    pub fn of(answer: &Result<Answer, Invalid>) -> Self {
        match answer {
            Ok(answer) if answer.is_silence() => Self::Silent,
            Ok(_) => Self::Replied,
            Err(_) => Self::Failed,
        }
    }

    /// As the database has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replied => "replied",
            Self::Silent => "silent",
            Self::Relayed => "relayed",
            Self::Failed => "failed",
        }
    }
}
