//! Requests that the JSON API rejects before it calls WeChat, and the field that each error names.

use mp_worker::api::message::MessagePlan;
use mp_worker::api::{Error, MAX_BODY_BYTES, Plan, endpoints};
use mp_worker::invalid::Invalid;
use mp_worker::wechat::custom_message;
use serde_json::json;

use crate::world::planned;

fn check(path: &str, body: &str, field: &str, complaint: &str) {
    let Err(Error::InvalidParameter(invalid)) = planned(path, body) else { panic!("{path} {body}") };
    assert_eq!((invalid.field.as_str(), invalid.complaint.as_str()), (field, complaint), "{path} {body}");
}

#[test]
fn every_call_rejects_a_body_that_is_not_a_json_object() {
    for endpoint in endpoints() {
        let check = |body: &str, complaint: &str| {
            let Err(Error::InvalidParameter(invalid)) = endpoint.plan(body.as_bytes()) else {
                panic!("{} {body}", endpoint.path);
            };
            assert_eq!(invalid.field, ".", "{} {body}", endpoint.path);
            assert!(invalid.complaint.starts_with(complaint), "{} {body}: {invalid}", endpoint.path);
        };
        check("x", "is not JSON: expected value");
        check("{", "is not JSON: EOF while parsing");
        check("a=b&c=d", "is not JSON: expected value");
        check("\u{feff}x", "is not JSON: expected value");
        check("null", "must be an object");
        check("1", "must be an object");
        check(r#""touser""#, "must be an object");
        check("[]", "must be an object");
        check(r#" ["o1", "x", {}, [], "y"]"#, "must be an object");
    }
}

#[test]
fn every_call_rejects_an_unknown_field() {
    for endpoint in endpoints() {
        let Err(Error::InvalidParameter(invalid)) = endpoint.plan(br#"{"opneid": "o1"}"#) else {
            panic!("{}", endpoint.path);
        };
        assert_eq!(invalid.field, "opneid", "{}", endpoint.path);
    }
    check("user/info", r#"{"opneid": "o1"}"#, "opneid", "does not exist; the known fields are openid, lang");
}

#[test]
fn what_cannot_be_an_openid_is_rejected_where_wechat_is_asked() {
    let longest = "o".repeat(128);
    let body = |openid: &str| {
        let text = json!({ "msgtype": "text", "text": { "content": "hi" } });
        [json!({ "openid": openid }).to_string(), json!({ "openid": openid, "reply": text }).to_string()]
    };
    for bad in ["", " ", "o 1", "用户", "o\n1", &"o".repeat(129), &"o".repeat(100_000)] {
        let is_empty = bad.trim().is_empty();
        let complaint = if is_empty { "is empty" } else { "is not an OpenID" };
        if !bad.is_empty() {
            let page = json!({ "next_openid": bad }).to_string();
            check("user/list", &page, "next_openid", complaint);
            let page = json!({ "id": 134, "next_openid": bad }).to_string();
            check("tag/users", &page, "next_openid", complaint);
        }
        for path in ["user/info", "user/follow_time", "tag/of_user"] {
            check(path, &body(bad)[0], "openid", complaint);
            assert!(planned(path, &body(&longest)[0]).is_ok(), "{path}");
        }
        // What was delivered is listed, and can be opened and erased, whatever its sender is called.
        for path in [
            "conversation/pause",
            "conversation/resume",
            "conversation/settle",
            "message/list",
            "message/leave",
            "user/timeline",
            "user/erase",
            "user/last_message_time",
        ] {
            let [alone, with_reply] = body(bad);
            let body = if path == "message/leave" { with_reply } else { alone };
            if is_empty {
                check(path, &body, "openid", complaint);
            } else {
                assert!(planned(path, &body).is_ok(), "{path} {bad}");
            }
        }
        let list = json!({ "id": 101, "openid_list": ["o1", bad] }).to_string();
        check("tag/add", &list, "openid_list[1]", complaint);
        check("message/typing", &json!({ "touser": bad }).to_string(), "touser", complaint);
    }
}

#[test]
fn every_call_rejects_a_body_that_is_not_utf8() {
    for endpoint in endpoints() {
        let refused = endpoint.plan(b"{\"name\": \"\xc4\xe3\"}").unwrap_err();
        assert_eq!(refused, Error::NotUtf8, "{}", endpoint.path);
    }
}

#[test]
fn bodies_over_256_kib_or_2_mib_of_rules_are_rejected() {
    for endpoint in endpoints() {
        let takes_all_rules = ["rule/import", "rule/test"].contains(&endpoint.path);
        let limit = match endpoint.path {
            "media/upload" => (10 * 1024 + 64) * 1024,
            _ if takes_all_rules => 2 * 1024 * 1024,
            _ => MAX_BODY_BYTES,
        };
        assert_eq!(endpoint.max_body_bytes, limit, "{}", endpoint.path);
        let body = vec![b' '; limit + 1];
        assert_eq!(
            endpoint.plan(&body).unwrap_err(),
            Error::BodyTooLarge { max_bytes: limit },
            "{}",
            endpoint.path
        );
    }
}

#[test]
fn a_missing_field_is_named() {
    let check = |path: &str, body: &str, name: &str| {
        check(path, body, name, "is missing");
    };
    check("message/reply", "", "touser");
    check("message/reply", r#"{"touser": "o1"}"#, "msgtype");
    check("message/typing", "", "touser");
    check("template/send", r#"{"touser": "o1"}"#, "template_id");
    check("template/send", r#"{"touser": "o1", "template_id": "t"}"#, "data");
    check("template/delete", "{}", "template_id");
    check("user/info", "{}", "openid");
    check("user/batch_info", "{}", "openid_list");
    check("user/remark", r#"{"openid": "o1"}"#, "remark");
    check("tag/create", "{}", "name");
    check("tag/update", r#"{"id": 1}"#, "name");
    check("tag/delete", "{}", "id");
    check("tag/users", "{}", "id");
    check("tag/add", r#"{"id": 1}"#, "openid_list");
    check("tag/remove", r#"{"id": 1}"#, "openid_list");
    check("tag/of_user", "{}", "openid");
    check("menu/create", "{}", "button");
    check("menu/try_match", "{}", "user_id");
    check("jssdk/config", "{}", "url");
    check("key/create", "{}", "name");
    check("key/create", r#"{"name": "a"}"#, "scopes");
    check("key/revoke", "{}", "id");
}

#[test]
fn a_field_of_the_wrong_type_is_named() {
    check("message/typing", r#"{"touser": 1}"#, "touser", "must be a string");
    check("message/typing", r#"{"touser": "o1", "typing": "yes"}"#, "typing", "must be true or false");
    check("user/info", r#"{"openid": "o1", "lang": "fr"}"#, "lang", "must be one of zh_CN, zh_TW, en");
    let batch = r#"{"openid_list": ["o1"], "lang": "fr"}"#;
    check("user/batch_info", batch, "lang", "must be one of zh_CN, zh_TW, en");
    check("user/list", r#"{"next_openid": null}"#, "next_openid", "must be a string");
    check("tag/delete", r#"{"id": "134"}"#, "id", "must be a whole number");
    check("tag/delete", r#"{"id": -1}"#, "id", "must be a whole number from 0 to 4294967295");
    check("tag/delete", r#"{"id": 1.5}"#, "id", "must be a whole number");
    check("tag/add", r#"{"id": 1, "openid_list": "o1"}"#, "openid_list", "must be an array");
    check("tag/add", r#"{"id": 1, "openid_list": ["o1", 2]}"#, "openid_list[1]", "must be a string");
    check(
        "template/send",
        r#"{"touser": "o1", "template_id": "t", "data": []}"#,
        "data",
        "must be an object",
    );
    check(
        "template/send",
        r#"{"touser": "o1", "template_id": "t", "data": {"thing1": "x"}}"#,
        "data.thing1",
        "must be an object",
    );
    for value in ["null", "[]", "{}"] {
        check(
            "template/send",
            &format!(r#"{{"touser": "o1", "template_id": "t", "data": {{"thing1": {{"value": {value}}}}}}}"#),
            "data.thing1.value",
            "must be a string, a number, true or false",
        );
    }
    for menu_id in ["-1", "1.5", "true", "[]"] {
        check("menu/list", &format!(r#"{{"menu_id": {menu_id}}}"#), "menu_id", "must be a number or a text");
    }
    check("key/create", r#"{"name": "a", "scopes": "*"}"#, "scopes", "must be an array");
    check(
        "key/create",
        r#"{"name": "a", "scopes": ["*"], "expires_at": "2030-01-01"}"#,
        "expires_at",
        "must be a whole number",
    );
}

#[test]
fn an_empty_field_is_named() {
    let check = |path: &str, body: &str, field: &str| {
        check(path, body, field, "is empty");
        check(path, &body.replace(r#""""#, r#"" \t""#), field, "is empty");
    };
    check("message/typing", r#"{"touser": ""}"#, "touser");
    check("template/delete", r#"{"template_id": ""}"#, "template_id");
    check("user/info", r#"{"openid": ""}"#, "openid");
    check("user/remark", r#"{"openid": "", "remark": "x"}"#, "openid");
    check("tag/create", r#"{"name": ""}"#, "name");
    check("tag/update", r#"{"id": 1, "name": ""}"#, "name");
    check("tag/of_user", r#"{"openid": ""}"#, "openid");
    check("menu/delete", r#"{"menu_id": ""}"#, "menu_id");
    check("menu/try_match", r#"{"user_id": ""}"#, "user_id");
    check("key/revoke", r#"{"id": ""}"#, "id");
}

#[test]
fn a_template_message_has_its_limits() {
    let message = |touser: &str, template_id: &str, data: &str| {
        format!(r#"{{"touser": "{touser}", "template_id": "{template_id}", "data": {data}}}"#)
    };
    let data = r#"{"thing1": {"value": "x"}}"#;
    check("template/send", &message("", "t", data), "touser", "is empty");
    check("template/send", &message("o1", "", data), "template_id", "is empty");
    check("template/send", &message("o1", "t", "{}"), "data", "is empty");
    check(
        "template/send",
        &message("o1", "t", r#"{"thing1": {"value": "x", "colour": "red"}}"#),
        "data.thing1.colour",
        "does not exist; the known fields are value, color",
    );
    check(
        "template/send",
        &message("o1", "t", data).replace(r#""data""#, r#""miniprogram": {"pagepath": "a"}, "data""#),
        "miniprogram.appid",
        "is missing",
    );
}

#[test]
fn remarks_tags_and_lists_have_their_limits() {
    let good = "好".repeat(10);
    let remark = format!(r#"{{"openid": "o1", "remark": "{good}"}}"#);
    check("user/remark", &remark, "remark", "has 30 bytes; WeChat accepts 29");
    let tag = format!(r#"{{"name": "{good}x"}}"#);
    check("tag/create", &tag, "name", "has 31 bytes; WeChat accepts 30");
    let tag = format!(r#"{{"id": 1, "name": "{good}x"}}"#);
    check("tag/update", &tag, "name", "has 31 bytes; WeChat accepts 30");
    for openids in [Vec::new(), vec![r#""o1""#; 101]] {
        let body = format!(r#"{{"openid_list": [{}]}}"#, openids.join(","));
        check("user/batch_info", &body, "openid_list", "must contain 1 to 100 OpenIDs");
    }
    check("user/batch_info", r#"{"openid_list": ["o1", " "]}"#, "openid_list[1]", "is empty");
    for path in ["tag/add", "tag/remove"] {
        for openids in [Vec::new(), vec![r#""o1""#; 51]] {
            let body = format!(r#"{{"id": 1, "openid_list": [{}]}}"#, openids.join(","));
            check(path, &body, "openid_list", "must contain 1 to 50 OpenIDs");
        }
    }
}

#[test]
fn a_qr_code_has_its_limits() {
    let check = |body: &str, field: &str, complaint: &str| check("qrcode/create", body, field, complaint);
    check("", "scene_id", "or scene_str is required");
    check(r#"{"scene_id": 1, "scene_str": "a"}"#, "scene_id", "and scene_str cannot be combined");
    check(r#"{"scene_id": 0}"#, "scene_id", "must be 1 or more");
    check(r#"{"scene_id": 0, "expire_seconds": 60}"#, "scene_id", "must be 1 or more");
    check(r#"{"scene_id": 100001}"#, "scene_id", "must be 1 to 100000 in a permanent code");
    let in_range = "must be a whole number from 0 to 4294967295";
    check(r#"{"scene_id": 4294967296, "expire_seconds": 60}"#, "scene_id", in_range);
    check(r#"{"scene_id": 99999999999999999999}"#, "scene_id", in_range);
    check(r#"{"scene_id": 1.5}"#, "scene_id", "must be a whole number");
    check(r#"{"scene_str": ""}"#, "scene_str", "must have 1 to 64 characters");
    let long = format!(r#"{{"scene_str": "{}"}}"#, "x".repeat(65));
    check(&long, "scene_str", "must have 1 to 64 characters");
    for seconds in [0, 2_592_001] {
        let body = format!(r#"{{"scene_id": 1, "expire_seconds": {seconds}}}"#);
        check(&body, "expire_seconds", "must be 1 to 2592000");
    }
}

#[test]
fn the_page_to_sign_must_be_a_url() {
    for url in ["", "example.com", "//example.com", "ftp://example.com", "javascript:alert(1)", " https://a"]
    {
        let body = format!(r#"{{"url": "{url}"}}"#);
        check("jssdk/config", &body, "url", "must begin with http:// or https://");
    }
}

#[test]
fn a_new_key_needs_a_name_and_scopes() {
    let check = |name: &str, scopes: &str, field: &str, complaint: &str| {
        let body = format!(r#"{{"name": "{name}", "scopes": {scopes}}}"#);
        check("key/create", &body, field, complaint);
    };
    check("", r#"["*"]"#, "name", "must have 1 to 64 characters");
    check("  ", r#"["*"]"#, "name", "must have 1 to 64 characters");
    check(&"名".repeat(65), r#"["*"]"#, "name", "must have 1 to 64 characters");
    check("a", "[]", "scopes", "is empty");
    let known = planned("key/create", r#"{"name": "a", "scopes": ["user"]}"#).unwrap_err().to_string();
    let beginning =
        "scopes[0] must be * or a group with :read or :write, such as menu:write; the groups are message, ";
    assert!(known.starts_with(beginning) && known.ends_with(", key"), "{known}");
    let complaint = known.trim_start_matches("scopes[0] ");
    check("a", r#"["*", "menu"]"#, "scopes[1]", complaint);
    check("a", r#"["menu:admin"]"#, "scopes[0]", complaint);
    for expires_at in [-1, 253_402_300_800_i64] {
        let scopes = format!(r#"["*"], "expires_at": {expires_at}"#);
        check("a", &scopes, "expires_at", "must be Unix seconds before the year 10000");
    }
}

#[test]
fn empty_and_out_of_range_values_are_named() {
    check("tag/add", r#"{"id": 1, "openid_list": ["o1", " "]}"#, "openid_list[1]", "is empty");
    check("menu/list", r#"{"menu_id": ""}"#, "menu_id", "is empty");
    check("menu/create", r#"{"button": [["a", "click", "k"]]}"#, "button[0]", "must be an object");
    let rule = r#"{"button": [{"type": "click", "name": "a", "key": "k"}], "matchrule": {"client_platform_type": "4"}}"#;
    check(
        "menu/create",
        rule,
        "matchrule.client_platform_type",
        "must be 1 (iOS), 2 (Android) or 3 (others)",
    );
    let key = r#"{"name": "a", "scopes": ["*"], "expires_at": 253402300800}"#;
    check("key/create", key, "expires_at", "must be Unix seconds before the year 10000");
}

#[test]
fn a_message_that_wechat_would_reject_is_an_invalid_reply() {
    let check = |rest: &str, field: &str, complaint: &str| {
        let body = format!(r#"{{"touser": "o1", {rest}}}"#);
        let expected = Error::InvalidReply(Invalid::new(field, complaint));
        assert_eq!(planned("message/reply", &body).unwrap_err(), expected, "{body}");
    };
    let text = |content: &str| format!(r#""msgtype": "text", "text": {{"content": "{content}"}}"#);
    check(&text(""), "text.content", "is empty");
    check(&text(r" \n\t"), "text.content", "is empty");
    check(&text(&"好".repeat(683)), "text.content", "has 2049 bytes; WeChat accepts 2048");
    for msgtype in [
        "text",
        "image",
        "voice",
        "video",
        "music",
        "news",
        "mpnews",
        "mpnewsarticle",
        "msgmenu",
        "wxcard",
        "miniprogrampage",
        "link",
    ] {
        check(&format!(r#""msgtype": "{msgtype}""#), msgtype, "is missing");
    }
    for msgtype in ["image", "voice", "mpnews"] {
        let field = format!("{msgtype}.media_id");
        check(&format!(r#""msgtype": "{msgtype}", "{msgtype}": {{"media_id": ""}}"#), &field, "is empty");
    }
    let article = r#"{"title": "t", "description": "d", "url": "u", "picurl": "p"}"#;
    for articles in [Vec::new(), vec![article; 2]] {
        let news = format!(r#""msgtype": "news", "news": {{"articles": [{}]}}"#, articles.join(","));
        check(&news, "news.articles", "must contain exactly one article");
    }
    check(
        r#""msgtype": "msgmenu", "msgmenu": {"head_content": "h", "list": [], "tail_content": "t"}"#,
        "msgmenu.list",
        "is empty",
    );
    check(r#""msgtype": "wxcard", "wxcard": {"card_id": ""}"#, "wxcard.card_id", "is empty");
    let video = r#""msgtype": "video", "video": {"media_id": "M"}"#;
    check(video, "video.thumb_media_id", "is missing");
    let music = |urls: &str| format!(r#""msgtype": "music", "music": {{{urls}"thumb_media_id": "T"}}"#);
    check(&music(""), "music.musicurl", "is missing");
    check(&music(r#""musicurl": "http://a/b", "#), "music.hqmusicurl", "is missing");
    // What would be ignored is probably a mistake.
    let stray = r#""msgtype": "text", "text": {"content": "x"}, "image": {"media_id": "M"}"#;
    check(stray, "image", "does not belong to a message of type text");
    let agent = r#""msgtype": "text", "text": {"content": "x"}, "customservice": {"kf_account": "a@b"}, "image": null"#;
    assert!(planned("message/reply", &format!(r#"{{"touser": "o1", {agent}}}"#)).is_ok());
    // The text is present, but `msgtype` names another field.
    check(r#""msgtype": "image", "text": {"content": "x"}"#, "image", "is missing");
    assert_eq!(
        planned("message/reply", r#"{"touser": "", "msgtype": "text", "text": {"content": "x"}}"#)
            .unwrap_err(),
        Error::InvalidReply(Invalid::new("touser", "is empty"))
    );
}

#[test]
fn a_wrong_msgtype_is_named_and_not_its_object() {
    let check = |path: &str, body: &str, field: &str, complaint: &str| {
        let error = planned(path, body).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{field} {complaint}")), "{path} {body}: {error}");
    };
    let types = "must be one of text, image, voice, video, music, news";
    check("message/reply", r#"{"touser": "o1", "msgtype": "file", "file": {}}"#, "msgtype", types);
    let reply = r#"{"openid": "o1", "reply": {"msgtype": "markdown", "markdown": {"content": "x"}}}"#;
    check("message/leave", reply, "reply.msgtype", types);
    let rule = r#"{"rule": {"when": {"default": {}}, "reply": {"msgtype": "Text", "Text": {}}}}"#;
    check("rule/create", rule, "rule.reply.msgtype", types);
    check("message/reply", r#"{"touser": "o1", "msgtyp": "text"}"#, "?", "does not exist");
}

#[test]
fn a_reply_has_only_its_own_object() {
    let check = |reply: &str, field: &str, complaint: &str| {
        let body = format!(r#"{{"openid": "o1", "reply": {reply}}}"#);
        let expected = Error::InvalidReply(Invalid::new(field, complaint));
        assert_eq!(planned("message/leave", &body).unwrap_err(), expected, "{body}");
    };
    let stray = r#"{"msgtype": "text", "text": {"content": "x"}, "news": {"articles": []}}"#;
    check(stray, "reply.news", "does not belong to a reply of type text");
    let silence = r#"{"msgtype": "silence", "text": {"content": "x"}}"#;
    check(silence, "reply.text", "does not belong to a reply of type silence");
    for named in ["silence", "transfer_biz_ai_ivr"] {
        let body = format!(r#"{{"openid": "o1", "reply": {{"msgtype": "{named}", "{named}": {{}}}}}}"#);
        let Err(Error::InvalidParameter(invalid)) = planned("message/leave", &body) else {
            panic!("{named}")
        };
        assert_eq!(invalid.field, format!("reply.{named}"), "it has no object");
    }
    let ai = r#"{"msgtype": "transfer_biz_ai_ivr", "transfer_customer_service": {}}"#;
    check(ai, "reply.transfer_customer_service", "does not belong to a reply of type transfer_biz_ai_ivr");
}

#[test]
fn a_sent_article_needs_no_picture_and_a_reply_does() {
    let article = |more: &str| format!(r#"{{"articles": [{{"title": "t", "url": "https://a.cn"{more}}}]}}"#);
    let sent = |more: &str| {
        let body = format!(r#"{{"touser": "o1", "msgtype": "news", "news": {}}}"#, article(more));
        let Ok(Plan::Message(MessagePlan::Reply(message))) = planned("message/reply", &body) else {
            panic!("{body}")
        };
        custom_message::send(&message).body().unwrap().to_owned()
    };
    assert!(
        sent("").ends_with(r#""news":{"articles":[{"title":"t","url":"https://a.cn"}]}}"#),
        "{}",
        sent("")
    );
    assert!(sent(r#", "picurl": "p", "description": null"#).contains(r#""picurl":"p""#));
    let check = |more: &str, field: &str, complaint: &str| {
        let body =
            format!(r#"{{"openid": "o1", "reply": {{"msgtype": "news", "news": {}}}}}"#, article(more));
        let expected =
            Error::InvalidReply(Invalid::new(format!("reply.news.articles[0].{field}"), complaint));
        assert_eq!(planned("message/leave", &body).unwrap_err(), expected, "{body}");
    };
    check(r#", "picurl": "https://a.cn""#, "description", "is missing");
    check(r#", "description": "d""#, "picurl", "is missing");
    check(r#", "picurl": "https://a.cn", "description": " ""#, "description", "is empty");
}

#[test]
fn the_ids_of_a_message_menu_may_be_numbers() {
    let body = r#"{"touser": "o1", "msgtype": "msgmenu", "msgmenu": {"head_content": "h", "tail_content": "t",
        "list": [{"id": 101, "content": "a"}, {"id": "102", "content": "b"}]}}"#;
    let Ok(Plan::Message(MessagePlan::Reply(message))) = planned("message/reply", body) else {
        panic!("{body}")
    };
    let sent = custom_message::send(&message);
    let list = r#""list":[{"id":"101","content":"a"},{"id":"102","content":"b"}]"#;
    assert!(sent.body().unwrap().contains(list), "{:?}", sent.body());
}

#[test]
fn a_message_of_the_maximum_length_is_accepted() {
    let content = "好".repeat(682) + "ab";
    assert_eq!(content.len(), 2048);
    let body = format!(r#"{{"touser": "o1", "msgtype": "text", "text": {{"content": "{content}"}}}}"#);
    assert!(planned("message/reply", &body).is_ok());
}

#[test]
fn inbox_queries_are_validated() {
    let ids = [
        ("message/get", "msg_id"),
        ("user/timeline", "openid"),
        ("user/follow_time", "openid"),
        ("user/erase", "openid"),
    ];
    for (path, field) in ids {
        check(path, "{}", field, "is missing");
        check(path, &format!(r#"{{"{field}": " "}}"#), field, "is empty");
    }
    check("message/get", r#"{"msg_id": 1.5}"#, "msg_id", "must be a number or a text");
    check("message/get", r#"{"msg_id": 99999999999999999999}"#, "msg_id", "must be a number or a text");
    check("message/get", r#"{"msg_id": -1}"#, "msg_id", "must be a number or a text");
    check("user/last_message_time", "{}", ".", "must have either openid or msg_id");
    let both = r#"{"openid": "o", "msg_id": "1"}"#;
    check("user/last_message_time", both, ".", "must have either openid or msg_id");
    for path in ["message/list", "stats/summary"] {
        check(path, r#"{"since": 2, "until": 1}"#, "until", "is before since");
        check(path, r#"{"since": -1}"#, "since", "must be Unix seconds before the year 10000");
        check(path, r#"{"until": 253402300800}"#, "until", "must be Unix seconds before the year 10000");
        check(path, r#"{"since": "yesterday"}"#, "since", "must be a whole number");
    }
    for path in ["message/list", "user/timeline"] {
        check(path, r#"{"openid": "o", "limit": 0}"#, "limit", "must be 1 to 100");
        check(path, r#"{"openid": "o", "limit": 1000}"#, "limit", "must be 1 to 100");
        check(
            path,
            r#"{"openid": "o", "limit": -1}"#,
            "limit",
            "must be a whole number from 0 to 4294967295",
        );
    }
    check("message/list", r#"{"type": ""}"#, "type", "is empty");
    check("menu/event_status", r#"{"key": ""}"#, "key", "is empty");
}
