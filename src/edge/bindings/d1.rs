//! The D1 database `DB`.

use std::cell::RefCell;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Map};
use js_sys::{JsString, Promise};
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::config::Problem;
use crate::d1_error::is_daily_limit;
use crate::error::Error;
use crate::health::LastFailure;
use crate::invalid::Invalid;
use crate::json::{from_value, parse};
use crate::row::{self, Row};
use crate::sql::Statement;

use super::env::Env;
use super::{database_size, milliseconds, row_counter, runtime, to_json};

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(js_name = rows)]
    fn begin_statement(env: &worker::Env, statement: &str, timeout: u32) -> Promise<JsString>;

    #[wasm_bindgen(js_name = transaction)]
    fn begin_transaction(env: &worker::Env, statements: &str, timeout: u32) -> Promise<JsString>;
}

/// The timeout of calls that are not part of an answer to WeChat.
pub(in crate::edge) const TIMEOUT: Duration = Duration::from_secs(5);

/// A statement under way. The part that waits is compiled once, and only the small part that reads once per row type.
pub(in crate::edge) type Rows<'a, T> =
    Map<LocalBoxFuture<'a, Result<Value, Error>>, fn(Result<Value, Error>) -> Result<Vec<T>, Error>>;

/// Runs a statement and returns its rows as tuples of their columns.
pub(in crate::edge) fn rows<'a, T: Row>(env: &'a Env, statement: &'a Statement) -> Rows<'a, T> {
    rows_within(TIMEOUT, env, statement)
}

/// The same, with a timeout of its own.
pub(in crate::edge) fn rows_within<'a, T: Row>(
    timeout: Duration,
    env: &'a Env,
    statement: &'a Statement,
) -> Rows<'a, T> {
    boxed(timeout, env, statement).map(read)
}

/// Runs an idempotent statement, and retries it once: D1 may have run it although its answer was lost.
pub(in crate::edge) fn rows_or_again<'a, T: Row>(env: &'a Env, statement: &'a Statement) -> Rows<'a, T> {
    boxed_or_again(env, statement).map(read)
}

fn boxed_or_again<'a>(env: &'a Env, statement: &'a Statement) -> LocalBoxFuture<'a, Result<Value, Error>> {
    Box::pin(async move {
        match rows_as_json(TIMEOUT, env, statement).await {
            Err(_) => rows_as_json(TIMEOUT, env, statement).await,
            done => done,
        }
    })
}

fn boxed<'a>(
    timeout: Duration,
    env: &'a Env,
    statement: &'a Statement,
) -> LocalBoxFuture<'a, Result<Value, Error>> {
    Box::pin(rows_as_json(timeout, env, statement))
}

fn read<T: Row>(rows: Result<Value, Error>) -> Result<Vec<T>, Error> {
    row::rows(&rows?).map_err(|invalid| another_row(&invalid))
}

/// The error for a row of D1 that is not as its statement says.
#[cold]
pub(in crate::edge) fn another_row(invalid: &Invalid) -> Error {
    Error::Runtime(format!("D1 returned an unexpected row: {invalid}"))
}

/// The part that does not depend on the row type, so that it is compiled once.
async fn rows_as_json(timeout: Duration, env: &Env, statement: &Statement) -> Result<Value, Error> {
    env.query(1)?;
    let asked = begin_statement(env, &to_json(statement)?, milliseconds(timeout)).await;
    let json = String::from(asked.map_err(|error| blame(error.into()))?);
    let [rows, written] = parts(&json)?;
    row_counter::count(number(&written)?);
    Ok(rows)
}

/// The parts of an answer of `bindings.js`.
fn parts<const N: usize>(json: &str) -> Result<[Value; N], Error> {
    let answer = parse(json).map_err(|invalid| another_row(&invalid))?;
    let Value::Array(parts) = answer else { return Err(another_row(&Invalid::new(".", "must be an array"))) };
    parts.try_into().map_err(|_| another_row(&Invalid::new(".", format!("must have {N} elements"))))
}

fn number(part: &Value) -> Result<u64, Error> {
    from_value(part).map_err(|invalid| another_row(&invalid))
}

/// The outcome of a transaction.
pub(in crate::edge) struct Transaction {
    /// The number of rows of each statement.
    pub(in crate::edge) counts: Vec<usize>,
    /// The rows of the first statement.
    rows: Value,
    /// The size of the database in bytes.
    pub(in crate::edge) size: u64,
    /// Whether it is the second try: the first may have succeeded although its answer was lost.
    pub(in crate::edge) is_retry: bool,
}

impl Transaction {
    /// The rows of the first statement, as tuples of their columns.
    pub(in crate::edge) fn first_rows<T: Row>(&self) -> Result<Vec<T>, Error> {
        row::rows(&self.rows).map_err(|invalid| another_row(&invalid))
    }
}

/// Runs statements in one transaction.
pub(in crate::edge) async fn transaction(
    timeout: Duration,
    env: &Env,
    statements: &[Statement],
) -> Result<Transaction, Error> {
    env.query(statements.len())?;
    let asked = begin_transaction(env, &to_json(&statements)?, milliseconds(timeout)).await;
    let json = String::from(asked.map_err(|error| blame(error.into()))?);
    let [counts, rows, written, size] = parts(&json)?;
    let counts = from_value(&counts).map_err(|invalid| another_row(&invalid))?;
    let size = number(&size)?;
    row_counter::count(number(&written)?);
    database_size::note(size, env);
    Ok(Transaction { counts, rows, size, is_retry: false })
}

/// Runs an idempotent transaction, and retries it once.
pub(in crate::edge) async fn transaction_or_again(
    env: &Env,
    statements: &[Statement],
) -> Result<Transaction, Error> {
    match transaction(TIMEOUT, env, statements).await {
        Err(_) => Ok(Transaction { is_retry: true, ..transaction(TIMEOUT, env, statements).await? }),
        done => done,
    }
}

thread_local! {
    /// The last call of this isolate that failed: when, in Unix milliseconds, and why.
    static LAST_FAILURE: RefCell<Option<(i64, String)>> = const { RefCell::new(None) };
}

/// The last call of this isolate that failed.
pub(in crate::edge) fn last_failure() -> Option<LastFailure> {
    let (at, error) = LAST_FAILURE.with_borrow(Clone::clone)?;
    let seconds_ago = runtime::milliseconds().saturating_sub(at).div_euclid(1000);
    Some(LastFailure { error, seconds_ago })
}

/// A database without tables is a problem of the configuration, and the message says how to fix it.
fn blame(error: worker::Error) -> Error {
    let text = error.to_string();
    if is_daily_limit(&text) {
        row_counter::note_refusal();
    }
    LAST_FAILURE.set(Some((runtime::milliseconds(), text.clone())));
    if text.contains("no such table") { Error::from(&Problem::unmigrated_database()) } else { error.into() }
}
