//! Faults: simulated failures of WeChat (such as 全局返回码说明 -1 系统繁忙) and of the network.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Response;
use serde_json::Value;

use crate::server::ClosedOnPurpose;

use super::refusal::Refusal;
use super::reply::{Reply, json, other};

const PAGE: &str = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>";

/// What happens to a call instead of the normal response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The call is not performed. The response is this errcode and errmsg.
    Errcode(i64, String),
    /// The call is not performed. The response has this status and this plain text.
    Status(u16, String),
    /// The call is not performed. The response is an HTML page with status 502, as from a proxy.
    Html,
    /// The call is performed at once. The response is delayed.
    Delay(Duration),
    /// The call is performed at once. The response is sent after [`super::Platform::release`].
    Held,
    /// The call is performed. The connection is closed without a response.
    Drop,
    /// The call is performed. The connection is closed after half of the bytes that Content-Length announced.
    Half,
}

/// The pending faults, oldest first.
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

    /// Takes the oldest pending fault that applies to this path.
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

/// Responds to a call as its fault requires. `perform` performs the call; [`Fault::Held`] waits for `release`.
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
