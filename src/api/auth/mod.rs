//! API keys: created, stored as hashes, looked up, and used by a caller.

mod identity;
mod key;
mod known;
mod record;
mod store;

pub use identity::{Identity, identify};
pub use key::{MadeKey, Presented, needs_previous_signing_key, new_key};
pub use known::{Copy, KnownKeys};
pub use record::KeyRecord;
pub use store::{
    KeyRow, ListedKeyRow, MAX_KEYS, MAX_NEW_KEYS, expire_keys, find_key, insert_key, list_keys, mark_copied,
    note_use, revoke_key, uncopied_keys,
};
