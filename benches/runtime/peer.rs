//! Libraries that a user could run instead, started as their documentation says. `make bench` installs them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::server::{Server, free_port};
use crate::traffic::{AES_KEY, APP_ID, KEYWORD, REPLY, TOKEN};

/// The Node.js that npm may have installed for wrangler.
pub(crate) const NODE: &str = "node_modules/.bin/node";
pub(crate) const PYTHON: &str = "benches/runtime/peers/.venv/bin/python";
const FOLDER: &str = "benches/runtime/peers";

/// A library with its server.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Peer {
    /// co-wechat on koa.
    CoWechat,
    /// wechatpy on FastAPI under uvicorn, with its fast parser and event loop.
    FastApi,
    /// wechatpy on Flask under gunicorn, one worker with threads, so that connections are kept.
    Flask,
}

impl Peer {
    pub(crate) async fn start(self) -> Result<Server, String> {
        let folder = fs::canonicalize(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
        // The symbolic link of the virtual environment must not be resolved: the system's Python lacks the packages.
        let python = folder.join(".venv/bin/python");
        let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
        let port = free_port()?;
        let (program, arguments): (PathBuf, Vec<String>) = match self {
            Self::CoWechat => {
                let node = fs::canonicalize(NODE).map_err(|error| format!("{NODE}: {error}"))?;
                (node, vec![file("co_wechat.js")])
            }
            Self::FastApi => (python, vec![file("wechatpy_fastapi.py")]),
            Self::Flask => {
                let (bind, folder) = (format!("--bind=127.0.0.1:{port}"), folder.to_string_lossy());
                let module = ["-m", "gunicorn", "--chdir", &folder, &bind];
                let options = ["--threads=8", "--keep-alive=75", "wechatpy_flask:app"];
                (python, module.into_iter().chain(options).map(ToOwned::to_owned).collect())
            }
        };
        let number = port.to_string();
        let variables = [
            ("PORT", number.as_str()),
            ("NODE_ENV", "production"),
            ("WECHAT_TOKEN", TOKEN),
            ("WECHAT_APP_ID", APP_ID),
            ("WECHAT_ENCODING_AES_KEY", AES_KEY),
            ("KEYWORD", KEYWORD),
            ("REPLY", REPLY),
        ];
        Server::peer(&program, &arguments, &variables, port).await
    }
}

/// Whether the peers are installed.
pub(crate) fn are_installed() -> bool {
    Path::new(PYTHON).exists() && Path::new(FOLDER).join("node_modules").exists()
}

/// The pinned versions of the peers.
pub(crate) fn versions() -> String {
    let package: Value = serde_json::from_str(include_str!("peers/package.json")).unwrap_or_default();
    let node = package["dependencies"].as_object().into_iter().flatten();
    let node = node.map(|(name, version)| format!("{name} {}", version.as_str().unwrap_or_default()));
    let python = include_str!("peers/requirements.txt").lines().map(|line| line.replace("==", " "));
    node.chain(python).collect::<Vec<_>>().join(", ")
}
