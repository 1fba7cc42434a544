//! What a call does, decided from its body alone; the edge performs it.

mod bodies;
mod settings;
mod webhooks;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::backends::DeliveryFilter;
use crate::invalid::Invalid;
use crate::json::{self, exactly_from_value};
use crate::limits;
use crate::rules::RuleDraft;
use crate::settings::Edit;
use crate::wechat::custom_message::CustomMessage;
use crate::wechat::{Call, menu, tag, template};

use super::Error;
use super::answer::Shape;
use super::endpoint::{Endpoint, Operation};
use super::question::Question;
use super::request::{NewKey, Nothing};

/// What the edge has to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Call WeChat, and give the answer its shape.
    Call(Call, Shape),
    /// Send a customer-service message, if the user's window is open, and remember it.
    Send(Box<CustomMessage>),
    /// Ask the inbox.
    Ask(Question),
    /// Forget a user.
    Erase {
        /// Whom.
        openid: String,
    },
    /// Ask the settings.
    AskSettings(SettingsQuestion),
    /// Change the settings.
    Change {
        /// How.
        edit: Edit,
        /// Only if they are at this version.
        if_version: Option<u64>,
    },
    /// Make the rules of an earlier version those of the next.
    RollBack {
        /// Which.
        version: u64,
        /// Only if they are at this version.
        if_version: Option<u64>,
    },
    /// Make rules of what was made in WeChat's console.
    ImportPlatform {
        /// After the rules there are, and not in their stead.
        append: bool,
        /// Change nothing.
        dry_run: bool,
        /// Only if they are at this version.
        if_version: Option<u64>,
    },
    /// About webhooks and deliveries.
    Webhook(WebhookPlan),
    /// Hand out the access token.
    Token,
    /// Sign this page for the JS-SDK.
    SignPage {
        /// As the browser shows it.
        url: String,
    },
    /// Check the account's set-up.
    CheckAccount,
    /// Make an API key.
    CreateKey(NewKey),
    /// List the API keys.
    ListKeys,
    /// End an API key.
    RevokeKey {
        /// The key's public part.
        id: String,
    },
}

/// What to do about webhooks and deliveries.
#[derive(Debug, Clone, PartialEq)]
pub enum WebhookPlan {
    /// `webhook/create`, `webhook/update`, `webhook/delete`
    Change {
        /// How.
        edit: Edit,
        /// Only if the settings are at this version.
        if_version: Option<u64>,
    },
    /// `webhook/list`
    List,
    /// `webhook/test`
    Test {
        /// Which one.
        id: String,
    },
    /// `webhook/secret`
    Secret {
        /// Of which one.
        id: String,
    },
    /// `delivery/list`
    Deliveries {
        /// Which ones.
        filter: DeliveryFilter,
        /// How many to pass over.
        offset: u32,
        /// At most so many.
        limit: u32,
    },
    /// `delivery/replay`
    Replay {
        /// This one.
        id: Option<String>,
        /// All of this webhook.
        webhook: Option<String>,
    },
}

/// A question that the settings answer.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingsQuestion {
    /// `rule/list`
    Rules {
        /// How many to pass over.
        offset: u32,
        /// At most so many.
        limit: u32,
    },
    /// `rule/export`
    Export,
    /// `rule/test`
    Test {
        /// Under WeChat's names.
        message: Value,
        /// These instead of the account's.
        rules: Option<Vec<RuleDraft>>,
    },
    /// `rule/versions`
    Versions,
}

/// Reads the body of a call; an empty one counts as `{}`.
pub fn plan(endpoint: &Endpoint, body: &[u8]) -> Result<Plan, Error> {
    if body.len() > endpoint.max_body_bytes() {
        return Err(Error::BodyTooLarge);
    }
    let body = std::str::from_utf8(body).map_err(|_| Error::NotUtf8)?;
    let body = json::parse(if body.trim().is_empty() { "{}" } else { body });
    of(endpoint.operation, &body.map_err(Error::InvalidParameter)?)
}

fn of(operation: Operation, body: &Value) -> Result<Plan, Error> {
    match operation {
        Operation::MessageGet => with(body, bodies::message_get),
        Operation::MessageList => with(body, bodies::message_list),
        Operation::MessageReply => with(body, bodies::message_reply),
        Operation::MessageTyping => with(body, bodies::message_typing),
        Operation::TemplateSend => with(body, bodies::template_send),
        Operation::TemplateList => without(body, Plan::Call(template::list(), Shape::TemplateList)),
        Operation::TemplateDelete => with(body, bodies::template_delete),
        Operation::UserInfo => with(body, bodies::user_info),
        Operation::UserList => with(body, bodies::user_list),
        Operation::UserRemark => with(body, bodies::user_remark),
        Operation::UserTimeline => with(body, bodies::user_timeline),
        Operation::UserFollowTime => with(body, bodies::user_follow_time),
        Operation::UserLastMessageTime => with(body, bodies::user_last_message_time),
        Operation::UserErase => with(body, bodies::user_erase),
        Operation::TagCreate => with(body, bodies::tag_create),
        Operation::TagList => without(body, Plan::Call(tag::list(), Shape::TagList)),
        Operation::TagRename => with(body, bodies::tag_rename),
        Operation::TagDelete => with(body, bodies::tag_delete),
        Operation::TagUsers => with(body, bodies::tag_users),
        Operation::TagAdd => with(body, bodies::tag_add),
        Operation::TagRemove => with(body, bodies::tag_remove),
        Operation::TagOfUser => with(body, bodies::tag_of_user),
        Operation::MenuCreate => with(body, bodies::menu_create),
        Operation::MenuDelete => with(body, bodies::menu_delete),
        Operation::MenuList => with(body, bodies::menu_list),
        Operation::MenuTryMatch => with(body, bodies::menu_try_match),
        Operation::MenuCurrent => without(body, Plan::Call(menu::current(), Shape::CurrentMenu)),
        Operation::MenuEventStatus => with(body, bodies::menu_event_status),
        Operation::QrCodeCreate => with(body, bodies::qrcode_create),
        Operation::JssdkConfig => with(body, bodies::jssdk_config),
        Operation::TokenGet => without(body, Plan::Token),
        Operation::StatsSummary => with(body, bodies::stats_summary),
        Operation::RuleList => with(body, settings::rule_list),
        Operation::RuleCreate => with(body, settings::rule_create),
        Operation::RuleUpdate => with(body, settings::rule_update),
        Operation::RuleDelete => with(body, settings::rule_delete),
        Operation::RuleReorder => with(body, settings::rule_reorder),
        Operation::RuleTest => with(body, settings::rule_test),
        Operation::RuleExport => without(body, Plan::AskSettings(SettingsQuestion::Export)),
        Operation::RuleImport => with(body, settings::rule_import),
        Operation::RuleImportPlatform => with(body, settings::rule_import_platform),
        Operation::RuleVersions => without(body, Plan::AskSettings(SettingsQuestion::Versions)),
        Operation::RuleRollback => with(body, settings::rule_rollback),
        Operation::WebhookCreate => with(body, webhooks::webhook_create),
        Operation::WebhookList => without(body, Plan::Webhook(WebhookPlan::List)),
        Operation::WebhookUpdate => with(body, webhooks::webhook_update),
        Operation::WebhookDelete => with(body, webhooks::webhook_delete),
        Operation::WebhookTest => with(body, webhooks::webhook_test),
        Operation::WebhookSecret => with(body, webhooks::webhook_secret),
        Operation::DeliveryList => with(body, webhooks::delivery_list),
        Operation::DeliveryReplay => with(body, webhooks::delivery_replay),
        Operation::AccountCheck => without(body, Plan::CheckAccount),
        Operation::KeyCreate => with(body, bodies::key_create),
        Operation::KeyList => without(body, Plan::ListKeys),
        Operation::KeyRevoke => with(body, bodies::key_revoke),
    }
}

/// A call whose body says something.
fn with<T: DeserializeOwned>(body: &Value, plan: fn(&T) -> Result<Plan, Error>) -> Result<Plan, Error> {
    match exactly_from_value(body) {
        Ok(ref request) => plan(request),
        Err(invalid) => Err(Error::InvalidParameter(invalid)),
    }
}

/// A call whose body has nothing to say.
fn without(body: &Value, plan: Plan) -> Result<Plan, Error> {
    exactly_from_value::<Nothing>(body).map_err(Error::InvalidParameter).map(|_| plan)
}

fn filled<'t>(field: &str, text: &'t str) -> Result<&'t str, Error> {
    limits::filled(field, text).map_err(Error::InvalidParameter)
}

fn page_limit(limit: u32, max: u32) -> Result<u32, Error> {
    if (1..=max).contains(&limit) { Ok(limit) } else { Err(wrong("limit", format!("must be 1 to {max}"))) }
}

fn place(position: Option<u32>) -> Option<usize> {
    position.and_then(|position| usize::try_from(position).ok())
}

fn wrong(field: &str, complaint: impl Into<String>) -> Error {
    Error::InvalidParameter(Invalid::new(field, complaint))
}
