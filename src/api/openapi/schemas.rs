//! The schemas of requests and answers.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

use super::{defaults, variants};

/// Collects the schemas that calls refer to. Requests are described as they are read and answers as they are written:
/// only in a request may a field with a default be absent. What is read and written has one description.
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
        let mut schemas = self.answers.take_definitions(true);
        schemas.extend(self.requests.take_definitions(true));
        schemas.values_mut().for_each(defaults::describe);
        variants::name(schemas)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value};

    use crate::api::endpoints;
    use crate::api::openapi::defaults;

    use super::Schemas;

    /// The properties of an object, and what else its schema says.
    fn parts(mut schema: Value) -> (Map<String, Value>, Value) {
        defaults::describe(&mut schema);
        let fields = schema.as_object_mut().unwrap();
        // Only what is read can have unknown fields.
        fields.remove("additionalProperties");
        let properties = fields.remove("properties").unwrap_or_default();
        (properties.as_object().cloned().unwrap_or_default(), schema)
    }

    #[test]
    fn what_is_read_and_written_is_described_once() {
        let mut schemas = Schemas::new();
        for endpoint in endpoints() {
            endpoint.handler.schemas(&mut schemas);
        }
        let answers = schemas.answers.take_definitions(true);
        for (name, request) in schemas.requests.take_definitions(true) {
            let Some(answer) = answers.get(&name) else { continue };
            let ((read, request), (written, answer)) = (parts(request), parts(answer.clone()));
            assert_eq!(request, answer, "rename one {name} for schemars");
            for (property, schema) in written {
                assert_eq!(read.get(&property), Some(&schema), "{name}.{property}");
            }
        }
    }
}
