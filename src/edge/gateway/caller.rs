//! Who calls the gateway, and for which account.

use crate::api::{self, Identity, Presented};
use crate::config::Account;
use crate::error::Error;
use crate::gateway::{Claims, Refused, Shown};

use super::{Gateway, fail};
use crate::edge::bindings::runtime;
use crate::edge::state::key_ring;

impl<'a> Gateway<'a> {
    /// The identity of an API key, and its account with an AppID.
    pub(super) async fn holder(&self, appid: &str, secret: &str) -> Result<(Identity, &'a Account), Refused> {
        let named = |account: &&Account| self.path.account.is_none_or(|name| name == account.name());
        let mut accounts = self
            .config
            .accounts()
            .filter(|account| account.app().is_ok_and(|app| app.app_id.as_str() == appid) && named(account));
        let first = accounts.next().ok_or(Refused::WrongAppId)?;
        let identity = match key_ring::identify_key(&Presented::new(secret), self.config, self.env).await {
            Ok(identity) => identity,
            Err(Error::Api(api::Error::Unauthorized)) => return Err(Refused::WrongSecret),
            Err(error) => return Err(fail(error)),
        };
        let account = match &identity {
            Identity::Root => first,
            Identity::Key(record) => std::iter::once(first)
                .chain(accounts)
                .find(|account| account.name() == record.account)
                .ok_or(Refused::WrongAppId)?,
        };
        self.is_called_by(&identity, account);
        Ok((identity, account))
    }

    /// The identity and the account of the request's credential or API key.
    pub(super) async fn caller(&self) -> Result<(Identity, &'a Account), Refused> {
        let authorization = || self.request.header("authorization");
        let shown = Shown::of(&self.query, authorization, self.root()?, runtime::now())?;
        let (identity, claimed) = match shown {
            Shown::Stale => return Err(Refused::StaleCredential),
            Shown::Credential(claims) => (self.holder_of(&claims).await?, Some(claims.account)),
            Shown::Other(text) => {
                let presented = Presented::new(text.expose());
                match key_ring::identify_key(&presented, self.config, self.env).await {
                    Ok(identity) => (identity, None),
                    Err(Error::Api(api::Error::Unauthorized)) => return Err(Refused::UnknownCredential),
                    Err(error) => return Err(fail(error)),
                }
            }
        };
        if claimed.is_some() && self.path.account.is_some() && claimed.as_deref() != self.path.account {
            return Err(Refused::AnotherAccount);
        }
        let wanted = claimed.as_deref().or(self.path.account);
        let account = identity.account(wanted).map_err(|_| Refused::AnotherAccount)?;
        let account = self.config.account(account).map_err(|error| fail(error.into()))?;
        self.is_called_by(&identity, account);
        Ok((identity, account))
    }

    /// The identity of a credential, if its key is still valid.
    async fn holder_of(&self, claims: &Claims) -> Result<Identity, Refused> {
        let Some(key_id) = &claims.key_id else { return Ok(Identity::Root) };
        let record = key_ring::find(key_id, self.env).await.map_err(fail)?;
        let record = record.filter(|record| record.is_in_force(runtime::now())).ok_or(Refused::DeadKey)?;
        Ok(Identity::Key(Box::new(record)))
    }

    fn is_called_by(&self, identity: &Identity, account: &Account) {
        self.request.log.key(identity.key_id().unwrap_or("root"));
        self.request.log.account(account.name());
    }
}
