//! The API keys that an isolate has looked up, in D1 or, where that fails, in KV.

use std::cell::RefCell;
use std::time::Duration;

use worker::Context;

use crate::api::{self, Copy, Identity, KeyRecord, KeyRow, KnownKeys, Presented};
use crate::config::Config;
use crate::error::Error;
use crate::notice::Notice;

use crate::edge::bindings::request::Incoming;
use crate::edge::bindings::{Env, d1, kv, limiter, log, runtime};

/// How long D1 may take before the copy in KV is read.
const TIMEOUT: Duration = Duration::from_secs(1);

thread_local! {
    static KNOWN: RefCell<KnownKeys> = const { RefCell::new(KnownKeys::new()) };
}

/// Identifies the caller by the `Authorization` header.
pub(in crate::edge) async fn identify(
    request: &Incoming,
    config: &Config,
    env: &Env,
    context: &Context,
) -> Result<Identity, Error> {
    // A missing root key is reported before anything else.
    config.root_api_key()?;
    let identified = async {
        let presented = Presented::parse(request.header("authorization").as_deref())?;
        identify_key(&presented, config, env, context).await
    };
    match identified.await {
        Err(Error::Api(api::Error::Unauthorized)) if !takes_failure(request, env).await => {
            Err(api::Error::TooManyFailures.into())
        }
        identified => identified,
    }
}

/// Identifies the caller by a key from any header or parameter.
pub(in crate::edge) async fn identify_key(
    presented: &Presented,
    config: &Config,
    env: &Env,
    context: &Context,
) -> Result<Identity, Error> {
    if presented.is_root(config.root_api_key()?) {
        return Ok(Identity::Root);
    }
    let Some(id) = presented.id(config.signing_keys()?) else { return Err(api::Error::Unauthorized.into()) };
    let identity = api::identify(presented, find(id, env).await?, runtime::now())?;
    note_use(id, env, context);
    Ok(identity)
}

/// Counts a failed authentication by the address that it came from; `false` = there were too many. Good keys are never
/// counted: an SDK's server makes thousands of calls from one address. Without the binding nothing is counted.
pub(in crate::edge) async fn takes_failure(request: &Incoming, env: &Env) -> bool {
    let address = request.header("cf-connecting-ip").unwrap_or_default();
    limiter::takes(env, "AUTH_LIMITER", &address).await
}

/// Finds the key with an id that the worker made: a query of D1's primary key, at most once a minute.
pub(in crate::edge) async fn find(id: &str, env: &Env) -> Result<Option<KeyRecord>, Error> {
    let now = runtime::now();
    if let Some(found) = KNOWN.with_borrow(|known| known.find(id, now)) {
        return Ok(found);
    }
    let rows: Result<Vec<KeyRow>, Error> = d1::rows_within(TIMEOUT, env, &api::find_key(id)).await;
    match rows {
        Ok(rows) => {
            let record = rows.into_iter().next().map(KeyRecord::from_row);
            KNOWN.with_borrow_mut(|known| known.confirm(id, record.clone(), now));
            Ok(record)
        }
        // A database without tables is for the operator to migrate.
        Err(error @ Error::NotConfigured(_)) => Err(error),
        Err(error) => {
            let copy = copy(id, env).await;
            let found = KNOWN.with_borrow_mut(|known| known.without_confirmation(id, copy, runtime::now()));
            log::notice(&Notice::KeyUnconfirmed { key: id, error: &error.to_string() });
            found.ok_or(error)
        }
    }
}

async fn copy(id: &str, env: &Env) -> Copy {
    match kv::text(env, &KeyRecord::copy_name(id)).await {
        Ok(Some(copy)) => KeyRecord::from_copy(&copy).map_or(Copy::Unknown, Copy::Found),
        Ok(None) | Err(_) => Copy::Unknown,
    }
}

/// Stores after the response that a key was used, at most once an hour.
pub(in crate::edge) fn note_use(id: &str, env: &Env, context: &Context) {
    let now = runtime::now();
    if !KNOWN.with_borrow_mut(|known| known.note_use(id, now)) {
        return;
    }
    let (id, env) = (id.to_owned(), env.clone());
    runtime::after_response(context, async move {
        if let Err(error) = d1::rows::<()>(&env, &api::note_use(&id, now)).await {
            log::notice(&Notice::KeyUseNotStored { key: &id, error: &error.to_string() });
        }
    });
}

/// Forgets a key that has just been revoked.
pub(in crate::edge) fn revoke(id: &str) {
    KNOWN.with_borrow_mut(|known| known.revoke(id, runtime::now()));
}
