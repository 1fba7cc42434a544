//! The HTTP client for calls to the worker and to the sandbox.

use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, NoProxy, Proxy};

/// How long WeChat waits for a response.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// Creates a client with this timeout. It does not follow redirects, because WeChat does not.
pub fn client(patience: Duration) -> Result<Client, String> {
    // This only fails if an earlier client has installed the provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder().redirect(Policy::none()).timeout(patience).no_proxy();
    if let Some(proxy) = proxy() {
        builder = builder.proxy(proxy);
    }
    builder.build().map_err(|error| error.to_string())
}

/// Returns the proxy from the environment, except for connections to this machine.
fn proxy() -> Option<Proxy> {
    let url = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        .iter()
        .find_map(|name| std::env::var(name).ok())?;
    let spared = std::env::var("no_proxy").unwrap_or_default();
    let no_proxy = NoProxy::from_string(&format!("127.0.0.1,localhost,::1,{spared}"));
    Proxy::all(url).ok().map(|proxy| proxy.no_proxy(no_proxy))
}

/// Describes a transport error without the query string, which contains a signature.
#[must_use]
pub fn describe(error: &reqwest::Error, url: &str) -> String {
    if error.is_timeout() {
        return "no answer in time".to_owned();
    }
    if error.is_connect() && is_local(url) {
        return "nothing is listening at this address; is `make dev` running?".to_owned();
    }
    // The message of reqwest's error contains the whole URL, so only its causes are printed.
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
