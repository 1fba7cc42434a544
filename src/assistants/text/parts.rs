//! An answer as the messages that the user gets.

use crate::assistants::document::LabelAt;
use crate::callback::reply::{MAX_TEXT_BYTES, split};

use super::ELLIPSIS;

const NEXT: &str = "回复任意内容看下文";
const APART: &str = "\n\n";

/// How an answer becomes messages.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'a> {
    /// What marks the answer as generated; may be empty.
    pub label: &'a str,
    /// Where the label is.
    pub label_at: LabelAt,
    /// Maximum number of messages.
    pub parts_max: usize,
    /// Whether the user gets each message in answer to one of their own, and is told so.
    pub is_fetched: bool,
}

impl Layout<'_> {
    /// The messages of at most 2,048 bytes, cut on natural borders; none for a blank text. What does not fit in the last one
    /// is left out, and `……` says so.
    #[must_use]
    pub fn parts(&self, text: &str) -> Vec<String> {
        let (start, text, end) = self.marked(text);
        let whole = format!("{start}{text}{end}");
        if text.is_empty() {
            return Vec::new();
        }
        if whole.len() <= MAX_TEXT_BYTES {
            return vec![whole];
        }
        let next = if self.is_fetched { format!("{APART}{NEXT}") } else { String::new() };
        let around = start.len().saturating_add(end.len().saturating_add(ELLIPSIS.len()).max(next.len()));
        let pieces = split(text, MAX_TEXT_BYTES.saturating_sub(around));
        let count = pieces.len().min(self.parts_max.max(1));
        let is_cut = count < pieces.len();
        let part = |(index, piece): (usize, &str)| {
            let start = if index == 0 { start.as_str() } else { "" };
            let is_last = index.saturating_add(1) == count;
            match (is_last, is_cut) {
                (true, true) => format!("{start}{piece}{ELLIPSIS}{end}"),
                (true, false) => format!("{start}{piece}{end}"),
                (false, _) => format!("{start}{piece}{next}"),
            }
        };
        pieces.into_iter().take(count).enumerate().map(part).collect()
    }

    /// The text without a label that the model has written itself, and what is before and after it.
    fn marked<'t>(&self, text: &'t str) -> (String, &'t str, String) {
        let (label, text) = (self.label, text.trim());
        let none = String::new();
        match self.label_at {
            _ if label.is_empty() => (none.clone(), text, none),
            LabelAt::Start => {
                let text = text.strip_prefix(label).unwrap_or(text).trim_start();
                (format!("{label}{APART}"), text, none)
            }
            LabelAt::End => {
                let text = text.strip_suffix(label).unwrap_or(text).trim_end();
                (none, text, format!("{APART}{label}"))
            }
        }
    }
}
