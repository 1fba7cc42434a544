//! The built module in workerd itself, with something between it and D1 and its queue that fails on demand.
//!
//! It starts in a fifth of a second and can be killed at any time, which wrangler dev cannot.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use futures_util::future::join_all;
use mp_worker::settings::PublishedSettings;
use mp_worker::sql::{Parameter, Statement};
use reqwest::Client;
use sandbox::account::Mode;
use sandbox::document::Document;
use sandbox::http::client;
use sandbox::sample;
use sandbox::sender::{Outcome, Sender};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::world::{APP_ID, APP_SECRET, ROOT, account};

/// Long enough for anything here on a busy machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(30);
const KEEPS_NOTHING: &str = r#"(name = "RETENTION_DAYS", text = "0"),"#;
const QUEUE: &str = r#"(name = "INBOX", queue = (name = "queue-faults")),"#;

/// A running machine with its own files.
pub(crate) struct Machine {
    pub(crate) client: Client,
    folder: TempDir,
    process: Child,
    ports: BTreeMap<String, u16>,
    /// WeChat, calling this machine in plain mode.
    platform: Sender,
}

/// What D1 charged for a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cost {
    pub(crate) sql: String,
    pub(crate) read: u64,
    pub(crate) written: u64,
}

impl Machine {
    /// A machine with an empty inbox.
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// The same, with this as WeChat's API.
    pub(crate) async fn with_wechat(base: &str) -> Self {
        let variables = [
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_APP_SECRET", APP_SECRET),
            ("WECHAT_API_BASE", base),
            ("WECHAT_MP_BASE", base),
        ];
        let bindings = variables.map(|(name, value)| format!("(name = \"{name}\", text = \"{value}\"),"));
        Self::with(&bindings.concat()).await
    }

    /// The same, where messages are not kept.
    pub(crate) async fn that_keeps_nothing() -> Self {
        Self::with(KEEPS_NOTHING).await
    }

    /// The same, whose module panics after it has asked the time so often: what is thrown there leaves it as a panic does.
    pub(crate) async fn that_panics(after: usize) -> Self {
        let panic = format!(
            "const now = Date.now; let left = {after}; Date.now = () => {{ \
             if (left-- === 0) throw new WebAssembly.RuntimeError(\"unreachable\"); return now(); }};"
        );
        Self::of(KEEPS_NOTHING, &panic).await
    }

    /// The same, with the queue bound.
    pub(crate) async fn with_queue() -> Self {
        Self::with(QUEUE).await
    }

    async fn with(bindings: &str) -> Self {
        Self::of(bindings, "").await
    }

    /// `before` is JavaScript that runs before the module's own.
    async fn of(bindings: &str, before: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let path = folder.path();
        for state in ["d1", "kv", "blobs", "queues", "keeper"] {
            fs::create_dir_all(path.join("state").join(state)).expect("a folder");
        }
        fs::copy("build/index_bg.wasm", path.join("index_bg.wasm")).expect("the built module");
        let entry = fs::read_to_string("build/index.js").expect("the built module");
        fs::write(path.join("index.js"), format!("{before}\n{entry}")).expect("a file");
        fs::write(path.join("faults.js"), include_str!("faults.js")).expect("a file");
        fs::write(path.join("trigger.js"), include_str!("trigger.js")).expect("a file");
        let config = include_str!("config.capnp").replace("# What else this machine is bound to.", bindings);
        fs::write(path.join("config.capnp"), config).expect("a file");

        let (process, ports) = spawn(path).await;
        let platform = platform(&ports);
        let client = client(PATIENCE).expect("a client");
        let machine = Self { client, folder, process, ports, platform };
        for file in migrations() {
            machine.sql(&fs::read_to_string(file).expect("a migration"), &[]).await;
        }
        machine
    }

    /// As a power cut would: nothing that is under way comes to its end.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.process.kill().await.expect("it is killed");
        (self.process, self.ports) = spawn(self.folder.path()).await;
        self.platform = platform(&self.ports);
    }

    /// Kilobytes that the process holds in memory.
    pub(crate) fn resident_kib(&self) -> u64 {
        let id = self.process.id().expect("it runs");
        let status = fs::read_to_string(format!("/proc/{id}/status")).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    }

    pub(crate) fn url(&self, socket: &str, path: &str) -> String {
        url(&self.ports, socket, path)
    }

    /// Delivers once: status and body; an error is a connection that broke.
    pub(crate) async fn post(&self, message: &Document) -> Result<(u16, String), String> {
        self.platform.post(&self.platform.sign(message)).await
    }

    /// Delivers as WeChat does: until it is answered, three times at most.
    pub(crate) async fn deliver(&self, message: &Document) -> Outcome {
        self.platform.deliver(message).await
    }

    /// A user's text, to be delivered.
    pub(crate) fn text(&self, openid: &str, content: &str) -> Document {
        let sample = sample::message("text").expect("a sample");
        self.platform.address(sample.with("Content", content), openid)
    }

    /// An event of a user's, to be delivered.
    pub(crate) fn event(&self, openid: &str, name: &str) -> Document {
        self.platform.address(sample::event(name).expect("a sample"), openid)
    }

    /// A call of the JSON API with the root key.
    pub(crate) async fn api(&self, path: &str, body: &Value) -> (u16, Value) {
        let url = self.url("http", &format!("/api/{path}"));
        let request = self.client.post(url).bearer_auth(ROOT).body(body.to_string());
        let response = request.send().await.expect("an answer");
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.expect("a body")).expect("JSON"))
    }

    /// Runs the cron trigger to its end, as often at once as asked.
    pub(crate) async fn cron(&self, at_once: usize) {
        let runs = (0..at_once).map(|_| self.client.get(self.url("trigger", "/")).send());
        for run in join_all(runs).await {
            assert_eq!(run.expect("an answer").status(), 200);
        }
    }

    /// Rows of D1 as it stands, past everything that fails.
    pub(crate) async fn sql(&self, sql: &str, parameters: &[Value]) -> Vec<Value> {
        let result = self.execute(sql, parameters).await;
        result["results"].as_array().cloned().unwrap_or_default()
    }

    /// What D1 charges for a statement of ours.
    pub(crate) async fn cost(&self, statement: &Statement) -> Cost {
        let parameters: Vec<Value> = statement
            .parameters
            .iter()
            .map(|parameter| match parameter {
                Parameter::Text(text) => text.as_str().into(),
                Parameter::Integer(number) => (*number).into(),
                Parameter::Null => Value::Null,
            })
            .collect();
        let result = self.execute(statement.sql, &parameters).await;
        cost(&result["meta"], statement.sql)
    }

    async fn execute(&self, sql: &str, parameters: &[Value]) -> Value {
        let body = json!({ "sql": sql, "params": parameters }).to_string();
        let request = self.client.post(self.url("sql", "/execute")).body(body);
        let answer = request.send().await.expect("an answer").text().await.expect("a body");
        let results: Value = serde_json::from_str(&answer).expect("JSON");
        let result = results.as_array().and_then(|results| results.last().cloned()).unwrap_or(results);
        assert_eq!(result["success"], true, "{sql}: {result}");
        result
    }

    /// The first column of the only row.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let rows = self.sql(sql, &[]).await;
        rows[0].as_object().and_then(|row| row.values().next()?.as_i64()).expect("a number")
    }

    /// Waits for something that happens behind an answer.
    pub(crate) async fn until(&self, sql: &str, expected: i64) {
        let mut found = self.number(sql).await;
        for _ in 0..300 {
            if found == expected {
                return;
            }
            sleep(Duration::from_millis(100)).await;
            found = self.number(sql).await;
        }
        panic!("{sql}: {found}, not {expected}");
    }

    pub(crate) async fn publish(&self, rules: &Value) {
        self.put_kv(&PublishedSettings::key("default"), &rules.to_string()).await;
    }

    /// Puts a text into KV, past the worker.
    pub(crate) async fn put_kv(&self, key: &str, value: &str) {
        let url = self.kv_url(key);
        let response = self.client.put(url).body(value.to_owned()).send().await.expect("an answer");
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// What KV holds.
    pub(crate) async fn kv(&self, key: &str) -> String {
        let response = self.client.get(self.kv_url(key)).send().await.expect("an answer");
        response.text().await.expect("a text")
    }

    fn kv_url(&self, key: &str) -> String {
        self.url("kv", &format!("/{}?urlencoded=true", key.replace(':', "%3A")))
    }

    /// What D1 does wrong from now on; see `faults.js`.
    pub(crate) async fn d1_faults(&self, orders: Value) {
        self.control("d1-faults", "orders", orders).await;
    }

    pub(crate) async fn queue_faults(&self, orders: Value) {
        self.control("queue-faults", "orders", orders).await;
    }

    pub(crate) async fn chaos(&self, socket: &str, chaos: Value) {
        self.control(socket, "chaos", chaos).await;
    }

    /// What D1 charged the worker since it was asked last.
    pub(crate) async fn costs(&self) -> Vec<Cost> {
        let report = self.control("d1-faults", "meter", Value::Null).await;
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let meter = report["meter"].as_array().expect("a list");
        meter
            .iter()
            .map(|entry| Cost {
                sql: entry["sql"].as_str().unwrap_or_default().to_owned(),
                read: entry["read"].as_u64().unwrap_or_default(),
                written: entry["written"].as_u64().unwrap_or_default(),
            })
            .collect()
    }

    async fn control(&self, socket: &str, what: &str, body: Value) -> String {
        let url = self.url(socket, &format!("/control/{what}"));
        let response = self.client.post(url).body(body.to_string()).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        response.text().await.expect("a body")
    }
}

fn url(ports: &BTreeMap<String, u16>, socket: &str, path: &str) -> String {
    format!("http://127.0.0.1:{}{path}", ports[socket])
}

fn platform(ports: &BTreeMap<String, u16>) -> Sender {
    Sender::new(account(), Mode::Plain, url(ports, "http", "/callback")).expect("a sender")
}

fn cost(meta: &Value, sql: &str) -> Cost {
    let rows = |name: &str| meta[name].as_u64().expect("D1 says what it charges");
    Cost { sql: sql.to_owned(), read: rows("rows_read"), written: rows("rows_written") }
}

fn migrations() -> Vec<PathBuf> {
    let folder = fs::read_dir("migrations").expect("the migrations");
    let mut files: Vec<_> = folder.map(|file| file.expect("a file").path()).collect();
    files.sort();
    files
}

/// Starts workerd; it says on which ports it listens.
async fn spawn(folder: &Path) -> (Child, BTreeMap<String, u16>) {
    let log = fs::OpenOptions::new().create(true).append(true).open(folder.join("log")).expect("a log");
    let mut process = Command::new(workerd())
        .args(["serve", "--experimental", "config.capnp", "--control-fd=1"])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .expect("workerd starts");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    let mut ports = BTreeMap::new();
    while ports.len() < 6 {
        let line = timeout(PATIENCE, lines.next_line()).await.expect("it starts in time");
        let line = line.expect("its output").expect("it runs");
        let event: Value = serde_json::from_str(&line).unwrap_or_default();
        if let (Some(socket), Some(port)) = (event["socket"].as_str(), event["port"].as_u64()) {
            ports.insert(socket.to_owned(), u16::try_from(port).expect("a port"));
        }
    }
    // A pipe that nobody empties would stop it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    (process, ports)
}

/// The binary that wrangler brings for this platform.
fn workerd() -> PathBuf {
    let folder = fs::read_dir("node_modules/@cloudflare").expect("`make test` installs it");
    let package = folder
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("workerd-")));
    let binary = package.expect("workerd for this platform").join("bin/workerd");
    fs::canonicalize(binary).expect("workerd")
}
