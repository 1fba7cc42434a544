//! Files that users sent: what they are, and when WeChat has deleted them.

use mp_worker::api::media::{MediaPlan, Uploaded, Uploads, accepted, headers, media_id};
use mp_worker::api::{Endpoint, Error, Plan};
use mp_worker::config::ApiBase;
use mp_worker::inbox::{Received, ReceivedRow};
use mp_worker::wechat::media::{MediaKind, content_type, get, is_wechats, upload};
use serde_json::json;

use crate::world::NOW;

fn received(message: &serde_json::Value) -> Received {
    let text = |text: &str| text.to_owned();
    let row: ReceivedRow = (
        NOW.seconds(),
        text("o1"),
        text("m1"),
        Some(text("1")),
        text("image"),
        None,
        None,
        NOW.seconds(),
        message.to_string(),
        None,
        None,
        None,
        text("unanswered"),
        None,
        0,
        None,
    );
    Received::from_row(row)
}

#[test]
fn a_file_is_what_its_first_bytes_say() {
    for (head, expected) in [
        (b"\xff\xd8\xff\xe0\0\x10JFIF".as_slice(), "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"GIF87a..", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"#!AMR\n\x7c", "audio/amr"),
        (b"ID3\x04", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg"),
        (b"\0\0\0\x18ftypmp42", "video/mp4"),
    ] {
        assert_eq!(content_type(head), Some(expected));
    }
}

#[test]
fn what_could_run_in_a_browser_is_no_known_type() {
    for head in [
        b"<!DOCTYPE html><script>alert(1)</script>".as_slice(),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"%PDF-1.7",
        b"GIF88a<script>",
        b" \xff\xd8\xff",
        b"\xef\xbb\xbf<html>",
        b"RIFF\0\0\0\0WAVE",
        b"\xff\xd8",
        b"",
    ] {
        assert_eq!(content_type(head), None, "{head:?}");
        let headers = headers(head);
        assert!(headers.contains(&("content-type", "application/octet-stream")));
        assert!(headers.contains(&("content-disposition", "attachment; filename=\"file\"")));
    }
    for head in [b"GIF89a<script>".as_slice(), b"<html>"] {
        let headers = headers(head);
        assert!(headers.contains(&("content-security-policy", "sandbox; default-src 'none'")));
        assert!(headers.contains(&("x-content-type-options", "nosniff")));
        assert!(headers.iter().any(|(name, value)| *name == "cache-control" && value.starts_with("private")));
    }
}

#[test]
fn a_message_has_a_file_for_three_days() {
    let video = received(&json!({ "MsgType": "video", "MediaId": "M1", "ThumbMediaId": "T1" }));
    assert_eq!(media_id(&video, false, NOW), Ok("M1".to_owned()));
    assert_eq!(media_id(&video, true, NOW.plus(3 * 86_400 - 1)), Ok("T1".to_owned()));
    assert_eq!(media_id(&video, false, NOW.plus(3 * 86_400)), Err(Error::MediaExpired));
    for none in [json!({ "Content": "M1" }), json!({ "MediaId": "" }), json!({ "MediaId": ["M1"] })] {
        assert_eq!(media_id(&received(&none), false, NOW), Err(Error::NotFound("file in this message")));
    }
}

#[test]
fn the_parameters_are_read_from_the_query() {
    let endpoint = Endpoint::find("media/get").unwrap();
    let plan = |query: &str| endpoint.plan_from_query(query);
    assert!(plan("msg_id=24300000000000001&account=shop").is_ok());
    assert!(plan("account=shop&msg_id=2&part=thumb").is_ok());
    for (query, field) in [
        ("", "msg_id"),
        ("msg_id=", "msg_id"),
        ("msg_id=1&part=x", "part"),
        ("msg_id=1&media_id=2", "media_id"),
    ] {
        let Err(Error::InvalidParameter(invalid)) = plan(query) else { panic!("{query}") };
        assert_eq!(invalid.field, field, "{query}");
    }
}

#[test]
fn a_video_is_only_fetched_from_wechat() {
    let base = ApiBase::parse("https://relay.example.com/wechat").unwrap();
    for url in ["http://vweixinp.tc.qq.com/1007_a?x=1", "https://a.qq.com/", "https://relay.example.com/v"] {
        assert!(is_wechats(url, &base), "{url}");
    }
    for url in [
        "https://evil.example.com/.qq.com",
        "https://qq.com.evil.example.com/",
        "https://a.qq.com@evil.example.com/",
        "http://169.254.169.254/?.qq.com",
        "http://relay.example.com/v",
        "https://relay.example.com.evil.net/v",
        "file:///a.qq.com",
        "",
    ] {
        assert!(!is_wechats(url, &base), "{url}");
    }
    assert_eq!(get("M&1").path(), "/cgi-bin/media/get");
}

#[test]
fn a_file_is_checked_before_wechat_gets_it() {
    const JPEG: &[u8] = b"\xff\xd8\xff\xe0";
    const AMR: &[u8] = b"#!AMR\n";
    const MP4: &[u8] = b"\0\0\0\x18ftypmp42";
    let complaint = |kind, size, head| match accepted(kind, size, head) {
        Ok(content_type) => content_type.to_owned(),
        Err(error) => error.to_string(),
    };
    for (kind, size, head, expected) in [
        (MediaKind::Image, 10 * 1024 * 1024, JPEG, "image/jpeg"),
        (MediaKind::Image, 10 * 1024 * 1024 + 1, JPEG, "file has more than 10240 KiB"),
        (MediaKind::Image, 9, b"<svg/>", "file is not a JPEG, PNG or GIF picture"),
        (MediaKind::Image, 9, b"RIFF\0\0\0\0WEBP", "file is not a JPEG, PNG or GIF picture"),
        (MediaKind::Voice, 2 * 1024 * 1024, AMR, "audio/amr"),
        (MediaKind::Voice, 2 * 1024 * 1024 + 1, AMR, "file has more than 2048 KiB"),
        (MediaKind::Voice, 9, MP4, "file is not an AMR or MP3 recording"),
        (MediaKind::Video, 9, MP4, "video/mp4"),
        (MediaKind::Video, 9, JPEG, "file is not an MP4 video"),
        (MediaKind::Thumb, 64 * 1024, JPEG, "image/jpeg"),
        (MediaKind::Thumb, 64 * 1024 + 1, JPEG, "file has more than 64 KiB"),
        (MediaKind::Thumb, 9, b"GIF89a", "file is not a JPEG picture"),
        (MediaKind::Image, 0, b"", "file is not a JPEG, PNG or GIF picture"),
    ] {
        assert_eq!(complaint(kind, size, head), expected);
    }
}

#[test]
fn an_upload_is_temporary_unless_it_says_otherwise() {
    let endpoint = Endpoint::find("media/upload").unwrap();
    let plan = |query: &str| match endpoint.plan_from_query(query) {
        Ok(Plan::Media(MediaPlan::Upload { kind, is_permanent })) => Ok((kind, is_permanent)),
        Ok(plan) => panic!("{plan:?}"),
        Err(error) => Err(error.to_string()),
    };
    assert_eq!(plan("type=image"), Ok((MediaKind::Image, false)));
    assert_eq!(plan("type=thumb&permanent=true&account=shop"), Ok((MediaKind::Thumb, true)));
    assert_eq!(plan("type=news"), Err("type must be image, voice, video or thumb".to_owned()));
    assert_eq!(plan("type=image&permanent=1"), Err("permanent must be true or false".to_owned()));
    assert_eq!(plan(""), Err("type is missing".to_owned()));
    assert_eq!(upload(MediaKind::Video, false).path(), "/cgi-bin/media/upload");
    assert_eq!(upload(MediaKind::Video, true).path(), "/cgi-bin/material/add_material");
    assert!(upload(MediaKind::Video, true).has_effect());

    let temporary = json!({ "type": "thumb", "thumb_media_id": "T", "created_at": 1_700_000_000 });
    let expires_at = Some(1_700_259_200);
    let uploaded = Uploaded { media_id: "T".to_owned(), url: None, expires_at };
    assert_eq!(Uploaded::read(&temporary, false), Some(uploaded));
    let permanent = json!({ "media_id": "M", "url": "http://mmbiz.qpic.cn/a" });
    let url = Some("http://mmbiz.qpic.cn/a".to_owned());
    let uploaded = Uploaded { media_id: "M".to_owned(), url, expires_at: None };
    assert_eq!(Uploaded::read(&permanent, true), Some(uploaded));
    assert_eq!(Uploaded::read(&json!({}), true), None);
}

#[test]
fn large_uploads_run_one_at_a_time_and_small_ones_together() {
    const MIB: u64 = 1024 * 1024;
    let mut uploads = Uploads::new();
    let large = uploads.begin(Some(10 * MIB), NOW).expect("it is the first");
    assert_eq!(uploads.begin(Some(10 * MIB), NOW), Err(Error::TooManyUploads));
    assert_eq!(uploads.begin(None, NOW), Err(Error::TooManyUploads), "its size is not known");
    uploads.begin(Some(1000), NOW).expect("a small one fits beside it");
    uploads.end(large);
    let small: Vec<u64> = (0..4).map(|_| uploads.begin(Some(2 * MIB), NOW).expect("they fit")).collect();
    assert_eq!(uploads.begin(Some(10 * MIB), NOW), Err(Error::TooManyUploads));
    for number in small {
        uploads.end(number);
    }
    // What never ended is not waited for, and what is much too large is read all the same, to be refused.
    assert_eq!(uploads.begin(Some(u64::MAX), NOW.plus(119)), Err(Error::TooManyUploads));
    uploads.begin(Some(u64::MAX), NOW.plus(120)).expect("two minutes have passed");
}
