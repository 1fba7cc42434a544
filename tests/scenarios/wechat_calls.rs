//! Every call of WeChat's API, byte for byte: method, URL and body.

use mp_worker::config::ApiBase;
use mp_worker::secret::Secret;
use mp_worker::wechat::user::{Language, Remark};
use mp_worker::wechat::{
    Call, Method, OpenIds, autoreply, base, blacklist, custom_message, menu, qrcode, tag, template, token,
    user,
};

use crate::world::{APP_ID, app_id, url};

/// Asserts that the call has a token and no body.
fn get(call: &Call, expected: &str) {
    assert_eq!((call.method(), call.body()), (Method::Get, None), "{expected}");
    assert_eq!(url(call), expected);
    assert!(call.needs_token(), "{expected}");
}

/// Asserts that the call has a token and this body.
fn post(call: &Call, path: &str, body: &str) {
    assert_eq!((call.method(), call.path()), (Method::Post, path), "{body}");
    assert_eq!(call.body(), Some(body), "{path}");
    assert_eq!(url(call), format!("{path}?access_token=T"));
    assert!(call.needs_token(), "{path}");
}

fn openids(count: usize) -> Vec<String> {
    (1..=count).map(|index| format!("o{index}")).collect()
}

#[test]
fn the_access_token_is_requested_without_a_token() {
    let check = |force: bool, body: &str| {
        let call = token::stable_token(&app_id(APP_ID), &Secret::new("APP\"SECRET"), force);
        assert_eq!((call.method(), url(&call).as_str()), (Method::Post, "/cgi-bin/stable_token"));
        assert_eq!(call.body(), Some(body));
        assert!(!call.needs_token());
    };
    check(
        false,
        r#"{"appid":"wx0123456789abcdef","force_refresh":false,"grant_type":"client_credential","secret":"APP\"SECRET"}"#,
    );
    check(
        true,
        r#"{"appid":"wx0123456789abcdef","force_refresh":true,"grant_type":"client_credential","secret":"APP\"SECRET"}"#,
    );
}

#[test]
fn the_ticket_is_requested_with_a_token() {
    get(&token::jsapi_ticket(), "/cgi-bin/ticket/getticket?access_token=T&type=jsapi");
}

#[test]
fn ip_addresses_callback_checks_and_quotas() {
    get(&base::callback_addresses(), "/cgi-bin/getcallbackip?access_token=T");
    get(&base::api_addresses(), "/cgi-bin/get_api_domain_ip?access_token=T");
    let all = r#"{"action":"all","check_operator":"DEFAULT"}"#;
    post(&base::check_callback(), "/cgi-bin/callback/check", all);
    let path = r#"{"cgi_path":"/cgi-bin/message/custom/send"}"#;
    post(&base::quota(custom_message::SEND_PATH), "/cgi-bin/openapi/quota/get", path);
    post(&base::clear_quota("wx1"), "/cgi-bin/clear_quota", r#"{"appid":"wx1"}"#);
}

#[test]
fn the_consoles_auto_replies() {
    get(&autoreply::current(), "/cgi-bin/get_current_autoreply_info?access_token=T");
}

#[test]
fn the_blacklist() {
    let path = |name: &str| format!("/cgi-bin/tags/members/{name}");
    post(&blacklist::list(""), &path("getblacklist"), r#"{"begin_openid":""}"#);
    post(&blacklist::list("o1"), &path("getblacklist"), r#"{"begin_openid":"o1"}"#);
    let two = r#"{"openid_list":["o1","o2"]}"#;
    let users = openids(2);
    post(&blacklist::block(OpenIds::parse(&users).unwrap()), &path("batchblacklist"), two);
    post(&blacklist::unblock(OpenIds::parse(&users).unwrap()), &path("batchunblacklist"), two);
}

#[test]
fn a_call_rejects_more_users_than_wechat_accepts() {
    fn check<const MAX: usize>(expected: usize) {
        assert_eq!(MAX, expected);
        let too_many = OpenIds::<MAX>::parse(&openids(MAX + 1)).err().unwrap();
        assert_eq!(too_many.to_string(), format!("openid_list must contain 1 to {MAX} OpenIDs"));
        assert_eq!(OpenIds::<MAX>::parse(&[]).err().unwrap(), too_many);
        assert!(OpenIds::<MAX>::parse(&openids(MAX)).is_ok());
        let empty = ["o1".to_owned(), " ".to_owned()];
        assert_eq!(OpenIds::<MAX>::parse(&empty).err().unwrap().to_string(), "openid_list[1] is empty");
    }
    check::<{ blacklist::MAX_USERS }>(20);
    check::<{ tag::MAX_USERS }>(50);
    check::<{ user::MAX_USERS }>(100);
}

#[test]
fn users() {
    let info = |openid: &str, lang: Language, query: &str| {
        get(&user::info(openid, lang), &format!("/cgi-bin/user/info?access_token=T&{query}"));
    };
    info(
        "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
        Language::default(),
        "openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M&lang=zh_CN",
    );
    info("o1", Language::TraditionalChinese, "openid=o1&lang=zh_TW");
    info("o1", Language::English, "openid=o1&lang=en");
    post(
        &user::batch_info(OpenIds::parse(&openids(2)).unwrap(), Language::SimplifiedChinese),
        "/cgi-bin/user/info/batchget",
        r#"{"user_list":[{"lang":"zh_CN","openid":"o1"},{"lang":"zh_CN","openid":"o2"}]}"#,
    );
    get(&user::list(""), "/cgi-bin/user/get?access_token=T&next_openid=");
    get(&user::list("o1"), "/cgi-bin/user/get?access_token=T&next_openid=o1");
    let remark = "/cgi-bin/user/info/updateremark";
    post(
        &user::remark("o1", Remark::parse("老客户").unwrap()),
        remark,
        r#"{"openid":"o1","remark":"老客户"}"#,
    );
    post(&user::remark("o1", Remark::parse("").unwrap()), remark, r#"{"openid":"o1","remark":""}"#);
}

#[test]
fn tags() {
    let name = |name: &'static str| tag::Name::parse(name).unwrap();
    post(&tag::create(name("广东")), "/cgi-bin/tags/create", r#"{"tag":{"name":"广东"}}"#);
    get(&tag::list(), "/cgi-bin/tags/get?access_token=T");
    post(&tag::rename(134, name("广东人")), "/cgi-bin/tags/update", r#"{"tag":{"id":134,"name":"广东人"}}"#);
    post(&tag::delete(134), "/cgi-bin/tags/delete", r#"{"tag":{"id":134}}"#);
    post(&tag::users(134, ""), "/cgi-bin/user/tag/get", r#"{"next_openid":"","tagid":134}"#);
    let two = r#"{"openid_list":["o1","o2"],"tagid":134}"#;
    let users = openids(2);
    let users = OpenIds::parse(&users).unwrap();
    post(&tag::tag_users(134, users), "/cgi-bin/tags/members/batchtagging", two);
    post(&tag::untag_users(134, users), "/cgi-bin/tags/members/batchuntagging", two);
    post(&tag::of_user("o1"), "/cgi-bin/tags/getidlist", r#"{"openid":"o1"}"#);
}

#[test]
fn qr_codes() {
    let check = |code: &str, body: &str| {
        let code = serde_json::from_str(code).unwrap();
        post(&qrcode::create(&code), "/cgi-bin/qrcode/create", body);
    };
    check(
        r#"{"scene_id": 123, "expire_seconds": 604800}"#,
        r#"{"action_info":{"scene":{"scene_id":123}},"action_name":"QR_SCENE","expire_seconds":604800}"#,
    );
    check(
        r#"{"scene_str": "test", "expire_seconds": 604800}"#,
        r#"{"action_info":{"scene":{"scene_str":"test"}},"action_name":"QR_STR_SCENE","expire_seconds":604800}"#,
    );
    check(
        r#"{"scene_id": 123}"#,
        r#"{"action_info":{"scene":{"scene_id":123}},"action_name":"QR_LIMIT_SCENE"}"#,
    );
    check(
        r#"{"scene_str": "海报"}"#,
        r#"{"action_info":{"scene":{"scene_str":"海报"}},"action_name":"QR_LIMIT_STR_SCENE"}"#,
    );
}

#[test]
fn the_picture_of_a_qr_code_needs_no_token() {
    let check = |ticket: &str, escaped: &str| {
        let expected = format!("https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket={escaped}");
        assert_eq!(qrcode::image_url(ticket), expected);
    };
    check("gQH47joAAAAAAAAAASxodHRw", "gQH47joAAAAAAAAAASxodHRw");
    check("a/b+c==&d", "a%2Fb%2Bc%3D%3D%26d");
}

#[test]
fn templates() {
    let send = |json: &str| {
        post(&template::send(&serde_json::from_str(json).unwrap()), "/cgi-bin/message/template/send", json);
    };
    send(r#"{"touser":"OPENID","template_id":"T","data":{"thing1":{"value":"巧克力"}}}"#);
    send(concat!(
        r#"{"touser":"OPENID","template_id":"ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY","#,
        r#""url":"http://weixin.qq.com/download","#,
        r#""miniprogram":{"appid":"xiaochengxuappid12345","pagepath":"index?foo=bar"},"#,
        r##""data":{"keyword1":{"value":"巧克力","color":"#173177"},"keyword2":{"value":"39.8元"}},"##,
        r#""client_msg_id":"MSG_000001"}"#
    ));
    get(&template::list(), "/cgi-bin/template/get_all_private_template?access_token=T");
    let delete = "/cgi-bin/template/del_private_template";
    post(&template::delete("Dyvp3"), delete, r#"{"template_id":"Dyvp3"}"#);
}

#[test]
fn customer_service_messages() {
    let send = |rest: &str| {
        let json = format!(r#"{{"touser":"OPENID",{rest}}}"#);
        let message = serde_json::from_str(&json).unwrap();
        post(&custom_message::send(&message), "/cgi-bin/message/custom/send", &json);
        assert_eq!(message.check(), Ok(()), "{json}");
    };
    // Only the required JSON escapes: no \u4f60, no \/, no \u003c.
    send(r#""msgtype":"text","text":{"content":"你好，<a href=\"http://www.qq.com\">点我</a>\n😀"}"#);
    send(r#""msgtype":"image","image":{"media_id":"MEDIA_ID"}"#);
    send(r#""msgtype":"voice","voice":{"media_id":"MEDIA_ID"}"#);
    send(r#""msgtype":"video","video":{"media_id":"M","thumb_media_id":"T"}"#);
    send(r#""msgtype":"video","video":{"media_id":"M","thumb_media_id":"T","title":"t","description":"d"}"#);
    send(concat!(
        r#""msgtype":"music","music":{"title":"t","description":"d","musicurl":"http://a/b.mp3","#,
        r#""hqmusicurl":"http://a/c.mp3","thumb_media_id":"T"}"#
    ));
    send(concat!(
        r#""msgtype":"news","news":{"articles":[{"title":"Happy Day","description":"Is Really A Happy Day","#,
        r#""url":"URL","picurl":"PIC_URL"}]}"#
    ));
    send(r#""msgtype":"mpnews","mpnews":{"media_id":"MEDIA_ID"}"#);
    send(r#""msgtype":"mpnewsarticle","mpnewsarticle":{"article_id":"ARTICLE_ID"}"#);
    send(concat!(
        r#""msgtype":"msgmenu","msgmenu":{"head_content":"您对本次服务是否满意呢? ","#,
        r#""list":[{"id":"101","content":"满意"},{"id":"102","content":"不满意"}],"tail_content":"欢迎再次光临"}"#
    ));
    send(r#""msgtype":"wxcard","wxcard":{"card_id":"123dsdajkasd231jhksad"}"#);
    send(concat!(
        r#""msgtype":"miniprogrampage","miniprogrampage":{"title":"title","appid":"appid","#,
        r#""pagepath":"pagepath?a=1&b=2","thumb_media_id":"thumb_media_id"}"#
    ));
    send(r#""msgtype":"link","link":{"title":"t","description":"d","url":"u","thumb_url":"p"}"#);
    send(r#""msgtype":"text","text":{"content":"x"},"customservice":{"kf_account":"test1@kftest"}"#);
}

#[test]
fn the_typing_indicator_is_shown_and_hidden() {
    let path = "/cgi-bin/message/custom/typing";
    post(&custom_message::typing("o1", true), path, r#"{"command":"Typing","touser":"o1"}"#);
    post(&custom_message::typing("o1", false), path, r#"{"command":"CancelTyping","touser":"o1"}"#);
}

#[test]
fn menus() {
    let create =
        |json: &str, path: &str| post(&menu::create(&serde_json::from_str(json).unwrap()), path, json);
    create(
        concat!(
            r#"{"button":[{"name":"今日歌曲","type":"click","key":"V1001_TODAY_MUSIC"},"#,
            r#"{"name":"菜单","sub_button":[{"name":"搜索","type":"view","url":"http://www.soso.com/?a=1&b=<2>"},"#,
            r#"{"name":"wxa","type":"miniprogram","url":"http://mp.weixin.qq.com","appid":"wx286b93c14bbf93aa","#,
            r#""pagepath":"pages/lunar/index"}]}]}"#
        ),
        "/cgi-bin/menu/create",
    );
    create(
        concat!(
            r#"{"button":[{"name":"扫码带提示","type":"scancode_waitmsg","key":"a"},"#,
            r#"{"name":"扫码推事件","type":"scancode_push","key":"b"},"#,
            r#"{"name":"发图","sub_button":[{"name":"系统拍照发图","type":"pic_sysphoto","key":"c"},"#,
            r#"{"name":"拍照或者相册发图","type":"pic_photo_or_album","key":"d"},"#,
            r#"{"name":"微信相册发图","type":"pic_weixin","key":"e"},"#,
            r#"{"name":"发送位置","type":"location_select","key":"f"}]}]}"#
        ),
        "/cgi-bin/menu/create",
    );
    create(
        concat!(
            r#"{"button":[{"name":"图片","type":"media_id","media_id":"M"},"#,
            r#"{"name":"发布","type":"article_id","article_id":"A"},"#,
            r#"{"name":"更多","sub_button":[{"name":"图文","type":"view_limited","media_id":"M"},"#,
            r#"{"name":"文章","type":"article_view_limited","article_id":"A"}]}],"#,
            r#""matchrule":{"tag_id":"2","client_platform_type":"2"}}"#
        ),
        "/cgi-bin/menu/addconditional",
    );
    get(&menu::list(), "/cgi-bin/menu/get?access_token=T");
    get(&menu::delete_all(), "/cgi-bin/menu/delete?access_token=T");
    get(&menu::current(), "/cgi-bin/get_current_selfmenu_info?access_token=T");
    post(&menu::delete("208379533"), "/cgi-bin/menu/delconditional", r#"{"menuid":"208379533"}"#);
    post(&menu::try_match("weixin"), "/cgi-bin/menu/trymatch", r#"{"user_id":"weixin"}"#);
}

#[test]
fn the_url_consists_of_base_path_token_and_parameters() {
    let check = |base: &str, token: Option<&str>, call: &Call, expected: &str| {
        let url = call.url(&ApiBase::parse(base).unwrap(), token.map(Secret::new).as_ref());
        assert_eq!(url, expected);
    };
    let ticket = token::jsapi_ticket();
    let weixin = "https://api.weixin.qq.com";
    check(
        weixin,
        Some("T"),
        &ticket,
        "https://api.weixin.qq.com/cgi-bin/ticket/getticket?access_token=T&type=jsapi",
    );
    check(weixin, None, &ticket, "https://api.weixin.qq.com/cgi-bin/ticket/getticket?type=jsapi");
    check(weixin, None, &menu::list(), "https://api.weixin.qq.com/cgi-bin/menu/get");
    assert_eq!(ApiBase::official().as_str(), weixin);

    // A relay with its own path.
    let relayed = "https://relay.example.com:8080/wechat/v1/cgi-bin/menu/get?access_token=T";
    check("https://relay.example.com:8080/wechat/v1", Some("T"), &menu::list(), relayed);
    check("https://relay.example.com:8080/wechat/v1/", Some("T"), &menu::list(), relayed);

    // Special characters in a value are escaped.
    let odd = user::list("a&b=c#d?e/f+g h%i\n你");
    let escaped = "next_openid=a%26b%3Dc%23d%3Fe%2Ff%2Bg+h%25i%0A%E4%BD%A0";
    check(weixin, Some("T"), &odd, &format!("{weixin}/cgi-bin/user/get?access_token=T&{escaped}"));
    let token = "90_a-b_c&type=x+/=";
    let expected = "https://api.weixin.qq.com/cgi-bin/menu/get?access_token=90_a-b_c%26type%3Dx%2B%2F%3D";
    check(weixin, Some(token), &menu::list(), expected);
}
