//! The times of retries.

use crate::time::Timestamp;

use super::Mode;

/// Seconds until each next attempt; the last one repeats.
const DELAYS: [i64; 8] = [60, 120, 300, 900, 1800, 3600, 7200, 14_400];
/// A backend is told of a message for a day.
pub(super) const TELL_FOR: i64 = 86_400;
/// A backend is asked for a reply for as long as a user may wait for it.
pub(super) const ASK_FOR: i64 = 3600;

/// The time of the next attempt after `attempts` attempts; `None` if it was the last.
///
/// `random` moves it by up to a fifth in either direction, so that deliveries that failed together are not retried
/// together; `retry_after` is what the backend asked for, in seconds.
#[must_use]
pub fn next_attempt(
    mode: Mode,
    attempts: i64,
    (made_at, now): (Timestamp, Timestamp),
    retry_after: Option<i64>,
    random: u8,
) -> Option<Timestamp> {
    let index = usize::try_from(attempts.saturating_sub(1)).unwrap_or_default();
    let delay = DELAYS.get(index).or(DELAYS.last()).copied().unwrap_or_default();
    // 205/256 to 307/256 of the time.
    let share = i64::from(random).saturating_mul(103).wrapping_shr(8).saturating_add(205);
    let jittered = delay.saturating_mul(share).wrapping_shr(8);
    let end = made_at.plus(match mode {
        Mode::Tell => TELL_FOR,
        Mode::Ask => ASK_FOR,
    });
    if now >= end {
        return None;
    }
    // If the next attempt would be too late, one last attempt is made at the end of the time.
    let regular = now.plus(jittered).min(end);
    let at = regular.max(now.plus(retry_after.unwrap_or_default()));
    (at <= end).then_some(at)
}
