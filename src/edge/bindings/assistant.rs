//! The Durable Objects of assistants: `CONVERSATION`, one for each account and user, and `METER`, one for each account.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::backends::{ConversationRequest, MeterRequest};
use crate::error::Error;
use crate::json::from_json;

use super::env::Env;
use super::{object, to_json};

/// Asks the conversation of a user.
pub(in crate::edge) async fn converse<T: DeserializeOwned>(
    env: &Env,
    (account, openid): (&str, &str),
    request: &ConversationRequest,
    timeout: Duration,
) -> Result<T, Error> {
    let name = format!("{account}\n{openid}");
    let answer = object::ask(env, "CONVERSATION", &name, &to_json(request)?, timeout).await?;
    read("conversation", &answer)
}

/// Asks the meter of an account.
pub(in crate::edge) async fn meter<T: DeserializeOwned>(
    env: &Env,
    account: &str,
    request: &MeterRequest,
    timeout: Duration,
) -> Result<T, Error> {
    read("meter", &object::ask(env, "METER", account, &to_json(request)?, timeout).await?)
}

fn read<T: DeserializeOwned>(object: &str, answer: &str) -> Result<T, Error> {
    from_json(answer)
        .map_err(|invalid| Error::Runtime(format!("the {object} gave an unexpected answer: {invalid}")))
}
