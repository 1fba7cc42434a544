//! What an assistant remembers of a conversation.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::assistant::Memory;

/// Maximum size of what is remembered in bytes.
const MAX_BYTES: usize = 24 * 1024;

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Turn {
    /// The user's message.
    pub question: String,
    /// The answer without its label.
    pub answer: String,
}

impl Memory {
    /// Forgets the oldest turns that are too many or too long.
    pub fn trim(&self, history: &mut Vec<Turn>) {
        let mut bytes = 0_usize;
        let kept = history.iter().rev().take(self.turns).take_while(|turn| {
            bytes = bytes.saturating_add(turn.question.len()).saturating_add(turn.answer.len());
            bytes <= MAX_BYTES
        });
        let kept = kept.count();
        history.drain(..history.len().saturating_sub(kept));
    }
}
