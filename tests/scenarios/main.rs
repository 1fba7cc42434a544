//! Whole flows, natively: bytes in, values out. No network, no clock, no mocks.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

mod account_check;
mod api_answers;
mod api_keys;
mod api_plans;
mod api_refusals;
mod configuration;
mod deliveries;
mod errcodes;
mod errors;
mod events;
mod handshake;
mod health;
mod interop;
mod jssdk;
mod menu_limits;
mod messages;
mod openapi;
mod properties;
mod replies;
mod rules;
mod statements;
mod token_keeper;
mod vectors;
mod wechat_answers;
mod wechat_calls;
mod world;
mod xml;
