//! Access tokens: 获取 access token, 获取稳定版接口调用凭据.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::json;

use crate::account::Account;
use crate::chance::random_digits;

use super::ask::Ask;
use super::refusal::{Answer, Refusal};
use super::route::{Route, get, post};
use super::state::State;

pub(super) const CALLS: &[Route] = &[
    get("/cgi-bin/token", 2_000, token).without_token(),
    post("/cgi-bin/stable_token", 500_000, stable_token).without_token(),
];

/// The name of the quota for `force_refresh`, which is 20 a day.
pub const FORCED_REFRESH: &str = "/cgi-bin/stable_token?force_refresh=true";

const LIFETIME: Duration = Duration::from_hours(2);
/// How long a token remains valid after its successor is issued.
const OVERLAP: Duration = Duration::from_mins(5);
/// A forced refresh within this time after another returns the current token.
const FORCE_INTERVAL: Duration = Duration::from_secs(30);
/// Shorter tokens are rejected as malformed. WeChat's tokens have more than a hundred characters.
const SHORTEST: usize = 64;

/// All tokens that were issued. Plain tokens and stable tokens do not invalidate each other.
#[derive(Debug)]
pub(super) struct Tokens {
    lives: BTreeMap<String, Life>,
    lifetime: Duration,
    latest: Option<String>,
    stable: Option<String>,
    forced: Option<Duration>,
}

#[derive(Debug)]
struct Life {
    expires: Duration,
    /// When another token replaces this one.
    replaced: Option<Duration>,
}

#[derive(Debug, Deserialize)]
struct Credentials {
    grant_type: Option<String>,
    appid: Option<String>,
    secret: Option<String>,
    #[serde(default)]
    force_refresh: bool,
}

fn token(state: &mut State, ask: &Ask<'_>) -> Answer {
    let parameter = |name| ask.parameter(name).map(ToOwned::to_owned);
    Credentials {
        grant_type: parameter("grant_type"),
        appid: parameter("appid"),
        secret: parameter("secret"),
        force_refresh: false,
    }
    .verify(&state.account)?;
    let token = state.tokens.renew(ask.now);
    Ok(json!({ "access_token": token, "expires_in": state.tokens.lifetime.as_secs() }))
}

fn stable_token(state: &mut State, ask: &Ask<'_>) -> Answer {
    let credentials: Credentials = ask.read()?;
    credentials.verify(&state.account)?;
    if credentials.force_refresh && state.tokens.may_force(ask.now) {
        state.quotas.take(FORCED_REFRESH, 20, ask.now)?;
        state.tokens.end_stable(ask.now);
    }
    let (token, left) = state.tokens.stable(ask.now);
    Ok(json!({ "access_token": token, "expires_in": left.as_secs() }))
}

impl Credentials {
    fn verify(&self, account: &Account) -> Result<(), Refusal> {
        if self.grant_type.as_deref() != Some("client_credential") {
            return Err(Refusal::INVALID_GRANT_TYPE);
        }
        verify(account, self.appid.as_deref(), self.secret.as_deref())
    }
}

/// Whether these are the account's own AppID and AppSecret.
pub(super) fn verify(account: &Account, appid: Option<&str>, secret: Option<&str>) -> Result<(), Refusal> {
    let appid = appid.filter(|appid| !appid.is_empty()).ok_or(Refusal::APPID_MISSING)?;
    let secret = secret.filter(|secret| !secret.is_empty()).ok_or(Refusal::APPSECRET_MISSING)?;
    if appid != account.app_id.as_str() {
        Err(Refusal::INVALID_APPID)
    } else if !account.app_secret.matches(secret) {
        Err(Refusal::INVALID_APPSECRET)
    } else {
        Ok(())
    }
}

impl Default for Tokens {
    fn default() -> Self {
        Self { lives: BTreeMap::new(), lifetime: LIFETIME, latest: None, stable: None, forced: None }
    }
}

impl Tokens {
    /// Checks the token of a call.
    pub(super) fn check(&self, token: Option<&str>, now: Duration) -> Result<(), Refusal> {
        let token = token.filter(|token| !token.is_empty()).ok_or(Refusal::ACCESS_TOKEN_MISSING)?;
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if token.len() < SHORTEST || !token.bytes().all(is_token) {
            return Err(Refusal::INVALID_ACCESS_TOKEN);
        }
        let life = self.lives.get(token).ok_or(Refusal::INVALID_CREDENTIAL)?;
        if life.replaced.is_some_and(|replaced| replaced <= now) {
            Err(Refusal::INVALID_CREDENTIAL)
        } else if life.expires <= now {
            Err(Refusal::ACCESS_TOKEN_EXPIRED)
        } else {
            Ok(())
        }
    }

    /// Expires all tokens now: calls fail with 42001.
    pub(super) fn expire(&mut self, now: Duration) {
        self.lives.values_mut().for_each(|life| life.expires = life.expires.min(now));
    }

    /// Replaces all tokens now, as if another program had requested one: calls fail with 40001.
    pub(super) fn replace(&mut self, now: Duration) {
        self.lives.values_mut().for_each(|life| life.replaced = Some(now));
        self.latest = None;
        self.stable = None;
    }

    /// Sets the lifetime of new tokens.
    pub(super) fn set_lifetime(&mut self, lifetime: Duration) {
        self.lifetime = lifetime;
    }

    fn make(&mut self, now: Duration) -> String {
        let token = format!("SANDBOX_{}", random_digits::<60>());
        let expires = now.saturating_add(self.lifetime);
        self.lives.insert(token.clone(), Life { expires, replaced: None });
        token
    }

    /// Issues a new plain token. The previous one remains valid for [`OVERLAP`].
    fn renew(&mut self, now: Duration) -> String {
        let token = self.make(now);
        if let Some(life) = self.latest.replace(token.clone()).and_then(|old| self.lives.get_mut(&old)) {
            life.replaced = Some(now.saturating_add(OVERLAP));
        }
        token
    }

    fn may_force(&self, now: Duration) -> bool {
        self.forced.is_none_or(|forced| now.saturating_sub(forced) >= FORCE_INTERVAL)
    }

    fn end_stable(&mut self, now: Duration) {
        self.forced = Some(now);
        if let Some(life) = self.stable.take().and_then(|old| self.lives.get_mut(&old)) {
            life.replaced = Some(now);
        }
    }

    /// Returns the stable token and its remaining lifetime. A new token is issued five minutes before the old one
    /// expires.
    fn stable(&mut self, now: Duration) -> (String, Duration) {
        let margin = OVERLAP.min(self.lifetime.checked_div(2).unwrap_or_default());
        if let Some(token) = &self.stable
            && let Some(life) = self.lives.get(token)
            && let left = life.expires.saturating_sub(now)
            && left > margin
        {
            return (token.clone(), left);
        }
        let token = self.make(now);
        self.stable = Some(token.clone());
        (token, self.lifetime)
    }
}
