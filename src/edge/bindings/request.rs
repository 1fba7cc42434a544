//! A request as `entry.js` passes it, and its body within limits.

use std::borrow::Cow;

use js_sys::Uint8Array;
use web_sys::{ReadableStream, Request};

use crate::url::path_and_query;

use super::exchange::read_at_most;
use super::log::RequestLog;

/// How much of a body that is too large is read and discarded, so that its sender sees why it is rejected.
const SPARE_BYTES: usize = 4 * 1024 * 1024;

/// A request, with the parts that need no further call to JavaScript.
pub(in crate::edge) struct Incoming {
    pub(in crate::edge) method: String,
    /// The absolute URL, normalized by the runtime.
    pub(in crate::edge) url: String,
    /// A short body, read already; any other is still to be read.
    pub(in crate::edge) body: Option<Vec<u8>>,
    /// Collects the fields of the request's log line.
    pub(in crate::edge) log: RequestLog,
    request: Request,
}

/// Why a body could not be read.
#[derive(Clone, Copy)]
pub(in crate::edge) enum BodyError {
    /// It has more bytes than allowed.
    TooLarge,
    /// The connection broke before the end.
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

    /// `Content-Length`, in bytes.
    pub(in crate::edge) fn length(&self) -> Option<u64> {
        self.header("content-length")?.parse().ok()
    }

    /// A body that is still to be read.
    pub(in crate::edge) fn stream(&self) -> Option<ReadableStream> {
        self.request.body()
    }

    /// Reads the whole body without copying it into the module.
    pub(in crate::edge) async fn read_outside(&self, limit: usize) -> Result<Uint8Array, BodyError> {
        if let Some(body) = &self.body {
            return Ok(Uint8Array::from(body.as_slice()));
        }
        let Some(stream) = self.stream() else { return Ok(Uint8Array::default()) };
        let body = read_at_most(&stream, limit, SPARE_BYTES).await.map_err(|_| BodyError::Broken)?;
        body.ok_or(BodyError::TooLarge)
    }

    /// Reads a body of up to `limit` bytes and discards it, so that its sender sees why it is rejected.
    pub(in crate::edge) async fn discard(&self, limit: usize) {
        if let Some(stream) = self.stream() {
            let _ = read_at_most(&stream, 0, limit).await;
        }
    }

    /// Reads the whole body; one that is far too large is rejected before its end.
    pub(in crate::edge) async fn read(&self, limit: usize) -> Result<Cow<'_, [u8]>, BodyError> {
        if let Some(body) = &self.body {
            return if body.len() > limit { Err(BodyError::TooLarge) } else { Ok(Cow::Borrowed(body)) };
        }
        let Some(stream) = self.stream() else { return Ok(Cow::default()) };
        let body = read_at_most(&stream, limit, SPARE_BYTES).await.map_err(|_| BodyError::Broken)?;
        Ok(Cow::Owned(body.ok_or(BodyError::TooLarge)?.to_vec()))
    }
}
