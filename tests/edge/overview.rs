//! The overview: problems come, and go when they are fixed.

use std::time::Duration;

use sandbox::account::Mode;
use sandbox::api::Fault;
use serde_json::{Value, json};

use crate::accounts::ROOT;
use crate::machine::{Machine, Setup, body_of};
use crate::until::until;

tests![
    a_new_account_is_told_that_wechat_has_never_come,
    writes_that_fail_are_a_problem_until_they_succeed,
    a_refused_token_is_a_problem_until_it_is_renewed,
    deliveries_that_were_given_up_are_a_problem_until_they_are_gone,
    a_key_sees_what_it_may_read_and_nothing_asks_wechat,
    what_the_account_may_do_is_learned_from_calls_and_sdks,
    a_database_that_refuses_is_asked_every_half_minute,
];

const TOKEN: &str = "/cgi-bin/stable_token";

fn problems(overview: &Value) -> Vec<&str> {
    overview["problems"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

async fn overview(machine: &Machine) -> Value {
    machine.ok("account/overview", json!({})).await
}

async fn a_new_account_is_told_that_wechat_has_never_come() {
    let machine = Machine::start().await;
    let new = overview(&machine).await;
    assert_eq!(problems(&new), ["not_connected"], "{new}");
    assert_eq!((new.get("token"), &new["storage"]["writable"]), (None, &json!(true)));
    assert_eq!(machine.platform(Mode::Plain, "/callback").verify().await, Ok(()));
    machine.until("SELECT COUNT(*) FROM callback_attempt WHERE kind = 'verified'", 1).await;
    assert_eq!(problems(&overview(&machine).await), [""; 0]);

    assert_eq!(machine.post(&machine.text("o1", "hello")).await.map(|(status, _)| status), Ok(200));
    let connected = overview(&machine).await;
    assert!(connected["last_message_at"].is_i64(), "{connected}");
    assert_eq!(connected["unanswered"]["count"], 1, "{connected}");
    assert_eq!(connected["yesterday_by_now"]["messages"], 0, "{connected}");
}

async fn writes_that_fail_are_a_problem_until_they_succeed() {
    let mut machine = Machine::start().await;
    let good = machine.post(&machine.text("o1", "hello")).await.map(|(status, _)| status);
    assert_eq!((good, problems(&overview(&machine).await)), (Ok(200), vec![]));
    machine.d1_faults(json!([{ "on": "INSERT", "skip": 0, "times": 1_000_000, "how": "refuse" }])).await;
    assert_eq!(machine.post(&machine.text("o1", "held")).await.map(|(status, _)| status), Ok(200));
    assert_eq!(machine.spooled().await.0, 1, "it waits");
    let refused = overview(&machine).await;
    assert_eq!(problems(&refused), ["unwritable", "spool"], "{refused}");
    let since = refused["problems"][0]["since"].clone();
    assert!(since.is_i64(), "{refused}");
    assert_eq!(refused["storage"]["writable"], false);
    machine.spool_faults(json!([{ "on": "status", "skip": 0, "times": 1, "how": "refuse" }])).await;
    let both = overview(&machine).await;
    assert_eq!(
        (problems(&both), &both["problems"][0]["since"]),
        (vec!["unwritable", "unheld", "spool"], &since)
    );

    machine.d1_faults(json!([])).await;
    machine.spool_alarm().await;
    machine.until("SELECT COUNT(*) FROM inbox", 2).await;
    machine.advance(Duration::from_secs(30)).await;
    assert_eq!(problems(&overview(&machine).await), [""; 0]);
}

async fn a_refused_token_is_a_problem_until_it_is_renewed() {
    let mut machine = Machine::start().await;
    assert_eq!(machine.post(&machine.text("o1", "hello")).await.map(|(status, _)| status), Ok(200));
    for (errcode, errmsg, id) in [
        (40164, "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", "ip"),
        (40125, "invalid appsecret", "secret"),
    ] {
        machine.wechat.fail_next(Fault::Errcode(errcode, errmsg.to_owned()), 1, Some(TOKEN));
        machine.cron(1).await;
        let broken = overview(&machine).await;
        assert_eq!((problems(&broken), &broken["token"]), (vec![id], &json!({ "ok": false })), "{broken}");
        if id == "ip" {
            assert_eq!(broken["problems"][0]["params"]["ip"], "203.0.113.7");
        }
        let report = machine.ok("account/check", json!({})).await;
        let check = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "access_token");
        assert_eq!(check.unwrap()["id"], id, "{report}");
        machine.advance(Duration::from_secs(30)).await;
    }
    machine.cron(1).await;
    let fixed = overview(&machine).await;
    assert_eq!((problems(&fixed), &fixed["token"]["ok"]), (vec![], &json!(true)), "{fixed}");
    assert!(fixed["token"]["expires_at"].is_i64(), "{fixed}");
}

async fn deliveries_that_were_given_up_are_a_problem_until_they_are_gone() {
    let mut machine = Machine::start().await;
    assert_eq!(machine.post(&machine.text("o1", "hello")).await.map(|(status, _)| status), Ok(200));
    let webhook =
        machine.webhook("https://shop.example.com/hook", "notify", json!({ "name": "订单系统" })).await;
    let id = webhook["id"].as_str().unwrap();
    let sql = "INSERT INTO delivery (account, id, openid, create_time, entry, position, backend, mode, state, attempts, \
                 under_way, due_at, made_at) \
               SELECT 'default', 'd' || value, 'o1', 1, 'a', 0, ?1, 'notify', 'dead', 0, 0, 77, 1 FROM JSON_EACH(?2)";
    let numbers = Value::from((0..37).collect::<Vec<_>>()).to_string();
    machine.sql(sql, &[json!(id), json!(numbers)]).await;
    let dead = overview(&machine).await;
    let params = json!({ "n": 37, "webhook": id, "name": "订单系统" });
    assert_eq!(
        dead["problems"],
        json!([{ "id": "dead", "severity": "failed", "since": 77, "params": params }])
    );
    assert_eq!(dead["deliveries"], json!({ "pending": 0, "dead": 37 }));
    machine.sql("DELETE FROM delivery", &[]).await;
    machine.advance(Duration::from_secs(40)).await;
    assert_eq!(problems(&overview(&machine).await), [""; 0]);
}

async fn a_key_sees_what_it_may_read_and_nothing_asks_wechat() {
    let machine = Machine::with(Setup::new().without("WECHAT_TOKEN")).await;
    let created = machine.ok("key/create", json!({ "name": "x", "scopes": ["message:read"] })).await;
    let (status, seen) =
        machine.api_as(created["key"].as_str().unwrap(), "account/overview", &json!({})).await;
    assert_eq!((status, problems(&seen)), (200, vec![]), "{seen}");
    let parts: Vec<_> = seen.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(parts, ["as_of", "capabilities", "paused", "problems", "quota", "unanswered"]);
    let whole = overview(&machine).await;
    assert_eq!(problems(&whole)[0], "configuration", "{whole}");
    assert_eq!(machine.wechat.calls().len(), 0);

    // What account/check heard from WeChat is shown afterwards.
    let machine = Machine::start().await;
    machine.ok("account/check", json!({})).await;
    machine.until("SELECT COUNT(*) FROM quota", 1).await;
    let asked = overview(&machine).await;
    assert_eq!(asked["quota"][0]["api"], "customer_service", "{asked}");
    let response = machine.client.post(machine.url("/api/account/overview")).send().await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(body_of(response).await["error"]["code"], "unauthorized");
}

async fn what_the_account_may_do_is_learned_from_calls_and_sdks() {
    let mut machine = Machine::start().await;
    let state = async |machine: &Machine, name: &str, expected: &str| {
        until(async || {
            let found = overview(machine).await["capabilities"][name].clone();
            if found["state"] == expected { Ok(found) } else { Err(format!("{name}: {found}")) }
        })
        .await
    };
    state(&machine, "menu", "unknown").await;
    let unauthorized = || Fault::Errcode(48001, "api unauthorized".to_owned());
    machine.wechat.fail_next(unauthorized(), 2, Some("/cgi-bin/menu/"));
    assert_eq!(machine.refused("menu/list", json!({})).await.1["errcode"], 48001);
    let no = state(&machine, "menu", "no").await;
    assert!(no["errcode"] == 48001 && no["seen_at"].is_i64(), "{no}");
    assert_eq!(machine.refused("menu/list", json!({})).await.1["errcode"], 48001);
    machine.ok("menu/current", json!({})).await;
    let gateway = async |machine: &Machine, path: &str| {
        let url = machine.url(&format!("/cgi-bin/{path}?access_token={ROOT}"));
        body_of(machine.client.get(url).send().await.unwrap()).await
    };
    assert_eq!(gateway(&machine, "tags/get").await.get("errcode"), None);
    state(&machine, "tag", "yes").await;
    machine.wechat.fail_next(unauthorized(), 1, Some("/cgi-bin/user/"));
    assert_eq!(gateway(&machine, "user/get").await["errcode"], 48001);
    state(&machine, "user", "no").await;

    let writes = async |machine: &Machine| {
        let costs = machine.costs_in_the_end().await;
        costs.iter().filter(|cost| cost.sql.contains("INTO capability")).count()
    };
    assert_eq!(writes(&machine).await, 3, "one statement for each change");
    machine.kill_and_restart().await;
    state(&machine, "menu", "no").await;
    machine.d1_faults(json!([{ "on": "capability", "skip": 0, "times": 1, "how": "refuse" }])).await;
    machine.ok("user/list", json!({})).await;
    machine.costs_in_the_end().await;
    machine.ok("user/list", json!({})).await;
    state(&machine, "user", "yes").await;
}

async fn a_database_that_refuses_is_asked_every_half_minute() {
    let mut machine = Machine::start().await;
    machine.ok("account/overview", json!({})).await;
    let created = machine.ok("key/create", json!({ "name": "x", "scopes": ["message:read"] })).await;
    let reader = created["key"].as_str().unwrap();
    assert_eq!(machine.post(&machine.text("o1", "hello")).await.map(|(status, _)| status), Ok(200));
    machine.advance(Duration::from_mins(6)).await;
    machine.d1_faults(json!([{ "on": "INTO probe", "skip": 0, "times": 1, "how": "refuse" }])).await;
    for _ in 0..3 {
        let (status, seen) = machine.api_as(reader, "account/overview", &json!({})).await;
        assert_eq!((status, problems(&seen)), (200, vec![]), "it is not for this key: {seen}");
    }
    for _ in 0..3 {
        assert_eq!(
            problems(&overview(&machine).await),
            ["unwritable"],
            "D1 is asked once, and would accept it"
        );
    }
    let (_, seen) = machine.api_as(reader, "account/overview", &json!({})).await;
    assert_eq!(problems(&seen), [""; 0]);
    machine.advance(Duration::from_secs(30)).await;
    assert_eq!(problems(&overview(&machine).await), [""; 0]);
}
