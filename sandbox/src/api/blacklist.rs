//! The blacklist: 黑名单管理 (获取公众号的黑名单列表, 拉黑用户, 取消拉黑用户).

use serde::Deserialize;

use super::ask::Ask;
use super::page::page;
use super::refusal::{Answer, ok};
use super::route::{Route, post};
use super::state::State;

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/tags/members/getblacklist", 100_000, list),
    post("/cgi-bin/tags/members/batchblacklist", 100_000, block),
    post("/cgi-bin/tags/members/batchunblacklist", 100_000, unblock),
];

const MOST_AT_ONCE: usize = 20;
const PAGE: usize = 1_000;

#[derive(Debug, Deserialize)]
struct PageAfter {
    #[serde(default)]
    begin_openid: String,
}

#[derive(Debug, Deserialize)]
struct Members {
    #[serde(default)]
    openid_list: Vec<String>,
}

fn list(state: &mut State, ask: &Ask<'_>) -> Answer {
    let wanted: PageAfter = ask.read()?;
    let blocked = state.world.users.iter().filter(|user| user.is_blocked);
    let openids: Vec<_> = blocked.map(|user| user.openid.as_str()).collect();
    page(&openids, &wanted.begin_openid, state.world.page_size.unwrap_or(PAGE), true)
}

fn block(state: &mut State, ask: &Ask<'_>) -> Answer {
    set(state, ask, true)
}

fn unblock(state: &mut State, ask: &Ask<'_>) -> Answer {
    set(state, ask, false)
}

fn set(state: &mut State, ask: &Ask<'_>, is_blocked: bool) -> Answer {
    let members: Members = ask.read()?;
    state.world.check_list(&members.openid_list, MOST_AT_ONCE)?;
    for openid in &members.openid_list {
        state.world.user(openid)?.is_blocked = is_blocked;
    }
    Ok(ok())
}
