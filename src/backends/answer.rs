//! The answers of backends.

use serde::Deserialize;

use crate::callback::{Reply, ReplyDraft, Trigger};
use crate::invalid::Invalid;
use crate::json::exactly_from_json;

/// Maximum size of an answer in bytes.
pub const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// How many bytes of an answer that is a failure are stored.
const MAX_SHOWN_BYTES: usize = 512;

/// The outcome of an attempt at calling a backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The backend was told.
    Told,
    /// The backend was asked, and these are its replies; empty = silence.
    Answered(Vec<Reply>),
    /// The backend answered 410: it wants no more requests.
    Gone {
        /// What happened, for the operator.
        trace: Option<Box<Trace>>,
    },
    /// The attempt failed; another one may succeed.
    Failed {
        /// The cause, for the operator.
        error: String,
        /// The seconds after which the backend wants to be called again.
        retry_after: Option<i64>,
        /// What happened, for the operator.
        trace: Option<Box<Trace>>,
    },
}

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The status of the answer.
    pub status: Option<u16>,
    /// Milliseconds until it failed.
    pub took_ms: i64,
    /// The beginning of the answer's body.
    pub body: String,
}

impl Trace {
    /// A request that was answered with a failure, or with nothing.
    #[must_use]
    pub fn new(answer: Option<(u16, &[u8])>, took_ms: i64) -> Self {
        let (status, body) = answer.unzip();
        let body = body.unwrap_or_default();
        let body = String::from_utf8_lossy(body.get(..MAX_SHOWN_BYTES).unwrap_or(body)).into_owned();
        Self { status, took_ms, body }
    }
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
    /// Interprets the status of a request that only tells.
    #[must_use]
    pub fn of_notification(status: u16, retry_after: Option<&str>) -> Self {
        match status {
            200..300 => Self::Told,
            status => Self::of_failure(status, retry_after),
        }
    }

    /// Interprets the answer to a request for a reply.
    #[must_use]
    pub fn of_question(status: u16, retry_after: Option<&str>, body: &[u8]) -> Self {
        match (status, std::str::from_utf8(body)) {
            (200..300, Ok(body)) => match read(body) {
                Ok(replies) => Self::Answered(replies),
                Err(invalid) => Self::failed(format!("its answer is invalid: {invalid}")),
            },
            (200..300, Err(_)) => Self::failed("its answer is not UTF-8"),
            (status, _) => Self::of_failure(status, retry_after),
        }
    }

    /// Turns an answer into a failure if WeChat would not show its first reply in answer to `trigger`.
    #[must_use]
    pub fn fitting(self, trigger: Option<Trigger>) -> Self {
        let Self::Answered(replies) = &self else { return self };
        match replies.first().zip(trigger).map(|(reply, trigger)| reply.check(trigger)) {
            Some(Err(invalid)) => Self::failed(format!("its answer is invalid: {invalid}")),
            _ => self,
        }
    }

    /// A failure without an answer, such as a timeout.
    #[must_use]
    pub fn failed(error: impl Into<String>) -> Self {
        Self::Failed { error: error.into(), retry_after: None, trace: None }
    }

    /// The same outcome; a failure says what happened.
    #[must_use]
    pub fn traced(self, answer: Option<(u16, &[u8])>, took_ms: i64) -> Self {
        let new = || Some(Box::new(Trace::new(answer, took_ms)));
        match self {
            Self::Failed { error, retry_after, .. } => Self::Failed { error, retry_after, trace: new() },
            Self::Gone { .. } => Self::Gone { trace: new() },
            outcome => outcome,
        }
    }

    /// The cause of a failure.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        match self {
            Self::Failed { error, .. } => Some(error),
            Self::Told | Self::Answered(_) | Self::Gone { .. } => None,
        }
    }

    fn of_failure(status: u16, retry_after: Option<&str>) -> Self {
        match status {
            410 => Self::Gone { trace: None },
            300..400 => Self::failed(format!("it answered {status}, and redirects are not followed")),
            _ => Self::Failed {
                error: format!("it answered {status}"),
                // A date is not supported: then the next attempt follows the usual times.
                retry_after: retry_after
                    .and_then(|seconds| seconds.trim().parse().ok())
                    .filter(|seconds| *seconds >= 0),
                trace: None,
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
