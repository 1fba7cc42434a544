//! `menu/*`: the custom menu (自定义菜单).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::inbox::{Button, ButtonFilter, OutcomeCounts};
use crate::time::Timestamp;
use crate::wechat::menu::{self, Menu};
use crate::wechat::{self, Call, read};

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::{NoParameters, filled, optional, time};
use super::handler::{command, ours, wechat, write};
use super::id::Id;
use super::plan::{Plan, Reader, WechatAnswer};
use super::scope::{Access, Group, Scope};

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
        &command::<MenuId>(delete),
    ),
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
];

/// What the edge does about menus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuPlan {
    /// `menu/event_status`
    EventStatus {
        /// Which buttons.
        filter: ButtonFilter,
        /// From the day of this point in time on, in Beijing.
        since: Option<Timestamp>,
    },
}

/// `menu/create`
#[derive(Serialize, Deserialize, JsonSchema)]
struct MenuCreated {
    /// Id of a conditional menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    menuid: Option<Id>,
}

fn create(menu: Menu) -> Result<Call, Error> {
    menu.check().map_err(Error::InvalidParameter)?;
    Ok(menu::create(&menu))
}

/// `menu/delete`, `menu/list`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MenuId {
    /// Id of a conditional menu; absent = all menus.
    #[serde(default)]
    #[schemars(length(min = 1))]
    menu_id: Option<String>,
}

fn delete(request: MenuId) -> Result<Call, Error> {
    Ok(match optional("menu_id", request.menu_id)? {
        None => menu::delete_all(),
        Some(menu_id) => menu::delete(&menu_id),
    })
}

/// `menu/list`
#[derive(Default, Serialize, Deserialize, JsonSchema)]
struct MenuList {
    /// The default menu; `null` if there is none.
    #[serde(default)]
    menu: Option<ListedMenu>,
    /// The conditional menus.
    #[serde(default)]
    conditionalmenu: Vec<ListedMenu>,
}

/// A menu as WeChat lists it.
#[derive(Serialize, Deserialize, JsonSchema)]
struct ListedMenu {
    /// The buttons, as WeChat lists them.
    button: Vec<Value>,
    /// Id of the menu, for `menu/delete`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    menuid: Option<Id>,
    /// Which users see a conditional menu.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    matchrule: Option<Value>,
}

/// The errcode for "there is no menu", which is an answer and not a failure.
const NO_MENU: i64 = 46003;

fn list(request: MenuId) -> Result<Plan, Error> {
    let menu_id = optional("menu_id", request.menu_id)?;
    Ok(Plan::Call(
        menu::list(),
        Reader::new(move |answer| {
            let list = MenuList::from_wechat(answer)?;
            write(&match menu_id {
                None => list,
                Some(menu_id) => list.only(&menu_id),
            })
        }),
    ))
}

impl MenuList {
    fn from_wechat(answer: WechatAnswer) -> Result<Self, wechat::Error> {
        match answer {
            Err(wechat::Error::Refused(refusal)) if refusal.errcode == NO_MENU => Ok(Self::default()),
            answer => read(&answer?),
        }
    }

    /// Only the conditional menu with this id.
    fn only(mut self, menu_id: &str) -> Self {
        self.menu = None;
        self.conditionalmenu.retain(|menu| menu.menuid.as_ref().is_some_and(|id| id.as_str() == menu_id));
        self
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
struct Buttons {
    /// The buttons, as WeChat shows them.
    button: Vec<Value>,
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
    #[schemars(length(min = 1))]
    menu_id: Option<String>,
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
    let filter =
        ButtonFilter { menu_id: optional("menu_id", request.menu_id)?, key: optional("key", request.key)? };
    Ok(Plan::Menu(MenuPlan::EventStatus { filter, since: time("since", request.since)? }))
}

impl From<Button> for MenuEventStatus {
    fn from(button: Button) -> Self {
        let Button { key, event, received, outcomes, last_at, last_outcome } = button;
        Self { key, event, received, outcomes, last_at, last_outcome }
    }
}
