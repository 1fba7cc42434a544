//! `*emphasis*`, `**strong**`, `_emphasis_` and `~~deleted~~`: marks that are removed in pairs at the edges of words.

use super::inline;

/// Marks next to each other.
#[derive(Clone, Copy)]
struct Run {
    mark: char,
    start: usize,
    length: usize,
    opens: bool,
    closes: bool,
}

/// What a mark is next to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// White space, or the end of the line.
    Space,
    /// A letter or a digit.
    Word,
    /// A sign of ASCII.
    Sign,
    /// A character that has no spaces around it, such as a Chinese one.
    Wide,
}

/// The text without marks of emphasis. `2*3*4` and `a_b_c` have none, nor have code and URLs.
pub(super) fn remove(text: &str) -> String {
    if !text.contains(['*', '_', '~']) {
        return text.to_owned();
    }
    let mut removed: Vec<(usize, usize)> = Vec::new();
    let mut open: [Vec<Run>; 3] = Default::default();
    for mut run in runs(text) {
        while run.closes && run.length > 0 {
            let Some(opener) = stack(&mut open, run.mark).pop() else { break };
            let length = opener.length.min(run.length);
            let inner_start = opener.start.saturating_add(opener.length);
            if length > 1 && run.mark == '_' && text.get(inner_start..run.start).is_some_and(is_name) {
                break;
            }
            // What was opened in between has no end.
            for others in &mut open {
                while others.pop_if(|other| other.start > opener.start).is_some() {}
            }
            removed.extend([(inner_start.saturating_sub(length), length), (run.start, length)]);
            run.start = run.start.saturating_add(length);
            run.length = run.length.saturating_sub(length);
            if opener.length > length {
                let rest = Run { length: opener.length.saturating_sub(length), ..opener };
                stack(&mut open, run.mark).push(rest);
            }
        }
        if run.opens && run.length > 0 {
            stack(&mut open, run.mark).push(run);
        }
    }
    removed.sort_unstable();
    let (mut plain, mut end) = (String::with_capacity(text.len()), 0);
    for (start, length) in removed {
        plain.push_str(text.get(end..start).unwrap_or_default());
        end = start.saturating_add(length);
    }
    plain.push_str(text.get(end..).unwrap_or_default());
    plain
}

const fn stack(open: &mut [Vec<Run>; 3], mark: char) -> &mut Vec<Run> {
    let [stars, lines, tildes] = open;
    match mark {
        '*' => stars,
        '_' => lines,
        _ => tildes,
    }
}

/// Whether a text is a name such as `init` in `__init__`.
fn is_name(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = 0;
    let mut before = None;
    while let Some(rest) = text.get(at..)
        && let Some(mark) = rest.chars().next()
    {
        let length = match mark {
            '*' | '_' | '~' => {
                let length = rest.len().saturating_sub(rest.trim_start_matches(mark).len());
                let after = rest.get(length..).and_then(|rest| rest.chars().next());
                runs.extend(run(mark, at, length, before, after));
                length
            }
            '`' => inline::code(rest).map_or_else(|| inline::ticks(rest), |(_, length)| length),
            _ => url_length(rest).unwrap_or_else(|| mark.len_utf8()),
        };
        before = rest.get(..length).and_then(|passed| passed.chars().next_back());
        at = at.saturating_add(length);
    }
    runs
}

fn run(mark: char, start: usize, length: usize, before: Option<char>, after: Option<char>) -> Option<Run> {
    // A single tilde is a range.
    if mark == '~' && length != 2 {
        return None;
    }
    // Chinese is not separated from its emphasis, but 长*宽*高 is a formula.
    let is_strong = mark != '_' && length > 1;
    let (before_side, after_side) = (side(before, is_strong), side(after, is_strong));
    let is_bracket = |character: Option<char>, brackets: &str| {
        character.is_some_and(|character| brackets.contains(character)) && !is_strong
    };
    // As in `**Price:**100`.
    let ends_label = is_strong && before == Some(':');
    let opens = after_side != Side::Space
        && (before_side != Side::Word || after_side == Side::Wide)
        && !is_bracket(before, ")]}");
    let closes = before_side != Side::Space
        && (after_side != Side::Word || before_side == Side::Wide || ends_label)
        && !is_bracket(after, "([{");
    (opens || closes).then_some(Run { mark, start, length, opens, closes })
}

fn side(character: Option<char>, is_strong: bool) -> Side {
    match character {
        None => Side::Space,
        Some(character) if character.is_whitespace() => Side::Space,
        Some(character) if character.is_ascii_alphanumeric() => Side::Word,
        Some(character) if character.is_ascii() => Side::Sign,
        Some(character) if is_strong && is_chinese(character) => Side::Wide,
        Some(character) if character.is_alphanumeric() => Side::Word,
        Some(_) => Side::Wide,
    }
}

/// Whether a character is of a script without spaces between words.
const fn is_chinese(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..)
}

/// The length of the URL at the start of a text. An underscore at its end is a mark.
fn url_length(text: &str) -> Option<usize> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let is_end = |character: char| !character.is_ascii_graphic() || "*~`<>\"|".contains(character);
    let url = text.get(..text.find(is_end).unwrap_or(text.len()))?;
    Some(url.trim_end_matches('_').len())
}
