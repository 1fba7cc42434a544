//! What WeChat lets each account do, as far as this isolate has seen it or read it from D1.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use worker::Context;

use crate::edge::bindings::{Env, d1, runtime};
use crate::text_map::TextMap;
use crate::time::{SECONDS_A_DAY, Timestamp};
use crate::wechat::{CUSTOMER_SERVICE, Learned, refused_since};

/// For how many seconds D1 is not asked again.
const KNOWN_FOR: u64 = 600;
/// How long D1 has: an answer waits for it.
const TIMEOUT: Duration = Duration::from_secs(1);

/// Whether WeChat has accepted such calls, and since when that is known.
type Seen = (bool, Timestamp);

thread_local! {
    static SEEN: RefCell<BTreeMap<(String, &'static str), Seen>> = const { RefCell::new(BTreeMap::new()) };
    /// When D1 was last asked whether WeChat refuses an account's customer-service messages.
    static READ_AT: RefCell<TextMap<Timestamp>> = const { RefCell::new(TextMap::new()) };
}

/// Whether WeChat has refused customer-service messages of an account within a day. After that they are tried again, since
/// the account may have been verified.
pub(in crate::edge) fn may_not_send(account: &str) -> bool {
    let key = (account.to_owned(), CUSTOMER_SERVICE);
    let seen = SEEN.with_borrow(|seen| seen.get(&key).copied());
    seen.is_some_and(|(is_granted, at)| !is_granted && is_fresh(at))
}

/// Reads from D1 what [`may_not_send`] says, if this isolate has not done so within ten minutes: another one may have seen it.
/// Where that fails, what is in memory counts.
pub(in crate::edge) async fn read(account: &str, env: &Env) {
    let now = runtime::now();
    let is_known = READ_AT.with_borrow_mut(|read_at| {
        let is_known = read_at.get(account).is_some_and(|at| now.distance(*at) < KNOWN_FOR);
        if !is_known {
            // Requests at the same time do not ask as well.
            read_at.insert(account, now);
        }
        is_known
    });
    if is_known {
        return;
    }
    let Ok(rows) = d1::rows_within::<(i64,)>(TIMEOUT, env, &refused_since(account)).await else {
        READ_AT.with_borrow_mut(|read_at| read_at.remove(account));
        return;
    };
    let refused_at = rows.first().map(|(at,)| Timestamp::from_seconds(*at));
    let key = (account.to_owned(), CUSTOMER_SERVICE);
    SEEN.with_borrow_mut(|seen| {
        if seen.get(&key).is_some_and(|(_, at)| *at >= now) {
            return; // It was seen meanwhile, and is newer.
        }
        match refused_at {
            Some(at) => seen.insert(key, (false, at)),
            None => seen.remove(&key),
        };
    });
}

/// Stores after the response what WeChat's answer to a call says about the account, unless this isolate has seen the same
/// before. Where that fails, the next such answer is stored.
pub(in crate::edge) fn note(account: &str, path: &str, errcode: Option<i64>, env: &Env, context: &Context) {
    if let Some(store) = seen(account, path, errcode, env) {
        runtime::after_response(context, store);
    }
}

/// Remembers what an answer says, and returns what stores it if it is new.
pub(in crate::edge) fn seen(
    account: &str,
    path: &str,
    errcode: Option<i64>,
    env: &Env,
) -> Option<impl Future<Output = ()> + 'static> {
    let learned = errcode.and_then(|errcode| Learned::of(path, errcode))?;
    let key = (account.to_owned(), learned.capability);
    let now = runtime::now();
    let is_known = SEEN.with_borrow_mut(|seen| match seen.get(&key) {
        Some((is_granted, at)) if *is_granted == learned.is_granted && (*is_granted || is_fresh(*at)) => true,
        _ => {
            seen.insert(key.clone(), (learned.is_granted, now));
            false
        }
    });
    let env = env.clone();
    (!is_known).then_some(async move {
        let statement = learned.store(&key.0, now);
        if d1::rows::<()>(&env, &statement).await.is_err() {
            SEEN.with_borrow_mut(|seen| seen.remove(&key));
        }
    })
}

fn is_fresh(refused_at: Timestamp) -> bool {
    runtime::now() < refused_at.plus(SECONDS_A_DAY)
}
