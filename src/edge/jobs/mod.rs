//! The scheduled jobs, which the cron trigger runs every two minutes.

mod close_hours;
mod forget;
mod run;
mod sync_users;
mod table;

pub(super) use run::run;
