//! The settings: in memory for callbacks, and in D1 and KV for changes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use worker::{Context, Delay};

use crate::api;
use crate::error::Error;
use crate::notice::Notice;
use crate::settings::{
    CachedSettings, Document, Edit, Edited, Freshness, Refused, Settings, ShownRow, Version, VersionRow,
    author, document_of, insert_version, newest, newest_number, prune, shown, versions,
};
use crate::text_map::TextMap;

use crate::edge::bindings::{Env, d1, kv, log, runtime};

thread_local! {
    static CACHE: RefCell<TextMap<CachedSettings>> = const { RefCell::new(TextMap::new()) };
}

/// How often a change is tried while concurrent ones are made. Each attempt takes two queries, of which the free plan
/// allows 50.
const ATTEMPTS: u64 = 15;
/// Milliseconds that are added to the longest pause with each attempt.
const LONGER_PAUSE: u64 = 40;
/// How often a change looks for a later one after it was published.
const LOOKS: usize = 3;

/// How long D1 has for the newest settings if KV does not answer: a part of WeChat's five seconds.
const TIMEOUT: Duration = Duration::from_secs(1);

/// The account's settings, at most a minute old while KV answers.
///
/// # Errors
///
/// This isolate knows none yet, and neither KV nor D1 answers.
pub(in crate::edge) async fn published(
    account: &str,
    env: &Env,
    context: &Context,
) -> Result<Rc<Settings>, Error> {
    let now = runtime::now();
    let (freshness, settings) = with_cached(account, |cached| {
        let freshness = cached.freshness(now);
        if freshness == Freshness::RefreshInBackground {
            cached.mark_asked(now);
        }
        (freshness, cached.settings())
    });
    match freshness {
        Freshness::Fresh => Ok(settings),
        Freshness::RefreshFirst => refresh(account, env).await,
        Freshness::RefreshInBackground => {
            let (account, env) = (account.to_owned(), env.clone());
            runtime::after_response(context, async move {
                if let Err(error) = refresh(&account, &env).await {
                    log::notice(&Notice::SettingsUnreadable { account: &account, error: &error.to_string() });
                }
            });
            Ok(settings)
        }
    }
}

/// The account's settings without a request, at most a minute old while KV answers.
pub(in crate::edge) async fn at_hand(account: &str, env: &Env) -> Result<Rc<Settings>, Error> {
    let (freshness, settings) =
        with_cached(account, |cached| (cached.freshness(runtime::now()), cached.settings()));
    match freshness {
        Freshness::Fresh | Freshness::RefreshInBackground => Ok(settings),
        Freshness::RefreshFirst => refresh(account, env).await,
    }
}

/// Reads the settings from KV. Where that fails they are those in memory, or else D1's newest.
pub(in crate::edge) async fn refresh(account: &str, env: &Env) -> Result<Rc<Settings>, Error> {
    match kv::text(env, &CachedSettings::key(account)).await {
        Ok(document) => Ok(with_cached(account, |cached| {
            update(account, cached, document);
            cached.settings()
        })),
        Err(error) => {
            log::notice(&Notice::SettingsUnreadable { account, error: &error.to_string() });
            match with_cached(account, |cached| cached.known()) {
                Some(known) => Ok(known),
                None => current(account, env).await,
            }
        }
    }
}

/// The settings by D1's newest document, which KV and this isolate may not have yet.
pub(in crate::edge) async fn current(account: &str, env: &Env) -> Result<Rc<Settings>, Error> {
    let rows: Vec<(String,)> = d1::rows_within(TIMEOUT, env, &newest(account)).await?;
    Ok(with_cached(account, |cached| {
        // Without a version in D1 there are no settings, or somebody has written them to KV.
        if let Some((document,)) = rows.into_iter().next() {
            update(account, cached, Some(document));
        }
        cached.settings()
    }))
}

/// The newest document: D1's, or one in KV if D1 has none.
pub(in crate::edge) async fn document(account: &str, env: &Env) -> Result<Document, Error> {
    newest_document(account, env).await.map(|(document, _)| document)
}

/// The same, and whether it is D1's.
async fn newest_document(account: &str, env: &Env) -> Result<(Document, bool), Error> {
    let rows: Vec<(String,)> = d1::rows(env, &newest(account)).await?;
    let (json, is_stored) = match rows.into_iter().next() {
        Some((json,)) => (Some(json), true),
        None => (kv::text(env, &CachedSettings::key(account)).await?, false),
    };
    let document = json.as_deref().map_or_else(|| Ok(Document::default()), read)?;
    Ok((document, is_stored))
}

/// An earlier version of the document.
pub(in crate::edge) async fn earlier(account: &str, version: u64, env: &Env) -> Result<Document, Error> {
    let rows: Vec<(String,)> = d1::rows(env, &document_of(account, version)).await?;
    let (json,) = rows.into_iter().next().ok_or(api::Error::NotFound("version"))?;
    read(&json)
}

/// An earlier version of the document, with who made it, by which call, and when.
pub(in crate::edge) async fn version(
    account: &str,
    version: u64,
    env: &Env,
) -> Result<(Document, String, String, i64), Error> {
    let rows: Vec<ShownRow> = d1::rows(env, &shown(account, version)).await?;
    let (json, author, change, made_at) = rows.into_iter().next().ok_or(api::Error::NotFound("version"))?;
    Ok((read(&json)?, author, change, made_at))
}

pub(in crate::edge) async fn history(account: &str, env: &Env) -> Result<Vec<VersionRow>, Error> {
    d1::rows(env, &versions(account)).await
}

/// Stores the next version, and publishes it. A change that is stored succeeds, even if KV fails: then the cron trigger
/// publishes it. If there is nothing to change, the present document is returned.
pub(in crate::edge) async fn change(
    account: &str,
    edit: &Edit,
    if_version: Option<u64>,
    (made_by, author_id, change): (&str, Option<&str>, &str),
    env: &Env,
) -> Result<Edited, Error> {
    let mut version = 0;
    for attempt in 0..ATTEMPTS {
        let (current, has_version) = newest_document(account, env).await?;
        let first = (!has_version).then(|| current.clone());
        let edited = match current.edit(edit.clone(), if_version, (runtime::now(), &runtime::nonce()?)) {
            Ok(edited) => edited,
            Err(refused) => return Err(refusal(account, refused, env).await.into()),
        };
        version = edited.settings.version;
        if edited.is_new {
            let made = Version { author: made_by, author_id, change, made_at: runtime::now() };
            let next = (version, edited.json.as_str(), edited.settings.rules.len());
            let made: Result<Vec<(i64,)>, Error> = d1::rows(env, &insert_version(account, next, made)).await;
            let is_made = match made {
                Ok(rows) => !rows.is_empty(),
                // D1 may have stored it, and its answer was lost.
                Err(error) if !is_stored(account, &edited, env).await => return Err(error),
                Err(_) => true,
            };
            if !is_made {
                pause(attempt).await?;
                continue;
            }
            if let Some(first) = first {
                store_first(account, &first, env).await;
            }
            publish(account, version, &edited.json, env).await;
            let _ = d1::rows::<()>(env, &prune(account, version)).await;
        }
        let (json, settings) = (edited.json.clone(), Rc::clone(&edited.settings));
        with_cached(account, |cached| cached.replace(json, settings, runtime::now()));
        return Ok(edited);
    }
    Err(api::Error::Conflict { version, by: None }.into())
}

/// Stores the settings from before the first change, so that it can be undone. Where that fails, it cannot.
async fn store_first(account: &str, document: &Document, env: &Env) {
    let json = serde_json::to_string(document).unwrap_or_default();
    let made = Version { author: "mp-worker", author_id: None, change: "start", made_at: runtime::now() };
    let first = (document.version, json.as_str(), document.rules.len());
    let _ = d1::rows::<(i64,)>(env, &insert_version(account, first, made)).await;
}

/// What a change would make, which is neither stored nor published.
pub(in crate::edge) async fn rehearse(
    account: &str,
    edit: Edit,
    if_version: Option<u64>,
    env: &Env,
) -> Result<Edited, Error> {
    match document(account, env).await?.edit(edit, if_version, (runtime::now(), &runtime::nonce()?)) {
        Ok(edited) => Ok(edited),
        Err(refused) => Err(refusal(account, refused, env).await.into()),
    }
}

/// The error of a refused change; a conflict says who made the newer version.
async fn refusal(account: &str, refused: Refused, env: &Env) -> api::Error {
    match refused {
        Refused::Conflict { version } => {
            let rows: Result<Vec<(String,)>, Error> = d1::rows(env, &author(account, version)).await;
            let by = rows.ok().and_then(|rows| rows.into_iter().next()).map(|(author,)| author);
            api::Error::Conflict { version, by }
        }
        refused => refused.into(),
    }
}

/// Waits for a random time, so that concurrent changes do not all collide again.
async fn pause(attempt: u64) -> Result<(), Error> {
    let longest = attempt.saturating_add(1).saturating_mul(LONGER_PAUSE);
    let [random] = runtime::random::<1>()?;
    let pause = longest.saturating_mul(random.into()).div_euclid(u8::MAX.into());
    Delay::from(Duration::from_millis(pause)).await;
    Ok(())
}

async fn is_stored(account: &str, edited: &Edited, env: &Env) -> bool {
    let stored: Result<Vec<(String,)>, Error> =
        d1::rows(env, &document_of(account, edited.settings.version)).await;
    stored.is_ok_and(|rows| rows.iter().any(|(json,)| *json == edited.json))
}

/// Writes a version to KV, and every later one: of two quick changes, the earlier may be written last. Where that fails, the
/// cron trigger does it later.
async fn publish(account: &str, version: u64, json: &str, env: &Env) {
    let published = async {
        kv::put(env, &CachedSettings::key(account), json).await?;
        let mut version = version;
        for _ in 0..LOOKS {
            match newest_version(account, env).await? {
                Some(newest) if newest > version => version = put_version(account, newest, env).await?,
                _ => break,
            }
        }
        Ok::<(), Error>(())
    };
    if let Err(error) = published.await {
        log::notice(&Notice::SettingsNotPublished { account, error: &error.to_string() });
    }
}

async fn newest_version(account: &str, env: &Env) -> Result<Option<u64>, Error> {
    let rows: Vec<(u64,)> = d1::rows(env, &newest_number(account)).await?;
    Ok(rows.into_iter().next().map(|(version,)| version))
}

/// Writes a stored version to KV.
async fn put_version(account: &str, version: u64, env: &Env) -> Result<u64, Error> {
    let document = earlier(account, version, env).await?;
    let json = serde_json::to_string(&document).unwrap_or_default();
    kv::put(env, &CachedSettings::key(account), &json).await?;
    with_cached(account, |cached| update(account, cached, Some(json)));
    Ok(version)
}

/// Publishes the newest document of an account if KV is older than D1. What this isolate has in memory does not matter: it
/// may be newer than KV as well.
pub(in crate::edge) async fn catch_up(account: &str, env: &Env) -> Result<(), Error> {
    let Some(newest) = newest_version(account, env).await? else { return Ok(()) };
    let json = kv::text(env, &CachedSettings::key(account)).await?;
    let published = with_cached(account, |cached| cached.version_of(json.as_deref()));
    if published < newest {
        put_version(account, newest, env).await?;
    } else {
        with_cached(account, |cached| update(account, cached, json));
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
    CACHE.with_borrow_mut(|cached| cached.update(account, use_it))
}
