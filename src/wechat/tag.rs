//! Tags of users (用户标签).
//!
//! Manual: 用户标签管理.

use serde_json::json;

use super::Call;

/// `POST /cgi-bin/tags/create`: at most 100 tags.
#[must_use]
pub fn create(name: &str) -> Call {
    Call::post("/cgi-bin/tags/create", &json!({ "tag": { "name": name } }))
}

/// `GET /cgi-bin/tags/get`: all tags and how many users have them.
#[must_use]
pub fn list() -> Call {
    Call::get("/cgi-bin/tags/get")
}

/// `POST /cgi-bin/tags/update`: rename a tag.
#[must_use]
pub fn rename(id: u32, name: &str) -> Call {
    Call::post("/cgi-bin/tags/update", &json!({ "tag": { "id": id, "name": name } }))
}

/// `POST /cgi-bin/tags/delete`
#[must_use]
pub fn delete(id: u32) -> Call {
    Call::post("/cgi-bin/tags/delete", &json!({ "tag": { "id": id } }))
}

/// `POST /cgi-bin/user/tag/get`: the users that have a tag, paged.
#[must_use]
pub fn users(id: u32, next_openid: &str) -> Call {
    Call::post("/cgi-bin/user/tag/get", &json!({ "tagid": id, "next_openid": next_openid }))
}

/// `POST /cgi-bin/tags/members/batchtagging`: tag up to 50 users.
#[must_use]
pub fn tag_users(id: u32, openids: &[String]) -> Call {
    Call::post("/cgi-bin/tags/members/batchtagging", &json!({ "openid_list": openids, "tagid": id }))
}

/// `POST /cgi-bin/tags/members/batchuntagging`: untag up to 50 users.
#[must_use]
pub fn untag_users(id: u32, openids: &[String]) -> Call {
    Call::post("/cgi-bin/tags/members/batchuntagging", &json!({ "openid_list": openids, "tagid": id }))
}

/// `POST /cgi-bin/tags/getidlist`: the tags of one user.
#[must_use]
pub fn of_user(openid: &str) -> Call {
    Call::post("/cgi-bin/tags/getidlist", &json!({ "openid": openid }))
}
