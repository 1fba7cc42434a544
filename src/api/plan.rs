//! What a call does, decided from its request alone; the edge performs it.

use std::fmt;

use serde_json::Value;

use crate::wechat::{self, Call};

use super::account::AccountPlan;
use super::assistant::AssistantPlan;
use super::audit::AuditFilter;
use super::conversation::ConversationPlan;
use super::delivery::DeliveryPlan;
use super::fields::Page;
use super::jssdk::JssdkPlan;
use super::key::KeyPlan;
use super::media::MediaPlan;
use super::menu::MenuPlan;
use super::message::MessagePlan;
use super::qrcode::QrCodePlan;
use super::rule::RulePlan;
use super::scope::Scope;
use super::session::SessionPlan;
use super::stats::StatsPlan;
use super::token::TokenPlan;
use super::user::UserPlan;
use super::webhook::WebhookPlan;

/// What the edge has to do. What we perform ourselves is declared by each group of calls.
#[derive(Debug)]
pub enum Plan {
    /// Call WeChat; the reader turns its answer into the caller's.
    Call(Call, Reader),
    /// `message/*`
    Message(MessagePlan),
    /// `conversation/*`
    Conversation(ConversationPlan),
    /// `user/*`
    User(UserPlan),
    /// `menu/*`
    Menu(MenuPlan),
    /// `qrcode/*`
    QrCode(QrCodePlan),
    /// `media/*`
    Media(MediaPlan),
    /// `jssdk/*`
    Jssdk(JssdkPlan),
    /// `token/*`
    Token(TokenPlan),
    /// `stats/*`
    Stats(StatsPlan),
    /// `rule/*`
    Rule(RulePlan),
    /// `webhook/*`
    Webhook(WebhookPlan),
    /// `delivery/*`
    Delivery(DeliveryPlan),
    /// `assistant/*`, `conversation/get`, `conversation/reset`
    Assistant(AssistantPlan),
    /// `account/*`
    Account(AccountPlan),
    /// `setup/get`
    Setup,
    /// `audit/list`
    Audit {
        /// Which changes to list.
        filter: AuditFilter,
        /// Which page of them.
        page: Page,
    },
    /// `key/*`
    Key(KeyPlan),
    /// `session/*`
    Session(SessionPlan),
}

impl Plan {
    /// The scopes that a request needs beside the one of its call, because of what it says.
    #[must_use]
    pub fn further_scopes(&self) -> &'static [Scope] {
        match self {
            Self::Webhook(plan) => plan.further_scopes(),
            Self::Delivery(plan) => plan.further_scopes(),
            Self::Stats(plan) => plan.further_scopes(),
            _ => &[],
        }
    }
}

/// WeChat's answer as [`wechat::answer()`] reads it.
pub(super) type WechatAnswer = Result<Value, wechat::Error>;

/// Turns WeChat's answer into the caller's.
pub struct Reader(Box<dyn FnOnce(WechatAnswer) -> Result<String, wechat::Error>>);

impl Reader {
    pub(super) fn new(read: impl FnOnce(WechatAnswer) -> Result<String, wechat::Error> + 'static) -> Self {
        Self(Box::new(read))
    }

    /// The caller's answer as JSON. An errcode may be one, such as "there is no menu".
    pub fn read(self, answer: Result<Value, wechat::Error>) -> Result<String, wechat::Error> {
        (self.0)(answer)
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Reader")
    }
}
