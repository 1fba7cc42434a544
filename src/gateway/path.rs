//! Which of WeChat's paths a request names, and nothing that could lead elsewhere.

/// The first segment of every path the gateway hands on.
///
/// Manual: the chapters' own paths; customer service, cards, statistics, user tokens and mini-program services
/// stand beside `/cgi-bin`.
const PREFIXES: [&str; 18] = [
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
];

/// The calls of a web authorization, which carry a user's own token or a secret.
///
/// Manual: 网页授权, and 登录 of mini-programs.
const SNS: [&str; 5] = [
    "/sns/oauth2/access_token",
    "/sns/oauth2/refresh_token",
    "/sns/userinfo",
    "/sns/auth",
    "/sns/jscode2session",
];

/// In front of WeChat's path, for SDKs that can set a path but not a host of their own.
const OUR_PREFIX: &str = "gw";

/// A path of WeChat's, as a request to us names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GatewayPath<'p> {
    /// The account in front of it: `/gw/{account}/cgi-bin/...`.
    pub account: Option<&'p str>,
    /// WeChat's own, with its slash: `/cgi-bin/...`.
    pub path: &'p str,
}

/// What is done with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handling {
    /// `/cgi-bin/token` and `/cgi-bin/stable_token`: a credential of ours.
    Token,
    /// `/cgi-bin/ticket/getticket`: ours for the JS-SDK, WeChat's for anything else.
    Ticket,
    /// A user's own token, or a code for which the real secret is put in.
    Sns,
    /// `/cgi-bin/clear_quota/v2`, which takes the AppSecret in its body.
    TakesSecret,
    /// `/cgi-bin/showqrcode`: a picture on another host, which needs no token.
    QrImage,
    /// Everything else: our credential out, the real token in.
    Call,
}

impl<'p> GatewayPath<'p> {
    /// Reads a path; `None` if it is none of WeChat's.
    ///
    /// WeChat's paths are letters, digits, `_`, `-` and `.`, so that nothing escaped, empty or dotted is one.
    #[must_use]
    pub fn parse(path: &'p str) -> Option<Self> {
        let rest = path.strip_prefix('/')?;
        let found = match rest.split_once('/') {
            Some((OUR_PREFIX, rest)) => {
                let (account, after) = rest.split_once('/')?;
                // An account may be called like a prefix of WeChat's.
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

    /// What is done with it.
    #[must_use]
    pub fn handling(&self) -> Handling {
        match self.path {
            "/cgi-bin/token" | "/cgi-bin/stable_token" => Handling::Token,
            "/cgi-bin/ticket/getticket" => Handling::Ticket,
            "/cgi-bin/showqrcode" => Handling::QrImage,
            "/cgi-bin/clear_quota/v2" => Handling::TakesSecret,
            path if SNS.contains(&path) => Handling::Sns,
            _ => Handling::Call,
        }
    }
}

/// Whether it begins with a prefix of WeChat's and goes on with proper segments.
fn is_wechats(path: &str) -> bool {
    let mut segments = path.split('/');
    let is_known = segments.next().is_some_and(|first| PREFIXES.contains(&first));
    let mut rest = segments.peekable();
    is_known && rest.peek().is_some() && rest.all(|segment| !matches!(segment, "" | "." | ".."))
}

const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'-' | b'.')
}
