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
        Self { variables, counts_requests: false }
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
        let mut bindings = String::new();
        for (name, value) in &self.variables {
            writeln!(bindings, "(name = {name:?}, text = {value:?}),").expect("a text");
        }
        let outbound = if self.counts_requests {
            r#"(name = "faults", entrypoint = "internet")"#
        } else {
            r#""outside""#
        };
        include_str!("config.capnp").replace("# BINDINGS", &bindings).replace("OUTBOUND", outbound)
    }
}
