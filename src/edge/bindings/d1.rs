//! The D1 database `DB`.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, Map};
use js_sys::{Array, JSON};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use wasm_bindgen::JsValue;
use worker::{D1Database, D1PreparedStatement, Env};

use crate::config::Problem;
use crate::error::Error;
use crate::invalid::Invalid;
use crate::json::{self, from_value};
use crate::sql::{Parameter, Statement};

use super::deadline::within;

pub(in crate::edge) const DEADLINE: Duration = Duration::from_secs(5);

/// Rows on their way: what waits is one type, and what reads is small, since there is one of it for each kind of row.
pub(in crate::edge) type Rows<'a, T> =
    Map<LocalBoxFuture<'a, Result<Value, Error>>, fn(Result<Value, Error>) -> Result<Vec<T>, Error>>;

/// Runs a statement; its rows as tuples of their columns.
pub(in crate::edge) fn rows<'a, T: DeserializeOwned>(env: &'a Env, statement: &'a Statement) -> Rows<'a, T> {
    rows_within(DEADLINE, env, statement)
}

/// The same, for those who cannot wait as long.
pub(in crate::edge) fn rows_within<'a, T: DeserializeOwned>(
    limit: Duration,
    env: &'a Env,
    statement: &'a Statement,
) -> Rows<'a, T> {
    boxed(limit, env, statement).map(read)
}

/// Runs a statement that may run twice, and once more where it failed.
pub(in crate::edge) async fn rows_or_again(env: &Env, statement: &Statement) -> Result<(), Error> {
    match rows::<()>(env, statement).await {
        Err(_) => rows::<()>(env, statement).await.map(drop),
        done => done.map(drop),
    }
}

fn boxed<'a>(
    limit: Duration,
    env: &'a Env,
    statement: &'a Statement,
) -> LocalBoxFuture<'a, Result<Value, Error>> {
    Box::pin(rows_as_json(limit, env, statement))
}

fn read<T: DeserializeOwned>(rows: Result<Value, Error>) -> Result<Vec<T>, Error> {
    from_value(&rows?).map_err(|invalid| another_row(&invalid))
}

#[cold]
fn another_row(invalid: &Invalid) -> Error {
    Error::Runtime(format!("D1 answered another row: {invalid}"))
}

/// All that needs no type, so that it is compiled once.
async fn rows_as_json(limit: Duration, env: &Env, statement: &Statement) -> Result<Value, Error> {
    let prepared = prepare(&env.d1("DB")?, statement)?;
    let rows = within(limit, "D1", prepared.raw_js_value()).await.map_err(blame)?;
    let json = JSON::stringify(&rows.into_iter().collect::<Array>())
        .map_err(|_| Error::Runtime("D1 answered what is no JSON".to_owned()))?;
    json::parse(&String::from(json)).map_err(|invalid| another_row(&invalid))
}

/// Runs statements in one transaction; how many rows came back from each.
pub(in crate::edge) async fn transaction(
    limit: Duration,
    env: &Env,
    statements: &[Statement],
) -> Result<Vec<usize>, Error> {
    let database = env.d1("DB")?;
    let prepared = statements.iter().map(|statement| prepare(&database, statement));
    let batch = database.batch(prepared.collect::<worker::Result<_>>()?);
    let results = within(limit, "D1", batch).await.map_err(blame)?;
    results.iter().map(|result| Ok(result.results::<IgnoredAny>()?.len())).collect()
}

fn prepare(database: &D1Database, statement: &Statement) -> worker::Result<D1PreparedStatement> {
    let parameters: Vec<JsValue> = statement.parameters.iter().map(to_js).collect();
    database.prepare(statement.sql).bind(&parameters)
}

/// A database without tables is the operator's to mend, and the message says how.
fn blame(error: worker::Error) -> Error {
    if error.to_string().contains("no such table") {
        Error::from(&Problem::unmigrated_database())
    } else {
        error.into()
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "D1 has JavaScript's numbers; ours are times and counts below 2^53"
)]
fn to_js(parameter: &Parameter) -> JsValue {
    match parameter {
        Parameter::Text(text) => JsValue::from_str(text),
        Parameter::Integer(number) => JsValue::from_f64(*number as f64),
        Parameter::Null => JsValue::NULL,
    }
}
