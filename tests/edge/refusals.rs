//! Bad input, and what it is told.

use std::convert::Infallible;
use std::sync::Arc;

use futures_util::stream;
use reqwest::{Body, Method};
use sandbox::account::Mode;
use sandbox::sample;
use sandbox::sender::{Signed, now_in_seconds};
use serde_json::json;

use crate::world::{AES_KEY, APP_SECRET, OPENID, ROOT, TOKEN, World, error_of};

pub(crate) async fn a_bad_signature_is_403_and_nothing_is_parsed(world: Arc<World>) {
    let platform = world.platform(Mode::Plain, "/callback");
    let good = platform.sign_text("this is no XML", &now_in_seconds(), "").query;
    let check = async |query: Vec<(&'static str, String)>, reason: &str| {
        let (status, body) =
            platform.post(&Signed { query, body: "this is no XML".to_owned() }).await.unwrap();
        assert_eq!(status, 403, "{body}");
        assert!(body.contains(reason), "{body}");
    };
    check(Vec::new(), "timestamp is missing").await;
    for (index, (name, _)) in good.iter().enumerate() {
        let mut without = good.clone();
        without.remove(index);
        check(without, &format!("{name} is missing")).await;
        let mut twice = good.clone();
        twice.push(good.get(index).cloned().unwrap());
        check(twice, &format!("{name} is there twice")).await;
        let mut changed = good.clone();
        changed.get_mut(index).unwrap().1.push('0');
        check(changed, "signature does not match").await;
    }
}

pub(crate) async fn a_bad_body_is_4xx_with_a_reason(world: Arc<World>) {
    let platform = world.platform(Mode::Plain, "/callback");
    let query = platform.sign_text("", &now_in_seconds(), "").query;
    let check = async |body: Vec<u8>, reason: &str| {
        let request = world.client.post(world.url("/callback")).query(&query).body(body);
        let (status, code, message) = error_of(request.send().await.unwrap()).await;
        assert_eq!((status, code.as_str(), message.as_str()), (400, "invalid_parameter", reason));
    };
    check(Vec::new(), "the body is not one <xml> element").await;
    check(b"{\"ToUserName\": 1}".to_vec(), "the body is not well-formed XML").await;
    check(b"<xml>\xff\xfe</xml>".to_vec(), "the body is not UTF-8").await;
    check(
        b"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><A>&a;</A></xml>".to_vec(),
        "the body declares a document type",
    )
    .await;
    check("<xml>".repeat(100_000).into_bytes(), "the body nests elements deeper than 16 levels").await;
    check(b"<xml><MsgType>text</MsgType></xml>".to_vec(), "the element CreateTime is missing").await;
}

pub(crate) async fn no_body_at_all_is_400(world: Arc<World>) {
    let platform = world.platform(Mode::Plain, "/callback");
    let query = platform.sign_text("", &now_in_seconds(), "").query;
    // reqwest sends neither a body nor a Content-Length here.
    let response = world.client.post(world.url("/callback")).query(&query).send().await.unwrap();
    let (status, code, message) = error_of(response).await;
    assert_eq!((status, code.as_str()), (400, "invalid_parameter"), "{message}");
}

pub(crate) async fn a_body_over_1_mib_is_413_however_it_is_sent(world: Arc<World>) {
    const MIB: usize = 1024 * 1024;
    let platform = world.platform(Mode::Plain, "/callback");
    let query = platform.sign_text("", &now_in_seconds(), "").query;
    // The answer comes before the body has been sent, so the connection may break first: then once more.
    let post = async |body: &dyn Fn() -> Body| {
        for _ in 0..10 {
            let request = world.client.post(world.url("/callback")).query(&query).body(body());
            if let Ok(response) = request.send().await {
                return error_of(response).await;
            }
        }
        panic!("the connection breaks every time");
    };
    let chunked = |size: usize| {
        let chunks = vec![b' '; size]
            .chunks(64 * 1024)
            .map(|chunk| Ok::<_, Infallible>(chunk.to_vec()))
            .collect::<Vec<_>>();
        Body::wrap_stream(stream::iter(chunks))
    };
    let message = "the body has more than 1 MiB";
    assert_eq!(
        post(&|| vec![b' '; MIB + 1].into()).await,
        (413, "invalid_parameter".to_owned(), message.to_owned())
    );
    assert_eq!(post(&|| chunked(MIB + 1)).await, (413, "invalid_parameter".to_owned(), message.to_owned()));
    // At the limit it is read, and found to be nothing.
    let nothing = "the body is not one <xml> element";
    assert_eq!(
        post(&|| vec![b' '; MIB].into()).await,
        (400, "invalid_parameter".to_owned(), nothing.to_owned())
    );
    assert_eq!(post(&|| chunked(MIB)).await, (400, "invalid_parameter".to_owned(), nothing.to_owned()));
}

pub(crate) async fn every_bad_ciphertext_gets_the_same_answer(world: Arc<World>) {
    let platform = world.platform(Mode::Secure, "/callback");
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../fixtures/vectors.json")).unwrap();
    let published =
        vectors["negative"].as_array().unwrap().iter().map(|vector| vector["encrypt"].as_str().unwrap());
    let mut answers = Vec::new();
    for encrypt in published.chain(["@@@not-base64@@@", "MTIzNDU2Nzg5MDEyMzQ1", ""]) {
        let (status, body) =
            platform.post(&platform.sign_ciphertext(encrypt, &now_in_seconds())).await.unwrap();
        let mut body: serde_json::Value = serde_json::from_str(&body).unwrap();
        // Every failed request has an id of its own.
        body["error"].as_object_mut().unwrap().remove("request_id").unwrap();
        answers.push((status, body));
    }
    assert_eq!(answers.len(), 11);
    answers.dedup();
    let error = json!({ "code": "invalid_parameter", "message": "the message cannot be decrypted" });
    assert_eq!(answers, [(400, json!({ "error": error }))]);
}

pub(crate) async fn an_unknown_account_or_path_is_404(world: Arc<World>) {
    let response = world.client.post(world.url("/callback/nobody")).body("<xml/>").send().await.unwrap();
    assert_eq!(error_of(response).await.0, 404);
    for path in ["/callback/nobody", "/callback/second/x", "/", "/cgi-bin", "/callbacks"] {
        let (status, code, _) = error_of(world.client.get(world.url(path)).send().await.unwrap()).await;
        assert_eq!((status, code.as_str()), (404, "not_found"), "{path}");
    }
}

pub(crate) async fn another_method_is_405(world: Arc<World>) {
    for (method, path, allow) in [
        ("PUT", "/callback", "GET, POST"),
        ("DELETE", "/callback/plain", "GET, POST"),
        ("POST", "/healthz", "GET, HEAD"),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let response = world.client.request(method, world.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 405, "{path}");
        assert_eq!(response.headers()["allow"], allow);
    }
}

pub(crate) async fn health_says_what_is_not_configured(world: Arc<World>) {
    let health = async |url: String| {
        let response = world.client.get(url).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    let (status, body) = health(world.unconfigured_url("/healthz")).await;
    assert_eq!(status, 503);
    assert!(body.contains(r#""problems":["WECHAT_TOKEN is missing""#), "{body}");
    let (status, body) = health(world.url("/healthz")).await;
    assert_eq!(status, 503);
    assert!(body.contains("ACCOUNTS[6].encoding_aes_key must be 43 letters and digits"), "{body}");
}

pub(crate) async fn no_secret_reaches_the_log(world: Arc<World>) {
    // A failed request of each kind, then the log is read.
    let platform = world.platform(Mode::Secure, "/callback");
    let signed = platform.sign_text("<xml><Content>PRIVATE-TEXT</Content></xml>", &now_in_seconds(), "");
    assert_eq!(platform.post(&signed).await.unwrap().0, 400);
    let astray =
        sample::message("text").unwrap().with("ToUserName", "gh_elsewhere").with("FromUserName", OPENID);
    assert_eq!(platform.post(&platform.sign(&astray)).await.unwrap().0, 403);
    let broken = world.platform(Mode::Secure, "/callback/broken");
    assert_eq!(broken.post(&broken.sign_text("<xml/>", &now_in_seconds(), "")).await.unwrap().0, 503);

    let log = world.log_that_says("ACCOUNTS[6].encoding_aes_key must be 43 letters and digits").await;
    for secret in [TOKEN, AES_KEY, APP_SECRET, ROOT, OPENID, "SANDBOX_", "PRIVATE-TEXT", "SECRET-VALUE"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
}
