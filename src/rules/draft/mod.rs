//! Rules as JSON: as an operator writes them, and as they are stored.

mod condition;
mod hours;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::callback::event::Event;
use crate::callback::{Reply, ReplyDraft, Trigger};
use crate::invalid::Invalid;
use crate::json::{exactly_from_value, to_value};
use crate::limits;
use crate::wechat::custom_message::{CustomMessage, MAX_AFTER_EVENT, MAX_AFTER_MESSAGE};

use super::condition::Condition;
use super::index::Index;
use super::template::Template;
use super::{Decided, Prepared, Rule, Rules};

use condition::ConditionDraft;
use hours::{HoursDraft, PeriodDraft};

/// Maximum length of a rule's name in characters: it is stored with each message that the rule answers.
const MAX_NAME: usize = 100;
/// Maximum number of rules of an account.
pub const MAX_RULES: usize = 10_000;
/// Maximum number of rules with a regular expression: each is tried on every text.
const MAX_EXPRESSIONS: usize = 100;
/// Maximum size of all keywords of `contains` and `prefix` together, in bytes.
///
/// What finds them was measured natively, with a release build and random keywords of 30 bytes: at this limit it takes
/// 10 MB, and 27 MB while it is built, which took 70 to 130 milliseconds. It grows with the number of bytes.
const MAX_KEYWORD_BYTES: usize = 300_000;
/// The passive reply and the customer-service messages that WeChat accepts after a user's message.
const MAX_REPLIES_TO_MESSAGE: usize = 1 + MAX_AFTER_MESSAGE;
/// The same after an event.
const MAX_REPLIES_TO_EVENT: usize = 1 + MAX_AFTER_EVENT;
const ONE_ACTION: &str = "must have exactly one of reply, replies, one_of, ask, and it must not be empty";

/// A rule: when it applies, and what it answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Rule", extend("oneOf" = [
    { "required": ["reply"] }, { "required": ["replies"] }, { "required": ["one_of"] }, { "required": ["ask"] }
]))]
#[serde(deny_unknown_fields)]
pub struct RuleDraft {
    /// The id that `rule/update` takes; generated if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Your name for it: at most 100 characters, without control characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Whether the rule is switched off, and never matches.
    #[serde(default, skip_serializing_if = "is_no")]
    off: bool,
    /// To which messages and events the rule applies.
    when: ConditionDraft,
    /// When the rule applies, compared with the message's CreateTime; absent = always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hours: Vec<HoursDraft>,
    /// The period of validity, compared with the message's CreateTime; absent = unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    valid: Option<PeriodDraft>,
    /// Try the rules after this one as well; their replies follow.
    #[serde(rename = "continue", default, skip_serializing_if = "is_no")]
    continues: bool,
    /// Replace placeholders such as `{{Content}}` in texts with fields of the message.
    #[serde(default, skip_serializing_if = "is_no")]
    template: bool,
    /// The reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<ReplyDraft>,
    /// Several replies: the first is the passive reply, the rest are sent as customer-service messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = MAX_REPLIES_TO_MESSAGE))]
    replies: Option<Vec<ReplyDraft>>,
    /// One of these, chosen at random; a repeated delivery of a message gets the same one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    one_of: Option<Vec<ReplyDraft>>,
    /// The name of the assistant that is asked for the reply to a message.
    #[serde(skip_serializing_if = "Option::is_none")]
    ask: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks that way")]
const fn is_no(value: &bool) -> bool {
    !*value
}

impl Rules {
    /// Compiles the rules of a document; an error names each that breaks a limit, such as `rules[3].when`.
    pub fn check(drafts: &[RuleDraft]) -> Result<Self, Invalid> {
        Self::check_named(drafts, &|index| format!("rules[{index}]"))
    }

    /// The same; `path` gives the field that holds the rule at an index.
    pub(crate) fn check_named(drafts: &[RuleDraft], path: &dyn Fn(usize) -> String) -> Result<Self, Invalid> {
        if drafts.len() > MAX_RULES {
            return Err(Invalid::new("rules", format!("must contain at most {MAX_RULES}")));
        }
        let check = |(index, draft): (usize, &RuleDraft)| {
            draft.check().map_err(|invalid| invalid.under(&path(index)))
        };
        let rules: Vec<Rule> = Invalid::collect(drafts.iter().enumerate().map(check))?;
        let expressions = rules.iter().filter(
            |rule| matches!(&rule.condition, Condition::Keyword(keyword) if keyword.expression.is_some()),
        );
        if expressions.count() > MAX_EXPRESSIONS {
            return Err(Invalid::new(
                "rules",
                format!("must contain at most {MAX_EXPRESSIONS} regular expressions"),
            ));
        }
        let bytes = rules.iter().map(|rule| rule.condition.searched_bytes()).fold(0, usize::saturating_add);
        if bytes > MAX_KEYWORD_BYTES {
            let complaint = format!(
                "have {bytes} bytes of keywords in contains and prefix; the limit is {MAX_KEYWORD_BYTES}"
            );
            return Err(Invalid::new("rules", complaint));
        }
        let index = Index::of(rules.iter().map(|rule| &rule.condition))
            .map_err(|_| Invalid::new("rules", "have too many keywords"))?;
        Ok(Self { rules, index })
    }
}

impl RuleDraft {
    /// Reads the rules of a document; an error names each that has not the shape of a rule, such as `rules[3].when`, and
    /// then each that breaks a limit.
    pub fn read_all(rules: &[Value]) -> Result<Vec<Self>, Invalid> {
        let read = |(index, rule)| {
            exactly_from_value(rule).map_err(|invalid: Invalid| invalid.under(&format!("rules[{index}]")))
        };
        let read_and_checked = |(index, rule)| {
            let draft: Self = read((index, rule))?;
            draft.validate().map_err(|invalid| invalid.under(&format!("rules[{index}]")))
        };
        let drafts = Invalid::collect(rules.iter().enumerate().map(read));
        // One that cannot be read must not hide what is wrong with the others.
        drafts.map_err(|shapes| {
            Invalid::collect(rules.iter().enumerate().map(read_and_checked)).err().unwrap_or(shapes)
        })
    }

    /// The assistant that it asks.
    #[must_use]
    pub fn asks(&self) -> Option<&str> {
        self.ask.as_deref()
    }

    /// The key of the button whose tap it answers.
    #[must_use]
    pub fn clicked_key(&self) -> Option<&str> {
        match &self.when {
            ConditionDraft::Click(click) => Some(click.key()),
            _ => None,
        }
    }

    /// What the rule is called where it decided; `position` is its place in the document.
    #[must_use]
    pub fn label(&self, position: usize) -> String {
        Decided { position, id: self.id.as_deref(), name: self.name.as_deref() }.label()
    }

    /// The condition as JSON.
    #[must_use]
    pub fn condition(&self) -> Value {
        to_value(&self.when)
    }

    /// Whether it answers every message, so that no rule after it is tried for one.
    pub(crate) fn answers_everything(&self) -> bool {
        let is_unlimited = self.hours.is_empty() && self.valid.is_none();
        matches!(self.when, ConditionDraft::Default(_)) && is_unlimited && !self.off && !self.continues
    }

    /// Whether placeholders in its texts are replaced.
    pub(super) const fn is_template(&self) -> bool {
        self.template
    }

    /// Its texts, each with the path of its reply.
    pub(super) fn texts(&self) -> Vec<(String, &str)> {
        let mut replies: Vec<_> = self.reply.iter().map(|reply| ("reply".to_owned(), reply)).collect();
        for (name, list) in [("replies", &self.replies), ("one_of", &self.one_of)] {
            for (index, reply) in list.iter().flatten().enumerate() {
                replies.push((format!("{name}[{index}]"), reply));
            }
        }
        replies.into_iter().filter_map(|(path, reply)| Some((path, reply.text_content()?))).collect()
    }

    /// Checks this rule's limits.
    pub fn validate(&self) -> Result<(), Invalid> {
        self.check().map(drop)
    }

    fn check(&self) -> Result<Rule, Invalid> {
        let condition = self.when.check().map_err(|invalid| invalid.under("when"))?;
        let hours = self.hours.iter().enumerate();
        let hours = hours
            .map(|(index, hours)| hours.check().map_err(|invalid| invalid.under(&format!("hours[{index}]"))))
            .collect::<Result<_, _>>()?;
        let valid = self.valid.as_ref().map(PeriodDraft::check).transpose();
        let valid = valid.map_err(|invalid| invalid.under("valid"))?.unwrap_or_default();
        let replies = self.check_replies(&condition)?;
        let (id, name) = (self.id.clone(), self.name.clone());
        if let Some(name) = &name {
            let characters = limits::visible("name", name)?.chars().count();
            if characters > MAX_NAME {
                let complaint = format!("has {characters} characters; {MAX_NAME} are allowed");
                return Err(Invalid::new("name", complaint));
            }
        }
        if id.as_ref().is_some_and(|id| id.trim().is_empty()) {
            return Err(Invalid::new("id", "is empty"));
        }
        let (is_off, continues, ask) = (self.off, self.continues, self.ask.clone());
        Ok(Rule { id, name, is_off, condition, hours, valid, replies, ask, continues })
    }

    fn check_replies(&self, condition: &Condition) -> Result<Vec<Vec<Prepared>>, Invalid> {
        let check = |draft: &ReplyDraft, path: &str| {
            self.check_reply(draft, condition).map_err(|invalid| invalid.under(path))
        };
        if self.ask.is_some() {
            return self.check_ask(condition).map(|()| Vec::new());
        }
        match (&self.reply, &self.replies, &self.one_of) {
            (Some(reply), None, None) => {
                let prepared = check(reply, "reply")?;
                follow_up(&prepared, condition).map_err(|invalid| invalid.under("reply"))?;
                Ok(vec![prepared])
            }
            (None, Some(drafts), None) if !drafts.is_empty() => {
                let mut prepared = Vec::new();
                for (index, draft) in drafts.iter().enumerate() {
                    let path = format!("replies[{index}]");
                    prepared.extend(check(draft, &path)?);
                    follow_up(&prepared, condition).map_err(|invalid| invalid.under(&path))?;
                }
                Ok(vec![prepared])
            }
            (None, None, Some(drafts)) if !drafts.is_empty() => {
                let drafts = drafts.iter().enumerate();
                let alternative = |(index, draft)| {
                    let path = format!("one_of[{index}]");
                    let prepared = check(draft, &path)?;
                    follow_up(&prepared, condition).map_err(|invalid| invalid.under(&path))?;
                    Ok(prepared)
                };
                drafts.map(alternative).collect()
            }
            (None, None, None) => Err(Invalid::new("reply", "is missing")),
            _ => Err(Invalid::new(".", ONE_ACTION)),
        }
    }

    fn check_ask(&self, condition: &Condition) -> Result<(), Invalid> {
        if self.reply.is_some() || self.replies.is_some() || self.one_of.is_some() {
            return Err(Invalid::new(".", ONE_ACTION));
        }
        if condition.trigger() == Trigger::Event {
            return Err(Invalid::new("ask", "is only for messages; an event cannot ask an assistant"));
        }
        if self.continues {
            return Err(Invalid::new("continue", "cannot be combined with ask: the assistant answers"));
        }
        if self.template {
            return Err(Invalid::new("template", "cannot be combined with ask, which has no text"));
        }
        Ok(())
    }

    fn check_reply(&self, draft: &ReplyDraft, condition: &Condition) -> Result<Vec<Prepared>, Invalid> {
        if let Some(text) = draft.text_content().filter(|_| self.template) {
            let template = Template::parse(text).map_err(|invalid| invalid.under("text"))?;
            shows_reply(condition)?;
            return Ok(vec![Prepared::Text(template)]);
        }
        let parts = draft.parts()?;
        for reply in &parts {
            reply.check(condition.trigger())?;
            shows_reply(condition)?;
        }
        Ok(parts.into_iter().map(Prepared::Reply).collect())
    }
}

impl Prepared {
    /// How many messages it becomes at least.
    fn min_len(&self) -> usize {
        match self {
            Self::Reply(_) => 1,
            Self::Text(template) => Reply::texts(&template.render(&Value::Null)).len(),
        }
    }
}

fn shows_reply(condition: &Condition) -> Result<(), Invalid> {
    match condition {
        Condition::Event(names) if !names.iter().all(|name| Event::name_accepts_reply(name)) => {
            Err(Invalid::new(".", "answers an event to which WeChat shows no reply; only silence is allowed"))
        }
        _ => Ok(()),
    }
}

/// Checks that the replies after the first can be customer-service messages, and that WeChat accepts so many.
fn follow_up(replies: &[Prepared], condition: &Condition) -> Result<(), Invalid> {
    let limit = match condition {
        Condition::Event(names) if !names.iter().all(|name| Event::name_opens(name)) => 1,
        _ => match condition.trigger() {
            Trigger::Message => MAX_REPLIES_TO_MESSAGE,
            Trigger::Event => MAX_REPLIES_TO_EVENT,
        },
    };
    // The text of a template is at least as long without the fields of a message.
    if replies.iter().map(Prepared::min_len).fold(0, usize::saturating_add) > limit {
        return Err(Invalid::new(".", format!("sends more than the {limit} messages that WeChat accepts")));
    }
    for reply in replies.iter().skip(1) {
        if let Prepared::Reply(reply) = reply {
            CustomMessage::of("openid", reply)?;
        }
    }
    Ok(())
}
