//! The Durable Objects that renew tokens, `TOKEN_KEEPER`.

use std::time::Duration;

use worker::Result;

use super::env::Env;
use super::object;

/// An object may have to call WeChat several times.
const TIMEOUT: Duration = Duration::from_secs(25);

/// Asks the keeper of this name.
pub(in crate::edge) async fn ask(env: &Env, name: &str, body: &str) -> Result<String> {
    object::ask(env, "TOKEN_KEEPER", name, body, TIMEOUT).await
}
