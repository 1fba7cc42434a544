//! What an overview is made of.

use crate::api::{Access, Group, Identity, Scope};
use crate::backends::{SpoolStatus, Unfinished};
use crate::inbox::{Fullness, Today, first_second_of_day};
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::base::Quota;
use crate::wechat::{KeeperStatus, capabilities};

use super::{Deliveries, Overview, QuotaState, Storage, TokenState, Unanswered, problems};

/// Seconds by which a CreateTime may be in the future.
const MAX_FUTURE: i64 = 60;
/// Nothing has to arrive for so many seconds before it is quiet.
pub(super) const QUIET_AFTER: i64 = 2 * 3600;
/// The number of days before on which something has to have arrived in the same hours.
pub(super) const USUAL_DAYS: i64 = 14;
/// The oldest entries of so many accounts are looked up.
const MAX_ACCOUNTS: usize = 20;

/// A row of [`select`]: CreateTime of the latest entry; when the server address was last verified; when a delivery was last
/// refused, its step and its skew; CreateTime of the oldest entry of all accounts; on how many of the 14 days before
/// something arrived in the hours in which nothing has now; when WeChat last said how much of the quota is used, how much
/// that is, and the limit; what is known of what the account may do, as JSON.
pub type OverviewRow = (
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
);

/// What is known about an account.
#[derive(Debug)]
pub struct Findings<'a> {
    /// The present.
    pub now: Timestamp,
    /// What the operator has to fix.
    pub configuration: Vec<String>,
    /// Whether messages are stored.
    pub keeps_messages: bool,
    /// `RETENTION_DAYS`
    pub retention_days: i64,
    /// What D1 says, and its size; `None` if it does not answer.
    pub database: Option<(OverviewRow, Fullness)>,
    /// Since when it accepts no writes; `None` if it does.
    pub unwritable_since: Option<Timestamp>,
    /// The rows that D1 has written today and their limit, if they are nearly used up.
    pub rows: Option<(u64, u32)>,
    /// The figures, and when they were counted.
    pub today: Option<(Today, Timestamp)>,
    /// What is unfinished.
    pub unfinished: Option<Unfinished>,
    /// The name of the webhook whose deliveries were given up.
    pub webhook: Option<&'a str>,
    /// What the token keeper knows; `None` if there is nothing to know, or if it does not answer.
    pub token: Option<KeeperStatus>,
    /// What waits in the spool, or why it does not answer.
    pub spool: Result<SpoolStatus, String>,
    /// What keeps models of assistants from being asked, as sentences.
    pub models: Vec<String>,
}

/// Selects what an overview needs beside figures: one [`OverviewRow`]. Reads at most 19 rows, and one for each account.
#[must_use]
pub fn select<'a>(account: &str, accounts: impl Iterator<Item = &'a str>, now: Timestamp) -> Statement {
    let accounts: Vec<&str> = accounts.take(MAX_ACCOUNTS).collect();
    Statement::new(
        "WITH last AS MATERIALIZED ( \
           SELECT create_time FROM inbox INDEXED BY inbox_by_time WHERE account = ?1 AND create_time <= ?2 \
           ORDER BY create_time DESC LIMIT 1) \
         SELECT last.create_time AS last_at, \
           (SELECT at FROM callback_attempt WHERE account = ?1 AND kind = 'verified') AS verified_at, \
           refused.at AS refused_at, refused.step, refused.skew, \
           (SELECT MIN(first) FROM ( \
             SELECT (SELECT create_time FROM inbox INDEXED BY inbox_by_time WHERE account = each.value \
               ORDER BY create_time LIMIT 1) AS first FROM JSON_EACH(?3) AS each)) AS oldest_at, \
           IIF(last.create_time <= ?4, ( \
             SELECT COUNT(*) FROM JSON_EACH('[1,2,3,4,5,6,7,8,9,10,11,12,13,14]') AS day WHERE EXISTS ( \
               SELECT 1 FROM hourly WHERE account = ?1 AND kind = 'total' \
                 AND hour >= last.create_time / 3600 + 1 - 24 * day.value \
                 AND hour <= MIN(?5, last.create_time / 3600 + 24) - 24 * day.value)), NULL) AS usual_days, \
           quota.at AS quota_at, quota.used, quota.daily_limit, \
           (SELECT learned FROM capability WHERE account = ?1) AS learned \
         FROM (SELECT 1) LEFT JOIN last ON TRUE \
           LEFT JOIN callback_attempt AS refused ON refused.account = ?1 AND refused.kind = 'refused' \
           LEFT JOIN quota ON quota.account = ?1",
        [
            account.into(),
            now.plus(MAX_FUTURE).seconds().into(),
            serde_json::to_string(&accounts).unwrap_or_default().into(),
            now.minus(QUIET_AFTER).seconds().into(),
            now.seconds().div_euclid(3600).saturating_sub(1).into(),
        ],
    )
}

/// Stores the day's quota of customer-service messages, as WeChat has just said.
#[must_use]
pub fn store_quota(account: &str, quota: &Quota, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO quota (account, at, used, daily_limit) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (account) DO UPDATE SET at = excluded.at, used = excluded.used, daily_limit = excluded.daily_limit",
        [account.into(), now.seconds().into(), quota.used.into(), quota.daily_limit.into()],
    )
}

impl Findings<'_> {
    /// The overview for a caller, who sees what the key may read.
    #[must_use]
    pub fn overview(self, identity: &Identity) -> Overview {
        let may = |group| identity.require(Scope::One(group, Access::Read)).is_ok();
        let (account, messages) = (may(Group::Account), may(Group::Message));
        let quota = self.quota();
        let mut overview = Overview {
            as_of: self.now.seconds(),
            capabilities: capabilities(self.learned()),
            problems: problems::of(&self, quota, (account, messages, may(Group::Webhook))),
            ..Overview::default()
        };
        if let Some(unfinished) = &self.unfinished {
            overview.unanswered = messages.then(|| Unanswered {
                count: unfinished.messages,
                users: unfinished.users,
                oldest_at: unfinished.oldest.map(Timestamp::seconds),
                failed: unfinished.failed,
                failed_users: unfinished.failed_users,
            });
            overview.paused = messages.then_some(unfinished.paused);
            overview.deliveries = may(Group::Webhook)
                .then_some(Deliveries { pending: unfinished.pending, dead: unfinished.dead });
        }
        if messages {
            overview.last_message_at = self.last_at().map(Timestamp::seconds);
        }
        if account {
            overview.token = self.token.as_ref().and_then(|token| self.token_state(token));
            overview.quota.extend(quota);
            overview.storage = self.storage();
            overview.spool = self.spool.as_ref().ok().copied();
        }
        if let Some((figures, counted_at)) = self.today
            && may(Group::Stats)
        {
            overview.as_of = counted_at.seconds();
            overview.today = Some(figures.today);
            overview.yesterday_by_now = figures.yesterday_by_now;
        }
        overview
    }

    /// What is known of what the account may do.
    fn learned(&self) -> Option<&str> {
        let ((.., learned), _) = self.database.as_ref()?;
        learned.as_deref()
    }

    /// CreateTime of the latest entry.
    pub(super) fn last_at(&self) -> Option<Timestamp> {
        let ((last_at, ..), _) = self.database.as_ref()?;
        last_at.map(Timestamp::from_seconds)
    }

    pub(super) fn days_until_full(&self) -> Option<i64> {
        let ((.., oldest_at, _, _, _, _, _), fullness) = self.database.as_ref()?;
        fullness.days_left(Timestamp::from_seconds((*oldest_at)?), self.now, self.retention_days)
    }

    fn storage(&self) -> Option<Storage> {
        let (_, fullness) = self.database.as_ref()?;
        Some(Storage {
            bytes: fullness.bytes(),
            limit: fullness.limit_bytes(),
            full_in_days: self.days_until_full(),
            writable: self.unwritable_since.is_none(),
        })
    }

    fn token_state(&self, token: &KeeperStatus) -> Option<TokenState> {
        let expires_at = token.expires_at.filter(|expires_at| *expires_at > self.now);
        (expires_at.is_some() || token.failed.is_some())
            .then(|| TokenState { ok: expires_at.is_some(), expires_at: expires_at.map(Timestamp::seconds) })
    }

    /// The quota as WeChat said today; it is reset at midnight in Beijing.
    fn quota(&self) -> Option<QuotaState> {
        let ((.., at, used, limit, _), _) = self.database.as_ref()?;
        let at = at.filter(|at| *at >= first_second_of_day(self.now).seconds())?;
        Some(QuotaState { api: "customer_service", used: (*used)?, limit: (*limit)?, as_of: at })
    }
}
