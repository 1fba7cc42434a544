//! The JSON API as an OpenAPI document, from the entries of the calls and the types that they read and answer.
//!
//! `public/openapi.json` is this document; a test keeps it current.

mod failures;
mod schemas;

use serde_json::{Map, Value, json};

use super::{Endpoint, endpoints};

use failures::failures_of;
pub(super) use schemas::Schemas;

/// A request and an answer of every call, by its path.
const EXAMPLES: &str = include_str!("examples.json");

const DESCRIPTION: &str = "\
Every call is a `POST` with a JSON body in UTF-8 of 256 KiB at most, 2 MiB for `rule/import` and `rule/test`; an empty body counts as `{}`. \
It names its API key as `Authorization: Bearer <api key>`, and the key needs the scope of the call: \
`group:read`, `group:write`, which implies reading, or `*`.\n\n\
An answer is 200 and what WeChat answered, without `errcode` and `errmsg`. \
Anything else is an `Error`: decide on its `code`, and show its `message` to people.\n\n\
WeChat counts most lengths in bytes of UTF-8, in which a Chinese character has three; \
a `maxLength` here counts characters, so a text may fit it and still be too long.";

/// The whole document.
#[must_use]
pub fn document() -> Value {
    // Were it no JSON, the examples would be missing, which a test would see.
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let mut schemas = Schemas::new();
    let paths: Map<String, Value> = endpoints()
        .map(|endpoint| {
            let post = operation(endpoint, &mut schemas, &examples);
            (format!("/api/{}", endpoint.path), json!({ "post": post }))
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
            "securitySchemes": { "api_key": api_key() },
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
    json!({
        "operationId": endpoint.path.replace('/', "_"),
        "tags": [group(endpoint)],
        "summary": endpoint.summary,
        "description": format!("Needs the scope `{}`.", endpoint.scope),
        "parameters": [{ "$ref": "#/components/parameters/account" }],
        "requestBody": {
            // An empty body counts as `{}`.
            "required": endpoint.plan(b"{}").is_err(),
            "content": content(&request, example("request")),
        },
        "responses": responses,
    })
}

fn content(schema: &Value, example: Option<&Value>) -> Value {
    let mut media = json!({ "schema": schema });
    if let (Some(media), Some(example)) = (media.as_object_mut(), example) {
        media.insert("example".to_owned(), example.clone());
    }
    json!({ "application/json": media })
}

/// Each once, in the order of the calls.
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
        "description": "The account's name; absent = the key's own, and the default one with the root key.",
        "schema": { "type": "string" },
    })
}

fn api_key() -> Value {
    json!({
        "type": "http",
        "scheme": "bearer",
        "description": "`ROOT_API_KEY`, or a key that `key/create` made.",
    })
}
