//! `assistant/*`: the models that answer users, and what they use; `conversation/get` and `conversation/reset`: what one of
//! them remembers of a user.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assistants::{AssistantDraft, Turn};
use crate::settings::Edit;
use crate::time::{SECONDS_A_DAY, Timestamp, date};

use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, invalid, openid};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};
use super::{Error, Nothing};

const READ: Scope = Scope::One(Group::Assistant, Access::Read);
const WRITE: Scope = Scope::One(Group::Assistant, Access::Write);
/// Number of days of `assistant/usage`.
const MAX_DAYS: u32 = 31;

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new("assistant/list", READ, "List the assistants.", &ours::<NoParameters, AssistantList>(list)),
    Endpoint::new(
        "assistant/update",
        WRITE,
        "Create an assistant, or replace the one of that name.",
        &ours::<AssistantUpdate, AssistantChanged>(update),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "assistant/delete",
        WRITE,
        "Delete an assistant that no rule asks.",
        &ours::<AssistantDelete, AssistantChanged>(delete),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "assistant/test",
        WRITE,
        "Ask an assistant, saved or not, as a user who begins a conversation would. Nothing is remembered or sent; the \
         tokens count.",
        &ours::<AssistantTest, AssistantTested>(test),
    ),
    Endpoint::new(
        "assistant/check",
        WRITE,
        "Ask a provider for one token, and say what is wrong if it does not answer. It is not counted.",
        &ours::<ProviderCheck, ProviderChecked>(check),
    ),
    Endpoint::new(
        "assistant/providers",
        READ,
        "List the providers that assistants name, whether their secrets are set, and how they last answered.",
        &ours::<NoParameters, ProviderList>(providers),
    ),
    Endpoint::new(
        "assistant/usage",
        READ,
        "How many answers and tokens the assistants have used, by day, and by the users who used the most tokens.",
        &ours::<UsageRequest, AssistantUsage>(usage),
    ),
    Endpoint::new(
        "conversation/get",
        READ,
        "What the assistants remember of their conversation with a user.",
        &ours::<OfUser, Remembered>(get),
    ),
    Endpoint::new(
        "conversation/reset",
        WRITE,
        "Make the assistants forget their conversation with a user.",
        &ours::<OfUser, Nothing>(reset),
    ),
];

/// What the edge does about assistants.
#[derive(Debug, Clone, PartialEq)]
pub enum AssistantPlan {
    /// `assistant/list`
    List,
    /// `assistant/update`, `assistant/delete`
    Change {
        /// The change.
        edit: Edit,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
    /// `assistant/test`
    Test {
        /// The assistant, which may be another than the saved one.
        assistant: Tested,
        /// The user's message.
        text: String,
    },
    /// `assistant/check`
    Check {
        /// Name of the provider.
        provider: String,
    },
    /// `assistant/providers`
    Providers,
    /// `assistant/usage`
    Usage {
        /// Number of days up to today.
        days: u32,
    },
    /// `conversation/get`
    Remembered {
        /// OpenID of the user.
        openid: String,
    },
    /// `conversation/reset`
    Reset {
        /// OpenID of the user.
        openid: String,
    },
}

/// The assistant of `assistant/test`.
#[derive(Debug, Clone, PartialEq)]
pub enum Tested {
    /// A saved one.
    Saved(String),
    /// One that is not saved.
    Draft(Box<AssistantDraft>),
}

/// `assistant/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssistantList {
    /// Version of the settings.
    pub version: u64,
    /// The assistants.
    pub assistants: Vec<AssistantDraft>,
}

fn list(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Assistant(AssistantPlan::List))
}

/// `assistant/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssistantUpdate {
    /// The whole assistant.
    assistant: AssistantDraft,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// The result of a change of the assistants.
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssistantChanged {
    /// Version of the settings that the change made; every location has it within two minutes.
    pub version: u64,
    /// What keeps models of the assistant from being asked, such as a provider whose secret is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

fn update(request: AssistantUpdate) -> Result<Plan, Error> {
    let assistant = valid(request.assistant)?;
    change(Edit::SetAssistant { assistant }, request.if_version)
}

/// `assistant/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssistantDelete {
    /// Name of the assistant.
    #[schemars(length(min = 1))]
    name: String,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn delete(request: AssistantDelete) -> Result<Plan, Error> {
    change(Edit::DeleteAssistant { name: filled("name", request.name)? }, request.if_version)
}

/// `assistant/test`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AssistantTest {
    /// Name of a saved assistant.
    #[serde(default)]
    name: Option<String>,
    /// An assistant that is not saved, instead of `name`.
    #[serde(default)]
    assistant: Option<AssistantDraft>,
    /// The user's message.
    #[schemars(length(min = 1))]
    text: String,
}

/// `assistant/test`
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct AssistantTested {
    /// The messages that the user would get.
    pub answer: Vec<String>,
    /// What the model answered, as it is; absent if it was not asked, or did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The model that answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Number of tokens of the question and the answer.
    pub tokens: u64,
    /// Milliseconds until the answer was known.
    pub took_ms: i64,
    /// Why models did not answer, in the order in which they were asked.
    pub errors: Vec<String>,
}

fn test(request: AssistantTest) -> Result<Plan, Error> {
    let text = filled("text", request.text)?;
    let assistant = match (request.name, request.assistant) {
        (Some(name), None) => Tested::Saved(filled("name", name)?),
        (None, Some(draft)) => Tested::Draft(valid(draft)?),
        _ => return Err(invalid(".", "must have exactly one of name, assistant")),
    };
    Ok(Plan::Assistant(AssistantPlan::Test { assistant, text }))
}

/// `assistant/providers`
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProviderList {
    /// The providers, each once.
    pub providers: Vec<ProviderState>,
}

/// A provider of models.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProviderState {
    /// Its name in `model.provider`.
    pub name: String,
    /// Where its secret is: a variable, or a field of the account's entry of `ACCOUNTS`.
    pub secret: String,
    /// The host of its base URL, if the secret is set and valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What is wrong with the secret, as the end of a sentence: `is missing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// How it last answered; absent until it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<LastCall>,
}

/// How a provider answered the last call that succeeded, or that failed because you have to change something.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LastCall {
    /// Whether it answered.
    pub ok: bool,
    /// Unix seconds: when, to the hour if nothing has changed since.
    pub at: i64,
    /// What is wrong, as the end of a sentence about the provider: `its balance or quota is used up`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl ProviderState {
    /// What the operator has to change, as a sentence; `None` also if the last call that said so was more than a day ago.
    #[must_use]
    pub fn complaint(&self, now: Timestamp) -> Option<String> {
        let Self { name, secret, problem, last, .. } = self;
        let of_secret = problem.as_ref().map(|problem| format!("{secret} {problem}"));
        of_secret.or_else(|| {
            let LastCall { at, error, .. } = last.as_ref()?;
            let is_recent = Timestamp::from_seconds(*at).plus(SECONDS_A_DAY) > now;
            error.as_ref().filter(|_| is_recent).map(|error| format!("{name}: {error}"))
        })
    }
}

/// `assistant/check`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ProviderCheck {
    /// Name of a provider that an assistant names. Its first such model is asked.
    #[schemars(length(min = 1))]
    provider: String,
}

/// `assistant/check`
#[derive(Debug, Serialize, JsonSchema)]
pub struct ProviderChecked {
    /// Whether it answered.
    pub ok: bool,
    /// The model that was asked; empty with Dify, whose app was.
    pub model: String,
    /// Milliseconds until the answer was known.
    pub took_ms: i64,
    /// What is wrong, as the end of a sentence about the provider: `its key is not valid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn check(request: ProviderCheck) -> Result<Plan, Error> {
    Ok(Plan::Assistant(AssistantPlan::Check { provider: filled("provider", request.provider)? }))
}

fn providers(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Assistant(AssistantPlan::Providers))
}

/// `assistant/usage`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UsageRequest {
    /// Number of days up to today in Beijing: 1 to 31; absent = 31.
    #[serde(default)]
    #[schemars(range(min = 1, max = MAX_DAYS))]
    days: Option<u32>,
}

/// `assistant/usage`
#[derive(Debug, Serialize, JsonSchema)]
pub struct AssistantUsage {
    /// The days in Beijing on which something was used, the earliest first.
    pub days: Vec<DayUsage>,
    /// The users with the most tokens in these days, at most 20.
    pub users: Vec<UserUsage>,
}

/// What was used on a day.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DayUsage {
    /// Such as `2026-11-22`.
    pub date: String,
    /// Number of calls of models.
    pub calls: u64,
    /// Number of tokens of their questions and answers.
    pub tokens: u64,
}

/// What a user has used.
#[derive(Debug, Serialize, JsonSchema)]
pub struct UserUsage {
    /// OpenID of the user.
    pub openid: String,
    /// Number of calls of models.
    pub calls: u64,
    /// Number of tokens of their questions and answers.
    pub tokens: u64,
}

impl From<crate::backends::Usage> for AssistantUsage {
    fn from(usage: crate::backends::Usage) -> Self {
        let day = |(day, calls, tokens)| DayUsage { date: date(day), calls, tokens };
        let user = |(openid, calls, tokens)| UserUsage { openid, calls, tokens };
        Self {
            days: usage.days.into_iter().map(day).collect(),
            users: usage.users.into_iter().map(user).collect(),
        }
    }
}

fn usage(request: UsageRequest) -> Result<Plan, Error> {
    let days = request.days.unwrap_or(MAX_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        return Err(invalid("days", format!("must be 1 to {MAX_DAYS}")));
    }
    Ok(Plan::Assistant(AssistantPlan::Usage { days }))
}

/// `conversation/get`, `conversation/reset`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OfUser {
    /// OpenID of the user.
    #[schemars(length(min = 1))]
    openid: String,
}

/// `conversation/get`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Remembered {
    /// Name of the assistant that remembers it; absent if nothing is remembered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistant: Option<String>,
    /// What was said, the oldest first.
    pub turns: Vec<Turn>,
}

fn get(request: OfUser) -> Result<Plan, Error> {
    Ok(Plan::Assistant(AssistantPlan::Remembered { openid: openid("openid", request.openid)? }))
}

fn reset(request: OfUser) -> Result<Plan, Error> {
    Ok(Plan::Assistant(AssistantPlan::Reset { openid: openid("openid", request.openid)? }))
}

fn change(edit: Edit, if_version: Option<u64>) -> Result<Plan, Error> {
    Ok(Plan::Assistant(AssistantPlan::Change { edit, if_version }))
}

fn valid(assistant: AssistantDraft) -> Result<Box<AssistantDraft>, Error> {
    assistant.check().map_err(|invalid| Error::InvalidParameter(invalid.under("assistant")))?;
    Ok(Box::new(assistant))
}
