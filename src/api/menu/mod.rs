//! `menu/*`: the custom menu (自定义菜单).

mod draft;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::inbox::{Button, ButtonFilter, OutcomeCounts};
use crate::json::exactly_from_value;
use crate::settings::MenuDraft;
use crate::time::Timestamp;
use crate::wechat::menu::{self, Menu};
use crate::wechat::{self, Call, NumberOrText, read};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, optional, time};
use super::handler::{Nothing, done, ours, wechat, write};
use super::id::Id;
use super::plan::{Plan, Reader, WechatAnswer};
use super::rule::VersionNumber;
use super::scope::{Access, Group, Scope};

pub use draft::{CheckedMenus, DraftedMenus, MenuVersion, MenuVersions, PublishedMenus};
use draft::{MenusToPublish, MenusToSave, check, draft, publish, save, version, versions};

const READ: Scope = Scope::One(Group::Menu, Access::Read);
const WRITE: Scope = Scope::One(Group::Menu, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "menu/create",
        WRITE,
        "Create the default menu or a conditional menu.",
        &wechat::<Menu, MenuCreated>(create),
    ),
    Endpoint::new(
        "menu/delete",
        WRITE,
        "Delete all menus or one conditional menu.",
        &ours::<MenuId, Nothing>(delete),
    )
    .with_effects(&[Effect::CallsWechat]),
    Endpoint::new(
        "menu/list",
        READ,
        "List the default and the conditional menus.",
        &ours::<MenuId, MenuList>(list),
    )
    .with_effects(&[Effect::CallsWechat]),
    Endpoint::new(
        "menu/try_match",
        READ,
        "Show the menu that a user sees.",
        &wechat::<TryMatch, Buttons>(try_match),
    ),
    Endpoint::new(
        "menu/current",
        READ,
        "Show the current menu, also one made in WeChat's console.",
        &wechat::<NoParameters, CurrentMenu>(current),
    ),
    Endpoint::new(
        "menu/event_status",
        READ,
        "Count the events of each button by outcome.",
        &ours::<MenuEventQuery, MenuEvents>(event_status),
    ),
    Endpoint::new(
        "menu/draft",
        READ,
        "Show the draft of the menus, with the replies to taps.",
        &ours::<NoParameters, DraftedMenus>(draft),
    ),
    Endpoint::new("menu/save_draft", WRITE, "Save the draft.", &ours::<MenusToSave, DraftedMenus>(save))
        .with_effects(&[Effect::ChangesSettings]),
    Endpoint::new(
        "menu/check",
        READ,
        "Show what keeps the draft from being published, and which taps nothing answers.",
        &ours::<NoParameters, CheckedMenus>(check),
    ),
    Endpoint::new(
        "menu/publish",
        WRITE,
        "Publish the draft: first the replies as rules, which takes rule:write, and then the menus at WeChat, whose conditional \
         menus become those of the draft. After a failure it can be called again.",
        &ours::<MenusToPublish, PublishedMenus>(publish),
    )
    .with_effects(&[Effect::CallsWechat, Effect::ChangesSettings]),
    Endpoint::new(
        "menu/versions",
        READ,
        "List the menus that were published, and who published them.",
        &ours::<NoParameters, MenuVersions>(versions),
    ),
    Endpoint::new(
        "menu/version",
        READ,
        "Show menus that were published.",
        &ours::<VersionNumber, MenuVersion>(version),
    ),
];

/// What the edge does about menus.
#[derive(Debug, Clone, PartialEq)]
pub enum MenuPlan {
    /// `menu/list` of one menu.
    List {
        /// Id of the default menu or of a conditional menu.
        menu_id: String,
    },
    /// `menu/delete` of one menu.
    Delete {
        /// Id of a conditional menu, or of the default menu, with which WeChat deletes all menus.
        menu_id: String,
    },
    /// `menu/event_status`
    EventStatus {
        /// Which buttons.
        filter: ButtonFilter,
        /// From the day of this point in time on, in Beijing.
        since: Option<Timestamp>,
    },
    /// `menu/draft`
    Draft,
    /// `menu/save_draft`
    Save {
        /// The draft.
        draft: Box<MenuDraft>,
        /// Reject it unless the newest has this version.
        if_version: Option<u64>,
    },
    /// `menu/check`
    Check,
    /// `menu/publish`
    Publish {
        /// Publish nothing unless the draft has this version.
        if_version: Option<u64>,
    },
    /// `menu/versions`
    Versions,
    /// `menu/version`
    Version {
        /// The version.
        version: u64,
    },
}

/// `menu/create`
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct MenuCreated {
    /// Id of a conditional menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    menuid: Option<Id>,
}

impl MenuCreated {
    /// Id of a conditional menu.
    #[must_use]
    pub fn into_menuid(self) -> String {
        self.menuid.map(Id::into_string).unwrap_or_default()
    }
}

fn create(menu: Menu) -> Result<Call, Error> {
    menu.check().map_err(Error::InvalidParameter)?;
    Ok(menu::create(&menu))
}

/// `menu/delete`, `menu/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MenuId {
    /// `menuid` as `menu/list` shows it, as a number or as text; absent = all menus. With the default menu WeChat also
    /// deletes the conditional menus.
    #[serde(default)]
    #[schemars(with = "Option<NumberOrText>")]
    menu_id: Option<Id>,
}

fn delete(request: MenuId) -> Result<Plan, Error> {
    Ok(match menu_id(request.menu_id)? {
        None => Plan::Call(menu::delete_all(), Reader::new(done)),
        Some(menu_id) => Plan::Menu(MenuPlan::Delete { menu_id }),
    })
}

fn menu_id(id: Option<Id>) -> Result<Option<String>, Error> {
    optional("menu_id", id.map(Id::into_string))
}

/// `menu/list`
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct MenuList {
    /// The default menu; `null` if there is none.
    #[serde(default)]
    menu: Option<ListedMenu>,
    /// The conditional menus.
    #[serde(default)]
    conditionalmenu: Vec<ListedMenu>,
}

/// A menu as WeChat lists it.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListedMenu {
    /// The buttons, as WeChat lists them.
    #[schemars(with = "Vec<menu::Button>")]
    button: Vec<Value>,
    /// Id of the menu, for `menu/list` and `menu/delete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    menuid: Option<Id>,
    /// Which users see a conditional menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<menu::MatchRule>")]
    matchrule: Option<Value>,
}

/// The errcode for "there is no menu", which is an answer and not a failure.
const NO_MENU: i64 = 46003;
/// The errcode for an id that is not one of a conditional menu.
const NOT_CONDITIONAL: i64 = 65301;

fn list(request: MenuId) -> Result<Plan, Error> {
    Ok(match menu_id(request.menu_id)? {
        None => Plan::Call(menu::list(), Reader::new(|answer| write(&MenuList::from_wechat(answer)?))),
        Some(menu_id) => Plan::Menu(MenuPlan::List { menu_id }),
    })
}

/// Whether WeChat refused to delete a menu because it is not a conditional one; it may be the default menu.
#[must_use]
pub fn is_not_conditional(error: &wechat::Error) -> bool {
    matches!(error, wechat::Error::Refused(refusal) if refusal.errcode == NOT_CONDITIONAL)
}

impl MenuList {
    /// The menus in WeChat's answer to [`menu::list`].
    pub fn from_wechat(answer: WechatAnswer) -> Result<Self, wechat::Error> {
        match answer {
            Err(wechat::Error::Refused(refusal)) if refusal.errcode == NO_MENU => Ok(Self::default()),
            answer => read(&answer?),
        }
    }

    /// What makes the conditional menus these, in the order in which they were created: WeChat's ids grow.
    ///
    /// The first that are as they should be are kept, so that publishing the same again changes nothing.
    #[must_use]
    pub fn conditional_changes(self, wanted: &[&Menu]) -> ConditionalChanges {
        let mut listed: Vec<(String, Option<Menu>)> = Vec::new();
        for menu in self.conditionalmenu {
            let read = menu.as_menu();
            let id = menu.menuid.map(Id::into_string).unwrap_or_default();
            let is_later = |(other, _): &(String, Option<Menu>)| (other.len(), other) > (id.len(), &id);
            let place = listed.iter().position(is_later).unwrap_or(listed.len());
            listed.insert(place, (id, read));
        }
        let pairs = listed.iter().zip(wanted);
        let kept = pairs.take_while(|((_, is), wanted)| is.as_ref() == Some(**wanted)).count();
        let mut ids = listed.into_iter().map(|(id, _)| id);
        ConditionalChanges { kept: ids.by_ref().take(kept).collect(), deleted: ids.collect() }
    }

    /// Only the menu with this id, which must exist.
    pub fn only(self, menu_id: &str) -> Result<Self, Error> {
        let menu = self.menu.filter(|menu| menu.has_id(menu_id));
        let mut conditionalmenu = self.conditionalmenu;
        conditionalmenu.retain(|menu| menu.has_id(menu_id));
        if menu.is_none() && conditionalmenu.is_empty() {
            return Err(Error::NotFound("menu"));
        }
        Ok(Self { menu, conditionalmenu })
    }

    /// Fails unless this is the id of the default menu.
    pub fn require_default(&self, menu_id: &str) -> Result<(), Error> {
        let is_default = self.menu.as_ref().is_some_and(|menu| menu.has_id(menu_id));
        if is_default { Ok(()) } else { Err(Error::NotFound("menu")) }
    }
}

/// What is done about conditional menus: those after the first that are kept are created, and then the others deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionalChanges {
    /// Ids of the menus that are kept.
    pub kept: Vec<String>,
    /// Ids of the menus to delete.
    pub deleted: Vec<String>,
}

impl ListedMenu {
    /// The menu as it is created; `None` if this is not known.
    fn as_menu(&self) -> Option<Menu> {
        let menu = json!({ "button": self.button, "matchrule": self.matchrule });
        let mut menu: Menu = exactly_from_value(&menu).ok()?;
        menu.normalize().ok()?;
        Some(menu)
    }

    fn has_id(&self, menu_id: &str) -> bool {
        self.menuid.as_ref().is_some_and(|id| id.as_str() == menu_id)
    }
}

/// `menu/try_match`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TryMatch {
    /// OpenID or WeChat ID.
    #[schemars(length(min = 1))]
    user_id: String,
}

/// `menu/try_match`
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Matched")]
struct Buttons {
    /// The buttons, as WeChat shows them.
    #[schemars(with = "Vec<menu::Button>")]
    button: Vec<Value>,
}

/// WeChat's answer to [`menu::try_match`]: the buttons, or as some accounts report a menu with them.
#[derive(Deserialize, JsonSchema)]
struct Matched {
    button: Option<Vec<Value>>,
    menu: Option<MatchedMenu>,
}

#[derive(Deserialize, JsonSchema)]
struct MatchedMenu {
    button: Vec<Value>,
}

impl TryFrom<Matched> for Buttons {
    type Error = &'static str;

    fn try_from(matched: Matched) -> Result<Self, Self::Error> {
        let button = matched.button.or_else(|| matched.menu.map(|menu| menu.button));
        Ok(Self { button: button.ok_or("has neither button nor menu")? })
    }
}

fn try_match(request: TryMatch) -> Result<Call, Error> {
    Ok(menu::try_match(&filled("user_id", request.user_id)?))
}

/// `menu/current`
#[derive(Serialize, Deserialize, JsonSchema)]
struct CurrentMenu {
    /// 1 if the menu is enabled.
    is_menu_open: u8,
    /// The menu in WeChat's format for this call: `sub_button` is an object with `list`.
    #[serde(default)]
    #[schemars(with = "Option<Map<String, Value>>")]
    selfmenu_info: Value,
}

fn current(_: NoParameters) -> Result<Call, Error> {
    Ok(menu::current())
}

/// `menu/event_status`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MenuEventQuery {
    /// Only events of this conditional menu; WeChat names it in the events `VIEW` and `view_miniprogram`.
    #[serde(default)]
    #[schemars(with = "Option<NumberOrText>")]
    menu_id: Option<Id>,
    /// Only events with this `EventKey`: a button's key, URL or page.
    #[serde(default)]
    #[schemars(length(min = 1))]
    key: Option<String>,
    /// Unix seconds: from midnight of that day in Beijing on, at most 1,000 days; absent = the last 1,000 days.
    #[serde(default)]
    #[schemars(with = "Option<i64>", range(min = 0, max = Timestamp::LAST.seconds()))]
    since: Option<Timestamp>,
}

/// `menu/event_status`
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MenuEvents {
    /// One entry a button and event, the most recent first; at most 1,000.
    pub event_response_status: Vec<MenuEventStatus>,
    /// Unix seconds: from when on events are counted, if `since` was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<i64>,
    /// Unix seconds: the events of the present and the previous hour are counted as of then, at most a quarter of an hour ago.
    pub counted_at: i64,
}

/// The events of a button, counted by outcome.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MenuEventStatus {
    /// `EventKey`: the button's key, URL or page.
    pub key: String,
    /// `Event` in lowercase; `other`, without a key, for buttons beyond the 200 most frequent of an hour.
    pub event: String,
    /// Number of events received.
    pub received: i64,
    /// Number of events with each outcome.
    pub outcomes: OutcomeCounts,
    /// `CreateTime` of the latest event, in Unix seconds.
    pub last_at: i64,
    /// Outcome of the latest event.
    pub last_outcome: String,
}

fn event_status(request: MenuEventQuery) -> Result<Plan, Error> {
    let filter = ButtonFilter { menu_id: menu_id(request.menu_id)?, key: optional("key", request.key)? };
    Ok(Plan::Menu(MenuPlan::EventStatus { filter, since: time("since", request.since)? }))
}

impl From<Button> for MenuEventStatus {
    fn from(button: Button) -> Self {
        let Button { key, event, received, outcomes, last_at, last_outcome } = button;
        Self { key, event, received, outcomes, last_at, last_outcome }
    }
}
