//! `stats/*` and the events of the menu: figures.

use crate::api::menu::{MenuEventStatus, MenuEvents};
use crate::api::stats::{StatsPlan, Summary};
use crate::error::Error;
use crate::inbox::{self, ButtonFilter, CountRow, Days, buttons, closed_buttons, first_second_of_day};
use crate::time::Timestamp;

use super::Performer;
use crate::edge::bindings::{d1, runtime, to_json};
use crate::edge::state::figures;

/// The figures of one account.
pub(super) struct Stats<'a> {
    pub(super) performer: &'a Performer<'a>,
}

impl Stats<'_> {
    pub(super) async fn stats(&self, plan: StatsPlan) -> Result<String, Error> {
        match plan {
            StatsPlan::Summary { since, until } => to_json(&self.summary(since, until).await?),
        }
    }

    async fn summary(&self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<Summary, Error> {
        let (account, env) = (self.performer.account.name(), self.performer.env);
        let days = Days::between(since, until, runtime::now());
        let live = figures::counted(account, env).await?;
        let closed = figures::closed(account, days, &live, env).await?;
        let unfinished = figures::unfinished(account, env).await?;
        Ok(Summary::new(inbox::Summary::new(&closed, &live, days), &live, &unfinished))
    }

    pub(super) async fn menu_events(
        &self,
        filter: &ButtonFilter,
        since: Option<Timestamp>,
    ) -> Result<MenuEvents, Error> {
        let (account, env) = (self.performer.account.name(), self.performer.env);
        let days = Days::since(since, runtime::now());
        let live = figures::counted(account, env).await?;
        let statement = closed_buttons(account, filter, days, live.closed);
        let closed: Vec<CountRow> = d1::rows(env, &statement).await?;
        let buttons = buttons(&closed, &live, filter, days);
        Ok(MenuEvents {
            event_response_status: buttons.into_iter().map(MenuEventStatus::from).collect(),
            since: since.map(|since| first_second_of_day(since).seconds()),
            counted_at: live.counted_at.seconds(),
        })
    }
}
