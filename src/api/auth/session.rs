//! Sessions of the console: what its cookie and a login ticket state, for how long, and how they end.
//!
//! Nothing is stored of a session until it is signed out; then its id is, so that a copy of its cookie ends too.

use serde_json::Value;

use crate::json;
use crate::mac::{Purpose, SigningKeys};
use crate::secret::Secret;
use crate::sql::Statement;
use crate::time::Timestamp;

use super::Identity;

const HOUR: i64 = 3600;
/// Seconds for which a login ticket may be used.
const TICKET_TERM: i64 = 600;
/// Of a session's term, one twelfth has to pass before its cookie is renewed.
const RENEWALS: i64 = 12;
/// The number of a key's ended sessions that are stored. With more, all sessions that the key has now end.
const MAX_ENDED: i64 = 500;
/// Stands for all sessions of a key.
const ALL: &str = "*";

/// What a signed text lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassKind {
    /// The console's cookie: make calls until it ends.
    Session,
    /// A login ticket: sign in once.
    Ticket,
}

/// What the console's cookie or a login ticket states; it is valid only as long as its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pass {
    kind: PassKind,
    /// Random; a renewed cookie keeps it.
    pub id: String,
    /// The key that it was issued for; `None` = the root key.
    pub key_id: Option<String>,
    /// When the session was signed in, or the ticket issued.
    began_at: Timestamp,
    /// When it ends, unless it is renewed.
    pub ends_at: Timestamp,
}

/// What passes are signed with.
#[derive(Debug, Clone, Copy)]
pub struct PassSecrets<'a> {
    /// The keys that sign.
    pub keys: &'a SigningKeys,
    /// The root key, which is part of what is signed for it: its sessions end with it.
    pub root: &'a Secret,
}

impl PassKind {
    /// Recognizable for people and secret scanners.
    const fn prefix(self) -> &'static str {
        match self {
            Self::Session => "mps",
            Self::Ticket => "mpt",
        }
    }
}

impl Pass {
    /// A new pass of a key; `id` is random. It does not outlive the key.
    #[must_use]
    pub fn new(kind: PassKind, id: String, identity: &Identity, now: Timestamp) -> Self {
        let key_id = identity.key_id().map(ToOwned::to_owned);
        let pass = Self { kind, id, key_id, began_at: now, ends_at: now };
        Self { ends_at: pass.end(identity, now), ..pass }
    }

    /// The signed text, in characters that need no escaping in cookies and URLs.
    #[must_use]
    pub fn seal(&self, secrets: PassSecrets<'_>) -> Secret {
        let key_id = self.key_id.as_deref().unwrap_or_default();
        let claims = format!(
            "{}.{}.{}.{}.{key_id}",
            self.kind.prefix(),
            self.id,
            self.began_at.seconds(),
            self.ends_at.seconds()
        );
        let signature = secrets.keys.sign(Purpose::Session, &self.signed(&claims, secrets.root));
        Secret::new(format!("{claims}.{signature}"))
    }

    /// Reads a signed text; `None` if it is of another kind, altered, or has ended. Whether its key is still valid has
    /// yet to be checked.
    #[must_use]
    pub fn open(kind: PassKind, text: &str, secrets: PassSecrets<'_>, now: Timestamp) -> Option<Self> {
        let (claims, signature) = text.rsplit_once('.')?;
        let mut parts = claims.strip_prefix(kind.prefix())?.strip_prefix('.')?.splitn(4, '.');
        let id = parts.next()?.to_owned();
        let began_at = Timestamp::parse(parts.next()?)?;
        let ends_at = Timestamp::parse(parts.next()?)?;
        let key_id = Some(parts.next()?.to_owned()).filter(|id| !id.is_empty());
        let pass = Self { kind, id, key_id, began_at, ends_at };
        let is_genuine = secrets.keys.verify(Purpose::Session, &pass.signed(claims, secrets.root), signature);
        (is_genuine && ends_at > now).then_some(pass)
    }

    /// The same session with a later end, if enough of its term has passed.
    #[must_use]
    pub fn renewed(&self, identity: &Identity, now: Timestamp) -> Option<Self> {
        let ends_at = self.end(identity, now);
        let is_due = ends_at >= self.ends_at.plus(self.term() / RENEWALS);
        is_due.then(|| Self { ends_at, ..self.clone() })
    }

    /// When a cookie of this session could end at the latest, however often it is renewed.
    #[must_use]
    pub const fn last_end(&self) -> Timestamp {
        self.began_at.plus(longest(self.key_id.is_some()))
    }

    /// The root key's sessions are short, since it may do everything.
    const fn term(&self) -> i64 {
        match (self.kind, self.key_id.is_some()) {
            (PassKind::Ticket, _) => TICKET_TERM,
            (PassKind::Session, true) => 12 * HOUR,
            (PassKind::Session, false) => HOUR,
        }
    }

    fn end(&self, identity: &Identity, now: Timestamp) -> Timestamp {
        let end = now.plus(self.term()).min(self.last_end());
        identity.expires_at().map_or(end, |expires_at| end.min(expires_at))
    }

    fn signed<'a>(&self, claims: &'a str, root: &'a Secret) -> Vec<&'a str> {
        match self.key_id {
            Some(_) => vec![claims],
            None => vec![claims, root.expose()],
        }
    }
}

/// The longest session in seconds.
const fn longest(has_key: bool) -> i64 {
    if has_key { 7 * 24 * HOUR } else { 12 * HOUR }
}

/// The sessions of a key that were signed out, as the row of the key in `session` lists them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndedSessions(Value);

impl EndedSessions {
    /// Reads the column; `None` = there is no row.
    #[must_use]
    pub fn parse(column: Option<&str>) -> Self {
        Self(column.and_then(|text| json::parse(text).ok()).unwrap_or_default())
    }

    /// Whether a session was signed out.
    #[must_use]
    pub fn contains(&self, session: &Pass) -> bool {
        let until = |id: &str| self.0.get(id).and_then(Value::as_i64).map(Timestamp::from_seconds);
        until(&session.id).is_some() || until(ALL).is_some_and(|until| session.last_end() <= until)
    }
}

/// The ended sessions of the root key; those of another key are read with the key.
#[must_use]
pub fn ended_root_sessions() -> Statement {
    Statement::new("SELECT ended FROM session WHERE key_id = ''", [])
}

/// Signs a session out, forgets those that have ended by themselves, and returns what is stored then.
#[must_use]
pub fn end_session(session: &Pass, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO session (key_id, ended) VALUES (?1, json_object(?2, CAST(?3 AS INTEGER))) \
         ON CONFLICT (key_id) DO UPDATE SET ended = CASE \
           WHEN (SELECT COUNT(*) FROM json_each(session.ended) WHERE value > ?4) >= ?5 \
             THEN json_object(?6, CAST(?7 AS INTEGER)) \
           ELSE (SELECT json_group_object(id, until) FROM ( \
             SELECT key AS id, value AS until FROM json_each(session.ended) WHERE value > ?4 \
             UNION SELECT ?2, CAST(?3 AS INTEGER))) END \
         RETURNING ended",
        [
            session.key_id.as_deref().unwrap_or_default().into(),
            session.id.as_str().into(),
            session.last_end().seconds().into(),
            now.seconds().into(),
            MAX_ENDED.into(),
            ALL.into(),
            now.plus(longest(session.key_id.is_some())).seconds().into(),
        ],
    )
}

/// Stores a ticket in the place of the key's earlier one.
#[must_use]
pub fn store_ticket(ticket: &Pass) -> Statement {
    Statement::new(
        "INSERT INTO session (key_id, ticket) VALUES (?1, ?2) \
         ON CONFLICT (key_id) DO UPDATE SET ticket = excluded.ticket",
        [ticket.key_id.as_deref().unwrap_or_default().into(), ticket.id.as_str().into()],
    )
}

/// Uses a ticket up; returns a row if it had not been used or replaced.
#[must_use]
pub fn use_ticket(ticket: &Pass) -> Statement {
    Statement::new(
        "UPDATE session SET ticket = NULL WHERE key_id = ?1 AND ticket = ?2 RETURNING key_id",
        [ticket.key_id.as_deref().unwrap_or_default().into(), ticket.id.as_str().into()],
    )
}
