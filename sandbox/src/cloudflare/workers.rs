//! Workers: their uploads, secrets and custom domains.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::answer::Answer;
use super::call::Call;

/// The Workers by name.
#[derive(Debug, Default)]
pub(super) struct Workers(BTreeMap<String, Worker>);

#[derive(Debug, Default)]
struct Worker {
    uploads: usize,
    /// All bindings but the secrets.
    bindings: Vec<Value>,
    secrets: BTreeMap<String, Value>,
    migration_tag: Value,
    domains: Value,
    crons: Value,
}

impl Workers {
    /// Everything about every Worker, secrets included.
    pub(super) fn describe(&self) -> Value {
        let one = |(name, worker): (&String, &Worker)| {
            let Worker { uploads, bindings, secrets, migration_tag, domains, crons } = worker;
            let shown = json!({
                "uploads": uploads, "bindings": bindings, "secrets": secrets, "migration_tag": migration_tag,
                "domains": domains, "crons": crons,
            });
            (name.clone(), shown)
        };
        Value::Object(self.0.iter().map(one).collect())
    }

    /// Which Worker each custom domain belongs to: of one host name, or of all.
    pub(super) fn owners(&self, call: &Call) -> Answer {
        let wanted = call.parameter("hostname");
        let hostnames = |worker: &Worker| worker.domains.as_array().cloned().unwrap_or_default();
        let all = self
            .0
            .iter()
            .flat_map(|(name, worker)| hostnames(worker).into_iter().map(move |one| (name, one)));
        let shown = all.filter_map(|(name, domain)| {
            let hostname = domain.get("hostname")?.as_str()?;
            wanted
                .as_deref()
                .is_none_or(|wanted| wanted == hostname)
                .then(|| json!({ "id": hostname, "zone_id": "zone", "hostname": hostname, "service": name }))
        });
        Answer::ok(shown.collect())
    }

    /// Calls under `/workers/scripts/{name}`.
    pub(super) fn script(&mut self, name: &str, rest: &[&str], call: &Call) -> Answer {
        match (call.method.as_str(), rest) {
            ("PUT", []) | ("POST", ["versions"]) => self.upload(name, &call.metadata()),
            ("POST", ["assets-upload-session"]) => Answer::ok(json!({ "jwt": "jwt", "buckets": [] })),
            (method, rest) => {
                let Some(worker) = self.0.get_mut(name) else {
                    return Answer::error(404, 10007, "This Worker does not exist on your account.");
                };
                worker.about(method, rest, call)
            }
        }
    }

    /// `GET /workers/services/{name}`
    pub(super) fn service(&self, name: &str) -> Answer {
        let Some(worker) = self.0.get(name) else {
            return Answer::error(404, 10090, "This Worker does not exist on your account.");
        };
        let script = json!({
            "id": name, "tag": "tag", "last_deployed_from": "wrangler", "migration_tag": worker.migration_tag, "tags": [],
        });
        Answer::ok(
            json!({ "id": name, "default_environment": { "environment": "production", "script": script } }),
        )
    }

    fn upload(&mut self, name: &str, metadata: &Value) -> Answer {
        let worker = self.0.entry(name.to_owned()).or_default();
        worker.uploads = worker.uploads.saturating_add(1);
        worker.bindings.clear();
        for binding in metadata.get("bindings").and_then(Value::as_array).into_iter().flatten() {
            let field = |field: &str| binding.get(field).and_then(Value::as_str);
            match (field("type"), field("name"), binding.get("text")) {
                (Some("secret_text"), Some(secret), Some(text)) => {
                    worker.secrets.insert(secret.to_owned(), text.clone());
                }
                (Some("secret_text" | "inherit"), Some(secret), None)
                    if worker.secrets.contains_key(secret) => {}
                _ => worker.bindings.push(binding.clone()),
            }
        }
        if let Some(tag) = metadata.pointer("/migrations/new_tag") {
            worker.migration_tag = tag.clone();
        }
        Answer::ok(json!({
            "id": name, "etag": "etag", "deployment_id": "deployment", "startup_time_ms": 12, "tag": "tag",
            "compatibility_date": "2026-11-01", "handlers": ["fetch", "scheduled"], "metadata": {}, "number": worker.uploads,
            "resources": { "script": { "etag": "etag" }, "script_runtime": {} },
        }))
    }
}

impl Worker {
    fn about(&mut self, method: &str, rest: &[&str], call: &Call) -> Answer {
        match (method, rest) {
            ("GET", ["secrets"]) => {
                let names = self.secrets.keys();
                Answer::ok(names.map(|name| json!({ "name": name, "type": "secret_text" })).collect())
            }
            ("PUT", ["secrets"]) => {
                let body = call.json();
                let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
                self.secrets.insert(name.to_owned(), body.get("text").cloned().unwrap_or_default());
                Answer::ok(json!({ "name": name, "type": "secret_text" }))
            }
            ("GET", ["settings"]) => {
                Answer::ok(json!({ "bindings": self.bindings, "migration_tag": self.migration_tag }))
            }
            ("GET", ["deployments"]) => Answer::ok(json!({ "deployments": [] })),
            ("POST", ["deployments"]) => Answer::ok(json!({ "id": "deployment" })),
            ("GET", ["versions"]) => Answer::ok(json!({ "items": [] })),
            (_, ["subdomain"]) => Answer::ok(json!({ "enabled": false, "previews_enabled": false })),
            ("GET", ["schedules"]) => Answer::ok(json!({ "schedules": self.crons })),
            ("PUT", ["schedules"]) => {
                self.crons = call.json();
                Answer::ok(json!({ "schedules": self.crons }))
            }
            ("POST", ["domains", "changeset"]) => {
                Answer::ok(json!({ "added": [], "removed": [], "updated": [], "conflicting": [] }))
            }
            ("PUT", ["domains", "records"]) => {
                self.domains = call.json().get("origins").cloned().unwrap_or_default();
                Answer::ok(Value::Null)
            }
            (_, ["script-settings"]) => Answer::ok(json!({})),
            _ => Answer::unknown_route(),
        }
    }
}
