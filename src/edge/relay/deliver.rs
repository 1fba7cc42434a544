//! Backends are told, and what was cut off or failed is taken up again.

use std::cell::RefCell;

use futures_util::FutureExt as _;
use worker::Delay;

use crate::inbox::{Entry, Follow, FollowMode};
use crate::relay::{About, Attempt, Backlog, Delivery, DeliveryRow, Outcome, Task, Webhook, take_due};

use super::together::together;
use super::{BEFORE_FURTHER_REPLIES, Relay, first_attempt, random};
use crate::edge::bindings::{d1, runtime};
use crate::edge::by_name::ByName;

/// How many webhooks are called at once: a worker may hold six connections.
const AT_ONCE: usize = 5;

thread_local! {
    static BACKLOGS: RefCell<ByName<Backlog>> = const { RefCell::new(ByName::new()) };
}

impl Relay {
    /// What follows from an entry that has just been filed.
    pub(in crate::edge) async fn follow(&self, entry: &Entry) {
        if entry.follow.is_empty() {
            return;
        }
        let about = About::entry(entry);
        let told = entry.follow.iter().filter(|follow| follow.mode == FollowMode::Notify);
        let answered =
            together(told.map(|follow| self.notify_first(follow, entry, &about).boxed_local())).await;
        if answered.contains(&true) && with_backlog(&self.account, |backlog| backlog.is_due(runtime::now())) {
            self.take_up().await;
        }
        let sends: Vec<Follow> =
            entry.follow.iter().filter(|follow| follow.mode == FollowMode::Send).cloned().collect();
        if !sends.is_empty() {
            // WeChat shows messages in the order in which it gets them, and our answer is on its way.
            Delay::from(BEFORE_FURTHER_REPLIES).await;
            self.send(&sends).await;
        }
    }

    /// Whether the webhook took it.
    async fn notify_first(&self, follow: &Follow, entry: &Entry, about: &About) -> bool {
        let Some(webhook) = self.settings.webhooks.find(&follow.webhook) else { return false };
        let outcome = self.call(webhook, (&follow.id, follow.mode), false, about).await;
        self.conclude(webhook, first_attempt(&follow.id, entry.received_at), &outcome).await;
        outcome == Outcome::Told
    }

    async fn conclude(&self, webhook: &Webhook, attempt: Attempt<'_>, outcome: &Outcome) {
        match outcome {
            Outcome::Gone => self.switch_off(webhook).await,
            Outcome::Failed { .. } => with_backlog(&self.account, |backlog| backlog.failed(runtime::now())),
            Outcome::Told | Outcome::Answered(_) => {}
        }
        self.note(&attempt.called(&self.account, webhook.mode, outcome)).await;
    }

    /// Takes up some of what is due.
    pub(in crate::edge) async fn take_up(&self) {
        let due = take_due(&self.account, runtime::now());
        let [cut_off, due] = &due;
        self.note(cut_off).await;
        let rows: Vec<DeliveryRow> = match d1::rows(&self.env, due).await {
            Ok(rows) => rows,
            Err(error) => {
                return self.complain("what is due cannot be read", &error.to_string());
            }
        };
        let deliveries: Vec<Delivery> = rows.into_iter().filter_map(Delivery::from_row).collect();
        for some in deliveries.chunks(AT_ONCE) {
            together(some.iter().map(|delivery| self.redeliver(delivery).boxed_local())).await;
        }
        with_backlog(&self.account, |backlog| backlog.looked(!deliveries.is_empty(), runtime::now()));
    }

    async fn redeliver(&self, delivery: &Delivery) {
        let id = delivery.id.as_str();
        match delivery.task(&self.settings.webhooks) {
            Ok(Task::Send) => self.send_one(delivery).await,
            Ok(Task::Tell(webhook, about)) => {
                let outcome = self.call(webhook, (id, FollowMode::Notify), true, about).await;
                self.conclude(webhook, delivery.attempt(runtime::now(), random()), &outcome).await;
            }
            Ok(Task::Ask(webhook, about, message)) => match self.question(id, &message, about, true).await {
                Ok(replies) => self.late(webhook, (&delivery.entry, id), replies).await,
                Err(failure) => {
                    self.conclude(webhook, delivery.attempt(runtime::now(), random()), &failure).await;
                }
            },
            Err(why) => {
                let attempt = delivery.attempt(runtime::now(), random());
                self.note(&attempt.given_up(&self.account, why)).await;
            }
        }
    }
}

fn with_backlog<T>(account: &str, use_it: impl FnOnce(&mut Backlog) -> T) -> T {
    BACKLOGS.with_borrow_mut(|backlogs| use_it(backlogs.entry(account)))
}
