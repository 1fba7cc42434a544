//! `message/*` and `user/*`: reading and deleting what is stored, and sending messages.

use std::time::Duration;

use crate::api::message::{MessageList, MessagePlan, ReceivedMessage};
use crate::api::timeline::{TimelineContext, TimelineEntry, may_have_errors};
use crate::api::user::{
    Erased, FollowTime, FoundUser, FoundUsers, LastMessageTime, Timeline, User, UserPlan, UserSync,
};
use crate::api::{self, Cursors, Page};
use crate::backends::{ConversationRequest, ErrorRow, MeterRequest, SpoolRequest, errors_of};
use crate::error::Error;
use crate::inbox::{
    self, ErasedRows, Filter, FoundUserRow, MAX_SEARCHED, Place, PlaceRow, Received, ReceivedRow, SentRow,
    UserFilter, UserSyncRow, by_msg_id, next_page, page_end, poll_from, search_users, start_user_sync,
    user_sync,
};
use crate::mac::SigningKeys;
use crate::wechat::user;
use crate::wechat::user::Language;

use super::Performer;
use crate::edge::bindings::{assistant, d1, runtime, spool, to_json};
use crate::edge::state::settings;

/// What is not found where a user has sent no message; the number is [`MAX_SEARCHED`].
const NO_MESSAGE: &str = "message among the user's latest 1,000 messages and events";
const _: () = assert!(MAX_SEARCHED == 1000, "NO_MESSAGE says so");

/// The spool may first have to wait for D1.
const ERASE_TIMEOUT: Duration = Duration::from_secs(10);

/// The inbox of one account.
pub(super) struct Inbox<'a> {
    pub(super) performer: &'a Performer<'a>,
    pub(super) keys: &'a SigningKeys,
}

impl Inbox<'_> {
    pub(super) async fn message(&self, plan: MessagePlan) -> Result<String, Error> {
        match plan {
            MessagePlan::Get { msg_id } => to_json(&ReceivedMessage::from(self.find(&msg_id).await?)),
            MessagePlan::List { filter, page } => to_json(&self.messages(&filter, &page).await?),
            MessagePlan::Reply(message) => to_json(&self.performer.conversations()?.send(&message).await?),
            MessagePlan::Leave { openid, reply } => {
                to_json(&self.performer.conversations()?.leave(&openid, &reply).await?)
            }
        }
    }

    pub(super) async fn user(&self, plan: UserPlan) -> Result<String, Error> {
        match plan {
            UserPlan::Timeline { openid, page, after } => {
                to_json(&self.timeline(&openid, &page, after.as_deref()).await?)
            }
            UserPlan::FollowTime { openid } => to_json(&self.follow_time(&openid).await?),
            UserPlan::LastMessageTime { openid } => to_json(&self.last_message_time(&openid).await?),
            UserPlan::LastMessageTimeOfSender { msg_id } => {
                let openid = self.find(&msg_id).await?.record.openid;
                to_json(&self.last_message_time(&openid).await?)
            }
            UserPlan::Search { filter, page } => to_json(&self.search(&filter, &page).await?),
            UserPlan::Sync => {
                let statement = start_user_sync(self.account(), runtime::now());
                d1::rows::<()>(self.performer.env, &statement).await?;
                to_json(&self.user_sync().await?)
            }
            UserPlan::Erase { openid } => to_json(&self.erase(&openid).await?),
        }
    }

    async fn user_sync(&self) -> Result<UserSync, Error> {
        let rows: Vec<UserSyncRow> = d1::rows(self.performer.env, &user_sync(self.account())).await?;
        Ok(UserSync::from_row(rows.into_iter().next()))
    }

    async fn search(&self, filter: &UserFilter, page: &Page) -> Result<FoundUsers, Error> {
        let cursors = self.cursors("user/search");
        let after: Option<String> = cursors.open_if_given("cursor", page.cursor.as_deref())?;
        let after = after.unwrap_or_default();
        let statement = search_users(self.account(), filter, &after, (runtime::now(), page.limit));
        let rows: Vec<FoundUserRow> = d1::rows(self.performer.env, &statement).await?;
        let is_full = rows.len() >= usize::try_from(page.limit).unwrap_or(usize::MAX);
        let last = rows.last().filter(|(.., ends)| is_full || *ends == 1);
        let next_cursor = last.map(|(openid, ..)| cursors.seal(openid));
        let selected = rows.into_iter().filter(|(.., is_selected, _)| *is_selected == 1);
        let users = selected.map(FoundUser::from).collect();
        Ok(FoundUsers { users, sync: self.user_sync().await?, next_cursor })
    }

    async fn messages(&self, filter: &Filter, page: &Page) -> Result<MessageList, Error> {
        let cursors = self.cursors("message/list");
        let below: Option<Place> = cursors.open_if_given("cursor", page.cursor.as_deref())?;
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

    async fn timeline(&self, openid: &str, page: &Page, after: Option<&str>) -> Result<Timeline, Error> {
        let (cursors, afters) = (self.cursors("user/timeline"), self.cursors("user/timeline after"));
        let (now, is_first) = (runtime::now(), page.cursor.is_none());
        let below: Option<Place> = cursors.open_if_given("cursor", page.cursor.as_deref())?;
        let after: Option<Place> = afters.open_if_given("after", after)?;
        let (below, after) = (below.as_ref(), after.as_ref());
        let (received, sent) = inbox::timeline(self.account(), openid, below, after, page.limit);
        let received: Vec<ReceivedRow> = d1::rows(self.performer.env, &received).await?;
        let sent: Vec<SentRow> = d1::rows(self.performer.env, &sent).await?;
        let is_whole = is_first && after.is_none();
        if is_whole
            && received.is_empty()
            && sent.is_empty()
            && self.performer.follower(openid).await?.is_none()
        {
            return Err(api::Error::NotFound("user").into());
        }
        let (lines, next) = inbox::lines(received, sent, page.limit);
        let errors: Vec<ErrorRow> = match lines.iter().filter_map(may_have_errors).min() {
            Some(oldest) => d1::rows(self.performer.env, &errors_of(self.account(), openid, oldest)).await?,
            None => Vec::new(),
        };
        let published = settings::published(self.account(), self.performer.env, self.performer.context).await;
        // Without the settings, only names are missing.
        let settings = published.unwrap_or_default();
        let retention_days = settings.retention_days(self.performer.config)?;
        let context = TimelineContext { settings: &settings, retention_days, errors: &errors };
        Ok(Timeline {
            entries: lines.into_iter().flat_map(|line| TimelineEntry::of(line, context)).collect(),
            next_cursor: next.map(|place| cursors.seal(&place)),
            after: is_first.then(|| afters.seal(&poll_from(now))),
        })
    }

    async fn last_message_time(&self, openid: &str) -> Result<LastMessageTime, Error> {
        let last = self.performer.follower(openid).await?.and_then(|follower| follower.last_message_at);
        let last = last.ok_or(api::Error::NotFound(NO_MESSAGE))?;
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
        let seen = self.performer.follower(openid).await?;
        let user = told.as_ref().and_then(|told| told.as_ref().ok());
        match (FollowTime::of(user, seen.as_ref()), told) {
            (Some(answer), _) => Ok(answer),
            (None, Some(Err(error))) if !error.is_about_the_user() => Err(error),
            (None, _) => Err(api::Error::NotFound("user").into()),
        }
    }

    /// The spool comes first: it waits until no entry is on its way to D1.
    async fn erase(&self, openid: &str) -> Result<Erased, Error> {
        let request = SpoolRequest::Erase { openid: openid.to_owned() };
        let spooled = spool::ask::<usize>(self.performer.env, self.account(), &request, ERASE_TIMEOUT).await;
        let spooled = spooled.map_err(|error| api::Error::NotErased(error.to_string()))?;
        self.forget_assistants(openid).await.map_err(|error| api::Error::NotErased(error.to_string()))?;
        let statements = inbox::erase(self.account(), openid);
        let done = d1::transaction_or_again(self.performer.env, &statements).await?;
        match ErasedRows::of(&done.counts) {
            None if spooled == 0 && !done.is_retry => Err(api::Error::NotFound("user").into()),
            erased => {
                let ErasedRows { received, sent, kept } = erased.unwrap_or_default();
                Ok(Erased { received, sent, kept, spooled })
            }
        }
    }

    /// Deletes what assistants remember of a user, and whose tokens were used.
    async fn forget_assistants(&self, openid: &str) -> Result<(), Error> {
        let (env, account) = (self.performer.env, self.account());
        let () =
            assistant::converse(env, (account, openid), &ConversationRequest::Erase, ERASE_TIMEOUT).await?;
        let request = MeterRequest::Erase { user: openid.to_owned() };
        assistant::meter(env, account, &request, ERASE_TIMEOUT).await
    }

    pub(super) async fn find(&self, msg_id: &str) -> Result<Received, Error> {
        let rows: Vec<ReceivedRow> = d1::rows(self.performer.env, &by_msg_id(self.account(), msg_id)).await?;
        let row = rows.into_iter().next().ok_or(api::Error::NotFound("message"))?;
        Ok(Received::from_row(row))
    }

    fn account(&self) -> &str {
        self.performer.account.name()
    }

    fn cursors(&self, call: &'static str) -> Cursors<'_> {
        Cursors::new(self.keys, call, self.account())
    }
}
