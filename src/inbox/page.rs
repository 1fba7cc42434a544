//! Pages of what was received, and of what passed between us and one user, the newest first.
//!
//! A page begins below a place and not after a number of rows, so that new arrivals do not move it.

use serde::{Deserialize, Serialize};

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::received::{Received, ReceivedRow, received_columns};
use super::sent::{Sent, SentRow};

/// How many entries a page looks at in search of those that its filter picks.
const LOOKED_AT: i64 = 1000;

/// A row of [`page_end`].
pub type PlaceRow = (i64, String, String);

/// Which entries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this user.
    pub openid: Option<String>,
    /// Of this `MsgType`.
    pub msg_type: Option<String>,
    /// This event, in lowercase.
    pub event: Option<String>,
    /// From this CreateTime on.
    pub since: Option<Timestamp>,
    /// Up to this CreateTime.
    pub until: Option<Timestamp>,
}

/// Below which entry a page begins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    time: i64,
    side: Side,
    openid: String,
    id: String,
}

/// Who said something. What was sent in a second comes after what was received in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Side {
    /// The user, or WeChat about the user.
    Received,
    /// We.
    Sent,
}

/// Something that passed between us and a user.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// From the user, with our passive reply.
    Received(Box<Received>),
    /// A customer-service message.
    Sent(Sent),
}

/// The entries of everybody below ?2 to ?4, and not below ?5 to ?7.
macro_rules! of_everybody {
    ($columns:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM inbox WHERE account = ?1 AND (create_time, openid, id) < (?2, ?3, ?4) \
               AND (create_time, openid, id) >= (?5, ?6, ?7) ",
            $rest,
        )
    };
}

/// The entries of the user ?3 between the same.
macro_rules! of_user {
    ($columns:expr, $rest:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM inbox INDEXED BY inbox_by_user WHERE account = ?1 AND openid = ?3 AND filed = 1 \
               AND (create_time, id) < (?2, ?4) AND (create_time, id) >= (?5, ?7) ",
            $rest,
        )
    };
}

/// Where the search of a page ends that has to look at entries it does not pick: no row, or a [`PlaceRow`].
///
/// Asked before the page, so that what arrives between the two only makes the page longer.
#[must_use]
pub fn page_end(account: &str, filter: &Filter, below: Option<&Place>) -> Option<Statement> {
    let is_sparse = filter.msg_type.is_some() || filter.event.is_some();
    let sql = match filter.openid {
        Some(_) => {
            of_user!("create_time, openid, id", "ORDER BY create_time DESC, id DESC LIMIT 1 OFFSET ?8")
        }
        None => of_everybody!(
            "create_time, openid, id",
            "ORDER BY create_time DESC, openid DESC, id DESC LIMIT 1 OFFSET ?8"
        ),
    };
    let last = LOOKED_AT.saturating_sub(1);
    is_sparse.then(|| Statement::new(sql, filter.bounds(account, below, None)).with(last))
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
            "AND (?8 IS NULL OR type = ?8) AND (?9 IS NULL OR event = ?9) \
             ORDER BY create_time DESC, id DESC LIMIT ?10"
        ),
        None => of_everybody!(
            received_columns!(),
            "AND (?8 IS NULL OR type = ?8) AND (?9 IS NULL OR event = ?9) \
             ORDER BY create_time DESC, openid DESC, id DESC LIMIT ?10"
        ),
    };
    Statement::new(sql, filter.bounds(account, below, end))
        .with(filter.msg_type.as_deref())
        .with(filter.event.as_deref())
        .with(i64::from(limit))
}

/// Below which entry the next page begins: the last of a full one, else where the search ended.
#[must_use]
pub fn next_page(entries: &[Received], limit: u32, end: Option<Place>) -> Option<Place> {
    let is_full = u32::try_from(entries.len()).is_ok_and(|count| count >= limit);
    if is_full { entries.last().map(Place::of) } else { end }
}

/// What passed between us and a user below a place: [`ReceivedRow`]s and [`SentRow`]s for [`lines`].
#[must_use]
pub fn timeline(account: &str, openid: &str, below: Option<&Place>, limit: u32) -> (Statement, Statement) {
    let top = Place::above(Timestamp::LAST);
    let place = below.unwrap_or(&top);
    // What was received in a second stands below all that was sent in it.
    let (received, sent) = match place.side {
        Side::Received => (place.clone(), (place.time, "")),
        Side::Sent => (Place::above(Timestamp::from_seconds(place.time)), (place.time, place.id.as_str())),
    };
    // One more than asked for tells whether there is more.
    let limit = limit.saturating_add(1);
    let of_user = Filter { openid: Some(openid.to_owned()), ..Filter::default() };
    let (time, id) = sent;
    (
        page(account, &of_user, Some(&received), None, limit),
        Statement::new(
            "SELECT sent_at, id, message FROM sent WHERE account = ?1 AND openid = ?2 AND (sent_at, id) < (?3, ?4) \
             ORDER BY sent_at DESC, id DESC LIMIT ?5",
            [account.into(), openid.into(), time.into(), id.into(), i64::from(limit).into()],
        ),
    )
}

/// The rows of a [`timeline`] in one order, the newest first, `limit` of them at most; and the place below them,
/// if there may be more.
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
    /// The parameters of [`of_everybody`] and [`of_user`].
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
    /// Above everything of a second.
    fn above(time: Timestamp) -> Self {
        Self::at_the_bottom_of(time.plus(1))
    }

    fn at_the_bottom_of(time: Timestamp) -> Self {
        Self { time: time.seconds(), side: Side::Received, openid: String::new(), id: String::new() }
    }

    /// Reads a row of [`page_end`].
    #[must_use]
    pub fn from_row((time, openid, id): PlaceRow) -> Self {
        Self { time, side: Side::Received, openid, id }
    }

    /// Where an entry stands.
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
