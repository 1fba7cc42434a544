//! Records the customer-service messages that WeChat has taken.

use worker::Env;

use crate::edge::bindings::{d1, runtime, to_json};
use crate::inbox::insert_sent;
use crate::wechat::custom_message::CustomMessage;

/// Records a sent message; a failure is logged, since the message has been sent all the same.
pub(in crate::edge) async fn record(message: &CustomMessage, account: &str, env: &Env) {
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
