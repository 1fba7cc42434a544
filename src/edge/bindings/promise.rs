//! Futures as values or promises of JavaScript.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;
use js_sys::futures::future_to_promise;
use wasm_bindgen::JsValue;

/// The output of a future if its first poll completes it, else a promise of it.
///
/// A promise costs more than answering most messages. The future is polled once here; the promise continues from there,
/// so that nothing is computed twice.
pub(in crate::edge) fn value_or_promise(
    work: impl Future<Output = Result<JsValue, JsValue>> + 'static,
) -> Result<JsValue, JsValue> {
    let mut work = Box::pin(work);
    let wake = Arc::new(WakePromise::default());
    let waker = Waker::from(Arc::clone(&wake));
    if let Poll::Ready(result) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
        return result;
    }
    let work = poll_fn(move |context| {
        wake.promise.register(context.waker());
        work.as_mut().poll(&mut Context::from_waker(&waker))
    });
    Ok(future_to_promise(work).into())
}

/// Wakes the promise. The future may keep the waker of its first poll, which is made before there is a promise.
#[derive(Default)]
struct WakePromise {
    promise: AtomicWaker,
}

impl Wake for WakePromise {
    fn wake(self: Arc<Self>) {
        self.promise.wake();
    }
}
