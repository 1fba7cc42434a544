//! The backends' story: told and asked behind the answer or before it, and what was cut off taken up again.

mod ask;
mod deliver;
mod send;
mod together;

use std::rc::Rc;
use std::time::Duration;

use worker::Env;

use crate::config::Config;
use crate::inbox::FollowMode;
use crate::relay::{self, About, Attempt, MAX_ANSWER_BYTES, Mode, Outcome, Webhook, check_url};
use crate::settings::{Edit, Settings};
use crate::sql::Statement;
use crate::time::Timestamp;

pub(super) use ask::Asked;

use super::bindings::{d1, fetch, runtime};
use super::settings;

/// The passive reply's head start on those that follow it.
const BEFORE_FURTHER_REPLIES: Duration = Duration::from_secs(1);

/// One account's backends.
#[derive(Clone)]
pub(super) struct Relay {
    pub(super) env: Env,
    pub(super) config: Rc<Config>,
    pub(super) settings: Rc<Settings>,
    pub(super) account: String,
}

impl Relay {
    /// One attempt.
    pub(in crate::edge) async fn call(
        &self,
        webhook: &Webhook,
        (id, mode): (&str, FollowMode),
        redelivery: bool,
        about: &About,
    ) -> Outcome {
        if let Err(invalid) = check_url(&webhook.url, self.config.webhook_allow_private()) {
            return Outcome::failed(invalid.to_string());
        }
        let Ok(root) = self.config.root_api_key() else {
            return Outcome::failed("ROOT_API_KEY is missing, and signatures need it");
        };
        let signing = (root, self.account.as_str());
        let request = relay::request(signing, webhook, (id, mode), redelivery, about, runtime::now());
        let limit = if webhook.mode == Mode::Respond { MAX_ANSWER_BYTES } else { 0 };
        let answer =
            fetch::post_webhook(&webhook.url, &request.headers, &request.body, webhook.timeout, limit).await;
        match answer {
            Err(error) => Outcome::failed(error),
            Ok(answer) if webhook.mode == Mode::Respond => {
                Outcome::of_question(answer.status, answer.retry_after.as_deref(), &answer.body)
            }
            Ok(answer) => Outcome::of_notification(answer.status, answer.retry_after.as_deref()),
        }
    }

    pub(super) async fn switch_off(&self, webhook: &Webhook) {
        let edit = Edit::SwitchOffWebhook { id: webhook.id.clone() };
        let by = ("mp-worker", "webhook/410");
        if let Err(error) = settings::change(&self.account, &edit, None, by, &self.env).await {
            self.complain("a webhook is not switched off", &error.to_string());
        }
    }

    pub(super) async fn note(&self, statement: &Statement) {
        if let Err(error) = d1::rows_or_again(&self.env, statement).await {
            self.complain("an attempt is not noted, and may be made again", &error.to_string());
        }
    }

    pub(super) fn complain(&self, what: &str, cause: &str) {
        runtime::log_notice("relay", &self.account, &format!("{what}: {cause}"));
    }
}

/// Takes up what is due, of every account.
pub(super) async fn sweep(env: &Env) {
    let config = runtime::config(env);
    for account in config.accounts() {
        let relay = Relay {
            env: env.clone(),
            config: Rc::clone(&config),
            settings: settings::refresh(account.name(), env).await,
            account: account.name().to_owned(),
        };
        relay.take_up().await;
    }
}

/// Where there is no chance to be had, attempts are not spread.
fn random() -> u8 {
    let [random] = runtime::random().unwrap_or([128]);
    random
}

/// The attempt that is made as a message comes.
fn first_attempt(id: &str, made_at: Timestamp) -> Attempt<'_> {
    Attempt { id, number: 1, made_at, now: runtime::now(), random: random() }
}
