//! Sends that must not happen twice: the same `Idempotency-Key` within a day gets the first answer.

use sha1_smol::Sha1;

use crate::sql::Statement;
use crate::time::Timestamp;

use super::{Refused, WechatOutcome};

/// For how long a key is remembered, in seconds.
const TERM: i64 = 86_400;
/// How many a step of [`expire_answers`] removes.
const STEP: i64 = 1000;

/// What sends something to a user and may name a key; other calls may be repeated or carry one of WeChat's own.
const SENDS: [&str; 7] = [
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/template/send",
    "/cgi-bin/message/template/subscribe",
    "/cgi-bin/message/subscribe/bizsend",
    "/cgi-bin/message/mass/send",
    "/cgi-bin/message/mass/sendall",
    "/cgi-bin/message/mass/preview",
];
/// A send to many is not tried again on a mere "busy": nothing brings a second one back.
const TO_MANY: &str = "/cgi-bin/message/mass/";
/// WeChat is busy, which for a send to one means that nothing was sent.
const BUSY: i64 = -1;

/// A key that a caller gave to a send, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    account: String,
    key: String,
    path: String,
}

/// A row of [`reserve`]: it comes back if the key is new.
pub type Reserved = (i64,);

/// A row of [`first_call`]: what was sent, and its answer if it had one.
pub type AnswerRow = (String, Option<String>);

impl IdempotencyKey {
    /// Reads the header of a send; a header on anything else is none of ours.
    pub fn parse(
        header: Option<&str>,
        account: &str,
        api_key: Option<&str>,
        path: &str,
    ) -> Result<Option<Self>, Refused> {
        let Some(key) = header.filter(|_| SENDS.contains(&path)) else { return Ok(None) };
        if key.is_empty() || key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refused::BadIdempotencyKey);
        }
        let key = format!("{}:{key}", api_key.unwrap_or_default());
        Ok(Some(Self { account: account.to_owned(), key, path: path.to_owned() }))
    }

    /// What tells this send from another with the same key.
    #[must_use]
    pub fn digest(&self, body: &[u8]) -> String {
        let mut digest = Sha1::from(&self.path);
        digest.update(b"\n");
        digest.update(body);
        digest.digest().to_string()
    }

    /// The answer of the first call, if it was this very call and has one.
    pub fn first_answer(row: Option<AnswerRow>, digest: &str) -> Result<String, Refused> {
        match row {
            Some((sent, _)) if sent != digest => Err(Refused::IdempotencyKeyOfAnother),
            Some((_, Some(answer))) => Ok(answer),
            Some((_, None)) | None => Err(Refused::StillUnderWay),
        }
    }

    /// What becomes of the key once its call has ended; `None` leaves it taken, since the call may have had its effect.
    #[must_use]
    pub fn settle(&self, outcome: Result<&WechatOutcome, &Refused>) -> Option<Statement> {
        match outcome {
            Ok(WechatOutcome::Done(answer)) => Some(answered(self, &String::from_utf8_lossy(answer))),
            Ok(WechatOutcome::Unclear) | Err(Refused::NoAnswer) => None,
            Ok(WechatOutcome::Refused(BUSY)) if self.path.starts_with(TO_MANY) => None,
            Ok(WechatOutcome::Refused(_)) | Err(_) => Some(release(self)),
        }
    }
}

/// Takes a key for a call that is about to be made.
#[must_use]
pub fn reserve(key: &IdempotencyKey, digest: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO sent_once (account, idempotency_key, request, created_at) VALUES (?1, ?2, ?3, ?4) \
         ON CONFLICT (account, idempotency_key) DO UPDATE SET request = excluded.request, answer = NULL, \
           created_at = excluded.created_at WHERE created_at <= ?5 RETURNING 1",
        [
            key.account.as_str().into(),
            key.key.as_str().into(),
            digest.into(),
            now.seconds().into(),
            now.plus(-TERM).seconds().into(),
        ],
    )
}

/// Looks for the first call: no row, or an [`AnswerRow`].
#[must_use]
pub fn first_call(key: &IdempotencyKey) -> Statement {
    Statement::new(
        "SELECT request, answer FROM sent_once WHERE account = ?1 AND idempotency_key = ?2",
        [key.account.as_str().into(), key.key.as_str().into()],
    )
}

fn answered(key: &IdempotencyKey, answer: &str) -> Statement {
    Statement::new(
        "UPDATE sent_once SET answer = ?3 WHERE account = ?1 AND idempotency_key = ?2",
        [key.account.as_str().into(), key.key.as_str().into(), answer.into()],
    )
}

fn release(key: &IdempotencyKey) -> Statement {
    Statement::new(
        "DELETE FROM sent_once WHERE account = ?1 AND idempotency_key = ?2 AND answer IS NULL",
        [key.account.as_str().into(), key.key.as_str().into()],
    )
}

/// One step of forgetting keys older than a day.
#[must_use]
pub fn expire_answers(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM sent_once INDEXED BY sent_once_by_time WHERE account = ?1 AND created_at <= ( \
           SELECT MAX(created_at) FROM ( \
             SELECT created_at FROM sent_once WHERE account = ?1 AND created_at <= ?2 ORDER BY created_at LIMIT ?3))",
        [account.into(), now.plus(-TERM).seconds().into(), STEP.into()],
    )
}
