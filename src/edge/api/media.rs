//! `media/*`: files that users sent, from WeChat to the console.

use js_sys::Uint8Array;
use web_sys::Response;

use crate::api;
use crate::api::media::{MediaPlan, headers, media_id};
use crate::error::Error;
use crate::wechat::media;

use super::Performer;
use crate::edge::bindings::{response, runtime};

/// WeChat does not know the file, or not any more.
const INVALID_MEDIA_ID: i64 = 40007;

impl Performer<'_> {
    pub(super) async fn media(&self, plan: MediaPlan) -> Result<Response, Error> {
        let MediaPlan::Get { msg_id, is_cover } = plan;
        let received = self.inbox()?.find(&msg_id).await?;
        let media_id = media_id(&received, is_cover, runtime::now())?;
        let file = match self.wechat()?.media(&media::get(&media_id)).await {
            Err(Error::Wechat(crate::wechat::Error::Refused(refusal)))
                if refusal.errcode == INVALID_MEDIA_ID =>
            {
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
}
