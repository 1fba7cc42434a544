//! `.dev.vars`: the account that `make dev` uses, and secrets of its own, since a published secret is none.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, STANDARD, URL_SAFE_NO_PAD};

const EXAMPLE: &str = include_str!("../../.dev.vars.example");
/// The secrets that are generated, each 32 random bytes.
const GENERATED: [(&str, GeneralPurpose); 2] = [("ROOT_API_KEY", URL_SAFE_NO_PAD), ("SIGNING_KEY", STANDARD)];

/// Creates the file from `.dev.vars.example` if it does not exist, and adds the generated secrets that it lacks.
pub fn prepare(file: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let before = if file.exists() { Some(fs::read_to_string(file).map_err(failed)?) } else { None };
    let mut text = before.clone().unwrap_or_else(|| EXAMPLE.to_owned());
    for (name, encoding) in GENERATED {
        let is_set =
            text.lines().any(|line| line.split_once('=').is_some_and(|(left, _)| left.trim() == name));
        if !is_set {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
            let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            text.extend([end, name, "=", &encoding.encode(bytes), "\n"]);
        }
    }
    if before.as_ref() == Some(&text) {
        return Ok(());
    }
    let mut opened =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file).map_err(failed)?;
    opened.write_all(text.as_bytes()).map_err(failed)?;
    let done = if before.is_some() { "Added what was missing to" } else { "Created" };
    println!("{done} {}, with a root API key and a signing key of your own.", file.display());
    Ok(())
}
