//! Runs the unmodified examples of docs/backends.md.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use reqwest::Client;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use crate::world::{NODE, PYTHON, TIMEOUT};

const EXAMPLES: &str = "docs/backends";
const NODE_MODULES: &str = "tests/interop/node_modules";
const GO: &str = "tests/interop/.venv/bin/go";

/// An example with the command that starts it.
#[derive(Debug, Clone)]
pub(crate) struct Example {
    program: PathBuf,
    script: Option<PathBuf>,
    log: PathBuf,
}

/// A running example. Dropping it kills the process.
pub(crate) struct Backend {
    pub(crate) url: String,
    process: Child,
}

impl Example {
    pub(crate) fn python(folder: &Path) -> Self {
        Self::of(PYTHON, Some(Path::new(EXAMPLES).join("python.py")), folder)
    }

    /// Copies the script, because Node.js looks for packages next to the file, where the original has none.
    pub(crate) fn node(folder: &Path) -> Self {
        let script = folder.join("node.mjs");
        fs::copy(Path::new(EXAMPLES).join("node.mjs"), &script).expect("a copy");
        let packages = fs::canonicalize(NODE_MODULES).expect("`make interop` installs the packages");
        symlink(packages, folder.join("node_modules")).expect("a link");
        let program = if Path::new(NODE).exists() { NODE } else { "node" };
        Self::of(program, Some(script), folder)
    }

    /// Compiles the example, so that the backend itself is killed and not `go run`.
    pub(crate) async fn go(folder: &Path) -> Self {
        let program = folder.join("backend");
        let mut command = Command::new(GO);
        command.args(["build", "-o"]).arg(&program).arg(Path::new(EXAMPLES).join("main.go"));
        // The example only uses the standard library: nothing is downloaded, and the user's settings are ignored.
        let settings = [("GOENV", "off"), ("GOPROXY", "off"), ("GOTOOLCHAIN", "local"), ("CGO_ENABLED", "0")];
        command.envs(settings).env_remove("GOFLAGS");
        command.env("GOCACHE", Path::new(env!("CARGO_TARGET_TMPDIR")).join("go"));
        let output = timeout(TIMEOUT, command.stdin(Stdio::null()).kill_on_drop(true).output());
        let output = output.await.expect("the compiler ends").expect("`make interop` installs go");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self::of(program, None, folder)
    }

    fn of(program: impl Into<PathBuf>, script: Option<PathBuf>, folder: &Path) -> Self {
        Self { program: program.into(), script, log: folder.join("log") }
    }

    /// Starts the example with a secret, and waits until it listens.
    pub(crate) async fn start(&self, secret: &str, port: u16) -> Backend {
        let log = fs::OpenOptions::new().create(true).append(true).open(&self.log).expect("a log");
        let mut command = Command::new(&self.program);
        command.args(&self.script).env("WEBHOOK_SECRET", secret).env("PORT", port.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let mut process = command.spawn().expect("the example starts");
        let listens = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                let ended = process.try_wait().expect("a status");
                assert!(ended.is_none(), "the example ended: {ended:?}: {}", self.log());
                sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(TIMEOUT, listens).await.expect("the example listens in time");
        Backend { url: format!("http://127.0.0.1:{port}/"), process }
    }

    /// The output of the example on standard error.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Backend {
    /// Kills the process and waits for its end, so that its port is free.
    pub(crate) async fn stop(mut self) {
        self.process.kill().await.expect("the example is killed");
    }

    /// Posts a request directly, without the worker. Returns the status and the body.
    pub(crate) async fn post(
        &self,
        client: &Client,
        headers: &[(&'static str, String)],
        body: &str,
    ) -> (u16, String) {
        let mut request = client.post(&self.url).body(body.to_owned());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.text().await.expect("a body"))
    }
}
