//! `media/*`: files that users sent, from WeChat to the console, and files from there to WeChat.

use js_sys::Uint8Array;
use serde_json::json;
use web_sys::Response;

use crate::api::media::{MediaPlan, Uploaded, accepted, headers, media_id};
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
/// As many bytes as tell what a file is.
const HEAD_BYTES: u32 = 16;

/// Reads a form, and decides what to do with its file.
pub(super) async fn form(endpoint: &Endpoint, request: &Incoming) -> Result<(Plan, Option<FormFile>), Error> {
    let body = request.read_outside(endpoint.max_body_bytes).await;
    let body = body.map_err(|error| body_error(error, endpoint))?;
    let content_type = request.header("content-type").unwrap_or_default();
    let (query, file) = read_form(&body, &content_type).await.map_err(|_| {
        api::Error::InvalidParameter(Invalid::new(".", "must be a form (multipart/form-data)"))
    })?;
    Ok((endpoint.plan_from_query(&query)?, file))
}

impl Performer<'_> {
    pub(super) async fn media(&self, plan: MediaPlan, file: Option<FormFile>) -> Result<Response, Error> {
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
        file: Option<FormFile>,
    ) -> Result<Response, Error> {
        let missing = || api::Error::InvalidParameter(Invalid::new("file", "is missing"));
        let file = file.ok_or_else(missing)?;
        let size = usize::try_from(file.bytes.length()).unwrap_or(usize::MAX);
        let content_type = accepted(kind, size, &file.bytes.subarray(0, HEAD_BYTES).to_vec())?;
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
