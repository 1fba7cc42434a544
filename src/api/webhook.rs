//! `webhook/*`: the webhooks that are told of messages, or asked what to reply.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backends::{AttemptOutcome, Mode, WebhookDraft, WebhookRow};
use crate::callback::{Reply, ReplyDraft, Trigger};
use crate::inbox::{BackendFigures, OutcomeCounts};
use crate::secret::Secret;
use crate::settings::Edit;

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{filled, index};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Webhook, Access::Read);
const WRITE: Scope = Scope::One(Group::Webhook, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "webhook/create",
        WRITE,
        "Add a webhook, and show its secret. Needs `message:read` as well, and `message:write` for the mode `respond`.",
        &ours::<WebhookCreate, WebhookChanged>(create),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/list",
        READ,
        "List the webhooks in the order in which they are asked.",
        &ours::<WebhooksQuery, WebhookList>(list),
    ),
    Endpoint::new(
        "webhook/update",
        WRITE,
        "Replace a webhook and keep its position. Needs `message:read` as well, and `message:write` for the mode \
         `respond`.",
        &ours::<WebhookUpdate, WebhookChanged>(update),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/rotate_secret",
        WRITE,
        "Give a webhook a new secret.",
        &ours::<SecretRotation, WebhookChanged>(rotate_secret),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/delete",
        WRITE,
        "Delete a webhook.",
        &ours::<WebhookDelete, WebhookChanged>(delete),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/test",
        WRITE,
        "Send a test message to a webhook.",
        &ours::<WebhookId, WebhookTested>(test),
    ),
    Endpoint::new(
        "webhook/secret",
        WRITE,
        "Show a webhook's secret.",
        &ours::<WebhookId, WebhookSecret>(secret),
    ),
];

/// What the edge does about webhooks.
#[derive(Debug, Clone, PartialEq)]
pub enum WebhookPlan {
    /// `webhook/create`, `webhook/update`, `webhook/rotate_secret`, `webhook/delete`
    Change {
        /// The change.
        edit: Edit,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
    /// `webhook/list`
    List {
        /// Also say how each does.
        day: bool,
    },
    /// `webhook/test`
    Test {
        /// Id of the webhook.
        id: String,
    },
    /// `webhook/secret`
    Secret {
        /// Id of the webhook.
        id: String,
    },
}

impl WebhookPlan {
    /// A webhook gets every message, and one that is asked answers users: a caller needs the scopes for both, so that a
    /// webhook gives no access beyond them.
    pub(super) const fn further_scopes(&self) -> &'static [Scope] {
        const READ: Scope = Scope::One(Group::Message, Access::Read);
        const WRITE: Scope = Scope::One(Group::Message, Access::Write);
        match self {
            Self::Change {
                edit: Edit::CreateWebhook { webhook, .. } | Edit::UpdateWebhook { webhook, .. },
                ..
            } => match webhook.mode {
                Mode::Tell => &[READ],
                Mode::Ask => &[READ, WRITE],
            },
            _ => &[],
        }
    }
}

/// `webhook/create`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookCreate {
    /// The new webhook; its id is assigned.
    webhook: WebhookDraft,
    /// Position of the new webhook, from 0; absent = after the last.
    #[serde(default)]
    position: Option<u32>,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// The result of a change of the webhooks.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookChanged {
    /// Version of the settings that the change made; every location has it within two minutes.
    pub version: u64,
    /// Id of the webhook.
    pub id: String,
    /// The secret that signs its requests, if it is new; `webhook/secret` shows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub secret: Option<Secret>,
}

fn create(request: WebhookCreate) -> Result<Plan, Error> {
    let webhook = valid(request.webhook)?;
    change(Edit::CreateWebhook { webhook, position: index(request.position) }, request.if_version)
}

/// `webhook/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhooksQuery {
    /// Also say how each webhook does.
    #[serde(default)]
    day: bool,
}

/// `webhook/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookList {
    /// Version of the settings.
    pub version: u64,
    /// The webhooks in the order in which they are asked.
    pub webhooks: Vec<WebhookDraft>,
    /// How each of them does, in their order; present if `day` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<WebhookDay>>,
    /// Unix seconds: `days` counts answers of the present and the previous hour as of then, at most a quarter of an hour ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_at: Option<i64>,
}

/// How a webhook does.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct WebhookDay {
    /// Number of questions that it has answered today, in Beijing. Notifications are not counted.
    pub ok: i64,
    /// Number of questions that neither it nor a webhook after it has answered today.
    pub failed: i64,
    /// Milliseconds within which 95 % of its answers of today came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<i64>,
    /// Number of deliveries that have failed and are retried, of at most 1,000 of the account.
    pub pending: i64,
    /// Number of deliveries that were given up, of at most 1,000 of the account.
    pub dead: i64,
    /// Error of the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

fn list(request: WebhooksQuery) -> Result<Plan, Error> {
    Ok(Plan::Webhook(WebhookPlan::List { day: request.day }))
}

impl WebhookDay {
    /// Adds the figures of today, if there are any.
    #[must_use]
    pub fn with(mut self, figures: Option<&BackendFigures>) -> Self {
        if let Some(BackendFigures { outcomes, p95_ms, .. }) = figures {
            let OutcomeCounts { replied, answered_late, kept, silent, failed, .. } = *outcomes;
            self.ok = [replied, answered_late, kept, silent].into_iter().fold(0, i64::saturating_add);
            (self.failed, self.p95_ms) = (failed, *p95_ms);
        }
        self
    }
}

impl From<WebhookRow> for WebhookDay {
    fn from((_, pending, dead, last_error, _): WebhookRow) -> Self {
        Self { pending, dead, last_error, ..Self::default() }
    }
}

/// `webhook/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookUpdate {
    /// `id` as `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// The whole new webhook.
    webhook: WebhookDraft,
    /// New position of the webhook, from 0; absent = unchanged.
    #[serde(default)]
    position: Option<u32>,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn update(request: WebhookUpdate) -> Result<Plan, Error> {
    let edit = Edit::UpdateWebhook {
        id: filled("id", request.id)?,
        webhook: valid(request.webhook)?,
        position: index(request.position),
    };
    change(edit, request.if_version)
}

/// `webhook/rotate_secret`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SecretRotation {
    /// `id` as `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// For a day, requests are also signed with the previous secret.
fn rotate_secret(request: SecretRotation) -> Result<Plan, Error> {
    change(Edit::RotateSecret { id: filled("id", request.id)? }, request.if_version)
}

/// `webhook/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookDelete {
    /// `id` as `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn delete(request: WebhookDelete) -> Result<Plan, Error> {
    change(Edit::DeleteWebhook { id: filled("id", request.id)? }, request.if_version)
}

/// `webhook/test`, `webhook/secret`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookId {
    /// `id` as `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
}

/// `webhook/test`
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookTested {
    /// Whether the webhook answered as it should.
    pub ok: bool,
    /// Why it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds until it answered.
    pub took_ms: i64,
    /// What it replies to the text "test", if its mode is `respond`.
    #[schemars(with = "Vec<ReplyDraft>")]
    pub replies: Vec<Reply>,
}

impl WebhookTested {
    /// The result of an attempt with a text message.
    #[must_use]
    pub fn new(outcome: AttemptOutcome, took_ms: i64) -> Self {
        let (error, replies) = match outcome.fitting(Some(Trigger::Message)) {
            AttemptOutcome::Told => (None, Vec::new()),
            AttemptOutcome::Answered(replies) => (None, replies),
            AttemptOutcome::Gone { .. } => {
                (Some("it answered 410, which disables a webhook".to_owned()), Vec::new())
            }
            AttemptOutcome::Failed { error, .. } => (Some(error), Vec::new()),
        };
        Self { ok: error.is_none(), error, took_ms, replies }
    }
}

fn test(request: WebhookId) -> Result<Plan, Error> {
    Ok(Plan::Webhook(WebhookPlan::Test { id: filled("id", request.id)? }))
}

/// `webhook/secret`
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookSecret {
    /// `whsec_` and Base64, as libraries for Standard Webhooks expect it. It changes with `SIGNING_KEY`.
    #[schemars(with = "String")]
    pub secret: Secret,
}

fn secret(request: WebhookId) -> Result<Plan, Error> {
    Ok(Plan::Webhook(WebhookPlan::Secret { id: filled("id", request.id)? }))
}

fn change(edit: Edit, if_version: Option<u64>) -> Result<Plan, Error> {
    Ok(Plan::Webhook(WebhookPlan::Change { edit, if_version }))
}

fn valid(webhook: WebhookDraft) -> Result<Box<WebhookDraft>, Error> {
    webhook.check().map_err(|invalid| Error::InvalidParameter(invalid.under("webhook")))?;
    Ok(Box::new(webhook))
}
