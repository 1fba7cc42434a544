//! Us → the operator's backends: told of what comes, or asked what to answer; signed, retried, never lost.
//!
//! What is to be done stands in its entry's row ([`crate::inbox::Follow`]) before WeChat gets its answer, and
//! becomes a delivery when the entry is filed. Requests are signed by the Standard Webhooks specification.

mod answer;
mod backlog;
mod conclude;
mod delivery;
mod request;
mod schedule;
mod sending;
mod settle;
mod signature;
mod task;
mod url;
mod webhook;

use sha1_smol::Sha1;

pub use answer::{MAX_ANSWER_BYTES, Outcome};
pub use backlog::Backlog;
pub use conclude::Attempt;
pub use delivery::{
    Delivery, DeliveryFilter, DeliveryRow, EntryKey, ListedRow, done, list, replay, take, take_due,
};
pub use request::{About, Request, request, signer};
pub use schedule::next_attempt;
pub use sending::Sending;
pub use settle::{
    KeptRow, Settlement, WaitingRow, answer_of, fetched, handed_out, oldest_kept, tell, waiting,
};
pub use signature::Signer;
pub use task::Task;
pub use url::check_url;
pub use webhook::{MAX_WEBHOOKS, Mode, Slow, Webhook, WebhookDraft};

use crate::callback::{Message, Reply, Trigger};
use crate::inbox::{Entry, Follow, FollowMode};
use crate::invalid::Invalid;
use crate::rules::Decision;
use crate::time::Timestamp;
use crate::wechat::custom_message::CustomMessage;

/// The webhooks of one account.
#[derive(Debug, Default)]
pub struct Webhooks(Vec<Webhook>);

impl Webhooks {
    /// The webhooks of a document, once every one of them keeps the limits.
    pub fn check(drafts: &[WebhookDraft]) -> Result<Self, Invalid> {
        if drafts.len() > MAX_WEBHOOKS {
            return Err(Invalid::new("webhooks", format!("must hold {MAX_WEBHOOKS} at most")));
        }
        let check = |(index, draft): (usize, &WebhookDraft)| {
            draft.check().map_err(|invalid| invalid.under(&format!("webhooks[{index}]")))
        };
        drafts.iter().enumerate().map(check).collect::<Result<_, _>>().map(Self)
    }

    /// One of them.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Webhook> {
        self.0.iter().find(|webhook| webhook.id == id)
    }

    /// Those that want to be told of a message.
    pub fn told<'w>(&'w self, message: &'w Message) -> impl Iterator<Item = &'w Webhook> {
        self.0.iter().filter(move |webhook| webhook.mode == Mode::Notify && webhook.wants(message))
    }

    /// Those that are asked what to answer a message, the next where one fails.
    pub fn asked<'w>(&'w self, message: &'w Message) -> impl Iterator<Item = &'w Webhook> {
        self.0.iter().filter(move |webhook| webhook.mode == Mode::Respond && webhook.wants(message))
    }

    /// The one that is asked first.
    #[must_use]
    pub fn first_asked(&self, message: &Message) -> Option<&Webhook> {
        self.0.iter().find(|webhook| webhook.mode == Mode::Respond && webhook.wants(message))
    }

    /// Whether a message is any of their business: if not, nothing but the rules has a say.
    #[must_use]
    pub fn concern(&self, message: &Message) -> bool {
        self.may_fetch(message) || self.0.iter().any(|webhook| webhook.wants(message))
    }

    /// Whether a message may fetch an answer that waits for its user: events come unasked for.
    #[must_use]
    pub fn may_fetch(&self, message: &Message) -> bool {
        self.keep_answers() && message.trigger() == Some(Trigger::Message)
    }

    /// Whether an answer may be waiting for a user to fetch it.
    #[must_use]
    pub fn keep_answers(&self) -> bool {
        self.0.iter().any(|webhook| webhook.mode == Mode::Respond && webhook.slow == Slow::NextDelivery)
    }
}

impl EntryKey {
    /// Of an entry.
    #[must_use]
    pub fn of(entry: &Entry) -> Self {
        Self { create_time: entry.create_time, openid: entry.openid.clone(), id: entry.id.clone() }
    }

    /// What tells the entry apart among all, in 40 characters.
    #[must_use]
    pub fn digest(&self, account: &str) -> String {
        let Self { create_time, openid, id } = self;
        Sha1::from(format!("{account}\n{create_time}\n{openid}\n{id}")).digest().to_string()
    }

    /// The delivery of it to a webhook.
    #[must_use]
    pub fn delivery_id(&self, account: &str, webhook: &str) -> String {
        format!("msg_{}", Sha1::from(format!("{}\n{webhook}", self.digest(account))).digest())
    }

    /// What follows from it for a webhook.
    #[must_use]
    pub fn follow(&self, account: &str, webhook: &str, mode: FollowMode) -> Follow {
        let id = self.delivery_id(account, webhook);
        Follow { id, webhook: webhook.to_owned(), mode, message: serde_json::Value::Null }
    }
}

/// How a message that is new is to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Course {
    /// With an answer that came late to an earlier one.
    Kept(Reply),
    /// As the rules say; none is silence.
    Decided(Option<Reply>),
    /// With what a backend says.
    Ask,
}

impl Course {
    /// A kept answer goes first, then the rules; what neither answers is for a backend, if there is one.
    #[must_use]
    pub fn of(kept: Option<Reply>, decision: &Decision<'_>, webhooks: &Webhooks, message: &Message) -> Self {
        if let Some(kept) = kept {
            Self::Kept(kept)
        } else if decision.rules.is_empty() && webhooks.first_asked(message).is_some() {
            Self::Ask
        } else {
            Self::Decided(decision.reply().cloned())
        }
    }
}

/// The reply of a kept answer.
#[must_use]
pub fn reply_of((_, _, reply): &KeptRow) -> Option<Reply> {
    Reply::from_json(reply).ok().flatten()
}

/// What follows from an entry: who is told, who is asked, and what the rules say beyond the passive reply.
#[must_use]
pub fn follows(
    account: &str,
    key: &EntryKey,
    course: &Course,
    decision: &Decision<'_>,
    webhooks: &Webhooks,
    message: &Message,
) -> Vec<Follow> {
    let told = webhooks.told(message).map(|webhook| key.follow(account, &webhook.id, FollowMode::Notify));
    let mut follows: Vec<Follow> = told.collect();
    match course {
        Course::Kept(_) => {}
        Course::Ask => {
            let first = webhooks.first_asked(message);
            follows.extend(first.map(|webhook| key.follow(account, &webhook.id, FollowMode::Respond)));
        }
        Course::Decided(_) => {
            let digest = key.digest(account);
            let messages = decision.further().filter_map(|reply| CustomMessage::of(&key.openid, reply).ok());
            follows.extend(
                messages.enumerate().map(|(number, message)| Follow::send(&digest, number, &message)),
            );
        }
    }
    follows
}

impl Course {
    /// What the user gets now.
    #[must_use]
    pub const fn reply(&self) -> Option<&Reply> {
        match self {
            Self::Kept(reply) => Some(reply),
            Self::Decided(reply) => reply.as_ref(),
            Self::Ask => None,
        }
    }
}

/// Whether a delivery is the last of those that WeChat makes of a message, by when it and the first came.
///
/// Manual: 被动回复用户消息: five seconds apart, three in all.
#[must_use]
pub const fn is_last_delivery(first: Timestamp, this: Timestamp) -> bool {
    this.seconds().saturating_sub(first.seconds()) >= 8
}
