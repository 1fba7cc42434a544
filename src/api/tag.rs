//! `tag/*`: tags of users (用户标签).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wechat::tag::{self, MAX_NAME_BYTES, MAX_USERS, Name};
use crate::wechat::{Call, OpenIds};

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{NoParameters, next_openid, openid};
use super::handler::{command, wechat};
use super::scope::{Access, Group, Scope};
use super::user::{UserId, Users};

const READ: Scope = Scope::One(Group::Tag, Access::Read);
const WRITE: Scope = Scope::One(Group::Tag, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new("tag/create", WRITE, "Create a tag.", &wechat::<TagName, TagCreated>(create)),
    Endpoint::new("tag/list", READ, "List the tags.", &wechat::<NoParameters, TagList>(list)),
    Endpoint::new("tag/update", WRITE, "Rename a tag.", &command::<TagRename>(update)),
    Endpoint::new("tag/delete", WRITE, "Delete a tag.", &command::<TagId>(delete)),
    Endpoint::new(
        "tag/users",
        READ,
        "List the users with a tag, 10,000 a page.",
        &wechat::<TagPage, Users>(users),
    ),
    Endpoint::new("tag/add", WRITE, "Tag up to 50 users.", &command::<TagUsers>(add)),
    Endpoint::new("tag/remove", WRITE, "Untag up to 50 users.", &command::<TagUsers>(remove)),
    Endpoint::new("tag/of_user", READ, "List the tags of a user.", &wechat::<UserId, TagIds>(of_user)),
];

/// `tag/create`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TagName {
    /// Name of the tag: up to 30 bytes.
    #[schemars(length(min = 1, max = MAX_NAME_BYTES))]
    name: String,
}

/// `tag/create`
#[derive(Serialize, Deserialize, JsonSchema)]
struct TagCreated {
    /// The new tag.
    tag: Tag,
}

/// A tag.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Tag {
    /// Id of the tag.
    id: u32,
    /// Name of the tag.
    name: String,
}

fn create(request: TagName) -> Result<Call, Error> {
    Ok(tag::create(name(&request.name)?))
}

/// `tag/list`
#[derive(Serialize, Deserialize, JsonSchema)]
struct TagList {
    /// The account's tags.
    tags: Vec<CountedTag>,
}

/// A tag and the number of its users.
#[derive(Serialize, Deserialize, JsonSchema)]
struct CountedTag {
    /// Id of the tag.
    id: u32,
    /// Name of the tag.
    name: String,
    /// Number of users with the tag.
    #[serde(default)]
    count: u64,
}

fn list(_: NoParameters) -> Result<Call, Error> {
    Ok(tag::list())
}

/// `tag/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TagRename {
    /// `id` as `tag/list` shows it.
    id: u32,
    /// Name of the tag: up to 30 bytes.
    #[schemars(length(min = 1, max = MAX_NAME_BYTES))]
    name: String,
}

fn update(request: TagRename) -> Result<Call, Error> {
    Ok(tag::rename(request.id, name(&request.name)?))
}

/// `tag/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TagId {
    /// `id` as `tag/list` shows it.
    id: u32,
}

fn delete(request: TagId) -> Result<Call, Error> {
    Ok(tag::delete(request.id))
}

/// `tag/users`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TagPage {
    /// `id` as `tag/list` shows it.
    id: u32,
    /// `next_openid` of the previous page; absent = the first page.
    #[serde(default)]
    next_openid: String,
}

fn users(request: TagPage) -> Result<Call, Error> {
    Ok(tag::users(request.id, &next_openid(request.next_openid)?))
}

/// `tag/add`, `tag/remove`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TagUsers {
    /// `id` as `tag/list` shows it.
    id: u32,
    /// 1 to 50 OpenIDs.
    #[schemars(length(min = 1, max = MAX_USERS))]
    openid_list: Vec<String>,
}

fn add(request: TagUsers) -> Result<Call, Error> {
    Ok(tag::tag_users(request.id, openids(&request.openid_list)?))
}

fn remove(request: TagUsers) -> Result<Call, Error> {
    Ok(tag::untag_users(request.id, openids(&request.openid_list)?))
}

/// `tag/of_user`
#[derive(Serialize, Deserialize, JsonSchema)]
struct TagIds {
    /// Ids of the user's tags.
    tagid_list: Vec<u32>,
}

fn of_user(request: UserId) -> Result<Call, Error> {
    Ok(tag::of_user(&openid("openid", request.openid)?))
}

fn name(name: &str) -> Result<Name<'_>, Error> {
    Name::parse(name).map_err(Error::InvalidParameter)
}

fn openids(openids: &[String]) -> Result<OpenIds<'_, MAX_USERS>, Error> {
    OpenIds::parse(openids).map_err(Error::InvalidParameter)
}
