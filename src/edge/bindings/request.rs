//! A request's body, within limits.

use futures_util::StreamExt as _;
use worker::Request;

/// Why there is no body.
#[derive(Clone, Copy)]
pub(in crate::edge) enum BodyError {
    /// It has more bytes than allowed.
    TooLarge,
    /// The sender broke off.
    Broken,
}

/// The whole body; one that is too large is refused before it is read to its end.
pub(in crate::edge) async fn body(mut request: Request, limit: usize) -> Result<Vec<u8>, BodyError> {
    let announced = request.headers().get("content-length").ok().flatten();
    match announced.and_then(|length| length.parse::<usize>().ok()) {
        Some(length) if length > limit => Err(BodyError::TooLarge),
        Some(_) => request.bytes().await.map_err(|_| BodyError::Broken),
        None if request.inner().body().is_none() => Ok(Vec::new()),
        None => streamed(request, limit).await,
    }
}

async fn streamed(mut request: Request, limit: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    let mut chunks = request.stream().map_err(|_| BodyError::Broken)?;
    while let Some(chunk) = chunks.next().await {
        body.extend_from_slice(&chunk.map_err(|_| BodyError::Broken)?);
        if body.len() > limit {
            return Err(BodyError::TooLarge);
        }
    }
    Ok(body)
}
