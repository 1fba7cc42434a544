//! How many calls of the platform's services an invocation may make.

use std::cell::Cell;

use crate::config::Plan;

/// What a run may use beside its time.
///
/// A transaction counts as its statements, since whether Cloudflare counts them is not documented.
const FREE: Limits = Limits { queries: 40, subrequests: 40 };
const PAID: Limits = Limits { queries: 900, subrequests: 900 };

/// How many calls of the bindings an invocation may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Statements that D1 runs.
    pub queries: u32,
    /// Calls of KV, Durable Objects, queues, and fetches.
    pub subrequests: u32,
}

impl Limits {
    /// No limit of ours.
    pub const NONE: Self = Self { queries: u32::MAX, subrequests: u32::MAX };

    /// The limits of a run of the cron trigger.
    #[must_use]
    pub const fn of_run(plan: Plan) -> Self {
        match plan {
            Plan::Free => FREE,
            Plan::Paid => PAID,
        }
    }
}

/// What is left of an invocation's [`Limits`].
#[derive(Debug)]
pub struct Budget {
    queries: Cell<u32>,
    subrequests: Cell<u32>,
}

/// The budget does not suffice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent;

impl Budget {
    /// A whole budget.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { queries: Cell::new(limits.queries), subrequests: Cell::new(limits.subrequests) }
    }

    /// Whether so much is left.
    #[must_use]
    pub const fn allows(&self, cost: Limits) -> bool {
        self.queries.get() >= cost.queries && self.subrequests.get() >= cost.subrequests
    }

    /// Takes the statements of one call to D1, all of them or none.
    pub fn query(&self, statements: usize) -> Result<(), Spent> {
        take(&self.queries, u32::try_from(statements).unwrap_or(u32::MAX))
    }

    /// Takes one call of something else.
    pub fn subrequest(&self) -> Result<(), Spent> {
        take(&self.subrequests, 1)
    }
}

fn take(left: &Cell<u32>, wanted: u32) -> Result<(), Spent> {
    if left.get() == u32::MAX {
        return Ok(());
    }
    left.set(left.get().checked_sub(wanted).ok_or(Spent)?);
    Ok(())
}
