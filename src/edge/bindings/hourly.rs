//! What an isolate says at most once an hour.

use std::cell::Cell;

use crate::time::Timestamp;

use super::runtime;

const HOUR: u64 = 3600;

/// When it was last said.
pub(super) struct Hourly(Cell<Option<Timestamp>>);

impl Hourly {
    pub(super) const fn never() -> Self {
        Self(Cell::new(None))
    }

    /// Whether to say it now, which is then remembered.
    pub(super) fn is_due(&self) -> bool {
        let now = runtime::now();
        let is_due = self.0.get().is_none_or(|said| now.distance(said) >= HOUR);
        if is_due {
            self.0.set(Some(now));
        }
        is_due
    }
}
