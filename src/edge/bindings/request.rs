//! A request as `entry.js` hands it over, and its body within limits.

use std::borrow::Cow;

use web_sys::{ReadableStream, Request};

use crate::url::path_and_query;

use super::exchange::read_at_most;
use super::log::RequestLog;

/// Of a body that is too large, so much is read and forgotten: its sender is to see why it is refused.
const SPARE_BYTES: usize = 4 * 1024 * 1024;

/// A request, and what of it needs no further call.
pub(in crate::edge) struct Incoming {
    pub(in crate::edge) method: String,
    /// Absolute, as the runtime has normalized it.
    pub(in crate::edge) url: String,
    /// A short body has come with it; any other is still to be read.
    pub(in crate::edge) body: Option<Vec<u8>>,
    /// What becomes known of it on its way.
    pub(in crate::edge) log: RequestLog,
    request: Request,
}

/// Why there is no body.
#[derive(Clone, Copy)]
pub(in crate::edge) enum BodyError {
    /// It has more bytes than allowed.
    TooLarge,
    /// The sender broke off.
    Broken,
}

impl Incoming {
    pub(in crate::edge) fn new(request: Request, method: String, url: String, body: Option<Vec<u8>>) -> Self {
        Self { method, url, body, log: RequestLog::default(), request }
    }

    pub(in crate::edge) fn path_and_query(&self) -> (&str, &str) {
        path_and_query(&self.url)
    }

    pub(in crate::edge) fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// What the sender announced, in bytes.
    pub(in crate::edge) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// A body that is still to be read.
    pub(in crate::edge) fn stream(&self) -> Option<ReadableStream> {
        self.request.body()
    }

    /// The whole body; one that is far too large is refused before it is read to its end.
    pub(in crate::edge) async fn read(&self, limit: usize) -> Result<Cow<'_, [u8]>, BodyError> {
        if let Some(body) = &self.body {
            return if body.len() > limit { Err(BodyError::TooLarge) } else { Ok(Cow::Borrowed(body)) };
        }
        let Some(stream) = self.stream() else { return Ok(Cow::default()) };
        let body = read_at_most(&stream, limit, SPARE_BYTES).await.map_err(|_| BodyError::Broken)?;
        Ok(Cow::Owned(body.ok_or(BodyError::TooLarge)?.to_vec()))
    }
}
