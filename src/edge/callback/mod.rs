//! WeChat's callbacks: verifies the server address; receives a message, stores it and answers it.

pub(super) mod attempts;
mod store;

use std::borrow::Cow;
use std::rc::Rc;

use worker::Context;

use crate::backends::{
    AssistantBackend, Effect, EntryKey, Storing, asked_for, handovers, is_last_delivery, outbox,
    reply_at_once,
};
use crate::callback::{
    self, Answer, Body, Delivery, MAX_BODY_BYTES, Message, Reply, admit, verify_server_address,
};
use crate::config::Config;
use crate::error::Error;
use crate::inbox::{Entry, EntryDecision, Lookup, Outcome, Stored};
use crate::notice::Notice;
use crate::rules::Decision;
use crate::settings::Settings;
use crate::time::Timestamp;

use super::backends::Dispatcher;
use super::bindings::request::{BodyError, Incoming};
use super::bindings::{Env, log, runtime};
use super::state::settings;

use store::Found;

/// What WeChat's console wants to see.
pub(super) fn verify(
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
    let verified = account
        .tokens()
        .map_err(Error::from)
        .and_then(|tokens| verify_server_address(tokens, query).map(Answer::echo).map_err(Error::from));
    attempts::note_verification(account.name(), query, &verified, started, env, context);
    verified
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

    let message = delivery.message();
    let settings = match settings::published(account.name(), env, context).await {
        // WeChat delivers again; without the settings, the last delivery is at least stored.
        Err(error) if !is_last_delivery(message.create_time, received_at) => return Err(error),
        Err(error) => {
            let (account, error) = (account.name(), &error.to_string());
            log::notice(&Notice::SettingsUnreadable { account, error });
            Rc::default()
        }
        Ok(settings) => settings,
    };
    let mut decision = settings.rules.decide(message, || delivery.fields());
    let effect = reply_at_once(&mut decision, &settings.backends, message);
    for left_out in &decision.left_out {
        let (account, rule, error) = (account.name(), &left_out.rule.label(), &left_out.reason);
        log::notice(&Notice::ReplyLeftOut { account, rule, error });
    }
    let concerns_others = settings.backends.concern(message)
        || decision.further().next().is_some()
        || decision.ask.is_some()
        || effect.is_some();
    let reply: Option<Cow<'_, Reply>> =
        if settings.stores(event_of(message, &settings, &config).as_deref(), &config) || concerns_others {
            let dispatcher = Dispatcher {
                env: env.clone(),
                config: Rc::clone(&config),
                settings: Rc::clone(&settings),
                account: account.name().to_owned(),
            };
            let reception = Reception {
                dispatcher,
                delivery: &delivery,
                decision,
                effect,
                started,
                received_at,
                request,
                context,
            };
            // Boxed, so that the future of a message that is not stored stays small.
            Box::pin(reception.reply()).await?.map(Cow::Owned)
        } else {
            let shown = delivery.shown(decision.reply());
            request.log.outcome(Outcome::of(&shown, &decision).name());
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

/// A delivery that has to be stored.
struct Reception<'a> {
    dispatcher: Dispatcher,
    delivery: &'a Delivery<'a>,
    decision: Decision<'a>,
    /// What has to be done besides the reply.
    effect: Option<Effect>,
    /// When the request arrived, in milliseconds.
    started: i64,
    received_at: Timestamp,
    request: &'a Incoming,
    context: &'a Context,
}

impl Reception<'_> {
    /// The passive reply; `None` is silence.
    async fn reply(self) -> Result<Option<Reply>, Error> {
        let storing = self.storing()?;
        match store::store(&storing, &self.dispatcher.env).await {
            Ok(Found { is_spooled: true, is_new, stored }) => {
                Ok(self.spooled(&storing.entry, is_new, &stored).await)
            }
            Ok(Found { is_new: true, stored, .. }) => Ok(self.first(storing, &stored).await),
            Ok(Found { is_new: false, stored, .. }) => Ok(self.again(&storing.entry, &stored).await),
            Err(error) => self.without_store(&storing, error),
        }
    }

    /// What to store.
    fn storing(&self) -> Result<Storing, Error> {
        let (message, account) = (self.delivery.message(), self.dispatcher.account.as_str());
        let (decision, backends) = (&self.decision, &self.dispatcher.settings.backends);
        let asked = asked_for(decision, backends, message);
        let shown = self.delivery.shown(decision.reply());
        let outcome = match asked {
            Some(_) => Outcome::Asked,
            None => Outcome::of(&shown, decision),
        };
        let decided = EntryDecision {
            reply: shown.unwrap_or_default(),
            rule: decision.label(),
            backend: asked.map(|backend| backend.id().to_owned()),
            outcome,
            ms: asked.is_none().then(|| runtime::milliseconds().saturating_sub(self.started)),
        };
        let entry = Entry::new(account, self.delivery, decided, self.received_at)?;
        let key = EntryKey::of(&entry);
        let mut outbox = outbox(account, &key, decision, backends, message);
        let lookup = Lookup::of(message);
        let keeps_messages = self.dispatcher.config.keeps_messages();
        // Where messages are not kept, no user can be paused, and only backends leave answers.
        let lookup = Lookup {
            paused: lookup.paused && keeps_messages,
            kept: lookup.kept && (keeps_messages || backends.keep_answers()),
        };
        let mut pause = None;
        if let Some(Effect::Pause { minutes, by }) = &self.effect {
            let until = self.received_at.plus(i64::from(*minutes).saturating_mul(60));
            pause = keeps_messages.then(|| (until, by.clone()));
            let by = by.strip_prefix(AssistantBackend::PREFIX).unwrap_or(by);
            outbox.extend(handovers(account, &key, (by, keeps_messages.then_some(until)), backends));
        }
        Ok(Storing { entry, outbox, lookup, pause })
    }

    /// Notes after the response that the kept answer of an entry is used, so that the entry that it answers says so.
    fn settle_used(&self, entry: &Entry, stored: &Stored) {
        if stored.used_kept {
            let (dispatcher, openid) = (self.dispatcher.clone(), entry.record.openid.as_str().to_owned());
            runtime::after_response(self.context, async move { dispatcher.settle_used(&openid).await });
        }
    }

    /// Answers the first delivery of an entry, and performs its outbox after the response.
    async fn first(&self, storing: Storing, stored: &Stored) -> Option<Reply> {
        self.request.log.outcome(stored.outcome.map_or("unknown", Outcome::name));
        let outbox = storing.stored_outbox(stored);
        let entry = storing.entry.as_stored(stored);
        self.settle_used(&entry, stored);
        if self.effect == Some(Effect::Forget) {
            self.dispatcher.forget_conversation(&entry.record.openid).await;
        }
        if !outbox.is_empty() {
            let (dispatcher, entry) = (self.dispatcher.clone(), entry.clone());
            runtime::after_response(self.context, async move { dispatcher.perform(&entry, &outbox).await });
        }
        if stored.is_open {
            let message = self.delivery.shared_message();
            self.dispatcher.ask(message, &entry, self.started, self.context).await
        } else if stored.overrides_decision() {
            self.stored_reply(stored)
        } else {
            self.decision.reply().cloned()
        }
    }

    /// Answers a repeated delivery as the first one was, or with what is known by now.
    async fn again(&self, entry: &Entry, stored: &Stored) -> Option<Reply> {
        self.request.log.outcome("repeated");
        self.settle_used(entry, stored);
        let message = self.delivery.message();
        match self.stored_reply(stored) {
            Some(reply) => {
                self.dispatcher.hand_out(message, entry, &reply).await;
                Some(reply)
            }
            None if stored.is_open => {
                self.dispatcher.wait_for_answer(message, entry, stored, self.started).await
            }
            None => None,
        }
    }

    fn stored_reply(&self, stored: &Stored) -> Option<Reply> {
        Reply::from_json(stored.reply.as_deref()?).unwrap_or_else(|invalid| {
            let (account, error) = (self.dispatcher.account.as_str(), &invalid.to_string());
            log::notice(&Notice::StoredReplyUnreadable { account, error });
            None
        })
    }

    /// Answers an entry that waits for D1 in the spool. Its outbox waits with it; only an assistant is asked at once, which
    /// needs no database.
    async fn spooled(&self, entry: &Entry, is_new: bool, stored: &Stored) -> Option<Reply> {
        let outcome = if is_new { stored.outcome.map_or("unknown", Outcome::name) } else { "repeated" };
        self.request.log.outcome(outcome);
        if stored.is_open {
            let message = self.delivery.shared_message();
            self.dispatcher.ask_without_database(message, entry, self.started, self.context).await
        } else if is_new {
            self.decision.reply().cloned()
        } else {
            self.stored_reply(stored)
        }
    }

    /// What the rules decided is answered even if nothing can be stored. If nothing is decided, WeChat delivers again.
    fn without_store(&self, storing: &Storing, error: Error) -> Result<Option<Reply>, Error> {
        let entry = &storing.entry;
        if entry.outcome == Outcome::Asked {
            return Err(error);
        }
        let (account, error) = (entry.account.as_str(), &error.detail().unwrap_or_default());
        log::notice(&Notice::MessageNotStored { account, error });
        self.request.log.outcome(entry.outcome.name());
        Ok(self.decision.reply().cloned())
    }
}

/// The name of an event, where it matters.
fn event_of(message: &Message, settings: &Settings, config: &Config) -> Option<String> {
    match &message.body {
        Body::Event(event) if !settings.unstored_events(config).is_empty() => Some(event.name()),
        _ => None,
    }
}

fn refused_body(error: BodyError) -> Error {
    Error::Callback(match error {
        BodyError::TooLarge => callback::Error::BodyTooLarge,
        BodyError::Broken => callback::Error::BodyBroken,
    })
}
