//! The size of the database, as D1 last said.

use std::cell::Cell;

use crate::inbox::Fullness;
use crate::notice::Notice;
use crate::time::Timestamp;

use super::{log, runtime};

/// Seconds between two warnings of an isolate.
const BETWEEN_WARNINGS: u64 = 3600;

thread_local! {
    static WARNED: Cell<Option<Timestamp>> = const { Cell::new(None) };
}

/// Notes the size of the database in bytes, and warns of it once an hour if it is nearly full.
pub(super) fn note(size: u64, env: &worker::Env) {
    let fullness = Fullness::new(size, runtime::config(env).database_limit_mb());
    if !fullness.is_nearly_full() {
        return;
    }
    let now = runtime::now();
    if WARNED.get().is_none_or(|warned| now.distance(warned) >= BETWEEN_WARNINGS) {
        WARNED.set(Some(now));
        let (megabytes, limit) = (fullness.megabytes().into(), fullness.limit_mb().into());
        log::notice(&Notice::DatabaseNearlyFull { megabytes, limit });
    }
}
