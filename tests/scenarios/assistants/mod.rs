//! Assistants: what is read from settings and secrets, what a provider is asked, and what becomes of its answer.

mod answers;
mod clean;
mod document;
mod parts;
mod requests;

use mp_worker::assistants::{Assistant, AssistantDraft};
use mp_worker::invalid::Invalid;
use serde_json::{Value, json};

/// An assistant with these fields beside the required ones.
pub(crate) fn check(fields: &Value) -> Result<Assistant, Invalid> {
    let mut assistant =
        json!({ "name": "客服", "model": { "provider": "deepseek", "model": "deepseek-v4-flash" } });
    assistant.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let drafts = AssistantDraft::read_all(&[assistant])?;
    Ok(AssistantDraft::check_all(&drafts)?.remove(0))
}

pub(crate) fn assistant(fields: &Value) -> Assistant {
    check(fields).unwrap()
}
