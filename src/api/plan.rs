//! What a call does, decided from its body alone; the edge performs it.

use serde::de::DeserializeOwned;

use crate::invalid::Invalid;
use crate::json::from_json;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::menu::{self, Menu};
use crate::wechat::qrcode::{self, QrCode};
use crate::wechat::template::{self, TemplateMessage};
use crate::wechat::{Call, tag, user};

use super::answer::Shape;
use super::endpoint::{Endpoint, Operation};
use super::request::{
    KeyId, MenuId, NewKey, Nothing, PageUrl, TagId, TagName, TagPage, TagRename, TagUsers, TemplateId,
    TryMatch, Typing, User, UserInfo, UserList, UserRemark,
};
use super::{Error, MAX_BODY_BYTES};

/// What the edge has to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Call WeChat, and give the answer its shape.
    Call(Call, Shape),
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

const MAX_REMARK_BYTES: usize = 29;
const MAX_TAG_NAME_BYTES: usize = 30;
const MAX_TAGGED_USERS: usize = 50;
const MAX_KEY_NAME_CHARACTERS: usize = 64;
/// The year 10000: far from where the database would lose digits.
const MAX_EXPIRES_AT: i64 = 253_402_300_800;

/// Reads the body of a call; an empty one counts as `{}`.
pub fn plan(endpoint: &Endpoint, body: &[u8]) -> Result<Plan, Error> {
    if body.len() > MAX_BODY_BYTES {
        return Err(Error::BodyTooLarge);
    }
    let body = std::str::from_utf8(body).map_err(|_| Error::NotUtf8)?;
    let body = if body.trim().is_empty() { "{}" } else { body };
    match endpoint.operation {
        Operation::MessageReply => message_reply(body),
        Operation::MessageTyping => {
            let request: Typing = read(body)?;
            let touser = filled("touser", request.touser)?;
            Ok(Plan::Call(custom_message::typing(&touser, request.typing), Shape::Nothing))
        }
        Operation::TemplateSend => {
            let message: TemplateMessage = read(body)?;
            message.check().map_err(Error::InvalidParameter)?;
            Ok(Plan::Call(template::send(&message), Shape::TemplateSent))
        }
        Operation::TemplateList => {
            read::<Nothing>(body).map(|_| Plan::Call(template::list(), Shape::TemplateList))
        }
        Operation::TemplateDelete => {
            let template_id = filled("template_id", read::<TemplateId>(body)?.template_id)?;
            Ok(Plan::Call(template::delete(&template_id), Shape::Nothing))
        }
        Operation::UserInfo | Operation::UserList | Operation::UserRemark => users(endpoint.operation, body),
        Operation::MenuCreate => {
            let menu: Menu = read(body)?;
            menu.check().map_err(Error::InvalidParameter)?;
            Ok(Plan::Call(menu::create(&menu), Shape::MenuCreated))
        }
        Operation::MenuDelete => Ok(match read::<MenuId>(body)?.menu_id {
            None => Plan::Call(menu::delete_all(), Shape::Nothing),
            Some(menu_id) => Plan::Call(menu::delete(&filled("menu_id", menu_id)?), Shape::Nothing),
        }),
        Operation::MenuList => {
            let menu_id =
                read::<MenuId>(body)?.menu_id.map(|menu_id| filled("menu_id", menu_id)).transpose()?;
            Ok(Plan::Call(menu::list(), Shape::MenuList { menu_id }))
        }
        Operation::MenuTryMatch => {
            let user_id = filled("user_id", read::<TryMatch>(body)?.user_id)?;
            Ok(Plan::Call(menu::try_match(&user_id), Shape::Buttons))
        }
        Operation::MenuCurrent => {
            read::<Nothing>(body).map(|_| Plan::Call(menu::current(), Shape::CurrentMenu))
        }
        Operation::QrCodeCreate => {
            let code: QrCode = read(body)?;
            code.check().map_err(Error::InvalidParameter)?;
            Ok(Plan::Call(qrcode::create(&code), Shape::QrCode))
        }
        Operation::JssdkConfig => sign_page(read::<PageUrl>(body)?.url),
        Operation::TokenGet => read::<Nothing>(body).map(|_| Plan::Token),
        Operation::AccountCheck => read::<Nothing>(body).map(|_| Plan::CheckAccount),
        Operation::KeyCreate => create_key(read(body)?),
        Operation::KeyList => read::<Nothing>(body).map(|_| Plan::ListKeys),
        Operation::KeyRevoke => Ok(Plan::RevokeKey { id: filled("id", read::<KeyId>(body)?.id)? }),
        _ => tags(endpoint.operation, body),
    }
}

fn message_reply(body: &str) -> Result<Plan, Error> {
    let message: CustomMessage = read(body)?;
    message.check().map_err(Error::InvalidReply)?;
    Ok(Plan::Call(custom_message::send(&message), Shape::Nothing))
}

fn users(operation: Operation, body: &str) -> Result<Plan, Error> {
    Ok(match operation {
        Operation::UserInfo => {
            let request: UserInfo = read(body)?;
            Plan::Call(user::info(&filled("openid", request.openid)?, request.lang), Shape::User)
        }
        Operation::UserRemark => {
            let request: UserRemark = read(body)?;
            let remark = at_most("remark", request.remark, MAX_REMARK_BYTES)?;
            Plan::Call(user::remark(&filled("openid", request.openid)?, &remark), Shape::Nothing)
        }
        _ => Plan::Call(user::list(&read::<UserList>(body)?.next_openid), Shape::Users),
    })
}

fn tags(operation: Operation, body: &str) -> Result<Plan, Error> {
    Ok(match operation {
        Operation::TagCreate => {
            Plan::Call(tag::create(&tag_name(read::<TagName>(body)?.name)?), Shape::TagCreated)
        }
        Operation::TagRename => {
            let request: TagRename = read(body)?;
            Plan::Call(tag::rename(request.id, &tag_name(request.name)?), Shape::Nothing)
        }
        Operation::TagDelete => Plan::Call(tag::delete(read::<TagId>(body)?.id), Shape::Nothing),
        Operation::TagUsers => {
            let request: TagPage = read(body)?;
            Plan::Call(tag::users(request.id, &request.next_openid), Shape::Users)
        }
        Operation::TagAdd => {
            let request = tagged_users(body)?;
            Plan::Call(tag::tag_users(request.id, &request.openid_list), Shape::Nothing)
        }
        Operation::TagRemove => {
            let request = tagged_users(body)?;
            Plan::Call(tag::untag_users(request.id, &request.openid_list), Shape::Nothing)
        }
        Operation::TagOfUser => {
            Plan::Call(tag::of_user(&filled("openid", read::<User>(body)?.openid)?), Shape::TagIds)
        }
        _ => {
            read::<Nothing>(body)?;
            Plan::Call(tag::list(), Shape::TagList)
        }
    })
}

fn tagged_users(body: &str) -> Result<TagUsers, Error> {
    let request: TagUsers = read(body)?;
    if let Some(index) = request.openid_list.iter().position(|openid| openid.trim().is_empty()) {
        return Err(wrong(&format!("openid_list[{index}]"), "is empty"));
    }
    if (1..=MAX_TAGGED_USERS).contains(&request.openid_list.len()) {
        Ok(request)
    } else {
        Err(wrong("openid_list", format!("must hold 1 to {MAX_TAGGED_USERS} OpenIDs")))
    }
}

fn tag_name(name: String) -> Result<String, Error> {
    at_most("name", filled("name", name)?, MAX_TAG_NAME_BYTES)
}

fn sign_page(url: String) -> Result<Plan, Error> {
    if url.starts_with("http://") || url.starts_with("https://") {
        Ok(Plan::SignPage { url })
    } else {
        Err(wrong("url", "must begin with http:// or https://"))
    }
}

fn create_key(request: NewKey) -> Result<Plan, Error> {
    if !(1..=MAX_KEY_NAME_CHARACTERS).contains(&request.name.trim().chars().count()) {
        return Err(wrong("name", format!("must have 1 to {MAX_KEY_NAME_CHARACTERS} characters")));
    }
    if request.scopes.is_empty() {
        return Err(wrong("scopes", "is empty"));
    }
    if request.expires_at.is_some_and(|end| !(0..MAX_EXPIRES_AT).contains(&end.seconds())) {
        return Err(wrong("expires_at", "must be Unix seconds before the year 10000"));
    }
    Ok(Plan::CreateKey(request))
}

fn read<T: DeserializeOwned>(body: &str) -> Result<T, Error> {
    from_json(body).map_err(Error::InvalidParameter)
}

fn filled(field: &str, text: String) -> Result<String, Error> {
    if text.trim().is_empty() { Err(wrong(field, "is empty")) } else { Ok(text) }
}

fn at_most(field: &str, text: String, bytes: usize) -> Result<String, Error> {
    if text.len() > bytes {
        return Err(wrong(field, format!("has {} bytes; WeChat takes {bytes}", text.len())));
    }
    Ok(text)
}

fn wrong(field: &str, complaint: impl Into<String>) -> Error {
    Error::InvalidParameter(Invalid::new(field, complaint))
}
