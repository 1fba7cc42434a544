//! A request from WeChat, from the check of its signature to the answer.
//!
//! Manual: 接入指南, 消息与事件推送, 消息加解密说明.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;
use wechat_xml::Writer;

use crate::config::{AppId, Callback, CallbackTokens, EncodingAesKey};
use crate::invalid::Invalid;
use crate::secret::Secret;
use crate::time::Timestamp;

use super::message::{Message, foreign_text};
use super::query::Query;
use super::reply::{Reply, passive_xml};
use super::signature::{sign, signer};
use super::{Error, MAX_BODY_BYTES, Undecryptable, cipher};

/// Server address verification: the `echostr` to answer with, if the signature holds.
///
/// `echostr` is plain text in every mode, and only the token is needed to verify it.
pub fn verify_server_address(tokens: &CallbackTokens, query: &str) -> Result<String, Error> {
    let query = Query::parse(query)?;
    let signed = [query.timestamp()?, query.nonce()?];
    signer(tokens, signed, query.signature()?).ok_or(Error::WrongSignature)?;
    query.into_echostr()
}

/// A POST whose query has been verified, and whose body has not been read.
#[derive(Debug)]
pub struct Admitted<'a> {
    callback: &'a Callback,
    query: Query<'a>,
    is_encrypted: bool,
    now: Timestamp,
}

/// For how long after a message WeChat may still deliver it: three times within 15 seconds, and again after a minute in
/// which it has blocked a failing server.
const MAX_DELIVERY_SECONDS: u64 = 75;

/// Checks everything that can be checked before the body is read.
pub fn admit<'a>(callback: &'a Callback, query: &'a str, now: Timestamp) -> Result<Admitted<'a>, Error> {
    let query = Query::parse(query)?;
    let is_encrypted = query.is_encrypted()?;
    // WeChat sends it in every mode. It does not cover the body, but a body without it is never read.
    let signed = [query.timestamp()?, query.nonce()?];
    signer(&callback.tokens, signed, query.signature()?).ok_or(Error::WrongSignature)?;
    if is_encrypted {
        query.msg_signature()?;
    } else if callback.require_encryption {
        return Err(Error::EncryptionRequired);
    }
    if let Some(max_age) = callback.signature_max_age {
        let sent = Timestamp::parse(query.timestamp()?).ok_or(Error::MalformedTimestamp)?;
        let distance = now.distance(sent);
        if distance > max_age {
            return Err(Error::Stale(distance));
        }
    }
    Ok(Admitted { callback, query, is_encrypted, now })
}

impl<'a> Admitted<'a> {
    /// Reads the body: checks `msg_signature` and decrypts it if it is encrypted, then decodes it.
    pub fn open(self, body: &[u8]) -> Result<Delivery<'a>, Error> {
        if body.len() > MAX_BODY_BYTES {
            return Err(Error::BodyTooLarge);
        }
        // WeChat sometimes cuts a text in the middle of a character.
        let body = String::from_utf8_lossy(body);
        let (plaintext, envelope) = if self.is_encrypted {
            let (plaintext, envelope) = self.decrypt(&body)?;
            (Cow::Owned(plaintext), Some(envelope))
        } else {
            (body, None)
        };
        let fields = match wechat_xml::parse_with(&plaintext, foreign_text) {
            // The sender is not told how far a ciphertext can be read.
            Err(_) if envelope.is_some() => return Err(Error::Undecryptable(Undecryptable::NotXml)),
            parsed => parsed?.to_json(),
        };
        let message = Message::from_fields(&fields)?;
        if envelope.is_some() {
            self.check_age(message.create_time)?;
        }
        match &self.callback.original_id {
            Some(original_id) if original_id.as_str() != message.to_user_name => Err(Error::AnotherAccount),
            _ => Ok(Delivery { message: Arc::new(message), fields, envelope }),
        }
    }

    /// The signature is over the sorted values, so a timestamp and a nonce that looks like one may have changed places.
    /// The encrypted CreateTime cannot be changed.
    fn check_age(&self, create_time: Timestamp) -> Result<(), Error> {
        let distance = self.now.distance(create_time);
        match self.callback.signature_max_age {
            Some(max_age) if distance > max_age.saturating_add(MAX_DELIVERY_SECONDS) => {
                Err(Error::OldMessage(distance))
            }
            _ => Ok(()),
        }
    }

    fn decrypt(&self, body: &str) -> Result<(String, Envelope<'a>), Error> {
        let body = wechat_xml::parse_with(body, foreign_text)?;
        let encrypt = body.child("Encrypt").ok_or(Error::MissingField("Encrypt"))?.text();
        let signed = [self.query.timestamp()?, self.query.nonce()?, encrypt];
        let token = signer(&self.callback.tokens, signed, self.query.msg_signature()?)
            .ok_or(Error::WrongSignature)?;
        let encryption =
            self.callback.encryption.as_ref().map_err(|problem| Error::NoKey(problem.clone()))?;

        let mut failure = Undecryptable::WrongPadding;
        for (index, key) in encryption.keys().enumerate() {
            match cipher::open(key, &encryption.app_id, encrypt) {
                Ok(plaintext) => {
                    let nonce = self.query.nonce()?.to_owned();
                    let envelope = Envelope { token, key, app_id: &encryption.app_id, nonce };
                    return Ok((plaintext, envelope));
                }
                // The current key's error is more informative than the previous key's.
                Err(undecryptable) if index == 0 => failure = undecryptable,
                Err(_) => {}
            }
        }
        Err(Error::Undecryptable(failure))
    }
}

/// A verified and decoded delivery, which can be answered.
#[derive(Debug)]
pub struct Delivery<'a> {
    message: Arc<Message>,
    fields: Value,
    envelope: Option<Envelope<'a>>,
}

/// The token and the key that decrypted a delivery, which also encrypt its reply.
#[derive(Debug)]
struct Envelope<'a> {
    token: &'a Secret,
    key: &'a EncodingAesKey,
    app_id: &'a AppId,
    nonce: String,
}

/// The answer to WeChat, sent with status 200.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The kind of body, which decides the headers.
    pub kind: AnswerKind,
    /// The body.
    pub body: String,
}

/// The kind of an answer. The numbers index the headers in `src/edge/entry.js`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerKind {
    /// The `echostr` of the server address verification, whose content may be chosen by anybody who knows the token.
    Echo = 0,
    /// `success`: WeChat shows nothing.
    Success = 1,
    /// A passive reply.
    Reply = 2,
}

impl AnswerKind {
    /// The value of `Content-Type`.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Echo | Self::Success => "text/plain; charset=utf-8",
            Self::Reply => "application/xml; charset=utf-8",
        }
    }
}

impl Delivery<'_> {
    /// The message or event.
    #[must_use]
    pub fn message(&self) -> &Message {
        &self.message
    }

    /// The message or event, owned.
    #[must_use]
    pub fn shared_message(&self) -> Arc<Message> {
        Arc::clone(&self.message)
    }

    /// All fields of the delivery under WeChat's names, including those that [`Message`] does not have; all values are text.
    #[must_use]
    pub const fn fields(&self) -> &Value {
        &self.fields
    }

    /// Whether the answer is encrypted, for which random bytes are needed.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.envelope.is_some()
    }

    /// The reply as the user would see it: `None` is silence, also if WeChat shows no reply to this kind of delivery.
    /// An error says why WeChat would reject the reply.
    pub fn shown<'r>(&self, reply: Option<&'r Reply>) -> Result<Option<&'r Reply>, Invalid> {
        let (Some(reply), Some(trigger)) = (reply, self.message.trigger()) else { return Ok(None) };
        reply.check(trigger).map(|()| Some(reply))
    }

    /// The answer, encrypted if the delivery was; `None` is silence.
    ///
    /// A delivery to which WeChat shows no reply is answered with silence too. `random` must be fresh for each answer to
    /// an encrypted delivery.
    pub fn answer(&self, reply: Option<&Reply>, now: Timestamp, random: [u8; 16]) -> Result<Answer, Invalid> {
        let Some(reply) = self.shown(reply)? else { return Ok(Answer::silence()) };
        let reply = passive_xml(reply, &self.message, now);
        Ok(Answer::xml(match &self.envelope {
            None => reply,
            Some(envelope) => envelope.seal(&reply, now, random),
        }))
    }
}

impl Envelope<'_> {
    fn seal(&self, reply: &str, now: Timestamp, random: [u8; 16]) -> String {
        let encrypt = cipher::seal(self.key, self.app_id, random, reply);
        let timestamp = now.to_string();
        let signature = sign(self.token, [&timestamp, &self.nonce, &encrypt]);
        Writer::document(|xml| {
            xml.text("Encrypt", &encrypt);
            xml.text("MsgSignature", &signature);
            xml.number("TimeStamp", now);
            xml.text("Nonce", &self.nonce);
        })
    }
}

impl Answer {
    /// `success`: WeChat shows nothing and does not deliver again. Never encrypted.
    #[must_use]
    pub fn silence() -> Self {
        Self { kind: AnswerKind::Success, body: "success".to_owned() }
    }

    /// The answer to the server address verification.
    #[must_use]
    pub const fn echo(echostr: String) -> Self {
        Self { kind: AnswerKind::Echo, body: echostr }
    }

    /// The bytes that `entry.js` expects: the number of the kind, then the body.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&[self.kind as u8], self.body.as_bytes()].concat()
    }

    const fn xml(body: String) -> Self {
        Self { kind: AnswerKind::Reply, body }
    }
}
