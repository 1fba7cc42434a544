//! What a call about webhooks and deliveries asks for.

use crate::api::Error;
use crate::api::request::MAX_PAGE;
use crate::api::request::webhooks::{
    DeliveryPage, DeliveryReplay, WebhookCreate, WebhookDelete, WebhookId, WebhookUpdate,
};
use crate::backends::{DeliveryFilter, WebhookDraft};
use crate::settings::Edit;

use super::{Plan, WebhookPlan, filled, page_limit, place, wrong};

type Planned = Result<Plan, Error>;

pub(super) fn webhook_create(request: &WebhookCreate) -> Planned {
    let webhook = valid(&request.webhook)?;
    let edit = Edit::CreateWebhook { webhook, position: place(request.position) };
    Ok(Plan::Webhook(WebhookPlan::Change { edit, if_version: request.if_version }))
}

pub(super) fn webhook_update(request: &WebhookUpdate) -> Planned {
    let edit = Edit::UpdateWebhook {
        id: filled("id", &request.id)?.to_owned(),
        webhook: valid(&request.webhook)?,
        rotate_secret: request.rotate_secret,
        position: place(request.position),
    };
    Ok(Plan::Webhook(WebhookPlan::Change { edit, if_version: request.if_version }))
}

pub(super) fn webhook_delete(request: &WebhookDelete) -> Planned {
    let edit = Edit::DeleteWebhook { id: filled("id", &request.id)?.to_owned() };
    Ok(Plan::Webhook(WebhookPlan::Change { edit, if_version: request.if_version }))
}

pub(super) fn webhook_test(request: &WebhookId) -> Planned {
    Ok(Plan::Webhook(WebhookPlan::Test { id: filled("id", &request.id)?.to_owned() }))
}

pub(super) fn webhook_secret(request: &WebhookId) -> Planned {
    Ok(Plan::Webhook(WebhookPlan::Secret { id: filled("id", &request.id)?.to_owned() }))
}

pub(super) fn delivery_list(request: &DeliveryPage) -> Planned {
    if request.state.as_deref().is_some_and(|state| !["pending", "dead"].contains(&state)) {
        return Err(wrong("state", "must be pending or dead"));
    }
    let limit = page_limit(request.limit, MAX_PAGE)?;
    let filter = DeliveryFilter { state: request.state.clone(), backend: request.webhook.clone() };
    let offset = request.offset;
    Ok(Plan::Webhook(WebhookPlan::Deliveries { filter, offset, limit }))
}

pub(super) fn delivery_replay(request: &DeliveryReplay) -> Planned {
    let (id, webhook) = (request.id.clone(), request.webhook.clone());
    if id.is_some() == webhook.is_some() {
        return Err(wrong(".", "must have either id or webhook"));
    }
    if let Some(id) = &id {
        filled("id", id)?;
    }
    Ok(Plan::Webhook(WebhookPlan::Replay { id, webhook }))
}

fn valid(webhook: &WebhookDraft) -> Result<Box<WebhookDraft>, Error> {
    let checked = webhook.check().map_err(|invalid| invalid.under("webhook"));
    checked.map(|_| Box::new(webhook.clone())).map_err(Error::InvalidParameter)
}
