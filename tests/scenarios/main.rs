//! Whole flows, natively: bytes in, values out. No network, no clock, no mocks.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

mod configuration;
mod deliveries;
mod events;
mod handshake;
mod health;
mod interop;
mod messages;
mod properties;
mod replies;
mod rules;
mod vectors;
mod world;
mod xml;
