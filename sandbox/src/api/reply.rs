//! HTTP responses, complete or truncated (接口调用说明: 返回 JSON).

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use serde_json::Value;

use crate::server::ClosedOnPurpose;

/// A JSON response as WeChat sends it.
pub(super) fn json(answer: &Value) -> Response<Reply> {
    other(200, "application/json; encoding=utf-8", answer.to_string())
}

/// A response with a file.
pub(super) fn bytes(content_type: &str, disposition: Option<&str>, file: Vec<u8>) -> Response<Reply> {
    let mut response = Response::new(Reply::Whole(Full::from(file)));
    for (name, value) in [(CONTENT_TYPE, Some(content_type)), (CONTENT_DISPOSITION, disposition)] {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A response that is not WeChat's JSON.
pub(super) fn other(status: u16, content_type: &'static str, text: String) -> Response<Reply> {
    let mut response = Response::new(Reply::Whole(Full::from(text)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // HTTP cannot represent an invalid status, so it becomes 200.
    *response.status_mut() = status.try_into().unwrap_or_default();
    response
}

/// The body of a response, complete or truncated.
#[derive(Debug)]
pub(super) enum Reply {
    Whole(Full<Bytes>),
    Torn(Torn),
}

/// Announces a length, sends half of the bytes, and fails.
#[derive(Debug)]
pub(super) struct Torn {
    promised: u64,
    half: Option<Bytes>,
    has_flushed: bool,
}

impl Reply {
    /// Truncates the body to half of its bytes.
    pub(super) fn torn(self) -> Self {
        let Self::Whole(whole) = self else { return self };
        let promised = whole.size_hint().lower();
        let mut bytes = whole.into_inner().unwrap_or_default();
        bytes.truncate(bytes.len() / 2);
        Self::Torn(Torn { promised, half: Some(bytes), has_flushed: false })
    }
}

impl Body for Reply {
    type Data = Bytes;
    type Error = ClosedOnPurpose;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ClosedOnPurpose>>> {
        match self.get_mut() {
            Self::Whole(whole) => Pin::new(whole)
                .poll_frame(context)
                .map(|frame| frame.map(|frame| frame.map_err(|never: Infallible| match never {}))),
            Self::Torn(torn) => torn.poll(context),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(whole) => whole.size_hint(),
            Self::Torn(torn) => SizeHint::with_exact(torn.promised),
        }
    }
}

impl Torn {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, ClosedOnPurpose>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.has_flushed {
            // hyper flushes its buffer when a body is pending, but discards it when a body fails.
            self.has_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(ClosedOnPurpose)))
    }
}
