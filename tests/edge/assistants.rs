//! Assistants: every message gets one answer of one call, in time or later, whatever fails.

use std::time::Duration;

use futures_util::future::join_all;
use sandbox::api::Trigger;
use sandbox::api::world::FOLLOWERS;
use sandbox::document::Document;
use sandbox::model::{self, Fault, ModelProvider};
use sandbox::verdict::Verdict;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::accounts::text_of;
use crate::faults::{always_failing, answer};
use crate::machine::{Machine, Setup};
use crate::until::until;

tests![
    an_answer_in_time_is_the_passive_reply_and_is_remembered,
    three_deliveries_wait_for_one_call,
    the_seconds_of_an_account_that_may_send,
    the_seconds_of_an_account_that_may_not_send,
    a_late_answer_is_sent,
    a_late_answer_is_the_reply_to_a_later_delivery,
    a_call_that_is_cut_off_is_never_made_again,
    what_needs_no_model_is_answered_at_once,
    limits_are_exact,
    the_assistants_are_managed_over_the_api,
    every_fault_of_a_provider_has_its_text,
    the_next_model_answers_if_one_fails,
    two_hundred_users_ask_at_once,
    where_wechat_refuses_to_send_the_answer_is_kept,
    a_second_question_is_asked_although_it_fetches_an_answer,
    without_d1_the_answer_comes_in_time_and_once,
    an_erased_user_is_forgotten,
];

const OPENID: &str = FOLLOWERS[0];
const LABEL: &str = "\n\n（内容由AI生成）";

/// A machine with a provider of models.
struct Bench {
    machine: Machine,
    provider: ModelProvider,
    server: JoinHandle<()>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Bench {
    /// With an assistant that answers every message; `fields` are added to it.
    async fn start(fields: Value) -> Self {
        let listener = model::listen(([127, 0, 0, 1], 0).into()).await.unwrap();
        let url = format!("http://{}/v1 key-of-the-provider", listener.local_addr().unwrap());
        let provider = ModelProvider::default();
        let same = provider.clone();
        let server = tokio::spawn(async move { match model::serve(listener, same).await {} });
        let machine = Machine::with(Setup::new().variable("AI_SANDBOX", url)).await;
        machine.wechat.user_acted(OPENID, Trigger::Message);
        let bench = Self { machine, provider, server };
        bench.update(fields).await;
        let rule = json!({ "when": { "default": {} }, "ask": "helper" });
        bench.machine.ok("rule/create", json!({ "rule": rule })).await;
        bench
    }

    async fn update(&self, fields: Value) {
        let mut assistant = json!({ "name": "helper", "model": { "provider": "sandbox", "model": "echo" } });
        assistant.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.machine.ok("assistant/update", json!({ "assistant": assistant })).await;
    }

    async fn say(&self, text: &str) -> String {
        self.deliver(&self.machine.text(OPENID, text)).await
    }

    /// What the user finally sees.
    async fn deliver(&self, message: &Document) -> String {
        match self.machine.deliver(message).await.verdict {
            Verdict::Nothing => String::new(),
            shown => text_of(&shown),
        }
    }

    /// The messages of every call, as the provider got them.
    fn asked(&self) -> Vec<Value> {
        self.provider.log().into_iter().map(|mut call| call["body"]["messages"].take()).collect()
    }

    async fn sent(&self, count: usize) -> Vec<String> {
        until(async || {
            let inbox = self.machine.wechat.inbox(OPENID);
            let texts = inbox.iter().map(|message| message["text"]["content"].as_str().unwrap().to_owned());
            let texts: Vec<String> = texts.collect();
            if texts.len() >= count { Ok(texts) } else { Err(format!("{count} messages, not {texts:?}")) }
        })
        .await
    }
}

fn delay(seconds: u64) -> Fault {
    Fault::Delay(Duration::from_secs(seconds))
}

/// A message of the user, as the provider gets it.
fn user(text: &str) -> Value {
    json!({ "role": "user", "content": text })
}

async fn an_answer_in_time_is_the_passive_reply_and_is_remembered() {
    let bench = Bench::start(json!({ "prompt": "Be brief.", "memory": { "turns": 2 } })).await;
    let system = json!({ "role": "system", "content": "Be brief." });
    let first = bench.say("one").await;
    assert_eq!(first, format!("{}{LABEL}", json!([system, user("one")])));
    bench.say("two").await;
    let asked = bench.asked();
    let answer = first.strip_suffix(LABEL).unwrap();
    assert_eq!(
        asked[1],
        json!([system, user("one"), { "role": "assistant", "content": answer }, user("two")])
    );
    bench.say("three").await;
    bench.say("four").await;
    assert_eq!(bench.asked()[3].as_array().unwrap().len(), 6, "a prompt, two turns and the message");
    let call = &bench.provider.log()[0];
    assert_eq!(call["authorization"], "Bearer key-of-the-provider");
    assert!(!call.to_string().contains(OPENID), "{call}");
    let remembered = bench.machine.ok("conversation/get", json!({ "openid": OPENID })).await;
    assert_eq!(remembered["turns"][1]["question"], "four", "{remembered}");
    let list = bench.machine.ok("message/list", json!({})).await;
    let outcomes: Vec<_> =
        list["messages"].as_array().unwrap().iter().map(|m| m["outcome"].clone()).collect();
    assert_eq!(outcomes, ["replied"; 4], "{list}");
    let usage = bench.machine.ok("assistant/usage", json!({})).await;
    assert_eq!(
        (&usage["days"][0]["calls"], &usage["users"][0]["openid"]),
        (&json!(4), &json!(OPENID)),
        "{usage}"
    );
    let log = bench.machine.log();
    assert!(!log.contains("three") && !log.contains(OPENID), "{log}");
}

async fn three_deliveries_wait_for_one_call() {
    let bench = Bench::start(json!({ "slow": "next_delivery", "budget_ms": 4500 })).await;
    bench.provider.fail_next(delay(12), 1);
    let outcome = bench.machine.deliver(&bench.machine.text(OPENID, "hello")).await;
    assert_eq!(text_of(&outcome.verdict), format!("{}{LABEL}", json!([user("hello")])));
    assert_eq!(bench.asked().len(), 1);
    bench.machine.until("SELECT COUNT(*) FROM kept", 0).await;
    bench.machine.until("SELECT COUNT(*) FROM delivery", 0).await;
}

/// The seconds after which a model answers, and with which of WeChat's deliveries the user gets that if the account may not
/// send; 0 is none of them.
const TIMES: [(f32, usize); 5] = [(1.0, 1), (4.5, 2), (8.0, 2), (13.0, 3), (40.0, 0)];

/// Asks a model that takes so many seconds; returns what the user saw, and how many deliveries that took.
async fn take(bench: &Bench, openid: &str, seconds: f32) -> (String, usize) {
    bench.provider.fail_next(Fault::Delay(Duration::from_secs_f32(seconds)), 1);
    let outcome = bench.machine.deliver(&bench.machine.text(openid, "how long?")).await;
    let text = if outcome.verdict == Verdict::Nothing { String::new() } else { text_of(&outcome.verdict) };
    (text, outcome.deliveries.len())
}

async fn the_seconds_of_an_account_that_may_send() {
    let answer = format!("{}{LABEL}", json!([user("how long?")]));
    join_all(TIMES.map(async |(seconds, _)| {
        let bench = Bench::start(json!({ "slow": "customer_service" })).await;
        let (text, deliveries) = take(&bench, OPENID, seconds).await;
        assert_eq!(deliveries, 1, "{seconds} s");
        if seconds < 4.0 {
            assert_eq!(text, answer, "{seconds} s");
        } else {
            assert_eq!((text, bench.sent(1).await), (String::new(), vec![answer.clone()]), "{seconds} s");
        }
        bench.machine.until("SELECT COUNT(*) FROM delivery", 0).await;
        assert_eq!(bench.asked().len(), 1, "{seconds} s");
    }))
    .await;
}

async fn the_seconds_of_an_account_that_may_not_send() {
    let answer = format!("{}{LABEL}", json!([user("how long?")]));
    join_all(TIMES.map(async |(seconds, delivery)| {
        let bench = Bench::start(json!({ "slow": "next_delivery", "fetch_text": "later" })).await;
        let seen = take(&bench, OPENID, seconds).await;
        if delivery > 0 {
            assert_eq!(seen, (answer.clone(), delivery), "{seconds} s");
        } else {
            assert_eq!(seen, ("later".to_owned(), 3), "{seconds} s");
            bench.machine.until("SELECT COUNT(*) FROM kept", 1).await;
            assert_eq!(bench.say("?").await, answer, "{seconds} s");
        }
        bench.machine.until("SELECT COUNT(*) FROM delivery", 0).await;
        assert_eq!(bench.asked().len(), 1, "{seconds} s");
    }))
    .await;
}

async fn a_late_answer_is_sent() {
    let bench = Bench::start(json!({ "slow": "customer_service", "budget_ms": 500 })).await;
    bench.provider.fail_next(delay(2), 1);
    assert_eq!(bench.say("hello").await, "");
    assert_eq!(bench.sent(1).await, [format!("{}{LABEL}", json!([user("hello")]))]);
    bench.machine.until("SELECT COUNT(*) FROM inbox WHERE outcome = 'answered_late'", 1).await;
    assert_eq!(bench.asked().len(), 1);
}

async fn a_late_answer_is_the_reply_to_a_later_delivery() {
    let bench =
        Bench::start(json!({ "slow": "next_delivery", "budget_ms": 500, "fetch_text": "later" })).await;
    bench.provider.fail_next(delay(16), 1);
    assert_eq!(bench.say("hello").await, "later");
    bench.machine.until("SELECT COUNT(*) FROM kept", 1).await;
    assert_eq!(bench.say("?").await, format!("{}{LABEL}", json!([user("hello")])));
    assert_eq!(bench.asked().len(), 1, "what only fetches the answer is not asked");
}

async fn a_call_that_is_cut_off_is_never_made_again() {
    let mut bench =
        Bench::start(json!({ "slow": "customer_service", "budget_ms": 500, "failure_text": "sorry" })).await;
    bench.provider.fail_next(Fault::Silent, 1);
    assert_eq!(bench.say("hello").await, "");
    assert_eq!(bench.asked().len(), 1);
    bench.machine.kill_and_restart().await;
    // The delivery is due again a minute after the message.
    bench.machine.advance(Duration::from_mins(3)).await;
    bench.machine.cron(1).await;
    assert_eq!(bench.sent(1).await, ["sorry"]);
    bench.machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert_eq!(bench.asked().len(), 1);
}

async fn what_needs_no_model_is_answered_at_once() {
    let bench = Bench::start(json!({
        "unreadable": "only text", "input_max": 10, "too_long_text": "too long",
        "memory": { "reset": ["new topic"], "reset_text": "forgotten" },
        "blocked": { "in": ["casino"], "text": "blocked" },
        "handover": { "words": ["human"], "minutes": 5, "reply": { "msgtype": "text", "text": { "content": "a person" } } },
    }))
    .await;
    bench.say("one").await;
    assert_eq!(bench.say("0123456789a").await, "too long");
    assert_eq!(bench.say("CASINO").await, "blocked");
    let image = bench
        .machine
        .text(OPENID, "")
        .with("MsgType", "image")
        .with("MediaId", "m")
        .with("PicUrl", "http://p");
    assert_eq!(bench.deliver(&image).await, "only text");
    assert_eq!(bench.asked().len(), 1);
    assert_eq!(bench.say("New topic").await, "forgotten");
    bench.say("two").await;
    assert_eq!(bench.asked()[1], json!([user("two")]));
    assert_eq!(bench.say("human").await, "a person");
    assert_eq!(bench.say("three").await, "", "the user is paused");
    assert_eq!(bench.asked().len(), 2);
    bench.machine.ok("conversation/resume", json!({ "openid": OPENID })).await;
    assert_ne!(bench.say("four").await, "");
}

async fn limits_are_exact() {
    let bench =
        Bench::start(json!({ "limits": { "user_minute": 2, "account_day": 3 }, "limit_text": "enough" }))
            .await;
    let mut seen = Vec::new();
    for text in ["a", "b", "c"] {
        seen.push(bench.say(text).await == "enough");
    }
    assert_eq!(seen, [false, false, true]);
    let others = ["o1", "o2", "o3"].map(|openid| bench.machine.text(openid, "hello"));
    let mut limited = 0;
    for message in &others {
        limited += usize::from(bench.deliver(message).await == "enough");
    }
    assert_eq!(limited, 2);
    assert_eq!(bench.asked().len(), 3);
}

async fn the_assistants_are_managed_over_the_api() {
    let bench = Bench::start(json!({})).await;
    let machine = &bench.machine;
    let list = machine.ok("assistant/list", json!({})).await;
    assert_eq!(list["assistants"][0]["name"], "helper");
    let (status, error) = machine.refused("assistant/delete", json!({ "name": "helper" })).await;
    assert_eq!((status, &error["field"]), (400, &json!("rules[0].ask")), "{error}");
    let tested = machine.ok("assistant/test", json!({ "name": "helper", "text": "hello" })).await;
    assert_eq!(tested["answer"], json!([format!("{}{LABEL}", json!([user("hello")]))]), "{tested}");
    let providers = machine.ok("assistant/providers", json!({})).await;
    assert_eq!(
        providers["providers"],
        json!([{ "name": "sandbox", "secret": "AI_SANDBOX", "host": "127.0.0.1" }])
    );
    let missing = json!({ "name": "other", "model": { "provider": "nobody", "model": "m" } });
    let tested = machine.ok("assistant/test", json!({ "assistant": missing, "text": "hello" })).await;
    assert_eq!(tested["errors"], json!(["nobody: its secret AI_NOBODY is missing"]), "{tested}");
    let remembered = machine.ok("conversation/get", json!({ "openid": OPENID })).await;
    assert_eq!(remembered["turns"], json!([]), "a test is not remembered");
}

/// The names of faults of the simulated provider, and whether the provider refuses the message (`None`: it answers).
const ANSWERED: [&str; 12] = [
    "blank-lines",
    "comments",
    "crlf",
    "dense",
    "thoughts",
    "think-closed",
    "content-parts",
    "length",
    "plain-json",
    "no-done",
    "split-utf8",
    "no-usage",
];
const REFUSED: [&str; 9] = [
    "refused-finish",
    "refused-deepseek",
    "refused-dashscope",
    "refused-dashscope-new",
    "refused-moonshot",
    "refused-zhipu",
    "refused-ark",
    "refused-azure",
    "refused-openrouter",
];
const FAILED: [&str; 34] = [
    "thoughts-only",
    "think-unclosed",
    "content-null",
    "content-empty",
    "empty",
    "html",
    "cut-json",
    "cut-sse",
    "half-sse",
    "late-error",
    "drop",
    "401",
    "402",
    "403",
    "404",
    "404-text",
    "400",
    "redirect",
    "429",
    "429-bare",
    "500",
    "502-html",
    "503",
    "error-200",
    "too-long",
    "region",
    "rate-zhipu-1302",
    "rate-moonshot",
    "rate-siliconflow",
    "rate-dashscope",
    "rate-ark",
    "arrears-openai",
    "arrears-dashscope",
    "thinking-dashscope",
];

async fn every_fault_of_a_provider_has_its_text() {
    let fields = json!({ "failure_text": "sorry", "blocked": { "text": "blocked" } });
    let bench = Bench::start(fields.clone()).await;
    let ask = async |fault: &str| {
        let mut assistant =
            json!({ "name": "x", "model": { "provider": "sandbox", "model": format!("fault-{fault}") } });
        assistant.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let tested =
            bench.machine.ok("assistant/test", json!({ "assistant": assistant, "text": "hello" })).await;
        (tested["answer"].as_array().unwrap().last().unwrap().as_str().unwrap().to_owned(), tested)
    };
    for fault in ANSWERED {
        let (text, tested) = ask(fault).await;
        assert!(
            text.contains("hello") && text.ends_with(LABEL) && !text.contains("think"),
            "{fault}: {tested}"
        );
        assert_eq!(tested["errors"], json!([]), "{fault}");
    }
    for fault in REFUSED {
        let (text, tested) = ask(fault).await;
        assert_eq!(text, "blocked", "{fault}: {tested}");
    }
    for fault in FAILED {
        let (text, tested) = ask(fault).await;
        assert_eq!(text, "sorry", "{fault}: {tested}");
        let errors = tested["errors"].as_array().unwrap();
        assert!(
            errors.len() == 1 && !tested["errors"].to_string().contains("key-of-the-provider"),
            "{fault}: {tested}"
        );
    }
    let (text, _) = ask("markdown").await;
    assert!(text.starts_with("退货说明\n\n您好") && !text.contains("| --"), "{text}");
    let (_, tested) = ask("huge").await;
    assert!(tested["answer"].as_array().unwrap().iter().all(|part| part.as_str().unwrap().len() <= 2048));
}

async fn the_next_model_answers_if_one_fails() {
    let bench = Bench::start(json!({
        "model": { "provider": "sandbox", "model": "fault-500" },
        "fallback": [{ "provider": "sandbox", "model": "fault-401" }, { "provider": "sandbox", "model": "echo" }],
    }))
    .await;
    assert_eq!(bench.say("hello").await, format!("{}{LABEL}", json!([user("hello")])));
    assert_eq!(bench.asked().len(), 3);
    let usage = bench.machine.ok("assistant/usage", json!({})).await;
    assert_eq!(usage["days"][0]["calls"], 1, "{usage}");
}

async fn two_hundred_users_ask_at_once() {
    let bench = Bench::start(
        json!({ "limits": { "account_day": 150 }, "limit_text": "enough", "slow": "next_delivery" }),
    )
    .await;
    bench.provider.fail_next(delay(1), 200);
    let users: Vec<String> = (0..200).map(|number| format!("o_{number:03}")).collect();
    let ask =
        async |openid: &String| bench.deliver(&bench.machine.text(openid, &format!("I am {openid}"))).await;
    let answers = join_all(users.iter().map(ask)).await;
    let limited = answers.iter().filter(|answer| *answer == "enough").count();
    assert_eq!((limited, bench.asked().len()), (50, 150));
    for (openid, answer) in users.iter().zip(&answers) {
        let own = format!("{}{LABEL}", json!([user(&format!("I am {openid}"))]));
        assert!(*answer == own || answer == "enough", "{openid}: {answer}");
    }
    let usage = bench.machine.ok("assistant/usage", json!({})).await;
    assert_eq!(usage["days"][0]["calls"], 150, "{usage}");
}

async fn where_wechat_refuses_to_send_the_answer_is_kept() {
    let bench = Bench::start(json!({ "slow": "auto", "budget_ms": 500 })).await;
    let send = "/cgi-bin/message/custom/send";
    bench.machine.wechat.fail_next(
        sandbox::api::Fault::Errcode(48001, "api unauthorized".to_owned()),
        1,
        Some(send),
    );
    bench.provider.fail_next(delay(2), 1);
    assert_eq!(bench.say("hello").await, "");
    bench.machine.until("SELECT COUNT(*) FROM kept", 1).await;
    bench.machine.until("SELECT COUNT(*) FROM inbox WHERE outcome = 'kept'", 1).await;
    assert_eq!(bench.say("?").await, format!("{}{LABEL}", json!([user("hello")])));
    assert_eq!((bench.asked().len(), bench.machine.wechat.count(send)), (1, 1));
    // From now on nothing is sent.
    bench.provider.fail_next(delay(7), 1);
    assert!(bench.say("what else?").await.contains("what else?"), "with the second delivery");
    assert_eq!(bench.machine.wechat.count(send), 1);
}

async fn a_second_question_is_asked_although_it_fetches_an_answer() {
    let bench =
        Bench::start(json!({ "slow": "next_delivery", "budget_ms": 500, "fetch_text": "later" })).await;
    bench.provider.fail_next(delay(16), 1);
    assert_eq!(bench.say("the first question").await, "later");
    bench.machine.until("SELECT COUNT(*) FROM kept", 1).await;
    assert!(bench.say("the second question").await.contains("the first question"));
    bench.machine.until("SELECT COUNT(*) FROM kept WHERE reply LIKE '%the second question%'", 1).await;
    bench.machine.until("SELECT COUNT(*) FROM delivery", 0).await;
    assert!(bench.say("?").await.contains("the second question"));
    assert_eq!(bench.asked().len(), 2);
}

async fn without_d1_the_answer_comes_in_time_and_once() {
    let mut bench = Bench::start(json!({ "slow": "customer_service" })).await;
    bench.machine.d1_faults(always_failing("refuse")).await;
    let (status, body) = answer(&bench.machine, &bench.machine.text(OPENID, "hello")).await;
    assert!(status == 200 && body.contains("hello"), "{status} {body}");
    bench.machine.d1_faults(json!([])).await;
    bench.machine.spool_alarm().await;
    bench.machine.until("SELECT COUNT(*) FROM inbox", 1).await;
    bench.machine.advance(Duration::from_mins(3)).await;
    bench.machine.cron(1).await;
    bench.machine.until("SELECT COUNT(*) FROM inbox WHERE outcome = 'replied'", 1).await;
    assert_eq!((bench.asked().len(), bench.machine.wechat.inbox(OPENID).len()), (1, 0));
}

async fn an_erased_user_is_forgotten() {
    let bench = Bench::start(json!({})).await;
    bench.say("remember me").await;
    bench.machine.ok("user/erase", json!({ "openid": OPENID })).await;
    let remembered = bench.machine.ok("conversation/get", json!({ "openid": OPENID })).await;
    assert_eq!(remembered["turns"], json!([]));
    let usage = bench.machine.ok("assistant/usage", json!({})).await;
    assert_eq!((&usage["days"][0]["calls"], &usage["users"]), (&json!(1), &json!([])), "{usage}");
}
