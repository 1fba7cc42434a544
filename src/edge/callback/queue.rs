//! Stores the entries that the queue holds.

use worker::{MessageBatch, MessageExt as _, RawMessage};

use crate::edge::bindings::{Env, d1, log};
use crate::error::Error;
use crate::inbox::Entry;
use crate::notice::Notice;

use super::store::insert_and_file;

/// Stores a batch; an entry that cannot be stored yet is delivered again, alone.
pub(in crate::edge) async fn consume(batch: &MessageBatch<String>, env: &Env) {
    for message in batch.raw_iter() {
        match store(&message, env).await {
            Ok(()) => message.ack(),
            Err(error) => {
                log::notice(&Notice::QueueEntryNotStored { error: &error.to_string() });
                message.retry();
            }
        }
    }
}

async fn store(message: &RawMessage, env: &Env) -> Result<(), Error> {
    let body = message.body().as_string().unwrap_or_default();
    let entry = Entry::from_queue_message(&body)
        .map_err(|invalid| Error::Runtime(format!("it is not an entry: {invalid}")))?;
    insert_and_file(&entry, d1::TIMEOUT, env).await.map(drop)
}
