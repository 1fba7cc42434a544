//! What the cron trigger runs.

use worker::Env;

use super::{api, backends, callback, state, wechat};

/// Runs every job.
pub(super) async fn run(env: &Env) {
    api::keys::catch_up(env).await;
    state::settings::catch_up(env).await;
    wechat::keep_tokens_warm(env).await;
    callback::filing::sweep(env).await;
    backends::sweep(env).await;
}
