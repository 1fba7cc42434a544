//! The keeper of one account's token: one renewal at a time, for the whole world.

use std::cell::RefCell;
use std::rc::Rc;

use worker::{DurableObject, Env, Request, Response, Result, State, Storage, durable_object};

use crate::config::{AppCredentials, Config, WechatApi};
use crate::json::from_json;
use crate::secret::Secret;
use crate::wechat::token::{Credential, CredentialKind, Issued, jsapi_ticket, stable_token};
use crate::wechat::{Error, KeeperRequest, Kept, Step};

use super::bindings::{kv, runtime};
use super::wechat::send;

/// Where the keeper's own storage has it.
const STORAGE_KEY: &str = "kept";

/// See [`Kept`] for what it knows and decides.
#[durable_object]
pub(crate) struct TokenKeeper {
    state: State,
    env: Env,
    kept: Rc<RefCell<Option<Kept>>>,
}

impl DurableObject for TokenKeeper {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, kept: Rc::default() }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let request: KeeperRequest =
            from_json(&request.text().await?).map_err(|error| worker::Error::RustError(error.to_string()))?;
        let keeper = Keeper {
            env: self.env.clone(),
            storage: self.state.storage(),
            kept: Rc::clone(&self.kept),
            request,
        };
        // While one renews, the runtime holds the others back; then they find the new token.
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
        let mut kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.load().await?,
        };
        let before = kept.clone();
        let config = runtime::config(&self.env);
        let outcome = match self.app(&config) {
            Some((app, api)) => self.credential(app, api, &mut kept).await,
            None => Err(Error::Unreachable),
        };
        if kept != before {
            self.save(&kept).await?;
            self.publish(&config, &kept).await;
        }
        self.kept.replace(Some(kept));
        Ok(outcome)
    }

    async fn credential(&self, app: &AppCredentials, api: &WechatApi, kept: &mut Kept) -> Outcome {
        match self.request.kind {
            CredentialKind::AccessToken => token(app, api, kept, self.request.stale.as_ref()).await,
            CredentialKind::JsapiTicket => ticket(app, api, kept).await,
        }
    }

    fn app<'c>(&self, config: &'c Config) -> Option<(&'c AppCredentials, &'c WechatApi)> {
        let account = config.account(Some(&self.request.account)).ok()?;
        Some((account.app().ok()?, config.wechat_api().ok()?))
    }

    async fn load(&self) -> Result<Kept> {
        let text: Option<String> = self.storage.get(STORAGE_KEY).await?;
        Ok(text.and_then(|text| from_json(&text).ok()).unwrap_or_default())
    }

    async fn save(&self, kept: &Kept) -> Result<()> {
        self.storage.put(STORAGE_KEY, serde_json::to_string(kept)?).await
    }

    /// KV is for everybody's reading; the keeper alone writes it, one after the other.
    async fn publish(&self, config: &Config, kept: &Kept) {
        let Some((app, _)) = self.app(config) else { return };
        let credentials =
            [(CredentialKind::AccessToken, &kept.token), (CredentialKind::JsapiTicket, &kept.ticket)];
        for (kind, credential) in credentials {
            let Some(text) = credential.as_ref().and_then(|known| serde_json::to_string(known).ok()) else {
                continue;
            };
            if let Err(error) = kv::put(&self.env, &kind.key(&app.app_id), &text).await {
                runtime::log_notice("token", &self.request.account, &format!("KV did not take it: {error}"));
            }
        }
    }
}

async fn token(app: &AppCredentials, api: &WechatApi, kept: &mut Kept, stale: Option<&Secret>) -> Outcome {
    let mut step = kept.wanted(stale, runtime::now());
    loop {
        let force = match step {
            Step::Use(token) => return Ok(token),
            Step::Renew { force } => force,
        };
        match send::<Issued>(api, &stable_token(&app.app_id, &app.secret, force), None).await {
            Ok(issued) => {
                let now = runtime::now();
                step = kept.renewed(issued.credential(now), force, stale, now);
            }
            Err(error) if force => {
                kept.forced_in_vain(runtime::now());
                return Err(error);
            }
            Err(error) => return kept.instead(stale, runtime::now()).ok_or(error),
        }
    }
}

async fn ticket(app: &AppCredentials, api: &WechatApi, kept: &mut Kept) -> Outcome {
    if let Some(ticket) = kept.fresh_ticket(runtime::now()) {
        return Ok(ticket.clone());
    }
    let access_token = token(app, api, kept, None).await?;
    let issued = match send::<Issued>(api, &jsapi_ticket(), Some(access_token.value())).await {
        Err(error) if error.is_stale_token() => {
            let renewed = token(app, api, kept, Some(access_token.value())).await?;
            send::<Issued>(api, &jsapi_ticket(), Some(renewed.value())).await?
        }
        outcome => outcome?,
    };
    let ticket = issued.credential(runtime::now());
    kept.ticket = Some(ticket.clone());
    Ok(ticket)
}
