//! The workerd process, its ports and its log.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::until::TIMEOUT;

/// The names of the sockets in `config.capnp`.
const SOCKETS: [&str; 6] = ["http", "trigger", "sql", "kv", "faults", "clock"];
/// The names of the sockets of a second worker.
const OTHER_SOCKETS: [&str; 2] = ["other", "other_clock"];

/// A running workerd process. Dropping it kills the process.
pub(super) struct Process {
    child: Child,
    ports: BTreeMap<String, u16>,
}

/// The output of a machine, across restarts. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<String>>);

impl Process {
    /// Starts workerd in a folder with `config.capnp`, and waits until it listens.
    pub(super) async fn start(folder: &Path, has_other_worker: bool, log: &Log) -> Self {
        let expected =
            if has_other_worker { [&SOCKETS[..], &OTHER_SOCKETS].concat() } else { SOCKETS.to_vec() };
        let mut child = Command::new(workerd())
            .args(["serve", "--experimental", "config.capnp", "--control-fd=1"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("workerd starts");
        tokio::spawn(
            log.clone().take(BufReader::new(child.stderr.take().expect("the standard error")).lines()),
        );
        let mut lines = BufReader::new(child.stdout.take().expect("the standard output")).lines();
        let mut ports = BTreeMap::new();
        while !expected.iter().all(|socket| ports.contains_key(*socket)) {
            let line = timeout(TIMEOUT, lines.next_line()).await.expect("workerd starts in time");
            let line =
                line.expect("the standard output").unwrap_or_else(|| panic!("workerd ended: {}", log.text()));
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            if let (Some(socket), Some(port)) = (event["socket"].as_str(), event["port"].as_u64()) {
                ports.insert(socket.to_owned(), u16::try_from(port).expect("a port"));
            }
        }
        tokio::spawn(log.clone().take(lines));
        Self { child, ports }
    }

    pub(super) fn url(&self, socket: &str, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.ports[socket])
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id().expect("workerd is running")
    }

    /// Kills the process, and waits until it has ended.
    pub(super) async fn kill(&mut self) {
        self.child.kill().await.expect("workerd is killed");
    }
}

impl Log {
    /// The whole output.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The JSON lines, which come from the worker.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    async fn take(self, mut lines: tokio::io::Lines<BufReader<impl AsyncRead + Unpin>>) {
        while let Ok(Some(line)) = lines.next_line().await {
            let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    }
}

/// The workerd binary for this platform, which wrangler depends on.
fn workerd() -> PathBuf {
    let folder = fs::read_dir("node_modules/@cloudflare").expect("`make test` installs workerd");
    let package = folder
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("workerd-")));
    let binary = package.expect("workerd for this platform").join("bin/workerd");
    fs::canonicalize(binary).expect("workerd")
}
