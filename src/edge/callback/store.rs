//! Stores an entry and its outbox, once, before its message is answered: in D1, or else in the spool.

use std::cell::Cell;
use std::time::Duration;

use crate::backends::{SpoolRequest, Spooled, Storing};
use crate::error::Error;
use crate::inbox::{InsertedRow, Stored, StoredRow, stored};
use crate::notice::Notice;

use crate::edge::bindings::{Env, d1, log, runtime, spool};

/// The part of WeChat's five seconds that D1 may take.
const STORE_TIMEOUT: Duration = Duration::from_millis(900);
/// The part that the spool may take after it.
const SPOOL_TIMEOUT: Duration = Duration::from_millis(1500);
/// For how long D1 is not asked again after a failure, in milliseconds.
const REMEMBERED: i64 = 30_000;

thread_local! {
    /// When D1 last failed to store an entry.
    static FAILED_AT: Cell<Option<i64>> = const { Cell::new(None) };
}

/// What storing an entry found.
pub(super) struct Found {
    /// Whether it was not there yet.
    pub(super) is_new: bool,
    /// Whether it waits in the spool.
    pub(super) is_spooled: bool,
    pub(super) stored: Stored,
}

/// Stores an entry once; an error means that it may be stored nowhere.
pub(super) async fn store(storing: &Storing, env: &Env) -> Result<Found, Error> {
    let now = runtime::milliseconds();
    let database = if FAILED_AT.get().is_some_and(|at| now.saturating_sub(at) < REMEMBERED) {
        "it failed less than half a minute ago".to_owned()
    } else {
        match in_database(storing, env).await {
            Ok(found) => return Ok(found),
            Err(error) => {
                FAILED_AT.set(Some(now));
                let (account, error) = (storing.entry.account.as_str(), error.to_string());
                log::notice(&Notice::DatabaseRefused { account, error: &error });
                error
            }
        }
    };
    in_spool(storing.answered_without_database(), env)
        .await
        .map_err(|spool| Error::NotStored(format!("D1: {database}; spool: {spool}")))
}

async fn in_database(storing: &Storing, env: &Env) -> Result<Found, Error> {
    let started = runtime::milliseconds();
    let transaction = d1::transaction(STORE_TIMEOUT, env, &storing.statements(runtime::now())).await?;
    let new = transaction.first_rows::<InsertedRow>()?.pop();
    let is_new = new.is_some();
    let stored = if let Some(row) = new {
        Stored::inserted(&storing.entry, row).map_err(|invalid| d1::another_row(&invalid))?
    } else {
        // Only a repeat takes a second call, so that a new entry does not pay for its statement.
        let left = STORE_TIMEOUT.saturating_sub(runtime::elapsed(started));
        Stored::from_row(earlier(storing, left, env).await?)
    };
    Ok(Found { is_new, is_spooled: false, stored })
}

/// What an earlier delivery of the entry stored.
async fn earlier(storing: &Storing, timeout: Duration, env: &Env) -> Result<StoredRow, Error> {
    let statement = stored(&storing.entry);
    let row = d1::rows_within(timeout, env, &statement).await?.pop();
    row.ok_or_else(|| Error::Runtime("the row is missing after it was stored".to_owned()))
}

async fn in_spool(storing: Storing, env: &Env) -> Result<Found, Error> {
    let (account, row) = (storing.entry.account.clone(), storing.entry.stored_row());
    let request = SpoolRequest::Store(Box::new(storing));
    let (is_new, row) = match spool::ask(env, &account, &request, SPOOL_TIMEOUT).await? {
        Spooled::New => (true, row),
        Spooled::Again(row) => (false, row),
        Spooled::Full => return Err(Error::Runtime("the spool is full".to_owned())),
    };
    Ok(Found { is_new, is_spooled: true, stored: Stored::from_row(row) })
}
