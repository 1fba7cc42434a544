//! The settings: in memory for callbacks, and in D1 and KV for changes.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use worker::Context;

use crate::api;
use crate::error::Error;
use crate::notice::Notice;
use crate::settings::{
    CachedSettings, Document, Edit, Edited, Freshness, Settings, Version, VersionRow, document_of,
    insert_version, newest, newest_number, prune, versions,
};

use crate::edge::bindings::{Env, d1, kv, log, runtime};

thread_local! {
    static CACHE: RefCell<BTreeMap<String, CachedSettings>> = const { RefCell::new(BTreeMap::new()) };
}

/// How often a change is retried after a concurrent one.
const ATTEMPTS: usize = 3;

/// The account's settings, at most a minute old while KV answers.
pub(in crate::edge) async fn published(account: &str, env: &Env, context: &Context) -> Rc<Settings> {
    let now = runtime::now();
    let (freshness, settings) = with_cached(account, |cached| {
        let freshness = cached.freshness(now);
        if freshness == Freshness::RefreshInBackground {
            cached.mark_asked(now);
        }
        (freshness, cached.settings())
    });
    match freshness {
        Freshness::Fresh => settings,
        Freshness::RefreshFirst => refresh(account, env).await,
        Freshness::RefreshInBackground => {
            let (account, env) = (account.to_owned(), env.clone());
            runtime::after_response(context, async move {
                refresh(&account, &env).await;
            });
            settings
        }
    }
}

pub(in crate::edge) async fn refresh(account: &str, env: &Env) -> Rc<Settings> {
    let document = kv::text(env, &CachedSettings::key(account)).await;
    with_cached(account, |cached| {
        match document {
            Ok(document) => update(account, cached, document),
            Err(error) => {
                log::notice(&Notice::SettingsUnreadable { account, error: &error.to_string() });
            }
        }
        cached.settings()
    })
}

/// The newest document: D1's, or one in KV if D1 has none.
pub(in crate::edge) async fn document(account: &str, env: &Env) -> Result<Document, Error> {
    let rows: Vec<(String,)> = d1::rows(env, &newest(account)).await?;
    let json = match rows.into_iter().next() {
        Some((json,)) => Some(json),
        None => kv::text(env, &CachedSettings::key(account)).await?,
    };
    json.as_deref().map_or_else(|| Ok(Document::default()), read)
}

/// An earlier version of the document.
pub(in crate::edge) async fn earlier(account: &str, version: u64, env: &Env) -> Result<Document, Error> {
    let rows: Vec<(String,)> = d1::rows(env, &document_of(account, version)).await?;
    let (json,) = rows.into_iter().next().ok_or(api::Error::NotFound("version"))?;
    read(&json)
}

pub(in crate::edge) async fn history(account: &str, env: &Env) -> Result<Vec<VersionRow>, Error> {
    d1::rows(env, &versions(account)).await
}

/// Stores the next version, and publishes it.
pub(in crate::edge) async fn change(
    account: &str,
    edit: &Edit,
    if_version: Option<u64>,
    (author, change): (&str, &str),
    env: &Env,
) -> Result<Edited, Error> {
    let mut version = 0;
    for _ in 0..ATTEMPTS {
        let current = document(account, env).await?;
        let edited = current
            .edit(edit.clone(), if_version, (runtime::now(), &runtime::nonce()?))
            .map_err(api::Error::from)?;
        version = edited.settings.version;
        let made = Version { author, change, made_at: runtime::now() };
        let made: Vec<(i64,)> = d1::rows(env, &insert_version(account, &edited, made)).await?;
        if !made.is_empty() {
            put(account, &edited.json, env).await;
            let (json, settings) = (edited.json.clone(), Rc::clone(&edited.settings));
            with_cached(account, |cached| cached.replace(json, settings, runtime::now()));
            let _ = d1::rows::<()>(env, &prune(account, version)).await;
            return Ok(edited);
        }
    }
    Err(api::Error::Conflict { version }.into())
}

/// Writes a document to KV; where that fails, the cron trigger does it later.
async fn put(account: &str, json: &str, env: &Env) {
    if let Err(error) = kv::put(env, &CachedSettings::key(account), json).await {
        log::notice(&Notice::SettingsNotPublished { account, error: &error.to_string() });
    }
}

/// Publishes the newest document of an account if KV is older than D1.
pub(in crate::edge) async fn catch_up(account: &str, env: &Env) -> Result<(), Error> {
    let rows: Vec<(u64,)> = d1::rows(env, &newest_number(account)).await?;
    let Some((newest,)) = rows.into_iter().next() else { return Ok(()) };
    if refresh(account, env).await.version < newest {
        let document = earlier(account, newest, env).await?;
        let json = serde_json::to_string(&document).unwrap_or_default();
        put(account, &json, env).await;
        with_cached(account, |cached| update(account, cached, Some(json)));
    }
    Ok(())
}

fn update(account: &str, cached: &mut CachedSettings, document: Option<String>) {
    if let Err(invalid) = cached.update(document, runtime::now()) {
        log::notice(&Notice::SettingsInvalid { account, error: &invalid.to_string() });
    }
}

fn read(json: &str) -> Result<Document, Error> {
    Document::parse(json)
        .map_err(|invalid| Error::Runtime(format!("the stored settings are refused: {invalid}")))
}

fn with_cached<T>(account: &str, use_it: impl FnOnce(&mut CachedSettings) -> T) -> T {
    CACHE.with_borrow_mut(|cached| use_it(cached.entry(account.to_owned()).or_default()))
}
