//! The configuration of a machine.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::accounts::{AES_KEY, APP_ID, APP_SECRET, ORIGINAL_ID, ROOT, SIGNING_KEY, TOKEN};

/// The variables and bindings of a machine. By default it has one account, in plain mode, that may call WeChat.
pub(crate) struct Setup {
    variables: BTreeMap<&'static str, String>,
    counts_requests: bool,
    has_other_worker: bool,
    elsewhere: BTreeMap<&'static str, String>,
}

impl Setup {
    pub(crate) fn new() -> Self {
        let variables = [
            ("ROOT_API_KEY", ROOT),
            ("SIGNING_KEY", SIGNING_KEY),
            ("WEBHOOK_ALLOW_PRIVATE", "true"),
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_APP_SECRET", APP_SECRET),
            ("WECHAT_TOKEN", TOKEN),
        ];
        let variables = variables.map(|(name, value)| (name, value.to_owned())).into();
        Self { variables, counts_requests: false, has_other_worker: false, elsewhere: BTreeMap::new() }
    }

    pub(crate) fn variable(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.insert(name, value.into());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.variables.remove(name);
        self
    }

    /// Gives the account an EncodingAESKey and an original ID; it accepts every mode.
    pub(crate) fn encrypted(self) -> Self {
        self.variable("WECHAT_ENCODING_AES_KEY", AES_KEY)
            .variable("WECHAT_REQUIRE_ENCRYPTION", "false")
            .variable("WECHAT_ORIGINAL_ID", ORIGINAL_ID)
    }

    /// Sets `ACCOUNTS`.
    pub(crate) fn accounts(self, accounts: &Value) -> Self {
        self.variable("ACCOUNTS", accounts.to_string())
    }

    /// Disables the storage of messages.
    pub(crate) fn that_keeps_nothing(self) -> Self {
        self.variable("RETENTION_DAYS", "0")
    }

    /// Routes `fetch` through `faults.js` as well, so that all requests can be counted and refused.
    pub(crate) fn that_counts_requests(mut self) -> Self {
        self.counts_requests = true;
        self
    }

    /// Adds a second worker over the same D1 and KV, as in another location: with its own memory and its own clock, which
    /// is set together with the first one's.
    pub(crate) fn with_other_worker(mut self) -> Self {
        self.has_other_worker = true;
        self
    }

    /// Sets a variable of the second worker that differs from the first one's.
    pub(crate) fn elsewhere(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.elsewhere.insert(name, value.into());
        self
    }

    /// Whether there is a second worker.
    pub(super) const fn has_other_worker(&self) -> bool {
        self.has_other_worker
    }

    /// Sets the URL of WeChat's API, unless it is already set.
    pub(super) fn wechat_at(mut self, base: &str) -> Self {
        for name in ["WECHAT_API_BASE", "WECHAT_MP_BASE"] {
            self.variables.entry(name).or_insert_with(|| base.to_owned());
        }
        self
    }

    /// Writes all files that workerd needs into a folder.
    pub(super) fn write(&self, folder: &Path) {
        for state in ["d1", "kv", "blobs", "objects"] {
            fs::create_dir_all(folder.join("state").join(state)).expect("a folder");
        }
        for built in ["index.js", "index_bg.wasm"] {
            fs::copy(Path::new("build").join(built), folder.join(built)).expect("the built module");
        }
        for (name, text) in [
            ("main.js", include_str!("main.js")),
            ("faults.js", include_str!("faults.js")),
            ("chosen.js", include_str!("chosen.js")),
            ("trigger.js", include_str!("trigger.js")),
            ("config.capnp", &self.config()),
        ] {
            fs::write(folder.join(name), text).expect("a file");
        }
    }

    fn config(&self) -> String {
        let elsewhere: BTreeMap<_, _> = self.variables.iter().chain(&self.elsewhere).collect();
        let bindings = bindings(&self.variables.iter().collect());
        let outbound = if self.counts_requests {
            r#"(name = "faults", entrypoint = "internet")"#
        } else {
            r#""outside""#
        };
        let config = include_str!("config.capnp");
        let config = if self.has_other_worker { with_other_worker(config) } else { config.to_owned() };
        let config =
            config.replace("# BINDINGS", &bindings).replace("# OTHER BINDINGS", &self::bindings(&elsewhere));
        config.replace("OUTBOUND", outbound)
    }
}

fn bindings(variables: &BTreeMap<&&'static str, &String>) -> String {
    let mut bindings = String::new();
    for (name, value) in variables {
        writeln!(bindings, "(name = {name:?}, text = {value:?}),").expect("a text");
    }
    bindings
}

/// Adds a copy of the main worker with objects and sockets of its own.
fn with_other_worker(config: &str) -> String {
    let (_, main) = config.split_once("const mainWorker").expect("the main worker");
    let other =
        main.replace("uniqueKey = \"", "uniqueKey = \"Other").replace("# BINDINGS", "# OTHER BINDINGS");
    let sockets = r#"(name = "other", address = "127.0.0.1:0", http = (), service = "other"),
    (name = "other_clock", address = "127.0.0.1:0", http = (), service = (name = "other", entrypoint = "clock")),"#;
    let config = config
        .replace("# OTHER SERVICE", r#"(name = "other", worker = .otherWorker),"#)
        .replace("# OTHER SOCKETS", sockets);
    format!("{config}\nconst otherWorker{other}")
}
