//! The Durable Object that sums up the rows that D1 has written today, `ROW_COUNTER`, and what this isolate knows of it.

use std::cell::RefCell;
use std::time::Duration;

use crate::error::Error;
use crate::jobs::{DailyRows, WrittenRows};
use crate::json::from_json;
use crate::notice::Notice;

use super::env::Env;
use super::hourly::Hourly;
use super::{log, object, runtime, to_json};

const TIMEOUT: Duration = Duration::from_secs(3);

thread_local! {
    static ROWS: RefCell<DailyRows> = const { RefCell::new(DailyRows::NONE) };
    static WARNED: Hourly = const { Hourly::never() };
}

/// Counts rows that D1 has written.
pub(super) fn count(rows: u64) {
    ROWS.with_borrow_mut(|known| known.count(rows, runtime::now()));
}

/// Notes that D1 refused a call because of its daily limit.
pub(super) fn note_refusal() {
    ROWS.with_borrow_mut(|known| known.note_refusal(runtime::now()));
}

/// Whether this isolate has counted enough to report it.
pub(in crate::edge) fn is_report_due(env: &Env) -> bool {
    ROWS.with_borrow(|known| known.is_report_due(runtime::now()))
        && runtime::config(env).rows_per_day().is_some()
}

/// Reports what this isolate has counted.
pub(in crate::edge) async fn report(env: &Env) {
    let report = ROWS.with_borrow_mut(|known| known.take_report(runtime::now()));
    match sum(report, env).await {
        Ok(sum) => ROWS.with_borrow_mut(|known| known.note_sum(sum, runtime::now())),
        Err(error) => {
            ROWS.with_borrow_mut(|known| known.take_back(report, runtime::now()));
            log::notice(&Notice::RowCounterFailed { error: &error.to_string() });
        }
    }
}

/// Whether what is not receiving may write today; if not, the log says so once an hour.
pub(in crate::edge) async fn has_room(env: &Env) -> bool {
    let Some(limit) = runtime::config(env).rows_per_day() else { return true };
    if ROWS.with_borrow(|known| known.is_stale(runtime::now())) {
        report(env).await;
    }
    let (has_room, rows) = ROWS.with_borrow(|known| (known.has_room(limit, runtime::now()), known.rows()));
    if !has_room && WARNED.with(Hourly::is_due) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        log::notice(&Notice::DailyRowsReserved { rows, limit: limit.into() });
    }
    has_room
}

/// The rows that D1 has written today, as far as this isolate knows.
pub(in crate::edge) fn written() -> u64 {
    ROWS.with_borrow(DailyRows::rows)
}

async fn sum(report: WrittenRows, env: &Env) -> Result<WrittenRows, Error> {
    let answer = object::ask(env, "ROW_COUNTER", "rows", &to_json(&report)?, TIMEOUT).await?;
    from_json(&answer)
        .map_err(|invalid| Error::Runtime(format!("the row counter gave an unexpected answer: {invalid}")))
}
