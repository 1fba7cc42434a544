//! Failures, and the status and code with which each is answered.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::api;
use crate::callback;
use crate::config::{NoAccount, Problem};
use crate::inbox;
use crate::invalid::Invalid;
use crate::route::NoRoute;
use crate::wechat::{self, Action, Call, Refusal, UNAUTHORIZED_API, action};

const INTERNAL: &str = "internal error; the log has the details";

/// A request that failed.
#[derive(Debug)]
pub enum Error {
    /// No route matches.
    Route(NoRoute),
    /// The account does not exist.
    UnknownAccount,
    /// What it needs is not configured.
    NotConfigured(Vec<Problem>),
    /// It is not a valid callback.
    Callback(callback::Error),
    /// A reply is one WeChat would refuse: 回复内容错误.
    InvalidReply(Invalid),
    /// A message is too large to be stored.
    TooLargeToStore(inbox::TooLarge),
    /// A message could not be stored, and is not acknowledged, so that WeChat delivers it again.
    NotStored(String),
    /// The worker rejects a call of the JSON API.
    Api(api::Error),
    /// WeChat's API refused a call, or did not answer one that had no effect.
    Wechat(wechat::Error),
    /// WeChat's answer to a call is unknown, and the call may have taken effect.
    Unconfirmed(wechat::Error),
    /// `menu/publish` failed after a part of it was done.
    PartlyPublished {
        /// What is published, in the order in which it is.
        published: Vec<PublishedPart>,
        /// Why the rest is not.
        error: Box<Self>,
    },
    /// The runtime failed.
    Runtime(String),
}

/// A part of what `menu/publish` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishedPart {
    /// The replies to taps are rules.
    Replies,
    /// WeChat has the default menu.
    DefaultMenu,
    /// WeChat has the conditional menus.
    ConditionalMenus,
}

impl PublishedPart {
    /// Its name in `published`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Replies => "replies",
            Self::DefaultMenu => "default_menu",
            Self::ConditionalMenus => "conditional_menus",
        }
    }
}

/// Whose fault a failure is, which decides the level of its log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller's: the request is wrong.
    Caller,
    /// The operator's: something has to be set up or fixed.
    Operator,
    /// The worker's, or the platform's.
    Ours,
}

/// A failure as the log shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The path of the invalid field.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
}

/// A failure as the caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Whose fault it is.
    pub fault: Fault,
    /// HTTP status.
    pub status: u16,
    /// The public code, which does not change.
    pub code: &'static str,
    /// What is wrong and what to do, for the caller.
    pub message: String,
    /// The path of the invalid field.
    pub field: Option<String>,
    /// When the reply window closed, in Unix seconds.
    pub since: Option<i64>,
    /// Who made the newer version of the settings.
    pub by: Option<String>,
    /// The parts of `menu/publish` that are done.
    pub published: Vec<PublishedPart>,
    /// WeChat's own refusal.
    pub refusal: Option<Refusal>,
    /// Seconds after which to try again; also the `Retry-After` header.
    pub retry_after: Option<u32>,
    /// The value of the `Allow` header.
    pub allow: Option<&'static str>,
}

impl Error {
    /// What an error means for the call that was sent.
    #[must_use]
    pub fn of_call(call: &Call, error: wechat::Error) -> Self {
        match error {
            refused @ wechat::Error::Refused(_) => Self::Wechat(refused),
            unknown if call.has_effect() => Self::Unconfirmed(unknown),
            unknown => Self::Wechat(unknown),
        }
    }

    /// The same after a part of `menu/publish` was done.
    #[must_use]
    pub fn after(self, published: Vec<PublishedPart>) -> Self {
        if published.is_empty() { self } else { Self::PartlyPublished { published, error: Box::new(self) } }
    }

    /// The failure as it is answered.
    #[must_use]
    pub fn failure(&self) -> Failure {
        if let Self::PartlyPublished { published, error } = self {
            let message = self.public_message();
            return Failure { message, published: published.clone(), ..error.failure() };
        }
        let (fault, status, code) = self.classify();
        Failure {
            fault,
            status,
            code,
            message: self.public_message(),
            field: self.invalid().map(|invalid| invalid.field.clone()),
            since: self.since(),
            by: self.by().map(ToOwned::to_owned),
            published: Vec::new(),
            refusal: self.refusal().cloned(),
            retry_after: self.retry_after(),
            allow: self.allow(),
        }
    }

    /// Whether WeChat refuses a call because of the user it names: an unknown one, or one that this account may not
    /// ask about.
    #[must_use]
    pub const fn is_about_the_user(&self) -> bool {
        match self {
            Self::Wechat(wechat::Error::Refused(refusal)) => {
                matches!(action(refusal.errcode), Action::Recipient) || refusal.errcode == UNAUTHORIZED_API
            }
            _ => false,
        }
    }

    /// What the log says: details for the operator, but never a secret, an OpenID or a message, and none of the names and
    /// texts that the caller or WeChat chose.
    #[must_use]
    pub fn logged(&self) -> Logged {
        let message = match self {
            Self::Runtime(_) => INTERNAL.to_owned(),
            _ => self.to_string(),
        };
        let message = match self.detail() {
            Some(detail) => format!("{message} ({detail})"),
            None => message,
        };
        Logged { field: self.invalid().map(|invalid| invalid.logged_field().into_owned()), message }
    }

    /// Details for the operator's log only.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Callback(callback::Error::Undecryptable(undecryptable)) => Some(undecryptable.to_string()),
            Self::NotStored(cause)
            | Self::Runtime(cause)
            | Self::Api(
                api::Error::NotErased(cause)
                | api::Error::NotRevoked(cause)
                | api::Error::NotSignedOut(cause),
            ) => Some(cause.clone()),
            _ => None,
        }
    }

    const fn classify(&self) -> (Fault, u16, &'static str) {
        match self {
            Self::Route(NoRoute::NotFound) | Self::UnknownAccount => (Fault::Caller, 404, "not_found"),
            Self::Route(NoRoute::MethodNotAllowed(_)) => (Fault::Caller, 405, "method_not_allowed"),
            Self::NotConfigured(_) => (Fault::Operator, 503, "not_configured"),
            Self::Callback(error) => classify_callback(error),
            Self::InvalidReply(_) => (Fault::Operator, 422, "invalid_reply"),
            Self::Api(error) => classify_api(error),
            Self::Wechat(error) | Self::Unconfirmed(error) => classify_wechat(error),
            Self::TooLargeToStore(_) => (Fault::Caller, 413, "invalid_parameter"),
            Self::NotStored(_) | Self::Runtime(_) | Self::PartlyPublished { .. } => {
                (Fault::Ours, 500, "internal")
            }
        }
    }

    const fn invalid(&self) -> Option<&Invalid> {
        match self {
            Self::InvalidReply(invalid)
            | Self::Api(api::Error::InvalidParameter(invalid) | api::Error::InvalidReply(invalid)) => {
                Some(invalid)
            }
            _ => None,
        }
    }

    const fn since(&self) -> Option<i64> {
        match self {
            Self::Api(api::Error::WindowClosed { since, .. } | api::Error::Publishing { since, .. }) => {
                Some(since.seconds())
            }
            _ => None,
        }
    }

    fn by(&self) -> Option<&str> {
        match self {
            Self::Api(api::Error::Conflict { by, .. }) => by.as_deref(),
            Self::Api(api::Error::Publishing { by, .. }) => Some(by),
            _ => None,
        }
    }

    const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Wechat(wechat::Error::Refused(refusal)) => Some(refusal),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Api(api::Error::TooManyFailures | api::Error::TooManySignIns) => return Some(60),
            Self::Api(api::Error::TooManyUploads) => return Some(5),
            Self::Api(api::Error::Publishing { ends_in, .. }) => return Some(*ends_in),
            _ => {}
        }
        match action(self.refusal()?.errcode) {
            Action::Wait(seconds) => seconds,
            _ => None,
        }
    }

    const fn allow(&self) -> Option<&'static str> {
        match self {
            Self::Route(NoRoute::MethodNotAllowed(allow)) => Some(allow),
            _ => None,
        }
    }

    fn public_message(&self) -> String {
        match (self, self.invalid()) {
            (_, Some(invalid)) => invalid.message(),
            (Self::Runtime(_), _) => INTERNAL.to_owned(),
            (Self::Wechat(error), _) => error.explanation(),
            (Self::PartlyPublished { published, error }, _) => {
                let (message, names) = (error.public_message(), names(published));
                format!("{message}; already published: {names}; publish again to do the rest")
            }
            _ => self.to_string(),
        }
    }
}

const fn classify_api(error: &api::Error) -> (Fault, u16, &'static str) {
    match error {
        api::Error::Unauthorized | api::Error::NoSession => (Fault::Caller, 401, "unauthorized"),
        api::Error::LacksScope(_)
        | api::Error::AnotherAccount
        | api::Error::AnotherSite
        | api::Error::NotForConsole
        | api::Error::TooManyKeys(_) => (Fault::Caller, 403, "forbidden"),
        api::Error::InvalidParameter(_) | api::Error::NotUtf8 | api::Error::BodyIncomplete => {
            (Fault::Caller, 400, "invalid_parameter")
        }
        api::Error::InvalidReply(_) => (Fault::Caller, 422, "invalid_reply"),
        api::Error::WindowClosed { .. } => (Fault::Caller, 409, "window_closed"),
        api::Error::Conflict { .. } => (Fault::Caller, 409, "conflict"),
        api::Error::Publishing { .. } => (Fault::Caller, 409, "publishing"),
        api::Error::NotErased(_) | api::Error::NotRevoked(_) | api::Error::NotSignedOut(_) => {
            (Fault::Ours, 503, "internal")
        }
        api::Error::TooManyFailures | api::Error::TooManySignIns | api::Error::TooManyUploads => {
            (Fault::Caller, 429, "rate_limited")
        }
        api::Error::MediaExpired => (Fault::Caller, 410, "gone"),
        api::Error::NotFound(_) => (Fault::Caller, 404, "not_found"),
        api::Error::BodyTooLarge { .. } => (Fault::Caller, 413, "invalid_parameter"),
    }
}

const fn classify_wechat(error: &wechat::Error) -> (Fault, u16, &'static str) {
    match error {
        wechat::Error::Refused(refusal) => match action(refusal.errcode) {
            Action::Wait(_) => (Fault::Caller, 429, "rate_limited"),
            Action::Retry => (Fault::Ours, 502, "wechat_error"),
            Action::FixRequest => (Fault::Caller, 422, "wechat_error"),
            // The state of the user, the account or its settings is in the way, and not the request.
            Action::TellOperator | Action::AskAdministrator | Action::RenewToken => {
                (Fault::Operator, 409, "wechat_error")
            }
            Action::Recipient | Action::Nothing | Action::AuthorizeAgain => {
                (Fault::Caller, 409, "wechat_error")
            }
        },
        wechat::Error::Unreadable { .. } | wechat::Error::Unreachable => (Fault::Ours, 502, "request_failed"),
        wechat::Error::TimedOut => (Fault::Ours, 504, "request_failed"),
    }
}

const fn classify_callback(error: &callback::Error) -> (Fault, u16, &'static str) {
    match error {
        callback::Error::MissingParameter(_)
        | callback::Error::RepeatedParameter(_)
        | callback::Error::MalformedTimestamp
        | callback::Error::UnknownEncryptType
        | callback::Error::WrongSignature
        | callback::Error::Stale(_)
        | callback::Error::OldMessage(_)
        | callback::Error::EncryptionRequired
        | callback::Error::AnotherAccount => (Fault::Caller, 403, "forbidden"),
        callback::Error::NoKey(_) => (Fault::Operator, 503, "not_configured"),
        callback::Error::BodyTooLarge => (Fault::Caller, 413, "invalid_parameter"),
        callback::Error::BodyBroken
        | callback::Error::MalformedXml(_)
        | callback::Error::Undecryptable(_)
        | callback::Error::MissingField(_)
        | callback::Error::MalformedField(_) => (Fault::Caller, 400, "invalid_parameter"),
    }
}

impl Failure {
    /// The JSON body of the answer; `request_id` is in the log too.
    #[must_use]
    pub fn body(&self, request_id: &str) -> String {
        let mut error = Map::new();
        let mut put = |name: &str, value: Value| error.insert(name.to_owned(), value);
        put("code", self.code.into());
        put("message", self.message.as_str().into());
        if let Some(field) = &self.field {
            put("field", field.as_str().into());
        }
        if let Some(since) = self.since {
            put("since", since.into());
        }
        if let Some(by) = &self.by {
            put("by", by.as_str().into());
        }
        if !self.published.is_empty() {
            put("published", self.published.iter().map(|part| part.name()).collect());
        }
        if let Some(refusal) = &self.refusal {
            put("errcode", refusal.errcode.into());
            put("errmsg", refusal.errmsg.as_str().into());
            put("rid", refusal.rid.as_deref().into());
        }
        put("request_id", request_id.into());
        json!({ "error": error }).to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(NoRoute::NotFound) => formatter.write_str("not found"),
            Self::Route(NoRoute::MethodNotAllowed(allow)) => {
                write!(formatter, "this path accepts only {allow}")
            }
            Self::UnknownAccount => formatter.write_str("there is no account with this name"),
            Self::NotConfigured(problems) => {
                formatter.write_str("not configured:")?;
                problems.iter().enumerate().try_for_each(|(index, problem)| {
                    write!(formatter, "{} {problem}", if index == 0 { "" } else { ";" })
                })
            }
            Self::Callback(error) => error.fmt(formatter),
            Self::InvalidReply(invalid) => invalid.fmt(formatter),
            Self::TooLargeToStore(error) => error.fmt(formatter),
            Self::NotStored(_) => formatter.write_str("the message could not be stored; deliver it again"),
            Self::Api(error) => error.fmt(formatter),
            Self::Wechat(error) => error.fmt(formatter),
            Self::Unconfirmed(error) => write!(formatter, "{error}; the call may have taken effect"),
            Self::PartlyPublished { published, error } => {
                write!(formatter, "{error}; already published: {}", names(published))
            }
            Self::Runtime(cause) => formatter.write_str(cause),
        }
    }
}

fn names(published: &[PublishedPart]) -> String {
    let names: Vec<&str> = published.iter().map(|part| part.name()).collect();
    names.join(", ")
}

impl std::error::Error for Error {}

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

impl From<inbox::TooLarge> for Error {
    fn from(error: inbox::TooLarge) -> Self {
        Self::TooLargeToStore(error)
    }
}

impl From<api::Error> for Error {
    fn from(error: api::Error) -> Self {
        Self::Api(error)
    }
}

impl From<wechat::Error> for Error {
    fn from(error: wechat::Error) -> Self {
        Self::Wechat(error)
    }
}
