//! `account/*`, `token/*` and `jssdk/*`: checks of the configuration, the settings, and what needs the account's credentials.

use std::rc::Rc;

use crate::api;
use crate::api::account::{AccountPlan, AccountSettings, Check, CheckReport, count_messages};
use crate::api::jssdk::{JssdkConfig, JssdkPlan};
use crate::api::overview::store_quota;
use crate::api::token::{AccessToken, TokenPlan};
use crate::backends::{SpoolRequest, SpoolStatus};
use crate::error::Error;
use crate::health::probe_writing;
use crate::inbox::{Days, Fullness, Summary, oldest};
use crate::invalid::Invalid;
use crate::settings::{Edit, Settings, StorageSettings};
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::base::{CallbackCheck, QuotaAnswer, check_callback, quota};
use crate::wechat::token::CredentialKind;
use crate::wechat::{custom_message, jssdk};

use super::{Performer, keys};
use crate::edge::backends::Models;
use crate::edge::bindings::{d1, row_counter, runtime, spool, to_json};
use crate::edge::state::{figures, settings};
use crate::edge::wechat::wechat_error;

impl Performer<'_> {
    pub(super) async fn account(&self, plan: AccountPlan) -> Result<String, Error> {
        match plan {
            AccountPlan::Overview => to_json(&self.overview().await),
            AccountPlan::Check => to_json(&self.check().await),
            AccountPlan::Settings => {
                let document = self.editor().document().await?;
                let settings = document.check().map_err(api::Error::InvalidParameter)?;
                to_json(&self.settings(&settings, false).await?)
            }
            AccountPlan::Update { storage, dry_run } => to_json(&self.update(storage, dry_run).await?),
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

    async fn update(&self, storage: StorageSettings, dry_run: bool) -> Result<AccountSettings, Error> {
        if storage.retention_days.is_some() && !self.config.keeps_messages() {
            let invalid = Invalid::new("retention_days", "cannot be set, because RETENTION_DAYS is 0");
            return Err(api::Error::InvalidParameter(invalid).into());
        }
        let edit = Edit::SetStorage { storage };
        let edited = if dry_run {
            settings::rehearse(self.account.name(), edit, None, self.env).await?
        } else {
            self.editor().edit(&edit, None).await?
        };
        self.settings(&edited.settings, true).await
    }

    /// What these settings store, and what is stored of the days that they keep.
    async fn settings(&self, settings: &Settings, is_change: bool) -> Result<AccountSettings, Error> {
        let (account, env, now) = (self.account.name(), self.env, runtime::now());
        let retention_days = settings.retention_days(self.config)?;
        let done = d1::transaction(d1::TIMEOUT, env, &[oldest(account)]).await?;
        let (mut messages, mut forgotten) = (0, 0);
        if let Some((oldest,)) = done.first_rows::<(i64,)>()?.pop() {
            let days = Days::since(Some(Timestamp::from_seconds(oldest)), now);
            let live = figures::counted(account, env).await?;
            let closed = figures::closed(account, days, &live, env).await?;
            let summary = Summary::new(&closed, &live, days);
            (messages, forgotten) = count_messages(&summary.days, retention_days, now);
        }
        Ok(AccountSettings {
            retention_days,
            unstored_events: settings.unstored_events(self.config).to_vec(),
            messages,
            bytes: Fullness::new(done.size, None).bytes(),
            would_forget: is_change.then_some(forgotten),
        })
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
