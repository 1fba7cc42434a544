//! Requests from WeChat: server address verification, messages and events, and the passive replies to them.
//!
//! Out of scope: the choice of the reply (`rules`), and storing messages (`inbox`).
//!
//! ```
//! use mp_worker::callback::{Body, Content, Reply, admit, sign};
//! use mp_worker::config::Config;
//! use mp_worker::secret::Secret;
//! use mp_worker::time::Timestamp;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let signature = sign(&Secret::new("token"), ["1700000000", "42"]);
//! # let query = format!("signature={signature}&timestamp=1700000000&nonce=42");
//! # let body = b"<xml><ToUserName>gh_1</ToUserName><FromUserName>o1</FromUserName>\
//! #   <CreateTime>1700000000</CreateTime><MsgType>text</MsgType><Content>hi</Content></xml>";
//! let config = Config::parse(|name| (name == "WECHAT_TOKEN").then(|| "token".to_owned()));
//! let account = config.account(None).expect("a token makes an account");
//! let now = Timestamp::from_seconds(1_700_000_000);
//!
//! let delivery = admit(account.callback().expect("it is configured"), &query, now)?.open(body)?;
//! let reply = match &delivery.message().body {
//!     Body::User(user) => match &user.content {
//!         Content::Text(text) => Some(Reply::text(format!("You said {}", text.content))?),
//!         _ => None,
//!     },
//!     Body::Event(_) => None,
//! };
//! let answer = delivery.answer(reply.as_ref(), now, [0; 16])?;
//! assert!(answer.body.contains("You said hi"));
//! # Ok(())
//! # }
//! ```

pub mod cipher;
mod decimal;
mod delivery;
pub mod event;
mod field;
mod message;
mod query;
pub mod reply;
mod signature;
mod trial;
mod unknown;

use std::fmt;

pub use decimal::Decimal;
pub use delivery::{Admitted, Answer, AnswerKind, Delivery, admit, verify_server_address};
pub use message::{
    Body, Content, File, Image, Link, Location, Message, MiniProgramPage, Text, UserMessage, Video, Voice,
    check_message_types, is_documented_field,
};
pub use query::sent_at;
pub use reply::{Reply, ReplyDraft, Trigger};
pub use signature::sign;
pub use trial::trial;
pub use unknown::{Undocumented, Unknown};
pub use wechat_xml::{Element, MalformedXml, parse as parse_xml};

use cipher::Undecryptable;

use crate::config::Problem;

/// Maximum size of a body in bytes; WeChat sends none that is larger.
pub const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Why a callback is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// A query parameter that WeChat always sends is missing.
    MissingParameter(&'static str),
    /// A query parameter is duplicated.
    RepeatedParameter(&'static str),
    /// `timestamp` is not a number.
    MalformedTimestamp,
    /// `encrypt_type` is neither `aes` nor `raw`.
    UnknownEncryptType,
    /// No token of the account made the signature.
    WrongSignature,
    /// `timestamp` differs too much from the worker's clock, by this many seconds.
    Stale(u64),
    /// `CreateTime` of an encrypted message differs too much from the worker's clock, by this many seconds.
    OldMessage(u64),
    /// The account requires encryption, and the message is plaintext.
    EncryptionRequired,
    /// The message is encrypted, and the account has no EncodingAESKey.
    NoKey(Problem),
    /// The body ended before it was complete.
    BodyBroken,
    /// The body is larger than [`MAX_BODY_BYTES`].
    BodyTooLarge,
    /// The body is not the XML of a message.
    MalformedXml(MalformedXml),
    /// `Encrypt` cannot be decrypted.
    Undecryptable(Undecryptable),
    /// An element that every message has is missing.
    MissingField(&'static str),
    /// An element that every message has is malformed.
    MalformedField(&'static str),
    /// `ToUserName` is the original ID of another account.
    AnotherAccount,
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingParameter(name) => write!(formatter, "the query parameter {name} is missing"),
            Self::RepeatedParameter(name) => write!(formatter, "the query parameter {name} is duplicated"),
            Self::MalformedTimestamp => formatter.write_str("the query parameter timestamp is not a number"),
            Self::UnknownEncryptType => {
                formatter.write_str("the query parameter encrypt_type is neither aes nor raw")
            }
            Self::WrongSignature => formatter.write_str(
                "the signature does not match; the Token here and in WeChat's console must be the same",
            ),
            Self::Stale(seconds) => {
                write!(formatter, "the timestamp differs from the worker's clock by {seconds} seconds")
            }
            Self::OldMessage(seconds) => {
                write!(formatter, "the CreateTime differs from the worker's clock by {seconds} seconds")
            }
            Self::EncryptionRequired => formatter.write_str("this account accepts encrypted messages only"),
            Self::NoKey(problem) => problem.fmt(formatter),
            Self::BodyBroken => formatter.write_str("the body broke off"),
            Self::BodyTooLarge => formatter.write_str("the body has more than 1 MiB"),
            Self::MalformedXml(malformed) => malformed.fmt(formatter),
            Self::Undecryptable(_) => formatter.write_str("the message cannot be decrypted"),
            Self::MissingField(name) => write!(formatter, "the element {name} is missing"),
            Self::MalformedField(name) => write!(formatter, "the element {name} cannot be read"),
            Self::AnotherAccount => formatter.write_str("the message is for another account"),
        }
    }
}

impl std::error::Error for Error {}

impl From<MalformedXml> for Error {
    fn from(malformed: MalformedXml) -> Self {
        Self::MalformedXml(malformed)
    }
}
