//! The followers of an account: synchronising what WeChat says about all of them, and searching them.

use crate::sql::{Parameter, Statement};
use crate::time::Timestamp;

use super::reply_window::AFTER_A_MESSAGE;

/// How many users a page of a search looks at, if there is a filter.
const LOOKED_AT: i64 = 1000;
/// Seconds between the turns of an account's synchronisation; the cron trigger runs every two minutes, more or less.
const BETWEEN_TURNS: i64 = 230;
/// How many of a user's latest entries are looked at for the reply window.
const ENTRIES: i64 = 20;

/// A row of [`user_sync`]: the state, after which user it goes on, how many users were compared, of how many, the error.
pub type UserSyncRow = (String, String, i64, i64, Option<String>);

/// A row of [`search_users`]: OpenID, remark, the ids of the tags as JSON, when the user followed, EventKey of that, until
/// when the reply window is open, whether the filter selects the user, whether the page ends here.
pub type FoundUserRow =
    (String, Option<String>, Option<String>, Option<i64>, Option<String>, Option<i64>, i64, i64);

/// A row of [`next_user_sync`]: the account, the stage, after which user it goes on, how many users were compared.
pub type UserSyncTurnRow = (String, String, String, i64);

/// Selects users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// Those whose remark or OpenID contains this text.
    pub query: Option<String>,
    /// Those with the tag with this id.
    pub tag: Option<i64>,
    /// Those who followed through the QR code with this scene.
    pub scene: Option<String>,
    /// Those whose reply window is open.
    pub window: bool,
}

/// Whether a row of `user` is a follower, as far as that is known.
macro_rules! follows {
    () => {
        "COALESCE(unfollowed_at < COALESCE(followed_at, 0), TRUE)"
    };
}

/// Whether WeChat's time of following is of another follow than the stored one: they are far apart, or the stored one has
/// ended before.
macro_rules! is_another_follow {
    () => {
        "(ABS(COALESCE(followed_at, 0) - excluded.followed_at) > 60 \
          OR COALESCE(unfollowed_at BETWEEN COALESCE(followed_at, 0) AND excluded.followed_at - 1, FALSE))"
    };
}

/// Until when a user's reply window is open, by the latest entries of the last 48 hours.
macro_rules! window_until {
    ($user:literal) => {
        concat!(
            "(SELECT MAX(create_time + opens) FROM ( \
               SELECT create_time, opens FROM inbox WHERE inbox.account = ?1 AND inbox.openid = ",
            $user,
            ".openid AND create_time > ?8 ORDER BY create_time DESC LIMIT ?11))"
        )
    };
}

/// Selects up to `limit` followers in the order of their OpenIDs: [`FoundUserRow`]s, and perhaps a row that marks how far it
/// looked. With a filter it looks at 1,000 users, and at up to 20 entries of each that is listed, or of all if the filter asks
/// for windows.
#[must_use]
pub fn search_users(
    account: &str,
    filter: &UserFilter,
    after: &str,
    (now, limit): (Timestamp, u32),
) -> Statement {
    let looked_at = if *filter == UserFilter::default() { i64::from(limit) } else { LOOKED_AT };
    let parameters: Vec<Parameter> = vec![
        account.into(),
        after.into(),
        filter.query.as_deref().into(),
        filter.tag.into(),
        filter.scene.as_deref().into(),
        i64::from(filter.window).into(),
        now.seconds().into(),
        now.minus(AFTER_A_MESSAGE).seconds().into(),
        looked_at.into(),
        i64::from(limit).into(),
        ENTRIES.into(),
    ];
    Statement::new(
        concat!(
            "SELECT openid, remark, tags, followed_at, source, IIF(?6, window_until, ",
            window_until!("selected"),
            ") AS window_until, is_selected, number = ?9 AS ends FROM ( \
               SELECT *, ROW_NUMBER() OVER (ORDER BY openid) AS number, \
                 ",
            follows!(),
            " \
                   AND (?3 IS NULL OR INSTR(LOWER(COALESCE(remark, '')), LOWER(?3)) > 0 OR INSTR(openid, ?3) > 0) \
                   AND (?4 IS NULL OR EXISTS (SELECT 1 FROM JSON_EACH(COALESCE(tags, '[]')) WHERE value = ?4)) \
                   AND (?5 IS NULL OR COALESCE(source = 'qrscene_' || ?5, FALSE)) \
                   AND (?6 = 0 OR COALESCE(window_until > ?7, FALSE)) AS is_selected \
               FROM ( \
                 SELECT *, IIF(?6, ",
            window_until!("user"),
            ", NULL) AS window_until \
                 FROM user WHERE account = ?1 AND openid > ?2 ORDER BY openid LIMIT ?9)) AS selected \
             WHERE is_selected OR number = ?9 ORDER BY number LIMIT ?10"
        ),
        parameters,
    )
}

/// Selects how far an account's users are synchronised: at most one [`UserSyncRow`].
#[must_use]
pub fn user_sync(account: &str) -> Statement {
    Statement::new(
        "SELECT state, next_openid, done, total, error FROM user_sync WHERE account = ?1",
        [account.into()],
    )
}

/// Begins the turn of the account whose users to synchronise next: at most one [`UserSyncTurnRow`].
///
/// An account's turns are four minutes apart while WeChat lists its followers, which it does 500 times a day. A turn counts
/// although it fails: the others have theirs before it is repeated.
#[must_use]
pub fn next_user_sync(now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE user_sync SET compared_at = ?2 WHERE account = ( \
           SELECT account FROM user_sync \
           WHERE state = 'running' AND (compared_at <= ?1 OR stage = 'rest') ORDER BY compared_at, account LIMIT 1) \
         RETURNING account, stage, next_openid, done",
        [now.minus(BETWEEN_TURNS).seconds().into(), now.seconds().into()],
    )
}

/// Begins to synchronise an account's users, unless it is running; one that failed goes on where it did.
#[must_use]
pub fn start_user_sync(account: &str, now: Timestamp) -> Statement {
    Statement::new(
        "INSERT INTO user_sync (account, state, next_openid, done, total, started_at) VALUES (?1, 'running', '', 0, 0, ?2) \
         ON CONFLICT (account) DO UPDATE SET state = 'running', error = NULL, started_at = excluded.started_at, compared_at = 0, \
           stage = IIF(state = 'failed', stage, 'list'), next_openid = IIF(state = 'failed', next_openid, ''), done = IIF(state = 'failed', done, 0) \
         WHERE state <> 'running'",
        [account.into(), now.seconds().into()],
    )
}

/// Stores what WeChat says about so many users, a JSON array, and after whom it goes on; `None` = WeChat lists no more, and
/// the rest comes next if more users follow than WeChat says. In one transaction, which writes only followers who differ.
#[must_use]
pub fn sync_users(
    account: &str,
    (users, count): (&str, usize),
    total: i64,
    (next_openid, now): (Option<&str>, Timestamp),
) -> [Statement; 2] {
    [
        Statement::new(
            concat!(
                "INSERT INTO user (account, openid, followed_at, source, remark, tags) \
             SELECT ?1, value ->> 'openid', value ->> 'subscribe_time', 'qrscene_' || COALESCE( \
                 NULLIF(value ->> 'qr_scene_str', ''), NULLIF(value ->> 'qr_scene', 0)), \
               NULLIF(value ->> 'remark', ''), NULLIF(value ->> 'tagid_list', '[]') \
             FROM JSON_EACH(?2) WHERE value ->> 'subscribe' = 1 AND value ->> 'openid' IS NOT NULL \
             ON CONFLICT (account, openid) DO UPDATE SET remark = excluded.remark, tags = excluded.tags, \
               source = IIF(",
                is_another_follow!(),
                ", excluded.source, COALESCE(source, excluded.source)), \
               followed_at = IIF(",
                is_another_follow!(),
                ", excluded.followed_at, followed_at) \
             WHERE remark IS NOT excluded.remark OR tags IS NOT excluded.tags OR ",
                is_another_follow!(),
                " \
               OR source IS NULL AND excluded.source IS NOT NULL"
            ),
            [account.into(), users.into()],
        ),
        Statement::new(
            concat!(
                "UPDATE user_sync SET done = done + ?2, total = ?3, next_openid = COALESCE(?4, ''), error = NULL, \
                   stage = IIF(?4 IS NULL, 'rest', stage), state = IIF(?4 IS NULL AND ( \
                     SELECT COUNT(*) FROM user WHERE user.account = ?1 AND ",
                follows!(),
                ") <= ?3, 'done', state), compared_at = ?5 \
                 WHERE account = ?1"
            ),
            [
                account.into(),
                i64::try_from(count).unwrap_or(i64::MAX).into(),
                total.into(),
                next_openid.into(),
                now.seconds().into(),
            ],
        ),
    ]
}

/// Selects up to `limit` users who follow as far as that is known, in the order of their OpenIDs.
#[must_use]
pub fn known_followers(account: &str, after: &str, limit: usize) -> Statement {
    Statement::new(
        concat!(
            "SELECT openid FROM user WHERE account = ?1 AND openid > ?2 AND ",
            follows!(),
            " ORDER BY openid LIMIT ?3"
        ),
        [account.into(), after.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
    )
}

/// Stores which of these users, a JSON array, do not follow any more, by what WeChat was asked at a time, and after whom it
/// goes on; `None` = that was all. In one transaction. Those who have followed since then stay followers.
#[must_use]
pub fn mark_unfollowed(
    account: &str,
    users: &str,
    (next_openid, asked_at): (Option<&str>, Timestamp),
) -> [Statement; 2] {
    [
        Statement::new(
            concat!(
                "UPDATE user SET unfollowed_at = ?3 WHERE account = ?1 AND openid IN ( \
                   SELECT value ->> 'openid' FROM JSON_EACH(?2) WHERE value ->> 'subscribe' = 0) \
                 AND COALESCE(followed_at, 0) < ?3 AND ",
                follows!()
            ),
            [account.into(), users.into(), asked_at.seconds().into()],
        ),
        Statement::new(
            "UPDATE user_sync SET next_openid = COALESCE(?2, ''), error = NULL, state = IIF(?2 IS NULL, 'done', state), \
               compared_at = ?3 \
             WHERE account = ?1",
            [account.into(), next_openid.into(), asked_at.seconds().into()],
        ),
    ]
}

/// Stores why a turn got no answer; it is repeated.
#[must_use]
pub fn note_user_sync(account: &str, error: &str) -> Statement {
    Statement::new("UPDATE user_sync SET error = ?2 WHERE account = ?1", [account.into(), error.into()])
}

/// Stores why WeChat refuses to say more.
#[must_use]
pub fn fail_user_sync(account: &str, error: &str) -> Statement {
    Statement::new(
        "UPDATE user_sync SET state = 'failed', error = ?2 WHERE account = ?1",
        [account.into(), error.into()],
    )
}
