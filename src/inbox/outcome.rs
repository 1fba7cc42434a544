//! What became of a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::Reply;
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
    /// By what the user sees of the reply that was decided.
    #[must_use]
    pub const fn of(shown: &Result<Option<&Reply>, Invalid>) -> Self {
        match shown {
            Ok(None) => Self::Silent,
            Ok(Some(_)) => Self::Replied,
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
