//! `account/overview`: gathers what it says, without asking WeChat.

use std::cell::{Cell, RefCell};

use futures_util::FutureExt as _;

use crate::api::overview::{Findings, Overview, OverviewRow, select};
use crate::api::{Access, Group, Scope};
use crate::backends::SpoolStatus;
use crate::config::{Account, Problem};
use crate::error::Error;
use crate::health::probe_writing;
use crate::inbox::Fullness;
use crate::time::Timestamp;

use super::Performer;
use crate::edge::backends::Models;
use crate::edge::bindings::{d1, row_counter, runtime};
use crate::edge::state::{figures, settings};
use crate::edge::wechat::token_status;

/// Seconds for which D1 counts as writable after it accepted a write, unless something speaks against it.
const WRITABLE_FOR: u64 = 300;
/// Seconds until D1 is asked again after it refused to write.
const REFUSES_FOR: u64 = 30;

thread_local! {
    /// When D1 was last asked to write, and since when it has refused.
    static WRITING: Cell<(Timestamp, Option<Timestamp>)> = const { Cell::new((Timestamp::from_seconds(0), None)) };
}

impl Performer<'_> {
    pub(super) async fn overview(&self) -> Overview {
        let found = RefCell::new(self.known());
        let token = async {
            // A keeper that does not answer says nothing about the token.
            let token = token_status(self.account, self.env).await.ok().flatten();
            found.borrow_mut().token = token;
        };
        let spool = async {
            let spool = self.spool_status().await;
            found.borrow_mut().spool = spool;
        };
        let database = self.ask_database(&found);
        let settings = settings::published(self.account.name(), self.env, self.context).await.ok();
        let models = async {
            let Some(settings) = settings.clone() else { return };
            let providers = Models::with(self.account.name(), self.env, settings).provider_states().await;
            let now = runtime::now();
            found.borrow_mut().models = providers.iter().filter_map(|state| state.complaint(now)).collect();
        };
        let asked =
            vec![token.boxed_local(), spool.boxed_local(), database.boxed_local(), models.boxed_local()];
        runtime::all(asked).await;
        let mut findings = found.into_inner();
        if self.identity.require(Scope::One(Group::Account, Access::Read)).is_ok() {
            findings.unwritable_since = self.unwritable_since(&findings).await;
        }
        let days = settings.as_ref().and_then(|settings| settings.retention_days(self.config).ok());
        findings.retention_days = days.unwrap_or(findings.retention_days);
        findings.webhook = settings.as_ref().and_then(|settings| {
            settings.backends.find(findings.unfinished.as_ref()?.dead_backend.as_deref()?)?.name()
        });
        findings.overview(self.identity)
    }

    /// What is known without asking anything.
    fn known(&self) -> Findings<'static> {
        Findings {
            now: runtime::now(),
            configuration: self.config.required_problems_of(self.account).map(Problem::to_string).collect(),
            keeps_messages: self.config.keeps_messages(),
            retention_days: self.config.retention_days().unwrap_or_default(),
            database: None,
            unwritable_since: None,
            rows: None,
            today: None,
            unfinished: None,
            webhook: None,
            token: None,
            spool: Ok(SpoolStatus::default()),
            models: Vec::new(),
        }
    }

    async fn ask_database(&self, found: &RefCell<Findings<'_>>) {
        let (account, now) = (self.account.name(), runtime::now());
        let statement = select(account, self.config.accounts().map(Account::name), now);
        let Ok(done) = d1::transaction(d1::TIMEOUT, self.env, &[statement]).await else { return };
        let rows: Result<Vec<OverviewRow>, Error> = done.first_rows();
        let Some(row) = rows.ok().and_then(|mut rows| rows.pop()) else { return };
        let unfinished = figures::unfinished(account, self.env).await.ok();
        let may_count = self.identity.require(Scope::One(Group::Stats, Access::Read)).is_ok();
        let today = if may_count { figures::today(account, self.env).await.ok() } else { None };
        let limit = self.config.rows_per_day();
        let has_room = row_counter::has_room(self.env).await;
        let mut found = found.borrow_mut();
        found.database = Some((row, Fullness::new(done.size, self.config.database_limit_mb())));
        (found.unfinished, found.today) = (unfinished, today);
        found.rows = limit.filter(|_| !has_room).map(|limit| (row_counter::written(), limit));
    }

    /// Since when D1 refuses to write. It is asked every five minutes, while something waits in the spool each time, and
    /// while it refuses every half minute.
    async fn unwritable_since(&self, findings: &Findings<'_>) -> Option<Timestamp> {
        let (asked_at, refused_since) = WRITING.get();
        let now = findings.now;
        let is_idle = findings.spool.as_ref().is_ok_and(|spool| spool.waiting == 0);
        let known_for = match refused_since {
            Some(_) => REFUSES_FOR,
            None if is_idle => WRITABLE_FOR,
            None => 0,
        };
        if findings.database.is_some() && now.distance(asked_at) < known_for {
            return refused_since;
        }
        let is_writable = findings.database.is_some()
            && d1::transaction(d1::TIMEOUT, self.env, &[probe_writing()]).await.is_ok();
        let refused_since = (!is_writable).then(|| refused_since.unwrap_or(now));
        WRITING.set((now, refused_since));
        refused_since
    }
}
