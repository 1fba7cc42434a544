//! `when`: to which messages and events a rule applies.

use regex_lite::RegexBuilder;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::callback::check_message_types;
use crate::callback::event::Event;
use crate::fold::{fold, fold_expression};
use crate::invalid::Invalid;
use crate::limits;
use crate::rules::condition::{Condition, Keyword, Place};

/// Maximum size of a compiled regular expression in bytes: a short one with counted repetitions can be large.
const MAX_EXPRESSION_BYTES: usize = 50_000;
/// Manual: 自定义菜单, 创建接口.
const MAX_KEY_BYTES: usize = 128;
/// Manual: 生成带参数的二维码.
const MAX_SCENE_CHARACTERS: usize = 64;

/// A condition: exactly one of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Condition")]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum ConditionDraft {
    /// A user follows.
    Follow(SceneDraft),
    /// A user sends a text.
    Keyword(KeywordDraft),
    /// A user taps the menu button with this key.
    Click(ClickDraft),
    /// A follower scans a QR code with a scene.
    Scan(SceneDraft),
    /// A user sends a message of one of these types: `image`, or `["voice", "video"]`.
    Message(OneOrMore),
    /// One of these events, such as `location_select`; case is ignored.
    Event(OneOrMore),
    /// A user sends a message of any documented type.
    Default(AnythingDraft),
}

/// A QR code with a scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SceneCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct SceneDraft {
    /// The scene; absent = any scene, or following without a QR code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    scene: Option<String>,
}

/// A menu button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ClickCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct ClickDraft {
    /// The button's key.
    key: String,
}

/// No parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DefaultCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct AnythingDraft {}

/// Keywords: exactly one of exact, contains, prefix and regex.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "KeywordCondition")]
#[serde(deny_unknown_fields)]
pub(super) struct KeywordDraft {
    /// The text is equal to one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<OneOrMore>,
    /// The text contains one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contains: Option<OneOrMore>,
    /// The text begins with one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prefix: Option<OneOrMore>,
    /// The text contains a match of this regular expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regex: Option<String>,
    /// Ignore full and half width, upper and lower case, and surrounding white space.
    #[serde(default, skip_serializing_if = "super::is_no")]
    fold: bool,
}

/// A string, or an array of strings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "must be a string or an array of strings")]
pub(super) enum OneOrMore {
    /// One string.
    One(#[schemars(length(min = 1))] String),
    /// Several strings.
    More(#[schemars(length(min = 1), inner(length(min = 1)))] Vec<String>),
}

impl ConditionDraft {
    pub(super) fn check(&self) -> Result<Condition, Invalid> {
        Ok(match self {
            Self::Follow(follow) => Condition::Follow { scene: follow.check("follow.scene")? },
            Self::Click(click) => {
                let key = limits::filled("click.key", click.key())?;
                Condition::Click { key: limits::at_most("click.key", key, MAX_KEY_BYTES)?.to_owned() }
            }
            Self::Scan(scan) => Condition::Scan { scene: scan.check("scan.scene")? },
            Self::Default(AnythingDraft {}) => Condition::Default,
            Self::Keyword(keyword) => Condition::Keyword(keyword.check()?),
            Self::Message(types) => {
                let types =
                    types.check("message")?.iter().map(|name| name.trim().to_owned()).collect::<Vec<_>>();
                check_message_types("message", &types)?;
                Condition::Message(types)
            }
            Self::Event(names) => {
                let names = names.check("event")?;
                Condition::Event(names.iter().map(|name| Event::name_of(name)).collect())
            }
        })
    }
}

impl ClickDraft {
    /// The key without white space around it: WeChat's is read without.
    pub(super) fn key(&self) -> &str {
        self.key.trim()
    }
}

impl SceneDraft {
    /// The scene without white space around it: WeChat's is read without.
    fn check(&self, path: &str) -> Result<Option<String>, Invalid> {
        let Some(scene) = &self.scene else { return Ok(None) };
        let scene = limits::filled(path, scene)?.trim();
        if scene.chars().count() > MAX_SCENE_CHARACTERS {
            let complaint =
                format!("has more than {MAX_SCENE_CHARACTERS} characters; WeChat accepts no more");
            return Err(Invalid::new(path, complaint));
        }
        Ok(Some(scene.to_owned()))
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
                    "must have exactly one of exact, contains, prefix, regex",
                ));
            }
        };
        let path = format!("keyword.{field}");
        let mut texts = texts.check(&path)?;
        if self.fold {
            if texts.iter().any(|text| text.trim().is_empty()) {
                return Err(Invalid::new(path, "has an empty keyword"));
            }
            for text in &mut texts {
                let folded = fold(text);
                // White space around the text is ignored, but not that around a word in it.
                *text = match place {
                    Place::Whole => folded.trim().to_owned(),
                    Place::Beginning => folded.trim_start().to_owned(),
                    Place::Anywhere => folded,
                };
            }
        }
        Ok(Keyword { place, texts, expression: None, folds: self.fold })
    }

    fn check_expression(&self, expression: &str) -> Result<Keyword, Invalid> {
        if expression.is_empty() {
            return Err(Invalid::new("keyword.regex", "is empty"));
        }
        let folded = if self.fold { &fold_expression(expression) } else { expression };
        let compiled =
            RegexBuilder::new(folded).case_insensitive(self.fold).size_limit(MAX_EXPRESSION_BYTES).build();
        let expression = compiled.map_err(|error| {
            Invalid::new("keyword.regex", format!("is not a supported regular expression: {error}"))
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
    /// An empty keyword would match every text, which is what `default` is for.
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
