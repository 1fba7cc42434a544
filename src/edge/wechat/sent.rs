//! Stores the messages that were sent to users.

use crate::edge::bindings::{Env, d1, log, runtime, to_json};
use crate::inbox::SendRecord;
use crate::notice::Notice;
use crate::wechat::custom_message::CustomMessage;

/// Stores a customer-service message and what WeChat said; a failure is logged, since it has been sent all the same.
pub(in crate::edge) async fn record(
    message: &CustomMessage,
    (account, sender): (&str, &str),
    errcode: Option<i64>,
    env: &Env,
) {
    let stored = async {
        let (id, json) = (runtime::nonce()?, to_json(message)?);
        let record =
            SendRecord { account, openid: &message.touser, kind: "custom", message: &json, sender, errcode };
        d1::transaction_or_again(env, &record.statements(runtime::now(), &id)).await
    };
    if let Err(error) = stored.await {
        log::notice(&Notice::SentMessageNotStored { account, error: &error.to_string() });
    }
}
