//! Remembers the messages that were sent to users.

use crate::edge::bindings::{Env, d1, log, row_counter, runtime};
use crate::error::Error;
use crate::inbox::SendRecord;
use crate::notice::Notice;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::{self, SentMessage};

/// Whether WeChat may have got the call: not if the token was stale and could not be renewed.
pub(in crate::edge) const fn reached_wechat<T>(outcome: &Result<T, Error>) -> bool {
    matches!(outcome, Ok(_) | Err(Error::Wechat(wechat::Error::Refused(_)) | Error::Unconfirmed(_)))
}

/// WeChat's errcode for a call that sent a message: 0 if it accepted it, `None` if it may have been sent.
pub(in crate::edge) const fn errcode_of<T>(outcome: &Result<T, Error>) -> Option<i64> {
    match outcome {
        Ok(_) => Some(0),
        Err(Error::Wechat(wechat::Error::Refused(refusal))) => Some(refusal.errcode),
        Err(_) => None,
    }
}

/// Stores a customer-service message and what WeChat said.
pub(in crate::edge) async fn record(
    message: &CustomMessage,
    about: (&str, &str),
    errcode: Option<i64>,
    env: &Env,
) {
    let call = custom_message::send(message);
    if let Some(sent) = SentMessage::of_call(&call) {
        store(None, &sent, about, errcode, env).await;
    }
}

/// Stores a message and what WeChat said under an id, or else a new one, unless messages are not kept or the rest of the day's rows is reserved for
/// receiving; a failure is logged, since it has been sent all the same.
pub(in crate::edge) async fn store(
    id: Option<String>,
    message: &SentMessage,
    (account, sender): (&str, &str),
    errcode: Option<i64>,
    env: &Env,
) {
    if !runtime::config(env).keeps_messages() || !row_counter::has_room(env).await {
        return;
    }
    let stored = async {
        let SentMessage { openid, kind, json } = message;
        let id = id.map_or_else(runtime::ordered_id, Ok)?;
        let record = SendRecord { account, openid, kind, message: json, sender, errcode };
        d1::transaction_or_again(env, &record.statements(runtime::now(), &id)).await
    };
    if let Err(error) = stored.await {
        log::notice(&Notice::SentMessageNotStored { account, error: &error.to_string() });
    }
}
