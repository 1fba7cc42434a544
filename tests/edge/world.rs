//! Three running workers: one with several accounts, one whose WeChat fails on demand, and one where
//! nothing is configured.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use mp_worker::settings::PublishedSettings;
use reqwest::{Client, Response};
use sandbox::account::{Account, Mode};
use sandbox::api::{self, Platform};
use sandbox::http::client;
use sandbox::sample;
use sandbox::sender::{Outcome, Sender};
use sandbox::verdict::Verdict;
use sandbox::worker::{Settings, Worker, fill_kv, migrate};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

pub(crate) const TOKEN: &str = "edgetoken";
pub(crate) const OLD_TOKEN: &str = "oldtoken";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const OLD_AES_KEY: &str = "mNnY5GekpChwqhy2c4NBH90g3hND6GeI4gii2YCvKLY";
pub(crate) const OPENID: &str = "oEDGE00000000000000000000user";
pub(crate) const APP_ID: &str = "wx0123456789abcdef";
const ORIGINAL_ID: &str = "gh_0a1b2c3d4e5f";

pub(crate) const ROOT: &str = "edge-root-api-key-0123456789";
pub(crate) const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const RELAY_SECRET: &str = "edge-relay-secret";
/// Callers that come at once to a worker without a token.
pub(crate) const COLD_CALLERS: usize = 200;
/// Twice as long as the worker remembers that WeChat refused a token, at two polls a second.
const HEALING_POLLS: usize = 80;

pub(crate) struct World {
    pub(crate) client: Client,
    /// WeChat, as the worker with several accounts sees it.
    pub(crate) wechat: Platform,
    /// How often WeChat made a token for [`COLD_CALLERS`].
    pub(crate) cold_renewals: usize,
    worker: Worker,
    faulty: Mutex<Faulty>,
    faulty_worker: Worker,
    unconfigured: Worker,
    folder: TempDir,
}

/// A WeChat that fails on demand, and the worker that calls it; for one test at a time.
pub(crate) struct Faulty {
    pub(crate) wechat: Platform,
    url: String,
}

impl World {
    pub(crate) async fn start() -> Result<Self, String> {
        if !Path::new("build/index_bg.wasm").exists() {
            return Err("there is no module; `make test` builds it".to_owned());
        }
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let state = folder.path().join("state");
        write(&folder, "secrets", &secrets());
        write(&folder, "no-secrets", "UNRELATED=1\n");
        write(&folder, "rules.json", &published_rules().to_string());
        write(&folder, "wrangler.toml", &unconfigured_wrangler());
        fill_kv(&state, &folder.path().join("rules.json")).await?;
        migrate(&state).await?;
        migrate(&folder.path().join("faulty")).await?;

        let (wechat, failing) = (Platform::new(account()), Platform::new(account()));
        let (base, failing_base) = (serve(&wechat).await?, serve(&failing).await?);
        let [port, faulty_port, other_port] = free_ports();
        let settings = |port: u16, name: &str, secrets: &str, base: &str| Settings {
            config: None,
            port,
            state: folder.path().join(name),
            secrets: Some(folder.path().join(secrets)),
            variables: vec![
                ("WECHAT_API_BASE".to_owned(), base.to_owned()),
                ("WECHAT_MP_BASE".to_owned(), base.to_owned()),
            ],
            output: Some(folder.path().join(format!("{name}.log"))),
        };
        // One after the other: two wranglers that start at once choose the same inner ports.
        let worker = Worker::start(&settings(port, "state", "secrets", &base)).await?;
        let faulty_worker = Worker::start(&settings(faulty_port, "faulty", "secrets", &failing_base)).await?;
        let unconfigured = Worker::start(&Settings {
            config: Some(folder.path().join("wrangler.toml")),
            variables: Vec::new(),
            ..settings(other_port, "unconfigured", "no-secrets", "")
        })
        .await?;

        let client = client(Duration::from_secs(30))?;
        let body = json!({});
        let cold = (0..COLD_CALLERS).map(|_| call(&client, worker.url(), ROOT, "token/get", &body));
        let statuses: Vec<u16> = join_all(cold).await.into_iter().map(|(status, _)| status).collect();
        assert_eq!(statuses, [200; COLD_CALLERS]);
        let cold_renewals = wechat.count("/cgi-bin/stable_token");
        let faulty = Mutex::new(Faulty { wechat: failing, url: faulty_worker.url().to_owned() });
        Ok(Self { client, wechat, cold_renewals, worker, faulty, faulty_worker, unconfigured, folder })
    }

    pub(crate) async fn stop(self) {
        tokio::join!(self.worker.stop(), self.faulty_worker.stop(), self.unconfigured.stop());
    }

    pub(crate) fn kill(&self) {
        self.worker.kill();
        self.faulty_worker.kill();
        self.unconfigured.kill();
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.worker.url())
    }

    pub(crate) fn unconfigured_url(&self, path: &str) -> String {
        format!("{}{path}", self.unconfigured.url())
    }

    /// A call of the JSON API with the root key: status and answer.
    pub(crate) async fn api(&self, path: &str, body: &Value) -> (u16, Value) {
        self.api_as(ROOT, path, body).await
    }

    /// A call of the JSON API with any key.
    pub(crate) async fn api_as(&self, key: &str, path: &str, body: &Value) -> (u16, Value) {
        call(&self.client, self.worker.url(), key, path, body).await
    }

    /// The WeChat that fails on demand, healed and with nothing called yet; others wait for it.
    pub(crate) async fn faulty(&self) -> MutexGuard<'_, Faulty> {
        let faulty = self.faulty.lock().await;
        faulty.wechat.heal();
        let (mut status, mut answer) = faulty.api(&self.client, "menu/list", &json!({})).await;
        // The worker does not ask for a token again right after WeChat refused one.
        for _ in 0..HEALING_POLLS {
            if status == 200 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
            (status, answer) = faulty.api(&self.client, "menu/list", &json!({})).await;
        }
        assert_eq!(status, 200, "{answer}");
        faulty.wechat.forget_calls();
        faulty
    }

    /// The platform, calling one of the worker's accounts.
    pub(crate) fn platform(&self, mode: Mode, path: &str) -> Sender {
        Sender::new(account(), mode, self.url(path)).expect("a sender")
    }

    /// What a user sees after saying something to the default account in secure mode.
    pub(crate) async fn say(&self, text: &str) -> Verdict {
        say(&self.platform(Mode::Secure, "/callback"), text).await.verdict
    }

    /// The log, once it says `text`: wrangler writes it behind the answer.
    pub(crate) async fn log_that_says(&self, text: &str) -> String {
        for _ in 0..100 {
            let log = self.log();
            if log.contains(text) {
                return log;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the log never says {text}:\n{}", self.log());
    }

    pub(crate) fn log(&self) -> String {
        ["state.log", "faulty.log", "unconfigured.log"]
            .iter()
            .map(|name| fs::read_to_string(self.folder.path().join(name)).unwrap_or_default())
            .collect()
    }
}

impl Faulty {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The platform, calling this worker's default account.
    pub(crate) fn platform(&self) -> Sender {
        Sender::new(account(), Mode::Secure, self.url("/callback")).expect("a sender")
    }

    /// A call of the JSON API with the root key: status and answer.
    pub(crate) async fn api(&self, client: &Client, path: &str, body: &Value) -> (u16, Value) {
        call(client, &self.url, ROOT, path, body).await
    }
}

async fn call(client: &Client, url: &str, key: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = client.post(format!("{url}/api/{path}")).bearer_auth(key).body(body.to_string());
    let response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    (status, serde_json::from_str(&response.text().await.expect("a body")).expect("JSON"))
}

pub(crate) async fn serve(platform: &Platform) -> Result<String, String> {
    let listener = api::listen(0).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    tokio::spawn(api::serve(listener, platform.clone()));
    Ok(format!("http://{address}"))
}

/// Delivers a text, as often as WeChat would.
pub(crate) async fn say(platform: &Sender, text: &str) -> Outcome {
    let message = sample::message("text").expect("a sample").with("Content", text);
    platform.deliver(&platform.address(message, OPENID)).await
}

pub(crate) fn account() -> Account {
    Account {
        app_id: AppId::parse(APP_ID).expect("an AppID"),
        original_id: ORIGINAL_ID.to_owned(),
        token: Secret::new(TOKEN),
        app_secret: Secret::new(APP_SECRET),
        encoding_aes_key: EncodingAesKey::parse(AES_KEY),
        root_api_key: None,
    }
}

/// The lines of a text reply.
pub(crate) fn text_of(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Reply(shown) => {
            assert_eq!(shown.msg_type, "text");
            shown.lines.join("\n")
        }
        other => panic!("{other}"),
    }
}

/// Status and the code and message of a JSON error.
pub(crate) async fn error_of(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let field = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (status, field("code"), field("message"))
}

fn secrets() -> String {
    let accounts = json!([
        { "name": "plain", "token": TOKEN },
        { "name": "strict", "token": TOKEN, "app_id": APP_ID, "encoding_aes_key": AES_KEY, "require_encryption": true },
        { "name": "rotating", "token": "newtoken", "previous_token": OLD_TOKEN, "app_id": APP_ID,
          "encoding_aes_key": AES_KEY, "previous_encoding_aes_key": OLD_AES_KEY },
        { "name": "second", "token": "secondtoken", "app_id": "wxffffffffffffffff",
          "encoding_aes_key": OLD_AES_KEY, "original_id": "gh_ffffffffffff" },
        { "name": "silent", "token": TOKEN },
        { "name": "refused", "token": TOKEN },
        { "name": "broken", "token": TOKEN, "encoding_aes_key": "SECRET-VALUE" },
    ]);
    format!(
        "WECHAT_APP_ID={APP_ID}\nWECHAT_TOKEN={TOKEN}\nWECHAT_ENCODING_AES_KEY={AES_KEY}\n\
         WECHAT_APP_SECRET={APP_SECRET}\nROOT_API_KEY={ROOT}\n\
         WECHAT_API_RELAY_SECRET={RELAY_SECRET}\n\
         WECHAT_ORIGINAL_ID={ORIGINAL_ID}\nACCOUNTS='{accounts}'\n"
    )
}

/// The shipped configuration, elsewhere, with a variable that is no text.
fn unconfigured_wrangler() -> String {
    let shipped = fs::read_to_string("wrangler.toml").expect("wrangler.toml");
    let here = fs::canonicalize(".").expect("this folder");
    let absolute = |path: &str| format!("{:?}", here.join(path).display().to_string());
    let moved = ["build/index.js", "public"]
        .iter()
        .fold(shipped, |toml, path| toml.replace(&format!("{path:?}"), &absolute(path)));
    moved + "\n[vars]\nWECHAT_REQUIRE_ENCRYPTION = true\n"
}

/// One rule for each reply type, found by its name, and a default that says what came.
fn published_rules() -> Value {
    let keyword =
        |name: &str, reply: Value| json!({ "when": { "keyword": { "exact": name } }, "reply": reply });
    let text = |content: &str| json!({ "msgtype": "text", "text": { "content": content } });
    let default = |content: &str| json!({ "when": { "default": {} }, "reply": text(content) });
    let article = json!({
        "title": "标题", "description": "摘要", "url": "https://example.com/a", "picurl": "https://example.com/a.jpg"
    });
    let rules = json!({ "version": 1, "rules": [
        keyword("text", text("第一行\n]]> & <b> 😀")),
        keyword("image", json!({ "msgtype": "image", "image": { "media_id": "M" } })),
        keyword("voice", json!({ "msgtype": "voice", "voice": { "media_id": "M" } })),
        keyword("video", json!({ "msgtype": "video", "video": { "media_id": "M", "title": "T" } })),
        keyword("music", json!({ "msgtype": "music", "music": { "thumb_media_id": "M" } })),
        keyword("news", json!({ "msgtype": "news", "news": { "articles": [article] } })),
        keyword("agent", json!({ "msgtype": "transfer_customer_service" })),
        keyword("ai", json!({ "msgtype": "transfer_biz_ai_ivr" })),
        keyword("silence", json!({ "msgtype": "silence" })),
        { "when": { "follow": {} }, "reply": text("欢迎") },
        { "when": { "click": { "key": "KEY_HELP" } }, "reply": { "msgtype": "news", "news": { "articles": [article, article] } } },
        { "when": { "scan": {} }, "reply": text("扫码") },
        default("收到"),
    ] });
    let publish = |account: &str, rules: Value| json!({ "key": PublishedSettings::key(account), "value": rules.to_string() });
    let refused = json!({ "version": 1, "rules": [default("")] });
    let only_default = |content: &str| json!({ "version": 1, "rules": [default(content)] });
    json!([
        publish("default", rules),
        publish("plain", only_default("明文")),
        publish("strict", only_default("安全")),
        publish("rotating", only_default("轮换")),
        publish("refused", refused),
        publish("second", only_default("第二个")),
    ])
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).expect("a temporary file");
}

/// All at once: one port let go could be handed out again.
fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("an address").port())
}
