//! The Durable Object that counts what an account's assistants use.

use worker::{DurableObject, Request, Response, Result, State, durable_object};

use crate::backends::{MeterRequest, MeterTable};
use crate::json::from_json;

use super::failed;
use crate::edge::bindings::spool::ObjectDatabase;

/// [`MeterTable`] has its state and makes its decisions.
#[durable_object(fetch)]
pub(crate) struct Meter {
    table: MeterTable<ObjectDatabase>,
}

impl DurableObject for Meter {
    fn new(state: State, _env: worker::Env) -> Self {
        Self { table: MeterTable::new(ObjectDatabase(state.storage())) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let request: MeterRequest = from_json(&request.text().await?).map_err(failed)?;
        let answer = self.table.perform(&request).map_err(failed)?;
        Response::ok(answer.to_string())
    }
}
