//! What WeChat lets an account do, as its answers show: by its type and verification, an account may make all calls of
//! a group or none.
//!
//! Manual: 接口权限说明.

use serde_json::{Map, Value, json};

use crate::json;
use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};

/// The account may not make this call: `api unauthorized`.
pub const UNAUTHORIZED_API: i64 = 48001;

/// The name of the calls that send customer-service messages.
pub const CUSTOMER_SERVICE: &str = "customer_service";

/// The groups of calls.
const CAPABILITIES: [&str; 7] = ["menu", CUSTOMER_SERVICE, "template", "user", "tag", "qrcode", "media"];

/// The paths of their calls, and which of the groups it is. Others are open to every account.
const PATHS: [(&str, usize); 9] = [
    ("/cgi-bin/menu/", 0),
    ("/cgi-bin/message/custom/", 1),
    ("/cgi-bin/message/template/", 2),
    ("/cgi-bin/template/", 2),
    ("/cgi-bin/user/", 3),
    ("/cgi-bin/tags/", 4),
    ("/cgi-bin/qrcode/", 5),
    ("/cgi-bin/media/", 6),
    ("/cgi-bin/material/", 6),
];

/// What an answer says about a group of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Learned {
    /// The name of the group.
    pub capability: &'static str,
    /// Whether the account may make its calls.
    pub is_granted: bool,
}

impl Learned {
    /// What WeChat's errcode in the answer to a call says; `None` if it says nothing.
    #[must_use]
    pub fn of(path: &str, errcode: i64) -> Option<Self> {
        let (_, group) = PATHS.iter().find(|(prefix, _)| path.starts_with(prefix))?;
        let capability = CAPABILITIES.get(*group)?;
        matches!(errcode, 0 | UNAUTHORIZED_API).then_some(Self { capability, is_granted: errcode == 0 })
    }

    /// Stores it, unless it is known; a refusal is stored again after a day.
    #[must_use]
    pub fn store(self, account: &str, now: Timestamp) -> Statement {
        let Self { capability, is_granted } = self;
        let state = if is_granted { "yes" } else { "no" };
        let mut learned = json!({ "state": state, "seen_at": now.seconds() });
        if !is_granted && let Some(learned) = learned.as_object_mut() {
            learned.insert("errcode".to_owned(), UNAUTHORIZED_API.into());
        }
        Statement::new(
            "INSERT INTO capability (account, learned) VALUES (?1, JSON_OBJECT(?2, JSON(?3))) \
             ON CONFLICT (account) DO UPDATE SET learned = JSON_SET(learned, '$.' || ?2, JSON(?3)) \
             WHERE JSON_EXTRACT(learned, '$.' || ?2 || '.state') IS NOT ?4 \
               OR ?4 = 'no' AND JSON_EXTRACT(learned, '$.' || ?2 || '.seen_at') <= ?5",
            [
                account.into(),
                capability.into(),
                learned.to_string().into(),
                state.into(),
                now.minus(SECONDS_A_DAY).seconds().into(),
            ],
        )
    }
}

/// Selects when WeChat refused an account's customer-service messages; no row if it has accepted one since, or none was sent.
#[must_use]
pub fn refused_since(account: &str) -> Statement {
    Statement::new(
        "SELECT JSON_EXTRACT(learned, '$.' || ?2 || '.seen_at') AS at FROM capability \
         WHERE account = ?1 AND JSON_EXTRACT(learned, '$.' || ?2 || '.state') = 'no'",
        [account.into(), CUSTOMER_SERVICE.into()],
    )
}

/// What is stored of an account, for every group.
#[must_use]
pub fn capabilities(learned: Option<&str>) -> Map<String, Value> {
    let learned = learned.and_then(|learned| json::parse(learned).ok()).unwrap_or_default();
    let state_of = |name: &str| learned.get(name).cloned().unwrap_or_else(|| json!({ "state": "unknown" }));
    CAPABILITIES.iter().map(|name| ((*name).to_owned(), state_of(name))).collect()
}
