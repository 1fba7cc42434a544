//! What callers ask of the inbox, and what they have it forget.

use crate::api::answer::{
    DailyTotal, DailyTotals, Erased, LastMessageTime, MenuEventStatus, MenuEvents, MessageList,
    ReceivedMessage, Timeline, TimelineEntry,
};
use crate::api::{self, Cursors, Page};
use crate::error::Error;
use crate::inbox::{
    self, DayRow, Filter, Follower, FollowerRow, MenuEventRow, Place, PlaceRow, Received, ReceivedRow,
    SentRow, Window, by_msg_id, daily_totals, first_second_of_day, follower, menu_events, next_page,
    page_end,
};
use crate::secret::Secret;
use crate::time::Timestamp;

use crate::edge::bindings::{Env, d1, runtime};
use crate::edge::callback::filing::file_what_was_cut_off;

/// The inbox of one account.
pub(super) struct Inbox<'a> {
    pub(super) env: &'a Env,
    pub(super) account: &'a str,
    pub(super) cursor_key: &'a Secret,
}

impl Inbox<'_> {
    pub(super) async fn message(&self, msg_id: &str) -> Result<ReceivedMessage, Error> {
        self.find(msg_id).await.map(ReceivedMessage::from)
    }

    pub(super) async fn messages(&self, filter: &Filter, page: &Page) -> Result<MessageList, Error> {
        let cursors = self.cursors("message/list");
        let below = open(&cursors, page)?;
        let end = match page_end(self.account, filter, below.as_ref()) {
            Some(statement) => d1::rows::<PlaceRow>(self.env, &statement).await?.into_iter().next(),
            None => None,
        };
        let end = end.map(Place::from_row);
        let statement = inbox::page(self.account, filter, below.as_ref(), end.as_ref(), page.limit);
        let rows: Vec<ReceivedRow> = d1::rows(self.env, &statement).await?;
        let messages: Vec<Received> = rows.into_iter().map(Received::from_row).collect();
        let next = next_page(&messages, page.limit, end);
        Ok(MessageList {
            messages: messages.into_iter().map(ReceivedMessage::from).collect(),
            next_cursor: next.map(|place| cursors.seal(&place)),
        })
    }

    pub(super) async fn timeline(&self, openid: &str, page: &Page) -> Result<Timeline, Error> {
        let cursors = self.cursors("user/timeline");
        let below = open(&cursors, page)?;
        let (received, sent) = inbox::timeline(self.account, openid, below.as_ref(), page.limit);
        let received: Vec<ReceivedRow> = d1::rows(self.env, &received).await?;
        let sent: Vec<SentRow> = d1::rows(self.env, &sent).await?;
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

    /// What is known of a user, if anything is.
    pub(super) async fn follower(&self, openid: &str) -> Result<Option<Follower>, Error> {
        let rows: Vec<FollowerRow> = d1::rows(self.env, &follower(self.account, openid)).await?;
        Ok(rows.into_iter().next().map(Follower::from_row))
    }

    pub(super) async fn last_message_time(&self, openid: &str) -> Result<LastMessageTime, Error> {
        let last = self.follower(openid).await?.and_then(|follower| follower.last_message_at);
        let last = last.ok_or(api::Error::NotFound("message of this user"))?;
        Ok(LastMessageTime { create_time: last.seconds() })
    }

    pub(super) async fn last_message_time_of_sender(&self, msg_id: &str) -> Result<LastMessageTime, Error> {
        let openid = self.find(msg_id).await?.openid;
        self.last_message_time(&openid).await
    }

    pub(super) async fn menu_events(
        &self,
        menu_id: Option<&str>,
        key: Option<&str>,
        since: Option<Timestamp>,
    ) -> Result<MenuEvents, Error> {
        let statement = menu_events(self.account, menu_id, key, since);
        let rows: Vec<MenuEventRow> = d1::rows(self.env, &statement).await?;
        Ok(MenuEvents {
            event_response_status: rows.into_iter().map(MenuEventStatus::from).collect(),
            since: since.map(|since| first_second_of_day(since).seconds()),
        })
    }

    pub(super) async fn totals(
        &self,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
    ) -> Result<DailyTotals, Error> {
        let statement = daily_totals(self.account, since, until, runtime::now());
        let rows: Vec<DayRow> = d1::rows(self.env, &statement).await?;
        Ok(DailyTotals { days: rows.into_iter().map(DailyTotal::from).collect() })
    }

    pub(super) async fn erase(&self, openid: &str) -> Result<Erased, Error> {
        let statements = inbox::erase(self.account, openid);
        let counts = d1::transaction(d1::TIMEOUT, self.env, &statements).await?;
        let (received, sent) = inbox::erased(&counts).ok_or(api::Error::NotFound("user"))?;
        Ok(Erased { received, sent })
    }

    async fn find(&self, msg_id: &str) -> Result<Received, Error> {
        let statement = by_msg_id(self.account, msg_id);
        let mut rows: Vec<ReceivedRow> = d1::rows(self.env, &statement).await?;
        if rows.is_empty() {
            // It may have come a moment ago.
            file_what_was_cut_off(self.account, self.env).await?;
            rows = d1::rows(self.env, &statement).await?;
        }
        let row = rows.into_iter().next().ok_or(api::Error::NotFound("message"))?;
        Ok(Received::from_row(row))
    }

    /// The user's window; before it counts as closed, what came a moment ago is looked at.
    pub(super) async fn window(&self, openid: &str) -> Result<Window, Error> {
        let window = self.known_window(openid).await?;
        if matches!(window, Window::Open | Window::Unknown) {
            return Ok(window);
        }
        file_what_was_cut_off(self.account, self.env).await?;
        self.known_window(openid).await
    }

    async fn known_window(&self, openid: &str) -> Result<Window, Error> {
        let follower = self.follower(openid).await?;
        Ok(follower.map_or(Window::Unknown, |follower| follower.window(runtime::now())))
    }

    fn cursors(&self, call: &'static str) -> Cursors<'_> {
        Cursors::new(self.cursor_key, call, self.account)
    }
}

fn open(cursors: &Cursors<'_>, page: &Page) -> Result<Option<Place>, Error> {
    let place = page.cursor.as_deref().map(|cursor| cursors.open(cursor)).transpose();
    Ok(place.map_err(api::Error::InvalidParameter)?)
}
