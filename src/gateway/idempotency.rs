//! `Idempotency-Key`: a send that is repeated with the same key within a day gets the first answer.

use sha1_smol::Sha1;

use crate::sql::Statement;
use crate::time::Timestamp;

use super::{Refused, WechatOutcome};

/// Seconds for which a key is remembered.
const TERM: i64 = 86_400;
/// Maximum number of rows that a step of [`expire_answers`] deletes.
const STEP: i64 = 1000;

/// The calls that accept a key: those that send something to users. Others may be repeated, or have a key of WeChat's.
const SENDS: [&str; 7] = [
    "/cgi-bin/message/custom/send",
    "/cgi-bin/message/template/send",
    "/cgi-bin/message/template/subscribe",
    "/cgi-bin/message/subscribe/bizsend",
    "/cgi-bin/message/mass/send",
    "/cgi-bin/message/mass/sendall",
    "/cgi-bin/message/mass/preview",
];
/// A send to many users is not repeated after "busy", because it cannot be undone.
const TO_MANY: &str = "/cgi-bin/message/mass/";
/// Seconds after which a call without an answer was cut off: each of its two requests may take two minutes.
const LONGEST_CALL: i64 = 300;
/// What is stored instead of an answer if it is unknown.
const UNKNOWN: &str = "";
/// WeChat is busy; for a send to one user this means that nothing was sent.
const BUSY: i64 = -1;

/// The `Idempotency-Key` of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    account: String,
    key: String,
    path: String,
}

/// A row of [`reserve`], which is returned if the key is new.
pub type Reserved = (i64,);

/// A row of [`first_call`]: the request's digest, the answer if there was one, and when the key was reserved.
pub type AnswerRow = (String, Option<String>, i64);

impl IdempotencyKey {
    /// Reads the header of a send; `None` for other calls.
    pub fn parse(
        header: Option<&str>,
        account: &str,
        api_key: Option<&str>,
        path: &str,
    ) -> Result<Option<Self>, Refused> {
        let Some(key) = header.filter(|_| SENDS.contains(&path)) else { return Ok(None) };
        if key.is_empty() || key.len() > 64 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Refused::InvalidIdempotencyKey);
        }
        let key = format!("{}:{key}", api_key.unwrap_or_default());
        Ok(Some(Self { account: account.to_owned(), key, path: path.to_owned() }))
    }

    /// A digest of the send, to detect another send with the same key.
    #[must_use]
    pub fn digest(&self, body: &[u8]) -> String {
        let mut digest = Sha1::from(&self.path);
        digest.update(b"\n");
        digest.update(body);
        digest.digest().to_string()
    }

    /// The answer to the first call, if it was the same send and has an answer.
    pub fn first_answer(row: Option<AnswerRow>, digest: &str, now: Timestamp) -> Result<String, Refused> {
        match row {
            Some((sent, ..)) if sent != digest => Err(Refused::IdempotencyKeyOfAnother),
            Some((_, Some(answer), _)) if answer != UNKNOWN => Ok(answer),
            Some((_, None, since)) if now.seconds().saturating_sub(since) <= LONGEST_CALL => {
                Err(Refused::StillUnderWay)
            }
            Some(_) => Err(Refused::OutcomeUnknown),
            // It was released a moment ago.
            None => Err(Refused::StillUnderWay),
        }
    }

    /// Stores the answer, or that it is unknown, since the call may have taken effect; releases the key if nothing was
    /// sent. `owner` is that of [`reserve`].
    #[must_use]
    pub fn settle(&self, owner: &str, outcome: Result<&WechatOutcome, &Refused>) -> Statement {
        match outcome {
            Ok(WechatOutcome::Done(answer)) => answered(self, owner, &String::from_utf8_lossy(answer)),
            Ok(WechatOutcome::Unclear) | Err(Refused::NoAnswer) => answered(self, owner, UNKNOWN),
            Ok(WechatOutcome::Refused(BUSY)) if self.path.starts_with(TO_MANY) => {
                answered(self, owner, UNKNOWN)
            }
            Ok(WechatOutcome::Refused(_)) | Err(_) => release(self, owner),
        }
    }
}

/// Reserves a key for a call. `owner` is random: the same statement succeeds again for the call that has the key.
#[must_use]
pub fn reserve(key: &IdempotencyKey, digest: &str, owner: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO sent_once (account, idempotency_key, request, created_at, owner) VALUES (?1, ?2, ?3, ?4, ?6) \
         ON CONFLICT (account, idempotency_key) DO UPDATE SET request = excluded.request, answer = NULL, \
           created_at = excluded.created_at, owner = excluded.owner \
           WHERE created_at <= ?5 OR owner = excluded.owner RETURNING 1",
        [
            key.account.as_str().into(),
            key.key.as_str().into(),
            digest.into(),
            now.seconds().into(),
            now.minus(TERM).seconds().into(),
            owner.into(),
        ],
    )
}

/// Selects the first call with a key: at most one [`AnswerRow`].
#[must_use]
pub fn first_call(key: &IdempotencyKey) -> Statement {
    Statement::new(
        "SELECT request, answer, created_at FROM sent_once WHERE account = ?1 AND idempotency_key = ?2",
        [key.account.as_str().into(), key.key.as_str().into()],
    )
}

fn answered(key: &IdempotencyKey, owner: &str, answer: &str) -> Statement {
    Statement::new(
        "UPDATE sent_once SET answer = ?4 WHERE account = ?1 AND idempotency_key = ?2 AND owner = ?3",
        [key.account.as_str().into(), key.key.as_str().into(), owner.into(), answer.into()],
    )
}

/// Releases a key that a call has reserved but not used.
#[must_use]
pub fn release(key: &IdempotencyKey, owner: &str) -> Statement {
    Statement::new(
        "DELETE FROM sent_once WHERE account = ?1 AND idempotency_key = ?2 AND owner = ?3 AND answer IS NULL",
        [key.account.as_str().into(), key.key.as_str().into(), owner.into()],
    )
}

/// Deletes keys older than a day, in steps.
#[must_use]
pub fn expire_answers(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "DELETE FROM sent_once INDEXED BY sent_once_by_time WHERE account = ?1 AND created_at <= ( \
           SELECT MAX(created_at) FROM ( \
             SELECT created_at FROM sent_once WHERE account = ?1 AND created_at <= ?2 ORDER BY created_at LIMIT ?3))",
        [account.into(), now.minus(TERM).seconds().into(), STEP.into()],
    )
}
