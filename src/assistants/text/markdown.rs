//! Markdown as plain text: WeChat shows its marks.

use super::inline;

/// How often the text is looked at: what is within a mark may be marked too.
const PASSES: usize = 16;
/// What remains of a text that has more marks within marks than a person writes.
const MARKS: [char; 10] = ['*', '_', '~', '`', '[', ']', '#', '<', '>', '|'];

/// A text without the marks of Markdown, never longer in characters: a heading is a line, an item begins with `·`, a link is
/// its text and URL, an image its URL, a row has ` | ` between its cells. Formulas such as `2*3*4` and names such as
/// `a_b_c` remain, and so does code, with its marks if it contains what is Markdown elsewhere.
#[must_use]
pub fn plain(text: &str) -> String {
    settled(text).unwrap_or_else(|marked| {
        let text = marked.replace(MARKS, "");
        settled(&text).unwrap_or(text)
    })
}

/// The text when a further pass changes nothing, or else as it is after the last.
fn settled(text: &str) -> Result<String, String> {
    let mut text = text.to_owned();
    for _ in 0..PASSES {
        let next = pass(&text);
        if next == text {
            return Ok(next);
        }
        text = next;
    }
    Err(text)
}

fn pass(text: &str) -> String {
    let mut kept: Vec<String> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(mark) = opened_fence(line) else {
            for line in plain_line(line).iter().flat_map(|line| line.split('\n')) {
                let is_second_blank = line.is_empty() && kept.last().is_none_or(String::is_empty);
                if !is_second_blank {
                    kept.push(line.to_owned());
                }
            }
            continue;
        };
        let mut code = Vec::new();
        let end = lines.by_ref().find(|line| {
            let is_end = closes_fence(line, mark);
            if !is_end {
                code.push(*line);
            }
            is_end
        });
        let (first, last) = if is_plain(&code) { (None, None) } else { (Some(line.trim_end()), end) };
        kept.extend(first.into_iter().chain(code).chain(last).map(str::to_owned));
    }
    while kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    kept.join("\n")
}

/// The character of the fence that a line opens.
fn opened_fence(line: &str) -> Option<char> {
    let line = line.trim_start();
    let mark = ['`', '~'].into_iter().find(|mark| line.starts_with(&mark.to_string().repeat(3)))?;
    let info = line.trim_start_matches(mark);
    (!info.contains(['`', '~'])).then_some(mark)
}

fn closes_fence(line: &str, mark: char) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.chars().all(|character| character == mark)
}

/// Whether code can be shown without its fence: it would be the same.
fn is_plain(code: &[&str]) -> bool {
    let is_blank = |line: Option<&&str>| line.is_none_or(|line| line.is_empty());
    let mut before = None;
    let is_kept = code.iter().all(|line| {
        let is_second_blank = line.is_empty() && is_blank(before);
        before = Some(line);
        !is_second_blank && opened_fence(line).is_none() && plain_line(line).as_deref() == Some(*line)
    });
    is_kept && !code.last().is_some_and(|line| line.is_empty())
}

/// A line without its marks; `None` if it consists of marks only.
fn plain_line(line: &str) -> Option<String> {
    let line = line.trim_end();
    let content = line.trim_start();
    let (indent, _) = line.split_at(line.len().saturating_sub(content.len()));
    if is_rule(content) {
        return None;
    }
    let (mut content, mut item) = (content, "");
    loop {
        content = if let Some(heading) = heading(content) {
            heading
        } else if let Some(quoted) = content.strip_prefix('>').filter(|rest| starts_apart(rest, '>')) {
            quoted.trim_start()
        } else if let Some(rest) = content.strip_prefix("- ").or_else(|| content.strip_prefix("* ")) {
            item = "· ";
            rest.trim_start()
        } else {
            break;
        };
    }
    let row = content.strip_prefix('|').and_then(|row| row.strip_suffix('|'));
    let content = row.map_or_else(|| inline::plain(content, '\n'), |row| inline::plain(&cells(row), ' '));
    Some(format!("{indent}{item}{content}").trim_end().to_owned())
}

/// Whether a line only separates: `---`, `***`, `===`, `|---|:-:|`.
fn is_rule(line: &str) -> bool {
    let all = |marks: &[char]| line.chars().all(|character| marks.contains(&character));
    let count = line.chars().filter(|character| !character.is_whitespace()).count();
    let is_line = ['-', '*', '_', '='].iter().any(|mark| all(&[*mark, ' ']));
    (count >= 3 && is_line) || (line.contains('|') && line.contains('-') && all(&['|', '-', ':', ' ']))
}

fn heading(line: &str) -> Option<&str> {
    let text = line.trim_start_matches('#');
    let level = line.len().saturating_sub(text.len());
    if !(1..=6).contains(&level) || !starts_apart(text, ' ') {
        return None;
    }
    let text = text.trim();
    let without_end = text.trim_end_matches('#');
    Some(if without_end.is_empty() || without_end.ends_with(' ') { without_end.trim_end() } else { text })
}

/// Whether a text is empty, or begins with a space or another mark.
fn starts_apart(text: &str, mark: char) -> bool {
    text.is_empty() || text.starts_with([' ', mark])
}

/// A row of a table without its outer borders. One without any space stays so, because it would become longer.
fn cells(row: &str) -> String {
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    let cells = cells.join(" | ");
    if cells.len() > row.len().saturating_add(2) { row.trim().to_owned() } else { cells }
}
