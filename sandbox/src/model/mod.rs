//! Simulates a provider of language models: OpenAI's `/v1/chat/completions` and `/v1/models`, and Dify's
//! `/v1/chat-messages`.
//!
//! A model named `echo` answers with the request's messages as JSON, `fault-` and the name of a [`Fault`] fails in that
//! way, and any other answers the last message. `POST /control` orders faults for the next calls, `GET /log` returns what
//! was asked, and `POST /forget` forgets it. Any other path answers with a page, as providers do where `/v1` is missing.

mod answer;
mod body;
mod fault;
mod question;
mod serve;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

pub use fault::Fault;
pub use serve::{listen, serve};

/// The simulated provider. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct ModelProvider(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What was asked, the oldest first.
    log: Vec<Value>,
    faults: VecDeque<Fault>,
}

impl ModelProvider {
    /// Makes the next calls fail in this way, after those that already will.
    pub fn fail_next(&self, fault: Fault, times: usize) {
        self.lock().faults.extend(std::iter::repeat_n(fault, times));
    }

    /// What was asked, the oldest first: the path, the `authorization` header, and the body.
    #[must_use]
    pub fn log(&self) -> Vec<Value> {
        self.lock().log.clone()
    }

    /// Forgets what was asked, and the ordered faults.
    pub fn forget(&self) {
        *self.lock() = State::default();
    }

    /// Logs a call, and takes its fault.
    fn receive(&self, path: &str, authorization: &str, body: &Value) -> Option<Fault> {
        let mut state = self.lock();
        state.log.push(json!({ "path": path, "authorization": authorization, "body": body }));
        state.faults.pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
