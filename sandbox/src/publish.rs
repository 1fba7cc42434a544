//! Publishes rules to a worker over its JSON API.

use std::error::Error as _;
use std::iter::successors;
use std::path::Path;
use std::time::Duration;

use clap::Args;
use mp_worker::secret::Secret;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

use crate::dev;
use crate::http::client;

/// Long enough to upload 1.9 MB of rules to a remote worker.
const PATIENCE: Duration = Duration::from_mins(1);

/// The worker and the account to publish rules to.
#[derive(Debug, Clone, Args)]
pub struct Publish {
    /// The URL of the worker, such as `https://wx.example.com`
    #[arg(long, env = "WORKER")]
    pub worker: String,
    /// An API key with the scope rule:write
    #[arg(long, env = "API_KEY", hide_env_values = true, value_parser = parse_key)]
    pub api_key: Secret,
    /// The name of the account; by default the account of the API key
    #[arg(long, env = "ACCOUNT")]
    pub account: Option<String>,
}

impl Publish {
    /// Checks a document and replaces the account's rules with it. Returns the new version, and the worker's warnings.
    pub async fn rules(&self, file: &Path) -> Result<(u64, Vec<String>), String> {
        let document = dev::read_rules(file)?;
        let url = format!("{}/api/rule/import", self.worker.trim_end_matches('/'));
        let mut request = client(PATIENCE)?.post(url).bearer_auth(self.api_key.expose());
        if let Some(account) = &self.account {
            request = request.query(&[("account", account)]);
        }
        let response = request.header(CONTENT_TYPE, "application/json").body(document).send().await;
        let response = response.map_err(|error| self.unreachable(&error))?;
        let status = response.status();
        let body = response.text().await.map_err(|error| self.unreachable(&error))?;
        let answer: Value = serde_json::from_str(&body)
            .map_err(|_| format!("{} did not respond like a worker: {status}", self.worker))?;
        let version = answer.get("version").and_then(Value::as_u64).ok_or_else(|| {
            let message = answer.pointer("/error/message").and_then(Value::as_str);
            let message = message.unwrap_or("it gave no reason");
            format!("The worker refused the rules, {status}: {message}")
        })?;
        let warnings =
            answer.get("warnings").and_then(Value::as_array).into_iter().flatten().map(|warning| {
                let text = |field: &str| warning.get(field).and_then(Value::as_str).unwrap_or_default();
                format!("{} {}", text("field"), text("message"))
            });
        Ok((version, warnings.collect()))
    }

    fn unreachable(&self, error: &reqwest::Error) -> String {
        let causes = successors(error.source(), |cause| (*cause).source()).map(ToString::to_string);
        format!("{} cannot be reached: {}", self.worker, causes.collect::<Vec<_>>().join(": "))
    }
}

fn parse_key(text: &str) -> Result<Secret, String> {
    if text.is_empty() { Err("is empty".to_owned()) } else { Ok(Secret::new(text.to_owned())) }
}
