//! `rule/*`: the rules that answer messages and events.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::callback::{Message, Reply, ReplyDraft};
use crate::invalid::Invalid;
use crate::rules::{Decided, LeftOut, LeftOutReply, RuleDraft, RuleWarning, Rules, Verdict};
use crate::settings::{Edit, Edited, VersionRow};
use crate::wechat::menu::Menu;

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, index, invalid, page_limit};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Rule, Access::Read);
const WRITE: Scope = Scope::One(Group::Rule, Access::Write);

/// A request with all rules is larger than others.
const MAX_BYTES_OF_RULES: usize = 2 * 1024 * 1024;

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "rule/list",
        READ,
        "List the rules in the order in which they are tried.",
        &ours::<RulePage, RuleList>(list),
    ),
    Endpoint::new("rule/create", WRITE, "Add a rule.", &ours::<RuleCreate, Changed>(create))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "rule/update",
        WRITE,
        "Replace a rule and keep its position.",
        &ours::<RuleUpdate, Changed>(update),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new("rule/delete", WRITE, "Delete a rule.", &ours::<RuleDelete, Changed>(delete))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new("rule/reorder", WRITE, "Move rules.", &ours::<RuleReorder, Changed>(reorder))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "rule/test",
        READ,
        "Show how the rules answer a message, and why.",
        &ours::<RuleTest, RuleTested>(test),
    )
    .with_max_body_bytes(MAX_BYTES_OF_RULES),
    Endpoint::new("rule/export", READ, "Export all rules.", &ours::<NoParameters, RuleExport>(export)),
    Endpoint::new(
        "rule/import",
        WRITE,
        "Replace all rules, or append to them.",
        &ours::<RuleImport, Changed>(import),
    )
    .with_effects(&[Effect::ChangesSettings])
    .with_max_body_bytes(MAX_BYTES_OF_RULES),
    Endpoint::new(
        "rule/import_platform",
        WRITE,
        "Import the auto-replies and the menu from WeChat's console as rules.",
        &ours::<RuleImportPlatform, PlatformImported>(import_platform),
    )
    .with_effects(&[Effect::CallsWechat, Effect::ChangesSettings]),
    Endpoint::new(
        "rule/versions",
        READ,
        "List the versions of the settings, and who made them.",
        &ours::<NoParameters, Versions>(versions),
    ),
    Endpoint::new(
        "rule/rollback",
        WRITE,
        "Restore the rules of an earlier version.",
        &ours::<RuleRollback, Changed>(rollback),
    )
    .with_effects(&[Effect::ChangesSettings]),
];

/// What the edge does about rules.
#[derive(Debug, Clone, PartialEq)]
pub enum RulePlan {
    /// `rule/list`
    List {
        /// Number of entries to skip.
        offset: u32,
        /// Maximum number of entries.
        limit: u32,
    },
    /// `rule/create`, `rule/update`, `rule/delete`, `rule/reorder`, `rule/import`
    Change {
        /// The change.
        edit: Edit,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
    /// `rule/test`
    Test {
        /// The message's fields under WeChat's names.
        message: Value,
        /// Rules to use instead of the account's.
        rules: Option<Vec<RuleDraft>>,
    },
    /// `rule/export`
    Export,
    /// `rule/import_platform`
    ImportPlatform {
        /// Append to the existing rules instead of replacing them.
        append: bool,
        /// Only show the rules.
        dry_run: bool,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
    /// `rule/versions`
    Versions,
    /// `rule/rollback`
    RollBack {
        /// The version whose rules the next one gets.
        version: u64,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
}

/// The result of a change of the rules.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed {
    /// Version that the change made; every location has it within two minutes.
    pub version: u64,
    /// Id of the rule that was created or changed, if it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Number of rules after the change.
    pub rules: usize,
    /// What is probably a mistake in the rules that were created or changed, such as one that can never match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<RuleWarning>,
}

impl From<Edited> for Changed {
    fn from(edited: Edited) -> Self {
        let Edited { settings, id, warnings, .. } = edited;
        Self { version: settings.version, id, rules: settings.rules.len(), warnings }
    }
}

/// The largest `limit` of a page of rules.
const MAX_PAGE: u32 = 1000;

const fn default_limit() -> u32 {
    100
}

/// `rule/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulePage {
    /// Number of entries to skip.
    #[serde(default)]
    offset: u32,
    /// Rules a page: 1 to 1,000.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `rule/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleList {
    /// Version of the settings.
    pub version: u64,
    /// Number of all rules.
    pub total: usize,
    /// The rules in the order in which they are tried.
    pub rules: Vec<RuleDraft>,
}

fn list(request: RulePage) -> Result<Plan, Error> {
    let limit = page_limit(request.limit, MAX_PAGE)?;
    Ok(Plan::Rule(RulePlan::List { offset: request.offset, limit }))
}

/// `rule/create`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleCreate {
    /// The new rule; its id is assigned.
    rule: RuleDraft,
    /// Position of the new rule, from 0; absent = after the last.
    #[serde(default)]
    position: Option<u32>,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn create(request: RuleCreate) -> Result<Plan, Error> {
    let rule = Box::new(request.rule);
    change(Edit::CreateRule { rule, position: index(request.position) }, request.if_version)
}

/// `rule/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleUpdate {
    /// `id` as `rule/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// The whole new rule.
    rule: RuleDraft,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn update(request: RuleUpdate) -> Result<Plan, Error> {
    let rule = Box::new(request.rule);
    change(Edit::UpdateRule { id: filled("id", request.id)?, rule }, request.if_version)
}

/// `rule/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleDelete {
    /// `id` as `rule/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn delete(request: RuleDelete) -> Result<Plan, Error> {
    change(Edit::DeleteRule { id: filled("id", request.id)? }, request.if_version)
}

/// `rule/reorder`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleReorder {
    /// Ids of the rules to move, in their new order; the others keep theirs.
    #[schemars(length(min = 1))]
    ids: Vec<String>,
    /// Number of other rules before them; absent = none.
    #[serde(default)]
    position: u32,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn reorder(request: RuleReorder) -> Result<Plan, Error> {
    if request.ids.is_empty() {
        return Err(invalid("ids", "is empty"));
    }
    let position = usize::try_from(request.position).unwrap_or(usize::MAX);
    change(Edit::ReorderRules { ids: request.ids, position }, request.if_version)
}

/// `rule/test`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleTest {
    /// A message under WeChat's names, such as `{"MsgType": "text", "Content": "hello"}`; if `FromUserName`,
    /// `CreateTime` and the like are missing, they get sample values.
    #[schemars(with = "Map<String, Value>")]
    message: Value,
    /// Rules to use instead of the account's.
    #[serde(default)]
    #[schemars(with = "Option<Vec<RuleDraft>>")]
    rules: Option<Vec<Value>>,
}

/// `rule/test`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleTested {
    /// Version of the settings; absent if the request contains rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The rules whose condition matches the message, up to the one that ends the search.
    pub looked_at: Vec<LookedAt>,
    /// What the user would get: the first as the passive reply, the others as customer-service messages.
    #[schemars(with = "Vec<ReplyDraft>")]
    pub replies: Vec<Reply>,
    /// What the rules decide as well, and is not sent, because WeChat would refuse it.
    pub left_out: Vec<NotSent>,
}

/// A reply that is not sent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotSent {
    /// Position of the rule, from 0.
    pub position: usize,
    /// The reply.
    #[schemars(with = "ReplyDraft")]
    pub reply: Reply,
    /// Why WeChat would refuse it.
    pub reason: String,
}

impl RuleTested {
    /// How the rules of these drafts answer a message with these fields.
    pub fn new(
        (version, drafts): (Option<u64>, &[RuleDraft]),
        message: &Message,
        fields: &Value,
    ) -> Result<Self, Invalid> {
        let rules = Rules::check(drafts)?;
        let looked_at = rules.explain(message).into_iter();
        let decision = rules.decide(message, || fields);
        let left_out = decision.left_out.into_iter().map(|LeftOutReply { rule, reply, reason }| NotSent {
            position: rule.position,
            reply: reply.into_owned(),
            reason,
        });
        Ok(Self {
            version,
            looked_at: looked_at.map(|(decided, verdict)| LookedAt::new(decided, verdict, drafts)).collect(),
            left_out: left_out.collect(),
            replies: decision.replies.into_iter().map(Cow::into_owned).collect(),
        })
    }
}

/// A rule whose condition matches the message.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LookedAt {
    /// Position of the rule, from 0.
    pub position: usize,
    /// Id of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// Its condition.
    #[schemars(with = "Map<String, Value>")]
    pub when: Value,
}

fn test(request: RuleTest) -> Result<Plan, Error> {
    if !request.message.is_object() {
        return Err(invalid("message", "must be an object"));
    }
    let rules = request.rules.map(|rules| read_all(&rules)).transpose()?;
    Ok(Plan::Rule(RulePlan::Test { message: request.message, rules }))
}

impl LookedAt {
    /// A rule and its verdict.
    fn new(decided: Decided<'_>, verdict: Verdict, rules: &[RuleDraft]) -> Self {
        let when = rules.get(decided.position).map(RuleDraft::condition).unwrap_or_default();
        Self {
            position: decided.position,
            id: decided.id.map(ToOwned::to_owned),
            name: decided.name.map(ToOwned::to_owned),
            verdict,
            when,
        }
    }
}

/// `rule/export`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleExport {
    /// Version of the settings.
    pub version: u64,
    /// The rules in the order in which they are tried.
    pub rules: Vec<RuleDraft>,
}

fn export(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Export))
}

/// `rule/import`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleImport {
    /// The rules, as `rule/export` shows them.
    #[schemars(with = "Vec<RuleDraft>")]
    rules: Vec<Value>,
    /// Append to the existing rules instead of replacing them.
    #[serde(default)]
    append: bool,
    /// Ignored, so that the answer of `rule/export` can be imported as it is.
    #[serde(default)]
    #[expect(dead_code, reason = "an exported document can be sent back as it is")]
    version: Option<u64>,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn import(request: RuleImport) -> Result<Plan, Error> {
    let rules = read_all(&request.rules)?;
    change(Edit::ImportRules { rules, append: request.append }, request.if_version)
}

/// `rule/import_platform`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleImportPlatform {
    /// Replace the existing rules instead of appending to them.
    #[serde(default)]
    replace: bool,
    /// Only show the rules; change nothing.
    #[serde(default)]
    dry_run: bool,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// `rule/import_platform`
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlatformImported {
    /// Version that the import made; absent for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The imported rules.
    pub rules: Vec<RuleDraft>,
    /// The current menu as a body for `menu/create`, in which buttons that had replies of their own send events;
    /// absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<Menu>,
    /// What could not be imported, and what to do about it.
    pub left_out: Vec<LeftOut>,
}

fn import_platform(request: RuleImportPlatform) -> Result<Plan, Error> {
    let RuleImportPlatform { replace, dry_run, if_version } = request;
    Ok(Plan::Rule(RulePlan::ImportPlatform { append: !replace, dry_run, if_version }))
}

/// `rule/versions`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Versions {
    /// The last fifty versions, newest first.
    pub versions: Vec<VersionMade>,
}

/// A version of the settings.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionMade {
    /// Number of the version.
    pub version: i64,
    /// Name of the API key that made it; `root` or `mp-worker` if none did.
    pub author: String,
    /// Id of the API key that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author_id: Option<String>,
    /// The call that made it, such as `rule/create`.
    pub change: String,
    /// Unix seconds: when it was made.
    pub made_at: i64,
    /// Number of its rules.
    pub rules: i64,
}

fn versions(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Versions))
}

impl From<VersionRow> for VersionMade {
    fn from((version, author, author_id, change, made_at, rules): VersionRow) -> Self {
        Self { version, author, author_id, change, made_at, rules }
    }
}

/// `rule/rollback`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleRollback {
    /// `version` as `rule/versions` shows it; its rules become those of the next version.
    version: u64,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn rollback(request: RuleRollback) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::RollBack { version: request.version, if_version: request.if_version }))
}

/// Reads the rules of a request, and names the mistakes of all of them.
fn read_all(rules: &[Value]) -> Result<Vec<RuleDraft>, Error> {
    RuleDraft::read_all(rules).map_err(Error::InvalidParameter)
}

fn change(edit: Edit, if_version: Option<u64>) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Change { edit, if_version }))
}
