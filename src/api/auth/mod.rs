//! API keys: created, stored as hashes, published to every location, and used by a caller.

mod identity;
mod key;
mod record;
mod ring;
mod store;

pub use identity::{Identity, identify};
pub use key::{MadeKey, Presented, new_key};
pub use record::KeyRecord;
pub use ring::{KeyRing, PublishedKeys, UnknownIds};
pub use store::{KeyRow, all_keys, find_key, insert_key, list_keys, revoke_key, version};
