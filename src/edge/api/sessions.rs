//! `session/*`: sets, renews and removes the console's cookie.

use web_sys::Response;
use worker::Context;

use crate::api::session::{Proof, SessionInfo, SessionPlan, Ticket};
use crate::api::{
    self, Cookie, EndedSessions, Endpoint, Identity, Nothing, Pass, PassKind, Plan, Presented, end_session,
    is_json, is_local, store_ticket, use_ticket,
};
use crate::config::{Config, Problem};
use crate::error::Error;
use crate::health::BUILD;
use crate::route::NoRoute;
use crate::secret::Secret;

use crate::edge::bindings::request::Incoming;
use crate::edge::bindings::{Env, d1, limiter, response, runtime, to_json};
use crate::edge::state::keys::{self, Caller};

const LIMITER: &str = "SESSION_LIMITER";

/// `session/create`. Another site must not do it either: it could sign somebody in to an account of its own.
pub(super) async fn sign_in(
    endpoint: &Endpoint,
    request: &Incoming,
    config: &Config,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let secrets = keys::pass_secrets(config)?;
    if !keys::is_from_own_page(request) || !is_json(request.header("content-type").as_deref()) {
        return Err(api::Error::AnotherSite.into());
    }
    limit(request, env).await?;
    let identity = match super::plan(endpoint, request).await? {
        Plan::Session(SessionPlan::Create(Proof::Key(key))) => {
            keys::identify_key(&Presented::new(key.expose().trim()), config, env, context).await?
        }
        Plan::Session(SessionPlan::Create(Proof::Ticket(ticket))) => {
            redeem(&ticket, config, env, context).await?
        }
        _ => return Err(NoRoute::NotFound.into()),
    };
    request.log.key(identity.key_id().unwrap_or("root"));
    let session = Pass::new(PassKind::Session, runtime::nonce()?, &identity, runtime::now());
    let cookie = cookie(&session, &session.seal(secrets), request);
    let info = to_json(&SessionInfo::new(&session, &identity, config, BUILD))?;
    Ok(response::json_with_cookie(&info, Some(&cookie))?)
}

/// The other calls.
pub(super) async fn serve(
    endpoint: &Endpoint,
    caller: &Caller,
    request: &Incoming,
    config: &Config,
    env: &Env,
) -> Result<Response, Error> {
    let identity = &caller.identity;
    let (answer, cookie) = match (super::plan(endpoint, request).await?, &caller.session) {
        (Plan::Session(SessionPlan::Get), Some(session)) => {
            let renewed = session.renewed(identity, runtime::now());
            let info = SessionInfo::new(renewed.as_ref().unwrap_or(session), identity, config, BUILD);
            (to_json(&info)?, cookie_of(renewed.as_ref(), request, config)?)
        }
        (Plan::Session(SessionPlan::Delete), Some(session)) => {
            sign_out(session, env).await?;
            (to_json(&Nothing {})?, Some(Cookie::of(&request.url).set("", 0)))
        }
        // Or a session would outlive its end and a copied cookie the sign-out.
        (Plan::Session(SessionPlan::Ticket), Some(_)) => return Err(api::Error::NotForConsole.into()),
        (Plan::Session(SessionPlan::Ticket), None) => {
            (to_json(&issue_ticket(identity, config, env).await?)?, None)
        }
        _ => return Err(NoRoute::NotFound.into()),
    };
    Ok(response::json_with_cookie(&answer, cookie.as_deref())?)
}

/// The cookie of a session that is due to be renewed.
pub(super) fn renewed_cookie(
    caller: &Caller,
    request: &Incoming,
    config: &Config,
) -> Result<Option<String>, Error> {
    let session = caller.session.as_ref();
    let renewed = session.and_then(|session| session.renewed(&caller.identity, runtime::now()));
    cookie_of(renewed.as_ref(), request, config)
}

fn cookie_of(session: Option<&Pass>, request: &Incoming, config: &Config) -> Result<Option<String>, Error> {
    let Some(session) = session else { return Ok(None) };
    Ok(Some(cookie(session, &session.seal(keys::pass_secrets(config)?), request)))
}

fn cookie(session: &Pass, sealed: &Secret, request: &Incoming) -> String {
    Cookie::of(&request.url).set(sealed.expose(), session.ends_at.distance(runtime::now()))
}

/// Counts a sign-in by the address that it came from. Only a worker on this machine may do without the binding.
async fn limit(request: &Incoming, env: &Env) -> Result<(), Error> {
    if !limiter::is_bound(env, LIMITER) && !is_local(&request.url) {
        return Err(Error::from(&Problem::missing_session_limiter()));
    }
    let address = request.header("cf-connecting-ip").unwrap_or_default();
    if limiter::takes(env, LIMITER, &address).await { Ok(()) } else { Err(api::Error::TooManySignIns.into()) }
}

/// A copy of the cookie is rejected everywhere within a minute. The cookie itself is removed in any case.
async fn sign_out(session: &Pass, env: &Env) -> Result<(), Error> {
    let rows: Result<Vec<(String,)>, Error> =
        d1::rows_or_again(env, &end_session(session, runtime::now())).await;
    let rows = rows.map_err(|error| api::Error::NotSignedOut(error.to_string()))?;
    let ended = EndedSessions::parse(rows.first().map(|(ended,)| ended.as_str()));
    keys::note_ended(session.key_id.as_deref().unwrap_or_default(), ended);
    Ok(())
}

async fn issue_ticket(identity: &Identity, config: &Config, env: &Env) -> Result<Ticket, Error> {
    let ticket = Pass::new(PassKind::Ticket, runtime::nonce()?, identity, runtime::now());
    let sealed = ticket.seal(keys::pass_secrets(config)?);
    d1::rows_or_again::<()>(env, &store_ticket(&ticket)).await?;
    Ok(Ticket { ticket: sealed, expires_at: ticket.ends_at.seconds() })
}

/// The holder of a ticket, which is used up.
async fn redeem(ticket: &Secret, config: &Config, env: &Env, context: &Context) -> Result<Identity, Error> {
    let secrets = keys::pass_secrets(config)?;
    let opened = Pass::open(PassKind::Ticket, ticket.expose(), secrets, runtime::now());
    let ticket = opened.ok_or(api::Error::Unauthorized)?;
    let identity = keys::holder(&ticket, env, context).await?;
    let used: Vec<(String,)> = d1::rows(env, &use_ticket(&ticket)).await?;
    if used.is_empty() { Err(api::Error::Unauthorized.into()) } else { Ok(identity) }
}
