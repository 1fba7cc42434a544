//! `template/*`: template messages (模板消息).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::wechat::Call;
use crate::wechat::template::{self, TemplateMessage};

use super::Error;
use super::endpoint::Endpoint;
use super::fields::{NoParameters, filled};
use super::handler::{command, wechat};
use super::id::Id;
use super::scope::{Access, Group, Scope};

const READ: Scope = Scope::One(Group::Template, Access::Read);
const WRITE: Scope = Scope::One(Group::Template, Access::Write);

pub(super) const CALLS: &[Endpoint] = &[
    Endpoint::new(
        "template/send",
        WRITE,
        "Send a template message.",
        &wechat::<TemplateMessage, TemplateSent>(send),
    ),
    Endpoint::new(
        "template/list",
        READ,
        "List the account's templates.",
        &wechat::<NoParameters, TemplateList>(list),
    ),
    Endpoint::new("template/delete", WRITE, "Delete a template.", &command::<TemplateId>(delete)),
];

/// `template/send`
#[derive(Serialize, Deserialize, JsonSchema)]
struct TemplateSent {
    /// `MsgID` of the event TEMPLATESENDJOBFINISH that follows.
    msgid: Id,
}

fn send(message: TemplateMessage) -> Result<Call, Error> {
    message.check().map_err(Error::InvalidParameter)?;
    Ok(template::send(&message))
}

/// `template/list`
#[derive(Serialize, Deserialize, JsonSchema)]
struct TemplateList {
    /// The account's templates.
    template_list: Vec<Template>,
}

/// A template of the account.
#[derive(Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_field_names, reason = "WeChat calls it so")]
struct Template {
    /// Id of the template, for `template/send`.
    template_id: String,
    /// Its title.
    title: String,
    /// Its text, with `{{thing1.DATA}}` for each field.
    content: String,
    /// Its text with sample values.
    #[serde(default)]
    example: String,
    /// Its industry.
    #[serde(default)]
    primary_industry: String,
    /// Its second industry.
    #[serde(default)]
    deputy_industry: String,
}

fn list(_: NoParameters) -> Result<Call, Error> {
    Ok(template::list())
}

/// `template/delete`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TemplateId {
    /// `template_id` as `template/list` shows it.
    #[schemars(length(min = 1))]
    template_id: String,
}

fn delete(request: TemplateId) -> Result<Call, Error> {
    Ok(template::delete(&filled("template_id", request.template_id)?))
}
