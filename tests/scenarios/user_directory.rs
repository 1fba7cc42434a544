//! All followers of an account: how they are synchronised with WeChat, and searched.

use mp_worker::api::Plan;
use mp_worker::api::user::{FoundUser, UserPlan, UserSync};
use mp_worker::inbox::{
    FoundUserRow, UserFilter, UserSyncRow, UserSyncTurnRow, fail_user_sync, known_followers, mark_unfollowed,
    next_user_sync, note_user_sync, search_users, start_user_sync, sync_users, user_sync,
};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::database::{database, dump, rows, run, store, transaction};
use crate::world::{NOW, event_from, planned, text_from};

fn follower(openid: &str, remark: &str, tags: &[i64], scene: &str) -> Value {
    json!({
        "subscribe": 1, "openid": openid, "subscribe_time": NOW.seconds(), "remark": remark, "tagid_list": tags,
        "qr_scene": 0, "qr_scene_str": scene, "subscribe_scene": "ADD_SCENE_QR_CODE",
    })
}

fn told(users: &[Value], total: i64, next_openid: Option<&str>) -> [Statement; 2] {
    sync_users("default", (&Value::from(users.to_vec()).to_string(), users.len()), total, (next_openid, NOW))
}

fn state(database: &Connection) -> (String, i64, i64, Option<String>) {
    let row = rows::<UserSyncRow>(database, &user_sync("default")).unwrap().pop();
    let UserSync { state, done, of, error } = UserSync::from_row(row);
    (state, done, of, error)
}

/// After which user a turn goes on, and how many were compared; `None` if there is no turn yet.
fn next(database: &Connection, now: Timestamp) -> Option<(String, i64)> {
    turn(database, now).map(|(_, _, next_openid, done)| (next_openid, done))
}

fn turn(database: &Connection, now: Timestamp) -> Option<UserSyncTurnRow> {
    rows(database, &next_user_sync(now)).unwrap().pop()
}

fn search(database: &Connection, filter: &UserFilter, after: &str, limit: u32) -> Vec<FoundUserRow> {
    rows(database, &search_users("default", filter, after, (NOW, limit))).unwrap()
}

fn found(database: &Connection, filter: &UserFilter) -> Vec<String> {
    let rows = search(database, filter, "", 100);
    rows.into_iter().filter(|row| row.6 == 1).map(|(openid, ..)| openid).collect()
}

#[test]
fn a_synchronisation_is_resumed_and_writes_only_who_differs() {
    let mut database = database();
    let text = |text: &str| text.to_owned();
    assert_eq!(state(&database), (text("never"), 0, 0, None));
    run(&database, &start_user_sync("default", NOW));
    store(&mut database, &event_from("o1", NOW.plus(30), "subscribe", "qrscene_店"));
    let first = [
        follower("o1", "王女士", &[2, 100], "店"),
        json!({ "subscribe": 0, "openid": "o9", "tagid_list": [] }),
    ];
    transaction(&mut database, &told(&first, 3, Some("o9")));
    assert_eq!(state(&database), (text("running"), 2, 3, None));
    run(&database, &start_user_sync("default", NOW));
    assert_eq!(state(&database), (text("running"), 2, 3, None), "it is running");
    assert_eq!(next(&database, NOW.plus(229)), None, "WeChat lists followers 500 times a day");
    assert_eq!(next(&database, NOW.plus(230)), Some((text("o9"), 2)));
    assert_eq!(next(&database, NOW.plus(230)), None, "its turn has begun");

    run(&database, &fail_user_sync("default", "WeChat refused"));
    assert_eq!(state(&database), (text("failed"), 2, 3, Some(text("WeChat refused"))));
    run(&database, &start_user_sync("default", NOW));
    let rows: Vec<UserSyncRow> = rows(&database, &user_sync("default")).unwrap();
    assert_eq!((rows[0].1.as_str(), rows[0].2), ("o9", 2), "it goes on where it did");
    let users = dump(&database, "user");
    let row = format!("default|o1|{}||qrscene_店|王女士|[2,100]", NOW.plus(30).seconds());
    assert_eq!(users, [row], "the event's time is as good as WeChat's");

    database.execute_batch("CREATE TABLE written (openid TEXT); CREATE TRIGGER t AFTER UPDATE ON user BEGIN INSERT INTO written VALUES (NEW.openid); END").unwrap();
    let again = [follower("o1", "王女士", &[2, 100], "店"), follower("o2", "", &[], "")];
    transaction(&mut database, &told(&again, 3, Some("o2")));
    transaction(&mut database, &told(&[follower("o2", "李先生", &[], "")], 3, None));
    assert_eq!(dump(&database, "written"), ["o2"]);
    assert_eq!(state(&database), (text("done"), 5, 3, None));
    run(&database, &start_user_sync("default", NOW));
    assert_eq!(state(&database), (text("running"), 0, 3, None), "it begins again");
    assert_eq!(next(&database, NOW), Some((text(""), 0)), "at once");
}

#[test]
fn an_account_whose_turns_fail_does_not_hold_up_the_others() {
    let database = database();
    for account in ["broken", "shop"] {
        run(&database, &start_user_sync(account, NOW));
    }
    let turn_at = |seconds| turn(&database, NOW.plus(seconds)).map(|(account, ..)| account);
    let turns = [0, 120, 240, 360].map(turn_at);
    let turns: Vec<Option<&str>> = turns.iter().map(Option::as_deref).collect();
    assert_eq!(turns, [Some("broken"), Some("shop"), Some("broken"), Some("shop")]);
    assert_eq!(turn_at(480 - 230), None, "each waits four minutes");
}

#[test]
fn the_reason_of_a_turn_without_an_answer_is_told_until_one_succeeds() {
    let mut database = database();
    run(&database, &start_user_sync("default", NOW));
    run(&database, &note_user_sync("default", "WeChat did not answer in time"));
    let why = Some("WeChat did not answer in time".to_owned());
    assert_eq!(state(&database), ("running".to_owned(), 0, 0, why.clone()));
    assert_eq!(next(&database, NOW), Some((String::new(), 0)), "it is repeated");
    transaction(&mut database, &told(&[follower("o1", "", &[], "")], 2, Some("o1")));
    assert_eq!(state(&database), ("running".to_owned(), 1, 2, None));
    run(&database, &note_user_sync("default", "WeChat did not answer in time"));
    transaction(&mut database, &mark_unfollowed("default", "[]", (Some("o1"), NOW)));
    assert_eq!(state(&database), ("running".to_owned(), 1, 2, None));
}

#[test]
fn who_followed_again_unnoticed_is_a_follower_again() {
    let mut database = database();
    let database = &mut database;
    for openid in ["back", "gone"] {
        store(database, &event_from(openid, NOW, "subscribe", "qrscene_first"));
    }
    store(database, &event_from("back", NOW.plus(10), "unsubscribe", ""));
    store(database, &event_from("gone", NOW.plus(40), "unsubscribe", ""));
    run(database, &start_user_sync("default", NOW));
    let at = |openid: &str| {
        let mut user = follower(openid, "", &[], "second");
        user["subscribe_time"] = json!(NOW.plus(30).seconds());
        user
    };
    // The event of the second arrived after WeChat was asked.
    transaction(database, &told(&[at("back"), at("gone")], 1, None));
    assert_eq!(found(database, &UserFilter::default()), ["back"]);
    let scene = UserFilter { scene: Some("second".to_owned()), ..UserFilter::default() };
    assert_eq!(found(database, &scene), ["back"], "it is another follow");
    assert_eq!(state(database).0, "done", "it is the only follower");
}

#[test]
fn those_whom_wechat_does_not_list_are_asked_about_and_marked() {
    let mut database = database();
    let database = &mut database;
    for (openid, event, at) in [
        ("o1", "subscribe", 0),
        ("o2", "subscribe", 0),
        ("o3", "subscribe", 0),
        ("o4", "subscribe", 500),
        ("o5", "subscribe", 0),
        ("o5", "unsubscribe", 9),
    ] {
        store(database, &event_from(openid, NOW.plus(at), event, ""));
    }
    run(database, &start_user_sync("default", NOW));
    transaction(database, &told(&[follower("o1", "", &[], "")], 1, None));
    assert_eq!(state(database), ("running".to_owned(), 1, 1, None), "four follow, as far as is known");
    let text = |text: &str| text.to_owned();
    assert_eq!(turn(database, NOW.plus(1)), Some((text("default"), text("rest"), String::new(), 1)));
    let known = |after: &str, limit| {
        let known: Vec<(String,)> = rows(database, &known_followers("default", after, limit)).unwrap();
        known.into_iter().map(|(openid,)| openid).collect::<Vec<_>>()
    };
    assert_eq!(known("", 3), ["o1", "o2", "o3"]);
    assert_eq!(known("o3", 3), ["o4"], "o5 has unfollowed");

    let gone = |openid: &str| json!({ "subscribe": 0, "openid": openid });
    let users = json!([follower("o1", "", &[], ""), gone("o2"), gone("o3"), gone("o4"), gone("o5")]);
    run(database, &fail_user_sync("default", "WeChat refused"));
    run(database, &start_user_sync("default", NOW.plus(300)));
    assert_eq!(
        turn(database, NOW.plus(300)).map(|turn| turn.1),
        Some(text("rest")),
        "it goes on where it did"
    );
    transaction(database, &mark_unfollowed("default", &users.to_string(), (Some("o5"), NOW.plus(400))));
    assert_eq!(state(database), ("running".to_owned(), 1, 1, None));
    assert_eq!(turn(database, NOW.plus(700)).map(|turn| turn.2), Some(text("o5")));
    assert_eq!(
        found(database, &UserFilter::default()),
        ["o1", "o4"],
        "o4 has followed since WeChat was asked"
    );
    let unfollowed = "SELECT GROUP_CONCAT(openid || ':' || (unfollowed_at - ?1)) FROM user WHERE unfollowed_at IS NOT NULL";
    let unfollowed: String = database.query_row(unfollowed, [NOW.seconds()], |row| row.get(0)).unwrap();
    assert_eq!(unfollowed, "o2:400,o3:400,o5:9", "o5 unfollowed before");
    transaction(database, &mark_unfollowed("default", "[]", (None, NOW.plus(700))));
    assert_eq!(state(database), ("done".to_owned(), 1, 1, None));

    // The next one begins with the list, and if all are listed there is no rest.
    run(database, &start_user_sync("default", NOW.plus(800)));
    assert_eq!(turn(database, NOW.plus(800)).map(|turn| turn.1), Some(text("list")));
    transaction(database, &told(&[follower("o1", "", &[], ""), follower("o4", "", &[], "")], 2, None));
    assert_eq!(state(database), ("done".to_owned(), 2, 2, None));
}

#[test]
fn users_are_found_by_what_is_known_of_them() {
    let mut database = database();
    let users = [
        follower("oA", "王女士 VIP", &[100], "店"),
        follower("oB", "", &[2], "7"),
        follower("oC", "王先生", &[2, 100], ""),
        follower("oD", "走了", &[100], ""),
    ];
    transaction(&mut database, &told(&users, 4, None));
    store(&mut database, &text_from("oB", NOW.plus(-3600), 1));
    store(&mut database, &event_from("oD", NOW.plus(60), "unsubscribe", ""));
    let all = UserFilter::default;
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found(&database, &all()), ["oA", "oB", "oC"]);
    assert_eq!(found(&database, &UserFilter { query: text("王"), ..all() }), ["oA", "oC"]);
    assert_eq!(found(&database, &UserFilter { query: text("vip"), ..all() }), ["oA"]);
    assert_eq!(found(&database, &UserFilter { query: text("oB"), ..all() }), ["oB"]);
    assert_eq!(found(&database, &UserFilter { tag: Some(2), ..all() }), ["oB", "oC"]);
    assert_eq!(found(&database, &UserFilter { scene: text("7"), ..all() }), ["oB"]);
    assert_eq!(found(&database, &UserFilter { window: true, ..all() }), ["oB"]);
    let window = |filter: &UserFilter| {
        let rows = search(&database, filter, "oA", 1);
        let user = FoundUser::from(rows[0].clone());
        (user.openid, user.tags, user.scene, user.window_until)
    };
    let until = Some(NOW.plus(47 * 3600).seconds());
    let expected = ("oB".to_owned(), vec![2], text("7"), until);
    assert_eq!((window(&all()), window(&UserFilter { window: true, ..all() })), (expected.clone(), expected));
}

#[test]
fn a_page_of_users_looks_at_a_thousand() {
    let database = database();
    database
        .execute_batch(
            "INSERT INTO user (account, openid, followed_at, remark) \
             WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2500) \
             SELECT 'default', 'o' || (10000 + n), 1, IIF(n = 2400, 'VIP', NULL) FROM numbers",
        )
        .unwrap();
    let filter = UserFilter { query: Some("VIP".to_owned()), ..UserFilter::default() };
    let (mut after, mut pages) = (String::new(), 0);
    let found = loop {
        let rows = search(&database, &filter, &after, 20);
        pages += 1;
        let Some(last) = rows.last() else { panic!("it is found") };
        if last.6 == 1 {
            break last.0.clone();
        }
        assert_eq!((rows.len(), last.7), (1, 1));
        after.clone_from(&last.0);
    };
    assert_eq!((found.as_str(), pages), ("o12400", 3));
}

#[test]
fn searches_are_planned() {
    let search = |body: &str| match planned("user/search", body) {
        Ok(Plan::User(UserPlan::Search { filter, page })) => (filter, page.limit),
        other => panic!("{other:?}"),
    };
    assert_eq!(search("{}"), (UserFilter::default(), 20));
    let filter =
        UserFilter {
            query: Some("王".to_owned()), tag: Some(2), scene: Some("店".to_owned()), window: true
        };
    let body = r#"{"query": "王", "tag": 2, "scene": "店", "window": true, "limit": 100}"#;
    assert_eq!(search(body), (filter, 100));
    assert!(matches!(planned("user/sync", "{}"), Ok(Plan::User(UserPlan::Sync))));
}
