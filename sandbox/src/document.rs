//! A callback's plaintext as a list of its top-level elements, so that fields can be set.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// The children of `<xml>`, in order, each with its content as XML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document(Vec<(String, String)>);

impl Document {
    /// Reads a sample.
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

    /// Sets a top-level element's text, in CDATA; adds the element if there is none.
    #[must_use]
    pub fn with(self, name: &str, text: &str) -> Self {
        self.with_content(name, format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>")))
    }

    /// Sets a top-level element's number, bare; adds the element if there is none.
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

    /// The content of a top-level element, without its CDATA marks.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        let (_, content) = self.0.iter().find(|(existing, _)| existing == name)?;
        let content = content.trim();
        Some(content.strip_prefix("<![CDATA[").and_then(|inner| inner.strip_suffix("]]>")).unwrap_or(content))
    }

    /// Whether there is such an element.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(existing, _)| existing == name)
    }

    /// The elements without `<xml>` around them.
    #[must_use]
    pub fn inner_xml(&self) -> String {
        self.0.iter().flat_map(|(name, content)| ["<", name, ">", content, "</", name, ">"]).collect()
    }

    /// The whole document.
    #[must_use]
    pub fn to_xml(&self) -> String {
        format!("<xml>{}</xml>", self.inner_xml())
    }
}
