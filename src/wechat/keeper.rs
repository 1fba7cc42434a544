//! What the keeper of an account's token knows, and what it decides: pure, so that the clock can be moved by hand.

use serde::{Deserialize, Serialize};

use crate::secret::Secret;
use crate::time::Timestamp;

use super::token::{Credential, CredentialKind};

/// WeChat allows 20 forced renewals a day; the last ones are left to people.
const FORCED_A_DAY: usize = 15;
/// Forcing again within this many seconds brings the same token.
const BETWEEN_FORCED: i64 = 30;
const A_DAY: i64 = 24 * 60 * 60;

/// One account's credentials, and the forced renewals of the last day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The access token.
    pub token: Option<Credential>,
    /// The JS-SDK ticket.
    pub ticket: Option<Credential>,
    forced_at: Vec<Timestamp>,
}

/// What is asked of the keeper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperRequest {
    /// The account's name in the configuration.
    pub account: String,
    /// Token or ticket.
    pub kind: CredentialKind,
    /// The token WeChat has just refused.
    pub stale: Option<Secret>,
}

/// What the keeper does next about the access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Hand out this one.
    Use(Credential),
    /// Ask WeChat.
    Renew {
        /// End the present token at once.
        force: bool,
    },
}

impl Kept {
    /// Someone wants the token; `stale` is one that WeChat has just refused.
    #[must_use]
    pub fn wanted(&self, stale: Option<&Secret>, now: Timestamp) -> Step {
        match &self.token {
            Some(token) if stale == Some(token.value()) => Step::Renew { force: false },
            // A token refused that is not ours any more was renewed by whoever came first.
            Some(token) if stale.is_some() && token.is_usable(now) => Step::Use(token.clone()),
            Some(token) if !token.is_due(now) && token.is_usable(now) => Step::Use(token.clone()),
            _ => Step::Renew { force: false },
        }
    }

    /// The ticket, while it need not be renewed.
    #[must_use]
    pub fn fresh_ticket(&self, now: Timestamp) -> Option<&Credential> {
        self.ticket.as_ref().filter(|ticket| !ticket.is_due(now) && ticket.is_usable(now))
    }

    /// WeChat answered a renewal with `token`.
    ///
    /// It may insist on the very token it refused: then forcing helps, if it may be done now.
    pub fn renewed(
        &mut self,
        token: Credential,
        forced: bool,
        stale: Option<&Secret>,
        now: Timestamp,
    ) -> Step {
        if forced {
            self.forced_at.push(now);
        }
        let is_refused = stale == Some(token.value());
        self.token = Some(token.clone());
        if is_refused && !forced && self.may_force(now) {
            Step::Renew { force: true }
        } else {
            Step::Use(token)
        }
    }

    /// WeChat did not answer a renewal: the present token will do while it lasts, unless it was refused.
    #[must_use]
    pub fn instead(&self, stale: Option<&Secret>, now: Timestamp) -> Option<Credential> {
        self.token.clone().filter(|token| token.is_usable(now) && stale != Some(token.value()))
    }

    /// Notes a forced renewal that WeChat did not answer: it may have happened.
    pub fn forced_in_vain(&mut self, now: Timestamp) {
        self.forced_at.push(now);
    }

    fn may_force(&mut self, now: Timestamp) -> bool {
        self.forced_at.retain(|at| at.plus(A_DAY) > now);
        self.forced_at.len() < FORCED_A_DAY && self.forced_at.iter().all(|at| at.plus(BETWEEN_FORCED) < now)
    }
}
