//! `rule/*`: reads, tests and changes the rules.

use crate::api;
use crate::api::rule::{
    Changed, Imported, Linted, PlatformImported, RuleExport, RuleList, RulePlan, RuleTested, RuleTrial,
    RulesOfVersion, Tested, VersionMade, Versions,
};
use crate::backends::Backends;
use crate::callback;
use crate::error::Error;
use crate::inbox::{last_28_days, rule_hits};
use crate::invalid::Invalid;
use crate::rules::{RuleDraft, UnsavedRule, import_answers};
use crate::settings::{Document, Edit, Edited};
use crate::wechat::{autoreply, menu};

use super::Performer;
use crate::edge::bindings::{runtime, to_json};
use crate::edge::state::{figures, settings};
use crate::edge::wechat::wechat_error;

/// The settings of one account, and who changes them.
pub(super) struct Editor<'a> {
    pub(super) performer: &'a Performer<'a>,
}

impl Editor<'_> {
    pub(super) async fn rule(&self, plan: RulePlan) -> Result<String, Error> {
        match plan {
            RulePlan::List { offset, limit, hits } => to_json(&self.list(offset, limit, hits).await?),
            RulePlan::Change { edit, if_version } => to_json(&self.change(&edit, if_version).await?),
            RulePlan::Import { rules, append, dry_run, if_version } => {
                to_json(&self.import(rules, append, dry_run, if_version).await?)
            }
            RulePlan::Test(trial) => to_json(&self.test(*trial).await?),
            RulePlan::Lint { draft } => to_json(&self.lint(draft).await?),
            RulePlan::Version { version } => to_json(&self.version(version).await?),
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
        let mut platform = import_answers(autoreplies, menu, self.performer.language)?;
        let rules = platform.take_rules();
        let edited = self.import_or_rehearse(rules.clone(), append, dry_run, if_version).await?;
        let version = (!dry_run).then_some(edited.settings.version);
        let (menu, left_out) = (platform.menu, platform.left_out);
        let (positions, warnings) = (edited.positions, edited.warnings);
        Ok(PlatformImported { version, rules, positions, menu, left_out, warnings })
    }

    async fn import(
        &self,
        rules: Result<Vec<RuleDraft>, Invalid>,
        append: bool,
        dry_run: bool,
        if_version: Option<u64>,
    ) -> Result<Imported, Error> {
        let imported = match rules {
            Ok(rules) => self.import_or_rehearse(rules, append, dry_run, if_version).await,
            Err(invalid) => Err(api::Error::InvalidParameter(invalid).into()),
        };
        match imported {
            Ok(edited) => Ok(Imported::new(edited, dry_run)),
            Err(Error::Api(api::Error::InvalidParameter(invalid))) if dry_run => Ok((&invalid).into()),
            Err(error) => Err(error),
        }
    }

    async fn import_or_rehearse(
        &self,
        rules: Vec<RuleDraft>,
        append: bool,
        dry_run: bool,
        if_version: Option<u64>,
    ) -> Result<Edited, Error> {
        let edit = Edit::ImportRules { rules, append };
        if dry_run {
            settings::rehearse(self.account(), edit, if_version, self.performer.env).await
        } else {
            self.edit(&edit, if_version).await
        }
    }

    async fn list(&self, offset: u32, limit: u32, hits: bool) -> Result<RuleList, Error> {
        let Document { version, mut rules, .. } = self.document().await?;
        let total = rules.len();
        let (offset, limit) =
            (usize::try_from(offset).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(0));
        let labels = rules.iter().enumerate().skip(offset).take(limit);
        let labels: Vec<String> = labels.map(|(position, rule)| rule.label(position)).collect();
        rules.drain(..offset.min(total));
        rules.truncate(limit);
        let (mut counts, mut counted_at) = (None, None);
        if hits {
            let (account, env, days) = (self.account(), self.performer.env, last_28_days(runtime::now()));
            let live = figures::counted(account, env).await?;
            let closed = figures::closed_of_rules(account, days, &live, env).await?;
            counts = Some(rule_hits(&closed, &live, days, &labels));
            counted_at = Some(live.counted_at.seconds());
        }
        Ok(RuleList { version, total, rules, hits: counts, counted_at })
    }

    async fn test(&self, trial: RuleTrial) -> Result<RuleTested, Error> {
        let RuleTrial { message, rules, draft, explain, at } = trial;
        let (message, fields) = callback::trial(&message, at.unwrap_or_else(runtime::now))
            .map_err(|invalid| api::Error::InvalidParameter(invalid.under("message")))?;
        let document = self.document().await?;
        let (version, mut rules) = match rules {
            Some(rules) => (None, rules),
            None => (Some(document.version), document.rules),
        };
        let draft = put(draft, &mut rules)?;
        let backends = Backends::check(&document.webhooks, &document.assistants)
            .map_err(api::Error::InvalidParameter)?;
        let with = Tested { rules: &rules, version, draft, backends: &backends, explain };
        let tested = RuleTested::new(with, &message, &fields);
        Ok(tested.map_err(api::Error::InvalidParameter)?)
    }

    async fn lint(&self, draft: Option<UnsavedRule>) -> Result<Linted, Error> {
        let Document { version, mut rules, .. } = self.document().await?;
        let draft = put(draft, &mut rules)?;
        let linted = Linted::new((version, &rules), draft, runtime::now());
        Ok(linted.map_err(api::Error::InvalidParameter)?)
    }

    async fn version(&self, version: u64) -> Result<RulesOfVersion, Error> {
        let (document, author, change, made_at) =
            settings::version(self.account(), version, self.performer.env).await?;
        Ok(RulesOfVersion { version, author, change, made_at, rules: document.rules })
    }

    fn account(&self) -> &str {
        self.performer.account.name()
    }
}

/// Puts a rule that is not saved in its place, and returns its position.
fn put(draft: Option<UnsavedRule>, rules: &mut Vec<RuleDraft>) -> Result<Option<usize>, Error> {
    let put = |draft: UnsavedRule| draft.put_into(rules).ok_or(api::Error::NotFound("rule"));
    Ok(draft.map(put).transpose()?)
}
