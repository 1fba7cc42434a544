//! `key/*`: creates, lists and revokes API keys, and writes their copies to KV.

use crate::api::key::{KeyCreated, KeyList, KeyPlan, KeySummary, NewKey};
use crate::api::{self, KeyRecord, KeyRow, MAX_KEYS, MAX_NEW_KEYS, Nothing};
use crate::error::Error;
use crate::health::schema_version;
use crate::notice::Notice;

use super::Performer;
use crate::edge::bindings::{Env, d1, kv, log, runtime, to_json};
use crate::edge::state::keys;

impl Performer<'_> {
    pub(super) async fn key(&self, plan: KeyPlan) -> Result<String, Error> {
        match plan {
            KeyPlan::Create(request) => to_json(&self.create_key(request).await?),
            KeyPlan::List => to_json(&self.list_keys().await?),
            KeyPlan::Revoke { id } => to_json(&self.revoke_key(&id).await?),
        }
    }

    async fn create_key(&self, request: NewKey) -> Result<KeyCreated, Error> {
        let signing_keys = self.config.signing_keys()?;
        let (account, now) = (self.account.name(), runtime::now());
        let made = api::new_key(runtime::random()?, signing_keys);
        let record = request.record(&made, self.identity, account, now)?;
        let inserted: Result<Vec<(String,)>, Error> =
            d1::rows_or_again(self.env, &api::insert_key(&record)).await;
        let inserted = inserted.inspect_err(|_| self.delete_key(&record.id))?;
        if inserted.is_empty() {
            return Err(self.why_not_created().await);
        }
        copy(&record, self.env).await;
        Ok(KeyCreated { key: made.key, summary: KeySummary::new(record, None, signing_keys) })
    }

    /// Deletes a key that D1 may have stored and nobody got, after the response.
    fn delete_key(&self, id: &str) {
        let (env, delete) = (self.env.clone(), api::delete_key(id));
        runtime::after_response(self.context, async move {
            // If D1 still fails, the key stays in the list, and nobody has it.
            let _ = d1::rows_or_again::<()>(&env, &delete).await;
        });
    }

    /// Why D1 has not stored a key: its maker has ended since it was looked up, or there are too many keys.
    async fn why_not_created(&self) -> Error {
        if let Some(id) = self.identity.key_id() {
            let maker: Result<Vec<KeyRow>, Error> = d1::rows(self.env, &api::find_key(id)).await;
            let maker = match maker {
                Ok(rows) => rows.into_iter().next().map(KeyRecord::from_row),
                Err(error) => return error,
            };
            if !maker.is_some_and(|maker| maker.is_in_force(runtime::now())) {
                keys::revoke(id);
                return api::Error::Unauthorized.into();
            }
        }
        let limit = format!(
            "the account has {MAX_KEYS} valid keys, or its keys have created {MAX_NEW_KEYS} within a day; revoke those \
             that are not used"
        );
        api::Error::TooManyKeys(limit).into()
    }

    async fn list_keys(&self) -> Result<KeyList, Error> {
        let signing_keys = self.config.signing_keys()?;
        let rows: Vec<KeyRow> = d1::rows(self.env, &api::list_keys(self.account.name())).await?;
        let summary = |row| {
            let (record, last_used_at) = KeyRecord::from_listed_row(row);
            KeySummary::new(record, last_used_at, signing_keys)
        };
        Ok(KeyList { keys: rows.into_iter().map(summary).collect() })
    }

    async fn revoke_key(&self, id: &str) -> Result<Nothing, Error> {
        match self.revoke_stored_key(id).await {
            Err(Error::Runtime(cause)) => {
                if let Err(error) = self.revoke_copy(id).await {
                    let account = self.account.name();
                    log::notice(&Notice::KeyNotCopied { account, key: id, error: &error.to_string() });
                }
                Err(api::Error::NotRevoked(cause).into())
            }
            done => done,
        }
    }

    /// While D1 does not answer, the copy in KV says which keys are valid.
    async fn revoke_copy(&self, id: &str) -> Result<(), Error> {
        let Some(copy) = kv::text(self.env, &KeyRecord::copy_name(id)).await? else { return Ok(()) };
        let copy = KeyRecord::from_copy(&copy).ok().filter(|key| key.account == self.account.name());
        let mine = copy.filter(|key| self.identity.may_grant(&key.scopes).is_ok());
        let Some(mut key) = mine else { return Ok(()) };
        key.revoked_at.get_or_insert_with(runtime::now);
        keys::revoke(id);
        Ok(kv::put(self.env, &KeyRecord::copy_name(id), &key.to_copy()).await?)
    }

    /// A key that is revoked in D1 is rejected everywhere within a minute, whether or not its copy can be written.
    async fn revoke_stored_key(&self, id: &str) -> Result<Nothing, Error> {
        let account = self.account.name();
        let found: Vec<KeyRow> = d1::rows(self.env, &api::find_key(id)).await?;
        let found = found.into_iter().next().map(KeyRecord::from_row);
        let key = found.filter(|key| key.account == account).ok_or(api::Error::NotFound("key"))?;
        self.identity.may_grant(&key.scopes)?;
        let revoked: Vec<(String,)> =
            d1::rows_or_again(self.env, &api::revoke_key(id, account, runtime::now())).await?;
        for (id,) in &revoked {
            keys::revoke(id);
        }
        if let Err(error) = catch_up(self.env).await {
            log::notice(&Notice::KeyNotCopied { account, key: id, error: &error.to_string() });
        }
        Ok(Nothing {})
    }
}

/// What is wrong with KV or D1, for `account/check`.
pub(super) async fn storage_complaint(env: &Env) -> Option<String> {
    if let Err(error) = kv::text(env, "key:").await {
        return Some(format!("KV does not answer: {error}"));
    }
    d1::rows::<(i64,)>(env, &schema_version()).await.err().map(|error| error.to_string())
}

/// Writes the copies that KV has not taken yet, a few at a time.
pub(in crate::edge) async fn catch_up(env: &Env) -> Result<(), Error> {
    let rows: Vec<KeyRow> = d1::rows(env, &api::uncopied_keys()).await?;
    for key in rows.into_iter().map(KeyRecord::from_row) {
        copy(&key, env).await;
    }
    Ok(())
}

/// Writes the copy of a key, which is read where D1 fails. Where that does not work, the cron trigger does it later.
async fn copy(key: &KeyRecord, env: &Env) {
    let copied = async {
        kv::put(env, &KeyRecord::copy_name(&key.id), &key.to_copy()).await?;
        d1::rows::<()>(env, &api::mark_copied(key)).await
    };
    if let Err(error) = copied.await {
        let (account, key) = (key.account.as_str(), key.id.as_str());
        log::notice(&Notice::KeyNotCopied { account, key, error: &error.to_string() });
    }
}
