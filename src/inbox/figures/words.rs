//! What users wrote and nobody answered.

use crate::inbox::{AFTER_A_MESSAGE, is_open_message};
use crate::sql::Statement;
use crate::time::Timestamp;

/// Maximum number of messages that are looked at.
const LOOKED_AT: i64 = 1000;
/// Maximum number of texts.
const MAX_WORDS: i64 = 100;

/// A row of [`unanswered_words`]: the text, the number of messages, CreateTime of the latest.
pub type WordRow = (String, i64, i64);

/// Selects the texts of messages that nothing and nobody has answered, the most frequent first: [`WordRow`]s, at most 100
/// of 100 characters.
///
/// Looks at the last 1,000 unanswered messages of the last 48 hours, and reads two rows for each.
#[must_use]
pub fn unanswered_words(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        concat!(
            "SELECT SUBSTR(TRIM(JSON_EXTRACT(message, '$.Content')), 1, 100) AS word, COUNT(*) AS n, \
               MAX(create_time) AS last_at \
             FROM ( \
               SELECT account, openid, create_time, id FROM inbox INDEXED BY inbox_open \
               WHERE account = ?1 AND create_time > ?2 AND ",
            is_open_message!(),
            "   AND outcome = 'unanswered' ORDER BY create_time DESC LIMIT ?3) \
             JOIN inbox USING (account, openid, create_time, id) \
             WHERE type = 'text' GROUP BY 1 HAVING word <> '' ORDER BY n DESC, last_at DESC, word LIMIT ?4"
        ),
        [account.into(), now.minus(AFTER_A_MESSAGE).seconds().into(), LOOKED_AT.into(), MAX_WORDS.into()],
    )
}
