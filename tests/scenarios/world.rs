//! Common setup of the scenarios: a configured account, and requests as WeChat sends them.

use mp_worker::api::{self, Endpoint, Plan};
use mp_worker::callback::cipher::seal;
use mp_worker::callback::{Answer, Delivery, Error, Message, Reply, ReplyDraft, admit, sign};
use mp_worker::config::{Account, ApiBase, AppId, Config, EncodingAesKey};
use mp_worker::inbox::{Entry, EntryDecision, Outcome, TooLarge};
use mp_worker::invalid::Invalid;
use mp_worker::mac::SigningKeys;
use mp_worker::rules::Rules;
use mp_worker::secret::Secret;
use mp_worker::settings::Settings;
use mp_worker::time::Timestamp;
use mp_worker::wechat::Call;
use serde_json::Value;

pub(crate) const TOKEN: &str = "edgetoken";
pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
pub(crate) const PREVIOUS_AES_KEY: &str = "mNnY5GekpChwqhy2c4NBH90g3hND6GeI4gii2YCvKLY";
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);
pub(crate) const NONCE: &str = "415670741";

/// 32 characters.
pub(crate) const ROOT: &str = "root-api-key-of-the-scenarios-01";
/// 32 bytes in Base64.
pub(crate) const SIGNING_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/// The keys of [`SIGNING_KEY`].
pub(crate) fn signing_keys() -> SigningKeys {
    SigningKeys::new(b"0123456789abcdef0123456789abcdef", None)
}

/// The keys of another worker.
pub(crate) fn other_signing_keys() -> SigningKeys {
    SigningKeys::new(b"another key of thirty-two bytes.", None)
}

/// A configuration from `NAME=value` pairs.
pub(crate) fn config(variables: &[(&str, &str)]) -> Config {
    Config::parse(|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
    })
}

/// The variables of an account that accepts every mode.
pub(crate) fn every_mode() -> Vec<(&'static str, &'static str)> {
    vec![
        ("WECHAT_TOKEN", TOKEN),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_ENCODING_AES_KEY", AES_KEY),
        ("WECHAT_REQUIRE_ENCRYPTION", "false"),
    ]
}

/// The same variables, and more.
pub(crate) fn every_mode_and(more: &[(&'static str, &'static str)]) -> Config {
    let mut variables = every_mode();
    variables.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    variables.extend(more);
    config(&variables)
}

pub(crate) fn account(config: &Config) -> &Account {
    config.account(None).expect("there is an account")
}

pub(crate) fn key(text: &str) -> EncodingAesKey {
    EncodingAesKey::parse(text).expect("43 characters")
}

pub(crate) fn app_id(text: &str) -> AppId {
    AppId::parse(text).expect("an AppID")
}

/// A signed query for a plaintext body.
pub(crate) fn plain_query(token: &str, timestamp: &str) -> String {
    let signature = sign(&Secret::new(token), [timestamp, NONCE]);
    format!("signature={signature}&timestamp={timestamp}&nonce={NONCE}&openid=o")
}

/// A signed query and body in secure mode.
pub(crate) fn sealed(token: &str, aes_key: &str, message: &str) -> (String, String) {
    let encrypt = seal(&key(aes_key), &app_id(APP_ID), *b"0123456789abcdef", message);
    (sealed_query(token, &encrypt), envelope(&encrypt))
}

pub(crate) fn sealed_query(token: &str, encrypt: &str) -> String {
    let timestamp = NOW.to_string();
    let msg_signature = sign(&Secret::new(token), [&timestamp, NONCE, encrypt]);
    format!("{}&encrypt_type=aes&msg_signature={msg_signature}", plain_query(token, &timestamp))
}

pub(crate) fn envelope(encrypt: &str) -> String {
    format!(
        "<xml><ToUserName><![CDATA[gh_0a1b2c3d4e5f]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
    )
}

/// Receives a request as the edge does.
pub(crate) fn receive<'a>(account: &'a Account, query: &'a str, body: &str) -> Result<Delivery<'a>, Error> {
    admit(account.callback().expect("the account is configured"), query, NOW)?.open(body.as_bytes())
}

/// Decodes the message in a plaintext body.
pub(crate) fn decode(body: &str) -> Message {
    decode_whole(body).0
}

/// The same message, with all its fields.
pub(crate) fn decode_whole(body: &str) -> (Message, Value) {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = plain_query(TOKEN, &NOW.to_string());
    let delivery = receive(account(&config), &query, body).expect("the body is a message");
    (delivery.message().clone(), delivery.fields().clone())
}

pub(crate) fn parse_rules(document: &str) -> Result<Rules, Invalid> {
    Settings::parse(document).map(|settings| settings.rules)
}

pub(crate) fn sample(path: &str) -> String {
    let path = format!("{}/tests/fixtures/{path}.xml", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The entry for a plaintext body received at [`NOW`], with the decision of the rules of a document.
pub(crate) fn entry_by(rules: &str, body: &str) -> Result<Entry, TooLarge> {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = plain_query(TOKEN, &NOW.to_string());
    let delivery = receive(account(&config), &query, body).expect("the body is a message");
    let rules = parse_rules(rules).expect("rules");
    let decision = rules.decide(delivery.message(), || delivery.fields());
    let shown = delivery.shown(decision.reply());
    let outcome = Outcome::of(&shown, &decision);
    let (reply, rule) = (shown.unwrap_or_default(), decision.label());
    let decided = EntryDecision { reply, rule, backend: None, outcome, ms: Some(7) };
    Entry::new("default", &delivery, decided, NOW)
}

/// The same entry if no rule matches.
pub(crate) fn entry(body: &str) -> Entry {
    entry_by(r#"{"version": 1, "rules": []}"#, body).expect("it can be stored")
}

/// A user's text message with this CreateTime.
pub(crate) fn text_from(openid: &str, time: Timestamp, msg_id: u64) -> Entry {
    entry(&message_xml(
        openid,
        time,
        &format!(
            "<MsgType>text</MsgType><Content><![CDATA[第 {msg_id} 条]]></Content><MsgId>{msg_id}</MsgId>"
        ),
    ))
}

/// An event with this CreateTime.
pub(crate) fn event_from(openid: &str, time: Timestamp, event: &str, event_key: &str) -> Entry {
    entry(&message_xml(
        openid,
        time,
        &format!(
            "<MsgType>event</MsgType><Event>{event}</Event><EventKey><![CDATA[{event_key}]]></EventKey>"
        ),
    ))
}

pub(crate) fn message_xml(openid: &str, time: Timestamp, fields: &str) -> String {
    format!(
        "<xml><ToUserName>gh_0a1b2c3d4e5f</ToUserName><FromUserName>{openid}</FromUserName>\
         <CreateTime>{time}</CreateTime>{fields}</xml>"
    )
}

/// Parses a reply from JSON.
pub(crate) fn reply(json: &str) -> Reply {
    draft(json).check().expect("within the limits").expect("not silence")
}

pub(crate) fn draft(json: &str) -> ReplyDraft {
    serde_json::from_str(json).expect("the shape of a reply")
}

/// Answers a plaintext `text` message.
pub(crate) fn answer(reply: &Reply) -> Answer {
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = plain_query(TOKEN, &NOW.to_string());
    let body = sample("messages/text");
    let delivery = receive(account(&config), &query, &body).expect("a message");
    delivery.answer(Some(reply), Timestamp::from_seconds(1_700_000_001), [0; 16]).expect("an answer")
}

/// The plan of a call of the JSON API.
pub(crate) fn planned(path: &str, body: &str) -> Result<Plan, api::Error> {
    Endpoint::find(path).expect("a call of the API").plan(body.as_bytes())
}

/// A call's path and query, with the token `T` if it carries one.
pub(crate) fn url(call: &Call) -> String {
    let base = ApiBase::parse("https://api.example.com").expect("a URL");
    let url = call.url(&base, call.needs_token().then(|| Secret::new("T")).as_ref());
    url.strip_prefix("https://api.example.com").expect("the base comes first").to_owned()
}
