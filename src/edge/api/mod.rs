//! A call of the JSON API: identify, plan, perform, answer.

mod account;
mod assistants;
mod audit;
mod conversations;
mod inbox;
pub(super) mod keys;
mod media;
mod menus;
mod overview;
mod qrcodes;
mod rules;
mod sessions;
mod setup;
mod stats;
mod webhooks;

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::Value;
use web_sys::Response;
use worker::Context;

use crate::api::audit::Change;
use crate::api::{
    self, Endpoint, Format, Group, Identity, Plan, Reader, Requirement, Scope, is_json, wanted_account,
};
use crate::config::{Account, Config};
use crate::error::Error;
use crate::inbox::{Follower, FollowerRow, follower, learn};
use crate::notice::Notice;
use crate::route::NoRoute;
use crate::rules::ImportLanguage;
use crate::sql::Statement;
use crate::wechat::token::CredentialKind;
use crate::wechat::{Call, SentMessage};

use super::bindings::request::{BodyError, Incoming};
use super::bindings::{Env, d1, log, response, runtime};
use super::state::keys::{self as known_keys, Caller};
use super::wechat::{Wechat, sent};

use assistants::Assistants;
use audit::note_change;
use conversations::Conversations;
use inbox::Inbox;
use rules::Editor;
use stats::Stats;
use webhooks::Webhooks;

pub(super) async fn serve(
    call: &str,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let config = runtime::config(env);
    let found = Endpoint::find(call);
    if let Some(endpoint) = found.filter(|endpoint| endpoint.requires == Requirement::Nothing) {
        request.log.call(endpoint.path);
        return sessions::sign_in(endpoint, request, &config, env, context).await;
    }
    let caller = known_keys::identify(request, &config, env, context).await?;
    let identity = &caller.identity;

    let endpoint = found.ok_or(NoRoute::NotFound)?;
    request.log.call(endpoint.path);
    request.log.key(identity.key_id().unwrap_or("root"));
    let allowed = require(endpoint, &caller, request);
    if allowed.is_ok() && endpoint.is_about_sessions() {
        return sessions::serve(endpoint, &caller, request, &config, env).await;
    }
    let account = find_account(&config, identity, query);
    if let Ok(account) = account {
        request.log.account(account.name());
    }
    // A call for another account is known to those of the key's own.
    let shown_to =
        account.as_ref().map_or_else(|_| identity.account(None).ok().flatten(), |found| Some(found.name()));
    let mut body = Cow::default();
    let answer = async {
        allowed?;
        let account = account?;
        if matches!(endpoint.format, Format::Json | Format::JsonOrGet) {
            body = read_body(endpoint, request).await?;
        }
        let language = ImportLanguage::accepted(&request.header("accept-language").unwrap_or_default());
        let (call, url) = (endpoint.path, request.url.as_str());
        let performer = Performer { env, context, config: &config, account, identity, call, url, language };
        performer.answer(endpoint, query, &body, request).await
    }
    .await;
    if let Some(account) = shown_to {
        let change = Change { endpoint, account, identity, request_id: request.log.id(), ok: answer.is_ok() };
        let text = match &answer {
            Ok(Answer::Json(text)) => Some(text.as_str()),
            _ => None,
        };
        note_change(&change, &body, text, env, context);
    }
    match answer? {
        Answer::File(response) => Ok(response),
        Answer::Json(text) => {
            let cookie = sessions::renewed_cookie(&caller, request, &config)?;
            Ok(response::json_with_cookie(&text, cookie.as_deref())?)
        }
    }
}

fn find_account<'c>(config: &'c Config, identity: &Identity, query: &str) -> Result<&'c Account, Error> {
    let wanted = wanted_account(query);
    Ok(config.account(identity.account(wanted.as_deref())?)?)
}

/// The answer to a call.
enum Answer {
    Json(String),
    File(Response),
}

/// Whether the caller may make a call. What comes with a cookie is JSON, which no other site can send, unless it has no
/// effect.
fn require(endpoint: &Endpoint, caller: &Caller, request: &Incoming) -> Result<(), api::Error> {
    let has_session = caller.session.is_some();
    let is_ours = || match endpoint.format {
        Format::Json | Format::JsonOrGet => is_json(request.header("content-type").as_deref()),
        Format::Download => true,
        // No form has a header of its own.
        Format::Upload => request.header("x-requested-with").as_deref() == Some("mp-worker-console"),
    };
    if has_session && !is_ours() {
        return Err(api::Error::AnotherSite);
    }
    match endpoint.requires {
        Requirement::Scope(Scope::One(Group::Token, _)) if has_session => Err(api::Error::NotForConsole),
        Requirement::Scope(scope) => caller.identity.require(scope),
        Requirement::Session if !has_session => Err(api::Error::NoSession),
        Requirement::Session | Requirement::Key | Requirement::Nothing => Ok(()),
    }
}

async fn read_body<'a>(endpoint: &Endpoint, request: &'a Incoming) -> Result<Cow<'a, [u8]>, Error> {
    request.read(endpoint.max_body_bytes).await.map_err(|error| body_error(error, endpoint))
}

/// Reads a request, and decides what to do.
async fn plan(endpoint: &Endpoint, request: &Incoming) -> Result<Plan, Error> {
    Ok(endpoint.plan(&read_body(endpoint, request).await?)?)
}

/// Performs a call for a caller and an account.
struct Performer<'a> {
    env: &'a Env,
    context: &'a Context,
    config: &'a Rc<Config>,
    account: &'a Account,
    identity: &'a Identity,
    /// Such as `menu/create`.
    call: &'a str,
    /// The absolute URL of the request.
    url: &'a str,
    /// The caller's language.
    language: ImportLanguage,
}

impl Performer<'_> {
    async fn answer(
        &self,
        endpoint: &Endpoint,
        query: &str,
        body: &[u8],
        request: &Incoming,
    ) -> Result<Answer, Error> {
        let (plan, file) = match endpoint.format {
            Format::Json | Format::JsonOrGet => (endpoint.plan(body)?, None),
            Format::Download => (endpoint.plan_from_query(query)?, None),
            Format::Upload => media::form(endpoint, request).await?,
        };
        plan.further_scopes().iter().try_for_each(|scope| self.identity.require(*scope))?;
        match plan {
            Plan::Media(plan) => Ok(Answer::File(self.media(plan, file).await?)),
            plan => Ok(Answer::Json(self.perform(plan).await?)),
        }
    }

    async fn perform(&self, plan: Plan) -> Result<String, Error> {
        match plan {
            Plan::Call(call, reader) => self.call_wechat(&call, reader).await,
            Plan::Message(plan) => self.inbox()?.message(plan).await,
            Plan::Conversation(plan) => self.conversations()?.conversation(plan).await,
            Plan::User(plan) => self.inbox()?.user(plan).await,
            Plan::Menu(plan) => self.menu(plan).await,
            Plan::QrCode(plan) => self.qrcode(plan).await,
            Plan::Stats(plan) => self.stats().stats(plan).await,
            Plan::Rule(plan) => self.editor().rule(plan).await,
            Plan::Webhook(plan) => self.webhooks().webhook(plan).await,
            Plan::Assistant(plan) => self.assistants().perform(plan).await,
            Plan::Delivery(plan) => self.webhooks().delivery(plan).await,
            Plan::Key(plan) => self.key(plan).await,
            Plan::Jssdk(plan) => self.jssdk(plan).await,
            Plan::Token(plan) => self.token(plan).await,
            Plan::Account(plan) => self.account(plan).await,
            Plan::Setup => self.setup().await,
            // Their answers are more than JSON.
            Plan::Media(_) | Plan::Session(_) => Err(NoRoute::NotFound.into()),
            Plan::Audit { filter, page } => self.audit(&filter, &page).await,
        }
    }

    async fn call_wechat(&self, call: &Call, reader: Reader) -> Result<String, Error> {
        let outcome = self.call_and_remember(call, None).await?;
        if let Ok(answer) = &outcome
            && let Some(statement) = learn(self.account.name(), call, answer)
        {
            self.keep(statement);
        }
        match outcome {
            Ok(answer) => reader.read(Ok(answer)).map_err(|error| Error::of_call(call, error)),
            // A refusal may be an answer, such as "there is no menu".
            Err(Error::Wechat(refusal)) => Ok(reader.read(Err(refusal))?),
            Err(error) => Err(error),
        }
    }

    /// Calls WeChat, and stores what the call sent to a user after the response, under this id or else a new one. An error
    /// means that nothing was sent; inside is WeChat's answer.
    async fn call_and_remember(
        &self,
        call: &Call,
        id: Option<String>,
    ) -> Result<Result<Value, Error>, Error> {
        let (wechat, sent) = (self.wechat()?, SentMessage::of_call(call));
        if sent.is_some() {
            // Without a token nothing is sent, and there is nothing to remember.
            wechat.credential(CredentialKind::AccessToken).await?;
        }
        let outcome = wechat.call(call).await;
        if let Some(message) = sent
            && sent::reached_wechat(&outcome)
        {
            self.remember(id, message, sent::errcode_of(&outcome));
        }
        Ok(outcome)
    }

    fn wechat(&self) -> Result<Wechat<'_>, Error> {
        Wechat::new(self.env, Some(self.context), self.config.wechat_api()?, self.account)
    }

    /// Stores what WeChat said about a user, after the response.
    fn keep(&self, statement: Statement) {
        let (env, account) = (self.env.clone(), self.account.name().to_owned());
        runtime::after_response(self.context, async move {
            if let Err(error) = d1::rows::<()>(&env, &statement).await {
                log::notice(&Notice::UserNotStored { account: &account, error: &error.to_string() });
            }
        });
    }

    /// Stores a message that was sent to a user, after the response.
    fn remember(&self, id: Option<String>, message: SentMessage, errcode: Option<i64>) {
        let sender = self.identity.sender();
        let (env, account) = (self.env.clone(), self.account.name().to_owned());
        runtime::after_response(self.context, async move {
            sent::store(id, &message, (&account, &sender), errcode, &env).await;
        });
    }

    /// What is known of a user; `None` if nothing is.
    async fn follower(&self, openid: &str) -> Result<Option<Follower>, Error> {
        let statement = follower(self.account.name(), openid, runtime::now());
        let rows: Vec<FollowerRow> = d1::rows(self.env, &statement).await?;
        Ok(rows.into_iter().next().map(Follower::from_row).filter(|follower| !follower.is_unknown()))
    }

    fn conversations(&self) -> Result<Conversations<'_>, Error> {
        Ok(Conversations { performer: self, keys: self.config.signing_keys()? })
    }

    fn inbox(&self) -> Result<Inbox<'_>, Error> {
        Ok(Inbox { performer: self, keys: self.config.signing_keys()? })
    }

    const fn stats(&self) -> Stats<'_> {
        Stats { performer: self }
    }

    const fn editor(&self) -> Editor<'_> {
        Editor { performer: self }
    }

    const fn assistants(&self) -> Assistants<'_> {
        Assistants { performer: self }
    }

    const fn webhooks(&self) -> Webhooks<'_> {
        Webhooks { performer: self }
    }
}

fn body_error(error: BodyError, endpoint: &Endpoint) -> Error {
    Error::Api(match error {
        BodyError::TooLarge => api::Error::BodyTooLarge { max_bytes: endpoint.max_body_bytes },
        BodyError::Broken => api::Error::BodyIncomplete,
    })
}
