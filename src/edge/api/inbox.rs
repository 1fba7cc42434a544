//! `message/*` and `user/*`: reading and deleting what is stored, and sending messages.

use crate::api::message::{MessageList, MessagePlan, ReceivedMessage};
use crate::api::user::{Erased, FollowTime, LastMessageTime, Timeline, TimelineEntry, User, UserPlan};
use crate::api::{self, Cursors, Nothing, Page};
use crate::error::Error;
use crate::inbox::{
    self, Filter, Follower, FollowerRow, Place, PlaceRow, Received, ReceivedRow, ReplyWindow, SentRow,
    by_msg_id, follower, next_page, page_end,
};
use crate::notice::Notice;
use crate::secret::Secret;
use crate::wechat::custom_message::CustomMessage;
use crate::wechat::user::Language;
use crate::wechat::{custom_message, user};

use super::Performer;
use crate::edge::bindings::{d1, log, runtime, to_json};
use crate::edge::wechat::sent;

/// The inbox of one account.
pub(super) struct Inbox<'a> {
    pub(super) performer: &'a Performer<'a>,
    pub(super) cursor_key: &'a Secret,
}

impl Inbox<'_> {
    pub(super) async fn message(&self, plan: MessagePlan) -> Result<String, Error> {
        match plan {
            MessagePlan::Get { msg_id } => to_json(&ReceivedMessage::from(self.find(&msg_id).await?)),
            MessagePlan::List { filter, page } => to_json(&self.messages(&filter, &page).await?),
            MessagePlan::Reply(message) => to_json(&self.send(&message).await?),
        }
    }

    pub(super) async fn user(&self, plan: UserPlan) -> Result<String, Error> {
        match plan {
            UserPlan::Timeline { openid, page } => to_json(&self.timeline(&openid, &page).await?),
            UserPlan::FollowTime { openid } => to_json(&self.follow_time(&openid).await?),
            UserPlan::LastMessageTime { openid } => to_json(&self.last_message_time(&openid).await?),
            UserPlan::LastMessageTimeOfSender { msg_id } => {
                let openid = self.find(&msg_id).await?.record.openid;
                to_json(&self.last_message_time(&openid).await?)
            }
            UserPlan::Erase { openid } => to_json(&self.erase(&openid).await?),
        }
    }

    async fn messages(&self, filter: &Filter, page: &Page) -> Result<MessageList, Error> {
        let cursors = self.cursors("message/list");
        let below = open(&cursors, page)?;
        let end = match page_end(self.account(), filter, below.as_ref()) {
            Some(statement) => d1::rows::<PlaceRow>(self.performer.env, &statement).await?.into_iter().next(),
            None => None,
        };
        let end = end.map(Place::from_row);
        let statement = inbox::page(self.account(), filter, below.as_ref(), end.as_ref(), page.limit);
        let rows: Vec<ReceivedRow> = d1::rows(self.performer.env, &statement).await?;
        let messages: Vec<Received> = rows.into_iter().map(Received::from_row).collect();
        let searched_until = end.as_ref().map(|end| end.time().seconds());
        let next = next_page(&messages, page.limit, end);
        Ok(MessageList {
            messages: messages.into_iter().map(ReceivedMessage::from).collect(),
            next_cursor: next.map(|place| cursors.seal(&place)),
            searched_until,
        })
    }

    async fn timeline(&self, openid: &str, page: &Page) -> Result<Timeline, Error> {
        let cursors = self.cursors("user/timeline");
        let below = open(&cursors, page)?;
        let (received, sent) = inbox::timeline(self.account(), openid, below.as_ref(), page.limit);
        let received: Vec<ReceivedRow> = d1::rows(self.performer.env, &received).await?;
        let sent: Vec<SentRow> = d1::rows(self.performer.env, &sent).await?;
        if below.is_none() && received.is_empty() && sent.is_empty() && self.follower(openid).await?.is_none()
        {
            return Err(api::Error::NotFound("user").into());
        }
        let (lines, next) = inbox::lines(received, sent, page.limit);
        Ok(Timeline {
            entries: lines.into_iter().flat_map(TimelineEntry::of).collect(),
            next_cursor: next.map(|place| cursors.seal(&place)),
        })
    }

    /// What is known of a user; `None` if nothing is.
    pub(super) async fn follower(&self, openid: &str) -> Result<Option<Follower>, Error> {
        let statement = follower(self.account(), openid, runtime::now());
        let rows: Vec<FollowerRow> = d1::rows(self.performer.env, &statement).await?;
        Ok(rows.into_iter().next().map(Follower::from_row).filter(|follower| !follower.is_unknown()))
    }

    async fn last_message_time(&self, openid: &str) -> Result<LastMessageTime, Error> {
        let last = self.follower(openid).await?.and_then(|follower| follower.last_message_at);
        let last = last.ok_or(api::Error::NotFound("message of this user"))?;
        Ok(LastMessageTime { create_time: last.seconds() })
    }

    /// WeChat's answer; if there is none, what the inbox has seen.
    async fn follow_time(&self, openid: &str) -> Result<FollowTime, Error> {
        let told = match self.performer.account.app() {
            Ok(_) => Some(
                self.performer.wechat()?.call_for::<User>(&user::info(openid, Language::default())).await,
            ),
            // The inbox works without an AppSecret.
            Err(_) => None,
        };
        let seen = self.follower(openid).await?;
        let user = told.as_ref().and_then(|told| told.as_ref().ok());
        match (FollowTime::of(user, seen.as_ref()), told) {
            (Some(answer), _) => Ok(answer),
            (None, Some(Err(error))) if !error.is_about_the_user() => Err(error),
            (None, _) => Err(api::Error::NotFound("user").into()),
        }
    }

    async fn erase(&self, openid: &str) -> Result<Erased, Error> {
        let statements = inbox::erase(self.account(), openid);
        let done = d1::transaction(d1::TIMEOUT, self.performer.env, &statements).await?;
        let (received, sent) = inbox::erased(&done.counts).ok_or(api::Error::NotFound("user"))?;
        Ok(Erased { received, sent })
    }

    /// Sends a message, unless the inbox knows that WeChat would reject it because the user's window is closed.
    async fn send(&self, message: &CustomMessage) -> Result<Nothing, Error> {
        let wechat = self.performer.wechat()?;
        if !message.try_anyway {
            match self.window(&message.touser).await {
                Ok(window) => api::Error::unless_open(window)?,
                // WeChat checks the window itself.
                Err(error) => {
                    let (account, error) = (self.account(), &error.to_string());
                    log::notice(&Notice::WindowUnknown { account, error });
                }
            }
        }
        wechat.call(&custom_message::send(message)).await?;
        let sender =
            self.performer.identity.key_id().map_or_else(|| "root".to_owned(), |id| format!("key:{id}"));
        sent::record(message, (self.account(), &sender), Some(0), self.performer.env).await;
        Ok(Nothing {})
    }

    async fn find(&self, msg_id: &str) -> Result<Received, Error> {
        let rows: Vec<ReceivedRow> = d1::rows(self.performer.env, &by_msg_id(self.account(), msg_id)).await?;
        let row = rows.into_iter().next().ok_or(api::Error::NotFound("message"))?;
        Ok(Received::from_row(row))
    }

    async fn window(&self, openid: &str) -> Result<ReplyWindow, Error> {
        let follower = self.follower(openid).await?;
        Ok(follower.map_or(ReplyWindow::Unknown, |follower| follower.window(runtime::now())))
    }

    fn account(&self) -> &str {
        self.performer.account.name()
    }

    fn cursors(&self, call: &'static str) -> Cursors<'_> {
        Cursors::new(self.cursor_key, call, self.account())
    }
}

fn open(cursors: &Cursors<'_>, page: &Page) -> Result<Option<Place>, Error> {
    let place = page.cursor.as_deref().map(|cursor| cursors.open(cursor)).transpose();
    Ok(place.map_err(api::Error::InvalidParameter)?)
}
