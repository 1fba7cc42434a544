//! Sends callbacks as the platform does: signs and encrypts them, waits five seconds, and makes up to three attempts.

use std::fmt;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use mp_worker::callback::cipher::seal;
use mp_worker::callback::sign;
use reqwest::{Client, StatusCode};

use crate::account::{Account, Mode};
use crate::chance::{random, random_number};
use crate::document::Document;
use crate::http::{PATIENCE, client, describe};
use crate::verdict::{Verdict, judge};

/// Sends callbacks to one URL for one account.
#[derive(Debug, Clone)]
pub struct Sender {
    client: Client,
    account: Account,
    mode: Mode,
    url: String,
}

/// How many times WeChat delivers a message, including the first time.
const DELIVERIES: usize = 3;

/// The outcome of sending a message.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// All deliveries, in order.
    pub deliveries: Vec<Delivery>,
    /// What the user sees in the end.
    pub verdict: Verdict,
}

/// A delivery of a message.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The status of the response, or why there was no response.
    pub answer: Result<u16, String>,
    /// How long the delivery took.
    pub took: Duration,
}

/// A signed request, ready to be sent.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The query parameters, decoded.
    pub query: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

impl Sender {
    /// Creates a sender that calls `url` for `account`.
    pub fn new(account: Account, mode: Mode, url: impl Into<String>) -> Result<Self, String> {
        if mode != Mode::Plain && account.encoding_aes_key.is_none() {
            return Err(
                "the account has no EncodingAESKey: set WECHAT_ENCODING_AES_KEY, or use --mode plain"
                    .to_owned(),
            );
        }
        Ok(Self { client: client(PATIENCE)?, account, mode, url: url.into() })
    }

    /// Replaces WeChat's timeout of five seconds.
    pub fn with_patience(self, patience: Duration) -> Result<Self, String> {
        Ok(Self { client: client(patience)?, ..self })
    }

    /// Verifies the server URL, as the console does when the operator presses 提交.
    pub async fn verify(&self) -> Result<(), String> {
        let echostr = random_number();
        let mut query = self.signature(&now_in_seconds(), &random_number());
        query.push(("echostr", echostr.clone()));
        let answer = self
            .client
            .get(&self.url)
            .query(&query)
            .send()
            .await
            .map_err(|error| describe(&error, &self.url))?;
        let status = answer.status();
        let body = answer.text().await.map_err(|error| describe(&error, &self.url))?;
        if status == StatusCode::OK && body == echostr {
            Ok(())
        } else {
            Err(format!("token 验证失败: status {}, body {body:?}, expected {echostr:?}", status.as_u16()))
        }
    }

    /// Sets the sender, the receiver, the current time and a new message id in a sample.
    #[must_use]
    pub fn address(&self, sample: Document, openid: &str) -> Document {
        let document = sample
            .with("ToUserName", &self.account.original_id)
            .with("FromUserName", openid)
            .with_number("CreateTime", &now_in_seconds());
        if document.has("MsgId") { document.with_number("MsgId", &random_number()) } else { document }
    }

    /// Delivers a message until the response has status 200, at most three times.
    pub async fn deliver(&self, message: &Document) -> Outcome {
        let mut deliveries = Vec::with_capacity(DELIVERIES);
        let mut verdict = Verdict::FailureNotice("the message was not sent".to_owned());
        while deliveries.len() < DELIVERIES {
            let started = Instant::now();
            let answer = self.post(&self.sign(message)).await;
            let took = started.elapsed();
            match answer {
                Ok((200, body)) => {
                    deliveries.push(Delivery { answer: Ok(200), took });
                    let verdict = judge(&self.account, self.mode, message, &body);
                    return Outcome { deliveries, verdict };
                }
                Ok((status, body)) => {
                    verdict = Verdict::FailureNotice(format!("status {status}: {body}"));
                    deliveries.push(Delivery { answer: Ok(status), took });
                }
                Err(reason) => {
                    verdict = Verdict::FailureNotice(reason.clone());
                    deliveries.push(Delivery { answer: Err(reason), took });
                }
            }
        }
        Outcome { deliveries, verdict }
    }

    /// Signs a message. The platform signs every delivery again.
    #[must_use]
    pub fn sign(&self, message: &Document) -> Signed {
        self.sign_text(&message.to_xml(), &now_in_seconds(), &message.inner_xml())
    }

    /// Signs a plaintext with this timestamp. In compatible mode, `siblings` are the elements next to `Encrypt`.
    #[must_use]
    pub fn sign_text(&self, plaintext: &str, timestamp: &str, siblings: &str) -> Signed {
        let (Mode::Compatible | Mode::Secure, Some(key)) = (self.mode, &self.account.encoding_aes_key) else {
            return Signed { query: self.signature(timestamp, &random_number()), body: plaintext.to_owned() };
        };
        let encrypt = seal(key, &self.account.app_id, random(), plaintext);
        let signed = self.sign_ciphertext(&encrypt, timestamp);
        match self.mode {
            // The siblings already contain ToUserName.
            Mode::Compatible => {
                Signed { body: format!("<xml>{siblings}{}</xml>", encrypt_element(&encrypt)), ..signed }
            }
            Mode::Plain | Mode::Secure => signed,
        }
    }

    /// Signs a ciphertext, which does not need to be valid.
    #[must_use]
    pub fn sign_ciphertext(&self, encrypt: &str, timestamp: &str) -> Signed {
        let nonce = random_number();
        let mut query = self.signature(timestamp, &nonce);
        query.push(("encrypt_type", "aes".to_owned()));
        query.push(("msg_signature", sign(&self.account.token, [timestamp, &nonce, encrypt])));
        let to = &self.account.original_id;
        let body =
            format!("<xml><ToUserName><![CDATA[{to}]]></ToUserName>{}</xml>", encrypt_element(encrypt));
        Signed { query, body }
    }

    /// Sends a signed request once. Returns the status and the body of the response.
    pub async fn post(&self, signed: &Signed) -> Result<(u16, String), String> {
        let request = self.client.post(&self.url).query(&signed.query);
        let answer = request
            .header("content-type", "text/xml")
            .body(signed.body.clone())
            .send()
            .await
            .map_err(|error| describe(&error, &self.url))?;
        let status = answer.status().as_u16();
        Ok((status, answer.text().await.map_err(|error| describe(&error, &self.url))?))
    }

    fn signature(&self, timestamp: &str, nonce: &str) -> Vec<(&'static str, String)> {
        vec![
            ("signature", sign(&self.account.token, [timestamp, nonce])),
            ("timestamp", timestamp.to_owned()),
            ("nonce", nonce.to_owned()),
        ]
    }
}

fn encrypt_element(encrypt: &str) -> String {
    format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt>")
}

/// Returns the current time in the format of `timestamp` and `CreateTime`.
#[must_use]
pub fn now_in_seconds() -> String {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs().to_string()
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, delivery) in self.deliveries.iter().enumerate() {
            let answer = match &delivery.answer {
                Ok(status) => format!("status {status}"),
                Err(reason) => reason.clone(),
            };
            let milliseconds = delivery.took.as_millis();
            writeln!(
                formatter,
                "  delivery {} of {DELIVERIES}: {answer} after {milliseconds} ms",
                index.saturating_add(1)
            )?;
        }
        self.verdict.fmt(formatter)
    }
}
