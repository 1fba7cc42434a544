//! The runtime's fetch, with a deadline.

use worker::{AbortSignal, Fetch, Headers, Method, Request, RequestInit, RequestRedirect, Response, Result};

use crate::wechat::Error;

/// Sends a request and reads the whole answer within `deadline` milliseconds: its status and its body.
pub(in crate::edge) async fn send(
    method: Method,
    url: &str,
    headers: Headers,
    body: Option<&str>,
    deadline: u32,
) -> std::result::Result<(u16, Vec<u8>), Error> {
    let deadline = AbortSignal::from(web_sys::AbortSignal::timeout_with_u32(deadline));
    let outcome = exchange(method, url, headers, body, &deadline).await;
    outcome.map_err(|_| if deadline.aborted() { Error::TimedOut } else { Error::Unreachable })
}

async fn exchange(
    method: Method,
    url: &str,
    headers: Headers,
    body: Option<&str>,
    deadline: &AbortSignal,
) -> Result<(u16, Vec<u8>)> {
    let mut init = RequestInit::new();
    // A redirect would carry the token elsewhere.
    init.with_method(method).with_headers(headers).with_redirect(RequestRedirect::Manual);
    if let Some(body) = body {
        init.with_body(Some(body.into()));
    }
    let request = Request::new_with_init(url, &init)?;
    let mut response: Response = Fetch::Request(request).send_with_signal(deadline).await?;
    Ok((response.status_code(), response.bytes().await?))
}
