//! The D1 database `DB`.

use js_sys::{Array, JSON};
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{D1PreparedStatement, Env, Error, Result};

use crate::json::from_json;
use crate::sql::{Parameter, Statement};

/// Runs a statement; its rows as tuples of their columns.
pub(in crate::edge) async fn rows<T: DeserializeOwned>(env: &Env, statement: &Statement) -> Result<Vec<T>> {
    let rows = prepare(env, statement)?.raw_js_value().await?;
    let rows = JSON::stringify(&rows.into_iter().collect::<Array>())?;
    let rows = rows.as_string().unwrap_or_default();
    from_json(&rows).map_err(|error| Error::RustError(format!("D1 answered another row: {error}")))
}

/// Runs statements in one transaction.
pub(in crate::edge) async fn batch(env: &Env, statements: &[Statement]) -> Result<()> {
    let prepared = statements.iter().map(|statement| prepare(env, statement)).collect::<Result<_>>()?;
    env.d1("DB")?.batch(prepared).await.map(drop)
}

fn prepare(env: &Env, statement: &Statement) -> Result<D1PreparedStatement> {
    let parameters: Vec<JsValue> = statement.parameters.iter().map(to_js).collect();
    env.d1("DB")?.prepare(statement.sql).bind(&parameters)
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
