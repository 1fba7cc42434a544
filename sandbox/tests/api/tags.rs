//! Tags and tagged users.

use sandbox::api::world::{FOLLOWERS, REGULARS, UNFOLLOWED};
use serde_json::{Value, json};

use crate::{Wechat, errcode};

async fn create(wechat: &Wechat, name: &str) -> Value {
    wechat.post("/cgi-bin/tags/create", json!({ "tag": { "name": name } })).await
}

async fn put_on(wechat: &Wechat, openids: Value, tag: &Value) -> i64 {
    let body = json!({ "openid_list": openids, "tagid": tag });
    errcode(&wechat.post("/cgi-bin/tags/members/batchtagging", body).await)
}

#[tokio::test]
async fn a_tag_is_created_renamed_and_deleted() {
    let wechat = Wechat::start().await;
    let id = create(&wechat, "新客").await["tag"]["id"].clone();
    let update = async |id: &Value, name: &str| {
        let body = json!({ "tag": { "id": id, "name": name } });
        errcode(&wechat.post("/cgi-bin/tags/update", body).await)
    };
    assert_eq!(update(&id, "新朋友").await, 0);
    assert_eq!(update(&id, "老顾客").await, 45157);
    assert_eq!(update(&json!(2), "星").await, 45058);
    assert_eq!(update(&json!(9999), "无").await, 45159);
    let tags = wechat.get("/cgi-bin/tags/get").await;
    assert_eq!(tags["tags"][1], json!({ "id": REGULARS, "name": "老顾客", "count": 2 }));
    assert_eq!(tags["tags"][2], json!({ "id": id, "name": "新朋友", "count": 0 }));

    let delete = async |id: &Value| {
        errcode(&wechat.post("/cgi-bin/tags/delete", json!({ "tag": { "id": id } })).await)
    };
    assert_eq!(delete(&json!(REGULARS)).await, 0);
    assert_eq!(delete(&json!(REGULARS)).await, 45159);
    assert_eq!(delete(&json!(0)).await, 45058);
    let alice = wechat.post("/cgi-bin/tags/getidlist", json!({ "openid": FOLLOWERS[1] })).await;
    assert_eq!(alice["tagid_list"], json!([]));
}

#[tokio::test]
async fn invalid_names_and_excess_tags_are_rejected() {
    let wechat = Wechat::start().await;
    assert_eq!(errcode(&create(&wechat, "").await), 45157);
    assert_eq!(errcode(&create(&wechat, "老顾客").await), 45157);
    assert_eq!(errcode(&create(&wechat, "十一个汉字就超过了三十").await), 45158);
    for number in 2..100 {
        assert_eq!(errcode(&create(&wechat, &number.to_string()).await), 0);
    }
    assert_eq!(errcode(&create(&wechat, "一百零一").await), 45056);
}

#[tokio::test]
async fn users_are_tagged_listed_by_tag_and_untagged() {
    let wechat = Wechat::start().await;
    let regulars = json!(REGULARS);
    assert_eq!(put_on(&wechat, json!([FOLLOWERS[0], FOLLOWERS[4]]), &regulars).await, 0);
    wechat.platform.set_page_size(3);
    let users = async |after: &str| {
        wechat.post("/cgi-bin/user/tag/get", json!({ "tagid": REGULARS, "next_openid": after })).await
    };
    let page = users("").await;
    assert_eq!(page["data"]["openid"], json!([FOLLOWERS[0], FOLLOWERS[1], FOLLOWERS[2]]));
    let page = users(page["next_openid"].as_str().unwrap()).await;
    assert_eq!((&page["count"], &page["data"]["openid"]), (&json!(1), &json!([FOLLOWERS[4]])));

    let body = json!({ "openid_list": [FOLLOWERS[0]], "tagid": REGULARS });
    assert_eq!(errcode(&wechat.post("/cgi-bin/tags/members/batchuntagging", body).await), 0);
    assert_eq!(users("").await["data"]["openid"], json!([FOLLOWERS[1], FOLLOWERS[2], FOLLOWERS[4]]));
}

#[tokio::test]
async fn if_one_member_is_invalid_no_user_is_tagged() {
    let wechat = Wechat::start().await;
    let regulars = json!(REGULARS);
    assert_eq!(put_on(&wechat, json!([FOLLOWERS[0], "oNOBODY"]), &regulars).await, 40003);
    assert_eq!(put_on(&wechat, json!([FOLLOWERS[0], UNFOLLOWED]), &regulars).await, 40003);
    assert_eq!(put_on(&wechat, json!(vec![FOLLOWERS[0]; 51]), &regulars).await, 40032);
    assert_eq!(put_on(&wechat, json!([FOLLOWERS[0]]), &json!(9999)).await, 45159);
    let tags = wechat.post("/cgi-bin/tags/getidlist", json!({ "openid": FOLLOWERS[0] })).await;
    assert_eq!(tags["tagid_list"], json!([]));
}

#[tokio::test]
async fn a_user_has_at_most_twenty_tags() {
    let wechat = Wechat::start().await;
    for number in 0..21 {
        let id = create(&wechat, &number.to_string()).await["tag"]["id"].clone();
        let expected = if number < 20 { 0 } else { 45059 };
        assert_eq!(put_on(&wechat, json!([FOLLOWERS[0]]), &id).await, expected);
    }
}
