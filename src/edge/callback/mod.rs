//! WeChat's callbacks: verifies the server address; receives a message, stores it and answers it.

pub(super) mod filing;
pub(super) mod queue;
mod store;

use std::borrow::Cow;
use std::rc::Rc;

use worker::Context;

use crate::backends::{AnswerSource, EntryKey, KeptRow, OutboxItem, outbox, reply_of};
use crate::callback::{self, Answer, Delivery, MAX_BODY_BYTES, Reply, admit, verify_server_address};
use crate::error::Error;
use crate::inbox::{Entry, Outcome};
use crate::notice::Notice;
use crate::rules::Decision;
use crate::time::Timestamp;

use super::backends::{Asked, Dispatcher};
use super::bindings::request::{BodyError, Incoming};
use super::bindings::{Env, log, runtime};
use super::state::settings;

use store::Stored;

/// What WeChat's console wants to see.
pub(super) fn verify(
    account: Option<&str>,
    query: &str,
    request: &Incoming,
    env: &Env,
) -> Result<Answer, Error> {
    let config = runtime::config(env);
    let account = config.account(account)?;
    request.log.account(account.name());
    let tokens = account.tokens()?;
    Ok(Answer::echo(verify_server_address(tokens, query)?))
}

/// Receives and answers a message. It is stored before the answer, unless messages are not kept and only the rules are
/// involved.
pub(super) async fn receive(
    account: Option<&str>,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
    started: i64,
) -> Result<Answer, Error> {
    let config = runtime::config(env);
    let account = config.account(account)?;
    request.log.account(account.name());
    let received_at = runtime::now();
    let admitted = admit(account.callback()?, query, received_at)?;
    let body = request.read(MAX_BODY_BYTES).await.map_err(refused_body)?;
    let delivery = admitted.open(&body)?;

    let settings = settings::published(account.name(), env, context).await;
    let message = delivery.message();
    let decision = settings.rules.decide(message, || delivery.fields());
    let concerns_others = settings.backends.concern(message) || decision.further().next().is_some();
    let reply: Option<Cow<'_, Reply>> = if config.keeps_messages() || concerns_others {
        let dispatcher = Dispatcher {
            env: env.clone(),
            config: Rc::clone(&config),
            settings: Rc::clone(&settings),
            account: account.name().to_owned(),
        };
        let reception =
            Reception { dispatcher, delivery: &delivery, decision, started, received_at, request, context };
        // Boxed, so that the future of a message that is not stored stays small.
        Box::pin(reception.reply()).await?.map(Cow::Owned)
    } else {
        request.log.outcome(Outcome::of(&delivery.shown(decision.reply())).name());
        decision.replies.into_iter().next()
    };
    let is_sealed = delivery.is_encrypted() && reply.is_some();
    let random = if is_sealed { runtime::random()? } else { [0; 16] };
    Ok(delivery.answer(reply.as_deref(), runtime::now(), random).unwrap_or_else(|invalid| {
        // Silence instead of an error, for which WeChat would show its failure notice.
        let (account, field) = (account.name(), invalid.field.as_str());
        log::notice(&Notice::ReplyInvalid { account, field, error: &invalid.to_string() });
        Answer::silence()
    }))
}

/// A delivery that has to be stored, or concerns a backend.
struct Reception<'a> {
    dispatcher: Dispatcher,
    delivery: &'a Delivery<'a>,
    decision: Decision<'a>,
    /// When the request arrived, in milliseconds.
    started: i64,
    received_at: Timestamp,
    request: &'a Incoming,
    context: &'a Context,
}

/// What to store, and what to answer.
struct Decided {
    kept: Option<KeptRow>,
    source: AnswerSource,
    entry: Entry,
    outbox: Vec<OutboxItem>,
}

impl Reception<'_> {
    /// The passive reply; `None` is silence.
    async fn reply(self) -> Result<Option<Reply>, Error> {
        let kept = self.dispatcher.kept(self.delivery.message()).await;
        let decided = self.decide(kept)?;
        self.request.log.outcome(decided.entry.outcome.name());
        let asked = if self.is_stored(&decided) { self.store(&decided).await? } else { Asked::Late };
        Ok(match asked {
            Asked::Reply(reply) => reply,
            Asked::Late => decided.source.into_reply(),
        })
    }

    fn decide(&self, kept: Option<KeptRow>) -> Result<Decided, Error> {
        let (message, account) = (self.delivery.message(), self.dispatcher.account.as_str());
        let (decision, backends) = (&self.decision, &self.dispatcher.settings.backends);
        let source = AnswerSource::of(kept.as_ref().and_then(reply_of), decision, backends, message);
        let shown = self.delivery.shown(source.reply());
        let (outcome, rule) = match source {
            AnswerSource::Backend => (Outcome::Relayed, None),
            AnswerSource::Kept(_) => (Outcome::of(&shown), None),
            AnswerSource::Rules(_) => (Outcome::of(&shown), decision.label()),
        };
        let reply = (shown.unwrap_or_default(), rule);
        let mut entry = Entry::new(account, self.delivery, reply, outcome, self.received_at)?;
        let key = EntryKey::of(&entry);
        let outbox = outbox(account, &key, &source, decision, backends, message);
        entry.outbox = OutboxItem::column(&outbox);
        Ok(Decided { kept, source, entry, outbox })
    }

    /// Where messages are not kept, those are from which something follows.
    fn is_stored(&self, decided: &Decided) -> bool {
        self.dispatcher.config.keeps_messages() || decided.kept.is_some() || !decided.outbox.is_empty()
    }

    async fn store(&self, decided: &Decided) -> Result<Asked, Error> {
        let (message, entry) = (self.delivery.message(), &decided.entry);
        match store::store(entry, &self.dispatcher.env).await? {
            Stored::New => {
                if let Some(kept) = &decided.kept {
                    self.dispatcher.fetched(&message.from_user_name, kept).await;
                }
                let took = runtime::milliseconds().saturating_sub(self.started);
                self.file_after_response(entry.clone(), decided.outbox.clone(), Some(took));
                match decided.source {
                    AnswerSource::Backend => {
                        let message = self.delivery.shared_message();
                        Ok(self.dispatcher.ask(message, entry, self.started, self.context).await)
                    }
                    AnswerSource::Kept(_) | AnswerSource::Rules(_) => Ok(Asked::Late),
                }
            }
            // The first delivery may have been cut off before it came to that.
            Stored::Repeat(reply) => {
                self.request.log.outcome("repeated");
                self.file_after_response(entry.clone(), Vec::new(), None);
                Ok(match reply {
                    Some(reply) => self.dispatcher.again(message, entry, reply).await,
                    None => self.dispatcher.wait_for_answer(message, entry, self.started).await,
                })
            }
            Stored::Safe => Ok(Asked::Late),
        }
    }

    /// Files an entry, and performs its outbox if the delivery is its first.
    fn file_after_response(&self, entry: Entry, outbox: Vec<OutboxItem>, took: Option<i64>) {
        let dispatcher = self.dispatcher.clone();
        runtime::after_response(self.context, async move {
            filing::file(&entry, took, &dispatcher.env).await;
            dispatcher.perform(&entry, &outbox).await;
        });
    }
}

fn refused_body(error: BodyError) -> Error {
    Error::Callback(match error {
        BodyError::TooLarge => callback::Error::BodyTooLarge,
        BodyError::Broken => callback::Error::BodyBroken,
    })
}
