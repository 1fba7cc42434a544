//! Storing an entry together with its outbox, in one D1 call.

use serde::{Deserialize, Serialize};

use crate::inbox::{self, Entry, Lookup, Stored, extend_pause, hold, note_follow, note_late};
use crate::sql::Statement;
use crate::time::Timestamp;

use super::entry_key::EntryKey;
use super::outbox::OutboxItem;

/// Seconds after which the first attempt at a delivery counts as interrupted: it is made after the response.
pub(super) const FIRST_ATTEMPT: i64 = 60;

/// An entry and its outbox, as they are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Storing {
    /// The entry.
    pub entry: Entry,
    /// What has to be done because of it.
    pub outbox: Vec<OutboxItem>,
    /// What the statement looks up.
    pub lookup: Lookup,
    /// Until when nothing answers the user automatically, because a person takes over; and the assistant that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause: Option<(Timestamp, String)>,
}

impl Storing {
    /// The statements, for one transaction: the first is [`inbox::insert`].
    ///
    /// Running them again changes nothing, also after the deliveries are done, except that a late entry's hour is closed
    /// once more.
    #[must_use]
    pub fn statements(&self, now: Timestamp) -> Vec<Statement> {
        let mut statements = vec![inbox::insert(&self.entry, self.lookup)];
        // Directly after the insert, whose changes it looks at.
        statements.extend((!self.outbox.is_empty()).then(|| self.insert_outbox()));
        statements.extend(note_follow(&self.entry));
        statements.extend(note_late(&self.entry, now));
        let Entry { account, record, .. } = &self.entry;
        if let Some((until, by)) = &self.pause {
            statements.push(extend_pause(account, &record.openid, *until, by));
            // What the user asked before is answered by the person as well.
            statements.extend(hold(account, &record.openid));
        }
        statements
    }

    /// What is stored later if its message is answered without D1: the answer is given, and only a question that is
    /// still open depends on whether the user is paused by then.
    #[must_use]
    pub fn answered_without_database(&self) -> Self {
        let is_open = self.entry.record.decided_ms.is_none();
        let lookup = Lookup { paused: self.lookup.paused && is_open, kept: false };
        Self { lookup, ..self.clone() }
    }

    /// The outbox of what was stored, which may be less than that of what was decided.
    #[must_use]
    pub fn stored_outbox(&self, stored: &Stored) -> Vec<OutboxItem> {
        let items = self.outbox.iter().cloned();
        if stored.overrides_decision() {
            items.filter_map(|item| item.without_answer(stored.used_kept)).collect()
        } else {
            items.collect()
        }
    }

    /// [`OutboxItem::without_answer`] in SQL, since only the statement knows what it stored.
    fn insert_outbox(&self) -> Statement {
        let Self { entry, outbox, .. } = self;
        let outbox = serde_json::to_string(outbox).unwrap_or_default();
        Statement::new(
            "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, message, state, \
               attempts, under_way, due_at, made_at) \
             SELECT ?1, item.value ->> 'id', ?3, ?2, ?4, item.key, item.value ->> 'backend', \
               IIF(entry.is_overridden AND item.value ->> 'mode' = 'respond' \
                 AND NOT (entry.used_kept AND COALESCE(item.value ->> 'always', 0)), 'notify', item.value ->> 'mode'), \
               item.value ->> 'message', 'pending', 0, 0, ?6 + ?7, ?6 \
             FROM JSON_EACH(?5) AS item, ( \
               SELECT outcome = 'held' OR kept IS NOT NULL AS is_overridden, kept IS NOT NULL AS used_kept FROM inbox \
               WHERE account = ?1 AND openid = ?3 AND create_time = ?2 AND id = ?4) AS entry \
             WHERE CHANGES() = 1 AND NOT (entry.is_overridden AND item.value ->> 'mode' = 'send') \
             ON CONFLICT DO NOTHING",
            EntryKey::of(entry).parameters(&entry.account),
        )
        .with(outbox)
        .with(entry.record.received_at.seconds())
        .with(FIRST_ATTEMPT)
    }
}
