//! What an SDK is told when we refuse: WeChat's own shape and codes, chosen so that no SDK asks for ever.
//!
//! Most SDKs renew the token on 40001, 40014 and 42001, and one of them without a bound: these are said only where
//! a renewal helps.

use std::fmt;

use serde_json::json;

use crate::api::Scope;

/// Nobody's errcode, and so one that no SDK repeats.
const NOT_TO_BE_REPEATED: i64 = -2;

/// Why the gateway does not hand a request on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// There is no such account here, or not for this key.
    WrongAppId,
    /// `secret` is no API key in force.
    WrongSecret,
    /// The body of a token request cannot be read.
    UnreadableTokenRequest,
    /// There is neither `access_token` nor a bearer.
    NoCredential,
    /// It is none of ours: WeChat's own token, or a guess.
    UnknownCredential,
    /// It has ended; a new one is to be had.
    StaleCredential,
    /// Its key was revoked or has expired, so that asking again would not help.
    DeadKey,
    /// The key may not call this.
    LacksScope(Scope),
    /// Nobody but a key with every scope may call a path that we do not know.
    UnknownPath,
    /// The key belongs to another account than the path names.
    AnotherAccount,
    /// Too many calls with this key.
    TooOften,
    /// The operator has something to set up; says what.
    NotConfigured(String),
    /// Nothing was sent: the body broke off, or WeChat gave no token in time.
    NotSent,
    /// WeChat did not answer, or broke off: the call may have taken effect.
    NoAnswer,
    /// WeChat refused the real token, which is renewed now, and the body could not be sent twice.
    SendAgain,
    /// WeChat refuses us a token, with this errcode.
    NoToken(i64, String),
    /// A call with this `Idempotency-Key` is under way, or did not say how it ended.
    StillUnderWay,
    /// An `Idempotency-Key` that cannot be one, or on a body too large to tell from another.
    BadIdempotencyKey,
    /// An `Idempotency-Key` that belongs to another send.
    IdempotencyKeyOfAnother,
    /// A call that takes the AppSecret itself, for which we have no place.
    NeedsSecret,
    /// A method that HTTP or this path does not have.
    WrongMethod,
    /// Something failed on our side: the cause, which the log has and the caller does not see.
    Internal(String),
}

impl Refused {
    /// WeChat's errcode for it.
    #[must_use]
    pub const fn errcode(&self) -> i64 {
        match self {
            Self::WrongAppId => 40013,
            Self::WrongSecret => 40125,
            Self::UnreadableTokenRequest => 47001,
            Self::NoCredential => 41001,
            Self::StaleCredential => 42001,
            Self::UnknownCredential
            | Self::NotConfigured(_)
            | Self::NeedsSecret
            | Self::DeadKey
            | Self::LacksScope(_)
            | Self::UnknownPath
            | Self::AnotherAccount => 48001,
            Self::TooOften => 45011,
            Self::BadIdempotencyKey | Self::IdempotencyKeyOfAnother => 40035,
            Self::WrongMethod => 43001,
            Self::NoAnswer => NOT_TO_BE_REPEATED,
            Self::NoToken(errcode, _) => match *errcode {
                // About the real secret, which no SDK can renew.
                40001 | 40014 | 42001 => 40125,
                errcode => errcode,
            },
            // Some SDKs repeat it by themselves, which these allow.
            Self::NotSent | Self::SendAgain | Self::StillUnderWay | Self::Internal(_) => -1,
        }
    }

    /// The body, in WeChat's shape; its status is 200, as WeChat's. A failure of ours names the request in the log.
    #[must_use]
    pub fn body(&self, request_id: &str) -> String {
        let errmsg = match self {
            Self::Internal(_) => format!("mp-worker: {self} under {request_id}"),
            _ => format!("mp-worker: {self}"),
        };
        json!({ "errcode": self.errcode(), "errmsg": errmsg }).to_string()
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongAppId => formatter.write_str("invalid appid: no account here has it, or not for this API key"),
            Self::WrongSecret => formatter.write_str("invalid appsecret: it has to be an API key of this worker"),
            Self::UnreadableTokenRequest => formatter.write_str("the body is no JSON with appid and secret"),
            Self::NoCredential => formatter.write_str("access_token missing"),
            Self::UnknownCredential => formatter.write_str(
                "api unauthorized: this access_token is not from this worker; have the SDK ask /cgi-bin/token here, with an \
                 API key for its secret",
            ),
            Self::StaleCredential => formatter.write_str("access_token expired"),
            Self::DeadKey => formatter.write_str("api unauthorized: this API key was revoked or has expired"),
            Self::LacksScope(scope) => {
                write!(formatter, "api unauthorized: this API key lacks the scope {scope}")
            }
            Self::UnknownPath => {
                formatter.write_str("api unauthorized: this path needs an API key with the scope *")
            }
            Self::AnotherAccount => {
                formatter.write_str("api unauthorized: this API key belongs to another account")
            }
            Self::TooOften => formatter.write_str("api minute-quota reach limit: too many calls with this API key"),
            Self::NotConfigured(what) => formatter.write_str(what),
            Self::NotSent => formatter.write_str("system error: nothing was sent to WeChat; try again"),
            Self::NoAnswer => {
                formatter.write_str("WeChat was not reached or did not answer; the call may have taken effect")
            }
            Self::SendAgain => {
                formatter.write_str("WeChat refused the token, which is renewed now; nothing took effect, send it again")
            }
            Self::NoToken(errcode, errmsg) => {
                write!(formatter, "WeChat gives this worker no token ({errcode}: {errmsg})")
            }
            Self::StillUnderWay => formatter.write_str(
                "a call with this Idempotency-Key is under way, or did not say how it ended; it is not sent twice",
            ),
            Self::BadIdempotencyKey => formatter.write_str("Idempotency-Key has to be 1 to 64 printable characters, on a body of at most 1 MiB"),
            Self::IdempotencyKeyOfAnother => {
                formatter.write_str("this Idempotency-Key belongs to another send of the last day")
            }
            Self::NeedsSecret => formatter
                .write_str("api unauthorized: this call takes the AppSecret itself; use /cgi-bin/clear_quota instead"),
            Self::WrongMethod => formatter.write_str("this path does not take this method"),
            Self::Internal(_) => formatter.write_str("system error, in the log"),
        }
    }
}

impl std::error::Error for Refused {}
