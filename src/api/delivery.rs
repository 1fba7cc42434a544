//! `delivery/*`: deliveries to backends and users that are pending or dead.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::backends::{DeliveryFilter, Listed};
use crate::outgoing::Outgoing;
use crate::time::Timestamp;

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{MAX_PAGE, Page, default_limit, filled, invalid, optional, period};
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
        "delivery/get",
        READ,
        "Show a delivery that is pending or dead, with its request and its failed attempts. Needs `message:read` as well.",
        &ours::<DeliveryId, DeliveryShown>(get),
    ),
    Endpoint::new(
        "delivery/retry",
        WRITE,
        "Try a pending delivery now.",
        &ours::<DeliveryId, Nothing>(retry),
    ),
    Endpoint::new(
        "delivery/replay",
        WRITE,
        "Retry dead deliveries, or pending ones now.",
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
    /// `delivery/replay` of those that a filter selects
    ReplayAll {
        /// Which deliveries to try.
        filter: DeliveryFilter,
        /// Only count them.
        dry_run: bool,
    },
    /// `delivery/get`
    Get {
        /// `webhook-id` of the delivery.
        id: String,
    },
    /// `delivery/retry`
    Retry {
        /// `webhook-id` of the delivery.
        id: String,
    },
}

impl DeliveryPlan {
    /// A request shows what the user wrote.
    pub(super) const fn further_scopes(&self) -> &'static [Scope] {
        match self {
            Self::Get { .. } => &[Scope::One(Group::Message, Access::Read)],
            _ => &[],
        }
    }
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
    /// Unix seconds: only deliveries that were created or replayed since then.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds: only deliveries that were created or replayed until then.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
    /// Only deliveries whose last error contains this text.
    #[serde(default)]
    #[schemars(length(min = 1))]
    error: Option<String>,
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
    /// The `cursor` of the next page; absent = there is none. With other filters than
    /// `state`, a page may have fewer deliveries than `limit` and still be followed by another.
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
    let DeliveryPage { state, webhook, since, until, error, cursor, limit } = request;
    let page = Page::new(cursor, limit)?;
    Ok(Plan::Delivery(DeliveryPlan::List { filter: filter(state, webhook, (since, until), error)?, page }))
}

fn filter(
    state: Option<String>,
    backend: Option<String>,
    (since, until): (Option<Timestamp>, Option<Timestamp>),
    error: Option<String>,
) -> Result<DeliveryFilter, Error> {
    if state.as_deref().is_some_and(|state| !["pending", "dead"].contains(&state)) {
        return Err(invalid("state", "must be pending or dead"));
    }
    let (since, until) = period(since, until)?;
    Ok(DeliveryFilter { state, backend, since, until, error: optional("error", error)? })
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

/// `delivery/get`
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliveryShown {
    /// As `delivery/list` shows it.
    pub delivery: DeliverySummary,
    /// What is sent now; absent if it cannot be sent, because the backend or the message does not exist any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<DeliveryRequest>,
    /// The last failed attempts, also those before it was replayed: at most twelve, the earliest first.
    #[schemars(with = "Vec<FailedAttempt>")]
    pub attempts: Value,
}

/// What is sent to a webhook or, for the mode `send`, through WeChat to the user.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DeliveryRequest {
    /// URL of the webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The headers, without the signature and its time.
    #[schemars(with = "BTreeMap<String, String>")]
    pub headers: Value,
    /// The body.
    #[schemars(with = "Map<String, Value>")]
    pub body: Value,
}

impl DeliveryRequest {
    /// A request to a webhook.
    #[must_use]
    pub fn of(outgoing: Outgoing) -> Self {
        let id = outgoing.headers.into_iter().find(|(name, _)| *name == "webhook-id");
        let headers = json!({ "webhook-id": id.map(|(_, id)| id) });
        let body = serde_json::from_str(&outgoing.body).unwrap_or_default();
        Self { url: Some(outgoing.url), headers, body }
    }

    /// A message to the user.
    #[must_use]
    pub fn of_message(body: Value) -> Self {
        Self { url: None, headers: json!({}), body }
    }
}

/// An attempt that failed.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it describes what is stored as JSON")]
struct FailedAttempt {
    /// Unix seconds: when it failed.
    at: i64,
    /// Why.
    error: String,
    /// The status of the answer; `null` if there was none.
    status: Option<u16>,
    /// Milliseconds until it failed; `null` if nothing was sent, and for messages to users.
    took_ms: Option<i64>,
    /// The first 512 bytes of the answer's body.
    body: Option<String>,
}

fn get(request: DeliveryId) -> Result<Plan, Error> {
    Ok(Plan::Delivery(DeliveryPlan::Get { id: filled("id", request.id)? }))
}

/// `delivery/replay`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{ "required": ["id"] }, { "required": ["webhook"] }, { "required": ["filter"] }]))]
struct DeliveryReplay {
    /// `id` as `delivery/list` shows it.
    #[serde(default)]
    #[schemars(length(min = 1))]
    id: Option<String>,
    /// All dead deliveries of this webhook; empty = messages to users.
    #[serde(default)]
    webhook: Option<String>,
    /// The deliveries that this selects.
    #[serde(default)]
    filter: Option<ReplayFilter>,
    /// With `filter`, only count them.
    #[serde(default)]
    dry_run: bool,
}

/// Which deliveries to try.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReplayFilter {
    /// Deliveries to this webhook; empty = messages to users.
    webhook: String,
    /// `dead`, or `pending`, which are then tried now.
    #[schemars(regex(pattern = "^(pending|dead)$"))]
    state: String,
    /// Unix seconds: only those that were created or replayed since then.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
    /// Unix seconds: only those that were created or replayed until then.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    until: Option<Timestamp>,
    /// Only those whose last error contains this text.
    #[serde(default)]
    #[schemars(length(min = 1))]
    error: Option<String>,
}

/// `delivery/replay`
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Replayed {
    /// Number of deliveries that are retried, at most 1,000; absent for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replayed: Option<usize>,
    /// For a dry run: number of deliveries that would be retried, at most 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matching: Option<i64>,
    /// For a dry run: Unix seconds, when the first of them was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_at: Option<i64>,
    /// For a dry run: how many of them are tried at once; the others follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_once: Option<i64>,
}

fn replay(request: DeliveryReplay) -> Result<Plan, Error> {
    let DeliveryReplay { id, webhook, filter: selected, dry_run } = request;
    if [id.is_some(), webhook.is_some(), selected.is_some()].iter().filter(|is_there| **is_there).count() != 1
    {
        return Err(invalid(".", "must have exactly one of id, webhook, filter"));
    }
    if let Some(ReplayFilter { webhook, state, since, until, error }) = selected {
        let filter = filter(Some(state), Some(webhook), (since, until), error)
            .map_err(|error| error.under("filter"))?;
        return Ok(Plan::Delivery(DeliveryPlan::ReplayAll { filter, dry_run }));
    }
    if dry_run {
        return Err(invalid("dry_run", "is only for filter"));
    }
    let id = id.map(|id| filled("id", id)).transpose()?;
    Ok(Plan::Delivery(DeliveryPlan::Replay { id, webhook }))
}

/// `delivery/get`, `delivery/retry`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DeliveryId {
    /// `id` as `delivery/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
}

fn retry(request: DeliveryId) -> Result<Plan, Error> {
    Ok(Plan::Delivery(DeliveryPlan::Retry { id: filled("id", request.id)? }))
}
