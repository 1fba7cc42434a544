//! `delivery/*`: what is still to be delivered to backends and users.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backends::{DeliveryFilter, ListedRow};

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{MAX_PAGE, default_limit, filled, invalid, page_limit};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Webhook, Access::Read);
const WRITE: Scope = Scope::One(Group::Webhook, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "delivery/list",
        READ,
        "List what is still to be delivered, and what was given up.",
        &ours::<DeliveryPage, DeliveryList>(list),
    ),
    Endpoint::new(
        "delivery/replay",
        WRITE,
        "Try again what was given up.",
        &ours::<DeliveryReplay, Replayed>(replay),
    ),
];

/// What the edge does about deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryPlan {
    /// `delivery/list`
    List {
        /// Which ones.
        filter: DeliveryFilter,
        /// How many to pass over.
        offset: u32,
        /// At most so many.
        limit: u32,
    },
    /// `delivery/replay`: either one or all of a webhook.
    Replay {
        /// This one.
        id: Option<String>,
        /// All of this webhook.
        webhook: Option<String>,
    },
}

/// `delivery/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryPage {
    /// `pending` or `dead`; absent = both.
    #[serde(default)]
    #[schemars(regex(pattern = "^(pending|dead)$"))]
    state: Option<String>,
    /// Of this webhook; empty = messages to users, absent = all.
    #[serde(default)]
    webhook: Option<String>,
    /// How many to pass over.
    #[serde(default)]
    offset: u32,
    /// 1 to 100 a page.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `delivery/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliveryList {
    /// The oldest first; what is done is not among them.
    pub deliveries: Vec<DeliverySummary>,
}

/// Something that is not done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliverySummary {
    /// `webhook-id`
    pub id: String,
    /// To which webhook; empty = a message to the user.
    pub webhook: String,
    /// `notify`, `respond` or `send`.
    pub mode: String,
    /// Whose message it is about.
    pub openid: String,
    /// `pending` or `dead`.
    pub state: String,
    /// How often it was tried, as far as that was noted.
    pub attempts: i64,
    /// Unix seconds: when it is tried next, or when the last attempt was due.
    pub due_at: i64,
    /// Unix seconds.
    pub made_at: i64,
    /// Of the last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn list(request: DeliveryPage) -> Result<Plan, Error> {
    if request.state.as_deref().is_some_and(|state| !["pending", "dead"].contains(&state)) {
        return Err(invalid("state", "must be pending or dead"));
    }
    let limit = page_limit(request.limit, MAX_PAGE)?;
    let filter = DeliveryFilter { state: request.state, backend: request.webhook };
    Ok(Plan::Delivery(DeliveryPlan::List { filter, offset: request.offset, limit }))
}

impl From<ListedRow> for DeliverySummary {
    fn from((id, webhook, mode, openid, state, attempts, due_at, made_at, error): ListedRow) -> Self {
        Self { id, webhook, mode, openid, state, attempts, due_at, made_at, error }
    }
}

/// `delivery/replay`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["id"] }, { "required": ["webhook"] }]))]
struct DeliveryReplay {
    /// This one.
    #[serde(default)]
    #[schemars(length(min = 1))]
    id: Option<String>,
    /// Every dead one of this webhook; empty = messages to users.
    #[serde(default)]
    webhook: Option<String>,
}

/// `delivery/replay`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Replayed {
    /// How many are tried again; 1,000 at most.
    pub replayed: usize,
}

fn replay(request: DeliveryReplay) -> Result<Plan, Error> {
    let DeliveryReplay { id, webhook } = request;
    if id.is_some() == webhook.is_some() {
        return Err(invalid(".", "must have either id or webhook"));
    }
    let id = id.map(|id| filled("id", id)).transpose()?;
    Ok(Plan::Delivery(DeliveryPlan::Replay { id, webhook }))
}
