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
    /// Path of the field, such as `rules[3].when`.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// A warning about one rule.
pub(super) struct Finding {
    /// The 0-based position of the rule.
    pub(super) rule: usize,
    /// The rule because of which it has no effect.
    pub(super) because_of: Option<usize>,
    /// The field of the rule.
    field: String,
    message: String,
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
        let findings = self.rules.iter().zip(drafts).enumerate().flat_map(|(position, (rule, draft))| {
            let unreached = self.unreached(position, rule, path);
            let about = about(position, rule, now).into_iter().chain(about_texts(position, draft));
            unreached.into_iter().chain(about).collect::<Vec<_>>()
        });
        let concerns = |finding: &Finding| {
            only.is_none_or(|only| finding.rule == only || finding.because_of == Some(only))
        };
        findings
            .filter(concerns)
            .take(MAX_WARNINGS)
            .map(|Finding { rule, field, message, .. }| RuleWarning {
                field: format!("{}.{field}", path(rule)),
                message,
            })
            .collect()
    }

    /// Whether earlier rules decide everything that a rule would match.
    fn unreached(&self, position: usize, rule: &Rule, path: &dyn Fn(usize) -> String) -> Option<Finding> {
        let covering = self.index.covering(&rule.condition);
        let total = covering.len();
        let first_before = |rules: Vec<usize>| {
            rules.into_iter().filter(|earlier| *earlier < position && self.ends_search(*earlier)).min()
        };
        let covered: Vec<usize> = covering.into_iter().filter_map(first_before).collect();
        let because_of = *covered.first()?;
        let message = if covered.len() == total {
            format!("can never match, because {} decides first", path(because_of))
        } else {
            format!(
                "has {} of {total} alternatives that can never match, because {} decides first",
                covered.len(),
                path(because_of)
            )
        };
        Some(Finding { rule: position, because_of: Some(because_of), field: "when".to_owned(), message })
    }

    /// Whether no rule after this one is tried once its condition is fulfilled.
    fn ends_search(&self, position: usize) -> bool {
        self.rules.get(position).is_some_and(Rule::always_decides)
    }
}

/// What the compiled rule shows.
fn about(position: usize, rule: &Rule, now: Timestamp) -> Vec<Finding> {
    let finding = |field: &str, message: &str| Finding {
        rule: position,
        because_of: None,
        field: field.to_owned(),
        message: message.to_owned(),
    };
    let mut findings = Vec::new();
    if rule.valid.until.is_some_and(|until| until <= now) {
        findings.push(finding("valid.until", "is over"));
    }
    if let Condition::Event(names) = &rule.condition
        && !names.iter().all(|name| Event::is_documented(name))
    {
        findings.push(finding("when.event", "names an event that WeChat's manual does not describe"));
    }
    findings
}

/// What is wrong with the placeholders in a rule's texts.
fn about_texts(position: usize, draft: &RuleDraft) -> Vec<Finding> {
    let finding =
        |field: String, message: String| Finding { rule: position, because_of: None, field, message };
    let about = |(path, text): (String, &str)| {
        let field = format!("{path}.text.content");
        let fields: Vec<String> = Template::parse(text).ok()?.fields().collect();
        if !draft.is_template() {
            let is_meant = fields.iter().any(|field| is_documented_field(field));
            return is_meant.then(|| {
                finding(
                    field,
                    "has a placeholder, which stays as it is without \"template\": true".to_owned(),
                )
            });
        }
        let unknown = fields.into_iter().find(|field| !is_documented_field(field))?;
        Some(finding(
            field,
            format!(
                "has the placeholder {{{{{unknown}}}}}, which is no field that WeChat's manual describes"
            ),
        ))
    };
    draft.texts().into_iter().filter_map(about).collect()
}
