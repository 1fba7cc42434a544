//! Backends: which one is notified or asked, what it is sent, and how its answers are handled.

use std::sync::LazyLock;

use mp_worker::backends::{
    About, Ask, AttemptOutcome, Backend, Backends, Caller, DeliveryMode, EntryKey, Mode, Sending, Signer,
    Webhook, WebhookDraft, asked_for, check_url, handovers, is_last_delivery, next_attempt, outbox,
};
use mp_worker::callback::{Reply, Trigger};
use mp_worker::inbox::Lookup;
use mp_worker::mac::SigningKeys;
use mp_worker::outgoing::Outgoing;
use mp_worker::rules::Decision;
use mp_worker::wechat::{self, Refusal};
use serde_json::{Value, json};

use crate::world::{NOW, decode, event_from, other_signing_keys, sample, signing_keys, text_from};

fn draft(webhook: Value) -> WebhookDraft {
    serde_json::from_value(webhook).unwrap()
}

pub(crate) fn webhook(id: &str, mode: &str) -> Value {
    json!({ "id": id, "url": "https://shop.example.com/hook", "mode": mode })
}

pub(crate) fn webhooks(list: &[Value]) -> Backends {
    let drafts: Vec<_> = list.iter().cloned().map(draft).collect();
    Backends::check(&drafts, &[]).unwrap()
}

fn one(webhook: Value) -> Webhook {
    draft(webhook).check().unwrap()
}

pub(crate) fn text(content: &str) -> Reply {
    Reply::text(content).unwrap()
}

#[test]
fn a_webhook_gets_only_the_messages_and_events_it_selects() {
    let wants = |more: Value, xml: &str| {
        let mut hook = webhook("w", "notify");
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        one(hook).wants(&decode(&sample(xml)))
    };
    for xml in [
        "messages/text",
        "messages/image",
        "events/subscribe",
        "events/unsubscribe",
        "events/some_future_event",
    ] {
        assert!(wants(json!({}), xml), "{xml}");
        assert!(!wants(json!({ "off": true }), xml), "{xml}");
    }
    assert!(wants(json!({ "messages": ["text"], "events": [] }), "messages/text"));
    assert!(!wants(json!({ "messages": ["text"], "events": [] }), "messages/image"));
    assert!(!wants(json!({ "messages": ["text"], "events": [] }), "events/subscribe"));
    assert!(wants(json!({ "messages": [], "events": ["SUBSCRIBE"] }), "events/subscribe"));
    assert!(wants(json!({ "messages": ["text"] }), "messages/text"));
    assert!(
        !wants(json!({ "messages": ["text"] }), "events/subscribe"),
        "a webhook that only names messages gets no events"
    );
    assert!(!wants(json!({ "events": ["subscribe"] }), "messages/text"));
    assert!(wants(json!({ "messages": [] }), "messages/text"));
    assert!(wants(json!({ "messages": [], "events": [] }), "events/click"));
    assert!(!wants(json!({ "messages": ["image"], "events": [] }), "messages/text"));
    assert!(wants(json!({ "events": ["freepublishjobfinish"] }), "events/publishjobfinish"));
    // An event and a message with the same name are different.
    assert!(!wants(json!({ "messages": ["location"], "events": [] }), "events/location"));
}

#[test]
fn no_backend_is_asked_if_wechat_would_not_show_the_reply() {
    let asked = |xml: &str| one(webhook("w", "respond")).wants(&decode(&sample(xml)));
    assert!(asked("messages/text"));
    assert!(asked("events/click"));
    assert!(!asked("events/unsubscribe"));
    assert!(!asked("events/view"));
}

#[test]
fn a_stored_answer_precedes_rules_and_rules_precede_backends() {
    let hooks = webhooks(&[webhook("n", "notify"), webhook("a", "respond"), webhook("b", "respond")]);
    let message = decode(&sample("messages/text"));
    let key = EntryKey { create_time: NOW, openid: "o".to_owned(), id: "1".to_owned() };
    let nothing = Decision::default();
    let rules = crate::world::parse_rules(
        &json!({ "version": 1, "rules": [{ "when": { "default": {} }, "replies": [
            { "msgtype": "text", "text": { "content": "one" } }, { "msgtype": "text", "text": { "content": "two" } },
        ] }] })
        .to_string(),
    )
    .unwrap();
    let decided = rules.decide(&message, || &Value::Null);
    let modes = |decision: &Decision<'_>| -> Vec<(String, DeliveryMode)> {
        let items = outbox("default", &key, decision, &hooks, &message);
        items.into_iter().map(|item| (item.backend, item.mode)).collect()
    };
    let told = ("n".to_owned(), DeliveryMode::Tell);

    assert_eq!(asked_for(&nothing, &hooks, &message).map(Backend::id), Some("a"));
    assert_eq!(modes(&nothing), [told.clone(), ("a".to_owned(), DeliveryMode::Ask)]);

    assert!(asked_for(&decided, &hooks, &message).is_none());
    assert_eq!(modes(&decided), [told, (String::new(), DeliveryMode::Send)]);
    assert!(asked_for(&nothing, &Backends::default(), &message).is_none());
}

#[test]
fn webhooks_are_told_of_handovers_unless_they_want_other_events_only() {
    let hook = |id: &str, more: Value| {
        let mut hook = webhook(id, "notify");
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        hook
    };
    let hooks = webhooks(&[
        hook("all", json!({})),
        hook("named", json!({ "events": ["subscribe", "Assistant.Handover"] })),
        hook("others", json!({ "events": ["subscribe"] })),
        hook("messages", json!({ "messages": ["text"] })),
        hook("off", json!({ "off": true })),
        webhook("asked", "respond"),
    ]);
    let key = EntryKey { create_time: NOW, openid: "o".to_owned(), id: "1".to_owned() };
    let told: Vec<_> = handovers("default", &key, ("客服", Some(NOW)), &hooks).collect();
    let ids: Vec<&str> = told.iter().map(|item| item.backend.as_str()).collect();
    assert_eq!(ids, ["all", "named"]);
    assert_eq!(told[0].message, json!({ "assistant": "客服", "paused_until": NOW.seconds() }));
    assert_ne!(told[0].id, key.delivery_id("default", "all"), "the message is another request");
}

#[test]
fn a_webhook_outside_the_limits_is_rejected() {
    let refused = |more: Value| {
        let mut hook = webhook("w", "respond");
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        draft(hook).check().unwrap_err().to_string()
    };
    assert_eq!(refused(json!({ "url": "ftp://x.example.com" })), "url must begin with https://");
    assert_eq!(refused(json!({ "budget_ms": 4501 })), "budget_ms must be 500 to 4500");
    assert_eq!(refused(json!({ "timeout_ms": 499 })), "timeout_ms must be 500 to 25000");
    assert_eq!(refused(json!({ "fetch_text": " " })), "fetch_text is empty");
    assert_eq!(refused(json!({ "id": "" })), "id is empty");
    let refusal = refused(json!({ "messages": ["text", "txt"] }));
    assert!(refusal.starts_with("messages[1] must be one of text, image"), "{refusal}");
    let many: Vec<_> = (0..21).map(|number| draft(webhook(&number.to_string(), "notify"))).collect();
    assert_eq!(Backends::check(&many, &[]).unwrap_err().to_string(), "webhooks must contain at most 20");
}

#[test]
fn a_webhook_url_must_be_https_on_a_public_host() {
    for url in [
        "https://shop.example.com/hook",
        "https://shop.example.com:8443/hook?x=1",
        "https://8.8.8.8/hook",
        "https://xn--fiqs8s.cn",
        "https://a_b.example.co",
    ] {
        assert_eq!(check_url(url, false), Ok(()), "{url}");
    }
    for url in [
        "http://shop.example.com",
        "https://localhost/x",
        "https://127.0.0.1",
        "https://127.1",
        "https://0x7f.1",
        "https://0x7f000001",
        "https://2130706433",
        "https://017700000001",
        "https://10.0.0.1",
        "https://172.16.0.1",
        "https://192.168.1.1",
        "https://169.254.169.254/latest/meta-data",
        "https://100.100.100.200/latest/meta-data",
        "https://0.0.0.0",
        "https://255.255.255.255",
        "https://[::1]/",
        "https://[fd00::1]/",
        "https://db.internal",
        "https://printer.local.",
        "https://intranet",
        "https://user@shop.example.com",
        "https://shop.example.com@127.0.0.1",
        "https://shop.example.com\\@127.0.0.1",
        "https://shop.example.com:x",
        "https://",
        "https:///x",
        "https://shop.example.com/ x",
        "https://shop.例子.cn",
        "https://127.0.0.1.",
        "javascript:alert(1)",
    ] {
        assert!(check_url(url, false).is_err(), "{url}");
    }
    assert_eq!(check_url("http://127.0.0.1:3000/hook", true), Ok(()));
    assert!(check_url("http://user@127.0.0.1", true).is_err());
}

static KEYS: LazyLock<SigningKeys> = LazyLock::new(signing_keys);

fn signer() -> Signer<'static> {
    Signer { keys: &KEYS, account: "default", webhook: "w_1", generation: 0, rotated_at: None }
}

/// Computed with Python's hmac. `make interop` checks the signatures of the running worker with a published library.
#[test]
fn the_signature_follows_standard_webhooks() {
    assert_eq!(signer().secret().expose(), "whsec_5zhem+8zAIzxqAng/kbO7Cd7CDmD77FYG1El5Po65vE=");
    assert_eq!(signer().sign("msg_1", NOW, r#"{"a":1}"#), "v1,Bp5DpPFPGU6EQ3fWvXngsgXCrPOtDFfFGrzxwPgnyz4=");
}

#[test]
fn every_webhook_has_a_secret_of_its_own() {
    let other = other_signing_keys();
    let secrets = [
        signer().secret(),
        Signer { webhook: "w_2", ..signer() }.secret(),
        Signer { account: "shop", ..signer() }.secret(),
        Signer { generation: 1, ..signer() }.secret(),
        Signer { keys: &other, ..signer() }.secret(),
    ];
    for (index, secret) in secrets.iter().enumerate() {
        assert!(secrets.iter().skip(index + 1).all(|later| later != secret));
    }
}

/// A backend may have any of the secrets that it was shown.
#[test]
fn while_the_signing_key_rotates_the_secrets_of_both_keys_sign() {
    let old = SigningKeys::new(b"another key of thirty-two bytes.", None);
    let new = SigningKeys::new(b"0123456789abcdef0123456789abcdef", None);
    let rotating =
        SigningKeys::new(b"0123456789abcdef0123456789abcdef", Some(b"another key of thirty-two bytes."));
    let signatures = |signer: Signer<'_>| {
        signer.sign("m", NOW.plus(10), "{}").split(' ').map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let of = |keys| signatures(Signer { keys, ..signer() });
    assert_eq!(of(&rotating), [of(&new), of(&old)].concat());
    assert_eq!(Signer { keys: &rotating, ..signer() }.secret(), Signer { keys: &new, ..signer() }.secret());
    let both = Signer { generation: 1, rotated_at: Some(NOW), keys: &rotating, ..signer() };
    assert_eq!(signatures(both).len(), 4);
}

#[test]
fn after_a_rotation_both_secrets_sign_for_a_day() {
    let rotated = Signer { generation: 1, rotated_at: Some(NOW), ..signer() };
    let old = signer().sign("m", NOW.plus(10), "{}");
    let both = rotated.sign("m", NOW.plus(10), "{}");
    let (new, previous) = both.split_once(' ').unwrap();
    assert_eq!(previous, old);
    assert_ne!(new, old);
    assert_eq!(rotated.sign("m", NOW.plus(86_400), "{}").split(' ').count(), 1);
}

/// Backends depend on this format: fields may only be added.
#[test]
fn the_format_of_a_request_is_unchanged() {
    let hook = one(webhook("w_1", "notify"));
    let mut entry = text_from("o1", NOW, 7);
    entry.record.rule = Some("hours".to_owned());
    entry.record.reply = Some(json!(text("hi")).to_string());
    let request = |ask: &Ask<'_>, account: &str| -> Outgoing {
        hook.request(ask, &Caller { account, keys: &KEYS, allow_private: false }, NOW.plus(3)).unwrap()
    };
    let about = About::entry(&entry);
    let again = Ask { id: "msg_1", mode: Mode::Tell, redelivery: true, about: &about };
    let outgoing = request(&again, "default");
    assert_eq!((outgoing.url.as_str(), outgoing.timeout), ("https://shop.example.com/hook", 25_000));
    assert_eq!(outgoing.max_answer_bytes, 0, "only the status of a notified webhook matters");
    assert_eq!(
        outgoing.body,
        r#"{"type":"message.received","id":"msg_1","account":"default","mode":"notify","redelivery":true,"openid":"o1","received_at":1700000000,"message":{"Content":"第 7 条","CreateTime":"1700000000","FromUserName":"o1","MsgId":"7","MsgType":"text","ToUserName":"gh_0a1b2c3d4e5f"},"outcome":"unanswered","rule":"hours","reply":{"msgtype":"text","text":{"content":"hi"}}}"#
    );
    let expected = Signer { webhook: "w_1", ..signer() }.sign("msg_1", NOW.plus(3), &outgoing.body);
    assert_eq!(
        outgoing.headers,
        [
            ("webhook-id", "msg_1".to_owned()),
            ("webhook-timestamp", "1700000003".to_owned()),
            ("webhook-signature", expected),
        ]
    );
    let about =
        About { handover: Some(json!({ "assistant": "客服" })), rule: None, reply: None, ..about.clone() };
    let handover = request(&Ask { id: "msg_2", redelivery: false, about: &about, ..again }, "default");
    assert_eq!(
        handover.body,
        r#"{"type":"assistant.handover","id":"msg_2","account":"default","mode":"notify","redelivery":false,"openid":"o1","received_at":1700000000,"message":{"Content":"第 7 条","CreateTime":"1700000000","FromUserName":"o1","MsgId":"7","MsgType":"text","ToUserName":"gh_0a1b2c3d4e5f"},"outcome":"unanswered","handover":{"assistant":"客服"}}"#
    );
    let event = About::entry(&event_from("o1", NOW, "CLICK", "K"));
    let told = request(&Ask { id: "m", mode: Mode::Tell, redelivery: false, about: &event }, "a");
    assert!(told.body.starts_with(r#"{"type":"event.received","id":"m","account":"a","#), "{}", told.body);
}

#[test]
fn a_notified_webhook_answers_with_its_status() {
    let of = AttemptOutcome::of_notification;
    assert_eq!(of(200, None), AttemptOutcome::Told);
    assert_eq!(of(204, None), AttemptOutcome::Told);
    assert_eq!(of(410, None), AttemptOutcome::Gone { trace: None });
    let failed = |error: &str, retry_after| AttemptOutcome::Failed {
        error: error.to_owned(),
        retry_after,
        trace: None,
    };
    assert_eq!(of(500, None), failed("it answered 500", None));
    assert_eq!(of(429, Some("120")), failed("it answered 429", Some(120)));
    assert_eq!(of(503, Some("Wed, 21 Oct 2026 07:28:00 GMT")), failed("it answered 503", None));
    assert_eq!(of(503, Some("-1")), failed("it answered 503", None));
    assert_eq!(of(302, None), failed("it answered 302, and redirects are not followed", None));
}

#[test]
fn an_asked_webhook_answers_with_one_reply_or_several_or_none() {
    let of = |body: &str| AttemptOutcome::of_question(200, None, body.as_bytes());
    let reply = |content: &str| json!({ "msgtype": "text", "text": { "content": content } });
    for none in
        ["", " \n", "{}", r#"{"reply": null}"#, r#"{"replies": []}"#, r#"{"reply": {"msgtype": "silence"}}"#]
    {
        assert_eq!(of(none), AttemptOutcome::Answered(Vec::new()), "{none}");
    }
    assert_eq!(AttemptOutcome::of_question(204, None, b""), AttemptOutcome::Answered(Vec::new()));
    assert_eq!(of(&json!({ "reply": reply("a") }).to_string()), AttemptOutcome::Answered(vec![text("a")]));
    assert_eq!(
        of(&json!({ "replies": [reply("a"), reply("b")] }).to_string()),
        AttemptOutcome::Answered(vec![text("a"), text("b")])
    );
    assert_eq!(
        of(r#"{"reply": {"msgtype": "text", "text": {"content": "a\ud83d"}}}"#),
        AttemptOutcome::Answered(vec![text("a\u{fffd}")])
    );
    let AttemptOutcome::Answered(long) = of(&json!({ "reply": reply(&"长。".repeat(500)) }).to_string())
    else {
        panic!("a long text becomes several replies")
    };
    assert_eq!(long.len(), 2);
}

#[test]
fn an_invalid_answer_is_a_failure_that_names_the_field() {
    let error = |status: u16, body: &[u8]| match AttemptOutcome::of_question(status, None, body) {
        AttemptOutcome::Failed { error, .. } => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        error(200, b"hello"),
        "its answer is invalid: the body is not JSON: expected value at line 1 column 1"
    );
    assert_eq!(error(200, b"[]"), "its answer is invalid: the body must be an object");
    assert_eq!(error(200, b"\xff"), "its answer is not UTF-8");
    assert!(
        error(200, br#"{"answer": 1}"#)
            .starts_with("its answer is invalid: ? does not exist; the known fields are reply, replies")
    );
    assert_eq!(
        error(200, br#"{"reply": {"msgtype": "text", "text": {"content": ""}}}"#),
        "its answer is invalid: reply.text.content is empty"
    );
    assert_eq!(error(500, b"{}"), "it answered 500");
    assert_eq!(AttemptOutcome::of_question(410, None, b""), AttemptOutcome::Gone { trace: None });
}

#[test]
fn a_reply_that_the_event_does_not_allow_is_a_failure() {
    let agent = Reply::from_json(r#"{"msgtype": "transfer_customer_service"}"#).unwrap().unwrap();
    let answered = AttemptOutcome::Answered(vec![agent]);
    assert_eq!(answered.clone().fitting(Some(Trigger::Message)), answered);
    let AttemptOutcome::Failed { error, .. } = answered.fitting(Some(Trigger::Event)) else {
        panic!("it fits")
    };
    assert!(error.starts_with("its answer is invalid: msgtype hands over"), "{error}");
}

#[test]
fn a_message_with_an_unknown_outcome_is_not_sent_again() {
    let refused =
        |errcode| Err(wechat::Error::Refused(Refusal { errcode, errmsg: "x".to_owned(), rid: None }));
    let of = |outcome: Result<(), wechat::Error>| Sending::of(&outcome);
    assert_eq!(of(Ok(())), Sending::Sent);
    for later in [-1, 45009, 45011] {
        assert!(matches!(of(refused(later)), Sending::Again(_)), "{later}");
    }
    for never in [45015, 45047, 48001, 40003] {
        assert_eq!(of(refused(never)).errcode(), Some(never));
        assert!(matches!(of(refused(never)), Sending::Refused { .. }), "{never}");
    }
    for unknown in
        [wechat::Error::TimedOut, wechat::Error::Unreachable, wechat::Error::Unreadable { status: 502 }]
    {
        let Sending::Unknown(why) = of(Err(unknown)) else {
            panic!("an unknown outcome must not be retried")
        };
        assert!(why.ends_with("it may have been sent"), "{why}");
    }
}

#[test]
fn notifications_are_retried_for_a_day_and_questions_for_an_hour() {
    let attempts = |mode: Mode, random: u8| {
        let (mut now, mut at) = (NOW, Vec::new());
        let mut attempts = 1;
        while let Some(next) = next_attempt(mode, attempts, (NOW, now), None, random) {
            assert!(next > now, "{at:?}");
            at.push(next.seconds() - NOW.seconds());
            now = next;
            attempts += 1;
            assert!(at.len() < 100);
        }
        at
    };
    let day = attempts(Mode::Tell, 128);
    assert_eq!(day[..8], [60, 180, 480, 1380, 3180, 6780, 13980, 28380]);
    assert_eq!(day.last(), Some(&86_400));
    assert_eq!(attempts(Mode::Ask, 128).last(), Some(&3600));
    for random in [0, 255] {
        assert_eq!(attempts(Mode::Tell, random).last(), Some(&86_400), "{random}");
    }
}

#[test]
fn jitter_is_at_most_a_fifth_of_the_delay() {
    let first =
        |random| next_attempt(Mode::Tell, 1, (NOW, NOW), None, random).unwrap().seconds() - NOW.seconds();
    let all: Vec<i64> = (0..=255).map(first).collect();
    assert_eq!((all.iter().min(), all.iter().max()), (Some(&48), Some(&71)));
}

#[test]
fn retry_after_is_respected_within_the_day() {
    let after = |seconds, now| next_attempt(Mode::Tell, 1, (NOW, now), Some(seconds), 0);
    assert_eq!(after(600, NOW), Some(NOW.plus(600)));
    assert_eq!(after(1, NOW), Some(NOW.plus(48)), "never earlier than our own delay");
    assert_eq!(after(90_000, NOW), None, "the delay exceeds a day");
    assert_eq!(after(10, NOW.plus(86_400)), None);
    assert_eq!(after(1, NOW.plus(86_390)), Some(NOW.plus(86_400)), "the last attempt is still made");
    assert_eq!(after(20, NOW.plus(86_390)), None);
}

#[test]
fn wechats_third_delivery_is_the_last() {
    assert!(!is_last_delivery(NOW, NOW));
    assert!(!is_last_delivery(NOW, NOW.plus(5)));
    assert!(is_last_delivery(NOW, NOW.plus(10)));
}

#[test]
fn an_updated_webhook_keeps_its_id_and_its_secret() {
    use mp_worker::settings::{Document, Edit, Refused};
    let edit = |document: Document, edit: Edit| {
        Document::parse(&document.edit(edit, None, (NOW, "n")).unwrap().json).unwrap()
    };
    let made = edit(
        Document::default(),
        Edit::CreateWebhook {
            webhook: Box::new(draft(json!({ "url": "https://a.example.com", "mode": "notify" }))),
            position: None,
        },
    );
    let id = made.webhooks[0].id.clone().unwrap();
    assert_eq!(id, "w_n");
    let other = || Box::new(draft(json!({ "url": "https://b.example.com", "mode": "respond" })));
    let update = Edit::UpdateWebhook { id: id.clone(), webhook: other(), position: None };
    let updated = edit(made.clone(), update.clone());
    let checked = updated.webhooks[0].check().unwrap();
    assert_eq!((checked.id.as_str(), checked.generation, checked.rotated_at), ("w_n", 0, None));
    let rotated = edit(updated, Edit::RotateSecret { id: id.clone() });
    let checked = rotated.webhooks[0].check().unwrap();
    assert_eq!((checked.url.as_str(), checked.mode), ("https://b.example.com", Mode::Ask));
    assert_eq!((checked.generation, checked.rotated_at), (1, Some(NOW)));
    let updated = edit(rotated.clone(), update);
    let checked = updated.webhooks[0].check().unwrap();
    assert_eq!((checked.generation, checked.rotated_at), (1, Some(NOW)));
    let off = edit(rotated, Edit::SwitchOffWebhook { id: id.clone() });
    assert!(off.webhooks[0].check().unwrap().is_off());
    let gone = edit(off, Edit::DeleteWebhook { id: id.clone() });
    assert!(gone.webhooks.is_empty());
    let missing = gone.edit(Edit::DeleteWebhook { id }, None, (NOW, "n")).unwrap_err();
    assert_eq!(missing, Refused::NotFound("webhook"));
    // Rolling back the rules does not change the webhooks.
    let import = edit(made, Edit::ImportRules { rules: Vec::new(), append: false });
    assert_eq!(import.webhooks.len(), 1);
}

#[test]
fn a_webhook_that_is_off_or_deleted_is_switched_off_without_a_version() {
    use mp_worker::settings::{Document, Edit};
    let webhook = Box::new(draft(json!({ "url": "https://a.example.com", "mode": "notify" })));
    let made = Document::default().edit(Edit::CreateWebhook { webhook, position: None }, None, (NOW, "n"));
    let made = Document::parse(&made.unwrap().json).unwrap();
    let off = || Edit::SwitchOffWebhook { id: "w_n".to_owned() };
    let first = made.edit(off(), None, (NOW, "n")).unwrap();
    assert_eq!((first.settings.version, first.is_new), (2, true));
    let again = Document::parse(&first.json).unwrap().edit(off(), None, (NOW, "n")).unwrap();
    assert_eq!((again.settings.version, again.is_new, &again.json), (2, false, &first.json));
    let delete = Edit::DeleteWebhook { id: "w_n".to_owned() };
    let deleted = Document::parse(&first.json).unwrap().edit(delete, None, (NOW, "n")).unwrap();
    let gone = Document::parse(&deleted.json).unwrap().edit(off(), None, (NOW, "n")).unwrap();
    assert_eq!((gone.settings.version, gone.is_new), (3, false));
}

#[test]
fn what_has_no_effect_on_a_webhook_is_rejected() {
    let refused = |webhook: Value| draft(webhook).check().unwrap_err();
    for (field, value) in
        [("slow", json!("customer_service")), ("budget_ms", json!(1000)), ("fetch_text", json!("later"))]
    {
        let mut notify = webhook("w", "notify");
        notify[field] = value.clone();
        assert_eq!(refused(notify).to_string(), format!("{field} has no effect in mode notify; omit it"));
        let mut respond = webhook("w", "respond");
        respond[field] = value;
        assert!(draft(respond).check().is_ok(), "{field}");
    }
    let respond = |messages: Option<Value>, events: Value| {
        let mut webhook = webhook("w", "respond");
        webhook["events"] = events;
        if let Some(messages) = messages {
            webhook["messages"] = messages;
        }
        webhook
    };
    for (messages, events) in [(None, json!(["unsubscribe", "LOCATION"])), (Some(json!([])), json!(["view"]))]
    {
        let invalid = refused(respond(messages, events));
        assert_eq!(invalid.field, "events");
        assert!(invalid.complaint.contains("WeChat shows no reply"), "{invalid}");
    }
    assert!(draft(respond(None, json!(["unsubscribe", "subscribe"]))).check().is_ok());
    assert!(draft(respond(Some(json!(["text"])), json!(["unsubscribe"]))).check().is_ok());
    let mut notify = webhook("w", "notify");
    notify["events"] = json!(["unsubscribe"]);
    assert!(draft(notify).check().is_ok());
}

#[test]
fn webhooks_are_asked_in_the_given_order() {
    use mp_worker::settings::{Document, Edit};
    let create = |document: Document, nonce: &str, position| {
        let webhook = Box::new(draft(json!({ "url": "https://a.example.com", "mode": "respond" })));
        let edit = Edit::CreateWebhook { webhook, position };
        Document::parse(&document.edit(edit, None, (NOW, nonce)).unwrap().json).unwrap()
    };
    let ids = |document: &Document| -> Vec<String> {
        document.webhooks.iter().map(|webhook| webhook.id.clone().unwrap()).collect()
    };
    let made = create(create(create(Document::default(), "a", None), "b", None), "c", Some(1));
    assert_eq!(ids(&made), ["w_a", "w_c", "w_b"]);
    let webhook = Box::new(made.webhooks[2].clone());
    let first = Edit::UpdateWebhook { id: "w_b".to_owned(), webhook, position: Some(0) };
    let moved = Document::parse(&made.edit(first, None, (NOW, "n")).unwrap().json).unwrap();
    assert_eq!(ids(&moved), ["w_b", "w_a", "w_c"]);
}

#[test]
fn the_secret_of_a_deleted_webhook_is_never_reused() {
    use mp_worker::settings::{Document, Edit, Refused};
    let webhook = Box::new(draft(webhook("w_mine", "notify")));
    let made = Document::default().edit(Edit::CreateWebhook { webhook, position: None }, None, (NOW, "n"));
    let Err(Refused::Invalid(invalid)) = made else { panic!("{made:?}") };
    assert_eq!(invalid.to_string(), "webhook.id is assigned by the worker; omit it");
}

#[test]
fn a_message_fetches_a_kept_answer_and_a_pause_concerns_what_accepts_a_reply() {
    let of = |name: &str| Lookup::of(&decode(&sample(name)));
    for message in ["messages/text", "messages/voice"] {
        assert_eq!(of(message), Lookup { paused: true, kept: true }, "{message}");
    }
    for event in ["events/subscribe", "events/click"] {
        assert_eq!(of(event), Lookup { paused: true, kept: false }, "{event}");
    }
    for event in ["events/location", "events/view", "events/unsubscribe"] {
        assert_eq!(of(event), Lookup::default(), "{event}");
    }
}

#[test]
fn a_backend_on_a_private_host_is_called_only_in_development() {
    let mut hook = webhook("w", "respond");
    hook["url"] = json!("http://127.0.0.1:8788/hook");
    let hook = one(hook);
    let about = About::trial(Mode::Ask, NOW);
    let ask = Ask { id: "msg_1", mode: Mode::Ask, redelivery: false, about: &about };
    let request =
        |allow_private| hook.request(&ask, &Caller { account: "a", keys: &KEYS, allow_private }, NOW);
    assert_eq!(request(false).unwrap_err().to_string(), "url must begin with https://");
    let outgoing = request(true).unwrap();
    assert_eq!(outgoing.max_answer_bytes, 64 * 1024);
    assert!(outgoing.body.contains(r#""mode":"respond","redelivery":false"#), "{}", outgoing.body);
    let read = |mode, status, body: &str| Webhook::read(mode, status, None, body.as_bytes());
    assert_eq!(read(Mode::Ask, 200, r#"{"reply":null}"#), AttemptOutcome::Answered(Vec::new()));
    assert_eq!(read(Mode::Ask, 410, ""), AttemptOutcome::Gone { trace: None });
    // A backend that is usually asked is told of a message that a kept answer or a person answers.
    let told = Ask { mode: Mode::Tell, ..ask };
    let caller = Caller { account: "a", keys: &KEYS, allow_private: true };
    assert_eq!(hook.request(&told, &caller, NOW).unwrap().max_answer_bytes, 0);
    assert_eq!(read(Mode::Tell, 200, "thanks"), AttemptOutcome::Told);
}
