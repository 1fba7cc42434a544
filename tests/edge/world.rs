//! Workers under `wrangler dev`: one as it is shipped, one without configuration, and one without tables.
//! Each starts when a test first needs it. Tests share them, so each test has its own users and keys.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::id;
use std::sync::atomic::{AtomicU16, Ordering};

use mp_worker::settings::CachedSettings;
use reqwest::{Client, Response};
use sandbox::api::{self, Platform};
use sandbox::http::client;
use sandbox::worker::{Settings, Worker, fill_kv, migrate};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};

use crate::accounts::{APP_ID, APP_SECRET, ROOT, SIGNING_KEY, TOKEN, account, always};
use crate::folder::temporary_folder;
use crate::machine::body_of;
use crate::until::{TIMEOUT, until};

pub(crate) struct World {
    pub(crate) client: Client,
    /// WeChat's API, which the shipped worker calls in only one test.
    pub(crate) wechat: Platform,
    folder: TempDir,
    /// Serializes the starts: two wranglers that start at the same time choose the same internal ports.
    starting: Mutex<()>,
    shipped: OnceCell<Worker>,
    unconfigured: OnceCell<Worker>,
    unmigrated: OnceCell<Worker>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            client: client(TIMEOUT).expect("a client"),
            wechat: Platform::new(account()),
            folder: temporary_folder(),
            starting: Mutex::default(),
            shipped: OnceCell::new(),
            unconfigured: OnceCell::new(),
            unmigrated: OnceCell::new(),
        }
    }

    /// `wrangler.toml` unchanged, with secrets, tables and a rule.
    pub(crate) async fn shipped(&self) -> &Worker {
        self.shipped
            .get_or_init(async || {
                let listener = api::listen(0).await.expect("a port");
                let base = format!("http://{}", listener.local_addr().expect("an address"));
                tokio::spawn(api::serve(listener, self.wechat.clone()));
                let rule = json!([{ "key": CachedSettings::key("default"), "value": always("收到").to_string() }]);
                let rules = self.write("rules.json", &rule.to_string());
                let secrets = format!(
                    "WECHAT_APP_ID={APP_ID}\nWECHAT_APP_SECRET={APP_SECRET}\nWECHAT_TOKEN={TOKEN}\nROOT_API_KEY={ROOT}\n\
                     SIGNING_KEY={SIGNING_KEY}\n"
                );
                let variables = vec![("WECHAT_API_BASE".to_owned(), base)];
                let settings = Settings { variables, ..self.settings("shipped", &secrets) };
                let _starting = self.starting.lock().await;
                fill_kv(&settings.state, &rules).await.expect("rules in KV");
                migrate(&settings.state).await.expect("tables in D1");
                Worker::start(&settings).await.expect("wrangler starts")
            })
            .await
    }

    /// Without configuration, except for one variable that is not text.
    pub(crate) async fn unconfigured(&self) -> &Worker {
        self.unconfigured
            .get_or_init(async || {
                let config = shipped_config() + "\n[vars]\nWECHAT_REQUIRE_ENCRYPTION = true\n";
                let config = Some(self.write("unconfigured.toml", &config));
                let settings = Settings { config, ..self.settings("unconfigured", "UNRELATED=1\n") };
                let _starting = self.starting.lock().await;
                Worker::start(&settings).await.expect("wrangler starts")
            })
            .await
    }

    /// With an account written in TOML, and no tables.
    pub(crate) async fn unmigrated(&self) -> &Worker {
        self.unmigrated
            .get_or_init(async || {
                let accounts = format!("[[vars.ACCOUNTS]]\nname = \"toml\"\ntoken = {TOKEN:?}\n");
                let config = shipped_config() + "\n" + &accounts;
                let config = Some(self.write("unmigrated.toml", &config));
                let secrets = format!("ROOT_API_KEY={ROOT}\nSIGNING_KEY={SIGNING_KEY}\n");
                let settings = Settings { config, ..self.settings("unmigrated", &secrets) };
                let _starting = self.starting.lock().await;
                Worker::start(&settings).await.expect("wrangler starts")
            })
            .await
    }

    /// Stops the workers that were started, and prints their logs after a failure.
    pub(crate) async fn stop(self, has_failed: bool) {
        for (name, worker) in
            [("shipped", self.shipped), ("unconfigured", self.unconfigured), ("unmigrated", self.unmigrated)]
        {
            let Some(worker) = worker.into_inner() else { continue };
            worker.stop().await;
            if has_failed {
                let log = fs::read_to_string(self.folder.path().join(name).with_extension("log"));
                eprintln!("The log of the worker {name}, under wrangler:\n{}", log.unwrap_or_default());
            }
        }
    }

    pub(crate) async fn get(&self, url: &str) -> Response {
        self.client.get(url).send().await.expect("an answer")
    }

    /// Calls a worker's JSON API with the root key. Returns the status and the response.
    pub(crate) async fn api(&self, worker: &Worker, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(format!("{}/api/{path}", worker.url())).bearer_auth(ROOT);
        let response = request.body(body.to_string()).send().await.expect("an answer");
        (response.status().as_u16(), body_of(response).await)
    }

    /// Waits until the log of the worker without tables contains a text.
    pub(crate) async fn until_unmigrated_says(&self, text: &str) {
        let file = self.folder.path().join("unmigrated.log");
        until(async || {
            let log = fs::read_to_string(&file).unwrap_or_default();
            if log.contains(text) { Ok(()) } else { Err(format!("no {text} in the log:\n{log}")) }
        })
        .await;
    }

    fn settings(&self, name: &str, secrets: &str) -> Settings {
        Settings {
            config: None,
            port: free_port(),
            state: self.folder.path().join(name),
            secrets: Some(self.write(&format!("{name}.vars"), secrets)),
            variables: Vec::new(),
            output: Some(self.folder.path().join(name).with_extension("log")),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        fs::write(&file, text).expect("a temporary file");
        file
    }
}

/// `wrangler.toml` with paths that work from another folder.
fn shipped_config() -> String {
    let shipped = fs::read_to_string("wrangler.toml").expect("wrangler.toml");
    let here = fs::canonicalize(".").expect("this folder");
    let absolute = |path: &str| format!("{:?}", here.join(path).display().to_string());
    let paths = ["build/index.js", "public"];
    paths.iter().fold(shipped, |toml, path| toml.replace(&format!("{path:?}"), &absolute(path)))
}

/// A port below the ephemeral range, so that the system does not assign it to another test in the meantime, and each one
/// once: workers that start at the same time do not listen yet.
fn free_port() -> u16 {
    static USED: AtomicU16 = AtomicU16::new(0);
    let start = 20_000 + u16::try_from(id() % 100).expect("it is small") * 100;
    loop {
        let port = start + USED.fetch_add(1, Ordering::Relaxed);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
