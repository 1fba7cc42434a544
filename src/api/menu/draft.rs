//! `menu/draft` to `menu/version`: menus that are edited, published, and undone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Error;
use crate::api::fields::{FieldProblem, NoParameters};
use crate::api::plan::Plan;
use crate::api::rule::VersionNumber;
use crate::settings::{MenuDraft, MenuReply, PublishedMenusRow, StoredMenus};
use crate::wechat::menu::Menu;

use super::MenuPlan;

/// `menu/draft`, `menu/save_draft`
#[derive(Debug, Serialize, JsonSchema)]
pub struct DraftedMenus {
    /// Version of the draft; 0 if none was saved yet.
    pub version: u64,
    /// The default menu, and the conditional menus in the order in which they are tried.
    pub menus: Vec<Menu>,
    /// The replies to taps: those that are saved with the draft, and for other keys what the rules reply.
    pub replies: Vec<MenuReply>,
    /// Whether it differs from what was last published.
    pub differs: bool,
    /// Name of the API key that saved or published it, or `root`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// Unix seconds: when it was saved or published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved_at: Option<i64>,
}

impl From<StoredMenus> for DraftedMenus {
    fn from(stored: StoredMenus) -> Self {
        let StoredMenus {
            version,
            draft: MenuDraft { menus, replies },
            author: by,
            made_at: saved_at,
            differs,
        } = stored;
        Self { version, menus, replies, differs, by, saved_at }
    }
}

pub(super) fn draft(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Menu(MenuPlan::Draft))
}

/// `menu/save_draft`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenusToSave {
    /// The default menu, and at most 19 conditional menus in the order in which they are tried. They may break WeChat's
    /// limits as long as they are not published.
    menus: Vec<Menu>,
    /// The replies to taps, at most one for a key. Those that the rules have already need not be there.
    #[serde(default)]
    replies: Vec<MenuReply>,
    /// Reject the draft unless the newest has this version.
    #[serde(default)]
    if_version: Option<u64>,
}

pub(super) fn save(request: MenusToSave) -> Result<Plan, Error> {
    let MenusToSave { menus, replies, if_version } = request;
    let draft = Box::new(MenuDraft { menus, replies });
    Ok(Plan::Menu(MenuPlan::Save { draft, if_version }))
}

/// `menu/check`
#[derive(Debug, Serialize, JsonSchema)]
pub struct CheckedMenus {
    /// What has to be fixed before the draft can be published.
    pub problems: Vec<FieldProblem>,
    /// Keys of buttons whose taps nothing answers. They can be published.
    pub unanswered_keys: Vec<String>,
}

pub(super) fn check(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Menu(MenuPlan::Check))
}

/// `menu/publish`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MenusToPublish {
    /// Publish nothing unless the draft has this version.
    #[serde(default)]
    if_version: Option<u64>,
}

pub(super) fn publish(request: MenusToPublish) -> Result<Plan, Error> {
    Ok(Plan::Menu(MenuPlan::Publish { if_version: request.if_version }))
}

/// `menu/publish`
#[derive(Debug, Serialize, JsonSchema)]
pub struct PublishedMenus {
    /// Version that was published.
    pub version: u64,
    /// Ids of the conditional menus, in the order in which they are tried.
    pub menuids: Vec<String>,
    /// Version of the settings that the replies made; absent if the rules had them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules_version: Option<u64>,
}

/// `menu/versions`
#[derive(Debug, Serialize, JsonSchema)]
pub struct MenuVersions {
    /// The last fifty that were published, newest first.
    pub versions: Vec<MenuVersion>,
}

/// Menus that were published.
#[derive(Debug, Serialize, JsonSchema)]
pub struct MenuVersion {
    /// Number of the version.
    pub version: u64,
    /// Name of the API key that published it, or `root`.
    pub author: String,
    /// Unix seconds: when it was published.
    pub made_at: i64,
    /// The menus, of `menu/version`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub menus: Option<Vec<Menu>>,
}

impl From<PublishedMenusRow> for MenuVersion {
    fn from((version, author, made_at): PublishedMenusRow) -> Self {
        Self { version, author, made_at, menus: None }
    }
}

pub(super) fn versions(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Menu(MenuPlan::Versions))
}

pub(super) fn version(request: VersionNumber) -> Result<Plan, Error> {
    Ok(Plan::Menu(MenuPlan::Version { version: request.version }))
}
