//! Objects of which some fields depend on others, such as a message whose `msgtype` names the object that it contains.
//!
//! A type declares them as one struct, with a `oneOf` or an `anyOf` whose entries say what else is required, or as an enum
//! whose variants have fields. Generators of typed clients do not understand the first and invent names for the second, so
//! here each entry becomes a schema of its own, with all its fields and a name.

use serde_json::{Map, Value, json};

/// Gives each alternative of each object a name and a schema of its own.
pub(super) fn name(schemas: Map<String, Value>) -> Map<String, Value> {
    let mut named = Map::new();
    let mut tags = Vec::new();
    for (name, schema) in schemas {
        match Alternatives::of(&schema) {
            Some(alternatives) => {
                alternatives.describe(&name, &mut named);
                tags.extend(alternatives.tags());
            }
            None => drop(named.insert(name, schema)),
        }
    }
    // The alternatives name their values of `msgtype` one by one.
    named.retain(|name, _| !tags.contains(name));
    named
}

/// An object and its alternatives.
struct Alternatives<'s> {
    keyword: &'static str,
    object: &'s Map<String, Value>,
    entries: &'s [Value],
}

impl<'s> Alternatives<'s> {
    fn of(schema: &'s Value) -> Option<Self> {
        let object = schema.as_object()?;
        let entries =
            |keyword: &'static str| object.get(keyword)?.as_array().map(|entries| (keyword, entries));
        let (keyword, entries) = entries("oneOf").or_else(|| entries("anyOf"))?;
        let are_objects = entries.iter().all(|entry| entry.get("required").is_some());
        are_objects.then_some(Self { keyword, object, entries })
    }

    fn describe(&self, name: &str, named: &mut Map<String, Value>) {
        let mut references = Vec::new();
        let mut mapping = Map::new();
        for entry in self.entries {
            let tag = tag(entry);
            let required = strings(entry.get("required")).last().copied().unwrap_or_default();
            let variant = match tag {
                Some(tag) => format!("{}{name}", pascal(tag)),
                None => format!("{name}With{}", pascal(required)),
            };
            let reference = format!("#/components/schemas/{variant}");
            mapping.extend(tag.map(|tag| (tag.to_owned(), reference.as_str().into())));
            references.push(json!({ "$ref": reference }));
            named.insert(variant, self.variant(entry));
        }
        let mut whole = Map::new();
        whole.extend(self.object.get("description").map(|text| ("description".to_owned(), text.clone())));
        whole.insert(self.keyword.to_owned(), references.into());
        if !mapping.is_empty() {
            let discriminator = json!({ "propertyName": "msgtype", "mapping": mapping });
            whole.insert("discriminator".to_owned(), discriminator);
        }
        named.insert(name.to_owned(), whole.into());
    }

    /// The schema of all values of `msgtype`, if it selects the alternatives.
    fn tags(&self) -> Option<String> {
        self.entries.first().and_then(tag)?;
        let reference = self.object.get("properties")?.pointer("/msgtype/$ref")?.as_str()?;
        reference.rsplit('/').next().map(ToOwned::to_owned)
    }

    /// The whole object as one alternative has it. With `oneOf` it lacks what the others have.
    fn variant(&self, entry: &Value) -> Value {
        let mut variant = self.object.clone();
        variant.remove(self.keyword);
        if !variant.contains_key("properties") {
            variant.remove("description");
        }
        let mut required: Vec<&str> = strings(self.object.get("required"));
        required.extend(strings(entry.get("required")));
        required.sort_unstable();
        required.dedup();
        if let Some(properties) = variant.get_mut("properties").and_then(Value::as_object_mut) {
            if self.keyword == "oneOf" {
                let is_own = |name: &str| {
                    entry.pointer(&format!("/properties/{name}")).is_some() || required.contains(&name)
                };
                properties.retain(|name, _| is_own(name) || !self.is_special(name));
            }
            for field in &required {
                properties.entry(*field).and_modify(require_value);
            }
            let more = entry.get("properties").and_then(Value::as_object);
            for (field, schema) in more.into_iter().flatten() {
                properties.entry(field).and_modify(|property| merge(property, schema));
            }
        }
        variant.insert("required".to_owned(), required.into());
        for (keyword, value) in entry.as_object().into_iter().flatten() {
            // An alternative without common fields is the whole object.
            variant.entry(keyword).or_insert_with(|| value.clone());
        }
        variant.into()
    }

    /// Whether only some alternatives have the field.
    fn is_special(&self, field: &str) -> bool {
        self.entries.iter().any(|entry| {
            strings(entry.get("required")).contains(&field)
                || entry.pointer(&format!("/properties/{field}")).is_some()
        })
    }
}

/// The value of `msgtype` that selects an alternative.
fn tag(entry: &Value) -> Option<&str> {
    entry.pointer("/properties/msgtype/const")?.as_str()
}

/// A required field is not null.
fn require_value(schema: &mut Value) {
    let Some(fields) = schema.as_object_mut() else { return };
    if let Some(Value::Array(kinds)) = fields.get("type") {
        let mut kinds = kinds.clone();
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            fields.insert("type".to_owned(), kind.clone());
        }
    }
    let Some(Value::Array(kinds)) = fields.get("anyOf") else { return };
    let mut kinds = kinds.clone();
    kinds.retain(|kind| *kind != json!({ "type": "null" }));
    if let [Value::Object(kind)] = kinds.as_slice() {
        fields.remove("anyOf");
        fields.extend(kind.clone());
    } else {
        fields.insert("anyOf".to_owned(), kinds.into());
    }
}

/// Adds what an alternative says about a field. A constant replaces the list of all values.
fn merge(property: &mut Value, more: &Value) {
    let (Some(property), Some(more)) = (property.as_object_mut(), more.as_object()) else { return };
    if more.contains_key("const") {
        property.remove("$ref");
        property.insert("type".to_owned(), "string".into());
    }
    property.extend(more.clone());
}

fn strings(list: Option<&Value>) -> Vec<&str> {
    let list = list.and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// `transfer_customer_service` as `TransferCustomerService`.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(word).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::name;

    fn named(schema: Value) -> Value {
        name([("Reply".to_owned(), schema)].into_iter().collect()).into()
    }

    #[test]
    fn a_tag_selects_the_alternative() {
        let named = named(json!({
            "description": "A reply.",
            "type": "object",
            "properties": {
                "msgtype": { "description": "The type.", "$ref": "#/components/schemas/Kind" },
                "text": { "anyOf": [{ "$ref": "#/components/schemas/Text" }, { "type": "null" }] },
                "note": { "type": ["string", "null"] },
            },
            "required": ["msgtype"],
            "oneOf": [
                { "properties": { "msgtype": { "const": "text" } }, "required": ["msgtype", "text"] },
                { "properties": { "msgtype": { "const": "no_reply" } }, "required": ["msgtype"] },
            ],
        }));
        let msgtype = |value: &str| json!({ "description": "The type.", "type": "string", "const": value });
        let note = json!({ "type": ["string", "null"] });
        let object = |properties: Value, required: Value| json!({ "description": "A reply.", "type": "object", "properties": properties, "required": required });
        let text = json!({ "$ref": "#/components/schemas/Text" });
        let with_text = json!({ "msgtype": msgtype("text"), "text": text, "note": note });
        assert_eq!(named["TextReply"], object(with_text, json!(["msgtype", "text"])));
        let without = json!({ "msgtype": msgtype("no_reply"), "note": note });
        assert_eq!(named["NoReplyReply"], object(without, json!(["msgtype"])));
        let expected = json!({
            "description": "A reply.",
            "oneOf": [
                { "$ref": "#/components/schemas/TextReply" }, { "$ref": "#/components/schemas/NoReplyReply" },
            ],
            "discriminator": { "propertyName": "msgtype", "mapping": {
                "text": "#/components/schemas/TextReply", "no_reply": "#/components/schemas/NoReplyReply",
            } },
        });
        assert_eq!(named["Reply"], expected);
    }

    #[test]
    fn a_required_field_selects_the_alternative() {
        let named = named(json!({
            "properties": { "id": { "type": "string" }, "all": { "type": "boolean" }, "limit": { "type": "integer" } },
            "oneOf": [{ "required": ["id"] }, { "required": ["all"] }],
        }));
        let id = json!({ "id": { "type": "string" }, "limit": { "type": "integer" } });
        assert_eq!(named["ReplyWithId"], json!({ "properties": id, "required": ["id"] }));
        assert_eq!(named["Reply"]["oneOf"][1]["$ref"], "#/components/schemas/ReplyWithAll");
    }

    #[test]
    fn the_variants_of_an_enum_are_named() {
        let variant = json!({ "description": "A key.", "properties": { "key": {} }, "required": ["key"] });
        let named = named(json!({ "description": "A condition.", "oneOf": [variant] }));
        assert_eq!(named["ReplyWithKey"], variant);
        let plain = json!({ "oneOf": [{ "const": "a" }, { "const": "b" }] });
        assert_eq!(name([("A".to_owned(), plain.clone())].into_iter().collect())["A"], plain);
    }
}
