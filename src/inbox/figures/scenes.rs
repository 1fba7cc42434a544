//! How often each parametric QR code was scanned.

use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

use super::calendar::{Days, day_of};
use super::counting::{Closed, CountRow, Live};
use super::statements::figures_of_days;
use super::tally::Tallies;

/// How often codes were scanned, by scene.
#[derive(Debug, Default)]
pub struct SceneCounts {
    /// By followers and by others.
    all: Tallies,
    /// By others, who then followed.
    followed: Tallies,
}

/// Today and the 364 days before it.
#[must_use]
pub fn last_365_days(now: Timestamp) -> Days {
    Days::between(Some(now.minus(364_i64.saturating_mul(SECONDS_A_DAY))), None, now)
}

/// Selects what is summed and closed about scenes: [`CountRow`]s of the whole period, without the outcome.
///
/// Reads the rows about scenes of each day in `daily`, and of each hour of the last days in `hourly`: usually as many as
/// codes were scanned in it, at most 2,010.
#[must_use]
pub fn closed_scenes(account: &str, days: Days, closed: Closed) -> Statement {
    Statement::new(
        concat!(
            "WITH figures_of_days(day, kind, key, outcome, n, last_at) AS (",
            figures_of_days!("('scene')"),
            ") SELECT 0 AS day, kind, key, '' AS outcome, SUM(n) AS n, MAX(last_at) AS last_at \
             FROM figures_of_days GROUP BY key"
        ),
        [
            account.into(),
            days.first.into(),
            days.last.into(),
            closed.hours_up_to.into(),
            closed.days_up_to.into(),
        ],
    )
}

impl SceneCounts {
    /// Adds the live count to the rows of [`closed_scenes`].
    #[must_use]
    pub fn new(closed: &[CountRow], live: &Live, days: Days) -> Self {
        let mut counts = Self::default();
        for (_, _, key, _, n, _) in closed {
            counts.add(key, *n);
        }
        for (hour, kind, key, _, n, _) in &live.rows {
            if kind == "scene" && days.include(day_of(*hour)) {
                counts.add(key, *n);
            }
        }
        counts
    }

    /// Number of scans, and of those after which the user followed.
    #[must_use]
    pub fn of(&self, scene: &str) -> (i64, i64) {
        (self.all.of(scene).n, self.followed.of(scene).n)
    }

    /// The scenes, the most scanned first.
    #[must_use]
    pub fn scenes(&self) -> Vec<String> {
        self.all.by(|tally| tally.n).into_iter().map(|(scene, _)| scene).collect()
    }

    /// What is not counted for itself has no scene, and is left out.
    fn add(&mut self, key: &str, n: i64) {
        if let Some((event, scene)) = key.split_once(' ') {
            self.all.add(scene, "", n, 0);
            if event == "subscribe" {
                self.followed.add(scene, "", n, 0);
            }
        }
    }
}
