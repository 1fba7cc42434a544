//! The worker's bindings, and the budget of the invocation that uses them.

use std::ops::Deref;
use std::rc::Rc;

use crate::jobs::{Budget, Limits};

/// The bindings as one invocation sees them: each call is taken from its budget before it is made.
#[derive(Clone)]
pub(in crate::edge) struct Env {
    bindings: worker::Env,
    budget: Rc<Budget>,
}

impl Env {
    /// The bindings of a request: it makes as many calls as it needs.
    pub(in crate::edge) fn new(bindings: worker::Env) -> Self {
        Self::with_limits(bindings, Limits::NONE)
    }

    /// The bindings of an invocation whose calls are limited.
    pub(in crate::edge) fn with_limits(bindings: worker::Env, limits: Limits) -> Self {
        Self { bindings, budget: Rc::new(Budget::new(limits)) }
    }

    /// The same bindings with a part of the budget, which goes back when nothing uses them any more; `None` if less is
    /// left.
    pub(in crate::edge) fn reserve(&self, part: Limits) -> Option<Self> {
        let budget = Budget::reserve(&self.budget, part).ok()?;
        Some(Self { bindings: self.bindings.clone(), budget: Rc::new(budget) })
    }

    /// The same, but leaves alone what these bindings have reserved for others that use them.
    pub(in crate::edge) fn reserve_beside(&self, part: Limits) -> Option<Self> {
        let budget = Budget::reserve(self.budget.whole().unwrap_or(&self.budget), part).ok()?;
        Some(Self { bindings: self.bindings.clone(), budget: Rc::new(budget) })
    }

    /// Takes the statements of one call to D1.
    pub(super) fn query(&self, statements: usize) -> worker::Result<()> {
        self.budget.query(statements).map_err(|_| spent("queries"))
    }

    /// Whether so many statements may still be run.
    pub(in crate::edge) fn has_queries(&self, statements: usize) -> bool {
        self.budget.has_queries(statements)
    }

    /// Takes one call of anything else.
    pub(super) fn subrequest(&self) -> worker::Result<()> {
        self.budget.subrequest().map_err(|_| spent("subrequests"))
    }
}

impl Deref for Env {
    type Target = worker::Env;

    fn deref(&self) -> &worker::Env {
        &self.bindings
    }
}

fn spent(what: &str) -> worker::Error {
    worker::Error::RustError(format!("this run has used up its {what}; the next run continues"))
}
