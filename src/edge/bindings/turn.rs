//! Taking turns: work that waits until other work is done.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// At most one holder at a time; the others wait.
#[derive(Debug, Default)]
pub(in crate::edge) struct Turns {
    is_taken: Cell<bool>,
    waiting: RefCell<Vec<Waker>>,
}

impl Turns {
    /// Waits until nothing else has the turn, which ends when the guard is dropped.
    pub(in crate::edge) async fn take(&self) -> Turn<'_> {
        poll_fn(|context| {
            if self.is_taken.replace(true) {
                self.waiting.borrow_mut().push(context.waker().clone());
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
        Turn(self)
    }

    /// Whether anything waits for the present turn to end.
    pub(in crate::edge) fn are_wanted(&self) -> bool {
        !self.waiting.borrow().is_empty()
    }
}

/// The guard of [`Turns::take`].
#[derive(Debug)]
pub(in crate::edge) struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.is_taken.set(false);
        self.0.waiting.take().into_iter().for_each(Waker::wake);
    }
}
