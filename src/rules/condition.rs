//! Compiled conditions: to which messages and events a rule applies.

use regex_lite::Regex;

use crate::callback::Trigger;

/// To which messages or events a rule applies.
#[derive(Debug)]
pub(super) enum Condition {
    /// A user follows; with a scene, only by scanning the QR code with that scene.
    Follow { scene: Option<String> },
    /// A user sends a text.
    Keyword(Keyword),
    /// A user taps the menu button with this key.
    Click { key: String },
    /// A follower scans a QR code with a scene; with a scene, only that one.
    Scan { scene: Option<String> },
    /// A user sends a message of one of these types.
    Message(Vec<String>),
    /// One of these events, in lowercase.
    Event(Vec<String>),
    /// A user sends a message of any documented type.
    Default,
}

/// Which texts.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) place: Place,
    /// Alternatives; folded if `folds`.
    pub(super) texts: Vec<String>,
    /// The alternative to `texts`.
    pub(super) expression: Option<Regex>,
    /// Whether width, case and surrounding white space are ignored.
    pub(super) folds: bool,
}

/// Where in a text a keyword has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The keyword is the whole text.
    Whole,
    /// Anywhere.
    Anywhere,
    /// At the beginning.
    Beginning,
}

impl Condition {
    /// The size of the keywords that are searched for in a text.
    pub(super) fn searched_bytes(&self) -> usize {
        match self {
            Self::Keyword(Keyword { place: Place::Anywhere | Place::Beginning, texts, .. }) => {
                texts.iter().map(String::len).fold(0, usize::saturating_add)
            }
            _ => 0,
        }
    }

    /// What a reply of this rule answers.
    pub(super) const fn trigger(&self) -> Trigger {
        match self {
            Self::Follow { .. } | Self::Click { .. } | Self::Scan { .. } | Self::Event(_) => Trigger::Event,
            Self::Keyword(_) | Self::Message(_) | Self::Default => Trigger::Message,
        }
    }
}
