//! What an account's assistants may use in a day, and what they have used: one Durable Object for each account.
//!
//! Tokens are reserved before a call and settled once after it, by the id of the question.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::backends::object_storage::ObjectStorage;
use crate::sql::Parameter;

/// The number of days that the object remembers.
const DAYS_KEPT: i64 = 31;
/// The number of users that [`MeterRequest::Usage`] lists.
const MAX_USERS: i64 = 20;

/// A request to the meter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterRequest {
    /// Reserve tokens for a call; the answer is a [`Reserved`].
    Reserve {
        /// The question's id.
        id: String,
        /// The day in Beijing, in days since 1970.
        day: i64,
        /// OpenID of the user; empty for a test.
        user: String,
        /// How many tokens the call may use.
        tokens: u64,
        /// How many calls the account may make in a day.
        max_calls: u64,
        /// How many tokens it may use in a day.
        max_tokens: u64,
    },
    /// Replace what was reserved with what was used; the answer is `null`. The second time nothing happens.
    Settle {
        /// The question's id.
        id: String,
        /// How many tokens were used.
        tokens: u64,
        /// The providers that were asked.
        seen: Seen,
    },
    /// Note how providers have answered; the answer is `null`.
    Note {
        /// The providers that were asked.
        seen: Seen,
    },
    /// How the providers have answered; the answer is a list of [`SeenRow`]s.
    Providers,
    /// What was used since a day; the answer is a [`Usage`].
    Usage {
        /// The first day.
        since: i64,
    },
    /// Forget a user; the answer is `null`.
    Erase {
        /// OpenID of the user.
        user: String,
    },
}

/// How providers have answered a call. Only what its operator has to change is an error of a provider: it says nothing new if
/// it fails for another reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// In Unix seconds.
    pub at: i64,
    /// The name of each, and its error.
    pub providers: Vec<(String, Option<String>)>,
}

/// How a provider has answered: its name, when that was in Unix seconds, to the hour if it is still the same, and its error.
pub type SeenRow = (String, i64, Option<String>);

/// The answer to [`MeterRequest::Reserve`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reserved {
    /// The call may be made.
    Yes,
    /// The account has used up its calls or tokens of the day.
    No,
}

/// What was used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    /// For each day: the day, the calls and the tokens.
    pub days: Vec<(i64, u64, u64)>,
    /// For each of the users with the most tokens: the user, the calls and the tokens.
    pub users: Vec<(String, u64, u64)>,
}

const SCHEMA: [&str; 3] = [
    "CREATE TABLE IF NOT EXISTS call (id TEXT PRIMARY KEY, day INTEGER NOT NULL, user TEXT NOT NULL, \
       tokens INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS used (day INTEGER NOT NULL, user TEXT NOT NULL, calls INTEGER NOT NULL, \
       tokens INTEGER NOT NULL, PRIMARY KEY (day, user)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS provider (name TEXT PRIMARY KEY, at INTEGER NOT NULL, error TEXT) WITHOUT ROWID",
];

/// The meter's tables. What one method does is not interrupted.
#[derive(Debug)]
pub struct MeterTable<S>(S);

impl<S: ObjectStorage> MeterTable<S> {
    /// A meter in a database that may be empty.
    pub const fn new(storage: S) -> Self {
        Self(storage)
    }

    /// Performs a request; returns the answer as JSON.
    pub fn perform(&self, request: &MeterRequest) -> Result<Value, String> {
        for sql in SCHEMA {
            self.run(sql, [])?;
        }
        match request {
            MeterRequest::Reserve { id, day, user, tokens, max_calls, max_tokens } => {
                let reserved = self.reserve(id, (*day, user), *tokens, (*max_calls, *max_tokens))?;
                Ok(crate::json::to_value(&reserved))
            }
            MeterRequest::Settle { id, tokens, seen } => {
                self.settle(id, *tokens)?;
                self.note(seen).map(|()| Value::Null)
            }
            MeterRequest::Note { seen } => self.note(seen).map(|()| Value::Null),
            MeterRequest::Providers => {
                self.0.rows("SELECT name, at, error FROM provider ORDER BY name", []).map(Value::Array)
            }
            MeterRequest::Usage { since } => Ok(crate::json::to_value(&self.usage(*since)?)),
            MeterRequest::Erase { user } => {
                // What the account has used stays, without the user.
                self.run(
                    "INSERT INTO used (day, user, calls, tokens) SELECT day, '', calls, tokens FROM used WHERE user = ?1 \
                     ON CONFLICT (day, user) DO UPDATE SET calls = calls + excluded.calls, tokens = tokens + excluded.tokens",
                    [user.as_str().into()],
                )?;
                self.run("DELETE FROM used WHERE user = ?1", [user.as_str().into()])?;
                self.run("UPDATE call SET user = '' WHERE user = ?1", [user.as_str().into()])?;
                Ok(Value::Null)
            }
        }
    }

    fn reserve(
        &self,
        id: &str,
        (day, user): (i64, &str),
        tokens: u64,
        (max_calls, max_tokens): (u64, u64),
    ) -> Result<Reserved, String> {
        if !self.0.rows("SELECT 1 FROM call WHERE id = ?1", [id.into()])?.is_empty() {
            return Ok(Reserved::Yes);
        }
        // What is reserved counts as used until it is settled.
        let rows = self.0.rows(
            "SELECT COALESCE(SUM(calls), 0), COALESCE(SUM(tokens), 0) FROM used WHERE day = ?1",
            [day.into()],
        )?;
        let (calls, reserved) = rows.first().map_or((0, 0), |row| (integer(row, 0), integer(row, 1)));
        if calls == 0 {
            self.forget(day)?;
        }
        if calls >= max_calls || reserved.saturating_add(tokens) > max_tokens {
            return Ok(Reserved::No);
        }
        self.run(
            "INSERT INTO call (id, day, user, tokens) VALUES (?1, ?2, ?3, ?4)",
            [id.into(), day.into(), user.into(), number(tokens)],
        )?;
        self.run(
            "INSERT INTO used (day, user, calls, tokens) VALUES (?1, ?2, 1, ?3) \
             ON CONFLICT (day, user) DO UPDATE SET calls = calls + 1, tokens = tokens + excluded.tokens",
            [day.into(), user.into(), number(tokens)],
        )?;
        Ok(Reserved::Yes)
    }

    fn settle(&self, id: &str, tokens: u64) -> Result<(), String> {
        self.run(
            "UPDATE used SET tokens = MAX(0, used.tokens - call.tokens + ?2) FROM call \
             WHERE call.id = ?1 AND call.tokens >= 0 AND used.day = call.day AND used.user = call.user",
            [id.into(), number(tokens)],
        )?;
        // It stays, so that a question that is repeated reserves and settles nothing.
        self.run("UPDATE call SET tokens = -1 WHERE id = ?1", [id.into()])
    }

    /// A row is written if something is new, and once an hour.
    fn note(&self, seen: &Seen) -> Result<(), String> {
        for (name, error) in &seen.providers {
            self.run(
                "INSERT INTO provider (name, at, error) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (name) DO UPDATE SET at = excluded.at, error = excluded.error \
                 WHERE error IS NOT excluded.error OR at <= excluded.at - 3600",
                [name.as_str().into(), seen.at.into(), error.as_deref().into()],
            )?;
        }
        Ok(())
    }

    fn usage(&self, since: i64) -> Result<Usage, String> {
        let days = self.0.rows(
            "SELECT day, SUM(calls), SUM(tokens) FROM used WHERE day >= ?1 GROUP BY day ORDER BY day",
            [since.into()],
        )?;
        let users = self.0.rows(
            "SELECT user, SUM(calls), SUM(tokens) FROM used WHERE day >= ?1 AND user <> '' GROUP BY user \
             ORDER BY SUM(tokens) DESC, user LIMIT ?2",
            [since.into(), MAX_USERS.into()],
        )?;
        let day = |row: &Value| {
            (row.get(0).and_then(Value::as_i64).unwrap_or_default(), integer(row, 1), integer(row, 2))
        };
        let user = |row: &Value| {
            let name = row.get(0).and_then(Value::as_str).unwrap_or_default();
            (name.to_owned(), integer(row, 1), integer(row, 2))
        };
        Ok(Usage { days: days.iter().map(day).collect(), users: users.iter().map(user).collect() })
    }

    /// Forgets what is too old, and the calls of days before yesterday, which are not repeated.
    fn forget(&self, today: i64) -> Result<(), String> {
        self.run("DELETE FROM call WHERE day < ?1", [today.saturating_sub(1).into()])?;
        self.run("DELETE FROM provider WHERE at < ?1 * 86400", [today.saturating_sub(DAYS_KEPT).into()])?;
        self.run("DELETE FROM used WHERE day < ?1", [today.saturating_sub(DAYS_KEPT).into()])
    }

    fn run(&self, sql: &'static str, parameters: impl Into<Vec<Parameter>>) -> Result<(), String> {
        self.0.rows(sql, parameters).map(drop)
    }
}

fn number(tokens: u64) -> Parameter {
    i64::try_from(tokens).unwrap_or(i64::MAX).into()
}

fn integer(row: &Value, column: usize) -> u64 {
    row.get(column).and_then(Value::as_u64).unwrap_or_default()
}
