//! Server address verification.

use std::sync::Arc;

use sandbox::account::Mode;

use crate::world::{World, error_of};

const SIGNED: &str = "signature=e9f2ba9e84ed5f4a3a0f4f0e3a9a2d7d8c8a7f6b&timestamp=1&nonce=2&echostr=3";

pub(crate) async fn the_console_verifies_the_server_address(world: Arc<World>) {
    for path in ["/callback", "/callback/", "/callback/default", "/callback/plain"] {
        assert_eq!(world.platform(Mode::Secure, path).verify().await, Ok(()), "{path}");
    }
}

pub(crate) async fn the_echo_is_plain_text_that_no_browser_runs(world: Arc<World>) {
    let signed = world.platform(Mode::Plain, "").sign_text("", "1700000000", "");
    let mut query = signed.query;
    query.push(("echostr", "<script>".to_owned()));
    let response = world.client.get(world.url("/callback")).query(&query).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.text().await.unwrap(), "<script>");
}

pub(crate) async fn nothing_is_echoed_without_a_matching_signature(world: Arc<World>) {
    for query in
        [SIGNED, "echostr=3", "", &format!("{SIGNED}&nonce=2"), "signature=&timestamp=&nonce=&echostr=3"]
    {
        let response = world.client.get(world.url(&format!("/callback?{query}"))).send().await.unwrap();
        let (status, code, message) = error_of(response).await;
        assert_eq!((status, code.as_str()), (403, "forbidden"), "{query}");
        assert!(!message.contains('3'), "{message}");
    }
}

pub(crate) async fn the_token_alone_is_enough(world: Arc<World>) {
    // The account `broken` has a token, and an AES key that is none.
    assert_eq!(world.platform(Mode::Plain, "/callback/broken").verify().await, Ok(()));
}

pub(crate) async fn nothing_configured_is_503_and_names_the_variable(world: Arc<World>) {
    let url = world.unconfigured_url(&format!("/callback?{SIGNED}"));
    let (status, code, message) = error_of(world.client.get(url).send().await.unwrap()).await;
    assert_eq!((status, code.as_str()), (503, "not_configured"));
    assert_eq!(message, "not configured: WECHAT_TOKEN is missing");
}
