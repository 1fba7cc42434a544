//! The outcome of a message.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::Reply;
use crate::invalid::Invalid;

/// The outcome of a message or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The user got a passive reply.
    Replied,
    /// The answer was silence, because a rule says so or no rule matched.
    Silent,
    /// A backend answers it.
    Relayed,
    /// WeChat would have rejected the rule's reply, so that the user got none.
    Failed,
}

impl Outcome {
    /// The outcome of a reply, by what the user sees of it.
    #[must_use]
    pub const fn of(shown: &Result<Option<&Reply>, Invalid>) -> Self {
        match shown {
            Ok(None) => Self::Silent,
            Ok(Some(_)) => Self::Replied,
            Err(_) => Self::Failed,
        }
    }

    /// The name in the database.
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
