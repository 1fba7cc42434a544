//! A rule that is not saved, to see what it would do.

use schemars::JsonSchema;
use serde::Deserialize;

use super::RuleDraft;

/// A rule that is not saved, and its place among the others.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnsavedRule {
    /// The rule.
    rule: Box<RuleDraft>,
    /// Id of the rule that it replaces; absent = it is a new one.
    id: Option<String>,
    /// Its position among the other rules, from 0; absent = that of the rule that it replaces, or after the last.
    position: Option<u32>,
}

impl UnsavedRule {
    /// Puts the rule in its place, and returns its position; `None` if the rule that it replaces does not exist.
    pub fn put_into(self, rules: &mut Vec<RuleDraft>) -> Option<usize> {
        let Self { mut rule, id, position } = self;
        let mut old = None;
        if let Some(id) = id {
            let from = rules.iter().position(|rule| rule.id.as_ref() == Some(&id))?;
            rules.remove(from);
            rule.id = Some(id);
            old = Some(from);
        }
        let position = position.map(|position| usize::try_from(position).unwrap_or(usize::MAX));
        let position = position.or(old).unwrap_or(usize::MAX).min(rules.len());
        rules.insert(position, *rule);
        Some(position)
    }
}
