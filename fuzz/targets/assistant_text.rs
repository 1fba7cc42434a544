//! Cleans arbitrary answers of a model, and checks that a further time changes nothing, that nothing becomes longer, and
//! that each message fits.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mp_worker::assistants::text::{Layout, plain, without_thoughts};
use mp_worker::assistants::{Api, LabelAt, Reader};

const LABEL: &str = "（内容由AI生成）";

fuzz_target!(|text: &str| {
    let answer = without_thoughts(text);
    assert_eq!(without_thoughts(&answer), answer);
    let once = plain(&answer);
    assert_eq!(plain(&once), once);
    assert!(once.chars().count() <= text.chars().count());

    let layout = Layout { label: LABEL, label_at: LabelAt::End, parts_max: 3, is_fetched: true };
    let parts = layout.parts(&once);
    assert!(parts.iter().all(|part| part.len() <= 2048));
    assert!(parts.last().is_none_or(|last| last.ends_with(LABEL)));

    // An answer may have any form.
    for api in [Api::Openai, Api::Dify] {
        let mut reader = Reader::new(api);
        reader.push(text.as_bytes());
        let _ = reader.finish(200, None);
    }
});
