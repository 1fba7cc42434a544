//! A WeChat Official Account (公众号 / 服务号) backend in one WebAssembly module, on Cloudflare's edge.
//!
//! # The modules
//!
//! | subject | modules |
//! |---|---|
//! | requests from WeChat: server address verification, messages, events, passive replies | [`callback`] |
//! | the latest requests to a callback URL, for the set-up page | [`setup`] |
//! | calls of WeChat's API: their requests, answers and error codes, the access token | [`wechat`] |
//! | AI answers: model providers, what they are asked, and what becomes of their answers | [`assistants`] |
//! | automatic replies | [`rules`] |
//! | messages and events, each stored once, and queries about them | [`inbox`] |
//! | requests to the operator's backends: webhooks, the outbox, retries, late answers | [`backends`] |
//! | rules and webhooks as one document with versions | [`settings`] |
//! | the JSON API for the operator's programs, API keys, the OpenAPI document | [`api`] |
//! | calls of WeChat's API by SDKs, forwarded | [`gateway`] |
//! | variables and secrets | [`config`] |
//! | the answer to monitors | [`health`] |
//! | the routes; each failure's status and code; the log's events | [`route`], [`error`], [`notice`] |
//! | scheduled jobs: when they are due, and within which limits | [`jobs`] |
//! | shared foundations | [`secret`], [`mac`], [`time`], [`invalid`], [`limits`], [`url`], [`outgoing`], [`fold`], [`json`], [`row`], [`text_map`], [`sql`], [`d1_error`] |
//! | Cloudflare: requests, responses, KV, D1, Durable Objects, the clock, the log | `edge`, on wasm32 only |
//!
//! The core decides, the edge performs: everything but `edge` takes bytes, the time and random bytes as arguments,
//! returns values, and is tested natively.
//!
//! # Guarantees
//!
//! - Only `edge` does IO, reads the clock, or awaits: `worker` is a dependency of wasm32 alone.
//! - `edge` decides nothing about WeChat, rules or keys.
//! - Nothing on a request's path panics: on wasm a panic ends every request of the isolate.
//! - No secret, OpenID or message text reaches a log line or an error.
//! - Only a verified request becomes a [`callback::Delivery`], and only a delivery is answered.
//!
//! # The order of the modules
//!
//! A module uses only those listed before it; `tests/layers.rs` reads this list.

pub mod secret;
pub mod mac;
pub mod time;
pub mod invalid;
pub mod limits;
pub mod url;
pub mod outgoing;
pub mod fold;
pub mod json;
pub mod row;
pub mod text_map;
pub mod sql;
pub mod d1_error;
pub mod config;
pub mod callback;
pub mod setup;
pub mod wechat;
pub mod assistants;
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
