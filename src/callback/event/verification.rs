//! The account's own verification (微信认证), and what users authorized.
//!
//! Manual: 微信认证事件推送, 授权用户信息变更.

use crate::callback::field::record;
use crate::time::Timestamp;

record! {
    /// `qualification_verify_success`, `naming_verify_success`, `annual_renew`, `verify_expired`.
    VerificationTerm {
        /// When the verification ends, or ended.
        expired_time: Option<Timestamp> = "ExpiredTime",
    }
}

record! {
    /// `qualification_verify_fail`, `naming_verify_fail`.
    VerificationFailure {
        fail_time: Option<Timestamp> = "FailTime",
        fail_reason: String = "FailReason",
    }
}

record! {
    /// `user_info_modified`, `user_authorization_cancellation`: the platform tells of a user.
    UserAuthorization {
        /// The user concerned; `FromUserName` is the platform.
        open_id: String = "OpenID",
        union_id: Option<String> = "UnionID",
        app_id: String = "AppID",
    }
}

record! {
    /// `user_authorization_revoke`: a user took an authorization back, and that data must be deleted.
    UserAuthorizationRevoke {
        /// The user concerned; `FromUserName` is the platform.
        open_id: String = "OpenID",
        union_id: Option<String> = "UnionID",
        app_id: String = "AppID",
        /// What was taken back, such as `205` for nickname and avatar.
        revoke_info: String = "RevokeInfo",
    }
}
