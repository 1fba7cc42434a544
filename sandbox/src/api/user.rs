//! Users: 获取用户基本信息, 获取用户列表, 设置用户备注名.

use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::Ask;
use super::page::page;
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, get, post};
use super::state::State;
use super::world::User;

pub(super) const CALLS: &[Route] = &[
    get("/cgi-bin/user/info", 5_000_000, show),
    post("/cgi-bin/user/info/batchget", 5_000_000, show_many),
    get("/cgi-bin/user/get", 500, list),
    post("/cgi-bin/user/info/updateremark", 10_000, remark),
];

const MOST_AT_ONCE: usize = 100;
const PAGE: usize = 10_000;
/// A remark must be shorter than this.
const REMARK_BYTES: usize = 30;

#[derive(Debug, Deserialize)]
struct Many {
    #[serde(default)]
    user_list: Vec<One>,
}

#[derive(Debug, Deserialize)]
struct One {
    #[serde(default)]
    openid: String,
}

#[derive(Debug, Deserialize)]
struct Remark {
    #[serde(default)]
    openid: String,
    #[serde(default)]
    remark: String,
}

fn show(state: &mut State, ask: &Ask<'_>) -> Answer {
    Ok(describe(state.world.user(ask.parameter("openid").unwrap_or_default())?))
}

fn show_many(state: &mut State, ask: &Ask<'_>) -> Answer {
    let many: Many = ask.read()?;
    let openids: Vec<_> = many.user_list.into_iter().map(|one| one.openid).collect();
    state.world.check_list(&openids, MOST_AT_ONCE)?;
    let users: Result<Vec<_>, _> =
        openids.iter().map(|openid| state.world.user(openid).map(|user| describe(user))).collect();
    Ok(json!({ "user_info_list": users? }))
}

/// Returns the user's data without name and picture, which WeChat has hidden since 2021.
fn describe(user: &User) -> Value {
    if !user.is_following {
        return json!({ "subscribe": 0, "openid": user.openid, "tagid_list": [] });
    }
    json!({
        "subscribe": 1,
        "openid": user.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": user.followed_at,
        "remark": user.remark,
        "groupid": user.tags.first().copied().unwrap_or_default(),
        "tagid_list": user.tags,
        "subscribe_scene": "ADD_SCENE_SEARCH",
        "qr_scene": 0,
        "qr_scene_str": "",
    })
}

fn list(state: &mut State, ask: &Ask<'_>) -> Answer {
    let followers = state.world.users.iter().filter(|user| user.is_following);
    let openids: Vec<_> = followers.map(|user| user.openid.as_str()).collect();
    let size = state.world.page_size.unwrap_or(PAGE);
    page(&openids, ask.parameter("next_openid").unwrap_or_default(), size, true)
}

fn remark(state: &mut State, ask: &Ask<'_>) -> Answer {
    let change: Remark = ask.read()?;
    let user = state.world.follower(&change.openid)?;
    if change.remark.len() >= REMARK_BYTES {
        return Err(Refusal::INVALID_REMARK);
    }
    user.remark = change.remark;
    Ok(ok())
}
