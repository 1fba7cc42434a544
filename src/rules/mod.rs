//! The operator's rules: the first that matches a message decides the answer, and those after it if it continues.

mod condition;
mod console;
mod draft;
mod hours;
mod index;
mod mismatch;
mod template;
mod unsaved;
mod warning;

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sha1_smol::Sha1;

pub use console::{ConsoleImport, ImportLanguage, LeftOut, import_answers, import_console};
pub use draft::{MAX_RULES, RuleDraft};
pub use mismatch::{Mismatch, MismatchId};
pub use unsaved::UnsavedRule;
pub use warning::{RuleWarning, WarningId};

use crate::callback::{Body, Message, Reply};
use crate::time::Timestamp;
use crate::wechat::custom_message::{CustomMessage, max_after};

use condition::Condition;
use hours::{Hours, Period};
use index::Index;
use template::Template;

/// The compiled rules of one account.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    index: Index,
}

#[derive(Debug)]
struct Rule {
    id: Option<String>,
    name: Option<String>,
    is_off: bool,
    condition: Condition,
    /// The rule applies in any of them; empty = always.
    hours: Vec<Hours>,
    valid: Period,
    /// The alternatives, at least one unless an assistant is asked; an empty alternative is a decision for silence.
    replies: Vec<Vec<Prepared>>,
    /// The assistant that is asked for the reply.
    ask: Option<String>,
    continues: bool,
}

/// A reply of a rule, ready to send or to fill in.
#[derive(Debug)]
enum Prepared {
    Reply(Reply),
    Text(Template),
}

/// What the rules decide for one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The rules that decided, in their order; empty if no rule matches.
    pub rules: Vec<Decided<'a>>,
    /// The first is the passive reply, the rest are customer-service messages; empty = silence.
    pub replies: Vec<Cow<'a, Reply>>,
    /// The assistant that is asked for the reply; no rule before has replied.
    pub ask: Option<&'a str>,
    /// What the rules decided as well, and WeChat does not accept with the replies before it.
    pub left_out: Vec<LeftOutReply<'a>>,
}

/// A reply that is not sent, because WeChat would refuse it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutReply<'a> {
    /// The rule that decided it.
    pub rule: Decided<'a>,
    /// The reply.
    pub reply: Cow<'a, Reply>,
    /// Why WeChat would refuse it.
    pub reason: String,
}

/// A rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided<'a> {
    /// 0-based position in the document.
    pub position: usize,
    /// The id that `rule/update` takes; rules of a document written by hand may have none.
    pub id: Option<&'a str>,
    /// The operator's name for it.
    pub name: Option<&'a str>,
}

/// What became of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It decided, and no rule after it was tried.
    Decides,
    /// It decided, and the rules after it were tried as well.
    #[serde(rename = "decides_and_continues")]
    Continues,
    /// The message was sent outside its hours.
    OtherHours,
    /// The message was sent before or after its period of validity.
    NotValid,
    /// It is switched off.
    Off,
    /// The message does not fulfil its condition.
    NoMatch,
    /// A rule before it decided, so that it was not tried.
    AfterDecision,
}

impl Rules {
    /// The number of rules.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are no rules.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The first rule that matches decides, and those after it as long as each continues; without a match the answer
    /// is silence. `fields` are the message's fields, for templates.
    ///
    /// A repeated delivery gets the same answer: hours are compared with the message's CreateTime, and a random reply
    /// is chosen by a hash of the message.
    #[must_use]
    pub fn decide<'f>(&self, message: &Message, fields: impl Fn() -> &'f Value) -> Decision<'_> {
        let mut decision = Decision::default();
        for (position, rule, verdict) in self.looked_at(message) {
            if !matches!(verdict, Verdict::Decides | Verdict::Continues) {
                continue;
            }
            decision.rules.push(rule.decided(position));
            decision.ask = rule.ask.as_deref().filter(|_| decision.replies.is_empty());
            for reply in rule.reply(message, &fields) {
                decision.add(rule.decided(position), reply, message);
            }
        }
        decision
    }

    /// The rules whose condition a message fulfils, up to the last that was tried, and what became of each.
    #[must_use]
    pub fn explain(&self, message: &Message) -> Vec<(Decided<'_>, Verdict)> {
        self.looked_at(message).map(|(position, rule, verdict)| (rule.decided(position), verdict)).collect()
    }

    /// What became of every rule, and why a message does not fulfil its condition.
    ///
    /// A rule that is switched off is [`Verdict::Off`], whatever its condition and its position are.
    #[must_use]
    pub fn explain_all<'s>(&'s self, message: &Message) -> Vec<(Decided<'s>, Verdict, Option<Mismatch>)> {
        let mut looked_at = self.looked_at(message).peekable();
        let mut is_over = false;
        let explain = |(position, rule): (usize, &'s Rule)| {
            let found = looked_at.next_if(|(found, ..)| *found == position);
            let verdict = match found {
                Some((.., verdict)) => verdict,
                None if rule.is_off => Verdict::Off,
                None if is_over => Verdict::AfterDecision,
                None => Verdict::NoMatch,
            };
            is_over |= verdict == Verdict::Decides;
            let why = (verdict == Verdict::NoMatch).then(|| Mismatch::between(&rule.condition, message));
            (rule.decided(position), verdict, why)
        };
        self.rules.iter().enumerate().map(explain).collect()
    }

    fn looked_at(&self, message: &Message) -> impl Iterator<Item = (usize, &Rule, Verdict)> {
        let mut is_over = false;
        let at = message.create_time;
        self.index.matching(message).into_iter().map_while(move |position| {
            let rule = self.rules.get(position).filter(|_| !is_over)?;
            let verdict = rule.verdict(at);
            is_over = verdict == Verdict::Decides;
            Some((position, rule, verdict))
        })
    }
}

impl<'a> Decision<'a> {
    /// Adds a reply, or leaves it out if WeChat does not accept it after those before it.
    fn add(&mut self, rule: Decided<'a>, reply: Cow<'a, Reply>, message: &Message) {
        let accepted = match self.replies.len().checked_sub(1) {
            None => Ok(()),
            Some(further) if further >= max_after(message) => Err(match max_after(message) {
                0 => "WeChat accepts no message after the passive reply to this event".to_owned(),
                max => format!("WeChat accepts only {max} messages after the passive reply"),
            }),
            Some(_) => CustomMessage::of(&message.from_user_name, &reply)
                .map(drop)
                .map_err(|invalid| invalid.to_string()),
        };
        match accepted {
            Ok(()) => self.replies.push(reply),
            Err(reason) => self.left_out.push(LeftOutReply { rule, reply, reason }),
        }
    }

    /// The passive reply.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        self.replies.first().map(AsRef::as_ref)
    }

    /// The customer-service messages that follow.
    pub fn further(&self) -> impl Iterator<Item = &Reply> {
        self.replies.iter().skip(1).map(AsRef::as_ref)
    }

    /// The names of the rules that decided, separated by commas; `None` if none did.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        let labels: Vec<String> = self.rules.iter().map(Decided::label).collect();
        (!labels.is_empty()).then(|| labels.join(", "))
    }
}

impl Rules {
    /// The id of the rule that has this name, or this id and no name; `None` if there is none, or if there are several.
    #[must_use]
    pub fn id_of(&self, label: &str) -> Option<&str> {
        let is_labelled = |rule: &&Rule| rule.name.as_deref().or(rule.id.as_deref()) == Some(label);
        let mut labelled = self.rules.iter().filter(is_labelled);
        let only = labelled.next()?;
        only.id.as_deref().filter(|_| labelled.next().is_none())
    }
}

impl Decided<'_> {
    /// The rule's name, its id, or its place in the document.
    #[must_use]
    pub fn label(&self) -> String {
        let Self { position, id, name } = self;
        name.or(*id).map_or_else(|| format!("rules[{position}]"), str::to_owned)
    }
}

impl Rule {
    fn decided(&self, position: usize) -> Decided<'_> {
        Decided { position, id: self.id.as_deref(), name: self.name.as_deref() }
    }

    /// Whether it decides whenever its condition is fulfilled.
    const fn always_decides(&self) -> bool {
        !self.is_off
            && !self.continues
            && self.hours.is_empty()
            && self.valid.from.is_none()
            && self.valid.until.is_none()
    }

    fn verdict(&self, at: Timestamp) -> Verdict {
        if self.is_off {
            Verdict::Off
        } else if !self.valid.includes(at) {
            Verdict::NotValid
        } else if !self.hours.is_empty() && !self.hours.iter().any(|hours| hours.include(at)) {
            Verdict::OtherHours
        } else if self.continues {
            Verdict::Continues
        } else {
            Verdict::Decides
        }
    }

    fn reply<'f>(&self, message: &Message, fields: &impl Fn() -> &'f Value) -> Vec<Cow<'_, Reply>> {
        let chosen = match self.replies.as_slice() {
            [only] => Some(only),
            replies => replies.get(choose(message, replies.len())),
        };
        let prepared = chosen.into_iter().flatten();
        prepared
            .flat_map(|prepared| match prepared {
                Prepared::Reply(reply) => vec![Cow::Borrowed(reply)],
                Prepared::Text(template) => {
                    Reply::texts(&template.render(fields())).into_iter().map(Cow::Owned).collect()
                }
            })
            .collect()
    }
}

/// A number below `count`, the same for every delivery of a message.
fn choose(message: &Message, count: usize) -> usize {
    let own = match &message.body {
        Body::User(user) => user.msg_id.clone(),
        Body::Event(event) => event.name(),
    };
    let digest = Sha1::from(format!("{}\n{}\n{own}", message.from_user_name, message.create_time)).digest();
    let [first, second, third, fourth, ..] = digest.bytes();
    let number = u32::from_be_bytes([first, second, third, fourth]);
    usize::try_from(number).unwrap_or_default().checked_rem(count).unwrap_or_default()
}
