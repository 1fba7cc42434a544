//! Everything that can go wrong on the way to WeChat and back (全局返回码说明 -1 系统繁忙, and worse).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Response;
use serde_json::Value;

use super::refusal::Refusal;
use super::reply::{ClosedOnPurpose, Reply, json, other};

const PAGE: &str = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

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
    /// The call is done at once; its answer comes after [`super::Platform::release`].
    Held,
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

/// Answers a call, or does not, as its fault wants; `perform` does what the call asks, and `release` ends a hold.
pub(super) async fn answer(
    fault: Option<Fault>,
    perform: impl FnOnce() -> Value,
    release: impl Future<Output = ()>,
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
        Some(Fault::Held) => {
            let answer = perform();
            release.await;
            Ok(json(&answer))
        }
        Some(Fault::Drop) => {
            perform();
            Err(ClosedOnPurpose)
        }
        Some(Fault::Half) => Ok(json(&perform()).map(Reply::torn)),
    }
}
