//! When a rule applies to what came.

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
    /// What [`super::index`] finds the condition by; a keyword has its own way.
    pub(super) fn keys(&self) -> Vec<String> {
        let with = |kind: &str, scene: &Option<String>| match scene {
            Some(scene) => vec![format!("{kind}:{scene}")],
            None => vec![kind.to_owned()],
        };
        match self {
            Self::Follow { scene } => with("follow", scene),
            Self::Scan { scene } => with("scan", scene),
            Self::Click { key } => vec![format!("click:{key}")],
            Self::Message(types) => types.iter().map(|msg_type| format!("message:{msg_type}")).collect(),
            Self::Event(names) => names.iter().map(|name| format!("event:{name}")).collect(),
            Self::Default => vec!["default".to_owned()],
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
