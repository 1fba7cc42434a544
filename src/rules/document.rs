//! The rules as the JSON document that KV holds, one per account.

use serde::Deserialize;

use crate::callback::ReplyDraft;
use crate::invalid::Invalid;
use crate::json::from_json;

use super::{Condition, Rule, Rules};

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
#[serde(untagged, expecting = "must be a text or a list of texts")]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Rules {
    /// Reads a published document; with one mistake in it, nothing of it is used.
    pub fn parse(document: &str) -> Result<Self, Invalid> {
        let draft: DocumentDraft = from_json(document)?;
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
    fn check(self, path: &str) -> Result<Rule, Invalid> {
        let condition = self.when.check(path)?;
        let reply = self
            .reply
            .check()
            .and_then(|reply| match &reply {
                Some(checked) => checked.check(condition.trigger()).map(|()| reply),
                None => Ok(reply),
            })
            .map_err(|invalid| invalid.under("reply").under(path))?;
        Ok(Rule { name: self.name, condition, reply })
    }
}

impl ConditionDraft {
    fn check(self, path: &str) -> Result<Condition, Invalid> {
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
    fn check(self, path: &str) -> Result<Vec<String>, Invalid> {
        let keywords = match self {
            Self::One(keyword) => vec![keyword],
            Self::More(keywords) => keywords,
        };
        if keywords.is_empty() || keywords.iter().any(String::is_empty) {
            return Err(Invalid::new(path, "has an empty keyword"));
        }
        Ok(keywords)
    }
}
