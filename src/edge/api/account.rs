//! `account/*`, `token/*` and `jssdk/*`: checks of the configuration, and what needs the account's credentials.

use std::rc::Rc;

use crate::api::account::{AccountPlan, Check, CheckReport};
use crate::api::jssdk::{JssdkConfig, JssdkPlan};
use crate::api::overview::store_quota;
use crate::api::token::{AccessToken, TokenPlan};
use crate::backends::{SpoolRequest, SpoolStatus};
use crate::error::Error;
use crate::health::probe_writing;
use crate::inbox::Fullness;
use crate::settings::Settings;
use crate::sql::Statement;
use crate::wechat::base::{CallbackCheck, QuotaAnswer, check_callback, quota};
use crate::wechat::token::CredentialKind;
use crate::wechat::{custom_message, jssdk};

use super::{Performer, keys};
use crate::edge::backends::Models;
use crate::edge::bindings::{d1, row_counter, runtime, spool, to_json};
use crate::edge::state::settings;
use crate::edge::wechat::wechat_error;

impl Performer<'_> {
    pub(super) async fn account(&self, plan: AccountPlan) -> Result<String, Error> {
        match plan {
            AccountPlan::Overview => to_json(&self.overview().await),
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

    /// The size of the database in bytes, or what is wrong with KV or D1, which has to accept a write.
    async fn storage(&self) -> Result<u64, String> {
        if let Some(complaint) = keys::storage_complaint(self.env).await {
            return Err(complaint);
        }
        let written = d1::transaction(d1::TIMEOUT, self.env, &[probe_writing()]).await;
        written.map(|done| done.size).map_err(|error| format!("D1 accepts no writes: {error}"))
    }

    /// Stores the quota for `account/overview`, after the response. The next check stores it again.
    fn keep_quota(&self, statement: Statement) {
        let env = self.env.clone();
        runtime::after_response(self.context, async move {
            let _ = d1::rows::<()>(&env, &statement).await;
        });
    }

    pub(super) async fn spool_status(&self) -> Result<SpoolStatus, String> {
        let asked = spool::ask(self.env, self.account.name(), &SpoolRequest::Status, d1::TIMEOUT).await;
        asked.map_err(|error| error.to_string())
    }

    /// Runs the checks; those that need a failed one are left out.
    async fn check(&self) -> CheckReport {
        let problems: Vec<String> = self.config.problems_of(self.account).map(ToString::to_string).collect();
        let storage = self.storage().await;
        let settings = settings::published(self.account.name(), self.env, self.context).await;
        let mut checks = vec![Check::configuration(&problems)];
        checks.extend(self.account.callback().ok().map(Check::encryption));
        checks.extend([
            Check::storage(storage.as_ref().err().cloned()),
            Check::spool(self.spool_status().await),
        ]);
        if let Ok(settings) = settings {
            checks.push(Check::replies(&settings));
            checks.extend(self.providers(settings).await);
        }
        self.check_wechat(&mut checks).await;
        // The last, since they are never what stops a message now.
        checks.extend(
            storage
                .ok()
                .map(|size| Check::database_size(Fullness::new(size, self.config.database_limit_mb()))),
        );
        if let Some(limit) = self.config.rows_per_day() {
            let ok = row_counter::has_room(self.env).await;
            checks.push(Check::database_rows(row_counter::written(), limit, ok));
        }
        checks.into()
    }

    /// Whether the secrets of all providers are set, and whether they accept calls, if there are assistants.
    async fn providers(&self, settings: Rc<Settings>) -> Option<Check> {
        let providers = Models::with(self.account.name(), self.env, settings).provider_states().await;
        let now = runtime::now();
        let problems: Vec<String> = providers.iter().filter_map(|state| state.complaint(now)).collect();
        (!providers.is_empty()).then(|| Check::providers(providers.len(), &problems))
    }

    async fn check_wechat(&self, checks: &mut Vec<Check>) {
        let Ok(wechat) = self.wechat() else { return };
        let token = wechat.credential(CredentialKind::AccessToken).await;
        let left = token.map(|token| token.seconds_left(runtime::now())).map_err(wechat_error);
        checks.push(Check::access_token(left.as_ref().copied()));
        if left.is_err() {
            return;
        }
        let found = wechat.call_for::<CallbackCheck>(&check_callback()).await.map_err(wechat_error);
        if let Err(error) = &found
            && CheckReport::is_about_the_token(error)
        {
            checks.pop();
            checks.push(Check::access_token(Err(error)));
            return;
        }
        checks.push(Check::callback(found.as_ref()));
        let left =
            wechat.call_for::<QuotaAnswer>(&quota(custom_message::SEND_PATH)).await.map_err(wechat_error);
        if let Ok(QuotaAnswer { quota }) = &left {
            self.keep_quota(store_quota(self.account.name(), quota, runtime::now()));
        }
        checks.push(Check::quota(left.as_ref().map(|answer| &answer.quota)));
    }
}
