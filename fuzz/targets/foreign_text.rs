//! Writes arbitrary text into each field that a user can write, as WeChat does, and checks that the text is read as it was
//! written, and every other field too.

#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mp_worker::callback::{admit, sign};
use mp_worker::config::Config;
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;
use serde_json::Value;

static CONFIG: LazyLock<Config> =
    LazyLock::new(|| Config::parse(|name| (name == "WECHAT_TOKEN").then(|| "token".to_owned())));

/// A sample of a message, and the fields in it that a user can write, in WeChat's order.
struct Sample {
    xml: String,
    fields: Value,
    paths: Vec<&'static str>,
}

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let table: BTreeMap<&str, Vec<&'static str>> =
        serde_json::from_str(include_str!("../../tests/fixtures/foreign-text.json")).expect("the table");
    let samples = table.into_iter().map(|(name, paths)| {
        let path = format!("{}/../tests/fixtures/{name}.xml", env!("CARGO_MANIFEST_DIR"));
        let xml = std::fs::read_to_string(path).expect("the sample");
        Sample { fields: read(&xml), xml, paths }
    });
    samples.collect()
});

fuzz_target!(|input: (u8, u8, &str)| {
    let (sample, path, text) = input;
    let sample = &SAMPLES[usize::from(sample) % SAMPLES.len()];
    let index = usize::from(path) % sample.paths.len();
    let path = sample.paths[index];
    // Nothing tells the start of the next field from a text that contains it.
    if sample.paths[index + 1..].iter().any(|next| text.contains(&format!("<{}", leaf(next)))) {
        return;
    }
    let (start, end) = (format!("<{}><![CDATA[", leaf(path)), format!("]]></{}>", leaf(path)));
    let (before, rest) = sample.xml.rsplit_once(&start).expect("the field");
    let (_, after) = rest.split_once(&end).expect("its end");

    let mut expected = sample.fields.clone();
    let text_read = text.replace("]]]]><![CDATA[>", "]]>").replace("\r\n", "\n").replace('\r', "\n");
    *expected.pointer_mut(&format!("/{path}")).expect("the field") = text_read.into();
    assert_eq!(read(&format!("{before}{start}{text}{end}{after}")), expected, "{path}");
});

fn leaf(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn read(xml: &str) -> Value {
    let signature = sign(&Secret::new("token"), ["1700000000", "1"]);
    let query = format!("signature={signature}&timestamp=1700000000&nonce=1");
    let callback = CONFIG.account(None).expect("an account").callback().expect("callbacks are configured");
    let admitted = admit(callback, &query, Timestamp::from_seconds(1_700_000_000)).expect("it is signed");
    admitted.open(xml.as_bytes()).expect("a message").fields().clone()
}
