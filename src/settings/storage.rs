//! What an account stores, and for how long.

use serde::{Deserialize, Serialize};

use crate::config::{Config, Problem};

use super::Settings;

/// What the operator decided about storing; the configuration decides what is absent, and whether messages are stored at
/// all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageSettings {
    /// Number of days for which messages are kept, instead of `RETENTION_DAYS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<i64>,
    /// Events that are not stored, in lowercase, instead of `IGNORED_EVENTS`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unstored_events: Option<Vec<String>>,
}

impl StorageSettings {
    /// Takes over what is given.
    pub(super) fn update(&mut self, change: Self) {
        let Self { retention_days, unstored_events } = change;
        self.retention_days = retention_days.or(self.retention_days);
        self.unstored_events = unstored_events.or_else(|| self.unstored_events.take());
    }

    /// Whether nothing was decided.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

impl Settings {
    /// The number of days for which messages are kept; 0 = they are not.
    pub fn retention_days<'c>(&self, config: &'c Config) -> Result<i64, &'c Problem> {
        Ok(match config.retention_days()? {
            0 => 0,
            days => self.storage.retention_days.unwrap_or(days),
        })
    }

    /// The events that are not stored.
    #[must_use]
    pub fn unstored_events<'s>(&'s self, config: &'s Config) -> &'s [String] {
        self.storage.unstored_events.as_deref().unwrap_or_else(|| config.ignored_events())
    }

    /// Whether an event is not stored: its name, in lowercase.
    #[must_use]
    pub fn ignores(&self, event: &str, config: &Config) -> bool {
        self.unstored_events(config).iter().any(|name| name == event)
    }

    /// Whether a message or an event is stored even if no backend has yet to get it.
    #[must_use]
    pub fn stores(&self, event: Option<&str>, config: &Config) -> bool {
        config.keeps_messages() && !event.is_some_and(|event| self.ignores(event, config))
    }
}
