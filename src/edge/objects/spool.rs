//! The Durable Object that holds one account's entries while D1 does not store them, and moves them to D1 afterwards.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use worker::{DurableObject, Request, Response, Result, State, durable_object};

use crate::backends::{Capacity, FIRST_PAUSE, SpoolRequest, SpoolTable, Spooled, Waiting, probe, room};
use crate::d1_error::is_about_the_database;
use crate::error::Error;
use crate::jobs::Limits;
use crate::json::from_json;
use crate::notice::Notice;
use crate::sql::Statement;
use crate::time::SECONDS_A_DAY;

use super::failed;
use crate::edge::bindings::spool::ObjectDatabase;
use crate::edge::bindings::turn::Turns;
use crate::edge::bindings::{Env, d1, log, row_counter, runtime};

/// When the alarm runs again if a run is cut off.
const AFTER_A_CRASH: Duration = Duration::from_mins(1);
/// When to look again whether D1 has rows left for what is not receiving; they are full again at midnight in UTC.
const WITHOUT_ROWS: Duration = Duration::from_mins(10);
/// How long a run begins new transactions, in milliseconds.
const RUN_TIME: i64 = 20_000;
/// A batch is begun with room for any entry.
const LARGEST_ENTRY: usize = 4;

/// [`SpoolTable`] has its state and makes its decisions.
#[durable_object(alarm)]
pub(crate) struct Spool {
    state: State,
    bindings: worker::Env,
    table: SpoolTable<ObjectDatabase>,
    /// Held while entries are on their way to D1, and while entries are erased.
    moving: Turns,
}

impl DurableObject for Spool {
    fn new(state: State, bindings: worker::Env) -> Self {
        let table = SpoolTable::new(ObjectDatabase(state.storage()), Capacity::default());
        Self { state, bindings, table, moving: Turns::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let request: SpoolRequest = from_json(&request.text().await?).map_err(failed)?;
        self.table.prepare().map_err(failed)?;
        let answer = match request {
            SpoolRequest::Store(storing) => {
                let answer = self.table.store(&storing).map_err(failed)?;
                // The runtime holds the answer back until both are on disk.
                self.ensure_alarm().await?;
                serde_json::to_string::<Spooled>(&answer)
            }
            SpoolRequest::Erase { openid } => {
                let _moving = self.moving.take().await;
                serde_json::to_string(&self.table.erase(&openid).map_err(failed)?)
            }
            SpoolRequest::Status => {
                let status = self.table.status().map_err(failed)?;
                if status.waiting > 0 {
                    self.ensure_alarm().await?;
                }
                serde_json::to_string(&status)
            }
        };
        Response::ok(answer?)
    }

    async fn alarm(&self) -> Result<Response> {
        self.set_alarm(AFTER_A_CRASH).await?;
        self.table.prepare().map_err(failed)?;
        let config = runtime::config(&self.bindings);
        let (now, days) = (runtime::now(), config.retention_days().unwrap_or(i64::MAX).max(1));
        let expired = now.minus(days.saturating_mul(SECONDS_A_DAY));
        self.table.revive(now, expired).map_err(failed)?;

        let limits = Limits::of_run(config.plan());
        let run = Run {
            spool: self,
            env: Env::with_limits(self.bindings.clone(), limits),
            began: runtime::milliseconds(),
            queries_left: usize::try_from(limits.queries).unwrap_or(usize::MAX),
            account: String::new(),
            stored: 0,
        };
        if !row_counter::has_room(&run.env).await {
            self.set_alarm(WITHOUT_ROWS).await?;
            return Response::empty();
        }
        let accepted = run.work().await.map_err(failed)?;
        match self.table.next_run(accepted).map_err(failed)? {
            Some(pause) => self.set_alarm(pause).await?,
            None => self.state.storage().delete_alarm().await?,
        }
        Response::empty()
    }
}

impl Spool {
    async fn ensure_alarm(&self) -> Result<()> {
        match self.state.storage().get_alarm().await? {
            Some(_) => Ok(()),
            None => self.set_alarm(FIRST_PAUSE).await,
        }
    }

    /// Boxed, so that it is compiled once.
    fn set_alarm(&self, pause: Duration) -> LocalBoxFuture<'static, Result<()>> {
        let storage = self.state.storage();
        Box::pin(async move { storage.set_alarm(pause).await })
    }
}

/// One run of the alarm.
struct Run<'a> {
    spool: &'a Spool,
    env: Env,
    /// In milliseconds.
    began: i64,
    queries_left: usize,
    /// The account of the entries.
    account: String,
    /// How many entries it has stored.
    stored: usize,
}

/// What a failed batch says of D1.
enum Refusal {
    /// D1 refuses some entries and accepts others.
    OfEntries,
    /// D1 accepts nothing.
    OfEverything(String),
}

impl Run<'_> {
    /// Moves entries until none are left, or the run has used up its time or its calls; returns whether D1 accepted
    /// anything.
    async fn work(mut self) -> std::result::Result<bool, String> {
        let mut accepted = false;
        while runtime::milliseconds().saturating_sub(self.began) < RUN_TIME {
            let statements = room(self.queries_left);
            if statements < LARGEST_ENTRY {
                break;
            }
            let _moving = self.spool.moving.take().await;
            let batch = self.spool.table.batch(statements, runtime::now())?;
            if batch.is_empty() {
                break;
            }
            self.note_account(&batch);
            let refusal = match self.transaction(&batch).await {
                Ok(()) => None,
                Err(error) => Some(self.one_by_one(&batch, error.to_string()).await?),
            };
            if let Some(Refusal::OfEverything(error)) = refusal {
                self.log_failure(&error)?;
                break;
            }
            accepted = true;
            if refusal.is_some() || self.spool.moving.are_wanted() {
                break;
            }
        }
        self.log_success()?;
        Ok(accepted)
    }

    /// Stores the entries of a batch.
    async fn transaction(&mut self, batch: &[Waiting]) -> std::result::Result<(), Error> {
        if let Some(unreadable) = batch.iter().find_map(|entry| entry.storing.as_ref().err()) {
            return Err(Error::Runtime(unreadable.clone()));
        }
        let now = runtime::now();
        let statements: Vec<Statement> = batch.iter().flat_map(|entry| entry.statements(now)).collect();
        self.queries_left = self.queries_left.saturating_sub(statements.len());
        d1::transaction(d1::TIMEOUT, &self.env, &statements).await?;
        self.spool.table.stored(batch).map_err(Error::Runtime)?;
        self.stored = self.stored.saturating_add(batch.len());
        Ok(())
    }

    /// Stores the entries of a failed batch one by one. One that is refused while D1 accepts others is refused for itself.
    async fn one_by_one(&mut self, batch: &[Waiting], error: String) -> std::result::Result<Refusal, String> {
        if is_about_the_database(&error) {
            return Ok(Refusal::OfEverything(error));
        }
        let (mut refused, before) = (Vec::new(), self.stored);
        for entry in batch {
            match self.transaction(std::slice::from_ref(entry)).await {
                Ok(()) => {}
                Err(error) => match error.to_string() {
                    error if is_about_the_database(&error) => return Ok(Refusal::OfEverything(error)),
                    error => refused.push((entry, error)),
                },
            }
        }
        let largest = refused.iter().map(|(entry, _)| entry.bytes).max().unwrap_or_default();
        if self.stored == before
            && let Err(error) = d1::transaction(d1::TIMEOUT, &self.env, &probe(largest)).await
        {
            return Ok(Refusal::OfEverything(error.to_string()));
        }
        for (entry, error) in refused {
            if self.spool.table.refused(entry, runtime::now())? {
                log::notice(&Notice::SpooledEntrySetAside { account: &self.account, error: &error });
            }
        }
        Ok(Refusal::OfEntries)
    }

    fn note_account(&mut self, batch: &[Waiting]) {
        if let Some(storing) = batch.iter().find_map(|entry| entry.storing.as_ref().ok()) {
            self.account.clone_from(&storing.entry.account);
        }
    }

    fn log_failure(&self, error: &str) -> std::result::Result<(), String> {
        let waiting = self.spool.table.status()?.waiting;
        log::notice(&Notice::SpoolNotEmptied { account: &self.account, waiting, error });
        Ok(())
    }

    fn log_success(&self) -> std::result::Result<(), String> {
        if self.stored > 0 {
            let (account, stored) = (self.account.as_str(), self.stored);
            let left = self.spool.table.status()?.waiting;
            log::notice(&Notice::SpoolEmptied { account, stored, left });
        }
        Ok(())
    }
}
