//! What D1's errors say, which has to be read from their texts: they have no codes.
//!
//! The texts: <https://developers.cloudflare.com/d1/observability/debug-d1/>

/// The database, or all databases of the Cloudflare account, have reached their size.
const FULL: [&str; 3] = ["is full", "maximum DB size", "maximum account storage limit"];
/// The day's rows of the free plan are used up; every query fails until midnight in UTC.
const DAILY_LIMIT: [&str; 2] = ["daily row write limit", "daily row read limit"];
/// D1 does not answer, or cannot run any statement.
const UNAVAILABLE: [&str; 6] = [
    "has no tables",
    "did not answer within",
    "overloaded",
    "onnection lost",
    "exceeded timeout",
    "object to be reset",
];

/// Whether D1 refused to write because it is full.
#[must_use]
pub fn is_full(error: &str) -> bool {
    has_any(error, &FULL)
}

/// Whether D1 refused a call because of its limits for a day.
#[must_use]
pub fn is_daily_limit(error: &str) -> bool {
    has_any(error, &DAILY_LIMIT)
}

/// Whether an error says that D1 itself has failed, and not only this statement.
#[must_use]
pub fn is_about_the_database(error: &str) -> bool {
    is_full(error) || is_daily_limit(error) || has_any(error, &UNAVAILABLE)
}

fn has_any(error: &str, signs: &[&str]) -> bool {
    signs.iter().any(|sign| error.contains(sign))
}
