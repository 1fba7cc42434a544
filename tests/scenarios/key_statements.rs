//! The statements of the key store, run on SQLite with every migration.

use mp_worker::api::{
    KeyRecord, KeyRow, MAX_KEYS, MAX_NEW_KEYS, Scope, delete_key, expire_keys, find_key, insert_key,
    list_keys, mark_copied, note_use, revoke_key, uncopied_keys,
};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, migrations, rows, run};
use crate::world::NOW;

fn keys(database: &Connection, statement: &Statement) -> Vec<KeyRecord> {
    rows::<KeyRow>(database, statement).unwrap().into_iter().map(KeyRecord::from_row).collect()
}

fn listed(database: &Connection, account: &str) -> Vec<KeyRecord> {
    let rows = rows::<KeyRow>(database, &list_keys(account)).unwrap();
    rows.into_iter().map(|row| KeyRecord::from_listed_row(row).0).collect()
}

fn is_created(database: &Connection, record: &KeyRecord) -> bool {
    rows::<(String,)>(database, &insert_key(record)).unwrap() == [(record.id.clone(),)]
}

fn revoked(database: &Connection, id: &str, account: &str, at: Timestamp) -> Vec<String> {
    let revoked = rows::<(String,)>(database, &revoke_key(id, account, at)).unwrap();
    let mut revoked: Vec<_> = revoked.into_iter().map(|(id,)| id).collect();
    revoked.sort();
    revoked
}

fn made_by(maker: &str, id: &str, created_at: Timestamp) -> KeyRecord {
    KeyRecord { made_by: Some(maker.to_owned()), ..key(id, created_at) }
}

fn key(id: &str, created_at: Timestamp) -> KeyRecord {
    KeyRecord {
        id: id.to_owned(),
        name: format!("it's \"{id}\" 后台"),
        hash: format!("hash of {id}"),
        scopes: vec![Scope::parse("menu:write").unwrap(), Scope::parse("user:read").unwrap()],
        account: "shop".to_owned(),
        made_by: None,
        created_at,
        expires_at: None,
        revoked_at: None,
    }
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let names: Vec<_> = migrations()
        .iter()
        .map(|file| file.file_name().unwrap().to_str().unwrap().split('_').next().unwrap().to_owned())
        .collect();
    let expected: Vec<_> = (1..=names.len()).map(|number| format!("{number:04}")).collect();
    assert_eq!(names, expected);
}

#[test]
fn a_key_is_read_back_as_it_was_stored() {
    let database = database();
    let lasting = key("a", NOW);
    let ending =
        KeyRecord { scopes: vec![Scope::Everything], expires_at: Some(NOW.plus(60)), ..key("b", NOW) };
    let ended = KeyRecord { scopes: Vec::new(), revoked_at: Some(NOW.plus(30)), ..key("c", NOW) };
    for record in [lasting, ending, ended] {
        assert!(is_created(&database, &record));
        assert_eq!(keys(&database, &find_key(&record.id)), [record]);
    }
    assert_eq!(keys(&database, &find_key("d")), []);
    assert_eq!(keys(&database, &find_key("A")), []);
    assert_eq!(keys(&database, &find_key("' OR 1=1 --")), []);
}

#[test]
fn an_id_can_be_stored_only_once() {
    let database = database();
    assert!(is_created(&database, &key("a", NOW)));
    assert!(is_created(&database, &key("a", NOW.plus(1))), "it is the same key, whose first answer was lost");
    let another = KeyRecord { hash: "another".to_owned(), ..key("a", NOW) };
    assert!(!is_created(&database, &another));
    assert_eq!(listed(&database, "shop"), [key("a", NOW)]);
    assert_eq!(rows::<Value>(&database, &delete_key("a")).unwrap().len(), 0);
    assert_eq!(listed(&database, "shop"), []);
}

#[test]
fn keys_are_listed_oldest_first() {
    let database = database();
    assert_eq!(listed(&database, "shop"), []);
    for record in [key("c", NOW), key("a", NOW.plus(1)), key("b", NOW)] {
        assert!(is_created(&database, &record));
    }
    let ids: Vec<_> = listed(&database, "shop").into_iter().map(|record| record.id).collect();
    assert_eq!(ids, ["b", "c", "a"]);
}

#[test]
fn revoking_a_key_again_keeps_the_first_time() {
    let database = database();
    assert!(is_created(&database, &key("a", NOW)));
    assert!(is_created(&database, &key("b", NOW)));
    let revoke = |id: &str, after: i64| {
        rows::<(String,)>(&database, &revoke_key(id, "shop", NOW.plus(after))).unwrap().len()
    };
    assert_eq!(revoke("c", 0), 0);
    assert_eq!(revoke("a", 10), 1);
    assert_eq!(revoke("a", 20), 1, "the key exists");
    let revoked = KeyRecord { revoked_at: Some(NOW.plus(10)), ..key("a", NOW) };
    assert_eq!(listed(&database, "shop"), [revoked, key("b", NOW)]);
}

#[test]
fn a_key_is_created_only_by_one_that_is_valid_now() {
    let database = database();
    let ending = KeyRecord { expires_at: Some(NOW.plus(100)), ..key("ending", NOW) };
    for record in [key("a", NOW), key("gone", NOW), ending] {
        assert!(is_created(&database, &record));
    }
    revoked(&database, "gone", "shop", NOW);
    assert!(is_created(&database, &made_by("a", "a1", NOW)));
    assert!(!is_created(&database, &made_by("gone", "g1", NOW)), "a revoked maker");
    assert!(!is_created(&database, &made_by("none", "n1", NOW)), "an unknown maker");
    let elsewhere = KeyRecord { account: "news".to_owned(), ..made_by("a", "a2", NOW) };
    assert!(!is_created(&database, &elsewhere), "a maker of another account");
    for (end, is_good) in [(Some(99), true), (Some(100), true), (Some(101), false), (None, false)] {
        let id = format!("e{end:?}");
        let record = KeyRecord { expires_at: end.map(|end| NOW.plus(end)), ..made_by("ending", &id, NOW) };
        assert_eq!(is_created(&database, &record), is_good, "{end:?}");
    }
    let late = KeyRecord { expires_at: Some(NOW.plus(100)), ..made_by("ending", "late", NOW.plus(100)) };
    assert!(!is_created(&database, &late), "an expired maker");
}

#[test]
fn an_account_has_a_limited_number_of_keys() {
    let database = database();
    for number in 0..MAX_KEYS {
        assert!(is_created(&database, &key(&format!("k{number}"), NOW)));
    }
    assert!(!is_created(&database, &key("more", NOW)));
    let elsewhere = KeyRecord { account: "news".to_owned(), ..key("elsewhere", NOW) };
    assert!(is_created(&database, &elsewhere), "another account is not affected");
    revoked(&database, "k0", "shop", NOW);
    assert!(is_created(&database, &key("more", NOW)), "a key that ended does not count");
}

#[test]
fn keys_create_a_limited_number_of_keys_a_day() {
    let database = database();
    assert!(is_created(&database, &key("maker", NOW)));
    for number in 0..MAX_NEW_KEYS {
        let id = format!("k{number}");
        assert!(is_created(&database, &made_by("maker", &id, NOW)));
        revoked(&database, &id, "shop", NOW);
    }
    assert!(!is_created(&database, &made_by("maker", "more", NOW.plus(86_399))));
    assert!(is_created(&database, &key("root", NOW.plus(86_399))), "the root key is not limited");
    assert!(is_created(&database, &made_by("maker", "more", NOW.plus(86_400))));
}

#[test]
fn a_key_is_revoked_with_every_key_that_it_created() {
    let database = database();
    assert!(is_created(&database, &key("a", NOW)));
    for (maker, id) in [("a", "a1"), ("a", "a2"), ("a1", "a11"), ("a11", "a111")] {
        assert!(is_created(&database, &made_by(maker, id, NOW)));
    }
    assert!(is_created(&database, &key("b", NOW)));
    assert_eq!(revoked(&database, "a1", "shop", NOW.plus(1)), ["a1", "a11", "a111"]);
    assert_eq!(revoked(&database, "a", "shop", NOW.plus(2)), ["a", "a1", "a11", "a111", "a2"]);
    let times: Vec<_> = listed(&database, "shop")
        .into_iter()
        .map(|key| (key.id, key.revoked_at.map(Timestamp::seconds)))
        .collect();
    let at = |id: &str, after: Option<i64>| (id.to_owned(), after.map(|after| NOW.plus(after).seconds()));
    assert_eq!(
        times,
        [
            at("a", Some(2)),
            at("a1", Some(1)),
            at("a11", Some(1)),
            at("a111", Some(1)),
            at("a2", Some(2)),
            at("b", None)
        ]
    );
}

#[test]
fn a_copy_is_written_after_every_change() {
    let database = database();
    let uncopied =
        || -> Vec<String> { keys(&database, &uncopied_keys()).into_iter().map(|key| key.id).collect() };
    assert!(is_created(&database, &key("a", NOW)));
    assert!(is_created(&database, &key("b", NOW)));
    assert_eq!(uncopied(), ["a", "b"]);
    run(&database, &mark_copied(&key("a", NOW)));
    run(&database, &mark_copied(&key("b", NOW)));
    assert_eq!(uncopied(), [""; 0]);
    revoked(&database, "b", "shop", NOW);
    assert_eq!(uncopied(), ["b"]);
    run(&database, &mark_copied(&key("b", NOW)));
    assert_eq!(uncopied(), ["b"], "the copy of the valid key is not the one of the revoked key");
    run(&database, &mark_copied(&KeyRecord { revoked_at: Some(NOW), ..key("b", NOW) }));
    revoked(&database, "b", "shop", NOW.plus(1));
    assert_eq!(uncopied(), [""; 0], "revoking again changes nothing");
    assert!(is_created(&database, &key("c", NOW)));
    revoked(&database, "a", "shop", NOW);
    assert_eq!(uncopied(), ["a", "c"], "revocations come first");
}

#[test]
fn a_use_is_stored_at_most_once_an_hour() {
    let database = database();
    assert!(is_created(&database, &key("a", NOW)));
    let used = || KeyRecord::from_listed_row(rows(&database, &list_keys("shop")).unwrap().remove(0)).1;
    assert_eq!(used(), None);
    for (after, stored) in [(0, 0), (3599, 0), (3600, 3600), (1, 3600), (9000, 9000)] {
        run(&database, &note_use("a", NOW.plus(after)));
        assert_eq!(used(), Some(NOW.plus(stored)), "{after}");
    }
}

#[test]
fn keys_are_deleted_a_month_after_their_end() {
    let database = database();
    let expired = KeyRecord { expires_at: Some(NOW), ..key("expired", NOW) };
    for record in [key("a", NOW), key("revoked", NOW), expired] {
        assert!(is_created(&database, &record));
        run(&database, &note_use(&record.id, NOW));
    }
    revoked(&database, "revoked", "shop", NOW);
    let left = |after: i64| {
        run(&database, &expire_keys("shop", NOW.plus(after)));
        run(&database, &expire_keys("news", NOW.plus(after * 2)));
        listed(&database, "shop").len()
    };
    assert_eq!((left(30 * 86_400), left(30 * 86_400 + 1)), (3, 1));
    let used: Vec<(String,)> = rows(&database, &Statement::new("SELECT id FROM api_key_use", [])).unwrap();
    assert_eq!(used, [("a".to_owned(),)]);
}

#[test]
fn an_account_can_list_and_revoke_only_its_own_keys() {
    let database = database();
    assert!(is_created(&database, &key("a", NOW)));
    let elsewhere = KeyRecord { account: "news".to_owned(), ..key("b", NOW) };
    assert!(is_created(&database, &elsewhere));
    assert_eq!(listed(&database, "shop"), [key("a", NOW)]);
    assert_eq!(listed(&database, "news"), [elsewhere]);
    assert_eq!(rows::<(String,)>(&database, &revoke_key("b", "shop", NOW)).unwrap().len(), 0);
}

/// A newer version of the worker may have stored the scope.
#[test]
fn an_unknown_scope_is_ignored() {
    let check = |scopes: &str, known: &[&str]| {
        let database = database();
        assert!(is_created(&database, &key("a", NOW)));
        database.execute("UPDATE api_key SET scopes = ?1", [scopes]).unwrap();
        let found: Vec<_> =
            keys(&database, &find_key("a"))[0].scopes.iter().map(ToString::to_string).collect();
        assert_eq!(found, known, "{scopes}");
    };
    check(r#"["shake:read","menu:read"]"#, &["menu:read"]);
    check(r#"["*"]"#, &["*"]);
    check("[]", &[]);
    check("not JSON", &[]);
}

#[test]
fn the_key_row_format_is_unchanged() {
    let database = database();
    let record = KeyRecord { expires_at: Some(NOW.plus(60)), ..key("a", NOW) };
    assert!(is_created(&database, &record));
    assert_eq!(
        rows::<Value>(&database, &find_key("a")),
        Ok(vec![json!([
            "a",
            "it's \"a\" 后台",
            "hash of a",
            r#"["menu:write","user:read"]"#,
            "shop",
            null,
            1_700_000_000,
            1_700_000_060,
            null,
            null,
            null
        ])])
    );
}
