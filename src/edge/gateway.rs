//! An SDK's story: whose credential, may it, the real token in its place, and WeChat's bytes back.

use std::cell::OnceCell;
use std::time::Duration;

use worker::{Context, Env, Headers, Request, Response, ResponseBody, ResponseBuilder};

use crate::api::{self, Access, Group, Identity, Presented, Scope};
use crate::config::{Account, ApiBase, Config, WechatApi};
use crate::error::Error;
use crate::gateway::{
    AnswerRow, CREDENTIAL_TERM, Claims, Door, GatewayPath, IdempotencyKey, IssuedToken, Query, Refused,
    Reserved, Shown, TokenRequest, answered, errcode, first_call, is_stale_token, may_be_refusal, permission,
    release, reserve,
};
use crate::wechat;
use crate::wechat::token::CredentialKind;

use super::bindings::fetch::{Payload, forward};
use super::bindings::{d1, request, response, runtime};
use super::keys;
use super::wechat::Wechat;

/// Until WeChat's answer begins; an upload has to have arrived by then.
const PATIENCE: Duration = Duration::from_mins(2);
/// A body up to this many bytes is held by the runtime and can be sent again.
const HELD_BYTES: u64 = 1024 * 1024;
/// No token request has more bytes.
const MAX_TOKEN_REQUEST_BYTES: usize = 16 * 1024;

/// What goes on to WeChat of a request's headers: nothing of ours, no cookie, nothing of the connection.
const TO_WECHAT: [&str; 4] = ["content-type", "accept", "range", "user-agent"];
/// What comes back of an answer's.
const TO_CALLER: [&str; 7] = [
    "content-type",
    "content-disposition",
    "content-range",
    "accept-ranges",
    "last-modified",
    "etag",
    "expires",
];

/// One request on its way.
struct Gateway<'a> {
    env: &'a Env,
    context: &'a Context,
    config: &'a Config,
    path: GatewayPath<'a>,
    query: Query<'a>,
    request: Request,
    /// Whose key, and which account, for the audit.
    caller: OnceCell<(String, String)>,
}

/// What goes back, and what WeChat said in it.
struct Answered {
    response: Response,
    /// 0 = no refusal.
    errcode: i64,
    /// The body, where it was looked at.
    body: Option<Vec<u8>>,
}

pub(super) async fn serve(
    path: GatewayPath<'_>,
    query: &str,
    request: Request,
    env: &Env,
    context: &Context,
) -> Result<Response, Error> {
    let started = runtime::milliseconds();
    let config = runtime::config(env);
    let query = Query::new(query);
    let gateway = Gateway { env, context, config: &config, path, query, request, caller: OnceCell::new() };
    let outcome = match path.door() {
        Door::Token => gateway.token().await,
        Door::Sns => gateway.sns().await,
        Door::QrImage => gateway.qr_image().await,
        Door::Ticket | Door::Call => gateway.call().await,
    };
    let (response, errcode) = match outcome {
        Ok(answered) => (answered.response, answered.errcode),
        Err(refused) => (response::json(200, &refused.body())?, refused.errcode()),
    };
    let took = runtime::milliseconds().saturating_sub(started);
    let (key, account) = gateway.caller.into_inner().unwrap_or_default();
    runtime::log_audit(&key, &account, path.path, errcode, took);
    Ok(response)
}

impl<'a> Gateway<'a> {
    /// `/cgi-bin/token`, `/cgi-bin/stable_token`: a credential of ours.
    async fn token(&self) -> Result<Answered, Refused> {
        let body = self.token_request_body().await?;
        let wanted = TokenRequest::parse(self.query, &body)?;
        let (identity, account) = self.holder(&wanted.appid, wanted.secret.expose()).await?;
        let (now, root) =
            (runtime::now(), self.config.root_api_key().map_err(|problem| fail(problem.into()))?);
        let claims = Claims::new(&identity, account.name(), now);
        let expires_in = claims.expires_at.seconds().saturating_sub(now.seconds()).min(CREDENTIAL_TERM);
        ours(&IssuedToken { access_token: claims.seal(root), expires_in })
    }

    async fn token_request_body(&self) -> Result<Vec<u8>, Refused> {
        // What is read here goes nowhere else.
        let taken = self.request.clone().map_err(|error| fail(error.into()))?;
        request::body(taken, MAX_TOKEN_REQUEST_BYTES).await.map_err(|_| Refused::UnreadableTokenRequest)
    }

    /// Who has an AppID and an API key for it.
    async fn holder(&self, appid: &str, secret: &str) -> Result<(Identity, &'a Account), Refused> {
        let named = |account: &&Account| self.path.account.is_none_or(|name| name == account.name());
        let mut accounts = self
            .config
            .accounts()
            .filter(|account| account.app().is_ok_and(|app| app.app_id.as_str() == appid) && named(account));
        let first = accounts.next().ok_or(Refused::WrongAppId)?;
        let identity = match keys::identify_key(&Presented::new(secret), self.config, self.env).await {
            Ok(identity) => identity,
            Err(Error::Api(api::Error::Unauthorized)) => return Err(Refused::WrongSecret),
            Err(error) => return Err(fail(error)),
        };
        let account = match &identity {
            Identity::Root => first,
            Identity::Key(record) => std::iter::once(first)
                .chain(accounts)
                .find(|account| account.name() == record.account)
                .ok_or(Refused::WrongAppId)?,
        };
        self.is_called_by(&identity, account);
        Ok((identity, account))
    }

    /// `/sns/...`: the real secret for an API key; a user's own token as it is.
    async fn sns(&self) -> Result<Answered, Refused> {
        let query = match (self.query.value("appid"), self.query.value("secret")) {
            (appid, Some(secret)) => {
                let (identity, account) = self.holder(&appid.unwrap_or_default(), &secret).await?;
                require(&identity, Scope::One(Group::User, Access::Read))?;
                let app = account.app().map_err(|problems| fail(problems.into()))?;
                self.query.with("secret", app.secret.expose())
            }
            (_, None) => self.query.as_str().to_owned(),
        };
        self.limit(self.caller.get().map_or_else(|| self.address(), |(key, _)| key.clone())).await?;
        let (api, payload) = (self.api()?, self.payload().await?);
        self.send(&api.base, api, &query, payload).await
    }

    /// `/cgi-bin/showqrcode`: a picture from its own host.
    async fn qr_image(&self) -> Result<Answered, Refused> {
        self.limit(self.address()).await?;
        let api = self.api()?;
        self.send(&api.mp_base, api, self.query.as_str(), Payload::Empty).await
    }

    /// A call with a credential.
    async fn call(&self) -> Result<Answered, Refused> {
        let (identity, account) = self.caller().await?;
        require(&identity, permission(self.path.path))?;
        self.limit(identity.key_id().unwrap_or("root").to_owned()).await?;
        let api = self.api()?;
        let wechat = Wechat::new(self.env, self.context, api, account).map_err(fail)?;
        if self.path.door() == Door::Ticket && self.query.value("type").is_none_or(|kind| kind == "jsapi") {
            return ticket(&wechat).await;
        }
        let header = self.header("idempotency-key");
        match IdempotencyKey::parse(header.as_deref(), account.name(), identity.key_id(), self.path.path)? {
            Some(key) => self.send_once(&key, &wechat, api).await,
            None => self.exchange(&wechat, api).await,
        }
    }

    /// Whose credential or key stands in `access_token`, or behind `Bearer`.
    async fn caller(&self) -> Result<(Identity, &'a Account), Refused> {
        let root = self.config.root_api_key().map_err(|problem| fail(problem.into()))?;
        let bearer = self.header("authorization");
        let bearer = bearer.as_deref().and_then(|header| header.split_once(' ')).map(|(_, text)| text.trim());
        let shown = self.query.value("access_token");
        let shown = shown.as_deref().or(bearer).filter(|shown| !shown.is_empty());
        let (identity, claimed) =
            match Shown::parse(shown.ok_or(Refused::NoCredential)?, root, runtime::now()) {
                Shown::Stale => return Err(Refused::StaleCredential),
                Shown::Credential(claims) => (self.holder_of(&claims).await?, Some(claims.account)),
                Shown::Other(text) => {
                    let presented = Presented::new(text.expose());
                    match keys::identify_key(&presented, self.config, self.env).await {
                        Ok(identity) => (identity, None),
                        Err(Error::Api(api::Error::Unauthorized)) => return Err(Refused::UnknownCredential),
                        Err(error) => return Err(fail(error)),
                    }
                }
            };
        if claimed.is_some() && self.path.account.is_some() && claimed.as_deref() != self.path.account {
            return Err(Refused::AnotherAccount);
        }
        let wanted = claimed.as_deref().or(self.path.account);
        let account = identity.account(wanted).map_err(|_| Refused::AnotherAccount)?;
        let account = self.config.account(account).map_err(|error| fail(error.into()))?;
        self.is_called_by(&identity, account);
        Ok((identity, account))
    }

    fn is_called_by(&self, identity: &Identity, account: &Account) {
        // A request has one caller, so that it is set once.
        let _ = self.caller.set((identity.name().to_owned(), account.name().to_owned()));
    }

    /// Whether the key of a credential is still in force.
    async fn holder_of(&self, claims: &Claims) -> Result<Identity, Refused> {
        let Some(key_id) = &claims.key_id else { return Ok(Identity::Root) };
        let record = keys::find(key_id, self.env).await.map_err(fail)?;
        let record = record.filter(|record| record.is_in_force(runtime::now())).ok_or(Refused::DeadKey)?;
        Ok(Identity::Key(Box::new(record)))
    }

    /// A send that names an `Idempotency-Key`.
    async fn send_once(
        &self,
        key: &IdempotencyKey,
        wechat: &Wechat<'_>,
        api: &WechatApi,
    ) -> Result<Answered, Refused> {
        let reserved: Vec<Reserved> =
            d1::rows(self.env, &reserve(key, runtime::now())).await.map_err(fail)?;
        if reserved.is_empty() {
            let rows: Vec<AnswerRow> = d1::rows(self.env, &first_call(key)).await.map_err(fail)?;
            let answer = key.first_answer(rows.into_iter().next())?;
            let response = response::json(200, &answer).map_err(|error| fail(error.into()))?;
            return Ok(Answered { response, errcode: 0, body: None });
        }
        let outcome = self.exchange(wechat, api).await;
        let settled = match &outcome {
            Ok(Answered { errcode: 0, body: Some(body), .. }) => {
                Some(answered(key, &String::from_utf8_lossy(body)))
            }
            // It may have been sent: the key stays taken.
            Ok(Answered { errcode: 0, body: None, .. }) | Err(Refused::Unreachable) => None,
            // WeChat refused it, or never saw it.
            Ok(_) | Err(_) => Some(release(key)),
        };
        if let Some(statement) = settled
            && let Err(error) = d1::rows::<()>(self.env, &statement).await
        {
            runtime::log_notice(
                "gateway",
                wechat.account_name(),
                &format!("an Idempotency-Key stays taken: {error}"),
            );
        }
        outcome
    }

    /// The call with the real token, and once more with another if WeChat refused the first.
    async fn exchange(&self, wechat: &Wechat<'_>, api: &WechatApi) -> Result<Answered, Refused> {
        let payload = self.payload().await?;
        let again = payload.again();
        let token = wechat.credential(CredentialKind::AccessToken).await.map_err(fail)?;
        let query = self.query.with("access_token", token.value().expose());
        let first = self.send(&api.base, api, &query, payload).await?;
        if !is_stale_token(Some(first.errcode)) {
            return Ok(first);
        }
        let renewed = wechat.renew(CredentialKind::AccessToken, Some(token.value())).await.map_err(fail)?;
        let query = self.query.with("access_token", renewed.value().expose());
        let second = self.send(&api.base, api, &query, again.ok_or(Refused::SendAgain)?).await?;
        if is_stale_token(Some(second.errcode)) {
            return Err(Refused::NoToken(second.errcode, "a token renewed just now is refused".to_owned()));
        }
        Ok(second)
    }

    async fn send(
        &self,
        base: &ApiBase,
        api: &WechatApi,
        query: &str,
        payload: Payload,
    ) -> Result<Answered, Refused> {
        let separator = if query.is_empty() { "" } else { "?" };
        let url = format!("{}{}{separator}{query}", base.as_str(), self.path.path);
        let headers = self.headers(base, api).map_err(|error| fail(error.into()))?;
        let method = self.request.inner().method();
        let answer = forward(&method, &url, headers, payload, PATIENCE).await;
        pass_back(answer.map_err(|_| Refused::Unreachable)?).await
    }

    fn headers(&self, base: &ApiBase, api: &WechatApi) -> worker::Result<Headers> {
        let headers = Headers::new();
        for name in TO_WECHAT {
            if let Some(value) = self.header(name) {
                headers.set(name, &value)?;
            }
        }
        // The bytes go back as they come.
        headers.set("accept-encoding", "identity")?;
        if let Some(secret) = api.relay_secret.as_ref().filter(|_| *base == api.base) {
            headers.set("x-relay-secret", secret.expose())?;
        }
        Ok(headers)
    }

    async fn payload(&self) -> Result<Payload, Refused> {
        let length = self.header("content-length").and_then(|length| length.parse().ok());
        Payload::of(&self.request, length, HELD_BYTES).await.map_err(|_| Refused::Unreachable)
    }

    /// The rate limiter is the platform's, and not every one has it.
    async fn limit(&self, caller: String) -> Result<(), Refused> {
        let Ok(limiter) = self.env.rate_limiter("GATEWAY_LIMITER") else { return Ok(()) };
        match limiter.limit(caller).await {
            Ok(outcome) if !outcome.success => Err(Refused::TooOften),
            _ => Ok(()),
        }
    }

    fn api(&self) -> Result<&WechatApi, Refused> {
        self.config.wechat_api().map_err(|problem| fail(problem.into()))
    }

    fn address(&self) -> String {
        self.header("cf-connecting-ip").unwrap_or_default()
    }

    fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }
}

/// The ticket of the JS-SDK, from our store.
async fn ticket(wechat: &Wechat<'_>) -> Result<Answered, Refused> {
    let ticket = wechat.credential(CredentialKind::JsapiTicket).await.map_err(fail)?;
    let expires_in = ticket.seconds_left(runtime::now());
    ours(&serde_json::json!({
        "errcode": 0, "errmsg": "ok", "ticket": ticket.value().expose(), "expires_in": expires_in,
    }))
}

/// WeChat's answer on its way back: what may be a refusal is looked at, everything else streams.
async fn pass_back(mut answer: Response) -> Result<Answered, Refused> {
    let of = |name: &str| answer.headers().get(name).ok().flatten();
    let length = of("content-length").and_then(|length| length.parse().ok());
    let looked_at = may_be_refusal(of("content-type").as_deref(), length);
    let headers = Headers::new();
    for name in TO_CALLER {
        if let Some(value) = of(name) {
            headers.set(name, &value).map_err(|error| fail(error.into()))?;
        }
    }
    if let (Some(length), None) = (of("content-length"), of("content-encoding")) {
        headers.set("content-length", &length).map_err(|error| fail(error.into()))?;
    }
    headers.set("cache-control", "no-store").map_err(|error| fail(error.into()))?;
    let builder = ResponseBuilder::new().with_status(answer.status_code()).with_headers(headers);
    if !looked_at {
        let (_, body) = answer.into_parts();
        return Ok(Answered { response: builder.body(body), errcode: 0, body: None });
    }
    let body = answer.bytes().await.map_err(|_| Refused::Unreachable)?;
    let errcode = errcode(&body).unwrap_or_default();
    let response = match body.as_slice() {
        [] => builder.body(ResponseBody::Empty),
        _ => builder.fixed(body.clone()),
    };
    Ok(Answered { response, errcode, body: Some(body) })
}

/// An answer of our own, in WeChat's shape.
fn ours(answer: &impl serde::Serialize) -> Result<Answered, Refused> {
    let json = serde_json::to_string(answer).map_err(|error| fail(Error::Runtime(error.to_string())))?;
    let response = response::json(200, &json).map_err(|error| fail(error.into()))?;
    Ok(Answered { response, errcode: 0, body: None })
}

fn require(identity: &Identity, scope: Scope) -> Result<(), Refused> {
    identity.require(scope).map_err(|_| match scope {
        Scope::Everything => Refused::UnknownPath,
        one @ Scope::One(..) => Refused::LacksScope(one),
    })
}

/// A failure as an SDK is told of it; what is ours to mend is logged.
fn fail(error: Error) -> Refused {
    match error {
        Error::Wechat(wechat::Error::Refused(refusal)) => Refused::NoToken(refusal.errcode, refusal.errmsg),
        Error::Wechat(_) => Refused::Unreachable,
        Error::NotConfigured(_) => Refused::NotConfigured(error.to_string()),
        error => {
            let request_id = runtime::request_id();
            runtime::log_failure(&error.failure(), &request_id, error.detail().as_deref());
            Refused::Internal(request_id)
        }
    }
}
