//! What a webhook is sent.

use serde::Serialize;
use serde_json::Value;

use crate::inbox::{Entry, FollowMode, Outcome};
use crate::secret::Secret;
use crate::time::Timestamp;

use super::signature::Signer;
use super::webhook::{Mode, Webhook};

/// What a request is about.
#[derive(Debug, Clone, PartialEq)]
pub struct About {
    /// `FromUserName`, or the user whom an event names.
    pub openid: String,
    /// When it came, by our clock.
    pub received_at: Timestamp,
    /// Every field of it, under WeChat's names.
    pub message: Value,
    /// What became of it so far.
    pub outcome: String,
    /// The rules that decided.
    pub rule: Option<String>,
    /// The passive reply.
    pub reply: Option<Value>,
}

/// A request to a webhook, ready to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// JSON.
    pub body: String,
    /// `webhook-id`, `webhook-timestamp`, `webhook-signature`: Standard Webhooks' own.
    pub headers: [(&'static str, String); 3],
}

/// The format that backends read: it only grows.
#[derive(Serialize)]
struct Body<'a> {
    r#type: &'a str,
    id: &'a str,
    account: &'a str,
    mode: FollowMode,
    redelivery: bool,
    openid: &'a str,
    received_at: Timestamp,
    message: &'a Value,
    outcome: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<&'a Value>,
}

impl About {
    /// What an entry is about.
    #[must_use]
    pub fn entry(entry: &Entry) -> Self {
        let read = |json: &str| serde_json::from_str(json).unwrap_or_default();
        Self {
            openid: entry.openid.clone(),
            received_at: entry.received_at,
            message: read(&entry.message),
            outcome: entry.outcome.name().to_owned(),
            rule: entry.rule.clone(),
            reply: entry.reply.as_deref().map(read),
        }
    }

    /// A message that nobody sent, to try a webhook with.
    #[must_use]
    pub fn trial(mode: Mode, now: Timestamp) -> Self {
        let message = serde_json::json!({
            "ToUserName": "gh_test", "FromUserName": "oTEST", "CreateTime": now.to_string(),
            "MsgType": "text", "Content": "test", "MsgId": "1",
        });
        let outcome = match mode {
            Mode::Notify => Outcome::Silent,
            Mode::Respond => Outcome::Relayed,
        };
        let (openid, outcome) = ("oTEST".to_owned(), outcome.name().to_owned());
        Self { openid, received_at: now, message, outcome, rule: None, reply: None }
    }

    fn kind(&self) -> &'static str {
        match self.message.get("Event") {
            Some(_) => "event.received",
            None => "message.received",
        }
    }
}

/// The request that tells or asks a webhook.
///
/// `redelivery` says that the same may have been sent before; the webhook knows it by its `id`.
#[must_use]
pub fn request(
    (root, account): (&Secret, &str),
    webhook: &Webhook,
    (id, mode): (&str, FollowMode),
    redelivery: bool,
    about: &About,
    now: Timestamp,
) -> Request {
    let body = Body {
        r#type: about.kind(),
        id,
        account,
        mode,
        redelivery,
        openid: &about.openid,
        received_at: about.received_at,
        message: &about.message,
        outcome: &about.outcome,
        rule: about.rule.as_deref(),
        reply: about.reply.as_ref(),
    };
    let body = serde_json::to_string(&body).unwrap_or_default();
    let signature = signer(root, account, webhook).sign(id, now, &body);
    let headers = [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", now.to_string()),
        ("webhook-signature", signature),
    ];
    Request { body, headers }
}

/// What signs for a webhook.
#[must_use]
pub fn signer<'a>(root: &'a Secret, account: &'a str, webhook: &'a Webhook) -> Signer<'a> {
    Signer {
        root,
        account,
        webhook: &webhook.id,
        generation: webhook.generation,
        rotated_at: webhook.rotated_at,
    }
}
