//! A process that answers: workerd with one worker in it, or a peer. Dropping it ends it.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::cpu::CpuTime;

/// Longer than any of them takes to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks at a process that is coming to rest.
const BEAT: Duration = Duration::from_millis(40);
/// What a process at rest may use of a beat.
const REST: Duration = Duration::from_millis(1);

/// A running process.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    id: u32,
    ports: BTreeMap<String, u16>,
}

impl Server {
    /// workerd in a folder with its `config.capnp`, as soon as it says that it listens on so many sockets.
    pub(crate) async fn workerd(folder: &Path, sockets: usize) -> Result<Self, String> {
        let mut command = Command::new(workerd()?);
        command.args(["serve", "--experimental", "config.capnp", "--control-fd=1"]).stdout(Stdio::piped());
        let mut server = Self::spawn(command, folder)?;
        let output = server.process.stdout.take().ok_or("workerd has no output")?;
        let mut lines = BufReader::new(output).lines();
        while server.ports.len() < sockets {
            let line = timeout(PATIENCE, lines.next_line()).await.map_err(|_| "workerd does not start")?;
            let line = line.map_err(|error| error.to_string())?.ok_or_else(|| said(folder))?;
            let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
            let (socket, port) = (&event["socket"], &event["port"]);
            if let (Some(socket), Some(Ok(port))) = (socket.as_str(), port.as_u64().map(u16::try_from)) {
                server.ports.insert(socket.to_owned(), port);
            }
        }
        // A pipe that nobody empties would stop it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(server)
    }

    /// A peer that listens where the variable `PORT` says.
    pub(crate) async fn peer(
        program: &Path,
        arguments: &[&str],
        variables: &[(&str, &str)],
        folder: &Path,
    ) -> Result<Self, String> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
        let port = free.map_err(|error| error.to_string())?.port();
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(variables.iter().copied())
            .env("PORT", port.to_string())
            .stdout(Stdio::null());
        let mut server = Self::spawn(command, folder)?;
        server.ports.insert("http".to_owned(), port);
        let mut waited = Duration::ZERO;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            if waited > PATIENCE || !matches!(server.process.try_wait(), Ok(None)) {
                return Err(said(folder));
            }
            sleep(BEAT).await;
            waited = waited.saturating_add(BEAT);
        }
        Ok(server)
    }

    fn spawn(mut command: Command, folder: &Path) -> Result<Self, String> {
        let log = fs::File::create(folder.join("log")).map_err(|error| error.to_string())?;
        let process = command.current_dir(folder).stdin(Stdio::null()).stderr(log).kill_on_drop(true).spawn();
        let process = process.map_err(|error| format!("{:?}: {error}", command.as_std().get_program()))?;
        let id = process.id().ok_or("it ended as soon as it started")?;
        Ok(Self { process, id, ports: BTreeMap::new() })
    }

    /// The port of a socket.
    pub(crate) fn port(&self, socket: &str) -> Result<u16, String> {
        self.ports.get(socket).copied().ok_or_else(|| format!("there is no socket {socket}"))
    }

    /// Its CPU time, once it has done what it does behind its answers.
    pub(crate) async fn cpu_at_rest(&self) -> Result<CpuTime, String> {
        let mut before = CpuTime::of(self.id)?;
        for _ in 0..500 {
            sleep(BEAT).await;
            let now = CpuTime::of(self.id)?;
            if now.since(&before).is_ok_and(|used| used < REST) {
                return Ok(now);
            }
            before = now;
        }
        Err("it does not come to rest".to_owned())
    }

    /// Ends it, and waits for that.
    pub(crate) async fn stop(mut self) -> Result<(), String> {
        self.process.kill().await.map_err(|error| error.to_string())
    }
}

fn said(folder: &Path) -> String {
    format!("it does not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default())
}

/// The binary that wrangler brings for this platform.
pub(crate) fn workerd() -> Result<PathBuf, String> {
    let folder = fs::read_dir("node_modules/@cloudflare").map_err(|_| "wrangler is not installed")?;
    let package = folder
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("workerd-")));
    let binary = package.ok_or("there is no workerd for this platform")?.join("bin/workerd");
    fs::canonicalize(binary).map_err(|error| error.to_string())
}
