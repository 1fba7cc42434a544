//! The Durable Objects that renew credentials: one for an AppID's access token and one for its JS-SDK ticket, each with
//! one renewal at a time, worldwide.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::futures::JsFuture;
use worker::{DurableObject, Request, Response, Result, State, Storage, durable_object};

use crate::config::{Account, AppCredentials, Config, WechatApi};
use crate::json::from_json;
use crate::notice::Notice;
use crate::wechat::token::{Credential, CredentialKind, Issued, jsapi_ticket, stable_token};
use crate::wechat::{Error, KeeperRequest, Kept, Step, read};

use super::failed;
use crate::edge::bindings::timeout::within;
use crate::edge::bindings::{Env, kv, log, runtime};
use crate::edge::wechat::{Wechat, send, wechat_error};

/// The key in the object's own storage.
const STORAGE_KEY: &str = "kept";
/// The timeout of one request to WeChat, in milliseconds.
const TIMEOUT: u32 = 5_000;
/// The timeout of a ticket, for which a token may have to be renewed first: below the 30 seconds after which the runtime
/// resets an object that blocks other requests.
const TICKET_TIMEOUT: Duration = Duration::from_secs(20);

/// [`Kept`] has its state and makes its decisions.
#[durable_object(fetch)]
pub(crate) struct TokenKeeper {
    state: State,
    env: Env,
    kept: Rc<RefCell<Option<Kept>>>,
}

impl DurableObject for TokenKeeper {
    fn new(state: State, env: worker::Env) -> Self {
        Self { state, env: Env::new(env), kept: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let request: KeeperRequest = from_json(&request.text().await?).map_err(failed)?;
        let storage = self.state.storage();
        if request.status_only {
            let kept = self.kept.borrow().clone();
            let kept = match kept {
                Some(kept) => kept,
                None => load(&storage).await?,
            };
            return Response::ok(serde_json::to_string(&kept.status())?);
        }
        let keeper = Keeper { env: self.env.clone(), storage, kept: Rc::clone(&self.kept), request };
        // While one request renews, the runtime blocks the others; they then find the new token.
        let outcome = self.state.block_concurrency_while(keeper.serve()).await?;
        Response::ok(serde_json::to_string(&outcome)?)
    }
}

/// One request to the keeper.
struct Keeper {
    env: Env,
    storage: Storage,
    kept: Rc<RefCell<Option<Kept>>>,
    request: KeeperRequest,
}

/// The account whose credential is renewed, and where to ask for it.
struct App<'c> {
    account: &'c Account,
    credentials: &'c AppCredentials,
    api: &'c WechatApi,
}

type Outcome = std::result::Result<Credential, Error>;

impl Keeper {
    async fn serve(self) -> Result<Outcome> {
        let config = runtime::config(&self.env);
        let Some(app) = self.app(&config) else { return Ok(Err(Error::Unreachable)) };
        let mut kept = match self.kept.take() {
            Some(kept) => kept,
            None => load(&self.storage).await?,
        };
        let before = kept.clone();
        let outcome = self.credential(&app, &mut kept).await?;
        if kept != before {
            self.save(&kept).await?;
            self.publish(&app, &before, &kept).await;
        }
        self.kept.replace(Some(kept));
        Ok(outcome)
    }

    async fn credential(&self, app: &App<'_>, kept: &mut Kept) -> Result<Outcome> {
        let stale = self.request.stale.as_ref();
        let mut step = kept.wanted(stale, runtime::now());
        loop {
            let force = match step {
                Step::Use(credential) => return Ok(Ok(credential)),
                Step::Fail(error) => return Ok(Err(error)),
                Step::Renew { force } => force,
            };
            if force {
                kept.forcing(runtime::now());
                self.save(kept).await?;
            }
            let issued = self.issue(app, force).await;
            let now = runtime::now();
            step = match issued {
                Ok(issued) => kept.renewed(issued.credential(now), force, stale, now),
                Err(error) => kept.failed(error, stale, now),
            };
        }
    }

    /// Asks WeChat. Logs every failure: callers may still get the old credential, and would not report it.
    async fn issue(&self, app: &App<'_>, force: bool) -> std::result::Result<Issued, Error> {
        let issued = match self.request.kind {
            CredentialKind::AccessToken => {
                let call = stable_token(&app.credentials.app_id, &app.credentials.secret, force);
                let answer = send(&self.env, app.api, &call, None, TIMEOUT).await;
                answer.and_then(|answer| read(&answer))
            }
            CredentialKind::JsapiTicket => self.ticket(app).await,
        };
        issued.inspect_err(|error| {
            let (account, error) = (self.request.account.as_str(), &error.to_string());
            log::notice(&Notice::CredentialNotRenewed { account, error });
        })
    }

    /// A ticket needs a token, which another object renews.
    async fn ticket(&self, app: &App<'_>) -> std::result::Result<Issued, Error> {
        let call = jsapi_ticket();
        let issued = async {
            let wechat = Wechat::new(&self.env, None, app.api, app.account)?.with_timeout(TIMEOUT);
            wechat.call_for(&call).await
        };
        let issued = within(TICKET_TIMEOUT, "WeChat", async { Ok(issued.await) }).await;
        issued.map_err(|_| Error::TimedOut)?.map_err(wechat_error)
    }

    fn app<'c>(&self, config: &'c Config) -> Option<App<'c>> {
        let account = config.account(Some(&self.request.account)).ok()?;
        Some(App { account, credentials: account.app().ok()?, api: config.wechat_api().ok()? })
    }

    async fn save(&self, kept: &Kept) -> Result<()> {
        self.storage.put_raw(STORAGE_KEY, serde_json::to_string(kept)?).await
    }

    /// Writes a new credential to KV. Only this object writes this key, one write after another.
    async fn publish(&self, app: &App<'_>, before: &Kept, kept: &Kept) {
        let Some(new) = kept.credential.as_ref().filter(|_| before.credential != kept.credential) else {
            return;
        };
        let Ok(text) = serde_json::to_string(new) else { return };
        if let Err(error) = kv::put(&self.env, &self.request.kind.key(&app.credentials.app_id), &text).await {
            let (account, error) = (self.request.account.as_str(), &error.to_string());
            log::notice(&Notice::CredentialNotPublished { account, error });
        }
    }
}

async fn load(storage: &Storage) -> Result<Kept> {
    let text = JsFuture::from(storage.as_raw().get(STORAGE_KEY)?).await?.as_string();
    Ok(text.and_then(|text| from_json(&text).ok()).unwrap_or_default())
}
