//! `qrcode/list` and `qrcode/update`: codes with a name, and how often each was scanned.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::api::Error;
use crate::api::fields::{NoParameters, filled, invalid};
use crate::api::plan::Plan;
use crate::inbox::SceneCounts;
use crate::limits;
use crate::sql::Statement;
use crate::time::Timestamp;

use super::QrCodePlan;

/// Maximum number of codes with a name of an account.
pub const MAX_NAMED: i64 = 1000;
/// Maximum length of a name in characters.
const MAX_NAME: usize = 64;
/// Maximum number of codes without a name that are listed.
const MAX_UNNAMED: usize = 200;

/// A row of [`named_codes`]: the scene, the name, the URL, when it expires, who named it, and when.
pub type NamedCodeRow = (String, String, Option<String>, Option<i64>, String, i64);

/// A code with a name.
#[derive(Debug, Clone, Copy)]
pub struct NamedCode<'a> {
    /// The scene.
    pub scene: &'a str,
    /// The operator's name for it.
    pub name: &'a str,
    /// Its content, if it was just created.
    pub url: Option<&'a str>,
    /// When it expires; `None` = it is permanent.
    pub expires_at: Option<Timestamp>,
}

/// `qrcode/list`
#[derive(Debug, Serialize, JsonSchema)]
pub struct QrCodeList {
    /// Codes with a name, at most 1,000, the newest first; then the 200 most scanned others.
    pub codes: Vec<ListedCode>,
    /// Unix seconds: the present and the previous hour are counted as of then, at most a quarter of an hour ago.
    pub counted_at: i64,
}

/// A parametric QR code.
#[derive(Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListedCode {
    /// The scene; a `scene_id` as text.
    pub scene: String,
    /// Your name for it; absent if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its content, for drawing it; absent if it was created elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Unix seconds: when a temporary code expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<i64>,
    /// Name of the API key that named it, or `root`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// Unix seconds: when it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<i64>,
    /// Number of scans in the last 365 days: by followers, and by users who then followed.
    pub scans: i64,
    /// Number of scans in the last 365 days after which the user followed.
    pub followed: i64,
}

/// The codes with a name, and the most scanned others.
#[must_use]
pub fn listed_codes(rows: Vec<NamedCodeRow>, counts: &SceneCounts) -> Vec<ListedCode> {
    let mut codes: Vec<ListedCode> = Vec::new();
    for (scene, name, url, expires_at, made_by, made_at) in rows {
        let (scans, followed) = counts.of(&scene);
        let (name, made_by, made_at) = (Some(name), Some(made_by), Some(made_at));
        codes.push(ListedCode { scene, name, url, expires_at, made_by, made_at, scans, followed });
    }
    let mut others = counts.scenes();
    others.retain(|scene| !codes.iter().any(|code| code.scene == *scene));
    for scene in others.into_iter().take(MAX_UNNAMED) {
        let (scans, followed) = counts.of(&scene);
        codes.push(ListedCode { scene, scans, followed, ..ListedCode::default() });
    }
    codes
}

pub(super) fn list(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::QrCode(QrCodePlan::List))
}

/// `qrcode/update`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QrCodeUpdate {
    /// `scene` as `qrcode/list` shows it.
    #[schemars(length(min = 1))]
    scene: String,
    /// Your name for it, of at most 64 characters; absent = none, and unless it is scanned, it is no longer listed.
    #[serde(default)]
    #[schemars(length(min = 1, max = MAX_NAME))]
    name: Option<String>,
}

pub(super) fn update(request: QrCodeUpdate) -> Result<Plan, Error> {
    let scene = filled("scene", request.scene)?;
    if scene.chars().count() > MAX_NAME {
        return Err(invalid("scene", format!("has more than {MAX_NAME} characters")));
    }
    Ok(Plan::QrCode(QrCodePlan::Update { scene, name: request.name.map(checked_name).transpose()? }))
}

pub(super) fn checked_name(name: String) -> Result<String, Error> {
    let name = filled("name", name)?;
    limits::visible("name", &name).map_err(Error::InvalidParameter)?;
    if name.chars().count() > MAX_NAME {
        return Err(invalid("name", format!("has more than {MAX_NAME} characters")));
    }
    Ok(name)
}

/// Selects the codes with a name, the newest first: [`NamedCodeRow`]s, at most 1,000.
#[must_use]
pub fn named_codes(account: &str) -> Statement {
    Statement::new(
        "SELECT scene, name, url, expires_at, made_by, made_at FROM qrcode WHERE account = ?1 \
         ORDER BY made_at DESC, scene LIMIT ?2",
        [account.into(), MAX_NAMED.into()],
    )
}

/// Counts the other codes with a name: one row.
#[must_use]
pub fn count_other_codes(account: &str, scene: &str) -> Statement {
    Statement::new(
        "SELECT COUNT(*) AS n FROM qrcode WHERE account = ?1 AND scene <> ?2",
        [account.into(), scene.into()],
    )
}

/// Names a code; what is known of it stays unless it was just created.
#[must_use]
pub fn name_code(account: &str, code: NamedCode<'_>, (made_by, now): (&str, Timestamp)) -> Statement {
    Statement::new(
        "INSERT INTO qrcode (account, scene, name, url, expires_at, made_by, made_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account, scene) DO UPDATE SET name = excluded.name, \
           url = COALESCE(excluded.url, url), expires_at = IIF(excluded.url IS NULL, expires_at, excluded.expires_at)",
        [
            account.into(),
            code.scene.into(),
            code.name.into(),
            code.url.into(),
            code.expires_at.map(Timestamp::seconds).into(),
            made_by.into(),
            now.seconds().into(),
        ],
    )
}

/// Takes the name of a code away; returns a row if it had one.
#[must_use]
pub fn unname_code(account: &str, scene: &str) -> Statement {
    Statement::new(
        "DELETE FROM qrcode WHERE account = ?1 AND scene = ?2 RETURNING 1",
        [account.into(), scene.into()],
    )
}
