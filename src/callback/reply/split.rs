//! Splits a text that is longer than WeChat accepts.

use unicode_segmentation::UnicodeSegmentation as _;

/// The places at which a text may be cut, the best last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Border {
    Character,
    Space,
    Clause,
    Sentence,
    Line,
}

/// From the best to the one that every text has.
const BORDERS: [Border; 5] =
    [Border::Line, Border::Sentence, Border::Clause, Border::Space, Border::Character];

/// The parts of a text, each of at most `limit` bytes: cut after a line, a sentence, a clause or a word, never within
/// a character as the reader sees it, nor within a link unless it is longer than a part.
///
/// White space at a cut is removed, except what indents the line after it.
pub(crate) fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > limit {
        let (part, more) = rest.split_at(cut(rest, limit));
        parts.push(part.trim_end());
        rest = without_blank_start(part, more);
    }
    parts.push(rest);
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// What follows a cut, without the white space that only separated it.
fn without_blank_start<'t>(part: &str, more: &'t str) -> &'t str {
    let trimmed = more.trim_start();
    let Some((blank, _)) = more.split_at_checked(more.len().saturating_sub(trimmed.len())) else {
        return trimmed;
    };
    let ended_line = part.get(part.trim_end().len()..).is_some_and(|blank| blank.contains('\n'));
    let indented = match blank.rfind('\n') {
        Some(line) => more.get(line.saturating_add(1)..),
        None if ended_line => Some(more),
        None => None,
    };
    indented.filter(|_| !trimmed.is_empty()).unwrap_or(trimmed)
}

/// Where to cut a text that is longer than `limit`: after at least one character.
fn cut(text: &str, limit: usize) -> usize {
    // A link that begins in the part and ends after this is longer than a part.
    let near = text.split_at(text.floor_char_boundary(limit.saturating_mul(2))).0;
    let places = places(near, limit, &links(near));
    let best = BORDERS.iter().find_map(|border| {
        let last = places.iter().rev().find(|(_, found)| found == border)?.0;
        // A better border in the first half would make more parts than necessary.
        (*border == Border::Character || last >= limit / 2).then_some(last)
    });
    let any = || text.floor_char_boundary(limit);
    best.or_else(|| places.last().map(|(place, _)| *place)).unwrap_or_else(any).max(1)
}

/// All places within `limit` at which a text may be cut.
fn places(text: &str, limit: usize, links: &[(usize, usize)]) -> Vec<(usize, Border)> {
    let mut places = Vec::new();
    let mut links = links.iter().peekable();
    let mut before = None;
    let mut graphemes = text.grapheme_indices(true).peekable();
    while let Some((_, grapheme)) = graphemes.next() {
        let Some((end, next)) = graphemes.peek().copied().filter(|(end, _)| *end <= limit) else { break };
        while links.next_if(|(_, last)| *last <= end).is_some() {}
        let in_link = links.peek().is_some_and(|(first, _)| *first < end);
        let (last, next) = (grapheme.chars().next_back(), next.chars().next());
        if let (Some(last), Some(next)) = (last, next)
            && !in_link
            && !belongs_to(next, last)
        {
            places.push((end, border(before, last)));
        }
        before = last;
    }
    places
}

fn border(before: Option<char>, character: char) -> Border {
    match character {
        '\n' => Border::Line,
        _ if is_closing(character) && before.is_some_and(ends_sentence) => Border::Sentence,
        _ if ends_sentence(character) => Border::Sentence,
        '，' | '、' | '：' | ',' | ':' => Border::Clause,
        _ if character.is_whitespace() => Border::Space,
        _ => Border::Character,
    }
}

const fn ends_sentence(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '；' | '…' | '.' | '!' | '?' | ';')
}

const fn is_closing(character: char) -> bool {
    matches!(character, '”' | '’' | '」' | '』' | '）' | '】' | '》' | ')' | ']' | '"')
}

/// Whether a character must not begin a line after the one before it, although the reader sees two.
const fn belongs_to(character: char, before: char) -> bool {
    match character {
        '，' | '、' | '：' | ',' | ':' => true,
        '.' | '0'..='9' if before == '.' => true,
        _ => is_closing(character) || ends_sentence(character),
    }
}

/// The ranges of links, in their order. A link ends at the first end tag after it, also if others begin before that.
fn links(text: &str) -> Vec<(usize, usize)> {
    const END: &str = "</a>";
    let text = text.to_ascii_lowercase();
    let mut links: Vec<(usize, usize)> = Vec::new();
    let mut ends = text.match_indices(END).map(|(end, _)| end.saturating_add(END.len())).peekable();
    for (begin, _) in text.match_indices("<a") {
        let is_tag = text.get(begin.saturating_add(2)..).is_some_and(|rest| rest.starts_with(is_space));
        while ends.next_if(|end| *end <= begin).is_some() {}
        if let Some(end) = ends.peek().filter(|_| is_tag)
            && links.last().is_none_or(|(_, last)| last < end)
        {
            links.push((begin, *end));
        }
    }
    links
}

const fn is_space(character: char) -> bool {
    character.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_text_is_cut_at_the_best_border_in_the_second_half() {
        assert_eq!(split("short", 10), ["short"]);
        assert_eq!(split("one two\nthree four", 12), ["one two", "three four"]);
        assert_eq!(split("你好。今天天气，很好", 24), ["你好。今天天气，", "很好"]);
        assert_eq!(split("第一句。第二句。第三句", 26), ["第一句。第二句。", "第三句"]);
        assert_eq!(split("他说：“好。”然后走了", 27), ["他说：“好。”", "然后走了"]);
        assert_eq!(split("alpha beta gamma", 12), ["alpha beta", "gamma"]);
        assert_eq!(split("3.14159 is pi", 6), ["3.1415", "9 is", "pi"]);
    }

    #[test]
    fn what_the_reader_sees_as_one_character_stays_whole() {
        let family = "👨\u{200d}👩\u{200d}👧";
        assert_eq!(split(&format!("ab{family}"), family.len()), ["ab", family]);
        assert_eq!(split("e\u{301}e\u{301}", 4), ["e\u{301}", "e\u{301}"]);
        assert_eq!(split("x🇨🇳", 8), ["x", "🇨🇳"]);
        assert_eq!(split("x👍🏽", 8), ["x", "👍🏽"]);
        for cluster in ["กำ", "नि", "한글", "क्षि"] {
            // Decomposed jamo, vowel signs and conjuncts.
            let cluster = if cluster == "한글" { "\u{1112}\u{1161}\u{11ab}" } else { cluster };
            assert_eq!(split(&format!("x{cluster}"), cluster.len()), ["x", cluster]);
        }
    }

    #[test]
    fn a_link_stays_whole_if_it_can() {
        let link = r#"<a href="https://example.com">here, now</a>"#;
        assert_eq!(split(&format!("look {link}"), link.len()), ["look", link]);
        let parts = split(link, 20);
        assert!(parts.iter().all(|part| part.len() <= 20));
        let link = link.replace("<a href", "<A\nHREF").replace("</a>", "</A>");
        assert_eq!(split(&format!("look {link}"), link.len()), ["look", &link]);
    }

    #[test]
    fn the_indentation_of_a_paragraph_remains() {
        assert_eq!(split("　　第一段。\n　　第二段。", 24), ["　　第一段。", "　　第二段。"]);
        assert_eq!(split("one\n\n  two", 5), ["one", "  two"]);
        assert_eq!(split("one   two", 5), ["one", "two"]);
    }

    #[test]
    fn the_time_is_proportional_to_the_length() {
        // If it grew with the square of the length, this would take minutes.
        for tag in ["<a ", "<a </a>", "</a>", "<a", "e\u{301}", "\u{301}", " ", "\n"] {
            let text = tag.repeat(512 * 1024 / tag.len());
            assert!(split(&text, 2048).iter().all(|part| part.len() <= 2048));
        }
    }

    #[test]
    fn nothing_but_white_space_at_cuts_is_lost_and_no_part_is_too_long() {
        let texts = ["字".repeat(100), "a b ".repeat(100), "\n".repeat(100) + "x", "👨\u{200d}".repeat(50)];
        for text in texts {
            for limit in 4..60 {
                let parts = split(&text, limit);
                assert!(parts.iter().all(|part| part.len() <= limit && !part.is_empty()), "{limit} {text}");
                let whole = |text: &str| text.split_whitespace().collect::<String>();
                assert_eq!(whole(&parts.concat()), whole(&text), "{limit} {text}");
            }
        }
    }
}
