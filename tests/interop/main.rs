//! `make interop`: clients of WeChat's API as they are published, unmodified, against the built worker with the
//! sandbox behind it. Everything between a client and the worker is recorded, and must not hold the real secret or a
//! real token.

#![expect(clippy::expect_used, reason = "a test may fail loudly")]

use std::fs;
use std::net::TcpListener as StdListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use sandbox::account::Account;
use sandbox::api::world::{FOLLOWERS, SHIPPED};
use sandbox::api::{self, Platform};
use sandbox::worker::{Settings, Worker, migrate};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;

const APP_ID: &str = "wx0123456789abcdef";
const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
const ROOT: &str = "interop-root-api-key-0123456789";
/// What wrangler runs on, where npm brings it.
const NODE: &str = "node_modules/.bin/node";
const PYTHON: &str = "tests/interop/.venv/bin/python";
const CLIENTS: [(&str, &str); 4] = [
    (PYTHON, "wechatpy_client.py"),
    (NODE, "co-wechat-api.mjs"),
    (NODE, "wechat-api.mjs"),
    (NODE, "node-easywechat.mjs"),
];
const PATIENCE: Duration = Duration::from_mins(1);

type Recording = Arc<Mutex<Vec<u8>>>;

#[tokio::main]
async fn main() {
    let folder = TempDir::new().expect("a temporary folder");
    let platform = Platform::new(account());
    let listener = api::listen(0).await.expect("a port");
    let sandbox = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(api::serve(listener, platform.clone()));
    let worker = start_worker(&folder, &sandbox).await;
    let (base, recording) = record(worker.url()).await;
    let secret = make_key(worker.url()).await;
    let file = folder.path().join("a.png");
    fs::write(&file, [7, 0, 255, 13, 10].repeat(20_000)).expect("a file");

    let mut failed = Vec::new();
    for (program, script) in CLIENTS {
        let client = run(program, script, &base, &sandbox, &secret, &file).await;
        println!("{script}: {}", if client.is_ok() { "ok" } else { "FAILED" });
        failed.extend(client.err());
    }
    worker.stop().await;
    check(&recording.lock().expect("the recording"), &platform);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn account() -> Account {
    Account {
        app_id: AppId::parse(APP_ID).expect("an AppID"),
        original_id: "gh_0a1b2c3d4e5f".to_owned(),
        token: Secret::new("interop"),
        app_secret: Secret::new(APP_SECRET),
        encoding_aes_key: None::<EncodingAesKey>,
        root_api_key: None,
    }
}

async fn start_worker(folder: &TempDir, sandbox: &str) -> Worker {
    let (state, secrets) = (folder.path().join("state"), folder.path().join("secrets"));
    let lines = format!(
        "WECHAT_APP_ID={APP_ID}\nWECHAT_TOKEN=interop\nWECHAT_APP_SECRET={APP_SECRET}\nROOT_API_KEY={ROOT}\n"
    );
    fs::write(&secrets, lines).expect("a file");
    migrate(&state).await.expect("the migrations");
    let port = StdListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let settings = Settings {
        config: None,
        port,
        state,
        secrets: Some(secrets),
        variables: vec![
            ("WECHAT_API_BASE".to_owned(), sandbox.to_owned()),
            ("WECHAT_MP_BASE".to_owned(), sandbox.to_owned()),
        ],
        output: Some(folder.path().join("log")),
    };
    Worker::start(&settings).await.expect("the worker")
}

async fn make_key(url: &str) -> String {
    let client = sandbox::http::client(PATIENCE).expect("a client");
    let scopes = "[\"menu:write\",\"template:write\",\"user:read\",\"media:write\",\"jssdk:read\"]";
    let body = format!("{{\"name\": \"interop\", \"scopes\": {scopes}}}");
    let request = client.post(format!("{url}/api/key/create")).bearer_auth(ROOT).body(body);
    let answer = request.send().await.expect("an answer").text().await.expect("a body");
    let made: Value = serde_json::from_str(&answer).expect("JSON");
    made.get("key").and_then(Value::as_str).expect("a key").to_owned()
}

/// A port that leads to the worker, and everything that passes it.
async fn record(worker: &str) -> (String, Recording) {
    let recording = Recording::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let worker = worker.trim_start_matches("http://").to_owned();
    let log = Arc::clone(&recording);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(&worker).await.expect("the worker");
            let ((from_client, to_client), (from_server, to_server)) =
                (client.into_split(), server.into_split());
            tokio::spawn(copy(from_client, to_server, Arc::clone(&log)));
            tokio::spawn(copy(from_server, to_client, Arc::clone(&log)));
        }
    });
    (base, recording)
}

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, log: Recording) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let bytes = buffer.get(..count).unwrap_or_default();
        log.lock().expect("the recording").extend_from_slice(bytes);
        if to.write_all(bytes).await.is_err() {
            break;
        }
    }
}

/// Runs a client to its end.
async fn run(
    program: &str,
    script: &str,
    base: &str,
    sandbox: &str,
    secret: &str,
    file: &Path,
) -> Result<(), String> {
    let here = std::env::current_dir().map_err(|error| error.to_string())?;
    let program = Some(here.join(program)).filter(|path| path.exists()).unwrap_or_else(|| "node".into());
    let mut command = Command::new(program);
    // Some clients keep their tokens in the folder they run in.
    command.current_dir(file.parent().unwrap_or(&here)).arg(here.join("tests/interop/clients").join(script));
    let variables = [
        ("BASE", base),
        ("SANDBOX", sandbox),
        ("APPID", APP_ID),
        ("SECRET", secret),
        ("OPENID", FOLLOWERS[0]),
        ("TEMPLATE", SHIPPED),
        ("NO_PROXY", "127.0.0.1"),
    ];
    command.envs(variables).env("FILE", file).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.map_err(|_| format!("{script} never ends"))?;
    let output = output.map_err(|error| format!("{script} does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{script}: {}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat())))
}

/// Neither the real secret nor a real token has passed a client.
fn check(recording: &[u8], platform: &Platform) {
    let passed = String::from_utf8_lossy(recording);
    assert!(passed.contains("access_token"), "something was recorded");
    assert!(!passed.contains(APP_SECRET), "the real secret passed a client");
    let calls = platform.calls();
    let mut tokens: Vec<&str> = calls.iter().filter_map(|call| call.parameter("access_token")).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert!(tokens.len() > CLIENTS.len(), "every client saw a token die: {}", tokens.len());
    for token in tokens {
        assert!(!passed.contains(token), "a real token passed a client");
    }
    println!(
        "{} KiB between clients and worker, without the real secret or a real token",
        recording.len() / 1024
    );
}
