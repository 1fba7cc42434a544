//! Any text: the XML reader ends, and what it reads can be written as JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_worker::callback::parse_xml;

fuzz_target!(|text: &str| {
    if let Ok(element) = parse_xml(text) {
        assert!(element.to_json().is_object() || element.to_json().is_string());
    }
});
