//! One run of the cron trigger: the jobs side by side, each going through its turns, within one budget.

use std::cell::RefCell;

use futures_util::FutureExt as _;
use futures_util::future::{Either, select};
use worker::Delay;

use crate::config::Account;
use crate::edge::bindings::{Env, d1, log, runtime};
use crate::error::Error;
use crate::jobs::{Limits, Progress, RUN_TIME, TURN_TIME, read_progress, store_progress};
use crate::notice::Notice;

use super::table::{JOBS, Job, Turn, Work};

thread_local! {
    /// Where the jobs of this isolate stopped, for when D1 does not say.
    static PROGRESS: RefCell<Progress> = RefCell::new(Progress::default());
}

/// The only turn of a job that does one thing for the whole worker.
const WHOLE_WORKER: &str = "";

/// Runs what is due.
pub(in crate::edge) async fn run(bindings: worker::Env) {
    let limits = Limits::of_run(runtime::config(&bindings).plan());
    let env = Env::with_limits(bindings, limits);
    let began = runtime::milliseconds();
    let stored = read(&env).await;
    let names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
    let ordered =
        stored.order(&names).into_iter().filter_map(|name| JOBS.iter().find(|job| job.name == name));
    let progress = RefCell::new(stored.clone());
    runtime::all(ordered.map(|job| job.run(&stored, &progress, began, &env).boxed_local()).collect()).await;
    let progress = progress.into_inner();
    PROGRESS.replace(progress.clone());
    if progress != stored
        && let Err(error) = d1::rows::<()>(&env, &store_progress(&progress)).await
    {
        log::notice(&Notice::JobProgressUnavailable { error: &error.to_string() });
    }
}

async fn read(env: &Env) -> Progress {
    let rows: Result<Vec<(String,)>, Error> = d1::rows(env, &read_progress()).await;
    let progress = rows.map(|rows| rows.first().map(|(json,)| Progress::parse(json)));
    let error = match progress {
        Ok(None) => return Progress::default(),
        Ok(Some(Ok(progress))) => return progress,
        Ok(Some(Err(invalid))) => invalid.to_string(),
        Err(error) => error.to_string(),
    };
    log::notice(&Notice::JobProgressUnavailable { error: &error });
    PROGRESS.with_borrow(Clone::clone)
}

impl Job {
    /// Goes through the turns that are due, and notes in `progress` where it stopped.
    async fn run(&self, stored: &Progress, progress: &RefCell<Progress>, began: i64, env: &Env) {
        let config = runtime::config(env);
        let accounts: Vec<&str> = match self.work {
            Work::Once(_) => vec![WHOLE_WORKER],
            Work::EachAccount(_) | Work::Stepwise(_) => config.accounts().map(Account::name).collect(),
        };
        let turns = stored.turns(self.name, self.cadence, &accounts, runtime::now());
        if turns.is_empty() {
            return;
        }
        let started = runtime::milliseconds();
        let (mut served, mut failed, mut again) = (0_usize, 0_usize, false);
        for account in &turns {
            let has_time = runtime::elapsed(began) < RUN_TIME;
            let Some(reserved) = env.reserve(self.cost).filter(|_| has_time) else { break };
            served = served.saturating_add(1);
            match self.turn(account, &reserved).await {
                Ok(turn) => again |= turn == Turn::Unfinished,
                Err(error) => {
                    failed = failed.saturating_add(1);
                    log::notice(&Notice::JobFailed { job: self.name, account, error: &error.to_string() });
                }
            }
        }
        let left = turns.len().saturating_sub(served);
        let ms = runtime::milliseconds().saturating_sub(started);
        log::notice(&Notice::JobRan { job: self.name, served, failed, left, ms });
        progress.borrow_mut().advance(self.name, turns.get(served).copied(), again, runtime::now());
    }

    /// One turn, which is given up when it takes too long.
    async fn turn(&self, account: &str, env: &Env) -> Result<Turn, Error> {
        let config = runtime::config(env);
        let complete = |outcome: Result<(), Error>| outcome.map(|()| Turn::Complete);
        let work = match self.work {
            Work::Once(work) => work(env).map(complete).boxed_local(),
            Work::EachAccount(work) => work(config.account(Some(account))?, env).map(complete).boxed_local(),
            Work::Stepwise(work) => work(config.account(Some(account))?, env),
        };
        match select(work, Delay::from(TURN_TIME)).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => {
                Err(Error::Runtime(format!("it took more than {} seconds", TURN_TIME.as_secs())))
            }
        }
    }
}
