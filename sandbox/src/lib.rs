//! A pretend WeChat platform, for development and for our tests.
//!
//! It sends callbacks as the platform does and judges the answers as strictly; it serves the part of
//! api.weixin.qq.com that the worker calls; and it runs the worker on this machine.
//! Who talks to whom: `sender` → the worker → `api`. What the platform would then show its user is a
//! [`verdict::Verdict`].

pub mod account;
mod chance;
pub mod document;
pub mod sample;
pub mod verdict;
pub mod http;
pub mod sender;
pub mod api;
pub mod worker;
pub mod dev;
pub mod publish;
