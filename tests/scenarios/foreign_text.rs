//! Whatever a user writes stays in the field in which it was written, in every mode.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use mp_worker::callback::Body;
use mp_worker::callback::cipher::seal;
use mp_worker::callback::event::Event;
use mp_worker::inbox::Entry;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use proptest::sample::select;
use proptest::{prop_assert, prop_assert_eq, prop_assume};
use serde_json::Value;

use crate::world::{
    AES_KEY, APP_ID, NOW, TOKEN, account, app_id, config, decode, decode_whole, entry, every_mode_and, key,
    plain_query, receive, sample, sealed, sealed_query,
};

/// A sample, and the fields in it that a user, a device or the maker of a QR code can write, in WeChat's order.
type Sample = (&'static str, Vec<&'static str>);

static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let json = include_str!("../fixtures/foreign-text.json");
    let documented: BTreeMap<&str, Vec<&str>> = serde_json::from_str(json).expect("the table");
    let unknown = ["a message of an unknown type", "an event of an unknown type"];
    documented.into_iter().chain(unknown.map(|name| (name, vec!["Words"]))).collect()
});

/// Puts a text into the CDATA section of a field, as WeChat does.
fn with_text(xml: &str, path: &str, text: &str) -> String {
    let name = leaf(path);
    let (start, end) = (format!("<{name}><![CDATA["), format!("]]></{name}>"));
    let (before, rest) = xml.rsplit_once(&start).unwrap_or_else(|| panic!("{path} is not in {xml}"));
    let (_, after) = rest.split_once(&end).expect("it ends");
    format!("{before}{start}{text}{end}{after}")
}

fn leaf(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn body(name: &str) -> String {
    let unknown =
        "<Format><![CDATA[b]]></Format><Words><![CDATA[hello]]></Words><MsgId>24300000000000001</MsgId>";
    match name {
        "a message of an unknown type" => sample("messages/text")
            .replace("[text]", "[hologram]")
            .replace("<Content><![CDATA[hello]]></Content><MsgId>24300000000000001</MsgId>", unknown),
        "an event of an unknown type" => sample("events/enter")
            .replace("[ENTER]", "[wave]")
            .replace("</Event>", &format!("</Event>{unknown}")),
        name => sample(name),
    }
}

/// The fields with another text at a path.
fn expected(xml: &str, texts: &[(&str, &str)]) -> Value {
    let mut fields = decode_whole(xml).1;
    for (path, text) in texts {
        let text = text.replace("]]]]><![CDATA[>", "]]>").replace("\r\n", "\n").replace('\r', "\n");
        *fields.pointer_mut(&format!("/{path}")).expect("the field") = text.into();
    }
    fields
}

/// The fields that are read from a body in plain, compatible and secure mode.
fn read_in_every_mode(xml: &str) -> [Value; 3] {
    let plain = config(&[("WECHAT_TOKEN", TOKEN)]);
    let aes = every_mode_and(&[]);
    let query = plain_query(TOKEN, &NOW.to_string());
    let (secure_query, secure_body) = sealed(TOKEN, AES_KEY, xml);
    let encrypt = seal(&key(AES_KEY), &app_id(APP_ID), [7; 16], xml);
    let compatible = xml.trim_end().strip_suffix("</xml>").expect("a document");
    let compatible = format!("{compatible}<Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>");
    let compatible_query = sealed_query(TOKEN, &encrypt);
    [
        receive(account(&plain), &query, xml).expect("plain").fields().clone(),
        receive(account(&aes), &compatible_query, &compatible).expect("compatible").fields().clone(),
        receive(account(&aes), &secure_query, &secure_body).expect("secure").fields().clone(),
    ]
}

/// Text that tries to leave its field.
fn hostile() -> impl Strategy<Value = String> {
    let names = SAMPLES.iter().flat_map(|(_, paths)| paths).map(|path| leaf(path)).collect::<Vec<_>>();
    let more = ["MsgId", "OpenID", "FromUserName", "MsgType", "Event", "bizmsgmenuid", "MediaId", "xml"];
    let others = ["ScanCodeInfo", "SendLocationInfo", "Format", "Encrypt", "Ticket", "ScanType"];
    let names = select([names, more.to_vec(), others.to_vec()].concat());
    let fragment = prop_oneof![
        select(vec![
            "]]>",
            "]]",
            "]",
            ">",
            "<![CDATA[",
            "]]]]><![CDATA[>",
            "</xml>",
            "<xml>",
            "&amp;",
            "&#0;",
            "<!--",
            "-->",
            "<?",
            "<!DOCTYPE xml [",
            "\u{0}",
            "\u{b}",
            "\u{1b}",
            "\r\n",
            "\r",
            " ",
            "\u{feff}",
            "\u{fffe}",
            "你",
            "if (a[b[0]]>1) return",
            "<root><status><![CDATA[ok]]></status></root>",
        ])
        .prop_map(str::to_owned),
        names.clone().prop_map(|name| format!("]]></{name}>")),
        names.clone().prop_map(|name| format!("<{name}><![CDATA[")),
        names.clone().prop_map(|name| format!("<{name}>1</{name}>")),
        (names.clone(), names.clone()).prop_map(|(own, other)| {
            format!("x]]></{own}><{other}><![CDATA[oVICTIM]]></{other}><{own}><![CDATA[y")
        }),
        (names.clone(), names).prop_map(|(own, parent)| {
            format!("]]></{own}></{parent}><OpenID><![CDATA[oVICTIM]]></OpenID><{parent}><{own}><![CDATA[")
        }),
        Just(sample("messages/text").trim().to_owned()),
        any::<String>(),
    ];
    prop::collection::vec(fragment, 0..8).prop_map(|fragments| fragments.concat())
}

/// Whether nothing can tell what a text contains from what WeChat writes: what is between its field and one of the next
/// that a user can write; in a type that is not described, the end of the field before it.
fn is_undecidable(text: &str, path: &str, (name, paths): (&str, &[&str])) -> bool {
    let squeezed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let mut following = paths.iter().skip_while(|other| **other != path).skip(1);
    following.any(|next| squeezed.contains(&format!("]]></{}><{}", leaf(path), leaf(next))))
        || name.contains("unknown") && squeezed.contains("]]></Format>")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_text_is_read_as_written_and_changes_nothing_else(
        (name, paths) in select(SAMPLES.as_slice()), index in any::<prop::sample::Index>(), text in hostile()
    ) {
        let (xml, path) = (body(name), *index.get(&paths));
        if !is_undecidable(&text, path, (name, &paths)) {
            let expected = expected(&xml, &[(path, &text)]);
            for read in read_in_every_mode(&with_text(&xml, path, &text)) {
                prop_assert_eq!(&read, &expected, "{} {}", name, path);
            }
        }
    }

    #[test]
    fn texts_in_all_fields_change_no_other_field(
        (name, paths) in select(SAMPLES.as_slice()), texts in prop::collection::vec(hostile(), 7)
    ) {
        prop_assume!(!is_undecidable(&texts.concat(), paths[0], (name, &[])));
        let xml = body(name);
        let written = (0..).zip(&paths).fold(xml.clone(), |xml, (index, path)| {
            with_text(&xml, path, &format!("@{index}@"))
        });
        let written = (0..).zip(&texts).fold(written, |xml, (index, text)| {
            xml.replacen(&format!("@{index}@"), text, 1)
        });
        let blank: Vec<_> = paths.iter().map(|path| (*path, "")).collect();
        let expected = expected(&xml, &blank);
        for mut read in read_in_every_mode(&written) {
            for path in &paths {
                *read.pointer_mut(&format!("/{path}")).expect("the field") = "".into();
            }
            prop_assert_eq!(&read, &expected, "{}", name);
        }
    }

    #[test]
    fn a_text_is_stored_for_its_sender((name, paths) in select(SAMPLES.as_slice()), text in hostile()) {
        prop_assume!(!is_undecidable(&text, paths[0], (name, &[])));
        let xml = body(name);
        let stored = |xml: &str| {
            let Entry { record, .. } = entry(xml);
            (record.openid, record.msg_id, record.msg_type, record.event, record.create_time)
        };
        prop_assert_eq!(stored(&with_text(&xml, paths[0], &text)), stored(&xml));
        let message = decode(&with_text(&xml, paths[0], &text));
        prop_assert!(message.open_id() == "oABCD1234567890abcdefghijklm");
    }
}

#[test]
fn what_users_paste_is_read_as_they_wrote_it() {
    let whole = sample("messages/text").trim().to_owned();
    for text in [
        "<root><status><![CDATA[ok]]></status></root>",
        "]]>_<[[",
        "if (a[b[0]]>1) return",
        "two]]></Content><OpenID><![CDATA[oVICTIM]]></OpenID><Content><![CDATA[",
        "]]></Content><MsgId>1</MsgId></xml>",
        &whole,
    ] {
        let xml = with_text(&sample("messages/text"), "Content", text);
        for read in read_in_every_mode(&xml) {
            assert_eq!(read["Content"], text);
            assert_eq!(read["MsgId"], "24300000000000001");
        }
        assert_eq!(entry(&xml).record.openid, "oABCD1234567890abcdefghijklm");
    }
}

#[test]
fn between_two_texts_of_one_user_the_first_boundary_counts() {
    let text = "a]]></Title><Description><![CDATA[b";
    let (_, fields) = decode_whole(&with_text(&sample("messages/link"), "Title", text));
    assert_eq!(fields["Title"], "a");
    assert_eq!(fields["Description"], "b]]></Title><Description><![CDATA[A description");
    assert_eq!(fields["Url"], "https://example.com/a?b=1&c=2");
}

#[test]
fn a_missing_text_is_not_found_in_the_next() {
    let xml = sample("messages/link").replace("<Description><![CDATA[A description]]></Description>", "");
    for (path, text) in [("Title", "]]></Title>"), ("Url", "]]></Title><Title><![CDATA[")] {
        assert_eq!(decode_whole(&with_text(&xml, path, text)).1, expected(&xml, &[(path, text)]));
    }
}

#[test]
fn an_openid_is_read_only_from_the_events_that_carry_it() {
    let openid = |xml: &str| entry(xml).record.openid;
    for name in ["user_info_modified", "user_authorization_revoke", "user_authorization_cancellation"] {
        let xml = sample(&format!("events/{name}"));
        assert_eq!(openid(&xml), "oABCD1234567890abcdefghijklm", "{name}");
        let without = xml.replace("oABCD1234567890abcdefghijklm", "");
        assert_eq!(openid(&without), "gh_ffffffffffff", "{name}");
    }
    for name in ["messages/text", "events/click", "events/some_future_event", "events/device-event-bind"] {
        let xml = sample(name).replace("<OpenID><![CDATA[oABCD1234567890abcdefghijklm]]></OpenID>", "");
        let xml = xml.replace("</xml>", "<OpenID><![CDATA[oVICTIM]]></OpenID></xml>");
        assert_eq!(openid(&xml), "oABCD1234567890abcdefghijklm", "{name}");
    }
}

#[test]
fn a_character_cut_in_half_costs_only_that_character() {
    let mut body = sample("messages/text").into_bytes();
    let at = body.windows(5).position(|bytes| bytes == b"hello").expect("the text");
    body.splice(at..at + 5, b"a\xe4\xbd".iter().copied());
    let config = config(&[("WECHAT_TOKEN", TOKEN)]);
    let query = plain_query(TOKEN, &NOW.to_string());
    let callback = account(&config).callback().expect("it is configured");
    let delivery = mp_worker::callback::admit(callback, &query, NOW).unwrap().open(&body).unwrap();
    assert_eq!(delivery.fields()["Content"], "a\u{fffd}");
    assert_eq!(delivery.fields()["MsgId"], "24300000000000001");
}

#[test]
fn types_are_compared_without_case() {
    let text = sample("messages/text").replace("[text]", "[Text]");
    assert_eq!(decode(&text), decode(&sample("messages/text")));
    assert_eq!(entry(&text).record.msg_type, "text");
    let click = sample("events/click").replace("[event]", "[EVENT]");
    assert!(matches!(decode(&click).body, Body::Event(Event::Click(_))));
    assert_eq!(entry(&click).record.msg_type, "event");
}

#[test]
fn a_device_message_has_a_name_and_is_found_by_its_id() {
    let xml = sample("events/device-event-bind");
    let text = xml.replace("device_event", "device_text").replace("<Event><![CDATA[bind]]></Event>", "");
    for (xml, name) in [(xml, "bind"), (text, "device_text")] {
        let record = entry(&xml).record;
        assert_eq!(record.event.as_deref(), Some(name));
        assert_eq!(record.msg_id.as_deref(), Some("24300000000000009"));
    }
}
