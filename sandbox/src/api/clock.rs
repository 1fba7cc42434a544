//! The platform's time: the machine's, and what a test let pass on top (北京时间 decides when a day ends).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Tells the time since 1970.
#[derive(Debug, Default)]
pub(super) struct Clock {
    ahead: Duration,
}

const BEIJING: Duration = Duration::from_hours(8);

impl Clock {
    pub(super) fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().saturating_add(self.ahead)
    }

    pub(super) fn advance(&mut self, time: Duration) {
        self.ahead = self.ahead.saturating_add(time);
    }
}

/// The day in Beijing, counted from 1970.
pub(super) fn beijing_day(now: Duration) -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    now.saturating_add(BEIJING).as_secs() / DAY
}
