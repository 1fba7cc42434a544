//! Sample messages for `rule/test`.

use mp_worker::callback::trial;
use serde_json::{Value, json};

use crate::world::{NOW, decode_whole, sample};

fn fields(fields: &Value) -> Value {
    trial(fields, NOW).unwrap().1
}

fn complaint(fields: &Value) -> String {
    trial(fields, NOW).unwrap_err().message()
}

#[test]
fn missing_standard_fields_get_default_values() {
    assert_eq!(
        fields(&json!({})),
        json!({
            "ToUserName": "gh_trial", "FromUserName": "oTRIAL", "CreateTime": "1700000000", "MsgType": "text",
            "MsgId": "1",
        })
    );
    assert_eq!(fields(&json!({ "Event": "CLICK" }))["MsgType"], "event");
    assert_eq!(fields(&json!({ "MsgType": "image", "MsgId": "7" }))["MsgId"], "7");
}

#[test]
fn a_trial_is_decoded_like_wechats_message() {
    let xml = "<xml><ToUserName>gh_trial</ToUserName><FromUserName>oTRIAL</FromUserName>\
        <CreateTime>1700000000</CreateTime><MsgType>event</MsgType>\
        <Event><![CDATA[pic_weixin]]></Event><EventKey>K</EventKey><SendPicsInfo><Count>2</Count><PicList>\
        <item><PicMd5Sum>a</PicMd5Sum></item><item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo></xml>";
    let (message, fields) = trial(
        &json!({
            "Event": "pic_weixin", "EventKey": ["K"],
            "SendPicsInfo": { "Count": 2, "PicList": { "item": [{ "PicMd5Sum": "a" }, { "PicMd5Sum": "b" }] } },
        }),
        NOW,
    )
    .unwrap();
    assert_eq!((message, fields), decode_whole(xml));
}

#[test]
fn values_are_converted_to_the_text_of_an_element() {
    let fields = fields(&json!({
        "Scale": 16, "Location_X": -23.5, "MsgId": 18_446_744_073_709_551_615_u64,
        "Content": " a\r\nb\rc\u{0}\u{fffe} ]]> <b>&amp; ", "Empty": "", "Nothing": {}, "None": [],
        "Deep": { "None": [], "Less": {} }, "Two": ["x", { "y": 1 }],
    }));
    assert_eq!(fields["Scale"], "16");
    assert_eq!(fields["Location_X"], "-23.5");
    assert_eq!(fields["MsgId"], "18446744073709551615");
    assert_eq!(fields["Content"], " a\nb\nc ]]> <b>&amp; ");
    assert_eq!((&fields["Empty"], &fields["Nothing"]), (&json!(""), &json!("")));
    assert_eq!((fields.get("None"), &fields["Deep"]), (None, &json!({ "Less": "" })));
    assert_eq!(fields["Two"], json!(["x", { "y": "1" }]));
}

#[test]
fn a_message_that_wechat_could_not_send_is_rejected() {
    let nested = |depth: usize| (0..depth).fold(json!("x"), |value, _| json!({ "A": value }));
    assert!(trial(&nested(8), NOW).is_ok());
    for (fields, expected) in [
        (json!("text"), "the body must be an object"),
        (nested(9), "A.A.A.A.A.A.A.A is deeper than any message"),
        (json!({ "a b": "x" }), "the body has a field name that is not valid in XML"),
        (json!({ "A": { "": "x" } }), "A has a field name that is not valid in XML"),
        (json!({ "A": null }), "A must be a text, a number, an object, or a list of these"),
        (json!({ "A": { "B": [true] } }), "A.B must be a text, a number, an object, or a list of these"),
        (json!({ "A": [["x"]] }), "A must be a text, a number, an object, or a list of these"),
        (json!({ "CreateTime": "soon" }), "the body is no message: the element CreateTime cannot be read"),
        (json!({ "FromUserName": "" }), "the body is no message: the element FromUserName is missing"),
    ] {
        assert_eq!(complaint(&fields), expected);
    }
}

#[test]
fn a_complete_message_is_unchanged() {
    let (message, fields) = decode_whole(&sample("messages/text"));
    assert_eq!(trial(&fields, NOW), Ok((message, fields)));
}
