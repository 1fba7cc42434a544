//! Identifies API keys, from memory, KV or D1.

use std::cell::RefCell;

use crate::api::{self, Identity, KeyRecord, KeyRow, Presented, PublishedKeys, UnknownIds};
use crate::config::Config;
use crate::error::Error;
use crate::notice::Notice;

use crate::edge::bindings::{Env, d1, kv, log, runtime};

thread_local! {
    static PUBLISHED: RefCell<PublishedKeys> = RefCell::new(PublishedKeys::none());
    static UNKNOWN: RefCell<UnknownIds> = RefCell::new(UnknownIds::default());
}

/// Identifies the caller by the `Authorization` header.
pub(in crate::edge) async fn identify(
    authorization: Option<&str>,
    config: &Config,
    env: &Env,
) -> Result<Identity, Error> {
    // A missing root key is reported before anything else.
    config.root_api_key()?;
    identify_key(&Presented::parse(authorization)?, config, env).await
}

/// Identifies the caller by a key, whatever header or parameter it was sent in.
pub(in crate::edge) async fn identify_key(
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

/// Finds a key. A new key may not be in KV yet, so that an unknown id is looked up in D1, once in a while.
pub(in crate::edge) async fn find(id: &str, env: &Env) -> Result<Option<KeyRecord>, Error> {
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
                Err(invalid) => invalid.to_string(),
            },
            Err(error) => error.to_string(),
        };
        // Keys that cannot be confirmed are not used; each is looked up in D1.
        *published = PublishedKeys::none();
        log::notice(&Notice::KeysUnreadable { error: &complaint });
    });
}

/// Remembers the keys that have just been published.
pub(in crate::edge) fn remember(document: &str) {
    let now = runtime::now();
    // A document that cannot be read is not used, as in `refresh`.
    PUBLISHED.with_borrow_mut(|published| {
        if published.update(Some(document), now).is_err() {
            *published = PublishedKeys::none();
        }
    });
}

/// Forgets a key that has just been revoked.
pub(in crate::edge) fn forget(id: &str) {
    PUBLISHED.with_borrow_mut(|published| published.forget(id));
}
