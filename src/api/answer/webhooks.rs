//! Answers about webhooks and deliveries.

use serde::Serialize;
#[cfg(not(target_arch = "wasm32"))]
use serde_json::Value;

use crate::backends::{ListedRow, WebhookDraft};
use crate::callback::Reply;
use crate::secret::Secret;

use super::settings::answers;

answers! {
    /// A change of the webhooks, done.
    WebhookChanged {
        /// Which version of the settings it made. Every location has it within two minutes.
        version: u64,
        /// Of the webhook.
        id: String,
        /// What its requests are signed with, if that is new: `webhook/secret` shows it again.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<String>"))]
        secret: Option<Secret>,
    }
    /// `webhook/list`
    WebhookList {
        /// Of the settings.
        version: u64,
        /// In the order in which they are asked.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<Value>"))]
        webhooks: Vec<WebhookDraft>,
    }
    /// `webhook/secret`
    WebhookSecret {
        /// `whsec_` and Base64, as the verifiers of Standard Webhooks take it. A new root API key changes it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "String"))]
        secret: Secret,
    }
    /// `webhook/test`
    WebhookTested {
        /// Whether it did what it has to.
        ok: bool,
        /// What is wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// Milliseconds until its answer.
        took_ms: i64,
        /// What it wants to reply to the text "test", if it is one to ask.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<Value>"))]
        replies: Vec<Reply>,
    }
    /// `delivery/list`
    DeliveryList {
        /// The oldest first; what is done is not among them.
        deliveries: Vec<DeliverySummary>,
    }
    /// Something that is not done.
    DeliverySummary {
        /// `webhook-id`
        id: String,
        /// To which webhook; empty = a message to the user.
        webhook: String,
        /// `notify`, `respond` or `send`.
        mode: String,
        /// Whose message it is about.
        openid: String,
        /// `pending` or `dead`.
        state: String,
        /// How often it was tried, as far as that was noted.
        attempts: i64,
        /// Unix seconds: when it is tried next, or when the last attempt was due.
        due_at: i64,
        /// Unix seconds.
        made_at: i64,
        /// Of the last attempt.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    }
    /// `delivery/replay`
    Replayed {
        /// How many are tried again; 1,000 at most.
        replayed: usize,
    }
}

impl From<ListedRow> for DeliverySummary {
    fn from((id, webhook, mode, openid, state, attempts, due_at, made_at, error): ListedRow) -> Self {
        Self { id, webhook, mode, openid, state, attempts, due_at, made_at, error }
    }
}
