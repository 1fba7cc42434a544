//! The sources of the values: plain variables for one account, `ACCOUNTS` for more.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::secret::Secret;

use super::account::Providers;
use super::{DEFAULT_ACCOUNT, Problem};

/// The fields of one account as text, and what the operator calls them.
pub(super) struct AccountSource {
    pub(super) name: String,
    origin: Origin,
    values: Map<String, Value>,
}

enum Origin {
    Variables,
    Entry(usize),
}

/// Each field: its variable for the default account, and its name inside `ACCOUNTS`.
const FIELDS: [(&str, &str); 9] = [
    ("WECHAT_APP_ID", "app_id"),
    ("WECHAT_TOKEN", "token"),
    ("WECHAT_APP_SECRET", "app_secret"),
    ("WECHAT_ENCODING_AES_KEY", "encoding_aes_key"),
    ("WECHAT_PREVIOUS_TOKEN", "previous_token"),
    ("WECHAT_PREVIOUS_ENCODING_AES_KEY", "previous_encoding_aes_key"),
    ("WECHAT_ORIGINAL_ID", "original_id"),
    ("WECHAT_REQUIRE_ENCRYPTION", "require_encryption"),
    ("WECHAT_SIGNATURE_MAX_AGE", "signature_max_age"),
];

impl AccountSource {
    /// A field's value as text; a blank one counts as absent.
    ///
    /// Surrounding white space is removed: no credential has any, but pasted secrets often do.
    pub(super) fn text(&self, field: &str) -> Result<Option<String>, Problem> {
        let text = match self.values.get(field) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Bool(flag)) => flag.to_string(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(Problem::new(self.label(field), "must be text")),
        };
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// The providers of models of a further account, as `ai` in its entry says.
    pub(super) fn providers(&self) -> Result<Providers, Problem> {
        if matches!(self.origin, Origin::Variables) {
            return Ok(Providers::Variables);
        }
        let malformed = |field: &str| {
            Problem::new(self.label(field), "must be an object of secrets by provider, or \"default\"")
        };
        match self.values.get("ai") {
            None | Some(Value::Null) => Ok(Providers::Own(BTreeMap::new())),
            Some(Value::String(shared)) if shared == DEFAULT_ACCOUNT => Ok(Providers::Variables),
            Some(Value::Object(secrets)) => {
                let secret = |(name, secret): (&String, &Value)| match secret {
                    Value::String(secret) => Ok((name.clone(), Secret::new(secret.trim()))),
                    _ => Err(malformed(&format!("ai.{name}"))),
                };
                secrets.iter().map(secret).collect::<Result<_, _>>().map(Providers::Own)
            }
            Some(_) => Err(malformed("ai")),
        }
    }

    /// Reports an unknown field: most likely a misspelled one.
    pub(super) fn unknown_field(&self) -> Option<Problem> {
        let is_known = |key: &String| key == "ai" || FIELDS.iter().any(|(_, field)| field == key);
        let Origin::Entry(index) = self.origin else { return None };
        (!self.values.keys().all(is_known)).then(|| {
            let complaint = "has a field that does not exist; docs/deploy.md lists them";
            Problem::new(format!("ACCOUNTS[{index}]"), complaint)
        })
    }

    /// What the operator calls a field: its variable, or its path inside `ACCOUNTS`.
    pub(super) fn label(&self, field: &str) -> String {
        match self.origin {
            Origin::Entry(index) => format!("ACCOUNTS[{index}].{field}"),
            Origin::Variables => FIELDS
                .iter()
                .find(|(_, name)| *name == field)
                .map_or(field, |(variable, _)| *variable)
                .to_owned(),
        }
    }
}

/// Collects the accounts, and the problems of entries that cannot be read as accounts.
pub(super) fn read(variable: impl Fn(&str) -> Option<String>) -> (Vec<AccountSource>, Vec<Problem>) {
    let (further, problems) = match variable("ACCOUNTS") {
        Some(json) => read_entries(&json),
        None => (Vec::new(), Vec::new()),
    };
    let mut values = Map::new();
    for (name, field) in FIELDS {
        if let Some(value) = variable(name) {
            values.insert((*field).to_owned(), value.into());
        }
    }

    let mut sources = Vec::with_capacity(further.len().saturating_add(1));
    // If nothing is configured, the default account reports what is missing.
    if !values.is_empty() || (further.is_empty() && problems.is_empty()) {
        sources.push(AccountSource { name: DEFAULT_ACCOUNT.to_owned(), origin: Origin::Variables, values });
    }
    sources.extend(further);
    (sources, problems)
}

fn read_entries(json: &str) -> (Vec<AccountSource>, Vec<Problem>) {
    // serde_json's messages quote values, so they are not passed on.
    let Ok(Value::Array(entries)) = serde_json::from_str(json) else {
        return (Vec::new(), vec![Problem::new("ACCOUNTS", "must be a JSON array of accounts")]);
    };
    let mut sources = Vec::with_capacity(entries.len());
    let mut problems = Vec::new();
    for (index, entry) in entries.into_iter().enumerate() {
        match read_entry(index, entry) {
            Ok(source) => sources.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    (sources, problems)
}

fn read_entry(index: usize, entry: Value) -> Result<AccountSource, Problem> {
    let Value::Object(mut values) = entry else {
        return Err(Problem::new(format!("ACCOUNTS[{index}]"), "must be a JSON object"));
    };
    let Some(Value::String(name)) = values.remove("name") else {
        return Err(Problem::new(format!("ACCOUNTS[{index}].name"), "is missing"));
    };
    if name.is_empty() || !name.bytes().all(is_name_byte) {
        return Err(Problem::new(
            format!("ACCOUNTS[{index}].name"),
            "must be letters, digits, \"-\" or \"_\": it is part of a path",
        ));
    }
    Ok(AccountSource { name, origin: Origin::Entry(index), values })
}

const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}
