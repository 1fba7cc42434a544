//! Custom menus: 自定义菜单 (创建, 查询, 删除, 个性化菜单, 查询自定义菜单信息).

use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::button::{as_selfmenu, check, domains};
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, get, post};
use super::state::State;
use super::world::{User, World};

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/menu/create", 1_000, create),
    get("/cgi-bin/menu/get", 10_000, show),
    get("/cgi-bin/menu/delete", 1_000, delete),
    get("/cgi-bin/get_current_selfmenu_info", 10_000, show_effective),
    post("/cgi-bin/menu/addconditional", 2_000, add_conditional),
    post("/cgi-bin/menu/delconditional", 2_000, delete_conditional),
    post("/cgi-bin/menu/trymatch", 20_000, try_match),
];

const MOST_DOMAINS: usize = 3;
/// WeChat removed these fields in 2021.
const PRIVACY_FIELDS: [&str; 5] = ["sex", "country", "province", "city", "language"];

/// The default menu and the conditional menus, oldest first.
#[derive(Debug, Default)]
pub(super) struct Menus {
    last_id: u64,
    default: Option<Menu>,
    conditional: Vec<Menu>,
}

#[derive(Debug)]
struct Menu {
    id: u64,
    buttons: Vec<Value>,
    rule: Rule,
}

/// Which users see a conditional menu. An absent field matches all users.
#[derive(Debug, Default)]
struct Rule {
    tag: Option<u32>,
    platform: Option<String>,
    shown: Map<String, Value>,
}

fn create(state: &mut State, ask: &Ask<'_>) -> Answer {
    let buttons = read_buttons(ask)?;
    let id = state.menus.next_id();
    state.menus.default = Some(Menu { id, buttons, rule: Rule::default() });
    Ok(ok())
}

fn read_buttons(ask: &Ask<'_>) -> Result<Vec<Value>, Refusal> {
    if ask.has_unicode_escapes() {
        return Err(Refusal::INVALID_CHARSET);
    }
    check(&ask.body)
}

fn show(state: &mut State, _: &Ask<'_>) -> Answer {
    let menu = state.menus.default.as_ref().ok_or(Refusal::NO_MENU)?;
    let mut answer = Map::new();
    answer.insert("menu".to_owned(), json!({ "button": menu.buttons, "menuid": menu.id }));
    // Newest first, which is also the order of matching.
    let conditional: Vec<_> = state.menus.conditional.iter().rev().map(Menu::describe).collect();
    if !conditional.is_empty() {
        answer.insert("conditionalmenu".to_owned(), json!(conditional));
    }
    Ok(Value::Object(answer))
}

/// Also deletes the conditional menus.
fn delete(state: &mut State, _: &Ask<'_>) -> Answer {
    state.menus.default = None;
    state.menus.conditional.clear();
    Ok(ok())
}

fn show_effective(state: &mut State, _: &Ask<'_>) -> Answer {
    let menu = state.menus.default.as_ref();
    let buttons = menu.map(|menu| as_selfmenu(&menu.buttons)).unwrap_or_default();
    Ok(json!({ "is_menu_open": u8::from(menu.is_some()), "selfmenu_info": { "button": buttons } }))
}

fn add_conditional(state: &mut State, ask: &Ask<'_>) -> Answer {
    if state.menus.default.is_none() {
        return Err(Refusal::NO_DEFAULT_MENU);
    }
    let buttons = read_buttons(ask)?;
    let rule = Rule::read(ask.body.get("matchrule"), &state.world)?;
    let known = state.menus.conditional.iter().flat_map(|menu| menu.buttons.iter());
    let all: Vec<_> = known.chain(&buttons).cloned().collect();
    if domains(&all).len() > MOST_DOMAINS {
        return Err(Refusal::TOO_MANY_DOMAINS);
    }
    let id = state.menus.next_id();
    state.menus.conditional.push(Menu { id, buttons, rule });
    Ok(json!({ "menuid": id.to_string() }))
}

fn delete_conditional(state: &mut State, ask: &Ask<'_>) -> Answer {
    let id = text_of(ask.body.get("menuid")).ok_or(Refusal::NOT_CONDITIONAL)?;
    let position = state.menus.conditional.iter().position(|menu| menu.id.to_string() == id);
    state.menus.conditional.remove(position.ok_or(Refusal::NOT_CONDITIONAL)?);
    Ok(ok())
}

fn try_match(state: &mut State, ask: &Ask<'_>) -> Answer {
    let user = text_of(ask.body.get("user_id")).unwrap_or_default();
    let user = state.world.user(&user).map_err(|_| Refusal::NO_SUCH_USER)?;
    if !user.is_following {
        return Err(Refusal::NOT_FANS);
    }
    let menus = &state.menus;
    let matching = menus.conditional.iter().rev().find(|menu| menu.rule.matches(user));
    let menu = matching.or(menus.default.as_ref()).ok_or(Refusal::NO_MENU)?;
    Ok(json!({ "button": menu.buttons }))
}

impl Menus {
    fn next_id(&mut self) -> u64 {
        const FIRST: u64 = 208_379_533;
        self.last_id = self.last_id.max(FIRST).saturating_add(1);
        self.last_id
    }
}

impl Menu {
    fn describe(&self) -> Value {
        json!({ "button": self.buttons, "matchrule": self.rule.shown, "menuid": self.id })
    }
}

impl Rule {
    fn read(rule: Option<&Value>, world: &World) -> Result<Self, Refusal> {
        let shown = rule.and_then(Value::as_object).ok_or(Refusal::EMPTY_MATCH_RULE)?;
        let field = |name: &str| text_of(shown.get(name));
        if PRIVACY_FIELDS.into_iter().any(|name| field(name).is_some()) {
            return Err(Refusal::PRIVACY_FIELD);
        }
        let tag = match field("tag_id").map(|tag| tag.parse::<u32>()) {
            None => None,
            Some(Ok(tag)) if world.tags.contains_key(&tag) => Some(tag),
            Some(_) => return Err(Refusal::INVALID_TAG_ID),
        };
        let platform = field("client_platform_type");
        let is_known = |platform: &String| matches!(platform.as_str(), "1" | "2" | "3");
        if (tag.is_none() && platform.is_none()) || !platform.as_ref().is_none_or(is_known) {
            return Err(Refusal::EMPTY_MATCH_RULE);
        }
        Ok(Self { tag, platform, shown: shown.clone() })
    }

    /// Only the tag that a user received last is matched.
    fn matches(&self, user: &User) -> bool {
        self.tag.is_none_or(|tag| user.tags.last() == Some(&tag))
            && self.platform.as_ref().is_none_or(|platform| platform == user.platform)
    }
}

/// Returns a non-empty string, or a number as a string: the manual uses both.
fn text_of(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
