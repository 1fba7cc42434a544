//! The Durable Objects that hold what D1 did not store, `SPOOL`: one for each account.

use std::time::Duration;

use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Storage;

use crate::backends::{ObjectStorage, SpoolRequest};
use crate::error::Error;
use crate::json::{from_json, parse};
use crate::sql::Statement;

use super::env::Env;
use super::{object, to_json};

#[wasm_bindgen(module = "/src/edge/bindings/bindings.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = storageRows)]
    fn storage_rows(storage: &JsValue, statement: &str) -> Result<String, JsValue>;
}

/// Asks the spool of an account.
pub(in crate::edge) async fn ask<T: DeserializeOwned>(
    env: &Env,
    account: &str,
    request: &SpoolRequest,
    timeout: Duration,
) -> Result<T, Error> {
    let answer = object::ask(env, "SPOOL", account, &to_json(request)?, timeout).await?;
    from_json(&answer)
        .map_err(|invalid| Error::Runtime(format!("the spool gave an unexpected answer: {invalid}")))
}

/// The database of a Durable Object.
pub(in crate::edge) struct ObjectDatabase(pub(in crate::edge) Storage);

impl ObjectDatabase {
    /// Runs a statement and returns its rows, each an array of its columns.
    pub(in crate::edge) fn rows(&self, statement: &Statement) -> Result<serde_json::Value, String> {
        let statement = to_json(statement).map_err(|error| error.to_string())?;
        let rows = storage_rows(self.0.as_raw(), &statement);
        let rows = rows.map_err(|error| worker::Error::from(error).to_string())?;
        parse(&rows).map_err(|invalid| invalid.to_string())
    }
}

impl ObjectStorage for ObjectDatabase {
    fn run(&self, statement: &Statement) -> Result<serde_json::Value, String> {
        self.rows(statement)
    }

    fn bytes(&self) -> u64 {
        u64::try_from(self.0.sql().database_size()).unwrap_or(u64::MAX)
    }
}
