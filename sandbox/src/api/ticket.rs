//! Tickets for web pages and cards: 获取 JS-SDK 临时票据 (jsapi_ticket), 卡券 api_ticket.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use crate::chance::random_digits;

use super::ask::Ask;
use super::refusal::{Answer, Refusal};
use super::route::{Route, get};
use super::state::State;

pub(super) const CALLS: &[Route] = &[get("/cgi-bin/ticket/getticket", 1_000_000, ticket)];

const LIFETIME: Duration = Duration::from_hours(2);

/// The current ticket of each type, and when it expires.
#[derive(Debug, Default)]
pub(super) struct Tickets(BTreeMap<String, (String, Duration)>);

fn ticket(state: &mut State, ask: &Ask<'_>) -> Answer {
    let kind = ask.parameter("type").filter(|kind| matches!(*kind, "jsapi" | "wx_card"));
    let (ticket, left) = state.tickets.current(kind.ok_or(Refusal::INVALID_ARGS)?, ask.now);
    Ok(json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": left.as_secs() }))
}

impl Tickets {
    fn current(&mut self, kind: &str, now: Duration) -> (String, Duration) {
        let (ticket, ends) = self.0.entry(kind.to_owned()).or_default();
        if *ends <= now {
            *ticket = format!("SANDBOX_TICKET_{}", random_digits::<35>());
            *ends = now.saturating_add(LIFETIME);
        }
        (ticket.clone(), ends.saturating_sub(now))
    }
}
