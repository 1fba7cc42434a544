//! Records the customer-service messages that WeChat has taken.

use crate::edge::bindings::{Env, d1, log, runtime, to_json};
use crate::inbox::insert_sent;
use crate::notice::Notice;
use crate::wechat::custom_message::CustomMessage;

/// Records a sent message; a failure is logged, since the message has been sent all the same.
pub(in crate::edge) async fn record(message: &CustomMessage, account: &str, env: &Env) {
    let stored = async {
        let (id, json) = (runtime::nonce()?, to_json(message)?);
        let sent = insert_sent(account, &message.touser, runtime::now(), &id, &json);
        d1::rows_or_again(env, &sent).await
    };
    if let Err(error) = stored.await {
        log::notice(&Notice::SentMessageNotStored { account, error: &error.to_string() });
    }
}
