//! Sends messages to users through WeChat's customer-service API.

use crate::backends::{Delivery, DeliveryRow, OutboxItem, Sending, take};
use crate::edge::bindings::{d1, log, runtime};
use crate::edge::wechat::{Wechat, sent, wechat_error};
use crate::error::Error;
use crate::notice::Notice;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::token::CredentialKind;

use super::{Dispatcher, random};

impl Dispatcher {
    /// Sends those messages to users that no other run has claimed.
    pub(super) async fn send(&self, sends: &[OutboxItem]) {
        if sends.is_empty() {
            return;
        }
        let ids: Vec<String> = sends.iter().map(|item| item.id.clone()).collect();
        let taken: Result<Vec<DeliveryRow>, Error> =
            d1::rows(&self.env, &take(&self.account, &ids, runtime::now())).await;
        match taken {
            Ok(rows) => {
                let taken: Vec<Delivery> = rows.into_iter().filter_map(Delivery::from_row).collect();
                for id in ids {
                    if let Some(delivery) = taken.iter().find(|delivery| delivery.id == id) {
                        self.send_one(delivery).await;
                    }
                }
            }
            Err(error) => {
                let (account, error) = (self.account.as_str(), &error.to_string());
                log::notice(&Notice::SendsPostponed { account, error });
            }
        }
    }

    pub(super) async fn send_one(&self, delivery: &Delivery) {
        let sending = match delivery.custom_message() {
            Some(message) => self.send_to_wechat(&message, &delivery.sender()).await,
            None => Sending::Impossible("it cannot be read".to_owned()),
        };
        if let Sending::Refused { errcode, .. } = &sending {
            let (account, delivery, backend) = (self.account.as_str(), &delivery.id, &delivery.backend);
            log::notice(&Notice::SendRefused { account, delivery, backend, errcode: *errcode });
        }
        let attempt = delivery.attempt(runtime::now(), random());
        self.store_outcome(&delivery.id, &attempt.sent(&self.account, &sending)).await;
    }

    async fn send_to_wechat(&self, message: &CustomMessage, sender: &str) -> Sending {
        let wechat = || {
            let account = self.config.account(Some(&self.account))?;
            Wechat::new(&self.env, None, self.config.wechat_api()?, account)
        };
        let wechat = match wechat() {
            Ok(wechat) => wechat,
            Err(error) => return Sending::Impossible(error.to_string()),
        };
        // Without a token nothing was sent.
        if let Err(error) = wechat.credential(CredentialKind::AccessToken).await {
            return Sending::Again(error.to_string());
        }
        let outcome = wechat.call(&custom_message::send(message)).await.map_err(wechat_error);
        let sending = Sending::of(&outcome);
        if !matches!(sending, Sending::Again(_)) {
            sent::record(message, (&self.account, sender), sending.errcode(), &self.env).await;
        }
        sending
    }
}
