//! The key of an inbox entry, and the ids derived from it.

use serde::{Deserialize, Serialize};
use sha1_smol::Sha1;

use crate::inbox::{Entry, Record};
use crate::sql::Parameter;
use crate::time::Timestamp;

use super::outbox::{DeliveryMode, OutboxItem};

/// Identifies an entry within its account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryKey {
    /// `CreateTime`
    pub create_time: Timestamp,
    /// The user.
    pub openid: String,
    /// Distinguishes what a user sent within a second.
    pub id: String,
}

impl EntryKey {
    /// The key of an entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        let Record { create_time, openid, id, .. } = &entry.record;
        Self { create_time: *create_time, openid: openid.clone(), id: id.clone() }
    }

    /// Identifies the entry among those of all accounts, in 40 characters.
    #[must_use]
    pub fn digest(&self, account: &str) -> String {
        let Self { create_time, openid, id } = self;
        Sha1::from(format!("{account}\n{create_time}\n{openid}\n{id}")).digest().to_string()
    }

    /// The id of the entry's delivery to a backend.
    #[must_use]
    pub fn delivery_id(&self, account: &str, backend: &str) -> String {
        format!("msg_{}", Sha1::from(format!("{}\n{backend}", self.digest(account))).digest())
    }

    /// The outbox item that tells or asks a backend about the entry.
    #[must_use]
    pub fn outbox_item(&self, account: &str, backend: &str, mode: DeliveryMode) -> OutboxItem {
        let id = self.delivery_id(account, backend);
        OutboxItem { id, backend: backend.to_owned(), mode, message: serde_json::Value::Null, always: false }
    }

    /// The parameters ?1 to ?4 of statements about an entry.
    pub(super) fn parameters(&self, account: &str) -> [Parameter; 4] {
        [
            account.into(),
            self.create_time.seconds().into(),
            self.openid.as_str().into(),
            self.id.as_str().into(),
        ]
    }
}
