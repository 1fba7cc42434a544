//! `conversation/*`, `message/reply` and `message/leave`: who waits for an answer, and what a person does about it.

use std::rc::Rc;

use crate::api;
use crate::api::conversation::{ConversationList, ConversationPlan, PauseState, Paused, Settled};
use crate::api::message::{MessageSent, ReplyKept, Window};
use crate::api::{Cursors, Nothing, Page};
use crate::backends::{MAX_KEPT, SpoolRequest, SpoolStatus, leave};
use crate::callback::Reply;
use crate::callback::event::Event;
use crate::error::Error;
use crate::inbox::{
    Continuation, Conversation, ConversationFilter, ConversationRow, Opening, OpeningRow, Pause, PauseRow,
    Place, PlaceRow, ReplyWindow, Section, extend_pause, hold, opening, pause, poll_from, resume, section,
    settle,
};
use crate::invalid::Invalid;
use crate::mac::SigningKeys;
use crate::notice::Notice;
use crate::settings::Settings;
use crate::sql::Statement;
use crate::time::{SECONDS_A_DAY, Timestamp};
use crate::wechat::custom_message::{self, CustomMessage};

use super::Performer;
use crate::edge::bindings::{d1, log, runtime, spool, to_json};
use crate::edge::state::{figures, settings};

/// The conversations of one account.
pub(super) struct Conversations<'a> {
    pub(super) performer: &'a Performer<'a>,
    pub(super) keys: &'a SigningKeys,
}

const LIST: &str = "conversation/list";
/// The `after` of a list is signed for another purpose than its cursors.
const AFTER: &str = "conversation/list after";

impl Conversations<'_> {
    pub(super) async fn conversation(&self, plan: ConversationPlan) -> Result<String, Error> {
        match plan {
            ConversationPlan::List { filter, query, page, after } => {
                to_json(&self.list((filter, query.as_deref()), &page, after.as_deref()).await?)
            }
            ConversationPlan::Pause { openid, minutes } => to_json(&self.pause(&openid, minutes).await?),
            ConversationPlan::Resume { openid } => {
                d1::rows_or_again::<(i64,)>(self.performer.env, &resume(self.account(), &openid)).await?;
                figures::forget_unfinished(self.account());
                to_json(&Nothing {})
            }
            ConversationPlan::Settle { openid } => {
                let statement = settle(self.account(), &openid, runtime::now());
                let rows = d1::rows_or_again::<(i64,)>(self.performer.env, &statement).await?;
                figures::forget_unfinished(self.account());
                to_json(&Settled { settled: rows.len() })
            }
        }
    }

    async fn list(
        &self,
        (filter, query): (ConversationFilter, Option<&str>),
        page: &Page,
        after: Option<&str>,
    ) -> Result<ConversationList, Error> {
        let (cursors, afters) = (self.cursors(LIST), self.cursors(AFTER));
        let (now, is_first) = (runtime::now(), page.cursor.is_none());
        let from: Option<Continuation> = cursors.open_if_given("cursor", page.cursor.as_deref())?;
        let after: Option<Place> = afters.open_if_given("after", after)?;
        let statement = section(self.account(), filter, from.as_ref(), after.as_ref(), now);
        let rows: Vec<PlaceRow> = d1::rows(self.performer.env, &statement).await?;
        let section = Section::from_rows(rows, filter, from, after.as_ref(), now);
        let (mut conversations, mut next, mut searched_until) = (Vec::new(), None, None);
        if let Some(section) = section {
            let statement = section.page(self.account(), (filter, query), page.limit, now);
            let rows: Vec<ConversationRow> = d1::rows(self.performer.env, &statement).await?;
            conversations = Conversation::from_rows(rows, now);
            searched_until = section.searched_until().map(Timestamp::seconds);
            next = section.next(&conversations, page.limit);
        }
        Ok(ConversationList {
            conversations: conversations.into_iter().map(Into::into).collect(),
            next_cursor: next.map(|next| cursors.seal(&next)),
            searched_until,
            after: is_first.then(|| afters.seal(&poll_from(now))),
        })
    }

    async fn pause(&self, openid: &str, minutes: Option<u32>) -> Result<PauseState, Error> {
        self.require_stored_messages()?;
        let until = minutes.map_or(Timestamp::LAST, minutes_from_now);
        let by = self.performer.identity.sender();
        let paused = self.store_pause(openid, pause(self.account(), openid, until, &by)).await?;
        Ok(PauseState { paused })
    }

    /// Stores a pause, and holds what a backend is being asked; returns what is stored.
    async fn store_pause(&self, openid: &str, pause: Statement) -> Result<Paused, Error> {
        let [held, told] = hold(self.account(), openid);
        let done = d1::transaction_or_again(self.performer.env, &[pause, held, told]).await?;
        figures::forget_unfinished(self.account());
        let stored = done.first_rows::<PauseRow>()?.pop().map(Pause::from_row);
        stored.map(Paused::from).ok_or_else(|| Error::Runtime("D1 returned no pause".to_owned()))
    }

    pub(super) async fn leave(&self, openid: &str, reply: &Reply) -> Result<ReplyKept, Error> {
        self.require_stored_messages()?;
        let now = runtime::now();
        // Replies are used in the order in which they were left.
        let id = format!("left_{}", runtime::ordered_id()?);
        let statement = leave(self.account(), openid, &id, reply, now);
        if d1::rows_or_again::<(i64,)>(self.performer.env, &statement).await?.is_empty() {
            let complaint = format!("already has {MAX_KEPT} replies that wait for the next message");
            return Err(api::Error::InvalidParameter(Invalid::new("openid", complaint)).into());
        }
        let days = self.settings().await?.retention_days(self.performer.config)?;
        Ok(ReplyKept { expires_at: now.plus(days.saturating_mul(SECONDS_A_DAY)).seconds() })
    }

    /// Sends a message, unless the inbox knows that WeChat would reject it because the user's window is closed.
    pub(super) async fn send(&self, message: &CustomMessage) -> Result<MessageSent, Error> {
        if message.pause_minutes.is_some() {
            self.require_stored_messages()?;
        }
        // A worker without an AppSecret says so before it looks at the user.
        self.performer.wechat()?;
        if !message.try_anyway {
            self.check_window(&message.touser).await?;
        }
        let id = runtime::ordered_id()?;
        self.performer.call_and_remember(&custom_message::send(message), Some(id.clone())).await??;
        let paused = match message.pause_minutes {
            Some(minutes) => self.pause_after_send(&message.touser, minutes).await,
            None => None,
        };
        let keeps_messages = self.performer.config.keeps_messages();
        let window = if keeps_messages { self.left_of_window(&message.touser, &id).await } else { None };
        Ok(MessageSent { id: keeps_messages.then_some(id), window, paused })
    }

    /// What is left of a window after this message was sent. The caller must not send it again because this is not known.
    async fn left_of_window(&self, openid: &str, sent: &str) -> Option<Window> {
        let statement = opening(self.account(), openid, runtime::now(), sent);
        let rows: Result<Vec<OpeningRow>, Error> = d1::rows(self.performer.env, &statement).await;
        let row = rows.ok()?.into_iter().next()?;
        Some(Window::from(Opening::from_row(row, 1)))
    }

    /// Does not shorten a pause. The message has been sent, so that a failure must not make the caller send it again.
    async fn pause_after_send(&self, openid: &str, minutes: u32) -> Option<Paused> {
        let until = minutes_from_now(minutes);
        let by = self.performer.identity.sender();
        match self.store_pause(openid, extend_pause(self.account(), openid, until, &by)).await {
            Ok(stored) => Some(stored),
            Err(error) => {
                let (account, error) = (self.account(), &error.to_string());
                log::notice(&Notice::UserNotPaused { account, error });
                None
            }
        }
    }

    async fn check_window(&self, openid: &str) -> Result<(), Error> {
        match self.window(openid).await {
            Ok(window) => match api::Error::unless_open(window) {
                Err(closed) if !self.may_have_opened(window).await => Err(closed.into()),
                _ => Ok(()),
            },
            // WeChat checks the window itself.
            Err(error) => {
                let (account, error) = (self.account(), &error.to_string());
                log::notice(&Notice::WindowUnknown { account, error });
                Ok(())
            }
        }
    }

    /// Whether what opens a closed window may not be in the inbox: it is ignored, or waits in the spool.
    async fn may_have_opened(&self, window: ReplyWindow) -> bool {
        if matches!(window, ReplyWindow::ClosedSince(_)) {
            let config = self.performer.config;
            let Ok(settings) = self.settings().await else { return true };
            if Event::opening_names().any(|event| settings.ignores(event, config)) {
                return true;
            }
        }
        let spooled: Result<SpoolStatus, Error> =
            spool::ask(self.performer.env, self.account(), &SpoolRequest::Status, d1::TIMEOUT).await;
        spooled.map_or(true, |status| status != SpoolStatus::default())
    }

    async fn settings(&self) -> Result<Rc<Settings>, Error> {
        settings::published(self.account(), self.performer.env, self.performer.context).await
    }

    async fn window(&self, openid: &str) -> Result<ReplyWindow, Error> {
        let follower = self.performer.follower(openid).await?;
        Ok(follower.map_or(ReplyWindow::Unknown, |follower| follower.window(runtime::now())))
    }

    fn require_stored_messages(&self) -> Result<(), Error> {
        self.performer.config.require_stored_messages().map_err(|problem| Error::from(&problem))
    }

    fn account(&self) -> &str {
        self.performer.account.name()
    }

    fn cursors(&self, call: &'static str) -> Cursors<'_> {
        Cursors::new(self.keys, call, self.account())
    }
}

fn minutes_from_now(minutes: u32) -> Timestamp {
    runtime::now().plus(i64::from(minutes).saturating_mul(60)).min(Timestamp::LAST)
}
