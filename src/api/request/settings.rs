//! The bodies of `rule/*`.

use serde::Deserialize;
use serde_json::Value;

use crate::rules::RuleDraft;

use super::requests;

requests! {
    /// `rule/list`
    RulePage {
        /// How many to pass over.
        #[serde(default)]
        offset: u32,
        /// 1 to 1,000 a page.
        #[serde(default = "page_of_rules")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(range(min = 1, max = MAX_PAGE_OF_RULES)))]
        limit: u32,
    }
    /// `rule/create`
    RuleCreate {
        /// What to add.
        rule: RuleDraft,
        /// Before which rule, from 0; absent = after the last.
        #[serde(default)]
        position: Option<u32>,
        /// Only if the rules are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `rule/update`
    RuleUpdate {
        /// As `rule/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: String,
        /// What it becomes, as a whole, in its place.
        rule: RuleDraft,
        /// Only if the rules are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `rule/delete`
    RuleDelete {
        /// As `rule/list` shows it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        id: String,
        /// Only if the rules are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `rule/reorder`
    RuleReorder {
        /// Which rules, in their new order; the others keep theirs.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(length(min = 1)))]
        ids: Vec<String>,
        /// How many of the others stay before them; absent = none.
        #[serde(default)]
        position: u32,
        /// Only if the rules are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
    /// `rule/test`
    RuleTest {
        /// A message under WeChat's names, such as `{"MsgType": "text", "Content": "hello"}`; what is missing of
        /// `FromUserName`, `CreateTime` and the like is made up.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "serde_json::Map<String, Value>"))]
        message: Value,
        /// Try these instead of the account's rules.
        #[serde(default)]
        rules: Option<Vec<RuleDraft>>,
    }
    /// `rule/import`
    RuleImport {
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
    /// `rule/import_platform`
    RuleImportPlatform {
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
    /// `rule/rollback`
    RuleRollback {
        /// As `rule/versions` shows it; what it held becomes the next version.
        version: u64,
        /// Only if the rules are at this version.
        #[serde(default)]
        if_version: Option<u64>,
    }
}

/// How many rules a page may have.
pub(in crate::api) const MAX_PAGE_OF_RULES: u32 = 1000;

const fn page_of_rules() -> u32 {
    100
}
