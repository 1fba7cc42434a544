//! The requests to a contestant, and the expected responses.

use std::sync::Arc;

use form_urlencoded::Serializer;
use mp_worker::config::{AppId, EncodingAesKey};
use mp_worker::secret::Secret;
use sandbox::account::{Account, Mode};
use sandbox::document::Document;
use sandbox::sample;
use sandbox::sender::{Sender, Signed, now_in_seconds};
use sandbox::verdict::{Verdict, judge};
use serde::{Deserialize, Serialize};

use crate::http::Answer;

pub(crate) const APP_ID: &str = "wx0123456789abcdef";
pub(crate) const APP_SECRET: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "benchtoken";
pub(crate) const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
/// The text that the user sends.
pub(crate) const KEYWORD: &str = "营业时间";
/// The reply that the user gets.
pub(crate) const REPLY: &str = "我们每天九点到十八点营业，欢迎光临！";
/// The response of a worker that does nothing. It is as long as a plain reply.
pub(crate) const CONSTANT: &str = "<xml><ToUserName><![CDATA[oBENCH00000000000000000000user]]></ToUserName>\
    <FromUserName><![CDATA[gh_0a1b2c3d4e5f]]></FromUserName><CreateTime>1700000000</CreateTime>\
    <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[我们每天九点到十八点营业，欢迎光临！]]></Content></xml>";
pub(crate) const FILE_BYTES: usize = 20 * 1024 * 1024;

const OPENID: &str = "oBENCH00000000000000000000user";
const ASKING_USERS: usize = 500;
const BOUNDARY: &str = "benchbenchbench";

/// The kinds of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Traffic {
    /// The smallest possible request.
    Hello,
    /// A request that reads KV.
    HelloKv,
    /// A text message in plain mode.
    Plain,
    /// A text message in secure mode.
    Secure,
    /// A text message of one of many users, whom an assistant answers.
    Asked,
    /// The verification of the server address.
    Handshake,
    /// A customer-service message through the gateway.
    Call,
    /// An upload of a file through the gateway.
    Upload,
    /// A download of a file through the gateway.
    Download,
}

/// A request that is ready to be sent, and the expected response.
pub(crate) struct Prepared {
    pub(crate) bytes: Arc<Vec<u8>>,
    wanted: Wanted,
}

enum Wanted {
    Text(String),
    Reply(Box<Document>, Mode),
    Contains(&'static str),
    Bytes(usize),
}

/// Makes requests. Each message has its own id, so that no contestant can treat it as a duplicate.
pub(crate) struct Maker {
    traffic: Traffic,
    answers_constant: bool,
    account: Account,
    mode: Mode,
    sender: Sender,
    /// The request of traffic in which all requests are the same.
    call: Arc<Vec<u8>>,
}

impl Maker {
    /// Makes requests for one contestant, which accepts `credential` as an access token.
    pub(crate) fn new(traffic: Traffic, answers_constant: bool, credential: &str) -> Result<Self, String> {
        let mode = if traffic == Traffic::Secure { Mode::Secure } else { Mode::Plain };
        let sender = Sender::new(account()?, mode, "")?;
        let call = Arc::new(call(traffic, credential));
        Ok(Self { traffic, answers_constant, account: account()?, mode, sender, call })
    }

    /// Makes the next request.
    pub(crate) fn make(&self, number: usize) -> Result<Prepared, String> {
        match self.traffic {
            Traffic::Hello | Traffic::HelloKv => Ok(self.shared(Wanted::Text("hello".to_owned()))),
            Traffic::Plain | Traffic::Secure => self.message(OPENID),
            // An assistant answers a user 60 times a minute at most.
            Traffic::Asked => {
                self.message(&format!("oBENCH00000000000000000000{:04}", number % ASKING_USERS))
            }
            Traffic::Handshake => Ok(self.handshake(number)),
            Traffic::Call => Ok(self.shared(Wanted::Contains("\"errcode\":0"))),
            Traffic::Upload => Ok(self.shared(Wanted::Contains("\"media_id\":"))),
            Traffic::Download => Ok(self.shared(Wanted::Bytes(FILE_BYTES))),
        }
    }

    fn message(&self, openid: &str) -> Result<Prepared, String> {
        let sample = sample::message("text").ok_or("there is no sample of a text")?;
        let message = self.sender.address(sample.with("Content", KEYWORD), openid);
        let Signed { mut query, body } = self.sender.sign(&message);
        query.push(("openid", openid.to_owned()));
        let bytes = request("POST", &path("/callback", &query), "text/xml", body.as_bytes());
        let wanted = if self.answers_constant {
            Wanted::Text(CONSTANT.to_owned())
        } else {
            Wanted::Reply(Box::new(message), self.mode)
        };
        Ok(Prepared { bytes: Arc::new(bytes), wanted })
    }

    fn handshake(&self, number: usize) -> Prepared {
        let echo = format!("{}{number:06}", now_in_seconds());
        let Signed { mut query, .. } = self.sender.sign_text("", &now_in_seconds(), "");
        query.push(("echostr", echo.clone()));
        let bytes = request("GET", &path("/callback", &query), "", b"");
        let answer = if self.answers_constant { CONSTANT.to_owned() } else { echo };
        Prepared { bytes: Arc::new(bytes), wanted: Wanted::Text(answer) }
    }

    fn shared(&self, wanted: Wanted) -> Prepared {
        Prepared { bytes: Arc::clone(&self.call), wanted }
    }

    /// Checks a response, and returns an error that describes a wrong one.
    pub(crate) fn check(&self, prepared: &Prepared, answer: &Answer) -> Result<(), String> {
        let body = String::from_utf8_lossy(&answer.body);
        let is_right = answer.status == 200
            && match &prepared.wanted {
                Wanted::Text(text) => *text == body,
                Wanted::Reply(message, mode) => self.is_reply(message, *mode, &body),
                Wanted::Contains(part) => body.contains(part),
                Wanted::Bytes(length) => answer.body.len() == *length,
            };
        if is_right { Ok(()) } else { Err(format!("a wrong answer: status {}, {body:.500}", answer.status)) }
    }

    fn is_reply(&self, message: &Document, mode: Mode, body: &str) -> bool {
        match judge(&self.account, mode, message, body) {
            Verdict::Reply(shown) => shown.lines == [REPLY] && shown.is_encrypted == (mode == Mode::Secure),
            Verdict::Nothing | Verdict::FailureNotice(_) => false,
        }
    }
}

fn account() -> Result<Account, String> {
    Ok(Account {
        app_id: AppId::parse(APP_ID).ok_or("an AppID")?,
        original_id: "gh_0a1b2c3d4e5f".to_owned(),
        token: Secret::new(TOKEN),
        app_secret: Secret::new(APP_SECRET),
        encoding_aes_key: EncodingAesKey::parse(AES_KEY),
        root_api_key: None,
    })
}

fn call(traffic: Traffic, credential: &str) -> Vec<u8> {
    let query = [("access_token", credential.to_owned())];
    match traffic {
        Traffic::Plain | Traffic::Secure | Traffic::Asked | Traffic::Handshake => Vec::new(),
        Traffic::Hello => request("GET", "/", "", b""),
        Traffic::HelloKv => request("POST", "/", "text/xml", b""),
        Traffic::Call => {
            let message = format!(
                "{{\"touser\":\"{OPENID}\",\"msgtype\":\"text\",\"text\":{{\"content\":\"{REPLY}\"}}}}"
            );
            let path = path("/cgi-bin/message/custom/send", &query);
            request("POST", &path, "application/json", message.as_bytes())
        }
        Traffic::Upload => {
            let path = path("/cgi-bin/media/upload", &query) + "&type=image";
            request("POST", &path, &format!("multipart/form-data; boundary={BOUNDARY}"), &form())
        }
        Traffic::Download => {
            request("GET", &(path("/cgi-bin/media/get", &query) + "&media_id=BENCH"), "", b"")
        }
    }
}

fn form() -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    [head.as_bytes(), &vec![7; FILE_BYTES], format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

fn path(path: &str, query: &[(&'static str, String)]) -> String {
    format!("{path}?{}", Serializer::new(String::new()).extend_pairs(query).finish())
}

fn request(method: &str, path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let about_body = if method == "POST" {
        format!("Content-Type: {content_type}\r\nContent-Length: {}\r\n", body.len())
    } else {
        String::new()
    };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n{about_body}\r\n"
    );
    [head.as_bytes(), body].concat()
}
