//! One call as a chapter sees it: admitted, its body read, at a time (接口调用说明).

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::record::Call;
use super::refusal::Refusal;

/// What is asked, and when.
#[derive(Debug)]
pub(super) struct Ask<'c> {
    /// The sandbox's time, since 1970.
    pub now: Duration,
    /// The body; null where the call has none.
    pub body: Value,
    call: &'c Call,
}

impl<'c> Ask<'c> {
    /// A call without a body.
    pub(super) fn without_body(call: &'c Call, now: Duration) -> Self {
        Self { now, body: Value::Null, call }
    }

    /// A call whose body has to be a JSON object, whatever its Content-Type says.
    pub(super) fn with_body(call: &'c Call, now: Duration) -> Result<Self, Refusal> {
        if call.body.is_empty() {
            return Err(Refusal::EMPTY_POST_DATA);
        }
        match serde_json::from_slice(&call.body) {
            Ok(body @ Value::Object(_)) => Ok(Self { now, body, call }),
            _ => Err(Refusal::DATA_FORMAT),
        }
    }

    /// The body's fields; of another type than documented is 47001.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        T::deserialize(&self.body).map_err(|_| Refusal::DATA_FORMAT)
    }

    /// A parameter of the query.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.call.parameter(name)
    }

    /// Whether the body writes characters as `\uXXXX`, which some calls refuse.
    pub(super) fn has_unicode_escapes(&self) -> bool {
        self.call.body.windows(2).any(|pair| pair == br"\u")
    }
}
