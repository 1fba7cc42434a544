//! What we answer by ourselves: the first rule that matches a message.

mod document;
mod published;

pub use published::{Freshness, PublishedRules};

use crate::callback::event::{Event, FollowSource};
use crate::callback::{Body, Content, Message, Reply, Trigger};

/// The rules of one account, ready to match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    version: u64,
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    name: Option<String>,
    condition: Condition,
    /// `None` is silence, decided.
    reply: Option<Reply>,
}

/// When a rule applies. Texts are compared as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    /// A user follows; with a scene, only through that parametric QR code.
    Follow { scene: Option<String> },
    /// A user's text is one of these.
    KeywordExact(Vec<String>),
    /// A user's text contains one of these.
    KeywordContains(Vec<String>),
    /// A user taps the menu button with this key.
    Click { key: String },
    /// A follower scans a parametric QR code; with a scene, only that one.
    Scan { scene: Option<String> },
    /// A user sends anything of a type we know.
    Default,
}

/// What the rules say of one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The place of the rule that decided, from 0; `None` if no rule matches.
    pub rule: Option<usize>,
    /// That rule's name, if it has one.
    pub rule_name: Option<&'a str>,
    /// What to answer; `None` is silence.
    pub reply: Option<&'a Reply>,
}

impl Rules {
    /// The number of the published document these rules come from; 0 before any.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// The first rule that matches decides; without one the answer is silence.
    #[must_use]
    pub fn decide(&self, message: &Message) -> Decision<'_> {
        let matching = self.rules.iter().enumerate().find(|(_, rule)| rule.condition.matches(message));
        Decision {
            rule: matching.map(|(index, _)| index),
            rule_name: matching.and_then(|(_, rule)| rule.name.as_deref()),
            reply: matching.and_then(|(_, rule)| rule.reply.as_ref()),
        }
    }
}

impl Condition {
    fn matches(&self, message: &Message) -> bool {
        match (self, &message.body) {
            (Self::Follow { scene: None }, Body::Event(Event::Subscribe(_))) => true,
            (Self::Default, Body::User(_)) => message.trigger().is_some(),
            (Self::Follow { scene: Some(scene) }, Body::Event(Event::Subscribe(subscribe))) => {
                matches!(&subscribe.source, Some(FollowSource::QrCode(followed)) if followed == scene)
            }
            (Self::Click { key }, Body::Event(Event::Click(click))) => click.key == *key,
            (Self::Scan { scene }, Body::Event(Event::Scan(scan))) => {
                scene.as_ref().is_none_or(|scene| *scene == scan.scene)
            }
            (Self::KeywordExact(keywords), Body::User(user)) => match &user.content {
                Content::Text(text) => keywords.contains(&text.content),
                _ => false,
            },
            (Self::KeywordContains(keywords), Body::User(user)) => match &user.content {
                Content::Text(text) => keywords.iter().any(|keyword| text.content.contains(keyword)),
                _ => false,
            },
            _ => false,
        }
    }

    /// What a reply to this condition answers.
    const fn trigger(&self) -> Trigger {
        match self {
            Self::Follow { .. } | Self::Click { .. } | Self::Scan { .. } => Trigger::Event,
            Self::KeywordExact(_) | Self::KeywordContains(_) | Self::Default => Trigger::Message,
        }
    }
}
