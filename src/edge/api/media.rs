//! `media/*`: files that users sent, from WeChat to the console, and files from there to WeChat.

use std::cell::RefCell;

use js_sys::Uint8Array;
use serde_json::json;
use web_sys::Response;

use crate::api::media::{MediaPlan, Uploaded, Uploads, accepted, headers, media_id};
use crate::api::{self, Endpoint, Plan};
use crate::error::Error;
use crate::invalid::Invalid;
use crate::wechat;
use crate::wechat::media::{self, MediaKind};

use super::{Performer, body_error};
use crate::edge::bindings::fetch::{FormFile, read_form};
use crate::edge::bindings::request::Incoming;
use crate::edge::bindings::{response, runtime, to_json};

/// WeChat does not know the file, or not any more.
const INVALID_MEDIA_ID: i64 = 40007;

thread_local! {
    static UPLOADS: RefCell<Uploads> = const { RefCell::new(Uploads::new()) };
}

/// A file on its way to WeChat, whose memory is reserved until it is dropped.
pub(super) struct Upload {
    file: FormFile,
    _reserved: Reserved,
}

/// The number of an upload.
struct Reserved(u64);

impl Drop for Reserved {
    fn drop(&mut self) {
        UPLOADS.with_borrow_mut(|uploads| uploads.end(self.0));
    }
}

/// Reads a form, and decides what to do with its file.
pub(super) async fn form(endpoint: &Endpoint, request: &Incoming) -> Result<(Plan, Option<Upload>), Error> {
    let begun = UPLOADS.with_borrow_mut(|uploads| uploads.begin(request.length(), runtime::now()));
    if begun.is_err() {
        request.discard(endpoint.max_body_bytes).await;
    }
    let reserved = Reserved(begun?);
    let body = request.read_outside(endpoint.max_body_bytes).await;
    let body = body.map_err(|error| body_error(error, endpoint))?;
    let content_type = request.header("content-type").unwrap_or_default();
    let (query, file) = read_form(&body, &content_type).await.map_err(|_| {
        api::Error::InvalidParameter(Invalid::new(".", "must be a form (multipart/form-data)"))
    })?;
    let upload = file.map(|file| Upload { file, _reserved: reserved });
    Ok((endpoint.plan_from_query(&query)?, upload))
}

impl Performer<'_> {
    pub(super) async fn media(&self, plan: MediaPlan, file: Option<Upload>) -> Result<Response, Error> {
        match plan {
            MediaPlan::Get { msg_id, is_cover } => self.show(&msg_id, is_cover).await,
            MediaPlan::Upload { kind, is_permanent } => self.upload(kind, is_permanent, file).await,
        }
    }

    async fn show(&self, msg_id: &str, is_cover: bool) -> Result<Response, Error> {
        let received = self.inbox()?.find(msg_id).await?;
        let media_id = media_id(&received, is_cover, runtime::now())?;
        let file = match self.wechat()?.media(&media::get(&media_id)).await {
            Err(Error::Wechat(wechat::Error::Refused(refusal))) if refusal.errcode == INVALID_MEDIA_ID => {
                return Err(api::Error::MediaExpired.into());
            }
            file => file?,
        };
        let body = match &file.whole {
            Some(whole) => whole.into(),
            None => Uint8Array::from(file.head.as_slice()).into(),
        };
        Ok(response::file(&headers(&file.head), &body)?)
    }

    async fn upload(
        &self,
        kind: MediaKind,
        is_permanent: bool,
        upload: Option<Upload>,
    ) -> Result<Response, Error> {
        let missing = || api::Error::InvalidParameter(Invalid::new("file", "is missing"));
        let Upload { file, _reserved } = upload.ok_or_else(missing)?;
        let content_type = accepted(kind, file.size, &file.head)?;
        let description = match (kind, is_permanent) {
            (MediaKind::Video, true) => json!({ "title": file.name, "introduction": "" }).to_string(),
            _ => String::new(),
        };
        let call = media::upload(kind, is_permanent);
        let answer = self.wechat()?.upload(&call, (&file, content_type), &description).await?;
        let uploaded = Uploaded::read(&answer, is_permanent)
            .ok_or_else(|| Error::of_call(&call, wechat::Error::Unreadable { status: 200 }))?;
        Ok(response::json(200, &to_json(&uploaded)?)?)
    }
}
