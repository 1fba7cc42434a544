//! `rule/*`: the rules that answer messages and events.

mod import;
mod trial;
mod version;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::inbox::RuleHits;
use crate::invalid::Invalid;
use crate::rules::{RuleDraft, RuleWarning, UnsavedRule};
use crate::settings::{Edit, Edited};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, index, invalid, page_limit};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

pub use import::{Imported, PlatformImported};
use import::{RuleImport, RuleImportPlatform, import, import_platform};
pub use trial::{
    Linted, LookedAt, NamedBackend, NotListed, NotSent, RuleTested, RuleTrial, Tested, ThenAsked, Why,
};
use trial::{RuleLint, RuleTest, lint, test};
pub(super) use version::VersionNumber;
use version::{RuleRollback, rollback, version, versions};
pub use version::{RulesOfVersion, VersionMade, Versions};

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

fn change(edit: Edit, if_version: Option<u64>) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Change { edit, if_version }))
}
