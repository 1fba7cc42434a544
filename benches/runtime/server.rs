//! A server process: workerd with one worker, or a peer. Dropping it kills the process.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::cpu::CpuTime;

/// Longer than any server takes to start.
const PATIENCE: Duration = Duration::from_secs(30);
/// The interval between two checks whether a process is idle.
const BEAT: Duration = Duration::from_millis(40);
/// The CPU time that an idle process may use in a beat.
const REST: Duration = Duration::from_millis(1);

/// A running process.
#[derive(Debug)]
pub(crate) struct Server {
    process: Child,
    id: u32,
    /// The process group, until it is killed.
    group: Option<Pid>,
    ports: BTreeMap<String, u16>,
    /// The folder of the process, if the server owns it.
    own: Option<TempDir>,
}

impl Server {
    /// Starts workerd in a folder with a `config.capnp`, and waits until it listens on this many sockets.
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
        // The output must be read, because workerd would block on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(server)
    }

    /// Starts a peer, and waits until it listens on the given port.
    pub(crate) async fn peer(
        program: &Path,
        arguments: &[String],
        variables: &[(&str, &str)],
        port: u16,
    ) -> Result<Self, String> {
        let own = TempDir::new().map_err(|error| error.to_string())?;
        let folder = own.path();
        let mut command = Command::new(program);
        command.args(arguments).envs(variables.iter().copied()).stdout(Stdio::null());
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
        server.own = Some(own);
        Ok(server)
    }

    fn spawn(mut command: Command, folder: &Path) -> Result<Self, String> {
        command.process_group(0).kill_on_drop(true);
        let log = fs::File::create(folder.join("log")).map_err(|error| error.to_string())?;
        let process = command.current_dir(folder).stdin(Stdio::null()).stderr(log).spawn();
        let process =
            process.map_err(|error| format!("{}: {error}", command.as_std().get_program().display()))?;
        let id = process.id().ok_or("it ended as soon as it started")?;
        let group = id.try_into().ok().and_then(Pid::from_raw).ok_or("its id is no process id")?;
        Ok(Self { process, id, group: Some(group), ports: BTreeMap::new(), own: None })
    }

    /// The port of a socket.
    pub(crate) fn port(&self, socket: &str) -> Result<u16, String> {
        self.ports.get(socket).copied().ok_or_else(|| format!("there is no socket {socket}"))
    }

    /// The id of the process.
    pub(crate) const fn id(&self) -> u32 {
        self.id
    }

    /// The CPU time of the process, after it has finished its work after the responses.
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

    /// Kills the process and its children, and waits for its end.
    pub(crate) async fn stop(mut self) -> Result<(), String> {
        self.kill();
        self.process.wait().await.map(drop).map_err(|error| error.to_string())
    }
}

/// An unused port.
pub(crate) fn free_port() -> Result<u16, String> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr());
    free.map(|address| address.port()).map_err(|error| error.to_string())
}

impl Server {
    fn kill(&mut self) {
        // An error means that no process of the group is left.
        let _ = self.group.take().map(|group| kill_process_group(group, Signal::KILL));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn said(folder: &Path) -> String {
    format!("it does not start: {}", fs::read_to_string(folder.join("log")).unwrap_or_default())
}

/// The workerd binary for this platform, which wrangler depends on.
pub(crate) fn workerd() -> Result<PathBuf, String> {
    let folder = fs::read_dir("node_modules/@cloudflare").map_err(|_| "wrangler is not installed")?;
    let package = folder
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("workerd-")));
    let binary = package.ok_or("there is no workerd for this platform")?.join("bin/workerd");
    fs::canonicalize(binary).map_err(|error| error.to_string())
}
