//! Everything that can go wrong on the way to WeChat and back (全局返回码说明 -1 系统繁忙, and worse).

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::Full;
use hyper::Response;
use hyper::body::{Body, Bytes, Frame, SizeHint};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde_json::Value;

use super::refusal::Refusal;

/// What happens to a call instead of its plain answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done; the answer is this errcode and errmsg.
    Errcode(i64, String),
    /// Nothing is done; the answer has this status and this plain text.
    Status(u16, String),
    /// Nothing is done; a proxy on the way answers with a page and status 502.
    Html,
    /// The call is done at once; its answer comes later.
    Delay(Duration),
    /// The call is done; the connection closes without an answer.
    Drop,
    /// The call is done; the connection closes after half of the answer that Content-Length promised.
    Half,
}

/// Faults that were ordered and have not happened yet, in order.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Vec<Ordered>>);

#[derive(Debug)]
struct Ordered {
    fault: Fault,
    calls: usize,
    prefix: Option<String>,
}

impl Faults {
    pub(super) fn order(&self, fault: Fault, calls: usize, prefix: Option<&str>) {
        self.lock().push(Ordered { fault, calls, prefix: prefix.map(ToOwned::to_owned) });
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// The fault of a call to this path: the oldest that is for it.
    pub(super) fn take(&self, path: &str) -> Option<Fault> {
        let mut ordered = self.lock();
        ordered.retain(|order| order.calls > 0);
        let is_meant =
            |order: &&mut Ordered| order.prefix.as_ref().is_none_or(|prefix| path.starts_with(prefix));
        let order = ordered.iter_mut().find(is_meant)?;
        order.calls = order.calls.saturating_sub(1);
        Some(order.fault.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Ordered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a call, or does not, as its fault wants; `perform` does what the call asks.
pub(super) async fn answer(
    fault: Option<Fault>,
    perform: impl FnOnce() -> Value,
) -> Result<Response<Reply>, ClosedOnPurpose> {
    match fault {
        None => Ok(json(&perform())),
        Some(Fault::Errcode(errcode, errmsg)) => Ok(json(&Refusal::ordered(errcode, errmsg).to_json())),
        Some(Fault::Status(status, text)) => Ok(other(status, "text/plain", text)),
        Some(Fault::Html) => Ok(other(502, "text/html", PAGE.to_owned())),
        Some(Fault::Delay(time)) => {
            let answer = perform();
            tokio::time::sleep(time).await;
            Ok(json(&answer))
        }
        Some(Fault::Drop) => {
            perform();
            Err(ClosedOnPurpose)
        }
        Some(Fault::Half) => Ok(json(&perform()).map(Reply::torn)),
    }
}

const PAGE: &str = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

/// An answer as WeChat sends it.
pub(super) fn json(answer: &Value) -> Response<Reply> {
    other(200, "application/json; encoding=utf-8", answer.to_string())
}

fn other(status: u16, content_type: &'static str, text: String) -> Response<Reply> {
    let mut response = Response::new(Reply::Whole(Full::from(text)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    // A status that HTTP has not stays 200: nobody could send it.
    *response.status_mut() = status.try_into().unwrap_or_default();
    response
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Reply {
    Whole(Full<Bytes>),
    Torn(Torn),
}

/// Promises some bytes, sends half of them, and breaks.
#[derive(Debug)]
pub(super) struct Torn {
    promised: u64,
    half: Option<Bytes>,
    has_flushed: bool,
}

impl Reply {
    fn torn(self) -> Self {
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
            // hyper sends what it has when a body is not ready, and throws it away when a body breaks.
            self.has_flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(ClosedOnPurpose)))
    }
}

/// Makes hyper close the connection.
#[derive(Debug)]
pub(super) struct ClosedOnPurpose;

impl fmt::Display for ClosedOnPurpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection is closed on purpose")
    }
}

impl Error for ClosedOnPurpose {}
