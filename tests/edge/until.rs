//! Waiting for a condition.

use std::time::{Duration, Instant};

use tokio::time::sleep;

/// Long enough for every condition, even on a busy machine. No test waits for it to pass.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(2);
const INTERVAL: Duration = Duration::from_millis(20);

/// Calls `look` until it succeeds. After [`TIMEOUT`], panics with the last error.
pub(crate) async fn until<T>(mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let started = Instant::now();
    loop {
        match look().await {
            Ok(found) => return found,
            Err(seen) if started.elapsed() > TIMEOUT => panic!("still after {TIMEOUT:?}: {seen}"),
            Err(_) => sleep(INTERVAL).await,
        }
    }
}
