//! What each body asks for, and the limits it has to keep before WeChat is asked.

use crate::api::Error;
use crate::api::answer::{Id, Shape};
use crate::api::question::{Page, Question};
use crate::api::request::{
    KeyId, MAX_PAGE, MenuEventQuery, MenuId, MessageId, MessageQuery, NewKey, PageUrl, Period, TagId,
    TagName, TagPage, TagRename, TagUsers, TemplateId, TryMatch, Typing, User, UserInfo, UserList,
    UserOrMessage, UserPage, UserRemark,
};
use crate::inbox::Filter;
use crate::limits;
use crate::time::Timestamp;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::menu::{self, Menu};
use crate::wechat::qrcode::{self, QrCode};
use crate::wechat::template::{self, TemplateMessage};
use crate::wechat::user::Remark;
use crate::wechat::{Call, OpenIds, tag, user};

use super::{Plan, filled, page_limit, wrong};

const MAX_KEY_NAME_CHARACTERS: usize = 64;

type Planned = Result<Plan, Error>;

pub(super) fn message_get(request: &MessageId) -> Planned {
    ask(Question::Message { msg_id: msg_id(&request.msg_id)? })
}

pub(super) fn message_list(request: &MessageQuery) -> Planned {
    let (since, until) = period(request.since, request.until)?;
    let filter = Filter {
        openid: optional("openid", request.openid.as_deref())?,
        msg_type: optional("type", request.msg_type.as_deref())?,
        event: optional("event", request.event.as_deref())?.map(|event| event.to_ascii_lowercase()),
        since,
        until,
    };
    ask(Question::Messages { filter, page: page(request.cursor.as_ref(), request.limit)? })
}

pub(super) fn message_reply(message: &CustomMessage) -> Planned {
    message.check().map_err(Error::InvalidReply)?;
    Ok(Plan::Send(Box::new(message.clone())))
}

pub(super) fn message_typing(request: &Typing) -> Planned {
    let touser = filled("touser", &request.touser)?;
    call(custom_message::typing(touser, request.typing), Shape::Nothing)
}

pub(super) fn template_send(message: &TemplateMessage) -> Planned {
    message.check().map_err(Error::InvalidParameter)?;
    call(template::send(message), Shape::TemplateSent)
}

pub(super) fn template_delete(request: &TemplateId) -> Planned {
    call(template::delete(filled("template_id", &request.template_id)?), Shape::Nothing)
}

pub(super) fn user_info(request: &UserInfo) -> Planned {
    call(user::info(filled("openid", &request.openid)?, request.lang), Shape::User)
}

pub(super) fn user_list(request: &UserList) -> Planned {
    call(user::list(&request.next_openid), Shape::Users)
}

pub(super) fn user_remark(request: &UserRemark) -> Planned {
    let remark = Remark::parse(&request.remark).map_err(Error::InvalidParameter)?;
    call(user::remark(filled("openid", &request.openid)?, remark), Shape::Nothing)
}

pub(super) fn user_timeline(request: &UserPage) -> Planned {
    let openid = filled("openid", &request.openid)?.to_owned();
    ask(Question::Timeline { openid, page: page(request.cursor.as_ref(), request.limit)? })
}

pub(super) fn user_follow_time(request: &User) -> Planned {
    ask(Question::FollowTime { openid: filled("openid", &request.openid)?.to_owned() })
}

pub(super) fn user_last_message_time(request: &UserOrMessage) -> Planned {
    match (&request.openid, &request.msg_id) {
        (Some(openid), None) => {
            ask(Question::LastMessageTime { openid: filled("openid", openid)?.to_owned() })
        }
        (None, Some(id)) => ask(Question::LastMessageTimeOfSender { msg_id: msg_id(id)? }),
        _ => Err(wrong(".", "must have either openid or msg_id")),
    }
}

pub(super) fn user_erase(request: &User) -> Planned {
    Ok(Plan::Erase { openid: filled("openid", &request.openid)?.to_owned() })
}

pub(super) fn tag_create(request: &TagName) -> Planned {
    call(tag::create(tag_name(&request.name)?), Shape::TagCreated)
}

pub(super) fn tag_rename(request: &TagRename) -> Planned {
    call(tag::rename(request.id, tag_name(&request.name)?), Shape::Nothing)
}

pub(super) fn tag_delete(request: &TagId) -> Planned {
    call(tag::delete(request.id), Shape::Nothing)
}

pub(super) fn tag_users(request: &TagPage) -> Planned {
    call(tag::users(request.id, &request.next_openid), Shape::Users)
}

pub(super) fn tag_add(request: &TagUsers) -> Planned {
    call(tag::tag_users(request.id, openids(&request.openid_list)?), Shape::Nothing)
}

pub(super) fn tag_remove(request: &TagUsers) -> Planned {
    call(tag::untag_users(request.id, openids(&request.openid_list)?), Shape::Nothing)
}

pub(super) fn tag_of_user(request: &User) -> Planned {
    call(tag::of_user(filled("openid", &request.openid)?), Shape::TagIds)
}

pub(super) fn menu_create(menu: &Menu) -> Planned {
    menu.check().map_err(Error::InvalidParameter)?;
    call(menu::create(menu), Shape::MenuCreated)
}

pub(super) fn menu_delete(request: &MenuId) -> Planned {
    let delete = match menu_id(request)? {
        None => menu::delete_all(),
        Some(menu_id) => menu::delete(menu_id),
    };
    call(delete, Shape::Nothing)
}

pub(super) fn menu_list(request: &MenuId) -> Planned {
    let menu_id = menu_id(request)?.map(ToOwned::to_owned);
    call(menu::list(), Shape::MenuList { menu_id })
}

pub(super) fn menu_try_match(request: &TryMatch) -> Planned {
    call(menu::try_match(filled("user_id", &request.user_id)?), Shape::Buttons)
}

pub(super) fn menu_event_status(request: &MenuEventQuery) -> Planned {
    ask(Question::MenuEvents {
        menu_id: optional("menu_id", request.menu_id.as_deref())?,
        key: optional("key", request.key.as_deref())?,
        since: time("since", request.since)?,
    })
}

pub(super) fn qrcode_create(code: &QrCode) -> Planned {
    code.check().map_err(Error::InvalidParameter)?;
    call(qrcode::create(code), Shape::QrCode)
}

pub(super) fn jssdk_config(PageUrl { url }: &PageUrl) -> Planned {
    let url = limits::http_url("url", url).map_err(Error::InvalidParameter)?.to_owned();
    Ok(Plan::SignPage { url })
}

pub(super) fn stats_summary(request: &Period) -> Planned {
    let (since, until) = period(request.since, request.until)?;
    ask(Question::Totals { since, until })
}

pub(super) fn key_create(request: &NewKey) -> Planned {
    if !(1..=MAX_KEY_NAME_CHARACTERS).contains(&request.name.trim().chars().count()) {
        return Err(wrong("name", format!("must have 1 to {MAX_KEY_NAME_CHARACTERS} characters")));
    }
    if request.scopes.is_empty() {
        return Err(wrong("scopes", "is empty"));
    }
    time("expires_at", request.expires_at)?;
    Ok(Plan::CreateKey(request.clone()))
}

pub(super) fn key_revoke(request: &KeyId) -> Planned {
    Ok(Plan::RevokeKey { id: filled("id", &request.id)?.to_owned() })
}

#[expect(clippy::unnecessary_wraps, reason = "every plan ends with it")]
const fn call(call: Call, shape: Shape) -> Planned {
    Ok(Plan::Call(call, shape))
}

#[expect(clippy::unnecessary_wraps, reason = "every plan ends with it")]
const fn ask(question: Question) -> Planned {
    Ok(Plan::Ask(question))
}

fn page(cursor: Option<&String>, limit: u32) -> Result<Page, Error> {
    Ok(Page { cursor: cursor.cloned(), limit: page_limit(limit, MAX_PAGE)? })
}

fn period(
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Error> {
    let (since, until) = (time("since", since)?, time("until", until)?);
    match (since, until) {
        (Some(since), Some(until)) if until < since => Err(wrong("until", "lies before since")),
        period => Ok(period),
    }
}

fn time(field: &str, time: Option<Timestamp>) -> Result<Option<Timestamp>, Error> {
    match time {
        Some(time) if !time.is_sensible() => Err(wrong(field, "must be Unix seconds before the year 10000")),
        time => Ok(time),
    }
}

fn msg_id(id: &Id) -> Result<String, Error> {
    filled("msg_id", id.as_str()).map(ToOwned::to_owned)
}

fn optional(field: &str, text: Option<&str>) -> Result<Option<String>, Error> {
    text.map(|text| filled(field, text).map(ToOwned::to_owned)).transpose()
}

fn openids(openids: &[String]) -> Result<OpenIds<'_, { tag::MAX_USERS }>, Error> {
    OpenIds::parse(openids).map_err(Error::InvalidParameter)
}

fn tag_name(name: &str) -> Result<tag::Name<'_>, Error> {
    tag::Name::parse(name).map_err(Error::InvalidParameter)
}

fn menu_id(request: &MenuId) -> Result<Option<&str>, Error> {
    request.menu_id.as_deref().map(|menu_id| filled("menu_id", menu_id)).transpose()
}
