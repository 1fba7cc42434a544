//! Lists of users in a call.

use serde::Serialize;

use crate::invalid::Invalid;
use crate::limits;

/// 1 to `MAX` OpenIDs; otherwise WeChat answers 40032 or 40003.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OpenIds<'a, const MAX: usize>(&'a [String]);

impl<'a, const MAX: usize> OpenIds<'a, MAX> {
    /// Checks a list; an error names the field `openid_list`.
    pub fn parse(openids: &'a [String]) -> Result<Self, Invalid> {
        if !(1..=MAX).contains(&openids.len()) {
            return Err(Invalid::new("openid_list", format!("must contain 1 to {MAX} OpenIDs")));
        }
        for (index, openid) in openids.iter().enumerate() {
            limits::openid(".", openid).map_err(|invalid| invalid.under(&format!("openid_list[{index}]")))?;
        }
        Ok(Self(openids))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(String::as_str)
    }
}
