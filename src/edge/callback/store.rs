//! Stores an entry, once, before its message is answered.

use std::time::Duration;

use crate::callback::Reply;
use crate::error::Error;
use crate::inbox::{Entry, StoredRow, file_entry, insert, stored};
use crate::notice::Notice;

use crate::edge::bindings::{Env, d1, log, queue};

/// Of WeChat's five seconds, what one try may take: with KV before it three of them fit, and one and the queue.
const STORE_TIMEOUT: Duration = Duration::from_millis(1200);

/// What storing an entry found.
pub(super) enum Stored {
    /// It was not there yet.
    New,
    /// It had been delivered before and was answered with this.
    Repeat(Option<Reply>),
    /// The queue has it, or it is there with an answer that cannot be read.
    Safe,
}

/// Stores an entry once; an error means that it is nowhere, and that WeChat has to deliver it again.
pub(super) async fn store(entry: &Entry, env: &Env) -> Result<Stored, Error> {
    let inserted = match insert_once(entry, env).await {
        // It may be stored all the same: a second time changes nothing then.
        Err(_) => insert_once(entry, env).await,
        inserted => inserted,
    };
    match inserted {
        Ok(true) => Ok(Stored::New),
        Ok(false) => Ok(answered_before(entry, env).await),
        Err(error) => hand_over(entry, error, env).await.map(|()| Stored::Safe),
    }
}

/// Whether it was not there yet.
async fn insert_once(entry: &Entry, env: &Env) -> Result<bool, Error> {
    let rows = if entry.is_timely() {
        d1::rows_within::<(i64,)>(STORE_TIMEOUT, env, &insert(entry)).await?.len()
    } else {
        // The sweep does not look where it stands.
        insert_and_file(entry, STORE_TIMEOUT, env).await?
    };
    Ok(rows > 0)
}

pub(super) async fn insert_and_file(entry: &Entry, timeout: Duration, env: &Env) -> Result<usize, Error> {
    let mut statements = vec![insert(entry)];
    statements.extend(file_entry(entry, None));
    let rows = d1::transaction(timeout, env, &statements).await?;
    Ok(rows.first().copied().unwrap_or_default())
}

async fn answered_before(entry: &Entry, env: &Env) -> Stored {
    let rows = d1::rows_within::<StoredRow>(STORE_TIMEOUT, env, &stored(entry)).await;
    let reply = rows.map(|rows| rows.into_iter().next().and_then(|(reply,)| reply));
    match reply.map(|reply| reply.map_or(Ok(None), |reply| Reply::from_json(&reply))) {
        Ok(Ok(reply)) => Stored::Repeat(reply),
        // The rules say the same again, unless they were changed meanwhile.
        Ok(Err(invalid)) => {
            log_reply(&entry.account, &invalid.to_string());
            Stored::Safe
        }
        Err(error) => {
            log_reply(&entry.account, &error.to_string());
            Stored::Safe
        }
    }
}

/// Gives the queue what D1 refused.
async fn hand_over(entry: &Entry, refusal: Error, env: &Env) -> Result<(), Error> {
    let refusal = match refusal {
        Error::Runtime(cause) => Error::NotStored(cause),
        other => other,
    };
    let Some(message) = entry.to_queue_message().filter(|_| queue::is_bound(env)) else {
        return Err(refusal);
    };
    queue::send(env, &message).await.map_err(|error| {
        log::notice(&Notice::QueueRefused { account: &entry.account, error: &error.to_string() });
        refusal
    })
}

fn log_reply(account: &str, error: &str) {
    log::notice(&Notice::StoredReplyUnreadable { account, error });
}
