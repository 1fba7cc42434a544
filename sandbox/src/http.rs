//! The HTTP client of everything here that calls the worker.

use std::error::Error as _;
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;

/// How long WeChat waits for one answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A client that waits as long as WeChat does and follows no redirect, as WeChat does not.
pub fn client(patience: Duration) -> Result<Client, String> {
    // The first client of the process installs the provider; for the others it is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().redirect(Policy::none()).timeout(patience).build().map_err(describe)
}

/// What went wrong below HTTP, without the URL: its query holds a signature.
#[must_use]
pub fn describe(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_connect() {
        return "nothing listens there; is `make dev` running?".to_owned();
    }
    let error = error.without_url();
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}
