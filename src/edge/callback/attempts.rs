//! Stores what became of requests to the callback URL, after the response, for `setup/get`.

use std::cell::RefCell;

use worker::Context;

use crate::callback::Answer;
use crate::error::Error;
use crate::notice::Notice;
use crate::setup::{Admission, Attempt, Recorder, store, watch};
use crate::sql::Statement;

use crate::edge::bindings::{Env, d1, log, row_counter, runtime};

thread_local! {
    static RECORDER: RefCell<Recorder> = const { RefCell::new(Recorder::new()) };
}

/// Notes a server address verification.
pub(in crate::edge) fn note_verification(
    account: &str,
    query: &str,
    outcome: &Result<Answer, Error>,
    started: i64,
    env: &Env,
    context: &Context,
) {
    let step = outcome.as_ref().err().map(|error| step_of(error).unwrap_or("answer"));
    let took_ms = runtime::milliseconds().saturating_sub(started);
    note(account, Attempt::verification(query, step, runtime::now(), took_ms), env, context);
}

/// Notes a delivery if it was refused.
pub(in crate::edge) fn note_delivery(
    account: Option<&str>,
    outcome: &Result<Answer, Error>,
    env: &Env,
    context: &Context,
) {
    let Err(error) = outcome else { return };
    let config = runtime::config(env);
    if let (Ok(account), Some(step)) = (config.account(account), step_of(error)) {
        let error = if let Error::Callback(error) = error { Some(error) } else { None };
        note(account.name(), Attempt::refused(step, error, runtime::now()), env, context);
    }
}

/// Notes that somebody looks at the set-up page of an account.
pub(in crate::edge) fn note_watch(account: &str, env: &Env, context: &Context) {
    let now = runtime::now();
    if RECORDER.with_borrow_mut(|recorder| recorder.admit_watch(account, now)) {
        after_response(account, watch(account, now), env, context);
    }
}

fn step_of(error: &Error) -> Option<&'static str> {
    match error {
        Error::Callback(error) => Attempt::step_of(error),
        _ => Some("answer"),
    }
}

fn note(account: &str, attempt: Attempt, env: &Env, context: &Context) {
    let admission = RECORDER.with_borrow_mut(|recorder| recorder.admit(account, attempt.kind, attempt.at));
    let Some(admission) = admission else { return };
    let statement = store(account, &attempt, admission == Admission::StoreIfWatched);
    after_response(account, statement, env, context);
}

fn after_response(account: &str, statement: Statement, env: &Env, context: &Context) {
    let (account, env) = (account.to_owned(), env.clone());
    runtime::after_response(context, async move {
        if !row_counter::has_room(&env).await {
            return;
        }
        if let Err(error) = d1::rows::<()>(&env, &statement).await {
            log::notice(&Notice::RequestNotRecorded { account: &account, error: &error.to_string() });
        }
    });
}
