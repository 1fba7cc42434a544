//! The Durable Object that sums up the rows that D1 has written today: one for the whole worker.

use worker::{DurableObject, Request, Response, Result, State, durable_object};

use crate::jobs::{WrittenRows, add};
use crate::json::from_json;
use crate::row;

use super::failed;
use crate::edge::bindings::spool::ObjectDatabase;

/// Each request is a report of rows, and is answered with the sum of their day.
#[durable_object(fetch)]
pub(crate) struct RowCounter {
    database: ObjectDatabase,
}

impl DurableObject for RowCounter {
    fn new(state: State, _env: worker::Env) -> Self {
        Self { database: ObjectDatabase(state.storage()) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let report: WrittenRows = from_json(&request.text().await?).map_err(failed)?;
        let [create, add] = add(report);
        self.database.rows(&create).map_err(failed)?;
        let rows = self.database.rows(&add).map_err(failed)?;
        let rows = row::rows(&rows).map_err(failed)?.pop();
        let (day, rows) = rows.ok_or_else(|| failed("the sum is missing"))?;
        Response::ok(serde_json::to_string(&WrittenRows { day, rows })?)
    }
}
