//! Why a call of the API is rejected without asking WeChat.

use std::fmt;

use crate::inbox::ReplyWindow;
use crate::invalid::Invalid;
use crate::settings::Refused;
use crate::time::Timestamp;

use super::scope::Scope;

/// Why we reject a call of the API; what WeChat rejects is a [`crate::wechat::Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// No valid API key. Deliberately says no more.
    Unauthorized,
    /// The call needs a session.
    NoSession,
    /// A session's cookie, or a sign-in, from another site, or not as JSON.
    AnotherSite,
    /// The access token is only given to programs.
    NotForConsole,
    /// Too many sign-ins from the caller's address.
    TooManySignIns,
    /// The API key lacks this scope.
    LacksScope(Scope),
    /// The API key belongs to another account.
    AnotherAccount,
    /// A parameter is invalid: 接口参数错误.
    InvalidParameter(Invalid),
    /// WeChat would reject the message: 回复内容错误.
    InvalidReply(Invalid),
    /// The user's reply window is closed, and WeChat was not asked.
    WindowClosed {
        /// When it closed.
        since: Timestamp,
        /// Whether it closed because the user unfollowed.
        has_unfollowed: bool,
    },
    /// The settings, or the draft of the menus, are not at the version that `if_version` names.
    Conflict {
        /// The version that they have.
        version: u64,
        /// Who made it, if that is known: the name of an API key, or `root`.
        by: Option<String>,
    },
    /// The menus are being published.
    Publishing {
        /// Whose call it is: the name of an API key, or `root`.
        by: String,
        /// When it began.
        since: Timestamp,
        /// Seconds until another call may publish even if this one was cut off.
        ends_in: u32,
    },
    /// What the call names does not exist: the kind of thing, such as "key".
    NotFound(&'static str),
    /// WeChat has deleted the file.
    MediaExpired,
    /// The account has so many keys that no more can be created: the limit.
    TooManyKeys(String),
    /// Too many requests from the caller's address without a valid API key.
    TooManyFailures,
    /// The cookie is removed, and a copy of it works until its session ends by itself; the text is for the log.
    NotSignedOut(String),
    /// A key still works, since the database does not answer; the text is for the log.
    NotRevoked(String),
    /// As many files are being uploaded as fit into memory.
    TooManyUploads,
    /// Nothing of a user is deleted, since the spool does not answer; the text is for the log.
    NotErased(String),
    /// The body is too large for this call.
    BodyTooLarge {
        /// The largest size it may have.
        max_bytes: usize,
    },
    /// The body is not UTF-8.
    NotUtf8,
    /// The body ended before it was complete.
    BodyIncomplete,
}

impl Error {
    /// The same about a field of another one.
    #[must_use]
    pub(super) fn under(self, path: &str) -> Self {
        match self {
            Self::InvalidParameter(invalid) => Self::InvalidParameter(invalid.under(path)),
            error => error,
        }
    }

    /// Rejects a message to a user whose window is known to be closed.
    pub const fn unless_open(window: ReplyWindow) -> Result<(), Self> {
        match window {
            ReplyWindow::Open | ReplyWindow::Unknown => Ok(()),
            ReplyWindow::ClosedSince(since) => Err(Self::WindowClosed { since, has_unfollowed: false }),
            ReplyWindow::UnfollowedSince(since) => Err(Self::WindowClosed { since, has_unfollowed: true }),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound(what) => Self::NotFound(what),
            Refused::Invalid(invalid) => Self::InvalidParameter(invalid),
            Refused::Conflict { version } => Self::Conflict { version, by: None },
        }
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthorized => {
                formatter.write_str("send a valid API key as `Authorization: Bearer <api key>`")
            }
            Self::NoSession => formatter.write_str("sign in to the console first"),
            Self::AnotherSite => formatter.write_str(
                "a session is only accepted from the console's own pages, and with `Content-Type: application/json`",
            ),
            Self::NotForConsole => {
                formatter.write_str("the access token is only given to an API key, and not to the console")
            }
            Self::TooManySignIns => {
                formatter.write_str("too many sign-ins from this address; try again in a minute")
            }
            Self::LacksScope(scope) => write!(formatter, "this API key lacks the scope {scope}"),
            Self::AnotherAccount => formatter.write_str("this API key does not belong to this account"),
            Self::InvalidParameter(invalid) | Self::InvalidReply(invalid) => invalid.fmt(formatter),
            Self::WindowClosed { since, has_unfollowed: true } => write!(
                formatter,
                "the user unfollowed the account at {}; set `try_anyway` to let WeChat decide",
                since.in_beijing()
            ),
            Self::WindowClosed { since, has_unfollowed: false } => write!(
                formatter,
                "the user's reply window has been closed since {}: it opens for 48 hours when the user sends a \
                 message, and for one minute when the user follows, taps the menu or scans a code; set `try_anyway` to \
                 let WeChat decide",
                since.in_beijing()
            ),
            Self::Conflict { version, .. } => write!(
                formatter,
                "it has been changed meanwhile and is at version {version}; read it again and repeat the change"
            ),
            Self::Publishing { by, since, .. } => write!(
                formatter,
                "{by} has been publishing the menus since {}; look at what is published when that has ended",
                since.in_beijing()
            ),
            Self::NotFound(what) => write!(formatter, "there is no such {what}"),
            Self::MediaExpired => {
                formatter.write_str("WeChat keeps what users send for three days, and has deleted this file")
            }
            Self::TooManyKeys(limit) => formatter.write_str(limit),
            Self::TooManyFailures => formatter.write_str(
                "too many requests from this address without a valid API key; a valid key is not affected",
            ),
            Self::NotSignedOut(_) => formatter.write_str(
                "this browser is signed out, but the database does not answer: a copy of the cookie works until the session \
                 ends by itself, in at most seven days; to end it now, revoke the key",
            ),
            Self::NotRevoked(_) => formatter.write_str(
                "the database does not answer: the key still works, or will again as soon as it does; repeat the call until \
                 it succeeds",
            ),
            Self::TooManyUploads => {
                formatter.write_str("other files are being uploaded; try again in a few seconds")
            }
            Self::NotErased(_) => formatter.write_str(
                "nothing is deleted: the spool, which may have messages of this user, does not answer; repeat the call",
            ),
            Self::BodyTooLarge { max_bytes } => {
                write!(formatter, "the request body is larger than {} KiB", max_bytes / 1024)
            }
            Self::NotUtf8 => formatter.write_str("the request body is not UTF-8"),
            Self::BodyIncomplete => formatter.write_str("the request body is incomplete"),
        }
    }
}
