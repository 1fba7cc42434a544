//! The envelope of every answer of Cloudflare's API.

use serde_json::{Value, json};

use super::call::Call;

/// A status and a body.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn ok(result: Value) -> Self {
        let count = result.as_array().map_or(1, Vec::len);
        let page =
            json!({ "page": 1, "per_page": 1000, "count": count, "total_count": count, "total_pages": 1 });
        let mut body = json!({ "success": true, "errors": [], "messages": [], "result_info": page });
        if let Some(fields) = body.as_object_mut() {
            fields.insert("result".to_owned(), result);
        }
        Self { status: 200, body }
    }

    /// The page of a list that a call asks for.
    pub(super) fn page(all: Vec<Value>, call: &Call) -> Self {
        let number = |name: &str| call.parameter(name).and_then(|text| text.parse::<usize>().ok());
        let (page, size) = (number("page").unwrap_or(1), number("per_page").unwrap_or(1000));
        let before = page.saturating_sub(1).saturating_mul(size);
        Self::ok(all.into_iter().skip(before).take(size).collect())
    }

    /// An error with Cloudflare's code.
    pub(super) fn error(status: u16, code: i64, message: &str) -> Self {
        let errors = json!([{ "code": code, "message": message }]);
        Self { status, body: json!({ "success": false, "errors": errors, "messages": [], "result": null }) }
    }

    pub(super) fn unknown_route() -> Self {
        Self::error(404, 7000, "No route for that URI")
    }
}
