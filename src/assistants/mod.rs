//! Assistants: model providers that answer users' messages.
//!
//! An operator writes an [`AssistantDraft`], which becomes an [`Assistant`]. [`Ask`] makes the request to a
//! [`Provider`], [`Reader`] reads its answer, and [`text`] makes messages of it.

mod ask;
mod assistant;
mod document;
mod failure;
mod memory;
mod provider;
mod reader;
pub mod text;

pub use ask::Ask;
pub use assistant::{Assistant, Blocked, Handover, Limits, Links, Memory, Model, Texts, Words};
pub use document::{Api, AssistantDraft, Input, LabelAt, MAX_ASSISTANTS, Slow};
pub use failure::Failure;
pub use memory::Turn;
pub use provider::{NotProvider, Provider};
pub use reader::{Completion, MAX_STREAM_BYTES, Reader};
