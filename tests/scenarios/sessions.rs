//! Sessions of the console: their cookie, their end, and login tickets.

use mp_worker::api::{
    Cookie, EndedSessions, Identity, KeyRecord, KnownKeys, Origin, Pass, PassKind, PassSecrets, Scope,
    end_session, ended_root_sessions, find_key, insert_key, is_json, is_local, store_ticket, use_ticket,
};
use mp_worker::mac::SigningKeys;
use mp_worker::secret::Secret;
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use rusqlite::Connection;

use crate::database::{database, rows, run};
use crate::world::NOW;

const HOUR: i64 = 3600;

fn key(expires_at: Option<Timestamp>) -> Identity {
    Identity::Key(Box::new(KeyRecord {
        id: "0123456789abcdef0123456789abcdef".to_owned(),
        name: "张三".to_owned(),
        hash: String::new(),
        scopes: vec![Scope::parse("message:write").unwrap()],
        account: "default".to_owned(),
        made_by: None,
        created_at: NOW,
        expires_at,
        revoked_at: None,
    }))
}

fn session(identity: &Identity, id: &str, now: Timestamp) -> Pass {
    Pass::new(PassKind::Session, id.to_owned(), identity, now)
}

struct Keys {
    signing: SigningKeys,
    root: Secret,
}

impl Keys {
    fn new(current: &[u8; 32], previous: Option<&[u8; 32]>, root: &str) -> Self {
        Self { signing: SigningKeys::new(current, previous), root: Secret::new(root) }
    }

    fn secrets(&self) -> PassSecrets<'_> {
        PassSecrets { keys: &self.signing, root: &self.root }
    }
}

fn open(keys: &Keys, text: &str, now: Timestamp) -> Option<Pass> {
    Pass::open(PassKind::Session, text, keys.secrets(), now)
}

#[test]
fn a_cookie_says_what_was_signed_and_nothing_else() {
    let keys = Keys::new(&[1; 32], None, "root");
    for identity in [Identity::Root, key(None)] {
        let session = session(&identity, "0011223344556677", NOW);
        let sealed = session.seal(keys.secrets());
        let text = sealed.expose();
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)), "{text}");
        assert_eq!(open(&keys, text, NOW), Some(session.clone()));
        for at in 0..text.len() {
            let mut altered = text.to_owned().into_bytes();
            altered[at] = if altered[at] == b'5' { b'6' } else { b'5' };
            assert_eq!(open(&keys, str::from_utf8(&altered).unwrap(), NOW), None, "{at}");
            assert_eq!(open(&keys, &text[..at], NOW), None);
        }
        assert_eq!(open(&keys, &format!("{text}A"), NOW), None);
        assert_eq!(
            Pass::open(PassKind::Ticket, text, keys.secrets(), NOW),
            None,
            "a ticket is another thing"
        );
        let ticket = Pass::new(PassKind::Ticket, "00".to_owned(), &identity, NOW).seal(keys.secrets());
        assert_eq!(open(&keys, ticket.expose(), NOW), None);
    }
}

#[test]
fn the_previous_signing_key_verifies_and_another_root_key_ends_the_sessions_of_root() {
    let before = Keys::new(&[1; 32], None, "root");
    let rotating = Keys::new(&[2; 32], Some(&[1; 32]), "root");
    let rotated = Keys::new(&[2; 32], None, "root");
    let other_root = Keys::new(&[1; 32], None, "another root");
    for (identity, lasts) in [(Identity::Root, false), (key(None), true)] {
        let text = session(&identity, "00", NOW).seal(before.secrets());
        assert!(open(&rotating, text.expose(), NOW).is_some());
        assert_eq!(open(&rotated, text.expose(), NOW), None);
        assert_eq!(open(&other_root, text.expose(), NOW).is_some(), lasts);
    }
}

#[test]
fn a_session_is_renewed_by_use_until_it_is_too_old() {
    for (identity, term, longest) in
        [(key(None), 12 * HOUR, 7 * 24 * HOUR), (Identity::Root, HOUR, 12 * HOUR)]
    {
        let first = session(&identity, "00", NOW);
        assert_eq!(first.ends_at, NOW.plus(term));
        assert_eq!(first.renewed(&identity, NOW.plus(term / 12 - 1)), None, "not with every call");
        let mut current = first;
        let mut now = NOW;
        while current.ends_at > now {
            if let Some(renewed) = current.renewed(&identity, now) {
                assert_eq!(renewed.id, current.id);
                assert!(renewed.ends_at > current.ends_at && renewed.ends_at <= now.plus(term));
                current = renewed;
            }
            now = now.plus(60);
        }
        // The last part of a term is not worth a cookie.
        let lasted = now.seconds() - NOW.seconds();
        assert!((longest - term / 12..=longest).contains(&lasted), "{lasted} s of {longest} s");
    }
}

#[test]
fn a_session_does_not_outlive_its_key_nor_its_end() {
    let keys = Keys::new(&[1; 32], None, "root");
    let short = session(&key(Some(NOW.plus(100))), "00", NOW);
    assert_eq!(short.ends_at, NOW.plus(100));
    assert_eq!(short.renewed(&key(Some(NOW.plus(100))), NOW.plus(99)), None);
    let text = short.seal(keys.secrets());
    assert!(open(&keys, text.expose(), NOW.plus(99)).is_some());
    assert_eq!(open(&keys, text.expose(), NOW.plus(100)), None);
    let ticket = Pass::new(PassKind::Ticket, "00".to_owned(), &key(None), NOW);
    assert_eq!(ticket.ends_at, NOW.plus(600));
}

#[test]
fn the_cookie_is_for_one_host_and_for_no_script() {
    let https = Cookie::of("https://wx.example.com/api/session/create");
    assert_eq!(
        https.set("v", 43_200),
        "__Host-mp_session=v; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200"
    );
    assert_eq!(https.value("a=b; __Host-mp_session=v.w; mp_session=x"), Some("v.w"));
    assert_eq!(https.value("mp_session=planted by another host"), None);
    let http = Cookie::of("http://127.0.0.1:8787/api/session/create");
    assert_eq!(http.set("", 0), "mp_session=; Path=/api; HttpOnly; SameSite=Strict; Max-Age=0");
    assert_eq!(http.value("xmp_session=a;mp_session=v"), Some("v"));
    for none in ["", "mp_session", "=", "; ;", "xmp_session=v"] {
        assert_eq!(http.value(none), None, "{none}");
    }
}

#[test]
fn only_pages_of_the_worker_itself_count() {
    let url = "https://wx.example.com/api/rule/list?account=a";
    let is_own = |sec_fetch_site, origin| {
        Origin { is_get: false, url, sec_fetch_site, origin, referer: Some(url) }.is_own()
    };
    let own = Some("https://wx.example.com");
    assert!(is_own(Some("same-origin"), None) && is_own(Some("same-origin"), own) && is_own(None, own));
    for site in ["same-site", "cross-site", "none", "", "Same-Origin"] {
        assert!(!is_own(Some(site), own), "{site}");
    }
    for origin in [
        "null",
        "",
        "https://wx.example.com.evil.net",
        "https://wx.example.com/",
        "http://wx.example.com",
        "https://wx.example.com:8443",
        "https://shop.example.com",
    ] {
        assert!(!is_own(None, Some(origin)), "{origin}");
    }
    assert!(!is_own(None, None));

    // Browsers before 2023 say nothing about a picture, or from which page it was asked for.
    let shows = |sec_fetch_site, origin, referer| {
        Origin { is_get: true, url, sec_fetch_site, origin, referer }.is_own()
    };
    assert!(shows(None, None, None) && shows(None, None, Some("https://wx.example.com/console/")));
    assert!(shows(None, None, own));
    for referer in
        ["https://shop.example.com/", "http://wx.example.com/", "https://wx.example.com.evil.net/x", ""]
    {
        assert!(!shows(None, None, Some(referer)), "{referer}");
    }
    assert!(!shows(Some("same-site"), None, None) && !shows(None, Some("https://shop.example.com"), None));
}

#[test]
fn json_is_what_no_form_can_send() {
    for json in ["application/json", "application/json; charset=utf-8", "Application/JSON ;x"] {
        assert!(is_json(Some(json)), "{json}");
    }
    for other in
        ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"]
    {
        assert!(!is_json(Some(other)), "{other}");
    }
    assert!(!is_json(None));
}

#[test]
fn only_this_machine_is_local() {
    assert!(is_local("http://127.0.0.1:8787/api/x") && is_local("http://localhost/api/x"));
    for url in
        ["https://wx.example.com/127.0.0.1", "http://127.0.0.1.evil.net/", "http://localhost.evil.net/"]
    {
        assert!(!is_local(url), "{url}");
    }
}

fn end(database: &Connection, session: &Pass, now: Timestamp) -> EndedSessions {
    ended_by(database, &end_session(session, now))
}

fn ended_by(database: &Connection, statement: &Statement) -> EndedSessions {
    let rows = rows::<(String,)>(database, statement).unwrap();
    EndedSessions::parse(rows.first().map(|(ended,)| ended.as_str()))
}

#[test]
fn a_session_that_was_signed_out_is_remembered_until_its_last_possible_end() {
    let database = database();
    let (root, other) = (session(&Identity::Root, "aa", NOW), session(&Identity::Root, "bb", NOW));
    assert_eq!(ended_by(&database, &ended_root_sessions()), EndedSessions::default());
    let ended = end(&database, &root, NOW);
    assert!(ended.contains(&root) && !ended.contains(&other));
    assert_eq!(end(&database, &root, NOW), ended, "two tabs sign out at the same time");
    let later = NOW.plus(11 * HOUR);
    let both = end(&database, &session(&Identity::Root, "bb", later), later);
    assert!(both.contains(&root) && both.contains(&other));
    assert_eq!(ended_by(&database, &ended_root_sessions()), both);
    let much_later = NOW.plus(13 * HOUR);
    let ended = end(&database, &session(&Identity::Root, "cc", much_later), much_later);
    assert!(!ended.contains(&root) && ended.contains(&other), "what has ended by itself is forgotten");
}

#[test]
fn the_ended_sessions_of_a_key_are_read_with_the_key() {
    let database = database();
    let Identity::Key(record) = key(None) else { panic!("a key") };
    let session = session(&key(None), "aa", NOW);
    assert_eq!(rows::<(String,)>(&database, &insert_key(&record)).unwrap().len(), 1);
    let found = || {
        let row = rows(&database, &find_key(&record.id)).unwrap().pop().unwrap();
        KeyRecord::from_found_row(row)
    };
    assert_eq!(found(), (*record.clone(), EndedSessions::default()));
    end(&database, &session, NOW);
    let (read, ended) = found();
    assert_eq!(read, *record);
    let mut known = KnownKeys::new();
    assert!(!known.has_ended(&session));
    known.confirm(&record.id, Some(read), NOW);
    known.note_ended(&record.id, ended);
    assert!(known.has_ended(&session));
    known.confirm(&record.id, Some(*record.clone()), NOW.plus(60));
    assert!(known.has_ended(&session), "it stays known where the answer to another question is noted");
    run(&database, &Statement::new("DELETE FROM api_key", []));
    assert_eq!(rows::<(String,)>(&database, &Statement::new("SELECT key_id FROM session", [])).unwrap(), []);
}

#[test]
fn with_too_many_ended_sessions_all_sessions_of_the_key_end() {
    let database = database();
    let mut ended = EndedSessions::default();
    let early = session(&key(None), "early", NOW.minus(60));
    for number in 0..500 {
        ended = end(&database, &session(&key(None), &format!("{number}"), NOW), NOW);
    }
    assert!(!ended.contains(&early));
    let ended = end(&database, &session(&key(None), "500", NOW), NOW.plus(1));
    for id in ["early", "0", "499", "500"] {
        assert!(ended.contains(&session(&key(None), id, NOW)), "{id}");
    }
    assert!(!ended.contains(&session(&key(None), "late", NOW.plus(2))));
    let more = end(&database, &session(&key(None), "501", NOW.plus(2)), NOW.plus(3));
    assert!(more.contains(&early) && !more.contains(&session(&key(None), "late", NOW.plus(2))));
}

#[test]
fn a_ticket_is_used_once_and_only_if_it_is_the_latest() {
    let database = database();
    let ticket = |id: &str| Pass::new(PassKind::Ticket, id.to_owned(), &Identity::Root, NOW);
    let is_used = |id: &str| !rows::<(String,)>(&database, &use_ticket(&ticket(id))).unwrap().is_empty();
    end(&database, &session(&Identity::Root, "aa", NOW), NOW);
    run(&database, &store_ticket(&ticket("a")));
    assert_eq!([is_used("b"), is_used("a"), is_used("a")], [false, true, false]);
    run(&database, &store_ticket(&ticket("b")));
    run(&database, &store_ticket(&ticket("c")));
    assert_eq!([is_used("b"), is_used("c")], [false, true]);
    let ended = ended_by(&database, &ended_root_sessions());
    assert!(ended.contains(&session(&Identity::Root, "aa", NOW)), "tickets do not touch the sessions");
}
