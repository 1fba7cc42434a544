//! Stores an entry and its outbox, once, before its message is answered.

use std::time::Duration;

use crate::backends::{Storing, stored_row};
use crate::error::Error;
use crate::inbox::Stored;

use crate::edge::bindings::{Env, d1};

/// The part of WeChat's five seconds that D1 may take.
const STORE_TIMEOUT: Duration = Duration::from_millis(900);

/// What storing an entry found.
pub(super) struct Found {
    /// Whether it was not there yet.
    pub(super) is_new: bool,
    pub(super) stored: Stored,
}

/// Stores an entry once; an error means that it may be stored nowhere.
pub(super) async fn store(storing: &Storing, env: &Env) -> Result<Found, Error> {
    let transaction = d1::transaction(STORE_TIMEOUT, env, &storing.statements()).await?;
    let stored = stored_row(transaction.rows()?);
    let stored =
        stored.ok_or_else(|| Error::NotStored("the row is missing after it was stored".to_owned()))?;
    Ok(Found { is_new: transaction.counts.first().is_some_and(|rows| *rows > 0), stored })
}
