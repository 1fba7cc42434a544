//! The operator's backends: they are told of messages or asked for replies, by signed requests that are retried.
//!
//! What has to be done ([`OutboxItem`]) is stored together with its entry, before WeChat is answered. A kind of backend is a variant of [`Backend`] and a file or folder of its own: it
//! makes requests ([`Outgoing`](crate::outgoing::Outgoing)) and reads answers ([`AttemptOutcome`]); the edge sends them.

mod answer;
mod ask;
mod assistant;
mod attempt;
mod backend;
mod backlog;
mod backoff;
mod claim;
mod delivery;
mod entry_key;
mod list;
mod listing;
mod object_storage;
mod outbox;
mod settlement;
mod source;
mod spool;
mod storing;
mod task;
mod unfinished;
mod webhook;

pub use answer::{AttemptOutcome, MAX_ANSWER_BYTES, Trace};
pub use ask::{About, Ask};
pub use assistant::{
    Answer, AssistantBackend, CallOutcome, Consideration, Conversation, ConversationRequest, MeterRequest,
    MeterTable, Prompt, Question, Reserved, Seen, SeenRow, Step, Usage, Work,
};
pub use attempt::{Attempt, Sending};
pub use backend::{Backend, Caller};
pub use backlog::Backlog;
pub use backoff::next_attempt;
pub use claim::{CALLS_AT_ONCE, DueRow, Leases, claim, claim_calls, claim_send, due, give_up_cut_off};
pub use delivery::{Delivery, DeliveryRow, ErrorRow, done, errors_of};
pub use entry_key::EntryKey;
pub use list::{Backends, MAX_BACKENDS};
pub use listing::{
    DeliveryFilter, DeliveryPlace, Found, FoundRow, Listed, ListedRow, NotRetried, count_to_replay, find,
    list, listed, replay, replay_all, retry, why_not_retried,
};
pub use object_storage::ObjectStorage;
pub use outbox::{DeliveryMode, OutboxItem};
pub use settlement::{
    MAX_KEPT, Settlement, WaitingRow, answer_of, handed_out, is_last_delivery, leave, tell, waiting,
};
pub use source::{Effect, asked_for, handovers, outbox, reply_at_once};
pub use spool::{
    Capacity, FIRST_PAUSE, MAX_BATCH, MAX_REFUSALS, SpoolRequest, SpoolStatus, SpoolTable, Spooled, Waiting,
    pause, probe, room,
};
pub use storing::Storing;
pub use task::Task;
pub use unfinished::{Unfinished, UnfinishedRow, WebhookRow, unfinished, unfinished_by_webhook};
pub use webhook::{Mode, Signer, Slow, Webhook, WebhookDraft, check_url};
