//! `user/search` and `user/sync`: the followers of an account, as WeChat last described them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Error;
use crate::api::fields::{MAX_PAGE, NoParameters, Page, default_limit, optional};
use crate::api::plan::Plan;
use crate::inbox::{FoundUserRow, UserFilter, UserSyncRow};

use super::UserPlan;

/// `user/search`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserSearch {
    /// Only users whose remark or OpenID contains this text.
    #[serde(default)]
    #[schemars(length(min = 1))]
    query: Option<String>,
    /// Only users with the tag with this id.
    #[serde(default)]
    tag: Option<i64>,
    /// Only users who followed through the QR code with this scene.
    #[serde(default)]
    #[schemars(length(min = 1))]
    scene: Option<String>,
    /// Only users whose reply window is open.
    #[serde(default)]
    window: bool,
    /// `next_cursor` of the previous page; absent = the first page.
    #[serde(default)]
    cursor: Option<String>,
    /// Users a page: 1 to 100.
    #[serde(default = "default_limit")]
    #[schemars(range(min = 1, max = MAX_PAGE))]
    limit: u32,
}

/// `user/search`
#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundUsers {
    /// The users, in the order of their OpenIDs.
    pub users: Vec<FoundUser>,
    /// How far they are synchronised.
    pub sync: UserSync,
    /// Cursor of the next page; absent on the last one. A page looks at 1,000 users: it may have fewer than `limit`, or none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A follower.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundUser {
    /// OpenID of the user.
    pub openid: String,
    /// The account's remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// Ids of the tags at the last synchronisation.
    pub tags: Vec<i64>,
    /// Unix seconds: when the user followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub followed_at: Option<i64>,
    /// Scene of the QR code through which the user followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scene: Option<String>,
    /// Unix seconds: until when the reply window is open, or was; absent if it was not in the last 48 hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_until: Option<i64>,
}

impl From<FoundUserRow> for FoundUser {
    fn from((openid, remark, tags, followed_at, source, window_until, ..): FoundUserRow) -> Self {
        let tags = tags.and_then(|tags| serde_json::from_str(&tags).ok()).unwrap_or_default();
        let scene =
            source.as_deref().and_then(|source| source.strip_prefix("qrscene_")).map(ToOwned::to_owned);
        Self { openid, remark, tags, followed_at, scene, window_until }
    }
}

/// How far the followers are synchronised.
#[derive(Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UserSync {
    /// `never`, `running`, `done` or `failed`.
    pub state: String,
    /// Number of users that were compared.
    pub done: i64,
    /// Number of followers, as WeChat last said.
    pub of: i64,
    /// Why it failed, and `user/sync` goes on where it did; of one that is running, why its last turn got no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

impl UserSync {
    /// Reads the row, if there is one.
    #[must_use]
    pub fn from_row(row: Option<UserSyncRow>) -> Self {
        let Some((state, _, done, of, error)) = row else {
            return Self { state: "never".to_owned(), ..Self::default() };
        };
        Self { state, done, of, error }
    }
}

pub(super) fn search(request: UserSearch) -> Result<Plan, Error> {
    let UserSearch { query, tag, scene, window, cursor, limit } = request;
    let filter =
        UserFilter { query: optional("query", query)?, tag, scene: optional("scene", scene)?, window };
    Ok(Plan::User(UserPlan::Search { filter, page: Page::new(cursor, limit)? }))
}

pub(super) fn sync(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::User(UserPlan::Sync))
}
