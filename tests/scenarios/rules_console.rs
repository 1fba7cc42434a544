//! Import of the console's auto-replies as rules: what is imported, and the warnings about the rest.

use mp_worker::rules::{ConsoleImport, ImportLanguage, import_answers, import_console};
use mp_worker::wechat::menu::Menu;
use mp_worker::wechat::{Error, answer};
use serde_json::{Value, json};

use crate::world::{decode, parse_rules, sample};

fn fixture(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

fn console() -> Value {
    fixture(include_str!("../fixtures/console/autoreplies.json"))
}

fn console_menu() -> Value {
    fixture(include_str!("../fixtures/console/console-menu.json"))
}

fn closed_menu() -> Value {
    json!({ "is_menu_open": 0, "selfmenu_info": { "button": [] } })
}

/// An account whose console has only these keyword rules.
fn keyword_rules(rules: &Value) -> ConsoleImport {
    let platform = import_console(
        &json!({ "keyword_autoreply_info": { "list": rules } }),
        &closed_menu(),
        ImportLanguage::English,
    );
    assert_parses(&platform);
    platform
}

fn keyword_rule(name: &str, mode: &str, keyword: &str, replies: &Value) -> Value {
    json!({
        "rule_name": name, "create_time": 1, "reply_mode": "reply_all", "reply_list_info": replies,
        "keyword_list_info": [{ "type": "text", "match_mode": mode, "content": keyword }],
    })
}

fn text(content: &str) -> Value {
    json!({ "type": "text", "content": content })
}

fn texts(contents: &[&str]) -> Value {
    contents.iter().map(|content| text(content)).collect()
}

/// An account whose menu has this button, and one that can always be imported.
fn menu_with(button: &Value) -> ConsoleImport {
    let view = json!({ "type": "view", "name": "看", "url": "http://example.com" });
    let menu = json!({ "is_menu_open": 1, "selfmenu_info": { "button": [button, view] } });
    let platform = import_console(&json!({}), &menu, ImportLanguage::English);
    assert_parses(&platform);
    platform
}

fn assert_parses(platform: &ConsoleImport) {
    let document = json!({ "version": 1, "rules": platform.rules }).to_string();
    assert!(parse_rules(&document).is_ok(), "{document}");
    let mut taken = platform.clone();
    assert_eq!(taken.take_rules().len(), platform.rules.len());
    assert_eq!(taken.left_out, platform.left_out);
}

fn names(platform: &ConsoleImport) -> Vec<&str> {
    platform.rules.iter().map(|rule| rule["name"].as_str().unwrap()).collect()
}

fn rule<'p>(platform: &'p ConsoleImport, name: &str) -> &'p Value {
    platform.rules.iter().find(|rule| rule["name"] == name).unwrap()
}

fn menu(platform: &ConsoleImport) -> Value {
    let menu = platform.menu.as_ref().unwrap();
    assert_eq!(menu.check(), Ok(()));
    serde_json::to_value(menu).unwrap()
}

/// The warnings, one per line.
fn left_out(platform: &ConsoleImport) -> Vec<String> {
    platform.left_out.iter().map(|left_out| format!("{} {}", left_out.what, left_out.why)).collect()
}

const TEMPORARY: &str = "has the media_id of temporary material, which expires after three days: download it, \
                         upload it as permanent material, and put the new id into the rule";
const HOURLY: &str = "default reply answers every message that no other rule answers; the console's default reply \
                      may be sent only once an hour";
const LINK: &str =
    "is a video with a link instead of a media_id: upload it as permanent material and add it again";

#[test]
fn the_manuals_auto_replies_are_imported_in_their_order() {
    let platform = import_console(&console(), &closed_menu(), ImportLanguage::English);
    assert_parses(&platform);
    assert_eq!(
        names(&platform),
        ["follow reply", "价格", "新闻", "语音", "价格 (contains)", "default reply"]
    );
    let one_of = json!([
        { "msgtype": "text", "text": { "content": "请看<a href=\"http://www.example.com\">价目表</a>" } },
        { "msgtype": "text", "text": { "content": "请问要哪一种？" } },
    ]);
    assert_eq!(
        rule(&platform, "价格"),
        &json!({ "name": "价格", "when": { "keyword": { "exact": ["价格"] } }, "one_of": one_of })
    );
    assert_eq!(
        rule(&platform, "价格 (contains)"),
        &json!({
            "name": "价格 (contains)", "when": { "keyword": { "contains": ["多少钱", "怎么卖"] } },
            "one_of": one_of,
        })
    );
    let follow = json!({ "msgtype": "text", "text": { "content": "谢谢关注！" } });
    assert_eq!(
        rule(&platform, "follow reply"),
        &json!({ "name": "follow reply", "when": { "follow": {} }, "reply": follow })
    );
    assert_eq!(rule(&platform, "default reply")["when"], json!({ "default": {} }));
    assert_eq!(platform.menu, None);
    assert_eq!(
        left_out(&platform),
        [
            "keyword rule \"新闻\", reply 2, article 2 is not imported: WeChat accepts at most 1 in such a reply"
                .to_owned(),
            format!("keyword rule \"语音\", reply 1 {TEMPORARY}"),
            format!("keyword rule \"视频\", reply 1 {LINK}"),
            "keyword rule \"视频\" has no reply that could be imported".to_owned(),
            HOURLY.to_owned(),
        ]
    );
}

#[test]
fn imported_rules_answer_as_the_console_did() {
    let platform = import_console(&console(), &console_menu(), ImportLanguage::English);
    let rules = parse_rules(&json!({ "version": 1, "rules": platform.rules }).to_string()).unwrap();
    let answered_by = |xml: &str| rules.decide(&decode(xml), || &Value::Null).label().unwrap_or_default();
    assert_eq!(answered_by(&sample("events/subscribe")), "follow reply");
    assert_eq!(answered_by(&sample("messages/text").replace("hello", "听语音吧")), "语音");
    assert_eq!(answered_by(&sample("messages/text")), "default reply");
    assert_eq!(answered_by(&sample("events/click").replace("KEY_HELP", "console_2")), "文字");
}

#[test]
fn an_article_without_a_digest_is_described_by_its_title() {
    let platform = import_console(&console(), &closed_menu(), ImportLanguage::English);
    let replies = &rule(&platform, "新闻")["replies"];
    assert_eq!(replies.as_array().unwrap().len(), 2);
    assert_eq!(
        replies[0]["news"]["articles"],
        json!([{
            "title": "单图文", "description": "摘要", "picurl": "http://mmbiz.qpic.cn/mmbiz/one/0",
            "url": "http://mp.weixin.qq.com/s?__biz=MjM5&mid=1&idx=1&sn=62#rd",
        }])
    );
    assert_eq!(replies[1]["news"]["articles"][0]["description"], "多图文一");
}

#[test]
fn replies_switched_off_in_the_console_are_not_imported() {
    let mut autoreplies = console();
    autoreplies["is_add_friend_reply_open"] = json!(0);
    autoreplies["is_autoreply_open"] = json!(0);
    let mut menu = console_menu();
    menu["is_menu_open"] = json!(0);
    let platform = import_console(&autoreplies, &menu, ImportLanguage::English);
    assert_eq!(names(&platform), ["价格", "新闻", "语音", "价格 (contains)"]);
    assert_eq!(platform.menu, None);
    let left_out = left_out(&platform);
    for expected in [
        "follow reply is switched off in the console",
        "default reply is switched off in the console",
        "menu is switched off in the console",
        "keyword rules are imported although the console's default reply is switched off: \
         WeChat does not say whether keyword rules are on",
    ] {
        assert!(left_out.iter().any(|line| line == expected), "{expected}: {left_out:?}");
    }
}

#[test]
fn an_account_without_auto_replies_has_no_rules_and_no_warnings() {
    for autoreplies in [
        json!({}),
        json!({ "is_add_friend_reply_open": 0, "is_autoreply_open": 0, "errcode": 0, "errmsg": "ok" }),
        json!({ "is_add_friend_reply_open": 1, "add_friend_autoreply_info": {} }),
        json!({ "keyword_autoreply_info": { "list": [] }, "message_default_autoreply_info": null }),
    ] {
        for menu in [json!({ "is_menu_open": 0 }), closed_menu()] {
            assert_eq!(
                import_console(&autoreplies, &menu, ImportLanguage::English),
                ConsoleImport::default(),
                "{autoreplies} {menu}"
            );
        }
    }
}

#[test]
fn a_temporary_picture_is_imported_with_a_warning() {
    let reply = json!([{ "type": "video", "content": "VIDEO" }, { "type": "img", "content": "MEDIA" }]);
    let platform = keyword_rules(&json!([keyword_rule("图", "equal", "图", &reply)]));
    assert_eq!(
        platform.rules[0]["replies"],
        json!([
            { "msgtype": "video", "video": { "media_id": "VIDEO" } },
            { "msgtype": "image", "image": { "media_id": "MEDIA" } },
        ])
    );
    let said = [1, 2].map(|reply| format!("keyword rule \"图\", reply {reply} {TEMPORARY}"));
    assert_eq!(left_out(&platform), said);
}

#[test]
fn a_video_that_is_not_the_first_reply_is_not_imported() {
    let reply = json!([text("看"), { "type": "video", "content": "VIDEO" }]);
    let platform = keyword_rules(&json!([keyword_rule("片", "equal", "片", &reply)]));
    assert_eq!(platform.rules[0]["reply"], json!({ "msgtype": "text", "text": { "content": "看" } }));
    let said = "keyword rule \"片\" has a video after its first reply, which would need a cover: the video is not imported";
    assert!(left_out(&platform).iter().any(|line| line == said), "{:?}", left_out(&platform));
}

#[test]
fn a_keyword_shadowed_by_an_earlier_rule_is_reported() {
    let rule = |name, mode, keyword| keyword_rule(name, mode, keyword, &texts(&[name]));
    let platform = keyword_rules(&json!([
        rule("a", "contain", "新闻"),
        rule("b", "contain", "新闻联播"),
        rule("c", "equal", "新闻"),
        rule("d", "equal", "新闻"),
        rule("e", "equal", "新闻联播"),
    ]));
    assert_eq!(names(&platform), ["c", "d", "e", "a", "b"]);
    assert_eq!(
        left_out(&platform),
        [
            "keyword rule \"d\", keyword \"新闻\" is answered by keyword rule \"c\", which comes first",
            "keyword rule \"b\", keyword \"新闻联播\" is answered by keyword rule \"a\", which comes first",
        ]
    );
}

#[test]
fn replies_over_the_limit_of_a_rule_are_not_imported() {
    let six = texts(&["1", "2", "3", "4", "5", "6"]);
    let platform = keyword_rules(&json!([keyword_rule("六", "equal", "六", &six)]));
    assert_eq!(platform.rules[0]["replies"].as_array().unwrap().len(), 5);
    assert_eq!(left_out(&platform), ["keyword rule \"六\" has 6 replies: only the first 5 are imported"]);
}

#[test]
fn the_supported_parts_of_a_rule_are_imported() {
    let mut rule = keyword_rule("半", "equal", "半", &json!([text(" "), { "type": "card" }, text("好")]));
    rule["keyword_list_info"].as_array_mut().unwrap().extend([
        json!({ "type": "text", "match_mode": "regex", "content": "x" }),
        json!({ "type": "text", "match_mode": "equal", "content": "" }),
        json!({ "type": "img", "match_mode": "equal", "content": "MEDIA" }),
    ]);
    let platform = keyword_rules(&json!([rule]));
    let reply = json!({ "msgtype": "text", "text": { "content": "好" } });
    let when = json!({ "keyword": { "exact": ["半"] } });
    assert_eq!(platform.rules, [json!({ "name": "半", "when": when, "reply": reply })]);
    assert_eq!(
        left_out(&platform),
        [
            "keyword rule \"半\", keyword 2 has an unknown match_mode",
            "keyword rule \"半\", keyword 3 is not a text",
            "keyword rule \"半\", keyword 4 is not a text",
            "keyword rule \"半\", reply 1 is of type text and empty",
            "keyword rule \"半\", reply 2 is of type card and empty",
        ]
    );
}

#[test]
fn a_rule_without_supported_parts_is_reported() {
    let platform = keyword_rules(&json!([
        keyword_rule("", "regex", "x", &texts(&["x"])),
        keyword_rule("空", "equal", "空", &json!([])),
        keyword_rule("卡", "equal", "卡", &json!([{ "type": "card", "content": "CARD" }])),
        keyword_rule("文", "equal", "文", &json!([{ "type": "news", "content": "MEDIA" }])),
        keyword_rule("谜", "equal", "谜", &json!(["text"])),
    ]));
    assert_eq!(platform.rules, Vec::<Value>::new());
    assert_eq!(
        left_out(&platform),
        [
            "keyword rule 1, keyword 1 has an unknown match_mode",
            "keyword rule 1 has no keyword that could be imported",
            "keyword rule \"空\" has no reply that could be imported",
            "keyword rule \"卡\", reply 1 is of type card, which is not supported",
            "keyword rule \"卡\" has no reply that could be imported",
            "keyword rule \"文\", reply 1 has no article that could be imported",
            "keyword rule \"文\" has no reply that could be imported",
            "keyword rule \"谜\", reply 1 has no type",
            "keyword rule \"谜\" has no reply that could be imported",
        ]
    );
}

#[test]
fn an_unknown_reply_mode_sends_all_and_is_reported() {
    let mut rule = keyword_rule("谜", "contain", "谜", &texts(&["一", "二"]));
    rule["reply_mode"] = json!("in_turn");
    let platform = keyword_rules(&json!([rule]));
    assert_eq!(platform.rules[0]["replies"].as_array().unwrap().len(), 2);
    assert_eq!(left_out(&platform), ["keyword rule \"谜\" has an unknown reply_mode: all replies are sent"]);
}

#[test]
fn an_incomplete_article_is_not_imported() {
    let full = json!({ "title": "t", "digest": "d", "content_url": "http://a/", "cover_url": "http://b/" });
    let without = |field: &str| {
        let mut article = full.clone();
        article[field] = json!("");
        article
    };
    let articles = ["title", "content_url", "cover_url"].map(without);
    let news = json!([{ "type": "news", "news_info": { "list": articles } }]);
    let platform = keyword_rules(&json!([keyword_rule("文", "equal", "文", &news)]));
    assert_eq!(
        left_out(&platform)[..3],
        [
            "keyword rule \"文\", reply 1, article 1 has no title",
            "keyword rule \"文\", reply 1, article 2 has no content_url",
            "keyword rule \"文\", reply 1, article 3 has no cover_url, and WeChat requires a picture",
        ]
    );
}

#[test]
fn a_console_menu_becomes_an_api_menu_with_keys() {
    let platform = import_console(&json!({}), &console_menu(), ImportLanguage::English);
    assert_parses(&platform);
    assert_eq!(
        menu(&platform),
        json!({ "button": [
            { "name": "更多", "sub_button": [
                { "type": "view", "name": "网站", "url": "http://www.example.com" },
                { "type": "click", "name": "图文", "key": "console_1_2" },
                { "type": "click", "name": "语音", "key": "console_1_4" },
            ] },
            { "type": "click", "name": "文字", "key": "console_2" },
            { "type": "click", "name": "图片", "key": "console_3" },
        ] })
    );
    assert_eq!(names(&platform), ["图文", "语音", "文字", "图片"]);
    assert_eq!(rule(&platform, "图文")["when"], json!({ "click": { "key": "console_1_2" } }));
    assert_eq!(rule(&platform, "图文")["reply"]["news"]["articles"].as_array().unwrap().len(), 2);
    let media_id = "ax5Whs5dsoomJLEppAvftBUuH7CgXCZGFbFJifmbUjnQk_ierMHY99Y5d2Cv14RD";
    assert_eq!(
        rule(&platform, "图片"),
        &json!({
            "name": "图片", "when": { "click": { "key": "console_3" } },
            "reply": { "msgtype": "image", "image": { "media_id": media_id } },
        })
    );
    assert_eq!(
        left_out(&platform),
        [
            "menu button \"更多\", \"图文\", article 3 has no cover_url, and WeChat requires a picture"
                .to_owned(),
            format!("menu button \"更多\", \"视频\" {LINK}"),
            format!("menu button \"更多\", \"语音\" {TEMPORARY}"),
            format!("menu button \"图片\" {TEMPORARY}"),
        ]
    );
}

#[test]
fn an_api_menu_is_imported_whole() {
    let answer = fixture(include_str!("../fixtures/console/api-menu.json"));
    let platform = import_console(&json!({}), &answer, ImportLanguage::English);
    let mut expected = answer["selfmenu_info"].clone();
    expected["button"][1]["sub_button"] = expected["button"][1]["sub_button"]["list"].take();
    assert_eq!(platform.menu, Some(serde_json::from_value::<Menu>(expected).unwrap()));
    assert_eq!((platform.rules.len(), platform.left_out.len()), (0, 0));
}

#[test]
fn a_button_that_the_api_rejects_is_not_imported() {
    let check = |button: &Value, why: &str| {
        let platform = menu_with(button);
        assert_eq!(menu(&platform)["button"].as_array().unwrap().len(), 1, "{button}");
        assert_eq!(platform.rules, Vec::<Value>::new(), "{button}");
        assert_eq!(left_out(&platform), [why], "{button}");
    };
    check(
        &json!({ "type": "finder", "name": "视频号", "value": "x" }),
        "menu button \"视频号\" is of type \"finder\", which the menu API does not support",
    );
    check(
        &json!({ "type": "view_limited", "name": "旧", "media_id": "x" }),
        "menu button \"旧\" is of type \"view_limited\", which the menu API does not support",
    );
    check(
        &json!({ "type": "text", "name": "六个汉字太长", "value": "x" }),
        "menu button \"六个汉字太长\" cannot be created through the API: name has 18 bytes; WeChat accepts 16",
    );
    check(
        &json!({ "type": "view", "name": "空", "url": "" }),
        "menu button \"空\" cannot be created through the API: url is missing",
    );
    check(
        &json!({ "type": "miniprogram", "name": "小程序", "url": "http://a/", "appid": "wx1" }),
        "menu button \"小程序\" cannot be created through the API: pagepath is missing",
    );
    check(
        &json!({ "type": "text", "name": "空", "value": "" }),
        "menu button \"空\" is of type text and empty",
    );
    check(&json!("?"), "menu button \"\" is of type \"\", which the menu API does not support");
}

#[test]
fn a_submenu_without_supported_buttons_is_not_imported() {
    let entry = json!({ "type": "finder", "name": "视频号" });
    let platform = menu_with(&json!({ "name": "更多", "sub_button": { "list": [entry] } }));
    assert_eq!(menu(&platform)["button"][0]["name"], "看");
    assert_eq!(
        left_out(&platform),
        [
            "menu button \"更多\", \"视频号\" is of type \"finder\", which the menu API does not support",
            "menu button \"更多\" has no entry that could be imported",
        ]
    );
}

#[test]
fn a_menu_with_too_many_buttons_is_not_imported() {
    let button = json!({ "type": "click", "name": "点", "key": "K" });
    let answer = json!({ "is_menu_open": 1, "selfmenu_info": { "button": vec![button; 4] } });
    let platform = import_console(&json!({}), &answer, ImportLanguage::English);
    assert_eq!(platform.menu, None);
    assert_eq!(
        left_out(&platform),
        ["menu cannot be created through the API: button must contain 1 to 3 buttons"]
    );
}

#[test]
fn unknown_formats_are_reported() {
    let said = |autoreplies: &Value, menu: &Value| {
        left_out(&import_console(autoreplies, menu, ImportLanguage::English))
    };
    let nothing = json!({});
    for autoreplies in [json!(null), json!([]), json!("x")] {
        let expected = "auto-replies have an unknown format";
        assert_eq!(said(&autoreplies, &closed_menu()), [expected], "{autoreplies}");
    }
    for menu in [json!(null), json!("x"), json!({ "is_menu_open": 1 }), json!({ "selfmenu_info": "x" })] {
        assert_eq!(said(&nothing, &menu), ["menu has an unknown format"], "{menu}");
    }
    let menu = json!({ "is_menu_open": 1, "selfmenu_info": { "button": "x" } });
    assert_eq!(said(&nothing, &menu), ["menu, button has an unknown format"]);
    let more = json!({ "ai_autoreply_info": {}, "keyword_autoreply_info": 7 });
    assert_eq!(
        said(&more, &closed_menu()),
        ["keyword rules, keyword_autoreply_info has an unknown format", "ai_autoreply_info is not supported",]
    );
    let follow = json!({ "add_friend_autoreply_info": ["x"] });
    assert_eq!(said(&follow, &closed_menu()), ["follow reply has no type"]);
}

#[test]
fn a_refused_question_does_not_keep_the_other_from_being_imported() {
    let refused = |errcode: i64, errmsg: &str| {
        let body = json!({ "errcode": errcode, "errmsg": errmsg }).to_string();
        answer(200, body.as_bytes())
    };
    let autoreplies = || {
        Ok(json!({
        "is_add_friend_reply_open": 1, "add_friend_autoreply_info": { "type": "text", "content": "欢迎" } }))
    };
    let menu = || {
        Ok(json!({ "is_menu_open": 1, "selfmenu_info": { "button": [
        { "type": "click", "name": "帮助", "key": "HELP" }] } }))
    };

    let without_menu =
        import_answers(autoreplies(), refused(46003, "menu no exist"), ImportLanguage::English).unwrap();
    assert_eq!((without_menu.rules.len(), without_menu.menu, without_menu.left_out), (1, None, vec![]));

    let without_menu =
        import_answers(autoreplies(), refused(48001, "api unauthorized"), ImportLanguage::English).unwrap();
    let [left_out] = without_menu.left_out.as_slice() else { panic!("{without_menu:?}") };
    assert_eq!((without_menu.rules.len(), left_out.what.as_str()), (1, "menu"));
    assert!(left_out.why.starts_with("WeChat refused (48001: api unauthorized)."), "{}", left_out.why);

    let only_menu =
        import_answers(refused(48001, "api unauthorized"), menu(), ImportLanguage::English).unwrap();
    let [left_out] = only_menu.left_out.as_slice() else { panic!("{only_menu:?}") };
    assert_eq!((only_menu.menu.is_some(), left_out.what.as_str()), (true, "auto-replies"));

    let nothing = import_answers(
        refused(48001, "api unauthorized"),
        refused(46003, "menu no exist"),
        ImportLanguage::English,
    );
    assert!(matches!(nothing, Err(Error::Refused(refusal)) if refusal.errcode == 48001));
    // What is unknown may be there all the same.
    assert_eq!(import_answers(Err(Error::TimedOut), menu(), ImportLanguage::English), Err(Error::TimedOut));
    assert_eq!(
        import_answers(autoreplies(), Err(Error::Unreachable), ImportLanguage::English),
        Err(Error::Unreachable)
    );
}

#[test]
fn names_and_what_is_left_out_are_in_the_callers_language() {
    let chinese = |header: &str| ImportLanguage::accepted(header) == ImportLanguage::Chinese;
    assert!(["zh-CN", "zh", "ZH-Hans-CN,en;q=0.5", " zh-TW"].into_iter().all(chinese));
    assert!(!["", "en", "en-US,zh-CN;q=0.9", "*", "é"].into_iter().any(chinese));

    let platform = import_console(&console(), &console_menu(), ImportLanguage::Chinese);
    let english = import_console(&console(), &console_menu(), ImportLanguage::English);
    assert_eq!(platform.rules[0]["name"], "关注回复");
    assert_eq!(platform.rules.last().unwrap()["name"], "默认回复");
    assert_eq!((platform.rules.len(), &platform.menu), (english.rules.len(), &english.menu));
    assert_eq!(platform.left_out.len(), english.left_out.len());
    for left_out in &platform.left_out {
        let is_chinese = |text: &str| text.chars().any(|sign| ('一'..='鿿').contains(&sign));
        assert!(is_chinese(&left_out.why), "{left_out:?}");
    }
}
