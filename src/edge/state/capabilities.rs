//! What WeChat lets each account do, as far as this isolate has seen it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use worker::Context;

use crate::edge::bindings::{Env, d1, runtime};
use crate::wechat::Learned;

thread_local! {
    static SEEN: RefCell<BTreeMap<(String, &'static str), bool>> = const { RefCell::new(BTreeMap::new()) };
}

/// Stores after the response what WeChat's answer to a call says about the account, unless this isolate has seen the same
/// before. Where that fails, the next such answer is stored.
pub(in crate::edge) fn note(account: &str, path: &str, errcode: Option<i64>, env: &Env, context: &Context) {
    let Some(learned) = errcode.and_then(|errcode| Learned::of(path, errcode)) else { return };
    let key = (account.to_owned(), learned.capability);
    let seen = SEEN.with_borrow_mut(|seen| seen.insert(key.clone(), learned.is_granted));
    if seen == Some(learned.is_granted) {
        return;
    }
    let env = env.clone();
    runtime::after_response(context, async move {
        let statement = learned.store(&key.0, runtime::now());
        if d1::rows::<()>(&env, &statement).await.is_err() {
            SEEN.with_borrow_mut(|seen| seen.remove(&key));
        }
    });
}
