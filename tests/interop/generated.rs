//! Typed clients that published generators make from `public/openapi.json`, which call the worker.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use tokio::process::Command;
use tokio::time::timeout;

use crate::world::{NODE, PYTHON, ROOT, TIMEOUT, World};

const DOCUMENT: &str = "public/openapi.json";
const CLIENTS: &str = "tests/interop/clients";
const MODULES: &str = "tests/interop/node_modules";
/// Without `types`, the compiler would also read those that packages of other tests bring along.
const OPTIONS: &str = r#"{
    "compilerOptions": {
        "strict": true, "target": "es2022", "module": "nodenext", "lib": ["es2022", "dom"], "types": []
    },
    "files": ["generated.ts"]
}"#;
/// The post hooks would format the client.
const CONFIG: &str = "post_hooks: []\npackage_name_override: mp_worker_client\n";

pub(crate) async fn typescript(world: Arc<World>) {
    let folder = world.folder("typescript");
    symlink(absolute(MODULES), folder.join("node_modules")).expect("a link");
    fs::write(folder.join("package.json"), r#"{"type": "module"}"#).expect("a file");
    fs::write(folder.join("tsconfig.json"), OPTIONS).expect("a file");
    copy("generated.ts", &folder);
    let document = absolute(DOCUMENT);
    let generator = absolute(MODULES).join("openapi-typescript/bin/cli.js");
    run(node(&folder).arg(generator).arg(document).args(["-o", "api.d.ts"])).await;
    let compiler = absolute(MODULES).join("typescript/bin/tsc");
    run(node(&folder).arg(compiler)).await;
    run(calling(&world, FOLLOWERS[2], node(&folder).arg("generated.js"))).await;
}

pub(crate) async fn python(world: Arc<World>) {
    let folder = world.folder("python-client");
    fs::write(folder.join("config.yml"), CONFIG).expect("a file");
    copy("generated.py", &folder);
    let options = ["--meta", "none", "--output-path", "mp_worker_client", "--config", "config.yml"];
    let generate = ["-m", "openapi_python_client", "generate", "--fail-on-warning", "--path"];
    run(command(PYTHON, &folder).args(generate).arg(absolute(DOCUMENT)).args(options)).await;
    // The generated code is not fully typed itself, but its users can be.
    let check = ["-m", "mypy", "--strict", "--follow-imports=silent", "generated.py"];
    run(command(PYTHON, &folder).args(check)).await;
    run(calling(&world, FOLLOWERS[3], command(PYTHON, &folder).arg("generated.py"))).await;
}

/// A client that may send messages to this user.
fn calling<'c>(world: &World, openid: &str, client: &'c mut Command) -> &'c mut Command {
    world.wechat.user_acted(openid, Trigger::Message);
    client.envs([
        ("BASE", world.worker.url()),
        ("SECRET", ROOT),
        ("OPENID", openid),
        ("NO_PROXY", "127.0.0.1"),
    ])
}

fn node(folder: &Path) -> Command {
    let installed = Path::new(NODE).exists();
    command(if installed { NODE } else { "node" }, folder)
}

fn command(program: &str, folder: &Path) -> Command {
    let program = if program.contains('/') { absolute(program) } else { program.into() };
    let mut command = Command::new(program);
    command.current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    command
}

/// Runs a program until it ends, which it must do without an error.
async fn run(command: &mut Command) {
    let output = timeout(TIMEOUT, command.output()).await.expect("it ends in time").expect("it starts");
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{command:?}: {printed}");
}

fn copy(file: &str, folder: &Path) {
    fs::copy(Path::new(CLIENTS).join(file), folder.join(file)).expect("a copy");
}

fn absolute(path: &str) -> PathBuf {
    std::env::current_dir().expect("a folder").join(path)
}
