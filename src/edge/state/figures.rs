//! Figures, which an isolate counts at most once in five minutes. What is closed is read again when it has changed.

use std::cell::RefCell;
use std::rc::Rc;

use crate::edge::bindings::{Env, d1, runtime};
use crate::error::Error;
use crate::inbox::{Closed, ClosedRow, CountRow, Days, Live, closed_summary, closed_up_to, live};

thread_local! {
    static CACHE: RefCell<Vec<Counted>> = const { RefCell::new(Vec::new()) };
}

/// Seconds for which a count is used.
const MAX_AGE: u64 = 300;
/// Maximum number of periods that are remembered for an account.
const MAX_PERIODS: usize = 4;

/// What is remembered of an account.
struct Counted {
    account: String,
    live: Rc<Live>,
    /// What is summed and closed, by period.
    closed: Vec<(Days, Rc<Vec<CountRow>>)>,
}

/// The live count of an account, at most five minutes old.
pub(in crate::edge) async fn counted(account: &str, env: &Env) -> Result<Rc<Live>, Error> {
    let now = runtime::now();
    let cached = with_counted(account, |counted| Rc::clone(&counted.live));
    if let Some(live) = cached.filter(|live| live.counted_at.distance(now) < MAX_AGE) {
        return Ok(live);
    }
    let row = d1::rows::<ClosedRow>(env, &closed_up_to(account)).await?.into_iter().next();
    let closed = Closed::from_row(row, now);
    let rows = d1::rows(env, &live(account, closed, now)).await?;
    let live = Rc::new(Live { counted_at: now, closed, rows });
    let is_known = with_counted(account, |counted| {
        if counted.live.closed != closed {
            counted.closed.clear();
        }
        counted.live = Rc::clone(&live);
    });
    if is_known.is_none() {
        let counted = Counted { account: account.to_owned(), live: Rc::clone(&live), closed: Vec::new() };
        CACHE.with_borrow_mut(|cache| cache.push(counted));
    }
    Ok(live)
}

/// What is summed and closed of some days, to be added to this live count.
pub(in crate::edge) async fn closed(
    account: &str,
    days: Days,
    live: &Live,
    env: &Env,
) -> Result<Rc<Vec<CountRow>>, Error> {
    let is_same = |counted: &Counted| counted.live.closed == live.closed;
    let cached = with_counted(account, |counted| {
        let mut closed = counted.closed.iter().filter(|_| is_same(counted));
        closed.find(|(period, _)| *period == days).map(|(_, rows)| Rc::clone(rows))
    });
    if let Some(rows) = cached.flatten() {
        return Ok(rows);
    }
    let rows: Rc<Vec<CountRow>> = Rc::new(d1::rows(env, &closed_summary(account, days, live.closed)).await?);
    with_counted(account, |counted| {
        if is_same(counted) {
            counted.closed.truncate(MAX_PERIODS.saturating_sub(1));
            counted.closed.insert(0, (days, Rc::clone(&rows)));
        }
    });
    Ok(rows)
}

/// Uses what is remembered of an account, if anything is.
fn with_counted<T>(account: &str, use_it: impl FnOnce(&mut Counted) -> T) -> Option<T> {
    CACHE.with_borrow_mut(|cache| cache.iter_mut().find(|counted| counted.account == account).map(use_it))
}
