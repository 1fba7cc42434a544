//! Events of other products that reach the same URL: shopping guides, mini-programs, devices, the debugger.

use crate::callback::field::record;
use crate::time::Timestamp;

record! {
    /// `guide_qrcode_scan_event`: a user scanned a shopping guide's code.
    GuideQrCodeScan {
        guide_account: String = "GuideScanEvent/qrcode_guide_account",
        guide_open_id: String = "GuideScanEvent/qrcode_guide_openid",
        open_id: String = "GuideScanEvent/openid",
        action: Option<u64> = "GuideScanEvent/action",
        qrcode_info: Option<String> = "GuideScanEvent/qrcode_info",
    }
}

record! {
    /// `weapp_audit_success`, `weapp_audit_fail`, `weapp_audit_delay`: a mini-program was checked.
    MiniProgramAudit {
        succ_time: Option<Timestamp> = "SuccTime",
        fail_time: Option<Timestamp> = "FailTime",
        delay_time: Option<Timestamp> = "DelayTime",
        reason: Option<String> = "Reason",
        /// Media ids, joined by `|`.
        screen_shot: Option<String> = "ScreenShot",
    }
}

record! {
    /// `wxa_nickname_audit`: a mini-program's name was checked.
    MiniProgramNameAudit {
        ret: Option<u64> = "ret",
        nickname: String = "nickname",
        reason: Option<String> = "reason",
    }
}

record! {
    /// `wxa_media_check`: a picture or a sound was checked.
    MiniProgramMediaCheck {
        is_risky: Option<u64> = "isrisky",
        extra_info_json: Option<String> = "extra_info_json",
        app_id: String = "appid",
        trace_id: String = "trace_id",
        status_code: Option<String> = "status_code",
    }
}

record! {
    /// `device_text` and `device_event`: the retired hardware platform.
    Device {
        /// `bind`, `unbind`, ...; empty for `device_text`.
        event: String = "Event",
        msg_id: String = "MsgId",
        open_id: String = "OpenID",
        device_id: String = "DeviceID",
        device_type: String = "DeviceType",
        session_id: String = "SessionID",
        /// Base64.
        content: Option<String> = "Content",
        op_type: Option<String> = "OpType",
        device_status: Option<String> = "DeviceStatus",
    }
}

record! {
    /// `debug_demo`: the console's message-push debugger.
    DebugDemo {
        debug_str: String = "debug_str",
    }
}
