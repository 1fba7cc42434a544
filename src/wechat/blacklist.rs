//! The blacklist (黑名单).
//!
//! Manual: 黑名单管理.

use serde_json::json;

use super::Call;

/// `POST /cgi-bin/tags/members/getblacklist`: a page of it.
#[must_use]
pub fn list(begin_openid: &str) -> Call {
    Call::post("/cgi-bin/tags/members/getblacklist", &json!({ "begin_openid": begin_openid }))
}

/// `POST /cgi-bin/tags/members/batchblacklist`: block up to 20 users.
#[must_use]
pub fn block(openids: &[String]) -> Call {
    Call::post("/cgi-bin/tags/members/batchblacklist", &json!({ "openid_list": openids }))
}

/// `POST /cgi-bin/tags/members/batchunblacklist`: unblock up to 20 users.
#[must_use]
pub fn unblock(openids: &[String]) -> Call {
    Call::post("/cgi-bin/tags/members/batchunblacklist", &json!({ "openid_list": openids }))
}
