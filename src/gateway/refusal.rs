//! The gateway's refusals, in WeChat's format and with errcodes that make no SDK retry forever.
//!
//! Most SDKs renew the token on 40001, 40014 and 42001, and one of them without a limit: these are used only if a
//! renewal helps.

use std::fmt;

use serde_json::json;

use crate::api::Scope;

/// Not an errcode of WeChat's, so that no SDK repeats the call.
const NOT_TO_BE_REPEATED: i64 = -2;

/// Why the gateway refuses a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No account has this AppID, or the key belongs to another.
    WrongAppId,
    /// `secret` is not a valid API key.
    WrongSecret,
    /// The body of a token request cannot be read.
    UnreadableTokenRequest,
    /// There is neither `access_token` nor a bearer token.
    NoCredential,
    /// The credential is not one of ours.
    UnknownCredential,
    /// The credential has expired; a new one can be requested.
    StaleCredential,
    /// The credential's key was revoked or has expired, so that a new credential cannot be requested.
    DeadKey,
    /// The key lacks the scope for the path.
    LacksScope(Scope),
    /// The path is unknown, and requires a key with the scope `*`.
    UnknownPath,
    /// The key belongs to another account than the path names.
    AnotherAccount,
    /// Too many calls with this key.
    TooManyCalls,
    /// Too many requests from this address without a valid key.
    TooManyFailures,
    /// The operator has to set up something; the text says what.
    NotConfigured(String),
    /// Nothing was sent: the body was incomplete, or there was no token in time.
    NotSent,
    /// WeChat did not answer, or not completely: the call may have taken effect.
    NoAnswer,
    /// WeChat refused the access token, which has been renewed, but the body cannot be sent again.
    SendAgain,
    /// WeChat refuses to issue an access token, with this errcode and errmsg.
    NoToken(i64, String),
    /// A call with this `Idempotency-Key` is in progress.
    StillUnderWay,
    /// The outcome of the first call with this `Idempotency-Key` is unknown.
    OutcomeUnknown,
    /// The `Idempotency-Key` is invalid, or the body is too large to be compared.
    InvalidIdempotencyKey,
    /// The `Idempotency-Key` belongs to another send.
    IdempotencyKeyOfAnother,
    /// The call requires the AppSecret itself.
    NeedsSecret,
    /// The path is not one of WeChat's, or has a slash too many.
    NoSuchPath,
    /// The path does not accept the method.
    WrongMethod,
    /// The worker failed; the cause is logged, and not shown to the caller.
    Internal(String),
}

impl Refused {
    /// The errcode.
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
            | Self::NoSuchPath
            | Self::AnotherAccount => 48001,
            Self::TooManyCalls | Self::TooManyFailures => 45011,
            Self::InvalidIdempotencyKey | Self::IdempotencyKeyOfAnother => 40035,
            Self::WrongMethod => 43001,
            Self::NoAnswer | Self::OutcomeUnknown => NOT_TO_BE_REPEATED,
            Self::NoToken(errcode, _) => match *errcode {
                // These are about the AppSecret, which no SDK can renew.
                40001 | 40014 | 42001 => 40125,
                errcode => errcode,
            },
            // Some SDKs repeat the call on -1, which is safe here.
            Self::NotSent | Self::SendAgain | Self::StillUnderWay | Self::Internal(_) => -1,
        }
    }

    /// The body, in WeChat's format; the status is 200, as WeChat's. A failure of ours names the request in the log.
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
            Self::WrongAppId => formatter.write_str("invalid appid: no account has it, or this API key belongs to another account"),
            Self::WrongSecret => formatter.write_str("invalid appsecret: it must be an API key of this worker"),
            Self::UnreadableTokenRequest => formatter.write_str("the body is not JSON with appid and secret"),
            Self::NoCredential => formatter.write_str("access_token missing"),
            Self::UnknownCredential => formatter.write_str(
                "api unauthorized: this access_token is not from this worker; let the SDK call /cgi-bin/token here, with an API key \
                 as its secret",
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
            Self::TooManyCalls => formatter.write_str("api minute-quota reach limit: too many calls with this API key"),
            Self::TooManyFailures => formatter.write_str(
                "api minute-quota reach limit: too many requests from this address without a valid API key",
            ),
            Self::NotConfigured(what) => formatter.write_str(what),
            Self::NotSent => formatter.write_str("system error: nothing was sent to WeChat; try again"),
            Self::NoAnswer => {
                formatter.write_str("WeChat was not reached or did not answer; the call may have taken effect")
            }
            Self::SendAgain => {
                formatter.write_str("WeChat refused the token, which has been renewed; nothing took effect, send the request again")
            }
            Self::NoToken(errcode, errmsg) => {
                write!(formatter, "WeChat issues no token to this worker ({errcode}: {errmsg})")
            }
            Self::StillUnderWay => formatter.write_str(
                "a call with this Idempotency-Key is in progress; repeat it to get its answer",
            ),
            Self::OutcomeUnknown => formatter.write_str(
                "the outcome of the first call with this Idempotency-Key is unknown; it may have taken effect, and is not sent again",
            ),
            Self::InvalidIdempotencyKey => formatter.write_str("Idempotency-Key must be 1 to 64 visible ASCII characters, on a body of at most 1 MiB"),
            Self::IdempotencyKeyOfAnother => {
                formatter.write_str("this Idempotency-Key belongs to another send of the last day")
            }
            Self::NeedsSecret => formatter
                .write_str("api unauthorized: this call requires the AppSecret itself; use /cgi-bin/clear_quota instead"),
            Self::NoSuchPath => formatter.write_str(
                "api unauthorized: this is not a path of WeChat's that the gateway forwards; check the base URL, and the path for \
                 \"//\" or a slash at its end",
            ),
            Self::WrongMethod => formatter.write_str("this path does not accept this method"),
            Self::Internal(_) => formatter.write_str("system error, in the log"),
        }
    }
}

impl std::error::Error for Refused {}
