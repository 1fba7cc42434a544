//! Pages of received messages and events, and of the conversation with one user, the newest first.
//!
//! A page begins below an entry and not after a number of rows, so that new entries do not move it.

use serde::{Deserialize, Serialize};

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::Outcome;
use super::received::{Received, ReceivedRow, received_columns};
use super::sent::{Sent, SentRow};

/// Maximum number of entries that a page searches for those that its filter selects.
const SEARCHED: i64 = 1000;

/// A row of [`page_end`].
pub type PlaceRow = (i64, String, String);

/// Selects entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Entries of this user.
    pub openid: Option<String>,
    /// Entries of this `MsgType`.
    pub msg_type: Option<String>,
    /// This event, in lowercase.
    pub event: Option<String>,
    /// Entries with this outcome.
    pub outcome: Option<Outcome>,
    /// Entries that this rule, or these rules together, decided.
    pub rule: Option<String>,
    /// Entries for which this backend was asked.
    pub backend: Option<String>,
    /// Text messages that contain this text.
    pub text: Option<String>,
    /// The earliest CreateTime.
    pub since: Option<Timestamp>,
    /// The latest CreateTime.
    pub until: Option<Timestamp>,
}

/// The entry below which a page begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    time: i64,
    side: Side,
    openid: String,
    id: String,
}

/// The direction of a message. Messages sent in a second are listed as later than those received in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    /// From the user, or from WeChat about the user.
    Received,
    /// To the user.
    Sent,
}

/// A line of the conversation with a user.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// From the user, with its passive reply.
    Received(Box<Received>),
    /// A message to the user.
    Sent(Sent),
}

/// The entries of all users below ?2 to ?4, and not below ?5 to ?7.
macro_rules! of_all_users {
    ($columns:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM inbox INDEXED BY inbox_by_time WHERE account = ?1 AND (create_time, openid, id) < (?2, ?3, ?4) \
               AND (create_time, openid, id) >= (?5, ?6, ?7) ",
            $rest,
        )
    };
}

/// The entries of the user ?3 in the same range.
macro_rules! of_user {
    ($columns:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM inbox WHERE account = ?1 AND openid = ?3 AND (create_time, id) < (?2, ?4) \
               AND (create_time, id) >= (?5, ?7) ",
            $rest,
        )
    };
}

/// Selects the end of a page whose filter has to search entries: no row, or a [`PlaceRow`].
///
/// It has to run before the page, so that entries that are stored meanwhile only make the page longer.
#[must_use]
pub fn page_end(account: &str, filter: &Filter, below: Option<&Place>) -> Option<Statement> {
    let sql = match filter.openid {
        Some(_) => {
            of_user!("create_time, openid, id", "ORDER BY create_time DESC, id DESC LIMIT 1 OFFSET ?8")
        }
        None => of_all_users!(
            "create_time, openid, id",
            "ORDER BY create_time DESC, openid DESC, id DESC LIMIT 1 OFFSET ?8"
        ),
    };
    let last = SEARCHED.saturating_sub(1);
    filter.is_sparse().then(|| Statement::new(sql, filter.bounds(account, below, None)).with(last))
}

/// A page of entries, down to its `end` if it has one: up to `limit` [`ReceivedRow`]s.
#[must_use]
pub fn page(
    account: &str,
    filter: &Filter,
    below: Option<&Place>,
    end: Option<&Place>,
    limit: u32,
) -> Statement {
    let sql = match filter.openid {
        Some(_) => of_user!(
            received_columns!(),
            "AND (?8 IS NULL OR type = ?8) AND (?9 IS NULL OR event = ?9) AND (?10 IS NULL OR outcome = ?10) \
             AND (?11 IS NULL OR rule = ?11) AND (?12 IS NULL OR backend = ?12) \
             AND (?13 IS NULL OR INSTR(message ->> 'Content', ?13)) \
             ORDER BY create_time DESC, id DESC LIMIT ?14"
        ),
        None => of_all_users!(
            received_columns!(),
            "AND (?8 IS NULL OR type = ?8) AND (?9 IS NULL OR event = ?9) AND (?10 IS NULL OR outcome = ?10) \
             AND (?11 IS NULL OR rule = ?11) AND (?12 IS NULL OR backend = ?12) \
             AND (?13 IS NULL OR INSTR(message ->> 'Content', ?13)) \
             ORDER BY create_time DESC, openid DESC, id DESC LIMIT ?14"
        ),
    };
    Statement::new(sql, filter.bounds(account, below, end))
        .with(filter.msg_type.as_deref())
        .with(filter.event.as_deref())
        .with(filter.outcome.map(Outcome::name))
        .with(filter.rule.as_deref())
        .with(filter.backend.as_deref())
        .with(filter.text.as_deref())
        .with(i64::from(limit))
}

/// The entry below which the next page begins: the last of a full page, else the end of the search.
#[must_use]
pub fn next_page(entries: &[Received], limit: u32, end: Option<Place>) -> Option<Place> {
    let is_full = u32::try_from(entries.len()).is_ok_and(|count| count >= limit);
    if is_full { entries.last().map(Place::of) } else { end }
}

/// Selects the conversation with a user below a place, and not below another one: [`ReceivedRow`]s and [`SentRow`]s for
/// [`lines`].
#[must_use]
pub fn timeline(
    account: &str,
    openid: &str,
    below: Option<&Place>,
    after: Option<&Place>,
    limit: u32,
) -> (Statement, Statement) {
    let top = Place::above(Timestamp::LAST);
    let place = below.unwrap_or(&top);
    // Messages received in a second are below all those sent in it.
    let (received, sent) = match place.side {
        Side::Received => (place.clone(), (place.time, "")),
        Side::Sent => (Place::above(Timestamp::from_seconds(place.time)), (place.time, place.id.as_str())),
    };
    // One more than requested shows whether there is another page.
    let limit = limit.saturating_add(1);
    let of_user = Filter { openid: Some(openid.to_owned()), ..Filter::default() };
    let (time, id) = sent;
    let since = after.map_or(0, |after| after.time);
    (
        page(account, &of_user, Some(&received), after, limit),
        Statement::new(
            "SELECT sent_at, id, kind, message, sender, errcode, \
               IIF(SUBSTR(sender, 1, 4) = 'key:', (SELECT name FROM api_key WHERE api_key.id = SUBSTR(sender, 5)), NULL) \
             FROM sent WHERE account = ?1 AND openid = ?2 \
               AND (sent_at, id) < (?3, ?4) AND sent_at >= ?5 ORDER BY sent_at DESC, id DESC LIMIT ?6",
            [account.into(), openid.into(), time.into(), id.into(), since.into(), i64::from(limit).into()],
        ),
    )
}

/// Merges the rows of a [`timeline`], the newest first, and at most `limit` of them; and the place below them, if there
/// may be more.
#[must_use]
pub fn lines(received: Vec<ReceivedRow>, sent: Vec<SentRow>, limit: u32) -> (Vec<Line>, Option<Place>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let received = received.into_iter().map(Received::from_row).map(Box::new).map(Line::Received);
    let mut lines: Vec<Line> = received.collect();
    for line in sent.into_iter().map(Sent::from_row).map(Line::Sent) {
        let place = Place::of_line(&line);
        lines.insert(lines.partition_point(|other| Place::of_line(other) > place), line);
    }
    let more = lines.len() > limit;
    lines.truncate(limit);
    let below = lines.last().filter(|_| more).map(Place::of_line);
    (lines, below)
}

impl Filter {
    /// Whether entries have to be searched for those that it selects.
    fn is_sparse(&self) -> bool {
        let texts = [&self.msg_type, &self.event, &self.rule, &self.backend, &self.text];
        self.outcome.is_some() || texts.into_iter().any(Option::is_some)
    }

    /// The parameters of [`of_all_users`] and [`of_user`].
    fn bounds(&self, account: &str, below: Option<&Place>, end: Option<&Place>) -> [Parameter; 7] {
        let top = Place::above(self.until.unwrap_or(Timestamp::LAST));
        let below = below.map_or(&top, |below| below.min(&top));
        let bottom = Place::at_the_bottom_of(self.since.unwrap_or(Timestamp::from_seconds(0)));
        let end = end.unwrap_or(&bottom);
        let openid = self.openid.as_ref().unwrap_or(&below.openid);
        [
            account.into(),
            below.time.into(),
            openid.as_str().into(),
            below.id.as_str().into(),
            end.time.into(),
            end.openid.as_str().into(),
            end.id.as_str().into(),
        ]
    }
}

impl Place {
    /// The second in which it is.
    #[must_use]
    pub const fn time(&self) -> Timestamp {
        Timestamp::from_seconds(self.time)
    }

    /// The place above all entries of a second.
    pub(super) fn above(time: Timestamp) -> Self {
        Self::at_the_bottom_of(time.plus(1))
    }

    /// The place below all entries of a second.
    pub(super) fn at_the_bottom_of(time: Timestamp) -> Self {
        Self { time: time.seconds(), side: Side::Received, openid: String::new(), id: String::new() }
    }

    /// Its time, user and id, in the order of the index by time.
    pub(super) fn parameters(&self) -> [Parameter; 3] {
        [self.time.into(), self.openid.as_str().into(), self.id.as_str().into()]
    }

    /// Reads a row of [`page_end`].
    #[must_use]
    pub fn from_row((time, openid, id): PlaceRow) -> Self {
        Self { time, side: Side::Received, openid, id }
    }

    /// The place of an entry.
    #[must_use]
    pub fn of(Received { record, .. }: &Received) -> Self {
        Self {
            time: record.create_time.seconds(),
            side: Side::Received,
            openid: record.openid.clone(),
            id: record.id.clone(),
        }
    }

    fn of_line(line: &Line) -> Self {
        match line {
            Line::Received(entry) => Self::of(entry),
            Line::Sent(sent) => Self {
                time: sent.sent_at.seconds(),
                side: Side::Sent,
                openid: String::new(),
                id: sent.id.clone(),
            },
        }
    }
}
