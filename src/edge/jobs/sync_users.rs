//! Synchronises the followers of the accounts with what WeChat says about them.

use serde_json::Value;

use crate::config::Account;
use crate::edge::bindings::{Env, d1, row_counter, runtime};
use crate::edge::wechat::Wechat;
use crate::error::Error;
use crate::inbox::{
    UserSyncTurnRow, fail_user_sync, known_followers, mark_unfollowed, next_user_sync, note_user_sync,
    sync_users,
};
use crate::jobs::Limits;
use crate::limits;
use crate::wechat::user::{Language, MAX_USERS, batch_info, list};
use crate::wechat::{self, OpenIds};

/// How many followers WeChat lists in one answer, unless there are no more.
const MAX_LISTED: usize = 10_000;
/// WeChat's errcode for an OpenID that is not one of the account's.
const INVALID_OPENID: i64 = 40003;
/// Number of batches of users of a turn, if the budget suffices for more than the first.
const BATCHES: usize = 5;
/// What a batch takes at most: its two statements, and its call.
const BATCH: Limits = Limits { queries: 2, subrequests: 1 };
/// What a turn with one batch takes at most: the questions whose users are next, and which; the rows of the day, the list,
/// and a new access token.
pub(super) const COST: Limits = Limits { queries: BATCH.queries + 2, subrequests: BATCH.subrequests + 3 };

/// Has the next turn of one account whose operator has asked for it. Receiving comes first: it waits while few rows are
/// left.
pub(super) async fn sync_next(env: &Env) -> Result<(), Error> {
    let next = d1::rows::<UserSyncTurnRow>(env, &next_user_sync(runtime::now())).await?.pop();
    let Some((name, stage, next_openid, done)) = next else { return Ok(()) };
    if !row_counter::has_room(env).await {
        return Ok(());
    }
    let config = runtime::config(env);
    let synced = match config.account(Some(&name)) {
        Ok(account) if stage == "rest" => ask_about_the_rest(account, &next_openid, env).await,
        Ok(account) => compare(account, (&next_openid, done), env).await,
        Err(no_account) => Err(no_account.into()),
    };
    let failure = match &synced {
        Err(Error::Wechat(refusal @ wechat::Error::Refused(_))) => {
            fail_user_sync(&name, &refusal.explanation())
        }
        // The account is no longer configured, or not completely.
        Err(error @ (Error::UnknownAccount | Error::NotConfigured(_))) => {
            fail_user_sync(&name, &error.to_string())
        }
        Err(Error::Wechat(error)) => note_user_sync(&name, &error.explanation()),
        _ => return synced,
    };
    d1::rows::<()>(env, &failure).await.map(drop)
}

/// Compares followers with what WeChat says about them, in the order in which it lists them.
async fn compare(account: &Account, (next_openid, mut done): (&str, i64), env: &Env) -> Result<(), Error> {
    let config = runtime::config(env);
    let wechat = Wechat::new(env, None, config.wechat_api()?, account)?;
    let page = wechat.call(&list(next_openid)).await?;
    let total = page.get("total").and_then(Value::as_i64).unwrap_or_default();
    let openids =
        page.pointer("/data/openid").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let openids: Vec<String> = openids.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
    if openids.is_empty() {
        let end = sync_users(account.name(), ("[]", 0), total, (None, runtime::now()));
        return d1::transaction(d1::TIMEOUT, env, &end).await.map(drop);
    }
    let mut compared = 0_usize;
    for batch in openids.chunks(MAX_USERS).take(BATCHES) {
        let Some(env) = env.reserve(BATCH) else { break };
        let told = ask_about(batch, account, &env).await?;
        compared = compared.saturating_add(batch.len());
        done = done.saturating_add(i64::try_from(batch.len()).unwrap_or(i64::MAX));
        // A full list may have a next one, although users have unfollowed meanwhile.
        let is_all = compared == openids.len() && openids.len() < MAX_LISTED && done >= total;
        let next = if is_all { None } else { batch.last().map(String::as_str) };
        let stored = sync_users(account.name(), (&told, batch.len()), total, (next, runtime::now()));
        d1::transaction(d1::TIMEOUT, &env, &stored).await?;
    }
    Ok(())
}

/// Asks about users whose event of unfollowing did not arrive, among all whose did not.
async fn ask_about_the_rest(account: &Account, next_openid: &str, env: &Env) -> Result<(), Error> {
    let limit = MAX_USERS.saturating_mul(BATCHES);
    let known = known_followers(account.name(), next_openid, limit);
    let openids: Vec<String> =
        d1::rows::<(String,)>(env, &known).await?.into_iter().map(|(openid,)| openid).collect();
    if openids.is_empty() {
        let end = mark_unfollowed(account.name(), "[]", (None, runtime::now()));
        return d1::transaction(d1::TIMEOUT, env, &end).await.map(drop);
    }
    let mut asked = 0_usize;
    for batch in openids.chunks(MAX_USERS) {
        let Some(env) = env.reserve(BATCH) else { break };
        let asked_at = runtime::now();
        let told = match ask_about(batch, account, &env).await {
            // One of them is not a user of this account, and WeChat does not say which.
            Err(Error::Wechat(wechat::Error::Refused(refusal))) if refusal.errcode == INVALID_OPENID => {
                "[]".to_owned()
            }
            told => told?,
        };
        asked = asked.saturating_add(batch.len());
        let is_all = asked == openids.len() && openids.len() < limit;
        let next = if is_all { None } else { batch.last().map(String::as_str) };
        let stored = mark_unfollowed(account.name(), &told, (next, asked_at));
        d1::transaction(d1::TIMEOUT, &env, &stored).await?;
    }
    Ok(())
}

/// What WeChat says about users: a JSON array. Those who cannot be asked about are left out.
async fn ask_about(openids: &[String], account: &Account, env: &Env) -> Result<String, Error> {
    let config = runtime::config(env);
    let openids: Vec<String> =
        openids.iter().filter(|text| limits::openid("openid", text).is_ok()).cloned().collect();
    if openids.is_empty() {
        return Ok("[]".to_owned());
    }
    let users = OpenIds::parse(&openids).map_err(|invalid| Error::Runtime(invalid.to_string()))?;
    let wechat = Wechat::new(env, None, config.wechat_api()?, account)?;
    let answer = wechat.call(&batch_info(users, Language::default())).await?;
    Ok(answer.get("user_info_list").unwrap_or(&Value::Null).to_string())
}
