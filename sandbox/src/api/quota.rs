//! Quotas: 查询 API 调用额度, 重置 API 调用次数, 接口调用频次限制说明.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use super::ask::Ask;
use super::clock::beijing_day;
use super::refusal::{Answer, Refusal, ok};
use super::route::{Route, find, post};
use super::state::State;
use super::token::verify;

pub(super) const CALLS: &[Route] = &[
    post("/cgi-bin/openapi/quota/get", 100_000, show),
    post("/cgi-bin/clear_quota", 100_000, clear),
    post("/cgi-bin/clear_quota/v2", 100_000, clear_by_secret).without_token(),
];

/// How many times an account may clear its counters in a month. This never resets, because no sandbox runs for a month.
const CLEARS: u32 = 10;

/// The counters of one day in Beijing time.
#[derive(Debug, Default)]
pub(super) struct Quotas {
    day: u64,
    used: BTreeMap<String, u64>,
    limits: BTreeMap<String, u64>,
    clears: u32,
}

#[derive(Debug, Deserialize)]
struct Which {
    #[serde(default)]
    cgi_path: String,
}

#[derive(Debug, Default, Deserialize)]
struct Owner {
    appid: Option<String>,
    appsecret: Option<String>,
}

fn show(state: &mut State, ask: &Ask<'_>) -> Answer {
    let which: Which = ask.read()?;
    let route = find(&which.cgi_path).ok_or(Refusal::UNKNOWN_CGI_PATH)?;
    let limit = state.quotas.limit(route.path, route.daily_limit);
    let used = state.quotas.used.get(route.path).copied().unwrap_or_default();
    let quota = json!({ "daily_limit": limit, "used": used, "remain": limit.saturating_sub(used) });
    Ok(json!({ "errcode": 0, "errmsg": "ok", "quota": quota }))
}

fn clear(state: &mut State, ask: &Ask<'_>) -> Answer {
    let owner: Owner = ask.read()?;
    if owner.appid.as_deref() != Some(state.account.app_id.as_str()) {
        return Err(Refusal::INVALID_APPID);
    }
    state.quotas.clear()
}

/// Accepts the credentials in the query or the body: the manual's table says body, but its example uses the query.
fn clear_by_secret(state: &mut State, ask: &Ask<'_>) -> Answer {
    let owner: Owner = ask.read()?;
    let appid = ask.parameter("appid").or(owner.appid.as_deref());
    verify(&state.account, appid, ask.parameter("appsecret").or(owner.appsecret.as_deref()))?;
    state.quotas.clear()
}

impl Quotas {
    /// Counts a call. `usual` is the limit unless [`Quotas::limit_to`] has set another.
    pub(super) fn take(&mut self, path: &str, usual: u64, now: Duration) -> Result<(), Refusal> {
        let today = beijing_day(now);
        if self.day != today {
            self.day = today;
            self.used.clear();
        }
        let limit = self.limit(path, usual);
        let used = self.used.entry(path.to_owned()).or_default();
        if *used >= limit {
            return Err(Refusal::DAILY_QUOTA);
        }
        *used = used.saturating_add(1);
        Ok(())
    }

    /// Sets a daily limit. Today's earlier calls count.
    pub(super) fn limit_to(&mut self, path: &str, limit: u64) {
        self.limits.insert(path.to_owned(), limit);
    }

    fn limit(&self, path: &str, usual: u64) -> u64 {
        self.limits.get(path).copied().unwrap_or(usual)
    }

    fn clear(&mut self) -> Answer {
        if self.clears >= CLEARS {
            return Err(Refusal::CLEAR_QUOTA_LIMIT);
        }
        self.clears = self.clears.saturating_add(1);
        self.used.clear();
        Ok(ok())
    }
}
