//! `make dev`: runs the sandbox and the worker until Ctrl-C.

use std::convert::Infallible;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use mp_worker::config::DEFAULT_ACCOUNT;
use mp_worker::settings::{CachedSettings, Settings as Published};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::account::Account;
use crate::api::{self, Platform};
use crate::http::client;
use crate::worker::{Settings, Worker, fill_kv, interrupted, migrate};

/// The options of `dev`.
#[derive(Debug, Clone, clap::Args)]
pub struct Dev {
    /// The worker's port
    #[arg(long, env = "PORT", default_value_t = 8787)]
    port: u16,
    /// The reply rules to publish
    #[arg(long, env = "RULES", default_value = "rules.example.json")]
    rules: String,
}

/// The same interval as in `wrangler.toml`.
const BETWEEN_CRON_TRIGGERS: Duration = Duration::from_mins(2);
const STATE: &str = ".dev/state";
const BULK: &str = ".dev/kv.json";
const SECRETS: &str = ".dev.vars";
const EXAMPLE: &str = ".dev.vars.example";

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
    let listener = api::listen(sandbox_port)
        .await
        .map_err(|error| format!("{error}; choose another port with `make dev SANDBOX_PORT=8798`"))?;
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
        ],
        output: None,
    };
    let worker = worker.insert(Worker::start(&settings).await?);
    greet(dev, sandbox_port, &account, worker.url());
    let url = worker.url().to_owned();
    tokio::select! {
        never = api::serve(listener, Platform::new(account)) => match never {},
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
    fs::create_dir_all(STATE).map_err(|error| format!("{STATE}: {error}"))?;
    if !Path::new(SECRETS).exists() {
        fs::copy(EXAMPLE, SECRETS).map_err(|error| format!("cannot copy {EXAMPLE}: {error}"))?;
        println!("Created {SECRETS} from {EXAMPLE}.");
    }
    Ok(())
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
    }
    let (key, value) = (CachedSettings::key(DEFAULT_ACCOUNT), document.to_string());
    let bulk = json!([{ "key": key, "value": value }]).to_string();
    println!("Publishing {rules} to the local KV namespace.");
    fs::write(BULK, bulk).map_err(|error| format!("{BULK}: {error}"))?;
    fill_kv(Path::new(STATE), Path::new(BULK)).await
}

/// Reads a rules document and checks it as the worker does.
pub fn read_rules(file: &Path) -> Result<String, String> {
    let name = file.display();
    let document = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    Published::parse(&document).map_err(|invalid| format!("{name} is refused: {invalid}"))?;
    Ok(document)
}

fn greet(dev: &Dev, sandbox_port: u16, account: &Account, url: &str) {
    let root = account.root_api_key.as_ref().map_or("<ROOT_API_KEY>", |key| key.expose());
    let mode = if account.encoding_aes_key.is_some() { "secure" } else { "plain" };
    let to = if dev.port == 8787 { String::new() } else { format!("--to {url}/callback ") };
    let api = if sandbox_port == 8788 { String::new() } else { format!("--sandbox-port {sandbox_port} ") };
    println!(
        "
The worker   {url}/callback
The sandbox  http://127.0.0.1:{}  (as api.weixin.qq.com)
The account  {} ({}), {mode} mode, from {SECRETS}
The rules    {}, until they are changed over the API

In another terminal, try:

  cargo run -q -p sandbox -- {to}{api}say 你好
  curl -d '{{}}' -H 'Authorization: Bearer {root}' {url}/api/account/check

Press Ctrl-C to stop.
",
        sandbox_port,
        account.app_id.as_str(),
        account.original_id,
        dev.rules,
    );
}
