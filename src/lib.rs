//! A WeChat Official Account backend in one WebAssembly module.

pub mod secret;
pub mod time;
pub mod config;
pub mod callback;
