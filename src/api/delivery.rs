//! `delivery/*`: deliveries to backends and users that are pending or dead.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::backends::{DeliveryFilter, Listed};

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{MAX_PAGE, Page, default_limit, filled, invalid};
use super::handler::{Nothing, ours};
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Webhook, Access::Read);
const WRITE: Scope = Scope::One(Group::Webhook, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "delivery/list",
        READ,
        "List deliveries that are pending or dead.",
        &ours::<DeliveryPage, DeliveryList>(list),
    ),
    Endpoint::new(
        "delivery/retry",
        WRITE,
        "Try a pending delivery now.",
        &ours::<DeliveryRetry, Nothing>(retry),
    ),
    Endpoint::new(
        "delivery/replay",
        WRITE,
        "Retry dead deliveries.",
        &ours::<DeliveryReplay, Replayed>(replay),
    ),
];

/// What the edge does about deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryPlan {
    /// `delivery/list`
    List {
        /// Which deliveries to list.
        filter: DeliveryFilter,
        /// Which page of them.
        page: Page,
    },
    /// `delivery/replay`: either one delivery, or all dead ones of a webhook.
    Replay {
        /// `webhook-id` of the delivery.
        id: Option<String>,
        /// Id of the webhook; empty = messages to users.
        webhook: Option<String>,
    },
    /// `delivery/retry`
    Retry {
        /// `webhook-id` of the delivery.
        id: String,
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
    /// Only deliveries to this webhook; empty = messages to users, absent = all.
    #[serde(default)]
    webhook: Option<String>,
    /// `next_cursor` of the previous page; absent = the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// 1 to 100 a page.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `delivery/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliveryList {
    /// The dead, then the pending; of each, those that notify, ask and send, by `due_at`.
    pub deliveries: Vec<DeliverySummary>,
    /// The `cursor` of the next page; absent = there is none. With `webhook`, a page may have fewer deliveries than `limit`
    /// and still be followed by another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A delivery that is pending or dead.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliverySummary {
    /// `webhook-id`
    pub id: String,
    /// Id of the webhook to call, or whose answer it is; empty = a message of the rules to the user.
    pub webhook: String,
    /// `notify`, `respond` or `send`.
    pub mode: String,
    /// The user whose message or event it is about.
    pub openid: String,
    /// Unix seconds: the message's `CreateTime`.
    pub create_time: i64,
    /// The message's MsgId; absent for an event, and for a message that is no longer stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msg_id: Option<String>,
    /// `pending` or `dead`.
    pub state: String,
    /// Number of attempts begun.
    pub attempts: i64,
    /// Unix seconds: when the next attempt is due; of a dead one, when the last was.
    pub due_at: i64,
    /// Unix seconds: when it was created.
    pub made_at: i64,
    /// Error of the last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn list(request: DeliveryPage) -> Result<Plan, Error> {
    if request.state.as_deref().is_some_and(|state| !["pending", "dead"].contains(&state)) {
        return Err(invalid("state", "must be pending or dead"));
    }
    let page = Page::new(request.cursor, request.limit)?;
    let filter = DeliveryFilter { state: request.state, backend: request.webhook };
    Ok(Plan::Delivery(DeliveryPlan::List { filter, page }))
}

impl From<Listed> for DeliverySummary {
    fn from(listed: Listed) -> Self {
        let Listed {
            id,
            backend,
            mode,
            openid,
            create_time,
            msg_id,
            state,
            attempts,
            due_at,
            made_at,
            error,
        } = listed;
        Self {
            id,
            webhook: backend,
            mode,
            openid,
            create_time: create_time.seconds(),
            msg_id,
            state,
            attempts,
            due_at: due_at.seconds(),
            made_at: made_at.seconds(),
            error,
        }
    }
}

/// `delivery/replay`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["id"] }, { "required": ["webhook"] }]))]
struct DeliveryReplay {
    /// `id` as `delivery/list` shows it.
    #[serde(default)]
    #[schemars(length(min = 1))]
    id: Option<String>,
    /// All dead deliveries of this webhook; empty = messages to users.
    #[serde(default)]
    webhook: Option<String>,
}

/// `delivery/replay`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Replayed {
    /// Number of deliveries that are retried, at most 1,000.
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

/// `delivery/retry`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryRetry {
    /// `id` as `delivery/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
}

fn retry(request: DeliveryRetry) -> Result<Plan, Error> {
    Ok(Plan::Delivery(DeliveryPlan::Retry { id: filled("id", request.id)? }))
}
