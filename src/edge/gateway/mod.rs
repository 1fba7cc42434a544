//! Serves the gateway: checks the credential, replaces it with the real token, and forwards WeChat's answer.

mod caller;
mod passage;

use serde::Serialize;
use serde_json::json;
use web_sys::Response;
use worker::Context;

use crate::api::{Access, Group, Identity, Scope};
use crate::config::{Config, WechatApi};
use crate::error::Error;
use crate::gateway::{
    AnswerRow, CREDENTIAL_TERM, Claims, GatewayPath, Handling, IdempotencyKey, IssuedToken, Query, Refused,
    Reserved, Secrets, SendOutcome, Shown, TokenRequest, first_call, permission, release, reserve,
};
use crate::notice::Notice;
use crate::secret::Secret;
use crate::sql::Statement;
use crate::wechat::token::CredentialKind;
use crate::wechat::{self, SentMessage};

use super::bindings::fetch::Payload;
use super::bindings::request::Incoming;
use super::bindings::{Env, d1, limiter, log, response, runtime};
use super::state::capabilities;
use super::wechat::{Wechat, sent};

use passage::{Passage, Passed};

/// Maximum size of a token request in bytes.
const MAX_TOKEN_REQUEST_BYTES: usize = 16 * 1024;
/// The methods that the runtime forwards unchanged.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

/// A request to the gateway.
struct Gateway<'a> {
    env: &'a Env,
    context: &'a Context,
    config: &'a Config,
    path: GatewayPath<'a>,
    query: Query<'a>,
    request: &'a Incoming,
}

pub(super) async fn serve(
    path: GatewayPath<'_>,
    query: &str,
    request: &Incoming,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let config = runtime::config(env);
    let query = Query::new(query);
    request.log.call(&path.logged());
    let gateway = Gateway { env, context, config: &config, path, query, request };
    let (errcode, response) = match gateway.pass().await {
        Ok(passed) => (passed.outcome().errcode(), passed.into_response()?),
        Err(refused) => {
            if let Refused::Internal(cause) = &refused {
                request.log.internal(cause);
            }
            (refused.errcode(), response::json(200, &refused.body(request.log.id()))?)
        }
    };
    request.log.errcode(errcode);
    Ok(response)
}

/// Answers a request for a path that does not exist as an SDK expects it, if it comes from one; else `None`.
pub(super) fn refuse_path(path: &str, query: &str, request: &Incoming) -> Option<worker::Result<Response>> {
    let is_from_sdk = GatewayPath::is_misspelt(path)
        || Shown::is_in(&Query::new(query), request.header("authorization").as_deref());
    let refused = Refused::NoSuchPath;
    is_from_sdk.then(|| {
        request.log.errcode(refused.errcode());
        response::json(200, &refused.body(request.log.id()))
    })
}

impl Gateway<'_> {
    async fn pass(&self) -> Result<Passed, Refused> {
        if !METHODS.contains(&self.request.method.as_str()) {
            return Err(Refused::WrongMethod);
        }
        match self.path.handling() {
            Handling::Token => self.token().await,
            Handling::Sns => self.sns().await,
            Handling::QrImage => self.qr_image().await,
            Handling::TakesSecret => Err(Refused::NeedsSecret),
            Handling::Ticket | Handling::Call => self.call().await,
        }
    }

    /// `/cgi-bin/token`, `/cgi-bin/stable_token`: issues a credential of ours.
    async fn token(&self) -> Result<Passed, Refused> {
        let body = self.request.read(MAX_TOKEN_REQUEST_BYTES).await;
        let wanted = TokenRequest::parse(&self.query, &body.map_err(|_| Refused::UnreadableTokenRequest)?)?;
        let (identity, account) = self.holder(&wanted.appid, wanted.secret.expose()).await?;
        self.limit(bucket(&identity)).await?;
        let now = runtime::now();
        let claims = Claims::new(&identity, account.name(), now);
        let expires_in = claims.expires_at.seconds().saturating_sub(now.seconds()).min(CREDENTIAL_TERM);
        ours(&IssuedToken { access_token: claims.seal(self.secrets()?), expires_in })
    }

    /// `/sns/...`: an API key is replaced with the real secret; a user's own token stays.
    async fn sns(&self) -> Result<Passed, Refused> {
        if !matches!(self.request.method.as_str(), "GET" | "HEAD") {
            return Err(Refused::WrongMethod);
        }
        let root = self.secrets()?.root;
        let is_ours = |value: &str| Shown::is_ours(value, root);
        // Some SDKs send their access token with every call. It is dropped where an API key says who calls.
        let has_key = self.query.value("secret").is_some_and(is_ours);
        if !has_key && self.query.has_value_beside("secret", is_ours) {
            return Err(Refused::UnknownCredential);
        }
        let query = self.query.without_values_beside("secret", is_ours);
        let query = Query::new(&query);
        let api = self.api()?;
        let Some(secret) = query.value("secret") else {
            self.limit(self.address()).await?;
            return self.passage(api, None).send(&api.base, query.as_str(), &Payload::Empty).await;
        };
        let (identity, account) = self.holder(query.value("appid").unwrap_or_default(), secret).await?;
        require(&identity, Scope::One(Group::User, Access::Read))?;
        let app = account.app().map_err(|problems| fail(problems.into()))?;
        self.limit(bucket(&identity)).await?;
        let query = query.with("secret", app.secret.expose());
        self.passage(api, Some(&app.secret)).send(&api.base, &query, &Payload::Empty).await
    }

    /// `/cgi-bin/showqrcode`: forwarded to its own host, with only the ticket.
    async fn qr_image(&self) -> Result<Passed, Refused> {
        self.limit(self.address()).await?;
        let api = self.api()?;
        let query = Query::new("").with("ticket", self.query.value("ticket").unwrap_or_default());
        self.passage(api, None).send(&api.mp_base, &query, &Payload::Empty).await
    }

    /// A call with a credential.
    async fn call(&self) -> Result<Passed, Refused> {
        let (identity, account) = self.caller().await?;
        let path = self.path.canonical();
        require(&identity, permission(&path))?;
        self.limit(bucket(&identity)).await?;
        let api = self.api()?;
        let wechat = Wechat::new(self.env, Some(self.context), api, account).map_err(fail)?;
        if self.path.handling() == Handling::Ticket
            && self.query.value("type").is_none_or(|kind| kind == "jsapi")
        {
            return ticket(&wechat).await;
        }
        let header = self.request.header("idempotency-key");
        let key = IdempotencyKey::parse(header.as_deref(), account.name(), identity.key_id(), &path)?;
        let payload = self.passage(api, None).payload().await?;
        let exchange = async {
            let passed = self.exchange(&wechat, api, &payload).await;
            self.remember((&path, &payload), &passed, &identity, wechat.account_name());
            passed
        };
        match key {
            Some(key) => self.send_once(&key, wechat.account_name(), &payload, exchange).await,
            None => exchange.await,
        }
    }

    /// Stores a message that was sent to a user, and what the answer says about what the account may do, after the response.
    fn remember(
        &self,
        (path, payload): (&str, &Payload<'_>),
        passed: &Result<Passed, Refused>,
        identity: &Identity,
        account: &str,
    ) {
        let errcode =
            SendOutcome::of(passed.as_ref().map(Passed::outcome)).and_then(|outcome| outcome.errcode);
        capabilities::note(account, path, errcode, self.env, self.context);
        let message = payload.bytes().and_then(|body| SentMessage::of(path, body));
        let outcome = SendOutcome::of(passed.as_ref().map(Passed::outcome));
        let (Some(message), Some(SendOutcome { errcode })) = (message, outcome) else { return };
        let (env, account, sender) = (self.env.clone(), account.to_owned(), identity.sender());
        runtime::after_response(self.context, async move {
            sent::store(None, &message, (&account, &sender), errcode, &env).await;
        });
    }

    /// A send with an `Idempotency-Key`.
    async fn send_once(
        &self,
        key: &IdempotencyKey,
        account: &str,
        payload: &Payload<'_>,
        exchange: impl Future<Output = Result<Passed, Refused>>,
    ) -> Result<Passed, Refused> {
        let digest = key.digest(payload.bytes().ok_or(Refused::InvalidIdempotencyKey)?);
        let owner = runtime::nonce().map_err(fail)?;
        let reserve = reserve(key, &digest, &owner, runtime::now());
        let reserved: Result<Vec<Reserved>, Error> = d1::rows_or_again(self.env, &reserve).await;
        let reserved = reserved.map_err(|error| {
            self.release(release(key, &owner));
            fail(error)
        })?;
        if reserved.is_empty() {
            let rows: Vec<AnswerRow> = d1::rows(self.env, &first_call(key)).await.map_err(fail)?;
            let first = IdempotencyKey::first_answer(rows.into_iter().next(), &digest, runtime::now());
            return first.map(Passed::Ours);
        }
        let passed = exchange.await;
        let statement = key.settle(&owner, passed.as_ref().map(Passed::outcome));
        if let Err(error) = d1::rows_or_again::<()>(self.env, &statement).await {
            let error = &error.to_string();
            log::notice(&Notice::IdempotencyKeyNotSettled { account, error });
        }
        passed
    }

    /// Releases a key that D1 may have reserved for a call that is not made, after the response.
    fn release(&self, release: Statement) {
        let env = self.env.clone();
        runtime::after_response(self.context, async move {
            // If D1 still fails, the key stays reserved for a day.
            let _ = d1::rows_or_again::<()>(&env, &release).await;
        });
    }

    /// Calls WeChat with the real token, and a second time with a new one if WeChat refuses the first.
    async fn exchange(
        &self,
        wechat: &Wechat<'_>,
        api: &WechatApi,
        payload: &Payload<'_>,
    ) -> Result<Passed, Refused> {
        let send = async |token: &Secret| {
            let query = self.query.with("access_token", token.expose());
            self.passage(api, Some(token)).send(&api.base, &query, payload).await
        };
        let token = wechat.credential(CredentialKind::AccessToken).await.map_err(fail)?;
        let first = send(token.value()).await?;
        if !first.outcome().is_stale_token() {
            return Ok(first);
        }
        let renewed = wechat.renew(CredentialKind::AccessToken, Some(token.value())).await.map_err(fail)?;
        if renewed.value() == token.value() {
            return Err(still_refused(&first));
        }
        if payload.bytes().is_none() {
            return Err(Refused::SendAgain);
        }
        let second = send(renewed.value()).await?;
        if second.outcome().is_stale_token() {
            return Err(still_refused(&second));
        }
        Ok(second)
    }

    /// Counts the call; where the platform has no rate limiter, all calls are accepted.
    async fn limit(&self, bucket: String) -> Result<(), Refused> {
        let takes = limiter::takes(self.env, "GATEWAY_LIMITER", &bucket).await;
        if takes { Ok(()) } else { Err(Refused::TooManyCalls) }
    }

    /// `secret` is the real token or AppSecret that the request gets in the place of the caller's.
    const fn passage<'p>(&'p self, api: &'p WechatApi, secret: Option<&'p Secret>) -> Passage<'p> {
        Passage { request: self.request, path: self.path.path, api, secret }
    }

    fn api(&self) -> Result<&WechatApi, Refused> {
        self.config.wechat_api().map_err(|problem| fail(problem.into()))
    }

    fn secrets(&self) -> Result<Secrets<'_>, Refused> {
        let root = self.config.root_api_key().map_err(|problem| fail(problem.into()))?;
        let keys = self.config.signing_keys().map_err(|problem| fail(problem.into()))?;
        Ok(Secrets { keys, root })
    }

    /// The caller's address, for calls without a key.
    fn address(&self) -> String {
        self.request.header("cf-connecting-ip").unwrap_or_default()
    }
}

/// The rate limiter's key: calls with the same API key are counted together.
fn bucket(identity: &Identity) -> String {
    identity.key_id().unwrap_or("root").to_owned()
}

/// The JS-SDK ticket, as WeChat would answer it.
async fn ticket(wechat: &Wechat<'_>) -> Result<Passed, Refused> {
    let ticket = wechat.credential(CredentialKind::JsapiTicket).await.map_err(fail)?;
    let expires_in = ticket.seconds_left(runtime::now());
    let ticket = ticket.value().expose();
    ours(&json!({ "errcode": 0, "errmsg": "ok", "ticket": ticket, "expires_in": expires_in }))
}

/// An answer of our own, in WeChat's format.
fn ours(answer: &impl Serialize) -> Result<Passed, Refused> {
    let json = serde_json::to_string(answer).map_err(|error| fail(Error::Runtime(error.to_string())))?;
    Ok(Passed::Ours(json))
}

fn still_refused(passed: &Passed) -> Refused {
    Refused::NoToken(passed.outcome().errcode(), "a token renewed just now is refused".to_owned())
}

fn require(identity: &Identity, scope: Scope) -> Result<(), Refused> {
    identity.require(scope).map_err(|_| match scope {
        Scope::Everything => Refused::UnknownPath,
        one @ Scope::One(..) => Refused::LacksScope(one),
    })
}

/// The refusal for a failure that happened before anything was sent.
fn fail(error: Error) -> Refused {
    match error {
        Error::Wechat(wechat::Error::Refused(refusal)) => Refused::NoToken(refusal.errcode, refusal.errmsg),
        Error::Wechat(_) => Refused::NotSent,
        Error::NotConfigured(_) => Refused::NotConfigured(error.to_string()),
        error => Refused::Internal(error.detail().unwrap_or_else(|| error.to_string())),
    }
}
