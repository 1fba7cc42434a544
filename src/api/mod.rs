//! Your app, the console → us: API keys, and the JSON API in WeChat's own manner.
//!
//! `POST /api/{group}/{verb}`, JSON in, JSON out. Each group of calls has a file of its name, which declares a call as
//! a whole: an [`Endpoint`] with its path, scope and summary, its request, its answer, and what to do, which is a
//! [`Plan`] that `edge` performs.

#![expect(
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    reason = "the functions of all calls have one type: from a request to a plan, or an error"
)]

pub mod account;
pub mod assistant;
pub mod audit;
mod auth;
pub mod conversation;
mod cursor;
pub mod delivery;
mod endpoint;
mod error;
mod fields;
mod follow_time;
mod handler;
mod id;
pub mod jssdk;
pub mod key;
pub mod media;
pub mod menu;
pub mod message;
#[cfg(not(target_arch = "wasm32"))]
pub mod openapi;
pub mod overview;
mod plan;
pub mod problem;
pub mod qrcode;
mod received;
pub mod rule;
mod scope;
pub mod session;
pub mod setup;
pub mod stats;
mod tag;
mod template;
pub mod timeline;
pub mod token;
pub mod user;
pub mod webhook;

pub use auth::{
    Cookie, Copy, EndedSessions, Identity, KeyRecord, KeyRow, KnownKeys, MAX_KEYS, MAX_NEW_KEYS, MadeKey,
    Origin, Pass, PassKind, PassSecrets, Presented, delete_key, end_session, ended_root_sessions,
    expire_keys, find_key, identify, insert_key, is_json, is_local, list_keys, mark_copied,
    needs_previous_signing_key, new_key, note_use, revoke_key, store_ticket, uncopied_keys, use_ticket,
};
pub use cursor::Cursors;
pub use endpoint::{Effect, Endpoint, Format, MAX_BODY_BYTES, endpoints};
pub use error::Error;
pub use fields::{FieldProblem, Page, field_problems};
pub use handler::Nothing;
pub use plan::{Plan, Reader};
pub use scope::{Access, Group, Requirement, Scope};

/// The account a call names in its query, as `?account=shop`.
#[must_use]
pub fn wanted_account(query: &str) -> Option<String> {
    form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "account")
        .map(|(_, account)| account.into_owned())
}
