//! What each errcode calls for.
//!
//! Manual: 全局返回码说明.

use super::Refusal;

/// What to do about an errcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// What was asked for is already so.
    Nothing,
    /// WeChat is busy: try again in a moment, if the call may be repeated.
    Retry,
    /// The access token is stale: renew it and call again, once.
    RenewToken,
    /// Too often: come again after this many seconds; `None` = when the day, or the month, is over in Beijing.
    Wait(Option<u32>),
    /// The request is wrong and will stay wrong.
    MendInput,
    /// The recipient's state forbids it: not following, refusing, outside the window.
    Recipient,
    /// The operator has something to set up: a secret, the whitelist, a permission.
    TellOperator,
    /// The account is limited, or waits for its administrator's confirmation.
    AskAdministrator,
    /// The user's web authorization has to begin again.
    AuthorizeAgain,
}

/// What an errcode calls for; an unknown one is taken for wrong input, which nobody repeats.
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
        _ => Action::MendInput,
    }
}

/// What to tell whoever called, as a sentence.
#[must_use]
pub fn advice(refusal: &Refusal) -> String {
    match refusal.errcode {
        40164 => refused_address(&refusal.errmsg),
        40125 => "Check WECHAT_APP_SECRET: it is wrong, or was reset in the console.".to_owned(),
        40001 => "The token is refused even after a renewal: check WECHAT_APP_SECRET, and whether something else \
                  forces renewals."
            .to_owned(),
        40013 => "Check WECHAT_APP_ID.".to_owned(),
        40243 => "The AppSecret is frozen; unfreeze it in the console, which takes about ten minutes.".to_owned(),
        48001 => "This account may not use this API; see 接口权限 in the console.".to_owned(),
        45015 => "The user's window is closed: it opens for 48 hours when the user writes, and for a minute when the \
                  user follows, taps the menu or scans a code."
            .to_owned(),
        45047 => "As many messages were sent as the window allows: 5 after a message, 3 after a tap, a follow or a \
                  scan. Wait until the user does something."
            .to_owned(),
        40003 => "Check the OpenID: it belongs to another account, or is none.".to_owned(),
        43004 => "This user does not follow the account.".to_owned(),
        45040 => "The month's quota is used up.".to_owned(),
        48006 => "Quotas were cleared ten times this month; that is all WeChat allows.".to_owned(),
        65303 => "Create a default menu first.".to_owned(),
        errcode => general(action(errcode)).to_owned(),
    }
}

/// The address stands in the errmsg alone: whitelist that one, not what some web page shows.
fn refused_address(errmsg: &str) -> String {
    let address = errmsg
        .split_once("invalid ip ")
        .and_then(|(_, rest)| rest.split([' ', ',']).next())
        .filter(|address| !address.is_empty());
    match address {
        Some(address) => format!(
            "Add {address} to API IP 白名单 in WeChat's console and wait ten minutes; a worker's address changes, so a \
             relay with a fixed one (WECHAT_API_BASE) lasts longer."
        ),
        None => "Add the worker's address to API IP 白名单 in WeChat's console.".to_owned(),
    }
}

const fn general(action: Action) -> &'static str {
    match action {
        Action::Nothing => "It is already so.",
        Action::Retry => "WeChat is busy; try again in a moment.",
        Action::RenewToken => "The access token is stale even after a renewal; does something else renew it?",
        Action::Wait(Some(_)) => "Too often; come again in a minute.",
        Action::Wait(None) => "The quota is used up; it begins anew at midnight in Beijing.",
        Action::MendInput => "Mend the request; as it is it will be refused again.",
        Action::Recipient => "This user cannot be reached that way now.",
        Action::TellOperator => "Something is to be set up in WeChat's console.",
        Action::AskAdministrator => "The account is limited or waits for its administrator; see the console.",
        Action::AuthorizeAgain => "The user has to authorize again.",
    }
}
