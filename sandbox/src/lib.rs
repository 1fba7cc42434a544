//! A simulated WeChat platform for development and tests.
//!
//! It sends callbacks as the platform does and checks the responses as strictly, serves the part of api.weixin.qq.com
//! that the worker calls, and runs the worker on this machine.
//! [`sender`] calls the worker, and the worker calls [`api`] and the language models of [`model`]. A [`verdict::Verdict`]
//! is what the platform would show the user. [`cloudflare`] is what wrangler deploys to in tests.

pub mod account;
mod chance;
mod server;
pub mod document;
pub mod sample;
pub mod verdict;
pub mod http;
pub mod sender;
pub mod api;
pub mod model;
pub mod cloudflare;
pub mod worker;
pub mod dev_vars;
pub mod dev;
pub mod publish;
