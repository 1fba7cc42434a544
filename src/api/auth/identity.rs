//! Who calls, and what they may do.

use crate::api::{Error, Scope};
use crate::invalid::Invalid;
use crate::secret::equal_in_constant_time;
use crate::time::Timestamp;

use super::key::{Presented, hash};
use super::record::KeyRecord;

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// The holder of `ROOT_API_KEY`: every scope, every account.
    Root,
    /// The holder of a key.
    Key(Box<KeyRecord>),
}

/// Who sent a key, given the record with its id.
pub fn identify(presented: &Presented, record: Option<KeyRecord>, now: Timestamp) -> Result<Identity, Error> {
    let (_, secret) = presented.parts().ok_or(Error::Unauthorized)?;
    let record = record.ok_or(Error::Unauthorized)?;
    let is_genuine = equal_in_constant_time(&hash(secret), &record.hash);
    if is_genuine && record.is_in_force(now) {
        Ok(Identity::Key(Box::new(record)))
    } else {
        Err(Error::Unauthorized)
    }
}

impl Identity {
    /// The caller's name, as a version's author: that of the key, or `root`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::Key(record) => &record.name,
        }
    }

    /// When the key expires; `None` = never.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Root => None,
            Self::Key(record) => record.expires_at,
        }
    }

    /// Id of the key; the root key has none.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        match self {
            Self::Root => None,
            Self::Key(record) => Some(&record.id),
        }
    }

    /// Who sent a message, as it is stored: `key:` and the id of the key, or `root`.
    #[must_use]
    pub fn sender(&self) -> String {
        self.key_id().map_or_else(|| "root".to_owned(), |id| format!("key:{id}"))
    }

    /// The account the caller acts for: the wanted one, else that of the key; `None` = the default one.
    pub fn account<'a>(&'a self, wanted: Option<&'a str>) -> Result<Option<&'a str>, Error> {
        match (self, wanted) {
            (Self::Root, wanted) => Ok(wanted),
            (Self::Key(record), Some(wanted)) if wanted != record.account => Err(Error::AnotherAccount),
            (Self::Key(record), _) => Ok(Some(&record.account)),
        }
    }

    /// Whether the caller may create or revoke a key with these scopes: only with scopes that the caller has.
    pub fn may_grant(&self, scopes: &[Scope]) -> Result<(), Error> {
        scopes.iter().try_for_each(|scope| self.require(*scope))
    }

    /// When a key that the caller creates ends: as wanted, and no later than the caller.
    pub fn end_of_new_key(&self, wanted: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
        match (self.expires_at(), wanted) {
            (Some(own), Some(wanted)) if wanted > own => Err(Error::InvalidParameter(Invalid::new(
                "expires_at",
                format!("must not be later than {own}, when the key that creates it expires"),
            ))),
            (own, wanted) => Ok(wanted.or(own)),
        }
    }

    /// Whether the caller has this scope.
    pub fn require(&self, scope: Scope) -> Result<(), Error> {
        match self {
            Self::Root => Ok(()),
            Self::Key(record) if record.scopes.iter().any(|mine| mine.allows(scope)) => Ok(()),
            Self::Key(_) => Err(Error::LacksScope(scope)),
        }
    }
}
