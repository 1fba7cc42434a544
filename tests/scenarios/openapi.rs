//! The OpenAPI document: up to date, complete and correct.

use std::collections::BTreeSet;

use jsonschema::Validator;
use mp_worker::api::{self, Access, Endpoint, Format, Group, Plan, Requirement, Scope, endpoints, openapi};
use mp_worker::error::Error;
use mp_worker::invalid::Invalid;
use mp_worker::time::Timestamp;
use mp_worker::wechat::{self, Refusal};
use serde_json::{Value, json};

use crate::world::config;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/public/openapi.json");

#[test]
fn the_file_matches_the_types() {
    let generated = format!("{:#}\n", openapi::document());
    if std::env::var_os("UPDATE_FIXTURES").is_some() {
        std::fs::write(FILE, &generated).unwrap();
    }
    let file = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(file == generated, "run `UPDATE_FIXTURES=1 cargo test` and commit public/openapi.json");
}

#[test]
fn every_call_is_documented_with_its_scope() {
    let document = openapi::document();
    assert_eq!(document["paths"].as_object().unwrap().len(), endpoints().count());
    for endpoint in endpoints() {
        let post = post(&document, endpoint.path);
        let description = post["description"].as_str().unwrap();
        assert!(description.contains(&format!("`{}`", endpoint.requires)), "{}", endpoint.path);
        assert_eq!(post["summary"], endpoint.summary);
    }
}

#[test]
fn every_request_example_is_accepted() {
    let document = openapi::document();
    for endpoint in json_calls() {
        let example = request(&document, endpoint.path)["example"].to_string();
        endpoint.plan(example.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", endpoint.path));
    }
}

#[test]
fn a_body_is_required_unless_an_empty_one_is_accepted() {
    let document = openapi::document();
    for endpoint in json_calls() {
        let is_required = post(&document, endpoint.path)["requestBody"]["required"].as_bool().unwrap();
        assert_eq!(is_required, endpoint.plan(b"").is_err(), "{}", endpoint.path);
    }
}

#[test]
fn every_example_is_valid_against_its_schema() {
    let document = openapi::document();
    for endpoint in json_calls() {
        for content in [request(&document, endpoint.path), response(&document, endpoint.path)] {
            assert!(content["example"].is_object(), "{} lacks an example", endpoint.path);
            check(&document, &content["schema"], &content["example"], endpoint.path);
        }
    }
}

#[test]
fn every_response_example_is_what_the_call_returns() {
    let document = openapi::document();
    for endpoint in json_calls() {
        let body = request(&document, endpoint.path)["example"].to_string();
        let Plan::Call(_, reader) = endpoint.plan(body.as_bytes()).unwrap() else { continue };
        let example = &response(&document, endpoint.path)["example"];
        let answer = reader.read(Ok(example.clone())).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&answer).unwrap(), *example, "{}", endpoint.path);
    }
}

#[test]
fn schemas_reject_invalid_requests() {
    let document = openapi::document();
    for (path, body) in [
        ("message/reply", json!({ "touser": "o", "msgtype": "text", "text": { "content": "" } })),
        ("message/reply", json!({ "touser": "o", "msgtype": "news", "news": { "articles": [] } })),
        (
            "message/reply",
            json!({ "touser": "o", "msgtype": "text", "text": { "content": "a" }, "pause_minutes": 0 }),
        ),
        (
            "message/leave",
            json!({ "openid": "", "reply": { "msgtype": "text", "text": { "content": "a" } } }),
        ),
        ("conversation/list", json!({ "filter": "open" })),
        ("conversation/pause", json!({ "openid": "o", "minutes": 525_601 })),
        ("message/list", json!({ "limit": 0 })),
        ("message/list", json!({ "limit": 101 })),
        ("message/list", json!({ "since": -1 })),
        ("message/list", json!({ "openid": "" })),
        ("user/last_message_time", json!({})),
        ("user/last_message_time", json!({ "openid": "o", "msg_id": "1" })),
        ("menu/event_status", json!({ "since": 253_402_300_800_i64 })),
        ("menu/create", json!({ "button": [] })),
        ("menu/create", json!({ "button": [{ "type": "view", "name": "a" }], "matchrule": {} })),
        ("qrcode/create", json!({ "expire_seconds": 60 })),
        ("qrcode/create", json!({ "scene_id": 1, "expire_seconds": 2_592_001 })),
        ("user/batch_info", json!({ "openid_list": vec!["o"; 101] })),
        ("tag/add", json!({ "id": 100, "openid_list": vec!["o"; 51] })),
        ("tag/list", json!({ "page": 1 })),
        ("template/send", json!({ "touser": "o", "template_id": "t", "data": {} })),
        ("jssdk/config", json!({ "url": "shop.example.com" })),
        ("key/create", json!({ "name": "n", "scopes": ["everything"] })),
    ] {
        let endpoint = Endpoint::find(path).unwrap();
        assert!(endpoint.plan(body.to_string().as_bytes()).is_err(), "{path} accepts {body}");
        let validator = validator(&document, &request(&document, path)["schema"]);
        assert!(!validator.is_valid(&body), "the schema of {path} accepts {body}");
    }
}

#[test]
fn a_call_lists_its_possible_errors() {
    let document = openapi::document();
    let always = ["200", "400", "401", "403", "404", "413", "429", "500", "503"];
    for endpoint in endpoints() {
        let wechat: &[&str] = match (endpoint.requires, endpoint.path) {
            (_, "rule/import_platform") => &["409", "422", "502", "504"],
            (
                Requirement::Scope(Scope::One(
                    Group::Account
                    | Group::Assistant
                    | Group::Key
                    | Group::Stats
                    | Group::Rule
                    | Group::Webhook,
                    _,
                ))
                | Requirement::Key
                | Requirement::Session
                | Requirement::Nothing,
                _,
            )
            | (
                _,
                "message/get"
                | "message/list"
                | "message/leave"
                | "conversation/list"
                | "conversation/pause"
                | "conversation/resume"
                | "conversation/settle"
                | "user/timeline"
                | "user/last_message_time"
                | "user/erase"
                | "user/search"
                | "user/sync"
                | "menu/event_status"
                | "menu/draft"
                | "menu/save_draft"
                | "menu/check"
                | "menu/versions"
                | "menu/version"
                | "qrcode/list"
                | "qrcode/update",
            ) => &[],
            _ => &["409", "422", "502", "504"],
        };
        let message: &[&str] = match (endpoint.path, endpoint.requires) {
            ("message/leave", _) => &["422"],
            ("media/get", _) => &["410"],
            (
                "webhook/test" | "webhook/secret" | "delivery/replay" | "delivery/retry" | "assistant/test"
                | "assistant/check" | "conversation/reset",
                _,
            ) => &[],
            (
                _,
                Requirement::Scope(Scope::One(
                    Group::Rule | Group::Webhook | Group::Assistant,
                    Access::Write,
                )),
            )
            | ("menu/save_draft", _) => &["409"],
            _ => &[],
        };
        let expected: BTreeSet<&str> = always.iter().chain(wechat).chain(message).copied().collect();
        let responses = post(&document, endpoint.path)["responses"].as_object().unwrap();
        assert_eq!(
            responses.keys().map(String::as_str).collect::<BTreeSet<_>>(),
            expected,
            "{}",
            endpoint.path
        );
    }
}

#[test]
fn every_error_matches_its_example() {
    let document = openapi::document();
    let mut shown = 0;
    for error in failures() {
        let failure = error.failure();
        let content = failure_content(&document, failure.status);
        let example = &content["examples"][failure.code]["value"];
        let request_id = example["error"]["request_id"].as_str().expect("an example of this code");
        let body: Value = serde_json::from_str(&failure.body(request_id)).unwrap();
        assert_eq!(&body, example, "{}", failure.status);
        check(&document, &content["schema"], &body, failure.code);
        shown += 1;
    }
    let responses = document["components"]["responses"].as_object().unwrap();
    let examples = responses.values().filter_map(|response| json_content(response)["examples"].as_object());
    assert_eq!(examples.map(serde_json::Map::len).sum::<usize>(), shown, "some examples were not compared");
}

#[test]
fn every_reference_resolves_and_every_component_is_used() {
    let document = openapi::document();
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    for reference in &references {
        let pointer = reference.strip_prefix('#').expect("within the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    for kind in ["schemas", "responses", "parameters"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(references.contains(reference.as_str()), "nothing refers to {reference}");
        }
    }
}

#[test]
fn generators_of_typed_clients_understand_every_schema() {
    let document = openapi::document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        check_generated(name, schema);
    }
    for (name, variants) in
        [("Reply", 9), ("CustomMessage", 12), ("Rule", 4), ("Condition", 7), ("Button", 2)]
    {
        let schema = &schemas[name];
        let references = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()).expect(name);
        assert_eq!(references.len(), variants, "{name}");
        assert!(references.iter().all(|one| one["$ref"].is_string()), "{name}: {schema}");
    }
    assert_eq!(schemas["Reply"]["discriminator"]["mapping"]["text"], "#/components/schemas/TextReply");
    assert_eq!(schemas["RuleList"]["properties"]["rules"]["items"]["$ref"], "#/components/schemas/Rule");
    let limit = schemas["RulePage"]["properties"]["limit"]["description"].as_str().unwrap();
    assert!(limit.ends_with("Default: `100`."), "{limit}");
}

/// The calls whose requests and answers are JSON.
fn json_calls() -> impl Iterator<Item = &'static Endpoint> {
    endpoints().filter(|endpoint| matches!(endpoint.format, Format::Json | Format::JsonOrGet))
}

/// Lists have typed items, alternatives say what they are, and no optional field has a default, which would make it a
/// required one in TypeScript.
fn check_generated(path: &str, schema: &Value) {
    let Some(schema) = schema.as_object() else { panic!("{path} is untyped") };
    assert!(!schema.contains_key("default"), "{path} has a default");
    if schema.get("type") == Some(&json!("array")) {
        check_generated(&format!("{path}[]"), schema.get("items").unwrap_or(&Value::Null));
    }
    for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        check_generated(&format!("{path}.{name}"), property);
    }
    for keyword in ["oneOf", "anyOf"] {
        for entry in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
            let is_typed =
                ["$ref", "type", "const", "enum"].iter().any(|keyword| entry.get(keyword).is_some());
            assert!(is_typed, "{path}.{keyword}: {entry}");
            check_generated(&format!("{path}.{keyword}"), entry);
        }
    }
}

/// One error for every example in the document.
fn failures() -> Vec<Error> {
    let refused = |errcode, errmsg: &str| {
        let rid = Some("6915a2b0-1c5e7b2d-4860a1b2".to_owned());
        Error::Wechat(wechat::Error::Refused(Refusal { errcode, errmsg: errmsg.to_owned(), rid }))
    };
    let empty = |field| Invalid::new(field, "is empty");
    vec![
        Error::Api(api::Error::InvalidParameter(empty("openid"))),
        Error::Api(api::Error::Unauthorized),
        Error::Api(api::Error::LacksScope(Scope::One(Group::Menu, Access::Write))),
        Error::UnknownAccount,
        Error::Api(api::Error::WindowClosed {
            since: Timestamp::from_seconds(1_763_776_800),
            has_unfollowed: false,
        }),
        Error::Api(api::Error::Conflict { version: 7, by: Some("shop".to_owned()) }),
        Error::Api(api::Error::Publishing {
            by: "shop".to_owned(),
            since: Timestamp::from_seconds(1_763_776_800),
            ends_in: 60,
        }),
        Error::Api(api::Error::MediaExpired),
        Error::Api(api::Error::BodyTooLarge { max_bytes: api::MAX_BODY_BYTES }),
        Error::Api(api::Error::InvalidReply(empty("text.content"))),
        refused(43004, "require subscribe"),
        refused(45157, "invalid tag name"),
        refused(45009, "reach max api daily quota limit"),
        Error::Runtime("PRIVATE".to_owned()),
        refused(-1, "system error"),
        Error::Unconfirmed(wechat::Error::Unreachable),
        config(&[("WECHAT_APP_ID", "wx0123456789abcdef")]).account(None).unwrap().app().unwrap_err().into(),
        Error::Api(api::Error::NotErased(String::new())),
        Error::Unconfirmed(wechat::Error::TimedOut),
    ]
}

fn post<'d>(document: &'d Value, path: &str) -> &'d Value {
    let methods = at(document, &["paths", &format!("/api/{path}")]);
    methods.get("post").unwrap_or_else(|| at(methods, &["get"]))
}

fn request<'d>(document: &'d Value, path: &str) -> &'d Value {
    json_content(at(post(document, path), &["requestBody"]))
}

fn response<'d>(document: &'d Value, path: &str) -> &'d Value {
    json_content(at(post(document, path), &["responses", "200"]))
}

fn json_content(message: &Value) -> &Value {
    at(message, &["content", "application/json"])
}

/// A missing value is `null`.
fn at<'d>(value: &'d Value, names: &[&str]) -> &'d Value {
    names.iter().fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// The content of `message/reply`, which documents every error but one, for a status.
fn failure_content(document: &Value, status: u16) -> &Value {
    let call = if status == 410 { "media/get" } else { "message/reply" };
    let reference = at(post(document, call), &["responses", &status.to_string(), "$ref"]);
    let pointer = reference.as_str().expect("the status is listed").trim_start_matches('#');
    json_content(document.pointer(pointer).unwrap())
}

fn check(document: &Value, schema: &Value, value: &Value, what: &str) {
    let errors: Vec<String> =
        validator(document, schema).iter_errors(value).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{what}: {}", errors.join("; "));
}

/// The schema, together with the components that it refers to.
fn validator(document: &Value, schema: &Value) -> Validator {
    let schema = json!({ "allOf": [schema], "components": at(document, &["components"]) });
    jsonschema::draft202012::new(&schema).expect("a JSON Schema")
}

fn collect_references<'d>(value: &'d Value, references: &mut BTreeSet<&'d str>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|field| collect_references(field, references));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, references)),
        _ => {}
    }
}
