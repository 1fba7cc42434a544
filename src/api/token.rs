//! `token/*`: the access token itself.

use schemars::JsonSchema;
use serde::Serialize;

use crate::secret::Secret;

use super::Error;
use super::endpoint::{Effect, Endpoint};
use super::fields::NoParameters;
use super::handler::ours;
use super::plan::Plan;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Token, Access::Read);

pub(super) const CALLS: &[Endpoint] =
    &[Endpoint::new("token/get", READ, "Return the access token.", &ours::<NoParameters, AccessToken>(get))
        .accepting_get()
        .with_effects(&[Effect::CallsWechat])];

/// What the edge does with the access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TokenPlan {
    /// `token/get`
    Get,
}

/// `token/get`
#[derive(Debug, Serialize, JsonSchema)]
pub struct AccessToken {
    /// The access token for WeChat's API; do not renew it elsewhere.
    #[schemars(with = "String")]
    pub access_token: Secret,
    /// Seconds until it expires.
    pub expires_in: i64,
}

fn get(_: NoParameters) -> Result<Plan, Error> {
    Ok(Plan::Token(TokenPlan::Get))
}
