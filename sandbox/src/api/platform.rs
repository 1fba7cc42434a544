//! The handle on the running api.weixin.qq.com: what only WeChat, its users or bad luck can do (接口测试号).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::Response;
use serde_json::Value;
use tokio::sync::watch;

use crate::account::Account;

use super::fault::{Fault, Faults};
use super::media;
use super::record::Call;
use super::reply::Reply;
use super::route::perform;
use super::state::State;
use super::window::Trigger;

/// One account's platform. Clones are the same platform.
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
    /// A platform on which nobody has called anything.
    #[must_use]
    pub fn new(account: Account) -> Self {
        Self(Arc::new(Inner {
            state: Mutex::new(State::new(account)),
            faults: Faults::default(),
            calls: Mutex::default(),
            is_released: watch::Sender::new(false),
        }))
    }

    /// Every call so far, in the order in which they arrived, also those that were refused or failed.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.0.calls).clone()
    }

    /// How many calls of exactly this path there were.
    #[must_use]
    pub fn count(&self, path: &str) -> usize {
        lock(&self.0.calls).iter().filter(|call| call.path == path).count()
    }

    /// Forgets the calls so far.
    pub fn forget_calls(&self) {
        lock(&self.0.calls).clear();
    }

    /// Lets the next `calls` calls fail, of all paths or of those that begin with `prefix`: also of the
    /// token calls. Faults that wait for the same path happen one after the other.
    pub fn fail_next(&self, fault: Fault, calls: usize, prefix: Option<&str>) {
        self.0.faults.order(fault, calls, prefix);
    }

    /// Takes back every fault that has not happened.
    pub fn heal(&self) {
        self.0.faults.clear();
    }

    /// Sends every answer that [`Fault::Held`] holds back; from then on none is held.
    pub fn release(&self) {
        self.0.is_released.send_replace(true);
    }

    /// Ends every token as time would: they answer 42001.
    pub fn expire_tokens(&self) {
        let mut state = self.state();
        let now = state.clock.now();
        state.tokens.expire(now);
    }

    /// Ends every token as if somebody else had asked for a new one: they answer 40001.
    pub fn replace_tokens(&self) {
        let mut state = self.state();
        let now = state.clock.now();
        state.tokens.replace(now);
    }

    /// How long tokens live that are made from now on, in `expires_in` and in truth; two hours otherwise.
    pub fn set_token_lifetime(&self, lifetime: Duration) {
        self.state().tokens.set_lifetime(lifetime);
    }

    /// Sets a path's daily limit, or that of [`super::FORCED_REFRESH`]; what was used today counts.
    pub fn set_quota(&self, path: &str, limit: u64) {
        self.state().quotas.limit_to(path, limit);
    }

    /// How many users one page of a list has; by default as many as documented.
    pub fn set_page_size(&self, users: usize) {
        self.state().world.page_size = Some(users);
    }

    /// A user sent a message: five customer-service messages in 48 hours are allowed from now on.
    pub fn user_spoke(&self, openid: &str) {
        self.user_acted(openid, Trigger::Message);
    }

    /// A user did something that allows customer-service messages.
    pub fn user_acted(&self, openid: &str, trigger: Trigger) {
        let mut state = self.state();
        let now = state.clock.now();
        state.windows.open(openid, trigger, now);
    }

    /// What a user was sent, as the calls sent it, in order.
    #[must_use]
    pub fn inbox(&self, openid: &str) -> Vec<Value> {
        self.state().inboxes.get(openid).cloned().unwrap_or_default()
    }

    /// Lets time pass, without waiting: tokens expire, windows close, a new day has new quotas.
    pub fn advance(&self, time: Duration) {
        self.state().clock.advance(time);
    }

    /// Notes a call, and returns the fault that is meant for it.
    pub(super) fn receive(&self, call: &Call) -> Option<Fault> {
        lock(&self.0.calls).push(call.clone());
        self.0.faults.take(&call.path)
    }

    /// Waits for [`Self::release`].
    pub(super) async fn released(&self) {
        // The sender is ours, so that it cannot be gone.
        let _ = self.0.is_released.subscribe().wait_for(|is_released| *is_released).await;
    }

    /// Does what a call asks whose body or answer is no JSON; `None` if it is another.
    pub(super) fn exchange(&self, call: &Call) -> Option<Response<Reply>> {
        media::answer(&mut self.state(), call)
    }

    /// Does what a call asks.
    pub(super) fn perform(&self, call: &Call) -> Value {
        let mut state = self.state();
        let now = state.clock.now();
        perform(&mut state, call, now).unwrap_or_else(|refusal| refusal.to_json())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// What a test that failed left behind is still good enough to look at.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
