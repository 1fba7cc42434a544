//! The wall and the order of the house: `lib.rs` lists the modules from floor to roof.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn a_module_uses_only_modules_listed_before_it() {
    let modules = listed_modules();
    let mut broken = Vec::new();
    for (floor, module) in modules.iter().enumerate() {
        for file in files_of(module) {
            for used in crate_paths(&fs::read_to_string(&file).unwrap()) {
                let Some(used_floor) = modules.iter().position(|name| *name == used) else {
                    panic!("{}: crate::{used} is not a module that lib.rs lists", file.display());
                };
                if used_floor > floor {
                    broken.push(format!("{module} must not use {used}: {}", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_source_file_belongs_to_a_listed_module() {
    let listed: Vec<PathBuf> = listed_modules().iter().flat_map(|module| files_of(module)).collect();
    for file in rust_files(Path::new("src")) {
        assert!(file.ends_with("lib.rs") || listed.contains(&file), "{} is in no module", file.display());
    }
}

#[test]
fn only_the_edge_names_the_runtime() {
    for file in rust_files(Path::new("src")).filter(|file| !file.starts_with("src/edge")) {
        let source = fs::read_to_string(&file).unwrap();
        for name in ["worker::", "js_sys", "web_sys", "wasm_bindgen", "getrandom", "async "] {
            let is_name = |(at, _): (usize, &str)| {
                !source[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
            };
            assert!(!source.match_indices(name).any(is_name), "{} must not use {name}", file.display());
        }
    }
}

fn listed_modules() -> Vec<String> {
    fs::read_to_string("src/lib.rs")
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").or_else(|| line.strip_prefix("mod ")))
        .map(|rest| rest.trim_end_matches(';').to_owned())
        .collect()
}

fn files_of(module: &str) -> Vec<PathBuf> {
    let file = PathBuf::from(format!("src/{module}.rs"));
    if file.exists() { vec![file] } else { rust_files(Path::new(&format!("src/{module}"))).collect() }
}

fn rust_files(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.into_iter()
}

/// The module after every `crate::`, also in `use crate::{a, b::C}`.
fn crate_paths(source: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for rest in source.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            None => paths.extend(identifier(rest)),
            Some(group) => {
                let group = group.split_once("};").map_or(group, |(group, _)| group);
                let mut depth = 0_usize;
                let mut start = 0;
                for (index, character) in group.char_indices() {
                    match character {
                        '{' => depth += 1,
                        '}' => depth = depth.saturating_sub(1),
                        ',' if depth == 0 => {
                            paths.extend(identifier(group[start..index].trim()));
                            start = index + 1;
                        }
                        _ => {}
                    }
                }
                paths.extend(identifier(group[start..].trim()));
            }
        }
    }
    paths
}

fn identifier(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

#[test]
fn paths_are_found_in_groups_as_well() {
    let source = "use crate::{a::{X, Y}, b, c::Z};\nlet x = crate::d::e();";
    assert_eq!(crate_paths(source), ["a", "b", "c", "d"]);
}
