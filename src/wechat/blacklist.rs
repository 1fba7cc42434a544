//! The blacklist (黑名单).
//!
//! Manual: 黑名单管理.

use serde_json::json;

use super::{Call, OpenIds};

/// Maximum number of users per call.
pub const MAX_USERS: usize = 20;

/// `POST /cgi-bin/tags/members/getblacklist`: a page of the blacklist.
#[must_use]
pub fn list(begin_openid: &str) -> Call {
    Call::post("/cgi-bin/tags/members/getblacklist", &json!({ "begin_openid": begin_openid })).only_reading()
}

/// `POST /cgi-bin/tags/members/batchblacklist`
#[must_use]
pub fn block(openids: OpenIds<'_, MAX_USERS>) -> Call {
    Call::post("/cgi-bin/tags/members/batchblacklist", &json!({ "openid_list": openids }))
}

/// `POST /cgi-bin/tags/members/batchunblacklist`
#[must_use]
pub fn unblock(openids: OpenIds<'_, MAX_USERS>) -> Call {
    Call::post("/cgi-bin/tags/members/batchunblacklist", &json!({ "openid_list": openids }))
}
