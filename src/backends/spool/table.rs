//! The tables of the spool, in the database of its Durable Object.

use std::time::Duration;

use serde_json::Value;

use crate::backends::object_storage::ObjectStorage;
use crate::inbox::StoredRow;
use crate::json::from_json;
use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::{
    ASIDE_FOR, Capacity, FIRST_PAUSE, MAX_BATCH, MAX_BATCH_BYTES, MAX_REFUSALS, SpoolStatus, Spooled,
    Storing, pause,
};

/// The entries that wait for D1, oldest first, and those that were set aside.
///
/// What one method does is not interrupted.
#[derive(Debug)]
pub struct SpoolTable<S> {
    storage: S,
    capacity: Capacity,
}

/// An entry that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What to store; an error if another version of the worker stored it in a form that this one does not know.
    pub storing: Result<Storing, String>,
    /// The size of its JSON.
    pub bytes: usize,
    refusals: i64,
    key: Key,
}

/// What the spool holds, and how many runs in a row have failed.
struct Tally {
    waiting: i64,
    set_aside: i64,
    failed_runs: i64,
}

/// `create_time`, `openid` and `id`.
type Key = (i64, String, String);

/// The first column of `waiting` puts entries that D1 refused after all others.
const SCHEMA: [&str; 4] = [
    "CREATE TABLE IF NOT EXISTS waiting (refusals INTEGER NOT NULL, create_time INTEGER NOT NULL, openid TEXT NOT NULL, \
       id TEXT NOT NULL, storing TEXT NOT NULL, PRIMARY KEY (refusals, create_time, openid, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS set_aside (create_time INTEGER NOT NULL, openid TEXT NOT NULL, id TEXT NOT NULL, \
       since INTEGER NOT NULL, storing TEXT NOT NULL, PRIMARY KEY (create_time, openid, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS tally (id INTEGER PRIMARY KEY CHECK (id = 1), waiting INTEGER NOT NULL, \
       set_aside INTEGER NOT NULL, failed_runs INTEGER NOT NULL)",
    "INSERT OR IGNORE INTO tally (id, waiting, set_aside, failed_runs) VALUES (1, 0, 0, 0)",
];

impl<S: ObjectStorage> SpoolTable<S> {
    /// A spool in a database that may be empty.
    pub const fn new(storage: S, capacity: Capacity) -> Self {
        Self { storage, capacity }
    }

    /// The database.
    pub fn into_storage(self) -> S {
        self.storage
    }

    /// Creates the tables unless they exist.
    pub fn prepare(&self) -> Result<(), String> {
        SCHEMA.iter().try_for_each(|sql| self.run(sql, []))
    }

    /// Stores an entry unless it is there.
    pub fn store(&self, storing: &Storing) -> Result<Spooled, String> {
        let record = &storing.entry.record;
        let key = (record.create_time.seconds(), record.openid.clone(), record.id.clone());
        if let Some(there) = self.find(&key)? {
            return Ok(Spooled::Again(there));
        }
        let SpoolStatus { waiting, set_aside } = self.status()?;
        let entries = waiting.saturating_add(set_aside);
        if entries >= self.capacity.entries || self.storage.bytes() >= self.capacity.bytes {
            return Ok(Spooled::Full);
        }
        let json = serde_json::to_string(storing).map_err(|error| error.to_string())?;
        let insert =
            "INSERT INTO waiting (create_time, openid, id, refusals, storing) VALUES (?1, ?2, ?3, 0, ?4)";
        self.run_with_key(insert, &key, [json.into()])?;
        self.add(1, 0)?;
        Ok(Spooled::New)
    }

    /// Deletes the entries of a user; returns how many there were.
    pub fn erase(&self, openid: &str) -> Result<usize, String> {
        let delete = |sql| self.storage.rows(sql, [openid.into()]).map(|rows| rows.len());
        let waiting = delete("DELETE FROM waiting WHERE openid = ?1 RETURNING 1")?;
        let set_aside = delete("DELETE FROM set_aside WHERE openid = ?1 RETURNING 1")?;
        self.add(minus(waiting), minus(set_aside))?;
        Ok(waiting.saturating_add(set_aside))
    }

    /// Counts the entries.
    pub fn status(&self) -> Result<SpoolStatus, String> {
        let Tally { waiting, set_aside, .. } = self.tally()?;
        Ok(SpoolStatus { waiting, set_aside })
    }

    /// The entries that D1 is offered next, in one transaction of at most so many statements: those that it refused come
    /// when no others are left.
    pub fn batch(&self, statements: usize, now: Timestamp) -> Result<Vec<Waiting>, String> {
        let sizes = self.storage.rows(
            "SELECT LENGTH(CAST(storing AS BLOB)) FROM waiting ORDER BY refusals, create_time, openid, id LIMIT ?1",
            [number(MAX_BATCH.min(statements))],
        )?;
        let mut bytes = 0_usize;
        let fitting = sizes.iter().enumerate().take_while(|(index, row)| {
            bytes = bytes.saturating_add(usize::try_from(integer(row, 0)).unwrap_or(usize::MAX));
            *index == 0 || bytes <= MAX_BATCH_BYTES
        });
        let rows = self.storage.rows(
            "SELECT refusals, create_time, openid, id, storing FROM waiting \
             ORDER BY refusals, create_time, openid, id LIMIT ?1",
            [number(fitting.count())],
        )?;
        let is_fresh = rows.first().is_some_and(|row| integer(row, 0) == 0);
        let mut used = 0_usize;
        let entries = rows.iter().filter(|row| is_fresh == (integer(row, 0) == 0)).map(|row| {
            let json = text(row, 4);
            Waiting {
                storing: from_json(json).map_err(|invalid| invalid.to_string()),
                bytes: json.len(),
                refusals: integer(row, 0),
                key: (integer(row, 1), text(row, 2).to_owned(), text(row, 3).to_owned()),
            }
        });
        Ok(entries
            .take_while(|entry| {
                used = used.saturating_add(entry.statements(now).len());
                used <= statements
            })
            .collect())
    }

    /// D1 has stored entries.
    pub fn stored(&self, entries: &[Waiting]) -> Result<(), String> {
        entries.iter().try_for_each(|entry| self.remove(entry))?;
        self.add(minus(entries.len()), 0)
    }

    /// D1 refused an entry and accepted others; returns whether it is now set aside.
    pub fn refused(&self, entry: &Waiting, now: Timestamp) -> Result<bool, String> {
        if entry.storing.is_ok() && entry.refusals.saturating_add(1) < MAX_REFUSALS {
            let update = "UPDATE waiting SET refusals = refusals + 1 \
                          WHERE create_time = ?1 AND openid = ?2 AND id = ?3 AND refusals = ?4";
            self.run_with_key(update, &entry.key, [entry.refusals.into()])?;
            return Ok(false);
        }
        let copy = "INSERT OR REPLACE INTO set_aside (create_time, openid, id, since, storing) \
                    SELECT create_time, openid, id, ?5, storing FROM waiting \
                    WHERE create_time = ?1 AND openid = ?2 AND id = ?3 AND refusals = ?4";
        self.run_with_key(copy, &entry.key, [entry.refusals.into(), now.seconds().into()])?;
        self.remove(entry)?;
        self.add(-1, 1)?;
        Ok(true)
    }

    /// Offers D1 once more what was set aside a day ago, and deletes what is older than the operator keeps.
    pub fn revive(&self, now: Timestamp, expired: Timestamp) -> Result<(), String> {
        if self.status()?.set_aside == 0 {
            return Ok(());
        }
        let gone = self
            .storage
            .rows("DELETE FROM set_aside WHERE create_time < ?1 RETURNING 1", [expired.seconds().into()])?;
        let due = now.minus(ASIDE_FOR).seconds();
        let last = MAX_REFUSALS.saturating_sub(1);
        self.run(
            "INSERT OR REPLACE INTO waiting (refusals, create_time, openid, id, storing) \
             SELECT ?2, create_time, openid, id, storing FROM set_aside WHERE since <= ?1",
            [due.into(), last.into()],
        )?;
        let revived =
            self.storage.rows("DELETE FROM set_aside WHERE since <= ?1 RETURNING 1", [due.into()])?;
        let revived = minus(revived.len());
        self.add(revived.saturating_neg(), revived.saturating_add(minus(gone.len())))
    }

    /// A run has ended: when the next one is due, if anything is left. `accepted` says whether D1 stored anything.
    pub fn next_run(&self, accepted: bool) -> Result<Option<Duration>, String> {
        let Tally { waiting, set_aside, failed_runs: failed_before } = self.tally()?;
        let failed_runs = if accepted || waiting == 0 { 0 } else { failed_before.saturating_add(1) };
        if failed_runs != failed_before {
            self.run("UPDATE tally SET failed_runs = ?1", [failed_runs.into()])?;
        }
        if waiting == 0 {
            let aside_for = Duration::from_secs(ASIDE_FOR.unsigned_abs());
            return Ok((set_aside > 0).then_some(aside_for));
        }
        if failed_runs > 0 {
            return Ok(Some(pause(failed_runs)));
        }
        let fresh = self.storage.rows("SELECT 1 FROM waiting WHERE refusals = 0 LIMIT 1", [])?;
        Ok(Some(if fresh.is_empty() { FIRST_PAUSE } else { Duration::ZERO }))
    }

    fn find(&self, (create_time, openid, id): &Key) -> Result<Option<StoredRow>, String> {
        let rows = self.storage.rows(
            "SELECT storing FROM waiting WHERE refusals IN (0, 1, 2, 3, 4) AND create_time = ?1 AND openid = ?2 AND id = ?3 \
             UNION ALL SELECT storing FROM set_aside WHERE create_time = ?1 AND openid = ?2 AND id = ?3",
            [(*create_time).into(), openid.as_str().into(), id.as_str().into()],
        )?;
        let Some(row) = rows.first() else { return Ok(None) };
        let storing: Storing = from_json(text(row, 0)).map_err(|invalid| invalid.to_string())?;
        Ok(Some(storing.entry.stored_row()))
    }

    fn remove(&self, entry: &Waiting) -> Result<(), String> {
        let delete =
            "DELETE FROM waiting WHERE create_time = ?1 AND openid = ?2 AND id = ?3 AND refusals = ?4";
        self.run_with_key(delete, &entry.key, [entry.refusals.into()])
    }

    fn add(&self, waiting: i64, set_aside: i64) -> Result<(), String> {
        if (waiting, set_aside) == (0, 0) {
            return Ok(());
        }
        let update = "UPDATE tally SET waiting = waiting + ?1, set_aside = set_aside + ?2";
        self.run(update, [waiting.into(), set_aside.into()])
    }

    fn run_with_key(
        &self,
        sql: &'static str,
        (create_time, openid, id): &Key,
        rest: impl IntoIterator<Item = Parameter>,
    ) -> Result<(), String> {
        let key = [(*create_time).into(), openid.as_str().into(), id.as_str().into()];
        self.run(sql, key.into_iter().chain(rest).collect::<Vec<Parameter>>())
    }

    fn run(&self, sql: &'static str, parameters: impl Into<Vec<Parameter>>) -> Result<(), String> {
        self.storage.run(&Statement::new(sql, parameters)).map(drop)
    }

    fn tally(&self) -> Result<Tally, String> {
        let rows = self.storage.rows("SELECT waiting, set_aside, failed_runs FROM tally", [])?;
        let row = rows.first().ok_or("the tally is missing")?;
        Ok(Tally { waiting: integer(row, 0), set_aside: integer(row, 1), failed_runs: integer(row, 2) })
    }
}

impl Waiting {
    /// The statements that store it in D1.
    #[must_use]
    pub fn statements(&self, now: Timestamp) -> Vec<Statement> {
        self.storing.as_ref().map(|storing| storing.statements(now)).unwrap_or_default()
    }
}

fn minus(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).saturating_neg()
}

fn number(count: usize) -> Parameter {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

/// A column of a row of our own tables.
fn integer(row: &Value, column: usize) -> i64 {
    row.get(column).and_then(Value::as_i64).unwrap_or_default()
}

fn text(row: &Value, column: usize) -> &str {
    row.get(column).and_then(Value::as_str).unwrap_or_default()
}
