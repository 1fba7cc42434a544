//! The auto-replies made in WeChat's console (自动回复).
//!
//! Manual: 获取自动回复规则.

use super::Call;

/// `GET /cgi-bin/get_current_autoreply_info`: the auto-replies, and whether they are switched on.
#[must_use]
pub fn current() -> Call {
    Call::get("/cgi-bin/get_current_autoreply_info")
}
