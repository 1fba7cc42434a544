//! Parses a body into a tree of elements that borrow from it.

use std::borrow::Cow;
use std::fmt;

use quick_xml::events::{BytesRef, Event};
use quick_xml::reader::Reader;
use serde_json::{Map, Value};

/// WeChat sends at most four levels. The limit protects the stack from malicious input.
const MAX_DEPTH: usize = 16;

/// Why a body cannot be parsed as WeChat's XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MalformedXml {
    /// The body is not well-formed, or contains an entity that XML does not predefine.
    NotWellFormed,
    /// The body declares a document type. WeChat never does, but attackers may.
    DocumentType,
    /// Elements are nested more than 16 levels deep.
    TooDeep,
    /// The root element is not `<xml>`, or there is not exactly one.
    WrongRoot,
}

impl fmt::Display for MalformedXml {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotWellFormed => "the body is not well-formed XML",
            Self::DocumentType => "the body declares a document type",
            Self::TooDeep => "the body nests elements deeper than 16 levels",
            Self::WrongRoot => "the body is not one <xml> element",
        })
    }
}

impl std::error::Error for MalformedXml {}

/// One element: its text, or its child elements. Attributes are ignored, because WeChat does not use them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element<'a> {
    name: &'a str,
    text: Text<'a>,
    children: Vec<Self>,
}

/// Character data, and whether any of it was in a CDATA section.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Text<'a> {
    value: Cow<'a, str>,
    has_cdata: bool,
}

/// Parses a body whose root element is `<xml>`.
pub fn parse(body: &str) -> Result<Element<'_>, MalformedXml> {
    let body = body.strip_prefix('\u{feff}').unwrap_or(body);
    let mut reader = Reader::from_str(body);
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut root = None;
    loop {
        // The `<` of a start tag is where the previous event ended.
        let position = reader.buffer_position();
        let event = reader.read_event().map_err(|_| MalformedXml::NotWellFormed)?;
        match event {
            Event::Start(tag) => {
                if open.len() == MAX_DEPTH {
                    return Err(MalformedXml::TooDeep);
                }
                open.push(Element::named(name_at(body, position, tag.name().as_ref().len())?));
            }
            Event::Empty(tag) => {
                let element = Element::named(name_at(body, position, tag.name().as_ref().len())?);
                close(element, &mut open, &mut root)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or(MalformedXml::NotWellFormed)?;
                close(element, &mut open, &mut root)?;
            }
            Event::Text(text) => match open.last_mut() {
                Some(element) => element.text.push(normalised(text.into_inner()), false),
                None if is_blank(&text) => {}
                None => return Err(MalformedXml::NotWellFormed),
            },
            Event::CData(text) => open
                .last_mut()
                .ok_or(MalformedXml::NotWellFormed)?
                .text
                .push(normalised(text.into_inner()), true),
            Event::GeneralRef(reference) => open
                .last_mut()
                .ok_or(MalformedXml::NotWellFormed)?
                .text
                .push(Cow::Owned(resolved(&reference)?.to_string()), false),
            Event::DocType(_) => return Err(MalformedXml::DocumentType),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if open.is_empty() => return root.ok_or(MalformedXml::WrongRoot),
            Event::Eof => return Err(MalformedXml::NotWellFormed),
        }
    }
}

impl<'a> Element<'a> {
    fn named(name: &'a str) -> Self {
        Self { name, text: Text::default(), children: Vec::new() }
    }

    /// The character data; empty for an element with children.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text.value
    }

    /// Returns the first child with this name. Names are case-sensitive.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Returns all elements at a path such as `PicList/item`. Only the last step may match more than one element.
    pub fn at<'s>(&'s self, path: &'s str) -> impl Iterator<Item = &'s Self> {
        let (parents, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = parents.split_terminator('/').try_fold(self, |element, step| element.child(step));
        parent.into_iter().flat_map(|element| &element.children).filter(move |child| child.name == name)
    }

    /// Converts the element to JSON: an object of its children, or its text.
    ///
    /// Repeated children become an array. Numbers remain strings, because ids exceed the integers that JSON parsers
    /// represent exactly.
    #[must_use]
    pub fn to_json(&self) -> Value {
        if self.children.is_empty() {
            return Value::String(self.text().to_owned());
        }
        let mut object = Map::new();
        for child in &self.children {
            let value = child.to_json();
            match object.get_mut(child.name) {
                None => {
                    object.insert(child.name.to_owned(), value);
                }
                Some(Value::Array(values)) => values.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Value::Object(object)
    }
}

impl<'a> Text<'a> {
    fn push(&mut self, more: Cow<'a, str>, is_cdata: bool) {
        // White space around a CDATA section is formatting, not content.
        if is_cdata && !self.has_cdata && is_blank(&self.value) {
            self.value = Cow::Borrowed("");
        } else if !is_cdata && self.has_cdata && is_blank(&more) {
            return;
        }
        self.has_cdata |= is_cdata;
        if self.value.is_empty() {
            self.value = more;
        } else {
            self.value.to_mut().push_str(&more);
        }
    }
}

/// Adds a finished element to its parent, or makes it the root.
fn close<'a>(
    mut element: Element<'a>,
    open: &mut [Element<'a>],
    root: &mut Option<Element<'a>>,
) -> Result<(), MalformedXml> {
    if !element.children.is_empty() {
        element.text = Text::default();
    }
    if let Some(parent) = open.last_mut() {
        parent.children.push(element);
        return Ok(());
    }
    if element.name != "xml" || root.is_some() {
        return Err(MalformedXml::WrongRoot);
    }
    *root = Some(element);
    Ok(())
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// Returns the tag name, borrowed from the body instead of the reader's event.
fn name_at(body: &str, position: u64, length: usize) -> Result<&str, MalformedXml> {
    let start = usize::try_from(position).ok().and_then(|position| position.checked_add("<".len()));
    start.and_then(|start| body.get(start..start.checked_add(length)?)).ok_or(MalformedXml::NotWellFormed)
}

/// Normalises line endings to `\n`, as XML requires.
fn normalised(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text }
}

fn resolved(reference: &BytesRef<'_>) -> Result<char, MalformedXml> {
    let character = reference.resolve_char_ref().map_err(|_| MalformedXml::NotWellFormed)?;
    match (character, reference.as_ref()) {
        (Some(character), _) => Ok(character),
        (None, "lt") => Ok('<'),
        (None, "gt") => Ok('>'),
        (None, "amp") => Ok('&'),
        (None, "apos") => Ok('\''),
        (None, "quot") => Ok('"'),
        (None, _) => Err(MalformedXml::NotWellFormed),
    }
}
