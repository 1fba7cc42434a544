//! Asks a backend for the reply, and delivers it in time, late, or with a repeated delivery.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, join, select};
use worker::{Context, Delay};

use crate::backends::{
    self, About, Answer, Ask, AttemptOutcome, Backend, EntryKey, Mode, Settlement, Slow, WaitingRow,
    answer_of, handed_out, tell, waiting,
};
use crate::callback::{Message, Reply, Trigger};
use crate::edge::bindings::{d1, log, runtime};
use crate::error::Error;
use crate::inbox::{Entry, Stored, settle_used};
use crate::notice::Notice;
use crate::time::Timestamp;

use super::{BEFORE_FURTHER_REPLIES, Dispatcher, first_attempt};

/// When WeChat has disconnected, so that it delivers again; an earlier answer would prevent that.
const WECHAT_HAS_LEFT_AFTER: Duration = Duration::from_millis(5500);
/// The interval at which a repeated delivery checks for the answer, in milliseconds.
const BETWEEN_LOOKS: u64 = 300;

/// The answer of a backend, or of one after it.
pub(super) struct Answered<'a> {
    /// The first backend that was asked.
    pub(super) backend: &'a Backend,
    /// What it was asked about.
    pub(super) trigger: Option<Trigger>,
    pub(super) answer: Replies,
}

/// What was answered.
pub(super) struct Replies {
    pub(super) replies: Vec<Reply>,
    /// Whether the user has seen the first one although D1 does not know it.
    pub(super) is_given: bool,
}

impl From<Vec<Reply>> for Replies {
    fn from(replies: Vec<Reply>) -> Self {
        Self { replies, is_given: false }
    }
}

impl From<Answer> for Replies {
    fn from(Answer { texts, is_given }: Answer) -> Self {
        Self { replies: texts.iter().flat_map(|text| Reply::texts(text)).collect(), is_given }
    }
}

/// For how long the answer of a backend may still be the passive reply.
pub(super) fn budget_left(backend: &Backend, started: i64) -> Duration {
    Duration::from_millis(backend.budget().into()).saturating_sub(runtime::elapsed(started))
}

impl Dispatcher {
    /// Asks what to answer, and waits as long as WeChat does; `started` is when the delivery arrived, in Unix
    /// milliseconds.
    pub(in crate::edge) async fn ask(
        &self,
        message: Arc<Message>,
        entry: &Entry,
        started: i64,
        context: &Context,
    ) -> Option<Reply> {
        let first = self.settings.backends.answering(entry.record.backend.as_deref(), &message).cloned()?;
        let key = EntryKey::of(entry);
        let about = About::entry(entry);
        let (dispatcher, trigger) = (self.clone(), message.trigger());
        let id = key.delivery_id(&self.account, first.id());
        let (asked_as, received_at) = (id.clone(), entry.record.received_at);
        let (asked, asked_about) = (first.clone(), key.clone());
        let question = Box::pin(async move {
            let asked_about = (&asked_about, &*message);
            let question = dispatcher.question(&asked, (&asked_as, 1), asked_about, &about, false);
            // At the same time, since either may take a second.
            join(question, dispatcher.learn_for(&asked)).await.0
        });
        match select(question, Delay::from(budget_left(&first, started))).await {
            Either::Left((Ok(answer), _)) => {
                let answered = Answered { backend: &first, trigger, answer };
                self.in_time(answered, (&key, &id), (started, context)).await
            }
            Either::Left((Err(failure), _)) => {
                self.note_first(&id, received_at, &failure).await;
                self.told(&first, &key).await
            }
            Either::Right(((), question)) => {
                let (dispatcher, backend) = (self.clone(), first.clone());
                runtime::after_response(context, async move {
                    dispatcher.show_typing(&backend, &key.openid).await;
                    match question.await {
                        Ok(answer) => {
                            let answered = Answered { backend: &backend, trigger, answer };
                            dispatcher.late(answered, (&key, &id), received_at).await;
                        }
                        Err(failure) => dispatcher.note_first(&id, received_at, &failure).await,
                    }
                });
                if self.slow(&first) == Slow::NextDelivery {
                    self.outwait(started).await;
                }
                None
            }
        }
    }

    /// Notes that a repeated delivery is answered with the stored reply, which is then no longer kept.
    pub(in crate::edge) async fn hand_out(&self, message: &Message, entry: &Entry, reply: &Reply) {
        if self.settings.backends.keep_answers()
            && let Some(backend) = self.settings.backends.answering(entry.record.backend.as_deref(), message)
        {
            self.note_handed_out(backend, &EntryKey::of(entry), reply).await;
        }
    }

    /// Waits for the answer to a repeated delivery as long as WeChat does, since the connection of the first one, which may
    /// still get it, may have broken.
    pub(in crate::edge) async fn wait_for_answer(
        &self,
        message: &Message,
        entry: &Entry,
        stored: &Stored,
        started: i64,
    ) -> Option<Reply> {
        let backend = self.settings.backends.answering(entry.record.backend.as_deref(), message)?;
        let key = EntryKey::of(entry);
        self.learn_for(backend).await;
        loop {
            if let Some(reply) = self.waiting(&key).await.as_ref().and_then(answer_of) {
                if let Some(reply) = reply.as_ref().filter(|_| !self.may_send(backend)) {
                    self.note_handed_out(backend, &key, reply).await;
                }
                return reply;
            }
            if budget_left(backend, started).is_zero() {
                break;
            }
            Delay::from(Duration::from_millis(BETWEEN_LOOKS)).await;
        }
        if self.may_send(backend) {
            return None;
        }
        let first = Timestamp::from_seconds(stored.received_at);
        if backends::is_last_delivery(first, entry.record.received_at) {
            return self.told(backend, &key).await;
        }
        self.outwait(started).await;
        None
    }

    async fn waiting(&self, key: &EntryKey) -> Option<WaitingRow> {
        d1::rows(&self.env, &waiting(&self.account, key)).await.unwrap_or_default().into_iter().next()
    }

    /// Waits until WeChat no longer accepts an answer, so that it delivers again.
    pub(super) async fn outwait(&self, started: i64) {
        Delay::from(WECHAT_HAS_LEFT_AFTER.saturating_sub(runtime::elapsed(started))).await;
    }

    /// Tells the user how to fetch the answer, if it cannot be sent.
    async fn told(&self, backend: &Backend, key: &EntryKey) -> Option<Reply> {
        if self.slow(backend) != Slow::NextDelivery {
            return None;
        }
        match d1::rows::<(i64,)>(&self.env, &tell(&self.account, key, backend.fetch_text())).await {
            Ok(rows) if !rows.is_empty() => Some(backend.fetch_text().clone()),
            Ok(_) => None,
            Err(error) => {
                let (account, error) = (self.account.as_str(), &error.to_string());
                log::notice(&Notice::FetchTextNotStored { account, backend: backend.id(), error });
                None
            }
        }
    }

    /// Stores the failure of the first attempt, which schedules the next one.
    pub(super) async fn note_first(&self, id: &str, made_at: Timestamp, failure: &AttemptOutcome) {
        self.store_outcome(id, &first_attempt(id, made_at).called(&self.account, Mode::Ask, failure)).await;
    }

    async fn in_time(
        &self,
        Answered { backend, trigger, answer }: Answered<'_>,
        (key, id): (&EntryKey, &str),
        (started, context): (i64, &Context),
    ) -> Option<Reply> {
        let settlement =
            Settlement::in_time(answer.replies, (self.may_send(backend), trigger), key, &self.account);
        // An answer that cannot be stored is not sent: the backend is asked again, and the user gets one answer.
        if !self.settle(backend.id(), (key, id), &settlement, started).await {
            return None;
        }
        let reply = settlement.passive.clone();
        let dispatcher = self.clone();
        runtime::after_response(context, async move {
            Delay::from(BEFORE_FURTHER_REPLIES).await;
            dispatcher.send(&settlement.sends).await;
        });
        reply
    }

    pub(super) async fn late(
        &self,
        Answered { backend, trigger, answer }: Answered<'_>,
        (key, id): (&EntryKey, &str),
        received_at: Timestamp,
    ) {
        self.learn_for(backend).await;
        let settle = if answer.is_given { Settlement::in_time } else { Settlement::late };
        let settlement = settle(answer.replies, (self.may_send(backend), trigger), key, &self.account);
        let started = received_at.seconds().saturating_mul(1000);
        if self.settle(backend.id(), (key, id), &settlement, started).await {
            self.send(&settlement.sends).await;
        }
    }

    /// Stores how an answer reaches the user; returns whether this call settled it. `started` is when the message arrived,
    /// in milliseconds.
    async fn settle(
        &self,
        backend: &str,
        (key, id): (&EntryKey, &str),
        settlement: &Settlement,
        started: i64,
    ) -> bool {
        if settlement.lost > 0 {
            let (account, replies) = (self.account.as_str(), settlement.lost);
            log::notice(&Notice::RepliesLost { account, backend, replies });
        }
        let took = runtime::milliseconds().saturating_sub(started);
        let statements = settlement.statements(&self.account, key, (backend, id), (runtime::now(), took));
        match d1::transaction_or_again(&self.env, &statements).await {
            Ok(done) if done.counts.iter().any(|rows| *rows > 0) => true,
            Ok(done) if !done.is_retry => false,
            Ok(_) => self.waiting(key).await.is_some_and(|row| settlement.is(&row)),
            Err(error) => {
                let (account, error) = (self.account.as_str(), &error.to_string());
                log::notice(&Notice::AnswerNotStored { account, backend, error });
                false
            }
        }
    }

    fn log_kept(&self, error: &Error) {
        let (account, error) = (self.account.as_str(), &error.to_string());
        log::notice(&Notice::KeptAnswersUnavailable { account, error });
    }

    async fn note_handed_out(&self, backend: &Backend, key: &EntryKey, reply: &Reply) {
        let delivery = key.delivery_id(&self.account, backend.id());
        let statements = handed_out(&self.account, key, &delivery, reply);
        if let Err(error) = d1::transaction(d1::TIMEOUT, &self.env, &statements).await {
            self.log_kept(&error);
        }
    }

    /// Notes which entries of a user the kept answers that are used have answered.
    pub(in crate::edge) async fn settle_used(&self, openid: &str) {
        let statements = settle_used(&self.account, openid);
        if let Err(error) = d1::transaction_or_again(&self.env, &statements).await {
            self.log_kept(&error);
        }
    }

    /// The replies of an assistant, or of the first webhook that has an answer, else the outcome of the last one; `attempt`
    /// counts from 1.
    pub(super) async fn question(
        &self,
        backend: &Backend,
        (id, attempt): (&str, i64),
        (key, message): (&EntryKey, &Message),
        about: &About,
        redelivery: bool,
    ) -> Result<Replies, AttemptOutcome> {
        if let Backend::Assistant(assistant) = backend {
            return self.ask_assistant(assistant, id, (key, message), about.received_at).await;
        }
        let mut failure = AttemptOutcome::failed("no backend has an answer");
        for backend in self.settings.backends.asked(message) {
            let ask = Ask { id, mode: Mode::Ask, redelivery, about };
            let outcome = self.call(backend, &ask).await;
            match outcome.fitting(message.trigger()) {
                AttemptOutcome::Answered(replies) => return Ok(replies.into()),
                AttemptOutcome::Gone { .. } => self.switch_off(backend).await,
                outcome => {
                    self.log_failure(backend, id, attempt, outcome.error().unwrap_or_default());
                    failure = outcome;
                }
            }
        }
        Err(failure)
    }
}
