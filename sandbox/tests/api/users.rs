//! Users, remarks, and the blacklist.

use sandbox::api::world::{FOLLOWERS, REGULARS, UNFOLLOWED};
use serde_json::{Value, json};

use crate::{Wechat, errcode};

#[tokio::test]
async fn followers_are_described_but_users_who_unfollowed_are_not() {
    let wechat = Wechat::start().await;
    let alice = wechat.get(&format!("/cgi-bin/user/info?openid={}&lang=zh_CN", FOLLOWERS[1])).await;
    assert_eq!(alice["subscribe"], 1);
    assert_eq!(alice["tagid_list"], json!([REGULARS]));
    assert_eq!(alice["nickname"], "");
    let gone = wechat.get(&format!("/cgi-bin/user/info?openid={UNFOLLOWED}")).await;
    assert_eq!(gone, json!({ "subscribe": 0, "openid": UNFOLLOWED, "tagid_list": [] }));
    assert_eq!(errcode(&wechat.get("/cgi-bin/user/info?openid=oNOBODY").await), 40003);
    assert_eq!(errcode(&wechat.get("/cgi-bin/user/info").await), 40003);
}

#[tokio::test]
async fn at_most_a_hundred_users_are_described_at_once() {
    let wechat = Wechat::start().await;
    let ask = async |count: usize| {
        let list = vec![json!({ "openid": FOLLOWERS[0], "lang": "zh_CN" }); count];
        wechat.post("/cgi-bin/user/info/batchget", json!({ "user_list": list })).await
    };
    assert_eq!(ask(100).await["user_info_list"].as_array().unwrap().len(), 100);
    assert_eq!(errcode(&ask(101).await), 40032);
    assert_eq!(errcode(&ask(0).await), 40031);
}

#[tokio::test]
async fn followers_are_listed_in_pages() {
    let wechat = Wechat::start().await;
    let list = wechat.get("/cgi-bin/user/get").await;
    assert_eq!((&list["total"], &list["count"]), (&json!(5), &json!(5)));
    assert_eq!(list["data"]["openid"], json!(FOLLOWERS));

    wechat.platform.set_page_size(2);
    let mut seen = Vec::new();
    let mut next = String::new();
    loop {
        let page = wechat.get(&format!("/cgi-bin/user/get?next_openid={next}")).await;
        next = page["next_openid"].as_str().unwrap().to_owned();
        let Some(openids) = page.pointer("/data/openid").and_then(Value::as_array) else {
            assert_eq!((&page["count"], next.as_str()), (&json!(0), ""));
            break;
        };
        seen.extend(openids.iter().map(|openid| openid.as_str().unwrap().to_owned()));
    }
    assert_eq!(seen, FOLLOWERS);
    assert_eq!(errcode(&wechat.get("/cgi-bin/user/get?next_openid=oNOBODY").await), 40003);
}

#[tokio::test]
async fn a_remark_must_be_shorter_than_thirty_bytes() {
    let wechat = Wechat::start().await;
    let remark = async |openid: &str, remark: &str| {
        let body = json!({ "openid": openid, "remark": remark });
        errcode(&wechat.post("/cgi-bin/user/info/updateremark", body).await)
    };
    assert_eq!(remark(FOLLOWERS[0], "老王").await, 0);
    assert_eq!(remark(FOLLOWERS[0], "十个汉字正好三十字节了").await, 40092);
    assert_eq!(remark(UNFOLLOWED, "走了").await, 43004);
    let info = wechat.get(&format!("/cgi-bin/user/info?openid={}", FOLLOWERS[0])).await;
    assert_eq!(info["remark"], "老王");
}

#[tokio::test]
async fn users_are_blocked_and_unblocked() {
    let wechat = Wechat::start().await;
    let change = async |verb: &str, list: Value| {
        let path = format!("/cgi-bin/tags/members/{verb}");
        errcode(&wechat.post(&path, json!({ "openid_list": list })).await)
    };
    let blocked =
        async || wechat.post("/cgi-bin/tags/members/getblacklist", json!({ "begin_openid": "" })).await;
    assert_eq!(change("batchblacklist", json!([FOLLOWERS[2]])).await, 0);
    let list = blocked().await;
    assert_eq!((&list["total"], &list["data"]["openid"]), (&json!(1), &json!([FOLLOWERS[2]])));
    assert_eq!(change("batchunblacklist", json!([FOLLOWERS[2]])).await, 0);
    assert!(blocked().await.get("data").is_none());
    assert_eq!(change("batchblacklist", json!(["oNOBODY"])).await, 40003);
    assert_eq!(change("batchblacklist", json!(vec![FOLLOWERS[2]; 21])).await, 40032);
}
