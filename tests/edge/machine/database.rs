//! Direct access to D1, without injected faults, and the rows that it charges.

use std::fs;
use std::path::PathBuf;

use mp_worker::sql::{Parameter, Statement};
use serde_json::{Value, json};

use crate::until::until;

use super::{Machine, body_of};

/// The rows that D1 charged for a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) sql: String,
    /// The same for the statements of one transaction.
    pub(crate) call: u64,
    pub(crate) read: u64,
    pub(crate) written: u64,
}

impl Machine {
    pub(super) async fn migrate(&self) {
        for file in migrations() {
            self.sql(&fs::read_to_string(file).expect("a migration"), &[]).await;
        }
    }

    /// The rows that a statement returns.
    pub(crate) async fn sql(&self, sql: &str, parameters: &[Value]) -> Vec<Value> {
        let result = self.execute(sql, parameters).await;
        result["results"].as_array().cloned().unwrap_or_default()
    }

    /// The first column of the only row.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let rows = self.sql(sql, &[]).await;
        rows[0].as_object().and_then(|row| row.values().next()?.as_i64()).expect("a number")
    }

    /// Waits until the first column of the only row is `expected`.
    pub(crate) async fn until(&self, sql: &str, expected: i64) {
        until(async || {
            let found = self.number(sql).await;
            if found == expected { Ok(()) } else { Err(format!("{sql}: {found}, not {expected}")) }
        })
        .await;
    }

    /// Runs a statement of the worker and returns what D1 charges for it.
    pub(crate) async fn cost(&self, statement: &Statement) -> Cost {
        let parameters: Vec<Value> = statement
            .parameters
            .iter()
            .map(|parameter| match parameter {
                Parameter::Text(text) => text.as_str().into(),
                Parameter::Integer(number) => (*number).into(),
                Parameter::Null => Value::Null,
            })
            .collect();
        let result = self.execute(statement.sql, &parameters).await;
        let rows = |name: &str| result["meta"][name].as_u64().expect("D1 says what it charges");
        Cost {
            sql: statement.sql.to_owned(),
            call: 0,
            read: rows("rows_read"),
            written: rows("rows_written"),
        }
    }

    async fn execute(&self, sql: &str, parameters: &[Value]) -> Value {
        let body = json!({ "sql": sql, "params": parameters }).to_string();
        let request = self.client.post(self.process.url("sql", "/execute")).body(body);
        let results = body_of(request.send().await.expect("an answer")).await;
        let result = results.as_array().and_then(|results| results.last().cloned()).unwrap_or(results);
        assert_eq!(result["success"], true, "{sql}: {result}");
        result
    }

    /// What D1 has charged the worker since the last call.
    pub(crate) async fn costs(&self) -> Vec<Cost> {
        costs(&self.faults("d1/meter", &Value::Null).await)
    }

    /// The same, after all requests to D1 have finished.
    pub(crate) async fn costs_in_the_end(&self) -> Vec<Cost> {
        let mut all = Vec::new();
        until(async || {
            let report = self.faults("d1/meter", &Value::Null).await;
            all.extend(costs(&report));
            if report["under_way"] == 0 {
                Ok(())
            } else {
                Err(format!("D1 requests are still running: {report}"))
            }
        })
        .await;
        all
    }

    /// Waits until the worker has run a statement that contains `part`. Forgets the costs until then.
    pub(crate) async fn until_d1_has_done(&self, part: &str) {
        let mut seen = Vec::new();
        until(async || {
            seen.extend(self.costs().await.into_iter().map(|cost| cost.sql));
            let is_done = seen.iter().any(|sql| sql.contains(part));
            if is_done { Ok(()) } else { Err(format!("no statement with {part} among {seen:?}")) }
        })
        .await;
    }
}

fn costs(report: &Value) -> Vec<Cost> {
    let meter = report["meter"].as_array().expect("a list");
    meter
        .iter()
        .map(|entry| Cost {
            sql: entry["sql"].as_str().unwrap_or_default().to_owned(),
            call: entry["call"].as_u64().unwrap_or_default(),
            read: entry["read"].as_u64().unwrap_or_default(),
            written: entry["written"].as_u64().unwrap_or_default(),
        })
        .collect()
}

fn migrations() -> Vec<PathBuf> {
    let folder = fs::read_dir("migrations").expect("the migrations");
    let mut files: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    files.sort();
    files
}
