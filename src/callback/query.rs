//! The query parameters that WeChat appends to the server URL.

use std::borrow::Cow;

use crate::time::Timestamp;

use super::Error;

/// WeChat's query parameters. Others are part of the operator's URL, and ignored.
#[derive(Debug, Default)]
pub(super) struct Query<'q> {
    signature: Option<Cow<'q, str>>,
    timestamp: Option<Cow<'q, str>>,
    nonce: Option<Cow<'q, str>>,
    echostr: Option<Cow<'q, str>>,
    encrypt_type: Option<Cow<'q, str>>,
    msg_signature: Option<Cow<'q, str>>,
}

impl<'q> Query<'q> {
    /// Parses a raw query string. A duplicated parameter is rejected, since programs disagree about which one counts.
    pub(super) fn parse(query: &'q str) -> Result<Self, Error> {
        let mut parsed = Self::default();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            // WeChat does not escape the names.
            let (name, field) = match name {
                "signature" => ("signature", &mut parsed.signature),
                "timestamp" => ("timestamp", &mut parsed.timestamp),
                "nonce" => ("nonce", &mut parsed.nonce),
                "echostr" => ("echostr", &mut parsed.echostr),
                "encrypt_type" => ("encrypt_type", &mut parsed.encrypt_type),
                "msg_signature" => ("msg_signature", &mut parsed.msg_signature),
                _ => continue,
            };
            if field.replace(decoded(pair, value)).is_some() {
                return Err(Error::RepeatedParameter(name));
            }
        }
        Ok(parsed)
    }

    pub(super) fn signature(&self) -> Result<&str, Error> {
        required(self.signature.as_ref(), "signature")
    }

    pub(super) fn timestamp(&self) -> Result<&str, Error> {
        required(self.timestamp.as_ref(), "timestamp")
    }

    pub(super) fn nonce(&self) -> Result<&str, Error> {
        required(self.nonce.as_ref(), "nonce")
    }

    pub(super) fn msg_signature(&self) -> Result<&str, Error> {
        required(self.msg_signature.as_ref(), "msg_signature")
    }

    pub(super) fn into_echostr(self) -> Result<String, Error> {
        self.echostr.map(Cow::into_owned).ok_or(Error::MissingParameter("echostr"))
    }

    /// Whether the body is encrypted. In plaintext mode `encrypt_type` is missing or `raw`.
    pub(super) fn is_encrypted(&self) -> Result<bool, Error> {
        match self.encrypt_type.as_deref() {
            None | Some("" | "raw") => Ok(false),
            Some("aes") => Ok(true),
            Some(_) => Err(Error::UnknownEncryptType),
        }
    }
}

/// The time in `timestamp`, whether or not the query is signed.
#[must_use]
pub fn sent_at(query: &str) -> Option<Timestamp> {
    Timestamp::parse(Query::parse(query).ok()?.timestamp().ok()?)
}

fn decoded<'q>(pair: &'q str, value: &'q str) -> Cow<'q, str> {
    if !value.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(value);
    }
    form_urlencoded::parse(pair.as_bytes()).next().map_or(Cow::Borrowed(""), |(_, value)| value)
}

fn required<'v>(value: Option<&'v Cow<'_, str>>, name: &'static str) -> Result<&'v str, Error> {
    value.map(AsRef::as_ref).ok_or(Error::MissingParameter(name))
}
