//! How many calls of the platform's services an invocation may make.

use std::cell::Cell;
use std::rc::Rc;

use crate::config::Plan;

/// The limits of a run, in addition to its time.
///
/// A transaction counts as its statements, since whether Cloudflare counts them is not documented.
const FREE: Limits = Limits { queries: 40, subrequests: 40 };
const PAID: Limits = Limits { queries: 900, subrequests: 900 };

/// How many calls of the bindings an invocation may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Statements that D1 runs.
    pub queries: u32,
    /// Calls of KV and Durable Objects, and fetches.
    pub subrequests: u32,
}

impl Limits {
    /// The invocation makes as many calls as it needs.
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
///
/// A part of it can be reserved, so that nothing else uses it meanwhile; what is left of a part goes back when it is
/// dropped.
#[derive(Debug)]
pub struct Budget {
    queries: Cell<u32>,
    subrequests: Cell<u32>,
    whole: Option<Rc<Self>>,
}

/// The budget does not suffice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent;

impl Budget {
    /// A whole budget.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self::part_of(None, limits)
    }

    const fn part_of(whole: Option<Rc<Self>>, Limits { queries, subrequests }: Limits) -> Self {
        Self { queries: Cell::new(queries), subrequests: Cell::new(subrequests), whole }
    }

    /// A part of a budget; beyond it, calls are taken from the whole as long as that lasts.
    pub fn reserve(whole: &Rc<Self>, part: Limits) -> Result<Self, Spent> {
        let Limits { queries, subrequests } = part;
        if whole.left(|budget| &budget.queries) < queries
            || whole.left(|budget| &budget.subrequests) < subrequests
        {
            return Err(Spent);
        }
        whole.spend(queries, |budget| &budget.queries)?;
        whole.spend(subrequests, |budget| &budget.subrequests)?;
        Ok(Self::part_of(Some(Rc::clone(whole)), part))
    }

    /// The budget that this is a part of.
    #[must_use]
    pub const fn whole(&self) -> Option<&Rc<Self>> {
        self.whole.as_ref()
    }

    /// What this budget has left, and the whole that it is a part of.
    fn left(&self, of: fn(&Self) -> &Cell<u32>) -> u32 {
        let beyond = self.whole.as_ref().map_or(0, |whole| whole.left(of));
        of(self).get().saturating_add(beyond)
    }

    /// Takes the statements of one call to D1, all of them or none.
    pub fn query(&self, statements: usize) -> Result<(), Spent> {
        self.spend(u32::try_from(statements).unwrap_or(u32::MAX), |budget| &budget.queries)
    }

    /// Whether so many statements may still be run.
    #[must_use]
    pub fn has_queries(&self, statements: usize) -> bool {
        u32::try_from(statements).is_ok_and(|wanted| wanted <= self.left(|budget| &budget.queries))
    }

    /// Takes one call of something else.
    pub fn subrequest(&self) -> Result<(), Spent> {
        self.spend(1, |budget| &budget.subrequests)
    }

    fn spend(&self, wanted: u32, of: fn(&Self) -> &Cell<u32>) -> Result<(), Spent> {
        let own = of(self);
        match &self.whole {
            Some(whole) if own.get() < wanted => {
                whole.spend(wanted.saturating_sub(own.get()), of)?;
                own.set(0);
                Ok(())
            }
            _ => take(own, wanted),
        }
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        if let Some(whole) = &self.whole {
            whole.queries.set(whole.queries.get().saturating_add(self.queries.get()));
            whole.subrequests.set(whole.subrequests.get().saturating_add(self.subrequests.get()));
        }
    }
}

fn take(left: &Cell<u32>, wanted: u32) -> Result<(), Spent> {
    if left.get() != u32::MAX {
        left.set(left.get().checked_sub(wanted).ok_or(Spent)?);
    }
    Ok(())
}
