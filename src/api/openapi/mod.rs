//! The JSON API as an OpenAPI document, from the entries of the calls and the types that they read and answer.
//!
//! `public/openapi.json` is this document; a test keeps it current.

mod defaults;
mod failures;
mod schemas;
mod variants;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Cookie, Endpoint, Format, MAX_BODY_BYTES, Requirement, endpoints};

use failures::failures_of;
pub(super) use schemas::Schemas;

/// A request and an answer of every call, by its path.
const EXAMPLES: &str = include_str!("examples.json");

const DESCRIPTION: &str = "\
Every call is a `POST` (`token/get` also a `GET`, and `media/get` a `GET` only) with a JSON body in UTF-8, of at most 256 KiB unless the call says otherwise; an empty body \
counts as `{}`. \
The API key is sent as `Authorization: Bearer <api key>` and needs the scope of the call: \
`group:read`, `group:write`, which includes reading, or `*`.\n\n\
A call that succeeds is answered with 200; if WeChat performs it, with WeChat's answer without `errcode` and `errmsg`. \
Any other status comes with an `Error`: programs use its `code`, people read its `message`.\n\n\
WeChat counts most lengths in bytes of UTF-8, of which a Chinese character takes three; \
a `maxLength` in this document counts characters, so a text can fit it and still be too long.";

/// The whole document.
#[must_use]
pub fn document() -> Value {
    // If it were not JSON, the examples would be missing, and a test would fail.
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let mut schemas = Schemas::new();
    let paths: Map<String, Value> = endpoints()
        .map(|endpoint| {
            let methods = match endpoint.format {
                Format::Json | Format::Upload => {
                    json!({ "post": operation(endpoint, &mut schemas, &examples) })
                }
                Format::JsonOrGet => {
                    let post = operation(endpoint, &mut schemas, &examples);
                    json!({ "get": as_get(&post), "post": post })
                }
                Format::Download => json!({ "get": download(endpoint) }),
            };
            (format!("/api/{}", endpoint.path), methods)
        })
        .collect();
    let mut schemas = schemas.into_components();
    schemas.insert("Error".to_owned(), failures::schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "mp-worker",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The JSON API of a WeChat Official Account.",
            "description": DESCRIPTION,
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "api_key": [] }],
        "tags": groups(),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": failures::responses(),
            "parameters": { "account": account() },
            "securitySchemes": { "api_key": api_key(), "session": session() },
        },
    })
}

fn operation(endpoint: &Endpoint, schemas: &mut Schemas, examples: &Value) -> Value {
    let example = |part: &str| examples.get(endpoint.path).and_then(|call| call.get(part));
    let (request, response) = endpoint.handler.schemas(schemas);
    let mut responses: Map<String, Value> =
        failures_of(endpoint).map(|failure| (failure.status.to_string(), failure.reference())).collect();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "Done.", "content": content(&response, example("response")) }),
    );
    let mut request_content = content(&request, example("request"));
    if endpoint.format == Format::Upload {
        request_content = json!({ "multipart/form-data": { "schema": request } });
    }
    let account = json!({ "$ref": "#/components/parameters/account" });
    let parameters: Vec<Value> = (!endpoint.is_about_sessions()).then_some(account).into_iter().collect();
    let mut operation = json!({
        "operationId": endpoint.path.replace('/', "_"),
        "tags": [group(endpoint)],
        "summary": endpoint.summary,
        "description": description(endpoint),
        "parameters": parameters,
        "requestBody": {
            // An empty body counts as `{}`.
            "required": endpoint.plan(b"{}").is_err(),
            "content": request_content,
        },
        "responses": responses,
    });
    let security = match endpoint.requires {
        Requirement::Scope(_) | Requirement::Key => return operation,
        Requirement::Session => json!([{ "session": [] }]),
        Requirement::Nothing => json!([]),
    };
    if let Some(operation) = operation.as_object_mut() {
        operation.insert("security".to_owned(), security);
    }
    operation
}

/// `media/get`, the only download.
fn download(endpoint: &Endpoint) -> Value {
    let parameter = |name: &str, description: &str, schema: Value| {
        json!({
            "name": name,
            "in": "query",
            "required": name == "msg_id",
            "description": description,
            "schema": schema,
        })
    };
    let file = json!({ "schema": { "type": "string", "format": "binary" } });
    let mut responses: Map<String, Value> =
        failures_of(endpoint).map(|failure| (failure.status.to_string(), failure.reference())).collect();
    responses.insert(
        "200".to_owned(),
        json!({ "description": "The file.", "content": { "application/octet-stream": file } }),
    );
    json!({
        "operationId": endpoint.path.replace('/', "_"),
        "tags": [group(endpoint)],
        "summary": endpoint.summary,
        "description": description(endpoint),
        "parameters": [
            { "$ref": "#/components/parameters/account" },
            parameter("msg_id", "`MsgId` of the message.", json!({ "type": "string", "minLength": 1 })),
            parameter("part", "`thumb` for the cover of a video.", json!({ "const": "thumb" })),
        ],
        "responses": responses,
    })
}

/// The same operation without a body.
fn as_get(post: &Value) -> Value {
    let mut get = post.clone();
    if let Some(fields) = get.as_object_mut() {
        fields.remove("requestBody");
        let id = post.get("operationId").and_then(Value::as_str).unwrap_or_default();
        fields.insert("operationId".to_owned(), format!("{id}_with_get").into());
    }
    get
}

fn description(endpoint: &Endpoint) -> String {
    let requires = endpoint.requires;
    let mut description = match requires {
        Requirement::Scope(_) => format!("Needs the scope `{requires}`."),
        Requirement::Key => format!("Needs no scope: `{requires}` API key or session may call it."),
        Requirement::Session => format!("Needs a `{requires}` of the console."),
        Requirement::Nothing => format!("Needs no API key: `{requires}` is sent."),
    };
    if endpoint.max_body_bytes != MAX_BODY_BYTES {
        let _ = write!(description, " Takes a body of up to {} KiB.", endpoint.max_body_bytes / 1024);
    }
    description
}

fn content(schema: &Value, example: Option<&Value>) -> Value {
    let mut media = json!({ "schema": schema });
    if let (Some(media), Some(example)) = (media.as_object_mut(), example) {
        media.insert("example".to_owned(), example.clone());
    }
    json!({ "application/json": media })
}

/// The groups in the order of their calls.
fn groups() -> Vec<Value> {
    let mut names: Vec<&str> = endpoints().map(group).collect();
    names.dedup();
    names.into_iter().map(|name| json!({ "name": name })).collect()
}

fn group(endpoint: &Endpoint) -> &'static str {
    endpoint.path.split_once('/').map_or(endpoint.path, |(group, _)| group)
}

fn account() -> Value {
    json!({
        "name": "account",
        "in": "query",
        "description": "Name of the account; absent = the account of the API key, or the default account with the root key.",
        "schema": { "type": "string" },
    })
}

fn session() -> Value {
    json!({
        "type": "apiKey",
        "in": "cookie",
        "name": Cookie::of("https://").name(),
        "description": "The console's cookie, which `session/create` sets. It counts for every call in the place of an API key, in requests of the worker's own pages.",
    })
}

fn api_key() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "`ROOT_API_KEY`, or a key that `key/create` returned.",
    })
}
