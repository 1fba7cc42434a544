//! Subscription notices (订阅通知): what users ticked, and what was sent.
//!
//! Manual: 订阅通知事件推送.

use crate::callback::field::record;

record! {
    /// `subscribe_msg_popup_event`: a user answered the subscription dialogue.
    SubscribeMsgPopup {
        choices: Vec<SubscribeChoice> = "SubscribeMsgPopupEvent/List",
    }
}

record! {
    /// `subscribe_msg_change_event`: a user changed a choice in the settings.
    SubscribeMsgChange {
        choices: Vec<SubscribeChoice> = "SubscribeMsgChangeEvent/List",
    }
}

record! {
    /// What a user chose for one template.
    SubscribeChoice {
        template_id: String = "TemplateId",
        /// `accept` or `reject`.
        status: String = "SubscribeStatusString",
        /// 1 = a web page, 2 = an article.
        popup_scene: Option<u64> = "PopupScene",
    }
}

record! {
    /// `subscribe_msg_sent_event`: notices were delivered, or not.
    SubscribeMsgSent {
        results: Vec<SubscribeSent> = "SubscribeMsgSentEvent/List",
    }
}

record! {
    /// What became of one notice.
    SubscribeSent {
        template_id: String = "TemplateId",
        msg_id: String = "MsgID",
        /// 0 = delivered.
        error_code: Option<u64> = "ErrorCode",
        error_status: String = "ErrorStatus",
    }
}
