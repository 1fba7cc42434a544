//! What WeChat lets each account do, as far as this isolate has seen it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use worker::Context;

use crate::edge::bindings::{Env, d1, runtime};
use crate::wechat::{CUSTOMER_SERVICE, Learned};

thread_local! {
    static SEEN: RefCell<BTreeMap<(String, &'static str), bool>> = const { RefCell::new(BTreeMap::new()) };
}

/// Whether this isolate has seen that WeChat refuses customer-service messages of an account.
pub(in crate::edge) fn may_not_send(account: &str) -> bool {
    let key = (account.to_owned(), CUSTOMER_SERVICE);
    SEEN.with_borrow(|seen| seen.get(&key) == Some(&false))
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
    let before = SEEN.with_borrow_mut(|seen| seen.insert(key.clone(), learned.is_granted));
    let env = env.clone();
    (before != Some(learned.is_granted)).then_some(async move {
        let statement = learned.store(&key.0, runtime::now());
        if d1::rows::<()>(&env, &statement).await.is_err() {
            SEEN.with_borrow_mut(|seen| seen.remove(&key));
        }
    })
}
