//! The Durable Objects. A new class needs a migration tag of its own in wrangler.toml.

mod row_counter;
mod spool;
mod token_keeper;
