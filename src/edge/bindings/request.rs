//! A request's body, within limits.

use futures_util::StreamExt as _;
use worker::Request;

use crate::callback::{self, MAX_BODY_BYTES};
use crate::error::Error;

/// The whole body; one that is too large is refused before it is read to its end.
pub(in crate::edge) async fn body(mut request: Request) -> Result<Vec<u8>, Error> {
    let announced = request.headers().get("content-length")?.and_then(|length| length.parse::<usize>().ok());
    match announced {
        Some(length) if length > MAX_BODY_BYTES => Err(callback::Error::BodyTooLarge.into()),
        Some(_) => Ok(request.bytes().await?),
        None => streamed(request).await,
    }
}

async fn streamed(mut request: Request) -> Result<Vec<u8>, Error> {
    let mut body = Vec::new();
    let mut chunks = request.stream()?;
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk?);
        if body.len() > MAX_BODY_BYTES {
            return Err(callback::Error::BodyTooLarge.into());
        }
    }
    Ok(body)
}
