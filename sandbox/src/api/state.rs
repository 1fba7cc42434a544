//! The platform's state of its only account (公众号).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::account::Account;

use super::clock::Clock;
use super::display::Displayed;
use super::media::Media;
use super::menu::Menus;
use super::qrcode::QrCodes;
use super::quota::Quotas;
use super::template::Templates;
use super::ticket::Tickets;
use super::token::Tokens;
use super::window::Windows;
use super::world::World;

/// The state that calls read and change.
#[derive(Debug)]
pub(super) struct State {
    pub account: Account,
    pub clock: Clock,
    pub tokens: Tokens,
    pub tickets: Tickets,
    pub quotas: Quotas,
    pub media: Media,
    pub menus: Menus,
    pub templates: Templates,
    pub windows: Windows,
    pub qrcodes: QrCodes,
    pub world: World,
    /// The messages that each user received, by OpenID, in order.
    pub inboxes: BTreeMap<String, Vec<Value>>,
    /// Whether messages to users are printed as well.
    pub is_displayed: bool,
}

impl State {
    pub(super) fn new(account: Account) -> Self {
        Self {
            account,
            clock: Clock::default(),
            tokens: Tokens::default(),
            tickets: Tickets::default(),
            quotas: Quotas::default(),
            media: Media::default(),
            menus: Menus::default(),
            templates: Templates::default(),
            windows: Windows::default(),
            qrcodes: QrCodes::default(),
            world: World::default(),
            inboxes: BTreeMap::new(),
            is_displayed: false,
        }
    }

    /// Delivers a message to a user.
    pub(super) fn show(&mut self, openid: &str, message: &Value) {
        if self.is_displayed {
            println!("{}", Displayed { openid, message });
        }
        self.inboxes.entry(openid.to_owned()).or_default().push(message.clone());
    }
}
