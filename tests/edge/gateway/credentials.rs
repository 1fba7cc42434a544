//! Gateway credentials: how they are issued, and which calls they allow.

use std::time::Duration;

use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::accounts::{APP_ID, APP_SECRET, ROOT};
use crate::machine::Machine;

use super::{credential, get, make_key, post};

tests![
    an_api_key_used_as_the_secret_gets_a_gateway_credential,
    a_key_may_make_the_calls_that_its_scopes_allow,
    a_credential_expires_with_its_key,
    tickets_are_cached_and_pictures_and_user_tokens_pass_through,
    every_call_is_logged_without_its_query,
];

async fn an_api_key_used_as_the_secret_gets_a_gateway_credential() {
    let machine = Machine::with_accounts().await;
    let (key, _) = make_key(&machine, &["menu:read"]).await;
    let query = format!("/cgi-bin/token?secret={key}&grant_type=client_credential&appid={APP_ID}");
    let answer = get(&machine, &query).await;
    assert!(answer["access_token"].as_str().unwrap().starts_with("mpg."), "{answer}");
    assert!(answer["expires_in"].as_i64().is_some_and(|left| (7190..=7200).contains(&left)), "{answer}");
    let body = json!({ "grant_type": "client_credential", "appid": APP_ID, "secret": key }).to_string();
    for path in ["/cgi-bin/stable_token", "/gw/cgi-bin/stable_token", "/gw/default/cgi-bin/stable_token"] {
        // reqwest sends no content type here, as wechatpy does.
        assert!(post(&machine, path, body.clone()).await["access_token"].is_string(), "{path}");
    }
    let refused = async |appid: &str, secret: &str| {
        get(&machine, &format!("/cgi-bin/token?appid={appid}&secret={secret}")).await["errcode"].clone()
    };
    assert_eq!(refused("wx9999999999999999", &key).await, 40013);
    assert_eq!(refused(APP_ID, "wrong").await, 40125);
    assert_eq!(refused(APP_ID, APP_SECRET).await, 40125, "the real secret is rejected");
    assert_eq!(refused(APP_ID, &key.replace("mpk_", "mpk_0")).await, 40125);
    assert_eq!(post(&machine, "/cgi-bin/stable_token", "appid").await["errcode"], 47001);
    assert_eq!(
        get(&machine, &format!("/gw/plain/cgi-bin/token?appid={APP_ID}&secret={key}")).await["errcode"],
        40013
    );
}

async fn a_key_may_make_the_calls_that_its_scopes_allow() {
    let machine = Machine::with_accounts().await;
    let (key, id) = make_key(&machine, &["menu:read", "tag:write"]).await;
    let token = credential(&machine, &key).await;
    let errcode =
        async |path: &str| get(&machine, &format!("{path}?access_token={token}")).await["errcode"].clone();
    assert_eq!(errcode("/cgi-bin/tags/get").await, Value::Null);
    let refused = get(&machine, &format!("/cgi-bin/user/get?access_token={token}")).await;
    assert_eq!(refused["errcode"], 48001);
    assert!(refused["errmsg"].as_str().unwrap().contains("lacks the scope user:read"), "{refused}");
    assert_eq!(errcode("/cgi-bin/menu/delete").await, 48001);
    let unknown = get(&machine, &format!("/cgi-bin/something/new?access_token={token}")).await;
    assert!(unknown["errmsg"].as_str().unwrap().contains("the scope *"), "{unknown}");
    assert_eq!(machine.wechat.count("/cgi-bin/something/new"), 0, "WeChat was not called");
    // The API key itself is accepted too, in the query and in the header.
    assert_eq!(get(&machine, &format!("/cgi-bin/tags/get?access_token={key}")).await["errcode"], Value::Null);
    assert_eq!(
        get(&machine, &format!("/gw/second/cgi-bin/tags/get?access_token={token}")).await["errcode"],
        48001
    );
    assert_eq!(get(&machine, "/cgi-bin/tags/get").await["errcode"], 41001);
    assert_eq!(
        get(&machine, "/cgi-bin/tags/get?access_token=61_a-real-token-of-wechat").await["errcode"],
        48001
    );
    let damaged = format!("{}x", &token[..token.len() - 1]);
    assert_eq!(
        get(&machine, &format!("/cgi-bin/tags/get?access_token={damaged}")).await["errcode"],
        42001,
        "the SDK has to renew its credential"
    );

    let (status, _) = machine.api("key/revoke", &json!({ "id": id })).await;
    assert_eq!(status, 200);
    let dead = get(&machine, &format!("/cgi-bin/tags/get?access_token={token}")).await;
    assert_eq!(dead["errcode"], 48001, "a revoked key must not make SDKs retry forever");
    let again = get(&machine, &format!("/cgi-bin/token?appid={APP_ID}&secret={key}")).await;
    assert_eq!(again["errcode"], 40125);
}

async fn a_credential_expires_with_its_key() {
    let mut machine = Machine::start().await;
    let now: i64 = now_in_seconds().parse().unwrap();
    let body = json!({ "name": "short", "scopes": ["tag:read"], "expires_at": now + 600 });
    let key = machine.ok("key/create", body).await["key"].as_str().unwrap().to_owned();
    let credential = format!("/cgi-bin/token?appid={APP_ID}&secret={key}");
    let answer = get(&machine, &credential).await;
    assert!(answer["expires_in"].as_i64().is_some_and(|left| left <= 600), "{answer}");
    let call = format!("/cgi-bin/tags/get?access_token={}", answer["access_token"].as_str().unwrap());
    assert!(get(&machine, &call).await["tags"].is_array());
    machine.advance(Duration::from_mins(10)).await;
    assert_eq!(get(&machine, &call).await["errcode"], 42001);
    assert_eq!(get(&machine, &credential).await["errcode"], 40125);
}

async fn tickets_are_cached_and_pictures_and_user_tokens_pass_through() {
    let machine = Machine::start().await;
    let (key, _) = make_key(&machine, &["jssdk:read", "user:read"]).await;
    let token = credential(&machine, &key).await;
    let ticket =
        async || get(&machine, &format!("/cgi-bin/ticket/getticket?access_token={token}&type=jsapi")).await;
    let first = ticket().await;
    assert_eq!((&first["errcode"], first["ticket"].is_string()), (&json!(0), true), "{first}");
    let asked = machine.wechat.count("/cgi-bin/ticket/getticket");
    assert_eq!(ticket().await["ticket"], first["ticket"]);
    assert_eq!(machine.wechat.count("/cgi-bin/ticket/getticket"), asked, "the ticket is cached");

    let with_token = machine.url(&format!("/cgi-bin/showqrcode?access_token={token}&ticket=g2&x={key}"));
    machine.client.get(with_token).send().await.unwrap();
    let calls = machine.wechat.calls();
    let seen = calls.iter().rev().find(|call| call.path == "/cgi-bin/showqrcode").expect("the call arrived");
    assert_eq!(seen.query_string, "ticket=g2", "the other host gets no key and no token");
    let picture = machine.client.get(machine.url("/cgi-bin/showqrcode?ticket=g%3D%3D")).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/jpg");
    assert_eq!(picture.bytes().await.unwrap().as_ref(), b"\xff\xd8\xff\xd9");

    let oauth = async |appid: &str, secret: &str| {
        let query = format!("appid={appid}&secret={secret}&code=C1&grant_type=authorization_code");
        get(&machine, &format!("/sns/oauth2/access_token?{query}")).await
    };
    let authorized = oauth(APP_ID, &key).await;
    assert_eq!(authorized["access_token"], "SNS_C1", "the worker inserted the real secret: {authorized}");
    assert_eq!(oauth(APP_ID, "wrong").await["errcode"], 40125);
    assert_eq!(oauth("wx9999999999999999", &key).await["errcode"], 40013);
    let (poor, _) = make_key(&machine, &["menu:read"]).await;
    assert_eq!(oauth(APP_ID, &poor).await["errcode"], 48001);
    let user = get(&machine, "/sns/userinfo?access_token=SNS_C1&openid=o1&lang=zh_CN").await;
    assert_eq!(user["openid"], "o1", "a user's own token is passed on unchanged");

    machine.wechat.forget_calls();
    let refused = async |query: &str| get(&machine, query).await["errcode"].clone();
    assert_eq!(refused(&format!("/sns/userinfo?access_token={token}&openid=o1")).await, 48001);
    assert_eq!(refused(&format!("/sns/userinfo?access_token={ROOT}&openid=o1")).await, 48001);
    assert_eq!(refused("/sns/something/else?access_token=SNS_C1").await, 48001, "unknown paths are rejected");
    let form = format!("appid={APP_ID}&secret={key}&code=C1");
    assert_eq!(post(&machine, "/sns/oauth2/access_token", form).await["errcode"], 43001);
    let body = json!({ "appid": APP_ID, "appsecret": key }).to_string();
    let quota = post(&machine, &format!("/cgi-bin/clear_quota/v2?access_token={ROOT}"), body).await;
    assert_eq!(quota["errcode"], 48001, "an API key in a body is not forwarded: {quota}");
    let seen: Vec<String> = machine.wechat.calls().into_iter().map(|call| call.path).collect();
    assert!(!seen.iter().any(|path| path.starts_with("/sns/") || path.contains("clear_quota")), "{seen:?}");
}

async fn every_call_is_logged_without_its_query() {
    let machine = Machine::start().await;
    let (key, id) = make_key(&machine, &["tag:read"]).await;
    let token = credential(&machine, &key).await;
    get(&machine, &format!("/cgi-bin/tags/getidlist?access_token={token}&openid=oPRIVATE")).await;
    let path = "/cgi-bin/tags/getidlist";
    let line = machine.until_logged("request", |line| line["call"] == path).await;
    assert_eq!((&line["key"], &line["account"]), (&json!(id), &json!("default")));
    assert_eq!((&line["route"], &line["status"]), (&json!("gateway"), &json!(200)));
    assert!(line["errcode"].is_i64() && line["ms"].is_i64(), "{line}");
    let log = machine.log();
    assert!(!log.contains(&token) && !log.contains(&key) && !log.contains("oPRIVATE"), "{log}");
}
