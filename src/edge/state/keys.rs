//! Who calls, and the API keys that an isolate has looked up, in D1 or, where that fails, in KV.

use std::cell::RefCell;
use std::time::Duration;

use worker::Context;

use crate::api::{
    self, Cookie, Copy, EndedSessions, Identity, KeyRecord, KeyRow, KnownKeys, Origin, Pass, PassKind,
    PassSecrets, Presented,
};
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

/// The key of the root key's sessions.
const ROOT: &str = "";

/// Who makes a call of the JSON API.
pub(in crate::edge) struct Caller {
    pub(in crate::edge) identity: Identity,
    /// The session, if it was not a key that was sent.
    pub(in crate::edge) session: Option<Pass>,
}

/// Identifies the caller by the `Authorization` header, or without one by the console's cookie.
pub(in crate::edge) async fn identify(
    request: &Incoming,
    config: &Config,
    env: &Env,
    context: &Context,
) -> Result<Caller, Error> {
    // A missing root key is reported before anything else.
    config.root_api_key()?;
    let authorization = request.header("authorization");
    if authorization.is_none()
        && let Some(cookies) = request.header("cookie")
        && let Some(cookie) = Cookie::of(&request.url).value(&cookies)
    {
        return identify_session(cookie, request, config, env, context).await;
    }
    let identified = async {
        let presented = Presented::parse(authorization.as_deref())?;
        identify_key(&presented, config, env, context).await
    };
    match identified.await {
        Err(Error::Api(api::Error::Unauthorized)) if !takes_failure(request, env).await => {
            Err(api::Error::TooManyFailures.into())
        }
        identified => identified.map(|identity| Caller { identity, session: None }),
    }
}

/// Whether a page of this worker sent the request.
pub(in crate::edge) fn is_from_own_page(request: &Incoming) -> bool {
    let [site, origin, referer] = ["sec-fetch-site", "origin", "referer"].map(|name| request.header(name));
    let (sec_fetch_site, origin, referer) = (site.as_deref(), origin.as_deref(), referer.as_deref());
    let is_get = request.method == "GET";
    Origin { is_get, url: &request.url, sec_fetch_site, origin, referer }.is_own()
}

/// A cookie that is not valid is not counted as a failure: it cannot be guessed, and costs no query.
async fn identify_session(
    cookie: &str,
    request: &Incoming,
    config: &Config,
    env: &Env,
    context: &Context,
) -> Result<Caller, Error> {
    if !is_from_own_page(request) {
        return Err(api::Error::AnotherSite.into());
    }
    let opened = Pass::open(PassKind::Session, cookie, pass_secrets(config)?, runtime::now());
    let session = opened.ok_or(api::Error::NoSession)?;
    let identity = holder(&session, env, context).await?;
    if KNOWN.with_borrow(|known| known.has_ended(&session)) {
        return Err(api::Error::NoSession.into());
    }
    Ok(Caller { identity, session: Some(session) })
}

pub(in crate::edge) fn pass_secrets(config: &Config) -> Result<PassSecrets<'_>, Error> {
    Ok(PassSecrets { keys: config.signing_keys()?, root: config.root_api_key()? })
}

/// The identity of the key that a session or a ticket was issued for, if it is still valid.
pub(in crate::edge) async fn holder(pass: &Pass, env: &Env, context: &Context) -> Result<Identity, Error> {
    let Some(id) = &pass.key_id else {
        find_root_sessions(env).await;
        return Ok(Identity::Root);
    };
    let record = find(id, env).await?.filter(|record| record.is_in_force(runtime::now()));
    let record = record.ok_or(api::Error::NoSession)?;
    note_use(id, env, context);
    Ok(Identity::Key(Box::new(record)))
}

/// Reads which sessions of the root key were signed out, at most once a minute. Where D1 fails, those count that are
/// known: the root key has to work then, and its sessions are short.
async fn find_root_sessions(env: &Env) {
    let now = runtime::now();
    if KNOWN.with_borrow(|known| known.find(ROOT, now)).is_some() {
        return;
    }
    let rows: Result<Vec<(String,)>, Error> =
        d1::rows_within(TIMEOUT, env, &api::ended_root_sessions()).await;
    match rows {
        Ok(rows) => {
            let ended = EndedSessions::parse(rows.first().map(|(ended,)| ended.as_str()));
            KNOWN.with_borrow_mut(|known| known.confirm(ROOT, None, now));
            note_ended(ROOT, ended);
        }
        Err(error) => {
            KNOWN.with_borrow_mut(|known| known.without_confirmation(ROOT, Copy::Unknown, runtime::now()));
            log::notice(&Notice::KeyUnconfirmed { key: "root", error: &error.to_string() });
        }
    }
}

/// Remembers the sessions of a key that were signed out.
pub(in crate::edge) fn note_ended(key_id: &str, ended: EndedSessions) {
    KNOWN.with_borrow_mut(|known| known.note_ended(key_id, ended));
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
            let (record, ended) = rows.into_iter().next().map(KeyRecord::from_found_row).unzip();
            KNOWN.with_borrow_mut(|known| known.confirm(id, record.clone(), now));
            note_ended(id, ended.unwrap_or_default());
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
