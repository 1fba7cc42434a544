//! `account/*`, `token/*` and `jssdk/*`: checks of the configuration, and what needs the account's credentials.

use crate::api::account::{AccountPlan, Check, CheckReport};
use crate::api::jssdk::{JssdkConfig, JssdkPlan};
use crate::api::token::{AccessToken, TokenPlan};
use crate::error::Error;
use crate::wechat::base::{CallbackCheck, QuotaAnswer, check_callback, quota};
use crate::wechat::token::CredentialKind;
use crate::wechat::{custom_message, jssdk};

use super::{Performer, keys};
use crate::edge::bindings::{runtime, to_json};
use crate::edge::wechat::wechat_error;

impl Performer<'_> {
    pub(super) async fn account(&self, plan: AccountPlan) -> Result<String, Error> {
        match plan {
            AccountPlan::Check => to_json(&self.check().await),
        }
    }

    pub(super) async fn token(&self, plan: TokenPlan) -> Result<String, Error> {
        match plan {
            TokenPlan::Get => to_json(&self.access_token().await?),
        }
    }

    pub(super) async fn jssdk(&self, plan: JssdkPlan) -> Result<String, Error> {
        match plan {
            JssdkPlan::Config { url } => to_json(&self.sign_page(&url).await?),
        }
    }

    async fn access_token(&self) -> Result<AccessToken, Error> {
        let token = self.wechat()?.credential(CredentialKind::AccessToken).await?;
        let expires_in = token.seconds_left(runtime::now());
        Ok(AccessToken { access_token: token.value().clone(), expires_in })
    }

    async fn sign_page(&self, url: &str) -> Result<JssdkConfig, Error> {
        let wechat = self.wechat()?;
        let ticket = wechat.credential(CredentialKind::JsapiTicket).await?;
        let (now, nonce) = (runtime::now(), runtime::nonce()?);
        let signature = jssdk::sign(ticket.value(), &nonce, now, url);
        let app_id = wechat.app().app_id.as_str().to_owned();
        Ok(JssdkConfig { app_id, timestamp: now.seconds(), nonce, signature })
    }

    /// What is wrong with KV or D1; an old database may lack the inbox's tables.
    async fn storage_complaint(&self) -> Option<String> {
        if let Some(complaint) = keys::storage_complaint(self.env).await {
            return Some(complaint);
        }
        let known = async { self.inbox()?.follower("").await };
        known.await.err().map(|error| error.to_string())
    }

    /// Runs the checks; those that need a failed one are left out.
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
