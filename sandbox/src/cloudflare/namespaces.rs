//! KV namespaces.

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;

/// The titles of the namespaces, in the order of their creation.
#[derive(Debug, Default)]
pub(super) struct Namespaces(Vec<String>);

impl Namespaces {
    pub(super) fn list(&self) -> Vec<Value> {
        self.0.iter().enumerate().map(|(index, title)| describe(index, title)).collect()
    }

    pub(super) fn create(&mut self, call: &Call) -> Answer {
        let body = call.json();
        let title = body.get("title").and_then(Value::as_str).unwrap_or_default();
        if self.0.iter().any(|other| other == title) {
            let message = "create namespace: 'a namespace with this account ID and title already exists'";
            return Answer::error(400, 10014, message);
        }
        self.0.push(title.to_owned());
        Answer::ok(describe(self.0.len().saturating_sub(1), title))
    }
}

fn describe(index: usize, title: &str) -> Value {
    json!({ "id": format!("{index:032x}"), "title": title, "supports_url_encoding": true })
}
