//! What to do about each errcode.
//!
//! Manual: 全局返回码说明.

use super::Refusal;

/// What to do about an errcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The requested state is already there.
    Nothing,
    /// WeChat is busy: retry in a moment, if the call may be repeated.
    Retry,
    /// The access token is stale: renew it, and repeat the call once.
    RenewToken,
    /// Too many calls: wait this many seconds; `None` = until the day, or the month, ends in Beijing.
    Wait(Option<u32>),
    /// The request is wrong, and repeating it does not help.
    FixRequest,
    /// The recipient's state forbids it: not a follower, messages refused, reply window closed.
    Recipient,
    /// The operator has to set up something: a secret, the IP whitelist, a permission.
    TellOperator,
    /// The account is restricted, or waits for its administrator's confirmation.
    AskAdministrator,
    /// The user has to authorize the web page again.
    AuthorizeAgain,
}

/// What to do about an errcode; an unknown one counts as a wrong request, which is not repeated.
#[must_use]
pub const fn action(errcode: i64) -> Action {
    match errcode {
        45081 | 45065 | 65407 | 65408 | 65413 | 88004 | 88005 => Action::Nothing,
        -1 | 268_487_001 | 268_487_002 | 9_001_002 | 45169 | 45171 | 46007 | 61450 => Action::Retry,
        40001 | 40014 | 42001 | 48012 => Action::RenewToken,
        45011 | 45066 => Action::Wait(Some(60)),
        45009 | 45010 | 45028 | 45040 | 45061 | 45093 | 45101 | 45102 | 45104 | 42010 | 48006 | 53501
        | 43100 | 61503 => Action::Wait(None),
        40003 | 43004 | 43005 | 43019 | 43101 | 45015 | 45047 | 45080 | 46004 | 48002 | 50005 | 65302
        | 65315 | 65414 | 65415 | 70000 => Action::Recipient,
        40013 | 40028 | 40037 | 40125 | 40164 | 40165 | 40166 | 40200 | 40243 | 41030 | 45026 | 45027
        | 45029 | 45034 | 45035 | 45056 | 45062 | 45064 | 45103 | 45109 | 45113 | 48001 | 48003 | 48008
        | 48009 | 48015 | 49001 | 53504 | 53505 | 61003 | 61004 | 61007 | 61023 | 65305 | 65306 | 65309
        | 65319 | 65400 | 65402 | 76003 | 88000 | 101_002 | 200_012 | 200_013 => Action::TellOperator,
        43106
        | 43116
        | 45087
        | 48004
        | 50002
        | 50004
        | 50007
        | 53500
        | 88002
        | 88011
        | 89501
        | 89503..=89507
        | 200_011 => Action::AskAdministrator,
        40029 | 40030 | 40163 | 42002 | 42003 | 42007 | 50001 => Action::AuthorizeAgain,
        _ => Action::FixRequest,
    }
}

/// What to tell the caller, as a sentence.
#[must_use]
pub fn advice(refusal: &Refusal) -> String {
    match refusal.errcode {
        40164 | 45035 | 61004 => refused_address(&refusal.errmsg),
        40125 => "Check WECHAT_APP_SECRET: it is wrong, or was reset in WeChat's console.".to_owned(),
        40001 => "The token is refused even after a renewal: check WECHAT_APP_SECRET, and whether another program \
                  forces renewals."
            .to_owned(),
        40013 => "Check WECHAT_APP_ID.".to_owned(),
        40243 => "The AppSecret is frozen; unfreeze it in WeChat's console, which takes about ten minutes.".to_owned(),
        48001 => "This account may not use this API; see 接口权限 in WeChat's console.".to_owned(),
        45015 => "The reply window is closed: it opens for 48 hours when the user writes, and for a minute when the \
                  user follows, taps the menu or scans a code."
            .to_owned(),
        45047 => "The user was sent as many messages as the reply window allows: 5 after a message, 3 after a tap, a follow or a \
                  scan. Wait until the user does something."
            .to_owned(),
        40003 => "Check the OpenID: it is invalid, or belongs to another account.".to_owned(),
        43004 => "This user does not follow the account.".to_owned(),
        40037 => "Check the template_id; template/list shows them.".to_owned(),
        45026 | 200_012 => "The account has as many templates as WeChat allows, 25; delete one first.".to_owned(),
        40165 | 40166 | 41030 | 45064 => "Check the appid and the path of the mini program: it has to be linked to the \
                                          account in WeChat's console, and the page released."
            .to_owned(),
        45029 => "The account's permanent QR codes are used up; create temporary ones.".to_owned(),
        45034 => "The account has as much permanent material as WeChat allows; delete some first.".to_owned(),
        45056 => "The account has as many tags as WeChat allows, 100; delete one first.".to_owned(),
        65305 => "The account has as many conditional menus as WeChat allows; delete one first.".to_owned(),
        45103 | 45109 | 48009 => "WeChat has withdrawn this API.".to_owned(),
        45040 => "The month's quota is used up.".to_owned(),
        48006 => "Quotas were cleared ten times this month; that is all WeChat allows.".to_owned(),
        65303 => "Create a default menu first.".to_owned(),
        errcode => general(action(errcode)).to_owned(),
    }
}

/// The address in an errmsg that refuses it. Only there is the one that WeChat saw, which has to be added to the IP
/// whitelist.
#[must_use]
pub fn refused_ip(errmsg: &str) -> Option<&str> {
    errmsg
        .split_once("invalid ip ")
        .and_then(|(_, rest)| rest.split([' ', ',']).next())
        // The rest of an errmsg is not logged.
        .filter(|address| address.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')))
        .filter(|address| !address.is_empty())
}

fn refused_address(errmsg: &str) -> String {
    match refused_ip(errmsg) {
        Some(address) => format!(
            "Add {address} to API IP 白名单 in WeChat's console and wait ten minutes; a worker's address changes, so a \
             relay with a fixed one (WECHAT_API_BASE) lasts longer."
        ),
        None => "Add the worker's address to API IP 白名单 in WeChat's console.".to_owned(),
    }
}

const fn general(action: Action) -> &'static str {
    match action {
        Action::Nothing => "Nothing to do: it is already so.",
        Action::Retry => "WeChat is busy; try again in a moment.",
        Action::RenewToken => {
            "The access token is stale even after a renewal; check whether another program renews it."
        }
        Action::Wait(Some(_)) => "Too many calls; try again in a minute.",
        Action::Wait(None) => "The quota is used up; it is reset at midnight in Beijing.",
        Action::FixRequest => "Fix the request: repeated as it is, it will be refused again.",
        Action::Recipient => "This user cannot be reached that way now.",
        Action::TellOperator => "Something has to be set up in WeChat's console.",
        Action::AskAdministrator => {
            "The account is restricted or waits for its administrator; see WeChat's console."
        }
        Action::AuthorizeAgain => "The user has to authorize the web page again.",
    }
}
