//! `stats/*` and the events of the menu: figures.

use crate::api::menu::{MenuEventStatus, MenuEvents};
use crate::api::qrcode::{NamedCodeRow, named_codes};
use crate::api::stats::{Report, ReportPart, StatsPlan, Summary, UnansweredWord, scene_reports};
use crate::error::Error;
use crate::inbox::{
    self, ButtonFilter, CountRow, Days, Live, WordRow, buttons, closed_buttons, first_second_of_day,
    unanswered_words,
};
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
            StatsPlan::Report { since, until, by } => {
                let days = Days::between(since, until, runtime::now());
                to_json(&self.report(days, &by).await?)
            }
        }
    }

    async fn report(&self, days: Days, by: &[ReportPart]) -> Result<Report, Error> {
        let (account, env) = (self.performer.account.name(), self.performer.env);
        let live = figures::counted(account, env).await?;
        let mut report = Report {
            counted_at: live.counted_at.seconds(),
            missing_since: live.missing_since().map(Timestamp::seconds),
            ..Report::default()
        };
        let wants = |part| by.contains(&part);
        if by.iter().any(|part| !matches!(part, ReportPart::Key | ReportPart::Word)) {
            let closed = figures::closed(account, days, &live, env).await?;
            let inbox::Summary { days, rules, backends, scenes } = inbox::Summary::new(&closed, &live, days);
            report.days = wants(ReportPart::Day).then_some(days);
            report.rules = wants(ReportPart::Rule).then_some(rules);
            report.backends = wants(ReportPart::Backend).then_some(backends);
            if wants(ReportPart::Scene) {
                let codes: Vec<NamedCodeRow> = d1::rows(env, &named_codes(account)).await?;
                report.scenes = Some(scene_reports(scenes, &codes));
            }
        }
        if wants(ReportPart::Key) {
            report.keys = Some(self.buttons(&ButtonFilter::default(), days, &live).await?);
        }
        if wants(ReportPart::Word) {
            let rows: Vec<WordRow> = d1::rows(env, &unanswered_words(account, runtime::now())).await?;
            report.words = Some(rows.into_iter().map(UnansweredWord::from).collect());
        }
        Ok(report)
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
        Ok(MenuEvents {
            event_response_status: self.buttons(filter, days, &live).await?,
            since: since.map(|since| first_second_of_day(since).seconds()),
            counted_at: live.counted_at.seconds(),
        })
    }

    async fn buttons(
        &self,
        filter: &ButtonFilter,
        days: Days,
        live: &Live,
    ) -> Result<Vec<MenuEventStatus>, Error> {
        let statement = closed_buttons(self.performer.account.name(), filter, days, live.closed);
        let closed: Vec<CountRow> = d1::rows(self.performer.env, &statement).await?;
        Ok(buttons(&closed, live, filter, days).into_iter().map(MenuEventStatus::from).collect())
    }
}
