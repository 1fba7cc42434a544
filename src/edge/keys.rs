//! API keys: who calls, from memory, KV or D1; and the calls that make, list and end keys.

use std::cell::RefCell;

use worker::Env;

use crate::api::answer::{KeyCreated, KeyList, KeySummary};
use crate::api::{
    self, Identity, KeyRecord, KeyRing, KeyRow, MadeKey, NewKey, Presented, PublishedKeys, UnknownIds,
};
use crate::config::Config;
use crate::error::Error;

use super::bindings::{d1, kv, runtime};

thread_local! {
    static PUBLISHED: RefCell<PublishedKeys> = RefCell::new(PublishedKeys::none());
    static UNKNOWN: RefCell<UnknownIds> = RefCell::new(UnknownIds::default());
}

/// While keys change faster than they are published, the cron trigger has the last word.
const PUBLISH_ATTEMPTS: usize = 3;

/// Whose key came in an `Authorization` header.
pub(super) async fn identify(
    authorization: Option<&str>,
    config: &Config,
    env: &Env,
) -> Result<Identity, Error> {
    // A worker without a root key says so first.
    config.root_api_key()?;
    identify_key(&Presented::parse(authorization)?, config, env).await
}

/// Whose key this is, wherever it came.
pub(super) async fn identify_key(
    presented: &Presented,
    config: &Config,
    env: &Env,
) -> Result<Identity, Error> {
    let root = config.root_api_key()?;
    if presented.is_root(root) {
        return Ok(Identity::Root);
    }
    let record = match presented.id() {
        Some(id) => find(id, env).await?,
        None => None,
    };
    Ok(api::identify(presented, record, runtime::now())?)
}

/// A key made a moment ago may not have reached KV, so an unknown id is looked up in D1, once in a while.
pub(super) async fn find(id: &str, env: &Env) -> Result<Option<KeyRecord>, Error> {
    let now = runtime::now();
    if PUBLISHED.with_borrow(|published| published.is_due(now)) {
        refresh(env).await;
    }
    if let Some(record) = PUBLISHED.with_borrow(|published| published.find(id).cloned()) {
        return Ok(Some(record));
    }
    if UNKNOWN.with_borrow(|unknown| unknown.contains(id, now)) {
        return Ok(None);
    }
    let rows: Vec<KeyRow> = d1::rows(env, &api::find_key(id)).await?;
    let record =
        rows.into_iter().next().map(KeyRecord::from_row).filter(|record| record.revoked_at.is_none());
    if record.is_none() {
        UNKNOWN.with_borrow_mut(|unknown| unknown.insert(id, now));
    }
    Ok(record)
}

async fn refresh(env: &Env) {
    let document = kv::text(env, PublishedKeys::key()).await;
    let now = runtime::now();
    PUBLISHED.with_borrow_mut(|published| {
        let complaint = match document {
            Ok(document) => match published.update(document.as_deref(), now) {
                Ok(()) => return,
                Err(invalid) => format!("the published keys are refused: {invalid}"),
            },
            Err(error) => format!("the published keys cannot be read: {error}"),
        };
        // Keys that cannot be confirmed are not believed: D1 is asked for each.
        *published = PublishedKeys::none();
        runtime::log_notice("keys", "", &complaint);
    });
}

pub(super) async fn create(request: NewKey, account: &str, env: &Env) -> Result<KeyCreated, Error> {
    let MadeKey { key, id, hash } = api::new_key(runtime::random()?);
    let record = KeyRecord {
        id,
        name: request.name.trim().to_owned(),
        hash,
        scopes: request.scopes,
        account: account.to_owned(),
        created_at: runtime::now(),
        expires_at: request.expires_at,
        revoked_at: None,
    };
    d1::rows::<()>(env, &api::insert_key(&record)).await?;
    // Until it is published, every isolate finds it in D1.
    if let Err(error) = publish(env).await {
        runtime::log_notice("keys", account, &format!("the keys are not published yet: {error}"));
    }
    Ok(KeyCreated { key, summary: record.into() })
}

pub(super) async fn list(account: &str, env: &Env) -> Result<KeyList, Error> {
    let rows: Vec<KeyRow> = d1::rows(env, &api::list_keys(account)).await?;
    Ok(KeyList { keys: rows.into_iter().map(KeyRecord::from_row).map(KeySummary::from).collect() })
}

pub(super) async fn revoke(id: &str, account: &str, env: &Env) -> Result<(), Error> {
    let revoked: Vec<(String,)> = d1::rows(env, &api::revoke_key(id, account, runtime::now())).await?;
    if revoked.is_empty() {
        return Err(api::Error::NotFound("key").into());
    }
    PUBLISHED.with_borrow_mut(|published| published.forget(id));
    publish(env).await.map_err(|error| {
        runtime::log_notice("keys", account, &format!("a revoked key is not published: {error}"));
        api::Error::NotPublished.into()
    })
}

/// What is wrong with KV or D1, for the self-test.
pub(super) async fn storage_complaint(env: &Env) -> Option<String> {
    if let Err(error) = kv::text(env, PublishedKeys::key()).await {
        return Some(format!("KV does not answer: {error}"));
    }
    stored_version(env).await.err().map(|error| error.to_string())
}

/// Publishes the keys if KV is behind D1.
pub(super) async fn catch_up(env: &Env) {
    let published = kv::text(env, PublishedKeys::key()).await.ok().flatten();
    let published = published.and_then(|document| KeyRing::parse(&document).ok());
    let outcome = match stored_version(env).await {
        Ok(version) if published.is_some_and(|ring| ring.version == version) => Ok(()),
        Ok(_) => publish(env).await,
        Err(error) => Err(error),
    };
    if let Err(error) = outcome {
        runtime::log_notice("keys", "", &error.to_string());
    }
}

/// Brings the keys of D1 to KV.
async fn publish(env: &Env) -> Result<(), Error> {
    for _ in 0..PUBLISH_ATTEMPTS {
        let version = stored_version(env).await?;
        let rows: Vec<KeyRow> = d1::rows(env, &api::all_keys()).await?;
        let document = KeyRing::new(version, rows.into_iter().map(KeyRecord::from_row).collect()).to_json();
        kv::put(env, PublishedKeys::key(), &document).await?;
        let now = runtime::now();
        let _ = PUBLISHED.with_borrow_mut(|published| published.update(Some(&document), now));
        // Somebody may have changed a key meanwhile, and have been faster with an older document.
        if stored_version(env).await? == version {
            break;
        }
    }
    Ok(())
}

async fn stored_version(env: &Env) -> Result<i64, Error> {
    let rows: Vec<(i64,)> = d1::rows(env, &api::version()).await?;
    Ok(rows.first().map_or(0, |(version,)| *version))
}
