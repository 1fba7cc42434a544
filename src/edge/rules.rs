//! The published rules, kept in the isolate's memory.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;

use worker::{Context, Env};

use crate::rules::{Freshness, PublishedRules, Rules};

use super::bindings::{kv, runtime};

thread_local! {
    static PUBLISHED: RefCell<BTreeMap<String, PublishedRules>> = const { RefCell::new(BTreeMap::new()) };
}

/// The account's rules, no older than a minute while the store answers.
pub(super) async fn published(account: &str, env: &Env, context: &Context) -> Rc<Rules> {
    let now = runtime::now();
    let (freshness, rules) = with_published(account, |published| {
        let freshness = published.freshness(now);
        if freshness == Freshness::RefreshBehind {
            published.mark_asked(now);
        }
        (freshness, published.rules())
    });
    match freshness {
        Freshness::Fresh => rules,
        Freshness::RefreshFirst => refresh(account, env).await,
        Freshness::RefreshBehind => {
            let (account, env) = (account.to_owned(), env.clone());
            context.wait_until(async move {
                refresh(&account, &env).await;
            });
            rules
        }
    }
}

async fn refresh(account: &str, env: &Env) -> Rc<Rules> {
    let document = kv::text(env, &PublishedRules::key(account)).await;
    let now = runtime::now();
    with_published(account, |published| {
        match document.map(|document| published.update(document, now)) {
            Ok(Ok(())) => {}
            Ok(Err(invalid)) => complain(account, "are refused", &invalid),
            Err(error) => complain(account, "cannot be read", &error),
        }
        published.rules()
    })
}

fn with_published<T>(account: &str, use_it: impl FnOnce(&mut PublishedRules) -> T) -> T {
    PUBLISHED.with_borrow_mut(|published| use_it(published.entry(account.to_owned()).or_default()))
}

fn complain(account: &str, what: &str, cause: &dyn Display) {
    runtime::log_notice("rules", account, &format!("the rules {what}: {cause}"));
}
