//! The marks within a line: code, links, images and emphasis.

use super::emphasis;

/// Schemes of links that are of use to a reader.
const SCHEMES: [&str; 4] = ["https://", "http://", "mailto:", "tel:"];

/// Maximum length of a URL with its title in bytes. A mark whose end is farther away is none.
const MAX_TARGET: usize = 2048;

/// A line without its marks; `<br>` becomes `line_break`.
pub(super) fn plain(line: &str, line_break: char) -> String {
    emphasis::remove(&without_links(&without_code(line), line_break))
}

/// The code at the start of a text: its content, and its length with the marks around it.
pub(super) fn code(text: &str) -> Option<(&str, usize)> {
    let content = text.trim_start_matches('`');
    let (mark, _) = text.split_at(text.len().saturating_sub(content.len()));
    let mut from = 0;
    while let Some(at) = content.get(from..)?.find(mark).map(|at| at.saturating_add(from)) {
        let end = at.saturating_add(mark.len());
        let after = content.get(end..)?.trim_start_matches('`');
        let length = content.len().saturating_sub(after.len()).saturating_sub(at);
        if length == mark.len() {
            return Some((content.get(..at)?, mark.len().saturating_add(end)));
        }
        from = at.saturating_add(length);
    }
    None
}

/// The length of the backticks at the start of a text.
pub(super) fn ticks(text: &str) -> usize {
    text.len().saturating_sub(text.trim_start_matches('`').len())
}

/// Code that is not Markdown without its marks either.
fn without_code(line: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(line.len()), line);
    while let Some(at) = rest.find('`') {
        let (before, from_mark) = rest.split_at(at);
        plain.push_str(before);
        let (shown, length) = match code(from_mark) {
            Some((content, length)) if is_plain(content) => (content.trim(), length),
            Some((_, length)) => (from_mark.get(..length).unwrap_or_default(), length),
            None => (from_mark.get(..ticks(from_mark)).unwrap_or_default(), ticks(from_mark)),
        };
        plain.push_str(shown);
        rest = from_mark.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

fn is_plain(code: &str) -> bool {
    let code = code.trim();
    !code.is_empty()
        && !code.contains(['`', '[', '<', '|'])
        && !["#", ">", "- ", "* ", "---", "***", "==="].iter().any(|mark| code.starts_with(mark))
        && emphasis::remove(code) == code
}

fn without_links(line: &str, line_break: char) -> String {
    let (mut plain, mut rest) = (String::with_capacity(line.len()), line);
    let mut opened = Vec::new();
    while let Some(at) = rest.find(['`', '[', ']', '<']) {
        let (before, from_mark) = rest.split_at(at);
        plain.push_str(before);
        let length = match from_mark.as_bytes().first() {
            Some(b'`') => {
                let length = code(from_mark).map_or_else(|| ticks(from_mark), |(_, length)| length);
                plain.push_str(from_mark.get(..length).unwrap_or_default());
                length
            }
            Some(b'<') => push_tag(from_mark, line_break, &mut plain),
            Some(b'[') => {
                opened.push(plain.len());
                plain.push('[');
                1
            }
            _ => push_link(from_mark, opened.pop(), &mut plain),
        };
        rest = from_mark.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

/// Reads `<br>` or `<https://example.com>`, and returns the length that was read.
fn push_tag(text: &str, line_break: char, plain: &mut String) -> usize {
    let near = near(text);
    let inside = near.get(1..).and_then(|rest| rest.split_once('>')).map(|(inside, _)| inside);
    match inside {
        Some(tag) if tag.trim_end_matches(['/', ' ']).eq_ignore_ascii_case("br") => plain.push(line_break),
        Some(url) if is_absolute(url) && !url.contains(char::is_whitespace) => plain.push_str(url),
        _ => {
            plain.push('<');
            return 1;
        }
    }
    inside.map_or(0, str::len).saturating_add(2)
}

/// Reads `](https://example.com "title")` after a text that begins with the bracket at `opened`, and returns the length
/// that was read.
fn push_link(text: &str, opened: Option<usize>, plain: &mut String) -> usize {
    let target = text.strip_prefix("](").and_then(target);
    let (Some(opened), Some((url, length))) = (opened, target) else {
        plain.push(']');
        return 1;
    };
    let length = length.saturating_add(2);
    let label = plain.split_off(opened).split_off(1);
    let is_image = plain.ends_with('!');
    if is_image {
        plain.pop();
    }
    let label = label.trim();
    if !is_absolute(url) {
        plain.push_str(label);
        return length;
    }
    if !is_image && !label.is_empty() && label != url {
        plain.push_str(label);
        plain.push(' ');
    }
    plain.push_str(url);
    // What follows must not become part of the URL.
    let next = text.get(length..).and_then(|rest| rest.chars().next());
    let joins = |next: char| next.is_alphanumeric() || next.is_ascii_graphic();
    if next.is_some_and(|next| joins(next) && !".,;:!?)]}'\"*_~".contains(next)) {
        plain.push(' ');
    }
    length
}

/// The URL of a link, and the length up to and including the bracket that closes it. Only what looks like a URL or a path
/// is one: `f[i](x)` is not.
fn target(text: &str) -> Option<(&str, usize)> {
    let mut depth = 1_usize;
    let text = near(text);
    let end = text.char_indices().find_map(|(at, character)| {
        match character {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let inside = text.get(..end)?.trim();
    let url = inside.split_whitespace().next()?;
    let title = inside.get(url.len()..)?.trim();
    let is_title = title.is_empty() || title.starts_with(['"', '\'', '(']);
    let url = url.trim_start_matches('<').trim_end_matches('>');
    let is_link = is_absolute(url) || url.starts_with(['#', '/', '.']);
    (is_title && is_link).then_some((url, end.saturating_add(1)))
}

/// As much of a text as is looked at for the end of a mark.
fn near(text: &str) -> &str {
    text.get(..text.floor_char_boundary(MAX_TARGET)).unwrap_or_default()
}

fn is_absolute(url: &str) -> bool {
    SCHEMES.into_iter().any(|scheme| url.starts_with(scheme) && url.len() > scheme.len())
}
