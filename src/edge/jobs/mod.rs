//! The scheduled jobs, which the cron trigger runs every two minutes.

mod forget;
mod run;
mod table;

pub(super) use run::run;
