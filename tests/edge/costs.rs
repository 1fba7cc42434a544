//! The rows that D1 charges: for a query or a delivery, the same with a thousand messages and with a million; and for an
//! hour of an open console.

use std::collections::{BTreeMap, BTreeSet};

use mp_worker::api::qrcode::named_codes;
use mp_worker::backends::{DeliveryFilter, count_to_replay, find, unfinished_by_webhook};
use mp_worker::inbox::{
    Filter, UserFilter, by_msg_id, follower, page, page_end, search_users, sync_users, timeline,
    unanswered_words,
};
use mp_worker::settings::{MenuDraft, newest_menus, published_menus, save_menus};
use mp_worker::sql::Statement;
use mp_worker::time::Timestamp;
use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use sandbox::document::Document;
use sandbox::sender::now_in_seconds;
use serde_json::{Value, json};

use crate::machine::Machine;
use crate::receiver::{Receiver, Said};

tests![
    a_question_costs_the_same_with_a_thousand_messages_and_with_a_million,
    a_message_costs_one_call_and_few_rows,
    backends_and_further_replies_cost_few_rows,
    an_open_console_reads_few_rows_an_hour,
    what_an_editor_asks_and_saves_costs_few_rows,
];

const FIRST: i64 = 1_600_000_000;
/// Entries of ten users; every hundredth entry is a menu event.
const FILL: &str = "INSERT INTO inbox (account, create_time, openid, id, msg_id, type, event, event_key, received_at, message, outcome, \
      decided_ms) \
    SELECT 'default', ?1 + n, 'o' || (n % 10), n, CASE WHEN n % 100 THEN n END, CASE WHEN n % 100 THEN 'text' ELSE 'event' END, \
      CASE WHEN n % 100 THEN NULL ELSE 'click' END, CASE WHEN n % 100 THEN NULL ELSE 'HELP' END, ?1 + n, '{}', 'silent', 1 \
    FROM (WITH RECURSIVE numbers(n) AS (SELECT CAST(?2 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?3) SELECT n FROM numbers)";

/// The most frequent queries, by name.
fn questions() -> Vec<(&'static str, Statement)> {
    let all = Filter::default();
    let of_user = Filter { openid: Some("o7".to_owned()), ..Filter::default() };
    let clicks = Filter { event: Some("click".to_owned()), ..Filter::default() };
    let none = Filter { msg_type: Some("voice".to_owned()), ..Filter::default() };
    let (received, sent) = timeline("default", "o7", None, None, 20);
    vec![
        ("user/last_message_time", follower("default", "o7", Timestamp::from_seconds(FIRST + 2_000_000))),
        ("message/get", by_msg_id("default", "777")),
        ("message/get, unknown", by_msg_id("default", "no such message")),
        ("message/list", page("default", &all, None, None, 20)),
        ("message/list of a user", page("default", &of_user, None, None, 20)),
        ("message/list of clicks", page("default", &clicks, None, None, 5)),
        ("message/list, where a search ends", page_end("default", &none, None).unwrap()),
        ("user/timeline, received", received),
        ("user/timeline, sent", sent),
    ]
}

async fn fill(machine: &Machine, from: i64, to: i64) {
    const STEP: usize = 100_000;
    for start in (from..to).step_by(STEP) {
        let end = to.min(start + i64::try_from(STEP).unwrap());
        machine.sql(FILL, &[FIRST.into(), start.into(), end.into()]).await;
    }
}

/// The cost of an operation: its name, and the rows read and written.
type Row = (&'static str, u64, u64);

async fn questions_cost(machine: &Machine) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, statement) in questions() {
        let cost = machine.cost(&statement).await;
        rows.push((name, cost.read, cost.written));
    }
    rows
}

async fn a_question_costs_the_same_with_a_thousand_messages_and_with_a_million() {
    let machine = Machine::start().await;
    fill(&machine, 0, 1000).await;
    let few = questions_cost(&machine).await;
    fill(&machine, 1000, 1_000_000).await;
    assert_eq!(machine.number("SELECT COUNT(*) FROM inbox").await, 1_000_000);
    let many = questions_cost(&machine).await;
    for ((name, few, written), (_, many, _)) in few.iter().zip(&many) {
        // `make bench` copies these lines to RESULTS.md.
        println!("| {name} | {few} | {many} | {written} |");
    }
    assert_eq!(few, many);
    assert!(few.iter().all(|(_, read, written)| *read <= 1005 && *written == 0), "{few:?}");

    // The same query, made by the worker through the API.
    machine.costs().await;
    let (status, answer) = machine.api("message/get", &Value::from_iter([("msg_id", "777")])).await;
    assert_eq!((status, &answer["openid"]), (200, &Value::from("o7")));
    let read: u64 = machine.costs().await.iter().map(|cost| cost.read).sum();
    assert_eq!(read, few[1].1);
}

/// The cost of a delivery: its name, the calls and statements, and the rows read and written.
type Delivery = (&'static str, usize, usize, u64, u64);

async fn delivery(machine: &Machine, name: &'static str, message: &Document) -> Delivery {
    machine.costs().await;
    assert_eq!(machine.post(message).await.map(|(status, _)| status), Ok(200), "{name}");
    let costs = machine.costs_in_the_end().await;
    let calls: BTreeSet<u64> = costs.iter().map(|cost| cost.call).collect();
    let (read, written) =
        (costs.iter().map(|cost| cost.read).sum(), costs.iter().map(|cost| cost.written).sum());
    (name, calls.len(), costs.len(), read, written)
}

async fn a_message_costs_one_call_and_few_rows() {
    let machine = Machine::start().await;
    let rule = json!({ "when": { "keyword": { "exact": "hello" } },
        "reply": { "msgtype": "text", "text": { "content": "hi" } } });
    machine.publish("default", &json!({ "version": 1, "rules": [rule] })).await;
    fill(&machine, 0, 1000).await;
    let few = deliveries(&machine, "few").await;
    fill(&machine, 1000, 1_000_000).await;
    let many = deliveries(&machine, "many").await;
    for ((name, calls, statements, few, written), (.., many, _)) in few.iter().zip(&many) {
        println!("| {name}: {calls} calls, {statements} statements | {few} | {many} | {written} |");
    }
    assert_eq!(few, many);
    // A repeat asks a second time for what the first delivery stored.
    assert_eq!(few.iter().map(|(_, calls, ..)| *calls).collect::<Vec<_>>(), [1, 2, 1, 1, 1, 1], "{few:?}");
    assert_eq!(few.iter().map(|(.., written)| *written).collect::<Vec<_>>(), [3, 0, 4, 2, 3, 3], "{few:?}");
}

/// The rows of everything that a message leads to: the statements' sum, until no delivery is left.
async fn rows_in_the_end(machine: &Machine, name: &'static str, message: &Document) -> Row {
    machine.costs().await;
    assert_eq!(machine.post(message).await.map(|(status, _)| status), Ok(200), "{name}");
    machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    let costs = machine.costs_in_the_end().await;
    (name, costs.iter().map(|cost| cost.read).sum(), costs.iter().map(|cost| cost.written).sum())
}

async fn backends_and_further_replies_cost_few_rows() {
    let machine = Machine::start().await;
    let user = FOLLOWERS[0];
    machine.wechat.user_acted(user, Trigger::Message);
    let answering = Receiver::start(|_, _| Said::reply("answer")).await;
    let asked = machine.webhook(&answering.url, "respond", json!({})).await;
    let mut rows =
        vec![rows_in_the_end(&machine, "a message that a backend answers", &machine.text(user, "a")).await];
    machine.ok("webhook/delete", json!({ "id": asked["id"] })).await;

    let texts = ["one", "two"].map(|text| json!({ "msgtype": "text", "text": { "content": text } }));
    let rule = json!({ "when": { "keyword": { "exact": "two" } }, "replies": texts });
    machine.ok("rule/create", json!({ "rule": rule })).await;
    // The first message that is sent also stores that the account may send.
    let two = |openid| machine.text(openid, "two");
    rows_in_the_end(&machine, "the first", &two(user)).await;
    rows.push(rows_in_the_end(&machine, "an answered message with a further reply", &two(user)).await);

    let listening = Receiver::start(|_, _| Said::status(204)).await;
    machine.webhook(&listening.url, "notify", json!({})).await;
    rows.push(
        rows_in_the_end(
            &machine,
            "an unanswered message that a webhook is notified of",
            &machine.text(user, "b"),
        )
        .await,
    );
    for (name, read, written) in &rows {
        println!("| {name} | {read} | {read} | {written} |");
    }
    assert_eq!(rows.iter().map(|(.., written)| *written).collect::<Vec<_>>(), [10, 11, 8], "{rows:?}");
}

/// Fifty published menus, 3,000 unanswered messages, 3,000 followers, 1,000 named codes, and 3,000 dead deliveries.
const FILL_EDITOR: &str = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 50) \
      INSERT INTO menu_version (account, version, menus, replies, author, made_at, published) \
        SELECT 'default', n, '[]', '[]', 'root', n, 1 FROM numbers; \
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000) \
      INSERT INTO inbox (account, openid, create_time, id, msg_id, type, received_at, message, outcome, decided_ms, opens) \
        SELECT 'default', 'o' || (10000 + n), UNIXEPOCH() - n, n, n, 'text', UNIXEPOCH() - n, '{\"Content\":\"' || (n % 9) || '\"}', \
          'unanswered', 1, 172800 FROM numbers; \
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000) \
      INSERT INTO user (account, openid, followed_at, remark, tags) \
        SELECT 'default', 'o' || (10000 + n), 1, 'VIP', '[2]' FROM numbers; \
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000) \
      INSERT INTO qrcode (account, scene, name, made_by, made_at) SELECT 'default', n, n, 'root', n FROM numbers; \
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 3000) \
      INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, under_way, due_at, \
        made_at, error) SELECT 'default', n, 'o1', 1, 'a', 0, 'w_1', 'notify', 'dead', 1, 0, n, n, 'it answered 500' FROM numbers";

/// What the console asks for and saves in its editors and lists, with the most rows that it may read and write.
fn of_editors(now: Timestamp) -> Vec<(&'static str, Statement, u64, u64)> {
    let draft = MenuDraft::default();
    let [save, tidy] = save_menus("default", &draft, None, ("root", now));
    let filter = DeliveryFilter {
        state: Some("dead".to_owned()),
        error: Some("500".to_owned()),
        ..DeliveryFilter::default()
    };
    let open = UserFilter { window: true, ..UserFilter::default() };
    let known = json!({ "subscribe": 1, "openid": "o10001", "subscribe_time": 1, "remark": "VIP", "tagid_list": [2] });
    let other =
        json!({ "subscribe": 1, "openid": "o10002", "subscribe_time": 1, "remark": "", "tagid_list": [] });
    let [unchanged, changed] = [known, other].map(|user| {
        let [users, _] = sync_users("default", (&json!([user]).to_string(), 1), 1, (None, now));
        users
    });
    vec![
        ("menu/draft", newest_menus("default"), 4, 0),
        ("menu/versions", published_menus("default"), 52, 0),
        ("menu/save_draft", save, 4, 1),
        ("menu/save_draft, what goes", tidy, 220, 2),
        ("stats/report, words", unanswered_words("default", now), 4000, 0),
        ("user/search", search_users("default", &UserFilter::default(), "", (now, 20)), 200, 0),
        ("user/search of open windows", search_users("default", &open, "", (now, 20)), 6100, 0),
        ("user/sync of an unchanged user", unchanged, 4, 0),
        ("user/sync of a changed user", changed, 4, 1),
        ("qrcode/list", named_codes("default"), 2000, 0),
        ("delivery/get", find("default", "7"), 4, 0),
        ("delivery/replay, counted", count_to_replay("default", &filter, now), 7000, 0),
        ("webhook/list, days", unfinished_by_webhook("default"), 3000, 0),
    ]
}

async fn what_an_editor_asks_and_saves_costs_few_rows() {
    let machine = Machine::start().await;
    machine.sql(FILL_EDITOR, &[]).await;
    let now = Timestamp::from_seconds(machine.number("SELECT UNIXEPOCH()").await);
    let mut dear = Vec::new();
    for (name, statement, read, written) in of_editors(now) {
        let cost = machine.cost(&statement).await;
        println!("| {name} | {} | {} |", cost.read, cost.written);
        if cost.read > read || cost.written > written {
            dear.push((name, cost.read, cost.written));
        }
    }
    assert!(dear.is_empty(), "{dear:?}");
}

/// A message and a repeat of it, an unanswered message, a menu event, a follow and an unfollow of a new user.
async fn deliveries(machine: &Machine, openid: &str) -> Vec<Delivery> {
    let answered = machine.text(openid, "hello");
    vec![
        delivery(machine, "an answered message", &answered).await,
        delivery(machine, "a repeat of it", &answered).await,
        delivery(machine, "an unanswered message", &machine.text(openid, "other")).await,
        delivery(machine, "a menu event", &machine.event(openid, "view")).await,
        delivery(machine, "a follow", &machine.event(openid, "subscribe")).await,
        delivery(machine, "an unfollow", &machine.event(openid, "unsubscribe")).await,
    ]
}

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
/// Entries of a busy day.
const ENTRIES_A_DAY: i64 = 25_000;
/// What arrives from ?2 to ?3 seconds after ?1, the beginning of a day on which ?4 entries arrive: menu events, messages
/// that the rules answer, that two backends answer at once or late, and that nothing answers. Each user sends four in two
/// minutes.
const FILL_DAY: &str = "INSERT INTO inbox (account, create_time, openid, id, msg_id, type, event, event_key, opens, received_at, \
      message, outcome, rule, backend, decided_ms) \
    SELECT 'default', ?1 + CAST(n * 86400 / ?4 AS INTEGER), 'o' || (n / 40 * 10 + n % 10), n, IIF(n % 10, n, NULL), \
      IIF(n % 10, 'text', 'event'), IIF(n % 10, NULL, 'click'), IIF(n % 10, NULL, 'K' || (n / 10 % 5)), \
      IIF(n % 10, 172800, 3600), ?1 + CAST(n * 86400 / ?4 AS INTEGER), '{\"Content\":\"hello\"}', \
      CASE n % 10 WHEN 6 THEN 'answered_late' WHEN 7 THEN IIF(n % 50 > 40, 'failed', 'answered_late') WHEN 8 THEN 'unanswered' \
        WHEN 9 THEN 'unanswered' ELSE 'replied' END, \
      IIF(n % 10 < 5, 'r' || (n / 10 % 4), NULL), IIF(n % 10 BETWEEN 5 AND 7, 'w_' || (n / 10 % 2), NULL), \
      CASE n % 10 WHEN 5 THEN n % 4500 WHEN 6 THEN 4500 + n % 10000 WHEN 7 THEN 4500 + n % 10000 ELSE 1 END \
    FROM (WITH RECURSIVE numbers(n) AS ( \
        SELECT CAST((?2 * ?4 + 86399) / 86400 AS INTEGER) UNION ALL SELECT n + 1 FROM numbers WHERE (n + 1) * 86400 < ?3 * ?4) \
      SELECT n FROM numbers WHERE n * 86400 < ?3 * ?4)";
/// Deliveries of which a few are pending and many are dead.
const FILL_DELIVERIES: &str = "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, \
      attempts, under_way, due_at, made_at) \
    SELECT 'default', value, 'o1', 1, 'a', 0, 'w_1', 'notify', IIF(value < 5, 'pending', 'dead'), 0, 0, ?1 + 2 * 86400, ?1 \
    FROM JSON_EACH(?2)";
/// The users of [`FILL_DAY`], who have followed before.
const FILL_USERS: &str = "INSERT INTO user (account, openid, followed_at) \
    WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?2) \
    SELECT 'default', 'o' || n, ?1 FROM numbers";

/// A console during the last hour of a day in Beijing, which reads the hours before it one by one.
struct Console {
    machine: Machine,
    /// When the day began.
    midnight: i64,
    /// The rows that D1 charged for each call.
    reads: BTreeMap<&'static str, Vec<u64>>,
    /// The rows that were written.
    written: u64,
    /// How many entries were stored at the time of each live count, which is used for minutes.
    counts: BTreeMap<i64, i64>,
}

impl Console {
    /// Waits for the last hour, until the hours that may be closed are.
    async fn start() -> Self {
        let machine = Machine::start().await;
        let now: i64 = now_in_seconds().parse().unwrap();
        // Midnight in Beijing is at 16:00 UTC.
        let midnight = (now + 8 * HOUR).div_euclid(DAY) * DAY + DAY - 8 * HOUR;
        let mut console =
            Self { machine, midnight, reads: BTreeMap::new(), written: 0, counts: BTreeMap::new() };
        console.machine.advance_to(midnight + 23 * HOUR).await;
        console.arrive(0, 23 * HOUR).await;
        let deliveries = Value::from((0..205).collect::<Vec<_>>()).to_string();
        console.machine.sql(FILL_DELIVERIES, &[midnight.into(), deliveries.into()]).await;
        console.machine.sql(FILL_USERS, &[midnight.into(), (ENTRIES_A_DAY / 4).into()]).await;
        for _ in 0..12 {
            console.machine.cron(1).await;
        }
        let closed = console.machine.number("SELECT hours_up_to + 1 FROM figures").await * HOUR;
        assert_eq!(closed, midnight + 22 * HOUR);
        console
    }

    /// Stores what arrives between two seconds of the day.
    async fn arrive(&self, from: i64, to: i64) {
        self.machine.sql(FILL_DAY, &[self.midnight, from, to, ENTRIES_A_DAY].map(Value::from)).await;
    }

    /// Failed answers of an hour succeed, so that it is closed again.
    async fn succeed(&self, hour: i64) {
        let begins = self.midnight + hour * HOUR;
        let late = "UPDATE inbox SET outcome = 'answered_late' WHERE outcome = 'failed' AND create_time BETWEEN ?1 AND ?2";
        self.machine.sql(late, &[begins.into(), (begins + HOUR - 1).into()]).await;
    }

    async fn call(&mut self, call: &'static str, body: Value) -> Value {
        self.machine.costs().await;
        let answer = self.machine.ok(call, body).await;
        let costs = self.machine.costs().await;
        self.reads.entry(call).or_default().push(costs.iter().map(|cost| cost.read).sum());
        self.written += costs.iter().map(|cost| cost.written).sum::<u64>();
        answer
    }

    /// How many entries were stored when a live count was made, which is just now if its time is new.
    async fn stored_at(&mut self, counted_at: &Value) -> i64 {
        let stored = self.machine.number("SELECT COUNT(*) FROM inbox").await;
        *self.counts.entry(counted_at.as_i64().unwrap()).or_insert(stored)
    }

    async fn check_overview(&mut self) {
        let overview = self.call("account/overview", json!({})).await;
        let today = &overview["today"];
        let counted = today["messages"].as_i64().unwrap() + today["events"].as_i64().unwrap();
        assert_eq!(counted, self.stored_at(&overview["as_of"]).await, "{overview}");
        assert_eq!(overview["deliveries"], json!({ "pending": 5, "dead": 100 }), "{overview}");
    }

    async fn check_today(&mut self) {
        let today = self.call("stats/summary", json!({ "since": self.midnight })).await;
        let count = |field: &str| today["days"][0][field].as_i64().unwrap();
        assert_eq!(
            count("messages") + count("events"),
            self.stored_at(&today["counted_at"]).await,
            "{today}"
        );
    }
}

async fn an_open_console_reads_few_rows_an_hour() {
    let mut console = Console::start().await;
    let (mut openid, mut after, mut list_after) = (Value::Null, Value::Null, Value::Null);
    for second in (0..HOUR).step_by(5) {
        let now = 23 * HOUR + second;
        console.machine.advance_to(console.midnight + now).await;
        if second > 0 {
            console.arrive(now - 5, now).await;
        }
        if second % 1200 == 0 {
            console.succeed(12 + second / 1200).await;
        }
        if second % 120 == 0 {
            console.machine.cron(1).await;
        }
        if second % 30 == 0 {
            console.check_today().await;
            console.check_overview().await;
        }
        if second % 15 == 0 {
            let list = console.call("conversation/list", json!({ "after": list_after })).await;
            list_after = list["after"].clone();
            // Every five minutes it opens another conversation.
            if second % 300 == 0 {
                (openid, after) = (list["conversations"][0]["openid"].clone(), Value::Null);
            }
        }
        let timeline = console.call("user/timeline", json!({ "openid": openid, "after": after })).await;
        after = timeline["after"].clone();
    }
    let mut all = 0;
    for (call, reads) in &console.reads {
        let (sum, most): (u64, u64) = (reads.iter().sum(), *reads.iter().max().unwrap());
        println!("{call}: {} calls, {sum} rows, at most {most}", reads.len());
        all += sum;
    }
    let written = console.written;
    println!("| an hour of an open console, with 25,000 messages a day | {all} | | {written} |");
    let calls: Vec<_> = console.reads.values().map(Vec::len).collect();
    assert_eq!(calls, [120, 240, 120, 720]);
    assert!(all <= 50_000, "{all}");
    // Whether the database accepts writes is tried every five minutes.
    assert!((10..=14).contains(&written), "{written}");
}
