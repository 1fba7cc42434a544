//! The built worker on this machine, under wrangler dev.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};

use crate::http::{PATIENCE, client};

/// How to run it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Another configuration than `wrangler.toml`.
    pub config: Option<PathBuf>,
    /// The port it listens on.
    pub port: u16,
    /// Where KV and D1 keep their files.
    pub state: PathBuf,
    /// A file of secrets that replaces `.dev.vars`.
    pub secrets: Option<PathBuf>,
    /// Variables that win over everything.
    pub variables: Vec<(String, String)>,
    /// A file for wrangler's output; `None` shows it.
    pub output: Option<PathBuf>,
}

/// A running worker. Dropping it kills it; [`Worker::stop`] also waits for its end.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    group: Pid,
    url: String,
}

/// How long wrangler may take until the worker answers.
const START: Duration = Duration::from_mins(1);
/// How long it may take to end by itself.
const END: Duration = Duration::from_secs(10);

impl Worker {
    /// Starts wrangler and waits until the worker answers.
    pub async fn start(settings: &Settings) -> Result<Self, String> {
        let mut command = wrangler();
        command
            .args(["dev", "--local", "--ip", "127.0.0.1", "--show-interactive-dev-session=false", "--port"])
            .arg(settings.port.to_string())
            .arg("--persist-to")
            .arg(&settings.state)
            .process_group(0);
        if let Some(config) = &settings.config {
            command.arg("--config").arg(config);
        }
        if let Some(secrets) = &settings.secrets {
            command.arg("--env-file").arg(secrets);
        }
        for (name, value) in &settings.variables {
            command.args(["--var", &format!("{name}:{value}")]);
        }
        if let Some(output) = &settings.output {
            let file = fs::File::create(output).map_err(|error| format!("{}: {error}", output.display()))?;
            let copy = file.try_clone().map_err(|error| error.to_string())?;
            command.stdout(file).stderr(copy);
        }
        let process = command.spawn().map_err(not_installed)?;
        let group = process
            .id()
            .and_then(|id| Pid::from_raw(id.try_into().ok()?))
            .ok_or("wrangler ended as soon as it started")?;
        let mut worker = Self { process, group, url: format!("http://127.0.0.1:{}", settings.port) };
        match timeout(START, worker.until_it_answers()).await {
            Ok(Ok(())) => Ok(worker),
            Ok(Err(reason)) => Err(reason + &said(settings)),
            Err(_) => {
                Err(format!("the worker did not answer within {} seconds", START.as_secs()) + &said(settings))
            }
        }
    }

    /// Where it listens, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until wrangler ends by itself.
    pub async fn ended(&mut self) -> String {
        match self.process.wait().await {
            Ok(status) => format!("wrangler ended: {status}"),
            Err(error) => format!("wrangler ended: {error}"),
        }
    }

    /// Ends wrangler and everything it started, and waits for it; an interruption hurries it.
    pub async fn stop(mut self) {
        // wrangler alone: it ends what it started, and waits for it. An error means that it has ended.
        let _ = kill_process(self.group, Signal::TERM);
        tokio::select! {
            _ = timeout(END, self.process.wait()) => {}
            () = interrupted() => {}
        }
        self.kill();
        self.ended().await;
    }

    async fn until_it_answers(&mut self) -> Result<(), String> {
        let (client, url) = (client(PATIENCE)?, format!("{}/healthz", self.url));
        loop {
            if let Ok(Some(status)) = self.process.try_wait() {
                return Err(format!("wrangler ended before the worker answered: {status}"));
            }
            if client.get(&url).send().await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Ends everything in the group at once, and does not wait.
    pub fn kill(&self) {
        // An error means that nothing is left to end.
        let _ = kill_process_group(self.group, Signal::KILL);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits until somebody wants this process to end: Ctrl-C, a closed terminal, or a polite kill.
pub async fn interrupted() {
    let wait = async |kind: SignalKind| match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending().await,
    };
    tokio::select! {
        () = wait(SignalKind::interrupt()) => {}
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()) => {}
    }
}

/// What wrangler said, where its output went to a file.
fn said(settings: &Settings) -> String {
    let output = settings.output.as_ref().and_then(|file| fs::read_to_string(file).ok());
    output.map(|text| format!("; it said:\n{text}")).unwrap_or_default()
}

/// Puts values into the local KV namespace, keys and values from a JSON file of wrangler's bulk format.
pub async fn fill_kv(state: &Path, bulk_file: &Path) -> Result<(), String> {
    let mut command = wrangler();
    command
        .args(["kv", "bulk", "put", "--local", "--binding", "KV", "--persist-to"])
        .arg(state)
        .arg(bulk_file);
    finish(command, "fill KV").await
}

/// Brings the local D1 database to the newest schema.
pub async fn migrate(state: &Path) -> Result<(), String> {
    let mut command = wrangler();
    command.args(["d1", "migrations", "apply", "DB", "--local", "--persist-to"]).arg(state);
    finish(command, "apply the migrations").await
}

async fn finish(mut command: Command, what: &str) -> Result<(), String> {
    let output =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().await.map_err(not_installed)?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!("wrangler could not {what}: {}", String::from_utf8_lossy(&said)))
}

/// wrangler as package.json pins it, with the Node that comes beside it.
fn wrangler() -> Command {
    let bin = Path::new("node_modules/.bin");
    let bin = fs::canonicalize(bin).unwrap_or_else(|_| bin.to_owned());
    let mut path = bin.clone().into_os_string();
    if let Some(inherited) = std::env::var_os("PATH") {
        path.push(":");
        path.push(inherited);
    }
    let mut command = Command::new(bin.join("wrangler"));
    command
        .env("PATH", path)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        .stdin(Stdio::null());
    command
}

#[allow(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn not_installed(error: std::io::Error) -> String {
    format!("wrangler does not start ({error}); `make dev` and `make test` install it")
}
