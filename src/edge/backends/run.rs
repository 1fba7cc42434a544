//! Retries the deliveries that are due: claims what it begins next, until nothing is due or its time or calls are spent.

use std::cell::RefCell;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::backends::{
    Backlog, CALLS_AT_ONCE, Delivery, DeliveryRow, DueRow, Leases, Mode, Task, claim, claim_calls,
    claim_send, due, give_up_cut_off,
};
use crate::edge::bindings::{d1, log, runtime};
use crate::edge::state::settings;
use crate::error::Error;
use crate::jobs::{Limits, TURN_TIME};
use crate::notice::Notice;
use crate::text_map::TextMap;

use super::ask::Answered;
use super::{Dispatcher, random};

/// For how long a run after a response begins something; the runtime ends it 30 seconds after the response.
pub(super) const AFTER_RESPONSE: Duration = Duration::from_secs(10);
/// For how long the cron trigger's run of an account begins something. WeChat has ten seconds to answer the last message to a
/// user, which cannot be sent again.
const IN_TURN: Duration = TURN_TIME.saturating_sub(Duration::from_secs(10));
/// After so many messages to users, backends are called.
const SENDS_IN_A_ROW: usize = 5;

/// The calls of one message to a user: the claim, the token, WeChat, the timeline and the outcome.
pub(super) const SEND: Limits = Limits { queries: 7, subrequests: 3 };

thread_local! {
    static BACKLOGS: RefCell<TextMap<Backlog>> = const { RefCell::new(TextMap::new()) };
}

impl Dispatcher {
    /// Retries deliveries in the cron trigger's run.
    pub(super) async fn take_up_in_turn(&self) -> Result<(), Error> {
        self.take_up(runtime::milliseconds(), IN_TURN).await
    }

    /// Retries deliveries after a response, which was sent at `began`, and logs a failure.
    pub(in crate::edge) async fn take_up_and_log(&self, began: i64) {
        if let Err(error) = self.take_up(began, AFTER_RESPONSE).await {
            let (account, error) = (self.account.as_str(), &error.to_string());
            log::notice(&Notice::DeliveriesUnreadable { account, error });
        }
    }

    /// Retries deliveries for `time` since `began`, in milliseconds.
    async fn take_up(&self, began: i64, time: Duration) -> Result<(), Error> {
        let deadline = began.saturating_add(i64::try_from(time.as_millis()).unwrap_or(i64::MAX));
        let more = self.take_up_until(deadline).await;
        let may_be_more = *more.as_ref().unwrap_or(&false);
        self.with_backlog(|backlog| backlog.ended(may_be_more, runtime::now()));
        more.map(drop)
    }

    /// Returns whether more may be due.
    async fn take_up_until(&self, deadline: i64) -> Result<bool, Error> {
        let rows: Vec<DueRow> = d1::rows(&self.env, &due(&self.account, runtime::now())).await?;
        let (calls, sends, cut_off) = rows.into_iter().next().unwrap_or_default();
        if cut_off != 0 {
            d1::transaction_or_again(&self.env, &give_up_cut_off(&self.account, runtime::now())).await?;
        }
        let (mut calls, mut sends) = (calls != 0, sends != 0);
        while calls || sends {
            if runtime::milliseconds() >= deadline {
                return Ok(true);
            }
            // Messages to users first: they do not wait for a backend that hangs.
            if sends {
                let Some(more) = self.send_some(deadline).await? else { return Ok(true) };
                sends = more;
            }
            if calls {
                let Some(more) = self.call_some().await? else { return Ok(true) };
                calls = more;
            }
        }
        Ok(false)
    }

    /// Sends some messages one by one, each claimed right before it is sent. Returns whether more may be due; `None` if the
    /// calls that this run may make are spent.
    async fn send_some(&self, deadline: i64) -> Result<Option<bool>, Error> {
        for _ in 0..SENDS_IN_A_ROW {
            if runtime::milliseconds() >= deadline {
                break;
            }
            let Some(dispatcher) = self.reserving(SEND) else { return Ok(None) };
            dispatcher.prepare_to_send().await;
            let statement = claim_send(&self.account, &runtime::nonce()?, runtime::now());
            // A message that is claimed and not sent counts as one that may have been sent.
            let rows: Vec<DeliveryRow> = d1::rows_or_again(&dispatcher.env, &statement).await?;
            let Some(row) = rows.into_iter().next() else { return Ok(Some(false)) };
            if let Some(delivery) = Delivery::from_row(row) {
                dispatcher.send_one(&delivery).await;
            }
        }
        Ok(Some(true))
    }

    /// Calls some backends side by side. Returns as [`Self::send_some`] does.
    async fn call_some(&self) -> Result<Option<bool>, Error> {
        let reserved =
            (1..=CALLS_AT_ONCE).rev().find_map(|count| Some((count, self.reserving(calls(count))?)));
        let Some((count, dispatcher)) = reserved else { return Ok(None) };
        let leases = Leases::of(&self.settings.backends);
        let statement = claim_calls(&self.account, runtime::now(), leases, count);
        let rows: Vec<DeliveryRow> = d1::rows(&dispatcher.env, &statement).await?;
        let more = rows.len() == count;
        let deliveries: Vec<Delivery> = rows.into_iter().filter_map(Delivery::from_row).collect();
        let calls = deliveries.iter().map(|delivery| dispatcher.redeliver(delivery).boxed_local());
        runtime::all(calls.collect()).await;
        Ok(Some(more))
    }

    /// Tries one delivery now, unless another run has begun it.
    pub(in crate::edge) async fn retry(&self, id: &str) {
        self.prepare_to_send().await;
        match self.claim(id).await {
            Ok(Some(delivery)) => self.redeliver(&delivery).await,
            Ok(None) => {}
            Err(error) => {
                let (account, error) = (self.account.as_str(), &error.to_string());
                log::notice(&Notice::DeliveriesUnreadable { account, error });
            }
        }
    }

    /// Claims one delivery; `None` if another run has, or if an earlier message to the user has to be sent first.
    pub(super) async fn claim(&self, id: &str) -> Result<Option<Delivery>, Error> {
        let leases = Leases::of(&self.settings.backends);
        let statement = claim(&self.account, id, &runtime::nonce()?, runtime::now(), leases);
        let rows: Vec<DeliveryRow> = d1::rows_or_again(&self.env, &statement).await?;
        Ok(rows.into_iter().next().and_then(Delivery::from_row))
    }

    /// The same dispatcher with calls reserved for what it begins; `None` if fewer are left.
    fn reserving(&self, part: Limits) -> Option<Self> {
        Some(Self { env: self.env.reserve(part)?, ..self.clone() })
    }

    /// Performs a delivery that this run has claimed.
    async fn redeliver(&self, delivery: &Delivery) {
        if let Ok(task) = delivery.task(&self.settings.backends) {
            return self.perform_task(delivery, task).await;
        }
        // KV and this isolate may not have the backend yet: only D1 says that there is none.
        let dispatcher = match settings::current(&self.account, &self.env).await {
            Ok(settings) => Self { settings, ..self.clone() },
            // The claim ends by itself, and the delivery is tried again.
            Err(error) => {
                let (account, error) = (self.account.as_str(), &error.to_string());
                return log::notice(&Notice::DeliveriesUnreadable { account, error });
            }
        };
        match delivery.task(&dispatcher.settings.backends) {
            Ok(task) => dispatcher.perform_task(delivery, task).await,
            Err(why) => {
                let attempt = delivery.attempt(runtime::now(), random());
                self.store_outcome(&delivery.id, &attempt.given_up(&self.account, why)).await;
            }
        }
    }

    async fn perform_task(&self, delivery: &Delivery, task: Task<'_>) {
        let id = delivery.id.as_str();
        match task {
            Task::Send => {
                self.send_one(delivery).await;
            }
            Task::Tell(backend, about) => {
                let outcome = self.tell(backend, (id, delivery.attempts), about, true).await;
                let attempt = delivery.attempt(runtime::now(), random());
                self.conclude((backend, Mode::Tell), attempt, &outcome).await;
            }
            Task::Ask(backend, about, message) => {
                let asked = (&delivery.entry, &*message);
                match self.question(backend, (id, delivery.attempts), asked, about, true).await {
                    Ok(answer) => {
                        let answered = Answered { backend, trigger: message.trigger(), answer };
                        self.late(answered, (&delivery.entry, id), about.received_at).await;
                    }
                    Err(failure) => {
                        let attempt = delivery.attempt(runtime::now(), random());
                        self.conclude((backend, Mode::Ask), attempt, &failure).await;
                    }
                }
            }
        }
    }

    pub(super) fn with_backlog<T>(&self, use_it: impl FnOnce(&mut Backlog) -> T) -> T {
        BACKLOGS.with_borrow_mut(|backlogs| backlogs.update(&self.account, use_it))
    }
}

/// The calls of so many requests to backends: the claim, and for each the request and its outcome.
fn calls(count: usize) -> Limits {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    Limits { queries: count.saturating_mul(4).saturating_add(1), subrequests: count.saturating_mul(2) }
}
