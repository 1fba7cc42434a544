//! WeChat's XML, and XML that is rejected.

use mp_worker::callback::{MalformedXml, parse_xml};
use serde_json::json;

#[test]
fn text_is_decoded_as_the_sender_wrote_it() {
    let check = |content: &str, expected: &str| {
        let xml = format!("<xml><A>{content}</A></xml>");
        assert_eq!(parse_xml(&xml).unwrap().child("A").unwrap().text(), expected, "{content}");
    };
    check("", "");
    check("bare", "bare");
    check(" bare ", " bare ");
    check("<![CDATA[]]>", "");
    check("<![CDATA[a<b>&amp;]]>", "a<b>&amp;");
    check("\n  <![CDATA[x]]>\n", "x");
    check("<![CDATA[ x ]]>", " x ");
    check("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b");
    check("a&lt;&gt;&amp;&apos;&quot;b", "a<>&'\"b");
    check("&#20320;&#x597D;", "你好");
    check("a<!-- comment -->b", "ab");
    check("a\r\nb\rc", "a\nb\nc");
    check("<![CDATA[a\r\nb]]>", "a\nb");
    check("\u{1f600}", "\u{1f600}");
}

#[test]
fn a_declaration_and_a_byte_order_mark_are_ignored() {
    let xml = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xml><A>1</A></xml>\n";
    assert_eq!(parse_xml(xml).unwrap().child("A").unwrap().text(), "1");
}

#[test]
fn nested_and_repeated_elements_are_found_by_path() {
    let xml = parse_xml("<xml><L><item><N>1</N></item><item><N>2</N></item></L><E a=\"b\"/></xml>").unwrap();
    let numbers: Vec<_> = xml.at("L/item").map(|item| item.child("N").unwrap().text()).collect();
    assert_eq!(numbers, ["1", "2"]);
    assert_eq!(xml.at("L/item/N").count(), 1);
    assert_eq!(xml.at("L/none").count(), 0);
    assert_eq!(xml.at("none/item").count(), 0);
    assert_eq!(xml.at("E").count(), 1);
}

#[test]
fn the_json_of_an_element_is_complete() {
    let xml = parse_xml("<xml><A>1</A><B><C>2</C><C>3</C><C><D/></C></B></xml>").unwrap();
    assert_eq!(xml.to_json(), json!({ "A": "1", "B": { "C": ["2", "3", { "D": "" }] } }));
}

#[test]
fn unsupported_xml_is_rejected() {
    let check = |xml: &str, expected: MalformedXml| assert_eq!(parse_xml(xml), Err(expected), "{xml}");
    check("", MalformedXml::WrongRoot);
    check("   ", MalformedXml::WrongRoot);
    check("<html></html>", MalformedXml::WrongRoot);
    check("<XML></XML>", MalformedXml::WrongRoot);
    check("<xml></xml><xml></xml>", MalformedXml::WrongRoot);
    check("text", MalformedXml::NotWellFormed);
    check("<xml></xml>text", MalformedXml::NotWellFormed);
    check("<xml>", MalformedXml::NotWellFormed);
    check("<xml></yml>", MalformedXml::NotWellFormed);
    check("</xml>", MalformedXml::NotWellFormed);
    check("<xml><A></xml></A>", MalformedXml::NotWellFormed);
    check("<xml>&unknown;</xml>", MalformedXml::NotWellFormed);
    check("<xml>&</xml>", MalformedXml::NotWellFormed);
    check("<xml>&#0;</xml>", MalformedXml::NotWellFormed);
    check("<xml>&#xD800;</xml>", MalformedXml::NotWellFormed);
    check("<xml>&#99999999999;</xml>", MalformedXml::NotWellFormed);
    check("<xml><![CDATA[</xml>", MalformedXml::NotWellFormed);
    check("<xml><!-- </xml>", MalformedXml::NotWellFormed);
    check("<![CDATA[x]]><xml/>", MalformedXml::NotWellFormed);
    check("<!DOCTYPE xml><xml/>", MalformedXml::DocumentType);
    check(
        "<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml>&a;</xml>",
        MalformedXml::DocumentType,
    );
}

#[test]
fn nesting_is_limited_before_the_stack_overflows() {
    let nested = |depth: usize| format!("<xml>{}{}</xml>", "<a>".repeat(depth - 1), "</a>".repeat(depth - 1));
    assert!(parse_xml(&nested(16)).is_ok());
    assert_eq!(parse_xml(&nested(17)), Err(MalformedXml::TooDeep));
    assert_eq!(parse_xml(&"<xml>".repeat(200_000)), Err(MalformedXml::TooDeep));
}
