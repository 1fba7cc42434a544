//! No wait without an end.

use std::future::Future;
use std::time::Duration;

use futures_util::future::{Either, LocalBoxFuture, select};
use worker::{Delay, Error, Result};

/// The outcome of `work`, unless it takes longer. Boxed, so that there is one of this for each outcome and not for
/// each kind of work.
pub(in crate::edge) fn within<'a, T: 'a>(
    limit: Duration,
    what: &'a str,
    work: impl Future<Output = Result<T>> + 'a,
) -> impl Future<Output = Result<T>> + 'a {
    race(limit, what, Box::pin(work))
}

async fn race<T>(limit: Duration, what: &str, work: LocalBoxFuture<'_, Result<T>>) -> Result<T> {
    match select(work, Delay::from(limit)).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(_) => {
            Err(Error::RustError(format!("{what} did not answer within {} ms", limit.as_millis())))
        }
    }
}
