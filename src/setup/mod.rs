//! What became of the latest requests to an account's callback URL, for the person who sets it up.
//!
//! Anyone can send such requests, so what they lead to is bounded: one row for each account and [`AttemptKind`], and few
//! writes.

mod attempt;
mod recorder;

pub use attempt::{Attempt, AttemptKind, AttemptRow, MAX_WATCH_AGE, latest, store, watch};
pub use recorder::{Admission, Recorder};
