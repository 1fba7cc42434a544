//! The auto-replies made in the console (自动回复).
//!
//! Manual: 获取自动回复规则.

use super::Call;

/// `GET /cgi-bin/get_current_autoreply_info`: what the console answers, and whether it is switched on.
#[must_use]
pub fn current() -> Call {
    Call::get("/cgi-bin/get_current_autoreply_info")
}
