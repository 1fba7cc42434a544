//! The published rules, kept in the isolate's memory and refreshed behind the answer.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;

use worker::{Context, Env};

use crate::rules::{PublishedRules, Rules};

use super::bindings::{kv, runtime};

thread_local! {
    static PUBLISHED: RefCell<BTreeMap<String, PublishedRules>> = const { RefCell::new(BTreeMap::new()) };
}

/// The account's rules. Only the first request of an isolate waits for the store.
pub(super) async fn published(account: &str, env: &Env, context: &Context) -> Rc<Rules> {
    let now = runtime::now();
    let known = PUBLISHED.with_borrow_mut(|published| {
        let published = published.get_mut(account)?;
        let is_due = published.is_due(now);
        if is_due {
            published.looking(now);
        }
        Some((published.rules(), is_due))
    });
    match known {
        Some((rules, false)) => rules,
        Some((rules, true)) => {
            let (account, env) = (account.to_owned(), env.clone());
            context.wait_until(async move {
                refresh(&account, &env).await;
            });
            rules
        }
        None => refresh(account, env).await,
    }
}

async fn refresh(account: &str, env: &Env) -> Rc<Rules> {
    let document = kv::text(env, &PublishedRules::key(account)).await;
    PUBLISHED.with_borrow_mut(|published| {
        let published =
            published.entry(account.to_owned()).or_insert_with(|| PublishedRules::none(runtime::now()));
        match document.map(|document| published.update(document)) {
            Ok(Ok(())) => {}
            Ok(Err(invalid)) => complain(account, "are refused", &invalid),
            Err(error) => complain(account, "cannot be read", &error),
        }
        published.rules()
    })
}

fn complain(account: &str, what: &str, cause: &dyn Display) {
    runtime::log_problem(&format!("the rules of account {account} {what}: {cause}"));
}
