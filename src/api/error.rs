//! How a call of the API fails before, or instead of, asking WeChat.

use std::fmt;

use crate::inbox::Window;
use crate::invalid::Invalid;
use crate::settings::Refused;
use crate::time::Timestamp;

use super::scope::Scope;

/// Why a call of the API is refused by us; WeChat's refusals are [`crate::wechat::Error`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// No key, or none that is good. Deliberately says no more.
    Unauthorized,
    /// The key is good, and lacks this scope.
    LacksScope(Scope),
    /// The key is good, and belongs to another account.
    AnotherAccount,
    /// A parameter is wrong: 接口参数错误.
    InvalidParameter(Invalid),
    /// A message is one WeChat would refuse: 回复内容错误.
    InvalidReply(Invalid),
    /// The user may not be sent a message now, and WeChat was not asked.
    WindowClosed {
        /// Since when.
        since: Timestamp,
        /// Because the user unfollowed then.
        has_unfollowed: bool,
    },
    /// The settings are not at the version that the change was made for.
    Conflict {
        /// Where they are.
        version: u64,
    },
    /// There is no such thing, such as a key to revoke.
    NotFound(&'static str),
    /// A key was revoked, and KV did not take the news.
    NotPublished,
    /// The body has more than [`Endpoint::max_body_bytes`].
    BodyTooLarge,
    /// The body is not UTF-8.
    NotUtf8,
    /// The body ended before it was complete.
    BodyBroken,
}

impl Error {
    /// Refuses a message whose user's window is known to be closed.
    pub const fn unless_open(window: Window) -> Result<(), Self> {
        match window {
            Window::Open | Window::Unknown => Ok(()),
            Window::ClosedSince(since) => Err(Self::WindowClosed { since, has_unfollowed: false }),
            Window::UnfollowedSince(since) => Err(Self::WindowClosed { since, has_unfollowed: true }),
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::NotFound(what) => Self::NotFound(what),
            Refused::Invalid(invalid) => Self::InvalidParameter(invalid),
            Refused::Conflict { version } => Self::Conflict { version },
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
            Self::LacksScope(scope) => write!(formatter, "this API key lacks the scope {scope}"),
            Self::AnotherAccount => formatter.write_str("this API key does not belong to this account"),
            Self::InvalidParameter(invalid) | Self::InvalidReply(invalid) => invalid.fmt(formatter),
            Self::WindowClosed { since, has_unfollowed: true } => write!(
                formatter,
                "the user unfollowed the account, at {since}; send it with `try_anyway` to have WeChat decide"
            ),
            Self::WindowClosed { since, has_unfollowed: false } => write!(
                formatter,
                "the user's window has been closed since {since}: it opens for 48 hours when the user writes, and for a \
                 minute when the user follows, taps the menu or scans a code; send it with `try_anyway` to have WeChat \
                 decide"
            ),
            Self::Conflict { version } => write!(
                formatter,
                "somebody else has changed it meanwhile: it is at version {version}; read it again and repeat the change"
            ),
            Self::NotFound(what) => write!(formatter, "there is no such {what}"),
            Self::NotPublished => formatter.write_str(
                "the key is revoked, but other locations may take it until the news reaches them; revoke it again",
            ),
            Self::BodyTooLarge => formatter.write_str("the body has more than 256 KiB, or 2 MiB for `rule/import` and `rule/test`"),
            Self::NotUtf8 => formatter.write_str("the body is not UTF-8"),
            Self::BodyBroken => formatter.write_str("the body broke off"),
        }
    }
}
