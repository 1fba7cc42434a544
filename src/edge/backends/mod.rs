//! Tells and asks the backends of an account, before the response or after it, and retries what failed.

mod ask;
mod converse;
mod deliver;
mod metering;
mod models;
mod run;
mod send;

use std::rc::Rc;
use std::time::Duration;

use crate::assistants;
use crate::backends::{Ask, Attempt, AttemptOutcome, Backend, Caller, Slow, Webhook};
use crate::config::Config;
use crate::error::Error;
use crate::notice::Notice;
use crate::settings::{Edit, Settings};
use crate::sql::Statement;
use crate::time::Timestamp;

pub(super) use models::Models;

use super::bindings::{Env, d1, fetch, log, runtime};
use super::state::{capabilities, settings};

/// Delay before further replies, so that the passive one arrives first.
const BEFORE_FURTHER_REPLIES: Duration = Duration::from_secs(1);

/// Performs what one account's outbox holds.
#[derive(Clone)]
pub(super) struct Dispatcher {
    pub(super) env: Env,
    pub(super) config: Rc<Config>,
    pub(super) settings: Rc<Settings>,
    pub(super) account: String,
}

impl Dispatcher {
    /// Makes one attempt; where the request cannot be made, that is the outcome.
    pub(super) async fn call(&self, backend: &Backend, ask: &Ask<'_>) -> AttemptOutcome {
        let Ok(keys) = self.config.signing_keys() else {
            return AttemptOutcome::failed("SIGNING_KEY is missing or invalid, and signatures need it");
        };
        let allow_private = self.config.webhook_allow_private();
        let caller = Caller { account: &self.account, keys, allow_private };
        let Backend::Webhook(webhook) = backend else {
            return AttemptOutcome::failed("an assistant is asked by its conversation");
        };
        let outgoing = match webhook.request(ask, &caller, runtime::now()) {
            Ok(outgoing) => outgoing,
            Err(invalid) => return AttemptOutcome::failed(invalid.to_string()),
        };
        let began = runtime::milliseconds();
        let answer = fetch::send_to_backend(&self.env, &outgoing).await;
        let took_ms = runtime::milliseconds().saturating_sub(began);
        match answer {
            Ok(answer) => Webhook::read(ask.mode, answer.status, answer.retry_after.as_deref(), &answer.body)
                .traced(Some((answer.status, &answer.body)), took_ms),
            Err(error) => AttemptOutcome::failed(error.into_reason()).traced(None, took_ms),
        }
    }

    /// How an answer that comes late reaches the user, by what WeChat lets the account do where the backend leaves that open.
    fn slow(&self, backend: &Backend) -> Slow {
        match backend {
            Backend::Assistant(assistant)
                if assistant.assistant.slow == assistants::Slow::Auto
                    && capabilities::may_not_send(&self.account) =>
            {
                Slow::NextDelivery
            }
            backend => backend.slow(),
        }
    }

    /// Reads what WeChat lets the account do, where a backend leaves open how a late answer reaches the user.
    async fn learn_for(&self, backend: &Backend) {
        if matches!(backend, Backend::Assistant(assistant) if assistant.assistant.slow == assistants::Slow::Auto)
        {
            capabilities::read(&self.account, &self.env).await;
        }
    }

    fn may_send(&self, backend: &Backend) -> bool {
        self.slow(backend) == Slow::CustomerService
    }

    async fn switch_off(&self, backend: &Backend) {
        let edit = Edit::SwitchOffWebhook { id: backend.id().to_owned() };
        let by = ("mp-worker", None, "webhook/410");
        let (account, id) = (self.account.as_str(), backend.id());
        match settings::change(account, &edit, None, by, &self.env).await {
            Ok(edited) if edited.is_new => {
                log::notice(&Notice::BackendSwitchedOff { account, backend: id });
            }
            // Another request has switched it off, or the operator has deleted it.
            Ok(_) => {}
            Err(error) => {
                let error = &error.to_string();
                log::notice(&Notice::BackendNotSwitchedOff { account, backend: id, error });
            }
        }
    }

    async fn store_outcome(&self, delivery: &str, statements: &[Statement]) {
        if let Err(error) = d1::transaction_or_again(&self.env, statements).await {
            let (account, error) = (self.account.as_str(), &error.to_string());
            log::notice(&Notice::AttemptNotStored { account, delivery, error });
        }
    }
}

/// Retries the deliveries of one account that are due.
pub(super) async fn redeliver(account: &str, env: &Env) -> Result<(), Error> {
    let dispatcher = Dispatcher {
        env: env.clone(),
        config: runtime::config(env),
        settings: settings::refresh(account, env).await?,
        account: account.to_owned(),
    };
    dispatcher.take_up_in_turn().await
}

/// Without randomness there is no jitter.
fn random() -> u8 {
    let [random] = runtime::random().unwrap_or([128]);
    random
}

/// The attempt that is made as a message arrives.
fn first_attempt(id: &str, made_at: Timestamp) -> Attempt<'_> {
    Attempt { id, number: 1, made_at, now: runtime::now(), random: random() }
}
