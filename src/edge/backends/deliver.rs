//! Performs the outbox of a new entry: tells backends, and sends messages to the user.

use std::cell::Cell;

use futures_util::FutureExt as _;
use worker::Delay;

use crate::backends::{
    About, Ask, Attempt, AttemptOutcome, Backend, DeliveryMode, EntryKey, Mode, OutboxItem,
};
use crate::callback::Message;
use crate::edge::bindings::{log, runtime};
use crate::inbox::Entry;
use crate::notice::Notice;

use super::ask::Answered;
use super::{BEFORE_FURTHER_REPLIES, Dispatcher, first_attempt};

impl Dispatcher {
    /// Performs the outbox of an entry that has just been stored; backends that are asked have been asked already.
    pub(in crate::edge) async fn perform(&self, entry: &Entry, outbox: &[OutboxItem]) {
        // Messages to the user do not wait for a backend that hangs.
        runtime::all(vec![
            self.tell_all(entry, outbox).boxed_local(),
            self.send_further_replies(outbox).boxed_local(),
            self.ask_for_next(entry, outbox).boxed_local(),
        ])
        .await;
    }

    /// Tells backends, and retries what is due if one of them has answered.
    async fn tell_all(&self, entry: &Entry, outbox: &[OutboxItem]) {
        let began = runtime::milliseconds();
        let about = About::entry(entry);
        let told = outbox.iter().filter(|item| item.mode == DeliveryMode::Tell);
        let has_answered = Cell::new(false);
        let tell = async |item| {
            if self.tell_first(item, entry, &about).await {
                has_answered.set(true);
            }
        };
        runtime::all(told.map(|item| tell(item).boxed_local()).collect()).await;
        if has_answered.get() && self.with_backlog(|backlog| backlog.begin_if_due(runtime::now())) {
            self.take_up_and_log(began).await;
        }
    }

    async fn send_further_replies(&self, outbox: &[OutboxItem]) {
        let sends: Vec<OutboxItem> =
            outbox.iter().filter(|item| item.mode == DeliveryMode::Send).cloned().collect();
        if !sends.is_empty() {
            // WeChat shows messages in the order in which it gets them, and the passive reply is on its way.
            Delay::from(BEFORE_FURTHER_REPLIES).await;
            self.send(&sends).await;
        }
    }

    /// Asks an assistant about a message that was answered with a kept answer; its own answer is kept in turn.
    async fn ask_for_next(&self, entry: &Entry, outbox: &[OutboxItem]) {
        let Some(item) = outbox.iter().find(|item| item.mode == DeliveryMode::Ask && item.always) else {
            return;
        };
        let about = About::entry(entry);
        let (Some(backend), Ok(message)) =
            (self.settings.backends.find(&item.backend), Message::from_fields(&about.message))
        else {
            return;
        };
        if entry.record.decided_ms.is_none() {
            return; // It is being asked for the answer to this message.
        }
        let key = EntryKey::of(entry);
        match self.question(backend, (&item.id, 1), (&key, &message), &about, false).await {
            Ok(answer) => {
                let answered = Answered { backend, trigger: message.trigger(), answer };
                self.late(answered, (&key, &item.id), entry.record.received_at).await;
            }
            Err(failure) => self.note_first(&item.id, entry.record.received_at, &failure).await,
        }
    }

    /// Makes the first attempt at telling a backend; returns whether it succeeded.
    async fn tell_first(&self, item: &OutboxItem, entry: &Entry, about: &About) -> bool {
        let Some(backend) = self.settings.backends.find(&item.backend) else { return false };
        let handover = (!item.message.is_null())
            .then(|| About { handover: Some(item.message.clone()), ..about.clone() });
        let about = handover.as_ref().unwrap_or(about);
        let outcome = self.tell(backend, (&item.id, 1), about, false).await;
        let attempt = first_attempt(&item.id, entry.record.received_at);
        self.conclude((backend, Mode::Tell), attempt, &outcome).await;
        outcome == AttemptOutcome::Told
    }

    pub(super) fn log_failure(&self, backend: &Backend, delivery: &str, attempt: i64, error: &str) {
        let (account, backend) = (self.account.as_str(), backend.id());
        log::notice(&Notice::BackendFailed { account, backend, delivery, attempt, error });
    }

    pub(super) async fn tell(
        &self,
        backend: &Backend,
        (id, attempt): (&str, i64),
        about: &About,
        redelivery: bool,
    ) -> AttemptOutcome {
        if matches!(backend, Backend::Assistant(_)) {
            // It was to be asked, and a person answers instead.
            return AttemptOutcome::Told;
        }
        let outcome = self.call(backend, &Ask { id, mode: Mode::Tell, redelivery, about }).await;
        if let Some(error) = outcome.error() {
            self.log_failure(backend, id, attempt, error);
        }
        outcome
    }

    pub(super) async fn conclude(
        &self,
        (backend, mode): (&Backend, Mode),
        attempt: Attempt<'_>,
        outcome: &AttemptOutcome,
    ) {
        match outcome {
            AttemptOutcome::Gone { .. } => self.switch_off(backend).await,
            AttemptOutcome::Failed { .. } => {
                self.with_backlog(|backlog| backlog.failed(runtime::now()));
            }
            AttemptOutcome::Told | AttemptOutcome::Answered(_) => {}
        }
        self.store_outcome(attempt.id, &attempt.called(&self.account, mode, outcome)).await;
    }
}
