//! Answers about what the operator decided.

use serde::Serialize;
use serde_json::Value;

use crate::callback::Reply;
use crate::rules::{Decided, LeftOut, RuleDraft, Verdict};
use crate::settings::{Edited, VersionRow};
use crate::wechat::menu::Menu;

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Serialize)]
        #[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }
    )*};
}

pub(super) use answers;

answers! {
    /// A change of the rules, done.
    Changed {
        /// Which version it made. Every location has it within two minutes.
        version: u64,
        /// What was made or changed, if it was one thing.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// How many rules there are now.
        rules: usize,
    }
    /// `rule/list`
    RuleList {
        /// Of the rules.
        version: u64,
        /// How many there are.
        total: usize,
        /// In the order in which they are tried.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<Value>"))]
        rules: Vec<RuleDraft>,
    }
    /// `rule/export`
    RuleExport {
        /// Of the rules.
        version: u64,
        /// In the order in which they are tried.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<Value>"))]
        rules: Vec<RuleDraft>,
    }
    /// `rule/test`
    RuleTested {
        /// Of the rules; absent if the call brought its own.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        /// Every rule whose condition the message fulfils, up to the one that ends the search.
        looked_at: Vec<LookedAt>,
        /// What the user would get: the first passively, the rest as customer-service messages; none is silence.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<Value>"))]
        replies: Vec<Reply>,
    }
    /// A rule whose condition a message fulfils.
    LookedAt {
        /// From 0.
        position: usize,
        /// As `rule/list` shows it.
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<String>,
        /// What the operator calls it.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// What became of it.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "String"))]
        verdict: &'static str,
        /// The condition.
        when: Value,
    }
    /// `rule/import_platform`
    PlatformImported {
        /// Which version it made; absent for a dry run.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        /// What was made.
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Vec<Value>"))]
        rules: Vec<RuleDraft>,
        /// The menu in force as a body for `menu/create`, with keys for the buttons that had replies of their own;
        /// absent if there is none.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(not(target_arch = "wasm32"), schemars(with = "Option<Value>"))]
        menu: Option<Menu>,
        /// What could not be carried over, and what to do about it.
        left_out: Vec<LeftOut>,
    }
    /// `rule/versions`
    Versions {
        /// The last fifty, the newest first.
        versions: Vec<VersionMade>,
    }
    /// Who changed the settings, how and when.
    VersionMade {
        /// Its number.
        version: i64,
        /// The name of the API key.
        author: String,
        /// The call.
        change: String,
        /// Unix seconds.
        made_at: i64,
        /// How many rules it has.
        rules: i64,
    }
}

impl From<Edited> for Changed {
    fn from(edited: Edited) -> Self {
        Self { version: edited.version, id: edited.id, rules: edited.rules }
    }
}

impl From<VersionRow> for VersionMade {
    fn from((version, author, change, made_at, rules): VersionRow) -> Self {
        Self { version, author, change, made_at, rules }
    }
}

impl LookedAt {
    /// A rule and what became of it.
    #[must_use]
    pub fn new(decided: Decided<'_>, verdict: Verdict, rules: &[RuleDraft]) -> Self {
        let when = rules.get(decided.position).map(RuleDraft::condition).unwrap_or_default();
        Self {
            position: decided.position,
            id: decided.id.map(ToOwned::to_owned),
            name: decided.name.map(ToOwned::to_owned),
            verdict: match verdict {
                Verdict::Decides => "decides",
                Verdict::GoesOn => "decides_and_goes_on",
                Verdict::OtherHours => "other_hours",
                Verdict::NotValid => "not_valid",
            },
            when,
        }
    }
}
