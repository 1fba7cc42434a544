//! The answer to `GET /healthz`.

use serde_json::json;

use crate::config::Config;

/// The build, and what the operator has to fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    problems: Vec<String>,
}

impl Health {
    /// The health of a worker with this configuration.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        Self { problems: config.problems().map(ToString::to_string).collect() }
    }

    /// 200, or 503 while there are problems.
    #[must_use]
    pub const fn status(&self) -> u16 {
        if self.problems.is_empty() { 200 } else { 503 }
    }

    /// The JSON body.
    #[must_use]
    pub fn body(&self) -> String {
        json!({
            "status": if self.problems.is_empty() { "ok" } else { "not_configured" },
            "version": env!("CARGO_PKG_VERSION"),
            "build": option_env!("MP_WORKER_BUILD").unwrap_or("unknown"),
            "problems": self.problems,
        })
        .to_string()
    }
}
