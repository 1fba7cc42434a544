//! Folding: what is done to a text and to a keyword before they are compared.

/// A text in half width and lower case. White space around it remains.
pub(crate) fn fold(text: &str) -> String {
    text.chars().flat_map(folded).collect()
}

/// A regular expression that matches folded texts, if it is compiled to ignore the case of ASCII letters.
pub(crate) fn fold_expression(expression: &str) -> String {
    let mut fold = String::with_capacity(expression.len());
    let mut is_escaped = false;
    for character in expression.chars() {
        if character.is_ascii() {
            is_escaped = character == '\\' && !is_escaped;
            fold.push(character);
            continue;
        }
        for character in folded(character) {
            // A full-width bracket is a character, not a group.
            if character.is_ascii_punctuation() && character != '-' && !is_escaped {
                fold.push('\\');
            }
            fold.push(character);
        }
        is_escaped = false;
    }
    fold
}

fn folded(character: char) -> impl Iterator<Item = char> {
    let (character, mark) = one_width(character);
    character.to_lowercase().chain(mark)
}

/// Converts full-width ASCII and signs (`Ａ`, `！`, `￥`, the ideographic space), which Chinese input methods produce, to half
/// width, and half-width kana to full width. The voicing mark of a kana becomes a character of its own, as it is in half
/// width.
fn one_width(character: char) -> (char, Option<char>) {
    const KANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";
    const DISTANCE: u32 = '！' as u32 - '!' as u32;
    const SIGNS: &str = "¢£¬¯¦¥₩";
    let nth = |table: &str, first: char| {
        let index = u32::from(character).checked_sub(u32::from(first));
        index.and_then(|index| table.chars().nth(usize::try_from(index).ok()?)).unwrap_or(character)
    };
    let before = |distance: u32| {
        u32::from(character).checked_sub(distance).and_then(char::from_u32).unwrap_or(character)
    };
    match character {
        '\u{3000}' => (' ', None),
        '！'..='～' => (before(DISTANCE), None),
        '\u{ff61}'..='\u{ff9f}' => (nth(KANA, '\u{ff61}'), None),
        '\u{ffe0}'..='\u{ffe6}' => (nth(SIGNS, '\u{ffe0}'), None),
        'ヴ' => ('ウ', Some('゛')),
        'ガ' | 'ギ' | 'グ' | 'ゲ' | 'ゴ' | 'ザ' | 'ジ' | 'ズ' | 'ゼ' | 'ゾ' | 'ダ' | 'ヂ' | 'ヅ' | 'デ'
        | 'ド' | 'バ' | 'ビ' | 'ブ' | 'ベ' | 'ボ' => (before(1), Some('゛')),
        'パ' | 'ピ' | 'プ' | 'ペ' | 'ポ' => (before(2), Some('゜')),
        other => (other, None),
    }
}
