//! An attempt at a delivery, and the statements that store its outcome.

use crate::inbox::Outcome;
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::{self, Action, action};

use super::answer::{AttemptOutcome, Trace};
use super::backoff::next_attempt;
use super::delivery::{Delivery, done, failed, postpone_following};
use super::webhook::Mode;

/// An attempt that has just ended.
#[derive(Debug, Clone, Copy)]
pub struct Attempt<'a> {
    /// The delivery's id.
    pub id: &'a str,
    /// 1-based attempt number.
    pub number: i64,
    /// When the first attempt was due.
    pub made_at: Timestamp,
    /// When this one ended.
    pub now: Timestamp,
    /// Spreads the next attempts (jitter).
    pub random: u8,
}

impl Attempt<'_> {
    /// Stores the outcome of telling or asking a backend, in one transaction.
    #[must_use]
    pub fn called(self, account: &str, mode: Mode, outcome: &AttemptOutcome) -> Vec<Statement> {
        match outcome {
            AttemptOutcome::Told | AttemptOutcome::Answered(_) => vec![done(account, self.id)],
            AttemptOutcome::Gone { trace } => {
                let error = "it answered 410 Gone, and is switched off";
                self.ended(account, None, (error, trace.as_deref()), UNANSWERED)
            }
            AttemptOutcome::Failed { error, retry_after, trace } => {
                let times = (self.made_at, self.now);
                let next = next_attempt(mode, self.number, times, *retry_after, self.random);
                self.ended(account, next, (error, trace.as_deref()), UNANSWERED)
            }
        }
    }

    /// Stores the outcome of sending a message to a user, in one transaction.
    #[must_use]
    pub fn sent(self, account: &str, sending: &Sending) -> Vec<Statement> {
        match sending {
            Sending::Sent => vec![reached(account, self.id), done(account, self.id)],
            Sending::Refused { errcode, error } => {
                let end = Ending { outcome: Outcome::Refused, errcode: Some(*errcode), only_open: false };
                self.ended(account, None, (error, None), end)
            }
            Sending::Unknown(error) => {
                self.ended(account, None, (error, None), Ending { outcome: Outcome::Unknown, ..NOT_SENT })
            }
            Sending::Again(error) => {
                let next = next_attempt(Mode::Ask, self.number, (self.made_at, self.now), None, self.random);
                let following = next.map(|next| postpone_following(account, self.id, next));
                let mut statements = self.ended(account, next, (error, None), NOT_SENT);
                statements.extend(following);
                statements
            }
            Sending::Impossible(error) => self.ended(account, None, (error, None), NOT_SENT),
        }
    }

    /// Keeps a message that WeChat refused for the user's next one, in one transaction.
    #[must_use]
    pub fn kept(self, account: &str) -> Vec<Statement> {
        vec![
            Statement::new(
                "INSERT INTO kept (account, openid, made_at, id, reply, backend, create_time, entry) \
                 SELECT account, openid, ?3, id, JSON_REMOVE(message, '$.touser'), backend, create_time, entry \
                 FROM delivery WHERE account = ?1 AND id = ?2 ON CONFLICT DO NOTHING",
                [account.into(), self.id.into(), self.now.seconds().into()],
            ),
            Statement::new(
                "UPDATE inbox SET outcome = 'kept' \
                 WHERE (account, openid, create_time, id) = ( \
                     SELECT account, openid, create_time, entry FROM delivery WHERE account = ?1 AND id = ?2) \
                   AND outcome = 'asked'",
                [account.into(), self.id.into()],
            ),
            done(account, self.id),
        ]
    }

    /// Stores that the delivery was given up without an attempt, in one transaction.
    #[must_use]
    pub fn given_up(self, account: &str, error: &str) -> Vec<Statement> {
        self.ended(account, None, (error, None), UNANSWERED)
    }

    fn ended(
        self,
        account: &str,
        next: Option<Timestamp>,
        (error, trace): (&str, Option<&Trace>),
        ending: Ending,
    ) -> Vec<Statement> {
        let failure = [
            self.now.seconds().into(),
            trace.and_then(|trace| trace.status).map(i64::from).into(),
            trace.map(|trace| trace.took_ms).into(),
            trace.map(|trace| trace.body.as_str()).filter(|body| !body.is_empty()).into(),
        ];
        let mut statements = vec![failed(account, self.id, self.number, next, (error, failure))];
        if next.is_none() {
            statements.push(end_entry(account, self.id, ending));
        }
        statements
    }
}

/// The outcome of sending a message to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// WeChat accepted it.
    Sent,
    /// It was not sent, and may be sent later.
    Again(String),
    /// WeChat refused it permanently.
    Refused {
        /// WeChat's errcode.
        errcode: i64,
        /// What WeChat says.
        error: String,
    },
    /// It may have been sent, and is not sent again: no message is sent twice.
    Unknown(String),
    /// It was not sent, and cannot be.
    Impossible(String),
}

impl Sending {
    /// Interprets WeChat's answer, or its absence.
    #[must_use]
    pub fn of<T>(outcome: &Result<T, wechat::Error>) -> Self {
        match outcome {
            Ok(_) => Self::Sent,
            Err(error @ wechat::Error::Refused(refusal)) => match action(refusal.errcode) {
                Action::Retry | Action::Wait(_) => Self::Again(error.explanation()),
                _ => Self::Refused { errcode: refusal.errcode, error: error.explanation() },
            },
            Err(error) => Self::Unknown(format!("{}; it may have been sent", error.explanation())),
        }
    }

    /// Whether WeChat refuses customer-service messages to this user now, or from this account at all: the message can still
    /// be a passive reply.
    #[must_use]
    pub const fn cannot_be_sent(&self) -> bool {
        matches!(self, Self::Refused { errcode: 48001 | 45015 | 45047, .. })
    }

    /// WeChat's errcode: 0 if it accepted the message, `None` if it did not answer.
    #[must_use]
    pub const fn errcode(&self) -> Option<i64> {
        match self {
            Self::Sent => Some(0),
            Self::Refused { errcode, .. } => Some(*errcode),
            Self::Again(_) | Self::Unknown(_) | Self::Impossible(_) => None,
        }
    }
}

/// What the user saw of an entry, one of whose deliveries has ended.
#[derive(Debug, Clone, Copy)]
struct Ending {
    outcome: Outcome,
    errcode: Option<i64>,
    /// Only if no backend has answered: another delivery of the entry may have been in time.
    only_open: bool,
}

/// No backend answered.
const UNANSWERED: Ending = Ending { outcome: Outcome::Failed, errcode: None, only_open: true };
/// A message was not sent.
const NOT_SENT: Ending = Ending { outcome: Outcome::Failed, errcode: None, only_open: false };

/// A refusal counts more than a success before or after it, since the user did not see everything; what certainly did not
/// reach the user counts more than what may have.
fn end_entry(account: &str, delivery: &str, ending: Ending) -> Statement {
    Statement::new(
        "UPDATE inbox SET outcome = ?3, errcode = COALESCE(?4, errcode) \
         WHERE (account, openid, create_time, id) = ( \
             SELECT account, openid, create_time, entry FROM delivery \
             WHERE account = ?1 AND id = ?2 AND mode <> 'notify') \
           AND (NOT ?5 OR decided_ms IS NULL) AND outcome <> 'refused' \
           AND NOT (outcome = 'failed' AND ?3 = 'unknown')",
        [
            account.into(),
            delivery.into(),
            ending.outcome.name().into(),
            ending.errcode.into(),
            i64::from(ending.only_open).into(),
        ],
    )
}

/// A message has reached the user.
///
/// The first one answers an entry for which a backend was asked. One that was dead and is replayed corrects the entry's
/// outcome, once no other delivery of the entry is dead: the user has seen everything by then. If WeChat would have rejected
/// the passive reply that the rules chose, or a reply was left out or lost (`refused` without an errcode), the user has not.
fn reached(account: &str, delivery: &str) -> Statement {
    Statement::new(
        "UPDATE inbox SET errcode = NULL, \
           outcome = IIF(outcome = 'asked' OR reply IS NULL, 'answered_late', 'replied') \
         WHERE (account, openid, create_time, id) = ( \
             SELECT account, openid, create_time, entry FROM delivery WHERE account = ?1 AND id = ?2) \
           AND (outcome = 'asked' OR outcome IN ('refused', 'unknown', 'failed') \
             AND (rule IS NULL OR reply IS NOT NULL) AND (outcome <> 'refused' OR errcode IS NOT NULL) \
             AND NOT EXISTS ( \
               SELECT 1 FROM delivery AS other INDEXED BY delivery_by_user \
               WHERE other.account = inbox.account AND other.openid = inbox.openid \
                 AND other.create_time = inbox.create_time AND other.entry = inbox.id \
                 AND other.state = 'dead' AND other.mode <> 'notify' AND other.id <> ?2))",
        [account.into(), delivery.into()],
    )
}

impl Delivery {
    /// The present attempt.
    #[must_use]
    pub fn attempt(&self, now: Timestamp, random: u8) -> Attempt<'_> {
        Attempt { id: &self.id, number: self.attempts, made_at: self.made_at, now, random }
    }
}
