//! `webhook/*` and `delivery/*`: reads, tests and changes webhooks, and lists, shows, retries and replays deliveries.

use std::rc::Rc;

use serde_json::Value;

use crate::api::delivery::{
    DeliveryList, DeliveryPlan, DeliveryRequest, DeliveryShown, DeliverySummary, Replayed,
};
use crate::api::webhook::{
    WebhookChanged, WebhookDay, WebhookList, WebhookPlan, WebhookSecret, WebhookTested,
};
use crate::api::{self, Cursors, Nothing, Page};
use crate::backends::{
    self, About, Ask, Backend, CALLS_AT_ONCE, Caller, Delivery, DeliveryFilter, DeliveryPlace, Found,
    FoundRow, ListedRow, Mode, NotRetried, Task, Webhook, WebhookDraft, WebhookRow, check_url,
    unfinished_by_webhook,
};
use crate::error::Error;
use crate::inbox::{Days, Summary};
use crate::invalid::Invalid;
use crate::secret::Secret;
use crate::settings::{Document, Edit};

use super::Performer;
use crate::edge::backends::Dispatcher;
use crate::edge::bindings::{d1, runtime, to_json};
use crate::edge::state::{figures, settings};

/// The webhooks of one account, and who changes them.
pub(super) struct Webhooks<'a> {
    pub(super) performer: &'a Performer<'a>,
}

impl Webhooks<'_> {
    pub(super) async fn webhook(&self, plan: WebhookPlan) -> Result<String, Error> {
        match plan {
            WebhookPlan::Change { edit, if_version } => to_json(&self.change(&edit, if_version).await?),
            WebhookPlan::List { day } => to_json(&self.list(day).await?),
            WebhookPlan::Test { id } => to_json(&self.test(&id).await?),
            WebhookPlan::Secret { id } => to_json(&WebhookSecret { secret: self.secret(&id).await? }),
        }
    }

    pub(super) async fn delivery(&self, plan: DeliveryPlan) -> Result<String, Error> {
        match plan {
            DeliveryPlan::List { filter, page } => to_json(&self.deliveries(&filter, &page).await?),
            DeliveryPlan::Replay { id, webhook } => {
                to_json(&self.replay(id.as_deref(), webhook.as_deref()).await?)
            }
            DeliveryPlan::ReplayAll { filter, dry_run: true } => {
                to_json(&self.count_to_replay(&filter).await?)
            }
            DeliveryPlan::ReplayAll { filter, dry_run: false } => to_json(&self.replay_all(&filter).await?),
            DeliveryPlan::Get { id } => to_json(&self.show(&id).await?),
            DeliveryPlan::Retry { id } => to_json(&self.retry(id).await?),
        }
    }

    async fn list(&self, day: bool) -> Result<WebhookList, Error> {
        let Document { version, webhooks, .. } = self.performer.editor().document().await?;
        let (mut days, mut counted_at) = (None, None);
        if day {
            let (account, env) = (self.account(), self.performer.env);
            let now = runtime::now();
            let today = Days::between(Some(now), None, now);
            let live = figures::counted(account, env).await?;
            let closed = figures::closed(account, today, &live, env).await?;
            let summary = Summary::new(&closed, &live, today);
            let mut failing: Vec<WebhookRow> = d1::rows(env, &unfinished_by_webhook(account)).await?;
            let day_of = |webhook: &WebhookDraft| {
                let id = webhook.id.as_deref().unwrap_or_default();
                let failures = failing.iter().position(|(backend, ..)| backend == id);
                let failures = failures.map(|position| failing.swap_remove(position));
                let figures = summary.backends.iter().find(|figures| figures.backend == id);
                failures.map(WebhookDay::from).unwrap_or_default().with(figures)
            };
            days = Some(webhooks.iter().map(day_of).collect());
            counted_at = Some(live.counted_at.seconds());
        }
        Ok(WebhookList { version, webhooks, days, counted_at })
    }

    async fn change(&self, edit: &Edit, if_version: Option<u64>) -> Result<WebhookChanged, Error> {
        if let Edit::CreateWebhook { webhook, .. } | Edit::UpdateWebhook { webhook, .. } = edit {
            check_url(&webhook.url, self.performer.config.webhook_allow_private())
                .map_err(|invalid| api::Error::InvalidParameter(invalid.under("webhook")))?;
        }
        let has_new_secret = matches!(edit, Edit::CreateWebhook { .. } | Edit::RotateSecret { .. });
        // Before the change, which stands once it is made.
        let caller = if has_new_secret { Some(self.caller()?) } else { None };
        let edited = self.performer.editor().edit(edit, if_version).await?;
        let id = edited.id.unwrap_or_default();
        let webhook = edited.settings.backends.webhook(&id);
        let secret = caller.zip(webhook).map(|(caller, webhook)| webhook.signer(&caller).secret());
        Ok(WebhookChanged { version: edited.settings.version, id, secret })
    }

    async fn secret(&self, id: &str) -> Result<Secret, Error> {
        Ok(self.find(id).await?.signer(&self.caller()?).secret())
    }

    fn caller(&self) -> Result<Caller<'_>, Error> {
        let config = self.performer.config;
        Ok(Caller {
            account: self.account(),
            keys: config.signing_keys()?,
            allow_private: config.webhook_allow_private(),
        })
    }

    async fn test(&self, id: &str) -> Result<WebhookTested, Error> {
        let webhook = self.find(id).await?;
        let dispatcher = self.dispatcher().await?;
        let (test, began) = (format!("test_{}", runtime::nonce()?), runtime::milliseconds());
        let (mode, about) = (webhook.mode, About::trial(webhook.mode, runtime::now()));
        let ask = Ask { id: &test, mode, redelivery: false, about: &about };
        let outcome = dispatcher.call(&Backend::Webhook(Rc::new(webhook)), &ask).await;
        Ok(WebhookTested::new(outcome, runtime::milliseconds().saturating_sub(began)))
    }

    async fn deliveries(&self, filter: &DeliveryFilter, page: &Page) -> Result<DeliveryList, Error> {
        let cursors = Cursors::new(self.performer.config.signing_keys()?, "delivery/list", self.account());
        let place = |cursor| cursors.open::<DeliveryPlace>(cursor).and_then(|place| place.within(filter));
        let after = page.cursor.as_deref().map(place).transpose().map_err(api::Error::InvalidParameter)?;
        let statement = backends::list(self.account(), filter, after.as_ref(), page.limit);
        let rows: Vec<ListedRow> = d1::rows(self.performer.env, &statement).await?;
        let (deliveries, next) = backends::listed(rows, page.limit);
        Ok(DeliveryList {
            deliveries: deliveries.into_iter().map(DeliverySummary::from).collect(),
            next_cursor: next.map(|place| cursors.seal(&place)),
        })
    }

    async fn replay(&self, id: Option<&str>, webhook: Option<&str>) -> Result<Replayed, Error> {
        let dispatcher = self.dispatcher().await?;
        let statement = backends::replay(self.account(), id, webhook, runtime::now());
        let replayed = d1::rows_or_again::<(i64,)>(self.performer.env, &statement).await?.len();
        figures::forget_unfinished(self.account());
        match (replayed, id, webhook) {
            (0, Some(_), _) => return Err(api::Error::NotFound("dead delivery").into()),
            (0, None, Some(webhook)) if !webhook.is_empty() => drop(self.find(webhook).await?),
            _ => {}
        }
        self.take_up(dispatcher);
        Ok(Replayed { replayed: Some(replayed), ..Replayed::default() })
    }

    fn take_up(&self, dispatcher: Dispatcher) {
        runtime::after_response(self.performer.context, async move {
            dispatcher.take_up_and_log(runtime::milliseconds()).await;
        });
    }

    async fn replay_all(&self, filter: &DeliveryFilter) -> Result<Replayed, Error> {
        let dispatcher = self.dispatcher().await?;
        let statement = backends::replay_all(self.account(), filter, runtime::now());
        let replayed = d1::rows::<()>(self.performer.env, &statement).await?.len();
        figures::forget_unfinished(self.account());
        self.take_up(dispatcher);
        Ok(Replayed { replayed: Some(replayed), ..Replayed::default() })
    }

    async fn count_to_replay(&self, filter: &DeliveryFilter) -> Result<Replayed, Error> {
        let statement = backends::count_to_replay(self.account(), filter, runtime::now());
        let rows: Vec<(i64, Option<i64>)> = d1::rows(self.performer.env, &statement).await?;
        let (matching, oldest_at) = rows.into_iter().next().unwrap_or_default();
        let at_once = matching.min(i64::try_from(CALLS_AT_ONCE).unwrap_or(i64::MAX));
        Ok(Replayed { matching: Some(matching), oldest_at, at_once: Some(at_once), ..Replayed::default() })
    }

    async fn show(&self, id: &str) -> Result<DeliveryShown, Error> {
        let rows: Vec<FoundRow> = d1::rows(self.performer.env, &backends::find(self.account(), id)).await?;
        let found = rows.into_iter().next().map(Found::from_row).ok_or(api::Error::NotFound("delivery"))?;
        let request = match &found.delivery {
            Some(delivery) => self.request(delivery).await?,
            None => None,
        };
        let attempts = if found.failures.is_null() { Value::Array(Vec::new()) } else { found.failures };
        Ok(DeliveryShown { delivery: found.listed.into(), request, attempts })
    }

    /// What is sent for a delivery, if it can be sent; an assistant is asked in another way.
    async fn request(&self, delivery: &Delivery) -> Result<Option<DeliveryRequest>, Error> {
        let settings = settings::current(self.account(), self.performer.env).await?;
        let (webhook, about, mode) = match delivery.task(&settings.backends) {
            Ok(Task::Send) => return Ok(delivery.message.clone().map(DeliveryRequest::of_message)),
            Ok(Task::Tell(Backend::Webhook(webhook), about)) => (webhook, about, Mode::Tell),
            Ok(Task::Ask(Backend::Webhook(webhook), about, _)) => (webhook, about, Mode::Ask),
            _ => return Ok(None),
        };
        let ask = Ask { id: &delivery.id, mode, redelivery: true, about };
        let outgoing = webhook.request(&ask, &self.caller()?, runtime::now());
        Ok(outgoing.ok().map(DeliveryRequest::of))
    }

    async fn retry(&self, id: String) -> Result<Nothing, Error> {
        let dispatcher = self.dispatcher().await?;
        let (env, account) = (self.performer.env, self.account());
        let retried: Vec<(i64,)> =
            d1::rows_or_again(env, &backends::retry(account, &id, runtime::now())).await?;
        if retried.is_empty() {
            let rows: Vec<(i64, i64)> = d1::rows(env, &backends::why_not_retried(account, &id)).await?;
            let row = rows.into_iter().next().ok_or(api::Error::NotFound("delivery"))?;
            let invalid = Invalid::new("id", NotRetried::from_row(row).complaint());
            return Err(api::Error::InvalidParameter(invalid).into());
        }
        runtime::after_response(self.performer.context, async move { dispatcher.retry(&id).await });
        Ok(Nothing {})
    }

    async fn dispatcher(&self) -> Result<Dispatcher, Error> {
        Ok(Dispatcher {
            env: self.performer.env.clone(),
            config: Rc::clone(self.performer.config),
            settings: settings::published(self.account(), self.performer.env, self.performer.context).await?,
            account: self.account().to_owned(),
        })
    }

    async fn find(&self, id: &str) -> Result<Webhook, Error> {
        let document = self.performer.editor().document().await?;
        let found = document.webhooks.iter().find(|webhook| webhook.id.as_deref() == Some(id));
        let found = found.ok_or(api::Error::NotFound("webhook"))?;
        Ok(found.check().map_err(api::Error::InvalidParameter)?)
    }

    fn account(&self) -> &str {
        self.performer.account.name()
    }
}
