//! Every call of the JSON API.

use super::scope::{Access, Group, Scope};

/// One call: `POST /api/{path}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Such as `menu/create`.
    pub path: &'static str,
    /// What the key must be allowed.
    pub scope: Scope,
    /// What it does, as a sentence.
    pub summary: &'static str,
    pub(super) operation: Operation,
}

/// What a call does; [`super::plan()`] knows how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    MessageGet,
    MessageList,
    MessageReply,
    MessageTyping,
    TemplateSend,
    TemplateList,
    TemplateDelete,
    UserInfo,
    UserList,
    UserRemark,
    UserTimeline,
    UserFollowTime,
    UserLastMessageTime,
    UserErase,
    TagCreate,
    TagList,
    TagRename,
    TagDelete,
    TagUsers,
    TagAdd,
    TagRemove,
    TagOfUser,
    MenuCreate,
    MenuDelete,
    MenuList,
    MenuTryMatch,
    MenuCurrent,
    MenuEventStatus,
    QrCodeCreate,
    JssdkConfig,
    TokenGet,
    StatsSummary,
    RuleList,
    RuleCreate,
    RuleUpdate,
    RuleDelete,
    RuleReorder,
    RuleTest,
    RuleExport,
    RuleImport,
    RuleImportPlatform,
    RuleVersions,
    RuleRollback,
    WebhookCreate,
    WebhookList,
    WebhookUpdate,
    WebhookDelete,
    WebhookTest,
    WebhookSecret,
    DeliveryList,
    DeliveryReplay,
    AccountCheck,
    KeyCreate,
    KeyList,
    KeyRevoke,
}

const fn endpoint(
    path: &'static str,
    (group, access): (Group, Access),
    operation: Operation,
    summary: &'static str,
) -> Endpoint {
    Endpoint { path, scope: Scope::One(group, access), summary, operation }
}

/// The whole API, in the order of its documentation.
pub const ENDPOINTS: [Endpoint; 55] = {
    use Access::{Read, Write};
    use Operation as Do;
    [
        endpoint(
            "message/get",
            (Group::Message, Read),
            Do::MessageGet,
            "Read a received message, and what became of it.",
        ),
        endpoint(
            "message/list",
            (Group::Message, Read),
            Do::MessageList,
            "List received messages and events, the newest first.",
        ),
        endpoint(
            "message/reply",
            (Group::Message, Write),
            Do::MessageReply,
            "Send a customer-service message.",
        ),
        endpoint(
            "message/typing",
            (Group::Message, Write),
            Do::MessageTyping,
            "Show a user that somebody is typing.",
        ),
        endpoint("template/send", (Group::Template, Write), Do::TemplateSend, "Send a template message."),
        endpoint("template/list", (Group::Template, Read), Do::TemplateList, "List the account's templates."),
        endpoint("template/delete", (Group::Template, Write), Do::TemplateDelete, "Delete a template."),
        endpoint("user/info", (Group::User, Read), Do::UserInfo, "Read a user's basic information."),
        endpoint("user/list", (Group::User, Read), Do::UserList, "List followers, 10,000 a page."),
        endpoint("user/remark", (Group::User, Write), Do::UserRemark, "Set the remark of a user."),
        endpoint(
            "user/timeline",
            (Group::Message, Read),
            Do::UserTimeline,
            "List what passed between the account and a user, the newest first.",
        ),
        endpoint(
            "user/follow_time",
            (Group::User, Read),
            Do::UserFollowTime,
            "Say since when a user follows.",
        ),
        endpoint(
            "user/last_message_time",
            (Group::User, Read),
            Do::UserLastMessageTime,
            "Say when a user last sent a message.",
        ),
        endpoint(
            "user/erase",
            (Group::Privacy, Write),
            Do::UserErase,
            "Forget a user: remove every message and what is known.",
        ),
        endpoint("tag/create", (Group::Tag, Write), Do::TagCreate, "Create a tag."),
        endpoint("tag/list", (Group::Tag, Read), Do::TagList, "List the tags."),
        endpoint("tag/update", (Group::Tag, Write), Do::TagRename, "Rename a tag."),
        endpoint("tag/delete", (Group::Tag, Write), Do::TagDelete, "Delete a tag."),
        endpoint(
            "tag/users",
            (Group::Tag, Read),
            Do::TagUsers,
            "List the users that have a tag, 10,000 a page.",
        ),
        endpoint("tag/add", (Group::Tag, Write), Do::TagAdd, "Tag up to 50 users."),
        endpoint("tag/remove", (Group::Tag, Write), Do::TagRemove, "Untag up to 50 users."),
        endpoint("tag/of_user", (Group::Tag, Read), Do::TagOfUser, "List the tags of a user."),
        endpoint(
            "menu/create",
            (Group::Menu, Write),
            Do::MenuCreate,
            "Create the menu, or a conditional one.",
        ),
        endpoint(
            "menu/delete",
            (Group::Menu, Write),
            Do::MenuDelete,
            "Delete every menu, or one conditional menu.",
        ),
        endpoint(
            "menu/list",
            (Group::Menu, Read),
            Do::MenuList,
            "List the default and the conditional menus.",
        ),
        endpoint("menu/try_match", (Group::Menu, Read), Do::MenuTryMatch, "Show the menu one user sees."),
        endpoint(
            "menu/current",
            (Group::Menu, Read),
            Do::MenuCurrent,
            "Show the menu in force, also one made in the console.",
        ),
        endpoint(
            "menu/event_status",
            (Group::Menu, Read),
            Do::MenuEventStatus,
            "Count what became of the events of each button.",
        ),
        endpoint("qrcode/create", (Group::QrCode, Write), Do::QrCodeCreate, "Create a parametric QR code."),
        endpoint("jssdk/config", (Group::Jssdk, Read), Do::JssdkConfig, "Sign a page for the JS-SDK."),
        endpoint("token/get", (Group::Token, Read), Do::TokenGet, "Hand out the access token."),
        endpoint(
            "stats/summary",
            (Group::Stats, Read),
            Do::StatsSummary,
            "Count messages, events, new and lost followers by day.",
        ),
        endpoint("rule/list", (Group::Rule, Read), Do::RuleList, "List the rules in their order."),
        endpoint("rule/create", (Group::Rule, Write), Do::RuleCreate, "Add a rule."),
        endpoint("rule/update", (Group::Rule, Write), Do::RuleUpdate, "Replace a rule, in its place."),
        endpoint("rule/delete", (Group::Rule, Write), Do::RuleDelete, "Remove a rule."),
        endpoint("rule/reorder", (Group::Rule, Write), Do::RuleReorder, "Move rules."),
        endpoint(
            "rule/test",
            (Group::Rule, Read),
            Do::RuleTest,
            "Show what the rules say to a message, and why.",
        ),
        endpoint("rule/export", (Group::Rule, Read), Do::RuleExport, "Hand out every rule."),
        endpoint("rule/import", (Group::Rule, Write), Do::RuleImport, "Replace the rules, or add many."),
        endpoint(
            "rule/import_platform",
            (Group::Rule, Write),
            Do::RuleImportPlatform,
            "Make rules of the auto-replies and the menu made in WeChat's console.",
        ),
        endpoint(
            "rule/versions",
            (Group::Rule, Read),
            Do::RuleVersions,
            "List who changed the rules, how and when.",
        ),
        endpoint("rule/rollback", (Group::Rule, Write), Do::RuleRollback, "Go back to an earlier version."),
        endpoint(
            "webhook/create",
            (Group::Webhook, Write),
            Do::WebhookCreate,
            "Add a webhook; its secret is shown.",
        ),
        endpoint(
            "webhook/list",
            (Group::Webhook, Read),
            Do::WebhookList,
            "List the webhooks in their order.",
        ),
        endpoint(
            "webhook/update",
            (Group::Webhook, Write),
            Do::WebhookUpdate,
            "Replace a webhook, in its place.",
        ),
        endpoint("webhook/delete", (Group::Webhook, Write), Do::WebhookDelete, "Remove a webhook."),
        endpoint(
            "webhook/test",
            (Group::Webhook, Write),
            Do::WebhookTest,
            "Send a webhook a message that nobody sent.",
        ),
        endpoint("webhook/secret", (Group::Webhook, Write), Do::WebhookSecret, "Show a webhook's secret."),
        endpoint(
            "delivery/list",
            (Group::Webhook, Read),
            Do::DeliveryList,
            "List what is still to be delivered, and what was given up.",
        ),
        endpoint(
            "delivery/replay",
            (Group::Webhook, Write),
            Do::DeliveryReplay,
            "Try again what was given up.",
        ),
        endpoint(
            "account/check",
            (Group::Account, Read),
            Do::AccountCheck,
            "Check the set-up, and name the first thing to mend.",
        ),
        endpoint("key/create", (Group::Key, Write), Do::KeyCreate, "Make an API key; it is shown this once."),
        endpoint("key/list", (Group::Key, Read), Do::KeyList, "List the API keys."),
        endpoint("key/revoke", (Group::Key, Write), Do::KeyRevoke, "End an API key."),
    ]
};

impl Endpoint {
    /// Beyond this many bytes a body is refused unread; all the rules at once take more than one of anything.
    #[must_use]
    pub const fn max_body_bytes(&self) -> usize {
        match self.operation {
            Operation::RuleImport | Operation::RuleTest => 2 * 1024 * 1024,
            _ => super::MAX_BODY_BYTES,
        }
    }

    /// The call at a path such as `menu/create`.
    #[must_use]
    pub fn find(path: &str) -> Option<&'static Self> {
        ENDPOINTS.iter().find(|endpoint| endpoint.path == path)
    }
}
