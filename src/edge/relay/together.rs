//! Several things at once.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, maybe_done};

/// Does a few things at once; what came of them, in their order.
///
/// `join_all` is made for thousands, which takes 4 KiB for each kind of work.
pub(super) async fn together<'a, T>(works: impl Iterator<Item = LocalBoxFuture<'a, T>>) -> Vec<T> {
    let mut works: Vec<_> = works.map(maybe_done).collect();
    poll_fn(|context| {
        // Each is polled, also after one that is not done.
        let pending = works.iter_mut().map(|work| work.poll_unpin(context)).filter(Poll::is_pending).count();
        if pending == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    works.iter_mut().filter_map(|work| Pin::new(work).take_output()).collect()
}
