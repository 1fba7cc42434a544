//! Splits a text that is longer than WeChat accepts.

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
/// White space at a cut is removed.
pub(super) fn split(text: &str, limit: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > limit {
        let (part, more) = rest.split_at(cut(rest, limit));
        parts.push(part.trim_end());
        rest = more.trim_start();
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Where to cut a text that is longer than `limit`: after at least one character.
fn cut(text: &str, limit: usize) -> usize {
    let links = links(text);
    let places = places(text, limit, &links);
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
    let mut before = None;
    let mut characters = text.char_indices().peekable();
    while let Some((_, character)) = characters.next() {
        let Some((end, next)) = characters.peek().copied().filter(|(end, _)| *end <= limit) else { break };
        let in_link = links.iter().any(|(first, last)| *first < end && end < *last);
        if !in_link && !belongs_to(next, character) {
            places.push((end, border(before, character)));
        }
        before = Some(character);
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

/// Whether a character must not be separated from the one before it.
const fn belongs_to(character: char, before: char) -> bool {
    const JOINER: char = '\u{200d}';
    if before == JOINER {
        return true;
    }
    match character {
        // Joiners, variation selectors, accents, skin tones and the letters of flags.
        JOINER
        | '\u{300}'..='\u{36f}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0020}'..='\u{e007f}'
        // Punctuation that does not begin a line.
        | '，' | '、' | '：' | ',' | ':' => true,
        '\u{1f1e6}'..='\u{1f1ff}' => matches!(before, '\u{1f1e6}'..='\u{1f1ff}'),
        '.' | '0'..='9' if before == '.' => true,
        _ => is_closing(character) || ends_sentence(character),
    }
}

/// The ranges of links.
fn links(text: &str) -> Vec<(usize, usize)> {
    const END: &str = "</a>";
    let begins = text.match_indices("<a ").map(|(begin, _)| begin);
    begins
        .filter_map(|begin| {
            let length = text.get(begin..)?.find(END)?;
            Some((begin, begin.saturating_add(length).saturating_add(END.len())))
        })
        .collect()
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
    }

    #[test]
    fn a_link_stays_whole_if_it_can() {
        let link = r#"<a href="https://example.com">here, now</a>"#;
        assert_eq!(split(&format!("look {link}"), link.len()), ["look", link]);
        let parts = split(link, 20);
        assert!(parts.iter().all(|part| part.len() <= 20));
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
