//! Any text: the XML reader ends, and what it reads is in its JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_worker::callback::parse_xml;

fuzz_target!(|text: &str| {
    if let Ok(element) = parse_xml(text) {
        let json = element.to_json();
        if let Some(child) = element.child("A") {
            assert!(json.get("A").is_some(), "{child:?} is lost");
        }
    }
});
