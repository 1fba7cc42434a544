//! The built module in workerd itself, with its own files and its own simulated WeChat.
//!
//! It starts in a fifth of a second. Unlike under wrangler dev, its bindings fail on demand, its clock can be set
//! ahead, and it can be killed at any time.

mod database;
mod process;
mod setup;

use std::convert::Infallible;
use std::fs;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::future::join_all;
use mp_worker::settings::CachedSettings;
use reqwest::{Client, Response};
use sandbox::account::{Account, Mode};
use sandbox::api::{self, Platform};
use sandbox::document::Document;
use sandbox::http::client;
use sandbox::sample;
use sandbox::sender::{Outcome, Sender};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::accounts::{self, AES_KEY, APP_SECRET, RELAY_SECRET, ROOT, SIGNING_KEY, TOKEN, account};
use crate::folder::temporary_folder;
use crate::until::{TIMEOUT, until};

pub(crate) use setup::Setup;

use process::{Log, Process};

/// Secrets that must not appear in any log. The sandbox's access tokens begin with the last one.
const SECRETS: [&str; 7] = [TOKEN, AES_KEY, APP_SECRET, ROOT, SIGNING_KEY, RELAY_SECRET, "SANDBOX_"];

/// A running machine.
pub(crate) struct Machine {
    pub(crate) client: Client,
    /// WeChat's API, which only this machine calls.
    pub(crate) wechat: Platform,
    folder: TempDir,
    has_other_worker: bool,
    process: Process,
    log: Log,
    /// The offset of the clock from the real time.
    ahead: Duration,
    /// WeChat's callbacks to the default account, in plain mode.
    sender: Sender,
    /// Serves `wechat` until it is dropped.
    _serving: JoinSet<Infallible>,
}

impl Machine {
    /// A machine with one account, in plain mode, and without rules.
    pub(crate) async fn start() -> Self {
        Self::with(Setup::new()).await
    }

    /// A machine with the accounts and rules of [`accounts`].
    pub(crate) async fn with_accounts() -> Self {
        let setup = Setup::new().encrypted().accounts(&accounts::others());
        let machine = Self::with(setup.variable("WECHAT_API_RELAY_SECRET", RELAY_SECRET)).await;
        for (account, rules) in accounts::rules() {
            machine.publish(account, &rules).await;
        }
        machine
    }

    pub(crate) async fn with(setup: Setup) -> Self {
        let wechat = Platform::new(account());
        let listener = api::listen(0).await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let mut serving = JoinSet::new();
        serving.spawn(api::serve(listener, wechat.clone()));

        let folder = temporary_folder();
        let setup = setup.wechat_at(&base);
        setup.write(folder.path());
        let log = Log::default();
        let has_other_worker = setup.has_other_worker();
        let process = Process::start(folder.path(), has_other_worker, &log).await;
        let sender = sender(&process, account(), Mode::Plain, "/callback");
        let client = client(TIMEOUT).expect("a client");
        let ahead = Duration::ZERO;
        let machine =
            Self { client, wechat, folder, has_other_worker, process, log, ahead, sender, _serving: serving };
        machine.migrate().await;
        machine
    }

    /// Kills the process like a power failure, without finishing anything, and starts it again.
    pub(crate) async fn kill_and_restart(&mut self) {
        self.process.kill().await;
        self.process = Process::start(self.folder.path(), self.has_other_worker, &self.log).await;
        self.sender = sender(&self.process, account(), Mode::Plain, "/callback");
        self.set_clock(json!({ "ahead": milliseconds(self.ahead) })).await;
    }

    /// Sets the clocks of the worker and of WeChat's API ahead. Callbacks keep the real time: beyond ten minutes the
    /// worker rejects them as too old.
    pub(crate) async fn advance(&mut self, time: Duration) {
        self.ahead += time;
        self.wechat.advance(time);
        self.set_clock(json!({ "ahead": milliseconds(self.ahead) })).await;
    }

    /// The same, up to a point in time in Unix seconds, unless it is past.
    pub(crate) async fn advance_to(&mut self, seconds: i64) {
        let now = SystemTime::now() + self.ahead;
        let time = UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs());
        self.advance(time.duration_since(now).unwrap_or_default()).await;
    }

    /// Sets the worker's clock ahead while it serves a call.
    pub(crate) async fn advance_meanwhile(&self, time: Duration) {
        self.set_clock(json!({ "ahead": milliseconds(self.ahead + time) })).await;
    }

    /// Makes the module panic once, after it has read the clock `times` times.
    pub(crate) async fn panic_after(&self, times: u64) {
        self.set_clock(json!({ "panics_after": times })).await;
    }

    async fn set_clock(&self, order: Value) {
        self.control("clock", "/", &order).await;
        if self.has_other_worker && order.get("ahead").is_some() {
            self.control("other_clock", "/", &order).await;
        }
    }

    /// The resident memory of the process in KiB.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("Linux");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line");
        line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
    }

    /// The URL of one of the worker's paths.
    pub(crate) fn url(&self, path: &str) -> String {
        self.process.url("http", path)
    }

    /// The URL of one of the second worker's paths.
    pub(crate) fn url_elsewhere(&self, path: &str) -> String {
        self.process.url("other", path)
    }

    /// The worker's host and port.
    pub(crate) fn address(&self) -> String {
        self.url("").replace("http://", "")
    }

    /// A simulated WeChat that sends the callbacks of [`account`] to one of the worker's paths.
    pub(crate) fn platform(&self, mode: Mode, path: &str) -> Sender {
        self.platform_of(account(), mode, path)
    }

    /// A simulated WeChat that sends the callbacks of any account to one of the worker's paths.
    pub(crate) fn platform_of(&self, account: Account, mode: Mode, path: &str) -> Sender {
        sender(&self.process, account, mode, path)
    }

    /// Delivers a message once, and returns the status and the body. It is an error if the connection breaks, or if
    /// there is no response within five seconds.
    pub(crate) async fn post(&self, message: &Document) -> Result<(u16, String), String> {
        self.sender.post(&self.sender.sign(message)).await
    }

    /// Delivers a message as WeChat does: until it is answered, at most three times.
    pub(crate) async fn deliver(&self, message: &Document) -> Outcome {
        self.sender.deliver(message).await
    }

    /// A text that a user sends.
    pub(crate) fn text(&self, openid: &str, content: &str) -> Document {
        let sample = sample::message("text").expect("a sample");
        self.sender.address(sample.with("Content", content), openid)
    }

    /// An event of a user.
    pub(crate) fn event(&self, openid: &str, name: &str) -> Document {
        self.sender.address(sample::event(name).expect("a sample"), openid)
    }

    /// Calls the JSON API with the root key. Returns the status and the response.
    pub(crate) async fn api(&self, path: &str, body: &Value) -> (u16, Value) {
        self.api_as(ROOT, path, body).await
    }

    /// Calls the JSON API with any key.
    pub(crate) async fn api_as(&self, key: &str, path: &str, body: &Value) -> (u16, Value) {
        self.api_at("http", key, path, body).await
    }

    /// Calls the JSON API of the second worker with any key.
    pub(crate) async fn api_elsewhere(&self, key: &str, path: &str, body: &Value) -> (u16, Value) {
        self.api_at("other", key, path, body).await
    }

    /// The status of a call of the second worker with any key.
    pub(crate) async fn status_elsewhere(&self, key: &str, path: &str) -> u16 {
        self.api_elsewhere(key, path, &json!({})).await.0
    }

    async fn api_at(&self, socket: &str, key: &str, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(self.process.url(socket, &format!("/api/{path}"))).bearer_auth(key);
        let response = request.body(body.to_string()).send().await.expect("an answer");
        let status = response.status().as_u16();
        assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
        assert_eq!(response.headers()["cache-control"], "no-store");
        (status, serde_json::from_str(&response.text().await.expect("a body")).expect("JSON"))
    }

    /// The response to a call, which must succeed.
    pub(crate) async fn ok(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.api(path, &body).await;
        assert_eq!(status, 200, "{path} {body}: {answer}");
        answer
    }

    /// Creates a webhook with more options; returns the answer.
    pub(crate) async fn webhook(&self, url: &str, mode: &str, options: Value) -> Value {
        let mut webhook = json!({ "url": url, "mode": mode });
        webhook.as_object_mut().expect("an object").extend(options.as_object().expect("an object").clone());
        self.ok("webhook/create", json!({ "webhook": webhook })).await
    }

    /// The status and the error of a call, which must fail.
    pub(crate) async fn refused(&self, path: &str, body: Value) -> (u16, Value) {
        let (status, answer) = self.api(path, &body).await;
        assert!(status >= 400, "{path} {body}: {answer}");
        (status, answer["error"].clone())
    }

    /// Sends a `GET` request.
    pub(crate) async fn get(&self, path_and_query: &str) -> Response {
        self.client.get(self.url(path_and_query)).send().await.expect("an answer")
    }

    /// Runs the cron trigger `times` times at once, and waits for the runs.
    pub(crate) async fn cron(&self, at_once: usize) {
        let runs = (0..at_once).map(|_| self.client.get(self.process.url("trigger", "/")).send());
        for run in join_all(runs).await {
            let run: Value = body_of(run.expect("an answer")).await;
            assert_eq!(run["outcome"], "ok", "{run}");
        }
    }

    /// Puts rules into KV directly.
    pub(crate) async fn publish(&self, account: &str, rules: &Value) {
        self.put_kv(&CachedSettings::key(account), &rules.to_string()).await;
    }

    /// Puts a text into KV directly.
    pub(crate) async fn put_kv(&self, key: &str, value: &str) {
        let request = self.client.put(self.kv_url(key)).body(value.to_owned());
        let response = request.send().await.expect("an answer");
        assert!(response.status().is_success(), "{}", response.status());
    }

    /// Reads a text from KV.
    pub(crate) async fn kv(&self, key: &str) -> String {
        let response = self.client.get(self.kv_url(key)).send().await.expect("an answer");
        response.text().await.expect("a text")
    }

    fn kv_url(&self, key: &str) -> String {
        self.process.url("kv", &format!("/{}?urlencoded=true", key.replace(':', "%3A")))
    }

    /// Everything that the worker and workerd have logged, as text.
    pub(crate) fn log(&self) -> String {
        self.log.text()
    }

    /// All lines that the worker has logged. A mark in each stream of the log shows that they are complete.
    pub(crate) async fn log_lines(&self) -> Vec<Value> {
        let marks = || self.log.lines().into_iter().filter(|line| line["event"] == "mark").count();
        let mark = marks();
        self.set_clock(json!({ "mark": mark })).await;
        until(async || match marks() {
            // One mark in each of the two streams.
            count if count == mark + 2 => Ok(()),
            count => Err(format!("{count} marks, not {}:\n{}", mark + 2, self.log())),
        })
        .await;
        self.log.lines().into_iter().filter(|line| line["event"] != "mark").collect()
    }

    /// Waits for a matching line of this event, because the log may be written after the response.
    pub(crate) async fn until_logged(&self, event: &str, fits: impl Fn(&Value) -> bool) -> Value {
        until(async || {
            let mut lines = self.log.lines().into_iter();
            let line = lines.find(|line| line["event"] == event && fits(line));
            line.ok_or_else(|| format!("no such {event} in the log:\n{}", self.log()))
        })
        .await
    }

    /// Sets the faults of D1; see `faults.js`.
    pub(crate) async fn d1_faults(&self, orders: Value) {
        self.faults("d1/orders", &orders).await;
    }

    /// Sets the faults of the spool; see `main.js`.
    pub(crate) async fn spool_faults(&self, orders: Value) {
        self.set_clock(json!({ "spool": orders })).await;
    }

    /// Sets the probabilities of faults of the spool.
    pub(crate) async fn spool_chaos(&self, chaos: Value) {
        self.set_clock(json!({ "spool_chaos": chaos })).await;
    }

    /// How many entries wait in the default account's spool, and how many are set aside.
    pub(crate) async fn spooled(&self) -> (i64, i64) {
        let answer = self.control("clock", "/", &json!({ "spool_ask": "status" })).await;
        let status: Value = serde_json::from_str(&answer).expect("JSON");
        (status["waiting"].as_i64().expect("a number"), status["set_aside"].as_i64().expect("a number"))
    }

    /// What the objects of assistants have cost since the last call; see `main.js`.
    pub(crate) async fn object_costs(&self) -> Value {
        let answer = self.control("clock", "/", &json!({ "objects": true })).await;
        serde_json::from_str(&answer).expect("JSON")
    }

    /// Runs the alarm of the default account's spool now, and waits for the run.
    pub(crate) async fn spool_alarm(&self) {
        self.set_clock(json!({ "spool_alarm": "default" })).await;
    }

    /// Sends an order to `faults.js`, and returns the response.
    pub(crate) async fn faults(&self, what: &str, order: &Value) -> Value {
        let answer = self.control("faults", &format!("/{what}"), order).await;
        serde_json::from_str(&answer).expect("JSON")
    }

    async fn control(&self, socket: &str, path: &str, order: &Value) -> String {
        let request = self.client.post(self.process.url(socket, path)).body(order.to_string());
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        response.text().await.expect("a body")
    }
}

/// Prints the log of a failed test, and fails a test whose log contains a secret.
impl Drop for Machine {
    fn drop(&mut self) {
        let log = self.log();
        if thread::panicking() {
            eprintln!("The worker's log:\n{log}");
            return;
        }
        let leak = log.lines().find(|line| SECRETS.iter().any(|secret| line.contains(secret)));
        assert_eq!(leak, None, "a secret is in the log");
    }
}

/// The body of a JSON response.
pub(crate) async fn body_of(response: Response) -> Value {
    let text = response.text().await.expect("a body");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The status, code and message of a JSON error.
pub(crate) async fn error_of(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], "application/json; charset=utf-8");
    let body = body_of(response).await;
    let field = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (status, field("code"), field("message"))
}

fn sender(process: &Process, account: Account, mode: Mode, path: &str) -> Sender {
    Sender::new(account, mode, process.url("http", path)).expect("a sender")
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).expect("the time fits into 64 bits")
}
