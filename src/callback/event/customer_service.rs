//! Sessions of the human customer service (客服).
//!
//! Manual: 客服消息, 会话控制.

use crate::callback::field::record;

record! {
    /// `kf_create_session`: an agent took a user's session.
    KfCreateSession {
        kf_account: String = "KfAccount",
    }
}

record! {
    /// `kf_close_session`: a session ended.
    KfCloseSession {
        kf_account: String = "KfAccount",
        close_type: Option<String> = "CloseType",
    }
}

record! {
    /// `kf_switch_session`: a session went from one agent to another.
    KfSwitchSession {
        from_kf_account: String = "FromKfAccount",
        to_kf_account: String = "ToKfAccount",
    }
}

record! {
    /// `user_enter_tempsession`: a user opened a mini-program's customer service.
    UserEnterTempSession {
        session_from: String = "SessionFrom",
    }
}
