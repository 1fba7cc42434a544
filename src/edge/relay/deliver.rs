//! Backends are told, and what was cut off or failed is taken up again.

use futures_util::future::join_all;
use worker::Delay;

use crate::inbox::{Entry, Follow, FollowMode};
use crate::relay::{About, Attempt, Delivery, DeliveryRow, Outcome, Task, Webhook, take_due};

use super::{BEFORE_FURTHER_REPLIES, Relay, random};
use crate::edge::bindings::{d1, runtime};

/// How many webhooks are called at once: a worker may hold six connections.
const AT_ONCE: usize = 5;

impl Relay {
    /// What follows from an entry that has just been filed.
    pub(in crate::edge) async fn follow(&self, entry: &Entry) {
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
        let (now, random) = (runtime::now(), random());
        let attempt = Attempt { id: &follow.id, number: 1, made_at: entry.received_at, now, random };
        self.conclude(webhook, attempt, &outcome).await;
    }

    async fn conclude(&self, webhook: &Webhook, attempt: Attempt<'_>, outcome: &Outcome) {
        if *outcome == Outcome::Gone {
            self.switch_off(webhook).await;
        }
        self.note(&attempt.called(&self.account, webhook.mode, outcome)).await;
    }

    /// Takes up what is due; whether there may be more.
    pub(in crate::edge) async fn take_up(&self) -> bool {
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
        let id = delivery.id.as_str();
        match delivery.task(&self.settings.webhooks) {
            Ok(Task::Send) => self.send_one(delivery).await,
            Ok(Task::Tell(webhook, about)) => {
                let outcome = self.call(webhook, (id, FollowMode::Notify), true, about).await;
                self.conclude(webhook, delivery.attempt(runtime::now(), random()), &outcome).await;
            }
            Ok(Task::Ask(webhook, about, message)) => {
                if let Some(replies) = self.question(id, &message, about, true).await {
                    return self.late(webhook, &delivery.entry, replies).await;
                }
                let outcome = Outcome::failed("no webhook has an answer");
                self.conclude(webhook, delivery.attempt(runtime::now(), random()), &outcome).await;
            }
            Err(why) => {
                let attempt = delivery.attempt(runtime::now(), random());
                self.note(&attempt.given_up(&self.account, why)).await;
            }
        }
    }
}
