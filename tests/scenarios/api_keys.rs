//! API keys: creation, authentication, scopes and publication to KV.

use mp_worker::api::key::NewKey;
use mp_worker::api::{
    Error, Identity, KeyRecord, KeyRing, MadeKey, Presented, PublishedKeys, Scope, identify, new_key,
    wanted_account,
};
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;

use crate::world::NOW;

const RANDOM: [u8; 40] = *b"\x00\x01\x02\x03\x04\x05\x06\xffabcdefghijklmnopqrstuvwxyz012345";
/// The key made from [`RANDOM`].
const KEY: &str = "mpk_00010203040506ff_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU";
const ID: &str = "00010203040506ff";
const HASH: &str = "0SCpsTFYdQyi1XM-7JxzsVlTgQ7oX5qwel4-_aK6yzk";

fn record() -> KeyRecord {
    KeyRecord {
        id: ID.to_owned(),
        name: "shop backend".to_owned(),
        hash: new_key(RANDOM).hash,
        scopes: vec![Scope::parse("menu:write").unwrap(), Scope::parse("user:read").unwrap()],
        account: "shop".to_owned(),
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
    }
}

fn presented(key: &str) -> Presented {
    Presented::parse(Some(&format!("Bearer {key}"))).unwrap()
}

#[test]
fn a_key_is_sent_as_a_bearer_token() {
    let check = |header: &str| {
        assert_eq!(Presented::parse(Some(header)).unwrap(), presented(KEY), "{header}");
    };
    check(&format!("Bearer {KEY}"));
    check(&format!("bearer {KEY}"));
    check(&format!("BEARER {KEY}"));
    check(&format!("Bearer   {KEY}  "));
}

#[test]
fn any_other_authorization_header_is_rejected() {
    assert_eq!(Presented::parse(None), Err(Error::Unauthorized));
    for header in ["", " ", "Bearer", "Bearer ", "Bearer    ", KEY, "Basic bWU6cHc=", "Token x", "Bearerx y"]
    {
        assert_eq!(Presented::parse(Some(header)), Err(Error::Unauthorized), "{header}");
    }
}

#[test]
fn the_public_part_names_the_record() {
    let check = |key: &str, id: Option<&str>| assert_eq!(presented(key).id(), id, "{key}");
    check(KEY, Some(ID));
    // The secret may contain an underscore; the id may not.
    check(&KEY.replace("YWJj", "YW_j"), Some(ID));
    // Any other key is rejected without a lookup.
    check("mpk_00010203040506ff", None);
    check("mpk_00010203040506ff_short", None);
    check(&KEY.replace("mpk", "sk"), None);
    check(&KEY.replace("mpk", "MPK"), None);
    check(&KEY.replace("00010203040506ff", "00010203040506fg"), None);
    check(&KEY.replace("00010203040506ff", "00010203040506f"), None);
}

#[test]
fn a_new_key_identifies_its_holder() {
    let MadeKey { key, id, hash } = new_key(RANDOM);
    assert_eq!(key.expose(), KEY);
    assert_eq!(id, ID);
    assert_eq!(hash, HASH, "SHA-256 of the secret part");
    assert_eq!(identify(&presented(KEY), Some(record()), NOW), Ok(Identity::Key(Box::new(record()))));
}

#[test]
fn a_new_key_is_stored_for_its_account_under_its_name() {
    let request = NewKey {
        name: " shop backend\t".to_owned(),
        scopes: record().scopes,
        expires_at: Some(NOW.plus(60)),
    };
    let expected = KeyRecord { expires_at: Some(NOW.plus(60)), ..record() };
    assert_eq!(request.record(&new_key(RANDOM), "shop", NOW), expected);
}

#[test]
fn every_random_bit_changes_the_key() {
    let made = new_key([7; 40]);
    let mut other = [7; 40];
    other[39] = 8;
    let other = new_key(other);
    assert_eq!(made.id, other.id);
    assert_ne!((made.key, made.hash), (other.key, other.hash));
}

#[test]
fn every_invalid_key_gets_the_same_error() {
    let mut messages = Vec::new();
    let mut check = |key: &str, record: Option<KeyRecord>, now: Timestamp| {
        let error = identify(&presented(key), record, now).unwrap_err();
        assert_eq!(error, Error::Unauthorized, "{key}");
        let failure = mp_worker::error::Error::from(error).failure();
        messages.push((failure.status, failure.code, failure.message));
    };
    check("mpk_00010203040506ff_guess", Some(record()), NOW);
    check(&KEY.to_lowercase(), Some(record()), NOW);
    check(KEY.strip_suffix('U').unwrap(), Some(record()), NOW);
    check(&format!("{KEY}="), Some(record()), NOW);
    check(&format!("mpk_{ID}_{HASH}"), Some(record()), NOW);
    check(&format!("mpk_{ID}_"), Some(record()), NOW);
    check(KEY, None, NOW);
    check("anything", None, NOW);
    check("anything", Some(record()), NOW);
    check(KEY, Some(KeyRecord { revoked_at: Some(NOW), ..record() }), NOW);
    check(KEY, Some(KeyRecord { expires_at: Some(NOW), ..record() }), NOW);
    messages.dedup();
    let expected = "send a valid API key as `Authorization: Bearer <api key>`";
    assert_eq!(messages, [(401, "unauthorized", expected.to_owned())]);
}

#[test]
fn a_key_expires_exactly_at_its_expiry_time() {
    let record = KeyRecord { expires_at: Some(NOW.plus(10)), ..record() };
    let is_good = |after: i64| identify(&presented(KEY), Some(record.clone()), NOW.plus(after)).is_ok();
    assert!(is_good(9));
    assert!(!is_good(10));
    assert!(!is_good(11));
}

#[test]
fn the_root_key_can_be_any_text_that_the_operator_chooses() {
    let root = Secret::new("a long random text");
    assert!(presented("a long random text").is_root(&root));
    assert!(!presented("a long random tex").is_root(&root));
    assert!(!presented(KEY).is_root(&root));
    assert!(presented(KEY).is_root(&Secret::new(KEY)), "the root key may have the form of an API key");
}

#[test]
fn a_key_acts_for_its_own_account_and_the_root_key_for_any() {
    let holder = Identity::Key(Box::new(record()));
    assert_eq!(holder.account(None), Ok(Some("shop")));
    assert_eq!(holder.account(Some("shop")), Ok(Some("shop")));
    assert_eq!(holder.account(Some("other")), Err(Error::AnotherAccount));
    assert_eq!(holder.account(Some("")), Err(Error::AnotherAccount));
    assert_eq!(Identity::Root.account(None), Ok(None));
    assert_eq!(Identity::Root.account(Some("other")), Ok(Some("other")));
}

#[test]
fn the_account_is_a_query_parameter() {
    let check =
        |query: &str, account: Option<&str>| assert_eq!(wanted_account(query).as_deref(), account, "{query}");
    check("", None);
    check("account=shop", Some("shop"));
    check("a=b&account=my%20shop&account=other", Some("my shop"));
    check("Account=shop", None);
    check("account", Some(""));
}

#[test]
fn a_scope_allows_its_group_and_writing_implies_reading() {
    let check = |mine: &str, wanted: &str, allows: bool| {
        let (mine, wanted) = (Scope::parse(mine).unwrap(), Scope::parse(wanted).unwrap());
        assert_eq!(mine.allows(wanted), allows, "{mine} {wanted}");
    };
    check("menu:read", "menu:read", true);
    check("menu:read", "menu:write", false);
    check("menu:write", "menu:write", true);
    check("menu:write", "menu:read", true);
    check("menu:write", "user:read", false);
    check("*", "menu:write", true);
    check("*", "key:write", true);
    check("key:write", "*", false);
    check("*", "*", true);
}

#[test]
fn a_scope_is_a_group_and_a_verb_or_an_asterisk() {
    for group in ["message", "template", "user", "tag", "menu", "qrcode", "jssdk", "token", "account", "key"]
    {
        for text in [format!("{group}:read"), format!("{group}:write")] {
            assert_eq!(Scope::parse(&text).unwrap().to_string(), text);
        }
    }
    assert_eq!(Scope::parse("*"), Some(Scope::Everything));
    for text in
        ["", "menu", "menu:", "menu:*", "*:read", "Menu:read", "menu:read ", "shake:read", "menu:admin"]
    {
        assert_eq!(Scope::parse(text), None, "{text}");
    }
}

#[test]
fn the_error_names_the_missing_scope() {
    let holder = Identity::Key(Box::new(record()));
    let require = |scope: &str| holder.require(Scope::parse(scope).unwrap());
    assert_eq!(require("menu:read"), Ok(()));
    assert_eq!(require("menu:write"), Ok(()));
    assert_eq!(require("user:read"), Ok(()));
    assert_eq!(require("user:write").unwrap_err().to_string(), "this API key lacks the scope user:write");
    assert_eq!(require("key:read").unwrap_err().to_string(), "this API key lacks the scope key:read");
    assert_eq!(Identity::Root.require(Scope::parse("key:write").unwrap()), Ok(()));
}

#[test]
fn a_key_cannot_grant_scopes_that_it_lacks() {
    let holder = Identity::Key(Box::new(record()));
    let grant = |scopes: &[&str]| {
        let scopes: Vec<_> = scopes.iter().map(|scope| Scope::parse(scope).unwrap()).collect();
        holder.may_grant(&scopes).map_err(|error| error.to_string())
    };
    assert_eq!(grant(&["menu:read", "menu:write", "user:read"]), Ok(()));
    assert_eq!(
        grant(&["menu:read", "user:write"]),
        Err("this API key lacks the scope user:write".to_owned())
    );
    assert_eq!(grant(&["*"]), Err("this API key lacks the scope *".to_owned()));
    assert_eq!(Identity::Root.may_grant(&[Scope::Everything]), Ok(()));
}

#[test]
fn no_debug_output_contains_a_key() {
    let shown = new_key(RANDOM);
    let refused = identify(&presented("mpk_00010203040506ff_guess"), Some(record()), NOW);
    let identity = identify(&presented(KEY), Some(record()), NOW);
    let printed = format!("{shown:?} {:?} {identity:?} {refused:?}", presented(KEY));
    let (_, secret) = KEY.rsplit_once('_').unwrap();
    assert!(!printed.contains(secret), "{printed}");
    assert!(!printed.contains("guess"), "{printed}");
}

/// The document is stored in KV, where isolates of other versions read it.
#[test]
fn the_key_ring_format_is_unchanged() {
    let document = concat!(
        r#"{"version":7,"keys":[{"id":"00010203040506ff","name":"shop backend","#,
        r#""hash":"0SCpsTFYdQyi1XM-7JxzsVlTgQ7oX5qwel4-_aK6yzk","scopes":["menu:write","user:read"],"#,
        r#""account":"shop","created_at":1700000000,"expires_at":null,"revoked_at":null}]}"#
    );
    let ring = KeyRing::new(7, vec![record()]);
    assert_eq!(ring.to_json(), document);
    assert_eq!(KeyRing::parse(document), Ok(ring));
    assert_eq!(PublishedKeys::key(), "api_keys");
}

#[test]
fn revoked_keys_are_not_published() {
    let revoked = KeyRecord { id: "revoked".to_owned(), revoked_at: Some(NOW), ..record() };
    assert_eq!(KeyRing::new(1, vec![revoked, record()]).keys, [record()]);
}

#[test]
fn a_document_of_another_shape_is_rejected() {
    for document in ["", "{}", "[]", r#"{"version":1}"#] {
        assert!(KeyRing::parse(document).is_err(), "{document}");
    }
    let mut published = published(3);
    assert!(published.update(Some("{"), NOW).is_err());
    assert!(published.find(ID).is_some());
}

/// A newer version of the worker may have written it.
#[test]
fn fields_added_by_a_newer_version_are_ignored() {
    let document = KeyRing::new(1, vec![record()]).to_json();
    let newer = document
        .replace("\"user:read\"", "\"user:read\",\"hologram:write\"")
        .replace("\"id\"", "\"new\":1,\"id\"");
    assert_eq!(KeyRing::parse(&newer), Ok(KeyRing::new(1, vec![record()])));
}

#[test]
fn a_revoked_key_is_rejected_before_the_revocation_is_published() {
    let mut published = published(3);
    published.forget(ID);
    assert_eq!(published.find(ID), None);
}

#[test]
fn an_older_document_never_replaces_a_newer_one() {
    let mut published = published(3);
    let empty = |version: i64| KeyRing::new(version, Vec::new()).to_json();
    published.update(Some(&empty(2)), NOW).unwrap();
    assert_eq!(published.find(ID), Some(&record()));
    published.update(None, NOW).unwrap();
    assert_eq!(published.find(ID), Some(&record()));
    // Of two documents of the same version, the one read later is more complete.
    published.update(Some(&empty(3)), NOW).unwrap();
    assert_eq!(published.find(ID), None);
    published.update(Some(&KeyRing::new(4, vec![record()]).to_json()), NOW).unwrap();
    assert_eq!(published.find(ID), Some(&record()));
}

#[test]
fn keys_are_read_again_from_kv_after_twenty_five_seconds() {
    assert!(PublishedKeys::none().is_due(NOW));
    let mut published = published(3);
    assert!(!published.is_due(NOW));
    assert!(!published.is_due(NOW.plus(24)));
    assert!(published.is_due(NOW.plus(25)));
    // Reading an older document counts as a read, too.
    published.update(None, NOW.plus(25)).unwrap();
    assert!(!published.is_due(NOW.plus(49)));
    // A clock that goes back must not prevent further reads.
    assert!(published.is_due(NOW.plus(-3600)));
}

fn published(version: i64) -> PublishedKeys {
    let mut published = PublishedKeys::none();
    published.update(Some(&KeyRing::new(version, vec![record()]).to_json()), NOW).unwrap();
    published
}
