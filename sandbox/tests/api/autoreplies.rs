//! The auto-replies that were created in the account's console.

use serde_json::{Value, json};

use crate::{Wechat, errcode, json_of};

const PATH: &str = "/cgi-bin/get_current_autoreply_info";
const RULES: &str = "/keyword_autoreply_info/list";

#[tokio::test]
async fn auto_replies_include_a_follow_reply_a_default_reply_and_keyword_rules() {
    let wechat = Wechat::start().await;
    let answer = wechat.get(PATH).await;
    assert_eq!((&answer["is_add_friend_reply_open"], &answer["is_autoreply_open"]), (&json!(1), &json!(1)));
    assert_eq!(answer["add_friend_autoreply_info"]["type"], "text");
    assert_eq!(answer["message_default_autoreply_info"]["type"], "text");
    let rules = answer.pointer(RULES).and_then(Value::as_array).unwrap();
    let modes: Vec<_> = rules.iter().map(|rule| rule["reply_mode"].as_str().unwrap()).collect();
    assert_eq!(modes, ["random_one", "random_one", "reply_all"]);
    assert_eq!(
        rules[2]["keyword_list_info"],
        json!([
            { "type": "text", "match_mode": "equal", "content": "价格" },
            { "type": "text", "match_mode": "contain", "content": "多少钱" },
        ])
    );
    assert_eq!(rules[2]["reply_list_info"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn pictures_get_a_new_media_id_on_each_call() {
    let wechat = Wechat::start().await;
    let media_id = async || {
        let answer = wechat.get(PATH).await;
        let reply = answer.pointer(&format!("{RULES}/0/reply_list_info/0")).unwrap();
        assert_eq!(reply["type"], "img");
        reply["content"].as_str().unwrap().to_owned()
    };
    let (first, second) = (media_id().await, media_id().await);
    assert_ne!(first, second);
    for media_id in [first, second] {
        let url = wechat.url(&format!("/cgi-bin/media/get?media_id={media_id}"));
        let picture = wechat.client.get(url).send().await.unwrap();
        assert_eq!(picture.headers()["content-type"], "image/jpeg");
    }
}

#[tokio::test]
async fn auto_replies_require_get_and_a_token() {
    let wechat = Wechat::start().await;
    assert_eq!(errcode(&wechat.post(PATH, json!({})).await), 43001);
    let without = json_of(wechat.client.get(format!("{}{PATH}", wechat.base))).await;
    assert_eq!(errcode(&without), 41001);
}
