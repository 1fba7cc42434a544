//! The body of an answer: pieces that are sent one by one.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame};

use crate::server::ClosedOnPurpose;

/// Pieces, and how the body ends after them.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    left: VecDeque<Bytes>,
    is_torn: bool,
    is_left_open: bool,
    has_flushed: bool,
}

impl Pieces {
    pub(super) fn new(pieces: impl IntoIterator<Item = impl Into<Bytes>>) -> Self {
        Self { left: pieces.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Closes the connection after the pieces.
    pub(super) fn torn(self) -> Self {
        Self { is_torn: true, ..self }
    }

    /// Leaves the connection open after the pieces.
    pub(super) fn left_open(self) -> Self {
        Self { is_left_open: true, ..self }
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = ClosedOnPurpose;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, ClosedOnPurpose>>> {
        let pieces = self.get_mut();
        // hyper flushes its buffer when a body is pending: so each piece is sent alone, and what precedes a failure too.
        pieces.has_flushed = !pieces.has_flushed;
        if pieces.has_flushed {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        match pieces.left.pop_front() {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            // The task is dropped with the connection.
            None if pieces.is_left_open => Poll::Pending,
            None if pieces.is_torn => Poll::Ready(Some(Err(ClosedOnPurpose))),
            None => Poll::Ready(None),
        }
    }
}
