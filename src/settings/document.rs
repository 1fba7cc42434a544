//! The document of an account's settings.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::assistants::AssistantDraft;
use crate::backends::{Backends, WebhookDraft};
use crate::invalid::Invalid;
use crate::json::exactly_from_json;
use crate::rules::{RuleDraft, RuleWarning, Rules};
use crate::time::Timestamp;

use super::{Settings, StorageSettings};

/// An account's settings as its operator wrote them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Document {
    /// The version, incremented by each change. A file written by hand may omit it.
    pub version: u64,
    /// In the order in which they are tried.
    pub rules: Vec<RuleDraft>,
    /// In the order in which they are called.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub webhooks: Vec<WebhookDraft>,
    /// In the order in which they were created.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assistants: Vec<AssistantDraft>,
    /// What is stored, and for how long.
    #[serde(skip_serializing_if = "StorageSettings::is_default")]
    pub storage: StorageSettings,
}

/// A document whose rules have not been read, so that the mistakes of all of them can be told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unread {
    #[serde(default)]
    version: u64,
    rules: Vec<Value>,
    #[serde(default)]
    webhooks: Vec<WebhookDraft>,
    #[serde(default)]
    assistants: Vec<Value>,
    #[serde(default)]
    storage: StorageSettings,
}

impl Document {
    /// Reads a stored document; a rule without an id gets one from its position.
    pub fn parse(json: &str) -> Result<Self, Invalid> {
        let mut document = Self::read(json)?;
        document.name_rules("");
        Ok(document)
    }

    /// Reads a document as it is written.
    pub(super) fn read(json: &str) -> Result<Self, Invalid> {
        let Unread { version, rules, webhooks, assistants, storage } = exactly_from_json(json)?;
        let (rules, assistants) = (RuleDraft::read_all(&rules)?, AssistantDraft::read_all(&assistants)?);
        Ok(Self { version, rules, webhooks, assistants, storage })
    }

    /// Compiles the document, if it is within the limits.
    pub fn check(&self) -> Result<Settings, Invalid> {
        self.check_named(&|index| format!("rules[{index}]"))
    }

    /// The same; `path` gives the field that holds the rule at an index.
    pub(super) fn check_named(&self, path: &dyn Fn(usize) -> String) -> Result<Settings, Invalid> {
        let rules = Rules::check_named(&self.rules, path)?;
        let backends = Backends::check(&self.webhooks, &self.assistants)?;
        let unknown = self
            .rules
            .iter()
            .position(|rule| rule.asks().is_some_and(|assistant| backends.assistant(assistant).is_none()));
        match unknown {
            Some(index) => Err(Invalid::new("ask", "is not the name of an assistant").under(&path(index))),
            None => Ok(Settings { version: self.version, rules, backends, storage: self.storage.clone() }),
        }
    }

    /// What is probably a mistake in the rules.
    pub fn warnings(&self, now: Timestamp) -> Result<Vec<RuleWarning>, Invalid> {
        Ok(Rules::check(&self.rules)?.warnings(&self.rules, now))
    }

    /// Gives an id to each rule that has none; `nonce` is part of it.
    pub(super) fn name_rules(&mut self, nonce: &str) {
        for (index, rule) in self.rules.iter_mut().enumerate() {
            rule.id.get_or_insert_with(|| format!("r_{nonce}{index}"));
        }
    }
}
