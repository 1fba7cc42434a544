//! Changes of the document.

use std::rc::Rc;

use crate::assistants::AssistantDraft;
use crate::backends::WebhookDraft;
use crate::invalid::Invalid;
use crate::rules::{RuleDraft, RuleWarning};
use crate::text_map::TextMap;
use crate::time::Timestamp;

use super::{Document, Settings, StorageSettings};

/// A row of D1 has at most 2,000,000 bytes; the rest is for the other columns.
const MAX_BYTES: usize = 1_900_000;

/// A change of the document.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// `rule/create`
    CreateRule {
        /// The rule to add.
        rule: Box<RuleDraft>,
        /// The 0-based position; `None` = at the end.
        position: Option<usize>,
    },
    /// `rule/update`
    UpdateRule {
        /// The id.
        id: String,
        /// The new rule, at the same position.
        rule: Box<RuleDraft>,
    },
    /// `rule/delete`
    DeleteRule {
        /// The id.
        id: String,
    },
    /// `rule/reorder`
    ReorderRules {
        /// The rules to move, in their new order.
        ids: Vec<String>,
        /// The number of other rules before them.
        position: usize,
    },
    /// `rule/import`, `rule/import_platform`, `rule/rollback`
    ImportRules {
        /// The rules to import.
        rules: Vec<RuleDraft>,
        /// Append to the existing rules instead of replacing them.
        append: bool,
    },
    /// `menu/publish`: each replaces the rule that answers the same tap, or else is added.
    SetReplies {
        /// The rules, each a `click`.
        rules: Vec<RuleDraft>,
    },
    /// `webhook/create`
    CreateWebhook {
        /// The webhook to add.
        webhook: Box<WebhookDraft>,
        /// The 0-based position; `None` = at the end.
        position: Option<usize>,
    },
    /// `webhook/update`
    UpdateWebhook {
        /// The id.
        id: String,
        /// The new webhook.
        webhook: Box<WebhookDraft>,
        /// The new 0-based position; `None` = unchanged.
        position: Option<usize>,
    },
    /// `webhook/rotate_secret`
    RotateSecret {
        /// The id.
        id: String,
    },
    /// `webhook/delete`
    DeleteWebhook {
        /// The id.
        id: String,
    },
    /// `assistant/update`: one of another name is added.
    SetAssistant {
        /// The new assistant.
        assistant: Box<AssistantDraft>,
    },
    /// `assistant/delete`
    DeleteAssistant {
        /// The name.
        name: String,
    },
    /// `account/update`: what is absent stays.
    SetStorage {
        /// What to change.
        storage: StorageSettings,
    },
    /// The webhook answered 410 Gone. Nothing changes if it is off, or was deleted.
    SwitchOffWebhook {
        /// The id.
        id: String,
    },
}

/// A document after a change.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The JSON to store and publish.
    pub json: String,
    /// The document, compiled.
    pub settings: Rc<Settings>,
    /// The id of the rule or webhook that was created, changed or deleted, if it was one.
    pub id: Option<String>,
    /// What is probably a mistake in the rules that were created or changed.
    pub warnings: Vec<RuleWarning>,
    /// The positions of the imported rules, in the order of the request.
    pub positions: Vec<usize>,
    /// Whether this is a new version; otherwise there was nothing to change.
    pub is_new: bool,
}

/// The rules of a changed document that came with the request, by their position in the document.
#[derive(Debug, Clone)]
enum Sent {
    /// None.
    None,
    /// One rule, which the request calls `rule`.
    Rule(usize),
    /// Those with a number, which is their index in what the request calls `rules`.
    Rules(Vec<Option<usize>>),
}

/// Why a change is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is no such rule or webhook.
    NotFound(&'static str),
    /// The document would exceed a limit.
    Invalid(Invalid),
    /// The document has another version than the change expects.
    Conflict {
        /// The document's version.
        version: u64,
    },
}

impl From<Invalid> for Refused {
    fn from(invalid: Invalid) -> Self {
        Self::Invalid(invalid)
    }
}

impl Document {
    /// Makes the next version. `expected` is the version that the caller has seen, if known; `nonce` is part of new ids.
    pub fn edit(
        mut self,
        edit: Edit,
        expected: Option<u64>,
        (now, nonce): (Timestamp, &str),
    ) -> Result<Edited, Refused> {
        if expected.is_some_and(|expected| expected != self.version) {
            return Err(Refused::Conflict { version: self.version });
        }
        if self.is_done(&edit) {
            let (json, settings) = (serde_json::to_string(&self).unwrap_or_default(), self.check()?);
            return Ok(Edited {
                json,
                settings: Rc::new(settings),
                id: None,
                warnings: Vec::new(),
                positions: Vec::new(),
                is_new: false,
            });
        }
        let (id, sent) = self.apply(edit, now, nonce)?;
        self.version = self.version.saturating_add(1);
        self.name_rules(nonce);
        self.refuse_duplicate_ids(&sent)?;
        let settings = Rc::new(self.check_named(&|index| sent.path(index))?);
        let json = serde_json::to_string(&self).unwrap_or_default();
        if json.len() > MAX_BYTES {
            let complaint = format!(
                "take, with webhooks and assistants, {} bytes as a document; the limit is {MAX_BYTES}",
                json.len()
            );
            return Err(Invalid::new("rules", complaint).into());
        }
        let warnings = match &sent {
            Sent::None => Vec::new(),
            Sent::Rule(_) | Sent::Rules(_) => {
                settings.rules.warnings_about(&self.rules, now, &|index| sent.path(index), sent.only())
            }
        };
        Ok(Edited { json, settings, id, warnings, positions: sent.positions(), is_new: true })
    }

    /// Whether an edit would change nothing. Every isolate that calls a webhook gets its 410, and may have older settings.
    fn is_done(&self, edit: &Edit) -> bool {
        match edit {
            Edit::SwitchOffWebhook { id } => {
                !self.webhooks.iter().any(|webhook| webhook.id.as_ref() == Some(id) && !webhook.off)
            }
            Edit::SetReplies { rules } => rules.iter().all(|rule| self.has_reply(rule)),
            Edit::SetStorage { storage } => {
                let mut changed = self.storage.clone();
                changed.update(storage.clone());
                changed == self.storage
            }
            _ => false,
        }
    }

    /// Whether a reply to a tap is one of the rules, as it is.
    #[must_use]
    pub fn has_reply(&self, rule: &RuleDraft) -> bool {
        self.reply_place(rule).and_then(|position| self.rules.get(position)).is_some_and(|old| {
            let mut rule = rule.clone();
            rule.id.clone_from(&old.id);
            rule == *old
        })
    }

    /// The position of the rule that a reply to a tap replaces.
    fn reply_place(&self, rule: &RuleDraft) -> Option<usize> {
        let is_same_tap = |old: &RuleDraft| old.clicked_key() == rule.clicked_key();
        let same =
            self.rules.iter().position(|old| old.id.is_some() && old.id == rule.id && is_same_tap(old));
        same.or_else(|| self.rules.iter().position(is_same_tap))
    }

    /// Puts replies to taps in the place of those before, and adds the others.
    fn set_replies(&mut self, rules: Vec<RuleDraft>) -> Sent {
        let mut added = Vec::new();
        for mut rule in rules {
            let place = self.reply_place(&rule);
            rule.id = None;
            match place.and_then(|position| self.rules.get_mut(position)) {
                Some(old) => {
                    rule.id.clone_from(&old.id);
                    *old = rule;
                }
                None => added.push(rule),
            }
        }
        self.append(added)
    }

    /// Returns the id of what was created, changed or deleted, and the rules that the edit has put into the document.
    fn apply(&mut self, edit: Edit, now: Timestamp, nonce: &str) -> Result<(Option<String>, Sent), Refused> {
        let id = match edit {
            Edit::CreateRule { mut rule, position } => {
                let id = rule.id.get_or_insert_with(|| format!("r_{nonce}")).clone();
                let position = position.unwrap_or(usize::MAX).min(self.rules.len());
                self.rules.insert(position, *rule);
                return Ok((Some(id), Sent::Rule(position)));
            }
            Edit::UpdateRule { id, mut rule } => {
                let (position, old) = self.rule(&id)?;
                rule.id = Some(id.clone());
                *old = *rule;
                return Ok((Some(id), Sent::Rule(position)));
            }
            Edit::ImportRules { rules, append } => {
                if !append {
                    self.rules.clear();
                }
                return Ok((None, self.append(rules)));
            }
            Edit::SetReplies { rules } => return Ok((None, self.set_replies(rules))),
            Edit::DeleteRule { id } => {
                let (position, _) = self.rule(&id)?;
                self.rules.remove(position);
                Some(id)
            }
            Edit::ReorderRules { ids, position } => {
                self.reorder(&ids, position)?;
                None
            }
            Edit::CreateWebhook { webhook, position } => {
                Some(self.create_webhook(*webhook, position, nonce)?)
            }
            Edit::UpdateWebhook { id, webhook, position } => {
                webhook.check().map_err(|invalid| invalid.under("webhook"))?;
                self.webhook(&id)?.replace(*webhook);
                if let Some(position) = position {
                    self.move_webhook(&id, position);
                }
                Some(id)
            }
            Edit::RotateSecret { id } => {
                self.webhook(&id)?.rotate_secret(now);
                Some(id)
            }
            Edit::DeleteWebhook { id } => {
                self.webhook(&id)?;
                self.webhooks.retain(|webhook| webhook.id.as_ref() != Some(&id));
                Some(id)
            }
            Edit::SetAssistant { assistant } => {
                match self.assistants.iter_mut().find(|other| other.name == assistant.name) {
                    Some(old) => *old = *assistant,
                    None => self.assistants.push(*assistant),
                }
                None
            }
            Edit::DeleteAssistant { name } => {
                let position = self.assistants.iter().position(|assistant| assistant.name == name);
                let position = position.ok_or(Refused::NotFound("assistant"))?;
                self.refuse_while_asked(&name)?;
                self.assistants.remove(position);
                None
            }
            Edit::SetStorage { storage } => {
                self.storage.update(storage);
                None
            }
            Edit::SwitchOffWebhook { id } => {
                self.webhook(&id)?.off = true;
                Some(id)
            }
        };
        Ok((id, Sent::None))
    }

    /// Adds rules before the first one that answers every message, or they could never match. Those that answer every message
    /// themselves stay behind it, and what was answered so far is answered in the same way.
    fn append(&mut self, rules: Vec<RuleDraft>) -> Sent {
        let at = self.rules.iter().position(RuleDraft::answers_everything).unwrap_or(self.rules.len());
        let tail = self.rules.split_off(at);
        let (mut sent, mut last) = (vec![None; at], Vec::new());
        for (number, rule) in rules.into_iter().enumerate() {
            if !tail.is_empty() && rule.answers_everything() {
                last.push((number, rule));
            } else {
                sent.push(Some(number));
                self.rules.push(rule);
            }
        }
        sent.resize(sent.len().saturating_add(tail.len()), None);
        self.rules.extend(tail);
        for (number, rule) in last {
            sent.push(Some(number));
            self.rules.push(rule);
        }
        Sent::Rules(sent)
    }

    fn reorder(&mut self, ids: &[String], position: usize) -> Result<(), Refused> {
        let mut moved = Vec::new();
        for (index, id) in ids.iter().enumerate() {
            let from = self.rules.iter().position(|rule| rule.id.as_ref() == Some(id));
            let from = from.ok_or_else(|| {
                Invalid::new(format!("ids[{index}]"), "is not the id of a rule, or is duplicated")
            })?;
            moved.push(self.rules.remove(from));
        }
        let position = position.min(self.rules.len());
        self.rules.splice(position..position, moved);
        Ok(())
    }

    fn rule(&mut self, id: &str) -> Result<(usize, &mut RuleDraft), Refused> {
        let mut rules = self.rules.iter_mut().enumerate();
        rules.find(|(_, rule)| rule.id.as_deref() == Some(id)).ok_or(Refused::NotFound("rule"))
    }

    fn webhook(&mut self, id: &str) -> Result<&mut WebhookDraft, Refused> {
        let mut webhooks = self.webhooks.iter_mut();
        webhooks.find(|webhook| webhook.id.as_deref() == Some(id)).ok_or(Refused::NotFound("webhook"))
    }

    fn create_webhook(
        &mut self,
        mut webhook: WebhookDraft,
        position: Option<usize>,
        nonce: &str,
    ) -> Result<String, Refused> {
        webhook.check().map_err(|invalid| invalid.under("webhook"))?;
        if webhook.id.is_some() {
            // The id of a deleted webhook would restore its secret.
            return Err(Invalid::new("webhook.id", "is assigned by the worker; omit it").into());
        }
        let id = format!("w_{nonce}");
        webhook.id = Some(id.clone());
        (webhook.secret_generation, webhook.secret_rotated_at) = (0, None);
        let position = position.unwrap_or(usize::MAX).min(self.webhooks.len());
        self.webhooks.insert(position, webhook);
        Ok(id)
    }

    fn move_webhook(&mut self, id: &str, position: usize) {
        if let Some(from) = self.webhooks.iter().position(|webhook| webhook.id.as_deref() == Some(id)) {
            let webhook = self.webhooks.remove(from);
            self.webhooks.insert(position.min(self.webhooks.len()), webhook);
        }
    }

    /// An assistant that rules ask cannot be deleted; the error names them.
    fn refuse_while_asked(&self, assistant: &str) -> Result<(), Invalid> {
        let asking = self.rules.iter().enumerate().filter(|(_, rule)| rule.asks() == Some(assistant));
        let named: Vec<String> =
            asking.map(|(index, rule)| format!("rules[{index}] ({})", rule.label(index))).collect();
        if named.is_empty() {
            return Ok(());
        }
        let complaint = format!("is asked by {}: change or delete these rules first", named.join(", "));
        Err(Invalid::new("name", complaint))
    }

    /// Of two rules with one id, the error names the one that came with the request.
    fn refuse_duplicate_ids(&self, sent: &Sent) -> Result<(), Invalid> {
        let mut ids = TextMap::new();
        let rules = self.rules.iter().map(|rule| rule.id.as_deref()).enumerate();
        for (index, id) in rules {
            if let Some(first) = ids.insert(id.unwrap_or_default(), index) {
                let named = if sent.has(index) || !sent.has(first) { index } else { first };
                return Err(Invalid::new(format!("{}.id", sent.path(named)), "is duplicated"));
            }
        }
        let mut is_duplicate = |id: Option<&str>| ids.insert(id.unwrap_or_default(), usize::MAX).is_some();
        match self.webhooks.iter().position(|webhook| is_duplicate(webhook.id.as_deref())) {
            Some(index) => Err(Invalid::new(format!("webhooks[{index}].id"), "is duplicated")),
            None => Ok(()),
        }
    }
}

impl Sent {
    /// The position of the one rule that came with the request, if it was one.
    const fn only(&self) -> Option<usize> {
        match self {
            Self::Rule(position) => Some(*position),
            Self::Rules(_) | Self::None => None,
        }
    }

    /// Whether the rule at an index came with the request.
    fn has(&self, index: usize) -> bool {
        match self {
            Self::None => false,
            Self::Rule(position) => index == *position,
            Self::Rules(sent) => sent.get(index).is_some_and(Option::is_some),
        }
    }

    /// The field of the request, or of the document, that holds the rule at an index.
    fn path(&self, index: usize) -> String {
        let number = match self {
            Self::Rule(position) if index == *position => return "rule".to_owned(),
            Self::Rules(sent) => sent.get(index).copied().flatten(),
            Self::Rule(_) | Self::None => None,
        };
        format!("rules[{}]", number.unwrap_or(index))
    }

    /// The positions of imported rules, in the order of the request.
    fn positions(&self) -> Vec<usize> {
        let Self::Rules(sent) = self else { return Vec::new() };
        let numbered = sent.iter().enumerate().filter_map(|(position, number)| Some(((*number)?, position)));
        let mut numbered: Vec<(usize, usize)> = numbered.collect();
        numbered.sort_unstable();
        numbered.into_iter().map(|(_, position)| position).collect()
    }
}
