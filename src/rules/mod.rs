//! What we answer by ourselves: the first rule that matches a message, and those after it where it says so.

mod condition;
mod draft;
mod index;
mod console;
mod hours;
mod template;

use std::borrow::Cow;

use serde_json::Value;
use sha1_smol::Sha1;

pub use console::{ConsoleImport, LeftOut, import_console};
pub use draft::{MAX_RULES, RuleDraft};

use crate::callback::{Body, Message, Reply};
use crate::time::Timestamp;

use condition::Condition;
use hours::{Hours, Period};
use index::Index;
use template::Template;

/// The rules of one account, ready to match.
#[derive(Debug, Default)]
pub struct Rules {
    rules: Vec<Rule>,
    index: Index,
}

#[derive(Debug)]
struct Rule {
    id: Option<String>,
    name: Option<String>,
    condition: Condition,
    /// Any of them; none = always.
    hours: Vec<Hours>,
    valid: Period,
    /// One of them, of at least one; an empty one is silence, decided.
    replies: Vec<Vec<Prepared>>,
    continues: bool,
}

/// A reply as a rule holds it.
#[derive(Debug)]
enum Prepared {
    Reply(Reply),
    Text(Template),
}

/// What the rules say of one message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The rules that decided, in their order; none if no rule matches.
    pub rules: Vec<Decided<'a>>,
    /// What to answer, the first passively and the rest as customer-service messages; none is silence.
    pub replies: Vec<Cow<'a, Reply>>,
}

/// A rule that decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decided<'a> {
    /// Its place, from 0.
    pub position: usize,
    /// What `rule/update` knows it by; a document written by hand may have none.
    pub id: Option<&'a str>,
    /// What the operator calls it.
    pub name: Option<&'a str>,
}

/// Why a rule whose condition is fulfilled did not decide, or that it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It decided, and ended the search.
    Decides,
    /// It decided, and let the rules after it decide as well.
    Continues,
    /// It was not one of its hours.
    OtherHours,
    /// It is not valid yet, or no more.
    NotValid,
}

impl Rules {
    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The first rule that matches decides, and those after it as long as each says so; without one the answer
    /// is silence. `fields` are the message's own, for templates.
    ///
    /// The same message always gets the same answer: hours are those of its CreateTime, and chance is its own.
    #[must_use]
    pub fn decide<'f>(&self, message: &Message, fields: impl Fn() -> &'f Value) -> Decision<'_> {
        let mut decision = Decision::default();
        for (position, rule, verdict) in self.looked_at(message) {
            if !matches!(verdict, Verdict::Decides | Verdict::Continues) {
                continue;
            }
            decision.rules.push(rule.decided(position));
            decision.replies.extend(rule.reply(message, &fields));
        }
        // Handing a message over is an answer by itself, and none that can be sent later.
        let mut is_first = true;
        decision.replies.retain(|reply| std::mem::take(&mut is_first) || !reply.hands_over());
        decision
    }

    /// The rules whose condition a message fulfils, up to the one that ends the search, and what became of each.
    #[must_use]
    pub fn explain(&self, message: &Message) -> Vec<(Decided<'_>, Verdict)> {
        self.looked_at(message).map(|(position, rule, verdict)| (rule.decided(position), verdict)).collect()
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

impl Decision<'_> {
    /// What the user gets at once.
    #[must_use]
    pub fn reply(&self) -> Option<&Reply> {
        self.replies.first().map(AsRef::as_ref)
    }

    /// What the user gets after that.
    pub fn further(&self) -> impl Iterator<Item = &Reply> {
        self.replies.iter().skip(1).map(AsRef::as_ref)
    }

    /// The rules that decided, in a text; `None` if none did.
    #[must_use]
    pub fn label(&self) -> Option<String> {
        let labels: Vec<String> = self.rules.iter().map(Decided::label).collect();
        (!labels.is_empty()).then(|| labels.join(", "))
    }
}

impl Decided<'_> {
    fn label(&self) -> String {
        let Self { position, id, name } = self;
        name.or(*id).map_or_else(|| format!("rules[{position}]"), str::to_owned)
    }
}

impl Rule {
    fn decided(&self, position: usize) -> Decided<'_> {
        Decided { position, id: self.id.as_deref(), name: self.name.as_deref() }
    }

    fn verdict(&self, at: Timestamp) -> Verdict {
        if !self.valid.includes(at) {
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
            replies => replies.get(chance(message, replies.len())),
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

/// A number below `count` that every delivery of a message agrees on.
fn chance(message: &Message, count: usize) -> usize {
    let own = match &message.body {
        Body::User(user) => user.msg_id.clone(),
        Body::Event(event) => event.name(),
    };
    let digest = Sha1::from(format!("{}\n{}\n{own}", message.from_user_name, message.create_time)).digest();
    let [first, second, third, fourth, ..] = digest.bytes();
    let number = u32::from_be_bytes([first, second, third, fourth]);
    usize::try_from(number).unwrap_or_default().checked_rem(count).unwrap_or_default()
}
