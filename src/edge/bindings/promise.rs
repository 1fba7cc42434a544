//! Futures as JavaScript takes them.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;
use js_sys::futures::future_to_promise;
use wasm_bindgen::JsValue;

/// What a future results in, if it never has to wait; else a promise of it.
///
/// The promise costs more than most messages do, and so does starting the future again: its first poll is made here,
/// and the promise goes on where that ended.
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

/// Wakes the promise. A future may keep the waker of its first poll, when there is no promise yet.
#[derive(Default)]
struct WakePromise {
    promise: AtomicWaker,
}

impl Wake for WakePromise {
    fn wake(self: Arc<Self>) {
        self.promise.wake();
    }
}
