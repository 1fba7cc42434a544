//! `rule/test` and `rule/lint`: what the rules would do, and what is probably wrong with them.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::api::Error;
use crate::api::fields::{invalid, time};
use crate::api::plan::Plan;
use crate::backends::{Backend, Backends, asked_for, reply_at_once};
use crate::callback::{Message, Reply, ReplyDraft};
use crate::invalid::Invalid;
use crate::rules::{
    Decided, LeftOutReply, Mismatch, MismatchId, RuleDraft, RuleWarning, Rules, UnsavedRule, Verdict,
};
use crate::time::Timestamp;

use super::RulePlan;

/// The number of rules that are listed although the message does not match them.
const MAX_PASSED_OVER: usize = 200;

/// What to test, and with which rules.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleTrial {
    /// The message's fields under WeChat's names.
    pub message: Value,
    /// Rules to use instead of the account's.
    pub rules: Option<Vec<RuleDraft>>,
    /// A rule that is not saved, in its place.
    pub draft: Option<UnsavedRule>,
    /// Say what became of every rule.
    pub explain: bool,
    /// When the message is sent, unless it says so; `None` = now.
    pub at: Option<Timestamp>,
}

/// `rule/test`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleTest {
    /// A message under WeChat's names, such as `{"MsgType": "text", "Content": "hello"}`; if `FromUserName`,
    /// `CreateTime` and the like are missing, they get sample values.
    #[schemars(with = "Map<String, Value>")]
    message: Value,
    /// Rules to use instead of the account's.
    #[serde(default)]
    #[schemars(with = "Option<Vec<RuleDraft>>")]
    rules: Option<Vec<Value>>,
    /// A rule that is not saved, to test in its place among the others.
    #[serde(default)]
    draft: Option<UnsavedRule>,
    /// List every rule, with why it does not match.
    #[serde(default)]
    explain: bool,
    /// Unix seconds: when the message is sent, unless it has a `CreateTime`; absent = now.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    at: Option<Timestamp>,
}

/// `rule/test`
#[derive(Debug, Serialize, JsonSchema)]
pub struct RuleTested {
    /// Version of the settings; absent if the request contains rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// The rules whose condition matches the message, up to the one that ends the search; if `explain` asks for it, also the
    /// others: of many, the 200 that are nearest to the one that ends the search, and the one that is not saved.
    pub looked_at: Vec<LookedAt>,
    /// The rules that `explain` asks for and `looked_at` leaves out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_listed: Vec<NotListed>,
    /// What the user would get: the first as the passive reply, the others as customer-service messages.
    #[schemars(with = "Vec<ReplyDraft>")]
    pub replies: Vec<Reply>,
    /// What the rules decide as well, and is not sent, because WeChat would refuse it.
    pub left_out: Vec<NotSent>,
    /// Who is asked for a reply: the assistant that a rule names, or a backend because no rule decides; absent if a rule
    /// replies, or nothing is asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<ThenAsked>,
}

/// Rules to which the same happened.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotListed {
    /// What became of them.
    pub verdict: Verdict,
    /// Why the message does not fulfil their condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<MismatchId>,
    /// Their number.
    pub rules: usize,
}

/// Who is asked for a reply.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ThenAsked {
    /// The backend that is asked first.
    pub backend: NamedBackend,
}

/// A backend by its id and name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NamedBackend {
    /// Id of the backend.
    pub id: String,
    /// Your name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// A reply that is not sent.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotSent {
    /// Position of the rule, from 0.
    pub position: usize,
    /// The reply.
    #[schemars(with = "ReplyDraft")]
    pub reply: Reply,
    /// Why WeChat would refuse it.
    pub reason: String,
}

/// What a message is tested with.
#[derive(Debug, Clone, Copy)]
pub struct Tested<'a> {
    /// The rules.
    pub rules: &'a [RuleDraft],
    /// Their version, if they are the account's.
    pub version: Option<u64>,
    /// The position of a rule among them that is not saved, which the request calls `draft.rule`.
    pub draft: Option<usize>,
    /// The backends.
    pub backends: &'a Backends,
    /// Whether to say what became of every rule.
    pub explain: bool,
}

impl RuleTested {
    /// What a delivery of a message with these fields would do.
    pub fn new(with: Tested<'_>, message: &Message, fields: &Value) -> Result<Self, Invalid> {
        let Tested { rules: drafts, version, draft, backends, explain } = with;
        let rules = Rules::check_named(drafts, &|index| path_of(index, draft))?;
        let mut looked_at: Vec<_> = if explain {
            rules.explain_all(message)
        } else {
            let matching = rules.explain(message).into_iter();
            matching.map(|(decided, verdict)| (decided, verdict, None)).collect()
        };
        let not_listed = if explain { leave_out(&mut looked_at, draft) } else { Vec::new() };
        let mut decision = rules.decide(message, || fields);
        reply_at_once(&mut decision, backends, message);
        let then = asked_for(&decision, backends, message).map(ThenAsked::from);
        let left_out = decision.left_out.into_iter().map(|LeftOutReply { rule, reply, reason }| NotSent {
            position: rule.position,
            reply: reply.into_owned(),
            reason,
        });
        Ok(Self {
            version,
            not_listed,
            looked_at: looked_at.into_iter().map(|explained| LookedAt::new(explained, drafts)).collect(),
            left_out: left_out.collect(),
            replies: decision.replies.into_iter().map(Cow::into_owned).collect(),
            then,
        })
    }
}

/// A rule, its verdict, and why its condition is not fulfilled.
type Explained<'r> = (Decided<'r>, Verdict, Option<Mismatch>);

/// Leaves out rules that the message does not match, but for those around the one that ends the search.
fn leave_out(looked_at: &mut Vec<Explained<'_>>, draft: Option<usize>) -> Vec<NotListed> {
    let ends = |(_, verdict, _): &Explained<'_>| *verdict == Verdict::Decides;
    let end = looked_at.iter().position(ends).unwrap_or_default();
    // As many before it as after it, if there are as many.
    let last = looked_at.len().saturating_sub(MAX_PASSED_OVER);
    let first = end.saturating_sub(MAX_PASSED_OVER / 2).min(last);
    let listed = first..first.saturating_add(MAX_PASSED_OVER);
    let mut left_out: Vec<NotListed> = Vec::new();
    looked_at.retain(|(decided, verdict, why)| {
        let is_passed_over = matches!(verdict, Verdict::NoMatch | Verdict::AfterDecision | Verdict::Off);
        if !is_passed_over || draft == Some(decided.position) || listed.contains(&decided.position) {
            return true;
        }
        let why = why.as_ref().map(|why| why.id);
        match left_out.iter_mut().find(|same| same.verdict == *verdict && same.why == why) {
            Some(same) => same.rules = same.rules.saturating_add(1),
            None => left_out.push(NotListed { verdict: *verdict, why, rules: 1 }),
        }
        false
    });
    left_out
}

impl From<&Backend> for ThenAsked {
    fn from(backend: &Backend) -> Self {
        let name = backend.name().map(ToOwned::to_owned);
        Self { backend: NamedBackend { id: backend.id().to_owned(), name } }
    }
}

/// The field of the request that holds the rule at an index.
fn path_of(index: usize, draft: Option<usize>) -> String {
    if draft == Some(index) { "draft.rule".to_owned() } else { format!("rules[{index}]") }
}

/// What became of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LookedAt {
    /// Position of the rule, from 0.
    pub position: usize,
    /// Id of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name of the rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// Its condition, if the message fulfils it.
    #[schemars(with = "Option<Map<String, Value>>")]
    #[serde(skip_serializing_if = "Value::is_null")]
    pub when: Value,
    /// Why the message does not fulfil its condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// Why a message does not fulfil the condition of a rule.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Why {
    /// What is different.
    pub id: MismatchId,
    /// What the message has instead, by name; see the ids.
    pub params: Map<String, Value>,
}

pub(super) fn test(request: RuleTest) -> Result<Plan, Error> {
    let RuleTest { message, rules, draft, explain, at } = request;
    if !message.is_object() {
        return Err(invalid("message", "must be an object"));
    }
    let rules =
        rules.map(|rules| RuleDraft::read_all(&rules)).transpose().map_err(Error::InvalidParameter)?;
    let at = time("at", at)?;
    Ok(Plan::Rule(RulePlan::Test(Box::new(RuleTrial { message, rules, draft, explain, at }))))
}

impl LookedAt {
    fn new((decided, verdict, why): Explained<'_>, rules: &[RuleDraft]) -> Self {
        let is_fulfilled = !matches!(verdict, Verdict::NoMatch | Verdict::AfterDecision);
        let rule = rules.get(decided.position).filter(|_| is_fulfilled);
        Self {
            position: decided.position,
            id: decided.id.map(ToOwned::to_owned),
            name: decided.name.map(ToOwned::to_owned),
            verdict,
            when: rule.map(RuleDraft::condition).unwrap_or_default(),
            why: why.map(Why::from),
        }
    }
}

impl From<Mismatch> for Why {
    fn from(Mismatch { id, has }: Mismatch) -> Self {
        let mut params = Map::new();
        if let Some((name, value)) = has {
            params.insert(name.to_owned(), value.into());
        }
        Self { id, params }
    }
}

/// `rule/lint`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleLint {
    /// A rule that is not saved, in its place among the others: only what concerns it is shown.
    #[serde(default)]
    draft: Option<UnsavedRule>,
}

/// `rule/lint`
#[derive(Debug, Serialize, JsonSchema)]
pub struct Linted {
    /// Version of the settings.
    pub version: u64,
    /// What is probably a mistake, at most a hundred.
    pub warnings: Vec<RuleWarning>,
}

impl Linted {
    /// What is probably a mistake in these rules, or in the one at the position `draft`.
    pub fn new(
        (version, drafts): (u64, &[RuleDraft]),
        draft: Option<usize>,
        now: Timestamp,
    ) -> Result<Self, Invalid> {
        let path = |index| path_of(index, draft);
        let rules = Rules::check_named(drafts, &path)?;
        Ok(Self { version, warnings: rules.warnings_about(drafts, now, &path, draft) })
    }
}

pub(super) fn lint(request: RuleLint) -> Result<Plan, Error> {
    Ok(Plan::Rule(RulePlan::Lint { draft: request.draft }))
}
