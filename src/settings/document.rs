//! The document of an account's settings.

use serde::{Deserialize, Serialize};

use crate::backends::{Backends, WebhookDraft};
use crate::invalid::Invalid;
use crate::json::exactly_from_json;
use crate::rules::{RuleDraft, Rules};

use super::Settings;

/// An account's settings as its operator wrote them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The version, incremented by each change. A file written by hand may omit it.
    #[serde(default)]
    pub version: u64,
    /// In the order in which they are tried.
    pub rules: Vec<RuleDraft>,
    /// In the order in which they are called.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<WebhookDraft>,
}

impl Document {
    /// Reads a stored document; a rule without an id gets one from its position.
    pub fn parse(json: &str) -> Result<Self, Invalid> {
        let mut document: Self = exactly_from_json(json)?;
        document.name_rules("");
        Ok(document)
    }

    /// Compiles the document, if it is within the limits.
    pub fn check(&self) -> Result<Settings, Invalid> {
        self.check_named(&|index| format!("rules[{index}]"))
    }

    /// The same; `path` gives the field that holds the rule at an index.
    pub(super) fn check_named(&self, path: &dyn Fn(usize) -> String) -> Result<Settings, Invalid> {
        let rules = Rules::check_named(&self.rules, path)?;
        Ok(Settings { version: self.version, rules, backends: Backends::check(&self.webhooks)? })
    }

    /// Gives an id to each rule that has none; `nonce` is part of it.
    pub(super) fn name_rules(&mut self, nonce: &str) {
        for (index, rule) in self.rules.iter_mut().enumerate() {
            rule.id.get_or_insert_with(|| format!("r_{nonce}{index}"));
        }
    }
}
