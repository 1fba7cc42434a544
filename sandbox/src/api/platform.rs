//! Controls the simulated api.weixin.qq.com: simulates actions of WeChat and its users, and failures (接口测试号).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Response;
use serde_json::Value;
use tokio::sync::watch;

use crate::account::Account;

use super::action::{ActionKind, UserAction};
use super::fault::{Fault, Faults};
use super::media;
use super::record::Call;
use super::reply::Reply;
use super::route::perform;
use super::state::State;
use super::window::Trigger;

/// The platform of one account. Clones share the same state.
#[derive(Debug, Clone)]
pub struct Platform(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    state: Mutex<State>,
    faults: Faults,
    calls: Mutex<Vec<Call>>,
    is_released: watch::Sender<bool>,
}

impl Platform {
    /// Creates a new platform that has received no calls.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::new(State::new(account)),
            faults: Faults::default(),
            calls: Mutex::default(),
            is_released: watch::Sender::new(false),
        }))
    }

    /// Prints the messages that users receive over the API.
    #[must_use]
    pub fn displayed(self) -> Self {
        self.state().is_displayed = true;
        self
    }

    /// Returns all calls so far in the order of arrival, including those that were rejected or failed.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.0.calls).clone()
    }

    /// Returns the number of calls with exactly this path.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        lock(&self.0.calls).iter().filter(|call| call.path == path).count()
    }

    /// Clears the record of calls.
    pub fn forget_calls(&self) {
        lock(&self.0.calls).clear();
    }

    /// Makes the next `calls` calls fail, of all paths or of those that start with `prefix`. This includes
    /// the token calls. Pending faults for the same path are used in order.
    pub fn fail_next(&self, fault: Fault, calls: usize, prefix: Option<&str>) {
        self.0.faults.order(fault, calls, prefix);
    }

    /// Cancels all pending faults.
    pub fn heal(&self) {
        self.0.faults.clear();
    }

    /// Sends all responses that [`Fault::Held`] holds back. Later responses are not held.
    pub fn release(&self) {
        self.0.is_released.send_replace(true);
    }

    /// Expires all tokens: calls with them fail with 42001.
    pub fn expire_tokens(&self) {
        let mut state = self.state();
        let now = state.clock.now();
        state.tokens.expire(now);
    }

    /// Invalidates all tokens as if another program had requested a new one: calls with them fail with 40001.
    pub fn replace_tokens(&self) {
        let mut state = self.state();
        let now = state.clock.now();
        state.tokens.replace(now);
    }

    /// Sets the lifetime of new tokens, which is also their `expires_in`. The default is two hours.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state().tokens.set_lifetime(lifetime);
    }

    /// Sets the daily limit of a path or of [`super::FORCED_REFRESH`]. Today's earlier calls count.
    pub fn set_quota(&self, path: &str, limit: u64) {
        self.state().quotas.limit_to(path, limit);
    }

    /// Sets the number of users on a page of a list. The default is WeChat's documented number.
    pub fn set_page_size(&self, users: usize) {
        self.state().world.page_size = Some(users);
    }

    /// Simulates a message from a user, which allows five customer-service messages in the next 48 hours.
    pub fn user_spoke(&self, openid: &str) {
        self.user_acted(openid, Trigger::Message);
    }

    /// Simulates an action of a user that allows customer-service messages.
    pub fn user_acted(&self, openid: &str, trigger: Trigger) {
        let mut state = self.state();
        let now = state.clock.now();
        state.windows.open(openid, trigger, now);
    }

    /// Stores a file as if a user had sent it, and returns its media_id.
    #[must_use]
    pub fn keep_file(&self, content_type: &str, file: Vec<u8>) -> String {
        self.state().media.keep(content_type.to_owned(), "file".to_owned(), file)
    }

    /// Notes what a user did, as the callback about it says: who speaks may be sent messages, and any user exists.
    pub fn observe(&self, action: &UserAction) {
        let UserAction { openid, kind, time } = action;
        let mut state = self.state();
        let now = state.clock.now();
        match kind {
            ActionKind::Unfollowed => {
                state.world.unfollow(openid, *time);
                state.windows.close(openid);
            }
            // Only followers can do anything else.
            kind => state.world.follow(openid, *time, *kind == ActionKind::Followed),
        }
        if let Some(trigger) = kind.trigger() {
            state.windows.open(openid, trigger, now);
        }
    }

    /// Returns the messages that a user received, as they were in the calls, in order.
    #[must_use]
    pub fn inbox(&self, openid: &str) -> Vec<Value> {
        self.state().inboxes.get(openid).cloned().unwrap_or_default()
    }

    /// Advances the sandbox's clock without waiting: tokens expire, windows close, and quotas reset on a new day.
    pub fn advance(&self, time: Duration) {
        self.state().clock.advance(time);
    }

    /// Records a call and returns the fault that applies to it.
    pub(super) fn receive(&self, call: &Call) -> Option<Fault> {
        lock(&self.0.calls).push(call.clone());
        self.0.faults.take(&call.path)
    }

    /// Waits for [`Self::release`].
    pub(super) async fn released(&self) {
        // This only fails if the sender is dropped, but `self` owns it.
        let _ = self.0.is_released.subscribe().wait_for(|is_released| *is_released).await;
    }

    /// Performs a call of the `media` chapter. Returns `None` for other calls.
    pub(super) fn exchange(&self, call: &Call) -> Option<Response<Reply>> {
        media::answer(&mut self.state(), call)
    }

    /// Performs a call and returns the response.
    pub(super) fn perform(&self, call: &Call) -> Value {
        let mut state = self.state();
        let now = state.clock.now();
        perform(&mut state, call, now).unwrap_or_else(|refusal| refusal.to_json())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// Ignores poisoning: after a test has panicked, the state can still be inspected.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
