//! The draft of the menus: what is stored of it, what is wrong with it, and what publishing it does.

use mp_worker::api::menu::MenuList;
use mp_worker::api::{Plan, menu::MenuPlan};
use mp_worker::invalid::Invalid;
use mp_worker::rules::RuleDraft;
use mp_worker::settings::{
    Document, Edit, MenuDraft, MenusRow, PublicationRow, PublishedMenusRow, StoredMenus, begin_publication,
    end_publication, menus_of, newest_menus, publication_ends_in, publish_menus, published_menus, save_menus,
};
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{batch, database, rows};
use crate::world::{NOW, planned};

fn draft(menus: &Value, replies: &Value) -> MenuDraft {
    let body = json!({ "menus": menus, "replies": replies }).to_string();
    let Ok(Plan::Menu(MenuPlan::Save { draft, .. })) = planned("menu/save_draft", &body) else {
        panic!("{body}")
    };
    *draft
}

fn tap(key: &str) -> Value {
    json!({ "name": key, "type": "click", "key": key })
}

fn reply(key: &str, text: &str) -> Value {
    json!({ "key": key, "rule": rule(key, text) })
}

fn rule(key: &str, text: &str) -> Value {
    json!({ "when": { "click": { "key": key } }, "reply": { "msgtype": "text", "text": { "content": text } } })
}

fn rules(list: &[Value]) -> Vec<RuleDraft> {
    list.iter().map(|rule| serde_json::from_value(rule.clone()).unwrap()).collect()
}

fn with_rules(list: &[Value]) -> Document {
    edited(&Document::default(), Edit::ImportRules { rules: rules(list), append: false })
}

fn edited(document: &Document, edit: Edit) -> Document {
    let nonce = format!("n{}_", document.version);
    Document::parse(&document.clone().edit(edit, None, (NOW, &nonce)).unwrap().json).unwrap()
}

fn texts(document: &Document) -> Vec<String> {
    let rules = document.rules.iter().map(|rule| serde_json::to_value(rule).unwrap());
    let text = |rule: &Value| rule.pointer("/reply/text/content").unwrap().as_str().unwrap().to_owned();
    rules.map(|rule| text(&rule)).collect()
}

fn problems(draft: &MenuDraft) -> Vec<String> {
    let invalid = draft.check().err();
    let each = invalid.iter().flat_map(Invalid::each);
    each.map(|(field, complaint)| format!("{field} {complaint}")).collect()
}

#[test]
fn every_problem_is_told_with_its_field() {
    let menus = json!([
        { "button": [
            tap("A"),
            { "name": "", "sub_button": [
                { "name": "x".repeat(61), "type": "view", "url": "https://example.com" },
                { "name": "b", "type": "view", "url": "example.com" },
            ] },
        ] },
        { "button": [{ "name": "c", "sub_button": [{ "name": "", "type": "click", "key": "C" }, { "name": "d" }] }],
          "matchrule": {} },
    ]);
    let other_key = json!({ "key": "C", "rule": rule("D", "text") });
    let replies = json!([reply("B", "text"), reply("A", ""), reply("A", "twice"), other_key]);
    assert_eq!(
        problems(&draft(&menus, &replies)),
        [
            "menus[0].button[1].name is empty",
            "menus[1].button[0].sub_button[0].name is empty",
            "menus[1].button[0].sub_button[1].type is missing, and there is no sub_button",
            "menus[1].matchrule must have tag_id or client_platform_type",
            "replies[0].key is not the key of a button of type click",
            "replies[1].rule.reply.text.content is empty",
            "replies[2].key is duplicated",
            "replies[3].rule.when must be a click with the same key",
        ]
    );
    let none = "menus must contain exactly one menu without matchrule";
    assert_eq!(problems(&MenuDraft::default()), [none]);
    let menu = json!({ "button": [tap("A")] });
    assert_eq!(problems(&draft(&json!([menu, menu]), &json!([]))), [none]);
    assert_eq!(problems(&draft(&json!([menu]), &json!([reply("A", "a")]))), [""; 0]);
}

#[test]
fn a_draft_is_stored_without_what_wechat_and_the_rules_have_already() {
    let document = with_rules(&[rule("A", "old"), rule("B", "old")]);
    let listed = json!([
        { "button": [tap("A"), tap("B")], "menuid": 208_396_938 },
        { "button": [tap("A")], "menuid": "9", "matchrule": { "group_id": "2", "sex": "", "client_platform_type": "" } },
    ]);
    let mut same = document.rules[1].clone();
    let other_id = {
        same.id = Some("other".to_owned());
        same
    };
    let replies = json!([reply("A", "new"), { "key": "B", "rule": other_id }]);
    let stored = draft(&listed, &replies).to_store(&document).unwrap();
    let menus = serde_json::to_value(&stored.menus).unwrap();
    assert_eq!(menus[1], json!({ "button": [tap("A")], "matchrule": { "tag_id": "2" } }));
    assert_eq!(stored.replies.len(), 1, "the other reply is a rule");
    let withdrawn = json!([{ "button": [tap("A")], "matchrule": { "sex": "1" } }]);
    let invalid = draft(&withdrawn, &json!([])).to_store(&document).unwrap_err();
    assert_eq!(invalid.field, "menus[0].matchrule.sex", "without it, others would see the menu as well");
    let many = json!(vec![json!({ "button": [tap("A")] }); 21]);
    assert_eq!(draft(&many, &json!([])).to_store(&document).unwrap_err().field, "menus");

    // What the rules reply is shown beside what is saved.
    let mut shown = stored;
    shown.add_replies(&document);
    let shown: Vec<_> =
        shown.replies.iter().map(|reply| (reply.key.as_str(), reply.rule.id.is_some())).collect();
    assert_eq!(shown, [("A", false), ("B", true)]);
}

#[test]
fn published_replies_replace_those_before_and_publishing_them_again_changes_nothing() {
    let mut any = rule("A", "any");
    any["when"] = json!({ "default": {} });
    let document = with_rules(&[rule("A", "first"), rule("A", "second"), any]);
    let second = document.rules[1].id.clone();
    let mut of_second = rules(&[rule("A", "changed")]).remove(0);
    of_second.id.clone_from(&second);
    let changed = edited(&document, Edit::SetReplies { rules: vec![of_second.clone()] });
    assert_eq!(texts(&changed), ["first", "changed", "any"]);
    assert_eq!(changed.rules[1].id, second);

    let new = rules(&[rule("A", "again"), rule("B", "new")]);
    let both = edited(&changed, Edit::SetReplies { rules: new.clone() });
    assert_eq!(texts(&both), ["again", "changed", "new", "any"], "before the rule that answers everything");
    let repeated = both.clone().edit(Edit::SetReplies { rules: new }, None, (NOW, "n")).unwrap();
    assert_eq!((repeated.is_new, repeated.settings.version), (false, both.version));

    // An id of a rule about something else does not replace that.
    of_second.id.clone_from(&document.rules[2].id);
    assert_eq!(
        texts(&edited(&document, Edit::SetReplies { rules: vec![of_second] })),
        ["changed", "second", "any"]
    );
}

#[test]
fn taps_that_nothing_answers_are_named() {
    let menus = json!([
        { "button": [tap("ANSWERED"), tap("SILENT"), { "name": "a", "sub_button": [tap("NOBODY"), tap("OFF")] }] },
        { "button": [tap("NOBODY"), { "name": "b", "type": "scancode_push", "key": "SCAN" }], "matchrule": { "tag_id": 1 } },
    ]);
    let mut off = rule("OFF", "off");
    off["off"] = true.into();
    let mut silent = rule("SILENT", "");
    silent["reply"] = json!({ "msgtype": "silence" });
    let draft = draft(&menus, &json!([]));
    let unanswered = |document: &Document| draft.unanswered_keys(&document.check().unwrap(), NOW);
    assert_eq!(unanswered(&with_rules(&[rule("ANSWERED", "text"), silent, off])), ["NOBODY", "OFF"]);
    let every =
        json!({ "when": { "event": "click" }, "reply": { "msgtype": "text", "text": { "content": "a" } } });
    assert_eq!(unanswered(&with_rules(&[every])), [""; 0]);
}

fn menu(key: &str, tag: u8) -> Value {
    json!({ "button": [tap(key)], "matchrule": { "tag_id": tag.to_string() } })
}

#[test]
fn conditional_menus_are_changed_from_the_first_that_differs() {
    let wanted =
        draft(&json!([{ "button": [tap("D")] }, menu("C", 3), menu("B", 2), menu("A", 1)]), &json!([]));
    let wanted = wanted.conditional_menus();
    let changes = |listed: &[(&str, Value)]| {
        let listed = listed.iter().map(|(id, menu)| {
            let mut menu = menu.clone();
            menu["menuid"] = (*id).into();
            menu
        });
        let listed = json!({ "menu": { "button": [] }, "conditionalmenu": listed.collect::<Vec<_>>() });
        let changes = MenuList::from_wechat(Ok(listed)).unwrap().conditional_changes(&wanted);
        (changes.kept.join(" "), changes.deleted.join(" "))
    };
    let both = |kept: &str, deleted: &str| (kept.to_owned(), deleted.to_owned());
    assert_eq!(changes(&[]), both("", ""));
    let all = [("101", menu("C", 3)), ("100", menu("B", 2)), ("99", menu("A", 1))];
    assert_eq!(changes(&all), both("99 100 101", ""), "the last that is tried was created first");
    assert_eq!(changes(&all[1..]), both("99 100", ""));
    assert_eq!(changes(&[("99", menu("B", 2)), ("100", menu("A", 1))]), both("", "99 100"));
    assert_eq!(
        changes(&[("99", menu("A", 1)), ("100", menu("X", 2)), ("101", menu("C", 3))]),
        both("99", "100 101")
    );
    let mut unknown = menu("A", 1);
    unknown["matchrule"] = json!({ "tag_id": "1", "sex": "2" });
    assert_eq!(changes(&[("99", unknown)]), both("", "99"));
}

fn save(database: &mut Connection, draft: &MenuDraft, expected: Option<u64>) -> Option<u64> {
    let saved = batch(database, &save_menus("default", draft, expected, ("shop", NOW))).swap_remove(0).pop();
    saved.map(|row| row.get(0).and_then(Value::as_u64).unwrap())
}

fn newest(database: &Connection) -> StoredMenus {
    let row = rows::<MenusRow>(database, &newest_menus("default")).unwrap().pop();
    row.map(|row| StoredMenus::from_row(row).unwrap()).unwrap_or_default()
}

#[test]
fn a_draft_is_saved_published_and_changed_again() {
    let mut database = database();
    let database = &mut database;
    assert_eq!(newest(database), StoredMenus::default());
    let first = draft(&json!([{ "button": [tap("A")] }]), &json!([reply("A", "a")]));
    assert_eq!(save(database, &first, Some(1)), None, "there is none yet");
    assert_eq!(save(database, &first, Some(0)), Some(1));
    assert_eq!(save(database, &first, Some(0)), None);
    assert_eq!(save(database, &first, None), Some(2));
    let stored = newest(database);
    assert_eq!((stored.version, stored.differs, stored.author.as_deref()), (2, true, Some("shop")));
    assert_eq!(stored.draft, first);

    batch(database, &publish_menus("default", 2, &first, ("root", NOW.plus(5))));
    let stored = newest(database);
    assert_eq!((stored.version, stored.differs, stored.author.as_deref()), (2, false, Some("root")));
    assert!(stored.draft.replies.is_empty(), "they are rules");
    let without_reply = MenuDraft { replies: Vec::new(), ..first.clone() };
    assert_eq!(save(database, &without_reply, Some(2)), Some(3));
    assert!(!newest(database).differs, "the menus are the same");
    assert_eq!(save(database, &first, Some(3)), Some(4));
    assert!(newest(database).differs);

    // The answer is what this call saved, although somebody else saved something newer before it was read.
    let mine = draft(&json!([{ "button": [tap("C")] }]), &json!([]));
    let told = newest(database).saved(3, mine.clone(), ("me", NOW));
    assert_eq!((told.version, &told.draft, told.author.as_deref()), (3, &mine, Some("me")));
    assert_eq!(newest(database).saved(4, first.clone(), ("me", NOW)), newest(database), "it is the newest");

    // Somebody saves while it is being published.
    let second = draft(&json!([{ "button": [tap("B")] }]), &json!([]));
    assert_eq!(save(database, &second, Some(4)), Some(5));
    batch(database, &publish_menus("default", 4, &first, ("root", NOW)));
    assert_eq!((newest(database).version, newest(database).differs), (5, true));
    let listed: Vec<PublishedMenusRow> = rows(database, &published_menus("default")).unwrap();
    assert_eq!(listed.iter().map(|(version, ..)| *version).collect::<Vec<_>>(), [4, 2]);
    let of = |version| rows::<MenusRow>(database, &menus_of("default", version)).unwrap().pop();
    assert!(of(5).is_none() && of(3).is_none() && of(2).is_some());
}

#[test]
fn one_publication_at_a_time_begins() {
    let database = database();
    let begin = |account: &str, claim: &str, by: &str, now: Timestamp| -> PublicationRow {
        rows(&database, &begin_publication(account, claim, (by, now))).unwrap().pop().unwrap()
    };
    let row = |claim: &str, by: &str, now: Timestamp| (claim.to_owned(), by.to_owned(), now.seconds());
    let first = row("a", "shop", NOW);
    assert_eq!(begin("default", "a", "shop", NOW), first);
    assert_eq!(begin("default", "b", "root", NOW.plus(179)), first);
    assert_eq!(begin("shop", "b", "root", NOW), row("b", "root", NOW), "it is another account");
    assert_eq!(publication_ends_in(first.2, NOW.plus(179)), 1);
    assert_eq!(publication_ends_in(first.2, NOW.plus(999)), 0);

    // It was cut off: the next one begins, and its own end is not that of the first.
    let second = row("b", "root", NOW.plus(180));
    assert_eq!(begin("default", "b", "root", NOW.plus(180)), second);
    rows::<(String,)>(&database, &end_publication("default", "a")).unwrap();
    assert_eq!(begin("default", "c", "root", NOW.plus(181)), second);
    rows::<(String,)>(&database, &end_publication("default", "b")).unwrap();
    assert_eq!(begin("default", "c", "root", NOW.plus(181)), row("c", "root", NOW.plus(181)));
}

#[test]
fn fifty_published_versions_are_kept_and_one_draft() {
    let mut database = database();
    let draft = draft(&json!([]), &json!([]));
    for version in 1..=60 {
        assert_eq!(save(&mut database, &draft, None), Some(version));
        batch(&mut database, &publish_menus("default", version, &draft, ("root", NOW)));
    }
    for _ in 0..3 {
        save(&mut database, &draft, None);
    }
    let count: Vec<(i64, i64)> = rows(
        &database,
        &mp_worker::sql::Statement::new(
            "SELECT SUM(published) AS published, COUNT(*) AS n FROM menu_version",
            [],
        ),
    )
    .unwrap();
    assert_eq!(count, [(50, 51)]);
    let listed: Vec<PublishedMenusRow> = rows(&database, &published_menus("default")).unwrap();
    assert_eq!((listed.len(), listed[0].0, listed[49].0), (50, 60, 11));
}
