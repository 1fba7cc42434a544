//! `make dev`: runs the sandbox and the worker until Ctrl-C.

use std::convert::Infallible;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use mp_worker::config::DEFAULT_ACCOUNT;
use mp_worker::rules::RuleWarning;
use mp_worker::secret::Secret;
use mp_worker::settings::{CachedSettings, Document, Settings as Published};
use mp_worker::time::Timestamp;
use serde_json::{Map, Value, json};
use tokio::time::sleep;

use crate::account::Account;
use crate::api::{self, Platform};
use crate::dev_vars;
use crate::http::{PATIENCE, client, describe};
use crate::model::{self, ModelProvider};
use crate::sender::now_in_seconds;
use crate::worker::{Settings, Worker, fill_kv, interrupted, migrate};

/// The options of `dev`.
#[derive(Debug, Clone, clap::Args)]
pub struct Dev {
    /// The worker's port
    #[arg(long, env = "PORT", default_value_t = 8787)]
    port: u16,
    /// The reply rules to publish, until the first change over the API
    #[arg(long, env = "RULES", default_value = "rules.example.json")]
    rules: String,
    /// The port of the simulated provider of language models
    #[arg(long, env = "MODEL_PORT", default_value_t = 8090)]
    model_port: u16,
    /// Delete what the worker has stored: messages, rules, webhooks and keys
    #[arg(long, env = "RESET", value_parser = FalseyValueParser::new())]
    reset: bool,
}

/// The same interval as in `wrangler.toml`.
const BETWEEN_CRON_TRIGGERS: Duration = Duration::from_mins(2);
const STATE: &str = ".dev/state";
const BULK: &str = ".dev/kv.json";
const SECRETS: &str = ".dev.vars";

/// Starts the worker and the sandbox, which listens on `sandbox_port`, prints their addresses, and stops both on Ctrl-C.
pub async fn run(dev: &Dev, sandbox_port: u16) -> Result<(), String> {
    let mut worker = None;
    let outcome = tokio::select! {
        () = interrupted() => Ok(()),
        outcome = start_and_serve(dev, sandbox_port, &mut worker) => outcome,
    };
    if let Some(worker) = worker {
        worker.stop().await;
        println!("\nStopped the worker and the sandbox.");
    }
    outcome
}

async fn start_and_serve(dev: &Dev, sandbox_port: u16, worker: &mut Option<Worker>) -> Result<(), String> {
    prepare()?;
    let account = Account::read_file(Path::new(SECRETS))?;
    ensure_free(dev.port)?;
    reset(dev)?;
    let listener = api::listen(sandbox_port)
        .await
        .map_err(|error| format!("{error}; choose another port with `make dev SANDBOX_PORT=8798`"))?;
    let model = model::listen(([127, 0, 0, 1], dev.model_port).into())
        .await
        .map_err(|error| format!("{error}; choose another port with `make dev MODEL_PORT=8091`"))?;
    println!("Applying the migrations to the local D1 database.");
    migrate(Path::new(STATE)).await?;
    publish(&dev.rules).await?;

    let settings = Settings {
        config: None,
        port: dev.port,
        state: STATE.into(),
        secrets: None,
        variables: vec![
            ("WECHAT_API_BASE".to_owned(), format!("http://127.0.0.1:{sandbox_port}")),
            ("WEBHOOK_ALLOW_PRIVATE".to_owned(), "true".to_owned()),
            ("AI_SANDBOX".to_owned(), format!("http://127.0.0.1:{}/v1 sandbox", dev.model_port)),
        ],
        output: None,
    };
    let worker = worker.insert(Worker::start(&settings).await?);
    let rules = rules_in_force(dev, &account, worker.url()).await?;
    let console = console_link(&account, worker.url()).await?;
    greet(dev, sandbox_port, &account, worker.url(), &rules, &console);
    let url = worker.url().to_owned();
    tokio::select! {
        never = api::serve(listener, Platform::new(account).displayed()) => match never {},
        never = model::serve(model, ModelProvider::default()) => match never {},
        never = run_cron_triggers(&url) => match never? {},
        reason = worker.ended() => Err(reason),
    }
}

/// Runs the cron triggers, because `wrangler dev` does not.
async fn run_cron_triggers(url: &str) -> Result<Infallible, String> {
    let client = client(BETWEEN_CRON_TRIGGERS)?;
    loop {
        // The worker logs its own failures, and the next trigger runs anyway.
        let _ = client.get(format!("{url}/cdn-cgi/local/scheduled")).send().await;
        sleep(BETWEEN_CRON_TRIGGERS).await;
    }
}

fn prepare() -> Result<(), String> {
    dev_vars::prepare(Path::new(SECRETS))
}

/// Creates the directory of the worker's data, empty if that is wanted.
fn reset(dev: &Dev) -> Result<(), String> {
    let failed = |error: io::Error| format!("{STATE}: {error}");
    if dev.reset && Path::new(STATE).exists() {
        fs::remove_dir_all(STATE).map_err(failed)?;
        println!("Deleted what the worker had stored.");
    }
    fs::create_dir_all(STATE).map_err(failed)
}

/// Fails if the port is in use, because wrangler would silently use the next one.
fn ensure_free(port: u16) -> Result<(), String> {
    TcpListener::bind(("127.0.0.1", port)).map(drop).map_err(|error| {
        let other = port.saturating_add(10);
        format!("cannot listen on port {port} ({error}); choose another port with `make dev PORT={other}`")
    })
}

/// Writes the rules to the local KV without a version, so that changes made over the API take precedence over them.
async fn publish(rules: &str) -> Result<(), String> {
    let document = read_rules(Path::new(rules))?;
    let mut document: Value = serde_json::from_str(&document).map_err(|error| format!("{rules}: {error}"))?;
    if let Some(fields) = document.as_object_mut() {
        fields.remove("version");
        add_assistant(fields);
    }
    let (key, value) = (CachedSettings::key(DEFAULT_ACCOUNT), document.to_string());
    let bulk = json!([{ "key": key, "value": value }]).to_string();
    println!("Publishing {rules} to the local KV namespace.");
    fs::write(BULK, bulk).map_err(|error| format!("{BULK}: {error}"))?;
    fill_kv(Path::new(STATE), Path::new(BULK)).await
}

/// Adds an assistant that the simulated provider answers, and a rule that asks it about texts that begin with `AI`.
fn add_assistant(document: &mut Map<String, Value>) {
    let assistant = json!({ "name": "sandbox", "model": { "provider": "sandbox", "model": "sandbox" } });
    let rule =
        json!({ "id": "r_ai", "name": "AI", "when": { "keyword": { "prefix": "AI" } }, "ask": "sandbox" });
    document.entry("assistants").or_insert_with(|| json!([assistant]));
    if let Some(rules) = document.get_mut("rules").and_then(Value::as_array_mut) {
        rules.insert(0, rule);
    }
}

/// Says which rules the worker uses: those of the file, or a version that was made over the API of an earlier run.
async fn rules_in_force(dev: &Dev, account: &Account, url: &str) -> Result<String, String> {
    let rules = &dev.rules;
    let of_the_file = format!("{rules}, until they are changed over the API");
    // Without the key, the API is closed.
    let Some(key) = &account.root_api_key else { return Ok(of_the_file) };
    let body = call(url, key, "rule/list", r#"{"limit": 1}"#).await?;
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    Ok(match answer.get("version").and_then(Value::as_u64) {
        None => format!("unknown: {body}"),
        Some(0) => of_the_file,
        Some(version) => format!(
            "version {version}, made over the API, and not {rules}; `make dev RESET=1` deletes all that is stored"
        ),
    })
}

/// Returns the console's URL, with a ticket that signs in once.
async fn console_link(account: &Account, url: &str) -> Result<String, String> {
    let console = format!("{url}/console/");
    // Without the key, signing in is impossible.
    let Some(key) = &account.root_api_key else { return Ok(console) };
    let answer: Value =
        serde_json::from_str(&call(url, key, "session/ticket", "{}").await?).unwrap_or_default();
    Ok(match answer.get("ticket").and_then(Value::as_str) {
        Some(ticket) => format!("{console}#/sign-in?ticket={ticket}"),
        None => console,
    })
}

/// Calls the worker's JSON API, and returns the body of the response.
async fn call(url: &str, key: &Secret, name: &str, body: &'static str) -> Result<String, String> {
    let url = format!("{url}/api/{name}");
    let failed = |error| format!("{url}: {}", describe(&error, &url));
    let request = client(PATIENCE)?.post(&url).bearer_auth(key.expose()).body(body);
    request.send().await.map_err(failed)?.text().await.map_err(failed)
}

/// Reads a rules document and checks it as the worker does.
pub fn read_rules(file: &Path) -> Result<String, String> {
    let name = file.display();
    let document = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    Published::parse(&document).map_err(|invalid| match invalid.field.as_str() {
        "." => format!("{name} {}", invalid.complaint),
        _ => format!("{name} is refused: {}", invalid.message()),
    })?;
    Ok(document)
}

/// What is probably a mistake in a valid document.
#[must_use]
pub fn rule_warnings(document: &str) -> Vec<RuleWarning> {
    let now = Timestamp::from_seconds(now_in_seconds().parse().unwrap_or_default());
    Document::parse(document).and_then(|document| document.warnings(now)).unwrap_or_default()
}

fn greet(dev: &Dev, sandbox_port: u16, account: &Account, url: &str, rules: &str, console: &str) {
    let mode = if account.encoding_aes_key.is_some() { "secure" } else { "plain" };
    let to = if dev.port == 8787 { String::new() } else { format!("--to {url}/callback ") };
    let api = if sandbox_port == 8788 { String::new() } else { format!("--sandbox-port {sandbox_port} ") };
    println!(
        "
The console  {console}
The worker   {url}/callback
The sandbox  http://127.0.0.1:{}  (as api.weixin.qq.com)
The models   http://127.0.0.1:{}/v1  (the provider `sandbox` of assistants)
The account  {} ({}), {mode} mode, from {SECRETS}
The rules    {rules}

In another terminal, try:

  cargo run -q -p sandbox -- {to}{api}say 你好
  source {SECRETS} && curl -d '{{}}' -H \"Authorization: Bearer $ROOT_API_KEY\" {url}/api/account/check

The console's link signs in once, within ten minutes; after that, sign in with the ROOT_API_KEY of {SECRETS}.
Press Ctrl-C to stop.
",
        sandbox_port,
        dev.model_port,
        account.app_id.as_str(),
        account.original_id,
    );
}
