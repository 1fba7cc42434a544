//! The plaintext of a callback as a list of its top-level elements, which can be set.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// The children of `<xml>` in order: the name of each and its content as XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(Vec<(String, String)>);

impl Document {
    /// Parses a document.
    pub fn parse(xml: &str) -> Result<Self, quick_xml::Error> {
        let mut reader = Reader::from_str(xml);
        let mut elements = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(tag) if tag.name().as_ref() == "xml" => {}
                Event::Start(tag) => {
                    let content = reader.read_text(tag.name())?;
                    elements.push((tag.name().as_ref().to_owned(), content.into_inner().into_owned()));
                }
                Event::Eof => return Ok(Self(elements)),
                _ => {}
            }
        }
    }

    /// Sets the text of a top-level element, in a CDATA section. Adds the element if it does not exist.
    ///
    /// Like WeChat, it does not escape `]]>` in the text.
    #[must_use]
    pub fn with(self, name: &str, text: &str) -> Self {
        self.with_content(name, format!("<![CDATA[{text}]]>"))
    }

    /// Sets the number in a top-level element, as plain text. Adds the element if it does not exist.
    #[must_use]
    pub fn with_number(self, name: &str, number: &str) -> Self {
        self.with_content(name, number.to_owned())
    }

    fn with_content(mut self, name: &str, content: String) -> Self {
        match self.0.iter_mut().find(|(existing, _)| existing == name) {
            Some((_, existing)) => *existing = content,
            None => self.0.push((name.to_owned(), content)),
        }
        self
    }

    /// Returns the content of a top-level element, without the CDATA delimiters.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let (_, content) = self.0.iter().find(|(existing, _)| existing == name)?;
        let content = content.trim();
        Some(content.strip_prefix("<![CDATA[").and_then(|inner| inner.strip_suffix("]]>")).unwrap_or(content))
    }

    /// Whether a top-level element with this name exists.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(existing, _)| existing == name)
    }

    /// Serialises the elements without the enclosing `<xml>`.
    #[must_use]
    pub fn inner_xml(&self) -> String {
        self.0.iter().flat_map(|(name, content)| ["<", name, ">", content, "</", name, ">"]).collect()
    }

    /// Serialises the whole document.
    #[must_use]
    pub fn to_xml(&self) -> String {
        format!("<xml>{}</xml>", self.inner_xml())
    }
}
