//! Faults that tests order.

use serde::Deserialize;

use super::answer::Answer;
use super::call::Call;

/// What goes wrong, and at which call.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// So many calls from now on are answered; the next is performed and gets no answer, nor does any after it. A client
    /// that is killed then has lost exactly that answer.
    HangAfter(usize),
    /// Calls whose `METHOD /path` contains a text are refused.
    Refuse(Refusal),
    /// Calls whose `METHOD /path` contains a text get a page of HTML, as from a proxy or a firewall.
    Page {
        /// The text.
        call: String,
        /// The status of the page.
        status: u16,
    },
    /// The connection of calls whose `METHOD /path` contains this text is closed.
    Cut(String),
    /// Nothing goes wrong any more.
    None,
}

/// An error of Cloudflare.
#[derive(Debug, Clone, Deserialize)]
pub struct Refusal {
    call: String,
    status: u16,
    code: i64,
    message: String,
}

/// What a fault does to a call.
pub(super) enum Strike {
    Refuse(Answer),
    Page(u16),
    Cut,
    Silence,
}

impl Fault {
    /// Counts a call, and returns what becomes of it.
    pub(super) fn strike(&mut self, call: &Call) -> Option<Strike> {
        match self {
            Self::HangAfter(0) => Some(Strike::Silence),
            Self::HangAfter(left) => {
                *left = left.saturating_sub(1);
                None
            }
            Self::Refuse(Refusal { call: wanted, status, code, message }) => {
                is_meant(call, wanted).then(|| Strike::Refuse(Answer::error(*status, *code, message)))
            }
            Self::Page { call: wanted, status } => is_meant(call, wanted).then_some(Strike::Page(*status)),
            Self::Cut(wanted) => is_meant(call, wanted).then_some(Strike::Cut),
            Self::None => None,
        }
    }
}

fn is_meant(call: &Call, wanted: &str) -> bool {
    call.to_string().contains(wanted)
}
