//! The list of changes: what is one, what is stored of it, and how it is listed and forgotten.

use mp_worker::api::audit::{
    AuditBudget, AuditEntry, AuditFilter, AuditPlace, AuditRow, Change, changes, expire_changes, is_dry_run,
    object_of, select_changes, store_change,
};
use mp_worker::api::{Access, Endpoint, Group, Identity, KeyRecord, Requirement, Scope, endpoints};
use mp_worker::time::{SECONDS_A_DAY, Timestamp};
use rusqlite::Connection;

use crate::database::{database, dump, rows, run};
use crate::world::NOW;

fn endpoint(path: &str) -> &'static Endpoint {
    Endpoint::find(path).expect("a call")
}

fn key(id: &str, account: &str) -> Identity {
    Identity::Key(Box::new(KeyRecord {
        id: id.to_owned(),
        name: format!("name of {id}"),
        hash: String::new(),
        scopes: vec![Scope::Everything],
        account: account.to_owned(),
        made_by: None,
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
    }))
}

fn change<'a>(
    call: &str,
    account: &'a str,
    identity: &'a Identity,
    request_id: &'a str,
    ok: bool,
) -> Change<'a> {
    Change { endpoint: endpoint(call), account, identity, request_id, ok }
}

#[test]
fn every_call_that_writes_and_sends_nothing_is_a_change() {
    let not_changes: Vec<_> = endpoints()
        .filter(|endpoint| {
            matches!(endpoint.requires, Requirement::Scope(Scope::One(_, Access::Write)))
                && !endpoint.is_change()
        })
        .map(|endpoint| endpoint.path)
        .collect();
    let expected = [
        "message/reply",
        "message/leave",
        "message/typing",
        "conversation/pause",
        "conversation/resume",
        "conversation/settle",
        "template/send",
        "menu/save_draft",
    ];
    assert_eq!(not_changes, expected);
    assert!(endpoints().filter(|endpoint| endpoint.is_change()).all(|endpoint| {
        matches!(endpoint.requires, Requirement::Scope(Scope::One(group, Access::Write)) if group != Group::Message)
    }));
}

#[test]
fn the_object_is_an_id_of_the_request_or_of_the_answer_and_never_an_openid_or_a_text() {
    let object = |request: &str, answer: Option<&str>| object_of(request.as_bytes(), answer);
    let some = |id: &str| Some(id.to_owned());
    assert_eq!(
        object(r#"{"id":"r_1","rule":{"id":"r_2"}}"#, Some(r#"{"version":8,"id":"r_1"}"#)),
        some("r_1")
    );
    assert_eq!(object(r#"{"rule":{"when":{}}}"#, Some(r#"{"version":8,"id":"r_3"}"#)), some("r_3"));
    assert_eq!(object(r#"{"id":101,"openid_list":["oA"]}"#, None), some("101"));
    assert_eq!(object(r#"{"name":"会员"}"#, Some(r#"{"tag":{"id":101,"name":"会员"}}"#)), some("101"));
    assert_eq!(object(r#"{"webhook":"w_1"}"#, None), some("w_1"));
    assert_eq!(
        object(r#"{"webhook":{"url":"https://h"}}"#, Some(r#"{"id":"w_2","secret":"whsec_x"}"#)),
        some("w_2")
    );
    assert_eq!(object("", Some("{}")), None);
    for openid_or_text in ["oSANDBOX000000000000000alice", "一句话", "a b", "", &"x".repeat(65)] {
        assert_eq!(object(&format!(r#"{{"id":"{openid_or_text}"}}"#), None), None, "{openid_or_text}");
    }
    assert_eq!(object(r#"{"openid":"oA","remark":"x"}"#, Some("{}")), None);
    assert_eq!(object("not JSON", None), None);
    assert!(is_dry_run(br#"{"dry_run":true}"#));
    for request in [r#"{"dry_run":false}"#, r#"{"name":"dry_run"}"#, "{}", r#"{"dry_run":"#] {
        assert!(!is_dry_run(request.as_bytes()), "{request}");
    }
}

#[test]
fn of_refused_changes_and_those_about_users_a_hundred_are_stored_an_hour() {
    let identity = key("k", "default");
    let mut budget = AuditBudget::new();
    let (tagged, refused, made) = (
        change("tag/add", "default", &identity, "1", true),
        change("rule/create", "default", &identity, "2", false),
        change("rule/create", "default", &identity, "3", true),
    );
    for _ in 0..100 {
        assert!(budget.admit(&refused, NOW));
    }
    assert!(!budget.admit(&refused, NOW));
    assert!(budget.admit(&tagged, NOW), "what is refused hides nothing that is done");
    let noisy = key("noisy", "shop");
    assert!(budget.admit(&change("tag/add", "shop", &noisy, "4", false), NOW), "nor what another key does");
    for _ in 1..100 {
        assert!(budget.admit(&tagged, NOW));
    }
    assert!(!budget.admit(&tagged, NOW));
    assert!(budget.admit(&made, NOW), "each change of a rule is stored");
    assert!(budget.admit(&refused, NOW.plus(3600)));
}

fn listed(
    database: &Connection,
    account: &str,
    filter: &AuditFilter,
    after: Option<&AuditPlace>,
    limit: u32,
) -> (Vec<AuditEntry>, Option<AuditPlace>) {
    let found: Vec<AuditRow> = rows(database, &select_changes(account, filter, after, limit)).unwrap();
    changes(found, limit)
}

#[test]
fn changes_are_listed_by_page_key_and_call_and_for_their_own_account() {
    let database = database();
    let (root, anna, other) = (Identity::Root, key("anna", "default"), key("other", "shop"));
    let store =
        |change: Change<'_>, object, second| run(&database, &store_change(&change, object, NOW.plus(second)));
    store(change("rule/create", "default", &root, "a", true), Some("r_1"), 0);
    store(change("rule/update", "default", &anna, "b", true), Some("r_1"), 1);
    store(change("key/revoke", "default", &anna, "c", false), None, 1);
    store(change("rule/create", "shop", &other, "d", true), Some("r_9"), 2);
    store(change("rule/create", "shop", &other, "d", true), Some("r_9"), 2);
    let all = AuditFilter::default();
    let ids = |filter: &AuditFilter, account: &str| -> Vec<String> {
        listed(&database, account, filter, None, 20).0.into_iter().map(|entry| entry.request_id).collect()
    };
    assert_eq!(
        (ids(&all, "default"), ids(&all, "shop")),
        (vec!["c".into(), "b".into(), "a".into()], vec!["d".into()])
    );
    let by = |key: Option<&str>, call: Option<&str>| AuditFilter {
        key: key.map(ToOwned::to_owned),
        call: call.map(ToOwned::to_owned),
    };
    assert_eq!(ids(&by(Some("anna"), None), "default"), ["c", "b"]);
    assert_eq!(ids(&by(Some("root"), None), "default"), ["a"]);
    assert_eq!(ids(&by(None, Some("rule/update")), "default"), ["b"]);
    assert_eq!(ids(&by(Some("root"), Some("rule/update")), "default"), [""; 0]);

    let (first, next) = listed(&database, "default", &all, None, 2);
    let entry = serde_json::to_value(&first[0]).unwrap();
    let expected = serde_json::json!({ "at": NOW.seconds() + 1, "key": { "id": "anna", "name": "name of anna" },
        "call": "key/revoke", "ok": false, "request_id": "c" });
    assert_eq!(entry, expected);
    let (second, end) = listed(&database, "default", &all, next.as_ref(), 2);
    let last = serde_json::to_value(&second[0]).unwrap();
    assert_eq!(
        (second.len(), &last["key"], &last["object"]),
        (1, &serde_json::json!({ "name": "root" }), &"r_1".into())
    );
    assert_eq!(end, None);
}

#[test]
fn a_page_looks_at_a_thousand_changes() {
    let database = database();
    let anna = key("anna", "default");
    for number in 0..1500 {
        let id = format!("{number:04}");
        let made =
            change(if number == 0 { "menu/create" } else { "rule/update" }, "default", &anna, &id, true);
        run(&database, &store_change(&made, None, NOW));
    }
    let filter = AuditFilter { call: Some("menu/create".to_owned()), ..AuditFilter::default() };
    let (none, next) = listed(&database, "default", &filter, None, 20);
    assert_eq!((none.len(), next.as_ref().map(|(_, id)| id.as_str())), (0, Some("0500")));
    let (found, end) = listed(&database, "default", &filter, next.as_ref(), 20);
    assert_eq!((found.len(), end), (1, None));
}

#[test]
fn changes_are_forgotten_after_ninety_days() {
    let database = database();
    let root = Identity::Root;
    for (id, days) in [("a", 91), ("b", 89)] {
        let at: Timestamp = NOW.minus(days * SECONDS_A_DAY);
        run(&database, &store_change(&change("rule/create", "default", &root, id, true), None, at));
    }
    run(&database, &expire_changes("other", NOW));
    assert_eq!(dump(&database, "audit").len(), 2);
    run(&database, &expire_changes("default", NOW));
    assert_eq!(dump(&database, "audit").len(), 1);
}
