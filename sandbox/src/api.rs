//! api.weixin.qq.com, as far as the worker calls it.
//!
//! Manual: 获取 access token, 获取稳定版接口调用凭据, 获取微信服务器 IP 地址.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Json, Query, State};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::account::Account;

/// What WeChat says of every token it makes.
const LIFETIME: Duration = Duration::from_hours(2);

/// The running server's state.
#[derive(Debug)]
struct Platform {
    account: Account,
    tokens: Mutex<Tokens>,
}

/// The two families of tokens do not touch each other.
#[derive(Debug, Default)]
struct Tokens {
    made: u64,
    valid: BTreeMap<String, Instant>,
    stable: Option<String>,
}

#[derive(Deserialize)]
struct TokenRequest {
    grant_type: Option<String>,
    appid: Option<String>,
    secret: Option<String>,
    #[serde(default)]
    force_refresh: bool,
}

/// Serves the API for one account until the process ends.
pub async fn serve(listener: TcpListener, account: Account) -> std::io::Result<()> {
    let platform = Arc::new(Platform { account, tokens: Mutex::default() });
    let router = Router::new()
        .route("/cgi-bin/token", get(token))
        .route("/cgi-bin/stable_token", post(stable_token))
        .route("/cgi-bin/getcallbackip", get(addresses))
        .route("/cgi-bin/get_api_domain_ip", get(addresses))
        .fallback(|| async { failure(40066, "invalid url") })
        .with_state(platform);
    axum::serve(listener, router).await
}

/// Binds a port of this machine; the error names a port that is taken.
pub async fn listen(port: u16) -> Result<TcpListener, String> {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port)))
        .await
        .map_err(|error| format!("port {port} is taken ({error})"))
}

async fn token(State(platform): State<Arc<Platform>>, Query(request): Query<TokenRequest>) -> Json<Value> {
    if let Err(refusal) = platform.authenticate(&request) {
        return refusal;
    }
    let token = platform.tokens().make();
    Json(json!({ "access_token": token, "expires_in": LIFETIME.as_secs() }))
}

async fn stable_token(State(platform): State<Arc<Platform>>, body: String) -> Json<Value> {
    let Ok(request) = serde_json::from_str::<TokenRequest>(&body) else {
        return failure(47001, "data format error");
    };
    if let Err(refusal) = platform.authenticate(&request) {
        return refusal;
    }
    let mut tokens = platform.tokens();
    let (token, left) = tokens.stable(request.force_refresh);
    Json(json!({ "access_token": token, "expires_in": left.as_secs() }))
}

async fn addresses(
    State(platform): State<Arc<Platform>>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Json<Value> {
    match query.get("access_token") {
        None => failure(41001, "access_token missing"),
        Some(token) if platform.tokens().is_valid(token) => Json(json!({ "ip_list": ["127.0.0.1"] })),
        Some(_) => failure(40001, "invalid credential, access_token is invalid or not latest"),
    }
}

impl Platform {
    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authenticate(&self, request: &TokenRequest) -> Result<(), Json<Value>> {
        if request.grant_type.as_deref() != Some("client_credential") {
            return Err(failure(40002, "invalid grant_type"));
        }
        match (request.appid.as_deref(), request.secret.as_deref()) {
            (None, _) => Err(failure(41002, "appid missing")),
            (_, None) => Err(failure(41004, "appsecret missing")),
            (Some(appid), _) if appid != self.account.app_id.as_str() => Err(failure(40013, "invalid appid")),
            (_, Some(secret)) if !self.account.app_secret.matches(secret) => {
                Err(failure(40125, "invalid appsecret"))
            }
            _ => Ok(()),
        }
    }
}

impl Tokens {
    fn make(&mut self) -> String {
        self.made = self.made.saturating_add(1);
        let token = format!("SANDBOX_ACCESS_TOKEN_{}", self.made);
        self.valid.insert(token.clone(), Instant::now());
        token
    }

    /// The stable token and how long it lives; forcing a new one ends the old one at once.
    fn stable(&mut self, force_refresh: bool) -> (String, Duration) {
        if let Some(token) = self.stable.clone() {
            if force_refresh {
                self.valid.remove(&token);
            } else if let Some(left) = self.left(&token) {
                return (token, left);
            }
        }
        let token = self.make();
        self.stable = Some(token.clone());
        (token, LIFETIME)
    }

    fn left(&self, token: &str) -> Option<Duration> {
        LIFETIME.checked_sub(self.valid.get(token)?.elapsed())
    }

    fn is_valid(&self, token: &str) -> bool {
        self.left(token).is_some()
    }
}

/// WeChat answers failures with status 200, too.
fn failure(errcode: i64, errmsg: &str) -> Json<Value> {
    Json(json!({ "errcode": errcode, "errmsg": format!("{errmsg} rid: 60000000-00000000-00000000") }))
}
