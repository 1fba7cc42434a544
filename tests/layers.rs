//! The layers: `lib.rs` and `edge/mod.rs` list their modules from the bottom layer to the top.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests may panic"
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
fn an_edge_module_uses_only_modules_listed_before_it() {
    let modules = modules_of(Path::new("src/edge/mod.rs"));
    assert!(modules.len() > 5, "{modules:?}");
    let mut broken = Vec::new();
    for (floor, module) in modules.iter().enumerate() {
        for file in files_of(&format!("edge/{module}")) {
            for used in edge_paths(&file, &fs::read_to_string(&file).unwrap()) {
                if modules.iter().position(|name| *name == used).is_some_and(|used| used > floor) {
                    broken.push(format!("edge/{module} must not use edge/{used}: {}", file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// The edge module after every `crate::edge::`, and after as many `super::` as lead from a file to `edge`.
fn edge_paths(file: &Path, source: &str) -> Vec<String> {
    let mut paths: Vec<String> = source.split("crate::edge::").skip(1).flat_map(first_names).collect();
    let depth = file.strip_prefix("src/edge").unwrap().components().count();
    // A `mod.rs` is the module of its folder, so it needs one `super` less.
    let depth = if file.ends_with("mod.rs") { depth - 1 } else { depth };
    let supers = "super::".repeat(depth);
    for (at, _) in source.match_indices(&supers) {
        if !source[..at].ends_with("super::") {
            paths.extend(first_names(&source[at + supers.len()..]));
        }
    }
    paths
}

#[test]
fn every_source_file_belongs_to_a_listed_module() {
    let listed: Vec<PathBuf> = listed_modules().iter().flat_map(|module| files_of(module)).collect();
    for file in rust_files(Path::new("src")) {
        assert!(
            file.ends_with("lib.rs") || listed.contains(&file),
            "{} does not belong to a listed module",
            file.display()
        );
    }
}

#[test]
fn only_the_edge_uses_the_runtime() {
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
    modules_of(Path::new("src/lib.rs"))
}

fn modules_of(file: &Path) -> Vec<String> {
    fs::read_to_string(file)
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
    source.split("crate::").skip(1).flat_map(first_names).collect()
}

/// The first name of the path, or of each path in the group, at the start of a text.
fn first_names(text: &str) -> Vec<String> {
    let Some(group) = text.strip_prefix('{') else { return identifier(text).into_iter().collect() };
    let group = group.split_once("};").map_or(group, |(group, _)| group);
    let (mut names, mut depth, mut start) = (Vec::new(), 0_usize, 0);
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                names.extend(identifier(group[start..index].trim()));
                start = index + 1;
            }
            _ => {}
        }
    }
    names.extend(identifier(group[start..].trim()));
    names
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

#[test]
fn paths_inside_the_edge_are_found() {
    let source = "use super::Editor;\nuse super::super::state::settings;\nuse crate::edge::wechat::Wechat;";
    assert_eq!(edge_paths(Path::new("src/edge/api/rules.rs"), source), ["wechat", "state"]);
    let source = "use super::{bindings::d1, state};\nuse crate::edge::wechat::Wechat;";
    assert_eq!(edge_paths(Path::new("src/edge/api/mod.rs"), source), ["wechat", "bindings", "state"]);
}
