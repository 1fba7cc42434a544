//! `rule/*`: reads, tests and changes the rules.

use serde_json::Value;

use crate::api;
use crate::api::rule::{
    Changed, PlatformImported, RuleExport, RuleList, RulePlan, RuleTested, VersionMade, Versions,
};
use crate::callback::trial;
use crate::error::Error;
use crate::rules::{RuleDraft, import_answers};
use crate::settings::{Document, Edit, Edited};
use crate::wechat::{autoreply, menu};

use super::Performer;
use crate::edge::bindings::{runtime, to_json};
use crate::edge::state::settings;
use crate::edge::wechat::wechat_error;

/// The settings of one account, and who changes them.
pub(super) struct Editor<'a> {
    pub(super) performer: &'a Performer<'a>,
}

impl Editor<'_> {
    pub(super) async fn rule(&self, plan: RulePlan) -> Result<String, Error> {
        match plan {
            RulePlan::List { offset, limit } => to_json(&self.list(offset, limit).await?),
            RulePlan::Change { edit, if_version } => to_json(&self.change(&edit, if_version).await?),
            RulePlan::Test { message, rules } => to_json(&self.test(&message, rules).await?),
            RulePlan::Export => {
                let document = self.document().await?;
                to_json(&RuleExport { version: document.version, rules: document.rules })
            }
            RulePlan::ImportPlatform { append, dry_run, if_version } => {
                to_json(&self.import_platform(append, dry_run, if_version).await?)
            }
            RulePlan::Versions => {
                let rows = settings::history(self.account(), self.performer.env).await?;
                to_json(&Versions { versions: rows.into_iter().map(VersionMade::from).collect() })
            }
            RulePlan::RollBack { version, if_version } => {
                to_json(&self.roll_back(version, if_version).await?)
            }
        }
    }

    /// Read from D1: a change of a moment ago may not be in KV yet.
    pub(super) async fn document(&self) -> Result<Document, Error> {
        settings::document(self.account(), self.performer.env).await
    }

    /// Makes the next version.
    pub(super) async fn edit(&self, edit: &Edit, if_version: Option<u64>) -> Result<Edited, Error> {
        let identity = self.performer.identity;
        let by = (identity.name(), identity.key_id(), self.performer.call);
        settings::change(self.account(), edit, if_version, by, self.performer.env).await
    }

    async fn change(&self, edit: &Edit, if_version: Option<u64>) -> Result<Changed, Error> {
        self.edit(edit, if_version).await.map(Changed::from)
    }

    async fn roll_back(&self, version: u64, if_version: Option<u64>) -> Result<Changed, Error> {
        let document = settings::earlier(self.account(), version, self.performer.env).await?;
        self.change(&Edit::ImportRules { rules: document.rules, append: false }, if_version).await
    }

    /// Turns the auto-replies and the menu made in WeChat's console into rules.
    async fn import_platform(
        &self,
        append: bool,
        dry_run: bool,
        if_version: Option<u64>,
    ) -> Result<PlatformImported, Error> {
        let wechat = self.performer.wechat()?;
        let autoreplies = wechat.call(&autoreply::current()).await.map_err(wechat_error);
        let menu = wechat.call(&menu::current()).await.map_err(wechat_error);
        let mut platform = import_answers(autoreplies, menu)?;
        let rules = platform.take_rules();
        let version = if dry_run {
            None
        } else {
            let edit = Edit::ImportRules { rules: rules.clone(), append };
            Some(self.edit(&edit, if_version).await?.settings.version)
        };
        let (menu, left_out) = (platform.menu, platform.left_out);
        Ok(PlatformImported { version, rules, menu, left_out })
    }

    async fn list(&self, offset: u32, limit: u32) -> Result<RuleList, Error> {
        let document = self.document().await?;
        let (version, total) = (document.version, document.rules.len());
        let (offset, limit) =
            (usize::try_from(offset).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(0));
        let rules = document.rules.into_iter().skip(offset).take(limit).collect();
        Ok(RuleList { version, total, rules })
    }

    async fn test(&self, message: &Value, rules: Option<Vec<RuleDraft>>) -> Result<RuleTested, Error> {
        let (message, fields) = trial(message, runtime::now())
            .map_err(|invalid| api::Error::InvalidParameter(invalid.under("message")))?;
        let (version, drafts) = if let Some(rules) = rules {
            (None, rules)
        } else {
            let document = self.document().await?;
            (Some(document.version), document.rules)
        };
        let tested = RuleTested::new((version, &drafts), &message, &fields);
        Ok(tested.map_err(api::Error::InvalidParameter)?)
    }

    fn account(&self) -> &str {
        self.performer.account.name()
    }
}
