//! Stores the entries that the queue holds.

use worker::{Env, MessageBatch, MessageExt as _, RawMessage};

use crate::edge::bindings::{d1, runtime};
use crate::error::Error;
use crate::inbox::Entry;
use crate::json::from_json;

use super::store::insert_and_file;

/// Stores a batch; an entry that cannot be stored yet is delivered again, alone.
pub(in crate::edge) async fn consume(batch: &MessageBatch<String>, env: &Env) {
    for message in batch.raw_iter() {
        match store(&message, env).await {
            Ok(()) => message.ack(),
            Err(error) => {
                complain("", "an entry stays in the queue", &error.to_string());
                message.retry();
            }
        }
    }
}

async fn store(message: &RawMessage, env: &Env) -> Result<(), Error> {
    let body = message.body().as_string().unwrap_or_default();
    let entry: Entry =
        from_json(&body).map_err(|invalid| Error::Runtime(format!("it is no entry: {invalid}")))?;
    insert_and_file(&entry, d1::DEADLINE, env).await.map(drop)
}

fn complain(account: &str, what: &str, cause: &str) {
    runtime::log_notice("inbox", account, &format!("{what}: {cause}"));
}
