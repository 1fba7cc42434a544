//! What a user could run instead, as its own documentation starts it; `make bench` installs them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::server::Server;
use crate::traffic::{AES_KEY, APP_ID, KEYWORD, REPLY, TOKEN};

/// What wrangler runs on, where npm brings it.
const NODE: &str = "node_modules/.bin/node";
const FOLDER: &str = "benches/runtime/peers";

/// co-wechat on koa.
pub(crate) async fn co_wechat(logs: &Path) -> Result<Server, String> {
    let script = here(&Path::new(FOLDER).join("co_wechat.js"))?;
    start(&here(Path::new(NODE))?, &[&script.to_string_lossy()], logs).await
}

/// wechatpy with FastAPI, under uvicorn with its fast parser and event loop: one process, one worker.
pub(crate) async fn wechatpy(logs: &Path) -> Result<Server, String> {
    let folder = here(Path::new(FOLDER))?;
    // The link leads to the interpreter, and only the path that is not followed knows the packages.
    let python = folder.join(".venv/bin/python");
    let script = folder.join("wechatpy_app.py");
    start(&python, &[&script.to_string_lossy()], logs).await
}

fn here(path: &Path) -> Result<PathBuf, String> {
    fs::canonicalize(path).map_err(|error| format!("{}: {error}; `make bench` installs it", path.display()))
}

async fn start(program: &Path, arguments: &[&str], logs: &Path) -> Result<Server, String> {
    let variables = [
        ("NODE_ENV", "production"),
        ("WECHAT_TOKEN", TOKEN),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_ENCODING_AES_KEY", AES_KEY),
        ("KEYWORD", KEYWORD),
        ("REPLY", REPLY),
    ];
    Server::peer(program, arguments, &variables, logs).await
}
