//! Checks of texts that several modules share.

use crate::invalid::Invalid;

/// Whether nothing of a text is seen: it is empty, or only white space and invisible characters.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|character| character.is_whitespace() || is_invisible(character))
}

/// The text, unless it is blank.
pub fn filled<'t>(field: &str, text: &'t str) -> Result<&'t str, Invalid> {
    if is_blank(text) { Err(Invalid::new(field, "is empty")) } else { Ok(text) }
}

/// Maximum length of an OpenID in bytes. WeChat's have 28, which it does not promise.
const MAX_OPENID_BYTES: usize = 128;

/// The text, unless it cannot be an OpenID.
pub fn openid<'t>(field: &str, text: &'t str) -> Result<&'t str, Invalid> {
    if filled(field, text)?.len() > MAX_OPENID_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Invalid::new(field, "is not an OpenID"));
    }
    Ok(text)
}

/// Whether a character is invisible, or changes how the text around it is shown.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// The text, unless something in it is invisible or changes how the text around it is shown.
pub fn visible<'t>(field: &str, text: &'t str) -> Result<&'t str, Invalid> {
    if text.trim().chars().any(is_invisible) {
        return Err(Invalid::new(field, "must not contain control characters"));
    }
    Ok(text)
}

/// The text, unless it has more bytes of UTF-8 than WeChat accepts.
pub fn at_most<'t>(field: &str, text: &'t str, bytes: usize) -> Result<&'t str, Invalid> {
    match text.len() {
        size if size > bytes => Err(Invalid::new(field, format!("has {size} bytes; WeChat accepts {bytes}"))),
        _ => Ok(text),
    }
}
