//! A WeChat Official Account backend in one WebAssembly module.

pub mod secret;
pub mod time;
pub mod config;
pub mod callback;
pub mod rules;
pub mod route;
pub mod health;
pub mod error;
#[cfg(target_arch = "wasm32")]
mod edge;
