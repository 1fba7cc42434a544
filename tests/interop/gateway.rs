//! Published clients of WeChat's API that use an API key as their secret. All traffic between a client and the worker
//! is recorded, and must not contain the real secret or a real token.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};

use sandbox::api::Platform;
use sandbox::api::world::{FOLLOWERS, SHIPPED};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;
use tokio::time::timeout;

use crate::world::{APP_ID, APP_SECRET, NODE, PYTHON, TIMEOUT, World};

const CLIENTS: [(&str, &str); 5] = [
    (PYTHON, "wechatpy_client.py"),
    (NODE, "co-wechat-api.mjs"),
    (NODE, "wechat-api.mjs"),
    (NODE, "node-easywechat.mjs"),
    (NODE, "wechat-jssdk.mjs"),
];
const SCOPES: [&str; 5] = ["menu:write", "template:write", "user:read", "media:write", "jssdk:read"];

type Recording = Arc<Mutex<Vec<u8>>>;

pub(crate) async fn serves_every_client(world: Arc<World>) {
    let (base, recording) = record(world.worker.url()).await;
    let made = world.api("default", "key/create", &json!({ "name": "interop", "scopes": SCOPES })).await;
    let key = made["key"].as_str().expect("a key");
    let file = world.folder("clients").join("a.png");
    fs::write(&file, [7, 0, 255, 13, 10].repeat(20_000)).expect("a file");

    let mut failed = Vec::new();
    for (program, script) in CLIENTS {
        let client = run(program, script, &base, &world.wechat_url, key, &file).await;
        println!("{script}: {}", if client.is_ok() { "ok" } else { "FAILED" });
        failed.extend(client.err());
    }
    check(&recording.lock().expect("the recording"), &world.wechat);
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Starts a proxy to the worker. Returns its URL and the recording of all traffic.
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

/// Runs a client, and waits until it ends.
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
    // Some clients store their tokens in the current folder.
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
    let output =
        timeout(TIMEOUT, command.output()).await.map_err(|_| format!("{script} does not end in time"))?;
    let output = output.map_err(|error| format!("{script} does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{script}: {}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat())))
}

/// Asserts that no client has seen the real secret or a real token.
fn check(recording: &[u8], platform: &Platform) {
    let passed = String::from_utf8_lossy(recording);
    assert!(passed.contains("access_token"), "the traffic was recorded");
    assert!(!passed.contains(APP_SECRET), "a client has seen the real secret");
    let calls = platform.calls();
    // The token of a user's own web authorization belongs to the client.
    let of_the_account = calls.iter().filter(|call| !call.path.starts_with("/sns/"));
    let mut tokens: Vec<&str> = of_the_account.filter_map(|call| call.parameter("access_token")).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert!(tokens.len() > CLIENTS.len(), "the token was replaced for every client: {}", tokens.len());
    for token in tokens {
        assert!(!passed.contains(token), "a client has seen a real token");
    }
    println!(
        "{} KiB between clients and worker, without the real secret or a real token",
        recording.len() / 1024
    );
}
