//! Custom menus, conditional menus, and the limits of buttons.

use sandbox::api::world::{FOLLOWERS, MINI_PROGRAM, REGULARS, UNFOLLOWED};
use serde_json::{Value, json};

use crate::{Wechat, errcode, json_of};

fn click(name: &str) -> Value {
    json!({ "type": "click", "name": name, "key": "KEY" })
}

fn view(url: &str) -> Value {
    json!({ "type": "view", "name": "看", "url": url })
}

async fn create(wechat: &Wechat, buttons: Value) -> i64 {
    errcode(&wechat.post("/cgi-bin/menu/create", json!({ "button": buttons })).await)
}

async fn add_conditional(wechat: &Wechat, button: Value, rule: Value) -> Value {
    let body = json!({ "button": [button], "matchrule": rule });
    wechat.post("/cgi-bin/menu/addconditional", body).await
}

async fn what_sees(wechat: &Wechat, user: &str) -> Value {
    let answer = wechat.post("/cgi-bin/menu/trymatch", json!({ "user_id": user })).await;
    answer.pointer("/button/0/name").or_else(|| answer.get("errcode")).cloned().unwrap()
}

#[tokio::test]
async fn a_menu_is_returned_as_created_until_it_is_deleted() {
    let wechat = Wechat::start().await;
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/get").await), 46003);
    let parent = json!({ "name": "更多", "sub_button": [click("赞一下"), view("http://example.com/")] });
    assert_eq!(create(&wechat, json!([click("今日歌曲"), parent])).await, 0);

    let menu = wechat.get("/cgi-bin/menu/get").await;
    assert!(menu["menu"]["menuid"].is_u64());
    assert_eq!(menu["menu"]["button"][0]["sub_button"], json!([]));
    assert_eq!(menu["menu"]["button"][1]["sub_button"][1]["url"], "http://example.com/");
    assert!(menu.get("conditionalmenu").is_none());

    let selfmenu = wechat.get("/cgi-bin/get_current_selfmenu_info").await;
    assert_eq!(selfmenu["is_menu_open"], 1);
    assert_eq!(selfmenu["selfmenu_info"]["button"][0], click("今日歌曲"));
    assert_eq!(selfmenu["selfmenu_info"]["button"][1]["sub_button"]["list"][0], click("赞一下"));

    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/delete").await), 0);
    assert_eq!(errcode(&wechat.get("/cgi-bin/menu/get").await), 46003);
    assert_eq!(wechat.get("/cgi-bin/get_current_selfmenu_info").await["is_menu_open"], 0);
}

#[tokio::test]
async fn invalid_top_level_buttons_are_rejected() {
    let wechat = Wechat::start().await;
    let bad = async |button: Value| create(&wechat, json!([button])).await;
    assert_eq!(create(&wechat, json!([])).await, 40016);
    assert_eq!(create(&wechat, json!([click("一"), click("二"), click("三"), click("四")])).await, 40016);
    assert_eq!(bad(json!({ "type": "nothing", "name": "按钮" })).await, 40017);
    assert_eq!(bad(click("六个汉字太长")).await, 40018);
    assert_eq!(bad(json!({ "type": "click", "name": "按钮" })).await, 40019);
    assert_eq!(bad(json!({ "type": "click", "name": "按钮", "key": "k".repeat(129) })).await, 40019);
    assert_eq!(bad(view("")).await, 40020);
    assert_eq!(bad(view(&format!("http://example.com/{}", "x".repeat(1024)))).await, 40020);
    assert_eq!(bad(view("javascript:alert(1)")).await, 40055);
    assert_eq!(bad(json!({ "type": "media_id", "name": "按钮" })).await, 40117);
    assert_eq!(bad(json!({ "type": "view_limited", "name": "按钮", "media_id": "M" })).await, 40119);
}

#[tokio::test]
async fn invalid_sub_buttons_are_rejected_with_other_codes() {
    let wechat = Wechat::start().await;
    let bad =
        async |children: Value| create(&wechat, json!([{ "name": "更多", "sub_button": children }])).await;
    assert_eq!(bad(json!([1, 2, 3, 4, 5, 6].map(|_| click("子")))).await, 40023);
    assert_eq!(bad(json!([{ "name": "子", "sub_button": [click("孙")] }])).await, 40022);
    assert_eq!(bad(json!([{ "name": "子" }])).await, 40024);
    assert_eq!(bad(json!([click(&"长".repeat(21))])).await, 40025);
    assert_eq!(bad(json!([click(&"长".repeat(20))])).await, 0);
    assert_eq!(bad(json!([{ "type": "click", "name": "子" }])).await, 40026);
    assert_eq!(bad(json!([view("")])).await, 40027);
    assert_eq!(bad(json!([view("ftp://example.com")])).await, 40054);
}

#[tokio::test]
async fn a_mini_program_must_be_linked() {
    let wechat = Wechat::start().await;
    let open = async |appid: &str| {
        let url = "http://example.com/";
        let button =
            json!({ "type": "miniprogram", "name": "小程序", "url": url, "appid": appid, "pagepath": "p" });
        create(&wechat, json!([button])).await
    };
    assert_eq!(open(MINI_PROGRAM).await, 0);
    assert_eq!(open("wx0000000000000000").await, 45064);
}

#[tokio::test]
async fn names_with_unicode_escapes_are_rejected() {
    let wechat = Wechat::start().await;
    let body = r#"{"button":[{"type":"click","name":"\u4eca","key":"K"}]}"#;
    let request = wechat.client.post(wechat.url("/cgi-bin/menu/create")).body(body);
    assert_eq!(errcode(&json_of(request).await), 40033);
}

#[tokio::test]
async fn the_newest_matching_conditional_menu_is_shown() {
    let wechat = Wechat::start().await;
    let [user, alice, ..] = FOLLOWERS;
    let regulars = json!({ "tag_id": REGULARS.to_string() });
    assert_eq!(errcode(&add_conditional(&wechat, click("早"), regulars.clone()).await), 65303);
    create(&wechat, json!([click("默认")])).await;
    assert_eq!(what_sees(&wechat, alice).await, "默认");

    let first = add_conditional(&wechat, click("老顾客"), regulars).await;
    assert!(first["menuid"].is_string());
    assert_eq!(what_sees(&wechat, alice).await, "老顾客");
    let second = add_conditional(&wechat, click("安卓"), json!({ "client_platform_type": "2" })).await;
    assert_eq!(what_sees(&wechat, alice).await, "安卓");
    assert_eq!(what_sees(&wechat, user).await, "默认");
    assert_eq!(what_sees(&wechat, "oNOBODY").await, 65302);
    assert_eq!(what_sees(&wechat, UNFOLLOWED).await, 65315);

    let menus = wechat.get("/cgi-bin/menu/get").await;
    assert_eq!(menus["conditionalmenu"][0]["matchrule"]["client_platform_type"], "2");
    let delete = async |id: &Value| {
        errcode(&wechat.post("/cgi-bin/menu/delconditional", json!({ "menuid": id })).await)
    };
    assert_eq!(delete(&second["menuid"]).await, 0);
    assert_eq!(delete(&second["menuid"]).await, 65301);
    assert_eq!(delete(&menus["menu"]["menuid"]).await, 65301);
    assert_eq!(what_sees(&wechat, alice).await, "老顾客");
}

#[tokio::test]
async fn deleting_the_menu_deletes_the_conditional_menus() {
    let wechat = Wechat::start().await;
    create(&wechat, json!([click("默认")])).await;
    add_conditional(&wechat, click("安卓"), json!({ "client_platform_type": "2" })).await;
    wechat.get("/cgi-bin/menu/delete").await;
    create(&wechat, json!([click("默认")])).await;
    assert!(wechat.get("/cgi-bin/menu/get").await.get("conditionalmenu").is_none());
}

#[tokio::test]
async fn invalid_match_rules_are_rejected() {
    let wechat = Wechat::start().await;
    create(&wechat, json!([click("默认")])).await;
    let bad = async |rule: Value| errcode(&add_conditional(&wechat, click("个性"), rule).await);
    assert_eq!(bad(Value::Null).await, 65304);
    assert_eq!(bad(json!({ "tag_id": "" })).await, 65304);
    assert_eq!(bad(json!({ "tag_id": "9999" })).await, 45159);
    assert_eq!(bad(json!({ "tag_id": "100", "sex": "1" })).await, 65320);
    for (domain, expected) in [("a", 0), ("b", 0), ("c", 0), ("a", 0), ("d", 65316)] {
        let button = view(&format!("https://{domain}.example.com/"));
        let answer = add_conditional(&wechat, button, json!({ "client_platform_type": "1" })).await;
        assert_eq!(errcode(&answer), expected, "{domain}");
    }
}
