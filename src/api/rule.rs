//! `rule/*`: the rules that answer messages and events.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::backends::{Backend, Backends, asked_for};
use crate::callback::{Message, Reply, ReplyDraft};
use crate::inbox::RuleHits;
use crate::invalid::Invalid;
use crate::rules::{
    Decided, LeftOut, LeftOutReply, Mismatch, MismatchId, RuleDraft, RuleWarning, Rules, UnsavedRule, Verdict,
};
use crate::settings::{Edit, Edited, VersionRow};
use crate::time::Timestamp;
use crate::wechat::menu::Menu;

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, index, invalid, page_limit, time};
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
    Endpoint::new(
        "rule/lint",
        READ,
        "Show what is probably a mistake in the rules.",
        &ours::<RuleLint, Linted>(lint),
    ),
    Endpoint::new("rule/export", READ, "Export all rules.", &ours::<NoParameters, RuleExport>(export)),
    Endpoint::new(
        "rule/import",
        WRITE,
        "Replace all rules, or append to them.",
        &ours::<RuleImport, Imported>(import),
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
        "rule/version",
        READ,
        "Show the rules of a version.",
        &ours::<VersionNumber, RulesOfVersion>(version),
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
        /// Count what each of them has decided.
        hits: bool,
    },
    /// `rule/create`, `rule/update`, `rule/delete`, `rule/reorder`
    Change {
        /// The change.
        edit: Edit,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
    /// `rule/import`
    Import {
        /// The rules; for a dry run also what is wrong with them.
        rules: Result<Vec<RuleDraft>, Invalid>,
        /// Append to the existing rules instead of replacing them.
        append: bool,
        /// Only show what the import would do.
        dry_run: bool,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
    /// `rule/test`
    Test(Box<RuleTrial>),
    /// `rule/lint`
    Lint {
        /// A rule that is not saved.
        draft: Option<UnsavedRule>,
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
    /// `rule/version`
    Version {
        /// The version.
        version: u64,
    },
    /// `rule/rollback`
    RollBack {
        /// The version whose rules the next one gets.
        version: u64,
        /// Reject the change unless the settings are at this version.
        if_version: Option<u64>,
    },
}

/// What to test, and with which rules.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTrial {
    /// The message's fields under WeChat's names.
    pub message: Value,
    /// Rules to use instead of the account's.
    pub rules: Option<Vec<RuleDraft>>,
    /// A rule that is not saved, in its place.
    pub draft: Option<UnsavedRule>,
    /// Say what became of every rule.
    pub explain: bool,
    /// When the message is sent, unless it says so; `None` = now.
    pub at: Option<Timestamp>,
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
    /// Also count what each rule has decided.
    #[serde(default)]
    hits: bool,
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
    /// What each of these rules has decided, in their order; present if `hits` asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hits: Option<Vec<RuleHits>>,
    /// Unix seconds: `hits` counts the present and the previous hour as of then, at most a quarter of an hour ago.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counted_at: Option<i64>,
}

fn list(request: RulePage) -> Result<Plan, Error> {
    let limit = page_limit(request.limit, MAX_PAGE)?;
    Ok(Plan::Rule(RulePlan::List { offset: request.offset, limit, hits: request.hits }))
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
    /// A rule that is not saved, to test in its place among the others.
    #[serde(default)]
    draft: Option<UnsavedRule>,
    /// List every rule, with why it does not match.
    #[serde(default)]
    explain: bool,
    /// Unix seconds: when the message is sent, unless it has a `CreateTime`; absent = now.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    at: Option<Timestamp>,
}

/// `rule/test`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleTested {
    /// Version of the settings; absent if the request contains rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The rules whose condition matches the message, up to the one that ends the search; every rule if `explain` asks for
    /// it.
    pub looked_at: Vec<LookedAt>,
    /// What the user would get: the first as the passive reply, the others as customer-service messages.
    #[schemars(with = "Vec<ReplyDraft>")]
    pub replies: Vec<Reply>,
    /// What the rules decide as well, and is not sent, because WeChat would refuse it.
    pub left_out: Vec<NotSent>,
    /// Who is asked for a reply, since no rule decides; absent if a rule decides, or nobody is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<ThenAsked>,
}

/// Who is asked for a reply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ThenAsked {
    /// The backend that is asked first.
    pub backend: NamedBackend,
}

/// A backend by its id and name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NamedBackend {
    /// Id of the backend.
    pub id: String,
    /// Your name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
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

/// What a message is tested with.
#[derive(Debug, Clone, Copy)]
pub struct Tested<'a> {
    /// The rules.
    pub rules: &'a [RuleDraft],
    /// Their version, if they are the account's.
    pub version: Option<u64>,
    /// The position of a rule among them that is not saved, which the request calls `draft.rule`.
    pub draft: Option<usize>,
    /// The backends.
    pub backends: &'a Backends,
    /// Whether to say what became of every rule.
    pub explain: bool,
}

impl RuleTested {
    /// What a delivery of a message with these fields would do.
    pub fn new(with: Tested<'_>, message: &Message, fields: &Value) -> Result<Self, Invalid> {
        let Tested { rules: drafts, version, draft, backends, explain } = with;
        let rules = Rules::check_named(drafts, &|index| path_of(index, draft))?;
        let looked_at: Vec<_> = if explain {
            rules.explain_all(message)
        } else {
            let matching = rules.explain(message).into_iter();
            matching.map(|(decided, verdict)| (decided, verdict, None)).collect()
        };
        let decision = rules.decide(message, || fields);
        let then = asked_for(&decision, backends, message).map(ThenAsked::from);
        let left_out = decision.left_out.into_iter().map(|LeftOutReply { rule, reply, reason }| NotSent {
            position: rule.position,
            reply: reply.into_owned(),
            reason,
        });
        Ok(Self {
            version,
            looked_at: looked_at.into_iter().map(|explained| LookedAt::new(explained, drafts)).collect(),
            left_out: left_out.collect(),
            replies: decision.replies.into_iter().map(Cow::into_owned).collect(),
            then,
        })
    }
}

impl From<&Backend> for ThenAsked {
    fn from(backend: &Backend) -> Self {
        let name = backend.name().map(ToOwned::to_owned);
        Self { backend: NamedBackend { id: backend.id().to_owned(), name } }
    }
}

/// The field of the request that holds the rule at an index.
fn path_of(index: usize, draft: Option<usize>) -> String {
    if draft == Some(index) { "draft.rule".to_owned() } else { format!("rules[{index}]") }
}

/// What became of a rule.
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
    /// Its condition, if the message fulfils it.
    #[schemars(with = "Option<Map<String, Value>>")]
    #[serde(skip_serializing_if = "Value::is_null")]
    pub when: Value,
    /// Why the message does not fulfil its condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// Why a message does not fulfil the condition of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Why {
    /// What is different.
    pub id: MismatchId,
    /// What the message has instead, by name; see the ids.
    pub params: Map<String, Value>,
}

fn test(request: RuleTest) -> Result<Plan, Error> {
    let RuleTest { message, rules, draft, explain, at } = request;
    if !message.is_object() {
        return Err(invalid("message", "must be an object"));
    }
    let rules = rules.map(|rules| read_all(&rules)).transpose()?;
    let at = time("at", at)?;
    Ok(Plan::Rule(RulePlan::Test(Box::new(RuleTrial { message, rules, draft, explain, at }))))
}

impl LookedAt {
    /// A rule, its verdict, and why its condition is not fulfilled.
    fn new((decided, verdict, why): (Decided<'_>, Verdict, Option<Mismatch>), rules: &[RuleDraft]) -> Self {
        let is_fulfilled = !matches!(verdict, Verdict::NoMatch | Verdict::AfterDecision);
        let rule = rules.get(decided.position).filter(|_| is_fulfilled);
        Self {
            position: decided.position,
            id: decided.id.map(ToOwned::to_owned),
            name: decided.name.map(ToOwned::to_owned),
            verdict,
            when: rule.map(RuleDraft::condition).unwrap_or_default(),
            why: why.map(Why::from),
        }
    }
}

impl From<Mismatch> for Why {
    fn from(Mismatch { id, has }: Mismatch) -> Self {
        Self { id, params: has.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect() }
    }
}

/// `rule/lint`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleLint {
    /// A rule that is not saved, in its place among the others: only what concerns it is shown.
    #[serde(default)]
    draft: Option<UnsavedRule>,
}

/// `rule/lint`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Linted {
    /// Version of the settings.
    pub version: u64,
    /// What is probably a mistake, at most a hundred.
    pub warnings: Vec<RuleWarning>,
}

impl Linted {
    /// What is probably a mistake in these rules, or in the one at the position `draft`.
    pub fn new(
        (version, drafts): (u64, &[RuleDraft]),
        draft: Option<usize>,
        now: Timestamp,
    ) -> Result<Self, Invalid> {
        let path = |index| path_of(index, draft);
        let rules = Rules::check_named(drafts, &path)?;
        Ok(Self { version, warnings: rules.warnings_about(drafts, now, &path, draft) })
    }
}

fn lint(request: RuleLint) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Lint { draft: request.draft }))
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
    /// Only show what the import would do, and what is wrong with the rules; change nothing.
    #[serde(default)]
    dry_run: bool,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// `rule/import`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Imported {
    /// Version that the import made; every location has it within two minutes. Absent for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Number of rules after the import; 0 if there are problems.
    pub rules: usize,
    /// What is probably a mistake in the imported rules, such as one that can never match.
    pub warnings: Vec<RuleWarning>,
    /// Why the import would be rejected: the first mistake of each rule, at most two hundred.
    pub problems: Vec<ImportProblem>,
}

/// A mistake in a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportProblem {
    /// Path of the field, such as `rules[3].when`.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

impl Imported {
    /// What an import made, or would make.
    #[must_use]
    pub fn new(edited: Edited, dry_run: bool) -> Self {
        let Edited { settings, warnings, .. } = edited;
        let version = (!dry_run).then_some(settings.version);
        Self { version, rules: settings.rules.len(), warnings, problems: Vec::new() }
    }
}

/// The answer to a dry run of an import that would be rejected.
impl From<&Invalid> for Imported {
    fn from(invalid: &Invalid) -> Self {
        let problem = |(field, message): (&str, &str)| ImportProblem {
            field: field.to_owned(),
            message: message.to_owned(),
        };
        let problems = invalid.each().map(problem).collect();
        Self { version: None, rules: 0, warnings: Vec::new(), problems }
    }
}

fn import(request: RuleImport) -> Result<Plan, Error> {
    let RuleImport { append, dry_run, if_version, .. } = request;
    let rules = RuleDraft::read_all(&request.rules);
    match rules {
        Err(invalid) if !dry_run => Err(Error::InvalidParameter(invalid)),
        rules => Ok(Plan::Rule(RulePlan::Import { rules, append, dry_run, if_version })),
    }
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
    /// What is probably a mistake in the imported rules, such as one that can never match.
    pub warnings: Vec<RuleWarning>,
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

/// `rule/version`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct VersionNumber {
    /// `version` as `rule/versions` shows it.
    version: u64,
}

/// `rule/version`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RulesOfVersion {
    /// Number of the version.
    pub version: u64,
    /// Name of the API key that made it; `root` or `mp-worker` if none did.
    pub author: String,
    /// The call that made it, such as `rule/create`.
    pub change: String,
    /// Unix seconds: when it was made.
    pub made_at: i64,
    /// Its rules in the order in which they are tried.
    pub rules: Vec<RuleDraft>,
}

fn version(request: VersionNumber) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Version { version: request.version }))
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
