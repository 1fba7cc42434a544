//! A call of the JSON API: identify, plan, perform, answer.

mod account;
mod conversations;
mod inbox;
pub(super) mod keys;
mod menus;
mod rules;
mod stats;
mod webhooks;

use std::rc::Rc;

use serde_json::Value;
use web_sys::Response;
use worker::Context;

use crate::api::{self, Endpoint, Identity, Plan, Reader, wanted_account};
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
use super::state::keys as known_keys;
use super::wechat::{Wechat, sent};

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
    let identity = known_keys::identify(request, &config, env, context).await?;

    let endpoint = Endpoint::find(call).ok_or(NoRoute::NotFound)?;
    request.log.call(endpoint.path);
    request.log.key(identity.key_id().unwrap_or("root"));
    identity.require(endpoint.scope)?;
    let wanted = wanted_account(query);
    let account = config.account(identity.account(wanted.as_deref())?)?;
    request.log.account(account.name());
    let body = request.read(endpoint.max_body_bytes).await.map_err(|error| body_error(error, endpoint))?;
    let plan = endpoint.plan(&body)?;
    plan.further_scopes().iter().try_for_each(|scope| identity.require(*scope))?;

    let language = ImportLanguage::accepted(&request.header("accept-language").unwrap_or_default());
    let performer = Performer {
        env,
        context,
        config: &config,
        account,
        identity: &identity,
        call: endpoint.path,
        language,
    };
    let answer = performer.perform(plan).await?;
    Ok(response::json(200, &answer)?)
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
    /// The caller's language.
    language: ImportLanguage,
}

impl Performer<'_> {
    async fn perform(&self, plan: Plan) -> Result<String, Error> {
        match plan {
            Plan::Call(call, reader) => self.call_wechat(&call, reader).await,
            Plan::Message(plan) => self.inbox()?.message(plan).await,
            Plan::Conversation(plan) => self.conversations()?.conversation(plan).await,
            Plan::User(plan) => self.inbox()?.user(plan).await,
            Plan::Menu(plan) => self.menu(plan).await,
            Plan::Stats(plan) => self.stats().stats(plan).await,
            Plan::Rule(plan) => self.editor().rule(plan).await,
            Plan::Webhook(plan) => self.webhooks().webhook(plan).await,
            Plan::Delivery(plan) => self.webhooks().delivery(plan).await,
            Plan::Key(plan) => self.key(plan).await,
            Plan::Jssdk(plan) => self.jssdk(plan).await,
            Plan::Token(plan) => self.token(plan).await,
            Plan::Account(plan) => self.account(plan).await,
        }
    }

    async fn call_wechat(&self, call: &Call, reader: Reader) -> Result<String, Error> {
        let outcome = self.call_and_remember(call, runtime::ordered_id()).await?;
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

    /// Calls WeChat, and stores what the call sent to a user after the response, under this id. An error means that nothing was sent;
    /// inside is WeChat's answer.
    async fn call_and_remember(
        &self,
        call: &Call,
        id: Result<String, Error>,
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

    /// Stores a message that was sent to a user under this id, after the response.
    fn remember(&self, id: Result<String, Error>, message: SentMessage, errcode: Option<i64>) {
        let sender = self.identity.sender();
        let (env, account) = (self.env.clone(), self.account.name().to_owned());
        runtime::after_response(self.context, async move {
            sent::store_as(id, &message, (&account, &sender), errcode, &env).await;
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
