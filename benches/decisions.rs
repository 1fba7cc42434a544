//! The cost of the core without the runtime: opening a request, deciding and answering, each measured separately.
//!
//! Run `cargo bench --bench decisions`, or `make bench`, which measures the runtime as well.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up should stop")]

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use mp_worker::api::rule::RulePlan;
use mp_worker::api::{Endpoint, Plan};
use mp_worker::callback::cipher::seal;
use mp_worker::callback::{Reply, admit, sign};
use mp_worker::config::{AppId, Config, EncodingAesKey};
use mp_worker::secret::Secret;
use mp_worker::settings::{CachedSettings, Document, Settings};
use mp_worker::time::Timestamp;
use serde_json::{Value, json};

const TOKEN: &str = "benchtoken";
const APP_ID: &str = "wx0123456789abcdef";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
const NONCE: &str = "415670741";
/// The lengths of a text in bytes: a word, a sentence, and the longest text that WeChat allows.
const CONTENTS: [usize; 3] = [6, 60, 6000];

fn main() {
    divan::main();
}

fn config() -> Config {
    Config::parse(|name| {
        let value = match name {
            "WECHAT_TOKEN" => TOKEN,
            "WECHAT_APP_ID" => APP_ID,
            "WECHAT_ENCODING_AES_KEY" => AES_KEY,
            "WECHAT_REQUIRE_ENCRYPTION" => "false",
            _ => return None,
        };
        Some(value.to_owned())
    })
}

/// The query and the body of a text message in plain mode.
fn plain(content: &str) -> (String, String) {
    let body = format!(
        "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName>\
         <FromUserName><![CDATA[oABCD1234567890abcdefghijklm]]></FromUserName><CreateTime>1700000000</CreateTime>\
         <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{content}]]></Content>\
         <MsgId>24600000000000001</MsgId></xml>"
    );
    (query(&[]), body)
}

/// The query and the body of a text message in secure mode.
fn secure(content: &str) -> (String, String) {
    let (key, app_id) = (EncodingAesKey::parse(AES_KEY).unwrap(), AppId::parse(APP_ID).unwrap());
    let encrypt = seal(&key, &app_id, *b"0123456789abcdef", &plain(content).1);
    let body = format!(
        "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    );
    let time = NOW.to_string();
    let signature = sign(&Secret::new(TOKEN), [time.as_str(), NONCE, &encrypt]);
    (query(&[("encrypt_type", "aes"), ("msg_signature", &signature)]), body)
}

fn query(more: &[(&str, &str)]) -> String {
    let time = NOW.to_string();
    let signature = sign(&Secret::new(TOKEN), [time.as_str(), NONCE]);
    let query = format!("signature={signature}&timestamp={time}&nonce={NONCE}");
    more.iter().fold(query, |query, (name, value)| format!("{query}&{name}={value}"))
}

fn text(bytes: usize) -> String {
    "好".repeat(bytes / 3)
}

fn open(bencher: Bencher<'_, '_>, (query, body): (String, String)) {
    let config = config();
    let callback = config.account(None).unwrap().callback().unwrap();
    bencher.counter(BytesCount::of_str(&body)).bench(|| {
        let admitted = admit(callback, black_box(&query), NOW).unwrap();
        admitted.open(black_box(body.as_bytes())).unwrap().message().create_time
    });
}

#[divan::bench(args = CONTENTS)]
fn open_plain(bencher: Bencher<'_, '_>, content: usize) {
    open(bencher, plain(&text(content)));
}

#[divan::bench(args = CONTENTS)]
fn open_secure(bencher: Bencher<'_, '_>, content: usize) {
    open(bencher, secure(&text(content)));
}

fn answer(bencher: Bencher<'_, '_>, (query, body): (String, String), content: usize) {
    let config = config();
    let callback = config.account(None).unwrap().callback().unwrap();
    let delivery = admit(callback, &query, NOW).unwrap().open(body.as_bytes()).unwrap();
    let reply = Reply::text(text(content)).unwrap();
    bencher.bench(|| delivery.answer(Some(black_box(&reply)), NOW, [7; 16]).unwrap().body.len());
}

#[divan::bench(args = [6, 60, 2046])]
fn answer_plain(bencher: Bencher<'_, '_>, content: usize) {
    answer(bencher, plain("hello"), content);
}

#[divan::bench(args = [6, 60, 2046])]
fn answer_secure(bencher: Bencher<'_, '_>, content: usize) {
    answer(bencher, secure("hello"), content);
}

/// Typical rules of an operator: most compare the whole text, some a part of it, and the last one is the default.
fn rules(count: usize) -> String {
    let rule = |number: usize| -> Value {
        let keyword = format!("关键词{number:05}");
        let keyword = match number % 10 {
            0..6 => json!({ "exact": keyword }),
            6..8 => json!({ "contains": keyword }),
            8 => json!({ "contains": keyword, "fold": true }),
            _ => json!({ "prefix": keyword }),
        };
        json!({ "when": { "keyword": keyword }, "reply": { "msgtype": "text", "text": { "content": "a" } } })
    };
    let mut rules: Vec<Value> = (1..count).map(rule).collect();
    rules.push(
        json!({ "when": { "default": {} }, "reply": { "msgtype": "text", "text": { "content": "b" } } }),
    );
    json!({ "rules": rules }).to_string()
}

fn decide(bencher: Bencher<'_, '_>, count: usize, content: &str) {
    let (settings, config) = (Settings::parse(&rules(count)).unwrap(), config());
    let callback = config.account(None).unwrap().callback().unwrap();
    let (query, body) = plain(content);
    let delivery = admit(callback, &query, NOW).unwrap().open(body.as_bytes()).unwrap();
    bencher.bench(|| {
        let decision = settings.rules.decide(black_box(delivery.message()), || delivery.fields());
        assert!(decision.reply().is_some());
    });
}

#[divan::bench(args = [10, 100, 1000, 10_000])]
fn decide_on_a_keyword(bencher: Bencher<'_, '_>, rules: usize) {
    decide(bencher, rules, "请问一下，关键词00006 是什么意思？");
}

#[divan::bench(args = [10, 100, 1000, 10_000])]
fn decide_that_no_keyword_fits(bencher: Bencher<'_, '_>, rules: usize) {
    decide(bencher, rules, "你好，请问你们今天几点关门？我想晚上过来看看。");
}

/// Compiles a published document, as a new isolate does.
#[divan::bench(args = [10, 100, 1000, 10_000], sample_count = 10, sample_size = 1)]
fn compile_rules(bencher: Bencher<'_, '_>, count: usize) {
    let document = rules(count);
    bencher.bench(|| Settings::parse(black_box(&document)).unwrap().version);
}

/// `rule/import` from its body to the compiled settings, without D1 and KV.
#[divan::bench(args = [10, 100, 1000, 10_000], sample_count = 10, sample_size = 1)]
fn import_rules(bencher: Bencher<'_, '_>, count: usize) {
    let endpoint = Endpoint::find("rule/import").unwrap();
    let body = rules(count);
    bencher.bench(|| {
        let planned = endpoint.plan(black_box(body.as_bytes())).unwrap();
        let Plan::Rule(RulePlan::Change { edit, .. }) = planned else { return 0 };
        let edited = Document::default().edit(edit.clone(), None, (NOW, "0")).unwrap();
        let mut published = CachedSettings::default();
        published.replace(edited.json, edited.settings, NOW);
        published.settings().rules.len()
    });
}
