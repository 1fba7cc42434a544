//! Every documented event.

use std::collections::BTreeSet;

use mp_worker::callback::event::{Event, FollowSource, TemplateStatus};
use mp_worker::callback::{Body, Decimal, Trigger, parse_xml};
use mp_worker::time::Timestamp;
use serde_json::{Value, json};

use crate::world::{decode, sample};

fn event(name: &str) -> Event {
    event_of(&sample(&format!("events/{name}")))
}

fn event_of(xml: &str) -> Event {
    match decode(xml).body {
        Body::Event(event) => event,
        Body::User(user) => panic!("{user:?}"),
    }
}

/// Checks fields of a decoded sample: the pattern names the variant, and the rest is what to expect.
macro_rules! check {
    ($name:literal, $variant:ident($event:ident) => $($actual:expr, $expected:expr);+ $(;)?) => {
        match event($name) {
            Event::$variant($event) => { $(assert_eq!($actual, $expected, $name);)+ }
            other => panic!("{}: {other:?}", $name),
        }
    };
}

#[test]
fn every_sample_has_its_own_type() {
    let mut unknown = BTreeSet::new();
    let mut names = BTreeSet::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/events");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        match event_of(&std::fs::read_to_string(&path).unwrap()) {
            Event::Unknown(event) => {
                unknown.insert(event.name);
            }
            event => {
                names.insert(event.name());
            }
        }
    }
    assert_eq!(unknown, BTreeSet::from(["some_future_event".to_owned()]));
    assert_eq!(names.len(), 74);
}

/// The manual's lists: 被动回复用户消息, 自定义菜单事件推送, 客服消息.
#[test]
fn the_event_table_knows_replies_menu_events_and_reply_windows() {
    const REPLIES: [&str; 9] = [
        "subscribe",
        "scan",
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    ];
    const MENU: [&str; 9] = [
        "click",
        "view",
        "view_miniprogram",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    ];
    const OPENS: [&str; 5] = ["subscribe", "scan", "click", "scancode_push", "scancode_waitmsg"];
    assert_eq!(Event::menu_names().collect::<Vec<_>>(), MENU);
    assert!(REPLIES.into_iter().all(Event::name_accepts_reply));
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/events");
    for file in std::fs::read_dir(folder).unwrap() {
        let event = event_of(&std::fs::read_to_string(file.unwrap().path()).unwrap());
        let name = event.name();
        assert_eq!(event.accepts_reply(), REPLIES.contains(&name.as_str()), "{name}");
        assert_eq!(Event::name_accepts_reply(&name), event.accepts_reply(), "{name}");
        assert_eq!(event.opens(), OPENS.contains(&name.as_str()).then_some(60), "{name}");
    }
}

/// Fields of the sample that the type of the decoded value already implies.
const REDUNDANT: [&str; 5] = ["Count", "count", "EventKey", "Event", "Status"];

#[test]
fn no_field_of_any_sample_is_lost() {
    for folder in ["messages", "events"] {
        let folder = format!("{}/tests/fixtures/{folder}", env!("CARGO_MANIFEST_DIR"));
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let xml = std::fs::read_to_string(&path).unwrap();
            let decoded = format!("{:?}", decode(&xml)).to_lowercase();
            for (name, text) in leaves(&parse_xml(&xml).unwrap().to_json()) {
                let is_there = decoded.contains(&text.to_lowercase()) || REDUNDANT.contains(&name.as_str());
                assert!(
                    is_there || name == "MsgType",
                    "{}: {name} {text} is not in {decoded}",
                    path.display()
                );
            }
        }
    }
}

fn leaves(value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), value)];
    while let Some((name, value)) = open.pop() {
        match value {
            Value::Object(object) => open.extend(object.iter().map(|(name, value)| (name.clone(), value))),
            Value::Array(values) => open.extend(values.iter().map(|value| (name.clone(), value))),
            Value::String(text) => found.push((name, text.trim().to_owned())),
            other => panic!("{other}"),
        }
    }
    found
}

#[test]
fn a_follow_event_names_its_scene() {
    check!("subscribe", Subscribe(event) => event.source, None; event.ticket, None);
    check!("subscribe-through-a-qr-code", Subscribe(event) =>
        event.source, Some(FollowSource::QrCode("123".to_owned()));
        event.ticket.as_deref(), Some("TICKET"));
    check!("subscribe-after-a-payment", Subscribe(event) =>
        event.source, Some(FollowSource::Payment("4200000000202311150000000000".to_owned())));
    check!("subscribe-from-a-product-scan-page", Subscribe(event) =>
        event.source, Some(FollowSource::Other("scanbarcode|ean13|6900000000001".to_owned())));
}

#[test]
fn an_empty_event_key_is_decoded_as_none() {
    let xml = sample("events/subscribe").replace("</xml>", "<EventKey><![CDATA[]]></EventKey></xml>");
    assert!(matches!(event_of(&xml), Event::Subscribe(event) if event.source.is_none()));
}

#[test]
fn event_names_are_case_insensitive() {
    for name in ["SCAN", "scan", "Scan"] {
        let xml = sample("events/scan").replace("SCAN", name);
        assert!(matches!(event_of(&xml), Event::Scan(event) if event.scene == "123"), "{name}");
    }
}

#[test]
fn menu_events_name_the_tapped_button() {
    check!("click", Click(event) => event.key, "KEY_HELP");
    check!("view", View(event) => event.url, "https://example.com/"; event.menu_id.as_deref(), Some("400000001"));
    check!("view_miniprogram", ViewMiniProgram(event) => event.page_path, "pages/index/index");
    check!("scancode_push", ScanCodePush(event) =>
        event.key, "KEY_SCAN"; event.scan_type, "qrcode"; event.scan_result, "https://example.com/x");
    check!("scancode_waitmsg", ScanCodeWaitMsg(event) => event.scan_result, "EAN_13,6900000000001");
    check!("pic_sysphoto", PicSysPhoto(event) =>
        event.count, Some(2);
        event.md5_sums.iter().map(|picture| picture.md5_sum.as_str()).collect::<Vec<_>>(),
        ["1b5f7c23b5bf75682a53e7b6d163e185", "5a75aaca956d97be686719218f275c6b"]);
    check!("pic_photo_or_album", PicPhotoOrAlbum(event) => event.md5_sums.len(), 2);
    check!("pic_weixin", PicWeixin(event) => event.key, "KEY_WX_ALBUM");
    check!("location_select", LocationSelect(event) =>
        event.latitude, Decimal::parse("23"); event.scale, Some(15); event.label, "Some Road 1"; event.poi_name, None);
    check!("location", LocationReport(event) => event.precision, Decimal::parse("119.38504"));
}

#[test]
fn job_events_contain_their_result() {
    check!("templatesendjobfinish", TemplateSendJobFinish(event) =>
        event.msg_id, "200163836"; event.status, TemplateStatus::Success);
    check!("templatesendjobfinish-blocked", TemplateSendJobFinish(event) =>
        event.status, TemplateStatus::UserBlocked);
    let xml = sample("events/templatesendjobfinish").replace("success", "failed: system failed");
    assert!(matches!(event_of(&xml), Event::TemplateSendJobFinish(event)
        if event.status == TemplateStatus::Failed("failed: system failed".to_owned())));
    check!("masssendjobfinish", MassSendJobFinish(event) =>
        event.sent_count, Some(75);
        event.check_state, Some(2);
        event.copyright_checks.first().map(|check| check.audit_state), Some(Some(2));
        event.article_urls.len(), 1);
    check!("publishjobfinish", PublishJobFinish(event) =>
        event.publish_status, Some(0);
        event.article_id.as_deref(), Some("ARTICLE_ID");
        event.articles.first().map(|article| article.article_url.as_str()), Some("https://mp.weixin.qq.com/s/example");
        event.fail_idx.len(), 0);
    check!("publishjobfinish-original-check-failed", PublishJobFinish(event) => event.fail_idx, ["1", "2"]);
    let xml = sample("events/publishjobfinish").replace("PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH");
    assert!(matches!(event_of(&xml), Event::PublishJobFinish(_)));
}

#[test]
fn subscription_notices_list_their_templates() {
    check!("subscribe_msg_popup_event", SubscribeMsgPopup(event) =>
        event.choices.iter().map(|choice| choice.status.as_str()).collect::<Vec<_>>(), ["accept", "reject"];
        event.choices.first().map(|choice| choice.popup_scene), Some(Some(2)));
    check!("subscribe_msg_change_event", SubscribeMsgChange(event) => event.choices.len(), 1);
    check!("subscribe_msg_sent_event", SubscribeMsgSent(event) =>
        event.results.first().map(|sent| sent.msg_id.as_str()), Some("1700827132819554304"));
}

#[test]
fn events_about_the_account_and_its_users_are_decoded() {
    check!("kf_switch_session", KfSwitchSession(event) => event.to_kf_account, "agent2@myaccount");
    check!("annual_renew", AnnualRenew(event) => event.expired_time, Some(Timestamp::from_seconds(1_731_536_000)));
    check!("naming_verify_fail", NamingVerifyFail(event) => event.fail_reason, "by time");
    check!("user_authorization_revoke", UserAuthorizationRevoke(event) =>
        event.open_id, "oABCD1234567890abcdefghijklm"; event.revoke_info, "205");
}

#[test]
fn cards_and_invoices_keep_their_fields() {
    check!("user_get_card", UserGetCard(event) => event.user_card_code, "123456789012"; event.friend_user_name, None);
    check!("user_pay_from_pay_cell", UserPayFromPayCell(event) => event.fee, Some(10_000));
    check!("card_pay_order", CardPayOrder(event) => event.memo.as_deref(), Some("opening gift"));
    check!("giftcard_user_accept", GiftCardUserAccept(event) => event.is_chat_room.as_deref(), Some("true"));
    check!("cloud_invoice_invoiceresult_event", CloudInvoiceResult(event) => event.request_id, "REQ_1");
    check!("submit_invoice_title", SubmitInvoiceTitle(event) => event.title, "A Company"; event.addr, None);
}

#[test]
fn retired_products_still_have_types() {
    check!("poi_check_notify", PoiCheckNotify(event) => event.msg.as_deref(), Some("address wrong"));
    check!("create_map_poi_audit_info", CreateMapPoiAudit(event) => event.latitude, Decimal::parse("30.5"));
    check!("wificonnected", WifiConnected(event) => event.device_no, "00:1f:7a:ad:5c:a8");
    check!("shakearoundusershake", ShakearoundUserShake(event) =>
        event.chosen.first().map(|beacon| beacon.distance.clone()), Some(Decimal::parse("0.057")); event.around.len(), 2);
    check!("device-event-bind", Device(event) => event.event, "bind"; event.content.as_deref(), Some("MTIz"));
    check!("guide_qrcode_scan_event", GuideQrCodeScan(event) => event.guide_account, "guide_wx");
    check!("debug_demo", DebugDemo(event) => event.debug_str, "hello world");
}

#[test]
fn an_undocumented_event_is_kept_whole() {
    match event("some_future_event") {
        Event::Unknown(event) => {
            assert_eq!(event.name, "some_future_event");
            assert_eq!(event.fields["Whatever"], json!({ "X": "1" }));
        }
        other => panic!("{other:?}"),
    }
    let xml = sample("events/some_future_event").replace("some_future_event", "ShakearoundLotteryBind");
    match event_of(&xml) {
        Event::ShakearoundLotteryBind(event) => assert_eq!(event.fields["Whatever"]["X"], "1"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_event_without_a_name_is_kept_whole() {
    let xml = sample("events/enter").replace("<Event><![CDATA[ENTER]]></Event>", "");
    assert!(matches!(event_of(&xml), Event::Unknown(event) if event.name.is_empty()));
}

#[test]
fn events_that_show_a_reply_are_those_of_the_manual() {
    let shown = ["subscribe", "scan", "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto"];
    let more = ["pic_photo_or_album", "pic_weixin", "location_select"];
    for name in shown.into_iter().chain(more) {
        assert_eq!(decode(&sample(&format!("events/{name}"))).trigger(), Some(Trigger::Event), "{name}");
    }
    for name in ["unsubscribe", "view", "view_miniprogram", "location", "masssendjobfinish", "user_get_card"]
    {
        assert_eq!(decode(&sample(&format!("events/{name}"))).trigger(), None, "{name}");
    }
}
