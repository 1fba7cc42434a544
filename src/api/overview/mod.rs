//! `account/overview`: what is wrong, and how much comes in.

mod findings;
mod problems;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::backends::SpoolStatus;
use crate::inbox::DayFigures;

use super::problem::Problem;

pub use findings::{Findings, OverviewRow, select, store_quota};

/// `account/overview`
///
/// Parts that the key may not read, or that cannot be read now, are absent.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Overview {
    /// Unix seconds: when the figures were counted, at most a quarter of an hour ago; the rest is of now.
    pub as_of: i64,
    /// The figures of today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<DayFigures>,
    /// Yesterday by the same time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yesterday_by_now: Option<DayFigures>,
    /// Messages that were not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<Unanswered>,
    /// Number of users whose automatic answers are paused, counted up to 100, which stands for more as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<i64>,
    /// Deliveries that are not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliveries: Option<Deliveries>,
    /// The access token; absent without an AppSecret, and until the first one was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenState>,
    /// The day's quotas as WeChat last said, when `account/check` asked.
    pub quota: Vec<QuotaState>,
    /// The database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
    /// What waits until the database accepts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spool: Option<SpoolStatus>,
    /// Unix seconds: `CreateTime` of the latest message or event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message_at: Option<i64>,
    /// What WeChat lets the account do, as its answers to calls have shown.
    #[schemars(with = "Capabilities")]
    pub capabilities: Map<String, Value>,
    /// What is wrong now, the worst first.
    pub problems: Vec<Problem>,
}

/// What WeChat lets an account do.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it only describes the object")]
struct Capabilities {
    /// The menu.
    menu: Capability,
    /// Customer-service messages.
    customer_service: Capability,
    /// Template messages.
    template: Capability,
    /// Followers.
    user: Capability,
    /// Tags.
    tag: Capability,
    /// QR codes with scenes.
    qrcode: Capability,
    /// Temporary and permanent media.
    media: Capability,
}

/// Whether WeChat lets an account make some calls.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it only describes the object")]
struct Capability {
    /// `unknown` until one of them was made.
    state: CapabilityState,
    /// WeChat's errcode, with `no`: 48001.
    #[schemars(skip_serializing_if = "Option::is_none")]
    errcode: Option<i64>,
    /// Unix seconds: since when it is known; with `no`, when WeChat first refused in the last day that it did.
    #[schemars(skip_serializing_if = "Option::is_none")]
    seen_at: Option<i64>,
}

/// The state of a capability.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "it only describes the values")]
enum CapabilityState {
    /// WeChat has accepted such a call.
    Yes,
    /// WeChat has refused one with 48001, and accepted none since.
    No,
    /// None was made.
    Unknown,
}

/// Messages of the last 48 hours that were not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Unanswered {
    /// Their number, counted up to 100, which stands for more as well.
    pub count: i64,
    /// The number of users who sent those that were counted, which `conversation/list` lists.
    pub users: i64,
    /// Unix seconds: `CreateTime` of the oldest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_at: Option<i64>,
    /// The number of those whose answer failed, was refused by WeChat, or may not have arrived.
    pub failed: i64,
    /// The number of users who sent the failed ones.
    pub failed_users: i64,
}

/// Deliveries that are not done; each number is counted up to 100, which stands for more as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Deliveries {
    /// Those that are retried, or have not been tried yet.
    pub pending: i64,
    /// Those that were given up.
    pub dead: i64,
}

/// The access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct TokenState {
    /// Whether there is one that is valid.
    pub ok: bool,
    /// Unix seconds: when it expires.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
}

/// A quota of WeChat's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct QuotaState {
    /// `customer_service`: customer-service messages.
    pub api: &'static str,
    /// Number of calls that were made today.
    pub used: i64,
    /// Number of calls that may be made in a day.
    pub limit: i64,
    /// Unix seconds: when WeChat said so.
    pub as_of: i64,
}

/// The database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Storage {
    /// Its size.
    pub bytes: i64,
    /// `DATABASE_LIMIT_MB`, or the limit of the free plan.
    pub limit: i64,
    /// In how many days it is full if it goes on growing as it has; absent if it does not become full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_in_days: Option<i64>,
    /// Whether it accepts writes.
    pub writable: bool,
}
