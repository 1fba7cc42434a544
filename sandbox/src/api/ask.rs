//! An admitted call with its parsed body, as a chapter receives it (接口调用说明).

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::record::Call;
use super::refusal::Refusal;

/// A call and the time at which it arrived.
#[derive(Debug)]
pub(super) struct Ask<'c> {
    /// The time on the sandbox's clock, since the Unix epoch.
    pub now: Duration,
    /// The body; null if the call has none.
    pub body: Value,
    call: &'c Call,
}

impl<'c> Ask<'c> {
    /// Creates an `Ask` for a call without a body.
    pub(super) fn without_body(call: &'c Call, now: Duration) -> Self {
        Self { now, body: Value::Null, call }
    }

    /// Creates an `Ask` for a call whose body must be a JSON object. Like WeChat, this ignores the Content-Type.
    pub(super) fn with_body(call: &'c Call, now: Duration) -> Result<Self, Refusal> {
        if call.body.is_empty() {
            return Err(Refusal::EMPTY_POST_DATA);
        }
        match serde_json::from_slice(&call.body) {
            Ok(body @ Value::Object(_)) => Ok(Self { now, body, call }),
            _ => Err(Refusal::DATA_FORMAT),
        }
    }

    /// Reads the fields of the body. A field of the wrong type is error 47001.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        T::deserialize(&self.body).map_err(|_| Refusal::DATA_FORMAT)
    }

    /// Returns a query parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.call.parameter(name)
    }

    /// Whether the body contains `\uXXXX` escapes, which some calls reject.
    pub(super) fn has_unicode_escapes(&self) -> bool {
        self.call.body.windows(2).any(|pair| pair == br"\u")
    }
}
