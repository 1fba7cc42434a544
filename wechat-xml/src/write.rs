//! Writes XML in the style of WeChat's samples: strings in CDATA sections, numbers as plain text.

use std::fmt::Display;

/// Builds one `<xml>` document.
pub struct Writer {
    out: String,
}

impl Writer {
    /// Writes a complete document.
    pub fn document(content: impl FnOnce(&mut Self)) -> String {
        let mut writer = Self { out: String::with_capacity(512) };
        writer.element("xml", content);
        writer.out
    }

    /// Writes an element with child elements.
    pub fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.tag("<", name);
        content(self);
        self.tag("</", name);
    }

    /// Writes a string in a CDATA section.
    pub fn text(&mut self, name: &str, text: &str) {
        self.element(name, |writer| {
            writer.out.push_str("<![CDATA[");
            writer.character_data(text);
            writer.out.push_str("]]>");
        });
    }

    /// Writes a number as plain text.
    pub fn number(&mut self, name: &str, number: impl Display) {
        self.element(name, |writer| writer.out.push_str(&number.to_string()));
    }

    fn tag(&mut self, open: &str, name: &str) {
        self.out.push_str(open);
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Removes the characters that XML forbids, because WeChat rejects a reply that contains one.
    /// `]]>` is split across two sections afterwards, because removing a character can create it.
    fn character_data(&mut self, text: &str) {
        if is_plain(text) {
            return self.out.push_str(text);
        }
        let allowed: String = text.chars().filter(|character| is_allowed(*character)).collect();
        for (index, part) in allowed.split("]]>").enumerate() {
            if index > 0 {
                self.out.push_str("]]]]><![CDATA[>");
            }
            self.out.push_str(part);
        }
    }
}

/// Whether a CDATA section can hold a text unchanged. Conservative: returns `false` for some texts that it can hold.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Without an early exit, the compiler can vectorise this loop.
    let mut is_special = false;
    for byte in bytes {
        is_special |= matches!(byte, b']' | 0..=8 | 11 | 12 | 14..=31);
    }
    // U+FFFE and U+FFFF begin with EF BF.
    for (byte, next) in bytes.iter().zip(bytes.iter().skip(1)) {
        is_special |= *byte == 0xef && *next == 0xbf;
    }
    !is_special
}

/// Whether XML 1.0 allows a character.
#[must_use]
pub const fn is_allowed(character: char) -> bool {
    !matches!(
        character,
        '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'
    )
}
