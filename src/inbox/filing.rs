//! What follows from entries: their senders, their buttons, their days, and the indexes.
//!
//! All of it in one transaction, and only for entries that are not filed yet: doing it twice changes nothing.

use crate::callback::event::Event;
use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::Entry;
use super::entry::{TIMELY_AFTER, TIMELY_BEFORE};

/// How many entries one scan looks at.
const SCAN: i64 = 2000;
/// With fewer entries in it, a scan is cheaper to repeat than to remember.
const WORTH_REMEMBERING: i64 = 200;
/// How long storing an entry may take, and by how much clocks may differ.
const MARGIN: i64 = 60;
/// An entry that comes from now on and is left to the sweep has no CreateTime before this, in seconds before now.
const LATEST: i64 = TIMELY_BEFORE + MARGIN;
/// None has one after this, in seconds after now.
const EARLIEST: i64 = TIMELY_AFTER + MARGIN;

/// A row of [`scan`]: the first CreateTime with an unfiled entry, the first and the last there is, and how many.
pub type ScanRow = (Option<i64>, Option<i64>, Option<i64>, i64);

/// The statements that file the entries a condition picks. Its parameters are ?1 to ?4; `$menu` is the menu's events.
macro_rules! file {
    ($which:literal, $menu:literal, $took:literal) => {[
        // The latest of each wins, in whichever order entries are filed; a time in the far future would for ever.
        concat!(
            "INSERT INTO follower (account, openid, followed_at, unfollowed_at, source, last_message_at, window_until) \
             SELECT account, openid, \
               MAX(CASE WHEN event = 'subscribe' THEN create_time END), \
               MAX(CASE WHEN event = 'unsubscribe' THEN create_time END), \
               SUBSTR(MAX(CASE WHEN event = 'subscribe' THEN PRINTF('%012d', create_time) || COALESCE(event_key, '') END), 13), \
               MAX(CASE WHEN event IS NULL THEN create_time END), \
               MAX(create_time + opens) \
             FROM inbox WHERE ", $which, " AND filed = 0 AND create_time <= received_at + 86400 \
               AND (event IS NULL OR event = 'unsubscribe' OR opens IS NOT NULL) \
             GROUP BY account, openid \
             ON CONFLICT (account, openid) DO UPDATE SET \
               source = CASE WHEN excluded.followed_at >= COALESCE(followed_at, 0) THEN excluded.source ELSE source END, \
               followed_at = MAX(COALESCE(followed_at, excluded.followed_at), COALESCE(excluded.followed_at, followed_at)), \
               unfollowed_at = MAX(COALESCE(unfollowed_at, excluded.unfollowed_at), COALESCE(excluded.unfollowed_at, unfollowed_at)), \
               last_message_at = MAX(COALESCE(last_message_at, excluded.last_message_at), COALESCE(excluded.last_message_at, last_message_at)), \
               window_until = MAX(COALESCE(window_until, excluded.window_until), COALESCE(excluded.window_until, window_until))"
        ),
        concat!(
            "INSERT INTO menu_event (account, event_key, event, menu_id, day, \
               received, replied, silent, relayed, failed, last_at, last_outcome) \
             SELECT account, COALESCE(event_key, ''), event, COALESCE(menu_id, ''), (create_time + 28800) / 86400, \
               COUNT(*), SUM(outcome = 'replied'), SUM(outcome = 'silent'), SUM(outcome = 'relayed'), \
               SUM(outcome = 'failed'), MAX(create_time), outcome \
             FROM inbox WHERE ", $which, " AND filed = 0 \
               AND event IN (SELECT value FROM JSON_EACH(", $menu, ")) \
             GROUP BY 1, 2, 3, 4, 5 \
             ON CONFLICT (account, event_key, event, menu_id, day) DO UPDATE SET \
               received = received + excluded.received, replied = replied + excluded.replied, \
               silent = silent + excluded.silent, relayed = relayed + excluded.relayed, \
               failed = failed + excluded.failed, \
               last_outcome = CASE WHEN excluded.last_at >= last_at THEN excluded.last_outcome ELSE last_outcome END, \
               last_at = MAX(last_at, excluded.last_at)"
        ),
        concat!(
            "INSERT INTO daily_total (account, day, messages, events, followed, unfollowed) \
             SELECT account, (create_time + 28800) / 86400, SUM(event IS NULL), SUM(event IS NOT NULL), \
               COALESCE(SUM(event = 'subscribe'), 0), COALESCE(SUM(event = 'unsubscribe'), 0) \
             FROM inbox WHERE ", $which, " AND filed = 0 \
             GROUP BY 1, 2 \
             ON CONFLICT (account, day) DO UPDATE SET \
               messages = messages + excluded.messages, events = events + excluded.events, \
               followed = followed + excluded.followed, unfollowed = unfollowed + excluded.unfollowed"
        ),
        // Half a minute and more after the attempt that is made behind the answer. What was asked in time is settled.
        concat!(
            "INSERT INTO delivery (account, id, openid, create_time, entry, backend, mode, message, state, attempts, \
               under_way, due_at, made_at) \
             SELECT entry.account, item.value ->> 'id', entry.openid, entry.create_time, entry.id, \
               item.value ->> 'backend', item.value ->> 'mode', item.value ->> 'message', 'pending', 0, 0, \
               entry.received_at + 60, entry.received_at \
             FROM (SELECT * FROM inbox WHERE ", $which, " AND filed = 0 AND outbox IS NOT NULL) AS entry, \
               JSON_EACH(entry.outbox) AS item \
             WHERE item.value ->> 'mode' <> 'respond' OR entry.outcome = 'relayed' \
             ON CONFLICT DO NOTHING"
        ),
        // Last, since it ends what the others look for.
        concat!("UPDATE inbox SET ", $took, "filed = 1 WHERE ", $which, " AND filed = 0"),
    ]};
}

const FILE_ENTRY: [&str; 5] =
    file!("account = ?1 AND create_time = ?2 AND openid = ?3 AND id = ?4", "?5", "took = ?5, ");
const FILE_RANGE: [&str; 5] = file!("account = ?1 AND create_time BETWEEN ?2 AND ?3", "?4", "");

/// Files one entry, for one transaction; `took` are the milliseconds until its answer, where they are known.
#[must_use]
pub fn file_entry(entry: &Entry, took: Option<i64>) -> Vec<Statement> {
    let which: [Parameter; 4] = [
        entry.account.as_str().into(),
        entry.record.create_time.seconds().into(),
        entry.record.openid.as_str().into(),
        entry.record.id.as_str().into(),
    ];
    let [followers, menu, totals, deliveries, done] = FILE_ENTRY;
    let of_entry = |sql| Statement::new(sql, which.clone());
    let mut statements = vec![of_entry(followers), of_entry(menu).with(menu_events()), of_entry(totals)];
    if entry.outbox.is_some() {
        statements.push(of_entry(deliveries));
    }
    statements.push(of_entry(done).with(took));
    statements
}

/// Looks for entries of an account that were left unfiled: a [`ScanRow`] comes back.
///
/// It begins where a scan before it in the same run ended, else where everything before is known to be filed.
#[must_use]
pub fn scan(account: &str, from: Option<i64>, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT MIN(create_time) FILTER (WHERE filed = 0), MIN(create_time), MAX(create_time), COUNT(*) FROM ( \
           SELECT create_time, filed FROM inbox WHERE account = ?1 AND create_time <= ?2 \
             AND create_time >= COALESCE(?4, (SELECT up_to FROM filing WHERE account = ?1), 0) \
           ORDER BY create_time LIMIT ?3)",
        [account.into(), now.plus(EARLIEST).seconds().into(), SCAN.into(), from.into()],
    )
}

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scan {
    /// The CreateTimes between which there are unfiled entries.
    pub unfiled: Option<(i64, i64)>,
    /// From which CreateTime on the next run has to look, if that is worth remembering.
    pub up_to: Option<i64>,
    /// From which CreateTime on there is more for this run to look at.
    pub more_from: Option<i64>,
}

impl Scan {
    /// Reads the row of a scan that began at `now`.
    #[must_use]
    pub fn from_row((unfiled, first, last, looked_at): ScanRow, now: Timestamp) -> Self {
        let (first, last) = (first.unwrap_or_default(), last.unwrap_or_default());
        let is_full = looked_at >= SCAN;
        // The last second of a full scan may hold more than it saw; one that fills it alone is filed whole.
        let (unfiled, next) = match (is_full, first == last) {
            (true, true) => (Some(first), last.saturating_add(1)),
            (true, false) => (unfiled, last),
            (false, _) => (unfiled, i64::MAX),
        };
        let settled = now.plus(-LATEST).seconds();
        Self {
            unfiled: unfiled.map(|first| (first, last)),
            up_to: (looked_at >= WORTH_REMEMBERING).then_some(next.min(settled)),
            more_from: is_full.then_some(next),
        }
    }
}

/// Files what was left unfiled between two CreateTimes, for one transaction.
#[must_use]
pub fn file_range(account: &str, (first, last): (i64, i64)) -> Vec<Statement> {
    let parameters: [Parameter; 3] = [account.into(), first.into(), last.into()];
    let of_range = |sql| Statement::new(sql, parameters.clone());
    let [followers, menu, totals, deliveries, done] = FILE_RANGE;
    vec![
        of_range(followers),
        of_range(menu).with(menu_events()),
        of_range(totals),
        of_range(deliveries),
        of_range(done),
    ]
}

/// The names of the menu's events, as a JSON array.
fn menu_events() -> String {
    serde_json::json!(Event::menu_names().collect::<Vec<_>>()).to_string()
}

/// Remembers up to where everything is filed.
#[must_use]
pub fn moved_to(account: &str, up_to: i64) -> Statement {
    Statement::new(
        "INSERT INTO filing (account, up_to) VALUES (?1, ?2) \
         ON CONFLICT (account) DO UPDATE SET up_to = MAX(up_to, excluded.up_to)",
        [account.into(), up_to.into()],
    )
}
