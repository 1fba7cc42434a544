//! Events: what happened, one struct per kind, one file per chapter of the manual.

mod card;
mod customer_service;
mod follow;
mod invoice;
mod job;
mod menu;
mod notice;
mod platform;
mod store;
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
pub use store::{
    Beacon, CreateMapPoiAudit, MerchantOrder, PoiCheckNotify, ShakearoundUserShake, StoreAudit,
    UserScanProduct, WifiConnected,
};
pub use verification::{UserAuthorization, UserAuthorizationRevoke, VerificationFailure, VerificationTerm};

use wechat_xml::Element;

use super::field::Item;
use super::unknown::{Undocumented, Unknown};

/// Declares [`Event`] from a table: each variant, the struct it holds, and its name on the wire.
///
/// Names are compared in lowercase, since WeChat's casing is not consistent.
macro_rules! events {
    ($($variant:ident($type:ty) = $name:literal $(or $alias:literal)?,)*) => {
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

        impl Event {
            /// The event's name in lowercase.
            #[must_use]
            pub fn name(&self) -> String {
                match self {
                    $(Self::$variant(_) => $name.to_owned(),)*
                    Self::Device(device) => device.event.to_ascii_lowercase(),
                    Self::Unknown(unknown) => unknown.name.to_ascii_lowercase(),
                }
            }

            fn named(name: &str, xml: &Element<'_>) -> Self {
                match name.to_ascii_lowercase().as_str() {
                    $($name $(| $alias)? => Self::$variant(Item::from_element(xml)),)*
                    _ => Self::Unknown(Unknown::keep(name, xml)),
                }
            }
        }
    };
}

events! {
    Subscribe(Subscribe) = "subscribe",
    Unsubscribe(Unsubscribe) = "unsubscribe",
    Scan(Scan) = "scan",
    Enter(Enter) = "enter",
    LocationReport(LocationReport) = "location",
    Click(Click) = "click",
    View(View) = "view",
    ViewMiniProgram(ViewMiniProgram) = "view_miniprogram",
    ScanCodePush(ScanCode) = "scancode_push",
    ScanCodeWaitMsg(ScanCode) = "scancode_waitmsg",
    PicSysPhoto(Pictures) = "pic_sysphoto",
    PicPhotoOrAlbum(Pictures) = "pic_photo_or_album",
    PicWeixin(Pictures) = "pic_weixin",
    LocationSelect(LocationSelect) = "location_select",
    TemplateSendJobFinish(TemplateSendJobFinish) = "templatesendjobfinish",
    MassSendJobFinish(MassSendJobFinish) = "masssendjobfinish",
    PublishJobFinish(PublishJobFinish) = "publishjobfinish" or "freepublishjobfinish",
    SubscribeMsgPopup(SubscribeMsgPopup) = "subscribe_msg_popup_event",
    SubscribeMsgChange(SubscribeMsgChange) = "subscribe_msg_change_event",
    SubscribeMsgSent(SubscribeMsgSent) = "subscribe_msg_sent_event",
    KfCreateSession(KfCreateSession) = "kf_create_session",
    KfCloseSession(KfCloseSession) = "kf_close_session",
    KfSwitchSession(KfSwitchSession) = "kf_switch_session",
    UserEnterTempSession(UserEnterTempSession) = "user_enter_tempsession",
    QualificationVerifySuccess(VerificationTerm) = "qualification_verify_success",
    QualificationVerifyFail(VerificationFailure) = "qualification_verify_fail",
    NamingVerifySuccess(VerificationTerm) = "naming_verify_success",
    NamingVerifyFail(VerificationFailure) = "naming_verify_fail",
    AnnualRenew(VerificationTerm) = "annual_renew",
    VerifyExpired(VerificationTerm) = "verify_expired",
    UserInfoModified(UserAuthorization) = "user_info_modified",
    UserAuthorizationRevoke(UserAuthorizationRevoke) = "user_authorization_revoke",
    UserAuthorizationCancellation(UserAuthorization) = "user_authorization_cancellation",
    CardPassCheck(CardCheck) = "card_pass_check",
    CardNotPassCheck(CardCheck) = "card_not_pass_check",
    UserGetCard(UserGetCard) = "user_get_card",
    UserGiftingCard(UserGiftingCard) = "user_gifting_card",
    UserDelCard(UserCard) = "user_del_card",
    UserEnterSessionFromCard(UserCard) = "user_enter_session_from_card",
    SubmitMemberCardUserInfo(UserCard) = "submit_membercard_user_info",
    UserConsumeCard(UserConsumeCard) = "user_consume_card",
    UserPayFromPayCell(UserPayFromPayCell) = "user_pay_from_pay_cell",
    UserViewCard(UserViewCard) = "user_view_card",
    UpdateMemberCard(UpdateMemberCard) = "update_member_card",
    CardSkuRemind(CardSkuRemind) = "card_sku_remind",
    CardPayOrder(CardPayOrder) = "card_pay_order",
    CardMerchantCheckResult(CardMerchantCheckResult) = "card_merchant_check_result",
    GiftCardPayDone(GiftCard) = "giftcard_pay_done",
    GiftCardSendToFriend(GiftCard) = "giftcard_send_to_friend",
    GiftCardUserAccept(GiftCard) = "giftcard_user_accept",
    UserAuthorizeInvoice(UserAuthorizeInvoice) = "user_authorize_invoice",
    UpdateInvoiceStatus(UpdateInvoiceStatus) = "update_invoice_status",
    CloudInvoiceResult(CloudInvoiceResult) = "cloud_invoice_invoiceresult_event",
    SubmitInvoiceTitle(SubmitInvoiceTitle) = "submit_invoice_title",
    PoiCheckNotify(PoiCheckNotify) = "poi_check_notify",
    ApplyMerchantAudit(StoreAudit) = "apply_merchant_audit_info",
    AddStoreAudit(StoreAudit) = "add_store_audit_info",
    ModifyStoreAudit(StoreAudit) = "modify_store_audit_info",
    CreateMapPoiAudit(CreateMapPoiAudit) = "create_map_poi_audit_info",
    WifiConnected(WifiConnected) = "wificonnected",
    MerchantOrder(MerchantOrder) = "merchant_order",
    UserScanProduct(UserScanProduct) = "user_scan_product",
    UserScanProductEnterSession(UserScanProduct) = "user_scan_product_enter_session",
    UserScanProductAsync(UserScanProduct) = "user_scan_product_async",
    UserScanProductVerifyAction(UserScanProduct) = "user_scan_product_verify_action",
    ShakearoundUserShake(ShakearoundUserShake) = "shakearoundusershake",
    ShakearoundLotteryBind(Undocumented) = "shakearoundlotterybind",
    GuideInviteResult(Undocumented) = "guide_invite_result_event",
    GuideQrCodeScan(GuideQrCodeScan) = "guide_qrcode_scan_event",
    WeappAuditSuccess(MiniProgramAudit) = "weapp_audit_success",
    WeappAuditFail(MiniProgramAudit) = "weapp_audit_fail",
    WeappAuditDelay(MiniProgramAudit) = "weapp_audit_delay",
    MiniProgramNameAudit(MiniProgramNameAudit) = "wxa_nickname_audit",
    MiniProgramMediaCheck(MiniProgramMediaCheck) = "wxa_media_check",
    DebugDemo(DebugDemo) = "debug_demo",
}

impl Event {
    /// Decodes a delivery whose `MsgType` is `event`, `device_event` or `device_text`.
    pub(super) fn from_xml(msg_type: &str, xml: &Element<'_>) -> Self {
        if msg_type != "event" {
            return Self::Device(Item::from_element(xml));
        }
        let name = xml.child("Event").map_or("", |event| event.text().trim());
        Self::named(name, xml)
    }

    /// Whether WeChat shows a passive reply to an event of this name, in lowercase.
    #[must_use]
    pub fn name_accepts_reply(name: &str) -> bool {
        matches!(
            name,
            "subscribe"
                | "scan"
                | "click"
                | "scancode_push"
                | "scancode_waitmsg"
                | "pic_sysphoto"
                | "pic_photo_or_album"
                | "pic_weixin"
                | "location_select"
        )
    }

    /// Whether WeChat shows a passive reply to this event.
    ///
    /// Manual: 被动回复用户消息, 自定义菜单事件推送.
    #[must_use]
    pub const fn accepts_reply(&self) -> bool {
        matches!(
            self,
            Self::Subscribe(_)
                | Self::Scan(_)
                | Self::Click(_)
                | Self::ScanCodePush(_)
                | Self::ScanCodeWaitMsg(_)
                | Self::PicSysPhoto(_)
                | Self::PicPhotoOrAlbum(_)
                | Self::PicWeixin(_)
                | Self::LocationSelect(_)
        )
    }
}
