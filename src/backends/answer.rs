//! What a webhook said.

use serde::Deserialize;

use crate::callback::{Reply, ReplyDraft, Trigger};
use crate::invalid::Invalid;
use crate::json::exactly_from_json;

/// Beyond this many bytes an answer is not read.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// What an attempt came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// It was told.
    Told,
    /// It was asked, and this is its reply; none is silence.
    Answered(Vec<Reply>),
    /// It wants no more: 410.
    Gone,
    /// It failed; another attempt may not.
    Failed {
        /// How, for the operator.
        error: String,
        /// After how many seconds it wants to be tried again.
        retry_after: Option<i64>,
    },
}

/// A backend's answer: one reply, several, or none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerDraft {
    reply: Option<ReplyDraft>,
    #[serde(default)]
    replies: Vec<ReplyDraft>,
}

impl AttemptOutcome {
    /// What the status of a request that only tells means.
    #[must_use]
    pub fn of_notification(status: u16, retry_after: Option<&str>) -> Self {
        match status {
            200..300 => Self::Told,
            status => Self::of_failure(status, retry_after),
        }
    }

    /// What the answer to a request for a reply means; the body has to be UTF-8.
    #[must_use]
    pub fn of_question(status: u16, retry_after: Option<&str>, body: &[u8]) -> Self {
        match (status, std::str::from_utf8(body)) {
            (200..300, Ok(body)) => match read(body) {
                Ok(replies) => Self::Answered(replies),
                Err(invalid) => Self::failed(format!("its answer is refused: {invalid}")),
            },
            (200..300, Err(_)) => Self::failed("its answer is not UTF-8"),
            (status, _) => Self::of_failure(status, retry_after),
        }
    }

    /// The same, unless its first reply is one that WeChat would not show in answer to this.
    #[must_use]
    pub fn fitting(self, trigger: Option<Trigger>) -> Self {
        let Self::Answered(replies) = &self else { return self };
        match replies.first().zip(trigger).map(|(reply, trigger)| reply.check(trigger)) {
            Some(Err(invalid)) => Self::failed(format!("its answer is refused: {invalid}")),
            _ => self,
        }
    }

    /// A failure without an answer, such as one that did not come in time.
    #[must_use]
    pub fn failed(error: impl Into<String>) -> Self {
        Self::Failed { error: error.into(), retry_after: None }
    }

    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed { error, .. } => Some(error),
            Self::Told | Self::Answered(_) | Self::Gone => None,
        }
    }

    fn of_failure(status: u16, retry_after: Option<&str>) -> Self {
        match status {
            410 => Self::Gone,
            300..400 => Self::failed(format!("it answered {status}, and redirects are not followed")),
            _ => Self::Failed {
                error: format!("it answered {status}"),
                // A date is not read: then it is tried as always.
                retry_after: retry_after
                    .and_then(|seconds| seconds.trim().parse().ok())
                    .filter(|seconds| *seconds >= 0),
            },
        }
    }
}

fn read(body: &str) -> Result<Vec<Reply>, Invalid> {
    if body.trim().is_empty() {
        return Ok(Vec::new());
    }
    let draft: AnswerDraft = exactly_from_json(body)?;
    if draft.reply.is_some() && !draft.replies.is_empty() {
        return Err(Invalid::new(".", "must have either reply or replies"));
    }
    let mut replies = Vec::new();
    if let Some(reply) = draft.reply {
        replies.extend(reply.parts().map_err(|invalid| invalid.under("reply"))?);
    }
    for (index, reply) in draft.replies.into_iter().enumerate() {
        replies.extend(reply.parts().map_err(|invalid| invalid.under(&format!("replies[{index}]")))?);
    }
    Ok(replies)
}
