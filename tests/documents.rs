//! The Markdown pages: links are valid, both languages have the same structure, and the lists of calls are complete.

#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mp_worker::notice::Notice;
use serde_json::Value;

/// Folders with pages; only `docs` has subfolders with pages.
const FOLDERS: [&str; 3] = [".", "benches", "docs"];
const OPENAPI: &str = "public/openapi.json";
const LISTS_OF_EVENTS: [&str; 2] = ["docs/operations.md", "docs/operations.zh-CN.md"];
const LISTS_OF_CALLS: [&str; 2] = ["docs/api.md", "docs/api.zh-CN.md"];

/// A page, with its code blocks separated from the text.
struct Page {
    text: Vec<String>,
    code: Vec<String>,
}

impl Page {
    fn read(path: &Path) -> Self {
        let (mut text, mut code) = (Vec::new(), Vec::new());
        let mut is_code = false;
        for line in fs::read_to_string(path).unwrap().lines() {
            let is_fence = line.trim_start().starts_with("```");
            let part = if is_code || is_fence { &mut code } else { &mut text };
            part.push(line.to_owned());
            is_code ^= is_fence;
        }
        assert!(!is_code, "{}: a code block does not end", path.display());
        Self { text, code }
    }

    /// Headings as their `#`s and their text.
    fn headings(&self) -> impl Iterator<Item = (&str, &str)> {
        self.text.iter().filter(|line| line.starts_with('#')).filter_map(|line| line.split_once(' '))
    }

    /// The cells of each row of a table.
    fn table_rows(&self) -> impl Iterator<Item = Vec<&str>> {
        let rows = self.text.iter().map(|line| line.trim()).filter(|line| line.starts_with('|'));
        rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
    }

    /// The text between backticks.
    fn code_spans(&self) -> BTreeSet<&str> {
        self.text.iter().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
    }

    /// The targets of `[text](target)`.
    fn links(&self) -> impl Iterator<Item = &str> {
        let targets = self.text.iter().flat_map(|line| line.split("](").skip(1));
        targets.filter_map(|rest| rest.split_once(')')).map(|(target, _)| target)
    }

    fn anchors(&self) -> BTreeSet<String> {
        self.headings().map(|(_, heading)| anchor(heading)).collect()
    }
}

/// The anchor that GitHub gives a heading: lower case, `-` for each space, and no other punctuation.
fn anchor(heading: &str) -> String {
    let is_kept = |character: &char| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")
}

fn pages() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = FOLDERS.map(PathBuf::from).into();
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && folder.starts_with("docs") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

/// The English pages that have a Chinese translation, with the translation.
fn translated_pages() -> Vec<(PathBuf, PathBuf)> {
    let is_translated = |page: &PathBuf| page.starts_with("docs") || page.ends_with("README.md");
    let is_chinese = |page: &PathBuf| page.to_string_lossy().ends_with(".zh-CN.md");
    let english = pages().into_iter().filter(|page| is_translated(page) && !is_chinese(page));
    let english = english.filter(|page| !page.starts_with("benches") && !page.starts_with("./benches"));
    english.map(|page| (page.clone(), page.with_extension("zh-CN.md"))).collect()
}

#[test]
fn every_relative_link_leads_to_an_existing_file_and_heading() {
    let mut broken = Vec::new();
    for page in pages() {
        for link in Page::read(&page).links().filter(|link| !link.contains("://")) {
            let (file, heading) =
                link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let target = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            let is_there = match heading {
                None => target.exists(),
                Some(heading) => target.is_file() && Page::read(&target).anchors().contains(heading),
            };
            if !is_there {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn both_languages_have_the_same_structure_code_and_names() {
    let pages = translated_pages();
    assert!(!pages.is_empty());
    for (english, chinese) in pages {
        let name = english.display();
        let (english, chinese) = (Page::read(&english), Page::read(&chinese));
        let levels = |page: &Page| page.headings().map(|(level, _)| level.to_owned()).collect::<Vec<_>>();
        assert_eq!(levels(&english), levels(&chinese), "{name}: headings");
        assert_eq!(english.table_rows().count(), chinese.table_rows().count(), "{name}: rows of tables");
        assert_eq!(english.code, chinese.code, "{name}: code blocks");
        assert_eq!(english.code_spans(), chinese.code_spans(), "{name}: names in backticks");
    }
}

#[test]
fn the_lists_of_calls_contain_every_call_and_its_scope() {
    let openapi: Value = serde_json::from_str(&fs::read_to_string(OPENAPI).unwrap()).unwrap();
    let calls = openapi["paths"].as_object().unwrap().iter().map(|(path, call)| {
        let description = call.get("post").unwrap_or_else(|| &call["get"])["description"].as_str().unwrap();
        let scope = description.split('`').nth(1).unwrap();
        (format!("`{}`", path.strip_prefix("/api/").unwrap()), format!("`{scope}`"))
    });
    let calls: BTreeMap<String, String> = calls.collect();
    for list in LISTS_OF_CALLS {
        let page = Page::read(Path::new(list));
        let rows = page.table_rows().filter_map(|row| match row.as_slice() {
            [call, scope, _body, _what] if call.starts_with('`') => {
                Some(((*call).to_owned(), (*scope).to_owned()))
            }
            _ => None,
        });
        assert_eq!(rows.collect::<BTreeMap<_, _>>(), calls, "{list}");
    }
}

#[test]
fn the_lists_of_events_contain_every_notice_and_its_level() {
    let notices = Notice::ALL.iter().map(|(name, level)| (format!("`{name}`"), level.name().to_owned()));
    let request = ("`request`".to_owned(), "info, warn, error".to_owned());
    let events: BTreeMap<String, String> = notices.chain([request]).collect();
    for list in LISTS_OF_EVENTS {
        let page = Page::read(Path::new(list));
        let rows = page.table_rows().filter_map(|row| match row.as_slice() {
            [event, level, _meaning, _action, _fields] if event.starts_with('`') && *event != "`event`" => {
                Some(((*event).to_owned(), (*level).to_owned()))
            }
            _ => None,
        });
        assert_eq!(rows.collect::<BTreeMap<_, _>>(), events, "{list}");
    }
}

#[test]
fn anchors_match_those_of_github() {
    assert_eq!(anchor("Import from WeChat's console"), "import-from-wechats-console");
    assert_eq!(anchor("`webhook` 和 `delivery`：后端"), "webhook-和-delivery后端");
}
