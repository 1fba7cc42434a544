//! The platform's clock: the system time plus the time that a test has advanced it by. Days end in 北京时间.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Returns the time since the Unix epoch.
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

/// Returns the number of days since 1970 in Beijing time.
pub(super) fn beijing_day(now: Duration) -> u64 {
    const DAY: u64 = 24 * 60 * 60;
    now.saturating_add(BEIJING).as_secs() / DAY
}
