use mp_worker::assistants::text::Layout;
use mp_worker::assistants::{LabelAt, Turn};
use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::json;

use super::assistant;

const LABEL: &str = "（内容由AI生成）";
const LAYOUT: Layout<'_> = Layout { label: LABEL, label_at: LabelAt::End, parts_max: 3, is_fetched: false };

#[test]
fn a_short_answer_is_one_message_with_its_label() {
    assert_eq!(LAYOUT.parts("你好"), ["你好\n\n（内容由AI生成）"]);
    assert_eq!(Layout { label_at: LabelAt::Start, ..LAYOUT }.parts("你好"), ["（内容由AI生成）\n\n你好"]);
    assert_eq!(Layout { label: "", ..LAYOUT }.parts("你好"), ["你好"]);
    assert_eq!(LAYOUT.parts("你好（内容由AI生成）"), ["你好\n\n（内容由AI生成）"]);
    assert_eq!(LAYOUT.parts(" \n"), Vec::<String>::new());
    assert_eq!(LAYOUT.parts(LABEL), Vec::<String>::new());
}

#[test]
fn a_long_answer_is_cut_on_natural_borders() {
    let sentence = format!("{}。", "字".repeat(99));
    let parts = LAYOUT.parts(&sentence.repeat(10));
    let [first, last] = parts.as_slice() else { panic!("{parts:?}") };
    assert!(first.ends_with('。') && !first.contains(LABEL), "{first}");
    assert!(last.ends_with(&format!("。\n\n{LABEL}")), "{last}");

    let parts = LAYOUT.parts(&sentence.repeat(100));
    assert_eq!(parts.len(), 3);
    assert!(parts.last().unwrap().ends_with(&format!("。……\n\n{LABEL}")));

    let fetched = Layout { is_fetched: true, ..LAYOUT }.parts(&sentence.repeat(10));
    let [first, last] = fetched.as_slice() else { panic!("{fetched:?}") };
    assert!(first.ends_with("\n\n回复任意内容看下文"), "{first}");
    assert!(last.ends_with(LABEL) && !last.contains("下文"), "{last}");
}

#[test]
fn the_oldest_is_forgotten_first() {
    let turn = |text: &str| Turn { question: text.to_owned(), answer: String::new() };
    let questions = |memory: serde_json::Value, turns: &[&str]| -> Vec<String> {
        let mut history: Vec<Turn> = turns.iter().map(|text| turn(text)).collect();
        assistant(&json!({ "memory": memory })).memory.trim(&mut history);
        history.into_iter().map(|turn| turn.question).collect()
    };
    assert_eq!(questions(json!({ "turns": 2 }), &["a", "b", "c"]), ["b", "c"]);
    assert_eq!(questions(json!({ "turns": 0 }), &["a"]), Vec::<String>::new());
    let long = "x".repeat(12 * 1024);
    assert_eq!(questions(json!({}), &["a", &long, &long]), [long.as_str(), &long]);
    assert_eq!(questions(json!({}), &["a", &long, &long, "b"]), [long.as_str(), "b"]);
    assert_eq!(questions(json!({}), &["a", &"x".repeat(25 * 1024)]), Vec::<String>::new());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn parts_fit_and_keep_the_text(
        words in prop::collection::vec("[a-z你好。，！\n 👍]{1,80}", 1..120),
        parts_max in 1_usize..6,
        is_fetched in any::<bool>(),
        at_start in any::<bool>(),
    ) {
        let text = words.concat();
        let label_at = if at_start { LabelAt::Start } else { LabelAt::End };
        let parts = Layout { label: LABEL, label_at, parts_max, is_fetched }.parts(&text);
        prop_assert!(parts.len() <= parts_max);
        prop_assert!(parts.iter().all(|part| part.len() <= 2048 && !part.trim().is_empty()));
        prop_assert_eq!(parts.concat().matches(LABEL).count(), usize::from(!parts.is_empty()));
        if let (false, Some(last)) = (at_start, parts.last()) {
            prop_assert!(last.ends_with(LABEL));
        }
        let visible = |text: &str| text.split_whitespace().collect::<String>();
        let joined: String = parts.iter().map(|part| part.trim_end_matches("\n\n回复任意内容看下文")).collect();
        let joined = visible(&joined.replace(LABEL, ""));
        let text = visible(&text);
        if let Some(start) = joined.strip_suffix("……") {
            prop_assert!(text.starts_with(start));
        } else {
            prop_assert_eq!(joined, text);
        }
    }
}
