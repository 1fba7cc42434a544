//! `rule/import` and `rule/import_platform`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::Error;
use crate::api::fields::{FieldProblem, field_problems};
use crate::api::plan::Plan;
use crate::invalid::Invalid;
use crate::rules::{LeftOut, RuleDraft, RuleWarning};
use crate::settings::Edited;
use crate::wechat::menu::Menu;

use super::RulePlan;

/// `rule/import`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleImport {
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
    /// Position of the first imported rule, from 0; the others follow it. If rules are appended, they come before the first that
    /// answers any message, since they could not match after it; only those that answer any message themselves come last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<usize>,
    /// What is probably a mistake in the imported rules, such as one that can never match.
    pub warnings: Vec<RuleWarning>,
    /// Why the import would be rejected: the first mistake of each rule, at most two hundred.
    pub problems: Vec<FieldProblem>,
}

impl Imported {
    /// What an import made, or would make.
    #[must_use]
    pub fn new(edited: Edited, dry_run: bool) -> Self {
        let Edited { settings, warnings, positions, .. } = edited;
        let version = (!dry_run).then_some(settings.version);
        let (rules, position) = (settings.rules.len(), positions.first().copied());
        Self { version, rules, position, warnings, problems: Vec::new() }
    }
}

/// The answer to a dry run of an import that would be rejected.
impl From<&Invalid> for Imported {
    fn from(invalid: &Invalid) -> Self {
        let problems = field_problems(invalid);
        Self { version: None, rules: 0, position: None, warnings: Vec::new(), problems }
    }
}

pub(super) fn import(request: RuleImport) -> Result<Plan, Error> {
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
pub(super) struct RuleImportPlatform {
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
    /// The position of each of them after the import, from 0: before the first rule that answers any message, since they could
    /// not match after it; only those that answer any message themselves come last.
    pub positions: Vec<usize>,
    /// The current menu as a body for `menu/create`, in which buttons that had replies of their own send events;
    /// absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menu: Option<Menu>,
    /// What could not be imported, and what to do about it.
    pub left_out: Vec<LeftOut>,
    /// What is probably a mistake in the imported rules, such as one that can never match.
    pub warnings: Vec<RuleWarning>,
}

pub(super) fn import_platform(request: RuleImportPlatform) -> Result<Plan, Error> {
    let RuleImportPlatform { replace, dry_run, if_version } = request;
    Ok(Plan::Rule(RulePlan::ImportPlatform { append: !replace, dry_run, if_version }))
}
