//! Storing what came before it is answered, and everything that follows behind the answer.

use std::time::Duration;

use worker::{Env, MessageBatch, MessageExt as _, RawMessage};

use crate::callback::Reply;
use crate::error::Error;
use crate::gateway::expire_answers;
use crate::inbox::{
    Entry, Scan, ScanRow, StoredRow, expire, file_entry, file_range, insert, insert_sent, moved_to, scan,
    stored,
};
use crate::json::from_json;
use crate::wechat::custom_message::CustomMessage;

use super::api::to_json;
use super::bindings::{d1, queue, runtime};

/// Of WeChat's five seconds, what one try may take: with KV before it three of them fit, and one and the queue.
const STORE_DEADLINE: Duration = Duration::from_millis(1200);
/// How many scans one run of the cron trigger makes for an account.
const SCANS: usize = 10;

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
        d1::rows_within::<(i64,)>(STORE_DEADLINE, env, &insert(entry)).await?.len()
    } else {
        // The sweep does not look where it stands.
        insert_and_file(entry, STORE_DEADLINE, env).await?
    };
    Ok(rows > 0)
}

async fn insert_and_file(entry: &Entry, limit: Duration, env: &Env) -> Result<usize, Error> {
    let mut statements = vec![insert(entry)];
    statements.extend(file_entry(entry, None));
    let rows = d1::transaction(limit, env, &statements).await?;
    Ok(rows.first().copied().unwrap_or_default())
}

async fn answered_before(entry: &Entry, env: &Env) -> Stored {
    let rows = d1::rows_within::<StoredRow>(STORE_DEADLINE, env, &stored(entry)).await;
    let reply = rows.map(|rows| rows.into_iter().next().and_then(|(reply,)| reply));
    match reply.map(|reply| reply.map_or(Ok(None), |reply| Reply::from_json(&reply))) {
        Ok(Ok(reply)) => Stored::Repeat(reply),
        // The rules say the same again, unless they were changed meanwhile.
        Ok(Err(invalid)) => {
            complain(&entry.account, "a stored reply is refused", &invalid.to_string());
            Stored::Safe
        }
        Err(error) => {
            complain(&entry.account, "a stored reply cannot be read", &error.to_string());
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
        complain(&entry.account, "the queue refuses as well", &error.to_string());
        refusal
    })
}

/// Does what follows from an entry; what is cut off here, the cron trigger does.
pub(super) async fn file(entry: &Entry, took: Option<i64>, env: &Env) {
    if !entry.is_timely() {
        return; // It was filed as it was stored.
    }
    if let Err(error) = d1::transaction(d1::DEADLINE, env, &file_entry(entry, took)).await {
        complain(&entry.account, "an entry is left to the cron trigger", &error.to_string());
    }
}

/// Brings home what the queue holds.
pub(super) async fn consume(batch: &MessageBatch<String>, env: &Env) {
    for message in batch.raw_iter() {
        match bring_home(&message, env).await {
            Ok(()) => message.ack(),
            Err(error) => {
                complain("", "an entry stays in the queue", &error.to_string());
                message.retry();
            }
        }
    }
}

async fn bring_home(message: &RawMessage, env: &Env) -> Result<(), Error> {
    let body = message.body().as_string().unwrap_or_default();
    let entry: Entry =
        from_json(&body).map_err(|invalid| Error::Runtime(format!("it is no entry: {invalid}")))?;
    insert_and_file(&entry, d1::DEADLINE, env).await.map(drop)
}

/// Files what was cut off, and forgets what is old.
pub(super) async fn sweep(env: &Env) {
    let config = runtime::config(env);
    for account in config.accounts() {
        if let Err(error) = file_what_was_left(account.name(), env).await {
            complain(account.name(), "the sweep", &error.to_string());
        }
        let Ok(days) = config.retention_days() else { continue };
        // What a backend still has to get is kept for the day it is tried.
        let mut expired = expire(account.name(), runtime::now(), days.max(1));
        expired.push(expire_answers(account.name(), runtime::now()));
        if let Err(error) = d1::transaction(d1::DEADLINE, env, &expired).await {
            complain(account.name(), "forgetting what is old", &error.to_string());
        }
    }
}

/// The sweep of one account.
pub(super) async fn file_what_was_left(account: &str, env: &Env) -> Result<(), Error> {
    let mut from = None;
    for _ in 0..SCANS {
        let now = runtime::now();
        let rows: Vec<ScanRow> = d1::rows(env, &scan(account, from, now)).await?;
        let Some(found) = rows.into_iter().next().map(|row| Scan::from_row(row, now)) else { break };
        let mut statements = found.unfiled.map_or_else(Vec::new, |range| file_range(account, range));
        statements.extend(found.up_to.map(|up_to| moved_to(account, up_to)));
        if !statements.is_empty() {
            d1::transaction(d1::DEADLINE, env, &statements).await?;
        }
        from = found.more_from;
        if from.is_none() {
            break;
        }
    }
    Ok(())
}

/// Notes a message that WeChat has taken, so that a failure is none of its sender's.
pub(super) async fn remember(message: &CustomMessage, account: &str, env: &Env) {
    let stored = async {
        let (id, json) = (runtime::nonce()?, to_json(message)?);
        let sent = insert_sent(account, &message.touser, runtime::now(), &id, &json);
        d1::rows_or_again(env, &sent).await
    };
    if let Err(error) = stored.await {
        complain(account, "a sent message is lost", &error.to_string());
    }
}

fn complain(account: &str, what: &str, cause: &str) {
    runtime::log_notice("inbox", account, &format!("{what}: {cause}"));
}
