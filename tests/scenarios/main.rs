//! Native tests of whole flows: bytes in, values out. No network, no clock, no mocks.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

mod account_check;
mod api_answers;
mod api_keys;
mod api_plans;
mod api_refusals;
mod assistant_conversations;
mod assistant_meter;
mod assistants;
mod audit;
mod backends_page;
mod configuration;
mod conversations;
mod database;
mod callbacks;
mod errcodes;
mod errors;
mod events;
mod foreign_text;
mod gateway;
mod gateway_idempotency;
mod handshake;
mod health;
mod inbox_entries;
mod inbox_figures;
mod inbox_followers;
mod inbox_pages;
mod inbox_retention;
mod inbox_storing;
mod interop;
mod jobs;
mod jssdk;
mod menu_limits;
mod menus;
mod media;
mod messages;
mod notices;
mod openapi;
mod overview;
mod properties;
mod backends;
mod backend_claims;
mod backend_deliveries;
mod backend_outcomes;
mod qr_codes;
mod replies;
mod rules;
mod rules_console;
mod rules_page;
mod rule_trials;
mod rule_warnings;
mod sessions;
mod settings;
mod setup;
mod spool;
mod key_statements;
mod token_keeper;
mod trials;
mod user_directory;
mod vectors;
mod wechat_answers;
mod wechat_calls;
mod world;
mod xml;
