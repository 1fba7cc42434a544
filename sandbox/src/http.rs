//! The HTTP client of everything here that calls the worker.

use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, NoProxy, Proxy};

/// How long WeChat waits for one answer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// A client that waits as long as it is told and follows no redirect, as WeChat does not.
pub fn client(patience: Duration) -> Result<Client, String> {
    // The first client of the process installs the provider; for the others it is there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder().redirect(Policy::none()).timeout(patience).no_proxy();
    if let Some(proxy) = proxy() {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| error.to_string())
}

/// The environment's proxy, which has no business between two processes of this machine.
fn proxy() -> Option<Proxy> {
    let url = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .iter()
        .find_map(|name| std::env::var(name).ok())?;
    let spared = std::env::var("no_proxy").unwrap_or_default();
    let no_proxy = NoProxy::from_string(&format!("127.0.0.1,localhost,::1,{spared}"));
    Proxy::all(url).ok().map(|proxy| proxy.no_proxy(no_proxy))
}

/// What went wrong below HTTP, without the query, which holds a signature.
#[must_use]
pub fn describe(error: &reqwest::Error, url: &str) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_connect() && is_local(url) {
        return "nothing listens there; is `make dev` running?".to_owned();
    }
    // reqwest's own words hold the whole URL, so only what is behind them is said.
    let mut causes = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        causes.push(error.to_string());
        cause = error.source();
    }
    if causes.is_empty() { "the request failed".to_owned() } else { causes.join(": ") }
}

fn is_local(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|local| url.starts_with(local))
}
