//! Access tokens and tickets.

use std::time::Duration;

use sandbox::api::FORCED_REFRESH;
use serde_json::Value;

use crate::{APP_ID, Wechat, errcode, json_of, token_of};

async fn plain_token(wechat: &Wechat, secret: &str) -> Value {
    let query = format!("grant_type=client_credential&appid={APP_ID}&secret={secret}");
    json_of(wechat.client.get(format!("{}/cgi-bin/token?{query}", wechat.base))).await
}

#[tokio::test]
async fn plain_and_stable_tokens_do_not_invalidate_each_other() {
    let wechat = Wechat::start().await;
    let first = plain_token(&wechat, "secret").await;
    let second = plain_token(&wechat, "secret").await;
    assert_ne!(first, second);
    assert_eq!(second["expires_in"], 7200);
    assert_eq!(wechat.errcode_with(&wechat.token).await, 0);
    wechat.stable_token(true).await;
    assert_eq!(wechat.errcode_with(&token_of(&second)).await, 0);
}

#[tokio::test]
async fn a_plain_token_stays_valid_for_five_minutes_after_its_successor_is_issued() {
    let wechat = Wechat::start().await;
    let first = plain_token(&wechat, "secret").await;
    plain_token(&wechat, "secret").await;
    assert_eq!(wechat.errcode_with(&token_of(&first)).await, 0);
    wechat.platform.advance(Duration::from_mins(5));
    assert_eq!(wechat.errcode_with(&token_of(&first)).await, 40001);
}

#[tokio::test]
async fn the_stable_token_is_replaced_five_minutes_before_it_expires() {
    let wechat = Wechat::start().await;
    assert_eq!(token_of(&wechat.stable_token(false).await), wechat.token);
    wechat.platform.advance(Duration::from_mins(114));
    let same = wechat.stable_token(false).await;
    assert_eq!(token_of(&same), wechat.token);
    assert!((355..=360).contains(&same["expires_in"].as_u64().unwrap()));

    wechat.platform.advance(Duration::from_mins(2));
    assert_ne!(token_of(&wechat.stable_token(false).await), wechat.token);
    assert_eq!(wechat.errcode_with(&wechat.token).await, 0, "the old token stays valid until it expires");
    wechat.platform.advance(Duration::from_mins(5));
    assert_eq!(wechat.errcode_with(&wechat.token).await, 42001);
}

#[tokio::test]
async fn a_forced_refresh_invalidates_the_old_stable_token_at_once() {
    let wechat = Wechat::start().await;
    let forced = wechat.stable_token(true).await;
    assert_ne!(token_of(&forced), wechat.token);
    assert_eq!(wechat.errcode_with(&wechat.token).await, 40001);

    assert_eq!(token_of(&wechat.stable_token(true).await), token_of(&forced), "within 30 seconds");
    wechat.platform.advance(Duration::from_secs(30));
    assert_ne!(token_of(&wechat.stable_token(true).await), token_of(&forced));
}

#[tokio::test]
async fn forced_refreshes_have_a_daily_quota() {
    let wechat = Wechat::start().await;
    wechat.platform.set_quota(FORCED_REFRESH, 1);
    assert_eq!(errcode(&wechat.stable_token(true).await), 0);
    wechat.platform.advance(Duration::from_secs(30));
    assert_eq!(errcode(&wechat.stable_token(true).await), 45009);
    assert_eq!(errcode(&wechat.stable_token(false).await), 0);
    wechat.platform.advance(Duration::from_hours(24));
    assert_eq!(errcode(&wechat.stable_token(true).await), 0);
}

#[tokio::test]
async fn a_replaced_token_fails_with_40001_and_an_expired_token_with_42001() {
    let wechat = Wechat::start().await;
    wechat.platform.expire_tokens();
    assert_eq!(wechat.errcode_with(&wechat.token).await, 42001);
    let second = wechat.stable_token(false).await;
    assert_eq!(wechat.errcode_with(&token_of(&second)).await, 0);

    wechat.platform.replace_tokens();
    assert_eq!(wechat.errcode_with(&token_of(&second)).await, 40001);
    let third = wechat.stable_token(false).await;
    assert_eq!(wechat.errcode_with(&token_of(&third)).await, 0);
}

#[tokio::test]
async fn a_token_expires_after_expires_in() {
    let wechat = Wechat::start().await;
    wechat.platform.set_token_lifetime(Duration::from_mins(10));
    let short = plain_token(&wechat, "secret").await;
    assert_eq!(short["expires_in"], 600);
    wechat.platform.advance(Duration::from_mins(10));
    assert_eq!(wechat.errcode_with(&token_of(&short)).await, 42001);
    assert_eq!(wechat.errcode_with(&wechat.token).await, 0);
}

#[tokio::test]
async fn invalid_credentials_are_rejected_with_specific_codes() {
    let wechat = Wechat::start().await;
    assert_eq!(errcode(&plain_token(&wechat, "wrong").await), 40125);
    assert_eq!(errcode(&plain_token(&wechat, "").await), 41004);
    let ask = async |body: &'static str| {
        let url = format!("{}/cgi-bin/stable_token", wechat.base);
        errcode(&json_of(wechat.client.post(url).body(body)).await)
    };
    assert_eq!(ask(r#"{"grant_type":"x"}"#).await, 40002);
    assert_eq!(ask(r#"{"grant_type":"client_credential"}"#).await, 41002);
    assert_eq!(ask(r#"{"grant_type":"client_credential","appid":"wx0","secret":"s"}"#).await, 40013);
    assert_eq!(ask("grant_type=client_credential").await, 47001);
    assert_eq!(ask("").await, 44002);
}

#[tokio::test]
async fn each_type_has_one_ticket_until_it_expires() {
    let wechat = Wechat::start().await;
    let jsapi = wechat.get("/cgi-bin/ticket/getticket?type=jsapi").await;
    assert_eq!((&jsapi["errcode"], &jsapi["expires_in"]), (&0.into(), &7200.into()));
    let again = wechat.get("/cgi-bin/ticket/getticket?type=jsapi").await;
    assert_eq!(again["ticket"], jsapi["ticket"]);
    let card = wechat.get("/cgi-bin/ticket/getticket?type=wx_card").await;
    assert_ne!(card["ticket"], jsapi["ticket"]);
    assert_eq!(errcode(&wechat.get("/cgi-bin/ticket/getticket?type=other").await), 40097);
}
