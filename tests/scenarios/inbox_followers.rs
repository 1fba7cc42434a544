//! What the inbox says about a user: follow time, last message and reply window.

use mp_worker::inbox::{
    Entry, Follower, FollowerRow, MAX_SEARCHED, Opening, OpeningRow, Record, ReplyWindow, SendRecord,
    follower, learn, opening,
};
use mp_worker::time::Timestamp;
use mp_worker::wechat::user::{self, Language, Remark};
use mp_worker::wechat::{Call, OpenIds, tag};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, dump, rows, run, store, transaction};
use crate::world::{NOW, event_from, text_from};

fn known(database: &Connection, openid: &str) -> Option<Follower> {
    known_at(database, openid, NOW.plus(60))
}

fn known_at(database: &Connection, openid: &str, now: Timestamp) -> Option<Follower> {
    let row = rows::<FollowerRow>(database, &follower("default", openid, now)).unwrap().pop();
    row.map(Follower::from_row).filter(|follower| !follower.is_unknown())
}

#[test]
fn a_user_is_known_from_received_entries() {
    let mut database = database();
    assert_eq!(known(&database, "o1"), None);
    store(&mut database, &event_from("o1", NOW, "subscribe", "qrscene_42"));
    store(&mut database, &text_from("o1", NOW.plus(5), 1));
    store(&mut database, &event_from("o1", NOW.plus(9), "VIEW", "https://example.com/"));
    let user = known(&database, "o1").unwrap();
    assert_eq!((user.followed_at, user.unfollowed_at), (Some(NOW), None));
    assert_eq!((user.scene(), user.last_message_at), (Some("42"), Some(NOW.plus(5))));

    store(&mut database, &event_from("o1", NOW.plus(20), "unsubscribe", ""));
    assert_eq!(known(&database, "o1").unwrap().gone_since(), Some(NOW.plus(20)));
    store(&mut database, &event_from("o1", NOW.plus(30), "subscribe", ""));
    let user = known(&database, "o1").unwrap();
    assert_eq!((user.followed_at, user.gone_since(), user.scene()), (Some(NOW.plus(30)), None, None));
}

/// Runs what is kept of a call's answer, if anything is.
fn learn_from(database: &Connection, call: &Call, answer: &Value) -> bool {
    let statement = learn("default", call, answer);
    if let Some(statement) = &statement {
        run(database, statement);
    }
    statement.is_some()
}

#[test]
fn a_remark_is_kept_and_what_wechat_says_corrects_known_users() {
    let mut database = database();
    store(&mut database, &event_from("o1", NOW, "subscribe", "qrscene_42"));
    let remark = |text| user::remark("o1", Remark::parse(text).unwrap());
    let known = |openid: &str| {
        let user = known(&database, openid)?;
        Some((user.followed_at?.seconds() - NOW.seconds(), user.scene().map(ToOwned::to_owned), user.remark))
    };
    let scene = || Some("42".to_owned());
    assert_eq!(known("o1"), Some((0, scene(), None)));
    assert!(learn_from(&database, &remark("王女士"), &json!({})));
    assert_eq!(known("o1"), Some((0, scene(), Some("王女士".to_owned()))));
    let unknown = user::remark("o2", Remark::parse("x").unwrap());
    assert!(learn_from(&database, &unknown, &json!({})));
    assert_eq!(
        dump(&database, "user"),
        [format!("default|o1|{NOW}||qrscene_42|王女士|"), "default|o2||||x|".to_owned()]
    );

    let info = user::info("o1", Language::default());
    let told = |seconds: i64, remark: &str| json!({ "subscribe": 1, "openid": "o1", "subscribe_time": NOW.plus(seconds).seconds(), "remark": remark });
    learn_from(&database, &info, &told(1, "李女士"));
    assert_eq!(known("o1"), Some((0, scene(), Some("李女士".to_owned()))), "the same follow");
    learn_from(&database, &info, &told(61, ""));
    assert_eq!(known("o1"), Some((61, None, None)), "a later follow, whose event was not received");
    assert!(!learn_from(&database, &info, &json!({ "subscribe": 0, "openid": "o1" })));
    let users =
        json!([told(61, "a"), { "subscribe": 1, "openid": "new", "subscribe_time": 5, "remark": "n" }]);
    let openids = ["o1".to_owned(), "new".to_owned()];
    let batch = user::batch_info(OpenIds::parse(&openids).unwrap(), Language::default());
    assert!(learn_from(&database, &batch, &json!({ "user_info_list": users })));
    assert_eq!(known("o1"), Some((61, None, Some("a".to_owned()))));
    assert_eq!(known("new"), None, "only known users are corrected");
    assert!(!learn_from(&database, &user::list(""), &json!({ "total": 1 })));
    let other = learn("shop", &info, &told(99, "z")).unwrap();
    run(&database, &other);
    assert_eq!(known("o1"), Some((61, None, Some("a".to_owned()))), "another account");
}

#[test]
fn who_has_followed_again_soon_after_unfollowing_is_a_follower() {
    let mut database = database();
    store(&mut database, &event_from("o1", NOW, "subscribe", "qrscene_42"));
    store(&mut database, &event_from("o1", NOW.plus(10), "unsubscribe", ""));
    let info = user::info("o1", Language::default());
    let told = |seconds: i64| json!({ "subscribe": 1, "openid": "o1", "subscribe_time": NOW.plus(seconds).seconds() });
    learn_from(&database, &info, &told(10));
    assert_eq!(known(&database, "o1").unwrap().gone_since(), Some(NOW.plus(10)), "WeChat was asked before");
    learn_from(&database, &info, &told(11));
    let user = known(&database, "o1").unwrap();
    assert_eq!((user.followed_at, user.gone_since(), user.scene()), (Some(NOW.plus(11)), None, None));
}

#[test]
fn tags_are_kept_of_known_users() {
    let mut database = database();
    for openid in ["o1", "o2"] {
        store(&mut database, &event_from(openid, NOW, "subscribe", ""));
    }
    let tags = || -> Vec<String> {
        dump(&database, "user")
            .iter()
            .map(|row| row.rsplit('|').next().unwrap_or_default().to_owned())
            .collect()
    };
    let openids = ["o1".to_owned(), "o2".to_owned(), "unknown".to_owned()];
    let (both, one) = (OpenIds::parse(&openids).unwrap(), OpenIds::parse(&openids[..1]).unwrap());
    assert!(learn_from(&database, &tag::tag_users(100, both), &json!({})));
    assert_eq!(tags(), ["[100]", "[100]"], "an unknown user is not added");
    assert!(learn_from(&database, &tag::tag_users(2, one), &json!({})));
    assert!(learn_from(&database, &tag::tag_users(2, one), &json!({})), "again");
    assert_eq!(tags(), ["[100,2]", "[100]"]);
    assert!(learn_from(&database, &tag::untag_users(100, both), &json!({})));
    assert_eq!(tags(), ["[2]", ""]);
    let info = user::info("o1", Language::default());
    let told = |tags: Value| json!({ "subscribe": 1, "openid": "o1", "tagid_list": tags });
    learn_from(&database, &info, &told(json!([7, 8])));
    assert_eq!(tags(), ["[7,8]", ""]);
    learn_from(&database, &info, &json!({ "subscribe": 1, "openid": "o1" }));
    assert_eq!(tags(), ["[7,8]", ""], "WeChat did not say");
    learn_from(&database, &info, &told(json!([])));
    assert_eq!(tags(), ["", ""]);
}

#[test]
fn events_not_caused_by_a_user_create_no_follower() {
    let mut database = database();
    for event in ["MASSSENDJOBFINISH", "VIEW", "LOCATION", "user_get_card"] {
        store(&mut database, &event_from("mphelper", NOW, event, "k"));
    }
    assert_eq!(known(&database, "mphelper"), None);
}

#[test]
fn the_reply_window_is_open_as_long_as_wechat_documents() {
    let window = |entries: &[Entry], after: i64| {
        let mut database = database();
        for entry in entries {
            store(&mut database, entry);
        }
        known_at(&database, "o1", NOW.plus(after)).unwrap().window(NOW.plus(after))
    };
    let (follow, text) = (event_from("o1", NOW, "subscribe", ""), text_from("o1", NOW, 1));
    let click = event_from("o1", NOW, "CLICK", "k");
    assert_eq!(window(std::slice::from_ref(&text), 172_799), ReplyWindow::Open);
    assert_eq!(window(std::slice::from_ref(&text), 172_800), ReplyWindow::ClosedSince(NOW.plus(172_800)));
    assert_eq!(window(std::slice::from_ref(&follow), 59), ReplyWindow::Open);
    assert_eq!(window(std::slice::from_ref(&follow), 60), ReplyWindow::ClosedSince(NOW.plus(60)));
    assert_eq!(window(&[follow, click.clone(), text.clone()], 172_799), ReplyWindow::Open);
    assert_eq!(window(std::slice::from_ref(&click), 59), ReplyWindow::Open);
    assert_eq!(
        window(&[click], 60),
        ReplyWindow::Unknown,
        "a message that was not received may keep the window open"
    );

    let tap = Entry { opens: Some(60), ..text_from("o1", NOW, 1) };
    assert_eq!(
        window(&[tap], 60),
        ReplyWindow::Unknown,
        "another message may have opened the window for longer"
    );
    let gone = event_from("o1", NOW.plus(10), "unsubscribe", "");
    let unseen_return = text_from("o1", NOW.plus(30), 9);
    assert_eq!(
        window(&[gone.clone(), unseen_return], 40),
        ReplyWindow::Open,
        "a user who writes must have followed again"
    );
    assert_eq!(window(&[text.clone(), gone.clone()], 20), ReplyWindow::UnfollowedSince(NOW.plus(10)));
    let back = event_from("o1", NOW.plus(15), "subscribe", "");
    assert_eq!(window(&[text, gone, back], 20), ReplyWindow::Open);
}

#[test]
fn only_following_and_unfollowing_write_the_user() {
    let mut database = database();
    store(&mut database, &text_from("o1", NOW, 1));
    assert_eq!(dump(&database, "user").len(), 0);
    store(&mut database, &event_from("o1", NOW.plus(9), "subscribe", "qrscene_7"));
    let follow = dump(&database, "user");
    assert_eq!(follow, ["default|o1|1700000009||qrscene_7||"]);
    // An earlier event that arrives late changes nothing, and neither does a repeat.
    store(&mut database, &event_from("o1", NOW.plus(2), "subscribe", ""));
    store(&mut database, &event_from("o1", NOW.plus(9), "subscribe", "qrscene_7"));
    assert_eq!(dump(&database, "user"), follow);
}

#[test]
fn an_event_from_the_far_future_does_not_make_a_follower_forever() {
    let mut database = database();
    store(&mut database, &event_from("o1", Timestamp::LAST, "subscribe", ""));
    store(&mut database, &text_from("o1", Timestamp::LAST, 1));
    assert_eq!(known(&database, "o1"), None);
}

#[test]
fn the_last_message_is_found_beyond_the_window_within_a_bound() {
    let mut database = database();
    let limit = MAX_SEARCHED;
    store(&mut database, &text_from("o1", NOW, 1));
    let at = |second: i64| {
        let entry = event_from("o1", NOW.plus(second), "LOCATION", "");
        let record = Record { received_at: NOW.plus(second), ..entry.record };
        Entry { record, ..entry }
    };
    for second in 1..limit {
        store(&mut database, &at(second));
    }
    let later = NOW.plus(10 * 86_400);
    let found = known_at(&database, "o1", later).unwrap();
    assert_eq!(found.last_message_at, Some(NOW));
    assert_eq!(found.window(later), ReplyWindow::ClosedSince(NOW.plus(172_800)));
    store(&mut database, &at(limit));
    assert_eq!(known_at(&database, "o1", later), None, "only the latest {limit} entries are searched");
}

#[test]
fn the_accounts_of_a_worker_are_separate() {
    let mut database = database();
    store(&mut database, &Entry { account: "shop".to_owned(), ..text_from("o1", NOW, 1) });
    store(&mut database, &Entry { account: "shop".to_owned(), ..event_from("o1", NOW, "subscribe", "") });
    assert_eq!(known(&database, "o1"), None);
}

#[test]
fn a_window_says_how_many_messages_are_left() {
    let mut database = database();
    let left_of = |database: &Connection, openid: &str, second: i64, further: usize| {
        let row = rows::<OpeningRow>(database, &opening("default", openid, NOW.plus(second), "the one"))
            .unwrap()
            .pop();
        row.map(|row| Opening::from_row(row, further)).map(|it| (it.until.seconds() - NOW.seconds(), it.left))
    };
    let left = |database: &Connection, second, further| left_of(database, "o1", second, further);
    let send = |database: &mut Connection, second: i64, kind: &str, errcode: Option<i64>| {
        let (account, openid, message, sender) = ("default", "o1", "{}", "root");
        let record = SendRecord { account, openid, kind, message, sender, errcode };
        let id = if second == 4 { "the one".to_owned() } else { format!("{second} {kind} {errcode:?}") };
        transaction(database, &record.statements(NOW.plus(second), &id));
    };
    assert_eq!(left(&database, 0, 0), None);
    send(&mut database, -10, "custom", Some(0));
    store(&mut database, &text_from("o1", NOW, 1));
    assert_eq!(left(&database, 1, 0), Some((48 * 3600, 5)));
    for (kind, errcode) in
        [("custom", Some(0)), ("template", Some(0)), ("custom", Some(45047)), ("custom", None)]
    {
        send(&mut database, 2, kind, errcode);
    }
    assert_eq!(left(&database, 3, 0), Some((48 * 3600, 4)), "what WeChat accepted counts");
    send(&mut database, 4, "custom", Some(0));
    assert_eq!(left(&database, 5, 1), Some((48 * 3600, 3)), "stored or not, it counts once");
    assert_eq!(left(&database, 3, 9), Some((48 * 3600, 0)));
    assert_eq!(left(&database, 48 * 3600, 0), None, "closed");

    store(&mut database, &event_from("o2", NOW, "CLICK", "KEY"));
    assert_eq!(left_of(&database, "o2", 1, 1), Some((60, 2)), "a tap opens it for less");
    assert_eq!(left_of(&database, "o2", 60, 1), None);
    store(&mut database, &event_from("o1", NOW.plus(5), "CLICK", "KEY"));
    assert_eq!(left(&database, 6, 0), Some((48 * 3600, 4)), "which does not end the one of a message");
}
