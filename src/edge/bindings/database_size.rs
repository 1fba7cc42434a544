//! The size of the database, as D1 last said.

use crate::inbox::Fullness;
use crate::notice::Notice;

use super::hourly::Hourly;
use super::{log, runtime};

thread_local! {
    static WARNED: Hourly = const { Hourly::never() };
}

/// Notes the size of the database in bytes, and warns of it once an hour if it is nearly full.
pub(super) fn note(size: u64, env: &worker::Env) {
    let fullness = Fullness::new(size, runtime::config(env).database_limit_mb());
    if fullness.is_nearly_full() && WARNED.with(Hourly::is_due) {
        let (megabytes, limit) = (fullness.megabytes().into(), fullness.limit_mb().into());
        log::notice(&Notice::DatabaseNearlyFull { megabytes, limit });
    }
}
