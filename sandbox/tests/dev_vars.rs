//! `.dev.vars`, as `make dev` prepares it.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use mp_worker::config::Config;
use sandbox::dev_vars::prepare;

fn read(file: &Path) -> BTreeMap<String, String> {
    dotenvy::from_path_iter(file).unwrap().map(Result::unwrap).collect()
}

fn config(variables: &BTreeMap<String, String>) -> Config {
    Config::parse(|name| variables.get(name).cloned())
}

#[test]
fn every_checkout_has_secrets_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let files = ["one", "two"].map(|name| folder.path().join(name));
    let made = files.each_ref().map(|file| {
        prepare(file).unwrap();
        read(file)
    });
    for (file, variables) in files.iter().zip(&made) {
        assert_eq!(config(variables).problems().count(), 0);
        assert_eq!(variables["WECHAT_TOKEN"], "devtoken");
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        prepare(file).unwrap();
        assert_eq!(read(file), *variables, "it stays as it is");
    }
    for name in ["ROOT_API_KEY", "SIGNING_KEY"] {
        assert_ne!(made[0][name], made[1][name], "{name}");
    }
}

#[test]
fn a_file_without_them_keeps_its_other_lines() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vars");
    let root = "my-own-root-api-key-0123456789abcdef";
    fs::write(&file, format!("WECHAT_TOKEN=mine\nROOT_API_KEY={root}")).unwrap();
    prepare(&file).unwrap();
    let variables = read(&file);
    assert_eq!((variables["WECHAT_TOKEN"].as_str(), variables["ROOT_API_KEY"].as_str()), ("mine", root));
    assert_eq!(config(&variables).problems().count(), 0);
}

#[test]
fn no_root_key_and_no_signing_key_is_published() {
    let example = include_str!("../../.dev.vars.example");
    assert!(
        !example
            .lines()
            .any(|line| ["ROOT_API_KEY=", "SIGNING_KEY="].iter().any(|name| line.starts_with(name)))
    );
}
