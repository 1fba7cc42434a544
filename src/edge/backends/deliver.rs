//! Tells backends, and retries what failed or was cut off.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use futures_util::FutureExt as _;
use worker::Delay;

use crate::backends::{
    About, Ask, Attempt, AttemptOutcome, Backend, Backlog, Delivery, DeliveryMode, DeliveryRow, Mode,
    OutboxItem, Task, take_due,
};
use crate::edge::bindings::{d1, log, runtime};
use crate::error::Error;
use crate::inbox::Entry;
use crate::notice::Notice;

use super::{BEFORE_FURTHER_REPLIES, Dispatcher, first_attempt, random};

/// How many backends are called at once: an invocation may have six open connections.
const AT_ONCE: usize = 5;

thread_local! {
    static BACKLOGS: RefCell<BTreeMap<String, Backlog>> = const { RefCell::new(BTreeMap::new()) };
}

impl Dispatcher {
    /// Performs the outbox of an entry that has just been filed; backends that are asked have been asked already.
    pub(in crate::edge) async fn perform(&self, entry: &Entry, outbox: &[OutboxItem]) {
        if outbox.is_empty() {
            return;
        }
        let about = About::entry(entry);
        let told = outbox.iter().filter(|item| item.mode == DeliveryMode::Tell);
        let has_answered = Cell::new(false);
        let tell = async |item| {
            if self.tell_first(item, entry, &about).await {
                has_answered.set(true);
            }
        };
        runtime::all(told.map(|item| tell(item).boxed_local()).collect()).await;
        if has_answered.get() && with_backlog(&self.account, |backlog| backlog.is_due(runtime::now())) {
            self.take_up_and_log().await;
        }
        let sends: Vec<OutboxItem> =
            outbox.iter().filter(|item| item.mode == DeliveryMode::Send).cloned().collect();
        if !sends.is_empty() {
            // WeChat shows messages in the order in which it gets them, and the passive reply is on its way.
            Delay::from(BEFORE_FURTHER_REPLIES).await;
            self.send(&sends).await;
        }
    }

    /// Makes the first attempt at telling a backend; returns whether it succeeded.
    async fn tell_first(&self, item: &OutboxItem, entry: &Entry, about: &About) -> bool {
        let Some(backend) = self.settings.backends.find(&item.backend) else { return false };
        let outcome = self.tell(backend, (&item.id, 1), about, false).await;
        self.conclude(backend, first_attempt(&item.id, entry.record.received_at), &outcome).await;
        outcome == AttemptOutcome::Told
    }

    pub(super) fn log_failure(&self, backend: &Backend, delivery: &str, attempt: i64, error: &str) {
        let (account, backend) = (self.account.as_str(), backend.id());
        log::notice(&Notice::BackendFailed { account, backend, delivery, attempt, error });
    }

    async fn tell(
        &self,
        backend: &Backend,
        (id, attempt): (&str, i64),
        about: &About,
        redelivery: bool,
    ) -> AttemptOutcome {
        let outcome = self.call(backend, &Ask { id, mode: Mode::Tell, redelivery, about }).await;
        if let Some(error) = outcome.error() {
            self.log_failure(backend, id, attempt, error);
        }
        outcome
    }

    async fn conclude(&self, backend: &Backend, attempt: Attempt<'_>, outcome: &AttemptOutcome) {
        match outcome {
            AttemptOutcome::Gone => self.switch_off(backend).await,
            AttemptOutcome::Failed { .. } => {
                with_backlog(&self.account, |backlog| backlog.failed(runtime::now()));
            }
            AttemptOutcome::Told | AttemptOutcome::Answered(_) => {}
        }
        self.store_outcome(attempt.id, &attempt.called(&self.account, backend.mode(), outcome)).await;
    }

    /// Retries some of the deliveries that are due, and logs a failure.
    pub(in crate::edge) async fn take_up_and_log(&self) {
        if let Err(error) = self.take_up().await {
            let (account, error) = (self.account.as_str(), &error.to_string());
            log::notice(&Notice::DeliveriesUnreadable { account, error });
        }
    }

    /// Retries some of the deliveries that are due.
    pub(super) async fn take_up(&self) -> Result<(), Error> {
        let [cut_off, due] = take_due(&self.account, runtime::now());
        d1::rows_or_again(&self.env, &cut_off).await?;
        let rows: Vec<DeliveryRow> = d1::rows(&self.env, &due).await?;
        let deliveries: Vec<Delivery> = rows.into_iter().filter_map(Delivery::from_row).collect();
        for some in deliveries.chunks(AT_ONCE) {
            runtime::all(some.iter().map(|delivery| self.redeliver(delivery).boxed_local()).collect()).await;
        }
        with_backlog(&self.account, |backlog| backlog.looked(!deliveries.is_empty(), runtime::now()));
        Ok(())
    }

    async fn redeliver(&self, delivery: &Delivery) {
        let id = delivery.id.as_str();
        match delivery.task(&self.settings.backends) {
            Ok(Task::Send) => self.send_one(delivery).await,
            Ok(Task::Tell(backend, about)) => {
                let outcome = self.tell(backend, (id, delivery.attempts), about, true).await;
                self.conclude(backend, delivery.attempt(runtime::now(), random()), &outcome).await;
            }
            Ok(Task::Ask(backend, about, message)) => {
                match self.question((id, delivery.attempts), &message, about, true).await {
                    Ok(replies) => {
                        self.late(backend, (&delivery.entry, id), replies, about.received_at).await;
                    }
                    Err(failure) => {
                        self.conclude(backend, delivery.attempt(runtime::now(), random()), &failure).await;
                    }
                }
            }
            Err(why) => {
                let attempt = delivery.attempt(runtime::now(), random());
                self.store_outcome(id, &attempt.given_up(&self.account, why)).await;
            }
        }
    }
}

fn with_backlog<T>(account: &str, use_it: impl FnOnce(&mut Backlog) -> T) -> T {
    BACKLOGS.with_borrow_mut(|backlogs| use_it(backlogs.entry(account.to_owned()).or_default()))
}
