//! API keys and sessions: created, stored as hashes, looked up, and used by a caller.

mod browser;
mod identity;
mod key;
mod known;
mod record;
mod session;
mod store;

pub use browser::{Cookie, Origin, is_json, is_local};
pub use identity::{Identity, identify};
pub use key::{MadeKey, Presented, needs_previous_signing_key, new_key};
pub use known::{Copy, KnownKeys};
pub use record::KeyRecord;
pub use session::{
    EndedSessions, Pass, PassKind, PassSecrets, end_session, ended_root_sessions, store_ticket, use_ticket,
};
pub use store::{
    KeyRow, MAX_KEYS, MAX_NEW_KEYS, delete_key, expire_keys, find_key, insert_key, list_keys, mark_copied,
    note_use, revoke_key, uncopied_keys,
};
