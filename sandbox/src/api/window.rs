//! When and how many customer-service messages the account may send to a user: 客服消息下发条数限制.

use std::collections::BTreeMap;
use std::time::Duration;

use super::refusal::Refusal;

/// A user's action that allows the account to send messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// The user sent a message: 5 in 48 hours.
    Message,
    /// The user tapped a menu button of type click or scancode, or a `msgmenu`: 3 in a minute.
    Menu,
    /// The user followed the account: 3 in a minute.
    Follow,
    /// The user scanned a parametric QR code: 3 in a minute.
    Scan,
}

/// How long after a message the account may show that it is typing.
const LISTENING: Duration = Duration::from_secs(30);
/// How long the user sees that the account is typing.
const TYPING: Duration = Duration::from_secs(15);

/// The windows of all users.
#[derive(Debug, Default)]
pub(super) struct Windows {
    open: BTreeMap<(String, Trigger), Window>,
    /// Until when each user sees that the account is typing.
    typing: BTreeMap<String, Duration>,
}

#[derive(Debug)]
struct Window {
    opened: Duration,
    closes: Duration,
    left: u32,
}

impl Windows {
    /// Opens or renews a window.
    pub(super) fn open(&mut self, openid: &str, trigger: Trigger, now: Duration) {
        let (left, length) = match trigger {
            Trigger::Message => (5, Duration::from_hours(48)),
            Trigger::Menu | Trigger::Follow | Trigger::Scan => (3, Duration::from_mins(1)),
        };
        let window = Window { opened: now, closes: now.saturating_add(length), left };
        self.open.insert((openid.to_owned(), trigger), window);
    }

    /// Closes all windows of a user.
    pub(super) fn close(&mut self, openid: &str) {
        self.open.retain(|(user, _), _| user != openid);
    }

    /// Counts a message, in the window that closes first.
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

    /// Starts to show a user that the account is typing.
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

    /// Stops showing a user that the account is typing.
    pub(super) fn stop_typing(&mut self, openid: &str) {
        self.typing.remove(openid);
    }
}
