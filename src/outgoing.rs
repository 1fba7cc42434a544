//! Requests to others than WeChat, as values: the core makes them, the edge sends them.

use std::fmt;

/// A `POST` request with a JSON body, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The absolute URL; redirects are not followed.
    pub url: String,
    /// In addition to `content-type: application/json`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
    /// Milliseconds after which the attempt fails, including the time to read the answer's body.
    pub timeout: u32,
    /// Maximum number of bytes of the answer's body that are read; 0 = the body is not read, but for the beginning of a
    /// failure.
    pub max_answer_bytes: usize,
}

/// Without the values of the headers, which contain keys, and without the body, which contains a message.
impl fmt::Debug for Outgoing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        formatter
            .debug_struct("Outgoing")
            .field("url", &self.url)
            .field("headers", &names)
            .finish_non_exhaustive()
    }
}
