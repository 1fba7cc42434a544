//! The request to a webhook and its answer, in the format of Standard Webhooks.

use serde::Serialize;
use serde_json::Value;

use crate::invalid::Invalid;
use crate::outgoing::Outgoing;
use crate::time::Timestamp;

use super::signature::Signer;
use super::{Mode, Webhook, check_url};
use crate::backends::answer::{AttemptOutcome, MAX_ANSWER_BYTES};
use crate::backends::ask::Ask;
use crate::backends::backend::Caller;
use crate::backends::outbox::DeliveryMode;

/// The body of a request. Webhooks rely on it: fields may be added, but never changed.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    id: &'a str,
    account: &'a str,
    mode: DeliveryMode,
    redelivery: bool,
    openid: &'a str,
    received_at: Timestamp,
    message: &'a Value,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    handover: Option<&'a Value>,
}

impl Webhook {
    /// The request of one attempt; an error if the URL may not be called.
    pub fn request(&self, ask: &Ask<'_>, caller: &Caller<'_>, now: Timestamp) -> Result<Outgoing, Invalid> {
        check_url(&self.url, caller.allow_private)?;
        let about = ask.about;
        let body = Body {
            r#type: about.kind(),
            id: ask.id,
            account: caller.account,
            mode: ask.mode.into(),
            redelivery: ask.redelivery,
            openid: &about.openid,
            received_at: about.received_at,
            message: &about.message,
            outcome: &about.outcome,
            rule: about.rule.as_deref(),
            reply: about.reply.as_ref(),
            handover: about.handover.as_ref(),
        };
        let body = serde_json::to_string(&body).unwrap_or_default();
        let signature = self.signer(caller).sign(ask.id, now, &body);
        let headers = vec![
            ("webhook-id", ask.id.to_owned()),
            ("webhook-timestamp", now.to_string()),
            ("webhook-signature", signature),
        ];
        let max_answer_bytes = if ask.mode == Mode::Ask { MAX_ANSWER_BYTES } else { 0 };
        Ok(Outgoing { url: self.url.clone(), headers, body, timeout: self.timeout, max_answer_bytes })
    }

    /// Interprets the answer to [`Webhook::request`] in that mode.
    #[must_use]
    pub fn read(mode: Mode, status: u16, retry_after: Option<&str>, body: &[u8]) -> AttemptOutcome {
        match mode {
            Mode::Tell => AttemptOutcome::of_notification(status, retry_after),
            Mode::Ask => AttemptOutcome::of_question(status, retry_after, body),
        }
    }

    /// The signer of its requests.
    #[must_use]
    pub fn signer<'a>(&'a self, caller: &Caller<'a>) -> Signer<'a> {
        Signer {
            keys: caller.keys,
            account: caller.account,
            webhook: &self.id,
            generation: self.generation,
            rotated_at: self.rotated_at,
        }
    }
}
