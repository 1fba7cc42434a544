//! Who calls the gateway, and for which account.

use crate::api::{self, Identity, Presented};
use crate::config::Account;
use crate::error::Error;
use crate::gateway::{Claims, Refused, Shown};

use super::{Gateway, fail};
use crate::edge::bindings::runtime;
use crate::edge::state::keys;

impl<'a> Gateway<'a> {
    /// The identity of an API key, and its account with an AppID.
    pub(super) async fn holder(&self, appid: &str, secret: &str) -> Result<(Identity, &'a Account), Refused> {
        let named = |account: &&Account| self.path.account.is_none_or(|name| name == account.name());
        let mut accounts = self
            .config
            .accounts()
            .filter(|account| account.app().is_ok_and(|app| app.app_id.as_str() == appid) && named(account));
        let first = accounts.next().ok_or(Refused::WrongAppId)?;
        let identity = self.identify(secret, Refused::WrongSecret).await?;
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
        let shown = Shown::of(&self.query, authorization, self.secrets()?, runtime::now())?;
        let (identity, claimed) = match shown {
            Shown::Stale => return Err(Refused::StaleCredential),
            Shown::Credential(claims) => (self.holder_of(&claims).await?, Some(claims.account)),
            Shown::Other(text) => (self.identify(text.expose(), Refused::UnknownCredential).await?, None),
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

    /// The identity of an API key; one that is not valid gets `refusal`, until its address has sent too many.
    async fn identify(&self, key: &str, refusal: Refused) -> Result<Identity, Refused> {
        match keys::identify_key(&Presented::new(key), self.config, self.env, self.context).await {
            Ok(identity) => Ok(identity),
            Err(Error::Api(api::Error::Unauthorized))
                if keys::takes_failure(self.request, self.env).await =>
            {
                Err(refusal)
            }
            Err(Error::Api(api::Error::Unauthorized)) => Err(Refused::TooManyFailures),
            Err(error) => Err(fail(error)),
        }
    }

    /// The identity of a credential, if its key is still valid.
    async fn holder_of(&self, claims: &Claims) -> Result<Identity, Refused> {
        let Some(key_id) = &claims.key_id else { return Ok(Identity::Root) };
        let record = keys::find(key_id, self.env).await.map_err(fail)?;
        let record = record.filter(|record| record.is_in_force(runtime::now())).ok_or(Refused::DeadKey)?;
        keys::note_use(key_id, self.env, self.context);
        Ok(Identity::Key(Box::new(record)))
    }

    fn is_called_by(&self, identity: &Identity, account: &Account) {
        self.request.log.key(identity.key_id().unwrap_or("root"));
        self.request.log.account(account.name());
    }
}
