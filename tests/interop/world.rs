//! The built worker with the sandbox as WeChat: an account for the gateway, and one for each backend.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use reqwest::Client;
use sandbox::account::{Account, Mode};
use sandbox::api::{self, Platform};
use sandbox::http::client;
use sandbox::sender::Sender;
use sandbox::worker::{Settings, Worker, migrate};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const ROOT: &str = "interop-root-api-key-0123456789abc";
pub(crate) const SIGNING_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const TOKEN: &str = "interop";
/// Accounts in addition to the default one.
const ACCOUNTS: [&str; 3] = ["python", "node", "go"];
/// The Node.js that npm may have installed for wrangler.
pub(crate) const NODE: &str = "node_modules/.bin/node";
pub(crate) const PYTHON: &str = "tests/interop/.venv/bin/python";
/// Long enough for every operation, even on a busy machine. No test waits for it to pass.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(2);

pub(crate) struct World {
    pub(crate) client: Client,
    pub(crate) wechat: Platform,
    pub(crate) wechat_url: String,
    pub(crate) worker: Worker,
    folder: TempDir,
}

impl World {
    pub(crate) async fn start() -> Result<Self, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let wechat = Platform::new(account());
        let listener = api::listen(0).await?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        tokio::spawn(api::serve(listener, wechat.clone()));
        let wechat_url = format!("http://{address}");
        let worker = start_worker(&folder, &wechat_url).await?;
        Ok(Self { client: client(TIMEOUT)?, wechat, wechat_url, worker, folder })
    }

    pub(crate) async fn stop(self) {
        self.worker.stop().await;
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// A new folder that is deleted with the world.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).expect("a folder");
        folder
    }

    /// Calls the JSON API with the root key, and returns the response.
    pub(crate) async fn api(&self, account: &str, path: &str, body: &Value) -> Value {
        let url = format!("{}/api/{path}?account={account}", self.worker.url());
        let request = self.client.post(url).bearer_auth(ROOT).body(body.to_string());
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        let answer = response.text().await.expect("a body");
        assert_eq!(status, 200, "{path} {body}: {answer}");
        serde_json::from_str(&answer).expect("JSON")
    }

    /// A simulated WeChat that sends callbacks to an account of the worker.
    pub(crate) fn platform(&self, name: &str) -> Sender {
        let url = format!("{}/callback/{name}", self.worker.url());
        Sender::new(account(), Mode::Plain, url).expect("a sender")
    }
}

/// An unused port, because wrangler and the backends cannot choose one themselves.
pub(crate) fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("a free port").port()
}

fn account() -> Account {
    Account {
        app_id: AppId::parse(APP_ID).expect("an AppID"),
        original_id: "gh_0a1b2c3d4e5f".to_owned(),
        token: Secret::new(TOKEN),
        app_secret: Secret::new(APP_SECRET),
        encoding_aes_key: None::<EncodingAesKey>,
        root_api_key: None,
    }
}

async fn start_worker(folder: &TempDir, wechat: &str) -> Result<Worker, String> {
    let (state, secrets) = (folder.path().join("state"), folder.path().join("secrets"));
    let accounts = Value::from_iter(ACCOUNTS.map(|name| json!({ "name": name, "token": TOKEN })));
    let lines = format!(
        "WECHAT_APP_ID={APP_ID}\nWECHAT_TOKEN={TOKEN}\nWECHAT_APP_SECRET={APP_SECRET}\nROOT_API_KEY={ROOT}\n\
         SIGNING_KEY={SIGNING_KEY}\nACCOUNTS='{accounts}'\nWEBHOOK_ALLOW_PRIVATE=true\n"
    );
    fs::write(&secrets, lines).map_err(|error| error.to_string())?;
    migrate(&state).await?;
    let settings = Settings {
        config: None,
        port: free_port(),
        state,
        secrets: Some(secrets),
        variables: vec![
            ("WECHAT_API_BASE".to_owned(), wechat.to_owned()),
            ("WECHAT_MP_BASE".to_owned(), wechat.to_owned()),
        ],
        output: Some(folder.path().join("log")),
    };
    Worker::start(&settings).await
}
