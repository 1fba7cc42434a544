//! The rules as the JSON document that KV holds, one per account.

use std::fmt;

use serde::Deserialize;

use crate::callback::ReplyDraft;

use super::{Condition, Rule, Rules};

/// Why a rules document is refused; nothing of it is used then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidDocument {
    /// The path of the field, such as `rules[2].reply.text.content`.
    pub field: String,
    /// What is wrong with it.
    pub complaint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentDraft {
    version: u64,
    rules: Vec<RuleDraft>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleDraft {
    name: Option<String>,
    when: ConditionDraft,
    reply: ReplyDraft,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum ConditionDraft {
    Follow { scene: Option<String> },
    Keyword(KeywordDraft),
    Click { key: String },
    Scan { scene: Option<String> },
    Default {},
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeywordDraft {
    Exact(OneOrMore),
    Contains(OneOrMore),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a text or a list of texts")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Rules {
    /// Reads a published document.
    pub fn parse(document: &str) -> Result<Self, InvalidDocument> {
        let mut json = serde_json::Deserializer::from_str(document);
        let draft: DocumentDraft = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            InvalidDocument { field: error.path().to_string(), complaint: error.into_inner().to_string() }
        })?;
        json.end()
            .map_err(|error| InvalidDocument { field: ".".to_owned(), complaint: error.to_string() })?;
        Ok(Self {
            version: draft.version,
            rules: draft
                .rules
                .into_iter()
                .enumerate()
                .map(|(index, rule)| rule.check(&format!("rules[{index}]")))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl RuleDraft {
    fn check(self, path: &str) -> Result<Rule, InvalidDocument> {
        let condition = self.when.check(path)?;
        let reply = self
            .reply
            .check()
            .and_then(|reply| match &reply {
                Some(checked) => checked.check(condition.trigger()).map(|()| reply),
                None => Ok(reply),
            })
            .map_err(|invalid| InvalidDocument {
                field: format!("{path}.reply.{}", invalid.field),
                complaint: invalid.complaint,
            })?;
        Ok(Rule { name: self.name, condition, reply })
    }
}

impl ConditionDraft {
    fn check(self, path: &str) -> Result<Condition, InvalidDocument> {
        Ok(match self {
            Self::Follow { scene } => Condition::Follow { scene },
            Self::Click { key } => Condition::Click { key },
            Self::Scan { scene } => Condition::Scan { scene },
            Self::Default {} => Condition::Default,
            Self::Keyword(KeywordDraft::Exact(keywords)) => {
                Condition::KeywordExact(keywords.check(&format!("{path}.when.keyword.exact"))?)
            }
            Self::Keyword(KeywordDraft::Contains(keywords)) => {
                Condition::KeywordContains(keywords.check(&format!("{path}.when.keyword.contains"))?)
            }
        })
    }
}

impl OneOrMore {
    /// An empty keyword would match everything, which is what `default` is for.
    fn check(self, path: &str) -> Result<Vec<String>, InvalidDocument> {
        let keywords = match self {
            Self::One(keyword) => vec![keyword],
            Self::More(keywords) => keywords,
        };
        if keywords.is_empty() || keywords.iter().any(String::is_empty) {
            return Err(InvalidDocument {
                field: path.to_owned(),
                complaint: "has an empty keyword".to_owned(),
            });
        }
        Ok(keywords)
    }
}

impl fmt::Display for InvalidDocument {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.complaint)
    }
}
