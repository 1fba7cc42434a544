//! Removes what a model thought before it answered.

/// The names of the tags around thoughts.
const NAMES: [&str; 7] = ["think", "thinking", "thought", "thoughts", "reasoning", "思考", "思考过程"];
/// Maximum length of a tag in bytes.
const MAX_TAG: usize = 200;
/// How often the rest is looked at: tags may come together only when what was between them is removed.
const PASSES: usize = 4;

/// The answer without the model's thoughts: a closed `<think>`, an unclosed one to the end, and all that precedes a
/// `</think>` whose beginning the provider has kept; also with the other names that models use, and folded as Dify shows it.
#[must_use]
pub fn without_thoughts(text: &str) -> String {
    let mut text = text.trim().to_owned();
    for _ in 0..PASSES {
        let answer = without_details(&text);
        let shorter = without_tags(answer).unwrap_or_else(|| answer.to_owned());
        let shorter = shorter.trim();
        if shorter == text {
            return text;
        }
        shorter.clone_into(&mut text);
    }
    let end = tags(&text).next().map_or(text.len(), |tag| tag.start);
    let answer = text.get(..end).unwrap_or_default().trim();
    if without_details(answer) == answer { answer.to_owned() } else { String::new() }
}

/// One pass; `None` if there is no tag.
fn without_tags(text: &str) -> Option<String> {
    let mut tags = tags(text).peekable();
    tags.peek()?;
    let (mut kept, mut end) = (String::new(), 0);
    while let Some(tag) = tags.next() {
        if tag.is_end {
            kept.clear();
        } else {
            kept.push_str(text.get(end..tag.start).unwrap_or_default());
        }
        let last = if tag.is_end { Some(tag) } else { tags.by_ref().find(|tag| tag.is_end) };
        let Some(last) = last else { return Some(kept) };
        end = last.end;
    }
    kept.push_str(text.get(end..).unwrap_or_default());
    Some(kept)
}

struct Tag {
    start: usize,
    end: usize,
    is_end: bool,
}

fn tags(text: &str) -> impl Iterator<Item = Tag> {
    text.match_indices(['<', '◁']).filter_map(|(start, bracket)| {
        let rest = text.get(start.saturating_add(bracket.len())..)?;
        let rest = rest.get(..rest.floor_char_boundary(MAX_TAG))?;
        let (inside, is_end) = rest.strip_prefix('/').map_or((rest, false), |inside| (inside, true));
        let inside = inside.strip_prefix("seed:").unwrap_or(inside);
        let is_name = |name: &&str| {
            let (found, after) = inside.split_at_checked(name.len()).unwrap_or_default();
            found.eq_ignore_ascii_case(name) && after.starts_with(['>', '▷', ' ', '\n', '\t'])
        };
        NAMES.into_iter().find(is_name)?;
        let length = inside.find(['>', '▷'])?;
        let closing = inside.get(length..)?.chars().next()?.len_utf8();
        let after = rest.len().saturating_sub(inside.len()).saturating_add(length).saturating_add(closing);
        let end = start.saturating_add(bracket.len()).saturating_add(after);
        Some(Tag { start, end, is_end })
    })
}

/// Older versions of Dify fold the thoughts at the beginning of an answer.
fn without_details(text: &str) -> &str {
    let Some(rest) = text.strip_prefix("<details") else { return text };
    let summary = rest.split_once("</summary>").map_or("", |(summary, _)| summary).to_ascii_lowercase();
    if !["think", "thought", "reason", "思考"].iter().any(|word| summary.contains(word)) {
        return text;
    }
    rest.split_once("</details>").map_or("", |(_, answer)| answer)
}
