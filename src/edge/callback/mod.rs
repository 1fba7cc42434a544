//! WeChat's callbacks: verifies the server address; receives a message, stores it and answers it.

pub(super) mod filing;
pub(super) mod queue;
mod store;

use std::rc::Rc;

use worker::Context;

use crate::backends::{AnswerSource, EntryKey, KeptRow, OutboxItem, outbox, reply_of};
use crate::callback::{self, Answer, Delivery, MAX_BODY_BYTES, Reply, admit, verify_server_address};
use crate::error::Error;
use crate::inbox::{Entry, Outcome};
use crate::invalid::Invalid;
use crate::notice::Notice;
use crate::settings::Settings;
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

/// The answer to a message that concerns nobody but the rules, where messages are not kept: nothing is awaited.
///
/// `None` where something has to be, or where there is something to complain of.
pub(super) fn answer_at_once(
    account: Option<&str>,
    query: &str,
    request: &Incoming,
    env: &Env,
) -> Option<Answer> {
    let body = request.body.as_deref()?;
    let config = runtime::config(env);
    if config.keeps_messages() {
        return None;
    }
    let account = config.account(account).ok()?;
    let now = runtime::now();
    let settings = settings::fresh(account.name(), now)?;
    let delivery = admit(account.callback().ok()?, query, now).ok()?.open(body).ok()?;
    let message = delivery.message();
    if settings.backends.concern(message) {
        return None;
    }
    let decision = settings.rules.decide(message, || delivery.fields());
    if decision.further().next().is_some() {
        return None;
    }
    let answer = seal(&delivery, decision.reply(), now).ok()?;
    request.log.account(account.name());
    request.log.outcome(Outcome::of(&answer).name());
    answer.ok()
}

/// Receives a message, and answers it once it is stored.
pub(super) async fn receive(
    account: Option<&str>,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
) -> Result<Answer, Error> {
    let started = runtime::milliseconds();
    let config = runtime::config(env);
    let account = config.account(account)?;
    request.log.account(account.name());
    let received_at = runtime::now();
    let admitted = admit(account.callback()?, query, received_at)?;
    let body = request.read(MAX_BODY_BYTES).await.map_err(refused_body)?;
    let delivery = admitted.open(&body)?;

    let settings = settings::published(account.name(), env, context).await;
    let dispatcher = Dispatcher {
        env: env.clone(),
        config: Rc::clone(&config),
        settings,
        account: account.name().to_owned(),
    };
    Reception { dispatcher, delivery, started, received_at, request, context }.answer().await
}

/// One delivery on its way to its answer.
struct Reception<'a> {
    dispatcher: Dispatcher,
    delivery: Delivery<'a>,
    /// When it came, in milliseconds.
    started: i64,
    received_at: Timestamp,
    request: &'a Incoming,
    context: &'a Context,
}

/// What was decided of it, and what is stored of that.
struct Decided {
    kept: Option<KeptRow>,
    source: AnswerSource,
    entry: Entry,
    outbox: Vec<OutboxItem>,
    answer: Result<Answer, Invalid>,
}

impl Reception<'_> {
    async fn answer(self) -> Result<Answer, Error> {
        let kept = self.dispatcher.kept(self.delivery.message()).await;
        let decided = self.decide(kept)?;
        self.request.log.outcome(decided.entry.outcome.name());
        let asked = if self.is_stored(&decided) { self.store(&decided).await? } else { Asked::Late };
        let answer = match asked {
            Asked::Reply(reply) => seal(&self.delivery, reply.as_ref(), runtime::now())?,
            Asked::Late => decided.answer,
        };
        Ok(answer.unwrap_or_else(|invalid| {
            // The user sees nothing rather than WeChat's failure notice.
            let (account, field) = (self.dispatcher.account.as_str(), invalid.field.as_str());
            log::notice(&Notice::ReplyInvalid { account, field, error: &invalid.to_string() });
            Answer::silence()
        }))
    }

    fn decide(&self, kept: Option<KeptRow>) -> Result<Decided, Error> {
        let (message, account) = (self.delivery.message(), self.dispatcher.account.as_str());
        let Settings { rules, backends, .. } = self.dispatcher.settings.as_ref();
        let decision = rules.decide(message, || self.delivery.fields());
        let source = AnswerSource::of(kept.as_ref().and_then(reply_of), &decision, backends, message);
        let answer = seal(&self.delivery, source.reply(), runtime::now())?;
        let (outcome, rule) = match source {
            AnswerSource::Backend => (Outcome::Relayed, None),
            AnswerSource::Kept(_) => (Outcome::of(&answer), None),
            AnswerSource::Rules(_) => (Outcome::of(&answer), decision.label()),
        };
        let reply = (source.reply(), rule);
        let mut entry = Entry::new(account, &self.delivery, reply, outcome, self.received_at)?;
        let key = EntryKey::of(&entry);
        let outbox = outbox(account, &key, &source, &decision, backends, message);
        entry.outbox = OutboxItem::column(&outbox);
        Ok(Decided { kept, source, entry, outbox, answer })
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

fn seal(
    delivery: &Delivery<'_>,
    reply: Option<&Reply>,
    now: Timestamp,
) -> Result<Result<Answer, Invalid>, Error> {
    let random = if delivery.is_encrypted() { runtime::random()? } else { [0; 16] };
    Ok(delivery.answer(reply, now, random))
}

fn refused_body(error: BodyError) -> Error {
    Error::Callback(match error {
        BodyError::TooLarge => callback::Error::BodyTooLarge,
        BodyError::Broken => callback::Error::BodyBroken,
    })
}
