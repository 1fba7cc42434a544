//! Texts with placeholders for the message's fields.

use serde_json::Value;

use crate::callback::reply::not_blank;
use crate::invalid::Invalid;

/// A text such as `Hello, you said {{Content}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A field of the message.
    Field {
        /// The names of nested elements.
        path: Vec<String>,
        /// Whether it is within a tag, as part of a link's address.
        is_in_tag: bool,
    },
}

impl Template {
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        let mut pieces = Vec::new();
        let (mut rest, mut is_in_tag) = (text, false);
        while let Some((before, after)) = rest.split_once("{{") {
            let (path, after) =
                after.split_once("}}").filter(|(path, _)| is_path(path)).ok_or_else(|| {
                    Invalid::new(
                        "content",
                        "must have the name of a field between {{ and }}, such as {{Content}}",
                    )
                })?;
            is_in_tag = ends_in_tag(before, is_in_tag);
            pieces.push(Piece::Text(before.to_owned()));
            let path = path.trim().split('.').map(ToOwned::to_owned).collect();
            pieces.push(Piece::Field { path, is_in_tag });
            rest = after;
        }
        if pieces.is_empty() {
            not_blank("content", text)?;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }

    /// The paths of the fields that it takes from a message, such as `ScanCodeInfo.ScanResult`.
    pub(super) fn fields(&self) -> impl Iterator<Item = String> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Field { path, .. } => Some(path.join(".")),
        })
    }

    /// The text with the fields of a message; a missing field becomes an empty text.
    pub(super) fn render(&self, fields: &Value) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Field { path, is_in_tag } => {
                    let field = path.iter().try_fold(fields, |value, name| value.get(name));
                    let field = field.and_then(Value::as_str).unwrap_or_default();
                    if *is_in_tag {
                        text.push_str(&encoded(field));
                    } else {
                        text.extend(field.chars().map(escape));
                    }
                }
            }
        }
        text
    }
}

/// A text as a part of a URL.
fn encoded(text: &str) -> String {
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

/// Whether a tag is still open after a text.
fn ends_in_tag(text: &str, is_in_tag: bool) -> bool {
    text.rfind(['<', '>'])
        .map_or(is_in_tag, |last| text.get(last..).is_some_and(|rest| rest.starts_with('<')))
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
