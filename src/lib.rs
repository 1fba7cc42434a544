//! A WeChat Official Account (公众号 / 服务号) backend in one WebAssembly module, on Cloudflare's edge.
//!
//! # Who talks to whom
//!
//! | conversation | modules |
//! |---|---|
//! | WeChat → us: server address verification, messages, events, our replies | [`callback`] |
//! | what we answer by ourselves | [`rules`] |
//! | what we remember: each message once, and what became of it | [`inbox`] |
//! | us → the operator's backends: webhooks, signed and retried | [`backends`] |
//! | what the operator decided, version by version | [`settings`] |
//! | us → WeChat: its calls, its answers and error codes, the access token and its one keeper | [`wechat`] |
//! | a team's programs → us: the JSON API, its keys, its description | [`api`] |
//! | an SDK → WeChat, through us: its paths and bytes, our credential | [`gateway`] |
//! | the operator → us: variables and secrets | [`config`] |
//! | a monitor → us | [`health`] |
//! | nobody: what the others stand on | [`secret`], [`mac`], [`time`], [`invalid`], [`limits`], [`url`], [`json`], [`sql`] |
//! | every door, every failure's status and code, every line of the log | [`route`], [`error`], [`notice`] |
//! | what the cron trigger does, and in which turns | [`jobs`] |
//! | the platform: requests in, answers out, KV, time, chance, the log | `edge`, on wasm32 alone |
//!
//! The core decides, the edge performs. Everything but `edge` takes bytes, time and chance as arguments
//! and returns values; it is tested natively.
//!
//! # What never happens
//!
//! - Nothing above `edge` does IO, asks the time, or awaits: `worker` is a dependency of wasm32 alone.
//! - `edge` decides nothing about WeChat, rules or keys.
//! - Nothing on a request's path panics: on wasm a panic ends every request of the isolate.
//! - No secret, OpenID or message body reaches a log line or an error.
//! - Nothing unverified is answered: only a verified request becomes a [`callback::Delivery`].
//!
//! # Floor to roof
//!
//! A module uses only those listed before it; `tests/layers.rs` reads this list.

pub mod secret;
pub mod mac;
pub mod time;
pub mod invalid;
pub mod limits;
pub mod url;
pub mod json;
pub mod sql;
pub mod config;
pub mod callback;
pub mod wechat;
pub mod rules;
pub mod inbox;
pub mod backends;
pub mod settings;
pub mod api;
pub mod gateway;
pub mod route;
pub mod health;
pub mod error;
pub mod notice;
pub mod jobs;
#[cfg(target_arch = "wasm32")]
mod edge;
