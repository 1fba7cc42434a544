//! What an account's inbox says about one user.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::reply_window::{AFTER_A_MESSAGE, ReplyWindow};

/// Maximum number of a user's entries that are searched for the last message and for the reply window.
pub const MAX_SEARCHED: i64 = 1000;
/// An entry counts as one from the future if its CreateTime is more than this many seconds after its arrival.
pub(super) const MAX_CLOCK_SKEW: i64 = 86_400;

/// A row of [`follower`].
pub type FollowerRow =
    (Option<i64>, Option<i64>, Option<String>, Option<String>, Option<i64>, Option<i64>, Option<i64>);

/// The latest of each kind of entry from one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The event `subscribe`.
    pub followed_at: Option<Timestamp>,
    /// The event `unsubscribe`.
    pub unfollowed_at: Option<Timestamp>,
    /// `EventKey` of `subscribe`.
    pub source: Option<String>,
    /// The remark that was set through this worker.
    pub remark: Option<String>,
    /// The last message, of any type, among the user's latest [`MAX_SEARCHED`] entries.
    pub last_message_at: Option<Timestamp>,
    window_until: Option<Timestamp>,
}

/// Selects what is known about a user: a [`FollowerRow`].
#[must_use]
pub fn follower(account: &str, openid: &str, now: Timestamp) -> Statement {
    Statement::new(
        "SELECT followed_at, unfollowed_at, source, remark, last.create_time, last.create_time + last.opens, ( \
           SELECT MAX(create_time + opens) FROM ( \
             SELECT create_time, opens FROM inbox WHERE account = ?1 AND openid = ?2 AND create_time > ?3 \
               AND create_time <= received_at + ?4 ORDER BY create_time DESC, id DESC LIMIT ?5)) \
         FROM (SELECT 1) LEFT JOIN user ON user.account = ?1 AND user.openid = ?2 \
           LEFT JOIN ( \
             SELECT create_time, opens FROM ( \
               SELECT create_time, opens, event FROM inbox WHERE account = ?1 AND openid = ?2 \
                 AND create_time <= received_at + ?4 ORDER BY create_time DESC, id DESC LIMIT ?5) \
             WHERE event IS NULL LIMIT 1) AS last ON TRUE",
        [
            account.into(),
            openid.into(),
            now.minus(AFTER_A_MESSAGE).seconds().into(),
            MAX_CLOCK_SKEW.into(),
            MAX_SEARCHED.into(),
        ],
    )
}

impl Follower {
    /// Reads a row.
    #[must_use]
    pub fn from_row(
        (followed_at, unfollowed_at, source, remark, last_message_at, last_until, recent_until): FollowerRow,
    ) -> Self {
        let time = |seconds: Option<i64>| seconds.map(Timestamp::from_seconds);
        Self {
            followed_at: time(followed_at),
            unfollowed_at: time(unfollowed_at),
            source,
            remark,
            last_message_at: time(last_message_at),
            window_until: time(recent_until.max(last_until)),
        }
    }

    /// Whether nothing is known about the user.
    #[must_use]
    pub const fn is_unknown(&self) -> bool {
        self.followed_at.is_none()
            && self.unfollowed_at.is_none()
            && self.last_message_at.is_none()
            && self.window_until.is_none()
    }

    /// The scene of the parametric QR code that led the user here, if one did.
    #[must_use]
    pub fn scene(&self) -> Option<&str> {
        self.source.as_deref()?.strip_prefix("qrscene_")
    }

    /// When the user unfollowed, unless the user has returned since.
    #[must_use]
    pub fn gone_since(&self) -> Option<Timestamp> {
        // A later message shows that the user followed again, even if that event was not received.
        self.unfollowed_at.filter(|gone| {
            self.followed_at.is_none_or(|followed| followed < *gone)
                && self.last_message_at.is_none_or(|message| message <= *gone)
        })
    }

    /// The window for customer-service messages.
    ///
    /// A message or a follow that was stored is later than any that was not, so it decides. A tap on a menu message is
    /// stored as a message too, but opens the window for less time.
    #[must_use]
    pub fn window(&self, now: Timestamp) -> ReplyWindow {
        if let Some(gone) = self.gone_since() {
            return ReplyWindow::UnfollowedSince(gone);
        }
        match self.window_until {
            Some(until) if until > now => ReplyWindow::Open,
            Some(until) if self.followed_at.is_some() || self.saw_it_open_at_its_longest(until) => {
                ReplyWindow::ClosedSince(until)
            }
            _ => ReplyWindow::Unknown,
        }
    }

    fn saw_it_open_at_its_longest(&self, until: Timestamp) -> bool {
        self.last_message_at.is_some_and(|message| message.plus(AFTER_A_MESSAGE) <= until)
    }
}
