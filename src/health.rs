//! The answer to `GET /healthz`.

use serde::Serialize;

use crate::backends::SpoolStatus;
use crate::config::{Config, Problem};
use crate::sql::{Parameter, Statement};

/// The version of the schema that this worker needs; the last migration stores it.
pub const SCHEMA_VERSION: i64 = 1;

/// The commit that the worker was built from, or `development`.
pub const BUILD: &str = match option_env!("MP_WORKER_BUILD") {
    Some(build) => build,
    None => "unknown",
};

/// Selects the version of the schema.
#[must_use]
pub fn schema_version() -> Statement {
    Statement::new("SELECT version FROM schema_version", [])
}

/// Writes a row of its own: whether D1 accepts writes.
#[must_use]
pub fn probe_writing() -> Statement {
    let sql =
        "INSERT INTO probe (id, at) VALUES (1, UNIXEPOCH()) ON CONFLICT (id) DO UPDATE SET at = excluded.at";
    Statement::new(sql, Vec::<Parameter>::new())
}

/// What D1 and the spools answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stores {
    /// The version of the schema; `None` if D1 has no tables.
    pub schema: Result<Option<i64>, String>,
    /// What the spools of all accounts hold.
    pub spool: Result<SpoolStatus, String>,
}

/// A call of this isolate to D1 that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastFailure {
    /// What D1 said.
    pub error: String,
    /// How long ago.
    pub seconds_ago: i64,
}

/// The build, the stores, and what the operator has to fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    is_configured: bool,
    problems: Vec<String>,
    notes: Vec<String>,
    stores: Stores,
    last_failure: Option<LastFailure>,
}

impl Health {
    /// The health of a worker with this configuration and these stores.
    #[must_use]
    pub fn of(config: &Config, stores: Stores, last_failure: Option<LastFailure>) -> Self {
        let mut problems: Vec<String> = config.problems().map(ToString::to_string).collect();
        let is_configured = problems.is_empty();
        problems.extend(stores.problems());
        let notes = config.notes().map(ToString::to_string).collect();
        Self { is_configured, problems, notes, stores, last_failure }
    }

    /// 200, or 503 while there are problems.
    #[must_use]
    pub const fn status(&self) -> u16 {
        if self.problems.is_empty() { 200 } else { 503 }
    }

    /// The JSON body.
    #[must_use]
    pub fn body(&self) -> String {
        let status = match (self.is_configured, self.problems.is_empty()) {
            (false, _) => "not_configured",
            (true, false) => "storage_failed",
            (true, true) => "ok",
        };
        let body = Body {
            status,
            version: env!("CARGO_PKG_VERSION"),
            build: BUILD,
            problems: &self.problems,
            notes: &self.notes,
            database: Database {
                schema: self.stores.schema.as_ref().ok().copied().flatten(),
                expected_schema: SCHEMA_VERSION,
                last_failure: self.last_failure.as_ref(),
            },
            spool: self.stores.spool.as_ref().ok(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    status: &'a str,
    version: &'a str,
    build: &'a str,
    problems: &'a [String],
    /// What is not set up, which is no problem where nothing needs it.
    notes: &'a [String],
    database: Database<'a>,
    /// `null` if it does not answer.
    spool: Option<&'a SpoolStatus>,
}

#[derive(Serialize)]
struct Database<'a> {
    /// `null` if D1 does not say.
    schema: Option<i64>,
    expected_schema: i64,
    last_failure: Option<&'a LastFailure>,
}

impl Stores {
    fn problems(&self) -> impl Iterator<Item = String> {
        let database = match &self.schema {
            Err(error) => Some(format!("DB does not answer: {error}")),
            Ok(None) => Some(Problem::unmigrated_database().to_string()),
            Ok(Some(version)) if *version < SCHEMA_VERSION => Some(format!(
                "DB has version {version} of the schema, and this worker needs {SCHEMA_VERSION}: deploy again to migrate it"
            )),
            Ok(Some(_)) => None,
        };
        let spool = self.spool.as_ref().err().map(|error| format!("SPOOL does not answer: {error}"));
        database.into_iter().chain(spool)
    }
}
