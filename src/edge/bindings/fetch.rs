//! The runtime's fetch, with a timeout.

use std::borrow::Cow;

use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{ReadableStream, Response};

use crate::outgoing::Outgoing;
use crate::secret::Secret;
use crate::wechat::Error;

use super::env::Env;
use super::exchange;
use super::request::Incoming;

/// More than the answer to an upload has.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Sends a request and reads the whole answer within `timeout` milliseconds: its status and its body.
pub(in crate::edge) async fn send(
    env: &Env,
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: Option<&str>,
    timeout: u32,
) -> Result<(u16, Vec<u8>), Error> {
    let headers = exchange::lines(headers.iter().copied());
    let body = body.map_or(JsValue::UNDEFINED, JsValue::from);
    // Nothing was sent: a run that goes on later will.
    env.subrequest().map_err(|_| Error::Unreachable)?;
    match exchange::ask(method, url, &headers, &body, timeout, usize::MAX).await {
        Ok(asked) => Ok((asked.status(), asked.bytes().unwrap_or_default())),
        Err(error) if error.is_string() => Err(Error::TimedOut),
        Err(_) => Err(Error::Unreachable),
    }
}

/// What a backend answered.
pub(in crate::edge) struct BackendAnswer {
    pub(in crate::edge) status: u16,
    pub(in crate::edge) retry_after: Option<String>,
    pub(in crate::edge) body: Vec<u8>,
}

/// Why there is no answer of a backend.
pub(in crate::edge) enum NoAnswer {
    /// The backend got the request, and may have worked on it: a sentence for the operator.
    Lost(String),
    /// It was not sent, or failed: a sentence for the operator.
    Failed(String),
}

impl NoAnswer {
    pub(in crate::edge) fn into_reason(self) -> String {
        let (Self::Lost(reason) | Self::Failed(reason)) = self;
        reason
    }
}

/// Sends a request to a backend and reads its answer.
pub(in crate::edge) async fn send_to_backend(
    env: &Env,
    outgoing: &Outgoing,
) -> Result<BackendAnswer, NoAnswer> {
    let Outgoing { url, headers, body, timeout, max_answer_bytes } = outgoing;
    env.subrequest().map_err(|error| NoAnswer::Failed(error.to_string()))?;
    let ours = [("content-type", "application/json; charset=utf-8"), ("user-agent", "mp-worker")];
    let signed = headers.iter().map(|(name, value)| (*name, value.as_str()));
    let headers = exchange::lines(ours.into_iter().chain(signed));
    let answer = match exchange::ask("POST", url, &headers, &body.into(), *timeout, *max_answer_bytes).await {
        Ok(answer) => answer,
        Err(error) if error.is_string() => {
            return Err(NoAnswer::Lost(format!("it did not answer within {timeout} ms")));
        }
        Err(_) => {
            return Err(NoAnswer::Failed("it could not be reached, or the connection broke".to_owned()));
        }
    };
    let too_long = || NoAnswer::Lost(format!("its answer has more than {max_answer_bytes} bytes"));
    let body = answer.bytes().ok_or_else(too_long)?;
    Ok(BackendAnswer { status: answer.status(), retry_after: answer.retry_after(), body })
}

/// A body on its way to WeChat.
pub(in crate::edge) enum Payload<'a> {
    /// No body.
    Empty,
    /// Can be sent more than once.
    Bytes(Cow<'a, [u8]>),
    /// Streamed once, without a copy in memory.
    Stream(ReadableStream),
}

impl<'a> Payload<'a> {
    /// The body of a request; one of at most `held` bytes can be sent again.
    pub(in crate::edge) async fn of(request: &'a Incoming, held: usize) -> Result<Self, JsValue> {
        if let Some(body) = &request.body {
            return Ok(Self::Bytes(Cow::Borrowed(body)));
        }
        let Some(stream) = request.stream() else { return Ok(Self::Empty) };
        if request.length().is_some_and(|length| length > held as u64) {
            return Ok(Self::Stream(stream));
        }
        // A chunked body is read as well, because WeChat wants a Content-Length.
        let read = exchange::read_short(&stream, held).await?;
        Ok(match read.dyn_into::<Uint8Array>() {
            Ok(bytes) => Self::Bytes(bytes.to_vec().into()),
            Err(longer) => Self::Stream(longer.unchecked_into()),
        })
    }

    /// The bytes of a body that can be sent again.
    pub(in crate::edge) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Empty => Some(&[]),
            Self::Bytes(bytes) => Some(bytes),
            Self::Stream(_) => None,
        }
    }

    fn to_js(&self) -> JsValue {
        match self {
            Self::Empty => JsValue::UNDEFINED,
            Self::Bytes(bytes) => Uint8Array::from(bytes.as_ref()).into(),
            Self::Stream(stream) => stream.into(),
        }
    }
}

/// A file that was sent in a form.
pub(in crate::edge) struct FormFile {
    file: JsValue,
    /// In bytes.
    pub(in crate::edge) size: usize,
    /// As many bytes as tell what it is.
    pub(in crate::edge) head: Vec<u8>,
    pub(in crate::edge) name: String,
}

/// Reads a form: its texts as a query, and its file.
pub(in crate::edge) async fn read_form(
    body: &Uint8Array,
    content_type: &str,
) -> Result<(String, Option<FormFile>), JsValue> {
    let form = exchange::read_form(body, content_type).await?;
    let (file, size, head, name) = (form.file(), form.size(), form.head(), form.name());
    let file = (!file.is_undefined()).then(|| FormFile { file, size, head, name });
    Ok((form.query(), file))
}

/// Uploads a file, and reads the whole answer within `timeout` milliseconds: its status and its body.
pub(in crate::edge) async fn upload(
    url: &str,
    headers: &[(&str, &str)],
    (file, content_type): (&FormFile, &str),
    description: &str,
    timeout: u32,
) -> Result<(u16, Vec<u8>), Error> {
    let headers = exchange::lines(headers.iter().copied());
    let FormFile { file, name, .. } = file;
    let sent =
        exchange::upload(url, &headers, file, name, content_type, description, timeout, MAX_ANSWER_BYTES);
    match sent.await {
        Ok(asked) => Ok((asked.status(), asked.bytes().unwrap_or_default())),
        Err(error) if error.is_string() => Err(Error::TimedOut),
        Err(_) => Err(Error::Unreachable),
    }
}

/// A file that has begun to arrive.
pub(in crate::edge) struct Download {
    pub(in crate::edge) status: u16,
    /// The first bytes, or all if `whole` is `None`.
    pub(in crate::edge) head: Vec<u8>,
    /// The file as a stream.
    pub(in crate::edge) whole: Option<ReadableStream>,
}

/// Begins to download a file of at most `limit` bytes: its head and more than `look` bytes, or all of it, have to arrive
/// within `timeout` milliseconds.
pub(in crate::edge) async fn download(
    url: &str,
    headers: &[(&str, &str)],
    timeout: u32,
    look: usize,
    limit: usize,
) -> Result<Download, Error> {
    let headers = exchange::lines(headers.iter().copied());
    match exchange::download(url, &headers, timeout, look, limit).await {
        Ok(begun) => Ok(Download { status: begun.status(), head: begun.bytes(), whole: begun.rest() }),
        Err(error) if error.is_string() => Err(Error::TimedOut),
        Err(_) => Err(Error::Unreachable),
    }
}

/// WeChat's answer to a forwarded request, as far as it has arrived.
pub(in crate::edge) struct Passing {
    pub(in crate::edge) status: u16,
    pub(in crate::edge) content_type: Option<String>,
    /// In bytes, as announced.
    pub(in crate::edge) length: Option<u64>,
    /// The body, if it was short enough to be read.
    pub(in crate::edge) bytes: Option<Uint8Array>,
    /// Its body has not been read unless it is in `bytes`.
    pub(in crate::edge) response: Response,
    /// The body in which secrets are concealed, if it is longer.
    concealed: Option<ReadableStream>,
}

impl Passing {
    /// Replaces a secret with asterisks in the body, which is a text.
    pub(in crate::edge) fn conceal(&mut self, secret: &Secret) {
        if let Some(bytes) = &self.bytes {
            let mut body = bytes.to_vec();
            secret.conceal_in(&mut body);
            self.bytes = Some(Uint8Array::from(body.as_slice()));
        } else if let Some(body) = self.response.body() {
            let length = self.response.headers().get("content-length").ok().flatten().unwrap_or_default();
            self.concealed = Some(exchange::concealing(&body, &secret.forms().join("\n"), &length));
        }
    }

    /// The body that has not been read.
    pub(in crate::edge) fn body(&self) -> JsValue {
        self.concealed.clone().or_else(|| self.response.body()).into()
    }
}

/// Forwards a request unchanged. The answer's head has to arrive within `timeout` milliseconds, and with it the body if
/// it is announced with at most `look` bytes; a longer one may arrive later.
pub(in crate::edge) async fn pass(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    payload: &Payload<'_>,
    timeout: u32,
    look: usize,
) -> worker::Result<Passing> {
    let headers = exchange::lines(headers.iter().copied());
    let passed = exchange::pass(method, url, &headers, &payload.to_js(), timeout, look).await?;
    Ok(Passing {
        status: passed.status(),
        content_type: passed.content_type(),
        length: passed.length().and_then(|length| length.parse().ok()),
        bytes: passed.bytes(),
        response: passed.response(),
        concealed: None,
    })
}
