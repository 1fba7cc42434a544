//! The queue `INBOX`, which not every worker has.

use std::time::Duration;

use worker::{Env, MessageBuilder, QueueContentType, Result};

use super::deadline::within;

/// Of WeChat's five seconds, what is left when D1 had its share.
const DEADLINE: Duration = Duration::from_millis(800);

/// Whether the worker has one.
pub(in crate::edge) fn is_bound(env: &Env) -> bool {
    env.queue("INBOX").is_ok()
}

/// Hands a text over; it is safe with the queue once this is done.
pub(in crate::edge) async fn send(env: &Env, text: String) -> Result<()> {
    let queue = env.queue("INBOX")?;
    // As text, since the runtime would turn anything else into something else.
    let message = MessageBuilder::new(text).content_type(QueueContentType::Text).build();
    within(DEADLINE, "the queue", queue.send(message)).await
}
