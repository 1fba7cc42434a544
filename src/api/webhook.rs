//! `webhook/*`: the operator's backends.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::backends::WebhookDraft;
use crate::callback::Reply;
use crate::secret::Secret;
use crate::settings::Edit;

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, index};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Webhook, Access::Read);
const WRITE: Scope = Scope::One(Group::Webhook, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "webhook/create",
        WRITE,
        "Add a webhook; its secret is shown.",
        &ours::<WebhookCreate, WebhookChanged>(create),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/list",
        READ,
        "List the webhooks in their order.",
        &ours::<NoParameters, WebhookList>(list),
    ),
    Endpoint::new(
        "webhook/update",
        WRITE,
        "Replace a webhook, in its place.",
        &ours::<WebhookUpdate, WebhookChanged>(update),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/delete",
        WRITE,
        "Remove a webhook.",
        &ours::<WebhookDelete, WebhookChanged>(delete),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "webhook/test",
        WRITE,
        "Send a webhook a message that nobody sent.",
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
    /// `webhook/create`, `webhook/update`, `webhook/delete`
    Change {
        /// How.
        edit: Edit,
        /// Only if the settings are at this version.
        if_version: Option<u64>,
    },
    /// `webhook/list`
    List,
    /// `webhook/test`
    Test {
        /// Which one.
        id: String,
    },
    /// `webhook/secret`
    Secret {
        /// Of which one.
        id: String,
    },
}

/// `webhook/create`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookCreate {
    /// What to add; its id is made by us.
    webhook: WebhookDraft,
    /// Before which one, from 0; absent = after the last.
    #[serde(default)]
    position: Option<u32>,
    /// Only if the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// A change of the webhooks, done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookChanged {
    /// Which version of the settings it made. Every location has it within two minutes.
    pub version: u64,
    /// Of the webhook.
    pub id: String,
    /// What its requests are signed with, if that is new: `webhook/secret` shows it again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub secret: Option<Secret>,
}

fn create(request: WebhookCreate) -> Result<Plan, Error> {
    let webhook = valid(request.webhook)?;
    change(Edit::CreateWebhook { webhook, position: index(request.position) }, request.if_version)
}

/// `webhook/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookList {
    /// Of the settings.
    pub version: u64,
    /// In the order in which they are asked.
    #[schemars(with = "Vec<Value>")]
    pub webhooks: Vec<WebhookDraft>,
}

fn list(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Webhook(WebhookPlan::List))
}

/// `webhook/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookUpdate {
    /// As `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// What it becomes, as a whole, in its place.
    webhook: WebhookDraft,
    /// Give it a new secret; for a day the old one signs as well.
    #[serde(default)]
    rotate_secret: bool,
    /// Its new place among the webhooks, from 0; absent = where it is.
    #[serde(default)]
    position: Option<u32>,
    /// Only if the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn update(request: WebhookUpdate) -> Result<Plan, Error> {
    let edit = Edit::UpdateWebhook {
        id: filled("id", request.id)?,
        webhook: valid(request.webhook)?,
        rotate_secret: request.rotate_secret,
        position: index(request.position),
    };
    change(edit, request.if_version)
}

/// `webhook/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WebhookDelete {
    /// As `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// Only if the settings are at this version.
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
    /// As `webhook/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
}

/// `webhook/test`
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookTested {
    /// Whether it did what it has to.
    pub ok: bool,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Milliseconds until its answer.
    pub took_ms: i64,
    /// What it wants to reply to the text "test", if it is one to ask.
    #[schemars(with = "Vec<Value>")]
    pub replies: Vec<Reply>,
}

fn test(request: WebhookId) -> Result<Plan, Error> {
    Ok(Plan::Webhook(WebhookPlan::Test { id: filled("id", request.id)? }))
}

/// `webhook/secret`
#[derive(Debug, Serialize, JsonSchema)]
pub struct WebhookSecret {
    /// `whsec_` and Base64, as the verifiers of Standard Webhooks take it. A new root API key changes it.
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
