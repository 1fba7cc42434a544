//! Texts with placeholders for the message's fields.

use serde_json::Value;

use crate::invalid::Invalid;

/// A text such as `Hello, you said {{Content}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The path to a field: the names of nested elements.
    Field(Vec<String>),
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (path, after) =
                after.split_once("}}").filter(|(path, _)| is_path(path)).ok_or_else(|| {
                    Invalid::new(
                        "content",
                        "must have the name of a field between {{ and }}, such as {{Content}}",
                    )
                })?;
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Field(path.trim().split('.').map(ToOwned::to_owned).collect()));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The text with the fields of a message; a missing field becomes an empty text.
    pub(super) fn render(&self, fields: &Value) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Field(path) => {
                    let field = path.iter().try_fold(fields, |value, name| value.get(name));
                    text.extend(field.and_then(Value::as_str).unwrap_or_default().chars().map(escape));
                }
            }
        }
        text
    }
}

fn is_path(path: &str) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
    };
    path.trim().split('.').all(is_name)
}

/// Keeps a user's text from becoming a link in the account's reply.
const fn escape(character: char) -> char {
    match character {
        '<' => '＜',
        '>' => '＞',
        other => other,
    }
}
