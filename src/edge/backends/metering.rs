//! Reserves what a call of a model may use, and settles what it used.

use std::time::Duration;

use crate::assistants::{Assistant, Limits};
use crate::backends::{MeterRequest, Prompt, Reserved, Seen, SeenRow};
use crate::edge::bindings::{assistant, log, runtime};
use crate::error::Error;
use crate::notice::Notice;

use super::models::Models;

const METER_TIMEOUT: Duration = Duration::from_secs(5);

impl Models {
    /// Reserves a call and its tokens.
    pub(super) async fn reserve(
        &self,
        id: &str,
        user: &str,
        tokens: u64,
        limits: Limits,
    ) -> Result<Reserved, Error> {
        let request = MeterRequest::Reserve {
            id: id.to_owned(),
            day: runtime::now().day_in_beijing(),
            user: user.to_owned(),
            tokens,
            max_calls: limits.account_day.into(),
            max_tokens: limits.tokens_day.into(),
        };
        assistant::meter(&self.0.env, &self.0.account, &request, METER_TIMEOUT).await
    }

    /// Replaces what was reserved with what was used; if that fails, what was reserved counts.
    pub(super) async fn settle(&self, id: &str, tokens: u64, providers: Vec<(String, Option<String>)>) {
        let seen = Seen { at: runtime::now().seconds(), providers };
        let request = MeterRequest::Settle { id: id.to_owned(), tokens, seen };
        let settled: Result<(), _> =
            assistant::meter(&self.0.env, &self.0.account, &request, METER_TIMEOUT).await;
        if let Err(error) = settled {
            let (account, error) = (self.0.account.as_str(), &error.to_string());
            log::notice(&Notice::MeterNotSettled { account, error });
        }
    }

    /// Notes how providers have answered; if that fails, the next call notes it.
    pub(super) async fn note(&self, providers: Vec<(String, Option<String>)>) {
        let seen = Seen { at: runtime::now().seconds(), providers };
        let request = MeterRequest::Note { seen };
        let _: Result<(), _> = assistant::meter(&self.0.env, &self.0.account, &request, METER_TIMEOUT).await;
    }

    /// How the providers have answered; nothing if the meter does not say.
    pub(super) async fn seen(&self) -> Vec<SeenRow> {
        let request = MeterRequest::Providers;
        assistant::meter(&self.0.env, &self.0.account, &request, METER_TIMEOUT).await.unwrap_or_default()
    }
}

/// How many tokens a call may use.
pub(super) fn estimate(assistant: &Assistant, prompt: &Prompt) -> u64 {
    let longest = assistant.models.iter().map(|model| model.max_tokens).max().unwrap_or_default();
    u64::from(assistant.tokens(&prompt.turns, &prompt.text)).saturating_add(longest.into())
}
