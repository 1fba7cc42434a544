//! Events: what happened, one struct per kind, one file per chapter of the manual.

mod card;
mod customer_service;
mod follow;
mod invoice;
mod job;
mod menu;
mod notice;
mod platform;
mod shop;
mod verification;

pub use card::{
    CardCheck, CardMerchantCheckResult, CardPayOrder, CardSkuRemind, GiftCard, UpdateMemberCard, UserCard,
    UserConsumeCard, UserGetCard, UserGiftingCard, UserPayFromPayCell, UserViewCard,
};
pub use customer_service::{KfCloseSession, KfCreateSession, KfSwitchSession, UserEnterTempSession};
pub use follow::{Enter, FollowSource, Scan, Subscribe, Unsubscribe};
pub use invoice::{CloudInvoiceResult, SubmitInvoiceTitle, UpdateInvoiceStatus, UserAuthorizeInvoice};
pub use job::{
    ArticleUrl, CopyrightCheck, MassSendJobFinish, PublishJobFinish, PublishedArticle, TemplateSendJobFinish,
    TemplateStatus,
};
pub use menu::{
    Click, LocationReport, LocationSelect, PictureMd5, Pictures, ScanCode, View, ViewMiniProgram,
};
pub use notice::{SubscribeChoice, SubscribeMsgChange, SubscribeMsgPopup, SubscribeMsgSent, SubscribeSent};
pub use platform::{
    DebugDemo, Device, GuideQrCodeScan, MiniProgramAudit, MiniProgramMediaCheck, MiniProgramNameAudit,
};
pub use shop::{
    Beacon, CreateMapPoiAudit, MerchantOrder, PoiCheckNotify, ShakearoundUserShake, StoreAudit,
    UserScanProduct, WifiConnected,
};
pub use verification::{UserAuthorization, UserAuthorizationRevoke, VerificationFailure, VerificationTerm};

use serde_json::Value;
use wechat_xml::ForeignText;

use super::field::{Item, child, text};
use super::unknown::{Undocumented, Unknown};

/// What the manual says about a kind of event, in addition to its fields: the columns of the table below.
#[derive(Debug, Clone, Copy)]
struct Columns {
    /// `replies`: WeChat shows a passive reply to it.
    ///
    /// Manual: 被动回复用户消息, 自定义菜单事件推送.
    replies: bool,
    /// `menu`: it comes from the custom menu.
    ///
    /// Manual: 自定义菜单事件推送.
    menu: bool,
    /// `opens 60`: for how many seconds it lets the account send customer-service messages to its user.
    ///
    /// Manual: 客服消息, 下发条数限制.
    opens: Option<i64>,
    /// `foreign_text "EventKey"`: the fields that a user, a user's device, or the maker of a QR code can write.
    /// `unknown_text`: the manual does not say which fields there are.
    foreign_text: ForeignText,
}

impl Columns {
    /// What holds for an event whose row has no columns.
    const NONE: Self = Self { replies: false, menu: false, opens: None, foreign_text: ForeignText::NONE };

    const fn replies(self) -> Self {
        Self { replies: true, ..self }
    }

    const fn menu(self) -> Self {
        Self { menu: true, ..self }
    }

    const fn opens(self, seconds: i64) -> Self {
        Self { opens: Some(seconds), ..self }
    }

    const fn foreign_text(self, paths: &'static str) -> Self {
        Self { foreign_text: ForeignText::At(paths), ..self }
    }

    const fn unknown_text(self) -> Self {
        Self { foreign_text: ForeignText::Unknown, ..self }
    }
}

/// Declares [`Event`] from a table: each variant, the struct it holds, its name on the wire and its [`Columns`].
///
/// Names are compared in lowercase, since WeChat's casing is not consistent.
macro_rules! events {
    ($(
        $variant:ident($type:ty) = $name:literal $(or $alias:literal)? $(, $column:ident $($number:literal)?)*;
    )*) => {
        /// Something that happened, by its `Event`.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $(
                #[doc = concat!("`", $name, "`")]
                $variant($type),
            )*
            /// `MsgType` `device_text` or `device_event`
            Device(Device),
            /// An event we do not know, kept whole.
            Unknown(Unknown),
        }

        /// The names that WeChat gives to events which we know under another name.
        const ALIASES: &[(&str, &str)] = &[$($(($alias, $name),)?)*];

        /// The paths of the fields of all documented events.
        const FIELDS: &[&[&str]] = &[$(<$type as Item>::PATHS),*];

        /// The names and columns of all documented events.
        const EVENTS: &[(&str, Columns)] = &[
            $(($name, Columns::NONE$(.$column($($number)?))*),)*
        ];

        impl Event {
            /// The event's name in lowercase.
            #[must_use]
            pub fn name(&self) -> String {
                match self {
                    $(Self::$variant(_) => $name.to_owned(),)*
                    Self::Device(device) if device.event.is_empty() => "device_text".to_owned(),
                    Self::Device(device) => device.event.to_ascii_lowercase(),
                    Self::Unknown(unknown) => unknown.name.to_ascii_lowercase(),
                }
            }

            const fn columns(&self) -> Columns {
                match self {
                    $(Self::$variant(_) => Columns::NONE$(.$column($($number)?))*,)*
                    Self::Device(_) | Self::Unknown(_) => Columns::NONE,
                }
            }

            fn named(name: &str, fields: &Value) -> Self {
                match name.to_ascii_lowercase().as_str() {
                    $($name $(| $alias)? => Self::$variant(Item::from_fields(fields)),)*
                    _ => Self::Unknown(Unknown::keep(name, fields)),
                }
            }
        }
    };
}

events! {
    Subscribe(Subscribe) = "subscribe", replies, opens 60, foreign_text "EventKey";
    Unsubscribe(Unsubscribe) = "unsubscribe";
    Scan(Scan) = "scan", replies, opens 60, foreign_text "EventKey";
    Enter(Enter) = "enter";
    LocationReport(LocationReport) = "location";
    Click(Click) = "click", replies, menu, opens 60, foreign_text "EventKey";
    View(View) = "view", menu, foreign_text "EventKey";
    ViewMiniProgram(ViewMiniProgram) = "view_miniprogram", menu, foreign_text "EventKey";
    ScanCodePush(ScanCode) = "scancode_push", replies, menu, opens 60, foreign_text "ScanCodeInfo/ScanResult";
    ScanCodeWaitMsg(ScanCode) = "scancode_waitmsg", replies, menu, opens 60, foreign_text "ScanCodeInfo/ScanResult";
    PicSysPhoto(Pictures) = "pic_sysphoto", replies, menu;
    PicPhotoOrAlbum(Pictures) = "pic_photo_or_album", replies, menu;
    PicWeixin(Pictures) = "pic_weixin", replies, menu;
    LocationSelect(LocationSelect) = "location_select", replies, menu, foreign_text "SendLocationInfo/Label SendLocationInfo/Poiname";
    TemplateSendJobFinish(TemplateSendJobFinish) = "templatesendjobfinish";
    MassSendJobFinish(MassSendJobFinish) = "masssendjobfinish";
    PublishJobFinish(PublishJobFinish) = "publishjobfinish" or "freepublishjobfinish";
    SubscribeMsgPopup(SubscribeMsgPopup) = "subscribe_msg_popup_event";
    SubscribeMsgChange(SubscribeMsgChange) = "subscribe_msg_change_event";
    SubscribeMsgSent(SubscribeMsgSent) = "subscribe_msg_sent_event";
    KfCreateSession(KfCreateSession) = "kf_create_session";
    KfCloseSession(KfCloseSession) = "kf_close_session";
    KfSwitchSession(KfSwitchSession) = "kf_switch_session";
    UserEnterTempSession(UserEnterTempSession) = "user_enter_tempsession", foreign_text "SessionFrom";
    QualificationVerifySuccess(VerificationTerm) = "qualification_verify_success";
    QualificationVerifyFail(VerificationFailure) = "qualification_verify_fail";
    NamingVerifySuccess(VerificationTerm) = "naming_verify_success";
    NamingVerifyFail(VerificationFailure) = "naming_verify_fail";
    AnnualRenew(VerificationTerm) = "annual_renew";
    VerifyExpired(VerificationTerm) = "verify_expired";
    UserInfoModified(UserAuthorization) = "user_info_modified";
    UserAuthorizationRevoke(UserAuthorizationRevoke) = "user_authorization_revoke";
    UserAuthorizationCancellation(UserAuthorization) = "user_authorization_cancellation";
    CardPassCheck(CardCheck) = "card_pass_check";
    CardNotPassCheck(CardCheck) = "card_not_pass_check";
    UserGetCard(UserGetCard) = "user_get_card", foreign_text "OuterStr";
    UserGiftingCard(UserGiftingCard) = "user_gifting_card";
    UserDelCard(UserCard) = "user_del_card";
    UserEnterSessionFromCard(UserCard) = "user_enter_session_from_card";
    SubmitMemberCardUserInfo(UserCard) = "submit_membercard_user_info";
    UserConsumeCard(UserConsumeCard) = "user_consume_card", foreign_text "VerifyCode RemarkAmount OuterStr";
    UserPayFromPayCell(UserPayFromPayCell) = "user_pay_from_pay_cell";
    UserViewCard(UserViewCard) = "user_view_card", foreign_text "OuterStr";
    UpdateMemberCard(UpdateMemberCard) = "update_member_card";
    CardSkuRemind(CardSkuRemind) = "card_sku_remind";
    CardPayOrder(CardPayOrder) = "card_pay_order";
    CardMerchantCheckResult(CardMerchantCheckResult) = "card_merchant_check_result";
    GiftCardPayDone(GiftCard) = "giftcard_pay_done";
    GiftCardSendToFriend(GiftCard) = "giftcard_send_to_friend";
    GiftCardUserAccept(GiftCard) = "giftcard_user_accept";
    UserAuthorizeInvoice(UserAuthorizeInvoice) = "user_authorize_invoice", foreign_text "Source";
    UpdateInvoiceStatus(UpdateInvoiceStatus) = "update_invoice_status";
    CloudInvoiceResult(CloudInvoiceResult) = "cloud_invoice_invoiceresult_event";
    SubmitInvoiceTitle(SubmitInvoiceTitle) = "submit_invoice_title", foreign_text "title phone tax_no addr bank_type bank_no attach";
    PoiCheckNotify(PoiCheckNotify) = "poi_check_notify";
    ApplyMerchantAudit(StoreAudit) = "apply_merchant_audit_info";
    AddStoreAudit(StoreAudit) = "add_store_audit_info";
    ModifyStoreAudit(StoreAudit) = "modify_store_audit_info";
    CreateMapPoiAudit(CreateMapPoiAudit) = "create_map_poi_audit_info";
    WifiConnected(WifiConnected) = "wificonnected";
    MerchantOrder(MerchantOrder) = "merchant_order";
    UserScanProduct(UserScanProduct) = "user_scan_product", foreign_text "ExtInfo";
    UserScanProductEnterSession(UserScanProduct) = "user_scan_product_enter_session", foreign_text "ExtInfo";
    UserScanProductAsync(UserScanProduct) = "user_scan_product_async", foreign_text "ExtInfo";
    UserScanProductVerifyAction(UserScanProduct) = "user_scan_product_verify_action";
    ShakearoundUserShake(ShakearoundUserShake) = "shakearoundusershake";
    ShakearoundLotteryBind(Undocumented) = "shakearoundlotterybind", unknown_text;
    GuideInviteResult(Undocumented) = "guide_invite_result_event", unknown_text;
    GuideQrCodeScan(GuideQrCodeScan) = "guide_qrcode_scan_event", foreign_text "GuideScanEvent/qrcode_info";
    WeappAuditSuccess(MiniProgramAudit) = "weapp_audit_success";
    WeappAuditFail(MiniProgramAudit) = "weapp_audit_fail";
    WeappAuditDelay(MiniProgramAudit) = "weapp_audit_delay";
    MiniProgramNameAudit(MiniProgramNameAudit) = "wxa_nickname_audit";
    MiniProgramMediaCheck(MiniProgramMediaCheck) = "wxa_media_check";
    DebugDemo(DebugDemo) = "debug_demo", foreign_text "debug_str";
}

impl Event {
    /// Decodes a delivery whose `MsgType` is `event`, `device_event` or `device_text`.
    pub(super) fn from_fields(msg_type: &str, fields: &Value) -> Self {
        if !msg_type.eq_ignore_ascii_case("event") {
            return Self::Device(Item::from_fields(fields));
        }
        let name = child(fields, "Event").map_or("", |event| text(event).trim());
        Self::named(name, fields)
    }

    /// The fields of an event of this name, in any case, that somebody else than WeChat can write.
    pub(super) fn foreign_text(name: &str) -> ForeignText {
        let columns = EVENTS.iter().find(|(event, _)| event.eq_ignore_ascii_case(name));
        columns.map_or(ForeignText::Unknown, |(_, columns)| columns.foreign_text)
    }

    /// The user whom the platform tells about, if the event carries an `OpenID` of its own.
    #[must_use]
    pub fn open_id(&self) -> Option<&str> {
        match self {
            Self::UserInfoModified(event) | Self::UserAuthorizationCancellation(event) => {
                Some(&event.open_id)
            }
            Self::UserAuthorizationRevoke(event) => Some(&event.open_id),
            _ => None,
        }
    }

    /// The [`name`](Self::name) of the events that WeChat delivers under this name, in any case.
    #[must_use]
    pub fn name_of(wire_name: &str) -> String {
        let name = wire_name.trim().to_ascii_lowercase();
        ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, known)| (*known).to_owned())
    }

    /// Whether the manual describes an event of this name, in lowercase, or the events of devices.
    #[must_use]
    pub fn is_documented(name: &str) -> bool {
        const DEVICE: [&str; 5] = ["bind", "unbind", "subscribe_status", "unsubscribe_status", "device_text"];
        EVENTS.iter().any(|(event, _)| *event == name) || DEVICE.contains(&name)
    }

    /// The paths of the fields of each documented event.
    pub(super) fn paths() -> impl Iterator<Item = &'static [&'static str]> {
        FIELDS.iter().copied().chain([Device::PATHS])
    }

    /// Whether WeChat shows a passive reply to an event of this name, in lowercase.
    #[must_use]
    pub fn name_accepts_reply(name: &str) -> bool {
        EVENTS.iter().any(|(event, columns)| columns.replies && *event == name)
    }

    /// Whether an event of this name, in lowercase, lets the account send customer-service messages to its user.
    #[must_use]
    pub fn name_opens(name: &str) -> bool {
        EVENTS.iter().any(|(event, columns)| columns.opens.is_some() && *event == name)
    }

    /// The names of the events that come from the custom menu.
    pub fn menu_names() -> impl Iterator<Item = &'static str> {
        EVENTS.iter().filter(|(_, columns)| columns.menu).map(|(name, _)| *name)
    }

    /// The names of the events that let the account send customer-service messages.
    pub fn opening_names() -> impl Iterator<Item = &'static str> {
        EVENTS.iter().filter(|(_, columns)| columns.opens.is_some()).map(|(name, _)| *name)
    }

    /// Whether WeChat shows a passive reply to this event.
    #[must_use]
    pub const fn accepts_reply(&self) -> bool {
        self.columns().replies
    }

    /// For how many seconds this event lets the account send customer-service messages to its user; `None` if it
    /// does not.
    #[must_use]
    pub const fn opens(&self) -> Option<i64> {
        self.columns().opens
    }
}
