//! WeChat's story: verify the server address; receive a message and answer it.

use std::rc::Rc;

use worker::{Context, Env, Request, Response};

use crate::callback::{self, Answer, MAX_BODY_BYTES, admit, verify_server_address};
use crate::error::Error;
use crate::inbox::{Entry, Outcome};
use crate::relay::{Course, EntryKey, follows, reply_of};

use super::bindings::request::{self, BodyError};
use super::bindings::{response, runtime};
use super::inbox::{self, Stored};
use super::relay::{Asked, Relay};
use super::settings;

pub(super) fn verify(account: Option<&str>, query: &str, env: &Env) -> Result<Response, Error> {
    let config = runtime::config(env);
    let tokens = config.account(account)?.tokens()?;
    let echostr = verify_server_address(tokens, query)?;

    let response = response::text("text/plain; charset=utf-8", &echostr)?;
    response.headers().set("x-content-type-options", "nosniff")?;
    Ok(response)
}

pub(super) async fn receive(
    account: Option<&str>,
    query: &str,
    request: Request,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let started = runtime::milliseconds();
    let config = runtime::config(env);
    let account = config.account(account)?;
    let received_at = runtime::now();
    let admitted = admit(account.callback()?, query, received_at)?;
    let body = request::body(request, MAX_BODY_BYTES).await.map_err(refused_body)?;
    let delivery = admitted.open(&body)?;

    let settings = settings::published(account.name(), env, context).await;
    let relay =
        Relay { env: env.clone(), config: Rc::clone(&config), settings, account: account.name().to_owned() };
    let (message, webhooks) = (delivery.message(), &relay.settings.webhooks);
    let decision = relay.settings.rules.decide(message, delivery.fields());
    let kept = relay.kept(message).await;
    let course = Course::of(kept.as_ref().and_then(reply_of), &decision, webhooks, message);

    let mut answer = delivery.answer(course.reply(), runtime::now(), runtime::random()?);
    let (outcome, rule) = match course {
        Course::Ask => (Outcome::Relayed, None),
        Course::Kept(_) => (Outcome::of(&answer), None),
        Course::Decided(_) => (Outcome::of(&answer), decision.label()),
    };
    let mut entry = Entry::new(account.name(), &delivery, (course.reply(), rule), outcome, received_at)?;
    let key = EntryKey::of(&entry);
    entry.follow = follows(account.name(), &key, &course, &decision, webhooks, message);
    let asked = match inbox::store(&entry, env).await? {
        Stored::New => {
            if let Some(kept) = &kept {
                relay.fetched(&message.from_user_name, kept).await;
            }
            let took = runtime::milliseconds().saturating_sub(started);
            file_behind(entry.clone(), Some(took), &relay, context);
            match course {
                Course::Ask => relay.ask(message.clone(), &entry, started, context).await,
                Course::Kept(_) | Course::Decided(_) => Asked::Late,
            }
        }
        // The first delivery may have been cut off before it came to that.
        Stored::Repeat(reply) => {
            file_behind(entry.clone(), None, &relay, context);
            match reply {
                Some(reply) => relay.again(message, &entry, reply).await,
                None => relay.wait_for_answer(message, &entry, started).await,
            }
        }
        Stored::Safe => Asked::Late,
    };
    if let Asked::Reply(reply) = asked {
        answer = delivery.answer(reply.as_ref(), runtime::now(), runtime::random()?);
    }

    let answer = answer.unwrap_or_else(|invalid| {
        // The user sees nothing rather than WeChat's failure notice.
        runtime::log_failure(
            &Error::InvalidReply(invalid).failure(),
            &runtime::request_id(),
            Some(account.name()),
        );
        Answer::silence()
    });
    Ok(response::text(answer.content_type, &answer.body)?)
}

fn file_behind(entry: Entry, took: Option<i64>, relay: &Relay, context: &Context) {
    let relay = relay.clone();
    context.wait_until(async move {
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
