//! `audit/*`: who has changed what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json::parse;
use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::endpoint::Endpoint;
use super::fields::{MAX_PAGE, Page, default_limit, optional};
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Requirement, Scope};
use super::{Error, Identity};

const READ: Scope = Scope::One(Group::Key, Access::Read);

pub(super) const CALLS: &[Endpoint] = &[Endpoint::new(
    "audit/list",
    READ,
    "List the changes of the last 90 days that were made with API keys or refused, newest first.",
    &ours::<AuditQuery, AuditList>(list),
)];

/// Days for which a change is listed.
const DAYS_KEPT: i64 = 90;
/// How many changes a page looks at to find those of one key or one call.
const LOOKED_AT: u32 = 1000;
/// Maximum number of rows that a step of the job deletes.
const STEP: i64 = 1000;
/// Number of changes an hour that an isolate stores of those of which a program may make many.
const MANY_AN_HOUR: u32 = 100;
/// Maximum number of keys whose changes an isolate counts within an hour, twice.
const MAX_COUNTED: usize = 256;
/// Ids are shorter, and so are the requests that name one.
const MAX_ID_LENGTH: usize = 64;
const MAX_REQUEST_LENGTH: usize = 64 * 1024;
/// Where requests and answers have the id of what is changed.
const IDS: [&str; 7] = ["/id", "/menu_id", "/template_id", "/webhook", "/version", "/menuid", "/tag/id"];

/// Selects changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those made with the key with this id; `root` = with the root key.
    pub key: Option<String>,
    /// Those made with this call, such as `rule/create`.
    pub call: Option<String>,
}

/// `audit/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuditQuery {
    /// Only changes made with the key with this id; `root` = with the root key.
    #[serde(default)]
    #[schemars(length(min = 1))]
    key: Option<String>,
    /// Only changes made with this call, such as `rule/create`.
    #[serde(default)]
    #[schemars(length(min = 1))]
    call: Option<String>,
    /// `next_cursor` of the previous page; absent = the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// Changes a page: 1 to 100.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

fn list(request: AuditQuery) -> Result<Plan, Error> {
    let filter = AuditFilter { key: optional("key", request.key)?, call: optional("call", request.call)? };
    Ok(Plan::Audit { filter, page: Page::new(request.cursor, request.limit)? })
}

/// `audit/list`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuditList {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Cursor of the next page; absent on the last one. Any page may have fewer changes than `limit`, or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A change that was made or refused. What is sent to users is not one: `user/timeline` has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditEntry {
    /// Unix seconds.
    pub at: i64,
    /// Who made it.
    pub key: AuditKey,
    /// Such as `rule/create`.
    pub call: String,
    /// Id of what was changed, such as a rule, a key or a webhook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// `false` if it was refused or failed.
    pub ok: bool,
    /// The `request_id` of the log, and of the error if there was one.
    pub request_id: String,
}

/// Who made a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AuditKey {
    /// Id of the key; absent = the root key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name, or `root`.
    pub name: String,
}

/// A place in the list of changes: the time and the id of the request.
pub type AuditPlace = (i64, String);

/// A row of [`select_changes`]: the place, the key's id and name, the call, the object, whether it succeeded, whether the filter
/// selects it, whether the page ends here.
pub type AuditRow = (i64, String, Option<String>, String, String, Option<String>, i64, i64, i64);

/// A change, or an attempt at one.
#[derive(Clone, Copy)]
pub struct Change<'a> {
    /// The call.
    pub endpoint: &'a Endpoint,
    /// The account.
    pub account: &'a str,
    /// Who made it.
    pub identity: &'a Identity,
    /// The id of the request.
    pub request_id: &'a str,
    /// Whether it succeeded.
    pub ok: bool,
}

impl Endpoint {
    /// Whether it changes something that `audit/list` shows. What is sent to users is in their timelines, and a draft, which
    /// an editor saves every few seconds, changes nothing until it is published.
    #[must_use]
    pub fn is_change(&self) -> bool {
        let writes = matches!(
            self.requires,
            Requirement::Scope(Scope::One(group, Access::Write)) if group != Group::Message
        );
        writes && !matches!(self.path, "template/send" | "menu/save_draft")
    }

    /// Whether a program may make many such changes, since it is about single users or pictures.
    const fn is_frequent(&self) -> bool {
        matches!(
            self.requires,
            Requirement::Scope(Scope::One(Group::User | Group::Tag | Group::QrCode | Group::Media, _))
        )
    }
}

/// How many changes an isolate has stored of those of which a program may make many: refused ones, and those about
/// single users. Each key has a number of its own for either, so that none can hide what another does.
#[derive(Debug, Default)]
pub struct AuditBudget {
    /// In hours since 1970.
    hour: i64,
    /// By key, and whether the changes were made.
    stored: Vec<(String, bool, u32)>,
}

impl AuditBudget {
    /// Nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { hour: 0, stored: Vec::new() }
    }

    /// Whether to store a change, which then counts as stored.
    pub fn admit(&mut self, change: &Change<'_>, now: Timestamp) -> bool {
        if change.ok && !change.endpoint.is_frequent() {
            return true;
        }
        let hour = now.seconds().div_euclid(3600);
        if self.hour != hour {
            *self = Self { hour, stored: Vec::new() };
        }
        let key = change.identity.key_id().unwrap_or_default();
        let has_room = self.stored.len() < MAX_COUNTED;
        match self.stored.iter_mut().find(|(id, ok, _)| id == key && *ok == change.ok) {
            Some((.., count)) => {
                *count = count.saturating_add(1);
                *count <= MANY_AN_HOUR
            }
            None if has_room => {
                self.stored.push((key.to_owned(), change.ok, 1));
                true
            }
            None => false,
        }
    }
}

/// The id of what a call changes, by its request or else its answer; `None` if there is none, or if the call is a dry run,
/// which changes nothing.
///
/// Never an OpenID or a text.
#[must_use]
pub fn object_of(request: &[u8], answer: Option<&str>) -> Option<String> {
    let id_in = |json: &str| {
        let json = parse(json).ok()?;
        IDS.iter().find_map(|path| id_of(json.pointer(path)?))
    };
    let request = str::from_utf8(request).ok().filter(|request| request.len() <= MAX_REQUEST_LENGTH);
    request.and_then(id_in).or_else(|| id_in(answer?))
}

/// Whether a request is a dry run, which changes nothing.
#[must_use]
pub fn is_dry_run(request: &[u8]) -> bool {
    // A field whose text is this is no reason to look further: the change is listed then.
    str::from_utf8(request).is_ok_and(|request| {
        request.contains("\"dry_run\"")
            && parse(request).is_ok_and(|json| json.get("dry_run") == Some(&Value::Bool(true)))
    })
}

fn id_of(value: &Value) -> Option<String> {
    let is_id_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    match value {
        Value::Number(number) => Some(number.to_string()),
        Value::String(id) => {
            let is_openid = id.len() == 28 && id.starts_with('o');
            let is_id = (1..=MAX_ID_LENGTH).contains(&id.len()) && id.bytes().all(is_id_byte);
            (is_id && !is_openid).then(|| id.clone())
        }
        _ => None,
    }
}

/// Stores a change.
#[must_use]
pub fn store_change(change: &Change<'_>, object: Option<&str>, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO audit (account, at, request_id, key_id, key_name, call, object, ok) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        [
            change.account.into(),
            now.seconds().into(),
            change.request_id.into(),
            change.identity.key_id().into(),
            change.identity.name().into(),
            change.endpoint.path.into(),
            object.into(),
            i64::from(change.ok).into(),
        ],
    )
}

/// Lists changes, newest first: up to `limit` [`AuditRow`]s, and perhaps a row that marks how far it looked.
#[must_use]
pub fn select_changes(
    account: &str,
    filter: &AuditFilter,
    after: Option<&AuditPlace>,
    limit: u32,
) -> Statement {
    let is_filtered = *filter != AuditFilter::default();
    let (at, request_id) =
        after.map_or((Timestamp::LAST.seconds(), ""), |(at, request_id)| (*at, request_id.as_str()));
    Statement::new(
        "SELECT at, request_id, key_id, key_name, call, object, ok, is_selected, number = ?6 FROM ( \
           SELECT *, (?4 IS NULL OR COALESCE(key_id, 'root') = ?4) AND (?5 IS NULL OR call = ?5) AS is_selected, \
             ROW_NUMBER() OVER () AS number FROM ( \
             SELECT * FROM audit WHERE account = ?1 AND (at, request_id) < (?2, ?3) \
             ORDER BY at DESC, request_id DESC LIMIT ?6)) \
         WHERE is_selected OR number = ?6 ORDER BY number LIMIT ?7",
        [
            account.into(),
            at.into(),
            request_id.into(),
            filter.key.as_deref().into(),
            filter.call.as_deref().into(),
            i64::from(if is_filtered { LOOKED_AT.max(limit) } else { limit }).into(),
            i64::from(limit).into(),
        ],
    )
}

/// Reads the rows of a page, and the place after which the next one begins; `None` if there is none.
#[must_use]
pub fn changes(rows: Vec<AuditRow>, limit: u32) -> (Vec<AuditEntry>, Option<AuditPlace>) {
    let is_full = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let next = rows.last().filter(|row| is_full || row.8 != 0).map(|row| (row.0, row.1.clone()));
    let entry = |row: AuditRow| {
        let (at, request_id, id, name, call, object, ok, is_selected, _) = row;
        let entry = AuditEntry { at, key: AuditKey { id, name }, call, object, ok: ok != 0, request_id };
        (is_selected != 0).then_some(entry)
    };
    (rows.into_iter().filter_map(entry).collect(), next)
}

/// Deletes changes that are 90 days old, a step at a time.
#[must_use]
pub fn expire_changes(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM audit WHERE account = ?1 AND (at, request_id) IN ( \
           SELECT at, request_id FROM audit WHERE account = ?1 AND at < ?2 ORDER BY at, request_id LIMIT ?3)",
        [account.into(), now.minus(DAYS_KEPT.saturating_mul(SECONDS_A_DAY)).seconds().into(), STEP.into()],
    )
}
