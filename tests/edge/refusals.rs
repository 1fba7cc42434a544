//! Invalid input, and the error responses to it.

use std::convert::Infallible;

use futures_util::stream;
use reqwest::{Body, Method};
use sandbox::account::Mode;
use sandbox::api::Fault;
use sandbox::sample;
use sandbox::sender::{Signed, now_in_seconds};
use serde_json::{Value, json};

use crate::accounts::{APP_ID, OPENID, ROOT};
use crate::machine::{Machine, body_of, error_of};

tests![
    an_invalid_signature_is_403_and_nothing_is_parsed,
    an_invalid_body_is_4xx_with_a_reason,
    a_missing_body_is_400,
    a_body_over_1_mib_is_413_with_or_without_a_length,
    every_invalid_ciphertext_gets_the_same_error,
    an_unknown_account_or_path_is_404,
    a_wrong_method_is_405,
    healthz_lists_configuration_problems,
    no_secret_is_logged,
];

const MIB: usize = 1024 * 1024;

async fn an_invalid_signature_is_403_and_nothing_is_parsed() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Plain, "/callback");
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
        check(twice, &format!("{name} is duplicated")).await;
        let mut changed = good.clone();
        changed.get_mut(index).unwrap().1.push('0');
        check(changed, "signature does not match").await;
    }
}

async fn an_invalid_body_is_4xx_with_a_reason() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Plain, "/callback");
    let query = platform.sign_text("", &now_in_seconds(), "").query;
    let check = async |body: Vec<u8>, reason: &str| {
        let request = machine.client.post(machine.url("/callback")).query(&query).body(body);
        let (status, code, message) = error_of(request.send().await.unwrap()).await;
        assert_eq!((status, code.as_str(), message.as_str()), (400, "invalid_parameter", reason));
    };
    check(Vec::new(), "the body is not one <xml> element").await;
    check(b"{\"ToUserName\": 1}".to_vec(), "the body is not well-formed XML").await;
    check(b"<xml>\xff\xfe</xml>".to_vec(), "the element CreateTime is missing").await;
    check(
        b"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><A>&a;</A></xml>".to_vec(),
        "the body declares a document type",
    )
    .await;
    check("<xml>".repeat(100_000).into_bytes(), "the body nests elements deeper than 16 levels").await;
    check(b"<xml><MsgType>text</MsgType></xml>".to_vec(), "the element CreateTime is missing").await;
}

async fn a_missing_body_is_400() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Plain, "/callback");
    let query = platform.sign_text("", &now_in_seconds(), "").query;
    // reqwest sends neither a body nor a Content-Length here.
    let response = machine.client.post(machine.url("/callback")).query(&query).send().await.unwrap();
    let (status, code, message) = error_of(response).await;
    assert_eq!((status, code.as_str()), (400, "invalid_parameter"), "{message}");
}

async fn a_body_over_1_mib_is_413_with_or_without_a_length() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Plain, "/callback");
    let query = platform.sign_text("", &now_in_seconds(), "").query;
    let post = async |body: Body| {
        let request = machine.client.post(machine.url("/callback")).query(&query).body(body);
        error_of(request.send().await.expect("an answer")).await
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
        post(vec![b' '; MIB + 1].into()).await,
        (413, "invalid_parameter".to_owned(), message.to_owned())
    );
    assert_eq!(post(chunked(MIB + 1)).await, (413, "invalid_parameter".to_owned(), message.to_owned()));
    // A body at the limit is read, and rejected because it is not XML.
    let nothing = "the body is not one <xml> element";
    assert_eq!(post(vec![b' '; MIB].into()).await, (400, "invalid_parameter".to_owned(), nothing.to_owned()));
    assert_eq!(post(chunked(MIB)).await, (400, "invalid_parameter".to_owned(), nothing.to_owned()));
}

async fn every_invalid_ciphertext_gets_the_same_error() {
    let machine = Machine::with_accounts().await;
    let platform = machine.platform(Mode::Secure, "/callback");
    let vectors: Value = serde_json::from_str(include_str!("../fixtures/vectors.json")).unwrap();
    let published =
        vectors["negative"].as_array().unwrap().iter().map(|vector| vector["encrypt"].as_str().unwrap());
    let mut answers = Vec::new();
    for encrypt in published.chain(["@@@not-base64@@@", "MTIzNDU2Nzg5MDEyMzQ1", ""]) {
        let (status, body) =
            platform.post(&platform.sign_ciphertext(encrypt, &now_in_seconds())).await.unwrap();
        let mut body: Value = serde_json::from_str(&body).unwrap();
        // Every failed request has its own id.
        body["error"].as_object_mut().unwrap().remove("request_id").unwrap();
        answers.push((status, body));
    }
    assert_eq!(answers.len(), 11);
    answers.dedup();
    let error = json!({ "code": "invalid_parameter", "message": "the message cannot be decrypted" });
    assert_eq!(answers, [(400, json!({ "error": error }))]);
}

async fn an_unknown_account_or_path_is_404() {
    let machine = Machine::with_accounts().await;
    let response = machine.client.post(machine.url("/callback/nobody")).body("<xml/>").send().await.unwrap();
    assert_eq!(error_of(response).await.0, 404);
    for path in ["/callback/nobody", "/callback/second/x", "/", "/cgi-bin", "/callbacks"] {
        let (status, code, _) = error_of(machine.get(path).await).await;
        assert_eq!((status, code.as_str()), (404, "not_found"), "{path}");
    }
}

async fn a_wrong_method_is_405() {
    let machine = Machine::with_accounts().await;
    for (method, path, allow) in [
        ("PUT", "/callback", "GET, POST"),
        ("DELETE", "/callback/plain", "GET, POST"),
        ("POST", "/healthz", "GET, HEAD"),
    ] {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let response = machine.client.request(method, machine.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 405, "{path}");
        assert_eq!(response.headers()["allow"], allow);
    }
}

async fn healthz_lists_configuration_problems() {
    let machine = Machine::with_accounts().await;
    let health = machine.get("/healthz").await;
    assert_eq!(health.status(), 503);
    let body = health.text().await.unwrap();
    assert!(body.contains("ACCOUNTS[6].encoding_aes_key must be 43 letters and digits"), "{body}");
}

async fn no_secret_is_logged() {
    let machine = Machine::with_accounts().await;
    let key =
        machine.ok("key/create", json!({ "name": "reader", "scopes": ["tag:read"] })).await["key"].clone();
    let key = key.as_str().unwrap();
    let path = format!("/cgi-bin/token?appid={APP_ID}&secret={key}");
    let issued = body_of(machine.get(&path).await).await;
    let credential = issued["access_token"].as_str().unwrap();
    // Failing requests of each kind. Every machine also checks its log for its own secrets.
    for token in [credential, key, ROOT] {
        let path = format!("/cgi-bin/user/info?access_token={token}&openid={OPENID}&lang=PRIVATE");
        assert_eq!(machine.get(&path).await.status(), 200);
    }
    machine.wechat.fail_next(Fault::Html, 1, None);
    assert_eq!(machine.refused("user/remark", json!({ "openid": OPENID, "remark": "PRIVATE" })).await.0, 502);
    assert_eq!(machine.api_as("mpk_PRIVATE", "user/info", &json!({ "openid": OPENID })).await.0, 401);
    let platform = machine.platform(Mode::Secure, "/callback");
    let signed = platform.sign_text("<xml><Content>PRIVATE-TEXT</Content></xml>", &now_in_seconds(), "");
    assert_eq!(platform.post(&signed).await.unwrap().0, 400);
    let astray =
        sample::message("text").unwrap().with("ToUserName", "gh_elsewhere").with("FromUserName", OPENID);
    assert_eq!(platform.post(&platform.sign(&astray)).await.unwrap().0, 403);
    let broken = machine.platform(Mode::Secure, "/callback/broken");
    assert_eq!(broken.post(&broken.sign_text("<xml/>", &now_in_seconds(), "")).await.unwrap().0, 503);

    // The last failed request is the last one in the log.
    machine.until_logged("request", |line| line["account"] == "broken" && line["status"] == 503).await;
    let log = machine.log();
    for private in [OPENID, "PRIVATE", "SECRET-VALUE", key, credential] {
        assert!(!log.contains(private), "{private} is in the log");
    }
}
