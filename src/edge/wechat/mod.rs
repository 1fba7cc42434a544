//! The client of WeChat's API: it adds the access token, and retries once if that was stale.

pub(super) mod sent;

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use serde_json::Value;
use worker::Context;

use crate::config::{Account, AppCredentials, WechatApi};
use crate::error::Error;
use crate::json::from_json;
use crate::notice::Notice;
use crate::secret::Secret;
use crate::text_map::TextMap;
use crate::time::Timestamp;
use crate::wechat::token::{Credential, CredentialKind};
use crate::wechat::{self, Call, KeeperRequest, KeeperStatus, answer, media};

use super::bindings::fetch::{Download, FormFile};
use super::bindings::{Env, fetch, keeper, kv, log, runtime, to_json};
use super::state::capabilities;

/// The timeout of a call, in milliseconds, unless another is set.
const TIMEOUT: u32 = 10_000;
/// More than WeChat's answers have that are no file.
const LOOK_BYTES: usize = 4096;
/// The largest file that is passed on; WeChat takes 10 MB.
const MAX_FILE_BYTES: usize = 20 * 1024 * 1024;
/// The timeout of an upload, in milliseconds.
const UPLOAD_TIMEOUT: u32 = 60_000;
/// How often an isolate asks for the renewal of a credential that is due, in seconds.
const BETWEEN_RENEWALS: u64 = 10;

thread_local! {
    static ASKED: RefCell<TextMap<Timestamp>> = const { RefCell::new(TextMap::new()) };
    static CREDENTIALS: RefCell<TextMap<Credential>> = const { RefCell::new(TextMap::new()) };
}

/// Calls WeChat's API for one account.
pub(super) struct Wechat<'a> {
    env: &'a Env,
    /// Without it, nothing is renewed in the background.
    context: Option<&'a Context>,
    api: &'a WechatApi,
    account: &'a Account,
    app: &'a AppCredentials,
    /// The timeout of a call, in milliseconds.
    timeout: u32,
}

impl<'a> Wechat<'a> {
    pub(super) fn new(
        env: &'a Env,
        context: Option<&'a Context>,
        api: &'a WechatApi,
        account: &'a Account,
    ) -> Result<Self, Error> {
        Ok(Self { env, context, api, account, app: account.app()?, timeout: TIMEOUT })
    }

    /// The same with another timeout for each call, in milliseconds.
    pub(super) const fn with_timeout(mut self, timeout: u32) -> Self {
        self.timeout = timeout;
        self
    }

    /// The account's AppID and AppSecret.
    pub(super) const fn app(&self) -> &AppCredentials {
        self.app
    }

    /// The account's name in the configuration.
    pub(super) fn account_name(&self) -> &str {
        self.account.name()
    }

    /// Calls WeChat for an answer of a type.
    pub(super) async fn call_for<T: DeserializeOwned>(&self, call: &Call) -> Result<T, Error> {
        wechat::read(&self.call(call).await?).map_err(|error| Error::of_call(call, error))
    }

    /// Calls WeChat; a stale token is renewed and the call made once more.
    pub(super) async fn call(&self, call: &Call) -> Result<Value, Error> {
        let outcome = self.call_once_or_twice(call).await;
        self.note_capability(call, &outcome);
        outcome
    }

    /// Notes what WeChat's answer says about what the account may do.
    fn note_capability(&self, call: &Call, outcome: &Result<Value, Error>) {
        if let Some(context) = self.context {
            let errcode = sent::errcode_of(outcome);
            capabilities::note(self.account.name(), call.path(), errcode, self.env, context);
        }
    }

    async fn call_once_or_twice(&self, call: &Call) -> Result<Value, Error> {
        let token = self.credential(CredentialKind::AccessToken).await?;
        match send(self.env, self.api, call, Some(token.value()), self.timeout).await {
            Err(error) if error.is_stale_token() => {
                let renewed = self.renew(CredentialKind::AccessToken, Some(token.value())).await?;
                if renewed.value() == token.value() {
                    return Err(error.into());
                }
                let again = send(self.env, self.api, call, Some(renewed.value()), self.timeout).await;
                again.map_err(|error| Error::of_call(call, error))
            }
            outcome => outcome.map_err(|error| Error::of_call(call, error)),
        }
    }

    /// Downloads temporary media; a stale token is renewed and the call made once more.
    pub(super) async fn media(&self, call: &Call) -> Result<Download, Error> {
        let token = self.credential(CredentialKind::AccessToken).await?;
        let outcome = match self.download(call, token.value()).await {
            Err(error) if error.is_stale_token() => {
                let renewed = self.renew(CredentialKind::AccessToken, Some(token.value())).await?;
                self.download(call, renewed.value()).await
            }
            outcome => outcome,
        };
        Ok(outcome?)
    }

    /// Uploads a file; a stale token is renewed and the call made once more.
    pub(super) async fn upload(
        &self,
        call: &Call,
        file: (&FormFile, &str),
        description: &str,
    ) -> Result<Value, Error> {
        let token = self.credential(CredentialKind::AccessToken).await?;
        let outcome = match self.send_file(call, file, description, token.value()).await {
            Err(error) if error.is_stale_token() => {
                let renewed = self.renew(CredentialKind::AccessToken, Some(token.value())).await?;
                self.send_file(call, file, description, renewed.value()).await
            }
            outcome => outcome,
        };
        let outcome = outcome.map_err(|error| Error::of_call(call, error));
        self.note_capability(call, &outcome);
        outcome
    }

    async fn send_file(
        &self,
        call: &Call,
        file: (&FormFile, &str),
        description: &str,
        token: &Secret,
    ) -> Result<Value, wechat::Error> {
        let relay = self.api.relay_secret.as_ref().map(|secret| ("x-relay-secret", secret.expose()));
        let headers: Vec<(&str, &str)> = relay.into_iter().collect();
        let url = call.url(&self.api.base, Some(token));
        let (status, mut body) = fetch::upload(&url, &headers, file, description, UPLOAD_TIMEOUT).await?;
        token.conceal_in(&mut body);
        answer(status, &body)
    }

    async fn download(&self, call: &Call, token: &Secret) -> Result<Download, wechat::Error> {
        let relay = self.api.relay_secret.as_ref().map(|secret| ("x-relay-secret", secret.expose()));
        let headers: Vec<(&str, &str)> = relay.into_iter().collect();
        let mut begun = self.begin(&call.url(&self.api.base, Some(token)), &headers).await?;
        // A proxy may repeat the URL in its answer.
        token.conceal_in(&mut begun.head);
        if begun.whole.is_some() || !begun.head.starts_with(b"{") {
            return Ok(begun);
        }
        let answer = answer(200, &begun.head)?;
        match answer.get("video_url").and_then(Value::as_str) {
            Some(url) if media::is_wechats(url, &self.api.base) => self.begin(url, &[]).await,
            _ => Err(wechat::Error::Unreadable { status: 200 }),
        }
    }

    async fn begin(&self, url: &str, headers: &[(&str, &str)]) -> Result<Download, wechat::Error> {
        let begun = fetch::download(url, headers, self.timeout, LOOK_BYTES, MAX_FILE_BYTES).await?;
        match begun.status {
            200 => Ok(begun),
            status => Err(wechat::Error::Unreadable { status }),
        }
    }

    /// The token or the ticket: from memory, KV, or the token keeper, in this order.
    pub(super) async fn credential(&self, kind: CredentialKind) -> Result<Credential, Error> {
        let key = kind.key(&self.app.app_id);
        let now = runtime::now();
        let known = match remembered(&key).filter(|known| known.is_usable(now)) {
            Some(known) => Some(known),
            None => stored(self.env, &key).await.filter(|stored| stored.is_usable(now)),
        };
        let Some(known) = known else { return self.renew(kind, None).await };
        if let Some(context) = self.context
            && known.is_due(now)
            && may_ask(&key, now)
        {
            self.renew_in_background(kind, context);
        }
        Ok(remember(&key, known))
    }

    /// Asks the token keeper; `stale` is a token that WeChat has just rejected.
    pub(super) async fn renew(
        &self,
        kind: CredentialKind,
        stale: Option<&Secret>,
    ) -> Result<Credential, Error> {
        let request = KeeperRequest {
            account: self.account.name().to_owned(),
            kind,
            stale: stale.cloned(),
            status_only: false,
        };
        let credential = ask_keeper(self.env, self.app, &request).await?;
        let key = kind.key(&self.app.app_id);
        if let Some(stale) = stale {
            forget(&key, stale);
        }
        Ok(remember(&key, credential))
    }

    /// Renews after the response, while the present credential is still valid.
    fn renew_in_background(&self, kind: CredentialKind, context: &Context) {
        let request =
            KeeperRequest { account: self.account.name().to_owned(), kind, stale: None, status_only: false };
        let (env, app) = (self.env.clone(), self.app.clone());
        runtime::after_response(context, async move {
            match ask_keeper(&env, &app, &request).await {
                Ok(credential) => {
                    remember(&kind.key(&app.app_id), credential);
                }
                Err(error) => not_renewed(&request.account, &error),
            }
        });
    }
}

/// Has the keeper renew an account's token if it is due, so that the token of an idle account does not expire.
pub(super) async fn keep_token_warm(account: &Account, env: &Env) -> Result<(), Error> {
    // An account without an AppSecret has no token.
    let Ok(app) = account.app() else { return Ok(()) };
    let account = account.name().to_owned();
    let request =
        KeeperRequest { account, kind: CredentialKind::AccessToken, stale: None, status_only: false };
    ask_keeper(env, app, &request).await.map(drop)
}

/// What is known of an account's token, without asking WeChat; `None` without an AppSecret.
pub(super) async fn token_status(account: &Account, env: &Env) -> Result<Option<KeeperStatus>, Error> {
    let Ok(app) = account.app() else { return Ok(None) };
    let (account, kind) = (account.name().to_owned(), CredentialKind::AccessToken);
    let request = KeeperRequest { account, kind, stale: None, status_only: true };
    let body = to_json(&request)?;
    let answer = keeper::ask(env, &kind.key(&app.app_id), &body).await?;
    let status =
        from_json(&answer).map_err(|error| Error::Runtime(format!("the keeper answered: {error}")))?;
    Ok(Some(status))
}

/// Sends one call, and reads the answer.
pub(super) async fn send(
    env: &Env,
    api: &WechatApi,
    call: &Call,
    token: Option<&Secret>,
    timeout: u32,
) -> Result<Value, wechat::Error> {
    let json = call.body().map(|_| ("content-type", "application/json; charset=utf-8"));
    let relay = api.relay_secret.as_ref().map(|secret| ("x-relay-secret", secret.expose()));
    let headers: Vec<(&str, &str)> = json.into_iter().chain(relay).collect();
    let method = match call.method() {
        wechat::Method::Get => "GET",
        wechat::Method::Post => "POST",
    };
    let url = call.url(&api.base, token);
    let (status, mut body) = fetch::send(env, method, &url, &headers, call.body(), timeout).await?;
    // A proxy may repeat the URL in its answer.
    if let Some(token) = token {
        token.conceal_in(&mut body);
    }
    answer(status, &body)
}

/// WeChat's error; a failure on our side, logged where it happened, counts as unreachable.
pub(super) fn wechat_error(error: Error) -> wechat::Error {
    match error {
        Error::Wechat(error) | Error::Unconfirmed(error) => error,
        _ => wechat::Error::Unreachable,
    }
}

/// Calls the keeper of the account's token or ticket.
///
/// An object that was just moved or replaced fails once, so that the call is retried once.
async fn ask_keeper(env: &Env, app: &AppCredentials, request: &KeeperRequest) -> Result<Credential, Error> {
    let body = serde_json::to_string(request).map_err(|error| Error::Runtime(error.to_string()))?;
    let name = request.kind.key(&app.app_id);
    let ask = || keeper::ask(env, &name, &body);
    let answer = match ask().await {
        Ok(answer) => answer,
        Err(_) => ask().await.map_err(|error| {
            let (account, error) = (request.account.as_str(), &error.to_string());
            log::notice(&Notice::TokenKeeperFailed { account, error });
            wechat::Error::Unreachable
        })?,
    };
    let outcome: Result<Credential, wechat::Error> =
        from_json(&answer).map_err(|error| Error::Runtime(format!("the keeper answered: {error}")))?;
    Ok(outcome?)
}

async fn stored(env: &Env, key: &str) -> Option<Credential> {
    // If KV fails, the token keeper still has it.
    let text = kv::text(env, key).await.ok()??;
    from_json(&text).ok()
}

fn remembered(key: &str) -> Option<Credential> {
    CREDENTIALS.with_borrow(|credentials| credentials.get(key).cloned())
}

/// Never replaces a newer credential by an older one; returns the one to use.
fn remember(key: &str, credential: Credential) -> Credential {
    CREDENTIALS.with_borrow_mut(|credentials| match credentials.get(key) {
        Some(known) if !credential.replaces(known) => known.clone(),
        _ => {
            credentials.insert(key, credential.clone());
            credential
        }
    })
}

/// Forgets a credential that WeChat rejected, so that any other replaces it.
fn forget(key: &str, stale: &Secret) {
    CREDENTIALS.with_borrow_mut(|credentials| {
        if credentials.get(key).is_some_and(|known| known.value() == stale) {
            credentials.remove(key);
        }
    });
}

fn may_ask(key: &str, now: Timestamp) -> bool {
    ASKED.with_borrow_mut(|asked| {
        let may = asked.get(key).is_none_or(|at| now.distance(*at) >= BETWEEN_RENEWALS);
        if may {
            asked.insert(key, now);
        }
        may
    })
}

/// Logs that a renewal failed; the keeper has logged WeChat's own error.
fn not_renewed(account: &str, error: &Error) {
    log::notice(&Notice::CredentialNotRenewed { account, error: &error.to_string() });
}
