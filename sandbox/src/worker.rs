//! Runs the built worker on this machine with `wrangler dev`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};

use crate::http::{PATIENCE, client};

/// How to run the worker.
#[derive(Debug, Clone)]
pub struct Settings {
    /// A configuration file that replaces `wrangler.toml`.
    pub config: Option<PathBuf>,
    /// The port that the worker listens on.
    pub port: u16,
    /// The directory where KV and D1 store their files.
    pub state: PathBuf,
    /// A file of secrets that replaces `.dev.vars`.
    pub secrets: Option<PathBuf>,
    /// Variables that override all others.
    pub variables: Vec<(String, String)>,
    /// A file for wrangler's output. If this is `None`, the output goes to the terminal.
    pub output: Option<PathBuf>,
}

/// A running worker. Dropping it kills the process; [`Worker::stop`] also waits until the process exits.
#[derive(Debug)]
pub struct Worker {
    process: Child,
    group: Pid,
    url: String,
}

/// How long to wait until the worker responds.
const START: Duration = Duration::from_mins(1);
/// How long to wait until wrangler exits after SIGTERM.
const END: Duration = Duration::from_secs(10);

impl Worker {
    /// Starts wrangler and waits until the worker responds.
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
            .ok_or("wrangler exited immediately")?;
        let mut worker = Self { process, group, url: format!("http://127.0.0.1:{}", settings.port) };
        match timeout(START, worker.until_it_answers()).await {
            Ok(Ok(())) => Ok(worker),
            Ok(Err(reason)) => Err(reason + &said(settings)),
            Err(_) => {
                Err(format!("the worker did not respond within {} seconds", START.as_secs())
                    + &said(settings))
            }
        }
    }

    /// The URL of the worker, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until wrangler exits.
    pub async fn ended(&mut self) -> String {
        match self.process.wait().await {
            Ok(status) => format!("wrangler exited: {status}"),
            Err(error) => format!("wrangler exited: {error}"),
        }
    }

    /// Stops wrangler and its child processes, and waits until they exit. An interrupt kills them at once.
    pub async fn stop(mut self) {
        // Only wrangler gets the signal: it stops its own child processes. An error means that wrangler has exited.
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
                return Err(format!("wrangler exited before the worker responded: {status}"));
            }
            if client.get(&url).send().await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Kills the whole process group without waiting.
    pub fn kill(&self) {
        // An error means that no process is left.
        let _ = kill_process_group(self.group, Signal::KILL);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits for a signal to exit: SIGINT, SIGTERM or SIGHUP.
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

/// Returns wrangler's output if it was written to a file.
fn said(settings: &Settings) -> String {
    let output = settings.output.as_ref().and_then(|file| fs::read_to_string(file).ok());
    output.map(|text| format!("; its output was:\n{text}")).unwrap_or_default()
}

/// Writes the keys and values of a file in wrangler's bulk format to the local KV namespace.
pub async fn fill_kv(state: &Path, bulk_file: &Path) -> Result<(), String> {
    let mut command = wrangler();
    command
        .args(["kv", "bulk", "put", "--local", "--binding", "KV", "--persist-to"])
        .arg(state)
        .arg(bulk_file);
    finish(command, "fill KV").await
}

/// Migrates the local D1 database to the latest schema.
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
    Err(format!("wrangler failed to {what}: {}", String::from_utf8_lossy(&said)))
}

/// Returns a command for the pinned wrangler. `node_modules/.bin` comes first in PATH, so that wrangler runs with the
/// pinned Node.js.
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

#[allow(clippy::needless_pass_by_value, reason = "map_err passes the error by value")]
fn not_installed(error: std::io::Error) -> String {
    format!("cannot start wrangler ({error}); `make dev` and `make test` install it")
}
