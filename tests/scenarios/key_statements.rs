//! The statements of the key store, run on SQLite with every migration.

use mp_worker::api::{
    KeyRecord, KeyRow, Scope, all_keys, find_key, insert_key, list_keys, revoke_key, version,
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

fn key(id: &str, created_at: Timestamp) -> KeyRecord {
    KeyRecord {
        id: id.to_owned(),
        name: format!("it's \"{id}\" 后台"),
        hash: format!("hash of {id}"),
        scopes: vec![Scope::parse("menu:write").unwrap(), Scope::parse("user:read").unwrap()],
        account: "shop".to_owned(),
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
        run(&database, &insert_key(&record));
        assert_eq!(keys(&database, &find_key(&record.id)), [record]);
    }
    assert_eq!(keys(&database, &find_key("d")), []);
    assert_eq!(keys(&database, &find_key("A")), []);
    assert_eq!(keys(&database, &find_key("' OR 1=1 --")), []);
}

#[test]
fn an_id_can_be_stored_only_once() {
    let database = database();
    run(&database, &insert_key(&key("a", NOW)));
    assert!(rows::<Value>(&database, &insert_key(&key("a", NOW.plus(1)))).is_err());
    assert_eq!(keys(&database, &list_keys("shop")), [key("a", NOW)]);
}

#[test]
fn keys_are_listed_oldest_first() {
    let database = database();
    assert_eq!(keys(&database, &list_keys("shop")), []);
    for record in [key("c", NOW), key("a", NOW.plus(1)), key("b", NOW)] {
        run(&database, &insert_key(&record));
    }
    let ids: Vec<_> = keys(&database, &list_keys("shop")).into_iter().map(|record| record.id).collect();
    assert_eq!(ids, ["b", "c", "a"]);
}

#[test]
fn revoking_a_key_again_keeps_the_first_time() {
    let database = database();
    run(&database, &insert_key(&key("a", NOW)));
    run(&database, &insert_key(&key("b", NOW)));
    let revoke = |id: &str, after: i64| {
        rows::<(String,)>(&database, &revoke_key(id, "shop", NOW.plus(after))).unwrap().len()
    };
    assert_eq!(revoke("c", 0), 0);
    assert_eq!(revoke("a", 10), 1);
    assert_eq!(revoke("a", 20), 1, "the key exists");
    let revoked = KeyRecord { revoked_at: Some(NOW.plus(10)), ..key("a", NOW) };
    assert_eq!(keys(&database, &list_keys("shop")), [revoked, key("b", NOW)]);
}

#[test]
fn every_change_of_a_key_increments_the_version() {
    let database = database();
    let is_now = |expected: i64| {
        assert_eq!(rows::<(i64,)>(&database, &version()), Ok(vec![(expected,)]));
    };
    is_now(0);
    run(&database, &insert_key(&key("a", NOW)));
    is_now(1);
    assert_eq!(rows::<(String,)>(&database, &revoke_key("a", "shop", NOW)).unwrap().len(), 1);
    is_now(2);
    assert_eq!(rows::<(String,)>(&database, &revoke_key("b", "shop", NOW)).unwrap().len(), 0);
    is_now(2);
}

#[test]
fn an_account_can_list_and_revoke_only_its_own_keys() {
    let database = database();
    run(&database, &insert_key(&key("a", NOW)));
    let elsewhere = KeyRecord { account: "news".to_owned(), ..key("b", NOW) };
    run(&database, &insert_key(&elsewhere));
    assert_eq!(keys(&database, &list_keys("shop")), [key("a", NOW)]);
    assert_eq!(keys(&database, &list_keys("news")), std::slice::from_ref(&elsewhere));
    assert_eq!(keys(&database, &all_keys()), [key("a", NOW), elsewhere]);
    assert_eq!(rows::<(String,)>(&database, &revoke_key("b", "shop", NOW)).unwrap().len(), 0);
}

/// A newer version of the worker may have stored the scope.
#[test]
fn an_unknown_scope_is_ignored() {
    let check = |scopes: &str, known: &[&str]| {
        let database = database();
        run(&database, &insert_key(&key("a", NOW)));
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

/// Deployed workers have this table: columns may only be added at the end.
#[test]
fn the_key_row_format_is_unchanged() {
    let database = database();
    let record = KeyRecord { expires_at: Some(NOW.plus(60)), ..key("a", NOW) };
    run(&database, &insert_key(&record));
    assert_eq!(
        rows::<Value>(&database, &find_key("a")),
        Ok(vec![json!([
            "a",
            "it's \"a\" 后台",
            "hash of a",
            r#"["menu:write","user:read"]"#,
            "shop",
            1_700_000_000,
            1_700_000_060,
            null
        ])])
    );
}
