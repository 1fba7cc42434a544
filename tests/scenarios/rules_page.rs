//! `docs/rules.md` in both languages: the worker accepts every condition and option that the page lists, and the rules of
//! its examples.

use std::fs;

use mp_worker::settings::Settings;

const PAGES: [&str; 2] = ["docs/rules.md", "docs/rules.zh-CN.md"];

/// The code in the first column of the tables below the nth level-two heading.
fn first_column(page: &str, section: usize) -> Vec<&str> {
    let section = page.split("\n## ").nth(section).unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let code: Vec<&str> = rows.map(|row| row.split('`').nth(1).unwrap()).collect();
    assert!(code.len() > 1, "a section without a table");
    code
}

fn assert_accepted(rule: &str) {
    let document = format!("{{\"rules\": [{rule}]}}");
    assert!(Settings::parse(&document).is_ok(), "{rule}: {:?}", Settings::parse(&document).err());
}

#[test]
fn every_condition_on_the_page_is_accepted() {
    for page in PAGES.map(|page| fs::read_to_string(page).unwrap()) {
        let conditions = first_column(&page, 3);
        for condition in conditions.iter().filter(|code| code.starts_with('{')) {
            assert_accepted(&format!("{{\"when\": {condition}, \"reply\": {{\"msgtype\": \"silence\"}}}}"));
        }
    }
}

#[test]
fn every_option_on_the_page_is_accepted() {
    let text = r#"{"msgtype": "text", "text": {"content": "您说的是：{{Content}}"}}"#;
    for page in PAGES.map(|page| fs::read_to_string(page).unwrap()) {
        for option in first_column(&page, 4) {
            assert_accepted(&format!("{{\"when\": {{\"default\": {{}}}}, \"reply\": {text}, {option}}}"));
        }
        let hours = page
            .split('`')
            .filter(|code| code.starts_with("\"from\": ") || code.starts_with("\"utc_offset\": "));
        for hours in hours {
            let times = if hours.contains("\"to\"") { "" } else { r#""from": "09:00", "to": "18:00", "# };
            let rule =
                format!(r#"{{"when": {{"default": {{}}}}, "reply": {text}, "hours": [{{{times}{hours}}}]}}"#);
            assert_accepted(&rule);
        }
    }
}

#[test]
fn every_example_on_the_page_is_accepted() {
    for page in PAGES.map(|page| fs::read_to_string(page).unwrap()) {
        let blocks: Vec<&str> =
            page.split("\n```json\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
        assert!(!blocks.is_empty());
        for block in blocks {
            assert!(Settings::parse(block).is_ok(), "{block}");
        }
    }
}
