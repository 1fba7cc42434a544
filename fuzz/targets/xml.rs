//! Parses arbitrary text, which must not panic, and checks that the elements are in the JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_worker::callback::parse_xml;

fuzz_target!(|text: &str| {
    if let Ok(element) = parse_xml(text) {
        let json = element.to_json();
        if let Some(child) = element.child("A") {
            assert!(json.get("A").is_some(), "{child:?} is missing from the JSON");
        }
    }
});
