//! What a browser says about a request, and the console's cookie in it.

use crate::url::{WebUrl, origin};

/// A request, and what its headers say about where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// Whether it is a `GET`, and changes nothing.
    pub is_get: bool,
    /// The request's own URL.
    pub url: &'a str,
    /// `Sec-Fetch-Site`
    pub sec_fetch_site: Option<&'a str>,
    /// `Origin`
    pub origin: Option<&'a str>,
    /// `Referer`
    pub referer: Option<&'a str>,
}

impl Origin<'_> {
    /// Whether a page of this worker sent the request.
    ///
    /// Browsers before 2023 send `Origin` alone, and only with a `POST`. With a `GET`, such as that of a picture, they send at
    /// most a `Referer`, and the console's pages none: that the cookie is there, which is `SameSite=Strict`, has to do. A
    /// page of a neighbouring subdomain could then ask for a picture, and not read it.
    #[must_use]
    pub fn is_own(self) -> bool {
        let own = origin(self.url);
        match (self.sec_fetch_site, self.origin) {
            (Some(site), _) => site == "same-origin",
            (None, Some(sender)) => sender == own,
            (None, None) => self.is_get && self.referer.is_none_or(|referer| origin(referer) == own),
        }
    }
}

/// Whether a `Content-Type` is JSON. Another site can send a form, but no JSON without asking first.
#[must_use]
pub fn is_json(content_type: Option<&str>) -> bool {
    let kind = content_type.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("application/json")
}

/// Whether a request was sent to this machine, as in development: on Cloudflare, no request is.
#[must_use]
pub fn is_local(url: &str) -> bool {
    WebUrl::parse(url).is_ok_and(|url| matches!(url.host, "127.0.0.1" | "localhost"))
}

/// The console's cookie.
///
/// With https its name begins with `__Host-`, so that only this host can have set it, and no page of a neighbouring
/// subdomain. Such a cookie needs `Path=/`: that it counts for `/api/` alone is for the worker to decide anyway.
/// With http, as in development, Safari refuses cookies that are `Secure`, and the prefix needs that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookie {
    is_https: bool,
}

impl Cookie {
    /// The cookie for requests to this URL.
    #[must_use]
    pub fn of(url: &str) -> Self {
        Self { is_https: url.starts_with("https://") }
    }

    /// The cookie's value in a `Cookie` header.
    #[must_use]
    pub fn value(self, header: &str) -> Option<&str> {
        let mut cookies = header.split(';').filter_map(|cookie| cookie.trim().split_once('='));
        cookies.find(|(name, _)| *name == self.name()).map(|(_, value)| value)
    }

    /// A `Set-Cookie` header; `max_age` is in seconds, and 0 removes the cookie.
    #[must_use]
    pub fn set(self, value: &str, max_age: u64) -> String {
        let scope = if self.is_https { "Path=/; Secure" } else { "Path=/api" };
        format!("{}={value}; {scope}; HttpOnly; SameSite=Strict; Max-Age={max_age}", self.name())
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        if self.is_https { "__Host-mp_session" } else { "mp_session" }
    }
}
