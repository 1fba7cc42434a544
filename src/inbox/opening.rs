//! What is left of a user's reply window.

use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::custom_message::{MAX_AFTER_EVENT, MAX_AFTER_MESSAGE};

use super::follower::{MAX_CLOCK_SKEW, MAX_SEARCHED};
use super::reply_window::AFTER_A_MESSAGE;

/// A row of [`opening`]: until when the window is open, for how many seconds it was opened, and how many customer-service
/// messages WeChat has accepted since.
pub type OpeningRow = (i64, i64, i64);

/// What is left of an open window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    /// When it closes.
    pub until: Timestamp,
    /// The number of customer-service messages that WeChat still accepts in it, as far as the inbox knows.
    pub left: usize,
    /// Whether a message opened it, and not an event or a tap on a menu message.
    pub is_of_message: bool,
}

/// Counts the customer-service messages that WeChat has accepted for a user since a point in time, but for the one with the
/// id `$except`. Reads at most 20 rows.
macro_rules! sent_since {
    ($openid:literal, $since:literal, $except:literal) => {
        concat!(
            "(SELECT COUNT(*) FROM ( \
               SELECT id, kind, errcode FROM sent WHERE account = ?1 AND openid = ",
            $openid,
            " AND sent_at >= ",
            $since,
            " LIMIT 20) WHERE kind = 'custom' AND errcode = 0 AND id <> ",
            $except,
            ")"
        )
    };
}

pub(super) use sent_since;

/// Selects what keeps a user's window open for the longest: no row, or an [`OpeningRow`]. The sent message `except` is not
/// counted, since it may be stored by now or not.
///
/// Reads the user's entries of the last 48 hours, at most [`MAX_SEARCHED`], and at most 20 sent messages.
#[must_use]
pub fn opening(account: &str, openid: &str, now: Timestamp, except: &str) -> Statement {
    Statement::new(
        concat!(
            "SELECT until, opens, ",
            sent_since!("?2", "opened_at", "?7"),
            " AS sent FROM ( \
               SELECT create_time AS opened_at, create_time + opens AS until, opens FROM ( \
                 SELECT create_time, opens FROM inbox WHERE account = ?1 AND openid = ?2 AND create_time > ?3 \
                   AND create_time <= received_at + ?4 ORDER BY create_time DESC, id DESC LIMIT ?5) \
               WHERE create_time + opens > ?6 ORDER BY until DESC LIMIT 1)"
        ),
        [
            account.into(),
            openid.into(),
            now.minus(AFTER_A_MESSAGE).seconds().into(),
            MAX_CLOCK_SKEW.into(),
            MAX_SEARCHED.into(),
            now.seconds().into(),
            except.into(),
        ],
    )
}

impl Opening {
    /// Reads the row, where `further` messages have been sent that it does not count.
    #[must_use]
    pub fn from_row((until, opens, sent): OpeningRow, further: usize) -> Self {
        let is_of_message = opens == AFTER_A_MESSAGE;
        let max = if is_of_message { MAX_AFTER_MESSAGE } else { MAX_AFTER_EVENT };
        let sent = usize::try_from(sent).unwrap_or(usize::MAX).saturating_add(further);
        Self { until: Timestamp::from_seconds(until), left: max.saturating_sub(sent), is_of_message }
    }

    /// The same, where it may have closed by now.
    #[must_use]
    pub(super) fn at(now: Timestamp, row: OpeningRow) -> Self {
        let opening = Self::from_row(row, 0);
        Self { left: if opening.until > now { opening.left } else { 0 }, ..opening }
    }
}
