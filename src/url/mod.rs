//! URLs, read without a URL library: no IDNA, no percent-decoding, no normalization.

mod public;

pub use public::check_public;

use crate::invalid::Invalid;

/// An absolute `http://` or `https://` URL of visible ASCII characters; its parts are as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebUrl<'u> {
    /// Whether the scheme is `https`.
    pub is_https: bool,
    /// Never empty. An IPv6 address keeps its brackets.
    pub host: &'u str,
    /// The port, if the URL has one.
    pub port: Option<u16>,
    /// Empty, or starts with `/`.
    pub path: &'u str,
    /// Without `?`.
    pub query: Option<&'u str>,
    /// Without `#`.
    pub fragment: Option<&'u str>,
}

/// Why a text is not a [`WebUrl`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotWebUrl {
    /// It contains a space, a control character, a non-ASCII character, or a backslash, which browsers read as `/`.
    Characters,
    /// It starts with neither `https://` nor `http://`.
    Scheme,
    /// It contains a user name.
    UserName,
    /// It has no host, or a port that is not a number.
    Authority,
}

impl<'u> WebUrl<'u> {
    /// Reads a URL. The scheme must be in lowercase.
    pub fn parse(url: &'u str) -> Result<Self, NotWebUrl> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(NotWebUrl::Characters);
        }
        let (is_https, rest) = without_scheme(url).ok_or(NotWebUrl::Scheme)?;
        let (rest, fragment) = split_optional(rest, '#');
        let (rest, query) = split_optional(rest, '?');
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(NotWebUrl::UserName);
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().map_err(|_| NotWebUrl::Authority)?)),
            None => (authority, None),
        };
        if host.is_empty() {
            return Err(NotWebUrl::Authority);
        }
        Ok(Self { is_https, host, port, path, query, fragment })
    }
}

/// The text, if it starts like a web URL. WeChat checks no more than that, and takes non-ASCII URLs.
pub fn http_url<'t>(field: &str, text: &'t str) -> Result<&'t str, Invalid> {
    match without_scheme(text) {
        Some(_) => Ok(text),
        None => Err(Invalid::new(field, "must begin with http:// or https://")),
    }
}

/// A request's path and raw query, cut out of its absolute URL. Each request is routed by it, so it checks nothing.
#[must_use]
pub fn path_and_query(url: &str) -> (&str, &str) {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let target = after_scheme.find('/').and_then(|start| after_scheme.get(start..)).unwrap_or("/");
    target.split_once('?').unwrap_or((target, ""))
}

/// The scheme, the host and the port of a URL, as an `Origin` header writes them.
#[must_use]
pub fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |scheme| scheme.saturating_add(3));
    let length = url.get(host..).and_then(|rest| rest.find(['/', '?', '#']));
    length.and_then(|length| url.get(..host.saturating_add(length))).unwrap_or(url)
}

/// Whether the scheme is `https`, and what follows it; `None` for any scheme but `http` and `https`.
fn without_scheme(url: &str) -> Option<(bool, &str)> {
    let https = url.strip_prefix("https://").map(|rest| (true, rest));
    https.or_else(|| url.strip_prefix("http://").map(|rest| (false, rest)))
}

fn split_optional(text: &str, separator: char) -> (&str, Option<&str>) {
    text.split_once(separator).map_or((text, None), |(before, after)| (before, Some(after)))
}

/// Whether a host is a domain or a subdomain of it; both are in lowercase.
#[must_use]
pub fn is_within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{NotWebUrl, WebUrl, http_url, origin, path_and_query};

    #[test]
    fn a_url_is_taken_apart() {
        let url = WebUrl::parse("https://shop.example.com:8443/hook/a?x=1?&y#top").unwrap();
        let parts = (url.is_https, url.host, url.port, url.path, url.query, url.fragment);
        assert_eq!(parts, (true, "shop.example.com", Some(8443), "/hook/a", Some("x=1?&y"), Some("top")));
        let url = WebUrl::parse("http://127.0.0.1").unwrap();
        let parts = (url.is_https, url.host, url.port, url.path, url.query, url.fragment);
        assert_eq!(parts, (false, "127.0.0.1", None, "", None, None));
        let url = WebUrl::parse("https://[::1]:80?#").unwrap();
        assert_eq!((url.host, url.port, url.query, url.fragment), ("[::1]", Some(80), Some(""), Some("")));
    }

    #[test]
    fn a_text_that_is_no_web_url_is_refused() {
        let refused = |url: &str| WebUrl::parse(url).unwrap_err();
        for url in ["https://例子.cn", "https://a.b/ c", "https://a.b\\@c", "https://a.b\n"] {
            assert_eq!(refused(url), NotWebUrl::Characters, "{url}");
        }
        for url in ["", "a.b", "ftp://a.b", "HTTPS://a.b", "//a.b", "https:/a.b", "javascript:alert(1)"] {
            assert_eq!(refused(url), NotWebUrl::Scheme, "{url}");
        }
        for url in ["https://user@a.b", "https://a.b@127.0.0.1/x", "https://@a.b"] {
            assert_eq!(refused(url), NotWebUrl::UserName, "{url}");
        }
        for url in ["https://", "https:///x", "https://?x", "https://:80", "https://a.b:", "https://a.b:x"] {
            assert_eq!(refused(url), NotWebUrl::Authority, "{url}");
        }
        assert_eq!(refused("https://a.b:65536"), NotWebUrl::Authority);
        assert!(WebUrl::parse("https://a.b/@?@#@").is_ok(), "an @ after the host is no user name");
    }

    #[test]
    fn wechat_looks_at_the_scheme_alone() {
        for url in ["https://例子.cn/页", "http://a b"] {
            assert_eq!(http_url("url", url), Ok(url));
        }
        let refused = http_url("url", "ftp://a.b").unwrap_err();
        assert_eq!(refused.to_string(), "url must begin with http:// or https://");
    }

    #[test]
    fn an_origin_ends_with_the_port() {
        assert_eq!(origin("https://wx.example.com/api/session/get?a=https://b.c/"), "https://wx.example.com");
        assert_eq!(origin("http://127.0.0.1:8787"), "http://127.0.0.1:8787");
        assert_eq!(origin("https://a.b?x"), "https://a.b");
    }

    #[test]
    fn path_and_query_are_cut_out_as_they_are() {
        assert_eq!(path_and_query("https://h:8/callback/a?x=%2f&y#f"), ("/callback/a", "x=%2f&y"));
        assert_eq!(path_and_query("https://h"), ("/", ""));
        assert_eq!(path_and_query("https://h?x"), ("/", ""));
        assert_eq!(path_and_query("/p?a?b"), ("/p", "a?b"));
        for url in ["https://h:8/callback/a?x#f", "https://h:8?x", "https://h:8"] {
            assert_eq!(origin(url), "https://h:8");
        }
    }
}
