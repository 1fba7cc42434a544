//! The table of the scheduled jobs. A new job is an entry here, and a function in the module that it is about.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use crate::config::Account;
use crate::edge::bindings::Env;
use crate::edge::{api, backends, state, wechat};
use crate::error::Error;
use crate::jobs::Limits;

/// A scheduled job.
pub(super) struct Job {
    /// What the log and the stored progress call it.
    pub(super) name: &'static str,
    /// A round through the accounts begins so long after the last one began.
    pub(super) cadence: Duration,
    /// What a turn usually takes at most, reserved before it begins: with less of the budget left, none does.
    pub(super) cost: Limits,
    pub(super) work: Work,
}

/// What a job does.
pub(super) enum Work {
    /// One thing for the whole worker.
    Once(for<'a> fn(&'a Env) -> LocalBoxFuture<'a, Result<(), Error>>),
    /// One turn for each account.
    EachAccount(for<'a> fn(&'a Account, &'a Env) -> LocalBoxFuture<'a, Result<(), Error>>),
    /// The same, with turns that may end before everything is done.
    Stepwise(for<'a> fn(&'a Account, &'a Env) -> LocalBoxFuture<'a, Result<Turn, Error>>),
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// Everything is done.
    Complete,
    /// The run's budget did not suffice: the next round begins at once.
    Unfinished,
}

const EVERY_RUN: Duration = Duration::ZERO;
const HOURLY: Duration = Duration::from_hours(1);

pub(super) const JOBS: &[Job] = &[
    Job {
        name: "copy_keys",
        cadence: EVERY_RUN,
        cost: Limits { queries: 3, subrequests: 2 },
        work: Work::Once(|env| Box::pin(api::keys::catch_up(env))),
    },
    Job {
        name: "publish_settings",
        cadence: EVERY_RUN,
        cost: Limits { queries: 2, subrequests: 2 },
        work: Work::EachAccount(|account, env| Box::pin(state::settings::catch_up(account.name(), env))),
    },
    Job {
        name: "warm_tokens",
        cadence: EVERY_RUN,
        cost: Limits { queries: 0, subrequests: 2 },
        work: Work::EachAccount(|account, env| Box::pin(wechat::keep_token_warm(account, env))),
    },
    Job {
        name: "redeliver",
        cadence: EVERY_RUN,
        cost: Limits { queries: 6, subrequests: 3 },
        work: Work::EachAccount(|account, env| Box::pin(backends::redeliver(account.name(), env))),
    },
    Job {
        name: "close_hours",
        cadence: EVERY_RUN,
        cost: Limits { queries: super::close_hours::STATEMENTS, subrequests: 1 },
        work: Work::EachAccount(|account, env| {
            Box::pin(super::close_hours::close_hours(account.name(), env))
        }),
    },
    Job {
        name: "sync_users",
        cadence: EVERY_RUN,
        cost: super::sync_users::COST,
        work: Work::Once(|env| Box::pin(super::sync_users::sync_next(env))),
    },
    Job {
        name: "forget",
        cadence: HOURLY,
        cost: Limits { queries: 11, subrequests: 2 },
        work: Work::Stepwise(|account, env| Box::pin(super::forget::forget(account.name(), env))),
    },
];
