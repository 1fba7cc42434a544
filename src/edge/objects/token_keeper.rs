//! The Durable Object that renews one AppID's access token and ticket: one renewal at a time, worldwide.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::futures::JsFuture;
use worker::{DurableObject, Request, Response, Result, State, Storage, durable_object};

use crate::config::{AppCredentials, Config, WechatApi};
use crate::json::from_json;
use crate::notice::Notice;
use crate::secret::Secret;
use crate::wechat::token::{Credential, CredentialKind, Issued, jsapi_ticket, stable_token};
use crate::wechat::{Call, Error, KeeperRequest, Kept, Step, read};

use crate::edge::bindings::{Env, kv, log, runtime};
use crate::edge::wechat::send;

/// The key in the object's own storage.
const STORAGE_KEY: &str = "kept";
/// The timeout of one request to WeChat, in milliseconds: five in a row stay below the 30 seconds
/// after which the runtime resets an object that blocks other requests.
const TIMEOUT: u32 = 5_000;

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
        let request: KeeperRequest = from_json(&request.text().await?)
            .map_err(|invalid| worker::Error::RustError(invalid.to_string()))?;
        let keeper = Keeper {
            env: self.env.clone(),
            storage: self.state.storage(),
            kept: Rc::clone(&self.kept),
            request,
        };
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

type Outcome = std::result::Result<Credential, Error>;

impl Keeper {
    async fn serve(self) -> Result<Outcome> {
        let config = runtime::config(&self.env);
        let Some((app, api)) = self.app(&config) else { return Ok(Err(Error::Unreachable)) };
        let mut kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.load().await?,
        };
        let before = kept.clone();
        let outcome = self.credential(app, api, &mut kept).await?;
        if kept != before {
            self.save(&kept).await?;
            self.publish(app, &before, &kept).await;
        }
        self.kept.replace(Some(kept));
        Ok(outcome)
    }

    async fn credential(&self, app: &AppCredentials, api: &WechatApi, kept: &mut Kept) -> Result<Outcome> {
        match self.request.kind {
            CredentialKind::AccessToken => self.token(app, api, kept, self.request.stale.as_ref()).await,
            CredentialKind::JsapiTicket => self.ticket(app, api, kept).await,
        }
    }

    async fn token(
        &self,
        app: &AppCredentials,
        api: &WechatApi,
        kept: &mut Kept,
        stale: Option<&Secret>,
    ) -> Result<Outcome> {
        let mut step = kept.wanted(stale, runtime::now());
        loop {
            let force = match step {
                Step::Use(token) => return Ok(Ok(token)),
                Step::Fail(error) => return Ok(Err(error)),
                Step::Renew { force } => force,
            };
            if force {
                kept.forcing(runtime::now());
                self.save(kept).await?;
            }
            let issued = self.ask(api, &stable_token(&app.app_id, &app.secret, force), None).await;
            let now = runtime::now();
            step = match issued {
                Ok(issued) => kept.renewed(issued.credential(now), force, stale, now),
                Err(error) => kept.failed(error, stale, now),
            };
        }
    }

    async fn ticket(&self, app: &AppCredentials, api: &WechatApi, kept: &mut Kept) -> Result<Outcome> {
        if let Step::Use(ticket) = kept.ticket_wanted(runtime::now()) {
            return Ok(Ok(ticket));
        }
        let outcome = match self.token(app, api, kept, None).await? {
            Ok(token) => match self.ask(api, &jsapi_ticket(), Some(token.value())).await {
                Err(error) if error.is_stale_token() => {
                    match self.token(app, api, kept, Some(token.value())).await? {
                        Ok(renewed) => self.ask(api, &jsapi_ticket(), Some(renewed.value())).await,
                        Err(error) => Err(error),
                    }
                }
                outcome => outcome,
            },
            Err(error) => Err(error),
        };
        let now = runtime::now();
        Ok(match outcome {
            Ok(issued) => Ok(kept.ticket.insert(issued.credential(now)).clone()),
            Err(error) => kept.ticket_instead(now).ok_or(error),
        })
    }

    /// Logs every failure: callers may still get the old token, and would not report it.
    async fn ask(
        &self,
        api: &WechatApi,
        call: &Call,
        token: Option<&Secret>,
    ) -> std::result::Result<Issued, Error> {
        let answer = send(&self.env, api, call, token, TIMEOUT).await;
        answer.and_then(|answer| read(&answer)).inspect_err(|error| {
            let (account, error) = (self.request.account.as_str(), &error.to_string());
            log::notice(&Notice::CredentialNotRenewed { account, error });
        })
    }

    fn app<'c>(&self, config: &'c Config) -> Option<(&'c AppCredentials, &'c WechatApi)> {
        let account = config.account(Some(&self.request.account)).ok()?;
        Some((account.app().ok()?, config.wechat_api().ok()?))
    }

    async fn load(&self) -> Result<Kept> {
        let text = JsFuture::from(self.storage.as_raw().get(STORAGE_KEY)?).await?.as_string();
        Ok(text.and_then(|text| from_json(&text).ok()).unwrap_or_default())
    }

    async fn save(&self, kept: &Kept) -> Result<()> {
        self.storage.put_raw(STORAGE_KEY, serde_json::to_string(kept)?).await
    }

    /// Writes to KV what has changed. Only this object writes these keys, one write after another.
    async fn publish(&self, app: &AppCredentials, before: &Kept, kept: &Kept) {
        let credentials = [
            (CredentialKind::AccessToken, &before.token, &kept.token),
            (CredentialKind::JsapiTicket, &before.ticket, &kept.ticket),
        ];
        for (kind, before, now) in credentials {
            let Some(new) = now.as_ref().filter(|_| before != now) else { continue };
            let Ok(text) = serde_json::to_string(new) else { continue };
            if let Err(error) = kv::put(&self.env, &kind.key(&app.app_id), &text).await {
                let (account, error) = (self.request.account.as_str(), &error.to_string());
                log::notice(&Notice::CredentialNotPublished { account, error });
            }
        }
    }
}
