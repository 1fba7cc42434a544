//! Conversations: each user once, by their latest message, the newest first.
//!
//! Rows that D1 reads for a page: up to [`SEARCHED`] of an index to find where its search ends, and the same again to
//! search; for each message found on the way one of its user's next entries, more only past events (at most
//! [`MAX_SEARCHED`]), and with a query its user's row in `user` and itself; and for each conversation listed its message,
//! what opens the reply window, at most twenty messages sent since, and its user's rows in `paused` and `user`.

use serde::{Deserialize, Serialize};

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::conversation::{Conversation, name_of_key};
use super::follower::{MAX_CLOCK_SKEW, MAX_SEARCHED};
use super::opening::sent_since;
use super::outcome::is_open_message;
use super::page::{Place, PlaceRow};
use super::reply_window::AFTER_A_MESSAGE;

/// Maximum number of entries that a page searches; with `Unanswered` and `Failed`, of unanswered messages.
const SEARCHED: i64 = 500;
/// Maximum number of a user's entries that are searched for their reply window, if their latest message does not say it.
const WINDOW_SEARCHED: i64 = 100;
/// Maximum length of a [`Conversation`]'s text in characters.
const TEXT_LENGTH: i64 = 200;
/// Seconds by which an entry may arrive later than its CreateTime and still be found by a poll.
const MAX_DELAY: i64 = 30;

/// Which conversations to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationFilter {
    /// Every user who has sent a message.
    All,
    /// Users with a message of the last 48 hours that was not answered, by the latest such message.
    Unanswered,
    /// The same, if something failed.
    Failed,
    /// Users who are paused.
    Paused,
}

/// Where a list goes on: below an entry. What is newer than the list's first page is not part of it, so that no user is
/// missing because of a message sent meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Continuation {
    newest: Place,
    below: Place,
}

/// The entries that a page searches: from the newest of the list, below the last page, to the end of this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    newest: Place,
    below: Option<Place>,
    bottom: Place,
    /// The last entry, if the search ends before the bottom.
    end: Option<Place>,
}

/// The entries ?2 to ?7 of an index that may hold a user's latest message.
macro_rules! ends {
    ($index:expr, $condition:expr) => {
        concat!(
            "SELECT create_time, openid, id FROM ( \
               SELECT create_time, openid, id FROM inbox INDEXED BY ", $index, " WHERE account = ?1 \
                 AND (create_time, openid, id) < (?2, ?3, ?4) AND (create_time, openid, id) >= (?5, ?6, ?7) ", $condition, " \
               ORDER BY create_time DESC, openid DESC, id DESC LIMIT 1) \
             UNION ALL SELECT create_time, openid, id FROM ( \
               SELECT create_time, openid, id FROM inbox INDEXED BY ", $index, " WHERE account = ?1 \
                 AND (create_time, openid, id) < (?2, ?3, ?4) AND (create_time, openid, id) >= (?5, ?6, ?7) ", $condition, " \
               ORDER BY create_time DESC, openid DESC, id DESC LIMIT 1 OFFSET ?8)"
        )
    };
}

/// The conversations whose message is among the entries ?2 to ?10, with what is shown of them.
///
/// `$is_extended` is whether a later entry may open the reply window for longer than the message; what is looked for is
/// charged.
macro_rules! listed {
    ($index:expr, $condition:expr, $filter:expr, $is_extended:expr) => {
        concat!(
            "SELECT last.create_time, last.openid, last.id, last.msg_id, last.type, \
               IIF(last.type = 'text', SUBSTR(last.message ->> 'Content', 1, ?11), NULL), \
               last.outcome, last.errcode, last.settled, last.rule, last.backend, \
               JSON_ARRAY(COALESCE(opener.create_time + opener.opens, last.create_time + last.opens), \
                 COALESCE(opener.opens, last.opens), ", sent_since!("last.openid", "COALESCE(opener.create_time, last.create_time)", "''"), "), \
               IIF(paused.until > ?12, JSON_ARRAY(paused.until, paused.by, (", name_of_key!("paused.by"), ")), NULL), \
               user.remark, \
               user.unfollowed_at > COALESCE(user.followed_at, -1) AND user.unfollowed_at >= last.create_time \
             FROM ( \
               SELECT create_time, openid, id FROM inbox AS entry INDEXED BY ", $index, " WHERE account = ?1 \
                 AND (create_time, openid, id) < (?2, ?3, ?4) AND (create_time, openid, id) >= (?5, ?6, ?7) \
                 AND (create_time, openid, id) <= (?8, ?9, ?10) AND ", $condition, " AND NOT EXISTS ( \
                   SELECT 1 FROM ( \
                     SELECT event, settled, outcome FROM inbox WHERE account = ?1 AND openid = entry.openid \
                       AND (create_time, id) > (entry.create_time, entry.id) \
                       AND (create_time, openid, id) <= (?8, ?9, ?10) \
                     ORDER BY create_time DESC, id DESC LIMIT ?16) \
                   WHERE ", $condition, ") ", $filter, " \
                 AND (?18 IS NULL OR INSTR(' ' || LOWER(entry.openid), ' ' || ?18) \
                   OR INSTR(LOWER(entry.openid) || ' ', ?18 || ' ') OR EXISTS ( \
                   SELECT 1 FROM user WHERE account = ?1 AND openid = entry.openid AND INSTR(LOWER(remark), ?18)) OR EXISTS ( \
                   SELECT 1 FROM inbox AS said WHERE said.account = ?1 AND said.openid = entry.openid \
                     AND said.create_time = entry.create_time AND said.id = entry.id AND said.type = 'text' \
                     AND INSTR(LOWER(said.message ->> 'Content'), ?18))) \
               ORDER BY create_time DESC, openid DESC, id DESC LIMIT ?17) AS found \
             CROSS JOIN inbox AS last ON last.account = ?1 AND last.openid = found.openid \
               AND last.create_time = found.create_time AND last.id = found.id \
             LEFT JOIN inbox AS opener ON opener.account = ?1 AND opener.openid = last.openid \
               AND (opener.create_time, opener.id) = ( \
                 SELECT create_time, id FROM ( \
                   SELECT create_time, id, opens FROM inbox WHERE ", $is_extended, " AND account = ?1 AND openid = last.openid \
                     AND (create_time, id) > ( \
                       IIF(last.create_time + last.opens > ?12 + 60, last.create_time, ?13), \
                       IIF(last.create_time + last.opens > ?12 + 60, last.id, '')) \
                     AND create_time <= received_at + ?14 \
                   ORDER BY create_time DESC, id DESC LIMIT ?15) \
                 WHERE create_time + opens > last.create_time + last.opens \
                 ORDER BY create_time + opens DESC, create_time DESC, id DESC LIMIT 1) \
             LEFT JOIN paused ON paused.account = ?1 AND paused.openid = last.openid \
             LEFT JOIN user ON user.account = ?1 AND user.openid = last.openid"
        )
    };
}

/// After a user's latest message there are only events, which open the window for a minute.
macro_rules! by_event {
    () => {
        "last.create_time + last.opens <= ?12 + 60"
    };
}

impl ConversationFilter {
    const fn ends(self) -> &'static str {
        match self {
            Self::All | Self::Paused => ends!("inbox_by_time", ""),
            Self::Unanswered | Self::Failed => ends!("inbox_open", concat!("AND ", is_open_message!())),
        }
    }

    const fn listed(self) -> &'static str {
        match self {
            Self::All => listed!("inbox_by_time", "event IS NULL", "", by_event!()),
            Self::Paused => listed!(
                "inbox_by_time",
                "event IS NULL",
                "AND EXISTS (SELECT 1 FROM paused WHERE account = ?1 AND openid = entry.openid AND until > ?12)",
                by_event!()
            ),
            Self::Unanswered => listed!("inbox_open", is_open_message!(), "", "TRUE"),
            Self::Failed => listed!(
                "inbox_open",
                concat!(is_open_message!(), " AND outcome IN ('failed', 'refused', 'unknown')"),
                "",
                "TRUE"
            ),
        }
    }

    /// The place below which the filter selects nothing.
    fn bottom(self, after: Option<&Place>, now: Timestamp) -> Place {
        let since = match self {
            Self::All | Self::Paused => Timestamp::from_seconds(0),
            Self::Unanswered | Self::Failed => now.minus(AFTER_A_MESSAGE),
        };
        let bottom = Place::at_the_bottom_of(since);
        after.filter(|after| **after > bottom).cloned().unwrap_or(bottom)
    }
}

/// Selects the section that a page searches: one or two [`PlaceRow`]s for [`Section::from_rows`], or none.
///
/// It has to run before the page, so that entries that are stored meanwhile belong to no page.
#[must_use]
pub fn section(
    account: &str,
    filter: ConversationFilter,
    from: Option<&Continuation>,
    after: Option<&Place>,
    now: Timestamp,
) -> Statement {
    // A user whose entries come from the future would always be the first.
    let top = Place::above(now.plus(MAX_CLOCK_SKEW));
    let below = from.map_or(&top, |from| &from.below);
    let bottom = filter.bottom(after, now);
    let last = SEARCHED.saturating_sub(1);
    Statement::new(filter.ends(), range(account, below, &bottom)).with(last)
}

impl Section {
    /// Reads the rows of [`section`], whose parameters are the others; `None` if nothing is left to search.
    #[must_use]
    pub fn from_rows(
        rows: Vec<PlaceRow>,
        filter: ConversationFilter,
        from: Option<Continuation>,
        after: Option<&Place>,
        now: Timestamp,
    ) -> Option<Self> {
        let mut places = rows.into_iter().map(Place::from_row);
        let first = places.next()?;
        let (newest, below) = match from {
            Some(from) => (from.newest, Some(from.below)),
            None => (first, None),
        };
        Some(Self { newest, below, bottom: filter.bottom(after, now), end: places.next() })
    }

    /// Selects the conversations of the section: up to `limit` [`ConversationRow`](super::ConversationRow)s in any order,
    /// since D1 also charges the rows that it sorts.
    ///
    /// With a `query`, only those whose remark or latest text contains it, or whose OpenID begins or ends with it. Upper
    /// and lower case are the same, as far as ASCII has them.
    #[must_use]
    pub fn page(
        &self,
        account: &str,
        (filter, query): (ConversationFilter, Option<&str>),
        limit: u32,
        now: Timestamp,
    ) -> Statement {
        let top = Place::above(self.newest.time());
        let below = self.below.as_ref().unwrap_or(&top);
        let end = self.end.as_ref().unwrap_or(&self.bottom);
        let mut statement = Statement::new(filter.listed(), range(account, below, end));
        statement.parameters.extend(self.newest.parameters());
        statement
            .with(TEXT_LENGTH)
            .with(now.seconds())
            .with(now.minus(AFTER_A_MESSAGE).seconds())
            .with(MAX_CLOCK_SKEW)
            .with(WINDOW_SEARCHED)
            .with(MAX_SEARCHED)
            .with(i64::from(limit))
            .with(query.map(str::to_ascii_lowercase).as_deref())
    }

    /// Where the next page goes on: below the last of a full page, else below the end of the search.
    #[must_use]
    pub fn next(self, listed: &[Conversation], limit: u32) -> Option<Continuation> {
        let is_full = u32::try_from(listed.len()).is_ok_and(|count| count >= limit);
        let below = if is_full { listed.last().map(|last| last.place.clone()) } else { self.end };
        Some(Continuation { newest: self.newest, below: below? })
    }

    /// When the last entry was sent that was searched; `None` if none was left out.
    #[must_use]
    pub fn searched_until(&self) -> Option<Timestamp> {
        self.end.as_ref().map(Place::time)
    }
}

/// The place from which a poll finds what is newer than a list of this moment. Entries may arrive out of order, so what is
/// a few seconds old is found once more.
#[must_use]
pub fn poll_from(now: Timestamp) -> Place {
    Place::at_the_bottom_of(now.minus(MAX_DELAY))
}

/// The parameters ?1 to ?7.
fn range(account: &str, below: &Place, bottom: &Place) -> Vec<Parameter> {
    std::iter::once(account.into()).chain(below.parameters()).chain(bottom.parameters()).collect()
}
