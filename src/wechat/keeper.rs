//! The state and the decisions of a token keeper, which renews an account's access token or its JS-SDK ticket.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::time::Timestamp;

use super::errcode::{Action, action};
use super::token::{Credential, CredentialKind};
use super::{Error, Refusal};

/// WeChat allows 20 forced renewals a day; the rest is left for manual renewals.
const FORCED_A_DAY: usize = 15;
/// A forced renewal within this many seconds of another returns the same token.
const BETWEEN_FORCED: i64 = 30;
const A_DAY: i64 = 24 * 60 * 60;
/// Seconds for which a failure is remembered, so that waiting callers do not each try again.
const FAILURE_TERM: i64 = 5;
/// The same for failures that the operator has to fix.
const REFUSAL_TERM: i64 = 20;

/// One credential, the forced renewals of the last day, and the last failure.
///
/// Token and ticket are kept apart: while WeChat does not answer for the one, the other is available.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The access token or the ticket.
    pub credential: Option<Credential>,
    forced_at: Vec<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<Failed>,
}

/// A failed renewal, and until when it is not tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Failed {
    error: Error,
    until: Timestamp,
    /// When the first of the failures was without a success since.
    since: Timestamp,
}

/// A request to the keeper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperRequest {
    /// The account's name in the configuration.
    pub account: String,
    /// Token or ticket.
    pub kind: CredentialKind,
    /// The token that WeChat has just refused.
    pub stale: Option<Secret>,
    /// Whether only the keeper's status is wanted, for which WeChat is not asked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub status_only: bool,
}

/// What a keeper knows without asking WeChat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperStatus {
    /// When its credential expires, or expired.
    pub expires_at: Option<Timestamp>,
    /// Why the latest renewal failed, if it did.
    pub failed: Option<Error>,
    /// Since when renewals have failed.
    pub failed_since: Option<Timestamp>,
}

/// What the keeper does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Return this credential.
    Use(Credential),
    /// Request a new one from WeChat.
    Renew {
        /// Whether to invalidate the current token at once.
        force: bool,
    },
    /// Return the failure of the last renewal.
    Fail(Error),
}

impl Kept {
    /// What is known.
    #[must_use]
    pub fn status(&self) -> KeeperStatus {
        KeeperStatus {
            expires_at: self.credential.as_ref().map(Credential::expires_at),
            failed: self.failed.as_ref().map(|failed| failed.error.clone()),
            failed_since: self.failed.as_ref().map(|failed| failed.since),
        }
    }

    /// A caller needs the credential; `stale` is one that WeChat has just refused.
    #[must_use]
    pub fn wanted(&self, stale: Option<&Secret>, now: Timestamp) -> Step {
        match &self.credential {
            // The refused token is not the current one: another caller has renewed it already.
            Some(token) if token.is_usable(now) && stale.is_some_and(|stale| stale != token.value()) => {
                Step::Use(token.clone())
            }
            Some(token) if stale.is_none() && token.is_usable(now) && !token.is_due(now) => {
                Step::Use(token.clone())
            }
            _ => self.unless_it_just_failed(stale, now),
        }
    }

    /// WeChat answered a renewal with `credential`.
    ///
    /// If it is the token that WeChat refused, a forced renewal helps, unless too many were made.
    pub fn renewed(
        &mut self,
        credential: Credential,
        forced: bool,
        stale: Option<&Secret>,
        now: Timestamp,
    ) -> Step {
        let is_refused = stale == Some(credential.value());
        self.credential = Some(credential.clone());
        self.failed = None;
        if is_refused && !forced && self.may_force(now) {
            Step::Renew { force: true }
        } else {
            Step::Use(credential)
        }
    }

    /// A forced renewal is about to be requested; it counts even if WeChat does not answer.
    pub fn forcing(&mut self, now: Timestamp) {
        self.forced_at.push(now);
    }

    /// A renewal failed: the current credential is used while it is valid, unless it was refused.
    pub fn failed(&mut self, error: Error, stale: Option<&Secret>, now: Timestamp) -> Step {
        let term = match &error {
            Error::Refused(refusal) if is_for_the_operator(refusal) => REFUSAL_TERM,
            _ => FAILURE_TERM,
        };
        let since = self.failed.as_ref().map_or(now, |failed| failed.since);
        self.failed = Some(Failed { error, until: now.plus(term), since });
        self.unless_it_just_failed(stale, now)
    }

    fn unless_it_just_failed(&self, stale: Option<&Secret>, now: Timestamp) -> Step {
        let Some(failed) = self.failed.as_ref().filter(|failed| now < failed.until) else {
            return Step::Renew { force: false };
        };
        match &self.credential {
            Some(known) if known.is_usable(now) && stale != Some(known.value()) => Step::Use(known.clone()),
            _ => Step::Fail(failed.error.clone()),
        }
    }

    fn may_force(&mut self, now: Timestamp) -> bool {
        self.forced_at.retain(|at| at.plus(A_DAY) > now);
        self.forced_at.len() < FORCED_A_DAY && self.forced_at.iter().all(|at| at.plus(BETWEEN_FORCED) < now)
    }
}

/// From the token endpoint, 40001 is about the AppSecret.
const fn is_for_the_operator(refusal: &Refusal) -> bool {
    matches!(
        action(refusal.errcode),
        Action::TellOperator | Action::AskAdministrator | Action::RenewToken | Action::Wait(_)
    )
}
