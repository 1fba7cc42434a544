//! `rule/*`: what we answer by ourselves.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::callback::Reply;
use crate::rules::{Decided, LeftOut, RuleDraft, Verdict};
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

/// All rules at once take more than one of anything.
const MAX_BYTES_OF_RULES: usize = 2 * 1024 * 1024;

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new("rule/list", READ, "List the rules in their order.", &ours::<RulePage, RuleList>(list)),
    Endpoint::new("rule/create", WRITE, "Add a rule.", &ours::<RuleCreate, Changed>(create))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "rule/update",
        WRITE,
        "Replace a rule, in its place.",
        &ours::<RuleUpdate, Changed>(update),
    )
    .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new("rule/delete", WRITE, "Remove a rule.", &ours::<RuleDelete, Changed>(delete))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new("rule/reorder", WRITE, "Move rules.", &ours::<RuleReorder, Changed>(reorder))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "rule/test",
        READ,
        "Show what the rules say to a message, and why.",
        &ours::<RuleTest, RuleTested>(test),
    )
    .with_max_body_bytes(MAX_BYTES_OF_RULES),
    Endpoint::new("rule/export", READ, "Hand out every rule.", &ours::<NoParameters, RuleExport>(export)),
    Endpoint::new(
        "rule/import",
        WRITE,
        "Replace the rules, or add many.",
        &ours::<RuleImport, Changed>(import),
    )
    .with_effects(&[Effect::ChangesSettings])
    .with_max_body_bytes(MAX_BYTES_OF_RULES),
    Endpoint::new(
        "rule/import_platform",
        WRITE,
        "Make rules of the auto-replies and the menu made in WeChat's console.",
        &ours::<RuleImportPlatform, PlatformImported>(import_platform),
    )
    .with_effects(&[Effect::CallsWechat, Effect::ChangesSettings]),
    Endpoint::new(
        "rule/versions",
        READ,
        "List who changed the rules, how and when.",
        &ours::<NoParameters, Versions>(versions),
    ),
    Endpoint::new(
        "rule/rollback",
        WRITE,
        "Go back to an earlier version.",
        &ours::<RuleRollback, Changed>(rollback),
    )
    .with_effects(&[Effect::ChangesSettings]),
];

/// What the edge does about rules.
#[derive(Debug, Clone, PartialEq)]
pub enum RulePlan {
    /// `rule/list`
    List {
        /// How many to pass over.
        offset: u32,
        /// At most so many.
        limit: u32,
    },
    /// `rule/create`, `rule/update`, `rule/delete`, `rule/reorder`, `rule/import`
    Change {
        /// How.
        edit: Edit,
        /// Only if the settings are at this version.
        if_version: Option<u64>,
    },
    /// `rule/test`
    Test {
        /// Under WeChat's names.
        message: Value,
        /// These instead of the account's.
        rules: Option<Vec<RuleDraft>>,
    },
    /// `rule/export`
    Export,
    /// `rule/import_platform`
    ImportPlatform {
        /// After the rules there are, and not in their stead.
        append: bool,
        /// Change nothing.
        dry_run: bool,
        /// Only if the settings are at this version.
        if_version: Option<u64>,
    },
    /// `rule/versions`
    Versions,
    /// `rule/rollback`: make the rules of an earlier version those of the next.
    RollBack {
        /// Which.
        version: u64,
        /// Only if the settings are at this version.
        if_version: Option<u64>,
    },
}

/// A change of the rules, done.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Changed {
    /// Which version it made. Every location has it within two minutes.
    pub version: u64,
    /// What was made or changed, if it was one thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many rules there are now.
    pub rules: usize,
}

impl From<Edited> for Changed {
    fn from(edited: Edited) -> Self {
        Self { version: edited.version, id: edited.id, rules: edited.rules }
    }
}

/// How many rules a page may have.
const MAX_PAGE: u32 = 1000;

const fn default_limit() -> u32 {
    100
}

/// `rule/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulePage {
    /// How many to pass over.
    #[serde(default)]
    offset: u32,
    /// 1 to 1,000 a page.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `rule/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleList {
    /// Of the rules.
    pub version: u64,
    /// How many there are.
    pub total: usize,
    /// In the order in which they are tried.
    #[schemars(with = "Vec<Value>")]
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
    /// What to add.
    rule: RuleDraft,
    /// Before which rule, from 0; absent = after the last.
    #[serde(default)]
    position: Option<u32>,
    /// Only if the rules are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn create(request: RuleCreate) -> Result<Plan, Error> {
    let rule = valid(request.rule)?;
    change(Edit::CreateRule { rule, position: index(request.position) }, request.if_version)
}

/// `rule/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleUpdate {
    /// As `rule/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// What it becomes, as a whole, in its place.
    rule: RuleDraft,
    /// Only if the rules are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn update(request: RuleUpdate) -> Result<Plan, Error> {
    let rule = valid(request.rule)?;
    change(Edit::UpdateRule { id: filled("id", request.id)?, rule }, request.if_version)
}

/// `rule/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleDelete {
    /// As `rule/list` shows it.
    #[schemars(length(min = 1))]
    id: String,
    /// Only if the rules are at this version.
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
    /// Which rules, in their new order; the others keep theirs.
    #[schemars(length(min = 1))]
    ids: Vec<String>,
    /// How many of the others stay before them; absent = none.
    #[serde(default)]
    position: u32,
    /// Only if the rules are at this version.
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
    /// A message under WeChat's names, such as `{"MsgType": "text", "Content": "hello"}`; what is missing of
    /// `FromUserName`, `CreateTime` and the like is made up.
    #[schemars(with = "Map<String, Value>")]
    message: Value,
    /// Try these instead of the account's rules.
    #[serde(default)]
    rules: Option<Vec<RuleDraft>>,
}

/// `rule/test`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleTested {
    /// Of the rules; absent if the call brought its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Every rule whose condition the message fulfils, up to the one that ends the search.
    pub looked_at: Vec<LookedAt>,
    /// What the user would get: the first passively, the rest as customer-service messages; none is silence.
    #[schemars(with = "Vec<Value>")]
    pub replies: Vec<Reply>,
}

/// A rule whose condition a message fulfils.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LookedAt {
    /// From 0.
    pub position: usize,
    /// As `rule/list` shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What the operator calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What became of it.
    #[schemars(with = "String")]
    pub verdict: &'static str,
    /// The condition.
    pub when: Value,
}

fn test(request: RuleTest) -> Result<Plan, Error> {
    if !request.message.is_object() {
        return Err(invalid("message", "must be an object"));
    }
    Ok(Plan::Rule(RulePlan::Test { message: request.message, rules: request.rules }))
}

impl LookedAt {
    /// A rule and what became of it.
    #[must_use]
    pub fn new(decided: Decided<'_>, verdict: Verdict, rules: &[RuleDraft]) -> Self {
        let when = rules.get(decided.position).map(RuleDraft::condition).unwrap_or_default();
        Self {
            position: decided.position,
            id: decided.id.map(ToOwned::to_owned),
            name: decided.name.map(ToOwned::to_owned),
            verdict: match verdict {
                Verdict::Decides => "decides",
                Verdict::GoesOn => "decides_and_goes_on",
                Verdict::OtherHours => "other_hours",
                Verdict::NotValid => "not_valid",
            },
            when,
        }
    }
}

/// `rule/export`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleExport {
    /// Of the rules.
    pub version: u64,
    /// In the order in which they are tried.
    #[schemars(with = "Vec<Value>")]
    pub rules: Vec<RuleDraft>,
}

fn export(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Export))
}

/// `rule/import`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleImport {
    /// As `rule/export` shows them.
    rules: Vec<RuleDraft>,
    /// After the rules there are, and not in their stead.
    #[serde(default)]
    append: bool,
    /// As `rule/export` shows it; it does not matter.
    #[serde(default)]
    #[expect(dead_code, reason = "an exported document can be sent back as it is")]
    version: Option<u64>,
    /// Only if the rules are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn import(request: RuleImport) -> Result<Plan, Error> {
    for (index, rule) in request.rules.iter().enumerate() {
        rule.validate()
            .map_err(|invalid| Error::InvalidParameter(invalid.under(&format!("rules[{index}]"))))?;
    }
    change(Edit::ImportRules { rules: request.rules, append: request.append }, request.if_version)
}

/// `rule/import_platform`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleImportPlatform {
    /// In the stead of the rules there are, and not after them.
    #[serde(default)]
    replace: bool,
    /// Show what would be made, and change nothing.
    #[serde(default)]
    dry_run: bool,
    /// Only if the rules are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

/// `rule/import_platform`
#[derive(Debug, Serialize, JsonSchema)]
pub struct PlatformImported {
    /// Which version it made; absent for a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// What was made.
    #[schemars(with = "Vec<Value>")]
    pub rules: Vec<RuleDraft>,
    /// The menu in force as a body for `menu/create`, with keys for the buttons that had replies of their own;
    /// absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Value>")]
    pub menu: Option<Menu>,
    /// What could not be carried over, and what to do about it.
    pub left_out: Vec<LeftOut>,
}

fn import_platform(request: RuleImportPlatform) -> Result<Plan, Error> {
    let RuleImportPlatform { replace, dry_run, if_version } = request;
    Ok(Plan::Rule(RulePlan::ImportPlatform { append: !replace, dry_run, if_version }))
}

/// `rule/versions`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Versions {
    /// The last fifty, the newest first.
    pub versions: Vec<VersionMade>,
}

/// Who changed the settings, how and when.
#[derive(Debug, Serialize, JsonSchema)]
pub struct VersionMade {
    /// Its number.
    pub version: i64,
    /// The name of the API key.
    pub author: String,
    /// The call.
    pub change: String,
    /// Unix seconds.
    pub made_at: i64,
    /// How many rules it has.
    pub rules: i64,
}

fn versions(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Versions))
}

impl From<VersionRow> for VersionMade {
    fn from((version, author, change, made_at, rules): VersionRow) -> Self {
        Self { version, author, change, made_at, rules }
    }
}

/// `rule/rollback`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleRollback {
    /// As `rule/versions` shows it; what it held becomes the next version.
    version: u64,
    /// Only if the rules are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

fn rollback(request: RuleRollback) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::RollBack { version: request.version, if_version: request.if_version }))
}

fn change(edit: Edit, if_version: Option<u64>) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Change { edit, if_version }))
}

fn valid(rule: RuleDraft) -> Result<Box<RuleDraft>, Error> {
    rule.validate().map_err(|invalid| Error::InvalidParameter(invalid.under("rule")))?;
    Ok(Box::new(rule))
}
