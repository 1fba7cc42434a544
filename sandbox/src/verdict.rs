//! Checks responses as strictly as WeChat does, and explains why a response is invalid.

use std::fmt;

use mp_worker::callback::cipher::open;
use mp_worker::callback::event::Event;
use mp_worker::callback::{Element, parse_xml, sign};
use mp_worker::secret::equal_in_constant_time;

use crate::account::{Account, Mode};
use crate::document::Document;

/// What WeChat's clients show when a response is invalid or late.
pub const FAILURE_NOTICE: &str = "该公众号提供的服务出现故障，请稍后再试";

/// What the user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing: the response contained no reply, or WeChat does not show replies to this callback.
    Nothing,
    /// A reply.
    Reply(Shown),
    /// The failure notice, with the reason, which WeChat does not report.
    FailureNotice(String),
}

/// A reply as the user sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `MsgType`
    pub msg_type: String,
    /// The lines that the chat shows.
    pub lines: Vec<String>,
    /// Whether the reply was encrypted.
    pub is_encrypted: bool,
}

/// Checks the body of a response with status 200.
#[must_use]
pub fn judge(account: &Account, mode: Mode, sent: &Document, body: &str) -> Verdict {
    if body.is_empty() || body == "success" {
        return Verdict::Nothing;
    }
    match read(account, mode, sent, body) {
        Ok(shown) if accepts_reply(sent) => Verdict::Reply(shown),
        Ok(_) => Verdict::Nothing,
        Err(reason) => Verdict::FailureNotice(reason),
    }
}

fn read(account: &Account, mode: Mode, sent: &Document, body: &str) -> Result<Shown, String> {
    if !body.starts_with('<') {
        return Err("the body does not start with XML".to_owned());
    }
    let xml = parse_xml(body).map_err(|malformed| malformed.to_string())?;
    match (mode, xml.child("Encrypt")) {
        (Mode::Plain, Some(_)) => Err("plain mode does not allow encrypted replies".to_owned()),
        (Mode::Secure, None) => Err("secure mode requires an encrypted reply".to_owned()),
        (Mode::Compatible | Mode::Secure, Some(_)) => {
            let plaintext = unseal(account, &xml)?;
            show(sent, &parse_xml(&plaintext).map_err(|malformed| malformed.to_string())?, true)
        }
        (Mode::Plain | Mode::Compatible, None) => show(sent, &xml, false),
    }
}

fn unseal(account: &Account, envelope: &Element<'_>) -> Result<String, String> {
    let encrypt = text(envelope, "Encrypt")?;
    let signature = text(envelope, "MsgSignature")?;
    let signed = [text(envelope, "TimeStamp")?, text(envelope, "Nonce")?, encrypt];
    if !equal_in_constant_time(&sign(&account.token, signed), signature) {
        return Err("MsgSignature does not match".to_owned());
    }
    let key = account
        .encoding_aes_key
        .as_ref()
        .ok_or("the reply is encrypted, but the account has no EncodingAESKey")?;
    open(key, &account.app_id, encrypt).map_err(|undecryptable| undecryptable.to_string())
}

fn show(sent: &Document, xml: &Element<'_>, is_encrypted: bool) -> Result<Shown, String> {
    for (name, wanted) in [("ToUserName", "FromUserName"), ("FromUserName", "ToUserName")] {
        if Some(text(xml, name)?) != sent.text(wanted) {
            return Err(format!("{name} is not the {wanted} of the message"));
        }
    }
    text(xml, "CreateTime")?.parse::<u64>().map_err(|_| "CreateTime is not a number")?;
    let msg_type = text(xml, "MsgType")?;
    Ok(Shown { msg_type: msg_type.to_owned(), lines: lines(sent, xml, msg_type)?, is_encrypted })
}

fn lines(sent: &Document, xml: &Element<'_>, msg_type: &str) -> Result<Vec<String>, String> {
    match msg_type {
        "text" => {
            let content = text(xml, "Content")?;
            if content.len() > 2048 {
                return Err("Content has more than 2048 bytes".to_owned());
            }
            Ok(content.lines().map(ToOwned::to_owned).collect())
        }
        "image" => Ok(vec![format!("[image {}]", text(child(xml, "Image")?, "MediaId")?)]),
        "voice" => Ok(vec![format!("[voice {}]", text(child(xml, "Voice")?, "MediaId")?)]),
        "video" => Ok(vec![format!("[video {}]", text(child(xml, "Video")?, "MediaId")?)]),
        "music" => Ok(vec![format!("[music {}]", text(child(xml, "Music")?, "ThumbMediaId")?)]),
        "news" => articles(sent, xml),
        "transfer_customer_service" | "transfer_biz_ai_ivr" if sent.has("Event") => {
            Err(format!("{msg_type} transfers messages, but this is an event"))
        }
        "transfer_customer_service" => match xml.child("TransInfo") {
            None => Ok(vec!["[handed to customer service]".to_owned()]),
            Some(info) => Ok(vec![format!("[handed to {}]", text(info, "KfAccount")?)]),
        },
        "transfer_biz_ai_ivr" => Ok(vec!["[handed to the AI replies]".to_owned()]),
        other => Err(format!("MsgType {other} does not exist")),
    }
}

/// WeChat checks ArticleCount, and drops the articles beyond the limit for the trigger.
fn articles(sent: &Document, xml: &Element<'_>) -> Result<Vec<String>, String> {
    let items: Vec<_> = xml.at("Articles/item").collect();
    if text(xml, "ArticleCount")? != items.len().to_string() {
        return Err("ArticleCount is not the number of items".to_owned());
    }
    let allowed = if sent.has("Event") { 8 } else { 1 };
    items
        .into_iter()
        .take(allowed)
        .map(|item| {
            text(item, "PicUrl")?;
            text(item, "Description")?;
            Ok(format!("[article] {} {}", text(item, "Title")?, text(item, "Url")?))
        })
        .collect()
}

/// Whether WeChat shows a reply to this message or event.
fn accepts_reply(sent: &Document) -> bool {
    sent.text("Event").is_none_or(|event| Event::name_accepts_reply(&event.to_ascii_lowercase()))
}

fn child<'e, 'x>(xml: &'e Element<'x>, name: &str) -> Result<&'e Element<'x>, String> {
    xml.child(name).ok_or_else(|| format!("{name} is missing"))
}

fn text<'e>(xml: &'e Element<'_>, name: &str) -> Result<&'e str, String> {
    let text = child(xml, name)?.text();
    if text.is_empty() { Err(format!("{name} is empty")) } else { Ok(text) }
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => formatter.write_str("← (nothing: the user sees no reply)"),
            Self::FailureNotice(reason) => write!(formatter, "← {FAILURE_NOTICE}\n  reason: {reason}"),
            Self::Reply(shown) => {
                let sealed = if shown.is_encrypted { ", encrypted" } else { "" };
                write!(formatter, "← {}{sealed}", shown.msg_type)?;
                shown.lines.iter().try_for_each(|line| write!(formatter, "\n  {line}"))
            }
        }
    }
}
