//! The schemas of requests and answers.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

/// Collects the schemas that calls refer to. Requests are described as they are read and answers as they are written:
/// only in a request may a field with a default be absent.
pub(in crate::api) struct Schemas {
    requests: SchemaGenerator,
    answers: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings =
            SchemaSettings::draft2020_12().with(|it| it.definitions_path = "/components/schemas".into());
        Self {
            requests: settings.clone().for_deserialize().into_generator(),
            answers: settings.for_serialize().into_generator(),
        }
    }

    /// The request and the answer of a call.
    pub(in crate::api) fn of<Request: JsonSchema, Answer: JsonSchema>(&mut self) -> (Value, Value) {
        let request = self.requests.subschema_for::<Request>();
        let answer = self.answers.subschema_for::<Answer>();
        (request.to_value(), answer.to_value())
    }

    /// The content of `components.schemas`.
    pub(super) fn into_components(mut self) -> Map<String, Value> {
        let mut schemas = self.requests.take_definitions(true);
        schemas.extend(self.answers.take_definitions(true));
        schemas
    }
}

#[cfg(test)]
mod tests {
    use crate::api::endpoints;

    use super::Schemas;

    #[test]
    fn no_name_means_one_thing_in_requests_and_another_in_answers() {
        let mut schemas = Schemas::new();
        for endpoint in endpoints() {
            endpoint.handler.schemas(&mut schemas);
        }
        for name in schemas.requests.definitions().keys() {
            assert!(!schemas.answers.definitions().contains_key(name), "rename one {name} for schemars");
        }
    }
}
