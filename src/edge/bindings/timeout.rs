//! Timeouts.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use worker::{Delay, Error, Result};

/// The outcome of `work`; an error if it takes longer.
pub(in crate::edge) async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    match select(pin!(work), Delay::from(limit)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => {
            Err(Error::RustError(format!("{what} did not answer within {} ms", limit.as_millis())))
        }
    }
}
