//! Server address verification.

use sandbox::account::Mode;

use crate::machine::{Machine, error_of};

tests![
    the_console_verifies_the_server_address,
    the_echo_is_plain_text_that_browsers_do_not_execute,
    nothing_is_echoed_without_a_valid_signature,
    verification_needs_only_the_token,
];

const SIGNED: &str = "signature=e9f2ba9e84ed5f4a3a0f4f0e3a9a2d7d8c8a7f6b&timestamp=1&nonce=2&echostr=3";

async fn the_console_verifies_the_server_address() {
    let machine = Machine::with_accounts().await;
    for path in ["/callback", "/callback/", "/callback/default", "/callback/plain"] {
        assert_eq!(machine.platform(Mode::Secure, path).verify().await, Ok(()), "{path}");
    }
}

async fn the_echo_is_plain_text_that_browsers_do_not_execute() {
    let machine = Machine::with_accounts().await;
    let signed = machine.platform(Mode::Plain, "").sign_text("", "1700000000", "");
    let mut query = signed.query;
    query.push(("echostr", "<script>".to_owned()));
    let response = machine.client.get(machine.url("/callback")).query(&query).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert_eq!(response.text().await.unwrap(), "<script>");
}

async fn nothing_is_echoed_without_a_valid_signature() {
    let machine = Machine::with_accounts().await;
    for query in
        [SIGNED, "echostr=3", "", &format!("{SIGNED}&nonce=2"), "signature=&timestamp=&nonce=&echostr=3"]
    {
        let response = machine.get(&format!("/callback?{query}")).await;
        let (status, code, message) = error_of(response).await;
        assert_eq!((status, code.as_str()), (403, "forbidden"), "{query}");
        assert!(!message.contains('3'), "{message}");
    }
}

async fn verification_needs_only_the_token() {
    let machine = Machine::with_accounts().await;
    // The account `broken` has a token, and an invalid AES key.
    assert_eq!(machine.platform(Mode::Plain, "/callback/broken").verify().await, Ok(()));
}
