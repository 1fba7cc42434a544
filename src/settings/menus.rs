//! The custom menus: a draft, the versions that were published, and what is wrong with a draft.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::backends::asked_for;
use crate::callback::trial;
use crate::invalid::Invalid;
use crate::json::exactly_from_json;
use crate::rules::RuleDraft;
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::menu::Menu;

use super::{Document, Settings};

/// Maximum number of menus. Publishing calls WeChat for each, and the free plan allows 50 calls.
const MAX_MENUS: usize = 20;
/// The number of published versions that are kept per account.
const KEPT: i64 = 50;
/// Seconds after its beginning in which a publication may begin a call of WeChat.
pub const PUBLICATION_SECONDS: i64 = 60;
/// Seconds for which one that was cut off prevents others: the call that it began last has ended by then.
const PUBLICATION_LEASE: i64 = PUBLICATION_SECONDS + 120;

/// A row of [`newest_menus`]: version, menus, replies, author, Unix seconds, whether it differs from what is published.
pub type MenusRow = (u64, String, String, String, i64, i64);

/// A row of [`published_menus`]: version, author, Unix seconds.
pub type PublishedMenusRow = (u64, String, i64);

/// A row of [`begin_publication`]: claim, author, Unix seconds.
pub type PublicationRow = (String, String, i64);

/// The menus that an operator edits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MenuDraft {
    /// The default menu, and the conditional menus in the order in which they are tried.
    pub menus: Vec<Menu>,
    /// The replies to taps that are published with the menus.
    pub replies: Vec<MenuReply>,
}

/// The reply to the tap of a button.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MenuReply {
    /// The button's key.
    pub key: String,
    /// The rule that answers it, whose `when` is a `click` with the same key. Published, it replaces the rule with its id, or
    /// else the first for this key; if there is none, it is added before the first rule that answers every message.
    pub rule: RuleDraft,
}

/// A stored version of the menus.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoredMenus {
    /// The version; 0 if nothing was saved yet.
    pub version: u64,
    /// The menus, and their replies unless they are published.
    pub draft: MenuDraft,
    /// Name of the API key that saved or published it.
    pub author: Option<String>,
    /// When, in Unix seconds.
    pub made_at: Option<i64>,
    /// Whether it differs from what was last published.
    pub differs: bool,
}

impl StoredMenus {
    /// What was just saved, and not what somebody else has saved since: the next change from here names this version.
    #[must_use]
    pub fn saved(self, version: u64, draft: MenuDraft, (author, now): (&str, Timestamp)) -> Self {
        if self.version == version {
            return self;
        }
        let (author, made_at) = (Some(author.to_owned()), Some(now.seconds()));
        Self { version, draft, author, made_at, differs: true }
    }

    /// Reads a row.
    pub fn from_row((version, menus, replies, author, made_at, differs): MenusRow) -> Result<Self, Invalid> {
        let draft = MenuDraft { menus: exactly_from_json(&menus)?, replies: exactly_from_json(&replies)? };
        Ok(Self { version, draft, author: Some(author), made_at: Some(made_at), differs: differs == 1 })
    }
}

impl MenuDraft {
    /// The draft as it is stored: without replies that the rules have already. An error is what cannot be stored.
    pub fn to_store(mut self, document: &Document) -> Result<Self, Invalid> {
        if self.menus.len() > MAX_MENUS {
            return Err(Invalid::new("menus", format!("must contain at most {MAX_MENUS}")));
        }
        for (index, menu) in self.menus.iter_mut().enumerate() {
            menu.normalize().map_err(|invalid| invalid.under(&format!("menus[{index}]")))?;
        }
        self.replies.retain(|reply| !document.has_reply(&reply.rule));
        Ok(self)
    }

    /// Checks the limits of WeChat and of the rules; an error names each field that breaks one.
    pub fn check(&self) -> Result<(), Invalid> {
        let menus = self.menus.iter().enumerate();
        let menus = menus.filter_map(|(index, menu)| {
            menu.check().err().map(|invalid| invalid.under(&format!("menus[{index}]")))
        });
        let mut problems: Vec<Invalid> = menus.collect();
        if self.default_menu().is_none() {
            problems.insert(0, Invalid::new("menus", "must contain exactly one menu without matchrule"));
        }
        let keys = self.keys();
        for (index, reply) in self.replies.iter().enumerate() {
            let before = self.replies.iter().take(index);
            let is_duplicate = before.into_iter().any(|other| other.key == reply.key);
            problems.extend(
                reply
                    .check(&keys, is_duplicate)
                    .err()
                    .map(|invalid| invalid.under(&format!("replies[{index}]"))),
            );
        }
        Invalid::all(problems).map_or(Ok(()), Err)
    }

    /// The only menu that everyone sees.
    #[must_use]
    pub fn default_menu(&self) -> Option<&Menu> {
        let mut default = self.menus.iter().filter(|menu| menu.matchrule.is_none());
        default.next().filter(|_| default.next().is_none())
    }

    /// The conditional menus, the first that is tried last: WeChat tries the newest first.
    #[must_use]
    pub fn conditional_menus(&self) -> Vec<&Menu> {
        self.menus.iter().rev().filter(|menu| menu.matchrule.is_some()).collect()
    }

    /// The rules of the replies.
    #[must_use]
    pub fn rules(&self) -> Vec<RuleDraft> {
        self.replies.iter().map(|reply| reply.rule.clone()).collect()
    }

    /// Only the replies that break no limit.
    #[must_use]
    pub fn valid_rules(&self) -> Vec<RuleDraft> {
        let keys = self.keys();
        let valid = self.replies.iter().filter(|reply| reply.check(&keys, false).is_ok());
        valid.map(|reply| reply.rule.clone()).collect()
    }

    /// The keys whose taps wait for a reply and get none from these settings.
    #[must_use]
    pub fn unanswered_keys(&self, settings: &Settings, now: Timestamp) -> Vec<String> {
        let mut keys = self.keys();
        keys.retain(|key| !settings.answer_tap(key, now));
        keys.into_iter().map(ToOwned::to_owned).collect()
    }

    /// Adds the replies of the rules to keys for which the draft has none.
    pub fn add_replies(&mut self, document: &Document) {
        let mut keys: Vec<String> = self.keys().into_iter().map(ToOwned::to_owned).collect();
        keys.retain(|key| !self.replies.iter().any(|reply| reply.key == *key));
        for key in keys {
            if let Some(rule) = document.rules.iter().find(|rule| rule.clicked_key() == Some(&key)) {
                self.replies.push(MenuReply { key, rule: rule.clone() });
            }
        }
    }

    /// The keys of the buttons whose taps wait for a reply, each once.
    fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = Vec::new();
        for key in self.menus.iter().flat_map(Menu::clicked_keys) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }
}

impl MenuReply {
    fn check(&self, keys: &[&str], is_duplicate: bool) -> Result<(), Invalid> {
        if is_duplicate {
            return Err(Invalid::new("key", "is duplicated"));
        }
        if !keys.contains(&self.key.as_str()) {
            return Err(Invalid::new("key", "is not the key of a button of type click"));
        }
        if self.rule.clicked_key() != Some(&self.key) {
            return Err(Invalid::new("rule.when", "must be a click with the same key"));
        }
        self.rule.validate().map_err(|invalid| invalid.under("rule"))
    }
}

impl Settings {
    /// Whether the tap of a button with this key gets an answer, or silence because a rule decides so.
    fn answer_tap(&self, key: &str, now: Timestamp) -> bool {
        let tap = json!({ "Event": "CLICK", "EventKey": key });
        trial(&tap, now).is_ok_and(|(message, fields): (_, Value)| {
            let decision = self.rules.decide(&message, || &fields);
            !decision.rules.is_empty() || asked_for(&decision, &self.backends, &message).is_some()
        })
    }
}

/// Selects the newest version of the menus: at most one [`MenusRow`]. A published one has no replies: they are rules.
///
/// Reads at most two rows, and the newest published version.
#[must_use]
pub fn newest_menus(account: &str) -> Statement {
    Statement::new(
        "SELECT version, menus, IIF(published, '[]', replies) AS replies, author, made_at, \
           published = 0 AND (replies <> '[]' OR menus IS NOT ( \
             SELECT menus FROM menu_version WHERE account = ?1 AND published = 1 ORDER BY version DESC LIMIT 1)) AS differs \
         FROM menu_version WHERE account = ?1 ORDER BY version DESC LIMIT 1",
        [account.into()],
    )
}

/// Selects a published version: at most one row, as of [`newest_menus`].
#[must_use]
pub fn menus_of(account: &str, version: u64) -> Statement {
    Statement::new(
        "SELECT version, menus, replies, author, made_at, 0 AS differs FROM menu_version \
         WHERE account = ?1 AND version = ?2 AND published = 1",
        [account.into(), integer(version).into()],
    )
}

/// Selects the published versions, the newest first: [`PublishedMenusRow`]s, at most fifty.
#[must_use]
pub fn published_menus(account: &str) -> Statement {
    Statement::new(
        "SELECT version, author, made_at FROM menu_version WHERE account = ?1 AND published = 1 \
         ORDER BY version DESC LIMIT ?2",
        [account.into(), KEPT.into()],
    )
}

/// Saves the next version of the draft, unless the newest is another one than expected: the first statement returns its
/// number, the second deletes what is no longer kept.
#[must_use]
pub fn save_menus(
    account: &str,
    draft: &MenuDraft,
    expected: Option<u64>,
    (author, now): (&str, Timestamp),
) -> [Statement; 2] {
    let [menus, replies] = draft.columns();
    let save = Statement::new(
        "INSERT INTO menu_version (account, version, menus, replies, author, made_at, published) \
         SELECT ?1, newest + 1, ?2, ?3, ?4, ?5, 0 FROM ( \
           SELECT COALESCE(( \
             SELECT version FROM menu_version WHERE account = ?1 ORDER BY version DESC LIMIT 1), 0) AS newest) \
         WHERE ?6 IS NULL OR newest = ?6 RETURNING version",
        [
            account.into(),
            menus.into(),
            replies.into(),
            author.into(),
            now.seconds().into(),
            expected.map(integer).into(),
        ],
    );
    [save, tidy(account)]
}

/// Begins a publication unless another one is under way, and returns that which is: one [`PublicationRow`].
#[must_use]
pub fn begin_publication(account: &str, claim: &str, (author, now): (&str, Timestamp)) -> Statement {
    Statement::new(
        "INSERT INTO menu_publication (account, claim, author, began_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (account) DO UPDATE SET \
           claim = IIF(began_at > ?4 - ?5, claim, excluded.claim), \
           author = IIF(began_at > ?4 - ?5, author, excluded.author), \
           began_at = IIF(began_at > ?4 - ?5, began_at, excluded.began_at) \
         RETURNING claim, author, began_at",
        [account.into(), claim.into(), author.into(), now.seconds().into(), PUBLICATION_LEASE.into()],
    )
}

/// Lets the next publication begin.
#[must_use]
pub fn end_publication(account: &str, claim: &str) -> Statement {
    Statement::new(
        "DELETE FROM menu_publication WHERE account = ?1 AND claim = ?2",
        [account.into(), claim.into()],
    )
}

/// Seconds until a publication that was cut off no longer prevents others.
#[must_use]
pub fn publication_ends_in(began_at: i64, now: Timestamp) -> u32 {
    let ends_at = began_at.saturating_add(PUBLICATION_LEASE);
    u32::try_from(ends_at.saturating_sub(now.seconds())).unwrap_or_default()
}

/// Notes that a version is published, and deletes what is no longer kept. Somebody may have saved a newer one meanwhile.
#[must_use]
pub fn publish_menus(
    account: &str,
    version: u64,
    draft: &MenuDraft,
    (author, now): (&str, Timestamp),
) -> [Statement; 2] {
    let [menus, replies] = draft.columns();
    let publish = Statement::new(
        "INSERT INTO menu_version (account, version, menus, replies, author, made_at, published) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1) ON CONFLICT (account, version) DO UPDATE \
         SET author = excluded.author, made_at = excluded.made_at, published = 1",
        [
            account.into(),
            integer(version).into(),
            menus.into(),
            replies.into(),
            author.into(),
            now.seconds().into(),
        ],
    );
    [publish, tidy(account)]
}

/// Deletes drafts that are not the newest version, and all but the last fifty published versions.
fn tidy(account: &str) -> Statement {
    Statement::new(
        "DELETE FROM menu_version WHERE account = ?1 AND (published = 0 AND version < ( \
             SELECT MAX(version) FROM menu_version WHERE account = ?1) \
           OR version <= ( \
             SELECT version FROM menu_version WHERE account = ?1 AND published = 1 ORDER BY version DESC LIMIT 1 OFFSET ?2))",
        [account.into(), KEPT.into()],
    )
}

impl MenuDraft {
    fn columns(&self) -> [String; 2] {
        let (menus, replies) = (serde_json::to_string(&self.menus), serde_json::to_string(&self.replies));
        [menus.unwrap_or_default(), replies.unwrap_or_default()]
    }
}

fn integer(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}
