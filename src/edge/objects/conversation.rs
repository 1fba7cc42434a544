//! The Durable Object of one user's conversation with the assistants of an account.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::time::Duration;

use futures_util::future::{Either, LocalBoxFuture, select};
use js_sys::futures::JsFuture;
use worker::{Delay, DurableObject, Request, Response, Result, State, durable_object};

use crate::backends::{self, Answer, AssistantBackend, ConversationRequest, Question, Step, Work};
use crate::json::from_json;

use super::failed;
use crate::edge::backends::Models;
use crate::edge::bindings::{Env, runtime};

/// The key in the object's own storage.
const STORAGE_KEY: &str = "conversation";
/// When the alarm looks after a call that was cut off, beyond the time that a call may take.
const AFTER_A_CRASH: Duration = Duration::from_mins(1);
/// An alarm that is due now may be dropped, one that is due soon is not.
const SOON: Duration = Duration::from_millis(1);
/// Seconds after which WeChat no longer waits for a delivery's answer: what waits for it may have been cut off as well, so
/// that it is also delivered from here.
const WECHAT_WAITS: u64 = 6;

/// [`backends::Conversation`] has its state and makes its decisions.
#[durable_object(alarm)]
pub(crate) struct Conversation {
    state: State,
    env: Env,
    /// What is stored, once it is read.
    known: RefCell<Option<backends::Conversation>>,
    /// Whether the object's storage contains anything.
    is_stored: Cell<bool>,
    /// Whether the call in the state is being made by this object, and not cut off.
    is_running: Cell<bool>,
    /// What waits for an answer.
    wakers: RefCell<Vec<Waker>>,
    /// The questions that somebody waits for, as often as somebody does.
    awaited: RefCell<Vec<String>>,
}

impl DurableObject for Conversation {
    fn new(state: State, env: worker::Env) -> Self {
        Self {
            state,
            env: Env::new(env),
            known: RefCell::default(),
            is_stored: Cell::default(),
            is_running: Cell::default(),
            wakers: RefCell::default(),
            awaited: RefCell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let request: ConversationRequest = from_json(&request.text().await?).map_err(failed)?;
        self.load().await?;
        let answer = match request {
            ConversationRequest::Ask(question) => {
                let answer = Box::pin(self.ask(&question)).await?;
                serde_json::to_string(&answer)?
            }
            ConversationRequest::Show => self.with(|conversation| {
                serde_json::to_string(&(conversation.assistant(), conversation.turns()))
            })?,
            ConversationRequest::Given(id) => {
                self.with(|conversation| conversation.given(&id));
                self.save().await?;
                "null".to_owned()
            }
            ConversationRequest::Forget => {
                self.with(backends::Conversation::forget);
                self.save().await?;
                "null".to_owned()
            }
            ConversationRequest::Erase => {
                self.known.replace(Some(backends::Conversation::default()));
                // WeChat delivers again what is not answered, and it would be stored again.
                self.wake();
                self.state.storage().delete_all().await?;
                "null".to_owned()
            }
        };
        Response::ok(answer)
    }

    async fn alarm(&self) -> Result<Response> {
        self.load().await?;
        Box::pin(self.work()).await?;
        if self.with(|conversation| conversation.has_call()) {
            // An alarm may take 15 minutes, and a user may always have something to ask.
            self.set_alarm(SOON).await?;
            return Response::empty();
        }
        match self.with(|conversation| conversation.expire(runtime::now())) {
            Some(next) => {
                self.save().await?;
                let seconds = next.seconds().saturating_sub(runtime::now().seconds()).max(1);
                self.set_alarm(Duration::from_secs(seconds.unsigned_abs())).await?;
            }
            None => self.state.storage().delete_all().await?,
        }
        Response::empty()
    }
}

impl Conversation {
    /// The answer to a question, or `None` if there is none within the time.
    async fn ask(&self, question: &Question) -> Result<Option<Answer>> {
        let models = Models::of(&question.account, &self.env).await.map_err(failed)?;
        // It may be newer than the settings of this isolate.
        let models = models.knowing(&question.assistant).await.map_err(failed)?;
        let Some(assistant) = models.find(&question.assistant) else {
            return Err(failed("there is no assistant of this name"));
        };
        let step = self.with(|conversation| conversation.ask(question, assistant.limits, runtime::now()));
        let start = match step {
            Step::Answered(answer) => return Ok(Some(answer)),
            Step::Limited => return self.instead(question, assistant.texts.limit.clone()).await,
            Step::Busy => return self.instead(question, assistant.texts.busy.clone()).await,
            Step::Wait { start } => start,
        };
        self.save().await?;
        if start || self.with(|conversation| conversation.has_begun()) && !self.is_running.get() {
            self.set_alarm(SOON).await?;
        }
        let awaited = self.wait_for(&question.id);
        let wait = Duration::from_millis(AssistantBackend::WAIT.into());
        match select(Box::pin(awaited), Delay::from(wait)).await {
            Either::Left((answer, _)) => Ok(Some(answer)),
            Either::Right(_) => Ok(None),
        }
    }

    async fn instead(&self, question: &Question, text: String) -> Result<Option<Answer>> {
        let answer = Answer { texts: vec![text], is_given: false };
        self.with(|conversation| conversation.note(&question.id, answer.texts.clone(), runtime::now()));
        self.save().await?;
        Ok(Some(answer))
    }

    /// Waits until a question is answered.
    async fn wait_for(&self, id: &str) -> Answer {
        let _awaiting = Awaiting::new(self, id);
        poll_fn(|context| {
            if let Some(answer) = self.with(|conversation| conversation.awaited(id)) {
                return Poll::Ready(answer);
            }
            self.wakers.borrow_mut().push(context.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Makes the next call, and answers everybody who waits for it.
    async fn work(&self) -> Result<()> {
        let Some(account) = self.with(|conversation| conversation.account().map(str::to_owned)) else {
            return Ok(());
        };
        // If the settings cannot be read, the alarm runs again.
        let models = Models::of(&account, &self.env).await.map_err(failed)?;
        let work = self.with(|conversation| {
            conversation.begin(|question| models.memory(&question.assistant), runtime::now())
        });
        let (question, said, outcome) = match work {
            Work::Rest => return Ok(()),
            Work::CutOff(question) => {
                self.is_running.set(false);
                let outcome = models.cut_off(&question);
                (question, String::new(), outcome)
            }
            Work::Ask(prompt) => {
                self.set_alarm(models.longest_call(&prompt.question.assistant).saturating_add(AFTER_A_CRASH))
                    .await?;
                // From here on, the state says that the call may have been made.
                self.save().await?;
                self.is_running.set(true);
                let outcome = models.ask(&prompt).await;
                self.is_running.set(false);
                (prompt.question, prompt.text, outcome)
            }
        };
        let memory = models.memory(&question.assistant);
        let asked = (question.id.as_str(), said.as_str());
        let answered = self.with(|conversation| conversation.end(asked, outcome, &memory, runtime::now()));
        self.save().await?;
        self.wake();
        for (question, texts) in answered {
            let is_awaited = self.awaited.borrow().contains(&question.id);
            if !is_awaited || runtime::now().distance(question.received_at) >= WECHAT_WAITS {
                models.deliver_late(&question, texts).await;
            }
        }
        Ok(())
    }

    fn wake(&self) {
        self.wakers.take().into_iter().for_each(Waker::wake);
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut backends::Conversation) -> T) -> T {
        use_it(self.known.borrow_mut().get_or_insert_default())
    }

    /// Reads the state, once in the life of the object.
    async fn load(&self) -> Result<()> {
        if self.known.borrow().is_some() {
            return Ok(());
        }
        let stored = JsFuture::from(self.state.storage().as_raw().get(STORAGE_KEY)?).await?.as_string();
        self.is_stored.set(stored.is_some());
        // What another version stored in a form that this one does not know is forgotten.
        let stored = stored.and_then(|text| from_json(&text).ok()).unwrap_or_default();
        // Another request may have been faster.
        self.known.borrow_mut().get_or_insert(stored);
        Ok(())
    }

    /// Stores the state. Where nothing is left of it, nothing is stored that no alarm would delete. Boxed, so that it is
    /// compiled once.
    fn save(&self) -> LocalBoxFuture<'static, Result<()>> {
        let text = self.with(|conversation| {
            (!conversation.is_empty()).then(|| serde_json::to_string(conversation)).transpose()
        });
        let storage = self.state.storage();
        let was_stored = self.is_stored.replace(!matches!(text, Ok(None)));
        Box::pin(async move {
            match text? {
                Some(text) => storage.put_raw(STORAGE_KEY, text).await,
                None if was_stored => storage.delete_all().await,
                None => Ok(()),
            }
        })
    }

    fn set_alarm(&self, pause: Duration) -> LocalBoxFuture<'static, Result<()>> {
        let storage = self.state.storage();
        Box::pin(async move { storage.set_alarm(pause).await })
    }
}

/// Notes that a question is being waited for, until it is dropped.
struct Awaiting<'a> {
    conversation: &'a Conversation,
    id: &'a str,
}

impl<'a> Awaiting<'a> {
    fn new(conversation: &'a Conversation, id: &'a str) -> Self {
        conversation.awaited.borrow_mut().push(id.to_owned());
        Self { conversation, id }
    }
}

impl Drop for Awaiting<'_> {
    fn drop(&mut self) {
        let mut awaited = self.conversation.awaited.borrow_mut();
        if let Some(index) = awaited.iter().position(|id| id == self.id) {
            awaited.swap_remove(index);
        }
    }
}
