//! What we know of a user from what came, and when messages may be sent.

use crate::sql::Statement;
use crate::time::Timestamp;

use super::entry::AFTER_A_MESSAGE;

/// A row of [`follower`].
pub type FollowerRow = (Option<i64>, Option<i64>, Option<String>, Option<i64>, Option<i64>);

/// What an account's inbox says of one user; the latest of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The event `subscribe`.
    pub followed_at: Option<Timestamp>,
    /// The event `unsubscribe`.
    pub unfollowed_at: Option<Timestamp>,
    /// `EventKey` of `subscribe`.
    pub source: Option<String>,
    /// The last message, of any type.
    pub last_message_at: Option<Timestamp>,
    window_until: Option<Timestamp>,
}

/// Whether a user may be sent customer-service messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// For all we know, yes.
    Open,
    /// Not since then.
    ClosedSince(Timestamp),
    /// Not since then, when the user unfollowed.
    UnfollowedSince(Timestamp),
    /// WeChat knows more of this user than we do.
    Unknown,
}

/// What is known of a user: no row, or a [`FollowerRow`].
#[must_use]
pub fn follower(account: &str, openid: &str) -> Statement {
    Statement::new(
        "SELECT followed_at, unfollowed_at, source, last_message_at, window_until FROM follower \
         WHERE account = ?1 AND openid = ?2",
        [account.into(), openid.into()],
    )
}

impl Follower {
    /// Reads a row.
    #[must_use]
    pub fn from_row(
        (followed_at, unfollowed_at, source, last_message_at, window_until): FollowerRow,
    ) -> Self {
        let time = |seconds: Option<i64>| seconds.map(Timestamp::from_seconds);
        Self {
            followed_at: time(followed_at),
            unfollowed_at: time(unfollowed_at),
            source,
            last_message_at: time(last_message_at),
            window_until: time(window_until),
        }
    }

    /// The scene of the parametric QR code that led the user here, if one did.
    #[must_use]
    pub fn scene(&self) -> Option<&str> {
        self.source.as_deref()?.strip_prefix("qrscene_")
    }

    /// When the user unfollowed, if that was the last of it.
    #[must_use]
    pub fn gone_since(&self) -> Option<Timestamp> {
        // A later message proves a return that we did not see.
        self.unfollowed_at.filter(|gone| {
            self.followed_at.is_none_or(|followed| followed < *gone)
                && self.last_message_at.is_none_or(|message| message <= *gone)
        })
    }

    /// The window for customer-service messages.
    ///
    /// A message or a follow that we saw is later than any that we did not see, and so decides; a tap on a menu
    /// message, which is a message as well, opens it for less.
    #[must_use]
    pub fn window(&self, now: Timestamp) -> Window {
        if let Some(gone) = self.gone_since() {
            return Window::UnfollowedSince(gone);
        }
        match self.window_until {
            Some(until) if until > now => Window::Open,
            Some(until) if self.followed_at.is_some() || self.saw_it_open_at_its_longest(until) => {
                Window::ClosedSince(until)
            }
            _ => Window::Unknown,
        }
    }

    fn saw_it_open_at_its_longest(&self, until: Timestamp) -> bool {
        self.last_message_at.is_some_and(|message| message.plus(AFTER_A_MESSAGE) <= until)
    }
}
