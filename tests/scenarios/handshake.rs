//! Server address verification.

use mp_worker::callback::{Error, verify_server_address};

use crate::world::{account, config};

const QUERY: &str =
    "signature=f464b24fc39322e44b38aa78f5edd27bd1441696&timestamp=1714036504&nonce=1514711492";

fn verify(variables: &[(&str, &str)], query: &str) -> Result<String, Error> {
    let config = config(variables);
    verify_server_address(account(&config).tokens().expect("there is a token"), query)
}

#[test]
fn the_official_example_is_echoed_with_only_the_token_configured() {
    let query = format!("{QUERY}&echostr=4375120948345356249");
    assert_eq!(verify(&[("WECHAT_TOKEN", "AAAAA")], &query), Ok("4375120948345356249".to_owned()));
}

#[test]
fn echostr_is_opaque_and_is_decoded_once() {
    let query = format!("{QUERY}&echostr=a%2Bb%25%3C");
    assert_eq!(verify(&[("WECHAT_TOKEN", "AAAAA")], &query), Ok("a+b%<".to_owned()));
}

#[test]
fn echostr_may_contain_separators_of_the_query() {
    for (sent, echoed) in [("a=b%3D", "a=b="), ("=%26=", "=&="), ("a+b", "a b"), ("", ""), ("%", "%")] {
        let query = format!("{QUERY}&echostr={sent}");
        assert_eq!(verify(&[("WECHAT_TOKEN", "AAAAA")], &query), Ok(echoed.to_owned()), "{sent}");
    }
}

#[test]
fn the_previous_token_is_accepted_while_it_rotates() {
    let variables = [("WECHAT_TOKEN", "newtoken"), ("WECHAT_PREVIOUS_TOKEN", "AAAAA")];
    let query = format!("{QUERY}&echostr=1");
    assert_eq!(verify(&variables, &query), Ok("1".to_owned()));
}

#[test]
fn an_invalid_aes_key_does_not_prevent_verification() {
    let variables = [("WECHAT_TOKEN", "AAAAA"), ("WECHAT_ENCODING_AES_KEY", "short")];
    let query = format!("{QUERY}&echostr=1");
    assert_eq!(verify(&variables, &query), Ok("1".to_owned()));
}

#[test]
fn an_old_timestamp_is_accepted() {
    // The official example is from 2024. An old request is harmless, because the response reveals nothing.
    let query = format!("{QUERY}&echostr=1");
    assert!(verify(&[("WECHAT_TOKEN", "AAAAA")], &query).is_ok());
}

#[test]
fn nothing_is_echoed_without_a_valid_signature() {
    let check = |query: &str, error: Error| {
        assert_eq!(verify(&[("WECHAT_TOKEN", "AAAAA")], query), Err(error), "{query}");
    };
    check("", Error::MissingParameter("timestamp"));
    check("echostr=1", Error::MissingParameter("timestamp"));
    check("signature=1&timestamp=1&echostr=1", Error::MissingParameter("nonce"));
    check("timestamp=1&nonce=1&echostr=1", Error::MissingParameter("signature"));
    check("signature=&timestamp=1&nonce=1&echostr=1", Error::WrongSignature);
    check(&format!("{QUERY}1&echostr=1"), Error::WrongSignature);
    check(&format!("{QUERY}&nonce=1514711492&echostr=1"), Error::RepeatedParameter("nonce"));
    check(&format!("{QUERY}&echostr=1&echostr=2"), Error::RepeatedParameter("echostr"));
    check(QUERY, Error::MissingParameter("echostr"));
    check(&format!("{}&echostr=1", QUERY.to_uppercase()), Error::MissingParameter("timestamp"));
}

#[test]
fn another_accounts_token_does_not_verify() {
    let query = format!("{QUERY}&echostr=1");
    assert_eq!(verify(&[("WECHAT_TOKEN", "AAAAB")], &query), Err(Error::WrongSignature));
}
