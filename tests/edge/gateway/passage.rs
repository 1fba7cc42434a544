//! Forwarding of calls and responses: bytes, headers, files and failures.

use std::convert::Infallible;

use futures_util::stream;
use mp_worker::gateway::Query;
use reqwest::Method;
use sandbox::api::Fault;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::accounts::{APP_ID, APP_SECRET, RELAY_SECRET, ROOT};
use crate::machine::{Machine, Setup};
use crate::receiver::{Receiver, Said};

use super::{credential, get, json_of, post};

tests![
    large_files_are_streamed_and_not_kept_in_memory,
    wechat_gets_the_real_token_and_every_other_byte_unchanged,
    only_selected_headers_are_forwarded,
    a_stale_token_is_renewed_and_bodies_kept_in_memory_sent_again,
    a_failure_of_wechat_is_reported_in_wechats_format,
    files_of_any_size_pass_in_both_directions,
    unusual_requests_are_forwarded_or_rejected,
    a_response_without_a_length_passes_unchanged,
    paths_cannot_lead_to_another_host_or_route,
    a_connection_that_breaks_does_not_affect_other_calls,
    a_chunked_body_that_fits_is_sent_with_its_length,
    no_text_contains_the_real_token_or_secret,
    what_an_sdk_calls_by_a_wrong_path_is_refused_in_wechats_format,
    only_callers_with_a_key_use_the_relays_secret,
];

/// The sizes of the files that must pass unchanged.
const SIZES: [usize; 3] = [1, 100_000, 20 * 1024 * 1024];
const MIB: usize = 1024 * 1024;

/// Bytes that are not text.
fn bytes(length: usize) -> Vec<u8> {
    (0..251).cycle().take(length).collect()
}

async fn wechat_gets_the_real_token_and_every_other_byte_unchanged() {
    let machine = Machine::start().await;
    let token = credential(&machine, ROOT).await;
    let check = async |method: Method, path: &str, query: &str, body: Option<&[u8]>| {
        let url = format!("{}{path}?{}", machine.url(""), query.replace("TOKEN", &token));
        let mut request = machine.client.request(method.clone(), url).header("x-mark", "1");
        if let Some(body) = body {
            request = request.body(body.to_vec());
        }
        request.send().await.expect("an answer");
        let calls = machine.wechat.calls();
        let seen = calls.iter().rev().find(|call| call.path == path).expect("it arrived");
        let real = seen.parameter("access_token").expect("a token");
        assert!(!real.starts_with("mpg.") && real != ROOT, "{real}");
        assert_eq!(seen.query_string, Query::new(query).with("access_token", real), "{path}");
        assert_eq!((seen.method.as_str(), seen.body.as_slice()), (method.as_str(), body.unwrap_or_default()));
    };
    let raw = "{\"menu\": \"\\u4f60 \u{1}你好\",  \"n\": 1.50}\n".as_bytes();
    check(Method::POST, "/cgi-bin/a/one", "access_token=TOKEN", Some(raw)).await;
    check(Method::POST, "/cgi-bin/a/two", "a=%E4%BD%A0+b&access_token=TOKEN&c=%2F&&d", Some(b"\xff\0\xfe"))
        .await;
    check(Method::GET, "/datacube/three", "begin_date=2026-11-01&access_token=TOKEN", None).await;
    check(Method::DELETE, "/wxa/four", "access_token=TOKEN&x=1", None).await;
    check(Method::PUT, "/card/five-5_x.do", "access_token=TOKEN", Some(b"")).await;
    for size in 0..40 {
        let body = bytes(size * 997);
        let query = format!("q{size}={}&access_token=TOKEN&%7e={size}", "%20".repeat(size));
        check(Method::POST, &format!("/cgi-bin/p/{size}"), &query, Some(&body)).await;
    }
}

async fn only_selected_headers_are_forwarded() {
    let machine = Machine::with_accounts().await;
    let request = machine.client.post(machine.url("/cgi-bin/headers/one")).bearer_auth(ROOT).body("{}");
    let request = request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", "session=PRIVATE")
        .header("x-relay-secret", "forged")
        .header("idempotency-key", "k")
        .header("x-forwarded-for", "10.0.0.1")
        .header("accept", "*/*");
    let response = request.send().await.expect("an answer");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let calls = machine.wechat.calls();
    let seen = calls.iter().find(|call| call.path == "/cgi-bin/headers/one").expect("it arrived");
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(
        seen.header("x-relay-secret"),
        Some(RELAY_SECRET),
        "the worker's own secret, not the caller's"
    );
    for name in ["authorization", "cookie", "idempotency-key", "x-forwarded-for"] {
        assert_eq!(seen.header(name), None, "{name}");
    }
    assert!(seen.parameter("access_token").is_some(), "a bearer token is moved into the query");
    let all = format!("{:?}", seen.headers);
    assert!(!all.contains("PRIVATE") && !all.contains(ROOT), "{all}");
}

async fn a_stale_token_is_renewed_and_bodies_kept_in_memory_sent_again() {
    let machine = Machine::start().await;
    let call = async |body: Vec<u8>| {
        let url = machine.url(&format!("/cgi-bin/tags/create?access_token={ROOT}"));
        json_of(machine.client.post(url).body(body).send().await.expect("an answer")).await
    };
    machine.ok("token/get", json!({})).await;
    machine.wechat.replace_tokens();
    let made = call(json!({ "tag": { "name": "一" } }).to_string().into_bytes()).await;
    assert_eq!(made["tag"]["name"], "一", "{made}");
    assert_eq!(machine.wechat.count("/cgi-bin/tags/create"), 2);

    machine.wechat.replace_tokens();
    let mut long = json!({ "tag": { "name": "二" } }).to_string().into_bytes();
    long.resize(2 * 1024 * 1024, b' ');
    let answer = call(long.clone()).await;
    assert_eq!(answer["errcode"], -1, "the streamed body cannot be sent again: {answer}");
    assert!(answer["errmsg"].as_str().unwrap().contains("send the request again"), "{answer}");
    assert_eq!(call(long).await["tag"]["name"], "二", "the token has been renewed");

    // If WeChat keeps rejecting the token, the SDK must not be told to renew its own.
    let refused = Fault::Errcode(40001, "invalid credential".to_owned());
    machine.wechat.fail_next(refused, 10, Some("/cgi-bin/tags/"));
    assert_eq!(call(b"{}".to_vec()).await["errcode"], 40125);
    machine.wechat.heal();
}

async fn a_failure_of_wechat_is_reported_in_wechats_format() {
    let machine = Machine::start().await;
    let url = machine.url(&format!("/cgi-bin/tags/get?access_token={ROOT}"));
    let call = async || machine.client.get(&url).send().await.expect("an answer");
    for (fault, errcode) in
        [(Fault::Drop, -2), (Fault::Half, -2), (Fault::Errcode(45009, "quota".to_owned()), 45009)]
    {
        // The runtime itself retries a GET whose connection was closed.
        machine.wechat.fail_next(fault.clone(), 9, Some("/cgi-bin/tags/"));
        assert_eq!(json_of(call().await).await["errcode"], errcode, "{fault:?}");
        machine.wechat.heal();
    }
    machine.wechat.fail_next(Fault::Html, 1, Some("/cgi-bin/tags/"));
    let page = call().await;
    assert_eq!(
        (page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()),
        (502, "text/html")
    );
    assert!(page.text().await.unwrap().contains("Bad Gateway"), "the page is passed on unchanged");
}

async fn files_of_any_size_pass_in_both_directions() {
    let machine = Machine::start().await;
    let token = credential(&machine, ROOT).await;
    for size in SIZES {
        let file = bytes(size);
        let body = form(&file);
        let length = body.len();
        let url = machine.url(&format!("/cgi-bin/media/upload?access_token={token}&type=image"));
        let request =
            machine.client.post(url).header("content-type", "multipart/form-data; boundary=B").body(body);
        let uploaded = json_of(request.send().await.expect("an answer")).await;
        let media_id = uploaded["media_id"].as_str().unwrap_or_else(|| panic!("{uploaded}"));
        let calls = machine.wechat.calls();
        let seen = calls.iter().rev().find(|call| call.path == "/cgi-bin/media/upload").unwrap();
        assert_eq!(
            seen.header("content-length"),
            Some(length.to_string().as_str()),
            "some servers require a Content-Length"
        );

        let url = machine.url(&format!("/cgi-bin/media/get?access_token={token}&media_id={media_id}"));
        let download = machine.client.get(url).send().await.expect("an answer");
        assert_eq!(download.headers()["content-type"], "image/png");
        assert_eq!(download.headers()["content-disposition"], "attachment; filename=\"a.png\"");
        assert_eq!(download.headers()["content-length"], size.to_string());
        assert!(download.bytes().await.expect("a body") == file, "{size} bytes");
    }
    let gone = get(&machine, &format!("/cgi-bin/media/get?access_token={token}&media_id=none")).await;
    assert_eq!(gone["errcode"], 40007);
}

async fn unusual_requests_are_forwarded_or_rejected() {
    let machine = Machine::start().await;
    let address = machine.address();
    let raw = async |request: String| {
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        connection.write_all(request.as_bytes()).await.expect("the request is sent");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    };
    let head = |method: &str, more: &str| {
        format!(
            "{method} /cgi-bin/tags/get?access_token={ROOT} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{more}\r\n"
        )
    };
    assert!(raw(head("GET", "Content-Length: 0\r\n")).await.contains("\"tags\""), "a GET with an empty body");
    assert!(raw(head("GET", "Content-Length: 2\r\n") + "{}").await.contains("\"tags\""), "a GET with a body");
    assert!(raw(head("HEAD", "")).await.starts_with("HTTP/1.1 200"));
    assert!(raw(head("PROPFIND", "")).await.contains("43001"));
    let url = machine.url("/cgi-bin/tags/get?access_token=");
    let answer = json_of(machine.client.get(url).bearer_auth(ROOT).send().await.unwrap()).await;
    assert!(answer["tags"].is_array(), "an empty parameter together with a valid bearer token: {answer}");
}

async fn a_response_without_a_length_passes_unchanged() {
    for size in [0, 10, 4096, 4097, 3_000_000] {
        let answer = format!(r#"{{"item":"{}"}}"#, "好".repeat(size / 3));
        let whole = answer.clone();
        // A relay in front of WeChat that sends no Content-Length.
        let relay = Receiver::start(move |_, call| match call.path.as_str() {
            "/cgi-bin/stable_token" => {
                Said::json(&json!({ "access_token": "REAL", "expires_in": 7200 })).chunked()
            }
            _ => Said::status(200).body(answer.clone()).chunked(),
        })
        .await;
        let machine = Machine::with(Setup::new().variable("WECHAT_API_BASE", relay.base())).await;
        let url = machine.url(&format!("/cgi-bin/material/get_material?access_token={ROOT}"));
        let passed = machine.client.post(url).body("{}").send().await.expect("an answer");
        assert!(passed.text().await.expect("a body") == whole, "{size}");
    }
}

async fn paths_cannot_lead_to_another_host_or_route() {
    let machine = Machine::start().await;
    machine.ok("token/get", json!({})).await;
    let address = machine.address();
    for target in [
        "/cgi-bin/../api/key/list",
        "/cgi-bin/%2e%2e/%2e%2e/sandbox/calls",
        "/cgi-bin//example.com/x",
        "//example.com/cgi-bin/token",
        "/cgi-bin/..%2f..%2fsandbox/calls",
        "/cgi-bin/\\example.com",
        "/gw/../sandbox/calls",
        "/sandbox/calls",
        "/cgi-bin/a%00b",
        "/cgi-bin/a%0d%0aHost:%20example.com",
        "http://example.com/cgi-bin/tags/get",
    ] {
        let before = machine.wechat.calls().len();
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        let request = format!(
            "GET {target}?access_token={ROOT} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).await.expect("the request is sent");
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let seen: Vec<String> =
            machine.wechat.calls().into_iter().skip(before).map(|call| call.path).collect();
        assert!(!answer.contains("\"query_string\""), "{target}: {answer}");
        // An absolute target names a host, which is ignored: only the path counts.
        let is_call = target.ends_with("/cgi-bin/tags/get");
        assert!(seen.iter().all(|path| is_call && path == "/cgi-bin/tags/get"), "{target}: {seen:?}");
    }
}

fn form(file: &[u8]) -> Vec<u8> {
    let head = "--B\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    [head.as_bytes(), file, b"\r\n--B--\r\n"].concat()
}

async fn large_files_are_streamed_and_not_kept_in_memory() {
    let machine = Machine::start().await;
    let pass = async |size: usize| {
        let url = machine.url(&format!("/cgi-bin/media/upload?access_token={ROOT}&type=image"));
        let request = machine.client.post(url).header("content-type", "multipart/form-data; boundary=B");
        let answer = request.body(form(&vec![7; size])).send().await.expect("an answer");
        let media_id = json_of(answer).await["media_id"].as_str().expect("an id").to_owned();
        let url = machine.url(&format!("/cgi-bin/media/get?access_token={ROOT}&media_id={media_id}"));
        let file = machine.client.get(url).send().await.expect("an answer").bytes().await.expect("a body");
        assert_eq!(file.len(), size);
        machine.wechat.forget_calls();
        machine.resident_kib() / 1024
    };
    let mut resident = Vec::new();
    for size in [20, 80, 80, 160] {
        resident.push(pass(size * MIB).await);
    }
    println!("MiB in memory after files of 20, 80, 80 and 160 MiB, both ways: {resident:?}");
    // The runtime has allocated its own buffers by then.
    let grown = resident[3].saturating_sub(resident[2]);
    assert!(grown < 40, "a file twice as large needs {grown} MiB more");
}

async fn a_connection_that_breaks_does_not_affect_other_calls() {
    let machine = Machine::start().await;
    let address = machine.address();
    for length in [1000, 5_000_000] {
        let mut connection = TcpStream::connect(&address).await.expect("a connection");
        let head = format!(
            "POST /cgi-bin/media/upload?access_token={ROOT}&type=image HTTP/1.1\r\nHost: {address}\r\n\
             Content-Type: multipart/form-data; boundary=B\r\nContent-Length: {length}\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).await.expect("the request is sent");
        connection.write_all(&form(&vec![7; length])[..length / 2]).await.expect("half of the body is sent");
        drop(connection);
    }
    // WeChat's connection breaks as well, in the middle of the response.
    let url = machine.url(&format!("/cgi-bin/tags/get?access_token={ROOT}"));
    machine.wechat.fail_next(Fault::Half, 9, Some("/cgi-bin/tags/"));
    assert_eq!(json_of(machine.client.get(&url).send().await.expect("an answer")).await["errcode"], -2);
    machine.wechat.heal();
    for _ in 0..20 {
        assert!(json_of(machine.client.get(&url).send().await.expect("an answer")).await["tags"].is_array());
    }
    assert_eq!(
        machine.wechat.count("/cgi-bin/media/upload"),
        0,
        "an incomplete upload must not count as a call"
    );
}

fn chunks(body: &[u8]) -> reqwest::Body {
    let chunks: Vec<Result<Vec<u8>, Infallible>> =
        body.chunks(100_000).map(|chunk| Ok(chunk.to_vec())).collect();
    reqwest::Body::wrap_stream(stream::iter(chunks))
}

async fn a_chunked_body_that_fits_is_sent_with_its_length() {
    let machine = Machine::start().await;
    for (size, has_length) in
        [(0, true), (10, true), (70_000, true), (MIB, true), (MIB + 1, false), (3 * MIB, false)]
    {
        machine.wechat.forget_calls();
        let body = bytes(size);
        post(&machine, &format!("/cgi-bin/chunked?access_token={ROOT}"), chunks(&body)).await;
        let calls = machine.wechat.calls();
        let seen = calls.iter().find(|call| call.path == "/cgi-bin/chunked").expect("it arrived");
        assert!(seen.body == body, "{size}: {} bytes arrived", seen.body.len());
        let length = seen.header("content-length").map(ToOwned::to_owned);
        assert_eq!(length, has_length.then(|| size.to_string()), "{size}");
    }
    // It can be sent again, and compared with an earlier send.
    machine.wechat.replace_tokens();
    let tag = json!({ "tag": { "name": "一" } }).to_string();
    let path = format!("/cgi-bin/tags/create?access_token={ROOT}");
    assert_eq!(post(&machine, &path, chunks(tag.as_bytes())).await["tag"]["name"], "一");
}

async fn no_text_contains_the_real_token_or_secret() {
    for is_chunked in [false, true] {
        for padding in [0, 5000, 300_000] {
            // A relay in front of WeChat that repeats the query in its answer, as an error page of a proxy does.
            let relay = Receiver::start(move |_, call| {
                if call.path.starts_with("/cgi-bin/stable_token") {
                    return Said::json(&json!({ "access_token": "REAL/TOKEN", "expires_in": 7200 }));
                }
                let text = format!("{}{}?{}", "x".repeat(padding), call.path, call.query);
                let said = Said::status(502).body(format!("{text} REAL/TOKEN {text}"));
                if is_chunked { said.chunked() } else { said }
            })
            .await;
            let machine = Machine::with(Setup::new().variable("WECHAT_API_BASE", relay.base())).await;
            let url = machine.url(&format!("/cgi-bin/tags/get?access_token={ROOT}"));
            let text = machine.client.get(url).send().await.expect("an answer").text().await.expect("a body");
            let expected =
                padding * 2 + "/cgi-bin/tags/get?access_token=REAL%2FTOKEN".len() * 2 + " REAL/TOKEN ".len();
            assert_eq!(text.len(), expected, "{text}");
            assert!(text.contains("access_token=************") && !text.contains("TOKEN"), "{text}");
            let query = format!("appid={APP_ID}&secret={ROOT}&code=C1&grant_type=authorization_code");
            let url = machine.url(&format!("/sns/oauth2/access_token?{query}"));
            let text = machine.client.get(url).send().await.expect("an answer").text().await.expect("a body");
            assert!(text.contains("code=C1") && !text.contains(APP_SECRET), "{text}");
            let (_, answer) = machine.api("menu/list", &json!({})).await;
            assert!(!answer.to_string().contains("TOKEN"), "{answer}");
        }
    }
}

async fn what_an_sdk_calls_by_a_wrong_path_is_refused_in_wechats_format() {
    let machine = Machine::start().await;
    let token = credential(&machine, ROOT).await;
    for path in [
        format!("//cgi-bin/token?appid={APP_ID}&secret={ROOT}"),
        format!("/cgi-bin/token/?appid={APP_ID}&secret={ROOT}"),
        "/cgi-bin//stable_token".to_owned(),
        format!("/unknown/path?access_token={token}"),
        format!("/x?access_token={token}"),
    ] {
        let answer = get(&machine, &path).await;
        assert_eq!(answer["errcode"], 48001, "{path}: {answer}");
        assert!(answer["errmsg"].as_str().unwrap().contains("check the base URL"), "{path}: {answer}");
    }
    let unknown = machine.get("/unknown/path").await;
    assert_eq!(unknown.status(), 404);
    let secret = json!({ "appid": APP_ID, "appsecret": ROOT }).to_string();
    let answer = post(&machine, &format!("/cgi-bin/clear_quota/V2?access_token={ROOT}"), secret).await;
    assert_eq!(answer["errcode"], 48001, "{answer}");
    assert!(
        !machine.wechat.calls().iter().any(|call| call.path.contains("clear_quota")),
        "nothing was forwarded"
    );
    get(&machine, &format!("/publisher/stat?access_token={token}")).await;
    assert_eq!(machine.wechat.count("/publisher/stat"), 1, "a path of WeChat's");
}

async fn only_callers_with_a_key_use_the_relays_secret() {
    let machine = Machine::with_accounts().await;
    get(&machine, "/sns/userinfo?access_token=SNS_C1&openid=o1").await;
    machine.get("/cgi-bin/showqrcode?ticket=g2").await;
    let query =
        format!("appid={APP_ID}&secret={ROOT}&code=C1&grant_type=authorization_code&access_token={ROOT}");
    let authorized = get(&machine, &format!("/sns/oauth2/access_token?{query}")).await;
    assert_eq!(
        authorized["access_token"], "SNS_C1",
        "the credential beside the key is dropped: {authorized}"
    );
    let calls = machine.wechat.calls();
    let relay_secret = |path: &str| {
        let call = calls.iter().find(|call| call.path == path).unwrap_or_else(|| panic!("{path}"));
        assert!(!call.query_string.contains(ROOT), "{}", call.query_string);
        call.header("x-relay-secret")
    };
    assert_eq!(relay_secret("/sns/userinfo"), None);
    assert_eq!(relay_secret("/cgi-bin/showqrcode"), None);
    assert_eq!(relay_secret("/sns/oauth2/access_token"), Some(RELAY_SECRET));
}
