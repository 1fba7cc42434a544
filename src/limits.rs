//! What a text must be before it goes anywhere: the checks that rules, callers and WeChat's limits share.

use crate::invalid::Invalid;

/// The text, unless it is empty or white space alone.
pub fn filled<'t>(field: &str, text: &'t str) -> Result<&'t str, Invalid> {
    if text.trim().is_empty() { Err(Invalid::new(field, "is empty")) } else { Ok(text) }
}

/// The text, unless it has more bytes of UTF-8 than WeChat takes.
pub fn at_most<'t>(field: &str, text: &'t str, bytes: usize) -> Result<&'t str, Invalid> {
    match text.len() {
        size if size > bytes => Err(Invalid::new(field, format!("has {size} bytes; WeChat takes {bytes}"))),
        _ => Ok(text),
    }
}
