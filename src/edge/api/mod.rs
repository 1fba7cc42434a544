//! A call of the JSON API: identify, plan, perform, answer.

mod inbox;
pub(super) mod keys;
mod rules;
mod webhooks;

use std::rc::Rc;

use web_sys::Response;
use worker::Context;

use crate::api::answer::{AccessToken, FollowTime, JssdkConfig, User};
use crate::api::{self, Check, CheckReport, Endpoint, Identity, Plan, Question, Shape, wanted_account};
use crate::config::{Account, Config};
use crate::error::Error;
use crate::notice::Notice;
use crate::route::NoRoute;
use crate::wechat::base::{CallbackCheck, QuotaAnswer, check_callback, quota};
use crate::wechat::custom_message::CustomMessage;
use crate::wechat::token::CredentialKind;
use crate::wechat::user::Language;
use crate::wechat::{custom_message, jssdk, user};

use super::bindings::request::{BodyError, Incoming};
use super::bindings::{Env, log, response, runtime, to_json};
use super::state::key_ring;
use super::wechat::{Wechat, sent, wechat_error};

use inbox::Inbox;
use rules::Editor;
use webhooks::Webhooks;

pub(super) async fn serve(
    call: &str,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let config = runtime::config(env);
    let identity = key_ring::identify(request.header("authorization").as_deref(), &config, env).await?;

    let endpoint = Endpoint::find(call).ok_or(NoRoute::NotFound)?;
    request.log.call(endpoint.path);
    request.log.key(identity.key_id().unwrap_or("root"));
    identity.require(endpoint.scope)?;
    let wanted = wanted_account(query);
    let account = config.account(identity.account(wanted.as_deref())?)?;
    request.log.account(account.name());
    let body = request.read(endpoint.max_body_bytes()).await.map_err(refused_body)?;
    let plan = api::plan(endpoint, &body)?;

    let answer =
        Performer { env, context, config: &config, account, identity: &identity, call: endpoint.path }
            .perform(plan)
            .await?;
    Ok(response::json(200, &answer)?)
}

struct Performer<'a> {
    env: &'a Env,
    context: &'a Context,
    config: &'a Rc<Config>,
    account: &'a Account,
    identity: &'a Identity,
    call: &'a str,
}

impl Performer<'_> {
    async fn perform(&self, plan: Plan) -> Result<String, Error> {
        match plan {
            Plan::Call(call, shape) => match self.wechat()?.call(&call).await {
                Ok(answer) => Ok(shape.apply(Ok(answer))?),
                // A refusal may be an answer: "there is no menu".
                Err(Error::Wechat(refusal)) => Ok(shape.apply(Err(refusal))?),
                Err(error) => Err(error),
            },
            Plan::Send(message) => self.send(&message).await,
            Plan::Ask(question) => self.ask(question).await,
            Plan::Erase { openid } => to_json(&self.inbox()?.erase(&openid).await?),
            Plan::AskSettings(question) => self.editor().answer(question).await,
            Plan::Change { edit, if_version } => self.editor().change(&edit, if_version).await,
            Plan::RollBack { version, if_version } => self.editor().roll_back(version, if_version).await,
            Plan::ImportPlatform { append, dry_run, if_version } => {
                self.editor().import_platform(&self.wechat()?, append, dry_run, if_version).await
            }
            Plan::Webhook(plan) => {
                let webhooks = Webhooks { editor: self.editor(), context: self.context, config: self.config };
                webhooks.perform(plan).await
            }
            Plan::Token => self.token().await,
            Plan::SignPage { url } => self.sign_page(&url).await,
            Plan::CheckAccount => to_json(&self.check().await),
            Plan::CreateKey(request) => {
                self.identity.may_grant(&request.scopes)?;
                to_json(&keys::create(request, self.account.name(), self.env).await?)
            }
            Plan::ListKeys => to_json(&keys::list(self.account.name(), self.env).await?),
            Plan::RevokeKey { id } => {
                keys::revoke(&id, self.account.name(), self.env).await.map(|()| "{}".to_owned())
            }
        }
    }

    fn wechat(&self) -> Result<Wechat<'_>, Error> {
        Wechat::new(self.env, Some(self.context), self.config.wechat_api()?, self.account)
    }

    fn editor(&self) -> Editor<'_> {
        let (env, account) = (self.env, self.account.name());
        Editor { env, account, author: self.identity.name(), call: self.call }
    }

    fn inbox(&self) -> Result<Inbox<'_>, Error> {
        let cursor_key = self.config.root_api_key()?;
        Ok(Inbox { env: self.env, account: self.account.name(), cursor_key })
    }

    async fn ask(&self, question: Question) -> Result<String, Error> {
        let inbox = self.inbox()?;
        match question {
            Question::Message { msg_id } => to_json(&inbox.message(&msg_id).await?),
            Question::Messages { filter, page } => to_json(&inbox.messages(&filter, &page).await?),
            Question::Timeline { openid, page } => to_json(&inbox.timeline(&openid, &page).await?),
            Question::FollowTime { openid } => to_json(&self.follow_time(&openid).await?),
            Question::LastMessageTime { openid } => to_json(&inbox.last_message_time(&openid).await?),
            Question::LastMessageTimeOfSender { msg_id } => {
                to_json(&inbox.last_message_time_of_sender(&msg_id).await?)
            }
            Question::MenuEvents { menu_id, key, since } => {
                to_json(&inbox.menu_events(menu_id.as_deref(), key.as_deref(), since).await?)
            }
            Question::Totals { since, until } => to_json(&inbox.totals(since, until).await?),
        }
    }

    /// From WeChat where it answers, else from what we saw.
    async fn follow_time(&self, openid: &str) -> Result<FollowTime, Error> {
        let told = match self.account.app() {
            Ok(_) => Some(self.wechat()?.call_for::<User>(&user::info(openid, Language::default())).await),
            // What is received needs no AppSecret.
            Err(_) => None,
        };
        let seen = self.inbox()?.follower(openid).await?;
        let user = told.as_ref().and_then(|told| told.as_ref().ok());
        match (FollowTime::of(user, seen.as_ref()), told) {
            (Some(answer), _) => Ok(answer),
            (None, Some(Err(error))) if !error.is_about_the_user() => Err(error),
            (None, _) => Err(api::Error::NotFound("user").into()),
        }
    }

    /// A message that WeChat would refuse for the user's closed window is not sent to it.
    async fn send(&self, message: &CustomMessage) -> Result<String, Error> {
        let wechat = self.wechat()?;
        if !message.try_anyway {
            match self.inbox()?.window(&message.touser).await {
                Ok(window) => api::Error::unless_open(window)?,
                // WeChat knows as well, and better.
                Err(error) => {
                    let (account, error) = (self.account.name(), &error.to_string());
                    log::notice(&Notice::WindowUnknown { account, error });
                }
            }
        }
        let answer = wechat.call(&custom_message::send(message)).await?;
        sent::record(message, self.account.name(), self.env).await;
        Ok(Shape::Nothing.apply(Ok(answer))?)
    }

    async fn token(&self) -> Result<String, Error> {
        let token = self.wechat()?.credential(CredentialKind::AccessToken).await?;
        let expires_in = token.seconds_left(runtime::now());
        to_json(&AccessToken { access_token: token.value().clone(), expires_in })
    }

    async fn sign_page(&self, url: &str) -> Result<String, Error> {
        let wechat = self.wechat()?;
        let ticket = wechat.credential(CredentialKind::JsapiTicket).await?;
        let (now, nonce) = (runtime::now(), runtime::nonce()?);
        let signature = jssdk::sign(ticket.value(), &nonce, now, url);
        let app_id = wechat.app().app_id.as_str().to_owned();
        to_json(&JssdkConfig { app_id, timestamp: now.seconds(), nonce, signature })
    }

    /// What is wrong with KV or D1; a database from before the inbox lacks its tables.
    async fn storage_complaint(&self) -> Option<String> {
        if let Some(complaint) = keys::storage_complaint(self.env).await {
            return Some(complaint);
        }
        let known = async { self.inbox()?.follower("").await };
        known.await.err().map(|error| error.to_string())
    }

    /// Every check; after one that the others need, the others are left out.
    async fn check(&self) -> CheckReport {
        let problems: Vec<String> = self.config.problems_of(self.account).map(ToString::to_string).collect();
        let mut checks =
            vec![Check::configuration(&problems), Check::storage(self.storage_complaint().await)];
        let Ok(wechat) = self.wechat() else { return checks.into() };

        let token = wechat.credential(CredentialKind::AccessToken).await;
        let left = token.map(|token| token.seconds_left(runtime::now())).map_err(wechat_error);
        checks.push(Check::access_token(left.as_ref().copied()));
        if left.is_err() {
            return checks.into();
        }
        let found = wechat.call_for::<CallbackCheck>(&check_callback()).await.map_err(wechat_error);
        checks.push(Check::callback(found.as_ref()));
        let left =
            wechat.call_for::<QuotaAnswer>(&quota(custom_message::SEND_PATH)).await.map_err(wechat_error);
        checks.push(Check::quota(left.as_ref().map(|answer| &answer.quota)));
        checks.into()
    }
}

fn refused_body(error: BodyError) -> Error {
    Error::Api(match error {
        BodyError::TooLarge => api::Error::BodyTooLarge,
        BodyError::Broken => api::Error::BodyBroken,
    })
}
