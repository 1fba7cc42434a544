//! What WeChat said of a message to a user.

use crate::wechat::{self, Action, action};

/// What sending came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// WeChat took it.
    Sent,
    /// WeChat refused it for now; it was not sent.
    Again(String),
    /// WeChat refused it for good, or it may have been sent: a message is not sent twice.
    GivenUp(String),
}

impl Sending {
    /// What an answer of WeChat's, or the want of one, means.
    #[must_use]
    pub fn of<T>(outcome: &Result<T, wechat::Error>) -> Self {
        match outcome {
            Ok(_) => Self::Sent,
            Err(error @ wechat::Error::Refused(refusal)) => match action(refusal.errcode) {
                Action::Retry | Action::Wait(_) => Self::Again(error.explanation()),
                _ => Self::GivenUp(error.explanation()),
            },
            Err(error) => Self::GivenUp(format!("{}; it may have been sent", error.explanation())),
        }
    }
}
