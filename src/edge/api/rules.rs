//! What is asked of the rules, and how they are changed.

use std::borrow::Cow;

use serde_json::Value;

use crate::api::answer::{
    Changed, LookedAt, PlatformImported, RuleExport, RuleList, RuleTested, VersionMade, Versions,
};
use crate::api::{self, SettingsQuestion};
use crate::callback::{Reply, trial};
use crate::error::Error;
use crate::rules::{RuleDraft, Rules, import_console};
use crate::settings::{Edit, Edited};
use crate::wechat::{autoreply, menu};

use crate::edge::bindings::{Env, runtime, to_json};
use crate::edge::state::settings;
use crate::edge::wechat::Wechat;

/// The settings of one account, and who asks for them.
pub(super) struct Editor<'a> {
    pub(super) env: &'a Env,
    pub(super) account: &'a str,
    /// The name of the API key.
    pub(super) author: &'a str,
    /// The call, such as `rule/create`.
    pub(super) call: &'a str,
}

impl Editor<'_> {
    pub(super) async fn answer(&self, question: SettingsQuestion) -> Result<String, Error> {
        match question {
            SettingsQuestion::Rules { offset, limit } => self.list(offset, limit).await,
            SettingsQuestion::Export => {
                let document = settings::document(self.account, self.env).await?;
                to_json(&RuleExport { version: document.version, rules: document.rules })
            }
            SettingsQuestion::Test { message, rules } => self.test(&message, rules).await,
            SettingsQuestion::Versions => {
                let rows = settings::history(self.account, self.env).await?;
                to_json(&Versions { versions: rows.into_iter().map(VersionMade::from).collect() })
            }
        }
    }

    pub(super) async fn change(&self, edit: &Edit, if_version: Option<u64>) -> Result<String, Error> {
        to_json(&Changed::from(self.edit(edit, if_version).await?))
    }

    /// Makes the next version, by whoever asks for it.
    pub(super) async fn edit(&self, edit: &Edit, if_version: Option<u64>) -> Result<Edited, Error> {
        let by = (self.author, self.call);
        settings::change(self.account, edit, if_version, by, self.env).await
    }

    pub(super) async fn roll_back(&self, version: u64, if_version: Option<u64>) -> Result<String, Error> {
        let document = settings::earlier(self.account, version, self.env).await?;
        self.change(&Edit::ImportRules { rules: document.rules, append: false }, if_version).await
    }

    /// What was made in WeChat's console, as rules.
    pub(super) async fn import_platform(
        &self,
        wechat: &Wechat<'_>,
        append: bool,
        dry_run: bool,
        if_version: Option<u64>,
    ) -> Result<String, Error> {
        let autoreplies: Value = wechat.call(&autoreply::current()).await?;
        let menu: Value = wechat.call(&menu::current()).await?;
        let mut platform = import_console(&autoreplies, &menu);
        let rules = platform.take_rules();
        let version = if dry_run {
            None
        } else {
            let edit = Edit::ImportRules { rules: rules.clone(), append };
            let by = (self.author, self.call);
            Some(settings::change(self.account, &edit, if_version, by, self.env).await?.version)
        };
        let (menu, left_out) = (platform.menu, platform.left_out);
        to_json(&PlatformImported { version, rules, menu, left_out })
    }

    async fn list(&self, offset: u32, limit: u32) -> Result<String, Error> {
        let document = settings::document(self.account, self.env).await?;
        let (version, total) = (document.version, document.rules.len());
        let (offset, limit) =
            (usize::try_from(offset).unwrap_or(usize::MAX), usize::try_from(limit).unwrap_or(0));
        let rules = document.rules.into_iter().skip(offset).take(limit).collect();
        to_json(&RuleList { version, total, rules })
    }

    async fn test(&self, message: &Value, rules: Option<Vec<RuleDraft>>) -> Result<String, Error> {
        let (message, fields) = trial(message, runtime::now())
            .map_err(|invalid| api::Error::InvalidParameter(invalid.under("message")))?;
        let (version, drafts) = if let Some(rules) = rules {
            (None, rules)
        } else {
            let document = settings::document(self.account, self.env).await?;
            (Some(document.version), document.rules)
        };
        let rules = Rules::check(&drafts).map_err(api::Error::InvalidParameter)?;
        let looked_at = rules.explain(&message).into_iter();
        let replies = rules.decide(&message, || &fields).replies.into_iter().map(Cow::into_owned);
        to_json(&RuleTested {
            version,
            looked_at: looked_at.map(|(decided, verdict)| LookedAt::new(decided, verdict, &drafts)).collect(),
            replies: replies.collect::<Vec<Reply>>(),
        })
    }
}
