//! Figures, which an isolate remembers: the longer, the more rows they cost. What is closed is read again when it has
//! changed.

use std::cell::RefCell;
use std::rc::Rc;

use crate::backends::{Unfinished, UnfinishedRow, unfinished as count_unfinished};
use crate::edge::bindings::{Env, d1, runtime};
use crate::error::Error;
use crate::inbox::{
    Closed, ClosedRow, CountRow, Days, Live, Today, closed_rules, closed_scenes, closed_summary,
    closed_up_to, live, since_yesterday,
};
use crate::time::Timestamp;

thread_local! {
    static CACHE: RefCell<Vec<Counted>> = const { RefCell::new(Vec::new()) };
    /// What is unfinished in each account, and when it was counted.
    static UNFINISHED: RefCell<Vec<(String, Timestamp, Unfinished)>> = const { RefCell::new(Vec::new()) };
}

/// Maximum number of periods that are remembered for an account.
const MAX_PERIODS: usize = 4;

/// What is asked about some days.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Question {
    Summary,
    Rules,
    Scenes,
}

/// What is remembered of an account.
struct Counted {
    account: String,
    live: Rc<Live>,
    /// What is summed and closed, by period and question.
    closed: Vec<(Days, Question, Rc<Vec<CountRow>>)>,
    /// The figures of today, with the live count.
    today: Option<Today>,
}

/// The live count of an account.
pub(in crate::edge) async fn counted(account: &str, env: &Env) -> Result<Rc<Live>, Error> {
    let now = runtime::now();
    let cached = with_counted(account, |counted| Rc::clone(&counted.live));
    if let Some(live) = cached.filter(|live| live.is_fresh(now)) {
        return Ok(live);
    }
    let row = d1::rows::<ClosedRow>(env, &closed_up_to(account, now)).await?.into_iter().next();
    let closed = Closed::from_row(row, now);
    let rows = d1::rows(env, &live(account, closed, now)).await?;
    let live = Rc::new(Live { counted_at: now, closed, rows });
    let is_known = with_counted(account, |counted| {
        if counted.live.closed != closed {
            counted.closed.clear();
        }
        counted.live = Rc::clone(&live);
        counted.today = None;
    });
    if is_known.is_none() {
        let (account, live) = (account.to_owned(), Rc::clone(&live));
        let counted = Counted { account, live, closed: Vec::new(), today: None };
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
    remembered(account, (days, Question::Summary), live, env).await
}

/// The same about rules alone.
pub(in crate::edge) async fn closed_of_rules(
    account: &str,
    days: Days,
    live: &Live,
    env: &Env,
) -> Result<Rc<Vec<CountRow>>, Error> {
    remembered(account, (days, Question::Rules), live, env).await
}

/// The same about scenes alone.
pub(in crate::edge) async fn closed_of_scenes(
    account: &str,
    days: Days,
    live: &Live,
    env: &Env,
) -> Result<Rc<Vec<CountRow>>, Error> {
    remembered(account, (days, Question::Scenes), live, env).await
}

async fn remembered(
    account: &str,
    (days, question): (Days, Question),
    live: &Live,
    env: &Env,
) -> Result<Rc<Vec<CountRow>>, Error> {
    let is_same = |counted: &Counted| counted.live.closed == live.closed;
    let cached = with_counted(account, |counted| {
        let mut closed = counted.closed.iter().filter(|_| is_same(counted));
        closed
            .find(|(period, about, _)| (*period, *about) == (days, question))
            .map(|(.., rows)| Rc::clone(rows))
    });
    if let Some(rows) = cached.flatten() {
        return Ok(rows);
    }
    let statement = match question {
        Question::Summary => closed_summary(account, days, live.closed),
        Question::Rules => closed_rules(account, days, live.closed),
        Question::Scenes => closed_scenes(account, days, live.closed),
    };
    let rows: Rc<Vec<CountRow>> = Rc::new(d1::rows(env, &statement).await?);
    with_counted(account, |counted| {
        if is_same(counted) {
            counted.closed.truncate(MAX_PERIODS.saturating_sub(1));
            counted.closed.insert(0, (days, question, Rc::clone(&rows)));
        }
    });
    Ok(rows)
}

/// The figures of today, and when they were counted.
pub(in crate::edge) async fn today(account: &str, env: &Env) -> Result<(Today, Timestamp), Error> {
    let live = counted(account, env).await?;
    let cached = with_counted(account, |counted| {
        counted.today.clone().filter(|_| counted.live.counted_at == live.counted_at)
    });
    if let Some(today) = cached.flatten() {
        return Ok((today, live.counted_at));
    }
    let rows: Vec<CountRow> = d1::rows(env, &since_yesterday(account, &live)).await?;
    let today = Today::new(&rows, &live);
    with_counted(account, |counted| {
        if counted.live.counted_at == live.counted_at {
            counted.today = Some(today.clone());
        }
    });
    Ok((today, live.counted_at))
}

/// What is unfinished in an account. It is used for as many seconds as it counted rows, so that counting reads about one
/// row a second at most.
pub(in crate::edge) async fn unfinished(account: &str, env: &Env) -> Result<Unfinished, Error> {
    let now = runtime::now();
    let cached = UNFINISHED.with_borrow(|counts| {
        let mut counts = counts.iter().filter(|(name, ..)| name == account);
        counts.find(|(_, at, count)| at.distance(now) < count.rows()).map(|(.., count)| count.clone())
    });
    if let Some(count) = cached {
        return Ok(count);
    }
    let rows: Vec<UnfinishedRow> = d1::rows(env, &count_unfinished(account, now)).await?;
    let count = rows.into_iter().next().map(Unfinished::from_row).unwrap_or_default();
    forget_unfinished(account);
    UNFINISHED.with_borrow_mut(|counts| counts.push((account.to_owned(), now, count.clone())));
    Ok(count)
}

/// Forgets what is unfinished, since the caller has just finished some of it.
pub(in crate::edge) fn forget_unfinished(account: &str) {
    UNFINISHED.with_borrow_mut(|counts| counts.retain(|(name, ..)| name != account));
}

/// Uses what is remembered of an account, if anything is.
fn with_counted<T>(account: &str, use_it: impl FnOnce(&mut Counted) -> T) -> Option<T> {
    CACHE.with_borrow_mut(|cache| cache.iter_mut().find(|counted| counted.account == account).map(use_it))
}
