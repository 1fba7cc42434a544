//! `key/*`: creates, lists and revokes API keys, and publishes them to every location.

use crate::api::key::{KeyCreated, KeyList, KeyPlan, KeySummary, NewKey};
use crate::api::{self, KeyRecord, KeyRing, KeyRow, Nothing, PublishedKeys};
use crate::error::Error;
use crate::notice::Notice;

use super::Performer;
use crate::edge::bindings::{Env, d1, kv, log, runtime, to_json};
use crate::edge::state::key_ring;

/// If keys change faster than they are published, the cron trigger publishes the last change.
const PUBLISH_ATTEMPTS: usize = 3;

pub(super) async fn perform(plan: KeyPlan, performer: &Performer<'_>) -> Result<String, Error> {
    let (account, env) = (performer.account.name(), performer.env);
    match plan {
        KeyPlan::Create(request) => {
            performer.identity.may_grant(&request.scopes)?;
            to_json(&create(request, account, env).await?)
        }
        KeyPlan::List => to_json(&list(account, env).await?),
        KeyPlan::Revoke { id } => to_json(&revoke(&id, account, env).await?),
    }
}

async fn create(request: NewKey, account: &str, env: &Env) -> Result<KeyCreated, Error> {
    let made = api::new_key(runtime::random()?);
    let record = request.record(&made, account, runtime::now());
    d1::rows::<()>(env, &api::insert_key(&record)).await?;
    // Until it is published, every isolate finds it in D1.
    if let Err(error) = publish(env).await {
        log::notice(&Notice::KeysNotPublished { account, error: &error.to_string() });
    }
    Ok(KeyCreated { key: made.key, summary: record.into() })
}

async fn list(account: &str, env: &Env) -> Result<KeyList, Error> {
    let rows: Vec<KeyRow> = d1::rows(env, &api::list_keys(account)).await?;
    Ok(KeyList { keys: rows.into_iter().map(KeyRecord::from_row).map(KeySummary::from).collect() })
}

async fn revoke(id: &str, account: &str, env: &Env) -> Result<Nothing, Error> {
    let revoked: Vec<(String,)> = d1::rows(env, &api::revoke_key(id, account, runtime::now())).await?;
    if revoked.is_empty() {
        return Err(api::Error::NotFound("key").into());
    }
    key_ring::forget(id);
    match publish(env).await {
        Ok(()) => Ok(Nothing {}),
        Err(error) => {
            log::notice(&Notice::KeyRevocationNotPublished { account, key: id, error: &error.to_string() });
            Err(api::Error::NotPublished.into())
        }
    }
}

/// What is wrong with KV or D1, for `account/check`.
pub(super) async fn storage_complaint(env: &Env) -> Option<String> {
    if let Err(error) = kv::text(env, PublishedKeys::key()).await {
        return Some(format!("KV does not answer: {error}"));
    }
    stored_version(env).await.err().map(|error| error.to_string())
}

/// Publishes the keys if KV is older than D1.
pub(in crate::edge) async fn catch_up(env: &Env) -> Result<(), Error> {
    let published = kv::text(env, PublishedKeys::key()).await.ok().flatten();
    let published = published.and_then(|document| KeyRing::parse(&document).ok());
    let version = stored_version(env).await?;
    if published.is_some_and(|ring| ring.version == version) { Ok(()) } else { publish(env).await }
}

/// Publishes the keys of D1 to KV.
async fn publish(env: &Env) -> Result<(), Error> {
    for _ in 0..PUBLISH_ATTEMPTS {
        let version = stored_version(env).await?;
        let rows: Vec<KeyRow> = d1::rows(env, &api::all_keys()).await?;
        let document = KeyRing::new(version, rows.into_iter().map(KeyRecord::from_row).collect()).to_json();
        kv::put(env, PublishedKeys::key(), &document).await?;
        key_ring::remember(&document);
        // A key may have changed meanwhile, and an older document may have been written last.
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
