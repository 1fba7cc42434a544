//! API keys: creation, authentication, scopes, and the copy in KV.

use mp_worker::api::key::{KeyPlan, NewKey};
use mp_worker::api::{
    Endpoint, Error, Identity, KeyRecord, MadeKey, Plan, Presented, Scope, identify,
    needs_previous_signing_key, new_key, wanted_account,
};
use mp_worker::mac::SigningKeys;
use mp_worker::secret::Secret;
use mp_worker::time::Timestamp;

use crate::world::{NOW, other_signing_keys, planned, signing_keys};

const RANDOM: [u8; 40] = *b"\x00\x01\x02\x03\x04\x05\x06\xffabcdefghijklmnopqrstuvwxyz012345";
/// The key made from [`RANDOM`].
const KEY: &str = "mpk_00010203040506ff8295222d33ce93b5_YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU";
const ID: &str = "00010203040506ff8295222d33ce93b5";
const HASH: &str = "0SCpsTFYdQyi1XM-7JxzsVlTgQ7oX5qwel4-_aK6yzk";

fn record() -> KeyRecord {
    KeyRecord {
        id: ID.to_owned(),
        name: "shop backend".to_owned(),
        hash: new_key(RANDOM, &signing_keys()).hash,
        scopes: vec![Scope::parse("menu:write").unwrap(), Scope::parse("user:read").unwrap()],
        account: "shop".to_owned(),
        made_by: None,
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
    let check = |key: &str, id: Option<&str>| {
        assert_eq!(presented(key).id(&signing_keys()), id, "{key}");
    };
    check(KEY, Some(ID));
    // The secret may contain an underscore; the id may not.
    check(&KEY.replace("YWJj", "YW_j"), Some(ID));
    // Any other key is rejected without a lookup.
    check(&format!("mpk_{ID}"), None);
    check(&format!("mpk_{ID}_short"), None);
    check(&KEY.replace(ID, "00010203040506ff"), None);
    check(&KEY.replace("mpk", "sk"), None);
    check(&KEY.replace("mpk", "MPK"), None);
    check(&KEY.replace("00010203040506ff", "00010203040506fg"), None);
    check(&KEY.replace("00010203040506ff", "00010203040506f"), None);
}

#[test]
fn a_made_up_id_is_rejected_without_a_lookup() {
    for index in 0..ID.len() {
        let mut made_up = ID.as_bytes().to_vec();
        made_up[index] = if made_up[index] == b'0' { b'1' } else { b'0' };
        let made_up = KEY.replace(ID, std::str::from_utf8(&made_up).unwrap());
        assert_eq!(presented(&made_up).id(&signing_keys()), None, "{made_up}");
        assert!(presented(&made_up).has_form_of_key());
    }
    assert_eq!(presented(KEY).id(&other_signing_keys()), None, "a key of another worker");
}

#[test]
fn a_key_is_valid_until_the_signing_key_that_proves_it_is_removed() {
    let rotating =
        SigningKeys::new(b"another key of thirty-two bytes.", Some(b"0123456789abcdef0123456789abcdef"));
    assert_eq!(presented(KEY).id(&rotating), Some(ID));
    assert!(needs_previous_signing_key(ID, &rotating) && !needs_previous_signing_key(ID, &signing_keys()));
    let new = new_key(RANDOM, &rotating).id;
    assert!(!needs_previous_signing_key(&new, &rotating) && new != ID);
}

#[test]
fn a_new_key_identifies_its_holder() {
    let MadeKey { key, id, hash } = new_key(RANDOM, &signing_keys());
    assert_eq!(key.expose(), KEY);
    assert_eq!(id, ID);
    assert_eq!(hash, HASH, "SHA-256 of the secret part");
    assert_eq!(identify(&presented(KEY), Some(record()), NOW), Ok(Identity::Key(Box::new(record()))));
}

fn new(scopes: &[&str], expires_at: Option<Timestamp>) -> NewKey {
    let scopes = scopes.iter().map(|scope| Scope::parse(scope).unwrap()).collect();
    NewKey { name: " shop backend\t".to_owned(), scopes, expires_at }
}

fn recorded(new: NewKey, maker: &Identity) -> Result<KeyRecord, Error> {
    new.record(&new_key(RANDOM, &signing_keys()), maker, "shop", NOW)
}

#[test]
fn a_new_key_is_stored_for_its_account_under_its_name() {
    let expected = KeyRecord { expires_at: Some(NOW.plus(60)), ..record() };
    let wanted = new(&["menu:write", "user:read"], Some(NOW.plus(60)));
    assert_eq!(recorded(wanted, &Identity::Root), Ok(expected));
    assert_eq!(recorded(new(&["*"], None), &Identity::Root).unwrap().expires_at, None);
}

#[test]
fn a_key_ends_no_later_than_the_key_that_created_it() {
    let maker = |expires_at: Option<i64>| {
        let maker = KeyRecord { expires_at: expires_at.map(|after| NOW.plus(after)), ..record() };
        Identity::Key(Box::new(KeyRecord { id: "maker".to_owned(), ..maker }))
    };
    let end = |maker: &Identity, after: Option<i64>| {
        let wanted = new(&["menu:read"], after.map(|after| NOW.plus(after)));
        let made = recorded(wanted, maker)?;
        assert_eq!(made.made_by.as_deref(), Some("maker"));
        Ok::<_, Error>(made.expires_at.map(|end| end.seconds() - NOW.seconds()))
    };
    assert_eq!(end(&maker(Some(20)), None), Ok(Some(20)));
    assert_eq!(end(&maker(Some(20)), Some(20)), Ok(Some(20)));
    assert_eq!(end(&maker(Some(20)), Some(5)), Ok(Some(5)));
    assert_eq!(end(&maker(None), Some(5)), Ok(Some(5)));
    assert_eq!(end(&maker(None), None), Ok(None));
    let message = "expires_at must not be later than 1700000020, when the key that creates it expires";
    assert_eq!(end(&maker(Some(20)), Some(21)).unwrap_err().to_string(), message);
    let lacking = recorded(new(&["menu:read", "tag:read"], None), &maker(None)).unwrap_err();
    assert_eq!(lacking, Error::LacksScope(Scope::parse("tag:read").unwrap()));
}

#[test]
fn scopes_are_a_set() {
    let scopes = [vec!["menu:read"; 20_000], vec!["user:read", "menu:read"]].concat();
    let body = serde_json::json!({ "name": "x", "scopes": scopes });
    let Ok(Plan::Key(KeyPlan::Create(new))) = planned("key/create", &body.to_string()) else { panic!() };
    let scopes: Vec<_> = new.scopes.iter().map(ToString::to_string).collect();
    assert_eq!(scopes, ["menu:read", "user:read"]);
}

#[test]
fn a_name_cannot_be_taken_for_another_or_hide_in_a_log() {
    let check = |name: &str, complaint: Option<&str>| {
        let body = serde_json::json!({ "name": name, "scopes": ["menu:read"] }).to_string();
        let found = planned("key/create", &body).err().map(|error| error.to_string());
        assert_eq!(found.as_deref(), complaint, "{name:?}");
    };
    check("收银 system 😀", None);
    for name in ["root", "ROOT_API_KEY", " root_api_key ", "mp-worker", "MP-Worker"] {
        check(name, Some("name is reserved"));
    }
    for name in ["a\nb", "a\u{0}", "a\u{1b}[2J", "a\u{85}b", "\u{202e}toor", "ro\u{200b}ot", "a\u{2028}x"] {
        check(name, Some("name must not contain control characters"));
    }
    check(&"好".repeat(65), Some("name must have 1 to 64 characters"));
}

#[test]
fn a_webhook_needs_the_scopes_of_what_it_reads_and_writes() {
    let needs = |call: &str, body: serde_json::Value| {
        assert_eq!(Endpoint::find(call).unwrap().requires.to_string(), "webhook:write");
        let plan = planned(call, &body.to_string()).unwrap();
        plan.further_scopes().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let webhook = |mode: &str| serde_json::json!({ "url": "https://shop.example.com/hook", "mode": mode });
    for (mode, expected) in
        [("notify", ["message:read"].as_slice()), ("respond", &["message:read", "message:write"])]
    {
        assert_eq!(needs("webhook/create", serde_json::json!({ "webhook": webhook(mode) })), expected);
        let update = serde_json::json!({ "id": "w_1", "webhook": webhook(mode) });
        assert_eq!(needs("webhook/update", update), expected);
    }
    for call in ["webhook/delete", "webhook/rotate_secret", "webhook/test", "webhook/secret"] {
        assert_eq!(needs(call, serde_json::json!({ "id": "w_1" })), [""; 0], "{call}");
    }
}

#[test]
fn what_users_wrote_needs_the_scope_of_messages() {
    let needs = |call: &str, body: serde_json::Value| {
        let plan = planned(call, &body.to_string()).unwrap();
        plan.further_scopes().iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(needs("delivery/get", serde_json::json!({ "id": "msg_1" })), ["message:read"]);
    let report = |by: &[&str]| needs("stats/report", serde_json::json!({ "by": by }));
    assert_eq!(report(&["day", "word"]), ["message:read"]);
    assert_eq!(report(&["day", "rule", "backend", "key", "scene"]), [""; 0]);
    assert_eq!(needs("stats/summary", serde_json::json!({})), [""; 0]);
}

#[test]
fn every_random_bit_changes_the_key() {
    let made = new_key([7; 40], &signing_keys());
    let mut other = [7; 40];
    other[39] = 8;
    let other = new_key(other, &signing_keys());
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
    check(&format!("mpk_{ID}_guess"), Some(record()), NOW);
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
    let shown = new_key(RANDOM, &signing_keys());
    let refused = identify(&presented(&format!("mpk_{ID}_guess")), Some(record()), NOW);
    let identity = identify(&presented(KEY), Some(record()), NOW);
    let printed = format!("{shown:?} {:?} {identity:?} {refused:?}", presented(KEY));
    let (_, secret) = KEY.rsplit_once('_').unwrap();
    assert!(!printed.contains(secret), "{printed}");
    assert!(!printed.contains("guess"), "{printed}");
}

/// The copy is stored in KV, where isolates of other versions read it.
#[test]
fn the_format_of_the_copy_is_unchanged() {
    let copy = concat!(
        r#"{"id":"ID","name":"shop backend","hash":"0SCpsTFYdQyi1XM-7JxzsVlTgQ7oX5qwel4-_aK6yzk","#,
        r#""scopes":["menu:write","user:read"],"account":"shop","made_by":null,"created_at":1700000000,"#,
        r#""expires_at":null,"revoked_at":null}"#
    )
    .replace("ID", ID);
    assert_eq!(record().to_copy(), copy);
    assert_eq!(KeyRecord::from_copy(&copy), Ok(record()));
    assert_eq!(KeyRecord::copy_name("00ff"), "key:00ff");
    let newer = copy
        .replace("\"user:read\"", "\"user:read\",\"hologram:write\"")
        .replace("\"id\"", "\"new\":1,\"id\"");
    assert_eq!(KeyRecord::from_copy(&newer), Ok(record()), "a newer version may have written it");
    for other in ["", "{}", "[]", r#"{"version":1}"#] {
        assert!(KeyRecord::from_copy(other).is_err(), "{other}");
    }
}
