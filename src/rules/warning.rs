//! What the rules may contain, and what is probably a mistake.

use schemars::JsonSchema;
use serde::Serialize;

use crate::callback::event::Event;
use crate::callback::is_documented_field;
use crate::time::Timestamp;

use super::condition::Condition;
use super::template::Template;
use super::{Rule, RuleDraft, Rules};

/// More of them are left out.
const MAX_WARNINGS: usize = 100;

/// Something in the rules that is allowed, and probably a mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleWarning {
    /// The kind of mistake.
    pub id: WarningId,
    /// Position of the rule, from 0.
    pub rule: usize,
    /// Position of the rule because of which it has no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<usize>,
    /// Path of the field, such as `rules[3].when`.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// The kinds of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarningId {
    /// The rule can never match, because an earlier one decides first.
    Unreachable,
    /// The same, and the earlier one answers any message.
    BehindDefault,
    /// Some of its keywords, types or events can never match, because an earlier rule decides first.
    Duplicate,
    /// Its period of validity is over.
    Expired,
    /// It names an event that WeChat's manual does not describe.
    UnknownEvent,
    /// Its text has a placeholder for a field that WeChat's manual does not describe.
    UnknownField,
    /// Its text has a placeholder, which stays as it is without `template`.
    NotATemplate,
}

impl Rules {
    /// What is probably a mistake in the drafts from which these rules were compiled.
    #[must_use]
    pub fn warnings(&self, drafts: &[RuleDraft], now: Timestamp) -> Vec<RuleWarning> {
        self.warnings_about(drafts, now, &|index| format!("rules[{index}]"), None)
    }

    /// The same; `path` gives the field that holds the rule at an index. Only what concerns the rule at the position
    /// `only`, if there is one.
    pub(crate) fn warnings_about(
        &self,
        drafts: &[RuleDraft],
        now: Timestamp,
        path: &dyn Fn(usize) -> String,
        only: Option<usize>,
    ) -> Vec<RuleWarning> {
        let rules = self.rules.iter().zip(drafts).enumerate().filter(|(_, (rule, _))| !rule.is_off);
        let findings = rules.flat_map(|(position, (rule, draft))| {
            let unreached = self.unreached(position, rule, path);
            let about = about(position, rule, now).into_iter().chain(about_texts(position, draft));
            unreached.into_iter().chain(about).collect::<Vec<_>>()
        });
        let concerns =
            |found: &RuleWarning| only.is_none_or(|only| found.rule == only || found.by == Some(only));
        let at_its_path = |found: RuleWarning| RuleWarning {
            field: format!("{}.{}", path(found.rule), found.field),
            ..found
        };
        findings.filter(concerns).take(MAX_WARNINGS).map(at_its_path).collect()
    }

    /// Whether earlier rules decide everything that a rule would match.
    fn unreached(&self, rule: usize, compiled: &Rule, path: &dyn Fn(usize) -> String) -> Option<RuleWarning> {
        let covering = self.index.covering(&compiled.condition);
        let total = covering.len();
        let first_before = |rules: Vec<usize>| {
            rules.into_iter().filter(|earlier| *earlier < rule && self.ends_search(*earlier)).min()
        };
        let covered: Vec<usize> = covering.into_iter().filter_map(first_before).collect();
        let by = *covered.first()?;
        let is_default = self.rules.get(by).is_some_and(|by| matches!(by.condition, Condition::Default));
        let (id, message) = if covered.len() == total {
            let id = if is_default { WarningId::BehindDefault } else { WarningId::Unreachable };
            (id, format!("can never match, because {} decides first", path(by)))
        } else {
            let message = format!(
                "has {} of {total} alternatives that can never match, because {} decides first",
                covered.len(),
                path(by)
            );
            (WarningId::Duplicate, message)
        };
        Some(RuleWarning { by: Some(by), ..RuleWarning::new(id, rule, "when", message) })
    }

    /// Whether no rule after this one is tried once its condition is fulfilled.
    fn ends_search(&self, position: usize) -> bool {
        self.rules.get(position).is_some_and(Rule::always_decides)
    }
}

impl RuleWarning {
    /// A warning about a field of a rule.
    fn new(id: WarningId, rule: usize, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { id, rule, by: None, field: field.into(), message: message.into() }
    }
}

/// What the compiled rule shows.
fn about(position: usize, rule: &Rule, now: Timestamp) -> Vec<RuleWarning> {
    let mut found = Vec::new();
    if rule.valid.until.is_some_and(|until| until <= now) {
        found.push(RuleWarning::new(WarningId::Expired, position, "valid.until", "is over"));
    }
    if let Condition::Event(names) = &rule.condition
        && !names.iter().all(|name| Event::is_documented(name))
    {
        let message = "names an event that WeChat's manual does not describe";
        found.push(RuleWarning::new(WarningId::UnknownEvent, position, "when.event", message));
    }
    found
}

/// What is wrong with the placeholders in a rule's texts.
fn about_texts(position: usize, draft: &RuleDraft) -> Vec<RuleWarning> {
    let about = |(path, text): (String, &str)| {
        let field = format!("{path}.text.content");
        let fields: Vec<String> = Template::parse(text).ok()?.fields().collect();
        if !draft.is_template() {
            let is_meant = fields.iter().any(|field| is_documented_field(field));
            let message = "has a placeholder, which stays as it is without \"template\": true";
            return is_meant.then(|| RuleWarning::new(WarningId::NotATemplate, position, field, message));
        }
        let unknown = fields.into_iter().find(|field| !is_documented_field(field))?;
        let message = format!(
            "has the placeholder {{{{{unknown}}}}}, which is no field that WeChat's manual describes"
        );
        Some(RuleWarning::new(WarningId::UnknownField, position, field, message))
    };
    draft.texts().into_iter().filter_map(about).collect()
}
