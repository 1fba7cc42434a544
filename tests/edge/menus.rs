//! Menus are drafted, published with the replies to their taps, and undone.

use std::time::Duration;

use futures_util::future::{join, join_all};
use sandbox::api::Fault;
use serde_json::{Value, json};

use crate::machine::Machine;
use crate::until::until;

tests![
    a_menu_and_its_replies_are_published_together_and_undone,
    a_failure_says_which_half_stands_and_publishing_again_does_the_rest,
    conditional_menus_become_those_of_the_draft,
    one_publication_at_a_time,
    a_publication_that_was_cut_off_does_not_prevent_others_for_long,
    a_publication_that_takes_too_long_ends_before_another_may_begin,
    two_who_edit_the_same_draft_do_not_overwrite_each_other,
    a_key_without_rules_publishes_no_replies,
    an_account_without_menus_gets_no_rules_for_them,
    what_the_console_of_wechat_made_is_taken_over,
];

const OPENID: &str = "oMENUS00000000000000000000user";
const CREATE: &str = "/cgi-bin/menu/create";

fn button(name: &str, key: &str) -> Value {
    json!({ "name": name, "type": "click", "key": key })
}

fn reply(key: &str, text: &str) -> Value {
    let reply = json!({ "msgtype": "text", "text": { "content": text } });
    json!({ "key": key, "rule": { "when": { "click": { "key": key } }, "reply": reply } })
}

/// The answer to the tap of a button. A second one of the same user in the same second is a repeat.
async fn tap(machine: &Machine, openid: &str, key: &str) -> String {
    let message = machine.event(openid, "click").with("EventKey", key);
    let (status, body) = machine.post(&message).await.expect("an answer");
    assert_eq!(status, 200, "{body}");
    let content = body.split_once("<Content><![CDATA[").and_then(|(_, rest)| rest.split_once("]]>"));
    content.map_or(body.as_str(), |(content, _)| content).to_owned()
}

async fn names(machine: &Machine) -> Value {
    let menus = machine.ok("menu/list", json!({})).await;
    let names = |menu: &Value| -> Vec<Value> {
        menu["button"].as_array().into_iter().flatten().map(|button| button["name"].clone()).collect()
    };
    let conditional = menus["conditionalmenu"].as_array().unwrap().iter().map(names);
    json!([names(&menus["menu"]), conditional.collect::<Vec<_>>()])
}

async fn a_menu_and_its_replies_are_published_together_and_undone() {
    let machine = Machine::start().await;
    let empty = machine.ok("menu/draft", json!({})).await;
    assert_eq!(empty, json!({ "version": 0, "menus": [], "replies": [], "differs": false }));

    let first = json!([{ "button": [button("今日", "TODAY"), button("帮助", "HELP")] }]);
    let draft = json!({ "menus": first, "replies": [reply("TODAY", "玫瑰")], "if_version": 0 });
    let saved = machine.ok("menu/save_draft", draft).await;
    assert_eq!(
        (&saved["version"], &saved["differs"], &saved["by"]),
        (&json!(1), &json!(true), &json!("root"))
    );
    let checked = machine.ok("menu/check", json!({})).await;
    assert_eq!(checked, json!({ "problems": [], "unanswered_keys": ["HELP"] }));
    assert_eq!(tap(&machine, "oMENUS0000000000000000000first", "TODAY").await, "success", "it is a draft");

    let published = machine.ok("menu/publish", json!({ "if_version": 1 })).await;
    assert_eq!(published, json!({ "version": 1, "menuids": [], "rules_version": 1 }));
    assert_eq!(tap(&machine, OPENID, "TODAY").await, "玫瑰");
    assert_eq!(names(&machine).await, json!([["今日", "帮助"], []]));
    let draft = machine.ok("menu/draft", json!({})).await;
    assert_eq!((&draft["version"], &draft["differs"]), (&json!(1), &json!(false)));
    assert_eq!(draft["replies"][0]["rule"]["reply"]["text"]["content"], "玫瑰", "the rule is shown");

    // The draft is saved as it was shown, with another button.
    let second = json!([{ "button": [button("明日", "TODAY")] }]);
    let saved = json!({ "menus": second, "replies": draft["replies"] });
    machine.ok("menu/save_draft", saved).await;
    let published = machine.ok("menu/publish", json!({})).await;
    assert_eq!(published, json!({ "version": 2, "menuids": [] }), "the rule is as it was");
    assert_eq!(names(&machine).await, json!([["明日"], []]));

    let versions = machine.ok("menu/versions", json!({})).await;
    let numbers: Vec<_> =
        versions["versions"].as_array().unwrap().iter().map(|made| &made["version"]).collect();
    assert_eq!(numbers, [2, 1]);
    assert_eq!(versions["versions"][0]["author"], "root");
    let old = machine.ok("menu/version", json!({ "version": 1 })).await;
    assert_eq!(old["menus"], first);
    machine.ok("menu/save_draft", json!({ "menus": old["menus"] })).await;
    machine.ok("menu/publish", json!({})).await;
    assert_eq!(names(&machine).await, json!([["今日", "帮助"], []]));
    assert_eq!(machine.refused("menu/version", json!({ "version": 9 })).await.0, 404);

    machine.until("SELECT COUNT(*) FROM audit", 3).await;
    let audit = machine.ok("audit/list", json!({ "call": "menu/publish" })).await;
    let published =
        audit["entries"].as_array().unwrap().iter().map(|entry| entry["object"].as_str().unwrap());
    let mut published: Vec<_> = published.collect();
    published.sort_unstable();
    assert_eq!(published, ["1", "2", "3"], "drafts are no changes");
}

async fn a_failure_says_which_half_stands_and_publishing_again_does_the_rest() {
    let machine = Machine::start().await;
    let menus = json!([{ "button": [button("今日", "TODAY")] }]);
    machine.ok("menu/save_draft", json!({ "menus": menus, "replies": [reply("TODAY", "玫瑰")] })).await;
    machine.wechat.fail_next(Fault::Errcode(-1, "system error".to_owned()), 10, Some(CREATE));
    let (status, error) = machine.refused("menu/publish", json!({})).await;
    assert_eq!(
        (status, &error["code"], &error["errcode"]),
        (502, &json!("wechat_error"), &json!(-1)),
        "{error}"
    );
    assert_eq!(error["published"], json!(["replies"]));
    let message = error["message"].as_str().unwrap();
    assert!(message.ends_with("already published: replies; publish again to do the rest"), "{message}");
    assert_eq!(tap(&machine, OPENID, "TODAY").await, "玫瑰");
    assert_eq!(machine.ok("menu/draft", json!({})).await["differs"], true);

    machine.wechat.heal();
    let published = machine.ok("menu/publish", json!({})).await;
    assert_eq!(published, json!({ "version": 1, "menuids": [] }), "the rules have the reply");
    assert_eq!(names(&machine).await, json!([["今日"], []]));
    let rules = machine.ok("rule/list", json!({})).await;
    assert_eq!((&rules["version"], &rules["total"]), (&json!(1), &json!(1)));

    let invalid =
        json!([{ "button": [button("今日", "TODAY"), { "name": "a", "sub_button": [button("", "B")] }] }]);
    machine.ok("menu/save_draft", json!({ "menus": invalid })).await;
    let (status, error) = machine.refused("menu/publish", json!({})).await;
    assert_eq!((status, &error["field"]), (400, &json!("menus[0].button[1].sub_button[0].name")));
    let checked = machine.ok("menu/check", json!({})).await;
    assert_eq!(checked["problems"][0]["field"], "menus[0].button[1].sub_button[0].name");
    assert_eq!(names(&machine).await, json!([["今日"], []]));
}

async fn conditional_menus_become_those_of_the_draft() {
    let machine = Machine::start().await;
    let everyone = json!({ "button": [button("所有人", "A")] });
    let menu = |name: &str, platform: &str| json!({ "button": [button(name, "A")], "matchrule": { "client_platform_type": platform } });
    let publish = async |menus: Value| {
        machine.ok("menu/save_draft", json!({ "menus": menus })).await;
        machine.wechat.forget_calls();
        machine.ok("menu/publish", json!({})).await
    };
    let first = publish(json!([everyone, menu("苹果", "1"), menu("安卓", "2")])).await;
    assert_eq!(names(&machine).await, json!([["所有人"], [["苹果"], ["安卓"]]]), "the newest is tried first");
    let ids = first["menuids"].as_array().unwrap().clone();
    assert_eq!(ids.len(), 2);

    let again = publish(json!([everyone, menu("苹果", "1"), menu("安卓", "2")])).await;
    assert_eq!(again["menuids"], first["menuids"]);
    assert_eq!(machine.wechat.count("/cgi-bin/menu/addconditional"), 0);
    assert_eq!(machine.wechat.count("/cgi-bin/menu/delconditional"), 0);

    let changed = publish(json!([everyone, menu("其他", "3"), menu("安卓", "2")])).await;
    assert_eq!(names(&machine).await, json!([["所有人"], [["其他"], ["安卓"]]]));
    assert_eq!(changed["menuids"][1], ids[1], "it is the first that was created");
    assert_eq!(machine.wechat.count("/cgi-bin/menu/addconditional"), 1);
    assert_eq!(machine.wechat.count("/cgi-bin/menu/delconditional"), 1);
    publish(json!([everyone])).await;
    assert_eq!(names(&machine).await, json!([["所有人"], []]));
}

fn with_conditional_menus() -> Value {
    let menu = |platform: &str| json!({ "button": [button("苹果", "A")], "matchrule": { "client_platform_type": platform } });
    json!({ "menus": [{ "button": [button("所有人", "A")] }, menu("1"), menu("2"), menu("3")] })
}

async fn one_publication_at_a_time() {
    let machine = Machine::start().await;
    machine.ok("menu/save_draft", with_conditional_menus()).await;
    let nothing = json!({});
    let publish = || machine.api("menu/publish", &nothing);
    let answers = join_all((0..10).map(|_| publish())).await;
    let published = answers.iter().filter(|(status, _)| *status == 200).count();
    assert!(published >= 1, "{answers:?}");
    for (status, answer) in &answers {
        let error = &answer["error"];
        assert!(*status == 200 || (*status == 409 && error["code"] == "publishing"), "{answer}");
        if *status == 409 {
            assert_eq!(error["by"], "root");
            assert!(error["since"].is_i64(), "{error}");
        }
    }
    let menus = machine.ok("menu/list", json!({})).await;
    assert_eq!(menus["conditionalmenu"].as_array().unwrap().len(), 3, "each is created once: {answers:?}");
    machine.ok("menu/publish", json!({})).await;
    assert_eq!(machine.wechat.count("/cgi-bin/menu/addconditional"), 3);
}

async fn a_publication_that_was_cut_off_does_not_prevent_others_for_long() {
    let machine = Machine::start().await;
    machine.ok("menu/save_draft", with_conditional_menus()).await;
    let began = async |seconds_ago: i64| {
        let insert =
            "INSERT OR REPLACE INTO menu_publication VALUES ('default', 'x', '运营', unixepoch() - ?1)";
        machine.sql(insert, &[json!(seconds_ago)]).await
    };
    began(60).await;
    let (status, error) = machine.refused("menu/publish", json!({})).await;
    assert_eq!((status, &error["code"], &error["by"]), (409, &json!("publishing"), &json!("运营")));
    assert_eq!(machine.wechat.count(CREATE), 0);
    began(180).await;
    machine.ok("menu/publish", json!({})).await;
}

async fn a_publication_that_takes_too_long_ends_before_another_may_begin() {
    let machine = Machine::start().await;
    machine.ok("menu/save_draft", with_conditional_menus()).await;
    machine.wechat.fail_next(Fault::Held, 1, Some(CREATE));
    let held = async {
        until(async || {
            (machine.wechat.count(CREATE) == 1).then_some(()).ok_or_else(|| "no call yet".to_owned())
        })
        .await;
        machine.advance_meanwhile(Duration::from_mins(1)).await;
        machine.wechat.release();
    };
    let ((status, error), ()) = join(machine.refused("menu/publish", json!({})), held).await;
    assert_eq!((status, &error["published"]), (504, &json!(["default_menu"])), "{error}");
    assert_eq!(machine.wechat.count("/cgi-bin/menu/addconditional"), 0);
    machine.ok("menu/publish", json!({})).await;
    assert_eq!(machine.wechat.count("/cgi-bin/menu/addconditional"), 3);
}

async fn two_who_edit_the_same_draft_do_not_overwrite_each_other() {
    let machine = Machine::start().await;
    let menus = json!([{ "button": [button("今日", "TODAY")] }]);
    let key = machine.ok("key/create", json!({ "name": "运营", "scopes": ["menu:write"] })).await;
    let key = key["key"].as_str().unwrap();
    let draft = json!({ "menus": menus, "if_version": 0 });
    let (status, saved) = machine.api_as(key, "menu/save_draft", &draft).await;
    assert_eq!((status, &saved["by"]), (200, &json!("运营")), "{saved}");
    let (status, error) = machine.refused("menu/save_draft", draft).await;
    assert_eq!((status, &error["code"], &error["by"]), (409, &json!("conflict"), &json!("运营")));
    let (status, error) = machine.refused("menu/publish", json!({ "if_version": 0 })).await;
    assert_eq!((status, &error["code"]), (409, &json!("conflict")));
    assert_eq!(machine.wechat.count(CREATE), 0);
}

async fn a_key_without_rules_publishes_no_replies() {
    let machine = Machine::start().await;
    let key = machine.ok("key/create", json!({ "name": "菜单", "scopes": ["menu:write"] })).await;
    let key = key["key"].as_str().unwrap();
    let menus = json!([{ "button": [button("今日", "TODAY")] }]);
    let with = |replies: Value| json!({ "menus": menus, "replies": replies });
    machine.api_as(key, "menu/save_draft", &with(json!([reply("TODAY", "a")]))).await;
    let (status, answer) = machine.api_as(key, "menu/publish", &json!({})).await;
    let message = &answer["error"]["message"];
    assert_eq!((status, message), (403, &json!("this API key lacks the scope rule:write")), "{answer}");
    assert_eq!(machine.ok("rule/list", json!({})).await["total"], 0);
    machine.api_as(key, "menu/save_draft", &with(json!([]))).await;
    assert_eq!(machine.api_as(key, "menu/publish", &json!({})).await.0, 200);
}

async fn an_account_without_menus_gets_no_rules_for_them() {
    let machine = Machine::start().await;
    let menus = json!([{ "button": [button("今日", "TODAY")] }]);
    machine.ok("menu/save_draft", json!({ "menus": menus, "replies": [reply("TODAY", "a")] })).await;
    let refusal = Fault::Errcode(48001, "api unauthorized".to_owned());
    machine.wechat.fail_next(refusal, 10, Some("/cgi-bin/menu/"));
    let (status, error) = machine.refused("menu/publish", json!({})).await;
    assert_eq!(
        (status, &error["errcode"], &error["published"]),
        (409, &json!(48001), &json!(null)),
        "{error}"
    );
    assert_eq!(machine.ok("rule/list", json!({})).await["total"], 0);
}

async fn what_the_console_of_wechat_made_is_taken_over() {
    let machine = Machine::start().await;
    let menus = json!([
        { "button": [button("今日", "TODAY")] },
        { "button": [button("会员", "VIP")], "matchrule": { "client_platform_type": "1" } },
    ]);
    for menu in menus.as_array().unwrap() {
        machine.ok("menu/create", menu.clone()).await;
    }
    let listed = machine.ok("menu/list", json!({})).await;
    let draft = json!({ "menus": [listed["menu"], listed["conditionalmenu"][0]] });
    let saved = machine.ok("menu/save_draft", draft).await;
    assert_eq!(saved["menus"], menus);
    let published = machine.ok("menu/publish", json!({})).await;
    assert_eq!(published["menuids"], json!([listed["conditionalmenu"][0]["menuid"]]), "it is the same menu");

    let imported = machine.ok("rule/import_platform", json!({ "dry_run": true })).await;
    assert_eq!(imported["menu"]["button"], json!([button("今日", "TODAY")]), "{imported}");
}
