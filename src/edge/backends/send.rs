//! Sends messages to users through WeChat's customer-service API.

use crate::backends::{Backend, Delivery, OutboxItem, Sending, Slow};
use crate::edge::bindings::{log, runtime};
use crate::edge::state::capabilities;
use crate::edge::wechat::{Wechat, sent, wechat_error};
use crate::error::Error;
use crate::notice::Notice;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::token::CredentialKind;

use super::run::SEND;
use super::{Dispatcher, random};

impl Dispatcher {
    /// Sends an entry's messages to its user in their order, except those that another run has claimed. Each is claimed right
    /// before it is sent; where that fails, or the calls of this run are spent, the cron trigger sends the rest.
    pub(super) async fn send(&self, sends: &[OutboxItem]) {
        for item in sends {
            // What is reserved for requests to backends stays theirs.
            let Some(env) = self.env.reserve_beside(SEND) else { return };
            let dispatcher = Self { env, ..self.clone() };
            dispatcher.prepare_to_send().await;
            match dispatcher.claim(&item.id).await {
                Ok(Some(delivery)) if !dispatcher.send_one(&delivery).await => return,
                Ok(_) => {}
                Err(error) => {
                    let (account, error) = (self.account.as_str(), &error.to_string());
                    return log::notice(&Notice::SendsPostponed { account, error });
                }
            }
        }
    }

    /// Gets the access token, which may take long, before a message is claimed. A failure shows when it is sent.
    pub(super) async fn prepare_to_send(&self) {
        if let Ok(wechat) = self.wechat() {
            let _ = wechat.credential(CredentialKind::AccessToken).await;
        }
    }

    /// Sends a message that this run has claimed; returns whether those after it may be sent.
    pub(super) async fn send_one(&self, delivery: &Delivery) -> bool {
        let sending = match delivery.custom_message() {
            Some(message) => self.send_to_wechat(&message, &delivery.sender()).await,
            None => Sending::Impossible("it cannot be read".to_owned()),
        };
        if let Sending::Refused { errcode, .. } = &sending {
            let (account, delivery, backend) = (self.account.as_str(), &delivery.id, &delivery.backend);
            log::notice(&Notice::SendRefused { account, delivery, backend, errcode: *errcode });
        }
        let attempt = delivery.attempt(runtime::now(), random());
        let backend = self.settings.backends.find(&delivery.backend);
        let is_kept = sending.cannot_be_sent()
            && backend
                .is_some_and(|backend| matches!(backend, Backend::Assistant(_)) && backend.keeps_answers());
        let stored =
            if is_kept { attempt.kept(&self.account) } else { attempt.sent(&self.account, &sending) };
        self.store_outcome(&delivery.id, &stored).await;
        !matches!(sending, Sending::Again(_))
    }

    /// Shows 对方正在输入 while an assistant thinks, where that can be shown; a failure shows when the answer is sent.
    pub(super) async fn show_typing(&self, backend: &Backend, openid: &str) {
        let Backend::Assistant(assistant) = backend else { return };
        if assistant.assistant.typing
            && self.slow(backend) == Slow::CustomerService
            && let Ok(wechat) = self.wechat()
        {
            let _ = wechat.call(&custom_message::typing(openid, true)).await;
        }
    }

    async fn send_to_wechat(&self, message: &CustomMessage, sender: &str) -> Sending {
        let wechat = match self.wechat() {
            Ok(wechat) => wechat,
            Err(error) => return Sending::Impossible(error.to_string()),
        };
        // Without a token nothing was sent.
        if let Err(error) = wechat.credential(CredentialKind::AccessToken).await {
            return Sending::Again(error.to_string());
        }
        let outcome = wechat.call(&custom_message::send(message)).await.map_err(wechat_error);
        let sending = Sending::of(&outcome);
        if let Some(store) =
            capabilities::seen(&self.account, custom_message::SEND_PATH, sending.errcode(), &self.env)
        {
            store.await;
        }
        if !matches!(sending, Sending::Again(_)) {
            sent::record(message, (&self.account, sender), sending.errcode(), &self.env).await;
        }
        sending
    }
    fn wechat(&self) -> Result<Wechat<'_>, Error> {
        let account = self.config.account(Some(&self.account))?;
        Wechat::new(&self.env, None, self.config.wechat_api()?, account)
    }
}
