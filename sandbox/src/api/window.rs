//! When a user may be sent customer-service messages, and how many: 客服消息下发条数限制.

use std::collections::BTreeMap;
use std::time::Duration;

use super::refusal::Refusal;

/// What a user did that lets the account send messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// Sent a message: 5 in 48 hours.
    Message,
    /// Tapped a menu of type click or scancode, or a `msgmenu`: 3 in a minute.
    Menu,
    /// Followed: 3 in a minute.
    Follow,
    /// Scanned a parametric QR code: 3 in a minute.
    Scan,
}

/// How long after a message the account may pretend to type, and for how long it is shown.
const LISTENING: Duration = Duration::from_secs(30);
const TYPING: Duration = Duration::from_secs(15);

/// The windows of all users.
#[derive(Debug, Default)]
pub(super) struct Windows {
    open: BTreeMap<(String, Trigger), Window>,
    /// Until when a user sees that the account is typing.
    typing: BTreeMap<String, Duration>,
}

#[derive(Debug)]
struct Window {
    opened: Duration,
    closes: Duration,
    left: u32,
}

impl Windows {
    /// Opens a window, or opens it anew.
    pub(super) fn open(&mut self, openid: &str, trigger: Trigger, now: Duration) {
        let (left, length) = match trigger {
            Trigger::Message => (5, Duration::from_hours(48)),
            Trigger::Menu | Trigger::Follow | Trigger::Scan => (3, Duration::from_mins(1)),
        };
        let window = Window { opened: now, closes: now.saturating_add(length), left };
        self.open.insert((openid.to_owned(), trigger), window);
    }

    /// Counts one message, in the window that closes first.
    pub(super) fn take(&mut self, openid: &str, now: Duration) -> Result<(), Refusal> {
        let mut open: Vec<_> = self
            .open
            .iter_mut()
            .filter(|((user, _), window)| user == openid && window.closes > now)
            .map(|(_, window)| window)
            .collect();
        if open.is_empty() {
            return Err(Refusal::OUT_OF_TIME);
        }
        open.retain(|window| window.left > 0);
        let window = open.into_iter().min_by_key(|window| window.closes).ok_or(Refusal::OUT_OF_COUNT)?;
        window.left = window.left.saturating_sub(1);
        Ok(())
    }

    /// Shows a user that the account is typing.
    pub(super) fn start_typing(&mut self, openid: &str, now: Duration) -> Result<(), Refusal> {
        let spoke = self.open.get(&(openid.to_owned(), Trigger::Message));
        if spoke.is_none_or(|window| now.saturating_sub(window.opened) > LISTENING) {
            return Err(Refusal::NO_RECENT_MESSAGE);
        }
        let until = self.typing.entry(openid.to_owned()).or_default();
        if *until > now {
            return Err(Refusal::ALREADY_TYPING);
        }
        *until = now.saturating_add(TYPING);
        Ok(())
    }

    /// Shows it no more.
    pub(super) fn stop_typing(&mut self, openid: &str) {
        self.typing.remove(openid);
    }
}
