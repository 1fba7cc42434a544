//! The machine of the measurements, and the size of the module.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::peer;
use crate::server::workerd;

/// The machine, and the versions of the software that influences the results.
#[derive(Debug)]
pub(crate) struct Machine(Vec<(&'static str, String)>);

/// The size of the deployed module.
#[derive(Debug)]
pub(crate) struct Module {
    raw: usize,
    zipped: usize,
}

impl Machine {
    pub(crate) fn here() -> Result<Self, String> {
        let commit = said(Path::new("git"), &["describe", "--always", "--dirty", "--exclude=*"]);
        let mut rows = vec![
            ("CPU", processor()),
            ("Linux", fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned()),
            ("commit", commit),
            ("workerd", said(&workerd()?, &["--version"])),
            ("rustc", said(Path::new("rustc"), &["--version"])),
            ("wasm-bindgen", said(Path::new(".tools/bin/wasm-bindgen"), &["--version"])),
        ];
        if peer::are_installed() {
            rows.push(("Node", said(Path::new(peer::NODE), &["--version"])));
            rows.push(("Python", said(Path::new(peer::PYTHON), &["--version"])));
            rows.push(("peers", peer::versions()));
        }
        Ok(Self(rows))
    }
}

impl Module {
    /// Measures the built module, as `make build` does.
    pub(crate) fn built() -> Result<Self, String> {
        let read =
            |file: &str| fs::read(Path::new("build").join(file)).map_err(|error| format!("{file}: {error}"));
        let bytes = [read("index.js")?, read("index_bg.wasm")?].concat();
        let raw = bytes.len();
        let mut command = Command::new("gzip");
        let process = command.arg("-9").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = process.map_err(|error| format!("gzip: {error}"))?;
        let input = process.stdin.take();
        // gzip writes output before it has read all of its input, so the input is written by another thread.
        let feed = std::thread::spawn(move || input.map(|mut input| input.write_all(&bytes)));
        let output = process.wait_with_output().map_err(|error| error.to_string())?;
        // If writing fails, the output of gzip shows it.
        let _ = feed.join();
        Ok(Self { raw, zipped: output.stdout.len() })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| | |\n|---|---|")?;
        self.0.iter().try_for_each(|(name, value)| writeln!(formatter, "| {name} | {value} |"))
    }
}

impl fmt::Display for Module {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} KiB, {} KiB after `gzip -9`.", self.raw / 1024, self.zipped / 1024)
    }
}

fn processor() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let models = information.lines().filter_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let models: Vec<&str> = models.map(|(_, model)| model.trim()).collect();
    format!("{}, {} cores", models.first().unwrap_or(&"unknown"), models.len())
}

fn said(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
