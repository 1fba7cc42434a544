//! `rule/versions`, `rule/version` and `rule/rollback`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Error;
use crate::api::fields::NoParameters;
use crate::api::plan::Plan;
use crate::rules::RuleDraft;
use crate::settings::VersionRow;

use super::RulePlan;

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

pub(super) fn versions(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Versions))
}

impl From<VersionRow> for VersionMade {
    fn from((version, author, author_id, change, made_at, rules): VersionRow) -> Self {
        Self { version, author, author_id, change, made_at, rules }
    }
}

/// `rule/version`, `menu/version`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct VersionNumber {
    /// `version` as `rule/versions` or `menu/versions` shows it.
    pub(in crate::api) version: u64,
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

pub(super) fn version(request: VersionNumber) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Version { version: request.version }))
}

/// `rule/rollback`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleRollback {
    /// `version` as `rule/versions` shows it; its rules become those of the next version.
    version: u64,
    /// Reject the change unless the settings are at this version.
    #[serde(default)]
    if_version: Option<u64>,
}

pub(super) fn rollback(request: RuleRollback) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::RollBack { version: request.version, if_version: request.if_version }))
}
