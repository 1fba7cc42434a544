//! When a rule applies to what came.

use std::borrow::Cow;

use regex_lite::Regex;

use crate::callback::Trigger;

/// What a message or an event has to be.
#[derive(Debug)]
pub(super) enum Condition {
    /// A user follows; with a scene, only through that parametric QR code.
    Follow { scene: Option<String> },
    /// A user's text.
    Keyword(Keyword),
    /// A user taps the menu button with this key.
    Click { key: String },
    /// A follower scans a parametric QR code; with a scene, only that one.
    Scan { scene: Option<String> },
    /// A user sends a message of one of these types.
    Message(Vec<String>),
    /// One of these events, in lowercase.
    Event(Vec<String>),
    /// A user sends anything of a type we know.
    Default,
}

/// A property of a message by which [`super::index`] finds rules.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key<'k> {
    /// A user follows.
    Follow,
    /// A user follows through the QR code of this scene.
    FollowBy(Cow<'k, str>),
    /// A follower scans a parametric QR code.
    Scan,
    /// A follower scans the QR code of this scene.
    ScanOf(Cow<'k, str>),
    /// A user taps the menu button with this key.
    Click(Cow<'k, str>),
    /// A user sends a message of this type.
    Message(Cow<'k, str>),
    /// The event of this name, in lowercase.
    Event(Cow<'k, str>),
    /// A user sends anything of a type we know.
    Default,
}

/// Which texts of a user's.
#[derive(Debug)]
pub(super) struct Keyword {
    pub(super) place: Place,
    /// One of them is enough; folded, if texts are.
    pub(super) texts: Vec<String>,
    /// Or this fits.
    pub(super) expression: Option<Regex>,
    /// Whether full width, upper case and the space around make no difference.
    pub(super) folds: bool,
}

/// Where a keyword has to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It is the whole text.
    Whole,
    /// Anywhere.
    Anywhere,
    /// At the beginning.
    Beginning,
}

impl Condition {
    /// The keys of which a message must have one; keywords have none, and are searched for in its text.
    pub(super) fn keys(&self) -> Vec<Key<'static>> {
        let owned = |text: &String| Cow::Owned(text.clone());
        match self {
            Self::Follow { scene: None } => vec![Key::Follow],
            Self::Follow { scene: Some(scene) } => vec![Key::FollowBy(owned(scene))],
            Self::Scan { scene: None } => vec![Key::Scan],
            Self::Scan { scene: Some(scene) } => vec![Key::ScanOf(owned(scene))],
            Self::Click { key } => vec![Key::Click(owned(key))],
            Self::Message(types) => types.iter().map(owned).map(Key::Message).collect(),
            Self::Event(names) => names.iter().map(owned).map(Key::Event).collect(),
            Self::Default => vec![Key::Default],
            Self::Keyword(_) => Vec::new(),
        }
    }

    /// What a reply to this condition answers.
    pub(super) const fn trigger(&self) -> Trigger {
        match self {
            Self::Follow { .. } | Self::Click { .. } | Self::Scan { .. } | Self::Event(_) => Trigger::Event,
            Self::Keyword(_) | Self::Message(_) | Self::Default => Trigger::Message,
        }
    }
}

/// A text as `fold` compares it: half width, lower case, without the space around.
pub(super) fn fold(text: &str) -> String {
    let folded: String = text.chars().map(half_width).flat_map(char::to_lowercase).collect();
    folded.trim().to_owned()
}

/// Ａ is A, ！ is !, and the wide space is a space: the same letters in the blocks that Chinese keyboards write.
fn half_width(character: char) -> char {
    const DISTANCE: u32 = '！' as u32 - '!' as u32;
    match character {
        '\u{3000}' => ' ',
        '！'..='～' => {
            u32::from(character).checked_sub(DISTANCE).and_then(char::from_u32).unwrap_or(character)
        }
        other => other,
    }
}
