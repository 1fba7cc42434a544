//! The workers that run in workerd, with their modules and bindings.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mp_worker::settings::CachedSettings;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Server;
use crate::traffic::{AES_KEY, APP_ID, APP_SECRET, CONSTANT, KEYWORD, REPLY, TOKEN};

/// The root API key of the worker.
pub(crate) const ROOT: &str = "bench-root-api-key-0123456789abcdef";
/// 32 bytes in Base64.
const SIGNING_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// The variable that names the folder of another build.
pub(crate) const BEFORE: &str = "BENCH_BEFORE";
const KV: &str = r#"(name = "KV", kvNamespace = (name = "kv", props = (json = "{\"namespace\":\"kv\"}"))),"#;
const D1: &str = r#"(name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api",
      innerBindings = [(name = "fetcher", service = (name = "d1", props = (json = "{\"database\":\"db\"}")))])),"#;
const SLOW_D1: &str = r#"(name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api",
      innerBindings = [(name = "fetcher", service = "slow-d1")])),"#;
const OBJECTS: &str = r#"(name = "TOKEN_KEEPER", durableObjectNamespace = "TokenKeeper"),
    (name = "SPOOL", durableObjectNamespace = "Spool"), (name = "ROW_COUNTER", durableObjectNamespace = "RowCounter"),"#;
const ASSISTANT_OBJECTS: &str = r#"(name = "CONVERSATION", durableObjectNamespace = "Conversation"),
    (name = "METER", durableObjectNamespace = "Meter"),"#;
const NAMESPACES: &str = r#"durableObjectNamespaces = [
    (className = "TokenKeeper", uniqueKey = "TokenKeeper", enableSql = true),
    (className = "Spool", uniqueKey = "Spool", enableSql = true),
    (className = "RowCounter", uniqueKey = "RowCounter", enableSql = true)],
  durableObjectStorage = (localDisk = "keeper-disk")"#;
const SPOOL_NAMESPACE: &str = r#"(className = "Spool", uniqueKey = "Spool", enableSql = true),"#;
/// The same, and those of assistants, which an earlier build may not have.
const ASSISTANT_NAMESPACES: &str = r#"(className = "Spool", uniqueKey = "Spool", enableSql = true),
    (className = "Conversation", uniqueKey = "Conversation", enableSql = true),
    (className = "Meter", uniqueKey = "Meter", enableSql = true),"#;
/// The best schema for a worker that stores each message with one INSERT, and finds the messages of a user.
const BY_HAND: &str = "CREATE TABLE message (openid TEXT NOT NULL, create_time INTEGER NOT NULL, msg_id TEXT NOT NULL, \
    received_at INTEGER NOT NULL, message TEXT NOT NULL, reply TEXT, \
    PRIMARY KEY (openid, create_time, msg_id)) WITHOUT ROWID; \
    CREATE INDEX message_by_time ON message (create_time)";
const SOCKETS: &str = r#"(name = "sql", address = "127.0.0.1:0", http = (), service = (name = "d1", props = (json = "{\"database\":\"db\"}"))),
    (name = "kv", address = "127.0.0.1:0", http = (), service = (name = "kv", props = (json = "{\"namespace\":\"kv\"}"))),"#;

/// Whether a worker stores messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Nothing,
    D1,
    /// In a D1 whose calls run one after another and take a millisecond more.
    SlowD1,
}

/// A worker that runs in workerd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worker {
    /// Answers at once, or after reading KV. It has the same bindings as this worker.
    Hello,
    /// Reads the message and answers with a constant.
    Limit,
    /// A worker written by hand in JavaScript.
    ByHand(Store),
    /// This worker.
    Ours(Store),
    /// This worker with this many rules, which does not store messages.
    Rules(usize),
    /// This worker with an assistant that answers everything.
    Assistant,
    /// An earlier build of this worker in the folder that `BENCH_BEFORE` names.
    Before(Store),
    /// This worker in front of a fake WeChat.
    Gateway,
    /// A gateway that only passes requests on.
    PassThrough,
}

/// A worker's files, ready for workerd.
#[derive(Debug)]
pub(crate) struct Installed {
    folder: TempDir,
    worker: Worker,
}

impl Store {
    const fn binding(self) -> &'static str {
        if let Self::SlowD1 = self { SLOW_D1 } else { D1 }
    }
}

impl Worker {
    /// Writes the files of the worker, with empty databases. A gateway forwards to the port `upstream`.
    pub(crate) fn install(self, upstream: u16) -> Result<Installed, String> {
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        self.write(folder.path(), upstream).map_err(|error| format!("{self:?}: {error}"))?;
        Ok(Installed { folder, worker: self })
    }

    fn write(self, folder: &Path, upstream: u16) -> std::io::Result<()> {
        for state in ["d1", "kv", "blobs", "keeper"] {
            fs::create_dir_all(folder.join("state").join(state))?;
        }
        let script = match self {
            Self::Hello => include_str!("workers/hello.js"),
            Self::Limit => include_str!("workers/limit.js"),
            Self::ByHand(_) => include_str!("workers/by_hand.js"),
            Self::PassThrough => include_str!("workers/pass_through.js"),
            Self::Ours(_) | Self::Rules(_) | Self::Assistant | Self::Before(_) | Self::Gateway => {
                &fs::read_to_string(self.build().join("index.js"))?
            }
        };
        fs::write(folder.join("index.js"), script)?;
        fs::write(folder.join("slow_d1.js"), include_str!("workers/slow_d1.js"))?;
        let mut modules = r#"(name = "index.js", esModule = embed "index.js"),"#.to_owned();
        if self.is_ours() {
            fs::copy(self.build().join("index_bg.wasm"), folder.join("index_bg.wasm"))?;
            modules += r#"(name = "index_bg.wasm", wasm = embed "index_bg.wasm"),"#;
        }
        let (services, sockets) = if self.needs_services() {
            (include_str!("workers/store.capnp"), SOCKETS)
        } else {
            (r#"(name = "internet", network = (allow = ["local"])),"#, "")
        };
        let config = include_str!("workers/config.capnp")
            .replace("# V8's flags.", &v8_flags())
            .replace("# The services for its bindings.", services)
            .replace("# The sockets of these services.", sockets)
            .replace("# Its modules.", &modules)
            .replace("# Its bindings.", &self.bindings(upstream))
            .replace("# Its durable objects.", &self.namespaces());
        fs::write(folder.join("config.capnp"), config)
    }

    fn namespaces(self) -> String {
        match self {
            Self::Assistant => NAMESPACES.replace(SPOOL_NAMESPACE, ASSISTANT_NAMESPACES),
            _ if self.is_ours() => NAMESPACES.to_owned(),
            _ => String::new(),
        }
    }

    const fn is_ours(self) -> bool {
        matches!(self, Self::Ours(_) | Self::Rules(_) | Self::Assistant | Self::Before(_) | Self::Gateway)
    }

    fn build(self) -> PathBuf {
        let before = env::var_os(BEFORE).filter(|_| matches!(self, Self::Before(_)));
        before.map_or_else(|| PathBuf::from("build"), PathBuf::from)
    }

    /// The SQL that creates the tables.
    fn schema(self) -> Result<Vec<String>, String> {
        if matches!(self, Self::ByHand(_)) {
            return Ok(vec![BY_HAND.to_owned()]);
        }
        // An earlier build has the migrations of its own checkout.
        let folder = match self {
            Self::Before(_) => self.build().join("../migrations"),
            _ => PathBuf::from("migrations"),
        };
        let read = |file: PathBuf| fs::read_to_string(file).map_err(|error| error.to_string());
        migrations(&folder)?.into_iter().map(read).collect()
    }

    const fn rules(self) -> usize {
        if let Self::Rules(count) = self { count } else { 1 }
    }

    const fn needs_services(self) -> bool {
        self.is_ours() || matches!(self, Self::Hello | Self::ByHand(Store::D1 | Store::SlowD1))
    }

    fn bindings(self, port: u16) -> String {
        let account = [
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_TOKEN", TOKEN),
            ("WECHAT_ENCODING_AES_KEY", AES_KEY),
            ("WECHAT_REQUIRE_ENCRYPTION", "false"),
            ("WECHAT_APP_SECRET", APP_SECRET),
            ("ROOT_API_KEY", ROOT),
            ("SIGNING_KEY", SIGNING_KEY),
        ];
        let account: String = account.into_iter().map(|(name, value)| text(name, value)).collect();
        let upstream = format!("http://127.0.0.1:{port}");
        match self {
            Self::Hello => format!("{KV}{D1}"),
            Self::Limit => text("CONSTANT", CONSTANT),
            Self::ByHand(store) => {
                let rule = text("KEYWORD", KEYWORD) + &text("REPLY", REPLY);
                let stores = match store {
                    Store::Nothing => String::new(),
                    _ => text("STORES", "1") + store.binding(),
                };
                account + &rule + &stores
            }
            Self::Rules(_) => Self::Ours(Store::Nothing).bindings(port),
            Self::Assistant => {
                let provider = text("AI_BENCH", &format!("{upstream}/v1 key"));
                let objects = text("WEBHOOK_ALLOW_PRIVATE", "true") + ASSISTANT_OBJECTS;
                Self::Ours(Store::D1).bindings(port) + &provider + &objects
            }
            Self::Before(store) => Self::Ours(store).bindings(port),
            Self::Ours(store) => {
                let days = if store == Store::Nothing { "0" } else { "90" };
                account + &text("RETENTION_DAYS", days) + KV + store.binding() + OBJECTS
            }
            Self::Gateway => {
                let bases = text("WECHAT_API_BASE", &upstream) + &text("WECHAT_MP_BASE", &upstream);
                account + &bases + KV + D1 + OBJECTS
            }
            Self::PassThrough => text("UPSTREAM", &upstream) + &text("ACCESS_TOKEN", "BENCH_ACCESS_TOKEN"),
        }
    }
}

impl Installed {
    /// Starts the worker.
    pub(crate) async fn start(&self) -> Result<Server, String> {
        let sockets = if self.worker.needs_services() { 3 } else { 1 };
        Server::workerd(self.folder.path(), sockets)
            .await
            .map_err(|error| format!("{:?}: {error}", self.worker))
    }

    /// Creates the tables and publishes the rules, if the worker has D1 and KV.
    pub(crate) async fn fill(&self, server: &Server) -> Result<(), String> {
        if !self.worker.needs_services() {
            return Ok(());
        }
        let client = sandbox::http::client(Duration::from_secs(30))?;
        for sql in self.worker.schema()? {
            let url = format!("http://127.0.0.1:{}/execute", server.port("sql")?);
            let body = json!({ "sql": sql, "params": [] }).to_string();
            succeed(client.post(url).body(body)).await?;
        }
        let key = CachedSettings::key("default").replace(':', "%3A");
        let url = format!("http://127.0.0.1:{}/{key}?urlencoded=true", server.port("kv")?);
        let document = match self.worker {
            Worker::Assistant => assistant(),
            worker => rules(worker.rules()),
        };
        succeed(client.put(url).body(document.to_string())).await
    }
}

async fn succeed(request: reqwest::RequestBuilder) -> Result<(), String> {
    let answer = request.send().await.map_err(|error| error.to_string())?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    if status.is_success() { Ok(()) } else { Err(format!("status {status}: {text}")) }
}

/// V8's flags, such as `--perf-basic-prof --interpreted-frames-native-stack`, which show `perf` the names of functions.
fn v8_flags() -> String {
    let flags = env::var("BENCH_V8_FLAGS").unwrap_or_default();
    let flags: Vec<&str> = flags.split_whitespace().collect();
    if flags.is_empty() { String::new() } else { format!("v8Flags = {},", json!(flags)) }
}

fn text(name: &str, value: &str) -> String {
    // Strings have the same syntax in Cap'n Proto as in JSON.
    format!("(name = \"{name}\", text = {}),", Value::from(value))
}

/// The rules, of which the first one matches. Six of ten of the others compare the whole text.
fn rules(count: usize) -> Value {
    let rule = |number: usize| {
        let keyword = format!("关键词{number:05}");
        let (keyword, reply) = match number % 10 {
            _ if number == 0 => (json!({ "exact": KEYWORD }), REPLY),
            0..6 => (json!({ "exact": keyword }), "a"),
            6..9 => (json!({ "contains": keyword }), "a"),
            _ => (json!({ "prefix": keyword }), "a"),
        };
        json!({ "when": { "keyword": keyword }, "reply": { "msgtype": "text", "text": { "content": reply } } })
    };
    json!({ "version": 1, "rules": (0..count).map(rule).collect::<Vec<_>>() })
}

/// A rule that lets an assistant answer everything, within the largest limits.
fn assistant() -> Value {
    let limits = json!({
        "user_minute": 60, "user_day": 10_000, "account_day": 1_000_000, "tokens_day": 2_000_000_000
    });
    let model = json!({ "provider": "bench", "model": "bench" });
    let assistant = json!({
        "name": "bench", "model": model, "limits": limits, "memory": { "turns": 2 }, "label": ""
    });
    json!({ "version": 1, "rules": [{ "when": { "default": {} }, "ask": "bench" }], "assistants": [assistant] })
}

fn migrations(path: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = fs::read_dir(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut files: Vec<_> = folder.flatten().map(|file| file.path()).collect();
    files.sort();
    Ok(files)
}
