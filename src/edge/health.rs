//! `GET /healthz`: what the stores answer, asked at most once in half a minute by each isolate.

use std::cell::RefCell;
use std::time::Duration;

use futures_util::FutureExt as _;

use crate::backends::{SpoolRequest, SpoolStatus};
use crate::config::Config;
use crate::error::Error;
use crate::health::{Health, Stores, schema_version};

use super::bindings::{Env, d1, runtime, spool};

/// For how long an answer is repeated, in milliseconds.
const REMEMBERED: i64 = 30_000;
const TIMEOUT: Duration = Duration::from_secs(3);
/// The number of accounts whose spools are asked: each is a subrequest, of which the free plan allows 50.
const MAX_SPOOLS: usize = 40;

thread_local! {
    /// What the stores answered, and when, in Unix milliseconds.
    static ASKED: RefCell<Option<(i64, Stores)>> = const { RefCell::new(None) };
}

/// The health of the worker.
pub(super) async fn health(env: &Env) -> Health {
    let config = runtime::config(env);
    let stores = match remembered() {
        Some(stores) => stores,
        None => ask(&config, env).await,
    };
    Health::of(&config, stores, d1::last_failure())
}

fn remembered() -> Option<Stores> {
    let since = runtime::milliseconds().saturating_sub(REMEMBERED);
    ASKED.with_borrow(|asked| asked.as_ref().filter(|(at, _)| *at > since).map(|(_, stores)| stores.clone()))
}

async fn ask(config: &Config, env: &Env) -> Stores {
    let asked = RefCell::new(Stores { schema: Ok(None), spool: Ok(SpoolStatus::default()) });
    let mut asking = vec![ask_database(&asked, env).boxed_local()];
    let accounts = config.accounts().take(MAX_SPOOLS);
    asking.extend(accounts.map(|account| ask_spool(account.name(), &asked, env).boxed_local()));
    runtime::all(asking).await;
    let stores = asked.into_inner();
    ASKED.set(Some((runtime::milliseconds(), stores.clone())));
    stores
}

async fn ask_database(asked: &RefCell<Stores>, env: &Env) {
    let schema = match d1::rows_within::<(i64,)>(TIMEOUT, env, &schema_version()).await {
        Ok(rows) => Ok(rows.first().map(|(version,)| *version)),
        Err(Error::NotConfigured(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    };
    asked.borrow_mut().schema = schema;
}

async fn ask_spool(account: &str, asked: &RefCell<Stores>, env: &Env) {
    let status = spool::ask::<SpoolStatus>(env, account, &SpoolRequest::Status, TIMEOUT).await;
    let sum = &mut asked.borrow_mut().spool;
    *sum = match (sum.clone(), status) {
        (Ok(others), Ok(status)) => Ok(others.plus(status)),
        (Err(error), _) => Err(error),
        (Ok(_), Err(error)) => Err(error.to_string()),
    };
}
