//! `when`: what has to come.

use regex_lite::RegexBuilder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::check_message_types;
use crate::invalid::Invalid;
use crate::rules::condition::{Condition, Keyword, Place, fold};

/// What an expression may grow to, in bytes: one that counts to a thousand is longer than it looks.
const MAX_EXPRESSION_BYTES: usize = 50_000;

/// Exactly one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Condition")]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ConditionDraft {
    /// A user follows.
    Follow(SceneDraft),
    /// A user's text.
    Keyword(KeywordDraft),
    /// A user taps the menu button with this key.
    Click(ClickDraft),
    /// A follower scans a parametric QR code.
    Scan(SceneDraft),
    /// A user sends a message of one of these types, such as `image` or `["voice", "video"]`.
    Message(OneOrMore),
    /// One of these events, such as `location_select`; upper and lower case are the same.
    Event(OneOrMore),
    /// A user sends anything.
    Default(AnythingDraft),
}

/// Which QR code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SceneCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct SceneDraft {
    /// Only the one with this scene; absent = any, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scene: Option<String>,
}

/// Which button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClickCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct ClickDraft {
    /// Its key.
    key: String,
}

/// Nothing to say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DefaultCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct AnythingDraft {}

/// Which texts: exactly one of exact, contains, prefix and regex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "KeywordCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct KeywordDraft {
    /// The whole text is one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<OneOrMore>,
    /// One of these is in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contains: Option<OneOrMore>,
    /// The text begins with one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<OneOrMore>,
    /// This regular expression fits somewhere in the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regex: Option<String>,
    /// Whether full width, upper case and the space around make no difference.
    #[serde(default, skip_serializing_if = "super::is_no")]
    fold: bool,
}

/// One text, or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "must be a text or a list of texts")]
pub(super) enum OneOrMore {
    /// One.
    One(#[schemars(length(min = 1))] String),
    /// Several.
    More(#[schemars(length(min = 1), inner(length(min = 1)))] Vec<String>),
}

impl ConditionDraft {
    pub(super) fn check(&self) -> Result<Condition, Invalid> {
        Ok(match self {
            Self::Follow(follow) => Condition::Follow { scene: follow.scene.clone() },
            Self::Click(click) => Condition::Click { key: click.key.clone() },
            Self::Scan(scan) => Condition::Scan { scene: scan.scene.clone() },
            Self::Default(AnythingDraft {}) => Condition::Default,
            Self::Keyword(keyword) => Condition::Keyword(keyword.check()?),
            Self::Message(types) => {
                let types = types.check("message")?;
                check_message_types("message", &types)?;
                Condition::Message(types)
            }
            Self::Event(names) => {
                let names = names.check("event")?;
                Condition::Event(names.into_iter().map(|name| name.to_ascii_lowercase()).collect())
            }
        })
    }
}

impl KeywordDraft {
    fn check(&self) -> Result<Keyword, Invalid> {
        let (place, field, texts) = match (&self.exact, &self.contains, &self.prefix, &self.regex) {
            (Some(texts), None, None, None) => (Place::Whole, "exact", texts),
            (None, Some(texts), None, None) => (Place::Anywhere, "contains", texts),
            (None, None, Some(texts), None) => (Place::Beginning, "prefix", texts),
            (None, None, None, Some(expression)) => return self.check_expression(expression),
            _ => {
                return Err(Invalid::new(
                    "keyword",
                    "must hold exactly one of exact, contains, prefix, regex",
                ));
            }
        };
        let path = format!("keyword.{field}");
        let mut texts = texts.check(&path)?;
        if self.fold {
            for text in &mut texts {
                *text = fold(text);
            }
        }
        if texts.iter().any(String::is_empty) {
            return Err(Invalid::new(path, "has an empty keyword"));
        }
        Ok(Keyword { place, texts, expression: None, folds: self.fold })
    }

    fn check_expression(&self, expression: &str) -> Result<Keyword, Invalid> {
        if expression.is_empty() {
            return Err(Invalid::new("keyword.regex", "is empty"));
        }
        let compiled = RegexBuilder::new(expression).size_limit(MAX_EXPRESSION_BYTES).build();
        let expression = compiled.map_err(|error| {
            Invalid::new("keyword.regex", format!("is no regular expression we know: {error}"))
        })?;
        Ok(Keyword {
            place: Place::Anywhere,
            texts: Vec::new(),
            expression: Some(expression),
            folds: self.fold,
        })
    }
}

impl OneOrMore {
    /// An empty text would match everything, which is what `default` is for.
    fn check(&self, path: &str) -> Result<Vec<String>, Invalid> {
        let texts = match self {
            Self::One(text) => vec![text.clone()],
            Self::More(texts) => texts.clone(),
        };
        if texts.is_empty() || texts.iter().any(String::is_empty) {
            return Err(Invalid::new(path, "has an empty keyword"));
        }
        Ok(texts)
    }
}
