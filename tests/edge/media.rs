//! Files that users sent, as the console shows them.

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{RequestBuilder, Response};
use sandbox::api::Fault;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::accounts::ROOT;
use crate::machine::{Machine, body_of, error_of};
use crate::until::until;

tests![
    a_picture_is_shown_by_its_bytes,
    what_could_run_in_a_browser_is_only_downloaded,
    a_large_file_is_passed_on_and_a_huge_one_is_cut_off,
    a_video_a_voice_and_a_cover_are_shown,
    only_who_may_read_messages_gets_a_file,
    what_wechat_has_deleted_is_gone,
    a_stale_token_is_renewed_and_a_refusal_is_told,
    a_file_is_uploaded_and_can_be_fetched_again,
    a_form_of_another_site_uploads_nothing,
    large_uploads_wait_for_one_another,
];

const PICTURE: &[u8] = include_bytes!("../../sandbox/media/picture.png");

/// A user sends a message with this file.
async fn receive(machine: &Machine, kind: &str, media_id: &str, msg_id: &str) {
    let message = machine.text("oMEDIA", "").with("MsgType", kind).with("MediaId", media_id);
    let message = message.with("ThumbMediaId", "THUMB_MEDIA_ID").with("MsgId", msg_id);
    assert_eq!(machine.post(&message).await.unwrap().0, 200);
}

async fn get(machine: &Machine, key: &str, query: &str) -> Response {
    let request = machine.client.get(machine.url(&format!("/api/media/get?{query}"))).bearer_auth(key);
    request.send().await.unwrap()
}

async fn a_picture_is_shown_by_its_bytes() {
    let machine = Machine::start().await;
    receive(&machine, "image", "MEDIA_ID_IMAGE", "11").await;
    let picture = get(&machine, ROOT, "msg_id=11").await;
    assert_eq!(picture.status(), 200);
    for (name, value) in [
        ("content-type", "image/png"),
        ("content-disposition", "inline"),
        ("content-security-policy", "sandbox; default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, max-age=600"),
        ("vary", "cookie"),
    ] {
        assert_eq!(picture.headers()[name], value);
    }
    assert_eq!(picture.bytes().await.unwrap(), PICTURE);
    // The second call has its token in memory.
    assert_eq!(get(&machine, ROOT, "account=default&msg_id=11").await.status(), 200);
    let post = machine.client.post(machine.url("/api/media/get?msg_id=11")).bearer_auth(ROOT);
    assert_eq!(post.send().await.unwrap().status(), 405);
}

async fn what_could_run_in_a_browser_is_only_downloaded() {
    let machine = Machine::start().await;
    for (number, file) in [
        "<!DOCTYPE html><script>alert(document.cookie)</script>",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
        "{\"not\": \"a picture\"",
    ]
    .into_iter()
    .enumerate()
    {
        for kind in ["image/jpeg", "text/html", "image/svg+xml"] {
            let media_id = machine.wechat.keep_file(kind, file.as_bytes().to_vec());
            let msg_id = format!("2{number}{}", kind.len());
            receive(&machine, "image", &media_id, &msg_id).await;
            let answer = get(&machine, ROOT, &format!("msg_id={msg_id}")).await;
            if file.starts_with('{') {
                assert_eq!(answer.status(), 502, "WeChat's errors are JSON, and so may be no file");
                continue;
            }
            assert_eq!(answer.headers()["content-type"], "application/octet-stream");
            assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"file\"");
            assert_eq!(answer.headers()["content-security-policy"], "sandbox; default-src 'none'");
            assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
            assert_eq!(answer.text().await.unwrap(), file);
        }
    }
}

async fn a_large_file_is_passed_on_and_a_huge_one_is_cut_off() {
    let machine = Machine::start().await;
    let of_size = |size: usize| {
        let mut file = PICTURE.to_vec();
        file.resize(size, 7);
        file
    };
    for (msg_id, size) in [("31", 4096), ("32", 4097), ("33", 10 * 1024 * 1024)] {
        let media_id = machine.wechat.keep_file("image/png", of_size(size));
        receive(&machine, "image", &media_id, msg_id).await;
        let answer = get(&machine, ROOT, &format!("msg_id={msg_id}")).await;
        assert_eq!(answer.bytes().await.unwrap(), of_size(size));
    }
    let media_id = machine.wechat.keep_file("image/png", of_size(21 * 1024 * 1024));
    receive(&machine, "image", &media_id, "34").await;
    let answer = get(&machine, ROOT, "msg_id=34").await.bytes().await;
    assert!(answer.is_err(), "it breaks off");
}

async fn a_video_a_voice_and_a_cover_are_shown() {
    let machine = Machine::start().await;
    receive(&machine, "video", "MEDIA_ID_VIDEO", "41").await;
    receive(&machine, "voice", "MEDIA_ID_VOICE", "42").await;
    for (query, kind) in
        [("msg_id=41", "video/mp4"), ("msg_id=41&part=thumb", "image/png"), ("msg_id=42", "audio/amr")]
    {
        let answer = get(&machine, ROOT, query).await;
        assert_eq!(
            (answer.status().as_u16(), answer.headers()["content-type"].to_str().unwrap()),
            (200, kind)
        );
    }
}

async fn only_who_may_read_messages_gets_a_file() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(sandbox::account::Mode::Plain, "/callback");
    let message = machine.text("oMEDIA", "").with("MsgType", "image").with("MediaId", "MEDIA_ID_IMAGE");
    platform.deliver(&message.with("MsgId", "51")).await;
    let key = async |path: &str, scope: &str| {
        let made = machine.ok(path, json!({ "name": "x", "scopes": [scope] })).await;
        made["key"].as_str().unwrap().to_owned()
    };
    let reader = key("key/create", "message:read").await;
    assert_eq!(get(&machine, &reader, "msg_id=51").await.status(), 200);
    let other = key("key/create", "media:write").await;
    assert_eq!(error_of(get(&machine, &other, "msg_id=51").await).await.0, 403);
    let of_second = key("key/create?account=second", "*").await;
    assert_eq!(error_of(get(&machine, &of_second, "msg_id=51").await).await.0, 404);
    assert_eq!(error_of(get(&machine, &of_second, "msg_id=51&account=default").await).await.0, 403);
    assert_eq!(error_of(get(&machine, "wrong", "msg_id=51").await).await.0, 401);

    let own = machine.url("");
    let sign_in = machine.client.post(machine.url("/api/session/create")).header("origin", &own);
    let sign_in =
        sign_in.header("content-type", "application/json").body(json!({ "key": reader }).to_string());
    let sign_in = sign_in.send().await.unwrap();
    let cookie = sign_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for (site, expected) in [("same-origin", 200), ("cross-site", 403), ("same-site", 403), ("none", 403)] {
        let request = machine.client.get(machine.url("/api/media/get?msg_id=51"));
        let request = request.header("cookie", &cookie).header("sec-fetch-site", site);
        assert_eq!(request.send().await.unwrap().status(), expected, "{site}");
    }
    // A browser before 2023, such as an older one in WeChat.
    for (name, value, expected) in [
        ("accept", "image/*", 200),
        ("referer", &format!("{own}/console/"), 200),
        ("referer", "https://shop.example.com/", 403),
        ("origin", "https://shop.example.com", 403),
    ] {
        let request = machine.client.get(machine.url("/api/media/get?msg_id=51")).header("cookie", &cookie);
        assert_eq!(request.header(name, value).send().await.unwrap().status(), expected, "{name} {value}");
    }
    // Such a request gets nothing else, and above all not the access token.
    let token = machine.client.get(machine.url("/api/token/get")).header("cookie", &cookie);
    assert_eq!(token.send().await.unwrap().status(), 403);
}

async fn what_wechat_has_deleted_is_gone() {
    let mut machine = Machine::start().await;
    receive(&machine, "image", "UNKNOWN_TO_WECHAT", "61").await;
    receive(&machine, "image", "MEDIA_ID_IMAGE", "62").await;
    receive(&machine, "text", "", "63").await;
    let code = async |machine: &Machine, query: &str| {
        let (status, code, _) = error_of(get(machine, ROOT, query).await).await;
        (status, code)
    };
    assert_eq!(code(&machine, "msg_id=61").await, (410, "gone".to_owned()));
    assert_eq!(code(&machine, "msg_id=63").await, (404, "not_found".to_owned()));
    assert_eq!(code(&machine, "msg_id=64").await, (404, "not_found".to_owned()));
    assert_eq!(code(&machine, "").await, (400, "invalid_parameter".to_owned()));
    let calls = machine.wechat.count("/cgi-bin/media/get");
    machine.advance(Duration::from_hours(73)).await;
    assert_eq!(code(&machine, "msg_id=62").await, (410, "gone".to_owned()));
    assert_eq!(machine.wechat.count("/cgi-bin/media/get"), calls, "WeChat is not asked");
}

async fn a_stale_token_is_renewed_and_a_refusal_is_told() {
    let machine = Machine::start().await;
    receive(&machine, "image", "MEDIA_ID_IMAGE", "71").await;
    assert_eq!(get(&machine, ROOT, "msg_id=71").await.status(), 200);
    machine.wechat.replace_tokens();
    assert_eq!(get(&machine, ROOT, "msg_id=71").await.status(), 200);
    machine.wechat.fail_next(
        Fault::Errcode(45009, "reach max api daily quota limit".to_owned()),
        1,
        Some("/cgi-bin/media/get"),
    );
    assert_eq!(error_of(get(&machine, ROOT, "msg_id=71").await).await.0, 429);
}

/// The body of a form, and its content type.
fn form(fields: &[(&str, &str)], file: &[u8]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--B\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"图片.png\"\r\nContent-Type: text/html\r\n\r\n";
    body.extend(head.bytes());
    body.extend(file);
    body.extend(b"\r\n--B--\r\n");
    ("multipart/form-data; boundary=B".to_owned(), body)
}

fn upload(machine: &Machine, fields: &[(&str, &str)], file: &[u8]) -> RequestBuilder {
    let (content_type, body) = form(fields, file);
    machine.client.post(machine.url("/api/media/upload")).header("content-type", content_type).body(body)
}

async fn a_file_is_uploaded_and_can_be_fetched_again() {
    let machine = Machine::start().await;
    let mut large = PICTURE.to_vec();
    large.resize(3 * 1024 * 1024, 9);
    for (number, file) in [PICTURE, &large].into_iter().enumerate() {
        let uploaded = upload(&machine, &[("type", "image")], file).bearer_auth(ROOT).send().await.unwrap();
        assert_eq!(uploaded.status(), 200);
        let uploaded = body_of(uploaded).await;
        assert!(uploaded["expires_at"].is_i64() && uploaded.get("url").is_none(), "{uploaded}");
        let msg_id = format!("8{number}");
        receive(&machine, "image", uploaded["media_id"].as_str().unwrap(), &msg_id).await;
        let shown = get(&machine, ROOT, &format!("msg_id={msg_id}")).await;
        assert_eq!(shown.bytes().await.unwrap(), file);
    }
    let fields = [("permanent", "true"), ("type", "image")];
    machine.wechat.replace_tokens();
    let permanent = upload(&machine, &fields, PICTURE).bearer_auth(ROOT).send().await.unwrap();
    let permanent = body_of(permanent).await;
    assert!(permanent["url"].is_string() && permanent.get("expires_at").is_none(), "{permanent}");

    let calls = machine.wechat.calls().len();
    let mut huge = PICTURE.to_vec();
    huge.resize(10 * 1024 * 1024 + 1, 9);
    let svg = b"<svg onload='alert(1)'/>";
    for (fields, file, expected) in [
        ([("type", "image")], svg.as_slice(), (400, "file is not a JPEG, PNG or GIF picture")),
        ([("type", "image")], &huge, (400, "file has more than 10240 KiB")),
        ([("type", "news")], PICTURE, (400, "type must be image, voice, video or thumb")),
        (
            [("kind", "image")],
            PICTURE,
            (400, "kind does not exist; the known fields are file, type, permanent"),
        ),
    ] {
        let refused = upload(&machine, &fields, file).bearer_auth(ROOT).send().await.unwrap();
        let (status, _, message) = error_of(refused).await;
        assert_eq!((status, message.as_str()), expected);
    }
    let json = machine.client.post(machine.url("/api/media/upload")).bearer_auth(ROOT).body("{}");
    assert_eq!(error_of(json.send().await.unwrap()).await.2, "the body must be a form (multipart/form-data)");
    huge.resize(11 * 1024 * 1024, 9);
    let too_large = upload(&machine, &[("type", "image")], &huge).bearer_auth(ROOT).send().await.unwrap();
    assert_eq!(error_of(too_large).await.0, 413);
    assert_eq!(machine.wechat.calls().len(), calls, "WeChat gets none of these");
}

async fn a_form_of_another_site_uploads_nothing() {
    let machine = Machine::start().await;
    let own = machine.url("");
    let sign_in = machine.client.post(machine.url("/api/session/create")).header("origin", &own);
    let sign_in = sign_in.header("content-type", "application/json").body(json!({ "key": ROOT }).to_string());
    let sign_in = sign_in.send().await.unwrap();
    let cookie = sign_in.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    for (site, header, expected) in [
        ("same-origin", Some("mp-worker-console"), 200),
        ("same-origin", Some("XMLHttpRequest"), 403),
        ("same-origin", None, 403),
        ("cross-site", Some("mp-worker-console"), 403),
        ("none", Some("mp-worker-console"), 403),
    ] {
        let mut request = upload(&machine, &[("type", "image")], PICTURE).header("cookie", &cookie);
        request = request.header("sec-fetch-site", site);
        if let Some(header) = header {
            request = request.header("x-requested-with", header);
        }
        assert_eq!(request.send().await.unwrap().status(), expected, "{site} {header:?}");
    }
    assert_eq!(machine.wechat.count("/cgi-bin/media/upload"), 1);
}

async fn large_uploads_wait_for_one_another() {
    let mut machine = Machine::start().await;
    let mut large = PICTURE.to_vec();
    large.resize(10 * 1024 * 1024, 9);
    let send = async |file: &[u8]| {
        let answer = upload(&machine, &[("type", "image")], file).bearer_auth(ROOT).send().await.unwrap();
        let retry_after =
            answer.headers().get("retry-after").map(|seconds| seconds.to_str().unwrap().to_owned());
        (answer.status().as_u16(), retry_after)
    };
    let small = join_all((0..6).map(|_| send(PICTURE))).await;
    assert!(small.iter().all(|answer| *answer == (200, None)), "{small:?}");
    let before = machine.resident_kib();
    let answers = join_all((0..6).map(|_| send(&large))).await;
    let taken = machine.resident_kib().saturating_sub(before);
    println!("six uploads of 10 MiB at once take {taken} KiB: {answers:?}");
    let busy = (429, Some("5".to_owned()));
    assert!(answers.iter().all(|answer| *answer == (200, None) || *answer == busy), "{answers:?}");
    assert!(answers.contains(&(200, None)) && answers.contains(&busy), "{answers:?}");
    assert_eq!(send(&large).await, (200, None), "the others have ended");

    // A client that goes away does not keep the others waiting for longer than two minutes.
    let mut gone = Vec::new();
    let head = format!(
        "POST /api/media/upload HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ROOT}\r\ncontent-type: multipart/form-data; boundary=B\r\n\
         content-length: 10000000\r\n\r\n--B\r\n"
    );
    until(async || {
        // It is refused itself if it comes while another file is being uploaded.
        let mut client = TcpStream::connect(machine.address()).await.unwrap();
        client.write_all(head.as_bytes()).await.unwrap();
        gone.push(client);
        match send(&large).await {
            (429, _) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    drop(gone);
    machine.advance(Duration::from_mins(2)).await;
    let after = upload(&machine, &[("type", "image")], &large).bearer_auth(ROOT).send().await.unwrap();
    assert_eq!(after.status(), 200);
}
