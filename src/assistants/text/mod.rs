//! What becomes of a model's answer on its way to the user, and of the texts that the operator wrote.

mod emphasis;
mod inline;
mod links;
mod markdown;
mod parts;
mod placeholders;
mod thoughts;

pub use markdown::plain;
pub use parts::Layout;
pub use placeholders::Placeholders;
pub use thoughts::without_thoughts;

use crate::limits::is_blank;

use super::assistant::Assistant;
use super::reader::Completion;

/// More than the messages of an answer have together, in bytes. What is beyond it is not looked at.
const MAX_BYTES: usize = 32 * 1024;
/// Where a text is cut.
const ELLIPSIS: &str = "……";

/// Why an answer is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unusable {
    /// Nothing that is seen is left of it without the model's thoughts.
    Empty,
    /// It contains a blocked word.
    Blocked,
}

impl Assistant {
    /// An answer as the user may read it, without label: without thoughts, links and Markdown as the operator chose.
    pub fn clean(&self, completion: &Completion) -> Result<String, Unusable> {
        let text = without_thoughts(&completion.text);
        let text = text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default();
        if self.blocked.output.are_in(text) {
            return Err(Unusable::Blocked);
        }
        let text = if self.plain_text { plain(text) } else { text.to_owned() };
        let text = links::limit(&text, &self.links);
        // Marks within a word are gone.
        if self.blocked.output.are_in(&text) {
            return Err(Unusable::Blocked);
        }
        let text = text.trim();
        let is_cut = completion.finish_reason.as_deref() == Some("length");
        match is_blank(text) {
            true => Err(Unusable::Empty),
            false if is_cut => Ok(format!("{text}{ELLIPSIS}")),
            false => Ok(text.to_owned()),
        }
    }
}
