//! WeChat's story: verify the server address; receive a message and answer it.

use std::rc::Rc;

use worker::{Context, Env};

use crate::callback::{self, Answer, Delivery, MAX_BODY_BYTES, Reply, admit, verify_server_address};
use crate::error::Error;
use crate::inbox::{Entry, Outcome};
use crate::invalid::Invalid;
use crate::relay::{Course, EntryKey, KeptRow, follows, reply_of};
use crate::settings::Settings;
use crate::time::Timestamp;

use super::bindings::request::{BodyError, Incoming};
use super::bindings::runtime;
use super::inbox::{self, Stored};
use super::relay::{Asked, Relay};
use super::settings;

/// What WeChat's console wants to see.
pub(super) fn verify(account: Option<&str>, query: &str, env: &Env) -> Result<String, Error> {
    let config = runtime::config(env);
    let tokens = config.account(account)?.tokens()?;
    Ok(verify_server_address(tokens, query)?)
}

/// The answer to a message that concerns nobody but the rules, where messages are not kept: nothing is awaited.
///
/// `None` where something has to be, or where there is something to complain of.
pub(super) fn answer_at_once(account: Option<&str>, query: &str, body: &[u8], env: &Env) -> Option<String> {
    let config = runtime::config(env);
    if config.keeps_messages() {
        return None;
    }
    let account = config.account(account).ok()?;
    let now = runtime::now();
    let settings = settings::fresh(account.name(), now)?;
    let delivery = admit(account.callback().ok()?, query, now).ok()?.open(body).ok()?;
    let message = delivery.message();
    if settings.webhooks.concern(message) {
        return None;
    }
    let decision = settings.rules.decide(message, || delivery.fields());
    if decision.further().next().is_some() {
        return None;
    }
    Some(seal(&delivery, decision.reply(), now).ok()?.ok()?.body)
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
    let received_at = runtime::now();
    let admitted = admit(account.callback()?, query, received_at)?;
    let body = request.read(MAX_BODY_BYTES).await.map_err(refused_body)?;
    let delivery = admitted.open(&body)?;

    let settings = settings::published(account.name(), env, context).await;
    let relay =
        Relay { env: env.clone(), config: Rc::clone(&config), settings, account: account.name().to_owned() };
    Reception { relay, delivery, started, received_at, context }.answer().await
}

/// One delivery on its way to its answer.
struct Reception<'a> {
    relay: Relay,
    delivery: Delivery<'a>,
    /// When it came, in milliseconds.
    started: i64,
    received_at: Timestamp,
    context: &'a Context,
}

/// What was decided of it, and what is stored of that.
struct Decided {
    kept: Option<KeptRow>,
    course: Course,
    entry: Entry,
    answer: Result<Answer, Invalid>,
}

impl Reception<'_> {
    async fn answer(self) -> Result<Answer, Error> {
        let kept = self.relay.kept(self.delivery.message()).await;
        let decided = self.decide(kept)?;
        let asked = if self.is_stored(&decided) { self.store(&decided).await? } else { Asked::Late };
        let answer = match asked {
            Asked::Reply(reply) => seal(&self.delivery, reply.as_ref(), runtime::now())?,
            Asked::Late => decided.answer,
        };
        Ok(answer.unwrap_or_else(|invalid| {
            // The user sees nothing rather than WeChat's failure notice.
            let (failure, account) = (Error::InvalidReply(invalid).failure(), self.relay.account.as_str());
            runtime::log_failure(&failure, &runtime::request_id(), Some(account));
            Answer::silence()
        }))
    }

    fn decide(&self, kept: Option<KeptRow>) -> Result<Decided, Error> {
        let (message, account) = (self.delivery.message(), self.relay.account.as_str());
        let Settings { rules, webhooks, .. } = self.relay.settings.as_ref();
        let decision = rules.decide(message, || self.delivery.fields());
        let course = Course::of(kept.as_ref().and_then(reply_of), &decision, webhooks, message);
        let answer = seal(&self.delivery, course.reply(), runtime::now())?;
        let (outcome, rule) = match course {
            Course::Ask => (Outcome::Relayed, None),
            Course::Kept(_) => (Outcome::of(&answer), None),
            Course::Decided(_) => (Outcome::of(&answer), decision.label()),
        };
        let reply = (course.reply(), rule);
        let mut entry = Entry::new(account, &self.delivery, reply, outcome, self.received_at)?;
        let key = EntryKey::of(&entry);
        entry.follow = follows(account, &key, &course, &decision, webhooks, message);
        Ok(Decided { kept, course, entry, answer })
    }

    /// Where messages are not kept, those are from which something follows.
    fn is_stored(&self, decided: &Decided) -> bool {
        self.relay.config.keeps_messages() || decided.kept.is_some() || !decided.entry.follow.is_empty()
    }

    async fn store(&self, decided: &Decided) -> Result<Asked, Error> {
        let (message, entry) = (self.delivery.message(), &decided.entry);
        match inbox::store(entry, &self.relay.env).await? {
            Stored::New => {
                if let Some(kept) = &decided.kept {
                    self.relay.fetched(&message.from_user_name, kept).await;
                }
                let took = runtime::milliseconds().saturating_sub(self.started);
                file_behind(entry.clone(), Some(took), &self.relay, self.context);
                match decided.course {
                    Course::Ask => {
                        let message = self.delivery.shared_message();
                        Ok(self.relay.ask(message, entry, self.started, self.context).await)
                    }
                    Course::Kept(_) | Course::Decided(_) => Ok(Asked::Late),
                }
            }
            // The first delivery may have been cut off before it came to that.
            Stored::Repeat(reply) => {
                file_behind(entry.clone(), None, &self.relay, self.context);
                Ok(match reply {
                    Some(reply) => self.relay.again(message, entry, reply).await,
                    None => self.relay.wait_for_answer(message, entry, self.started).await,
                })
            }
            Stored::Safe => Ok(Asked::Late),
        }
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

fn file_behind(entry: Entry, took: Option<i64>, relay: &Relay, context: &Context) {
    let relay = relay.clone();
    runtime::behind(context, async move {
        inbox::file(&entry, took, &relay.env).await;
        if took.is_some() {
            relay.follow(&entry).await;
        }
    });
}

fn refused_body(error: BodyError) -> Error {
    Error::Callback(match error {
        BodyError::TooLarge => callback::Error::BodyTooLarge,
        BodyError::Broken => callback::Error::BodyBroken,
    })
}
