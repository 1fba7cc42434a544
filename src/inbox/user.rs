//! What WeChat's API says about users, as far as `user` keeps it.

use serde_json::{Value, json};

use crate::json;
use crate::sql::Statement;
use crate::wechat::{Call, tag, user};

/// `subscribe_time` and the CreateTime of the event may differ by this many seconds; a user who
/// unfollowed between the two has followed again.
const SAME_FOLLOW: i64 = 60;

/// The statement that keeps what a successful call of WeChat's API says about users; `None` for other calls.
///
/// A remark is kept of any user, tags of those that are known. When a user followed is corrected where it is known, and
/// then the event's EventKey belongs to an earlier follow.
#[must_use]
pub fn learn(account: &str, call: &Call, answer: &Value) -> Option<Statement> {
    match call.path() {
        user::REMARK_PATH => {
            let request: Value = json::parse(call.body()?).ok()?;
            let text = |field: &str| request.get(field).and_then(Value::as_str);
            Some(keep_remark(account, text("openid")?, text("remark")?))
        }
        path @ (tag::TAG_PATH | tag::UNTAG_PATH) => {
            let request: Value = json::parse(call.body()?).ok()?;
            let id = request.get("tagid")?.as_i64()?;
            Some(keep_tag(account, request.get("openid_list")?, (id, path == tag::TAG_PATH)))
        }
        user::INFO_PATH => correct(account, std::slice::from_ref(answer)),
        user::BATCH_INFO_PATH => correct(account, answer.get("user_info_list")?.as_array()?),
        _ => None,
    }
}

/// An empty remark is none.
fn keep_remark(account: &str, openid: &str, remark: &str) -> Statement {
    Statement::new(
        "INSERT INTO user (account, openid, remark) VALUES (?1, ?2, NULLIF(?3, '')) \
         ON CONFLICT (account, openid) DO UPDATE SET remark = excluded.remark WHERE remark IS NOT excluded.remark",
        [account.into(), openid.into(), remark.into()],
    )
}

/// Adds a tag to users, or removes it from them; writes only those that differ.
fn keep_tag(account: &str, openids: &Value, (id, has): (i64, bool)) -> Statement {
    Statement::new(
        "UPDATE user SET tags = ( \
           SELECT NULLIF(JSON_GROUP_ARRAY(id), '[]') FROM ( \
             SELECT value AS id FROM JSON_EACH(COALESCE(user.tags, '[]')) WHERE value <> ?3 \
             UNION ALL SELECT CAST(?3 AS INTEGER) WHERE ?4)) \
         WHERE account = ?1 AND openid IN (SELECT value FROM JSON_EACH(?2)) \
           AND EXISTS (SELECT 1 FROM JSON_EACH(COALESCE(tags, '[]')) WHERE value = ?3) <> ?4",
        [account.into(), openids.to_string().into(), id.into(), i64::from(has).into()],
    )
}

/// Corrects the rows of followers that differ; `None` if no user follows.
fn correct(account: &str, users: &[Value]) -> Option<Statement> {
    let follows = |user: &&Value| user.get("subscribe").and_then(Value::as_i64) == Some(1);
    let told: Vec<Value> = users
        .iter()
        .filter(follows)
        .filter_map(|user| {
            let openid = user.get("openid")?.as_str()?;
            let followed_at = user.get("subscribe_time").and_then(Value::as_i64);
            let (remark, tags) = (user.get("remark"), user.get("tagid_list"));
            Some(json!({ "openid": openid, "followed_at": followed_at, "remark": remark, "tags": tags }))
        })
        .collect();
    if told.is_empty() {
        return None;
    }
    Some(Statement::new(
        "UPDATE user SET \
           remark = IIF(told.remark IS NULL, user.remark, NULLIF(told.remark, '')), \
           tags = IIF(told.tags IS NULL, user.tags, NULLIF(told.tags, '[]')), \
           followed_at = IIF(told.is_another_follow, told.followed_at, user.followed_at), \
           source = IIF(told.is_another_follow, NULL, user.source) \
         FROM ( \
           SELECT known.openid, item.value ->> 'remark' AS remark, item.value ->> 'tags' AS tags, \
             item.value ->> 'followed_at' AS followed_at, \
             item.value ->> 'followed_at' IS NOT NULL AND ( \
               ABS(COALESCE(known.followed_at, -?3 - 1) - (item.value ->> 'followed_at')) > ?3 \
               OR COALESCE(known.unfollowed_at BETWEEN COALESCE(known.followed_at, 0) \
                 AND (item.value ->> 'followed_at') - 1, FALSE)) AS is_another_follow \
           FROM JSON_EACH(?2) AS item CROSS JOIN user AS known \
             ON known.account = ?1 AND known.openid = item.value ->> 'openid') AS told \
         WHERE user.account = ?1 AND user.openid = told.openid \
           AND (told.is_another_follow OR (told.remark IS NOT NULL AND user.remark IS NOT NULLIF(told.remark, '')) \
             OR (told.tags IS NOT NULL AND user.tags IS NOT NULLIF(told.tags, '[]')))",
        [account.into(), Value::from(told).to_string().into(), SAME_FOLLOW.into()],
    ))
}
