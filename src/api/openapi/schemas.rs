//! What each call takes and answers.

use schemars::JsonSchema;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value};

use crate::api::CheckReport;
use crate::api::answer::{
    AccessToken, Buttons, Changed, CurrentMenu, DailyTotals, DeliveryList, Erased, FollowTime, JssdkConfig,
    KeyCreated, KeyList, LastMessageTime, MenuCreated, MenuEvents, MenuList, MessageList, Nothing,
    PlatformImported, QrCodeCreated, ReceivedMessage, Replayed, RuleExport, RuleList, RuleTested, TagCreated,
    TagIds, TagList, TemplateList, TemplateSent, Timeline, User, Users, Versions, WebhookChanged,
    WebhookList, WebhookSecret, WebhookTested,
};
use crate::api::endpoint::Operation;
use crate::api::request::{self, settings, webhooks};
use crate::wechat::custom_message::CustomMessage;
use crate::wechat::menu::Menu;
use crate::wechat::qrcode::QrCode;
use crate::wechat::template::TemplateMessage;

/// Collects the schemas that calls refer to. Requests are described as they are read, answers as they are
/// written: a field with a default may be absent from the former only.
pub(super) struct Schemas {
    requests: SchemaGenerator,
    responses: SchemaGenerator,
}

impl Schemas {
    pub(super) fn new() -> Self {
        let settings =
            SchemaSettings::draft2020_12().with(|it| it.definitions_path = "/components/schemas".into());
        Self {
            requests: settings.clone().for_deserialize().into_generator(),
            responses: settings.for_serialize().into_generator(),
        }
    }

    /// The request and the response of a call.
    pub(super) fn of(&mut self, operation: Operation) -> (Value, Value) {
        match operation {
            Operation::MessageGet => self.pair::<request::MessageId, ReceivedMessage>(),
            Operation::MessageList => self.pair::<request::MessageQuery, MessageList>(),
            Operation::MessageReply => self.pair::<CustomMessage, Nothing>(),
            Operation::MessageTyping => self.pair::<request::Typing, Nothing>(),
            Operation::TemplateSend => self.pair::<TemplateMessage, TemplateSent>(),
            Operation::TemplateList => self.pair::<request::Nothing, TemplateList>(),
            Operation::TemplateDelete => self.pair::<request::TemplateId, Nothing>(),
            Operation::UserInfo => self.pair::<request::UserInfo, User>(),
            Operation::UserList => self.pair::<request::UserList, Users>(),
            Operation::UserRemark => self.pair::<request::UserRemark, Nothing>(),
            Operation::UserTimeline => self.pair::<request::UserPage, Timeline>(),
            Operation::UserFollowTime => self.pair::<request::User, FollowTime>(),
            Operation::UserLastMessageTime => self.pair::<request::UserOrMessage, LastMessageTime>(),
            Operation::UserErase => self.pair::<request::User, Erased>(),
            Operation::TagCreate => self.pair::<request::TagName, TagCreated>(),
            Operation::TagList => self.pair::<request::Nothing, TagList>(),
            Operation::TagRename => self.pair::<request::TagRename, Nothing>(),
            Operation::TagDelete => self.pair::<request::TagId, Nothing>(),
            Operation::TagUsers => self.pair::<request::TagPage, Users>(),
            Operation::TagAdd | Operation::TagRemove => self.pair::<request::TagUsers, Nothing>(),
            Operation::TagOfUser => self.pair::<request::User, TagIds>(),
            Operation::MenuCreate => self.pair::<Menu, MenuCreated>(),
            Operation::MenuDelete => self.pair::<request::MenuId, Nothing>(),
            Operation::MenuList => self.pair::<request::MenuId, MenuList>(),
            Operation::MenuTryMatch => self.pair::<request::TryMatch, Buttons>(),
            Operation::MenuCurrent => self.pair::<request::Nothing, CurrentMenu>(),
            Operation::MenuEventStatus => self.pair::<request::MenuEventQuery, MenuEvents>(),
            Operation::QrCodeCreate => self.pair::<QrCode, QrCodeCreated>(),
            Operation::JssdkConfig => self.pair::<request::PageUrl, JssdkConfig>(),
            Operation::TokenGet => self.pair::<request::Nothing, AccessToken>(),
            Operation::StatsSummary => self.pair::<request::Period, DailyTotals>(),
            Operation::RuleList => self.pair::<settings::RulePage, RuleList>(),
            Operation::RuleCreate => self.pair::<settings::RuleCreate, Changed>(),
            Operation::RuleUpdate => self.pair::<settings::RuleUpdate, Changed>(),
            Operation::RuleDelete => self.pair::<settings::RuleDelete, Changed>(),
            Operation::RuleReorder => self.pair::<settings::RuleReorder, Changed>(),
            Operation::RuleTest => self.pair::<settings::RuleTest, RuleTested>(),
            Operation::RuleExport => self.pair::<request::Nothing, RuleExport>(),
            Operation::RuleImport => self.pair::<settings::RuleImport, Changed>(),
            Operation::RuleImportPlatform => self.pair::<settings::RuleImportPlatform, PlatformImported>(),
            Operation::RuleVersions => self.pair::<request::Nothing, Versions>(),
            Operation::RuleRollback => self.pair::<settings::RuleRollback, Changed>(),
            Operation::WebhookCreate => self.pair::<webhooks::WebhookCreate, WebhookChanged>(),
            Operation::WebhookList => self.pair::<request::Nothing, WebhookList>(),
            Operation::WebhookUpdate => self.pair::<webhooks::WebhookUpdate, WebhookChanged>(),
            Operation::WebhookDelete => self.pair::<webhooks::WebhookDelete, WebhookChanged>(),
            Operation::WebhookTest => self.pair::<webhooks::WebhookId, WebhookTested>(),
            Operation::WebhookSecret => self.pair::<webhooks::WebhookId, WebhookSecret>(),
            Operation::DeliveryList => self.pair::<webhooks::DeliveryPage, DeliveryList>(),
            Operation::DeliveryReplay => self.pair::<webhooks::DeliveryReplay, Replayed>(),
            Operation::AccountCheck => self.pair::<request::Nothing, CheckReport>(),
            Operation::KeyCreate => self.pair::<request::NewKey, KeyCreated>(),
            Operation::KeyList => self.pair::<request::Nothing, KeyList>(),
            Operation::KeyRevoke => self.pair::<request::KeyId, Nothing>(),
        }
    }

    fn pair<Request: JsonSchema, Response: JsonSchema>(&mut self) -> (Value, Value) {
        let request = self.requests.subschema_for::<Request>();
        let response = self.responses.subschema_for::<Response>();
        (request.to_value(), response.to_value())
    }

    /// What goes to `components.schemas`.
    pub(super) fn into_components(mut self) -> Map<String, Value> {
        let mut schemas = self.requests.take_definitions(true);
        schemas.extend(self.responses.take_definitions(true));
        schemas
    }
}

#[cfg(test)]
mod tests {
    use crate::api::ENDPOINTS;

    use super::Schemas;

    #[test]
    fn no_name_means_one_thing_in_requests_and_another_in_responses() {
        let mut schemas = Schemas::new();
        for endpoint in &ENDPOINTS {
            schemas.of(endpoint.operation);
        }
        for name in schemas.requests.definitions().keys() {
            assert!(!schemas.responses.definitions().contains_key(name), "rename one {name} for schemars");
        }
    }
}
