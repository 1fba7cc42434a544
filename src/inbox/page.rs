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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// The entries of everybody below a place. Its parameters are ?1 to ?5.
macro_rules! of_everybody {
    ($columns:expr) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM inbox WHERE account = ?1 AND (create_time, openid, id) < (?2, ?3, ?4) AND create_time >= ?5 \
             ORDER BY create_time DESC, openid DESC, id DESC "
        )
    };
}

/// The entries of one user below a place. Its parameters are the same, with the user for ?3.
macro_rules! of_user {
    ($columns:expr) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM inbox INDEXED BY inbox_by_user WHERE account = ?1 AND openid = ?3 AND filed = 1 \
               AND (create_time, id) < (?2, ?4) AND create_time >= ?5 \
             ORDER BY create_time DESC, id DESC "
        )
    };
}

/// Those of a filter's kind, among as many as a page looks at.
macro_rules! picked {
    ($entries:expr) => {
        concat!(
            "SELECT * FROM (",
            $entries,
            "LIMIT ?9) WHERE (?6 IS NULL OR type = ?6) AND (?7 IS NULL OR event = ?7) LIMIT ?8"
        )
    };
}

/// A page of entries: up to `limit` [`ReceivedRow`]s.
#[must_use]
pub fn page(account: &str, filter: &Filter, below: Option<&Place>, limit: i64) -> Statement {
    let sql = match filter.openid {
        Some(_) => picked!(of_user!(received_columns!())),
        None => picked!(of_everybody!(received_columns!())),
    };
    let kind = [filter.msg_type.as_deref().into(), filter.event.as_deref().into()];
    let limits = [limit.into(), LOOKED_AT.into()];
    Statement::new(sql, filter.bounds(account, below).into_iter().chain(kind).chain(limits))
}

/// Where the search of a [`page`] ended, if there is more below: no row, or a [`PlaceRow`].
///
/// A page with fewer entries than asked for may just have found few of its kind.
#[must_use]
pub fn page_end(account: &str, filter: &Filter, below: Option<&Place>) -> Statement {
    let sql = match filter.openid {
        Some(_) => concat!(of_user!("create_time, openid, id"), "LIMIT 1 OFFSET ?6"),
        None => concat!(of_everybody!("create_time, openid, id"), "LIMIT 1 OFFSET ?6"),
    };
    let last = LOOKED_AT.saturating_sub(1);
    Statement::new(sql, filter.bounds(account, below).into_iter().chain([last.into()]))
}

/// What passed between us and a user below a place: up to `limit` [`ReceivedRow`]s, and up to `limit` [`SentRow`]s.
#[must_use]
pub fn timeline(account: &str, openid: &str, below: Option<&Place>, limit: i64) -> (Statement, Statement) {
    let top = Place::above(Timestamp::LAST);
    let place = below.unwrap_or(&top);
    let next_second = place.time.saturating_add(1);
    // What was received in a second stands below all that was sent in it.
    let (received, sent) = match place.side {
        Side::Received => ((place.time, place.id.as_str()), (place.time, "")),
        Side::Sent => ((next_second, ""), (place.time, place.id.as_str())),
    };
    let of = |(time, id): (i64, &str)| [account.into(), time.into(), openid.into(), id.into()];
    (
        Statement::new(
            concat!(of_user!(received_columns!()), "LIMIT ?6"),
            of(received).into_iter().chain([0.into(), limit.into()]),
        ),
        Statement::new(
            "SELECT sent_at, id, message FROM sent WHERE account = ?1 AND openid = ?3 AND (sent_at, id) < (?2, ?4) \
             ORDER BY sent_at DESC, id DESC LIMIT ?5",
            of(sent).into_iter().chain([limit.into()]),
        ),
    )
}

/// The rows of a [`timeline`] in one order, the newest first, `limit` of them at most; and the place below them,
/// if there may be more.
#[must_use]
pub fn lines(received: Vec<ReceivedRow>, sent: Vec<SentRow>, limit: usize) -> (Vec<Line>, Option<Place>) {
    let received = received.into_iter().map(Received::from_row).map(Box::new).map(Line::Received);
    let mut lines: Vec<Line> = received.chain(sent.into_iter().map(Sent::from_row).map(Line::Sent)).collect();
    lines.sort_by_cached_key(|line| {
        let place = Place::of_line(line);
        std::cmp::Reverse((place.time, place.side, place.id))
    });
    let more = lines.len() > limit;
    lines.truncate(limit);
    let below = lines.last().filter(|_| more).map(Place::of_line);
    (lines, below)
}

impl Filter {
    /// Whether it picks but some of the entries it has to look at.
    #[must_use]
    pub const fn is_sparse(&self) -> bool {
        self.msg_type.is_some() || self.event.is_some()
    }

    /// The parameters of [`of_everybody`] and [`of_user`].
    fn bounds(&self, account: &str, below: Option<&Place>) -> [Parameter; 5] {
        let top = Place::above(self.until.unwrap_or(Timestamp::LAST));
        let place = below.unwrap_or(&top);
        let openid = self.openid.as_ref().unwrap_or(&place.openid);
        let since = self.since.map_or(0, Timestamp::seconds);
        [account.into(), place.time.into(), openid.as_str().into(), place.id.as_str().into(), since.into()]
    }
}

impl Place {
    /// Above everything of a second.
    fn above(time: Timestamp) -> Self {
        Self { time: time.plus(1).seconds(), side: Side::Received, openid: String::new(), id: String::new() }
    }

    /// Reads a row of [`page_end`].
    #[must_use]
    pub fn from_row((time, openid, id): PlaceRow) -> Self {
        Self { time, side: Side::Received, openid, id }
    }

    /// Where an entry stands.
    #[must_use]
    pub fn of(entry: &Received) -> Self {
        Self {
            time: entry.create_time.seconds(),
            side: Side::Received,
            openid: entry.openid.clone(),
            id: entry.id.clone(),
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
