//! WeChat's path in a request to the gateway; nothing that could lead elsewhere is accepted.

use std::borrow::Cow;

/// The first segment of every path that the gateway forwards.
///
/// Manual: the paths of its chapters; customer service, cards, statistics, user tokens and mini-program services are
/// not under `/cgi-bin`.
const PREFIXES: [&str; 19] = [
    "cgi-bin",
    "sns",
    "customservice",
    "datacube",
    "card",
    "wxa",
    "wxaapi",
    "semantic",
    "cv",
    "scan",
    "merchant",
    "bizwifi",
    "shakearound",
    "device",
    "product",
    "marketing",
    "nontax",
    "intp",
    "publisher",
];

/// The calls of a web authorization, which have a user's own token or a secret.
///
/// Manual: 网页授权, and 登录 of mini-programs.
const SNS: [&str; 5] = [
    "/sns/oauth2/access_token",
    "/sns/oauth2/refresh_token",
    "/sns/userinfo",
    "/sns/auth",
    "/sns/jscode2session",
];

/// Precedes WeChat's path, for SDKs in which the base URL must have a path.
const OUR_PREFIX: &str = "gw";

/// WeChat's path in a request to the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayPath<'p> {
    /// The account in `/gw/{account}/cgi-bin/...`.
    pub account: Option<&'p str>,
    /// WeChat's path, with its leading slash: `/cgi-bin/...`.
    pub path: &'p str,
}

/// How requests with a path are handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// `/cgi-bin/token` and `/cgi-bin/stable_token`: answered with a credential of ours.
    Token,
    /// `/cgi-bin/ticket/getticket`: the stored ticket for the JS-SDK, forwarded for other types.
    Ticket,
    /// Forwarded with a user's own token, or with the real secret in the place of an API key.
    Sns,
    /// `/cgi-bin/clear_quota/v2`, which has the AppSecret in its body: refused.
    TakesSecret,
    /// `/cgi-bin/showqrcode`: forwarded to another host, without a token.
    QrImage,
    /// Everything else: forwarded with the real token in the place of the credential.
    Call,
}

impl<'p> GatewayPath<'p> {
    /// Reads a path; `None` if it is not one of WeChat's.
    ///
    /// WeChat's paths consist of letters, digits, `_`, `-`, `.` and `/`: no escapes, and no empty or dot segments.
    #[must_use]
    pub fn parse(path: &'p str) -> Option<Self> {
        let rest = path.strip_prefix('/')?;
        let found = match rest.split_once('/') {
            Some((OUR_PREFIX, rest)) => {
                let (account, after) = rest.split_once('/')?;
                // An account may have the name of one of WeChat's prefixes.
                if is_wechats(after) && !account.is_empty() {
                    Self { account: Some(account), path: rest.strip_prefix(account)? }
                } else {
                    is_wechats(rest).then_some(Self { account: None, path: path.strip_prefix("/gw")? })?
                }
            }
            _ => is_wechats(rest).then_some(Self { account: None, path })?,
        };
        found.path.bytes().all(is_plain).then_some(found)
    }

    /// The path for the log: a path that does not look like one of WeChat's, which may contain anything, such as an API key
    /// or an OpenID, is cut after its first segment.
    #[must_use]
    pub fn logged(&self) -> Cow<'p, str> {
        let mut segments = self.path.trim_start_matches('/').split('/');
        let first = segments.next().unwrap_or_default();
        if segments.all(is_logged) { Cow::Borrowed(self.path) } else { Cow::Owned(format!("/{first}/?")) }
    }

    /// The path to decide by: in lowercase, since WeChat's servers may not distinguish case.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.path.to_ascii_lowercase()
    }

    /// Whether a path is one of WeChat's, but for slashes too many.
    #[must_use]
    pub fn is_misspelt(path: &str) -> bool {
        let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
        GatewayPath::parse(&format!("/{}", segments.join("/"))).is_some()
    }

    /// How requests with this path are handled.
    #[must_use]
    pub fn handling(&self) -> Handling {
        match self.canonical().as_str() {
            "/cgi-bin/token" | "/cgi-bin/stable_token" => Handling::Token,
            "/cgi-bin/ticket/getticket" => Handling::Ticket,
            "/cgi-bin/showqrcode" => Handling::QrImage,
            "/cgi-bin/clear_quota/v2" => Handling::TakesSecret,
            path if SNS.contains(&path) => Handling::Sns,
            _ => Handling::Call,
        }
    }
}

/// Whether it consists of one of WeChat's prefixes and at least one segment.
fn is_wechats(path: &str) -> bool {
    let mut segments = path.split('/');
    let is_known =
        segments.next().is_some_and(|first| PREFIXES.iter().any(|prefix| prefix.eq_ignore_ascii_case(first)));
    let mut rest = segments.peekable();
    is_known && rest.peek().is_some() && rest.all(|segment| !matches!(segment, "" | "." | ".."))
}

/// WeChat's segments are words in lower case with at most one digit, such as `get_all_private_template` and `oauth2`.
fn is_logged(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    segment.len() <= 40
        && digits <= 1
        && segment.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.')
}
