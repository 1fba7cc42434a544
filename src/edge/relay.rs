//! The backends' story: told and asked behind the answer or before it, and what was cut off taken up again.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, join_all, select};
use serde_json::Value;
use worker::{Context, Delay, Env};

use crate::callback::{Message, Reply, trial};
use crate::config::Config;
use crate::error::Error;
use crate::inbox::{Entry, Follow, FollowMode, insert_sent};
use crate::json::from_value;
use crate::relay::{
    self, About, Delivery, DeliveryRow, EntryKey, KeptRow, MAX_ANSWER_BYTES, Mode, Outcome, Sending,
    Settlement, Slow, WaitingRow, Webhook, check_url, done, failed, handed_out, next_attempt, oldest_kept,
    take, take_due, tell, waiting,
};
use crate::settings::{Edit, Settings};
use crate::sql::Statement;
use crate::time::Timestamp;
use crate::wechat::custom_message::{self, CustomMessage};
use crate::wechat::token::CredentialKind;
use crate::wechat::{self};

use super::bindings::{d1, fetch, runtime};
use super::settings;
use super::wechat::Wechat;

/// WeChat hangs up after five seconds, and delivers again; an answer before that would end it.
const PAST_WECHATS_PATIENCE: i64 = 5500;
/// Between two looks whether the answer is there, in milliseconds.
const BETWEEN_LOOKS: u64 = 300;
/// The passive reply's head start on those that follow it.
const BEFORE_FURTHER_REPLIES: Duration = Duration::from_secs(1);
/// How many webhooks are called at once: a worker may hold six connections.
const AT_ONCE: usize = 5;

/// One account's backends.
#[derive(Clone)]
pub(super) struct Relay {
    pub(super) env: Env,
    pub(super) config: Rc<Config>,
    pub(super) settings: Rc<Settings>,
    pub(super) account: String,
}

/// What came of asking.
pub(super) enum Asked {
    /// This is the passive reply; none is silence.
    Reply(Option<Reply>),
    /// There is no answer for this delivery.
    Late,
}

impl Relay {
    /// The answer that waits for a user, if the account keeps any.
    pub(super) async fn kept(&self, openid: &str) -> Option<KeptRow> {
        if !self.settings.webhooks.keep_answers() {
            return None;
        }
        let rows = d1::rows(&self.env, &oldest_kept(&self.account, openid)).await;
        rows.unwrap_or_else(|error| {
            self.complain("kept answers cannot be read", &error.to_string());
            Vec::new()
        })
        .into_iter()
        .next()
    }

    /// A kept answer is this delivery's.
    pub(super) async fn fetched(&self, openid: &str, kept: &KeptRow) {
        let fetched = relay::fetched(&self.account, openid, kept);
        if let Err(error) = d1::rows::<()>(&self.env, &fetched).await {
            self.complain("a fetched answer is still kept", &error.to_string());
        }
    }

    /// Asks what to answer, and waits as long as WeChat does; `started` is when the delivery came, in milliseconds.
    pub(super) async fn ask(
        &self,
        message: Message,
        entry: &Entry,
        started: i64,
        context: &Context,
    ) -> Asked {
        let Some(first) = self.settings.webhooks.asked(&message).next().cloned() else { return Asked::Late };
        let key = EntryKey::of(entry);
        let about = About::entry(entry);
        let relay = self.clone();
        let id = key.delivery_id(&self.account, &first.id);
        let question = Box::pin(async move { relay.question(&id, &message, &about, false).await });
        let left = i64::from(first.budget).saturating_sub(runtime::milliseconds().saturating_sub(started));
        match select(question, Delay::from(milliseconds(left))).await {
            Either::Left((Some(replies), _)) => self.in_time(&first, &key, replies, context).await,
            Either::Left((None, _)) => self.told(&first, &key).await,
            Either::Right(((), question)) => {
                let (relay, webhook) = (self.clone(), first.clone());
                context.wait_until(async move {
                    if let Some(replies) = question.await {
                        relay.late(&webhook, &key, replies).await;
                    }
                });
                if first.slow == Slow::NextDelivery {
                    self.outwait(started).await;
                }
                Asked::Late
            }
        }
    }

    /// A repeated delivery whose answer is there: the same once more, which nobody has to fetch then.
    pub(super) async fn again(&self, message: &Message, entry: &Entry, reply: Reply) -> Asked {
        if self.settings.webhooks.keep_answers()
            && let Some(webhook) = self.settings.webhooks.asked(message).next()
        {
            self.hand_out(webhook, &EntryKey::of(entry), &reply).await;
        }
        Asked::Reply(Some(reply))
    }

    /// A repeated delivery, while its answer is still on its way: waits for that as long as WeChat does.
    pub(super) async fn wait_for_answer(&self, message: &Message, entry: &Entry, started: i64) -> Asked {
        let asked = self.settings.webhooks.asked(message).next();
        let Some(webhook) = asked.filter(|webhook| webhook.slow == Slow::NextDelivery) else {
            return Asked::Late;
        };
        let key = EntryKey::of(entry);
        let mut first = entry.received_at;
        loop {
            let row = self.waiting(&key).await;
            first = row.as_ref().map_or(first, |(.., received_at)| Timestamp::from_seconds(*received_at));
            match row {
                Some((Some(reply), ..)) => {
                    let reply = Reply::from_json(&reply).ok().flatten();
                    if let Some(reply) = &reply {
                        self.hand_out(webhook, &key, reply).await;
                    }
                    return Asked::Reply(reply);
                }
                Some((None, outcome, _)) if outcome != "relayed" => return Asked::Reply(None),
                _ => {}
            }
            let waited = runtime::milliseconds().saturating_sub(started);
            if waited >= i64::from(webhook.budget) {
                break;
            }
            Delay::from(Duration::from_millis(BETWEEN_LOOKS)).await;
        }
        if relay::is_last_delivery(first, entry.received_at) {
            return self.told(webhook, &key).await;
        }
        self.outwait(started).await;
        Asked::Late
    }

    async fn waiting(&self, key: &EntryKey) -> Option<WaitingRow> {
        d1::rows(&self.env, &waiting(&self.account, key)).await.unwrap_or_default().into_iter().next()
    }

    /// Past the point where WeChat takes an answer: then it delivers again.
    async fn outwait(&self, started: i64) {
        let waited = runtime::milliseconds().saturating_sub(started);
        Delay::from(milliseconds(PAST_WECHATS_PATIENCE.saturating_sub(waited))).await;
    }

    /// The user learns how to get the answer, where it cannot be sent.
    async fn told(&self, webhook: &Webhook, key: &EntryKey) -> Asked {
        if webhook.slow != Slow::NextDelivery {
            return Asked::Late;
        }
        match d1::rows::<(i64,)>(&self.env, &tell(&self.account, key, &webhook.fetch_text)).await {
            Ok(rows) if !rows.is_empty() => Asked::Reply(Some(webhook.fetch_text.clone())),
            Ok(_) => Asked::Late,
            Err(error) => {
                self.complain("a user is not told of a late answer", &error.to_string());
                Asked::Late
            }
        }
    }

    async fn in_time(
        &self,
        webhook: &Webhook,
        key: &EntryKey,
        replies: Vec<Reply>,
        context: &Context,
    ) -> Asked {
        let digest = key.digest(&self.account);
        let settlement = Settlement::in_time(replies, may_send(webhook), &key.openid, &digest);
        // What cannot be noted is not said either: it is asked for again, and nobody gets it twice.
        if !self.settle(webhook, key, &settlement).await {
            return Asked::Late;
        }
        let reply = settlement.passive.clone();
        let relay = self.clone();
        context.wait_until(async move {
            Delay::from(BEFORE_FURTHER_REPLIES).await;
            relay.send(&settlement.sends).await;
        });
        Asked::Reply(reply)
    }

    async fn late(&self, webhook: &Webhook, key: &EntryKey, replies: Vec<Reply>) {
        let digest = key.digest(&self.account);
        let settlement = Settlement::late(replies, may_send(webhook), &key.openid, &digest);
        if self.settle(webhook, key, &settlement).await {
            self.send(&settlement.sends).await;
        }
    }

    /// Whether the answer is the user's now, and was not before.
    async fn settle(&self, webhook: &Webhook, key: &EntryKey, settlement: &Settlement) -> bool {
        if settlement.lost > 0 {
            self.complain("a backend's reply cannot be sent", "it can only be a passive one");
        }
        let delivery = key.delivery_id(&self.account, &webhook.id);
        let statements = settlement.statements(&self.account, key, &delivery, runtime::now());
        let mut is_sure = true;
        let settled = match d1::transaction(d1::DEADLINE, &self.env, &statements).await {
            Err(_) => {
                is_sure = false;
                d1::transaction(d1::DEADLINE, &self.env, &statements).await
            }
            settled => settled,
        };
        match settled {
            Ok(counts) if counts.iter().any(|rows| *rows > 0) => true,
            Ok(_) if is_sure => false,
            // The first time may have done it, and not said so.
            Ok(_) => self.waiting(key).await.is_some_and(|row| settlement.is(&row)),
            Err(error) => {
                self.complain("a backend's answer is not noted", &error.to_string());
                false
            }
        }
    }

    async fn hand_out(&self, webhook: &Webhook, key: &EntryKey, reply: &Reply) {
        let delivery = key.delivery_id(&self.account, &webhook.id);
        let statement = handed_out(&self.account, &key.openid, &delivery, reply);
        if let Err(error) = d1::rows::<()>(&self.env, &statement).await {
            self.complain("an answer is still kept", &error.to_string());
        }
    }

    /// The replies of the first backend that has an answer.
    async fn question(
        &self,
        id: &str,
        message: &Message,
        about: &About,
        redelivery: bool,
    ) -> Option<Vec<Reply>> {
        for webhook in self.settings.webhooks.asked(message) {
            let outcome = self.call(webhook, (id, FollowMode::Respond), redelivery, about).await;
            match outcome.fitting(message.trigger()) {
                Outcome::Answered(replies) => return Some(replies),
                Outcome::Gone => self.switch_off(webhook).await,
                Outcome::Failed { error, .. } => self.complain("a webhook failed", &error),
                Outcome::Told => {}
            }
        }
        None
    }

    /// One attempt.
    pub(super) async fn call(
        &self,
        webhook: &Webhook,
        (id, mode): (&str, FollowMode),
        redelivery: bool,
        about: &About,
    ) -> Outcome {
        if let Err(invalid) = check_url(&webhook.url, self.config.webhook_allow_private()) {
            return Outcome::failed(invalid.to_string());
        }
        let Ok(root) = self.config.root_api_key() else {
            return Outcome::failed("ROOT_API_KEY is missing, and signatures need it");
        };
        let signing = (root, self.account.as_str());
        let request = relay::request(signing, webhook, (id, mode), redelivery, about, runtime::now());
        let limit = if webhook.mode == Mode::Respond { MAX_ANSWER_BYTES } else { 0 };
        let answer =
            fetch::post_webhook(&webhook.url, &request.headers, &request.body, webhook.timeout, limit).await;
        match answer {
            Err(error) => Outcome::failed(error),
            Ok(answer) if webhook.mode == Mode::Respond => {
                Outcome::of_question(answer.status, answer.retry_after.as_deref(), &answer.body)
            }
            Ok(answer) => Outcome::of_notification(answer.status, answer.retry_after.as_deref()),
        }
    }

    /// What follows from an entry that has just been filed.
    pub(super) async fn follow(&self, entry: &Entry) {
        let about = About::entry(entry);
        let told = entry.follow.iter().filter(|follow| follow.mode == FollowMode::Notify);
        join_all(told.map(|follow| self.notify_first(follow, entry, &about))).await;
        let sends: Vec<Follow> =
            entry.follow.iter().filter(|follow| follow.mode == FollowMode::Send).cloned().collect();
        if !sends.is_empty() {
            // WeChat shows messages in the order in which it gets them, and our answer is on its way.
            Delay::from(BEFORE_FURTHER_REPLIES).await;
            self.send(&sends).await;
        }
    }

    async fn notify_first(&self, follow: &Follow, entry: &Entry, about: &About) {
        let Some(webhook) = self.settings.webhooks.find(&follow.webhook) else { return };
        let outcome = self.call(webhook, (&follow.id, follow.mode), false, about).await;
        self.conclude(webhook, &follow.id, 1, entry.received_at, outcome).await;
    }

    /// Notes what an attempt came to.
    async fn conclude(
        &self,
        webhook: &Webhook,
        id: &str,
        attempts: i64,
        made_at: Timestamp,
        outcome: Outcome,
    ) {
        let statement = match outcome {
            Outcome::Told | Outcome::Answered(_) => done(&self.account, id),
            Outcome::Gone => {
                self.switch_off(webhook).await;
                failed(&self.account, id, attempts, None, "it answered 410, and is switched off")
            }
            Outcome::Failed { error, retry_after } => {
                let [random] = runtime::random().unwrap_or([128]);
                let times = (made_at, runtime::now());
                let next = next_attempt(webhook.mode, attempts, times, retry_after, random);
                failed(&self.account, id, attempts, next, &error)
            }
        };
        self.note(&statement).await;
    }

    async fn switch_off(&self, webhook: &Webhook) {
        let edit = Edit::SwitchOffWebhook { id: webhook.id.clone() };
        let by = ("mp-worker", "webhook/410");
        if let Err(error) = settings::change(&self.account, &edit, None, by, &self.env).await {
            self.complain("a webhook is not switched off", &error.to_string());
        }
    }

    /// Sends messages to users, as far as nobody else has begun to.
    async fn send(&self, sends: &[Follow]) {
        if sends.is_empty() {
            return;
        }
        let ids: Vec<String> = sends.iter().map(|follow| follow.id.clone()).collect();
        let taken: Result<Vec<DeliveryRow>, Error> =
            d1::rows(&self.env, &take(&self.account, &ids, runtime::now())).await;
        match taken {
            Ok(rows) => {
                let mut deliveries: Vec<Delivery> = rows.into_iter().filter_map(Delivery::from_row).collect();
                deliveries.sort_by_cached_key(|delivery| ids.iter().position(|id| *id == delivery.id));
                for delivery in deliveries {
                    self.send_one(&delivery).await;
                }
            }
            Err(error) => self.complain("messages are left to the cron trigger", &error.to_string()),
        }
    }

    async fn send_one(&self, delivery: &Delivery) {
        let message: Option<CustomMessage> =
            delivery.message.as_ref().and_then(|message| from_value(message).ok());
        let sending = match &message {
            Some(message) => self.send_to_wechat(message).await,
            None => Sending::GivenUp("it cannot be read".to_owned()),
        };
        let statement = match sending {
            Sending::Sent => done(&self.account, &delivery.id),
            Sending::GivenUp(error) => failed(&self.account, &delivery.id, delivery.attempts, None, &error),
            Sending::Again(error) => {
                let [random] = runtime::random().unwrap_or([128]);
                let times = (delivery.made_at, runtime::now());
                let next = next_attempt(Mode::Respond, delivery.attempts, times, None, random);
                failed(&self.account, &delivery.id, delivery.attempts, next, &error)
            }
        };
        self.note(&statement).await;
    }

    async fn send_to_wechat(&self, message: &CustomMessage) -> Sending {
        let wechat = || {
            let account = self.config.account(Some(&self.account))?;
            Wechat::new(&self.env, None, self.config.wechat_api()?, account)
        };
        let wechat = match wechat() {
            Ok(wechat) => wechat,
            Err(error) => return Sending::GivenUp(error.to_string()),
        };
        // Without a token nothing was sent.
        if let Err(error) = wechat.credential(CredentialKind::AccessToken).await {
            return Sending::Again(error.to_string());
        }
        let outcome: Result<Value, wechat::Error> =
            wechat.call(&custom_message::send(message)).await.map_err(|error| match error {
                Error::Wechat(error) => error,
                _ => wechat::Error::Unreachable,
            });
        let sending = Sending::of(&outcome);
        if sending == Sending::Sent {
            self.remember(message).await;
        }
        sending
    }

    async fn remember(&self, message: &CustomMessage) {
        let Ok(id) = runtime::nonce() else { return };
        let json = serde_json::to_string(message).unwrap_or_default();
        self.note(&insert_sent(&self.account, &message.touser, runtime::now(), &id, &json)).await;
    }

    async fn note(&self, statement: &Statement) {
        let noted = match d1::rows::<()>(&self.env, statement).await {
            Err(_) => d1::rows::<()>(&self.env, statement).await,
            noted => noted,
        };
        if let Err(error) = noted {
            self.complain("an attempt is not noted, and may be made again", &error.to_string());
        }
    }

    /// Takes up what is due; whether there may be more.
    pub(super) async fn take_up(&self) -> bool {
        let due = take_due(&self.account, runtime::now());
        let [cut_off, due] = &due;
        self.note(cut_off).await;
        let rows: Vec<DeliveryRow> = match d1::rows(&self.env, due).await {
            Ok(rows) => rows,
            Err(error) => {
                self.complain("deliveries", &error.to_string());
                return false;
            }
        };
        let deliveries: Vec<Delivery> = rows.into_iter().filter_map(Delivery::from_row).collect();
        for some in deliveries.chunks(AT_ONCE) {
            join_all(some.iter().map(|delivery| self.redeliver(delivery))).await;
        }
        !deliveries.is_empty()
    }

    async fn redeliver(&self, delivery: &Delivery) {
        if delivery.mode == FollowMode::Send {
            return self.send_one(delivery).await;
        }
        let give_up = |error: &str| failed(&self.account, &delivery.id, delivery.attempts, None, error);
        let Some(webhook) =
            self.settings.webhooks.find(&delivery.webhook).filter(|webhook| !webhook.is_off())
        else {
            return self.note(&give_up("there is no such webhook, or it is switched off")).await;
        };
        let Some(about) = &delivery.about else {
            return self.note(&give_up("the message is no longer stored")).await;
        };
        match delivery.mode {
            FollowMode::Notify | FollowMode::Send => {
                let outcome = self.call(webhook, (&delivery.id, delivery.mode), true, about).await;
                self.conclude(webhook, &delivery.id, delivery.attempts, delivery.made_at, outcome).await;
            }
            FollowMode::Respond => {
                let Ok((message, _)) = trial(&about.message, delivery.entry.create_time) else {
                    return self.note(&give_up("the message cannot be read")).await;
                };
                if let Some(replies) = self.question(&delivery.id, &message, about, true).await {
                    return self.late(webhook, &delivery.entry, replies).await;
                }
                let outcome = Outcome::failed("no webhook has an answer");
                self.conclude(webhook, &delivery.id, delivery.attempts, delivery.made_at, outcome).await;
            }
        }
    }

    fn complain(&self, what: &str, cause: &str) {
        runtime::log_notice("relay", &self.account, &format!("{what}: {cause}"));
    }
}

/// Takes up what is due, of every account.
pub(super) async fn sweep(env: &Env) {
    let config = runtime::config(env);
    for account in config.accounts() {
        let relay = Relay {
            env: env.clone(),
            config: Rc::clone(&config),
            settings: settings::refresh(account.name(), env).await,
            account: account.name().to_owned(),
        };
        relay.take_up().await;
    }
}

fn may_send(webhook: &Webhook) -> bool {
    webhook.slow == Slow::CustomerService
}

fn milliseconds(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())
}
