//! Figures: closed hours, summed days, and the live count of the others.

mod closing;
mod properties;
mod questions;

use std::collections::BTreeMap;

use mp_worker::inbox::{
    Closed, ClosedRow, CountRow, Days, DueRow, Entry, Live, Outcome, Record, Step, Summary, closed_summary,
    closed_up_to, due, live,
};
use mp_worker::time::Timestamp;
use rusqlite::Connection;

use crate::database::{rows, transaction};
use crate::world::{NOW, text_from};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// Number and latest CreateTime by hour, kind, key and outcome.
type Counts = BTreeMap<(i64, String, String, String), (i64, i64)>;

/// Counts the stored entries one by one.
fn recount(database: &Connection) -> Counts {
    let mut prepared = database
        .prepare(
            "SELECT create_time, event, event_key, menu_id, outcome, rule, backend, decided_ms, kept FROM inbox \
             WHERE account = 'default'",
        )
        .unwrap();
    let mut found = prepared.query([]).unwrap();
    let mut counts = Counts::new();
    while let Some(row) = found.next().unwrap() {
        let text = |column| row.get::<_, Option<String>>(column).unwrap();
        let (time, outcome) = (row.get::<_, i64>(0).unwrap(), text(4).unwrap());
        let (event, event_key, rule, backend) = (text(1), text(2), text(5), text(6));
        let mut keys = vec![("total", event.clone().unwrap_or_default(), outcome.clone())];
        keys.extend(rule.map(|rule| ("rule", rule, outcome.clone())));
        keys.extend(backend.clone().map(|backend| ("backend", backend, outcome.clone())));
        let took = row.get::<_, Option<i64>>(7).unwrap().filter(|_| text(8).is_none());
        if let (Some(backend), Some(ms)) = (backend, took) {
            let begins = [250, 500, 1000, 1500, 2000, 3000, 4500, 10_000, 30_000];
            let bucket = begins.iter().filter(|begins| ms >= **begins).count();
            keys.push(("time", format!("{backend} {bucket}"), String::new()));
        }
        match (event.as_deref(), event_key) {
            (Some(event @ ("click" | "view")), key) => {
                let (menu_id, key) = (text(3).unwrap_or_default(), key.unwrap_or_default());
                keys.push(("menu", format!("{event} {menu_id} {key}"), outcome));
            }
            (Some("scan"), Some(key)) => keys.push(("scene", format!("scan {key}"), outcome)),
            (Some("subscribe"), Some(key)) => {
                let scene = key.strip_prefix("qrscene_");
                keys.extend(scene.map(|scene| ("scene", format!("subscribe {scene}"), outcome)));
            }
            _ => {}
        }
        for (kind, key, outcome) in keys {
            let (n, last_at) = counts.entry((time / HOUR, kind.to_owned(), key, outcome)).or_default();
            *n += 1;
            *last_at = time.max(*last_at);
        }
    }
    counts
}

/// What a table of figures has, by hour or day.
fn figures(database: &Connection, table: &str, unit: &str) -> Counts {
    let sql = format!("SELECT {unit}, kind, key, outcome, n, last_at FROM {table} WHERE account = 'default'");
    let mut prepared = database.prepare(&sql).unwrap();
    let found = prepared.query_map([], |row| {
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?), (row.get(4)?, row.get(5)?)))
    });
    found.unwrap().map(Result::unwrap).collect()
}

fn hourly(database: &Connection) -> Counts {
    figures(database, "hourly", "hour")
}

fn number(database: &Connection, sql: &str) -> i64 {
    database.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The next step, if one is due.
fn next(database: &Connection, now: Timestamp) -> Option<Step> {
    let row = rows::<DueRow>(database, &due("default", now)).unwrap().into_iter().next();
    Step::next(row, now)
}

/// Makes all steps that are due, as the cron trigger does; returns them.
pub(crate) fn work(database: &mut Connection, now: Timestamp) -> Vec<Step> {
    let mut steps = Vec::new();
    while let Some(step) = next(database, now) {
        transaction(database, &step.statements("default", now));
        steps.push(step);
        assert!(steps.len() < 1000, "{steps:?}");
    }
    steps
}

pub(crate) fn count_live(database: &Connection, now: Timestamp) -> Live {
    let row = rows::<ClosedRow>(database, &closed_up_to("default", now)).unwrap().into_iter().next();
    let closed = Closed::from_row(row, now);
    Live { counted_at: now, closed, rows: rows(database, &live("default", closed, now)).unwrap() }
}

fn summary(database: &Connection, days: Days, now: Timestamp) -> Summary {
    let live = count_live(database, now);
    let closed: Vec<CountRow> = rows(database, &closed_summary("default", days, live.closed)).unwrap();
    Summary::new(&closed, &live, days)
}

fn received(entry: Entry, at: Timestamp) -> Entry {
    Entry { record: Record { received_at: at, ..entry.record }, ..entry }
}

/// A message about which a backend was asked.
fn asked(second: i64, backend: &str, outcome: Outcome, ms: i64) -> Entry {
    let entry = text_from("o1", NOW.plus(second), second.unsigned_abs());
    let record = Record { backend: Some(backend.to_owned()), decided_ms: Some(ms), ..entry.record };
    Entry { record, outcome, ..entry }
}
