//! Tags of users (用户标签).
//!
//! Manual: 用户标签管理.

use serde_json::json;

use crate::invalid::Invalid;
use crate::limits::{at_most, filled};

use super::{Call, OpenIds};

/// `tags/members/batchtagging`
pub const TAG_PATH: &str = "/cgi-bin/tags/members/batchtagging";
/// `tags/members/batchuntagging`
pub const UNTAG_PATH: &str = "/cgi-bin/tags/members/batchuntagging";
/// Maximum number of users per call.
pub const MAX_USERS: usize = 50;
/// The manual's parameter table counts characters, its errcode 45158 bytes; bytes are stricter.
pub const MAX_NAME_BYTES: usize = 30;

/// The name of a tag: not empty, at most 30 bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name<'a>(&'a str);

impl<'a> Name<'a> {
    /// Checks a name; an error names the field `name`.
    pub fn parse(name: &'a str) -> Result<Self, Invalid> {
        at_most("name", filled("name", name)?, MAX_NAME_BYTES).map(Self)
    }
}

/// `POST /cgi-bin/tags/create`: at most 100 tags.
#[must_use]
pub fn create(name: Name<'_>) -> Call {
    Call::post("/cgi-bin/tags/create", &json!({ "tag": { "name": name.0 } }))
}

/// `GET /cgi-bin/tags/get`: all tags, with their numbers of users.
#[must_use]
pub fn list() -> Call {
    Call::get("/cgi-bin/tags/get")
}

/// `POST /cgi-bin/tags/update`: rename a tag.
#[must_use]
pub fn rename(id: u32, name: Name<'_>) -> Call {
    Call::post("/cgi-bin/tags/update", &json!({ "tag": { "id": id, "name": name.0 } }))
}

/// `POST /cgi-bin/tags/delete`
#[must_use]
pub fn delete(id: u32) -> Call {
    Call::post("/cgi-bin/tags/delete", &json!({ "tag": { "id": id } }))
}

/// `POST /cgi-bin/user/tag/get`: a page of the users with a tag.
#[must_use]
pub fn users(id: u32, next_openid: &str) -> Call {
    Call::post("/cgi-bin/user/tag/get", &json!({ "tagid": id, "next_openid": next_openid })).only_reading()
}

/// `POST /cgi-bin/tags/members/batchtagging`
#[must_use]
pub fn tag_users(id: u32, openids: OpenIds<'_, MAX_USERS>) -> Call {
    Call::post(TAG_PATH, &json!({ "openid_list": openids, "tagid": id }))
}

/// `POST /cgi-bin/tags/members/batchuntagging`
#[must_use]
pub fn untag_users(id: u32, openids: OpenIds<'_, MAX_USERS>) -> Call {
    Call::post(UNTAG_PATH, &json!({ "openid_list": openids, "tagid": id }))
}

/// `POST /cgi-bin/tags/getidlist`: a user's tags.
#[must_use]
pub fn of_user(openid: &str) -> Call {
    Call::post("/cgi-bin/tags/getidlist", &json!({ "openid": openid })).only_reading()
}
