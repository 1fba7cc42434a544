//! Every failure: whose fault it is, which status it gets, which public code.

use std::fmt;

use serde_json::json;

use crate::callback::{self, Undecryptable};
use crate::config::{NoAccount, Problem};
use crate::route::NoRoute;

/// A request that failed.
#[derive(Debug)]
pub enum Error {
    /// It leads to no door.
    Route(NoRoute),
    /// It names an account there is not.
    UnknownAccount,
    /// The account it is for is not configured.
    NotConfigured(Vec<Problem>),
    /// It is not a callback of WeChat's.
    Callback(callback::Error),
    /// The runtime failed us.
    Runtime(String),
}

/// Whose fault a failure is, which decides how loud the log is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller sent something wrong.
    Caller,
    /// The operator has something to mend.
    Operator,
    /// We, or the platform below us, failed.
    Ours,
}

/// A failure as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose fault it is.
    pub fault: Fault,
    /// HTTP status.
    pub status: u16,
    /// The public code, stable.
    pub code: &'static str,
    /// What was wrong and what to do, for the caller.
    pub message: String,
    /// The value of the `Allow` header.
    pub allow: Option<&'static str>,
}

impl Error {
    /// The one place where failures become answers.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let (fault, status, code, allow) = match self {
            Self::Route(NoRoute::NotFound) | Self::UnknownAccount => (Fault::Caller, 404, "not_found", None),
            Self::Route(NoRoute::MethodNotAllowed(allow)) => {
                (Fault::Caller, 405, "method_not_allowed", Some(*allow))
            }
            Self::NotConfigured(_) | Self::Callback(callback::Error::NoKey(_)) => {
                (Fault::Operator, 503, "not_configured", None)
            }
            Self::Callback(error) => (Fault::Caller, callback_status(error), callback_code(error), None),
            Self::Runtime(_) => (Fault::Ours, 500, "internal", None),
        };
        Failure { fault, status, code, message: self.public_message(), allow }
    }

    /// What only the operator's log may say; never a secret, an OpenID or a message.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Callback(callback::Error::Undecryptable(undecryptable)) => {
                Some(advice(*undecryptable).to_owned())
            }
            Self::Runtime(cause) => Some(cause.clone()),
            _ => None,
        }
    }

    fn public_message(&self) -> String {
        match self {
            Self::Runtime(_) => "something failed on our side; it is in the log".to_owned(),
            _ => self.to_string(),
        }
    }
}

impl Failure {
    /// The JSON body of the answer.
    #[must_use]
    pub fn body(&self) -> String {
        json!({ "error": { "code": self.code, "message": self.message } }).to_string()
    }
}

const fn callback_status(error: &callback::Error) -> u16 {
    match error {
        callback::Error::MissingParameter(_)
        | callback::Error::RepeatedParameter(_)
        | callback::Error::MalformedTimestamp
        | callback::Error::UnknownEncryptType
        | callback::Error::WrongSignature
        | callback::Error::Stale(_)
        | callback::Error::EncryptionRequired
        | callback::Error::AnotherAccount => 403,
        callback::Error::NoKey(_) => 503,
        callback::Error::BodyTooLarge => 413,
        callback::Error::NotUtf8
        | callback::Error::MalformedXml(_)
        | callback::Error::Undecryptable(_)
        | callback::Error::MissingField(_)
        | callback::Error::MalformedField(_) => 400,
    }
}

const fn callback_code(error: &callback::Error) -> &'static str {
    match callback_status(error) {
        403 => "forbidden",
        _ => "invalid_parameter",
    }
}

/// What an operator should look at when a message does not open.
const fn advice(undecryptable: Undecryptable) -> &'static str {
    match undecryptable {
        Undecryptable::NotBase64 => "Encrypt is not Base64",
        Undecryptable::WrongSize => "Encrypt is not a whole number of AES blocks",
        Undecryptable::WrongPadding | Undecryptable::WrongLength => {
            "the padding is wrong; compare the EncodingAESKey here with the one in WeChat's console"
        }
        Undecryptable::AnotherAppId => {
            "sealed for another AppID; compare the AppID here with the one in WeChat's console"
        }
        Undecryptable::NotUtf8 => "the decrypted message is not UTF-8",
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(NoRoute::NotFound) => formatter.write_str("there is nothing at this path"),
            Self::Route(NoRoute::MethodNotAllowed(allow)) => write!(formatter, "this path takes {allow}"),
            Self::UnknownAccount => formatter.write_str("there is no account of this name"),
            Self::NotConfigured(problems) => {
                formatter.write_str("this account is not configured:")?;
                problems.iter().enumerate().try_for_each(|(index, problem)| {
                    write!(formatter, "{} {problem}", if index == 0 { "" } else { ";" })
                })
            }
            Self::Callback(error) => error.fmt(formatter),
            Self::Runtime(cause) => formatter.write_str(cause),
        }
    }
}

impl From<NoRoute> for Error {
    fn from(no_route: NoRoute) -> Self {
        Self::Route(no_route)
    }
}

impl From<NoAccount<'_>> for Error {
    fn from(no_account: NoAccount<'_>) -> Self {
        match no_account {
            NoAccount::Unknown => Self::UnknownAccount,
            NoAccount::Unreadable(problems) => Self::NotConfigured(problems.to_vec()),
        }
    }
}

impl From<&Problem> for Error {
    fn from(problem: &Problem) -> Self {
        Self::NotConfigured(vec![problem.clone()])
    }
}

impl From<&[Problem]> for Error {
    fn from(problems: &[Problem]) -> Self {
        Self::NotConfigured(problems.to_vec())
    }
}

impl From<callback::Error> for Error {
    fn from(error: callback::Error) -> Self {
        Self::Callback(error)
    }
}
