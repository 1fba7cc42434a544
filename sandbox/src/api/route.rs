//! Checks the path, method, access_token, quota and body of a call before its chapter performs it (接口调用说明).

use std::time::Duration;

use super::ask::Ask;
use super::record::Call;
use super::refusal::{Answer, Refusal};
use super::state::State;
use super::{
    autoreply, base, blacklist, custom_message, industry, menu, qrcode, quota, tag, template, ticket, token,
    user,
};

/// A call in WeChat's manual.
#[derive(Debug)]
pub(super) struct Route {
    /// The path.
    pub path: &'static str,
    /// The daily limit of a formal account according to the manual.
    pub daily_limit: u64,
    method: Method,
    needs_token: bool,
    perform: Perform,
}

type Perform = fn(&mut State, &Ask<'_>) -> Answer;

#[derive(Debug, Clone, Copy)]
enum Method {
    Get,
    Post,
    /// The manual says GET, but clients send POST.
    Either,
}

pub(super) const fn get(path: &'static str, daily_limit: u64, perform: Perform) -> Route {
    Route { path, daily_limit, method: Method::Get, needs_token: true, perform }
}

pub(super) const fn post(path: &'static str, daily_limit: u64, perform: Perform) -> Route {
    Route { path, daily_limit, method: Method::Post, needs_token: true, perform }
}

pub(super) const fn get_or_post(path: &'static str, daily_limit: u64, perform: Perform) -> Route {
    Route { path, daily_limit, method: Method::Either, needs_token: true, perform }
}

impl Route {
    /// Marks the call as one that needs no access_token.
    pub(super) const fn without_token(self) -> Self {
        Self { needs_token: false, ..self }
    }
}

const CHAPTERS: [&[Route]; 13] = [
    token::CALLS,
    ticket::CALLS,
    base::CALLS,
    quota::CALLS,
    menu::CALLS,
    autoreply::CALLS,
    template::CALLS,
    industry::CALLS,
    custom_message::CALLS,
    user::CALLS,
    tag::CALLS,
    blacklist::CALLS,
    qrcode::CALLS,
];

/// Returns the route with this path.
pub(super) fn find(path: &str) -> Option<&'static Route> {
    CHAPTERS.iter().copied().flatten().find(|route| route.path == path)
}

/// Checks a call in the same order as WeChat, and performs it.
pub(super) fn perform(state: &mut State, call: &Call, now: Duration) -> Answer {
    let route = find(&call.path).ok_or(Refusal::INVALID_URL)?;
    let has_body = match (route.method, call.method.as_str()) {
        (Method::Get, "GET") => false,
        (Method::Get, _) => return Err(Refusal::REQUIRE_GET),
        (Method::Post, "POST") | (Method::Either, "GET" | "POST") => true,
        (Method::Post | Method::Either, _) => return Err(Refusal::REQUIRE_POST),
    };
    if route.needs_token {
        state.tokens.check(call.parameter("access_token"), now)?;
    }
    state.quotas.take(route.path, route.daily_limit, now)?;
    let ask = if has_body { Ask::with_body(call, now)? } else { Ask::without_body(call, now) };
    (route.perform)(state, &ask)
}
