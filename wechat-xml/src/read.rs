//! Parses a body into a tree of elements that borrow from it.

use std::borrow::Cow;
use std::fmt;

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

/// The fields of a document whose text somebody else than WeChat wrote.
///
/// WeChat copies such a text into a CDATA section as it is, so that it may contain `]]>`, tags and whole documents. Where
/// the section ends is known only by knowing which fields these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignText {
    /// The paths of these fields, such as `ScanCodeInfo/ScanResult`, in WeChat's order and separated by spaces. There is
    /// no other field between two of them.
    ///
    /// Such a text extends to the last closing tag of its name in the document, or to the first that is followed by the
    /// next of these fields.
    At(&'static str),
    /// Not known: each field on the top level may be one, and no name occurs twice there.
    Unknown,
}

impl ForeignText {
    /// WeChat wrote the whole document.
    pub const NONE: Self = Self::At("");
}

/// Parses a body that WeChat wrote wholly, and whose root element is `<xml>`.
pub fn parse(body: &str) -> Result<Element<'_>, MalformedXml> {
    parse_with(body, |_| ForeignText::NONE)
}

/// Parses a body whose root element is `<xml>`.
///
/// `foreign_text` is asked before each CDATA section, with the root and those of its children that precede the section.
pub fn parse_with(
    body: &str,
    foreign_text: impl Fn(&Element<'_>) -> ForeignText,
) -> Result<Element<'_>, MalformedXml> {
    let mut rest = body.strip_prefix('\u{feff}').unwrap_or(body);
    let mut open: Vec<Element<'_>> = Vec::new();
    let mut root = None;
    loop {
        let markup = rest.find('<').unwrap_or(rest.len());
        let (text, from_markup) = rest.split_at_checked(markup).ok_or(MalformedXml::NotWellFormed)?;
        match open.last_mut() {
            Some(element) => element.text.push(resolved(text)?, false),
            None if is_blank(text) => {}
            None => return Err(MalformedXml::NotWellFormed),
        }
        rest = if let Some(section) = from_markup.strip_prefix("<![CDATA[") {
            let (text, after) =
                character_data(section, &open, &foreign_text).ok_or(MalformedXml::NotWellFormed)?;
            let element = open.last_mut().ok_or(MalformedXml::NotWellFormed)?;
            element.text.push(normalised(text), true);
            after
        } else if let Some(comment) = from_markup.strip_prefix("<!--") {
            after(comment, "-->")?
        } else if let Some(instruction) = from_markup.strip_prefix("<?") {
            after(instruction, "?>")?
        } else if from_markup.starts_with("<!") {
            return Err(MalformedXml::DocumentType);
        } else if let Some(tag) = from_markup.strip_prefix("</") {
            let (name, after) = tag.split_once('>').ok_or(MalformedXml::NotWellFormed)?;
            let element = open.pop().filter(|element| element.name == name.trim_ascii_end());
            close(element.ok_or(MalformedXml::NotWellFormed)?, &mut open, &mut root)?;
            after
        } else if let Some(tag) = from_markup.strip_prefix('<') {
            let (tag, after) = start_tag(tag).ok_or(MalformedXml::NotWellFormed)?;
            if open.len() == MAX_DEPTH {
                return Err(MalformedXml::TooDeep);
            }
            let element = Element::named(tag.name);
            if tag.is_empty {
                close(element, &mut open, &mut root)?;
            } else {
                open.push(element);
            }
            after
        } else if open.is_empty() {
            return root.ok_or(MalformedXml::WrongRoot);
        } else {
            return Err(MalformedXml::NotWellFormed);
        };
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

/// A start tag, without its attributes.
struct StartTag<'a> {
    name: &'a str,
    /// Whether the tag is the whole element.
    is_empty: bool,
}

/// Reads a tag after its `<`, and returns what follows it.
fn start_tag(tag: &str) -> Option<(StartTag<'_>, &str)> {
    let (name, mut rest) =
        tag.split_at_checked(tag.find(|c: char| c.is_ascii_whitespace() || "/><\"'&=".contains(c))?)?;
    if name.is_empty() {
        return None;
    }
    loop {
        let (skipped, markup) = rest.split_at_checked(rest.find(['>', '<', '"', '\''])?)?;
        let mut characters = markup.chars();
        match characters.next()? {
            '>' => {
                let is_empty = skipped.ends_with('/');
                return Some((StartTag { name, is_empty }, characters.as_str()));
            }
            '<' => return None,
            quote => rest = characters.as_str().split_once(quote)?.1,
        }
    }
}

/// What follows a comment or a processing instruction.
fn after<'a>(text: &'a str, end: &str) -> Result<&'a str, MalformedXml> {
    text.split_once(end).map(|(_, after)| after).ok_or(MalformedXml::NotWellFormed)
}

/// Splits a CDATA section, after its start, into its text and what follows it: the closing tag of its element.
fn character_data<'a>(
    section: &'a str,
    open: &[Element<'a>],
    foreign_text: impl Fn(&Element<'a>) -> ForeignText,
) -> Option<(Cow<'a, str>, &'a str)> {
    let (root, path) = open.split_first()?;
    let mut ends = ends_before_closing_tag(section, path.last().unwrap_or(root).name);
    let end = match foreign_text(root) {
        ForeignText::At(paths) => {
            let mut following = paths.split(' ').skip_while(|text| !is_path(text, path));
            match following.next() {
                Some(_) => end_of_foreign_text(ends, following),
                None => ends.next(),
            }
        }
        ForeignText::Unknown if path.len() == 1 => ends.last(),
        ForeignText::Unknown => ends.next(),
    }?;
    let text = section.get(..end.position)?;
    // XML's way to write `]]>`, which our own replies use.
    let text =
        if text.contains(SPLIT) { Cow::Owned(text.replace(SPLIT, "]]>")) } else { Cow::Borrowed(text) };
    Some((text, end.closing_tag))
}

const SPLIT: &str = "]]]]><![CDATA[>";

/// Where a CDATA section may end: at `]]>`, if its element's closing tag follows.
struct SectionEnd<'a> {
    position: usize,
    /// The closing tag and everything after it.
    closing_tag: &'a str,
    /// Everything after the closing tag.
    after: &'a str,
}

fn ends_before_closing_tag<'a>(section: &'a str, name: &'a str) -> impl Iterator<Item = SectionEnd<'a>> {
    section.match_indices("]]>").filter_map(move |(position, _)| {
        let closing_tag = section.get(position..)?.strip_prefix("]]>")?.trim_ascii_start();
        let after =
            closing_tag.strip_prefix("</")?.strip_prefix(name)?.trim_ascii_start().strip_prefix('>')?;
        Some(SectionEnd { position, closing_tag, after })
    })
}

/// The end of a foreign text: the first that the next of the `following` fields comes after, or the last of all.
///
/// If two texts follow each other, and one contains exactly what is between them, nothing tells which; then the first
/// of the two is the shorter.
fn end_of_foreign_text<'a>(
    ends: impl Iterator<Item = SectionEnd<'a>>,
    following: impl Iterator<Item = &'static str>,
) -> Option<SectionEnd<'a>> {
    let mut ends: Vec<_> = ends.collect();
    for path in following {
        let name = path.rsplit('/').next()?;
        if let Some(index) = ends.iter().position(|end| starts_element(end.after, name)) {
            return Some(ends.swap_remove(index));
        }
    }
    ends.pop()
}

fn starts_element(xml: &str, name: &str) -> bool {
    let tag = xml.trim_ascii_start().strip_prefix('<').and_then(|tag| tag.strip_prefix(name));
    tag.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/'))
}

fn is_path(text: &str, path: &[Element<'_>]) -> bool {
    text.split('/').eq(path.iter().map(|element| element.name))
}

/// Normalises line endings to `\n`, as XML requires.
fn normalised(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text }
}

/// Resolves the references in a text, and normalises its line endings.
fn resolved(text: &str) -> Result<Cow<'_, str>, MalformedXml> {
    let Some((before, mut rest)) = text.split_once('&') else { return Ok(normalised(Cow::Borrowed(text))) };
    let mut resolved = normalised(Cow::Borrowed(before)).into_owned();
    loop {
        let (reference, after) = rest.split_once(';').ok_or(MalformedXml::NotWellFormed)?;
        resolved.push(character(reference).ok_or(MalformedXml::NotWellFormed)?);
        let Some((before, next)) = after.split_once('&') else {
            resolved.push_str(&normalised(Cow::Borrowed(after)));
            return Ok(Cow::Owned(resolved));
        };
        resolved.push_str(&normalised(Cow::Borrowed(before)));
        rest = next;
    }
}

/// The character that a reference such as `amp` or `#20320` stands for.
fn character(reference: &str) -> Option<char> {
    let number = match reference {
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "amp" => return Some('&'),
        "apos" => return Some('\''),
        "quot" => return Some('"'),
        _ => reference.strip_prefix('#')?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    let code = u32::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))?;
    char::from_u32(code).filter(|character| *character != '\0')
}
